"""sources, expressions, and the questions at the end of a lesson

Revision: 0003
After: 0002
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATE = sa.Enum("draft", "published", "retired", name="state", native_enum=False, length=20)


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _authored() -> list[sa.Column]:
    return [
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", _STATE, nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
    ]


def _table(name: str, *columns: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *columns,
        *_authored(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("slug", name=op.f(f"uq_{name}_slug")),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{name}_state"), ["state"], unique=False)


def upgrade() -> None:
    """Apply."""
    _table(
        "sources",
        sa.Column(
            "kind",
            sa.Enum("law", "report", "study", name="sourcekind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("clauses", _json(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    _table(
        "expressions",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("forms", "meaning", "tone", "misreading", "response", "example", "heard", "caution")
        ),
    )
    with op.batch_alter_table("lessons", schema=None) as batch_op:
        batch_op.add_column(sa.Column("checks", _json(), nullable=False, server_default="[]"))
    with op.batch_alter_table("lessons", schema=None) as batch_op:
        batch_op.alter_column("checks", server_default=None)
    _rewrite_sources(_as_citation)


def downgrade() -> None:
    """Take back."""
    _rewrite_sources(_as_row)
    with op.batch_alter_table("lessons", schema=None) as batch_op:
        batch_op.drop_column("checks")
    op.drop_table("expressions")
    op.drop_table("sources")


def _as_citation(row: object) -> object:
    """A source as a trainer wrote it in a table before, as a citation now."""
    if not isinstance(row, dict):
        return row
    title = str(row.get("title") or "").strip()
    return f"{title if title.startswith('《') else f'《{title}》'}{row.get('clause') or ''}"


def _as_row(text: object) -> object:
    title, _, clause = str(text).removeprefix("《").partition("》")
    return {"title": title, "clause": clause, "status": "待核", "checked_on": ""}


def _rewrite_sources(change: object) -> None:
    lessons = sa.table("lessons", sa.column("id", sa.Integer), sa.column("sources", _json()))
    connection = op.get_bind()
    for row_id, sources in connection.execute(sa.select(lessons.c.id, lessons.c.sources)).all():
        rows = json.loads(sources) if isinstance(sources, str) else sources or []
        connection.execute(
            lessons.update().where(lessons.c.id == row_id).values(sources=[change(row) for row in rows])  # type: ignore[operator]
        )
