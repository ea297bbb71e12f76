"""people are sorted by name without spelling every name anew; long lists go by indexes

Revision: 0022
After: 0021
"""

import sqlalchemy as sa
from alembic import op

from literacy.pinyin import KEY_LENGTH, stored_key

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

PART = 5_000
KEY = sa.String(KEY_LENGTH).with_variant(sa.String(KEY_LENGTH, collation="C"), "postgresql")


def upgrade() -> None:
    """Apply."""
    # The empty default stays: taking it away would make SQLite copy the table to which everything refers.
    op.add_column("users", sa.Column("name_key", KEY, nullable=False, server_default=""))
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """The key of every name, a part at a time."""
    users = sa.table("users", sa.column("id"), sa.column("name"), sa.column("name_key"))
    change = sa.update(users).where(users.c.id == sa.bindparam("row")).values(name_key=sa.bindparam("key"))
    query = sa.select(users.c.id, users.c.name).order_by(users.c.id).limit(PART)
    last = 0
    while rows := connection.execute(query.where(users.c.id > last)).all():
        connection.execute(change, [{"row": row_id, "key": stored_key(name)} for row_id, name in rows])
        last = rows[-1][0]


def downgrade() -> None:
    """Take back."""
    op.drop_column("users", "name_key")
