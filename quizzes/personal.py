"""The personal data that quizzes keep: attempts, what was written, how it was marked; and what goes when.

What a person wrote is deleted when they are made anonymous. What was found in it stays as figures: scores, grades,
which patterns and elements were found. The words of findings go with the words that they quote.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import selectinload

from literacy.db import db
from literacy.models import User
from literacy.privacy.parts import DUTY, Part
from literacy.privacy.rules import Rule, deleting
from quizzes.exchange.models import QuestionImport
from quizzes.models import Answer, Attempt, ExtraAttempt, Override, Question, QuestionVersion, Quiz, Submission
from quizzes.remarking.models import Remark
from quizzes.reviewing.models import Appeal, Rating

GONE = "（账号已匿名，内容已删去）"
_QUOTED = ("findings", "elements", "unsupported", "doubts", "suspicions")
_WORDS = ("text", "reason", "better")
"""What of a finding quotes, or may quote, the reply."""


def wordless(detail: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a mark rests on, without the learner's words; what was found, and where, stays. Pure."""
    if detail is None:
        return None

    def bare(one: Any) -> Any:
        if not isinstance(one, Mapping):
            return one
        return {key: "" if key in _WORDS and isinstance(value, str) else value for key, value in one.items()}

    return {
        key: [bare(one) for one in value] if key in _QUOTED and isinstance(value, list) else value
        for key, value in detail.items()
    }


def _attempts(user: User) -> Any:
    return (
        select(Quiz.title, Attempt.number, Attempt.started_at, Submission.submitted_at, Submission.score,
               Submission.passed)
        .join(Quiz, Quiz.id == Attempt.quiz_id).outerjoin(Submission, Submission.attempt_id == Attempt.id)
        .where(Attempt.user_id == user.id).order_by(Attempt.id)
    )  # fmt: skip


def _answers(user: User) -> Any:
    return (
        select(Quiz.title, Attempt.number, Question.title.label("question"), Answer.draft, Answer.saved_at,
               Answer.counted_fraction, Answer.detail)
        .join(Attempt, Attempt.id == Answer.attempt_id).join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Attempt.user_id == user.id).order_by(Answer.id)
    )  # fmt: skip


def _of(user: User, model: Any, *columns: Any) -> Any:
    """Rows about this person's answers."""
    query = select(*columns).select_from(model).join(Answer, Answer.id == model.answer_id)
    return query.join(Attempt, Attempt.id == Answer.attempt_id).where(Attempt.user_id == user.id).order_by(model.id)


def _mine(user: User) -> Any:
    """The ids of this person's answers."""
    return select(Answer.id).join(Attempt, Attempt.id == Answer.attempt_id).where(Attempt.user_id == user.id)


def _forget_answers(user: User) -> int:
    answers = db.session.scalars(
        select(Answer).where(Answer.id.in_(_mine(user))).options(selectinload(Answer.overrides))
    ).all()
    for answer in answers:
        if answer.draft and "text" in answer.draft:
            answer.draft = {**answer.draft, "text": ""}
        answer.detail = wordless(answer.detail)
    for remark in db.session.scalars(select(Remark).where(Remark.answer_id.in_(_mine(user)))):
        remark.detail = wordless(remark.detail) or {}
    return len(answers)


def _forget_opinions(user: User) -> int:
    db.session.execute(update(Override).where(Override.answer_id.in_(_mine(user))).values(reason=GONE))
    ratings = db.session.scalars(select(Rating).where(Rating.answer_id.in_(_mine(user)))).all()
    for rating in ratings:
        rating.patterns = [{**one, "text": ""} for one in rating.patterns]
        rating.reason = ""
    return len(ratings)


def _forget_appeals(user: User) -> int:
    blank = update(Appeal).where(Appeal.answer_id.in_(_mine(user))).values(reason=GONE, reply="")
    return db.session.execute(blank, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]


def _forget_extra(user: User) -> int:
    blank = update(ExtraAttempt).where(ExtraAttempt.user_id == user.id).values(reason=GONE)
    return db.session.execute(blank, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]


RESULTS = "长期保留，作为培训的依据；账号匿名后只留数字。"
PARTS = (
    Part(
        "attempts", "测验和演练", "每次测验、演练：何时开始、何时交、得分、是否通过。不记录用了多少时间。",
        "算出是否完成课程，报给所在单位。", DUTY, RESULTS, ("attempts.user_id",),
        ("测验", "第几次", "开始", "提交", "得分", "通过"), _attempts, remains="保留，不连着姓名",
    ),
    Part(
        "answers", "作答和答复", "您选的答案、写的答复，和评分准则对它的评议。没有交的草稿也在内。",
        "评分，指出可以改的地方；评分有争议时能复查。", DUTY,
        "交了的长期保留；没有交的草稿{open_answers}后删去。", (),
        ("测验", "第几次", "题目", "作答", "保存时间", "得分率", "评议"), _answers, _forget_answers,
        "删去您写的文字，只留得分和发现了哪些问题的计数",
    ),
    Part(
        "marks", "培训师的评语", "培训师改的分和理由，对答复的批注。", "机器评分不当时由人更正。", DUTY, RESULTS, (),
        ("得分率", "理由", "时间"),
        lambda user: _of(user, Override, Override.fraction, Override.reason, Override.at), _forget_opinions,
        "分数保留，理由和摘出的文字删去",
    ),
    Part(
        "ratings", "培训师的批注", "培训师对您答复的逐处批注、等级和说明。", "给您更准的反馈，检验评分准则。", DUTY,
        RESULTS, (), ("等级", "得分", "批注", "说明", "时间"),
        lambda user: _of(user, Rating, Rating.grade, Rating.score, Rating.patterns, Rating.reason, Rating.at),
        remains="等级保留，摘出的文字和说明删去",
    ),
    Part(
        "appeals", "申诉", "您对评分提出的申诉和培训师的答复。", "复查评分。", DUTY, RESULTS, (),
        ("申诉理由", "提出", "答复", "答复时间"),
        lambda user: _of(user, Appeal, Appeal.reason, Appeal.at, Appeal.reply, Appeal.resolved_at), _forget_appeals,
        "删去文字，只留时间",
    ),
    Part(
        "extra_attempts", "加试机会", "培训师多给您的一次机会和理由。", "说明为什么比别人多一次。", DUTY, RESULTS,
        ("extra_attempts.user_id",), ("测验", "理由", "时间"),
        lambda user: select(Quiz.title, ExtraAttempt.reason, ExtraAttempt.at)
        .join(Quiz, Quiz.id == ExtraAttempt.quiz_id).where(ExtraAttempt.user_id == user.id).order_by(ExtraAttempt.id),
        _forget_extra, "理由删去",
    ),
)  # fmt: skip
_MARKER = "谁批阅、改分、批注、复查：培训师的职务行为，操作记录里有"
_AUTHOR = "谁编写、审核的内容：职务工作的署名，内容属于单位；人员匿名后显示为“已匿名人员”"
IMPERSONAL = {
    **dict.fromkeys(
        ("extra_attempts.trainer_id", "overrides.trainer_id", "appeals.trainer_id", "ratings.trainer_id",
         "looks.trainer_id", "remarkings.trainer_id", "remarkings.ordered_by_id"),
        _MARKER,
    ),
    **dict.fromkeys(
        ("content_versions.author_id", "scenario_versions.author_id", "saved_replies.author_id",
         "question_versions.author_id", "rubric_versions.author_id", "rubric_versions.publisher_id",
         "rubric_reports.author_id", "pending_changes.author_id", "review_requests.asked_by_id",
         "review_requests.asked_of_id", "review_requests.answered_by_id", "question_imports.trainer_id"),
        _AUTHOR,
    ),
}  # fmt: skip


def _stale(before: datetime) -> Any:
    """Drafts of attempts that nobody handed in, untouched since then."""
    # Not as a list of all that was handed in: PostgreSQL would go through a long one again for every attempt.
    handed_in = exists().where(Submission.attempt_id == Attempt.id)
    begun = select(Attempt.id).where(Attempt.started_at < before, ~handed_in)
    return (Answer.attempt_id.in_(begun), Answer.draft.is_not(None), func.coalesce(Answer.saved_at, before) <= before)


def _count_stale(before: datetime) -> int:
    return db.session.scalar(select(func.count()).select_from(Answer).where(*_stale(before))) or 0


def _drop_stale(before: datetime) -> int:
    blank = update(Answer).where(*_stale(before)).values(draft=None)
    return db.session.execute(blank, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]


RULES = (
    Rule("open_answers", "没有交的作答", "删去开始了很久、一直没有交的作答里的草稿。", _count_stale, _drop_stale),
    Rule("question_imports", "导入题目的文件", "删去上传了没有导入、或者已经导入的题目文件。",
         **deleting(QuestionImport, lambda before: QuestionImport.created_at < before)),
)  # fmt: skip
