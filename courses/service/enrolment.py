"""The verbs of enrolment: put people and units into a course, change due dates, withdraw, bring back.

Every verb may be done twice and by two people at once: rows come in over the unique key of person and course, and
each change names in its WHERE what it changes from. Each is recorded with how many people and who.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, null, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from courses.enrolling import (
    Admission,
    Candidate,
    Outcome,
    day_in_words,
    names_in_words,
    outcome_of,
)
from courses.models import Activity, Course, Enrolment, Module, Reading, UnitEnrolment
from courses.service import roster, study
from courses.service.candidates import candidates
from courses.service.tree import paths
from literacy import audit
from literacy.db import by_pinyin, db
from literacy.errors import Refused, found
from literacy.models import State, Unit, User
from literacy.service import scope, units
from literacy.text import titled
from quizzes.models import Attempt

ACTIONS = {
    "enrolment.added": "报名",
    "enrolment.unit_added": "单位报名",
    "enrolment.joined": "随单位自动报名",
    "enrolment.unit_ended": "停止单位自动报名",
    "enrolment.due_changed": "修改截止日期",
    "enrolment.withdrawn": "退出课程",
    "enrolment.restored": "恢复报名",
}
"""What is recorded of enrolments, for audit.ACTIONS."""

FIELDS = {"accounts": "账号"}
"""What is recorded beside, for audit.FIELDS."""
ACCOUNTS_TOLD = 200
PARTS = 500
"""How many people one statement names."""


def course_for(course_id: int) -> Course:
    """A course that people are in or can be put into.

    Raises NotFound for a draft that nobody is in.
    """
    course = found(db.session.get(Course, course_id))
    if course.state is State.DRAFT and not db.session.scalar(select(exists().where(Enrolment.course_id == course_id))):
        found(None)
    return course


def _open_course(course_id: int) -> Course:
    course = course_for(course_id)
    if course.state is not State.PUBLISHED:
        raise Refused(f"{titled(course.title)}{course.state.label.removeprefix('已')}，现在不能报名。")
    return course


def overview(day: date, viewer: User | None) -> list[tuple[Course, int, int, int]]:
    """Every course that people are in or can be put into: (course, enrolled, completed, overdue).

    The numbers are of those whom the viewer looks after.
    """
    stays = Enrolment.withdrawn_at.is_(None)
    state = roster.state_on(day)
    numbers = (
        select(
            Enrolment.course_id,
            func.count(Enrolment.id).filter(stays).label("enrolled"),
            func.count(Enrolment.id).filter(state == "completed").label("completed"),
            func.count(Enrolment.id).filter(state == "overdue").label("overdue"),
        )
        .join(User, User.id == Enrolment.user_id)
        .where(scope.people(viewer))
        .group_by(Enrolment.course_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Course, numbers.c.enrolled, numbers.c.completed, numbers.c.overdue)
        .outerjoin(numbers, numbers.c.course_id == Course.id)
        .where(or_(Course.state == State.PUBLISHED, numbers.c.course_id.is_not(None)))
        .order_by(Course.state != State.PUBLISHED, Course.position, Course.id)
    )
    return [(course, enrolled or 0, done or 0, late or 0) for course, enrolled, done, late in rows]


# --- putting in


def enrol_people(
    actor: User | None, course_id: int, user_ids: Sequence[int], due_on: date | None, moment: datetime
) -> Outcome:
    """Enrol these people; who withdrew comes back with the new due date, who is in already keeps theirs.

    Whom the actor does not look after is left out; `actor` is None where a standing rule does it. Raises Refused for a
    course that is not published.
    """
    course = _open_course(course_id)
    mine = scope.people(actor)
    people = [one for part in in_parts(user_ids) for one in candidates(course_id, User.id.in_(part), mine)]
    new = put_in(course, people, due_on, actor.id if actor else None, moment)
    back = [one.user_id for one in people if one.admission is Admission.LEFT]
    restored = _update(Enrolment.user_id, back, _of(course), Enrolment.withdrawn_at.is_not(None))(
        withdrawn_at=None, due_on=due_on
    )
    catch_up(course, {*new, *restored}, moment)
    changed = [one for one in people if one.user_id in {*new, *restored}]
    if changed:
        note(actor, "added", course, changed, day_in_words(due_on))
    outcome = outcome_of(people, restoring=True)
    # Another request may have been faster with some of them.
    late = outcome.new - len(new) + outcome.restored - len(restored)
    return Outcome(len(new), len(restored), outcome.already + late, 0, outcome.inactive, outcome.no_learner)


def enrol_unit(actor: User, course_id: int, unit_id: int, due_on: date | None, moment: datetime) -> Outcome:
    """Enrol everybody in a unit and below, now and whoever joins later; who withdrew stays out.

    Doing it again enrols who is missing and changes the due date for who joins later.
    Raises Refused for a course that is not published, NotFound for a unit that is not in use or not the actor's.
    """
    scope.check_unit(actor, unit_id)
    course = _open_course(course_id)
    unit = found(db.session.get(Unit, unit_id))
    found(unit.active or None)
    _keep_rule(course, unit, due_on, actor, moment)
    people = candidates(course_id, User.unit_id.in_(units.below(unit_id)))
    new = put_in(course, people, due_on, actor.id, moment)
    catch_up(course, new, moment)
    added = [one for one in people if one.user_id in new]
    said = f"{unit.path}（含下级，以后加入的人也报名），{day_in_words(due_on)}"
    note(actor, "unit_added", course, added, said, within=unit_id)
    outcome = outcome_of(people, restoring=False)
    late = outcome.new - len(new)
    return Outcome(len(new), 0, outcome.already + late, outcome.left, outcome.inactive, outcome.no_learner)


def rules_of(viewer: User | None, course_id: int) -> list[tuple[UnitEnrolment, str]]:
    """The units whose newcomers are enrolled in a course, with their full names; only those of the viewer's scope."""
    named = paths()
    rows = db.session.execute(
        select(UnitEnrolment, named.c.path)
        .join(named, named.c.id == UnitEnrolment.unit_id)
        .where(UnitEnrolment.course_id == course_id, scope.within(viewer, UnitEnrolment.unit_id))
        .order_by(by_pinyin(named.c.path))
    )
    return [(rule, path) for rule, path in rows]


def end_rule(actor: User, course_id: int, rule_id: int) -> str:
    """Enrol no more newcomers of a unit; who is in stays in. Gives the unit's name.

    Raises NotFound if there is no such rule, or its unit is not the actor's.
    """
    rule = found(db.session.get(UnitEnrolment, rule_id))
    scope.check_unit(actor, rule.unit_id)
    if rule.course_id != course_id:
        found(None)
    name = rule.unit.path
    audit.record(actor, "enrolment.unit_ended", rule.course, f"{titled(rule.course.title)}{name}", rule.unit_id)
    db.session.delete(rule)
    db.session.flush()
    return name


def _keep_rule(course: Course, unit: Unit, due_on: date | None, actor: User, moment: datetime) -> None:
    values = {"unit_id": unit.id, "course_id": course.id, "due_on": due_on, "enrolled_at": moment}
    statement = insert_into(UnitEnrolment).values(**values, enrolled_by_id=actor.id)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["unit_id", "course_id"], set_={"due_on": due_on})
    )
    db.session.expire_all()


def insert_into(model: Any) -> Any:
    """An INSERT that can say what happens on a conflict; each database has its own."""
    return (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(model)


def put_in(
    course: Course, people: Iterable[Candidate], due_on: date | None, actor_id: int | None, moment: datetime
) -> set[int]:
    """Add those who are new and give their ids. Whoever another request added meanwhile is not among them."""
    added: set[int] = set()
    # Sorted: two requests that wait for each other's rows would wait for ever in different orders.
    for part in in_parts(sorted(one.user_id for one in people if one.admission is Admission.NEW)):
        rows = [
            {
                "user_id": user_id,
                "course_id": course.id,
                "due_on": due_on,
                "enrolled_at": moment,
                "enrolled_by_id": actor_id,
            }
            for user_id in part
        ]
        # The rows as parameters: a statement with 500 rows written out would be compiled anew for each part.
        statement = insert_into(Enrolment.__table__).on_conflict_do_nothing(index_elements=["user_id", "course_id"])
        added.update(db.session.scalars(statement.returning(Enrolment.__table__.c.user_id), rows))
    return added


def catch_up(course: Course, user_ids: set[int], moment: datetime) -> None:
    """Who has read or passed something of this course before (in another one) has begun it, or even completed it.

    That they have begun is noted for all of them at once; only who has nothing left to do is looked at singly.
    """
    mine = select(Activity.lesson_id, Activity.quiz_id).join(Module).where(Module.course_id == course.id).subquery()
    begun = or_(
        exists().where(Reading.user_id == Enrolment.user_id, Reading.lesson_id == mine.c.lesson_id),
        exists().where(Attempt.user_id == Enrolment.user_id, Attempt.quiz_id == mine.c.quiz_id),
    )
    _update(Enrolment.user_id, sorted(user_ids), _of(course), Enrolment.started_at.is_(None), begun)(started_at=moment)
    for part in in_parts(sorted(user_ids)):
        study.complete_those_done(course, moment, part)


# --- changing


def change_due(
    actor: User | None, course_id: int, ids: Sequence[int], due_on: date | None, wanted: roster.Filter | None = None
) -> int:
    """Give these enrolments of a course another due date; gives how many changed.

    With `wanted`, all that the filter leaves; only those whom the actor looks after. Completed and withdrawn ones stay
    as they are.
    """
    course = course_for(course_id)
    if wanted is not None:
        ids = _ids_of(wanted)
    other = Enrolment.due_on.is_distinct_from(due_on)
    change = _update(Enrolment.id, ids, _of(course), _mine(actor), roster.is_open(), other)
    return _told(actor, "due_changed", course, change(due_on=due_on), day_in_words(due_on))


def withdraw(actor: User, course_id: int, ids: Sequence[int], moment: datetime) -> int:
    """Take people out of a course; what they did stays, and so does every completion. Gives how many left.

    Only those whom the actor looks after.
    """
    course = course_for(course_id)
    change = _update(Enrolment.id, ids, _of(course), _mine(actor), roster.is_open())
    return _told(actor, "withdrawn", course, change(withdrawn_at=moment))


def restore(actor: User, course_id: int, ids: Sequence[int], today: date, moment: datetime) -> int:
    """Bring people back who withdrew, where they left off; a due date that is over falls away. Gives how many.

    Deactivated accounts stay out, and whom the actor does not look after. Raises Refused for a course that is not
    published.
    """
    course = _open_course(course_id)
    active = Enrolment.user_id.in_(select(User.id).where(User.active))
    change = _update(Enrolment.id, ids, _of(course), _mine(actor), Enrolment.withdrawn_at.is_not(None), active)
    back = change(withdrawn_at=None, due_on=case((Enrolment.due_on < today, null()), else_=Enrolment.due_on))
    catch_up(course, back, moment)
    return _told(actor, "restored", course, back)


def _of(course: Course) -> ColumnElement[bool]:
    return Enrolment.course_id == course.id


def _mine(actor: User | None) -> ColumnElement[bool]:
    """Enrolments of those whom the actor looks after."""
    return true() if scope.of(actor) is None else Enrolment.user_id.in_(select(User.id).where(scope.people(actor)))


def _ids_of(wanted: roster.Filter) -> list[int]:
    query = select(Enrolment.id).join(User, User.id == Enrolment.user_id).where(*roster.conditions(wanted))
    return list(db.session.scalars(query.where(roster.is_open())))


def _update(column: Any, ids: Sequence[int], *conditions: ColumnElement[bool]) -> Any:
    """A function that sets values on enrolments whose `column` is among the ids and that meet the conditions.

    It gives the ids of the people whose enrolment really changed.
    """

    def change(**values: Any) -> set[int]:
        changed: set[int] = set()
        for part in in_parts(ids):
            statement = update(Enrolment).where(column.in_(part), *conditions).values(**values)
            statement = statement.execution_options(synchronize_session=False)
            changed.update(db.session.scalars(statement.returning(Enrolment.user_id)))
        if changed:
            db.session.expire_all()
        return changed

    return change


def _told(actor: User | None, action: str, course: Course, user_ids: set[int], more: str = "") -> int:
    if user_ids:
        people = [one for part in in_parts(sorted(user_ids)) for one in candidates(course.id, User.id.in_(part))]
        note(actor, action, course, people, more)
    return len(user_ids)


def note(
    actor: User | None,
    action: str,
    course: Course,
    people: Sequence[Candidate],
    more: str = "",
    within: int | None = None,
) -> None:
    """Record an act with how many people and who: some names to read, the accounts to look up."""
    who = f"{len(people)} 人" + (f"：{names_in_words([one.name for one in people])}" if people else "")
    summary = f"{titled(course.title)}{who}" + (f"；{more}" if more else "")
    accounts = names_in_words([one.account for one in people], ACCOUNTS_TOLD)
    audit.record(actor, f"enrolment.{action}", course, summary, within, accounts=accounts)


def in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in parts that one statement names."""
    for start in range(0, len(ids), PARTS):
        yield ids[start : start + PARTS]
