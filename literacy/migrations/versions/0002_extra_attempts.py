"""one more attempt for one person

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "extra_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes.id"], name=op.f("fk_extra_attempts_quiz_id_quizzes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_extra_attempts_user_id_users")),
        sa.ForeignKeyConstraint(["trainer_id"], ["users.id"], name=op.f("fk_extra_attempts_trainer_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_attempts")),
    )
    with op.batch_alter_table("extra_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extra_attempts_quiz_id"), ["quiz_id"], unique=False)
        batch_op.create_index("ix_extra_attempts_user_id_quiz_id", ["user_id", "quiz_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("extra_attempts")
