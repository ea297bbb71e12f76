"""administrators and trainers may be bound to a unit; what was done within a unit is known; people are counted by unit

Revision: 0013
After: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for table in ("role_grants", "audit_entries"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
            batch_op.create_index(batch_op.f(f"ix_{table}_unit_id"), ["unit_id"], unique=False)
            batch_op.create_foreign_key(batch_op.f(f"fk_{table}_unit_id_units"), "units", ["unit_id"], ["id"])
    with op.batch_alter_table("users", schema=None, recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_unit_id"))
        batch_op.create_index("ix_users_unit_id_active", ["unit_id", "active"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("users", schema=None, recreate="never") as batch_op:
        batch_op.drop_index("ix_users_unit_id_active")
        batch_op.create_index(batch_op.f("ix_users_unit_id"), ["unit_id"], unique=False)
    for table in ("audit_entries", "role_grants"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_unit_id_units"), type_="foreignkey")
            batch_op.drop_index(batch_op.f(f"ix_{table}_unit_id"))
            batch_op.drop_column("unit_id")
