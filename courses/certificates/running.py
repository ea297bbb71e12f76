"""The long work of certificates: issue to everybody of a course or a cohort, and pack all of them into one zip."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement

from courses.certificates import site
from courses.certificates.models import Certificate
from courses.certificates.service import checking, designs, issuing, listing
from courses.models import Course
from literacy.access import Permission, allows
from literacy.db import db, reading
from literacy.errors import Refused, found
from literacy.jobs.running import Progress
from literacy.jobs.service import folder_of
from literacy.models import User
from literacy.text import titled

KIND = "certificates"
AT_ONCE = 100
DRAWN_AT_ONCE = 20
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Batch:
    """Whose certificates of which courses are meant, and what the file is called after."""

    title: str
    courses: Sequence[Course]
    people: ColumnElement[bool]
    """A condition on User."""

    @property
    def course_ids(self) -> list[int]:
        """The ids of its courses."""
        return [course.id for course in self.courses]


def run(progress: Progress) -> None:
    """The job of one course, see `issue_and_pack`."""
    owner = owner_of(progress)
    course = designs.course_for(int(progress.given["course_id"]))
    batch = Batch(course.title, [course], site.people(owner))
    issue_and_pack(progress, owner, batch, f"{titled(course.title)}还没有一张证书，也没有可以颁发的人。")


def owner_of(progress: Progress) -> User:
    """Who asked for the certificates; raises Refused where they may not issue them any more."""
    owner = found(db.session.get(User, progress.owner_id))
    if not (owner.active and allows(owner, Permission.ENROL)):
        raise Refused("您现在没有颁发证书的权限，没有做。")
    return owner


def issue_and_pack(progress: Progress, owner: User, batch: Batch, none: str) -> None:
    """Issue where that was asked, draw each certificate, pack them. Goes on where an earlier run stopped.

    Raises Refused where a course offers none, and with the sentence `none` where there is nothing to pack.
    """
    issued = _issue(progress, owner, batch) if progress.given.get("issue") else 0
    folder = folder_of(progress.job_id) / "parts"
    folder.mkdir(parents=True, exist_ok=True)
    total = listing.how_many_count(batch.course_ids, batch.people)
    if not total:
        raise Refused(none)
    target = progress.file(f"证书_{_plain(batch.title)}.zip")
    db.session.commit()  # what follows only reads, so that nobody waits for it
    _draw(progress, batch, folder, total)
    count = _pack(progress, batch, folder, target, total)
    new = f"新颁发 {issued} 张，" if issued else ""
    each = "每门课程一个文件夹，" if len(batch.courses) > 1 else ""
    progress.say(f"{new}一共 {count} 张，打成了一个压缩包，{each}文件名是“账号_姓名”。")


def _issue(progress: Progress, owner: User, batch: Batch) -> int:
    issued, begun = int(progress.place.get("issued", 0)), int(progress.place.get("course", 0))
    for number, course in enumerate(batch.courses[begun:], begun):
        after = int(progress.place.get("after", 0)) if number == begun else 0
        while ids := issuing.ids_lacking(course.id, batch.people, after, AT_ONCE):
            site_address = progress.given.get("site", "")
            made = issuing.issue(owner, course, ids, issuing.moment_now(), site_address, batch.people)
            issued, after = issued + len(made.made), ids[-1]
            progress.step(0, None, {"course": number, "after": after, "issued": issued})
    return issued


def _draw(progress: Progress, batch: Batch, folder: Path, total: int) -> None:
    done, last = int(progress.place.get("done", 0)), int(progress.place.get("drawn", 0))
    while True:
        with reading():
            rows = listing.counting_after(batch.course_ids, batch.people, last, DRAWN_AT_ONCE)
            for row in rows:
                _drawn(folder, row)
                done, last = done + 1, row.id
            db.session.rollback()
        if not rows:
            return
        progress.step(done, total, {**progress.place, "drawn": last, "done": done})


def _drawn(folder: Path, row: Certificate) -> Path:
    """The drawing of a certificate; drawn now, unless an earlier run did."""
    path = folder / f"{row.id}.pdf"
    if not path.is_file():
        partial = path.with_suffix(".partial")
        partial.write_bytes(checking.pdf_of(row))
        partial.replace(path)
    return path


def _pack(progress: Progress, batch: Batch, folder: Path, target: Path, total: int) -> int:
    """Put what was drawn into the zip under the names of people; what was revoked meanwhile is left out."""
    names: set[str] = set()
    folders = {course.id: f"{_plain(course.title)}/" for course in batch.courses} if len(batch.courses) > 1 else {}
    after = 0
    with reading(), zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        while rows := listing.counting_after(batch.course_ids, batch.people, after, AT_ONCE):
            after = rows[-1].id
            for row in rows:
                name = folders.get(row.course_id, "") + checking.file_name(row)
                if name.lower() in names:
                    name = f"{name.removesuffix('.pdf')}_{row.serial}.pdf"
                names.add(name.lower())
                archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), _drawn(folder, row).read_bytes())
            progress.tell(total, total)  # so that it can still be cancelled
        db.session.rollback()
    return len(names)


def _plain(title: str) -> str:
    """A title as part of a file's name."""
    return "".join(one if one.isalnum() else "_" for one in title)[:60]
