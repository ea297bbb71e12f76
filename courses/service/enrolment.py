"""The verbs of enrolment: put people and units into a course, change due dates, withdraw, bring back.

Every verb may be done twice and by two people at once: rows come in over the unique key of person and course, and
each change names in its WHERE what it changes from. Each is recorded with how many people and who.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from courses.enrolling import (
    Admission,
    Candidate,
    Outcome,
    day_in_words,
    due_of_newcomer,
    names_in_words,
    outcome_of,
)
from courses.models import Activity, Course, Enrolment, Module, Reading, UnitEnrolment
from courses.service import roster, study
from courses.service.tree import above, paths
from literacy import audit
from literacy.db import Page, by_pinyin, db, paged
from literacy.errors import Refused, found
from literacy.models import Role, RoleGrant, State, Unit, User
from literacy.service import units
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


def overview(day: date) -> list[tuple[Course, int, int, int]]:
    """Every course that people are in or can be put into: (course, enrolled, completed, overdue)."""
    stays = Enrolment.withdrawn_at.is_(None)
    state = roster.state_on(day)
    numbers = (
        select(
            Enrolment.course_id,
            func.count(Enrolment.id).filter(stays).label("enrolled"),
            func.count(Enrolment.id).filter(state == "completed").label("completed"),
            func.count(Enrolment.id).filter(state == "overdue").label("overdue"),
        )
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


# --- who could be enrolled


def _candidate_query(course_id: int) -> Any:
    learner = exists().where(RoleGrant.user_id == User.id, RoleGrant.role == Role.LEARNER.value)
    there = and_(Enrolment.id.is_not(None), Enrolment.withdrawn_at.is_(None))
    named = paths()
    return (
        select(
            User.id, User.name, User.account, User.active, learner, Enrolment.id.is_not(None),
            Enrolment.withdrawn_at.is_not(None), func.coalesce(named.c.path, ""), User.post,
        )
        .select_from(User)
        .outerjoin(Enrolment, and_(Enrolment.user_id == User.id, Enrolment.course_id == course_id))
        .outerjoin(named, named.c.id == User.unit_id)
        .order_by(
            there, ~User.active, ~learner, by_pinyin(named.c.path).asc().nulls_last(), by_pinyin(User.name), User.id
        )
    )  # fmt: skip


def search_people(course_id: int, words: str, unit_id: int, page: int) -> Page:
    """A page of people as candidates for a course, found by name, account or post, and unit with all below it.

    Who is in already comes last.
    """
    query = _candidate_query(course_id)
    if words:
        query = query.where(roster.matches(words))
    if unit_id:
        query = query.where(User.unit_id.in_(units.below(unit_id)))
    found_page = paged(query, page, scalars=False)
    return Page([Candidate(*row) for row in found_page.items], found_page.page, found_page.total, found_page.per_page)


def _candidates(course_id: int, *where: ColumnElement[bool]) -> list[Candidate]:
    return [Candidate(*row) for row in db.session.execute(_candidate_query(course_id).where(*where))]


def preview_unit(course_id: int, unit_id: int) -> Outcome:
    """What enrolling a unit with all below it would do."""
    return outcome_of(_candidates(course_id, User.unit_id.in_(units.below(unit_id))), restoring=False)


# --- putting in


def enrol_people(
    actor: User, course_id: int, user_ids: Sequence[int], due_on: date | None, moment: datetime
) -> Outcome:
    """Enrol these people; who withdrew comes back with the new due date, who is in already keeps theirs.

    Raises Refused for a course that is not published.
    """
    course = _open_course(course_id)
    people = [one for part in _parts(user_ids) for one in _candidates(course_id, User.id.in_(part))]
    new = _insert(course, people, due_on, actor.id, moment)
    back = [one.user_id for one in people if one.admission is Admission.LEFT]
    restored = _update(Enrolment.user_id, back, _of(course), Enrolment.withdrawn_at.is_not(None))(
        withdrawn_at=None, due_on=due_on
    )
    _catch_up(course, {*new, *restored}, moment)
    changed = [one for one in people if one.user_id in {*new, *restored}]
    if changed:
        _note(actor, "added", course, changed, day_in_words(due_on))
    outcome = outcome_of(people, restoring=True)
    # Another request may have been faster with some of them.
    late = outcome.new - len(new) + outcome.restored - len(restored)
    return Outcome(len(new), len(restored), outcome.already + late, 0, outcome.inactive, outcome.no_learner)


def enrol_unit(actor: User, course_id: int, unit_id: int, due_on: date | None, moment: datetime) -> Outcome:
    """Enrol everybody in a unit and below, now and whoever joins later; who withdrew stays out.

    Doing it again enrols who is missing and changes the due date for who joins later.
    Raises Refused for a course that is not published, NotFound for a unit that is not in use.
    """
    course = _open_course(course_id)
    unit = found(db.session.get(Unit, unit_id))
    found(unit.active or None)
    _keep_rule(course, unit, due_on, actor, moment)
    people = _candidates(course_id, User.unit_id.in_(units.below(unit_id)))
    new = _insert(course, people, due_on, actor.id, moment)
    _catch_up(course, new, moment)
    added = [one for one in people if one.user_id in new]
    _note(actor, "unit_added", course, added, f"{unit.path}（含下级，以后加入的人也报名），{day_in_words(due_on)}")
    outcome = outcome_of(people, restoring=False)
    late = outcome.new - len(new)
    return Outcome(len(new), 0, outcome.already + late, outcome.left, outcome.inactive, outcome.no_learner)


def rules_of(course_id: int) -> list[tuple[UnitEnrolment, str]]:
    """The units whose newcomers are enrolled in a course, with their full names."""
    named = paths()
    rows = db.session.execute(
        select(UnitEnrolment, named.c.path)
        .join(named, named.c.id == UnitEnrolment.unit_id)
        .where(UnitEnrolment.course_id == course_id)
        .order_by(by_pinyin(named.c.path))
    )
    return [(rule, path) for rule, path in rows]


def end_rule(actor: User, course_id: int, rule_id: int) -> str:
    """Enrol no more newcomers of a unit; who is in stays in. Gives the unit's name.

    Raises NotFound if there is no such rule.
    """
    rule = found(db.session.get(UnitEnrolment, rule_id))
    if rule.course_id != course_id:
        found(None)
    name = rule.unit.path
    audit.record(actor, "enrolment.unit_ended", rule.course, f"{titled(rule.course.title)}{name}")
    db.session.delete(rule)
    db.session.flush()
    return name


def follow_rules(user: User, today: date, moment: datetime) -> list[str]:
    """Enrol a person in what their unit is enrolled in, where they are not yet; gives the courses' titles.

    Of two units over each other the nearer one's due date counts.
    """
    if not user.active or user.unit_id is None or Role.LEARNER not in user.roles:
        return []
    line = above(user.unit_id)
    rules = db.session.scalars(
        select(UnitEnrolment)
        .join(line, line.c.id == UnitEnrolment.unit_id)
        .join(UnitEnrolment.course)
        .where(Course.state == State.PUBLISHED)
        .order_by(Course.position, Course.id, line.c.distance)
    ).all()
    nearest: dict[int, UnitEnrolment] = {}
    for rule in rules:
        nearest.setdefault(rule.course_id, rule)
    joined = []
    person = Candidate(user.id, user.name, user.account, True, True)
    for rule in nearest.values():
        due_on = due_of_newcomer(rule.due_on, today)
        if _insert(rule.course, [person], due_on, rule.enrolled_by_id, moment):
            _catch_up(rule.course, {user.id}, moment)
            _note(None, "joined", rule.course, [person], f"{rule.unit.path}，{day_in_words(due_on)}")
            joined.append(rule.course.title)
    return joined


def _keep_rule(course: Course, unit: Unit, due_on: date | None, actor: User, moment: datetime) -> None:
    values = {"unit_id": unit.id, "course_id": course.id, "due_on": due_on, "enrolled_at": moment}
    statement = _insert_into(UnitEnrolment).values(**values, enrolled_by_id=actor.id)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["unit_id", "course_id"], set_={"due_on": due_on})
    )
    db.session.expire_all()


def _insert_into(model: Any) -> Any:
    """An INSERT that can say what happens on a conflict; each database has its own."""
    return (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(model)


def _insert(
    course: Course, people: Iterable[Candidate], due_on: date | None, actor_id: int | None, moment: datetime
) -> set[int]:
    """Add those who are new and give their ids. Whoever another request added meanwhile is not among them."""
    added: set[int] = set()
    # Sorted: two requests that wait for each other's rows would wait for ever in different orders.
    for part in _parts(sorted(one.user_id for one in people if one.admission is Admission.NEW)):
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
        statement = _insert_into(Enrolment).values(rows).on_conflict_do_nothing(index_elements=["user_id", "course_id"])
        added.update(db.session.scalars(statement.returning(Enrolment.user_id)))
    return added


def _catch_up(course: Course, user_ids: set[int], moment: datetime) -> None:
    """Who has read or passed something of this course before (in another one) has begun it, or even completed it."""
    mine = select(Activity.lesson_id, Activity.quiz_id).join(Module).where(Module.course_id == course.id).subquery()
    for part in _parts(sorted(user_ids)):
        rows = db.session.scalars(
            select(Enrolment).where(
                Enrolment.course_id == course.id,
                Enrolment.user_id.in_(part),
                or_(
                    exists().where(Reading.user_id == Enrolment.user_id, Reading.lesson_id == mine.c.lesson_id),
                    exists().where(Attempt.user_id == Enrolment.user_id, Attempt.quiz_id == mine.c.quiz_id),
                ),
            )
        )
        for enrolment in rows.all():
            study.update_completion(enrolment.user, enrolment, moment)
    db.session.flush()


# --- changing


def change_due(
    actor: User, course_id: int, ids: Sequence[int], due_on: date | None, wanted: roster.Filter | None = None
) -> int:
    """Give these enrolments of a course another due date; gives how many changed.

    With `wanted`, all that the filter leaves. Completed and withdrawn ones stay as they are.
    """
    course = course_for(course_id)
    if wanted is not None:
        ids = _ids_of(wanted)
    change = _update(Enrolment.id, ids, _of(course), roster.is_open(), Enrolment.due_on.is_distinct_from(due_on))
    return _told(actor, "due_changed", course, change(due_on=due_on), day_in_words(due_on))


def withdraw(actor: User, course_id: int, ids: Sequence[int], moment: datetime) -> int:
    """Take people out of a course; what they did stays, and so does every completion. Gives how many left."""
    course = course_for(course_id)
    change = _update(Enrolment.id, ids, _of(course), roster.is_open())
    return _told(actor, "withdrawn", course, change(withdrawn_at=moment))


def restore(actor: User, course_id: int, ids: Sequence[int], today: date, moment: datetime) -> int:
    """Bring people back who withdrew, where they left off; a due date that is over falls away. Gives how many.

    Deactivated accounts stay out. Raises Refused for a course that is not published.
    """
    course = _open_course(course_id)
    active = Enrolment.user_id.in_(select(User.id).where(User.active))
    change = _update(Enrolment.id, ids, _of(course), Enrolment.withdrawn_at.is_not(None), active)
    back = change(withdrawn_at=None, due_on=case((Enrolment.due_on < today, null()), else_=Enrolment.due_on))
    _catch_up(course, back, moment)
    return _told(actor, "restored", course, back)


def _of(course: Course) -> ColumnElement[bool]:
    return Enrolment.course_id == course.id


def _ids_of(wanted: roster.Filter) -> list[int]:
    query = select(Enrolment.id).join(User, User.id == Enrolment.user_id).where(*roster.conditions(wanted))
    return list(db.session.scalars(query.where(roster.is_open())))


def _update(column: Any, ids: Sequence[int], *conditions: ColumnElement[bool]) -> Any:
    """A function that sets values on enrolments whose `column` is among the ids and that meet the conditions.

    It gives the ids of the people whose enrolment really changed.
    """

    def change(**values: Any) -> set[int]:
        changed: set[int] = set()
        for part in _parts(ids):
            statement = update(Enrolment).where(column.in_(part), *conditions).values(**values)
            statement = statement.execution_options(synchronize_session=False)
            changed.update(db.session.scalars(statement.returning(Enrolment.user_id)))
        if changed:
            db.session.expire_all()
        return changed

    return change


def _told(actor: User, action: str, course: Course, user_ids: set[int], more: str = "") -> int:
    if user_ids:
        people = [one for part in _parts(sorted(user_ids)) for one in _candidates(course.id, User.id.in_(part))]
        _note(actor, action, course, people, more)
    return len(user_ids)


def _note(actor: User | None, action: str, course: Course, people: Sequence[Candidate], more: str = "") -> None:
    """Record an act with how many people and who: some names to read, the accounts to look up."""
    who = f"{len(people)} 人" + (f"：{names_in_words([one.name for one in people])}" if people else "")
    summary = f"{titled(course.title)}{who}" + (f"；{more}" if more else "")
    accounts = names_in_words([one.account for one in people], ACCOUNTS_TOLD)
    audit.record(actor, f"enrolment.{action}", course, summary, accounts=accounts)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), PARTS):
        yield ids[start : start + PARTS]
