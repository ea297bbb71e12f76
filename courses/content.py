"""Course and lesson files ⇄ database. See docs/content.md for the formats."""

import mimetypes
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import select
from werkzeug.utils import safe_join

import quizzes.content
from courses import prose
from courses.models import Activity, ActivityKind, Course, Lesson, Module
from courses.service.study import complete_those_done
from literacy.content import (
    SLUG,
    Entry,
    Problem,
    Reader,
    SyncReport,
    fingerprint,
    mark_synced,
    read_yaml,
    readers,
    split_front_matter,
)
from literacy.db import db, now
from quizzes.competencies import COMPETENCIES
from quizzes.content import Files as QuizFiles
from quizzes.history import service as history
from quizzes.models import Kind, Question, Quiz
from quizzes.reference.citations import Register, unknown
from quizzes.reference.models import Expression
from quizzes.reference.service import register

FOLDER = Path(__file__).parent / "content"


@dataclass(frozen=True)
class Quizzed:
    """What lessons and modules may refer to in the files of the package below."""

    quizzes: Container[str]
    checkable: Container[str]
    """Questions that can be asked at the end of a lesson: all but replies."""
    expressions: Container[str]
    register: Register

    @classmethod
    def of(cls, files: QuizFiles) -> "Quizzed":
        """From the files of the package below."""
        checkable = {slug for slug, item in files.questions.items() if item["kind"] != Kind.REPLY}
        return cls(set(files.quizzes), checkable, set(files.expressions), files.register)


class Files:
    """Everything that the course folders hold, checked: items with problems are left out.

    A module is a file of its own in the folder of the course it was written for; any course may take it up, so that
    one lesson serves several paths. ``uploaded``: pictures beside the folders, as texts name them.
    """

    def __init__(self, quizzed: Quizzed, folder: Path = FOLDER, uploaded: Container[str] = frozenset()) -> None:
        self.root = folder.parent.parent
        self.quizzed = quizzed
        self.uploaded = uploaded
        self.problems: list[Problem] = []
        self.lessons: dict[str, dict[str, Any]] = {}
        self.modules: dict[str, dict[str, Any]] = {}
        self.courses: dict[str, dict[str, Any]] = {}
        self.files: dict[str, str] = {}
        """Where each lesson and module is written, by slug."""
        homes = sorted(path for path in folder.iterdir() if path.is_dir())
        for home in homes:
            for path in sorted((home / "lessons").glob("*.md")):
                self._lesson(path, home)
        for home in homes:
            for path in sorted((home / "modules").glob("*.yaml")):
                self._read(path, self._module, self.modules)
        for home in homes:
            if (home / "course.yaml").exists():
                self._read(home / "course.yaml", self._course, self.courses)

    def _read(self, path: Path, make: Callable[[Reader], dict[str, Any]], into: dict[str, dict[str, Any]]) -> None:
        for reader in readers(path, self.root, self.problems):
            before = len(self.problems)
            slug = reader.slug()
            item = make(reader)
            reader.finish()
            if slug in into:
                reader.report("slug", f"“{slug}”在别处已经用过")
            if len(self.problems) == before:
                into[slug] = item
                self.files[slug] = reader.file

    def _lesson(self, path: Path, home: Path) -> None:
        name = path.relative_to(self.root).as_posix()
        before = len(self.problems)
        try:
            text = path.read_text("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError:
            self.problems.append(Problem(name, 1, "", "文件不是 UTF-8 编码"))
            return
        head, body, line = split_front_matter(text)
        entry = read_yaml(path, self.root, self.problems, head, line)
        if not isinstance(entry, Entry):
            if len(self.problems) == before:
                self.problems.append(Problem(name, 1, "", "开头应当有写在 --- 之间的说明（slug、title…）"))
            return
        reader = Reader(name, entry, self.problems)
        slug = reader.slug()
        lesson = {
            "title": reader.text("title"),
            "summary": reader.text("summary", needed=False),
            "competencies": reader.strings("competencies"),
            "checks": self._known(reader, "checks", self.quizzed.checkable, "题目"),
            "sources": reader.strings("sources"),
            "body": body,
            "media": home.name,
        }
        reader.strings("places")  # the real places it may name: see courses/curriculum.py
        reader.finish()
        for source in lesson["sources"]:
            for words in unknown(source, self.quizzed.register, titles_too=True):
                reader.report("sources", f"依据登记表里没有{words}")
        if not body.strip():
            self.problems.append(Problem(name, 1, "", "正文是空的"))

        def is_there(image: str) -> bool:
            return image in self.uploaded or (home / image).is_file()

        faults = prose.faults(body, is_there, self.quizzed.expressions, self.quizzed.register)
        # The head stands before the text: its lines count too.
        first = text.count("\n", 0, text.rindex(body.strip())) if body.strip() else 0
        self.problems += [Problem(name, first + at, "", sentence.rstrip("。")) for at, sentence in faults]
        if slug in self.lessons:
            reader.report("slug", f"“{slug}”在别处已经用过")
        if len(self.problems) == before:
            self.lessons[slug] = lesson
            self.files[slug] = name

    def _known(self, reader: Reader, key: str, known: Container[str], what: str) -> list[str]:
        """A list of slugs, each of which there is, none twice."""
        slugs = reader.strings(key)
        for slug in dict.fromkeys(slugs):
            if slug not in known:
                reader.report(key, f"没有{what}“{slug}”，或者那个文件有误")
            elif slugs.count(slug) > 1:
                reader.report(key, f"“{slug}”写了两次")
        return slugs

    def _course(self, reader: Reader) -> dict[str, Any]:
        slugs = self._known(reader, "modules", self.modules, "单元")
        if not slugs:
            reader.report("modules", "至少写一个单元")
        return {
            "title": reader.text("title"),
            "summary": reader.text("summary", needed=False),
            "position": int(reader.number("position", 0) or 0),
            "modules": [{"slug": slug, **self.modules[slug]} for slug in slugs if slug in self.modules],
        }

    def _module(self, reader: Reader) -> dict[str, Any]:
        return {
            "title": reader.text("title"),
            "summary": reader.text("summary", needed=False),
            "objectives": reader.strings("objectives"),
            "competencies": self._known(reader, "competencies", COMPETENCIES, "能力"),
            "hours": float(reader.number("hours", 1, 0, 100) or 0),
            "activities": [self._activity(item) for item in reader.parts("activities", needed=False)],
        }

    def _activity(self, part: Reader) -> tuple[str, str]:
        kinds = [kind.value for kind in ActivityKind if kind.value in part.entry]
        if len(kinds) != 1 or len(part.entry) != 1:
            part.report(next(iter(part.entry), ""), "每一步写一个：lesson、quiz 或 drill")
            return ("lesson", "")
        slug = part.text(kinds[0])
        known: Container[str] = self.lessons if kinds[0] == ActivityKind.LESSON else self.quizzed.quizzes
        if slug and slug not in known:
            part.report(kinds[0], f"没有“{slug}”，或者那个文件有误")
        return (kinds[0], slug)


def _brought() -> Path:
    """Where the media of course packages lie: the product itself writes to nothing but its data folder."""
    return Path(current_app.config["DATA_FOLDER"]) / "media"


def _media_homes(folder: str) -> list[Path]:
    """Where the media of a course folder lie. What came in a package goes before what was shipped."""
    return [_brought() / folder, FOLDER / folder / "media"]


def image_folders() -> list[str]:
    """The course folders that hold images for lessons."""
    shipped = {path.parent.name for path in FOLDER.glob("*/media") if path.is_dir()}
    return sorted(shipped | {path.name for path in _brought().glob("*") if path.is_dir()})


def is_media(name: str) -> bool:
    """Whether a file of this name may be shown in a lesson or offered for download there: images, and tables as CSV."""
    kind = mimetypes.guess_type(name)[0] or ""
    return kind.startswith("image/") or name.endswith(".csv")


def media_file(folder: str, name: str) -> Path | None:
    """An image or table of a course folder; None where there is none of this name."""
    if not SLUG.fullmatch(folder) or not is_media(name):
        return None
    for home in _media_homes(folder):
        path = safe_join(str(home), name)
        if path is not None and Path(path).is_file():
            return Path(path)
    return None


@contextmanager
def media_kept(files: Mapping[tuple[str, str], bytes]) -> Iterator[None]:
    """Keep images and tables, by (course folder, name). If what is done with them fails, all is as it was before."""
    before: dict[Path, bytes | None] = {}
    try:
        for (folder, name), data in files.items():
            place = _brought() / folder / name
            before[place] = place.read_bytes() if place.is_file() else None
            _put(place, data)
        yield
    except BaseException:
        for place, old in before.items():
            place.unlink(missing_ok=True) if old is None else _put(place, old)
        raise


def _put(place: Path, data: bytes) -> None:
    """Write a file in one step: whoever reads it meanwhile gets all of the old or all of the new."""
    place.parent.mkdir(parents=True, exist_ok=True)
    written = place.with_name(f".{uuid4().hex}")
    written.write_bytes(data)
    written.replace(place)


def media_in(folder: str) -> list[str]:
    """The images and tables of a course folder, as lessons write them: media/….svg. None for a folder not there."""
    if not SLUG.fullmatch(folder):
        return []
    found = ((home, path) for home in _media_homes(folder) for path in home.rglob("*"))
    files = ((home, path) for home, path in found if path.is_file() and is_media(path.name))
    return sorted({f"media/{path.relative_to(home).as_posix()}" for home, path in files})


def images_in(folder: str) -> list[str]:
    """The images among them."""
    return [path for path in media_in(folder) if not path.endswith(".csv")]


def check() -> list[Problem]:
    """Every problem of the course files; needs no database. Quiz files report their own."""
    return Files(Quizzed.of(quizzes.content.Files())).problems


def sync(folder: Path = FOLDER) -> SyncReport:
    """Write course files to the database; quizzes must have been synced before."""
    files = Files(_synced(set(db.session.scalars(select(Quiz.slug)))), folder)
    report = SyncReport(problems=files.problems)
    write(files, report)
    return report


def write(files: Files, report: SyncReport) -> None:
    """Write to the database what of the files the report wants; it notes what was done. Quizzes come before."""
    quiz_rows = {row.slug: row for row in db.session.scalars(select(Quiz))}
    lesson_rows = {row.slug: row for row in db.session.scalars(select(Lesson))}
    for slug, item in files.lessons.items():
        _sync_lesson(report, lesson_rows, slug, item)
    course_rows = {row.slug: row for row in db.session.scalars(select(Course))}
    for slug, item in files.courses.items():
        _sync_course(report, course_rows, lesson_rows, quiz_rows, slug, item)
    db.session.flush()
    for slug in set(report.updated) & set(files.courses):
        complete_those_done(course_rows[slug], now())
    history.keep_all(Lesson, Course)


def _synced(quizzes: Container[str]) -> Quizzed:
    """What lessons and modules may refer to in the database."""
    asked = select(Question.slug).where(Question.kind != Kind.REPLY)
    return Quizzed(
        quizzes, set(db.session.scalars(asked)), set(db.session.scalars(select(Expression.slug))), register()
    )


def _sync_lesson(report: SyncReport, rows: dict[str, Lesson], slug: str, item: dict[str, Any]) -> None:
    content_hash = fingerprint(item)
    row = rows.get(slug)
    if not report.wants(row, slug, content_hash):
        return
    if row is None:
        row = rows[slug] = Lesson(slug=slug, title=item["title"])
        db.session.add(row)
    for name, value in item.items():
        setattr(row, name, value)
    mark_synced(row, content_hash)


def _sync_course(
    report: SyncReport,
    rows: dict[str, Course],
    lessons: dict[str, Lesson],
    quiz_rows: dict[str, Quiz],
    slug: str,
    item: dict[str, Any],
) -> None:
    content_hash = fingerprint(item)
    row = rows.get(slug)
    if not report.wants(row, slug, content_hash):
        return
    if row is None:
        row = rows[slug] = Course(slug=slug, title=item["title"])
        db.session.add(row)
    row.title, row.summary, row.position = item["title"], item["summary"], item["position"]
    kept = {module.slug: module for module in row.modules}
    modules = []
    for position, wanted in enumerate(item["modules"]):
        module = kept.get(wanted["slug"]) or Module(slug=wanted["slug"])
        module.position = position
        for name in ("title", "summary", "objectives", "competencies", "hours"):
            setattr(module, name, wanted[name])
        _place_activities(module, wanted["activities"], lessons, quiz_rows)
        modules.append(module)
    row.modules = modules
    mark_synced(row, content_hash)


def _place_activities(
    module: Module, wanted: list[tuple[str, str]], lessons: dict[str, Lesson], quiz_rows: dict[str, Quiz]
) -> None:
    kept = {activity.target.slug: activity for activity in module.activities}
    activities = []
    for position, (kind, slug) in enumerate(wanted):
        activity = kept.get(slug) or Activity()
        activity.kind, activity.position = ActivityKind(kind), position
        activity.lesson = lessons[slug] if kind == ActivityKind.LESSON else None
        activity.quiz = None if kind == ActivityKind.LESSON else quiz_rows[slug]
        activities.append(activity)
    module.activities = activities
