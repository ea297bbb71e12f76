"""How the certificates of a course look. Flushes, never commits."""

from dataclasses import dataclass

from courses.certificates import seals, site, snapshot, wording
from courses.certificates.models import CertificateDesign
from courses.models import Course
from literacy import audit
from literacy.dates import today
from literacy.db import alone, db
from literacy.errors import NotFound, Refused, found
from literacy.models import Unit, User
from literacy.service import units
from literacy.text import clean, clean_line, titled

ACTIONS = {"certificate.designed": "设置证书"}
FIELDS = {
    "offered": "颁发证书",
    "automatic": "完成就颁发",
    "text": "正文",
    "school": "学校名称",
    "signer": "签发人",
    "issuer": "颁发单位",
    "seal": "印章",
    "months": "有效期（月）",
    "code": "校验码",
    "reason": "原因",
}
MOST_MONTHS = 240


@dataclass(frozen=True)
class Wanted:
    """What an administrator sets."""

    offered: bool
    automatic: bool
    title: str
    text: str
    school: str
    signer: str
    unit_id: int
    months: int | None
    seal: bytes = b""
    """A new image of the seal; empty to keep the one there is."""
    no_seal: bool = False


def design_of(course: Course) -> CertificateDesign:
    """How a course's certificates look: as it was set, or as it is at first (not stored)."""
    row = db.session.query(CertificateDesign).filter_by(course_id=course.id).one_or_none()
    return row or _first(course)


def _first(course: Course) -> CertificateDesign:
    return CertificateDesign(
        course_id=course.id, offered=False, automatic=False, title=wording.DEFAULT_TITLE, text=wording.DEFAULT_TEXT,
        school=site.school(), signer="", unit_id=None, seal="", months=None, revision=0,
    )  # fmt: skip


def course_for(course_id: int) -> Course:
    """A course; raises NotFound."""
    return found(db.session.get(Course, course_id))


def change(actor: User, course: Course, wanted: Wanted, opened_on: int) -> None:
    """Set how the certificates of a course look from now on. Those that were issued stay as they are.

    Raises Refused if somebody else changed it since the form was opened, for a text that names what there is not, a
    unit out of use, and an image that is no seal.
    """
    alone(f"certificate-design-{course.id}")
    design = design_of(course)
    if design.revision != opened_on:
        raise Refused("证书的设置在您打开之后被别人改过，您的修改还没有保存。请看过对方的修改，再保存一次。")
    _check(wanted)
    unit = _unit(wanted.unit_id, design.unit_id)
    before = _said(design)
    design.offered, design.automatic = wanted.offered, wanted.automatic and wanted.offered
    design.title, design.text = clean_line(wanted.title), clean(wanted.text).strip()
    design.school, design.signer = clean_line(wanted.school), clean_line(wanted.signer)
    design.unit_id, design.months = unit.id if unit else None, wanted.months
    if wanted.seal:
        design.seal = seals.keep(wanted.seal)
    elif wanted.no_seal:
        design.seal = ""
    design.revision = opened_on + 1
    db.session.add(design)
    db.session.flush()
    db.session.refresh(design)
    if changes := audit.difference(before, _said(design)):
        audit.record(actor, "certificate.designed", course, f"{titled(course.title)}的证书", **changes)


def _check(wanted: Wanted) -> None:
    if sentence := wording.problem(clean(wanted.text)):
        raise Refused(sentence, 422, field="text")
    if not clean_line(wanted.school) and not wanted.unit_id:
        raise Refused("学校名称和颁发单位至少要有一个，否则看不出是谁发的。", 422, field="school")
    if wanted.months is not None and not 1 <= wanted.months <= MOST_MONTHS:
        raise Refused(f"有效期填 1 到 {MOST_MONTHS} 个月；长期有效就空着。", 422, field="months")


def _unit(unit_id: int, current: int | None) -> Unit | None:
    if not unit_id:
        return None
    unit = units.unit_for(None, unit_id)
    if not unit.active and unit_id != current:
        raise Refused(f"“{unit.name}”已经停用，请选别的单位。", field="unit")
    return unit


def _said(design: CertificateDesign) -> dict[str, object]:
    """What the record says of a design, in words."""
    unit = db.session.get(Unit, design.unit_id) if design.unit_id else None
    return {
        "offered": design.offered,
        "automatic": design.automatic,
        "title": design.title,
        "text": design.text,
        "school": design.school,
        "signer": design.signer,
        "issuer": unit.path if unit else "",
        "months": design.months,
        "seal": design.seal,
    }


def look_of(design: CertificateDesign) -> snapshot.Look:
    """What is printed of a design."""
    unit = db.session.get(Unit, design.unit_id) if design.unit_id else None
    return snapshot.Look(
        title=design.title,
        text=design.text,
        school=design.school,
        issuer=unit.name if unit else design.school,
        signer=design.signer,
        seal=design.seal,
    )


def specimen(course: Course) -> dict[str, object]:
    """What would be printed for a fictional person today."""
    design, day = design_of(course), today()
    holder = snapshot.Holder(
        snapshot.EXAMPLE.name,
        snapshot.EXAMPLE.unit,
        course.title,
        course.hours or snapshot.EXAMPLE.hours,
        snapshot.EXAMPLE.score,
        day,
    )
    expires_on = wording.last_day(day, design.months)
    return {**snapshot.printed(holder, look_of(design), day, expires_on), "sample": True}


def seal_of(course: Course) -> bytes:
    """The image of a course's seal; raises NotFound where it has none."""
    name = design_of(course).seal
    if not name:
        raise NotFound
    return seals.image_of(name)
