"""appeals of learners, ratings of trainers, what was looked at, and the grade and doubt of verdicts to search for

Revision: 0006
After: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _json(name: str) -> sa.Column:
    kind = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    return sa.Column(name, kind, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _table(name: str, *rest: sa.Column | sa.Constraint, trainer: bool = True) -> None:
    """A table about an answer and a trainer."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=not trainer),
        *rest,
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f(f"fk_{name}_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["trainer_id"], ["users.id"], name=op.f(f"fk_{name}_trainer_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _index(table: str, column: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def upgrade() -> None:
    """Apply."""
    _table(
        "appeals",
        _json("about"),
        sa.Column("reason", sa.Text(), nullable=False),
        _moment("at"),
        _moment("resolved_at", nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        _moment("seen_at", nullable=True),
        trainer=False,
    )
    _index("appeals", "answer_id")
    _index("appeals", "resolved_at")
    _table(
        "ratings",
        _json("patterns"),
        _json("elements"),
        _json("points"),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rubric_version", sa.String(length=40), nullable=False),
        _moment("at"),
        sa.CheckConstraint("grade between 0 and 4", name=op.f("ck_ratings_grade")),
    )
    _index("ratings", "answer_id")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("grade", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("doubt", sa.Double(), nullable=True))
    _index("answers", "grade")
    _index("answers", "doubt")
    _copy_grades()
    _table("looks", _moment("at"), sa.UniqueConstraint("answer_id", name=op.f("uq_looks_answer_id")))


def downgrade() -> None:
    """Take back."""
    op.drop_table("looks")
    op.drop_table("ratings")
    op.drop_table("appeals")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index("ix_answers_doubt")
        batch_op.drop_index("ix_answers_grade")
        batch_op.drop_column("doubt")
        batch_op.drop_column("grade")


def _copy_grades() -> None:
    """The grades of replies that were marked before; their doubt was not measured."""
    kind = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    answers = sa.table("answers", sa.column("scenario_version_id"), sa.column("grade"), sa.column("detail", kind))
    op.execute(
        answers.update()
        .where(answers.c.scenario_version_id.is_not(None), answers.c.detail.is_not(None))
        .values(grade=answers.c.detail["grade"].as_integer())
    )
