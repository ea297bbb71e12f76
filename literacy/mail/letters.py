"""How a mail reads: plain text, and the same as simple HTML; pure.

It says what the message in the inbox says, and nothing more about the person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup, escape

from literacy.text import clean, clean_line


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Letter:
    """What a mail says, from whom, to whom."""

    sender: str
    school: str
    to: str
    title: str
    body: str
    link: str = ""
    """The whole address of the page that the message leads to; empty where there is none."""
    unsubscribe: str = ""
    """The whole address of the page on which the person says that they want no more mails."""
    message_id: str = ""
    attachments: Sequence[Attachment] = ()


def written(letter: Letter, moment: datetime) -> EmailMessage:
    """The mail as it goes over the line."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = clean_line(letter.title)
    mail["From"] = Address(clean_line(letter.school), addr_spec=letter.sender)
    mail["To"] = Address(addr_spec=letter.to)
    mail["Date"] = format_datetime(moment)
    mail["Auto-Submitted"] = "auto-generated"
    if letter.message_id:
        mail["Message-ID"] = letter.message_id
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
    mail.set_content(_plain(letter), cte="base64")
    mail.add_alternative(_html(letter), subtype="html", cte="base64")
    for file in letter.attachments:
        mail.add_attachment(file.data, maintype="application", subtype="octet-stream", filename=clean_line(file.name))
    return mail


def _footer(letter: Letter) -> str:
    return f"这封信由“{clean_line(letter.school)}”的培训平台自动发出，请不要回复。"


def _plain(letter: Letter) -> str:
    parts = [clean_line(letter.title), clean(letter.body)]
    parts.append(f"打开看：{letter.link}" if letter.link else "请登录平台，在“消息”里看。")
    parts.append(_footer(letter))
    if letter.unsubscribe:
        parts.append(f"不想再收这类邮件：{letter.unsubscribe}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _html(letter: Letter) -> str:
    paragraphs = Markup("").join(
        Markup("<p>{}</p>\n").format(Markup("<br>\n").join(escape(line) for line in part.split("\n")))
        for part in clean(letter.body).split("\n\n")
        if part.strip()
    )
    link = (
        Markup('<p><a href="{}">打开看</a></p>\n').format(letter.link)
        if letter.link
        else Markup("<p>请登录平台，在“消息”里看。</p>\n")
    )
    leave = Markup("")
    if letter.unsubscribe:
        leave = Markup('<br>\n<a href="{}">不想再收这类邮件</a>').format(letter.unsubscribe)
    return Markup(
        '<!DOCTYPE html>\n<html lang="zh-Hans"><head><meta charset="utf-8"><title>{title}</title></head>\n'
        "<body>\n<h1>{title}</h1>\n{paragraphs}{link}<hr>\n<p><small>{footer}{leave}</small></p>\n</body></html>\n"
    ).format(title=clean_line(letter.title), paragraphs=paragraphs, link=link, footer=_footer(letter), leave=leave)
