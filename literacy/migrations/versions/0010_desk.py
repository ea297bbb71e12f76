"""pictures that trainers upload, and what they typed and have not saved

Revision: 0010
After: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("uploader_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["uploader_id"], ["users.id"], name=op.f("fk_pictures_uploader_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("hash", name=op.f("uq_pictures_hash")),
    )
    with op.batch_alter_table("pictures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pictures_uploader_id"), ["uploader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pictures_at"), ["at"], unique=False)
    op.create_table(
        "edit_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("fields", _json(), nullable=True),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_edit_drafts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_drafts")),
        sa.UniqueConstraint("user_id", "kind", "row_id", name=op.f("uq_edit_drafts_user_id_kind_row_id")),
    )
    with op.batch_alter_table("edit_drafts", schema=None) as batch_op:
        batch_op.create_index("ix_edit_drafts_kind_row_id_seen_at", ["kind", "row_id", "seen_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("edit_drafts")
    op.drop_table("pictures")
