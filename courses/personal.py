"""The personal data that courses keep: who is enrolled where, and how far they have read."""

from typing import Any

from sqlalchemy import delete, select, update

from courses.certificates.models import Certificate
from courses.cohorts.models import Cohort, CohortMember, Reminder, ReminderReason
from courses.models import ClassReply, Course, Enrolment, Lesson, Reading
from courses.reports.models import DefaultView, SavedView
from courses.reports.scheduled.models import ScheduledReport
from literacy.db import db, now
from literacy.models import User
from literacy.privacy.parts import DUTY, Part
from quizzes.models import Answer, Attempt

NAMING = ("name", "unit", "text", "score")
"""What of a printed certificate tells whose it was."""
RESULTS = "长期保留，作为培训的依据；账号匿名后只留数字。"


def _replies(user: User) -> tuple:
    """What makes a reply in class this person's."""
    mine = select(Answer.id).join(Attempt, Attempt.id == Answer.attempt_id).where(Attempt.user_id == user.id)
    return (ClassReply.answer_id.in_(mine),)


def _forget_replies(user: User) -> int:
    statement = delete(ClassReply).where(*_replies(user))
    return db.session.execute(statement, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]


def _run(statement: Any) -> int:
    return db.session.execute(statement, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]


def _forget_reminders(user: User) -> int:
    _run(update(CohortMember).where(CohortMember.user_id == user.id).values(withdrawn_reason=""))
    mine = select(Reminder.id).where(Reminder.user_id == user.id)
    _run(delete(ReminderReason).where(ReminderReason.reminder_id.in_(mine)))
    return _run(delete(Reminder).where(Reminder.user_id == user.id))


def _forget_certificates(user: User) -> int:
    # Whoever checks a certificate would read the name: without it, it proves nothing any more.
    mine = update(Certificate).where(Certificate.user_id == user.id)
    _run(mine.where(Certificate.revoked_at.is_(None)).values(revoked_at=now(), counts=False, reason="持证人已匿名"))
    for row in db.session.scalars(select(Certificate).where(Certificate.user_id == user.id)):
        row.name, row.printed = "", {key: "" if key in NAMING else value for key, value in row.printed.items()}
    return _run(mine.values(name=""))


def _forget_reports(user: User) -> int:
    _run(delete(DefaultView).where(DefaultView.user_id == user.id))
    _run(delete(ScheduledReport).where(ScheduledReport.owner_id == user.id))
    return _run(delete(SavedView).where(SavedView.owner_id == user.id))


PARTS = (
    Part(
        "enrolments", "报名和完成情况", "您报名的课程、截止日期、开始和完成的日期、成绩和学时。",
        "安排学习，按完成的单元和演练计学时。", DUTY, RESULTS, ("enrolments.user_id",),
        ("课程", "报名", "截止", "开始", "完成", "成绩", "学时"),
        lambda user: select(Course.title, Enrolment.enrolled_at, Enrolment.due_on, Enrolment.started_at,
                            Enrolment.completed_at, Enrolment.score, Enrolment.hours)
        .join(Course, Course.id == Enrolment.course_id).where(Enrolment.user_id == user.id).order_by(Enrolment.id),
        remains="保留，不连着姓名",
    ),
    Part(
        "readings", "读到哪里", "每篇课文读到哪一节、什么时候读完。不记录读了多久。",
        "下次从上次停下的地方接着读。", DUTY,
        RESULTS, ("readings.user_id",), ("课文", "读到", "最近打开", "读完"),
        lambda user: select(Lesson.title, Reading.section, Reading.seen_at, Reading.finished_at)
        .join(Lesson, Lesson.id == Reading.lesson_id).where(Reading.user_id == user.id).order_by(Reading.id),
        remains="保留，不连着姓名",
    ),
    Part(
        "cohorts", "培训班", "您在哪些培训班，什么时候加入、退出，为什么退出；提醒过您的日子。",
        "按班安排学习，提醒您截止日期。", DUTY, RESULTS,
        ("cohort_members.user_id", "cohort_reminders.user_id"), ("培训班", "加入", "退出", "退出原因"),
        lambda user: select(Cohort.name, CohortMember.added_at, CohortMember.withdrawn_at,
                            CohortMember.withdrawn_reason)
        .join(Cohort, Cohort.id == CohortMember.cohort_id).where(CohortMember.user_id == user.id)
        .order_by(CohortMember.id),
        _forget_reminders, "保留在班的记录，不连着姓名；删去退出原因和提醒记录",
    ),
    Part(
        "certificates", "结业证书", "发给您的证书：上面印的内容、编号、校验码，是不是有效。",
        "证明您学完了，供您出示和别人查验。", DUTY, "长期保留；账号匿名后，证书上的姓名也抹去。",
        ("certificates.user_id",), ("课程", "印的姓名", "编号", "发证", "到期", "撤销"),
        lambda user: select(Course.title, Certificate.name, Certificate.code, Certificate.issued_on,
                            Certificate.expires_on, Certificate.revoked_at)
        .join(Course, Course.id == Certificate.course_id).where(Certificate.user_id == user.id)
        .order_by(Certificate.id),
        _forget_certificates, "证书撤销，抹去姓名，留下编号",
    ),
    Part(
        "reports", "您保存的报表", "您作为管理员存下的报表视图和定时报表：名称和筛选条件。", "下次直接打开。", DUTY,
        "您自己删去，或者账号匿名时删去。",
        ("report_views.owner_id", "scheduled_reports.owner_id", "report_defaults.user_id"), ("名称", "报表"),
        lambda user: select(SavedView.name, SavedView.report).where(SavedView.owner_id == user.id)
        .union_all(select(ScheduledReport.name, ScheduledReport.report).where(ScheduledReport.owner_id == user.id)),
        _forget_reports, "删去",
    ),
    Part(
        "class_replies", "课堂上讨论的答复", "培训师选了您的答复在课堂上讨论。讨论时不显示是谁写的。",
        "课堂教学。", DUTY,
        "培训师移走，或者账号匿名，就删去。", (), ("答复",),
        lambda user: select(ClassReply.text).where(*_replies(user)).order_by(ClassReply.id),
        _forget_replies, "删去",
    ),
)  # fmt: skip
ACT = "谁办的：管理员的职务行为，操作记录里有"
IMPERSONAL = {
    "certificates.issued_by_id": ACT,
    "certificates.revoked_by_id": ACT,
    "cohorts.responsible_id": ACT,
    "cohorts.created_by_id": ACT,
    "cohort_members.added_by_id": ACT,
    "cohort_members.withdrawn_by_id": ACT,
    "cohort_units.added_by_id": ACT,
    "enrolments.enrolled_by_id": "谁报的名：管理员的职务行为，操作记录里有",
    "unit_enrolments.enrolled_by_id": "谁报的名：管理员的职务行为，操作记录里有",
    "class_replies.trainer_id": "谁批阅、改分、批注、复查：培训师的职务行为，操作记录里有",
}
