"""Whom one sees, whom one may change, what one may give away."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from literacy.access import Permission, allows, permissions_of
from literacy.db import db
from literacy.errors import NotFound, Refused
from literacy.models import AuditEntry, Role, Unit, User
from literacy.service import accounts, people, scope, units
from tests.foreign import make_person
from tests.literacy.scope.conftest import ADMINISTRATOR, LEARNER, TRAINER, change


def test_who_may_be_changed_is_the_same_in_a_query(crowd: dict[str, User]) -> None:
    everybody = list(crowd.values())
    for actor in [*everybody, None]:
        found = set(db.session.scalars(select(User.id).where(scope.changeable_people(actor))))
        assert found == scope.changeable(actor, everybody), actor and actor.account


# whom one sees


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("whole", {"whole", "second", "bound", "lower", "beside", "teacher", "in", "out", "nowhere"}),
        ("bound", {"second", "bound", "lower", "beside", "teacher", "in"}),
        ("lower", {"lower", "beside", "in"}),
        ("beside", {"out"}),
        ("teacher", set()),
        ("in", set()),
    ],
)
def test_one_sees_the_people_below(who: str, seen: set[str], crowd: dict[str, User]) -> None:
    viewer = crowd[who]
    assert set(db.session.scalars(select(User.account).where(scope.people(viewer)))) == seen
    assert {one.account for one in crowd.values() if scope.may_see(viewer, one)} == seen
    assert {one.account for one in db.session.scalars(people.people_list(viewer=viewer))} == seen
    assert people.head_count(viewer)[0] == len(seen)
    for one in crowd.values():
        if one.account not in seen:
            with pytest.raises(NotFound):
                people.person_for(viewer, one.id)


def test_the_command_line_sees_everybody(crowd: dict[str, User]) -> None:
    assert scope.of(None) is None and scope.covers(None, None)
    assert len(db.session.scalars(people.people_list(viewer=None)).all()) == len(crowd)


def test_roles_reach_differently_far(tree: dict[str, Unit]) -> None:
    both = make_person("双", "both", tree["street"], {TRAINER: None, ADMINISTRATOR: tree["street"]})
    assert scope.of(both, TRAINER) is None and scope.top(both) == tree["street"].id
    held = permissions_of(both)
    assert Permission.MARK_ALL in held and Permission.PEOPLE in held and Permission.INSTALLATION not in held


@pytest.mark.parametrize(("who", "whole"), [("whole", True), ("bound", False), ("teacher", False), ("in", False)])
def test_the_installation_is_for_administrators_of_everything(who: str, whole: bool, crowd: dict[str, User]) -> None:
    assert allows(crowd[who], Permission.INSTALLATION) is whole


def test_two_conditions_of_scope_go_into_one_query(crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    query = select(User.account).where(scope.people(crowd["bound"]), scope.people(crowd["lower"]))
    query = query.where(User.unit_id.in_(scope.below(tree["city"].id)))
    assert set(db.session.scalars(query)) == {"lower", "beside", "in"}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_the_outline_of_any_tree_opens_and_closes(parents: list[int]) -> None:
    """Opening and closing lists leads to the depth of the next unit, and back to none at the end."""
    made = [
        Unit(id=n, name=f"u{n}", active=True, parent_id=p if 0 < p < n else None)
        for n, p in enumerate(parents, start=1)
    ]
    rows = units.outline(units.arranged(made, {}))
    depth = 0
    for node, parent, ends in rows:
        assert node.depth == depth
        depth = depth + 1 if parent else depth - ends
    assert depth == 0 and not rows[-1][1]


# whom one may change


@pytest.mark.parametrize(
    ("who", "changed"),
    [
        ("bound", {"bound", "lower", "in"}),
        ("lower", {"lower", "in"}),
        ("whole", {"whole", "second", "bound", "lower", "beside", "teacher", "in", "out", "nowhere"}),
    ],
)
def test_who_looks_after_more_is_not_changed(who: str, changed: set[str], crowd: dict[str, User]) -> None:
    """With a new password for an administrator, or trainer, of everything one could do what they can."""
    actor = crowd[who]
    assert {one.account for one in crowd.values() if scope.may_change(actor, one)} == changed


@pytest.mark.parametrize(
    "act",
    [
        lambda actor, user: people.reset_password(actor, user),
        lambda actor, user: people.deactivate(actor, user),
        lambda actor, user: people.reactivate(actor, user),
        lambda actor, user: people.unlock(actor, user),
        lambda actor, user: change(actor, user, name="改名"),
    ],
    ids=["reset", "deactivate", "reactivate", "unlock", "change"],
)
@pytest.mark.parametrize(
    ("user", "refusal"),
    [("out", NotFound), ("nowhere", NotFound), ("second", Refused), ("beside", Refused), ("teacher", Refused)],
)
def test_every_act_asks_for_the_scope(
    act: Callable[[User, User], Any], user: str, refusal: type[Refused], crowd: dict[str, User]
) -> None:
    version = crowd[user].session_version
    with pytest.raises(refusal) as told:
        act(crowd["bound"], crowd[user])
    assert told.value.status == (404 if refusal is NotFound else 403)
    db.session.rollback()
    db.session.refresh(crowd[user])
    assert crowd[user].active and crowd[user].session_version == version


@pytest.mark.parametrize("unit", ["other", "city", ""])
def test_nobody_is_moved_out_or_made_outside(unit: str, crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    unit_id = tree[unit].id if unit else 0
    with pytest.raises(Refused):
        change(crowd["bound"], crowd["in"], unit_id=unit_id)
    db.session.rollback()
    with pytest.raises(Refused):
        people.create_person(crowd["bound"], account="n", name="n", post="", unit_id=unit_id, roles=[LEARNER])
    db.session.rollback()
    assert crowd["in"].unit_id == tree["street"].id and accounts.find_by_account("n") is None


# what one may give away


def given_by(actor: User, unit: Unit, roles: list[Role], reach: Any = None) -> dict[Role, int | None]:
    user, _ = people.create_person(actor, account="new", name="新", post="", unit_id=unit.id, roles=roles, reach=reach)
    db.session.commit()
    db.session.expire_all()
    return {Role(grant.role): grant.unit_id for grant in user.grants}


def test_a_role_reaches_as_far_as_who_gives_it(crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    county, street = tree["county"].id, tree["street"].id
    held = given_by(crowd["bound"], tree["street"], list(Role), {ADMINISTRATOR: street, TRAINER: None})
    assert held == {LEARNER: None, ADMINISTRATOR: street, TRAINER: county}


def test_without_a_word_an_administrator_of_everything_gives_everything(
    crowd: dict[str, User], tree: dict[str, Unit]
) -> None:
    assert given_by(crowd["whole"], tree["street"], [ADMINISTRATOR]) == {ADMINISTRATOR: None}


@pytest.mark.parametrize("role", [ADMINISTRATOR, TRAINER])
@pytest.mark.parametrize("unit", ["other", "city"])
def test_no_role_is_given_beyond_ones_own_scope(
    role: Role, unit: str, crowd: dict[str, User], tree: dict[str, Unit]
) -> None:
    with pytest.raises(NotFound):
        given_by(crowd["bound"], tree["street"], [role], {role: tree[unit].id})
    db.session.rollback()
    with pytest.raises(NotFound):
        change(crowd["bound"], crowd["in"], roles=[role], reach={role: tree[unit].id})


def test_a_role_that_is_not_spoken_of_stays_bound(crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    change(crowd["whole"], crowd["lower"], name="王改")
    assert scope.top(crowd["lower"]) == tree["street"].id


def test_what_a_role_reaches_is_recorded_in_words(crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    change(crowd["whole"], crowd["lower"], reach={ADMINISTRATOR: tree["county"].id})
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.changed")).one()
    assert entry.changes == {"roles": ["管理员（海右市 / 青禾县 / 望舒街道及下级）", "管理员（海右市 / 青禾县及下级）"]}


def test_somebody_of_everything_stays(crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    """The last administrator of everything stays so, and nobody changes how far their own role reaches."""
    with pytest.raises(Refused, match="自己"):
        change(crowd["whole"], crowd["whole"], reach={ADMINISTRATOR: tree["city"].id})
    change(crowd["whole"], crowd["second"], reach={ADMINISTRATOR: tree["county"].id})
    third = make_person("何三", "third", tree["city"], {ADMINISTRATOR: None})
    people.deactivate(crowd["whole"], third)
    third.active = False  # as if it had happened at the same moment
    with pytest.raises(Refused, match="最后一位"):
        people.deactivate(third, crowd["whole"])
    people.deactivate(crowd["whole"], crowd["second"])
    assert not crowd["second"].active


def test_a_scope_that_changed_meanwhile_counts(crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    """Somebody was moved away after the page was opened."""
    statement = update(User).where(User.id == crowd["in"].id).values(unit_id=tree["other"].id)
    db.session.execute(statement.execution_options(synchronize_session=False))
    with pytest.raises(NotFound):
        people.deactivate(crowd["bound"], crowd["in"])
