"""How messages plug into the app."""

from flask import Flask

from literacy.messages.models import Message
from literacy.messages.views import unread_messages
from literacy.privacy.rules import Rule, deleting
from literacy.registry import registry

RULE = Rule(
    "messages", "读过的消息", "删去读过的旧消息，没读的一直留着。",
    **deleting(Message, lambda before: Message.at < before, lambda _: Message.read_at.is_not(None)),
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Plug messages in."""
    registry(app).retention.append(RULE)
    app.jinja_env.globals.update(unread_messages=unread_messages)
