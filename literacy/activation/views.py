"""The page where a person opens their account, and the buttons that give out codes."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, open_session, public, requires
from literacy.activation import mailing, service
from literacy.activation.forms import ActivationForm
from literacy.db import db
from literacy.errors import NotFound, Refused
from literacy.forms import Form
from literacy.jobs import service as jobs
from literacy.models import User
from literacy.once import once
from literacy.service import people, units
from literacy.text import account_name
from literacy.views import common
from literacy.views.base import blueprint, limiter
from literacy.views.sign_in import sign_in_limit

SHOWN_ALREADY = "这张表刚才已经交过，只办了一次。激活码当时显示过，平台没有存，看不到第二次。没记下来，就再发一次。"


def site_address() -> str:
    """Where codes are typed in, as it is printed on slips."""
    return url_for("literacy.activate", _external=True)


def link_of(user: User, code: str) -> str:
    """The address that opens the page with account and code filled in. Whoever has it can open the account once.

    It is shown to the administrator, who may also have such links mailed, see `mailing`.
    """
    return url_for("literacy.activate", account=user.account, code=code, _external=True)


@blueprint.route("/activate", methods=["GET", "POST"])
@public
@limiter.limit(sign_in_limit, methods=["POST"])
def activate() -> ResponseReturnValue:
    """Open one's account with the code from the slip, and choose a password."""
    form = ActivationForm()
    if request.method == "GET":
        form.account.data = account_name(request.args.get("account", ""))[:80]
        form.code.data = request.args.get("code", "")[:60]
    elif form.validate():
        try:
            user = service.activate(form.account.data or "", form.code.data or "", form.new.data or "")
        except Refused as refused:
            db.session.rollback()
            form.form_errors.append(refused.sentence)
        else:
            db.session.commit()
            open_session(user)
            flash("账号激活好了。以后用账号和刚才设的密码登录。", "done")
            return redirect(url_for("literacy.home"), 303)
    return render_template("literacy/activate.html", form=form), common.status_of(form)


@blueprint.post("/manage/people/<int:user_id>/code")
@requires(Permission.PEOPLE)
def person_code(user_id: int) -> ResponseReturnValue:
    """Give one person a new activation code. The answer shows it, this once."""
    row, page = people.person_for(common.me(), user_id), url_for("literacy.person", user_id=user_id)
    shown: list[str] = []

    def act() -> str:
        shown.append(service.issue(common.me(), row))
        return page

    try:
        target = once(common.key_of(Form()), act)
    except NotFound:
        raise
    except Refused as refused:
        db.session.rollback()
        flash(refused.sentence, "problem")
        return common.go(page)
    db.session.commit()
    if not shown:
        flash(SHOWN_ALREADY, "note")
        return common.go(target)
    return render_template(
        "literacy/person_code.html",
        person=row,
        code=shown[0],
        link=link_of(row, shown[0]),
        until=service.expiry_of(row),
    )


@blueprint.post("/manage/units/<int:unit_id>/codes")
@requires(Permission.PEOPLE)
def unit_codes(unit_id: int) -> ResponseReturnValue:
    """Make slips for everybody in a unit and below who has not activated their account."""
    unit = units.unit_for(common.me(), unit_id)

    def act() -> str:
        if not service.waiting_count(service.in_unit(unit_id)):
            raise Refused("这个单位的人都有密码了，没有要发的激活码。")
        given = {"unit_id": unit_id, "site": site_address()}
        job = jobs.start(common.me(), "unit_slips", f"激活条：{unit.path}", given, key=f"unit-{unit_id}")
        return url_for("literacy.job", job_id=job.id)

    return common.done_or_back(act, url_for("literacy.unit", unit_id=unit_id))


@blueprint.post("/manage/people/<int:user_id>/code/mail")
@requires(Permission.PEOPLE)
def person_code_mail(user_id: int) -> ResponseReturnValue:
    """Mail one person a link that opens their account."""
    row = people.person_for(common.me(), user_id)

    def act() -> str:
        title = f"给{row.name}发激活链接"
        job = mailing.ask(common.me(), mailing.JOB, title, {"user_id": row.id}, User.id == row.id)
        return url_for("literacy.job", job_id=job.id)

    return common.done_or_back(act, url_for("literacy.person", user_id=user_id))


@blueprint.post("/manage/units/<int:unit_id>/codes/mail")
@requires(Permission.PEOPLE)
def unit_codes_mail(unit_id: int) -> ResponseReturnValue:
    """Mail everybody in a unit and below who has not activated their account a link that opens it."""
    unit = units.unit_for(common.me(), unit_id)

    def act() -> str:
        title, here = f"发激活链接：{unit.path}", service.in_unit(unit_id)
        job = mailing.ask(common.me(), mailing.JOB, title, {"unit_id": unit_id}, here)
        return url_for("literacy.job", job_id=job.id)

    return common.done_or_back(act, url_for("literacy.unit", unit_id=unit_id))
