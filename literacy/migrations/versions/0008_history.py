"""versions of all content, marking again, and reading before publishing

Revision: 0008
After: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _versions() -> None:
    op.create_table(
        "content_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", _json(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_content_versions_author_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_versions")),
        sa.UniqueConstraint("kind", "row_id", "number", name=op.f("uq_content_versions_kind_row_id_number")),
    )
    # Not in batches: SQLite would make these tables anew, and answers refer to them.
    for table in ("question_versions", "scenario_versions"):
        op.add_column(table, sa.Column("note", sa.String(length=200), nullable=False, server_default=""))


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str, **given: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), **given)


def _remarkings() -> None:
    op.create_table(
        "remarkings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("scenario_id", sa.Integer(), nullable=True),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        _moment("begun_at", nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("unclear", sa.Integer(), nullable=False),
        _moment("looked_at"),
        sa.Column("policy", sa.Enum("rise", "exchange", name="policy", native_enum=False, length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ordered_by_id", sa.Integer(), nullable=True),
        _moment("ordered_at"),
        sa.Column("applied", sa.Integer(), nullable=False),
        _moment("done_at"),
        _moment("dropped_at"),
        sa.CheckConstraint("(question_id is null) <> (scenario_id is null)", name=op.f("ck_remarkings_one_subject")),
        _refers("remarkings", "question_id", "questions"),
        _refers("remarkings", "scenario_id", "scenarios"),
        _refers("remarkings", "trainer_id", "users"),
        _refers("remarkings", "ordered_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarkings")),
    )
    for column in ("question_id", "scenario_id"):
        op.create_index(op.f(f"ix_remarkings_{column}"), "remarkings", [column], unique=False)


def _remarks() -> None:
    op.create_table(
        "remarks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("remarking_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        _moment("at"),
        sa.Column("fraction", sa.Double(), nullable=False),
        sa.Column("detail", _json(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("scenario_version_id", sa.Integer(), nullable=True),
        sa.Column("rubric_version", sa.String(length=40), nullable=False),
        sa.Column("rubric_hash", sa.String(length=64), nullable=False),
        sa.Column("old_fraction", sa.Double(), nullable=False),
        sa.Column("old_question_version_id", sa.Integer(), nullable=False),
        sa.Column("old_scenario_version_id", sa.Integer(), nullable=True),
        sa.Column("old_rubric_version", sa.String(length=40), nullable=False),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("old_score", sa.Double(), nullable=False),
        sa.Column("new_score", sa.Double(), nullable=False),
        sa.Column("old_passed", sa.Boolean(), nullable=False),
        sa.Column("new_passed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("fraction between 0 and 1", name=op.f("ck_remarks_fraction")),
        _refers("remarks", "remarking_id", "remarkings"),
        _refers("remarks", "answer_id", "answers", ondelete="CASCADE"),
        _refers("remarks", "question_version_id", "question_versions"),
        _refers("remarks", "scenario_version_id", "scenario_versions"),
        _refers("remarks", "old_question_version_id", "question_versions"),
        _refers("remarks", "old_scenario_version_id", "scenario_versions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
        sa.UniqueConstraint("remarking_id", "answer_id", name=op.f("uq_remarks_remarking_id_answer_id")),
    )
    op.create_index("ix_remarks_answer_id", "remarks", ["answer_id"], unique=False)


def _reviews() -> None:
    op.create_table(
        "pending_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("body", _json(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        _moment("at", nullable=False),
        _refers("pending_changes", "author_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_changes")),
        sa.UniqueConstraint("kind", "row_id", name=op.f("uq_pending_changes_kind_row_id")),
    )
    op.create_table(
        "review_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_of_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        _moment("asked_at", nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("published", "returned", "withdrawn", name="outcome", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        _moment("answered_at"),
        *(_refers("review_requests", column, "users") for column in ("asked_by_id", "asked_of_id", "answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_requests")),
    )
    op.create_index("ix_review_requests_kind_row_id", "review_requests", ["kind", "row_id"], unique=False)
    op.create_index(op.f("ix_review_requests_outcome"), "review_requests", ["outcome"], unique=False)


def upgrade() -> None:
    """Apply."""
    _versions()
    _remarkings()
    _remarks()
    _reviews()


def downgrade() -> None:
    """Take back."""
    op.drop_table("review_requests")
    op.drop_table("pending_changes")
    op.drop_table("remarks")
    op.drop_table("remarkings")
    for table in ("scenario_versions", "question_versions"):
        op.drop_column(table, "note")
    op.drop_table("content_versions")
