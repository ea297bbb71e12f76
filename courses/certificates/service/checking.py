"""What leaves the house: the check of a code, the PDF, the badge, the list of what was revoked. Only reads."""

from urllib.parse import urlsplit

from sqlalchemy import func, select

from courses.certificates import badge, keys, numbers, seals, sheet
from courses.certificates import site as place
from courses.certificates.models import Certificate
from literacy.dates import ends
from literacy.db import db
from literacy.errors import NotFound


def by_code(typed: str) -> Certificate | None:
    """The certificate of a code, however it was typed; None if there is none."""
    code = numbers.read_code(typed)
    return db.session.scalar(select(Certificate).where(Certificate.code == code)) if code else None


def _site(one: Certificate) -> str:
    return one.site or place.address()


def pdf_of(one: Certificate) -> bytes:
    """The certificate as it is printed. Raises NotFound where the file of its seal is gone."""
    kept = one.printed
    return drawn(kept, one.serial, one.code, _site(one))


def drawn(kept: dict, serial: str, code: str, site: str) -> bytes:
    """A sheet of what was kept, or of a specimen."""
    seal = seals.image_of(kept["seal"]) if kept.get("seal") else b""
    where = urlsplit(site).netloc + urlsplit(site).path
    return sheet.pdf_of(
        sheet.sheet_of(
            kept, serial=serial, code=numbers.grouped(code), address=f"{site}/verify/{code}", where=f"{where}/verify",
            seal=seal,
        )
    )  # fmt: skip


def badge_of(one: Certificate) -> badge.Badge:
    """What of a certificate goes into its badge."""
    return badge.Badge(
        site=_site(one),
        row_id=one.id,
        course_id=one.course_id,
        code=one.code,
        subject=one.subject,
        serial=one.serial,
        issued_at=one.issued_at,
        expires_at=ends(one.expires_on) if one.expires_on else None,
        printed=one.printed,
    )


def signed(one: Certificate) -> str:
    """The badge as a signed token."""
    what = badge_of(one)
    return badge.token(badge.credential(what), keys.signer(), what.site)


def picture(one: Certificate) -> bytes:
    """The badge as a picture that carries the signed token."""
    return badge.picture(badge_of(one), signed(one))


def status_list(number: int, site: str) -> str:
    """The signed list of what was revoked. Raises NotFound for a list that nothing is on yet."""
    first, last = number * badge.LIST_SIZE, (number + 1) * badge.LIST_SIZE
    here = (Certificate.id >= first, Certificate.id < last)
    begun = db.session.scalar(select(func.min(Certificate.issued_at)).where(*here))
    if begun is None:
        raise NotFound
    revoked = db.session.scalars(select(Certificate.id).where(*here, Certificate.revoked_at.is_not(None)))
    changed = db.session.scalar(select(func.max(Certificate.revoked_at)).where(*here)) or begun
    made = badge.status_list(site, number, place.school(), revoked, changed)
    return badge.token(made, keys.signer(), site)


def file_name(one: Certificate) -> str:
    """What the PDF is called where several lie together: account and name."""
    said = f"{one.user.account}_{one.name}"
    return "".join(letter if letter.isalnum() or letter in "._-@·" else "_" for letter in said)[:80] + ".pdf"
