"""audit entries form a chain of hashes, and the database refuses to change or delete them

Revision: 0020
After: 0019
"""

import hashlib
import json
from datetime import UTC
from secrets import token_hex

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OLD = {"ix_audit_entries_action": ["action"], "ix_audit_entries_actor_id": ["actor_id"], "ix_audit_entries_at": ["at"]}
NEW = {
    "ix_audit_entries_at_id": ["at", "id"],
    "ix_audit_entries_actor_id_at_id": ["actor_id", "at", "id"],
    "ix_audit_entries_action_at_id": ["action", "at", "id"],
    "ix_audit_entries_address_at_id": ["address", "at", "id"],
}
AT_ONCE = 2000
SQLITE = (
    """create trigger audit_entries_not_changed before update on audit_entries
    when old.hash <> '' and not exists (select 1 from audit_openings)
    begin select raise(abort, 'audit entries are never changed'); end""",
    """create trigger audit_entries_not_deleted before delete on audit_entries
    when not exists (select 1 from audit_openings)
    begin select raise(abort, 'audit entries are never deleted'); end""",
)
POSTGRES = (
    """create or replace function audit_entries_stay() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        if old.hash = '' then return new; end if;
      end if;
      if not exists (select 1 from audit_openings) then
        raise exception 'audit entries are never changed or deleted';
      end if;
      if tg_op = 'UPDATE' then return new; end if;
      if tg_op = 'DELETE' then return old; end if;
      return null;
    end $$""",
    """create trigger audit_entries_not_changed before update or delete on audit_entries
    for each row execute function audit_entries_stay()""",
    """create trigger audit_entries_not_emptied before truncate on audit_entries
    for each statement execute function audit_entries_stay()""",
)


def _plain(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        if abs(value) <= 2**53:
            return int(value) if float(value).is_integer() else value
        try:
            return repr(float(value))
        except OverflowError:
            return str(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value]


def _hashed(*parts):
    text = json.dumps(_plain(parts), ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _table():
    json_type = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    return sa.table(
        "audit_entries",
        sa.column("id", sa.Integer), sa.column("at", sa.DateTime(timezone=True)), sa.column("actor_id", sa.Integer),
        sa.column("actor_name", sa.String), sa.column("action", sa.String), sa.column("subject_kind", sa.String),
        sa.column("subject_id", sa.Integer), sa.column("unit_id", sa.Integer), sa.column("summary", sa.Text),
        sa.column("changes", json_type),
        sa.column("address", sa.String), sa.column("number", sa.Integer), sa.column("salt", sa.String),
        sa.column("digest", sa.String), sa.column("previous", sa.String), sa.column("hash", sa.String),
    )  # fmt: skip


def _chain(connection):
    """Chain what is there, in the order in which it was written (form 1, see literacy.audit.chain)."""
    entries = _table()
    into = sa.update(entries).where(entries.c.id == sa.bindparam("row"))
    into = into.values({name: sa.bindparam(f"new_{name}") for name in ("number", "salt", "digest", "previous", "hash")})
    number, previous, last = 0, "0" * 64, 0
    while rows := connection.execute(
        sa.select(entries).where(entries.c.id > last).order_by(entries.c.id).limit(AT_ONCE)
    ).all():
        filled = []
        for row in rows:
            number, salt, last = number + 1, token_hex(16), row.id
            at = row.at.replace(tzinfo=UTC) if row.at.tzinfo is None else row.at.astimezone(UTC)
            digest = _hashed("words", 1, salt, row.actor_name, row.summary, row.changes, row.address)
            own = _hashed(
                "entry", 1, number, row.id, at.isoformat(timespec="microseconds"), row.actor_id, row.action,
                row.subject_kind, row.subject_id, row.unit_id, digest, previous,
            )  # fmt: skip
            filled.append({"row": row.id, "new_number": number, "new_salt": salt, "new_digest": digest,
                           "new_previous": previous, "new_hash": own})  # fmt: skip
            previous = own
        connection.execute(into, filled)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_openings",
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("why", name=op.f("pk_audit_openings")),
    )
    op.create_table(
        "audit_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checks")),
    )
    with op.batch_alter_table("audit_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_checks_at"), ["at"], unique=False)
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        for name in OLD:
            batch_op.drop_index(batch_op.f(name))
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=True))
        for name, length in (("salt", 32), ("digest", 64), ("previous", 64), ("hash", 64)):
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("blanked_by", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_audit_entries_number"), ["number"])
        for name, columns in NEW.items():
            batch_op.create_index(name, columns, unique=False)
    connection = op.get_bind()
    _chain(connection)
    for statement in POSTGRES if connection.dialect.name == "postgresql" else SQLITE:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("drop trigger audit_entries_not_changed on audit_entries"))
        op.execute(sa.text("drop trigger audit_entries_not_emptied on audit_entries"))
        op.execute(sa.text("drop function audit_entries_stay()"))
    else:
        op.execute(sa.text("drop trigger audit_entries_not_changed"))
        op.execute(sa.text("drop trigger audit_entries_not_deleted"))
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        for name in NEW:
            batch_op.drop_index(name)
        batch_op.drop_constraint(batch_op.f("uq_audit_entries_number"), type_="unique")
        for name in ("blanked_by", "hash", "previous", "digest", "salt", "number"):
            batch_op.drop_column(name)
        for name, columns in OLD.items():
            batch_op.create_index(batch_op.f(name), columns, unique=False)
    with op.batch_alter_table("audit_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_checks_at"))
    op.drop_table("audit_checks")
    op.drop_table("audit_openings")
