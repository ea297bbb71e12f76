"""The trainer's pages of courses."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.forms.authoring import CourseFilter, CourseForm
from courses.models import Course
from courses.service.authoring import courses as service
from courses.views.author.preview import preview_url, standing_at_first
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.db import paged
from literacy.web import today as this_day
from quizzes.service.authoring import life
from quizzes.views.author import common


@blueprint.get("/teach/courses")
@requires(Permission.AUTHOR)
def author_courses() -> ResponseReturnValue:
    """All courses, to find one again."""
    form = CourseFilter(request.args)
    query = service.course_list(**common.filled(form, "words", "state"))
    return render_template("courses/author_courses.html", form=form, page=paged(query, common.page_number()))


@blueprint.route("/teach/courses/new", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_course_new() -> ResponseReturnValue:
    """Begin a new course."""
    return _edit(None)


@blueprint.get("/teach/courses/<int:course_id>/preview")
@requires(Permission.AUTHOR)
def author_course_preview(course_id: int) -> ResponseReturnValue:
    """The learner's page of a course, as somebody sees it who was enrolled this moment; drafts too."""
    return render_template(
        "courses/author_course_preview.html",
        standing=standing_at_first(service.course_for(course_id)),
        url_of=preview_url,
        day_now=this_day(),
    )


@blueprint.get("/teach/courses/<int:course_id>/preview/phone")
@requires(Permission.AUTHOR)
def author_course_phone(course_id: int) -> ResponseReturnValue:
    """The same page as it looks on a phone, in a frame of that width."""
    course = service.course_for(course_id)
    step = next((one for one in course.activities if one.id == request.args.get("step", 0, int)), None)
    inside = (
        preview_url(step, framed=1) if step else url_for("courses.author_course_preview", course_id=course.id, framed=1)
    )
    return render_template("courses/author_course_phone.html", row=course, step=step, inside=inside)


@blueprint.route("/teach/courses/<int:course_id>/edit", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_course_edit(course_id: int) -> ResponseReturnValue:
    """Change what a course says of itself, and the order of its modules."""
    return _edit(service.course_for(course_id))


def _edit(course: Course | None) -> ResponseReturnValue:
    form = CourseForm(data=_data_of(course) if request.method == "GET" else None)
    if request.method == "POST":
        if common.checked(form) and (answer := _saved(form, course)):
            return answer
    elif course is not None:
        form.show(life.own_problems(course))
    page = render_template(
        "courses/author_course_edit.html",
        form=form,
        row=course,
        modules={str(module.id): module for module in course.modules} if course else {},
        newer=common.newer_than(form, course),
        **common.waiting_beside(course),
    )
    return page, common.status_of(form)


def _data_of(course: Course | None) -> dict[str, Any]:
    if course is None:
        return {"position": service.next_position()}
    columns = {name: getattr(course, name) for name in ("title", "summary", "position", "revision")}
    return {**columns, "modules": [{"module_id": module.id} for module in course.modules]}


def _saved(form: CourseForm, course: Course | None) -> ResponseReturnValue | None:
    def act() -> str:
        if course is None:
            row = service.create_course(common.author(), form.settings())
            flash("课程已建好，现在添加第一个单元。", "done")
            return url_for("courses.author_course_module_new", course_id=row.id)
        row = service.course_for(course.id, writing=True)
        service.change_course(common.author(), row, form.opened_on(), form.settings(), form.module_ids())
        show = url_for("courses.author_course", course_id=row.id)
        return common.finish(row, show, show)

    return common.saved(form, act)


@blueprint.post("/teach/courses/<int:course_id>/publish")
@requires(Permission.AUTHOR)
def author_course_publish(course_id: int) -> ResponseReturnValue:
    """Offer a course: from now on people can be enrolled in it."""
    return common.published(
        lambda: service.course_for(course_id, writing=True), url_for("courses.author_course", course_id=course_id)
    )


@blueprint.post("/teach/courses/<int:course_id>/retire")
@requires(Permission.AUTHOR)
def author_course_retire(course_id: int) -> ResponseReturnValue:
    """Stop offering a course."""
    return common.retired(
        lambda: service.course_for(course_id, writing=True), url_for("courses.author_course", course_id=course_id)
    )
