"""Everything that a course needs, as the files of a package."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from courses import content
from courses.exchange import entries, layout
from courses.exchange.columns import columns_of
from courses.models import Course, Lesson
from literacy.db import db
from literacy.models import Authored
from literacy.pictures import service as pictures
from quizzes.models import Question, Quiz, Scenario
from quizzes.reference.citations import citations, plain_title
from quizzes.reference.models import Expression, Source
from quizzes.reference.service import words_in

_MEDIA = re.compile(r"\]\(\s*<?(media/[^)\s>]+)")
Files = dict[str, bytes]


@dataclass(frozen=True)
class Parts:
    """The rows that a course leads to, each once, sorted by slug."""

    course: Course
    lessons: list[Lesson]
    quizzes: list[Quiz]
    questions: list[Question]
    scenarios: list[Scenario]
    sources: list[Source]
    expressions: list[Expression]


def _sorted(rows: Iterable[Any]) -> list[Any]:
    return sorted({row.slug: row for row in rows}.values(), key=lambda row: row.slug)


def parts_of(course: Course) -> Parts:
    """What learners of a course meet, and what that rests on."""
    targets = [activity.target for activity in course.activities]
    lessons = _sorted(target for target in targets if isinstance(target, Lesson))
    quizzes = _sorted(target for target in targets if isinstance(target, Quiz))
    checks = {slug for lesson in lessons for slug in lesson.checks}
    asked = [slot.question for quiz in quizzes for slot in quiz.slots]
    questions = _sorted([*asked, *_by_slug(Question, checks)])
    scenarios = _sorted(question.scenario for question in questions if question.scenario)
    named = {slug for scenario in scenarios for slug in scenario.body.get("expressions") or ()}
    named |= {slug for lesson in lessons for slug in words_in(lesson.body)}
    expressions = _sorted(_by_slug(Expression, named))
    return Parts(
        course, lessons, quizzes, questions, scenarios, _cited([*lessons, *questions, *scenarios]), expressions
    )


def _by_slug(model: type[Authored], slugs: set[str]) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.slug.in_(slugs)))) if slugs else []


def _cited(rows: Iterable[Authored]) -> list[Source]:
    """The registered sources that any of these cites, wherever in its texts."""
    text = "\n".join(json.dumps(columns_of(row), ensure_ascii=False, default=str) for row in rows)
    titles = {plain_title(citation.title) for citation in citations(text)}
    return _sorted(row for row in db.session.scalars(select(Source)) if titles & set(row.titles))


def files_of(course: Course) -> Files:
    """The package of a course, file by file, as the database holds it now: trainers' edits are in it."""
    parts = parts_of(course)
    columns = columns_of(course)
    home = f"{layout.COURSES}/{course.slug}"
    files = {f"{home}/course.yaml": layout.dumped(entries.course(course.slug, columns))}
    for module in columns["modules"]:
        files[f"{home}/modules/{module['slug']}.yaml"] = layout.dumped(entries.module(module))
    for lesson in parts.lessons:
        files |= _lesson_files(lesson, course)
    for quiz in parts.quizzes:
        entry = entries.quiz(quiz.slug, columns_of(quiz))
        files[f"{layout.QUIZZES}/quizzes/{quiz.slug}.yaml"] = layout.dumped(entry)
    for scenario in parts.scenarios:
        entry = entries.scenario(scenario.slug, columns_of(scenario))
        files[f"{layout.QUIZZES}/scenarios/{scenario.slug}.yaml"] = layout.dumped(entry)
    for name, rows, entry_of in (
        ("questions", parts.questions, entries.question),
        ("sources", parts.sources, entries.source),
        ("expressions", parts.expressions, entries.expression),
    ):
        if rows:
            listed = [entry_of(row.slug, columns_of(row)) for row in rows]
            files[f"{layout.QUIZZES}/{name}/{course.slug}.yaml"] = layout.dumped(listed)
    return files


def _lesson_files(lesson: Lesson, course: Course) -> Files:
    """A lesson with its images. They lie in the folder whose images it uses, else in the course's own."""
    columns = columns_of(lesson)
    folder = columns["media"] or course.slug
    text = layout.lesson_file(entries.lesson(lesson.slug, columns), columns["body"])
    files = {f"{layout.COURSES}/{folder}/lessons/{lesson.slug}.md": text}
    for path in dict.fromkeys(_MEDIA.findall(columns["body"])):
        name = path.removeprefix("media/")
        if (found := content.media_file(folder, name)) is not None:
            files[layout.media_path(folder, name)] = Path(found).read_bytes()
    for key in pictures.named_in(columns["body"]):
        picture = pictures.picture_named(key)
        files[layout.picture_path(picture.file_name)] = pictures.file_of(picture).read_bytes()
    return files
