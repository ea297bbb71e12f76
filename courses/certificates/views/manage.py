"""The administrator's pages of certificates: the list, one of them, issuing to some or to all, revoking, replacing."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.certificates import site
from courses.certificates.forms import CertificateFilter, LackingFilter, ReasonForm
from courses.certificates.models import Certificate
from courses.certificates.running import KIND
from courses.certificates.service import designs, issuing, listing
from courses.certificates.views import sending
from courses.forms.enrol import ticked
from courses.views.base import blueprint
from literacy.access import Permission, allows, requires
from literacy.dates import today
from literacy.db import writes
from literacy.forms import Form, asked_for
from literacy.jobs import service as jobs
from literacy.models import User
from literacy.registry import Panel
from literacy.service import records, units
from literacy.text import titled
from literacy.views.common import (
    done_or_back,
    download,
    go,
    kept_filter,
    me,
    narrowed_by,
    new_key,
    page_number,
    saved,
    status_of,
)


def _filter() -> CertificateFilter:
    form = CertificateFilter(request.args)
    form.course.offer(listing.course_choices(), "全部")
    form.unit.offer([(node.unit.id, node.path) for node in units.tree(me())], "全部")
    return form


def _wanted(form: CertificateFilter) -> listing.Filter:
    names = {"unit": "unit_id", "course": "course_id"}
    asked = {names.get(name, name): value for name, value in asked_for(form).items()}
    return listing.Filter(today(), people=site.people(me()), **asked)


@blueprint.get("/manage/certificates")
@requires(Permission.ENROL)
def certificates() -> ResponseReturnValue:
    """Every certificate that was issued, to find one again."""
    form = _filter()
    wanted = _wanted(form)
    kept = kept_filter(form)

    def link(**changes: str) -> str:
        address: dict[str, Any] = {name: value for name, value in {**kept, **changes}.items() if value}
        return url_for("courses.certificates", **address)

    return render_template(
        "courses/certificates.html",
        form=form,
        page=listing.page_of(wanted, page_number()),
        totals=listing.totals(wanted),
        kept=kept,
        link=link,
        day_now=today(),
    )


@blueprint.get("/manage/certificates/export/<form>")
@requires(Permission.ENROL)
@writes
def certificates_export(form: str) -> ResponseReturnValue:
    """The list as it is narrowed, as a file."""
    narrowing = _filter()
    return download(listing.table(_wanted(narrowing)), form, narrowed_by(narrowing))


def _row(certificate_id: int) -> Certificate:
    return issuing.certificate_for(certificate_id, site.people(me()))


@blueprint.get("/manage/certificates/<int:certificate_id>")
@requires(Permission.ENROL)
def certificate(certificate_id: int) -> ResponseReturnValue:
    """One certificate: what is printed, what it is worth, what can be done."""
    return _certificate_page(_row(certificate_id), ReasonForm(None), "")


def _certificate_page(row: Certificate, form: ReasonForm, act: str) -> ResponseReturnValue:
    page = render_template(
        "courses/certificate.html",
        row=row,
        state=row.state_on(today()),
        form=form,
        other=ReasonForm(None),
        act=act,
        now_called=row.user.name if row.user.name != row.name else "",
        entries=records.latest_about(row, me()) if allows(me(), Permission.AUDIT) else None,
        expires=listing.expires_in_words(row),
    )
    return page, status_of(form)


@blueprint.get("/manage/certificates/<int:certificate_id>/pdf")
@requires(Permission.ENROL)
def certificate_pdf(certificate_id: int) -> Response:
    """A certificate, to print it for its holder."""
    return sending.certificate_pdf(_row(certificate_id))


@blueprint.post("/manage/certificates/<int:certificate_id>/revoke")
@requires(Permission.ENROL)
def certificate_revoke(certificate_id: int) -> ResponseReturnValue:
    """Say that a certificate is worth nothing any more."""

    def act(row: Certificate, reason: str) -> tuple[int, str]:
        issuing.revoke(me(), row, reason, issuing.moment_now())
        return row.id, "证书已撤销。查验页面马上显示“已撤销”和日期，不显示原因。"

    return _with_reason(certificate_id, "revoke", act)


@blueprint.post("/manage/certificates/<int:certificate_id>/replace")
@requires(Permission.ENROL)
def certificate_replace(certificate_id: int) -> ResponseReturnValue:
    """Issue a certificate anew, with what is right today."""

    def act(row: Certificate, reason: str) -> tuple[int, str]:
        new = issuing.replace(me(), row, reason, issuing.moment_now(), site.address())
        return new.id, f"已换发，新的编号是 {new.serial}。"

    return _with_reason(certificate_id, "replace", act)


def _with_reason(
    certificate_id: int, name: str, do: Callable[[Certificate, str], tuple[int, str]]
) -> ResponseReturnValue:
    row, form = _row(certificate_id), ReasonForm()

    def act() -> str:
        shown_id, told = do(row, form.reason.data or "")
        flash(told, "done")
        return url_for("courses.certificate", certificate_id=shown_id)

    if form.validate() and (answer := saved(form, act)):
        return answer
    return _certificate_page(_row(certificate_id), form, name)


# --- issuing


@blueprint.route("/manage/certificates/courses/<int:course_id>/issue", methods=["GET", "POST"])
@requires(Permission.ENROL)
def certificate_issue(course_id: int) -> ResponseReturnValue:
    """Who completed a course and has no certificate: tick some and issue."""
    course = designs.course_for(course_id)
    form, chosen = Form(None) if request.method == "GET" else Form(), ticked(request.form.getlist("enrolment"))
    here = request.full_path.rstrip("?")
    if request.method == "POST" and not chosen:
        flash("还没有勾选任何人。先打勾，再点“颁发证书”。", "note")
        return go(here)

    def act() -> str:
        outcome = issuing.issue(me(), course, chosen, issuing.moment_now(), site.address(), site.people(me()))
        flash(outcome.sentence, "done" if outcome.made else "note")
        return here

    if request.method == "POST" and (answer := saved(form, act)):
        return answer
    course = designs.course_for(course_id)
    find = LackingFilter(request.args)
    find.unit.offer(units.choices(units.tree(me())), "全部")
    asked = asked_for(find)
    people = site.people(me())
    page = render_template(
        "courses/certificate_issue.html",
        course=course,
        design=designs.design_of(course),
        form=form,
        find=find,
        page=listing.people_lacking(
            course_id, today(), people, asked.get("words", ""), asked.get("unit", 0), page_number()
        ),
        counting=listing.how_many_count([course_id], people),
        ticked=set(chosen),
        key=new_key(),
    )
    return page, status_of(form)


@blueprint.post("/manage/certificates/courses/<int:course_id>/all")
@requires(Permission.ENROL)
def certificate_all(course_id: int) -> ResponseReturnValue:
    """Draw all certificates of a course into one zip; first issue to those who still lack one, where that is asked."""
    course = designs.course_for(course_id)
    issues = request.form.get("issue") == "1"

    def act() -> str:
        issuing.offering(course)
        given = {"course_id": course_id, "issue": issues, "site": site.address()}
        said = "颁发并打包" if issues else "打包"
        key = f"{me().id}-{course_id}-{issues:d}"
        job = jobs.start(me(), KIND, f"{said}{titled(course.title)}的证书", given, key)
        return url_for("literacy.job", job_id=job.id)

    return done_or_back(act, url_for("courses.certificate_issue", course_id=course_id))


def person_panel(person: User, viewer: Any) -> Panel | None:
    """The certificates of a person, for the person's page; only to those who may issue them."""
    if not allows(viewer, Permission.ENROL):
        return None
    lines = tuple(
        (
            f"{row.serial} {row.printed['course']}",
            f"{row.state_on(today()).label}，{row.issued_on.isoformat()} 颁发",
            url_for("courses.certificate", certificate_id=row.id),
        )
        for row in listing.of_person(person.id, all_of_them=True)
    )
    return Panel("证书", lines) if lines else None
