"""A package as it was handed in: taken apart, checked like content files, and kept until it is imported."""

import re
import secrets
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app

import quizzes.content
from courses import content
from courses.exchange import layout
from courses.models import Course, Lesson
from literacy.content import Problem
from literacy.errors import Refused
from literacy.markdown import PICTURE
from literacy.models import Authored
from literacy.pictures.recoding import recoded
from literacy.pictures.service import name_of
from literacy.zips import MEBIBYTE, BadZip, is_zip, unpacked
from quizzes.models import Question, Quiz, Scenario
from quizzes.reference.models import Expression, Source

MAX_TEXT = 2 * MEBIBYTE
"""Largest text file in a package."""
_TITLE, _SLUG = 200, 80
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")
_KEPT_FOR = 24 * 3600
Model = type[Authored]
Key = tuple[Model, str]


@dataclass
class Package:
    """What a package holds: content by kind and slug, images by (folder, name), and what is wrong with it."""

    quizzed: quizzes.content.Files
    taught: content.Files
    media: dict[tuple[str, str], bytes] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    """Uploaded pictures by what texts call them."""
    problems: list[Problem] = field(default_factory=list)

    def items(self) -> dict[Key, Mapping[str, Any]]:
        """Everything but images, what others rest on first."""
        kinds: tuple[tuple[Model, Mapping[str, Mapping[str, Any]]], ...] = (
            (Source, self.quizzed.sources),
            (Expression, self.quizzed.expressions),
            (Scenario, self.quizzed.scenarios),
            (Question, self.quizzed.questions),
            (Quiz, self.quizzed.quizzes),
            (Lesson, self.taught.lessons),
            (Course, self.taught.courses),
        )
        return {(model, slug): item for model, rows in kinds for slug, item in rows.items()}


def opened(data: bytes) -> Package:
    """Take a package apart and check it. Raises Refused for what is no zip, or is not opened for safety."""
    if not is_zip(data):
        raise Refused("这不是 zip 文件。请选从“下载整门课”得到的课程包。", field="file")
    try:
        return checked(layout.from_top(unpacked(data)))
    except BadZip as bad:
        raise Refused(bad.sentence, field="file") from None


def checked(files: Mapping[str, bytes]) -> Package:
    """The content of these files, with the same checks as `content check` and those that a database adds."""
    problems = [
        Problem(path, 1, "", "课程包里不该有这个文件，位置或名字不对")
        for path in files
        if not layout.belongs(path) and not layout.is_passed_over(path)
    ]
    media = {place: data for path, data in files.items() if (place := layout.media_place(path))}
    pictures = {key: data for path, data in files.items() if (key := layout.picture_key(path))}
    with tempfile.TemporaryDirectory(dir=current_app.config["DATA_FOLDER"]) as folder:
        root = Path(folder)
        for top in (layout.COURSES, layout.QUIZZES):
            (root / top).mkdir(parents=True)
        for path, data in files.items():
            if layout.belongs(path) and not layout.picture_key(path):
                problems += _put(root, path, data)
        quizzed = quizzes.content.Files(root / layout.QUIZZES)
        uploaded = {f"{PICTURE}{key}" for key in pictures}
        taught = content.Files(content.Quizzed.of(quizzed), root / layout.COURSES, uploaded)
    package = Package(quizzed, taught, media, pictures, problems)
    package.problems += [*quizzed.problems, *taught.problems, *_too_long(package), *_no_pictures(files)]
    if not taught.courses and not package.problems:
        package.problems.append(Problem(f"{layout.COURSES}/…/course.yaml", 1, "", "课程包里没有课程文件"))
    package.problems.sort(key=lambda problem: (problem.file, problem.line))
    return package


def _put(root: Path, path: str, data: bytes) -> list[Problem]:
    """Lay a file where the checks look for it. Its path is one of those that belong, and leads nowhere else."""
    if layout.media_place(path) is None and len(data) > MAX_TEXT:
        return [Problem(path, 1, "", f"文件太大，最多 {MAX_TEXT // MEBIBYTE} MB")]
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)
    return []


def _no_pictures(files: Mapping[str, bytes]) -> list[Problem]:
    """Files in the place of pictures that are none, or not the one that their name says."""
    found = []
    for path, data in files.items():
        if key := layout.picture_key(path):
            try:
                recoded(data)
                sentence = "" if name_of(data) == key else "图片和它的名字对不上，可能被改过"
            except Refused as refused:
                sentence = refused.sentence
            if sentence:
                found.append(Problem(path, 1, "", sentence))
    return found


def _too_long(package: Package) -> list[Problem]:
    """Names that no column holds."""
    titles = [(slug, item["title"]) for (_, slug), item in package.items().items()]
    titles += [(slug, module["title"]) for slug, module in package.taught.modules.items()]
    found = []
    for slug, title in titles:
        if len(title) > _TITLE or len(slug) > _SLUG:
            file = package.taught.files.get(slug, layout.QUIZZES)
            found.append(Problem(file, 1, "title", f"“{slug[:40]}”的名称最多 {_TITLE} 个字，slug 最多 {_SLUG} 个字符"))
    return found


# Between the preview and the import


def _waiting() -> Path:
    return Path(current_app.config["DATA_FOLDER"]) / "packages"


def _place(owner_id: int, token: str) -> Path | None:
    """Where a package waits. The owner's number is part of its name, so that nobody else's token leads to it."""
    return _waiting() / f"{owner_id}-{token}.zip" if _TOKEN.fullmatch(token) else None


def keep(owner_id: int, data: bytes) -> str:
    """Keep a package for a day, for its owner only; gives the token that leads back to it."""
    folder = _waiting()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.zip"):
        if old.stat().st_mtime < time.time() - _KEPT_FOR:
            old.unlink(missing_ok=True)
    token = secrets.token_urlsafe(24)
    (folder / f"{owner_id}-{token}.zip").write_bytes(data)
    return token


def kept(owner_id: int, token: str) -> bytes | None:
    """A package that waits for this person; None where there is none: imported already, a day old, or another's."""
    place = _place(owner_id, token)
    return place.read_bytes() if place is not None and place.is_file() else None


def drop(owner_id: int, token: str) -> None:
    """Forget a package."""
    if (place := _place(owner_id, token)) is not None:
        place.unlink(missing_ok=True)
