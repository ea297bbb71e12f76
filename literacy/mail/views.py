"""Outgoing mails for administrators, a trial mail, and everybody's say whether they want any."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy import audit
from literacy.access import Permission, public, requires
from literacy.db import db, now, paged
from literacy.errors import Refused
from literacy.forms import asked_for
from literacy.mail import service
from literacy.mail.forms import MailChoiceForm, MailFilter
from literacy.mail.letters import Letter, written
from literacy.mail.line import NoLine, Undelivered, connected, hand_over, server_set
from literacy.settings import value
from literacy.views import common
from literacy.views.base import blueprint


@blueprint.get("/manage/mails")
@requires(Permission.INSTALLATION)
def mails() -> ResponseReturnValue:
    """What goes out, what became of it, and why."""
    form = MailFilter(request.args)
    page = paged(service.mail_list(**asked_for(form)), common.page_number())
    return render_template(
        "literacy/mails.html",
        form=form,
        page=page,
        counts=service.counts(),
        on=service.switched_on(),
        kept=_kept(form),
        key=common.new_key(),
    )


def _kept(form: MailFilter) -> dict[str, Any]:
    """The list as it is narrowed and turned, for the way back to it."""
    return {**common.kept_filter(form), "page": common.page_number()}


@blueprint.post("/manage/mails/<int:mail_id>/resend")
@requires(Permission.INSTALLATION)
def mail_resend(mail_id: int) -> ResponseReturnValue:
    """Have one tried again."""
    row, back = service.mail_for(mail_id), url_for("literacy.mails", **_kept(MailFilter(request.args)))

    def act() -> str:
        service.resend(common.me(), row)
        flash("已排进去，一分钟内再试。", "done")
        return back

    return common.done_or_back(act, back)


@blueprint.post("/manage/mails/resend-failed")
@requires(Permission.INSTALLATION)
def mails_resend_failed() -> ResponseReturnValue:
    """Have all tried again that were not sent for sure."""
    back = url_for("literacy.mails")

    def act() -> str:
        count = service.resend_failed(common.me())
        flash(f"{count} 封已排进去，马上再试。" if count else "没有没发成的邮件。", "done")
        return back

    return common.done_or_back(act, back)


@blueprint.post("/manage/settings/mail/test")
@requires(Permission.INSTALLATION)
def settings_mail_test() -> ResponseReturnValue:
    """Send a trial mail to oneself, and say at once what the server answers."""
    back = url_for("literacy.settings_group", group="mail")

    def act() -> str:
        to = _try_out()
        audit.record(common.me(), "mail.tested", None, f"试发一封邮件到 {to}")
        flash(f"试发的邮件已经交给服务器，请到 {to} 看收到没有。", "done")
        return back

    return common.done_or_back(act, back)


def _try_out() -> str:
    """Send the trial mail; gives back where to. Raises Refused with what the server said."""
    server, to = server_set(), service.address_of(common.me())
    if server is None:
        raise Refused("还没有填发信服务器。先填好、保存，再试发。")
    if not to:
        raise Refused("您的账号没有登记邮箱，不知道发到哪里。请先在“人员”里填上自己的邮箱。")
    school = value("school_name")
    title = f"{school}：试发"
    letter = Letter(server.sender, school, to, title, "收到这封信，说明平台能发邮件。", value("site_address"))
    db.session.rollback()  # nobody waits for us while we wait for the server
    try:
        message = written(letter, now())
    except (ValueError, IndexError):
        raise Refused(f"您登记的邮箱 {to} 写得不对。") from None
    try:
        with connected(server) as smtp:
            hand_over(smtp, server.sender, to, message)
    except (NoLine, Undelivered) as problem:
        raise Refused(f"没有发成。{problem.sentence}") from None
    return to


@blueprint.route("/account/mails", methods=["GET", "POST"])
@requires(Permission.ACCOUNT)
def mail_choice() -> ResponseReturnValue:
    """Whether one's messages come by mail too."""
    form = MailChoiceForm(data={"wanted": service.wants_mails(common.me())} if request.method == "GET" else None)

    def act() -> str:
        service.choose(common.me(), bool(form.wanted.data))
        flash("以后的消息也发到邮箱。" if form.wanted.data else "以后只在平台里看消息，不发邮件。", "done")
        return url_for("literacy.account")

    if request.method == "POST" and form.validate() and (answer := common.saved(form, act)):
        return answer
    return render_template(
        "literacy/mail_choice.html", form=form, address=service.address_of(common.me()), on=service.switched_on()
    ), common.status_of(form)


@blueprint.route("/mails/unsubscribe/<string:token>", methods=["GET", "POST"])
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Where a mail's last line leads: no more mails, without signing in. Only the button does it, no link checker."""
    person = service.person_of(token)
    if request.method == "POST":
        service.choose(person, False)
        db.session.commit()
    return render_template("literacy/unsubscribe.html", done=not service.wants_mails(person), token=token)
