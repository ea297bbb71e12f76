"""where everybody stands in their courses is counted by an index alone

Revision: 0024
After: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STANDING = ["user_id", "course_id", "withdrawn_at", "completed_at", "due_on", "started_at"]


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_enrolments_standing", "enrolments", STANDING)
    op.drop_index("ix_enrolments_user_id", "enrolments")


def downgrade() -> None:
    """Take back."""
    op.create_index("ix_enrolments_user_id", "enrolments", ["user_id"])
    op.drop_index("ix_enrolments_standing", "enrolments")
