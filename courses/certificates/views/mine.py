"""A learner's own certificates."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from courses.certificates.service import issuing, listing
from courses.certificates.views import sending
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.dates import today
from literacy.views.common import me


@blueprint.get("/learn/certificates")
@requires(Permission.LEARN)
def my_certificates() -> ResponseReturnValue:
    """What I was given: to download, to show, to have checked."""
    return render_template(
        "courses/my_certificates.html",
        rows=listing.of_person(me().id),
        day_now=today(),
        expires=listing.expires_in_words,
    )


@blueprint.get("/learn/certificates/<int:certificate_id>/pdf")
@requires(Permission.LEARN)
def my_certificate_pdf(certificate_id: int) -> Response:
    """My certificate, to print."""
    return sending.certificate_pdf(issuing.own_certificate(me(), certificate_id))


@blueprint.get("/learn/certificates/<int:certificate_id>/badge/<form>")
@requires(Permission.LEARN)
def my_certificate_badge(certificate_id: int, form: str) -> Response:
    """My badge, for wallets and pages that show Open Badges."""
    return sending.certificate_badge(issuing.own_certificate(me(), certificate_id), form)
