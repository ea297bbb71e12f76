"""Fictional people for a first visit: an administrator sees a report with life in it, a trainer sees work to read.

What they did, they did through the same services as everybody: lessons read, quizzes and drills handed in.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from courses.models import Activity, Course, Enrolment, Reading
from courses.service import enrolment, study
from literacy import dates
from literacy.db import db, now
from literacy.models import Role, State, Unit, User
from literacy.service import accounts
from quizzes.models import Answer, Kind
from quizzes.plausible import right
from quizzes.service import attempts

STEADY, GOOD, WEAK = 0, 5, 3
"""Answers everything; leaves out every fifth question; leaves out every third and begins drills badly."""

PEOPLE: Sequence[tuple[str, str, str, str, int, Sequence[float]]] = (
    ("chenyu", "陈雨", "社区网格员", "望舒街道", GOOD, (1, 0.5)),
    ("zhaolan", "赵岚", "党政办副主任", "望舒街道", STEADY, (1, 1)),
    ("sunhao", "孙浩", "综合执法队员", "望舒街道", WEAK, (0.5, 0)),
    ("qianyi", "钱怡", "便民服务窗口", "望舒街道", WEAK, (0.2, 0)),
    ("zhouping", "周平", "信访接待员", "望舒街道", STEADY, (0, 0)),
    ("wuting", "吴婷", "党政办值班员", "石榴湾镇", WEAK, (1, 0.2)),
    ("zhengqi", "郑琪", "村镇建设办科员", "石榴湾镇", GOOD, (0.7, 0)),
    ("fengyuan", "冯远", "农业农村办主任", "石榴湾镇", WEAK, (0, 0)),
    ("chuxia", "褚夏", "应急办科员", "石榴湾镇", STEADY, (0.3, 0)),
    ("weining", "卫宁", "热线办回复员", "政务服务中心", GOOD, (1, 0.8)),
    ("jiangran", "蒋然", "12345 坐席", "政务服务中心", WEAK, (0.6, 0)),
    ("shenmo", "沈墨", "新媒体编辑", "政务服务中心", STEADY, (0.4, 0)),
)
"""(account, name, post, unit, how they answer, the share of each course they have done)."""
LATE = {"qianyi", "fengyuan", "jiangran"}
"""Whose due date is over."""
WITHDRAWN = "shenmo"


def prepare(made: Mapping[Role, User]) -> None:
    """Enrol the demo learner in the whole curriculum, and bring in colleagues who are at different points of it.

    Paths repeat its modules for one kind of work; they are there to be given out, and nobody is in them yet.
    """
    courses = db.session.scalars(
        select(Course)
        .where(Course.state == State.PUBLISHED, Course.slug.not_like("path-%"))
        .order_by(Course.position, Course.id)
    ).all()
    actor, today = made[Role.ADMINISTRATOR], dates.today()
    for course in courses:
        enrolment.enrol_people(actor, course.id, [made[Role.LEARNER].id], None, now())
    units = {unit.name: unit for unit in db.session.scalars(select(Unit))}
    for place, (account, name, post, unit, habit, shares) in enumerate(PEOPLE):
        user, _ = accounts.create_user(
            actor, account=account, name=name, post=post, roles=[Role.LEARNER], unit=units.get(unit)
        )
        begun = today - timedelta(days=24 - place % 5)
        due_on = today - timedelta(days=3) if account in LATE else today + timedelta(days=21)
        for course, share in zip(courses, shares, strict=False):
            enrolment.enrol_people(actor, course.id, [user.id], due_on, _at(begun))
            _study(user, course, share, begun + timedelta(days=1), habit)
    _leave(actor, courses[:1])
    for course in courses[:1]:
        _follow(actor, course, units, today)


def _at(day: date, hour: float = 9) -> datetime:
    return dates.begins(day) + timedelta(hours=hour)


def _leave(actor: User, courses: Sequence[Course]) -> None:
    for course in courses:
        query = select(Enrolment.id).join(Enrolment.user).where(User.account == WITHDRAWN)
        ids = db.session.scalars(query.where(Enrolment.course_id == course.id)).all()
        enrolment.withdraw(actor, course.id, ids, now())


def _follow(actor: User, course: Course, units: Mapping[str, Unit], today: date) -> None:
    """Whoever is put into the county from now on is enrolled in the first course."""
    if "青禾县" in units:
        enrolment.enrol_unit(actor, course.id, units["青禾县"].id, today + timedelta(days=30), now())


def moments(count: int, begun: date, today: date, late: float) -> list[datetime]:
    """When `count` steps are done, in order: from the day `begun` on, a step a day or as many as it takes to be done
    by yesterday, spread over the hours from nine and `late` more on. A course begun today is done in a day.
    """
    a_day = max(1, -(-count // max((today - begun).days, 1)))
    return [_at(begun + timedelta(days=at // a_day), 9 + 9 * (at % a_day) / a_day + late) for at in range(count)]


def _study(user: User, course: Course, share: float, begun: date, habit: int) -> None:
    """Do a share of a course from the day `begun` on."""
    steps = course.activities[: round(share * len(course.activities))]
    done = moments(len(steps), begun, dates.today(), user.id % 7 / 10)
    for activity, moment in zip(steps, done, strict=True):
        _do(user, activity, moment, habit)
    if steps:
        row = db.session.scalars(select(Enrolment).filter_by(user_id=user.id, course_id=course.id)).one()
        study.update_completion(user, row, done[-1])
        row.started_at = _at(begun, 10)
        if row.completed_at:
            row.completed_at = done[-1]
    db.session.flush()


def _do(user: User, activity: Activity, moment: datetime, habit: int) -> None:
    if activity.lesson_id:
        db.session.add(Reading(user_id=user.id, lesson_id=activity.lesson_id, seen_at=moment, finished_at=moment))
        return
    assert activity.quiz_id is not None  # an activity has one target
    for number, manner in enumerate((habit, STEADY)):
        attempt = attempts.start(user, activity.quiz_id, moment + timedelta(minutes=20 * number))
        answers = {answer.position: _given(answer, manner) for answer in attempt.answers}
        attempts.submit(user, attempt.id, answers, moment + timedelta(minutes=20 * number + 12))
        if attempt.submission is not None and attempt.submission.passed:
            return


def _given(answer: Answer, manner: int) -> dict[str, Any]:
    """What somebody answers in this manner."""
    body, kind = answer.question_version.body, answer.question_version.question.kind
    if kind is not Kind.REPLY:
        return {} if manner and answer.position % manner == 0 else right(kind, body)
    scenario = answer.scenario_version.body if answer.scenario_version else {}
    bad = scenario.get("anti_exemplars")
    return {"text": bad[0]["reply"] if manner == WEAK and bad else scenario.get("exemplar", "")}
