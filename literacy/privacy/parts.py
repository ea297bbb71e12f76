"""What the packages say of the personal data that they keep. The list makes the download and the public page alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from literacy.db import db
from literacy.models import User
from literacy.privacy.rules import told

DUTY = "履行法定职责所必需（个人信息保护法第十三条第三项、第三十四条）"
SECURITY = "网络日志留存不少于六个月（网络安全法第二十一条），管理操作可以追查（等级保护 2.0）"
RIGHTS = "受理查阅、复制和更正的请求（个人信息保护法第四十四条至第四十六条、第五十条）"


@dataclass(frozen=True)
class Part:
    """One kind of data about a person.

    `query` selects a person's own rows, one column for each of `headers`. `columns` are the references to users that
    it covers, as `attempts.user_id`; a test holds that none is forgotten.
    """

    key: str
    title: str
    what: str
    why: str
    basis: str
    kept: str
    """For how long, in words; `{log}` stands for the period of that rule (see `literacy.privacy.rules`)."""
    columns: tuple[str, ...]
    headers: tuple[str, ...]
    query: Callable[[User], Any]
    forget: Callable[[User], int] | None = None
    """Deletes what the person wrote, when they have left and are made anonymous. Gives how many rows it touched."""
    remains: str = ""
    """What is left of it then, in words."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What stored values are called for people."""

    @property
    def kept_in_words(self) -> str:
        """For how long it is kept here."""
        return told(self.kept)

    def count(self, user: User) -> int:
        """How many rows there are about this person."""
        rows = self.query(user).order_by(None).subquery()
        return db.session.scalar(select(func.count()).select_from(rows)) or 0

    def rows(self, user: User) -> list[Sequence[Any]]:
        """The rows about this person."""
        rows = db.session.execute(self.query(user))
        return [tuple(self.words.get(cell, cell) if isinstance(cell, str) else cell for cell in row) for row in rows]
