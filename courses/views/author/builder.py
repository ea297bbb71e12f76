"""The trainer's page of a course: its outline on one side; on the other what is picked in it, to change and to see."""

from decimal import Decimal
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.forms.authoring import CourseFactsForm, ModuleFactsForm, MoveForm
from courses.models import Activity, Course, Module
from courses.service.authoring import courses as service
from courses.service.authoring import moving
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.db import db
from literacy.errors import Refused, wants_json
from literacy.views.common import done_or_back
from quizzes.forms.authoring.base import AuthoringForm
from quizzes.views.author import common


@blueprint.get("/teach/courses/<int:course_id>")
@requires(Permission.AUTHOR)
def author_course(course_id: int) -> ResponseReturnValue:
    """The outline of a course, from which everything in it is reached, and its life."""
    course = service.course_for(course_id)
    activity = _picked(course.activities, "activity")
    module = None if activity else _picked(course.modules, "module")
    return _page(course, _facts(course, module), module, activity)


def _picked(rows: list[Any], name: str) -> Any:
    """The row that the address names; None where it names none of these."""
    wanted = request.args.get(name, 0, int)
    return next((row for row in rows if row.id == wanted), None)


def _facts(course: Course, module: Module | None) -> AuthoringForm:
    if module is None:
        names = ("title", "summary", "position")
        return CourseFactsForm(data={**{name: getattr(course, name) for name in names}, "revision": course.revision})
    data = {"title": module.title, "summary": module.summary, "hours": Decimal(f"{module.hours:g}")}
    return ModuleFactsForm(data={**data, "revision": course.revision})


def _page(
    course: Course, form: AuthoringForm, module: Module | None, activity: Activity | None = None
) -> ResponseReturnValue:
    page = render_template(
        "courses/author_course.html",
        row=course,
        form=form,
        module=module,
        activity=activity,
        newer=common.newer_than(form, course),
        learners=service.learners_in(course),
        **common.life_of(course),
    )
    return page, common.status_of(form)


def _here(course_id: int, **picked: Any) -> str:
    return url_for("courses.author_course", course_id=course_id, _anchor="panel", **picked)


@blueprint.post("/teach/courses/<int:course_id>/facts")
@requires(Permission.AUTHOR)
def author_course_facts(course_id: int) -> ResponseReturnValue:
    """Change what a course says of itself, beside its outline."""
    form = CourseFactsForm()

    def act() -> str:
        row = service.course_for(course_id, writing=True)
        order = [module.id for module in row.modules]
        service.change_course(common.author(), row, form.opened_on(), form.settings(), order)
        flash("课程已保存。", "done")
        return _here(course_id)

    if common.checked(form) and (answer := common.saved(form, act)):
        return answer
    return _page(service.course_for(course_id), form, None)


@blueprint.post("/teach/courses/<int:course_id>/modules/<int:module_id>/facts")
@requires(Permission.AUTHOR)
def author_course_module_facts(course_id: int, module_id: int) -> ResponseReturnValue:
    """Change what a module says of itself, beside the outline."""
    form = ModuleFactsForm()

    def act() -> str:
        row = service.module_of(service.course_for(course_id, writing=True), module_id)
        placed = [(activity.id, module_id) for activity in row.activities]
        service.change_module(common.author(), row, form.opened_on(), form.written(), placed)
        flash("单元已保存。", "done")
        return _here(course_id, module=module_id)

    if common.checked(form) and (answer := common.saved(form, act)):
        return answer
    course = service.course_for(course_id)
    return _page(course, form, service.module_of(course, module_id))


@blueprint.post("/teach/courses/<int:course_id>/move")
@requires(Permission.AUTHOR)
def author_course_move(course_id: int) -> ResponseReturnValue:
    """Put a module or an activity somewhere else. A script is told the course's new revision."""
    form = MoveForm()
    if not form.validate():
        raise Refused("这一步没有说清移到哪里，没有移动。请刷新页面再试。", 422)
    moved, module_id, place = form.activity.data or 0, form.module.data or 0, form.place.data or 0

    def move() -> tuple[Course, str]:
        course = service.course_for(course_id, writing=True)
        author, opened_on = common.author(), form.revision.data or 0
        if moved:
            return course, moving.move_activity(author, course, opened_on, moved, module_id, place)
        return course, moving.move_module(author, course, opened_on, module_id, place)

    def act() -> str:
        flash(f"{move()[1]}。", "done")
        return back

    back = _here(course_id, **({"activity": moved} if moved else {"module": module_id}))
    if not wants_json():
        return done_or_back(act, back)
    course, said = move()
    answer = {"revision": course.revision, "said": f"{said}。已保存。"}
    db.session.commit()
    return answer
