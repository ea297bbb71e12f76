"""The outbox: what is to go out, what became of it, who wants none. Flushes, never commits."""

from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select, update
from sqlalchemy.orm import contains_eager

from literacy import audit
from literacy.db import containing, db, now
from literacy.errors import NotFound, Refused, found
from literacy.mail.models import Mail, MailChoice, MailState
from literacy.models import User
from literacy.settings import value

ACTIONS = {"mail.resent": "重发邮件", "mail.choice": "改变是否收邮件", "mail.tested": "试发邮件"}
"""What is recorded of mails, for audit.ACTIONS."""


def switched_on() -> bool:
    """Whether a mail server is set."""
    return bool(value("smtp_host"))


def address_of(user: User) -> str:
    """Where mails to this person go; empty where no address is known."""
    return str(getattr(user, "email", "") or "")


def _address_column() -> Any:
    """Where addresses stand; None while people have none."""
    return getattr(User, "email", None)


def reachable() -> ColumnElement[bool]:
    """A condition on User: has an address, and did not say that they want no mails."""
    column = _address_column()
    if column is None:
        return false()
    unwanted = exists().where(MailChoice.user_id == User.id, ~MailChoice.wanted)
    return and_(User.active, func.coalesce(column, "") != "", ~unwanted)


def wants_mails(user: User) -> bool:
    """Whether this person wants mails besides the messages."""
    choice = db.session.get(MailChoice, user.id)
    return choice is None or choice.wanted


def choose(user: User, wanted: bool) -> bool:
    """Note whether a person wants mails; gives back whether that is new."""
    choice = db.session.get(MailChoice, user.id)
    if choice is None:
        choice = MailChoice(user_id=user.id, wanted=True)
        db.session.add(choice)
    if choice.wanted == wanted:
        return False
    choice.wanted = wanted
    db.session.flush()
    audit.record(user, "mail.choice", user, f"{user.name}{'要' if wanted else '不要'}把消息也发到邮箱")
    return True


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="mail-unsubscribe")


def token_of(user_id: int) -> str:
    """What stands in the link with which a person wants no more mails."""
    return str(_signer().dumps(user_id))


def person_of(token: str) -> User:
    """The person of such a link; raises NotFound for one that is not ours."""
    try:
        user_id = _signer().loads(token)
    except BadSignature:
        raise NotFound from None
    return found(db.session.get(User, user_id))


def mail_list(words: str = "", state: str = "") -> Select[Any]:
    """Mails, the newest first, narrowed by part of a name, account or title, and by state."""
    query = select(Mail).join(Mail.user).options(contains_eager(Mail.user)).order_by(Mail.id.desc())
    if words:
        query = query.where(containing(words, User.name, User.account, Mail.title, Mail.address))
    return query.where(Mail.state == state) if state else query


def counts() -> dict[MailState, int]:
    """How many mails there are in each state."""
    rows = db.session.execute(select(Mail.state, func.count().label("mails")).group_by(Mail.state)).all()
    there = {row.state: row.mails for row in rows}
    return {state: there[state] for state in MailState if state in there}


def mail_for(mail_id: int) -> Mail:
    """A mail; raises NotFound."""
    return found(db.session.get(Mail, mail_id))


def resend(actor: User, mail: Mail) -> None:
    """Have a mail tried again from the beginning. Raises Refused where it went out, or waits anyway."""
    db.session.refresh(mail, with_for_update=True)
    if not mail.state.can_resend:
        raise Refused(f"这封邮件{mail.state.label}，不用重发。")
    mail.state, mail.tries, mail.next_at, mail.error = MailState.QUEUED, 0, now(), ""
    db.session.flush()
    audit.record(actor, "mail.resent", mail, f"重发邮件“{mail.title}”给{mail.user.name}")


def resend_failed(actor: User) -> int:
    """Have all mails tried again that were not sent for sure; gives back how many."""
    again = update(Mail).where(Mail.state == MailState.FAILED)
    count = _changed(again.values(state=MailState.QUEUED, tries=0, next_at=now(), error=""))
    if count:
        audit.record(actor, "mail.resent", None, f"重发没发成的 {count} 封邮件")
    return count


def _changed(statement: Any) -> int:
    """Run a statement on many rows, and say how many it changed."""
    result: Any = db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire_all()
    return int(result.rowcount)
