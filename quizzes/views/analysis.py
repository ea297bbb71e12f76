"""The trainer's pages of what results say of a quiz and of a question.

They ask for MARK, not AUTHOR: the figures are made of what learners handed in, which is shown to those who mark it.
"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import db, reading, writes
from literacy.errors import Refused
from literacy.views.common import download
from quizzes.analysis.advice import PEOPLE, RULES
from quizzes.service import analysis as service
from quizzes.service.authoring import questions, quizzes
from quizzes.views.base import blueprint

TOO_FEW = f"交卷的不到 {PEOPLE} 个人，还不能显示分析。"


@blueprint.get("/teach/quizzes/<int:quiz_id>/analysis")
@requires(Permission.MARK)
@writes
def author_quiz_analysis(quiz_id: int) -> ResponseReturnValue:
    """What the results say of each question and of the quiz as a whole."""
    analysis = _analysed(quiz_id, everything="all" in request.args)
    return render_template(
        "quizzes/author_quiz_analysis.html",
        row=analysis.quiz,
        analysis=analysis,
        everything="all" in request.args,
        rules=RULES,
        too_few=TOO_FEW,
    )


@blueprint.get("/teach/quizzes/<int:quiz_id>/analysis/export/<form>")
@requires(Permission.MARK)
@writes
def author_quiz_analysis_export(quiz_id: int, form: str) -> ResponseReturnValue:
    """The figures of the page as xlsx or csv."""
    everything = "all" in request.args
    analysis = _analysed(quiz_id, everything=everything)
    if not analysis.shown:
        raise Refused(TOO_FEW)
    return download(service.table(analysis), form, {"计入": "全部作答" if everything else "每人第一次"})


@blueprint.get("/teach/questions/<int:question_id>/results")
@requires(Permission.MARK)
@writes
def author_question_results(question_id: int) -> ResponseReturnValue:
    """How a question was answered in each quiz that asks it."""
    ids = [quiz.id for quiz in service.quizzes_asking(questions.question_for(question_id))]
    for quiz_id in ids:
        _settle(quiz_id, everything=False)
    with reading():
        found = [service.analysed(quizzes.quiz_for(quiz_id)) for quiz_id in ids]
    asked = [(one, [row for row in one.rows if row.question.id == question_id]) for one in found]
    return render_template(
        "quizzes/author_question_results.html",
        row=questions.question_for(question_id),
        asked=asked,
        too_few=TOO_FEW,
        url_of=lambda quiz: url_for("quizzes.author_quiz_analysis", quiz_id=quiz.id),
    )


def _settle(quiz_id: int, *, everything: bool) -> None:
    """Keep the sums that are worth it, and commit; nobody waits while they are worked out."""
    db.session.commit()
    with reading():
        summary = service.worth_keeping(quiz_id, first_only=not everything)
        db.session.rollback()
    if summary is not None:
        service.keep(summary)
        db.session.commit()


def _analysed(quiz_id: int, *, everything: bool) -> service.Analysis:
    """The figures, from kept sums as far as there are any."""
    quizzes.quiz_for(quiz_id)
    _settle(quiz_id, everything=everything)
    with reading():
        return service.analysed(quizzes.quiz_for(quiz_id), first_only=not everything)
