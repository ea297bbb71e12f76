"""Sending what waits: claimed in one transaction, sent outside any, noted in another. Commits.

A mail is claimed before it is handed over. Where the process dies in between, nobody knows whether it went out: it is
then not sent again by itself, but shown to administrators.
"""

import smtplib
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select, update

from literacy.db import db, now, reading
from literacy.links import address_of as address_of_path
from literacy.links import path_to
from literacy.mail import service
from literacy.mail.letters import Attachment, Letter, written
from literacy.mail.line import NoLine, Server, Undelivered, connected, hand_over, server_set
from literacy.mail.models import Mail, MailState
from literacy.settings import value

BATCH = 25
"""Mails on one line."""
MOST = 2000
"""Mails of one run; the next run goes on."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""How long to wait after each failure; after the last the mail is given up."""
STALE = timedelta(minutes=15)
"""Whoever has been at a mail for so long is dead."""
BROKE_OFF = "发的时候服务停了，不知道送到没有。问过本人没有收到，再点“重发”。"


def send_due(most: int = MOST) -> int:
    """Send what is due; gives back how many went out. Commits."""
    server = server_set()
    _note_broken_off(now())
    if server is None:
        return 0
    sent = taken = 0
    while taken < most and (batch := _claim(now(), min(BATCH, most - taken))):
        taken += len(batch)
        done, goes_on = _send_batch(server, batch)
        sent += done
        if not goes_on:
            break
    return sent


def _note_broken_off(moment: datetime) -> None:
    """What was being sent by a process that is dead. Commits where there is anything."""
    stuck = (Mail.state == MailState.SENDING, Mail.next_at < moment - STALE)
    with reading():
        there = db.session.scalar(select(Mail.id).where(*stuck).limit(1))
        db.session.rollback()
    if there is not None:
        db.session.execute(update(Mail).where(*stuck).values(state=MailState.UNSURE, error=BROKE_OFF))
        db.session.commit()


def _claim(moment: datetime, most: int) -> list[int]:
    """Take mails that are due, for this process alone. Commits."""
    due = select(Mail).where(Mail.state == MailState.QUEUED, Mail.next_at <= moment)
    with reading():
        there = db.session.scalar(due.with_only_columns(Mail.id).limit(1))
        db.session.rollback()
    if there is None:
        return []
    query = due.order_by(Mail.next_at, Mail.id).limit(most).with_for_update(skip_locked=True)
    rows = db.session.scalars(query).all()
    for mail in rows:
        mail.state, mail.tries, mail.next_at = MailState.SENDING, mail.tries + 1, moment
        mail.address = service.address_of(mail.user)
        if not mail.address or not mail.user.active:
            mail.state, mail.error = MailState.SKIPPED, "这个人没有登记邮箱，或者账号停用了。"
        elif not service.wants_mails(mail.user):
            mail.state, mail.error = MailState.SKIPPED, "本人不要邮件，在平台里看消息。"
    ids = [mail.id for mail in rows if mail.state is MailState.SENDING]
    db.session.commit()
    return ids or _claim(moment, most)


def _send_batch(server: Server, ids: list[int]) -> tuple[int, bool]:
    """Send claimed mails on one line; gives back how many went out, and whether the server can take more."""
    left, sent = list(ids), 0
    try:
        with connected(server) as smtp:
            while left:
                sent += _send(server, smtp, left[0])
                left.pop(0)
    except NoLine as problem:
        _put_off(left, problem.sentence)
        return sent, False
    return sent, True


def _send(server: Server, smtp: smtplib.SMTP, mail_id: int) -> bool:
    """Send one mail and note what came of it; whether it went out. Commits."""
    mail = db.session.get_one(Mail, mail_id)
    try:
        letter = letter_of(mail, server.sender)
        to, message = mail.address, written(letter, now())
    except (ValueError, OSError, IndexError) as problem:
        _note(
            mail,
            MailState.FAILED,
            f"这封信写不出来：地址 {mail.address} 不对，或者附件不在了（{type(problem).__name__}）。",
        )
        return False
    db.session.commit()  # nothing is open while we wait for the server
    try:
        hand_over(smtp, server.sender, to, message)
    except Undelivered as problem:
        mail = db.session.get_one(Mail, mail_id)
        if problem.unsure:
            _note(mail, MailState.UNSURE, problem.sentence)
        elif problem.for_good:
            _note(mail, MailState.FAILED, problem.sentence)
        else:
            _put_off([mail_id], problem.sentence)
        return False
    mail = db.session.get_one(Mail, mail_id)
    mail.sent_at = now()
    _note(mail, MailState.SENT, "")
    return True


def _note(mail: Mail, state: MailState, error: str) -> None:
    mail.state, mail.error = state, error
    db.session.commit()


def _put_off(ids: list[int], sentence: str) -> None:
    """Try these later, or give up those that were tried often enough. Commits."""
    moment = now()
    for mail in db.session.scalars(select(Mail).where(Mail.id.in_(ids), Mail.state == MailState.SENDING)):
        mail.error = sentence
        if mail.tries > len(WAITS):
            mail.state = MailState.FAILED
        else:
            mail.state, mail.next_at = MailState.QUEUED, moment + WAITS[mail.tries - 1]
    db.session.commit()


def letter_of(mail: Mail, sender: str) -> Letter:
    """What a mail says. Raises OSError where a file that goes along is gone."""
    folder = Path(current_app.config["DATA_FOLDER"]).resolve()
    files = []
    for one in mail.attachments:
        path = (folder / one["path"]).resolve()
        if not path.is_relative_to(folder):
            raise FileNotFoundError(one["path"])
        files.append(Attachment(one["name"], path.read_bytes()))
    leave = path_to("literacy.unsubscribe", token=service.token_of(mail.user_id))
    return Letter(
        sender,
        value("school_name"),
        mail.address,
        mail.title,
        mail.body,
        address_of_path(mail.url),
        address_of_path(leave),
        f"<mail-{mail.id}-{mail.tries}@{sender.rpartition('@')[2]}>",
        files,
    )
