"""How lessons and courses are kept, for quizzes.history."""

from collections.abc import Iterable, Sequence

from courses.models import Activity, Course, Lesson, Module
from courses.service.authoring import courses, lessons
from literacy import audit
from literacy.models import User
from quizzes.history import kinds, labels
from quizzes.history.kinds import Body, Kept
from quizzes.models import Question, Quiz
from quizzes.service.authoring import life
from quizzes.service.authoring.kept import rows_of, titles_of

_SAID = ("title", "summary", "position")
_OF_MODULE = ("slug", "title", "summary", "objectives", "competencies", "hours")
_WHAT: dict[str, type[Lesson] | type[Quiz]] = {"lesson": Lesson, "quiz": Quiz}


def _lesson_content(row: Lesson) -> Body:
    return {name: getattr(row, name) for name in lessons.COLUMNS}


def _put_lesson(author: User, row: Lesson, opened_on: int | None, body: Body) -> None:
    lessons.change_lesson(author, row, opened_on, {**_lesson_content(row), **body})


def _course_content(row: Course) -> Body:
    modules = sorted(row.modules, key=lambda module: module.position)
    return {**{name: getattr(row, name) for name in _SAID}, "modules": [_module_content(module) for module in modules]}


def _module_content(module: Module) -> Body:
    activities = sorted(module.activities, key=lambda activity: activity.position)
    return {
        **{name: getattr(module, name) for name in _OF_MODULE},
        "hours": float(module.hours),
        "activities": [_code(activity.target) for activity in activities],
    }


def _code(target: Lesson | Quiz) -> str:
    """How a course refers to a lesson or quiz, such as lesson:wg-m1-l1."""
    return f"{'lesson' if isinstance(target, Lesson) else 'quiz'}:{target.slug}"


def _slugs(bodies: Iterable[Body], what: str) -> list[str]:
    codes = [code for body in bodies for module in body["modules"] for code in module["activities"]]
    return [code.partition(":")[2] for code in codes if code.startswith(f"{what}:")]


def _put_course(author: User, row: Course, opened_on: int | None, body: Body) -> None:
    """Build a course as it was. A module or step that is still there keeps its row, so that nobody's place is lost."""
    life.begin(row, opened_on)
    targets = {
        _code(one): one for what, model in _WHAT.items() for one in rows_of(model, _slugs([body], what)).values()
    }
    before = row.activities
    changes = audit.difference({name: getattr(row, name) for name in _SAID}, {name: body[name] for name in _SAID})
    titles = [module.title for module in row.modules]
    for name in _SAID:
        setattr(row, name, body[name])
    held = {module.slug: module for module in row.modules}
    free = list(before)
    modules = [held.get(written["slug"]) or Module(slug=written["slug"]) for written in body["modules"]]
    for position, (module, written) in enumerate(zip(modules, body["modules"], strict=True)):
        for name in _OF_MODULE:
            setattr(module, name, written[name])
        module.position = position
        if module not in row.modules:
            row.modules.append(module)
        _fill(module, [targets[code] for code in written["activities"]], free)
    row.modules = modules
    if titles != (now_titles := [module.title for module in modules]):
        changes["modules"] = [titles, now_titles]
    courses.settled(author, row, before, **changes)


def _fill(module: Module, targets: Sequence[Lesson | Quiz], free: list[Activity]) -> None:
    """Let a module hold these, in this order; each takes the row that it had, in this module before others."""
    placed = []
    for position, target in enumerate(targets):
        mine = [activity for activity in free if activity.target is target]
        mine.sort(key=lambda activity: activity.module is not module)
        activity = mine[0] if mine else courses.activity_of(target)
        if mine:
            free.remove(activity)
        activity.position = position
        placed.append(activity)
    module.activities = placed


def _names(bodies: Iterable[Body]) -> dict[str, str]:
    held = list(bodies)
    return {
        f"{what}:{slug}": title
        for what, model in _WHAT.items()
        for slug, title in titles_of(model, _slugs(held, what)).items()
    }


def _checks(bodies: Iterable[Body]) -> dict[str, str]:
    return titles_of(Question, {slug for body in bodies for slug in body["checks"]})


kinds.offer(Kept(Lesson, lessons.lesson_for, _lesson_content, _put_lesson, labels.LESSON, _checks))
kinds.offer(Kept(Course, courses.course_for, _course_content, _put_course, labels.COURSE, _names))
