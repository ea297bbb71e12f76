"""The administrator's pages of units: the tree, one unit, making, renaming and moving."""

from collections.abc import Callable

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, allows, requires
from literacy.activation import mailing
from literacy.activation import service as activation
from literacy.errors import Refused
from literacy.forms import asked_for
from literacy.forms.units import UnitFilter, UnitForm
from literacy.models import Unit, User
from literacy.service import records, scope
from literacy.service import units as service
from literacy.views import common
from literacy.views.base import blueprint

AT_THE_ROOT = "最上一级"
MANY = 40
"""Above so many units the tree is shown with everything below the first level folded."""


@blueprint.get("/manage/units")
@requires(Permission.PEOPLE)
def units() -> ResponseReturnValue:
    """The tree with the people in each unit; folded where it is long. Or, looked for by name, the units found."""
    form, nodes = UnitFilter(request.args), service.tree(common.me())
    words = asked_for(form).get("words", "").casefold()
    return render_template(
        "literacy/units.html",
        form=form,
        top=scope.top(common.me()),
        total=len(nodes),
        hits=[node for node in nodes if words in node.unit.name.casefold()] if words else None,
        rows=service.outline(nodes),
        folded=len(nodes) > MANY and "all" not in request.args,
        long=len(nodes) > MANY,
    )


@blueprint.get("/manage/units/<int:unit_id>")
@requires(Permission.PEOPLE)
def unit(unit_id: int) -> ResponseReturnValue:
    """One unit: where it stands, what is under it, what can be done."""
    row, nodes = service.unit_for(common.me(), unit_id), service.tree(common.me())
    return render_template(
        "literacy/unit.html",
        unit=row,
        node=next(node for node in nodes if node.unit is row),
        at_top=service.is_top(common.me(), row),
        children=[node for node in nodes if node.unit.parent_id == row.id],
        entries=records.latest_about(row, common.me()) if allows(common.me(), Permission.AUDIT) else None,
        key=common.new_key(),
        waiting=activation.waiting_count(activation.in_unit(row.id)),
        mailed=mailing.reach(common.me(), activation.in_unit(row.id)),
    )


@blueprint.route("/manage/units/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE)
def unit_new() -> ResponseReturnValue:
    """Make a unit."""
    form = UnitForm()
    form.parent.offer(service.choices(service.tree(common.me())), _no_parent())
    if request.method == "GET":
        form.parent.process_data(request.args.get("parent"))

    def act() -> str:
        row = service.create_unit(common.me(), name=form.name.data or "", parent_id=form.parent.data or 0)
        flash(f"已新建{row.path}。", "done")
        return url_for("literacy.unit", unit_id=row.id)

    if request.method == "POST" and form.validate() and (answer := common.saved(form, act)):
        return answer
    return render_template("literacy/unit_edit.html", form=form, unit=None), common.status_of(form)


@blueprint.route("/manage/units/<int:unit_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE)
def unit_edit(unit_id: int) -> ResponseReturnValue:
    """Rename a unit, or move it with everything under it."""
    row = service.unit_for(common.me(), unit_id)
    if service.is_top(common.me(), row):
        raise Refused(f"“{row.name}”是您管的最上一级，要请上级单位的管理员来改名或移动。", 403)
    form = UnitForm(data={"name": row.name, "parent": row.parent_id} if request.method == "GET" else None)
    form.parent.offer(_places_for(row), _no_parent())

    def act() -> str:
        service.change_unit(common.me(), row, name=form.name.data or "", parent_id=form.parent.data or 0)
        flash("已保存。", "done")
        return url_for("literacy.unit", unit_id=unit_id)

    if request.method == "POST" and form.validate() and (answer := common.saved(form, act)):
        return answer
    return render_template("literacy/unit_edit.html", form=form, unit=row), common.status_of(form)


def _no_parent() -> str:
    """What choosing no unit above is called; who is bound to a unit has to choose one."""
    return AT_THE_ROOT if scope.of(common.me()) is None else "请选择"


def _places_for(row: Unit) -> list[tuple[int, str]]:
    """Where the unit may stand: anywhere in use but in itself and under itself."""
    nodes = service.tree(common.me())
    place = next(number for number, node in enumerate(nodes) if node.unit is row)
    after = place + 1
    while after < len(nodes) and nodes[after].depth > nodes[place].depth:
        after += 1
    return service.choices(nodes[:place] + nodes[after:], keep=row.parent_id)


@blueprint.post("/manage/units/<int:unit_id>/deactivate")
@requires(Permission.PEOPLE)
def unit_deactivate(unit_id: int) -> ResponseReturnValue:
    """Take a unit out of use."""
    return _done(unit_id, service.deactivate_unit, "单位已停用，不再出现在选单里。")


@blueprint.post("/manage/units/<int:unit_id>/reactivate")
@requires(Permission.PEOPLE)
def unit_reactivate(unit_id: int) -> ResponseReturnValue:
    """Take a unit into use again."""
    return _done(unit_id, service.reactivate_unit, "单位已启用。")


def _done(unit_id: int, do: Callable[[User, Unit], None], told: str) -> ResponseReturnValue:
    row, page = service.unit_for(common.me(), unit_id), url_for("literacy.unit", unit_id=unit_id)

    def act() -> str:
        do(common.me(), row)
        flash(told, "done")
        return page

    return common.done_or_back(act, page)
