"""files of questions between being read and being imported

Revision: 0009
After: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "question_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("items", _json(), nullable=False),
        sa.Column("faults", _json(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stopping", sa.Integer(), nullable=False),
        sa.Column("codes", _json(), nullable=False),
        sa.Column("competency", sa.String(length=10), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["trainer_id"], ["users.id"], name=op.f("fk_question_imports_trainer_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_imports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("question_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_imports_trainer_id"), ["trainer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_imports_created_at"), ["created_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("question_imports")
