"""The trainer's pages of what is inside a course: its modules, and what is done in them."""

from decimal import Decimal
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.forms.authoring import AddForm, ModuleForm, OfferFilter
from courses.models import Course, Module
from courses.service.authoring import courses as service
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.db import paged
from literacy.models import State
from literacy.views.common import done_or_back
from quizzes.views.author import common


@blueprint.route("/teach/courses/<int:course_id>/modules/new", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_course_module_new(course_id: int) -> ResponseReturnValue:
    """Begin a new module at the end of a course."""
    return _edit(service.course_for(course_id), None)


@blueprint.route("/teach/courses/<int:course_id>/modules/<int:module_id>", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_course_module(course_id: int, module_id: int) -> ResponseReturnValue:
    """Change a module and the order of what is done in it."""
    course = service.course_for(course_id)
    return _edit(course, service.module_of(course, module_id))


def _edit(course: Course, module: Module | None) -> ResponseReturnValue:
    form = ModuleForm(data=_data_of(course, module) if request.method == "GET" else None)
    offered = [(other.id, other.title) for other in course.modules]
    form.offer_modules(offered)
    if request.method == "POST" and common.checked(form) and (answer := _saved(form, course, module)):
        return answer
    form.offer_modules(offered)  # rows that were moved were made anew
    page = render_template(
        "courses/author_course_module.html",
        form=form,
        row=module,
        course=course,
        activities={str(activity.id): activity for activity in module.activities} if module else {},
        newer=common.newer_than(form, course),
    )
    return page, common.status_of(form)


def _data_of(course: Course, module: Module | None) -> dict[str, Any]:
    if module is None:
        return {"revision": course.revision}
    return {
        "title": module.title,
        "summary": module.summary,
        "objectives": "\n".join(module.objectives),
        "competencies": module.competencies,
        "hours": Decimal(f"{module.hours:g}"),
        "activities": [{"activity_id": activity.id, "module_id": module.id} for activity in module.activities],
        "revision": course.revision,
    }


def _saved(form: ModuleForm, course: Course, module: Module | None) -> ResponseReturnValue | None:
    def act() -> str:
        row = service.course_for(course.id, writing=True)
        if module is None:
            made = service.create_module(common.author(), row, form.opened_on(), form.written())
            flash("单元已建好，现在添加内容。", "done")
            return _add_url(made)
        held = service.module_of(row, module.id)
        service.change_module(common.author(), held, form.opened_on(), form.written(), form.placed())
        if "add" in request.form:
            return _add_url(held)
        flash("单元已保存。", "done")
        return url_for("courses.author_course", course_id=row.id, _anchor=f"module-{held.id}")

    return common.saved(form, act)


def _add_url(module: Module) -> str:
    return url_for("courses.author_course_add", course_id=module.course_id, module_id=module.id)


@blueprint.route("/teach/courses/<int:course_id>/modules/<int:module_id>/add", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_course_add(course_id: int, module_id: int) -> ResponseReturnValue:
    """Find lessons, quizzes and drills and put them into a module."""
    course = service.course_for(course_id)
    module = service.module_of(course, module_id)
    if request.method == "POST":
        return _added(AddForm(), module)
    find = OfferFilter(request.args)
    query = service.offers(**common.filled(find, "words", "state", "kind"))
    return render_template(
        "courses/author_course_add.html",
        course=course,
        row=module,
        form=AddForm(data={"revision": course.revision}),
        find=find,
        page=paged(query, common.page_number(), scalars=False),
        held=service.held_by(course),
        only_published=course.state is State.PUBLISHED,
    )


def _added(form: AddForm, module: Module) -> ResponseReturnValue:
    ticked = form.ticked(request.form.getlist("item"))
    course_id, module_id = module.course_id, module.id

    def act() -> str:
        held = service.module_of(service.course_for(course_id, writing=True), module_id)
        count = service.add_activities(common.author(), held, form.revision.data or 0, ticked)
        if not count:
            flash("没有添加内容。请先勾选。", "note")
            return request.full_path.rstrip("?")
        flash(f"添加了 {count} 项内容。", "done")
        return url_for("courses.author_course", course_id=course_id, _anchor=f"module-{module_id}")

    return done_or_back(act, request.full_path.rstrip("?"))
