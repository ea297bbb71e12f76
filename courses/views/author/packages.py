"""The trainer's pages of course packages: take a whole course along, bring one in."""

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from courses.exchange.collecting import files_of, parts_of
from courses.exchange.importing import imported
from courses.exchange.package import Package, checked, drop, keep, kept, opened
from courses.exchange.plan import Fate, Plan, planned
from courses.forms.packages import ImportForm, PackageForm
from courses.models import Course
from courses.service.authoring import courses as service
from courses.views.base import blueprint
from literacy import audit
from literacy.access import Permission, requires, takes
from literacy.dates import today
from literacy.db import db, writes
from literacy.errors import NotFound, Refused, found
from literacy.export import disposition
from literacy.models import State
from literacy.text import titled
from literacy.views.common import blame, go, me, saved, status_of
from literacy.zips import packed

MAX_MEBIBYTES = 32
GONE = "这个课程包已经导入过，或者放得太久已经清掉了。请重新上传。"
SHOWN = 200
"""So many problems are listed; whoever has more begins with these."""


@blueprint.get("/teach/courses/<int:course_id>/package")
@requires(Permission.AUTHOR)
def author_course_package(course_id: int) -> ResponseReturnValue:
    """What a package of this course holds."""
    course = service.course_for(course_id)
    return render_template("courses/author_course_package.html", row=course, parts=parts_of(course))


@blueprint.get("/teach/courses/<int:course_id>/package/check")
@requires(Permission.AUTHOR)
def author_course_package_check(course_id: int) -> ResponseReturnValue:
    """What keeps it from being imported elsewhere. Reads every file of it, so the page does not wait for it."""
    course = service.course_for(course_id)
    files = files_of(course)
    return render_template(
        "courses/author_course_package_check.html",
        row=course,
        images=sum("/media/" in path for path in files),
        problems=checked(files).problems[:SHOWN],
    )


@blueprint.get("/teach/courses/<int:course_id>/package/download")
@requires(Permission.AUTHOR)
@writes
def author_course_package_download(course_id: int) -> ResponseReturnValue:
    """The package itself."""
    course = service.course_for(course_id)
    data = packed(files_of(course))
    audit.record(me(), "export.taken", course, f"下载课程包{titled(course.title)}")
    db.session.commit()
    answer = Response(data, content_type="application/zip")
    answer.headers["Content-Disposition"] = disposition(f"课程包_{course.title}_{today().isoformat()}.zip")
    return answer


@blueprint.route("/teach/courses/import", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
@takes(MAX_MEBIBYTES)
def author_course_import() -> ResponseReturnValue:
    """Hand in a package. It is checked; nothing is written yet."""
    form = PackageForm()
    package: Package | None = None
    if request.method == "POST" and form.validate():
        data, owner = form.file.data.read(), me().id
        db.session.commit()  # no writer waits while the package is taken apart
        try:
            package = opened(data)
        except Refused as refused:
            blame(form, refused)
        if package is not None and not package.problems:
            token = keep(owner, data)
            return go(url_for("courses.author_course_import_preview", token=token))
    problems = package.problems if package else []
    page = render_template(
        "courses/author_course_import.html",
        form=form,
        problems=problems[:SHOWN],
        total=len(problems),
        largest=MAX_MEBIBYTES,
    )
    return page, 422 if problems else status_of(form)


@blueprint.route("/teach/courses/import/<string:token>", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_course_import_preview(token: str) -> ResponseReturnValue:
    """What importing the package would do; done when confirmed."""
    form, owner = ImportForm(), me().id
    db.session.commit()  # no writer waits while the package is taken apart
    package = _waiting(owner, token)
    if request.method == "POST" and (answer := saved(form, lambda: _import(form, found(package)))):
        drop(owner, token)
        return answer
    if package is None:
        raise NotFound(GONE)
    plan = planned(package)
    form.digest.data = plan.digest
    met = [fate for fate in Fate if plan.of(fate)]
    page = render_template(
        "courses/author_course_import_preview.html",
        form=form,
        plan=plan,
        met=met,
        headers=[(fate.label, "num") for fate in met],
        shown=[(fate, plan.of(fate)) for fate in (Fate.NEW, Fate.CHANGED)],
        picked=set(request.form.getlist("overwrite")),
        token=token,
    )
    return page, 409 if form.form_errors else 200


def _waiting(owner: int, token: str) -> Package | None:
    data = kept(owner, token)
    return None if data is None else opened(data)


def _import(form: ImportForm, package: Package) -> str:
    overwritten = set(request.form.getlist("overwrite"))
    plan = imported(me(), package, form.digest.data or "", overwritten)
    course = _first_course(package)
    flash(_told(plan, overwritten, course), "done")
    return url_for("courses.author_course", course_id=course.id)


def _first_course(package: Package) -> Course:
    slug = next(iter(package.taught.courses))
    return db.session.scalars(select(Course).where(Course.slug == slug)).one()


def _told(plan: Plan, overwritten: set[str], course: Course) -> str:
    """What was done, in a sentence."""
    taken = sum(change.name in overwritten for change in plan.conflicts)
    counts = {
        "新的": len(plan.of(Fate.NEW)),
        "更新": len(plan.of(Fate.CHANGED)) + taken,
        "保留这里的": len(plan.conflicts) - taken,
    }
    told = "，".join(f"{what} {count} 项" for what, count in counts.items() if count) or "没有改动"
    waiting = "" if course.state is State.PUBLISHED else "课程还是草稿，看过以后再发布。"
    return f"已导入{titled(course.title)}：{told}。{waiting}"
