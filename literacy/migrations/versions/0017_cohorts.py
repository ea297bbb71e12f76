"""cohorts: people who take courses together, their reminders, and classes narrowed to one

Revision: 0017
After: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "cohort_reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_cohort_reminders_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_reminders")),
        sa.UniqueConstraint("user_id", "day", name=op.f("uq_cohort_reminders_user_id_day")),
    )
    with op.batch_alter_table("cohort_reminders", schema=None) as batch_op:
        batch_op.create_index("ix_cohort_reminders_day", ["day"], unique=False)

    op.create_table(
        "cohorts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=False),
        sa.Column(
            "remind_days",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("makes_up_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_cohorts_dates")),
        sa.ForeignKeyConstraint(["copied_from_id"], ["cohorts.id"], name=op.f("fk_cohorts_copied_from_id_cohorts")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_cohorts_created_by_id_users")),
        sa.ForeignKeyConstraint(["makes_up_id"], ["cohorts.id"], name=op.f("fk_cohorts_makes_up_id_cohorts")),
        sa.ForeignKeyConstraint(["responsible_id"], ["users.id"], name=op.f("fk_cohorts_responsible_id_users")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cohorts_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
    )
    with op.batch_alter_table("cohorts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohorts_makes_up_id"), ["makes_up_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cohorts_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cohorts_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cohorts_year"), ["year"], unique=False)

    op.create_table(
        "cohort_courses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_cohort_courses_cohort_id_cohorts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_cohort_courses_course_id_courses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_courses")),
        sa.UniqueConstraint("cohort_id", "course_id", name=op.f("uq_cohort_courses_cohort_id_course_id")),
    )
    with op.batch_alter_table("cohort_courses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_courses_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cohort_courses_course_id"), ["course_id"], unique=False)

    op.create_table(
        "cohort_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "makes_up",
            sa.Enum("failed", "unfinished", "not_started", name="shortfall", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_cohort_members_added_by_id_users")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_cohort_members_cohort_id_cohorts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cohort_members_unit_id_units")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_cohort_members_user_id_users")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["users.id"], name=op.f("fk_cohort_members_withdrawn_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_members")),
        sa.UniqueConstraint("cohort_id", "user_id", name=op.f("uq_cohort_members_cohort_id_user_id")),
    )
    with op.batch_alter_table("cohort_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_members_user_id"), ["user_id"], unique=False)

    op.create_table(
        "cohort_reminder_reasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_cohort_reminder_reasons_cohort_id_cohorts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_cohort_reminder_reasons_enrolment_id_enrolments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["cohort_reminders.id"],
            name=op.f("fk_cohort_reminder_reasons_reminder_id_cohort_reminders"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_reminder_reasons")),
        sa.UniqueConstraint("enrolment_id", "occasion", name=op.f("uq_cohort_reminder_reasons_enrolment_id_occasion")),
    )
    with op.batch_alter_table("cohort_reminder_reasons", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cohort_reminder_reasons_cohort_id_reminder_id", ["cohort_id", "reminder_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cohort_reminder_reasons_reminder_id"), ["reminder_id"], unique=False)

    op.create_table(
        "cohort_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_cohort_units_added_by_id_users")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_cohort_units_cohort_id_cohorts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cohort_units_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_units")),
        sa.UniqueConstraint("cohort_id", "unit_id", name=op.f("uq_cohort_units_cohort_id_unit_id")),
    )
    with op.batch_alter_table("cohort_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_units_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cohort_units_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "cohort_enrolments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("new", "restored", "kept", "completed_before", name="origin", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_cohort_enrolments_course_id_courses")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_cohort_enrolments_enrolment_id_enrolments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["cohort_members.id"],
            name=op.f("fk_cohort_enrolments_member_id_cohort_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_enrolments")),
        sa.UniqueConstraint("member_id", "course_id", name=op.f("uq_cohort_enrolments_member_id_course_id")),
    )
    with op.batch_alter_table("cohort_enrolments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_enrolments_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cohort_enrolments_enrolment_id"), ["enrolment_id"], unique=False)

    with op.batch_alter_table("class_replies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cohort_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_class_replies_cohort_id_cohorts"), "cohorts", ["cohort_id"], ["id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("class_replies", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_class_replies_cohort_id_cohorts"), type_="foreignkey")
        batch_op.drop_column("cohort_id")

    op.drop_table("cohort_enrolments")
    op.drop_table("cohort_units")
    op.drop_table("cohort_reminder_reasons")
    op.drop_table("cohort_members")
    op.drop_table("cohort_courses")
    op.drop_table("cohorts")
    op.drop_table("cohort_reminders")
