"""How mails plug into the app."""

from datetime import timedelta

from flask import Flask

from literacy import audit
from literacy.mail import sending, service
from literacy.mail.models import ENDED, Mail
from literacy.privacy.rules import Rule, deleting
from literacy.registry import Periodic, Subject, registry

RULE = Rule(
    "mails", "发出的邮件的记录", "删去发完了的邮件：发给谁、什么时候、成没成。",
    **deleting(Mail, lambda before: Mail.at < before, lambda _: Mail.state.in_(ENDED)),
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Plug mails in."""
    offered = registry(app)
    offered.periodic["mails"] = Periodic(timedelta(minutes=1), sending.send_due)
    offered.retention.append(RULE)
    offered.subjects["mails"] = Subject("邮件")
    audit.ACTIONS.update(service.ACTIONS)
