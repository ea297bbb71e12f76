"""people have a rank, a phone and a mail address; lists of people between being read and being applied; activation codes

Revision: 0016
After: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Apply."""
    # never recreated: other tables refer to people, and SQLite would not let the old table go
    with op.batch_alter_table("users", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("rank", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("phone", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("email", sa.String(length=200), nullable=False, server_default=""))
    op.create_table(
        "people_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("unread", JSON, nullable=False),
        sa.Column("new_units", JSON, nullable=False),
        sa.Column("create_units", sa.Boolean(), nullable=False),
        sa.Column("complete_unit_id", sa.Integer(), nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("applied_to", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("codes_job_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("emptied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_people_imports_owner_id_users")),
        sa.ForeignKeyConstraint(
            ["complete_unit_id"], ["units.id"], name=op.f("fk_people_imports_complete_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_imports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("people_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_imports_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_imports_created_at"), ["created_at"], unique=False)
    op.create_table(
        "people_import_rows",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("in_file", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit_path", sa.Text(), nullable=False),
        sa.Column("unit_missing", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("seen", sa.String(length=16), nullable=False),
        sa.Column("wanted", JSON, nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("problems", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["people_imports.id"],
            name=op.f("fk_people_import_rows_import_id_people_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_people_import_rows")),
    )
    with op.batch_alter_table("people_import_rows", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_people_import_rows_import_id_outcome_position"),
            ["import_id", "outcome", "position"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_people_import_rows_import_id_account"), ["import_id", "account"], unique=False
        )
    op.create_table(
        "activation_codes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_activation_codes_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["issued_by_id"], ["users.id"], name=op.f("fk_activation_codes_issued_by_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_activation_codes")),
    )
    with op.batch_alter_table("activation_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activation_codes_expires_at"), ["expires_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("activation_codes")
    op.drop_table("people_import_rows")
    op.drop_table("people_imports")
    with op.batch_alter_table("users", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("email")
        batch_op.drop_column("phone")
        batch_op.drop_column("rank")
