"""versions of the rubric and the tests they went through

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATE = sa.Enum("draft", "published", "retired", name="state", native_enum=False, length=20)


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["users.id"], name=op.f(f"fk_{table}_{column}_users"))


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rubric_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("state", _STATE, nullable=False),
        sa.Column("base_version", sa.String(length=40), nullable=False),
        sa.Column("base_hash", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("changes", _json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("excuse", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        _person("rubric_versions", "author_id"),
        _person("rubric_versions", "publisher_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_rubric_versions_number")),
    )
    with op.batch_alter_table("rubric_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rubric_versions_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_rubric_versions_content_hash"), ["content_hash"], unique=False)
    op.create_table(
        "rubric_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("against_hash", sa.String(length=64), nullable=False),
        sa.Column("cases", _json(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("found", _json(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["rubric_versions.id"],
            name=op.f("fk_rubric_reports_version_id_rubric_versions"), ondelete="CASCADE",
        ),
        _person("rubric_reports", "author_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_reports")),
    )  # fmt: skip
    with op.batch_alter_table("rubric_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rubric_reports_version_id"), ["version_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("rubric_reports")
    op.drop_table("rubric_versions")
