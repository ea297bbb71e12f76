"""requests to correct what is stored, who was made anonymous, and when what was cleared away

Revision: 0021
After: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("users", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("anonymised_at", MOMENT, nullable=True))
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Enum("done", "refused", name="outcome", native_enum=False, length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_corrections_user_id_users")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_corrections_answered_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_corrections_user_id"), ["user_id"], unique=False)
        batch_op.create_index("ix_corrections_outcome_id", ["outcome", "id"], unique=False)
    op.create_table(
        "leavers",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("words", JSON, nullable=True),
        sa.Column("blanked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_leavers_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_leavers")),
    )
    with op.batch_alter_table("leavers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leavers_at"), ["at"], unique=False)
    op.create_table(
        "retention_runs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("ran_at", MOMENT, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_retention_runs")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("retention_runs")
    op.drop_table("leavers")
    op.drop_table("corrections")
    with op.batch_alter_table("users", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("anonymised_at")
