"""What a setting is declared as, and which values it takes; pure.

One declaration makes the field of the form, the line of the command, the reading of the environment and the sentence
for what is wrong.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from literacy.text import clean_line

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?", re.IGNORECASE)
_YES, _NO = ("1", "true", "yes", "on", "是"), ("0", "false", "no", "off", "否", "")


class Kind(StrEnum):
    """What sort of value a setting has."""

    LINE = "line"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    SECRET = "secret"  # noqa: S105  the name of a kind
    EMAIL = "email"
    HOST = "host"
    SITE = "site"
    """The address of a web site, without a path."""
    PICTURE = "picture"
    """A picture by the name that texts give it; handed in with a form of its own."""


@dataclass(frozen=True)
class Group:
    """Settings that are shown and saved together."""

    title: str
    lead: str
    order: int


@dataclass(frozen=True)
class Setting:
    """One setting: how it is called, what it does, which values it takes, which it has at first."""

    key: str
    group: str
    """The key of its group."""
    label: str
    help: str
    """What it does, as a sentence that stands under the label."""
    kind: Kind
    default: Any = ""
    least: int = 0
    """Of a number: the smallest. Of a text: 1 where it may not be empty."""
    most: int = 200
    """Of a number: the largest. Of a text: how many characters."""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Of a choice: (value, label)."""
    env: str = ""
    """The environment variable that fixes it, if there is one."""


def problem(setting: Setting, value: Any) -> str | None:
    """What is wrong with a value, as a sentence to stand beside its field; None if it will do."""
    if setting.kind is Kind.NUMBER:
        fits = isinstance(value, int) and not isinstance(value, bool) and setting.least <= value <= setting.most
        return None if fits else f"填 {setting.least} 到 {setting.most} 之间的整数。"
    if setting.kind is Kind.YES_NO:
        return None if isinstance(value, bool) else "填“是”或者“否”。"
    if setting.kind is Kind.CHOICE:
        known = any(value == one for one, _ in setting.choices)
        return None if known else f"请从列表里选一项：{_offered(setting)}。"
    if setting.kind is Kind.CHOICES:
        return _choices_problem(setting, value)
    return _text_problem(setting, value)


def _offered(setting: Setting) -> str:
    return "、".join(f"{one}（{label}）" for one, label in setting.choices)


def _choices_problem(setting: Setting, value: Any) -> str | None:
    known = {one for one, _ in setting.choices}
    if not isinstance(value, list) or not set(value) <= known:
        return f"请从列表里选：{_offered(setting)}。"
    return "至少选一项。" if len(value) < setting.least else None


def _text_problem(setting: Setting, value: Any) -> str | None:
    if not isinstance(value, str):
        return "填一行文字。"
    if not value:
        return "请填写这一项。" if setting.least else None
    if len(value) > setting.most:
        return f"最多 {setting.most} 个字。"
    check = _CHECKS.get(setting.kind)
    return check(value) if check else None


def _host_problem(value: str) -> str | None:
    return (
        None if _HOST.fullmatch(value) else "只填服务器的名字或者 IP 地址，例如 smtp.example.gov.cn，不带 http 和端口。"
    )


def _email_problem(value: str) -> str | None:
    return None if _EMAIL.fullmatch(value) else "写成 peixun@example.gov.cn 这样的邮箱地址。"


def _site_problem(value: str) -> str | None:
    wrong = "写成 https://peixun.example.gov.cn 这样的网址，后面不带路径。"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return wrong
    host = parts.hostname or ""
    bare = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    return None if parts.scheme in ("http", "https") and _HOST.fullmatch(host) and value.lower() == bare else wrong


_CHECKS = {Kind.HOST: _host_problem, Kind.EMAIL: _email_problem, Kind.SITE: _site_problem}


def read(setting: Setting, text: str) -> Any:
    """The value that a text stands for, as operators type it.

    Raises ValueError with a sentence where it is none.
    """
    text = text if setting.kind is Kind.SECRET else clean_line(text)
    made: Any = text
    if setting.kind is Kind.NUMBER:
        made = int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None
    elif setting.kind is Kind.YES_NO:
        lower = text.lower()
        made = True if lower in _YES else False if lower in _NO else None
    elif setting.kind is Kind.CHOICES:
        made = [part.strip() for part in re.split("[,，、]", text) if part.strip()]
    elif setting.kind is Kind.SITE:
        made = text.rstrip("/")
    if sentence := problem(setting, made):
        raise ValueError(sentence)
    return made


def told(setting: Setting, value: Any) -> str:
    """A value in words. A secret is never told."""
    if setting.kind is Kind.SECRET:
        return "已设" if value else "没有设"
    if setting.kind is Kind.PICTURE:
        return "已上传" if value else "没有上传"
    if setting.kind is Kind.YES_NO:
        return "是" if value else "否"
    labels = dict(setting.choices)
    if setting.kind is Kind.CHOICES:
        return "、".join(labels.get(one, one) for one in value) or "没有选"
    if setting.kind is Kind.CHOICE:
        return labels.get(value, str(value))
    if setting.kind is Kind.NUMBER:
        return f"{value} {setting.unit}".strip()
    return value or "没有填"
