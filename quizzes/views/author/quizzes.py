"""The trainer's pages of quizzes."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import db, paged
from literacy.errors import Refused
from literacy.settings import value
from quizzes.forms.authoring.filters import QuestionFilter, QuizFilter
from quizzes.forms.authoring.quizzes import AddForm, QuizForm
from quizzes.models import Kind, Question, Quiz, QuizKind
from quizzes.service.authoring import life
from quizzes.service.authoring import questions as asking
from quizzes.service.authoring import quizzes as service
from quizzes.views.author import common
from quizzes.views.author.preview import preview_of
from quizzes.views.base import blueprint


@blueprint.get("/teach/quizzes")
@requires(Permission.AUTHOR)
def author_quizzes() -> ResponseReturnValue:
    """All quizzes and drills, to find one again."""
    form = QuizFilter(request.args)
    query = service.quiz_list(**common.filled(form, "words", "state", "kind"))
    return render_template("quizzes/author_quizzes.html", form=form, page=paged(query, common.page_number()))


@blueprint.route("/teach/quizzes/new", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_quiz_new() -> ResponseReturnValue:
    """Begin a new quiz or drill."""
    return _edit(None)


@blueprint.get("/teach/quizzes/<int:quiz_id>")
@requires(Permission.AUTHOR)
def author_quiz(quiz_id: int) -> ResponseReturnValue:
    """A quiz with its rules and every question as the learner sees it."""
    quiz = service.quiz_for(quiz_id)
    return render_template(
        "quizzes/author_quiz.html",
        row=quiz,
        asked=[(slot, preview_of(slot.question, position)) for position, slot in enumerate(quiz.slots, start=1)],
        **common.life_of(quiz),
    )


@blueprint.route("/teach/quizzes/<int:quiz_id>/edit", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_quiz_edit(quiz_id: int) -> ResponseReturnValue:
    """Change the rules of a quiz and the order of its questions."""
    return _edit(service.quiz_for(quiz_id))


def _edit(quiz: Quiz | None) -> ResponseReturnValue:
    form = QuizForm(data=_data_of(quiz) if request.method == "GET" else None)
    if request.method == "POST":
        if common.checked(form) and (answer := _saved(form, quiz)):
            return answer
    elif quiz is not None:
        form.show(life.own_problems(quiz))
    page = render_template(
        "quizzes/author_quiz_edit.html",
        form=form,
        row=quiz,
        questions=_questions_of(form),
        begun=quiz is not None and service.has_attempts(quiz),
        newer=common.newer_than(form, quiz),
        **common.waiting_beside(quiz),
    )
    return page, common.status_of(form)


def _data_of(quiz: Quiz | None) -> dict[str, Any]:
    names = ("title", "intro", "pass_mark", "time_limit_minutes", "attempts_allowed", "shuffle_options", "revision")
    if quiz is None:
        return {"pass_mark": value("pass_mark")}
    slots = [{"question_id": slot.question_id, "marks": Decimal(f"{slot.marks:g}")} for slot in quiz.slots]
    return {**{name: getattr(quiz, name) for name in names}, "kind": quiz.kind.value, "slots": slots}


def _questions_of(form: QuizForm) -> dict[str, Question]:
    """The questions whose rows stand in the form, by what the row holds."""
    rows = service.questions_by_id(question_id for question_id, _ in form.chosen())
    return {str(question_id): question for question_id, question in rows.items()}


def _saved(form: QuizForm, quiz: Quiz | None) -> ResponseReturnValue | None:
    chosen = form.chosen()
    if quiz is not None and (problem := _problem_with(form, quiz)):
        form.show([("slots", problem)])
        return None

    def act() -> str:
        if quiz is None:
            row = service.create_quiz(common.author(), form.settings())
            flash("测验已建好，现在添加题目。", "done")
            return url_for("quizzes.author_quiz_add", quiz_id=row.id)
        row = service.quiz_for(quiz.id, writing=True)
        service.change_quiz(common.author(), row, form.opened_on(), form.settings(), chosen)
        if "add" in request.form:
            return url_for("quizzes.author_quiz_add", quiz_id=row.id)
        return common.finish(
            row,
            url_for("quizzes.author_quiz_edit", quiz_id=row.id),
            url_for("quizzes.author_quiz", quiz_id=row.id),
        )

    return common.saved(form, act)


def _problem_with(form: QuizForm, quiz: Quiz) -> str | None:
    rows = service.questions_by_id(question_id for question_id, _ in form.chosen())
    questions = [rows[question_id] for question_id, _ in form.chosen() if question_id in rows]
    if not questions and common.to_publish(quiz):
        return "至少要有一道题。"
    return life.slot_problem(QuizKind(form.kind.data), questions)


@blueprint.route("/teach/quizzes/<int:quiz_id>/questions", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_quiz_add(quiz_id: int) -> ResponseReturnValue:
    """Find questions and put them into a quiz."""
    quiz = service.quiz_for(quiz_id)
    if request.method == "POST":
        return _added(AddForm(), quiz)
    find = QuestionFilter(request.args)
    if quiz.kind is QuizKind.DRILL:
        find.kind.data = Kind.REPLY.value
    query = asking.question_list(**common.filled(find, "words", "state", "kind", "competency"), offerable=True)
    return render_template(
        "quizzes/author_quiz_add.html",
        row=quiz,
        form=AddForm(data={"revision": quiz.revision}),
        find=find,
        page=paged(query, common.page_number()),
        held={slot.question_id for slot in quiz.slots},
    )


def _added(form: AddForm, quiz: Quiz) -> ResponseReturnValue:
    ticked = form.ticked(request.form.getlist("question"))

    def act() -> str:
        row = service.quiz_for(quiz.id, writing=True)
        count = service.add_questions(common.author(), row, form.revision.data or 0, ticked)
        flash(f"添加了 {count} 道题。" if count else "没有添加题目。请先勾选。", "done" if count else "note")
        return url_for("quizzes.author_quiz_edit", quiz_id=row.id)

    try:
        return common.done_once(form, act)
    except Refused as refused:
        db.session.rollback()
        flash(refused.sentence, "problem")
        return redirect(request.full_path.rstrip("?"), 303)


@blueprint.post("/teach/quizzes/<int:quiz_id>/publish")
@requires(Permission.AUTHOR)
def author_quiz_publish(quiz_id: int) -> ResponseReturnValue:
    """Offer a quiz to learners."""
    return common.published(
        lambda: service.quiz_for(quiz_id, writing=True), url_for("quizzes.author_quiz", quiz_id=quiz_id)
    )


@blueprint.post("/teach/quizzes/<int:quiz_id>/retire")
@requires(Permission.AUTHOR)
def author_quiz_retire(quiz_id: int) -> ResponseReturnValue:
    """Stop offering a quiz."""
    return common.retired(
        lambda: service.quiz_for(quiz_id, writing=True), url_for("quizzes.author_quiz", quiz_id=quiz_id)
    )
