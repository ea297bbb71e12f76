"""The certificates of a cohort, asked for on its page."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from courses.cohorts import certifying
from courses.cohorts.service import finding
from courses.cohorts.views.one import page_url
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.views.common import done_or_back, me


@blueprint.post("/manage/cohorts/<int:cohort_id>/certificates")
@requires(Permission.ENROL)
def cohort_certificates(cohort_id: int) -> ResponseReturnValue:
    """Pack the certificates of the members into one zip; first issue those that lack, where that is asked."""
    row = finding.cohort_for(me(), cohort_id)
    issues = request.form.get("issue") == "1"

    def act() -> str:
        return url_for("literacy.job", job_id=certifying.ask(me(), row, issue=issues).id)

    return done_or_back(act, page_url(cohort_id))
