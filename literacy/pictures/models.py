"""Which pictures there are. The pictures themselves are files in the data folder."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Long, Model, Moment, Pk, Short, now
from literacy.markdown import PICTURE
from literacy.models import User


class Picture(Model):
    """A picture, known by its content: the same picture handed in twice is one."""

    __tablename__ = "pictures"

    id: Mapped[Pk]
    hash: Mapped[str] = mapped_column(String(20), unique=True)
    """The beginning of the SHA-256 of the stored file, in hexadecimal; what texts call the picture."""
    kind: Mapped[str] = mapped_column(String(10))
    """png, jpg or webp: the ending of the file."""
    name: Mapped[Short] = mapped_column(default="")
    """What the file was called where it came from."""
    alt: Mapped[Long] = mapped_column(default="")
    """What is to be seen on it, for whoever cannot see it; offered wherever the picture is used again."""
    size: Mapped[int]
    """Bytes of the stored file."""
    width: Mapped[int]
    height: Mapped[int]
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[Moment] = mapped_column(default=now, index=True)

    uploader: Mapped[User | None] = relationship()

    @property
    def file_name(self) -> str:
        """The file in the data folder."""
        return f"{self.hash}.{self.kind}"

    @property
    def path(self) -> str:
        """How a text names it: ![…](picture:9f86d081884c7d659a2f)."""
        return f"{PICTURE}{self.hash}"
