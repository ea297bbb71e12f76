"""reports: views by name, headers of columns, sums over results; what was done is found by when

Revision: 0018
After: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _number(name: str, kind: sa.types.TypeEngine = sa.Integer()) -> sa.Column:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def _counts(table: str, keys: list[sa.Column], *rest: sa.Column) -> None:
    op.create_table(table, *keys, *rest, sa.PrimaryKeyConstraint(*(one.name for one in keys), name=op.f(f"pk_{table}")))


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "report_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("query", JSON, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_report_views_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_views")),
        sa.UniqueConstraint("owner_id", "report", "name", name=op.f("uq_report_views_owner_id_report_name")),
    )
    op.create_table(
        "report_defaults",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(40), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_report_defaults_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["report_views.id"], name=op.f("fk_report_defaults_view_id_report_views"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "report", name=op.f("pk_report_defaults")),
    )
    op.create_index(op.f("ix_report_defaults_view_id"), "report_defaults", ["view_id"])
    op.create_table(
        "report_headers",
        sa.Column("report", sa.String(40), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("header", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("report", "field", name=op.f("pk_report_headers")),
    )
    op.create_table(
        "report_sums",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_report_sums")),
    )
    _counts(
        "report_quiz_sums", [_number("year"), _number("unit_id"), _number("quiz_id")],
        _number("people"), _number("attempts"), _number("passed"), _number("score", sa.Double()),
    )
    op.create_index(op.f("ix_report_quiz_sums_quiz_id"), "report_quiz_sums", ["quiz_id"])
    _counts(
        "report_score_sums", [_number("year"), _number("quiz_id"), _number("unit_id"), _number("band")],
        _number("attempts"),
    )
    _counts(
        "report_competency_sums", [_number("competency", sa.String(10)), _number("unit_id")],
        _number("people"), _number("answers"), _number("earned", sa.Double()),
    )
    _counts("report_reply_sums", [_number("year"), _number("unit_id")], _number("people"), _number("replies"))
    _counts(
        "report_pattern_sums", [_number("year"), _number("unit_id"), _number("pattern", sa.String(40))],
        _number("replies"),
    )
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_readings_finished_at"), ["finished_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_readings_finished_at"))
    for table in (
        "report_pattern_sums", "report_reply_sums", "report_competency_sums", "report_score_sums", "report_quiz_sums",
        "report_sums", "report_headers", "report_defaults", "report_views",
    ):
        op.drop_table(table)
