"""People, units, what they may do, and the record of what was done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_login import UserMixin
from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, Short, Slug, now
from literacy.errors import Refused
from literacy.text import titled


class Role(StrEnum):
    """What a person is here for. One person may hold several."""

    LEARNER = "learner"
    TRAINER = "trainer"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role's name on pages."""
        return {"learner": "学员", "trainer": "培训师", "administrator": "管理员"}[self.value]


class State(StrEnum):
    """The life of a piece of content: written, in use, no longer offered."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """The state's name on pages."""
        return {"draft": "草稿", "published": "已发布", "retired": "已停用"}[self.value]


def values_of(kind: type[StrEnum]) -> list[str]:
    """Store an enum by its value, so that a renamed member needs no migration."""
    return [member.value for member in kind]


class Unit(Model):
    """A 单位: a node in the tree of organisations."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[Pk]
    name: Mapped[Short]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment] = mapped_column(default=now)

    parent: Mapped[Unit | None] = relationship(back_populates="children", remote_side="Unit.id")
    children: Mapped[list[Unit]] = relationship(back_populates="parent", order_by="Unit.name")
    people: Mapped[list[User]] = relationship(back_populates="unit")

    @property
    def path(self) -> str:
        """The unit's full name from the root, such as 青禾县 / 望舒街道."""
        names: list[str] = []
        unit: Unit | None = self
        while unit is not None:
            names.append(unit.name)
            unit = unit.parent
        return " / ".join(reversed(names))


class User(UserMixin, Model):
    """A person with an account."""

    __tablename__ = "users"

    id: Mapped[Pk]
    account: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Short]
    post: Mapped[Short] = mapped_column(default="")
    """职务, as the person's unit writes it."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment] = mapped_column(default=now)
    # signing in
    password_hash: Mapped[Short]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Moment | None]
    session_version: Mapped[int] = mapped_column(default=1)
    """Raised to end all sessions of this person: on a new password, a reset, a deactivation."""

    unit: Mapped[Unit | None] = relationship(back_populates="people")
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="user", cascade="all, delete-orphan", lazy="selectin")

    @property
    def is_active(self) -> bool:
        """Flask-Login asks this before it lets anybody in."""
        return self.active

    @property
    def roles(self) -> frozenset[Role]:
        """The roles this person holds."""
        return frozenset(Role(grant.role) for grant in self.grants)

    @property
    def role_labels(self) -> str:
        """The roles in words, in a fixed order."""
        return "、".join(role.label for role in Role if role in self.roles)

    def get_id(self) -> str:
        """What the session cookie names: the person and the session version it belongs to."""
        return f"{self.id}:{self.session_version}"

    def is_locked(self, moment: datetime) -> bool:
        """Whether signing in is refused at this moment after repeated failures."""
        return self.locked_until is not None and moment < self.locked_until


class RoleGrant(Model):
    """One role held by one person."""

    __tablename__ = "role_grants"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)

    user: Mapped[User] = relationship(back_populates="grants")


class AuditEntry(Model):
    """One act, for good: who, when, what, on what, from where, and what changed."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject_kind", "subject_id"),)

    id: Mapped[Pk]
    at: Mapped[Moment] = mapped_column(default=now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    actor_name: Mapped[Short]
    """Kept beside the reference: the record must read the same when the person is renamed."""
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    summary: Mapped[Long]
    changes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    address: Mapped[str] = mapped_column(String(60), default="")

    actor: Mapped[User | None] = relationship()


class HandledForm(Model):
    """A form that was handed in, so that handing the same one in again changes nothing."""

    __tablename__ = "handled_forms"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    location: Mapped[Short] = mapped_column(default="")
    at: Mapped[Moment] = mapped_column(default=now, index=True)


class Authored:
    """Columns of every piece of content: known by its slug, written in a file or by a trainer, with a life."""

    slug: Mapped[Slug] = mapped_column(unique=True)
    title: Mapped[Short]
    state: Mapped[State] = mapped_column(
        Enum(State, native_enum=False, length=20, values_callable=values_of), default=State.DRAFT, index=True
    )
    file_hash: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the content file this row was last synced from; empty if a trainer began it."""
    edited: Mapped[bool] = mapped_column(default=False)
    """Whether a trainer changed it: then the file no longer touches it."""
    revision: Mapped[int] = mapped_column(default=1)
    """Raised with each change; a form that was opened on an older revision is refused."""
    created_at: Mapped[Moment] = mapped_column(default=now)
    changed_at: Mapped[Moment] = mapped_column(default=now, onupdate=now)

    def publish(self) -> None:
        """Offer it to learners.

        Raises Refused if it is published already, or if `missing()` names something that is not there yet.
        """
        if self.state is State.PUBLISHED:
            raise Refused(f"{titled(self.title)}已经发布。")
        if missing := self.missing():
            raise Refused(f"{titled(self.title)}还不能发布：{missing}")
        self.state = State.PUBLISHED

    def retire(self) -> None:
        """Stop offering it. What learners did with it stays.

        Raises Refused unless it is published.
        """
        if self.state is not State.PUBLISHED:
            raise Refused(f"{titled(self.title)}没有发布，不需要停用。")
        self.state = State.RETIRED

    def missing(self) -> str | None:
        """What still has to be written before learners may see it, as a sentence; None if nothing."""
        return None

    def change(self, opened_on: int | None = None) -> None:
        """Note that a trainer changes this row now.

        `opened_on` is the revision on which the form was opened. Raises Refused if somebody else changed the
        row since: neither change may overwrite the other unseen.
        """
        if opened_on is not None and opened_on != self.revision:
            raise Refused("这一页在您打开之后被别人改过，您的修改还没有保存。请看过对方的修改后再改。")
        self.edited = True
        self.revision += 1
