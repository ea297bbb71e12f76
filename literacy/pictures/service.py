"""Taking in pictures, finding them again, and deleting those that nothing shows."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Select, select

from literacy import audit
from literacy.db import alone, containing, db
from literacy.errors import NotFound, Refused, found
from literacy.markdown import PICTURE
from literacy.models import User
from literacy.pictures.models import Picture
from literacy.pictures.recoding import Recoded, recoded
from literacy.registry import CitedText
from literacy.text import clean_line

ACTIONS = {"picture.added": "上传图片", "picture.changed": "修改图片说明", "picture.deleted": "删除图片"}
"""What is recorded of pictures, for audit.ACTIONS."""

FIELDS = {"alt": "替代文字"}

_NAMED = re.compile(re.escape(PICTURE) + r"([0-9a-f]{20})(?![0-9a-f])")
_LONGEST_ALT = 300


def folder() -> Path:
    """Where the files lie. Made when it is first needed."""
    home = Path(current_app.config["DATA_FOLDER"]) / "media"
    home.mkdir(parents=True, exist_ok=True)
    return home


def picture_list(words: str = "") -> Select[Any]:
    """All pictures, the newest first, narrowed by words of their description or name."""
    query = select(Picture).order_by(Picture.at.desc(), Picture.id.desc())
    return query.where(containing(words, Picture.alt, Picture.name)) if words else query


def picture_for(picture_id: int) -> Picture:
    """A picture; raises NotFound."""
    return found(db.session.get(Picture, picture_id))


def picture_named(key: str) -> Picture:
    """The picture that a text names; raises NotFound, also for what no picture is ever called."""
    if not re.fullmatch("[0-9a-f]{20}", key):
        raise NotFound
    return found(db.session.scalar(select(Picture).where(Picture.hash == key)))


def file_of(picture: Picture) -> Path:
    """The file of a picture; raises NotFound where it is gone."""
    path = folder() / picture.file_name
    if not path.is_file():
        raise NotFound
    return path


def named_in(text: str) -> list[str]:
    """The pictures that a text names, each once."""
    return list(dict.fromkeys(_NAMED.findall(text)))


def known_paths(text: str) -> set[str]:
    """Of the pictures that a text names those that there are, as the text writes them."""
    hashes = named_in(text)
    return {f"{PICTURE}{key}" for key in db.session.scalars(select(Picture.hash).where(Picture.hash.in_(hashes)))}


def described(alt: str) -> str:
    """What is to be seen on a picture, in one line. Raises Refused where nothing is said."""
    alt = clean_line(alt)
    if not alt:
        raise Refused("请写图上有什么：看不见图的人靠这句话听懂。", 422, field="alt")
    if len(alt) > _LONGEST_ALT:
        raise Refused(f"最多 {_LONGEST_ALT} 个字。", 422, field="alt")
    return alt


def take_in(uploader: User, data: bytes, name: str, alt: str = "") -> Picture:
    """Store a picture that was handed in; one that is there already stays as it is.

    Raises Refused for what is no picture that we take. The file is written before the row is committed: a row never
    names a file that is not there.
    """
    made = recoded(data)
    key = name_of(made.data)
    alone(f"picture-{key}")
    picture = db.session.scalar(select(Picture).where(Picture.hash == key))
    if picture is None:
        picture = _added(uploader, key, made, clean_line(name)[:200], clean_line(alt)[:_LONGEST_ALT])
    _write(folder() / picture.file_name, made.data)
    return picture


def name_of(data: bytes) -> str:
    """What a stored file is called in texts: the beginning of its SHA-256."""
    return hashlib.sha256(data).hexdigest()[:20]


def bring_in(uploader: User, data: bytes) -> Picture:
    """Store the file of a picture of another installation as it is, so that texts which name it find it here.

    It has been painted anew there; here it has to be a picture that we would take. Raises Refused where it is none.
    """
    made = replace(recoded(data), data=data)
    key = name_of(data)
    alone(f"picture-{key}")
    picture = db.session.scalar(select(Picture).where(Picture.hash == key))
    if picture is None:
        picture = _added(uploader, key, made, "", "")
    _write(folder() / picture.file_name, data)
    return picture


def _added(uploader: User, key: str, made: Recoded, name: str, alt: str) -> Picture:
    picture = Picture(
        hash=key, kind=made.kind, name=name, alt=alt, size=len(made.data), width=made.width, height=made.height,
        uploader_id=uploader.id,
    )  # fmt: skip
    db.session.add(picture)
    db.session.flush()
    audit.record(uploader, "picture.added", picture, f"图片“{alt or name or key}”")
    return picture


def _write(path: Path, data: bytes) -> None:
    """Whoever reads the file meanwhile sees all of it or none."""
    if path.is_file():
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(temporary).chmod(0o640)
    Path(temporary).replace(path)


def describe(author: User, picture: Picture, alt: str) -> None:
    """Say anew what is to be seen on a picture. Texts that show it keep their own words. Raises Refused for none."""
    before, picture.alt = picture.alt, described(alt)
    if before != picture.alt:
        audit.record(author, "picture.changed", picture, f"图片“{picture.alt}”", alt=[before, picture.alt])


def uses_of(pictures: Iterable[Picture], texts: Iterable[CitedText]) -> dict[str, list[CitedText]]:
    """The texts that show each picture, by its hash."""
    uses: dict[str, list[CitedText]] = {picture.hash: [] for picture in pictures}
    for text in texts:
        for key in named_in(text.text):
            if key in uses:
                uses[key].append(text)
    return uses


def delete(author: User, picture: Picture, texts: Iterable[CitedText]) -> None:
    """Delete a picture and its file. Raises Refused while a text shows it."""
    alone(f"picture-{picture.hash}")
    if used := uses_of([picture], texts)[picture.hash]:
        raise Refused(f"{used[0].label}正用着这张图片，不能删除。请先从那里拿掉。")
    audit.record(author, "picture.deleted", picture, f"图片“{picture.alt or picture.name or picture.hash}”")
    path = folder() / picture.file_name
    db.session.delete(picture)
    db.session.flush()
    path.unlink(missing_ok=True)
