"""The administrator's pages of people: the list, one person, a new one, changes, passwords."""

from collections.abc import Callable

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, allows, requires
from literacy.activation import mailing
from literacy.activation import service as activation
from literacy.db import db, now, paged, writes
from literacy.errors import NotFound, Refused
from literacy.forms import Form, asked_for
from literacy.forms.people import PeopleFilter, PersonForm
from literacy.intake.tables import people_table
from literacy.models import RoleGrant, User
from literacy.once import once
from literacy.registry import panels_of
from literacy.service import people as service
from literacy.service import records, scope, units
from literacy.views import common
from literacy.views.base import blueprint

SHOWN_ALREADY = "这张表刚才已经交过，只办了一次。初始密码当时显示过，平台没有存，看不到第二次。没记下来，就重置密码。"


@blueprint.get("/manage/people")
@requires(Permission.PEOPLE)
def people() -> ResponseReturnValue:
    """Everybody with an account, to find one again."""
    form, nodes = _filter()
    query = service.people_list(**asked_for(form), viewer=common.me())
    page = paged(query, common.page_number())
    return render_template(
        "literacy/people.html",
        form=form,
        page=page,
        changeable=scope.changeable(common.me(), page.items),
        paths={node.unit.id: node.path for node in nodes},
        kept=common.kept_filter(form),
        head_count=service.head_count(common.me()),
        now=now(),
    )


def _filter() -> tuple[PeopleFilter, list[units.Node]]:
    form, nodes = PeopleFilter(request.args), units.tree(common.me())
    form.unit.offer([(node.unit.id, node.path) for node in nodes], "全部")
    return form, nodes


@blueprint.get("/manage/people/export/<form>")
@requires(Permission.PEOPLE)
@writes
def people_export(form: str) -> ResponseReturnValue:
    """The list as it is narrowed, as a file in the columns that an import reads."""
    narrowing, nodes = _filter()
    paths = {node.unit.id: node.path for node in nodes}
    rows = service.listed(service.people_list(**asked_for(narrowing), viewer=common.me()))
    return common.download(people_table(rows, paths), form, common.narrowed_by(narrowing))


@blueprint.get("/manage/people/<int:user_id>")
@requires(Permission.PEOPLE)
def person(user_id: int) -> ResponseReturnValue:
    """One person: what is known, what can be done, what was recorded."""
    row = service.person_for(common.me(), user_id)
    return render_template(
        "literacy/person.html",
        person=row,
        changeable=scope.may_change(common.me(), row),
        locked=row.is_locked(now()),
        panels=panels_of(row, common.me()),
        entries=records.latest_about(row, common.me()) if allows(common.me(), Permission.AUDIT) else None,
        key=common.new_key(),
        code_until=activation.expiry_of(row) if row.awaits_activation else None,
        mailed=mailing.reach(common.me(), User.id == row.id) if row.awaits_activation else None,
    )


@blueprint.route("/manage/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE)
def person_new() -> ResponseReturnValue:
    """Make an account. The answer shows its initial password, this once."""
    form = PersonForm()
    _offer_units(form)
    if request.method == "GET":
        form.unit.process_data(request.args.get("unit"))
    if request.method == "POST" and form.validate():
        try:
            return _password_once(form, lambda: service.create_person(common.me(), **_values(form)), "账号已建好")
        except NotFound:
            raise
        except Refused as refused:
            db.session.rollback()
            common.blame(form, refused)
    return render_template("literacy/person_new.html", form=form), common.status_of(form)


def _offer_units(form: PersonForm, row: User | None = None) -> None:
    """Give the units to choose from: those that the administrator looks after, and those that the person has now."""
    nodes = units.tree(common.me())
    bound_to = scope.top(common.me())
    form.unit.offer(units.choices(nodes, keep=row.unit_id if row else None), "请选择" if bound_to else "不分到单位")
    held = [grant.unit_id for grant in row.grants if grant.unit_id] if row else []
    places = [(node.unit.id, f"{node.path}及下级") for node in nodes if node.unit.active or node.unit.id in held]
    widest = dict(places).get(bound_to or 0, "全部")
    form.offer_reach([place for place in places if place[0] != bound_to], widest)


def _values(form: PersonForm) -> dict:
    """What the form says of a person, as services take it."""
    return {
        "account": form.account.data,
        "name": form.name.data,
        "post": form.post.data or "",
        "rank": form.rank.data or "",
        "phone": form.phone.data or "",
        "email": form.email.data or "",
        "unit_id": form.unit.data or 0,
        "roles": form.chosen_roles(),
        "reach": form.chosen_reach(),
    }


def _password_once(form: Form, make: Callable[[], tuple[User, str]], heading: str) -> ResponseReturnValue:
    """Do it once, and show the initial password in this answer: it is in no address, no cookie and no record.

    The same form handed in again leads to the person instead.
    """
    shown: list[tuple[User, str]] = []

    def act() -> str:
        shown.append(make())
        return url_for("literacy.person", user_id=shown[0][0].id)

    target = once(common.key_of(form), act)
    db.session.commit()
    if not shown:
        flash(SHOWN_ALREADY, "note")
        return common.go(target)
    row, password = shown[0]
    return render_template("literacy/initial_password.html", person=row, password=password, heading=heading)


@blueprint.route("/manage/people/<int:user_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE)
def person_edit(user_id: int) -> ResponseReturnValue:
    """Change what is known of a person."""
    row = service.person_for(common.me(), user_id)
    scope.check_change(common.me(), row)
    form = PersonForm(data=_data_of(row) if request.method == "GET" else None)
    _offer_units(form, row)
    if request.method == "POST" and form.validate() and (answer := _changed(form, user_id)):
        return answer
    row = service.person_for(common.me(), user_id)
    newer = request.method == "POST" and form.seen.data != service.stamp(row)
    form.seen.data = service.stamp(row)
    return render_template("literacy/person_edit.html", form=form, person=row, newer=newer), common.status_of(form)


def _data_of(row: User) -> dict:
    return {
        "name": row.name,
        "account": row.account,
        "unit": row.unit_id,
        "post": row.post,
        "rank": row.rank,
        "phone": row.phone,
        "email": row.email,
        "roles": [role.value for role in row.roles],
        **{f"{grant.role}_unit": _shown_reach(grant) for grant in row.grants},
    }


def _shown_reach(grant: RoleGrant) -> int:
    """What the form calls a role's unit: 0 for as far as the administrator's own reaches."""
    return 0 if grant.unit_id == scope.top(common.me()) else grant.unit_id or 0


def _changed(form: PersonForm, user_id: int) -> ResponseReturnValue | None:
    def act() -> str:
        row = service.person_for(common.me(), user_id)
        service.change_person(common.me(), row, form.seen.data or "", **_values(form))
        flash("已保存。", "done")
        return url_for("literacy.person", user_id=user_id)

    return common.saved(form, act)


@blueprint.post("/manage/people/<int:user_id>/reset-password")
@requires(Permission.PEOPLE)
def person_reset_password(user_id: int) -> ResponseReturnValue:
    """Give somebody a new initial password. The answer shows it, this once."""
    row = service.person_for(common.me(), user_id)
    try:
        return _password_once(Form(), lambda: (row, service.reset_password(common.me(), row)), "密码已重置")
    except Refused as refused:
        db.session.rollback()
        flash(refused.sentence, "problem")
        return common.go(url_for("literacy.person", user_id=user_id))


@blueprint.post("/manage/people/<int:user_id>/deactivate")
@requires(Permission.PEOPLE)
def person_deactivate(user_id: int) -> ResponseReturnValue:
    """Let a person in no longer."""
    return _done(user_id, service.deactivate, "账号已停用，正在进行的登录已经退出。学习记录都还在。")


@blueprint.post("/manage/people/<int:user_id>/reactivate")
@requires(Permission.PEOPLE)
def person_reactivate(user_id: int) -> ResponseReturnValue:
    """Let a person in again."""
    return _done(user_id, service.reactivate, "账号已启用，用原来的密码就能登录。")


@blueprint.post("/manage/people/<int:user_id>/unlock")
@requires(Permission.PEOPLE)
def person_unlock(user_id: int) -> ResponseReturnValue:
    """End the lock after repeated failures."""
    return _done(user_id, service.unlock, "登录锁定已解除，现在就可以登录。")


def _done(user_id: int, do: Callable[[User, User], None], told: str) -> ResponseReturnValue:
    row, page = service.person_for(common.me(), user_id), url_for("literacy.person", user_id=user_id)

    def act() -> str:
        do(common.me(), row)
        flash(told, "done")
        return page

    return common.done_or_back(act, page)
