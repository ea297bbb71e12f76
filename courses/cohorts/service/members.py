"""Who is in a cohort: chosen by name, by unit, from pasted accounts; and who leaves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, update

from courses.cohorts import reach
from courses.cohorts.calendar import CohortState
from courses.cohorts.models import Cohort, CohortEnrolment, CohortMember, CohortUnit, Origin
from courses.cohorts.pasting import MOST_LINES, Pasted, read_lines, recognised
from courses.cohorts.service.finding import fresh, running
from courses.enrolling import Admission, Candidate, Outcome, names_in_words, outcome_by, outcome_of
from courses.models import Enrolment
from courses.service import enrolment, roster, searching
from courses.service.tree import paths
from literacy import audit
from literacy.db import Page, by_pinyin, db
from literacy.errors import Refused, found
from literacy.models import Unit, User
from literacy.service import units

PARTS = 500
"""How many people one statement names."""
MIN_REASON = 2


@dataclass(frozen=True)
class Added:
    """Who came in by one act, in numbers."""

    new: int = 0
    back: int = 0
    already: int = 0
    left: int = 0
    outside: int = 0
    inactive: int = 0
    no_learner: int = 0

    @property
    def sentence(self) -> str:
        """The numbers in words: first who came in, then who did not and why."""
        done = [f"加入 {self.new} 人"] * bool(self.new) + [f"恢复 {self.back} 人"] * bool(self.back)
        skipped = [
            f"{count} 人{why}"
            for count, why in (
                (self.already, "早已在班里"),
                (self.left, "移出过，没有自动恢复"),
                (self.outside, "不属于本班的单位，没有加入"),
                (self.inactive, "账号已停用，没有加入"),
                (self.no_learner, "没有学员角色，没有加入"),
            )
            if count
        ]
        return "；".join(["，".join(done) or "没有新加入的人", *skipped]) + "。"


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in portions that one statement can name."""
    for start in range(0, len(ids), PARTS):
        yield ids[start : start + PARTS]


def is_learner() -> ColumnElement[bool]:
    """Whether a person can take part: the account is in use and has the learner's role."""
    return and_(User.active, searching.is_learner())


# --- who could come in


def _into(cohort: Cohort) -> searching.Into:
    return searching.Into(CohortMember, CohortMember.cohort_id == cohort.id)


def search(viewer: User, cohort: Cohort, words: str, unit_id: int, page: int) -> Page:
    """A page of people of the cohort's unit, each as a Candidate; who is in already comes last."""
    asked = [reach.people(viewer, cohort)]
    asked += [roster.matches(words)] if words else []
    asked += [User.unit_id.in_(units.below(unit_id))] if unit_id else []
    return searching.search(_into(cohort), page, *asked)


def _people(viewer: User, cohort: Cohort, *where: ColumnElement[bool]) -> list[Candidate]:
    query = searching.beside(_into(cohort)).where(reach.people(viewer, cohort), *where)
    return [Candidate(*row) for row in db.session.execute(query.order_by(User.name_key, User.id))]


def check_pasted(viewer: User, cohort: Cohort, text: str) -> list[Pasted]:
    """The pasted lines with their people and with what hinders each.

    Raises Refused where there is nothing or too much to read.
    """
    lines = read_lines(text)
    if not lines:
        raise Refused("请粘贴账号，一行一个。", field="accounts")
    if len(lines) > MOST_LINES:
        raise Refused(f"一次最多 {MOST_LINES} 行，请分几次粘贴。", field="accounts")
    accounts = sorted({line.account for line in lines})
    people: dict[str, Candidate] = {}
    for start in range(0, len(accounts), PARTS):
        some = _people(viewer, cohort, User.account.in_(accounts[start : start + PARTS]))
        people.update({one.account: one for one in some})
    return recognised(lines, people, "没有这个账号，或者不属于本班的单位")


# --- coming in


def add_people(actor: User, cohort: Cohort, user_ids: Sequence[int], day: date, moment: datetime, **more: Any) -> Added:
    """Put these people into the cohort; who left comes back. `more` is noted of each new member.

    Raises Refused for a cohort that is over.
    """
    fresh(cohort)
    cohort.must_not_be(day, CohortState.ENDED, CohortState.ARCHIVED)
    wanted = sorted(set(user_ids))
    people = [one for part in parts(wanted) for one in _people(actor, cohort, User.id.in_(part))]
    new = _insert(cohort, [one for one in people if one.admission is Admission.NEW], actor.id, moment, **more)
    left = [one.user_id for one in people if one.admission is Admission.LEFT]
    back: set[int] = set()
    for part in parts(left):
        back |= _revive(cohort, part, actor, moment)
    said = [one.name for one in people if one.user_id in new | back]
    if said:
        accounts = names_in_words([one.account for one in people if one.user_id in new | back], 200)
        summary = f"培训班“{cohort.name}”添加 {len(said)} 人：{names_in_words(said)}"
        audit.record(actor, "cohort.members_added", cohort, summary, accounts=accounts)
    told = outcome_of(people, restoring=True)
    late = told.new - len(new) + told.restored - len(back)
    outside = len(wanted) - len(people)
    return Added(len(new), len(back), told.already + late, 0, outside, told.inactive, told.no_learner)


def _insert(
    cohort: Cohort, people: Sequence[Candidate], actor_id: int | None, moment: datetime, **more: Any
) -> set[int]:
    added: set[int] = set()
    for part in parts(sorted(one.user_id for one in people)):
        rows = [
            {"cohort_id": cohort.id, "user_id": user_id, "added_at": moment, "added_by_id": actor_id, **more}
            for user_id in part
        ]
        statement = enrolment.insert_into(CohortMember).values(rows)
        statement = statement.on_conflict_do_nothing(index_elements=["cohort_id", "user_id"])
        added.update(db.session.scalars(statement.returning(CohortMember.user_id)))
    return added


def _revive(cohort: Cohort, user_ids: Sequence[int], actor: User, moment: datetime) -> set[int]:
    """Who left comes back. Being added anew, they are enrolled anew."""
    statement = (
        update(CohortMember)
        .where(
            CohortMember.cohort_id == cohort.id,
            CohortMember.user_id.in_(user_ids),
            CohortMember.withdrawn_at.is_not(None),
        )
        .values(withdrawn_at=None, withdrawn_by_id=None, withdrawn_reason="", added_at=moment, added_by_id=actor.id)
        .execution_options(synchronize_session=False)
    )
    back = set(db.session.scalars(statement.returning(CohortMember.user_id)))
    db.session.expire_all()
    return back


def _unit_for(actor: User, cohort: Cohort, unit_id: int) -> Unit:
    """A unit in use that may be added. Raises NotFound, or Refused for one outside of the cohort's."""
    unit = units.unit_for(actor, unit_id)
    found(unit.active or None)
    reach.check_unit(actor, unit.id)
    inside = cohort.unit_id is None or unit.id in set(db.session.scalars(units.below(cohort.unit_id)))
    if not inside:
        raise Refused(f"“{unit.name}”不在本班的单位里。", field="unit")
    return unit


def preview_unit(viewer: User, cohort: Cohort, unit_id: int) -> Outcome:
    """What adding a unit with all below it would do, in numbers."""
    _unit_for(viewer, cohort, unit_id)
    there = User.unit_id.in_(units.below(unit_id))
    return outcome_by(searching.admissions(_into(cohort), reach.people(viewer, cohort), there), restoring=False)


def add_unit(actor: User, cohort: Cohort, unit_id: int, day: date, moment: datetime) -> int:
    """Put everybody of a unit and below into the cohort, now and whoever joins later; who left stays out.

    Gives how many came in. Doing it again brings in who is missing. Raises Refused for a cohort that is over.
    """
    fresh(cohort)
    cohort.must_not_be(day, CohortState.ENDED, CohortState.ARCHIVED)
    unit = _unit_for(actor, cohort, unit_id)
    rule = {"cohort_id": cohort.id, "unit_id": unit.id, "added_at": moment, "added_by_id": actor.id}
    statement = enrolment.insert_into(CohortUnit).values(rule)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["cohort_id", "unit_id"]))
    count = _insert_unit(cohort, unit, actor, moment)
    summary = f"培训班“{cohort.name}”添加单位{unit.path}（含下级，以后加入的人也进班），{count} 人"
    audit.record(actor, "cohort.unit_added", cohort, summary)
    return count


def _insert_unit(cohort: Cohort, unit: Unit, actor: User, moment: datetime) -> int:
    there = exists().where(CohortMember.cohort_id == cohort.id, CohortMember.user_id == User.id)
    columns = ("cohort_id", "user_id", "added_at", "added_by_id", "unit_id", "withdrawn_reason")
    people = select(
        literal(cohort.id), User.id, literal(moment, CohortMember.added_at.type), literal(actor.id), literal(unit.id),
        literal(""),
    ).where(is_learner(), User.unit_id.in_(units.below(unit.id)), ~there)  # fmt: skip
    statement = enrolment.insert_into(CohortMember).from_select(columns, people, include_defaults=False)
    statement = statement.on_conflict_do_nothing(index_elements=["cohort_id", "user_id"])
    return len(db.session.scalars(statement.returning(CohortMember.id)).all())


def units_of(cohort: Cohort) -> list[tuple[CohortUnit, str]]:
    """The units whose newcomers come into the cohort, with their full names."""
    named = paths()
    rows = db.session.execute(
        select(CohortUnit, named.c.path)
        .join(named, named.c.id == CohortUnit.unit_id)
        .where(CohortUnit.cohort_id == cohort.id)
        .order_by(by_pinyin(named.c.path))
    )
    return [(rule, path) for rule, path in rows]


def end_unit(actor: User, cohort: Cohort, rule_id: int) -> str:
    """Take in no more newcomers of a unit; who is in stays in. Gives the unit's name, "" if that was done before."""
    rule = db.session.get(CohortUnit, rule_id)
    if rule is None or rule.cohort_id != cohort.id:
        return ""
    name = rule.unit.path
    audit.record(actor, "cohort.unit_ended", cohort, f"培训班“{cohort.name}”不再随单位加入：{name}")
    db.session.delete(rule)
    db.session.flush()
    return name


def follow_units(user_ids: Sequence[int], day: date, moment: datetime) -> None:
    """Put people into the cohorts that their units are in, where they never were.

    Of two units over each other the nearer one is noted. However many people there are, each unit costs a few
    statements, not each person.
    """
    waiting = and_(Cohort.opened_at.is_(None), Cohort.archived_at.is_(None), Cohort.ends_on >= day)
    rules = db.session.execute(
        select(Cohort, CohortUnit.unit_id)
        .join(CohortUnit, CohortUnit.cohort_id == Cohort.id)
        .where(or_(running(day), waiting))
    ).all()
    if not rules:
        return
    above: dict[int, int | None] = dict(db.session.execute(select(Unit.id, Unit.parent_id)).all())
    for cohort, unit_id in sorted(rules, key=lambda rule: (rule[0].id, -_depth(rule[1], above))):
        there = exists().where(CohortMember.cohort_id == cohort.id, CohortMember.user_id == User.id)
        inside = User.unit_id.in_(units.below(unit_id))
        for part in parts(sorted(set(user_ids))):
            people = select(User.id, User.name, User.account).where(User.id.in_(part), is_learner(), inside, ~there)
            people = people.order_by(User.id)
            found_here = [Candidate(*one, True, True) for one in db.session.execute(people)]
            new = _insert(cohort, found_here, None, moment, unit_id=unit_id)
            if new:
                names = names_in_words([f"{one.name}（{one.account}）" for one in found_here if one.user_id in new])
                audit.record(None, "cohort.joined", cohort, f"培训班“{cohort.name}”：{names}随单位加入")


def _depth(unit_id: int, above: Mapping[int, int | None]) -> int:
    """How many units stand over a unit; it ends even if two were made each other's parent."""
    seen: set[int] = set()
    place: int | None = unit_id
    while place is not None and place not in seen:
        seen.add(place)
        place = above.get(place)
    return len(seen)


# --- leaving


def withdraw(actor: User, cohort: Cohort, member_ids: Sequence[int], reason: str, day: date, moment: datetime) -> int:
    """Take people out of the cohort, and out of the courses that it had put them into; gives how many left.

    What they learnt and completed stays, and so does an enrolment that they had before or need in another cohort.
    Raises Refused without a reason.
    """
    fresh(cohort)
    cohort.must_not_be(day, CohortState.ARCHIVED)
    if len(reason) < MIN_REASON:
        raise Refused("请写明为什么移出，例如“调离”“重复报名”。", field="reason")
    statement = (
        update(CohortMember)
        .where(
            CohortMember.cohort_id == cohort.id,
            CohortMember.id.in_(member_ids),
            CohortMember.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=moment, withdrawn_by_id=actor.id, withdrawn_reason=reason[:200])
        .execution_options(synchronize_session=False)
    )
    left = list(db.session.scalars(statement.returning(CohortMember.id)))
    if not left:
        return 0
    db.session.expire_all()
    names = db.session.scalars(
        select(User.name)
        .join(CohortMember, CohortMember.user_id == User.id)
        .where(CohortMember.id.in_(left))
        .order_by(CohortMember.id)
    ).all()
    summary = f"培训班“{cohort.name}”移出 {len(left)} 人：{names_in_words(names)}"
    audit.record(actor, "cohort.withdrawn", cohort, summary, reason=reason)
    for course_id, ids in _enrolled_here(left, day).items():
        enrolment.withdraw(actor, course_id, ids, moment)
    return len(left)


def _enrolled_here(member_ids: Sequence[int], day: date) -> dict[int, list[int]]:
    """The enrolments that only this cohort made for these members, by course."""
    other_member, other_link = db.aliased(CohortMember), db.aliased(CohortEnrolment)
    elsewhere = (
        select(other_link.id)
        .join(other_member, other_member.id == other_link.member_id)
        .join(Cohort, Cohort.id == other_member.cohort_id)
        .where(
            other_link.enrolment_id == CohortEnrolment.enrolment_id,
            other_member.withdrawn_at.is_(None),
            running(day),
        )
        .correlate(CohortEnrolment)
    )
    rows = db.session.execute(
        select(CohortEnrolment.course_id, CohortEnrolment.enrolment_id)
        .join(Enrolment, Enrolment.id == CohortEnrolment.enrolment_id)
        .where(
            CohortEnrolment.member_id.in_(member_ids),
            CohortEnrolment.origin.in_([Origin.NEW, Origin.RESTORED]),
            roster.is_open(),
            ~elsewhere.exists(),
        )
    )
    found_in: dict[int, list[int]] = {}
    for course_id, enrolment_id in rows:
        found_in.setdefault(course_id, []).append(enrolment_id)
    return found_in
