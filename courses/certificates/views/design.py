"""How the certificates of a course look, and a specimen of one."""

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.certificates import seals, site, wording
from courses.certificates.forms import DesignForm
from courses.certificates.service import checking, designs, listing
from courses.certificates.views import sending
from courses.models import Course
from courses.views.base import blueprint
from literacy.access import Permission, requires, takes
from literacy.config import MEBIBYTE
from literacy.dates import today
from literacy.service import units
from literacy.views.common import me, saved, status_of

DESIGN = Permission.INSTALLATION
"""Who sets how certificates look: it concerns the whole installation."""
SPECIMEN_SERIAL = "0000-000000"
SPECIMEN_CODE = "0" * 16


@blueprint.get("/manage/certificates/courses")
@requires(Permission.ENROL)
def certificate_courses() -> ResponseReturnValue:
    """Every course: whether it gives certificates, how many it gave, how many people still wait for one."""
    return render_template("courses/certificate_courses.html", rows=listing.courses(today(), site.people(me())))


@blueprint.route("/manage/certificates/courses/<int:course_id>/design", methods=["GET", "POST"])
@requires(DESIGN)
@takes(seals.MOST_BYTES // MEBIBYTE + 1)
def certificate_design(course_id: int) -> ResponseReturnValue:
    """Set how the certificates of a course look."""
    course = designs.course_for(course_id)
    row = designs.design_of(course)
    form = DesignForm(data=_data_of(course) if request.method == "GET" else None)
    form.unit.offer(units.choices(units.tree(me()), keep=row.unit_id), "和学校名称一样")
    if request.method == "POST" and form.validate() and (answer := _changed(form, course_id)):
        return answer
    course = designs.course_for(course_id)
    row = designs.design_of(course)
    newer = request.method == "POST" and form.revision != row.revision
    form.seen.data = str(row.revision)
    page = render_template(
        "courses/certificate_design.html", form=form, course=course, design=row, newer=newer,
        placeholders=list(wording.PLACEHOLDERS),
    )  # fmt: skip
    return page, status_of(form)


def _data_of(course: Course) -> dict[str, object]:
    row = designs.design_of(course)
    names = ("offered", "automatic", "title", "text", "school", "signer", "months")
    return {**{name: getattr(row, name) for name in names}, "unit": row.unit_id}


def _changed(form: DesignForm, course_id: int) -> ResponseReturnValue | None:
    file = request.files.get("seal")
    wanted = designs.Wanted(
        offered=form.offered.data,
        automatic=form.automatic.data,
        title=form.title.data or "",
        text=form.text.data or "",
        school=form.school.data or "",
        signer=form.signer.data or "",
        unit_id=form.unit.data or 0,
        months=form.months.data,
        seal=file.stream.read(seals.MOST_BYTES + 1) if file and file.filename else b"",
        no_seal=form.no_seal.data,
    )

    def act() -> str:
        designs.change(me(), designs.course_for(course_id), wanted, form.revision)
        flash("已保存。从现在起颁发的证书照这样印，已经颁发的不变。", "done")
        return url_for("courses.certificate_design", course_id=course_id)

    return saved(form, act)


@blueprint.get("/manage/certificates/courses/<int:course_id>/specimen")
@requires(Permission.ENROL)
def certificate_specimen(course_id: int) -> Response:
    """What a certificate would look like, made out to a fictional person."""
    course = designs.course_for(course_id)
    data = checking.drawn(designs.specimen(course), SPECIMEN_SERIAL, SPECIMEN_CODE, site.address())
    return sending.pdf(data, f"样张_{course.title}.pdf", download=False)


@blueprint.get("/manage/certificates/courses/<int:course_id>/seal")
@requires(DESIGN)
def certificate_seal(course_id: int) -> Response:
    """The image of the seal, for those who set it."""
    answer = Response(designs.seal_of(designs.course_for(course_id)), mimetype="image/png")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
