"""People, units, what they may do, and the record of what was done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any

from flask_login import UserMixin
from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from literacy.db import Json, Key, Long, Model, Moment, Pk, Short, Slug, now
from literacy.errors import Refused
from literacy.pinyin import stored_key
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


def key_of_name(context: Any) -> str:
    """The key for rows that are inserted past the model."""
    return stored_key(context.get_current_parameters()["name"])


class User(UserMixin, Model):
    """A person with an account."""

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_unit_id_active", "unit_id", "active"),)

    id: Mapped[Pk]
    account: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Short]
    name_key: Mapped[str] = mapped_column(Key, default=key_of_name)
    """Where the name stands among others, by pinyin: a column of a hundred thousand sorts by it at once."""
    post: Mapped[Short] = mapped_column(default="")
    """职务, as the person's unit writes it."""
    rank: Mapped[Short] = mapped_column(default="")
    """职级, as the person's unit writes it."""
    phone: Mapped[str] = mapped_column(String(40), default="")
    """For the administrators of people only, as the next one."""
    email: Mapped[Short] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment] = mapped_column(default=now)
    anonymised_at: Mapped[Moment | None]
    """When who they were was deleted for good; see `literacy.privacy.leaving`."""
    # signing in
    password_hash: Mapped[Short]
    """Empty until the person chose a password with an activation code: nothing fits then."""
    must_change_password: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Moment | None]
    session_version: Mapped[int] = mapped_column(default=1)
    """Raised to end all sessions of this person: on a new password, a reset, a deactivation."""

    @validates("name")
    def _keep_key(self, _name: str, name: str) -> str:
        """Keep the key in step with the name."""
        self.name_key = stored_key(name)
        return name

    unit: Mapped[Unit | None] = relationship(back_populates="people")
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="user", cascade="all, delete-orphan", lazy="selectin")

    @property
    def awaits_activation(self) -> bool:
        """Whether the person has an account but no password yet."""
        return self.active and not self.password_hash

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

    def grant_of(self, role: Role) -> RoleGrant | None:
        """How this person holds a role; None if they do not."""
        return next((grant for grant in self.grants if grant.role == role.value), None)

    @property
    def bound_labels(self) -> str:
        """The roles in words, each with the unit that it is bound to: 学员、管理员（青禾县及下级）."""
        return "、".join(grant.label for role in Role if (grant := self.grant_of(role)))

    def get_id(self) -> str:
        """What the session cookie names: the person and the session version it belongs to."""
        return f"{self.id}:{self.session_version}"

    def is_locked(self, moment: datetime) -> bool:
        """Whether signing in is refused at this moment after repeated failures."""
        return self.locked_until is not None and moment < self.locked_until


class RoleGrant(Model):
    """One role held by one person, in the whole installation or bound to a unit and everything under it."""

    __tablename__ = "role_grants"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    """The unit that an administrator or trainer looks after, with all below it; None for the whole installation."""

    user: Mapped[User] = relationship(back_populates="grants")
    unit: Mapped[Unit | None] = relationship()

    @property
    def label(self) -> str:
        """The role in words, with the unit that it is bound to."""
        return Role(self.role).label + (f"（{self.unit.path}及下级）" if self.unit else "")


class AuditEntry(Model):
    """One act, for good: who, when, what, on what, from where, and what changed.

    A link in a chain (see `literacy.audit.chain`). What it says in words can be blanked without breaking the chain:
    the chain holds only a salted digest of it.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject_kind", "subject_id"),
        Index("ix_audit_entries_at_id", "at", "id"),
        Index("ix_audit_entries_actor_id_at_id", "actor_id", "at", "id"),
        Index("ix_audit_entries_action_at_id", "action", "at", "id"),
        Index("ix_audit_entries_address_at_id", "address", "at", "id"),
    )

    id: Mapped[Pk]
    at: Mapped[Moment] = mapped_column(default=now)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    actor_name: Mapped[Short]
    """Kept beside the reference: the record must read the same when the person is renamed."""
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    """The unit within which it was done, for its administrators to read; None where it reached further.

    What is about a person or a unit is theirs to read anyway.
    """
    summary: Mapped[Long]
    changes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    address: Mapped[str] = mapped_column(String(60), default="")
    # the chain, filled in when the transaction commits
    number: Mapped[int | None] = mapped_column(unique=True)
    """Its place in the chain, from 1 without gaps; None until the transaction that wrote it commits."""
    salt: Mapped[str] = mapped_column(String(32), default=lambda: token_hex(16))
    """What is hashed with the words; renewed when words are blanked, so that the old ones cannot be guessed."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    """Salted digest of the words as they were first written: name, summary, changes, address."""
    previous: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64), default="")
    blanked_by: Mapped[int | None]
    """The id of the entry that tells why words of this one were blanked, and vouches for those that stand now."""

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
