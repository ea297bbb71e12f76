"""Administrators and guessers who act at the same moment: the rules about several rows hold all the same."""

from typing import Any

from sqlalchemy import func, select

from literacy.db import db
from literacy.errors import Refused
from literacy.models import Role, RoleGrant, Unit, User
from literacy.service import accounts, people, units
from tests.conftest import PASSWORD
from tests.quizzes.test_concurrency import at_once


def user(user_id: int) -> User:
    return db.session.get_one(User, user_id)


def unit(unit_id: int) -> Unit:
    return db.session.get_one(Unit, unit_id)


def refusals(results: list[Any]) -> int:
    wrong = [one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert not wrong, wrong
    return sum(isinstance(one, Refused) for one in results)


def test_administrators_who_deactivate_each_other_leave_one(app: Any, person: Any) -> None:
    ids = [person("administrator").id for _ in range(4)]
    db.session.commit()
    pairs = zip(ids, ids[1:] + ids[:1], strict=True)
    results = at_once(app, [lambda a=a, b=b: people.deactivate(user(a), user(b)) for a, b in pairs])
    assert refusals(results) == 1
    left = select(func.count()).select_from(User).where(User.active)
    assert db.session.scalar(left) == 1


def test_administrators_who_demote_each_other_leave_one(app: Any, person: Any) -> None:
    ids = [person("administrator", account=f"admin{number}").id for number in range(2)]
    stamps = {number: people.stamp(user(number)) for number in ids}
    db.session.commit()

    def demote(actor: int, target: int) -> None:
        row = user(target)
        people.change_person(
            user(actor), row, stamps[target], account=row.account, name="x", post="", unit_id=0, roles=[Role.LEARNER]
        )

    assert refusals(at_once(app, [lambda: demote(*ids), lambda: demote(*ids[::-1])])) == 1
    held = select(func.count()).select_from(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR.value)
    assert db.session.scalar(held) == 1


def test_one_account_is_given_to_one_person(app: Any) -> None:
    db.session.commit()
    results = at_once(app, [lambda: accounts.create_user(None, account="same", name="同名", roles=[])[0].id] * 4)
    assert refusals(results) == 3


def test_roots_of_one_name_are_made_once(app: Any) -> None:
    db.session.commit()
    assert refusals(at_once(app, [lambda: units.create_unit(None, name="青禾县").id] * 4)) == 3
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 1


def test_units_moved_below_each_other_make_no_circle(app: Any) -> None:
    one, two = units.create_unit(None, name="一").id, units.create_unit(None, name="二").id
    db.session.commit()

    def move(which: int, below: int) -> None:
        units.change_unit(None, unit(which), name=unit(which).name, parent_id=below)

    assert refusals(at_once(app, [lambda: move(one, two), lambda: move(two, one)])) == 1
    db.session.expire_all()
    assert len(units.tree()) == 2


def test_guesses_sent_together_count_one_by_one(app: Any, person: Any) -> None:
    person(account="known")
    db.session.commit()
    at_once(app, [lambda: accounts.sign_in("known", "wrong")] * 5)
    assert accounts.sign_in("known", PASSWORD) is None
