"""Writing lessons. A lesson has one text: a change of it is what readers see from then on."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, Text, cast, select

from courses import content, prose
from courses.models import Activity, Course, Lesson, Module
from literacy import audit
from literacy.db import containing, db
from literacy.errors import found
from literacy.models import State, User
from literacy.pictures import service as pictures
from quizzes.reference import service as reference
from quizzes.reference.citations import citations, unknown
from quizzes.service.authoring import life
from quizzes.service.authoring.life import begin, new_slug, note, still_whole
from quizzes.service.practice import practice_questions
from quizzes.shape import Problem

COLUMNS = ("title", "summary", "body", "competencies", "sources", "checks", "media")
"""What a trainer writes of a lesson."""


def lesson_list(words: str = "", state: str = "", competency: str = "") -> Select[Any]:
    """Lessons, the newest change first, narrowed by whatever is given."""
    query = select(Lesson).order_by(Lesson.changed_at.desc(), Lesson.id.desc())
    if words:
        query = query.where(containing(words, Lesson.title, Lesson.summary, Lesson.slug))
    if state in set(State):
        query = query.where(Lesson.state == State(state))
    if competency:
        query = query.where(cast(Lesson.competencies, Text).contains(f'"{competency}"', autoescape=True))
    return query


def lesson_for(lesson_id: int, *, writing: bool = False) -> Lesson:
    """A lesson; raises NotFound. `writing` locks it until the transaction ends."""
    return found(db.session.get(Lesson, lesson_id, with_for_update=writing or None))


def courses_of(lessons: Iterable[Lesson]) -> dict[int, list[str]]:
    """The titles of the courses that hold these lessons, by lesson id; one query."""
    rows = db.session.execute(
        select(Activity.lesson_id, Course.title)
        .join(Activity.module)
        .join(Module.course)
        .where(Activity.lesson_id.in_([lesson.id for lesson in lessons]))
        .order_by(Course.position, Course.id)
        .distinct()
        .add_columns(Course.position, Course.id)
    )
    titles: dict[int, list[str]] = {}
    for lesson_id, title, *_ in rows:
        titles.setdefault(lesson_id, []).append(title)
    return titles


def text_problems(body: str, media: str) -> list[str]:
    """What would not look in a lesson's text as its author means it, each with its line."""
    files = {*content.media_in(media), *pictures.known_paths(body)}
    named = set(reference.words_named(reference.words_in(body)))
    faults = prose.faults(body, files.__contains__, named, reference.register())
    return [f"第 {line} 行：{sentence}" for line, sentence in faults]


def lesson_problems(written: dict[str, Any]) -> list[Problem]:
    """What keeps a lesson with these columns from readers: (key of the field, sentence)."""
    body, known = written["body"], reference.register()
    problems: list[Problem] = []
    if not body.strip():
        problems.append(("body", "正文是空的。"))
    problems += [("body", sentence) for sentence in text_problems(body, written["media"])]
    for source in written["sources"]:
        missing = unknown(source, known, titles_too=True) if citations(source) else [source]
        problems += [("sources", f"“依据”里还没有登记{words}。") for words in missing]
    askable = {question.slug for question in practice_questions(written["checks"])}
    for number, slug in enumerate(written["checks"], start=1):
        if slug not in askable:
            problems.append((f"checks[{number}].question", "这道题没有发布，或者是答复题，不能放在课文后面。"))
        elif written["checks"].index(slug) < number - 1:
            problems.append((f"checks[{number}].question", "这道题选了两次。"))
    return problems


@life.own_problems.register
def _(row: Lesson) -> list[Problem]:
    return lesson_problems({name: getattr(row, name) for name in COLUMNS})


def create_lesson(author: User, written: dict[str, Any]) -> Lesson:
    """A new draft lesson with these columns. It may be unfinished."""
    lesson = Lesson(slug=new_slug("l"), edited=True, **written)
    db.session.add(lesson)
    note(author, "created", lesson)
    db.session.flush()
    return lesson


def _recorded(written: dict[str, Any]) -> dict[str, Any]:
    """What the log keeps of a lesson: not its whole text, only how long it is."""
    return {**written, "body": len(written["body"]), "sources": list(written["sources"])}


def change_lesson(author: User, lesson: Lesson, opened_on: int | None, written: dict[str, Any]) -> None:
    """Change a lesson. Who has read it has read it.

    Raises Refused if somebody else changed it since it was opened, or if it is published and would become incomplete.
    """
    begin(lesson, opened_on)
    before = {name: getattr(lesson, name) for name in COLUMNS}
    for name, value in written.items():
        setattr(lesson, name, value)
    still_whole(lesson)
    note(author, "changed", lesson, **audit.difference(_recorded(before), _recorded(written)))
    db.session.flush()
