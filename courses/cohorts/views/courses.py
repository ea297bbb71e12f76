"""The courses of a cohort, each with its due date."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.cohorts.calendar import CohortState
from courses.cohorts.forms import CourseForm, DueForm
from courses.cohorts.service import courses as service
from courses.cohorts.service import finding
from courses.cohorts.views.one import enrolled_if_running, page_url
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.dates import today
from literacy.errors import NotFound
from literacy.text import titled
from literacy.views.common import done_or_back, me, new_key, saved, status_of


def _address(cohort_id: int) -> str:
    return url_for("courses.cohort_courses", cohort_id=cohort_id)


@blueprint.route("/manage/cohorts/<int:cohort_id>/courses", methods=["GET", "POST"])
@requires(Permission.ENROL)
def cohort_courses(cohort_id: int) -> ResponseReturnValue:
    """The courses of a cohort; adding one."""
    row = finding.cohort_for(me(), cohort_id)
    form = CourseForm() if request.method == "POST" else CourseForm(None)
    form.course.offer(service.courses_to_add(row), "请选择")

    def act() -> str:
        cohort = finding.cohort_for(me(), cohort_id)
        made = service.add_course(me(), cohort, form.course.data, form.due_on.data, today())
        flash(f"添加了课程{titled(made.course.title)}。", "done")
        target = enrolled_if_running(cohort)
        return _address(cohort_id) if target == page_url(cohort_id) else target

    if request.method == "POST" and form.validate() and (answer := saved(form, act)):
        return answer
    row = finding.cohort_for(me(), cohort_id)
    page = render_template(
        "courses/cohort_courses.html",
        cohort=row,
        form=form,
        open=row.state_on(today()) in (CohortState.PREPARING, CohortState.RUNNING),
        running=row.state_on(today()) is CohortState.RUNNING,
        key=new_key(),
    )
    return page, status_of(form)


@blueprint.post("/manage/cohorts/<int:cohort_id>/courses/<int:course_id>/remove")
@requires(Permission.ENROL)
def cohort_course_remove(cohort_id: int, course_id: int) -> ResponseReturnValue:
    """Take a course out of a cohort."""
    row = finding.cohort_for(me(), cohort_id)

    def act() -> str:
        if service.remove_course(me(), row, course_id, today()):
            flash("课程已移除。已经报名的人仍在课程里，学过的都留着。", "done")
        return _address(cohort_id)

    return done_or_back(act, _address(cohort_id))


@blueprint.route("/manage/cohorts/<int:cohort_id>/courses/<int:course_id>/due", methods=["GET", "POST"])
@requires(Permission.ENROL)
def cohort_due(cohort_id: int, course_id: int) -> ResponseReturnValue:
    """Another due date for a course of a cohort."""
    row = finding.cohort_for(me(), cohort_id)
    there = next((one for one in row.courses if one.course_id == course_id), None)
    if there is None:
        raise NotFound
    form = DueForm(data={"due_on": there.due_on} if request.method == "GET" else None)

    def act() -> str:
        cohort = finding.cohort_for(me(), cohort_id)
        count = service.change_due(me(), cohort, course_id, form.due_on.data, today())
        flash(f"截止日期已改，{count} 人跟着改。" if count else "截止日期已保存。", "done")
        return _address(cohort_id)

    if request.method == "POST" and form.validate() and (answer := saved(form, act)):
        return answer
    row = finding.cohort_for(me(), cohort_id)
    page = render_template("courses/cohort_due.html", cohort=row, course=service.course_of(row, course_id), form=form)
    return page, status_of(form)
