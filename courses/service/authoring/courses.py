"""Arranging lessons, quizzes and drills into courses."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import selectinload

from courses.models import Activity, ActivityKind, Course, Enrolment, Lesson, Module
from courses.service.study import complete_those_done
from literacy import audit
from literacy.db import containing, db, now
from literacy.errors import Refused, found
from literacy.models import Authored, State, User
from literacy.text import titled
from quizzes.models import Question, Quiz, Slot
from quizzes.service.authoring import life
from quizzes.service.authoring.life import begin, new_slug, note, still_whole
from quizzes.service.authoring.uses import Use
from quizzes.shape import Problem

MAX_ID = 2**31
"""No row has such a number; the database would not even look for it."""

FIELDS = {
    "summary": "介绍",
    "position": "排序",
    "body": "正文字数",
    "competencies": "能力",
    "sources": "依据",
    "checks": "练一练",
    "media": "图片文件夹",
    "modules": "单元顺序",
    "module": "单元",
    "objectives": "目标",
    "hours": "学时",
    "activities": "内容项数",
    "activity": "移动的内容",
}
"""What changed fields of courses and lessons are called in the audit log, for audit.FIELDS."""

Choice = tuple[str, int]
"""A lesson or a quiz that was picked: ("lesson", 12) or ("quiz", 5)."""

_OUTLINE = selectinload(Course.modules).selectinload(Module.activities)


def course_list(words: str = "", state: str = "") -> Select[Any]:
    """Courses with their modules and activities, in the learners' order, narrowed by whatever is given."""
    query = select(Course).options(_OUTLINE).order_by(Course.position, Course.id)
    if words:
        query = query.where(containing(words, Course.title, Course.summary, Course.slug))
    if state in set(State):
        query = query.where(Course.state == State(state))
    return query


def course_for(course_id: int, *, writing: bool = False) -> Course:
    """A course with all that it arranges; raises NotFound.

    `writing` locks it, with its lessons and quizzes, until the transaction ends: none of them is retired meanwhile.
    """
    asked = selectinload(Quiz.slots).joinedload(Slot.question).joinedload(Question.scenario)
    whole = (_OUTLINE.joinedload(Activity.lesson), _OUTLINE.joinedload(Activity.quiz).options(asked))
    if writing:
        found(db.session.get(Course, course_id, with_for_update=True))
    query = select(Course).where(Course.id == course_id).options(*whole)
    course = found(db.session.scalar(query.execution_options(populate_existing=writing)))
    if writing:
        _hold(activity.target for activity in course.activities)
    return course


def _hold(targets: Iterable[Lesson | Quiz]) -> None:
    """Lock lessons and quizzes and read them afresh; always in one order, so that no two trainers block each other."""
    ids: dict[type[Lesson | Quiz], list[int]] = {Lesson: [], Quiz: []}
    for target in targets:
        ids[type(target)].append(target.id)
    for model, wanted in ids.items():
        db.session.scalars(
            select(model)
            .where(model.id.in_(wanted))
            .order_by(model.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).all()


def titles_by_slug() -> dict[str, str]:
    """The titles of all courses, for naming their folders."""
    return {course.slug: course.title for course in db.session.execute(select(Course.slug, Course.title))}


def next_position() -> int:
    """A position behind all courses that there are."""
    return min((db.session.scalar(select(func.max(Course.position))) or 0) + 1, 1000)


def step_of(lesson: Lesson, activity_id: int) -> Activity | None:
    """The activity in which a lesson is read, if that is what the number names."""
    activity = db.session.get(Activity, activity_id) if 0 < activity_id < MAX_ID else None
    return activity if activity and activity.lesson_id == lesson.id else None


def module_of(course: Course, module_id: int) -> Module:
    """A module of this course; raises NotFound."""
    return found(next((module for module in course.modules if module.id == module_id), None))


@life.own_problems.register
def _(row: Course) -> list[Problem]:
    return [] if row.activities else [("modules", "还没有任何内容：先添加单元，再往单元里添加课文、测验或演练。")]


@life.parts_of.register
def _(row: Course) -> list[Authored]:
    return list(dict.fromkeys(activity.target for activity in row.activities))


def places_of(row: Authored) -> list[Use]:
    """The courses that a lesson or quiz is used in; nothing for other content."""
    if isinstance(row, Lesson):
        at = Activity.lesson_id == row.id
    elif isinstance(row, Quiz):
        at = Activity.quiz_id == row.id
    else:
        return []
    holding = select(Module.course_id).join(Module.activities).where(at)
    courses = db.session.scalars(select(Course).where(Course.id.in_(holding)).order_by(Course.position, Course.id))
    return [Use(f"课程{titled(course.title)}", course.state is State.PUBLISHED) for course in courses]


def learners_in(course: Course) -> int:
    """How many people are enrolled and have not completed it."""
    query = select(func.count(Enrolment.id)).where(
        Enrolment.course_id == course.id, Enrolment.withdrawn_at.is_(None), Enrolment.completed_at.is_(None)
    )
    return db.session.scalar(query) or 0


def create_course(author: User, settings: dict[str, Any]) -> Course:
    """A new draft course without modules. `settings` are columns of Course."""
    course = Course(slug=new_slug("c"), edited=True, **settings)
    db.session.add(course)
    note(author, "created", course)
    db.session.flush()
    return course


def settled(author: User, course: Course, before: Sequence[Activity], **changes: Any) -> None:
    """What follows every change of a course: it is still whole, is recorded, and who has nothing left to do is done."""
    still_whole(course)
    if len(course.activities) != len(before):
        changes["activities"] = [len(before), len(course.activities)]
    note(author, "changed", course, **changes)
    db.session.flush()
    if set(before) - set(course.activities):
        complete_those_done(course, now())


def change_course(
    author: User, course: Course, opened_on: int | None, settings: dict[str, Any], module_ids: Iterable[int]
) -> None:
    """Change what a course says of itself, and keep of its modules the named ones, in this order.

    Ids that the course does not hold are passed over. What learners read and answered stays, whatever is taken out.
    Raises Refused if somebody else changed it since it was opened, or if it is published and would become incomplete.
    """
    begin(course, opened_on)
    before = course.activities
    changes = audit.difference({name: getattr(course, name) for name in settings}, settings)
    titles = [module.title for module in course.modules]
    for name, value in settings.items():
        setattr(course, name, value)
    kept = {module.id: module for module in course.modules}
    modules = [module for module_id in module_ids if (module := kept.pop(module_id, None))]
    for position, module in enumerate(modules):
        module.position = position
    course.modules = modules
    if titles != (now_titles := [module.title for module in modules]):
        changes["modules"] = [titles, now_titles]
    settled(author, course, before, **changes)


def create_module(author: User, course: Course, opened_on: int | None, written: dict[str, Any]) -> Module:
    """A new module at the end of a course; learners see it once it holds something.

    Raises Refused if somebody else changed the course since.
    """
    begin(course, opened_on)
    before = course.activities
    position = max((module.position for module in course.modules), default=-1) + 1
    module = Module(slug=new_slug("m"), position=position, **written)
    course.modules.append(module)
    settled(author, course, before, module=["", module.title])
    return module


def change_module(
    author: User,
    module: Module,
    opened_on: int | None,
    written: dict[str, Any],
    placed: Iterable[tuple[int, int]],
) -> None:
    """Change a module, and keep of its activities the named ones, as (activity id, id of the module it belongs in).

    An activity keeps its row wherever it goes. Ids that the course does not hold are passed over.
    Raises Refused if somebody else changed the course since it was opened, if it is published and would become
    incomplete, or if a module would hold the same lesson or quiz twice.
    """
    course = module.course
    begin(course, opened_on)
    before = course.activities
    changes = audit.difference({name: getattr(module, name) for name in written}, written)
    for name, value in written.items():
        setattr(module, name, value)
    _place(module, placed)
    settled(author, course, before, module=module.title, **changes)


def _place(module: Module, placed: Iterable[tuple[int, int]]) -> None:
    elsewhere = {other.id: other for other in module.course.modules if other is not module}
    kept = {activity.id: activity for activity in module.activities}
    staying: list[Activity] = []
    for activity_id, module_id in placed:
        activity = kept.pop(activity_id, None)
        if activity is None:
            continue
        if module_id in elsewhere:
            _append(elsewhere[module_id], activity)
        else:
            activity.position = len(staying)
            staying.append(activity)
    module.activities = staying


def _append(module: Module, activity: Activity) -> None:
    target = activity.target
    if any(other.target is target for other in module.activities):
        raise Refused(f"单元{titled(module.title)}里已经有{titled(target.title)}了，不能再移过去。")
    activity.position = max((other.position for other in module.activities), default=-1) + 1
    module.activities.append(activity)


def offers(words: str = "", state: str = "", kind: str = "") -> Select[Any]:
    """What can be picked, retired content left out: rows of (what, id, title, state, kind, changed_at)."""
    lessons = select(
        literal("lesson").label("what"), Lesson.id, Lesson.title, Lesson.state,
        literal("lesson").label("kind"), Lesson.changed_at,
    )  # fmt: skip
    quizzes = select(
        literal("quiz").label("what"), Quiz.id, Quiz.title, Quiz.state, cast(Quiz.kind, String).label("kind"),
        Quiz.changed_at,
    )  # fmt: skip
    rows = union_all(lessons, quizzes).subquery()
    query = select(rows).where(rows.c.state != State.RETIRED)
    if words:
        query = query.where(containing(words, rows.c.title))
    if state in set(State):
        query = query.where(rows.c.state == State(state))
    if kind in set(ActivityKind):
        query = query.where(rows.c.kind == kind)
    return query.order_by(rows.c.changed_at.desc(), rows.c.what, rows.c.id.desc())


def held_by(course: Course) -> set[Choice]:
    """What a course holds already."""
    return {_choice(activity.target) for activity in course.activities}


def _choice(target: Lesson | Quiz) -> Choice:
    return ("lesson" if isinstance(target, Lesson) else "quiz", target.id)


def add_activities(author: User, module: Module, opened_on: int | None, chosen: Iterable[Choice]) -> int:
    """Put lessons and quizzes at the end of a module; gives how many. What the course holds already is passed over.

    Raises Refused if somebody else changed the course since, if one of them was retired, or if the course is published
    and one of them is not.
    """
    course = module.course
    held = held_by(course)
    wanted = [choice for choice in dict.fromkeys(chosen) if choice not in held]
    targets = _targets(wanted)
    new = [targets[choice] for choice in wanted if choice in targets]
    if not new:
        return 0
    if retired := [target for target in new if target.state is State.RETIRED]:
        raise Refused(f"{life.name_of(retired[0])}已经停用，不能加进课程。")
    begin(course, opened_on)
    before = course.activities
    for target in new:
        _append(module, activity_of(target))
    settled(author, course, before, module=module.title)
    return len(new)


def _targets(chosen: Iterable[Choice]) -> dict[Choice, Lesson | Quiz]:
    """The lessons and quizzes that were picked, locked; choices that are none are left out."""
    rows: list[Lesson | Quiz] = []
    for what, model in (("lesson", Lesson), ("quiz", Quiz)):
        ids = [number for kind, number in chosen if kind == what and 0 < number < MAX_ID]
        rows += db.session.scalars(select(model).where(model.id.in_(ids)))
    _hold(rows)
    return {_choice(row): row for row in rows}


def activity_of(target: Lesson | Quiz) -> Activity:
    """A new step in which a lesson is read, or a quiz or drill is done."""
    if isinstance(target, Lesson):
        return Activity(kind=ActivityKind.LESSON, lesson=target)
    return Activity(kind=ActivityKind(target.kind.value), quiz=target)
