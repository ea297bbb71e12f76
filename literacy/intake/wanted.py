"""What a line says of a person, read and checked on its own; pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from literacy.contact import MAX_RANK, email_of, email_problem, phone_of, phone_problem
from literacy.intake.columns import HEADINGS, folded
from literacy.intake.reading import Line
from literacy.models import Role
from literacy.text import MAX_NAME, account_name, account_problem, clean_line

MAX_POST = 100
MAX_UNIT = 100
MAX_DEPTH = 12
EMPTY = "清空"
"""An empty cell leaves things as they are; this word empties them."""
_EMPTIED = ("post", "rank", "phone", "email", "unit")
_BETWEEN_UNITS = re.compile(r"\s*[/／\\＼>＞→|｜]\s*")
_BETWEEN_ROLES = re.compile(r"[、，,;；/／+＋|\s和]+")
_ROLES = {
    Role.LEARNER: ("学员", "学习者", "学生", "learner"),
    Role.TRAINER: ("培训师", "教师", "老师", "讲师", "trainer"),
    Role.ADMINISTRATOR: ("管理员", "administrator", "admin"),
}
_ROLE_WORDS = {word: role for role, words in _ROLES.items() for word in words}
_ACTIVE = ("在用", "启用", "已启用", "正常", "有效", "在职", "登录被锁", "还没激活", "是")
_INACTIVE = ("停用", "已停用", "禁用", "注销", "无效", "离职", "退休", "调离", "否")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell."""

    field: str
    value: str
    sentence: str

    def as_json(self) -> dict[str, str]:
        """As it is stored."""
        return {"field": HEADINGS.get(self.field, ""), "value": self.value[:200], "sentence": self.sentence}


@dataclass
class Wanted:
    """What a line asks for: only what it says; and what is wrong with it."""

    number: int
    account: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    """name, post, rank, phone, email: texts; unit: full name, empty for none; roles: set of Role; active: bool."""
    problems: list[Problem] = field(default_factory=list)


def unit_parts(text: str) -> list[str]:
    """The names of a unit's full name, from the root."""
    return [part for part in _BETWEEN_UNITS.split(clean_line(unicodedata.normalize("NFC", text))) if part]


def _unit(text: str) -> tuple[str, str | None]:
    parts = unit_parts(text)
    path = " / ".join(parts)
    if not parts:
        return path, "写从上到下的单位名称，中间用 / 隔开，例如：青禾县 / 政务服务中心。"
    if len(parts) > MAX_DEPTH or any(len(part) > MAX_UNIT for part in parts):
        return path, f"单位最多 {MAX_DEPTH} 级，每级名称最多 {MAX_UNIT} 个字。"
    return path, None


def _roles(text: str) -> tuple[frozenset[Role], str | None]:
    words = [folded(word) for word in _BETWEEN_ROLES.split(text) if word.strip()]
    known = frozenset(_ROLE_WORDS[word] for word in words if word in _ROLE_WORDS)
    if len([word for word in words if word in _ROLE_WORDS]) < len(words) or not words:
        return known, "角色写：学员、培训师、管理员。有几个就用顿号隔开。"
    return known, None


def _active(text: str) -> tuple[bool, str | None]:
    word = folded(text)
    return word in _ACTIVE, None if word in _ACTIVE + _INACTIVE else "状态写：在用，或者停用。"


def _line(most: int) -> Callable[[str], tuple[str, str | None]]:
    def read(text: str) -> tuple[str, str | None]:
        line = clean_line(text)
        return line, f"最多 {most} 个字。" if len(line) > most else None

    return read


def _phone(text: str) -> tuple[str, str | None]:
    number = phone_of(clean_line(text))
    return number, phone_problem(number)


def _email(text: str) -> tuple[str, str | None]:
    address = email_of(clean_line(text))
    return address, email_problem(address)


_READERS: Mapping[str, Callable[[str], tuple[Any, str | None]]] = {
    "name": _line(MAX_NAME),
    "unit": _unit,
    "post": _line(MAX_POST),
    "rank": _line(MAX_RANK),
    "phone": _phone,
    "email": _email,
    "roles": _roles,
    "active": _active,
}


def wanted_of(line: Line) -> Wanted:
    """What a line asks for. Every cell that cannot be read is a problem of its own."""
    wanted = Wanted(line.number)
    for name, sentence in line.wrong.items():
        wanted.problems.append(Problem(name, line.cells.get(name, ""), sentence))
    _read_account(line, wanted)
    for name, read in _READERS.items():
        text = line.cells.get(name, "")
        if not clean_line(text) or name in line.wrong:
            continue
        if name in _EMPTIED and folded(text) == EMPTY:
            wanted.values[name] = ""
            continue
        value, problem = read(text)
        wanted.values[name] = value
        if problem:
            wanted.problems.append(Problem(name, clean_line(text), problem))
    return wanted


def _read_account(line: Line, wanted: Wanted) -> None:
    text = line.cells.get("account", "")
    wanted.account = account_name(text)[:80]
    if "account" not in line.wrong and (problem := account_problem(account_name(text))):
        wanted.problems.append(Problem("account", clean_line(text), problem))
