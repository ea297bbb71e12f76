"""One's own inbox."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from literacy.access import Permission, requires
from literacy.db import db, paged, writes
from literacy.messages import service
from literacy.views import common
from literacy.views.base import blueprint

PER_PAGE = 20


def unread_messages() -> int:
    """For the head of every page: how many messages the person who is signed in has not read."""
    try:
        return service.unread_count(common.me()) if current_user.is_authenticated else 0
    except SQLAlchemyError:
        return 0


@blueprint.get("/messages")
@requires(Permission.ACCOUNT)
def messages() -> ResponseReturnValue:
    """What the platform has to tell this person: what is not read first."""
    only = request.args.get("unread") == "1"
    page = paged(service.inbox(common.me(), only), common.page_number(), PER_PAGE)
    return render_template("literacy/messages.html", page=page, only=only, key=common.new_key())


@blueprint.get("/messages/<int:message_id>")
@requires(Permission.ACCOUNT)
@writes
def message(message_id: int) -> ResponseReturnValue:
    """One message; opening it is reading it."""
    row = service.message_for(common.me(), message_id)
    service.mark_read(row)
    db.session.commit()
    return render_template("literacy/message.html", message=row, key=common.new_key())


@blueprint.post("/messages/read")
@requires(Permission.ACCOUNT)
def messages_read() -> ResponseReturnValue:
    """Note all as read."""

    def act() -> str:
        count = service.mark_all_read(common.me())
        flash(f"{count} 条消息已标为已读。" if count else "没有未读的消息。", "done")
        return url_for("literacy.messages")

    return common.done_or_back(act, url_for("literacy.messages"))


@blueprint.post("/messages/delete-read")
@requires(Permission.ACCOUNT)
def messages_delete_read() -> ResponseReturnValue:
    """Delete all that were read."""

    def act() -> str:
        flash(f"删除了 {service.delete_read(common.me())} 条读过的消息。", "done")
        return url_for("literacy.messages")

    return common.done_or_back(act, url_for("literacy.messages"))


@blueprint.post("/messages/<int:message_id>/delete")
@requires(Permission.ACCOUNT)
def message_delete(message_id: int) -> ResponseReturnValue:
    """Delete one."""
    row = service.message_for(common.me(), message_id)

    def act() -> str:
        service.delete_one(row)
        flash("消息已删除。", "done")
        return url_for("literacy.messages")

    return common.done_or_back(act, url_for("literacy.messages"))
