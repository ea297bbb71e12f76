"""Course and lesson files ⇄ database. See docs/content.md for the formats."""

import mimetypes
from pathlib import Path
from typing import Any

from sqlalchemy import select

import quizzes.content
from courses import prose
from courses.models import Activity, ActivityKind, Course, Lesson, Module
from courses.service.study import complete_those_done
from literacy.content import (
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
from quizzes.models import Quiz

FOLDER = Path(__file__).parent / "content"
STATUSES = ("已核", "待核")


class Files:
    """Everything that the course folders hold, checked: items with problems are left out."""

    def __init__(self, quiz_slugs: set[str], folder: Path = FOLDER) -> None:
        self.root = folder.parent.parent
        self.quiz_slugs = quiz_slugs
        self.problems: list[Problem] = []
        self.lessons: dict[str, dict[str, Any]] = {}
        self.courses: dict[str, dict[str, Any]] = {}
        for home in sorted(path for path in folder.iterdir() if path.is_dir()):
            for path in sorted((home / "lessons").glob("*.md")):
                self._lesson(path, home)
            if (home / "course.yaml").exists():
                self._course(home / "course.yaml")

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
            "sources": [self._source(part) for part in reader.parts("sources", needed=False)],
            "body": body,
            "media": home.name,
        }
        reader.finish()
        if not body.strip():
            self.problems.append(Problem(name, 1, "", "正文是空的"))
        faults = prose.faults(body, lambda path: (home / path).is_file())
        # The head stands before the text: its lines count too.
        first = text.count("\n", 0, text.rindex(body.strip())) if body.strip() else 0
        self.problems += [Problem(name, first + at, "", sentence.rstrip("。")) for at, sentence in faults]
        if slug in self.lessons:
            reader.report("slug", f"“{slug}”在别处已经用过")
        if len(self.problems) == before:
            self.lessons[slug] = lesson

    def _source(self, part: Reader) -> dict[str, str]:
        source = {
            "title": part.text("title"),
            "clause": part.text("clause", needed=False),
            "status": part.choice("status", STATUSES),
            "checked_on": part.text("checked_on", needed=False),
        }
        part.finish()
        return source

    def _course(self, path: Path) -> None:
        for reader in readers(path, self.root, self.problems):
            before = len(self.problems)
            slug = reader.slug()
            course = {
                "title": reader.text("title"),
                "summary": reader.text("summary", needed=False),
                "position": int(reader.number("position", 0) or 0),
                "modules": [self._module(part) for part in reader.parts("modules")],
            }
            reader.finish()
            if len(self.problems) == before:
                self.courses[slug] = course

    def _module(self, part: Reader) -> dict[str, Any]:
        module = {
            "slug": part.slug(),
            "title": part.text("title"),
            "summary": part.text("summary", needed=False),
            "objectives": part.strings("objectives"),
            "competencies": part.strings("competencies"),
            "hours": float(part.number("hours", 1, 0, 100) or 0),
            "activities": [self._activity(item) for item in part.parts("activities")],
        }
        part.finish()
        return module

    def _activity(self, part: Reader) -> tuple[str, str]:
        kinds = [kind.value for kind in ActivityKind if kind.value in part.entry]
        if len(kinds) != 1 or len(part.entry) != 1:
            part.report(next(iter(part.entry), ""), "每一步写一个：lesson、quiz 或 drill")
            return ("lesson", "")
        slug = part.text(kinds[0])
        known = self.lessons if kinds[0] == ActivityKind.LESSON else self.quiz_slugs
        if slug and slug not in known:
            part.report(kinds[0], f"没有“{slug}”，或者那个文件有误")
        return (kinds[0], slug)


def image_folders() -> list[str]:
    """The course folders that hold images for lessons."""
    return sorted(path.parent.name for path in FOLDER.glob("*/media") if path.is_dir())


def images_in(folder: str) -> list[str]:
    """The images of a course folder, as lessons write them: media/….svg. None for a folder that is not there."""
    if folder not in image_folders():
        return []
    home = FOLDER / folder
    kinds = {path: mimetypes.guess_type(path.name)[0] or "" for path in (home / "media").rglob("*") if path.is_file()}
    return sorted(path.relative_to(home).as_posix() for path, kind in kinds.items() if kind.startswith("image/"))


def check() -> list[Problem]:
    """Every problem of the course files; needs no database. Quiz files report their own."""
    return Files(set(quizzes.content.Files().quizzes)).problems


def sync(folder: Path = FOLDER) -> SyncReport:
    """Write course files to the database; quizzes must have been synced before."""
    quiz_rows = {row.slug: row for row in db.session.scalars(select(Quiz))}
    files = Files(set(quiz_rows), folder)
    report = SyncReport(problems=files.problems)
    lesson_rows = {row.slug: row for row in db.session.scalars(select(Lesson))}
    for slug, item in files.lessons.items():
        _sync_lesson(report, lesson_rows, slug, item)
    course_rows = {row.slug: row for row in db.session.scalars(select(Course))}
    for slug, item in files.courses.items():
        _sync_course(report, course_rows, lesson_rows, quiz_rows, slug, item)
    db.session.flush()
    for slug in set(report.updated) & set(files.courses):
        complete_those_done(course_rows[slug], now())
    return report


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
