"""Question, scenario and quiz files ⇄ database, and what they refer to. See docs/content.md for the formats."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import select

from literacy.content import Entry, Problem, Reader, SyncReport, fingerprint, mark_synced, readers
from literacy.db import db
from quizzes import bodies
from quizzes.competencies import COMPETENCIES
from quizzes.history import service as history
from quizzes.models import (
    Kind,
    Question,
    QuestionVersion,
    Quiz,
    QuizKind,
    Scenario,
    ScenarioVersion,
    Slot,
)
from quizzes.reference import content as reference
from quizzes.reference import terms
from quizzes.reference.citations import unknown
from quizzes.reference.models import Expression, Source

FOLDER = Path(__file__).parent / "content"
TITLE_LENGTH = 60
CUT = "……"
_QUESTION_COLUMNS = ("slug", "competency", "difficulty", "kind")
_SCENARIO_COLUMNS = ("slug", "title")


class Files:
    """Everything that the content folder holds, checked: items with problems are left out."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.scenarios: dict[str, dict[str, Any]] = {}
        self.questions: dict[str, dict[str, Any]] = {}
        self.quizzes: dict[str, dict[str, Any]] = {}
        self.sources: dict[str, dict[str, Any]] = {}
        self.expressions: dict[str, dict[str, Any]] = {}
        self._read("sources", reference.source, self.sources)
        self._read("expressions", reference.expression, self.expressions)
        self.register = reference.register_of(self.sources)
        self._read("scenarios", self._scenario, self.scenarios)
        self._read("questions", self._question, self.questions)
        self._read("quizzes", self._quiz, self.quizzes)

    def _read(self, name: str, make: Any, into: dict[str, dict[str, Any]]) -> None:
        for path in sorted((self.folder / name).rglob("*.y*ml")):
            for reader in readers(path, self.folder.parent.parent, self.problems):
                before = len(self.problems)
                slug = reader.slug()
                item = make(reader)
                if slug in into:
                    reader.report("slug", f"“{slug}”在别处已经用过")
                if len(self.problems) == before:
                    into[slug] = item

    def _report(self, reader: Reader, found: list[tuple[str, str]]) -> None:
        """Note problems of a body at the line of the key they begin with."""
        for key, sentence in found:
            top = re.split(r"[.\[]", key, maxsplit=1)[0]
            line = reader.entry.lines.get(top, reader.entry.line)
            self.problems.append(Problem(reader.file, line, key, sentence.rstrip("。")))

    def _scenario(self, reader: Reader) -> dict[str, Any]:
        title = reader.text("title")
        body = plain(reader.entry, without=_SCENARIO_COLUMNS)
        self._report(reader, bodies.scenario_problems(body))
        self._check_expressions(reader, body)
        return {"title": title, "body": body}

    def _check_expressions(self, reader: Reader, body: dict[str, Any]) -> None:
        """Each expression that a scenario names is known and occurs in its post or thread."""
        said = (
            [body["post"].get("text", ""), body["post"].get("title", "")] if isinstance(body.get("post"), dict) else []
        )
        said += [row.get("text", "") for row in body.get("thread") or [] if isinstance(row, dict)]
        for slug in body.get("expressions") or []:
            if slug not in self.expressions:
                reader.report("expressions", f"词典里没有“{slug}”")
            elif not terms.occurs(self.expressions[slug]["forms"].splitlines(), *map(str, said)):
                reader.report("expressions", f"原帖和跟帖里没有“{self.expressions[slug]['title']}”的任何一种写法")

    def _question(self, reader: Reader) -> dict[str, Any]:
        kind = reader.choice("kind", [kind.value for kind in Kind])
        competency = reader.choice("competency", COMPETENCIES, "")
        difficulty = int(reader.number("difficulty", 2, 1, 5) or 2)
        body = plain(reader.entry, without=_QUESTION_COLUMNS)
        if kind in {member.value for member in Kind}:
            self._report(reader, bodies.question_problems(Kind(kind), body))
        if kind == Kind.REPLY and body.get("scenario") and body["scenario"] not in self.scenarios:
            reader.report("scenario", f"没有情景“{body['scenario']}”，或者那个文件有误")
        for words in unknown(str(body.get("source") or ""), self.register):
            reader.report("source", f"依据登记表里没有{words}")
        return {
            "kind": kind,
            "competency": competency,
            "difficulty": difficulty,
            "title": question_title(body, self.scenarios),
            "body": body,
        }

    def _quiz(self, reader: Reader) -> dict[str, Any]:
        limit = reader.number("time_limit_minutes", None, 1, 600)
        allowed = reader.number("attempts_allowed", None, 1, 1000)
        asked: list[tuple[str, float]] = []
        quiz: dict[str, Any] = {
            "title": reader.text("title"),
            "intro": reader.text("intro", needed=False),
            "kind": reader.choice("kind", [kind.value for kind in QuizKind], "quiz"),
            "time_limit_minutes": None if limit is None else int(limit),
            "attempts_allowed": None if allowed is None else int(allowed),
            "pass_mark": int(reader.number("pass_mark", 60, 1, 100) or 60),
            "shuffle_options": reader.flag("shuffle_options", True),
            "questions": asked,
        }
        for part in reader.parts("questions"):
            slug = part.text("question")
            if slug and slug not in self.questions:
                part.report("question", f"没有题目“{slug}”，或者那道题有误")
            if slug in [question for question, _ in asked]:
                part.report("question", f"题目“{slug}”写了两次")
            asked.append((slug, float(part.number("marks", 1, 0.1, 100) or 1)))
            part.finish()
        kinds = [self.questions.get(slug, {}).get("kind") for slug, _ in asked]
        if quiz["kind"] == QuizKind.DRILL and kinds != ["reply"]:
            reader.report("questions", "演练只能有一道题，而且必须是答复题")
        reader.finish()
        return quiz


def plain(value: Any, without: tuple[str, ...] = ()) -> Any:
    """A file's entry as ordinary dictionaries and lists, without the keys that are columns."""
    if isinstance(value, (Entry, dict)):
        return {str(key): plain(item) for key, item in value.items() if key not in without}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.strip() if isinstance(value, str) else value


def question_title(body: dict[str, Any], scenarios: dict[str, dict[str, Any]] | None = None) -> str:
    """The first line of the stem, for lists; a reply question bears its scenario's name. Ends with …… where it was cut.

    A stem is plain text: brackets and stars in it belong to what it says, such as [微笑].
    """
    stem = str(body.get("stem") or "").strip().split("\n")[0].strip()
    if not stem and scenarios and body.get("scenario") in scenarios:
        stem = f"答复：{scenarios[body['scenario']]['title']}"
    if len(stem) > TITLE_LENGTH:
        stem = stem[: TITLE_LENGTH - len(CUT)].rstrip() + CUT
    return stem or "（没有题干）"


def check(folder: Path = FOLDER) -> list[Problem]:
    """Every problem of the content files; needs no database."""
    return Files(folder).problems


def sync(folder: Path = FOLDER) -> SyncReport:
    """Write content files to the database: new ones are added, changed ones get a new version, none is deleted."""
    files = Files(folder)
    report = SyncReport(problems=files.problems)
    write(files, report)
    return report


def write(files: Files, report: SyncReport) -> None:
    """Write to the database what of the files the report wants; it notes what was done."""
    reference.sync(report, files.sources, files.expressions)
    scenarios = {row.slug: row for row in db.session.scalars(select(Scenario))}
    for slug, item in files.scenarios.items():
        _sync_scenario(report, scenarios, slug, item)
    questions = {row.slug: row for row in db.session.scalars(select(Question))}
    for slug, item in files.questions.items():
        _sync_question(report, questions, scenarios, slug, item)
    quizzes = {row.slug: row for row in db.session.scalars(select(Quiz))}
    for slug, item in files.quizzes.items():
        _sync_quiz(report, quizzes, questions, slug, item)
    db.session.flush()
    history.keep_all(Quiz, Source, Expression)


def _sync_scenario(report: SyncReport, rows: dict[str, Scenario], slug: str, item: dict[str, Any]) -> None:
    content_hash = fingerprint(item)
    row = rows.get(slug)
    if not report.wants(row, slug, content_hash):
        return
    if row is None:
        row = rows[slug] = Scenario(slug=slug, title=item["title"])
        db.session.add(row)
    row.title = item["title"]
    body = bodies.normalised_scenario(item["body"])
    row.versions.append(ScenarioVersion(number=len(row.versions) + 1, body=body, content_hash=fingerprint(body)))
    mark_synced(row, content_hash)


def _sync_question(
    report: SyncReport, rows: dict[str, Question], scenarios: dict[str, Scenario], slug: str, item: dict[str, Any]
) -> None:
    content_hash = fingerprint(item)
    row = rows.get(slug)
    if not report.wants(row, slug, content_hash):
        return
    if row is None:
        row = rows[slug] = Question(slug=slug, title=item["title"], kind=Kind(item["kind"]))
        db.session.add(row)
    row.kind = Kind(item["kind"])
    row.title, row.competency, row.difficulty = item["title"], item["competency"], item["difficulty"]
    row.scenario = scenarios[item["body"]["scenario"]] if row.kind is Kind.REPLY else None
    body = bodies.normalised(row.kind, item["body"])
    row.versions.append(QuestionVersion(number=len(row.versions) + 1, body=body, content_hash=fingerprint(body)))
    mark_synced(row, content_hash)


def _sync_quiz(
    report: SyncReport, rows: dict[str, Quiz], questions: dict[str, Question], slug: str, item: dict[str, Any]
) -> None:
    content_hash = fingerprint(item)
    row = rows.get(slug)
    if not report.wants(row, slug, content_hash):
        return
    if row is None:
        row = rows[slug] = Quiz(slug=slug, title=item["title"])
        db.session.add(row)
    for name in ("title", "intro", "time_limit_minutes", "attempts_allowed", "pass_mark", "shuffle_options"):
        setattr(row, name, item[name])
    row.kind = QuizKind(item["kind"])
    kept = {slot.question.slug: slot for slot in row.slots}
    wanted = []
    for position, (question, marks) in enumerate(item["questions"]):
        slot = kept.get(question) or Slot(question=questions[question])
        slot.position, slot.marks = position, marks
        wanted.append(slot)
    row.slots = wanted
    mark_synced(row, content_hash)
