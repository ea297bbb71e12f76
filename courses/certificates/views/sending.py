"""How the files of certificates are sent."""

import io

from flask import Response, send_file

from courses.certificates.models import Certificate
from courses.certificates.service import checking
from literacy.errors import NotFound

KINDS = {"svg": "image/svg+xml", "jwt": "application/jwt"}


def pdf(data: bytes, name: str, *, download: bool = True) -> Response:
    """A PDF, to keep or to look at."""
    return send_file(io.BytesIO(data), "application/pdf", as_attachment=download, download_name=name)


def certificate_pdf(row: Certificate) -> Response:
    """A certificate as a file named after its holder."""
    return pdf(checking.pdf_of(row), f"{row.printed['title']}_{row.name}_{row.serial}.pdf")


def certificate_badge(row: Certificate, form: str) -> Response:
    """The badge as a picture (svg) or as the bare token (jwt). Raises NotFound for another form.

    Also for one that was revoked: nobody takes it to others then.
    """
    if form not in KINDS or row.revoked_at is not None:
        raise NotFound
    data = checking.picture(row) if form == "svg" else checking.signed(row).encode()
    name = f"徽章_{row.name}_{row.serial}.{form}"
    answer = send_file(io.BytesIO(data), KINDS[form], as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
