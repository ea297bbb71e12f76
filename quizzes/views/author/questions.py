"""The trainer's pages of questions."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import paged
from literacy.errors import NotFound, Refused
from literacy.views.common import kept_filter
from quizzes import bodies
from quizzes.forms.authoring.filters import QuestionFilter
from quizzes.forms.authoring.questions import FORMS, QuestionForm
from quizzes.models import Kind, Question
from quizzes.service.authoring import life
from quizzes.service.authoring import questions as service
from quizzes.service.authoring.similar import near_questions
from quizzes.similar import folded
from quizzes.traps import TRAPS
from quizzes.views.author import common
from quizzes.views.author.desk import Desk, Sent
from quizzes.views.author.preview import preview_of
from quizzes.views.base import blueprint

ABOUT = {
    Kind.SINGLE: "几个选项里只有一个对。每个选项都写明为什么对、为什么不对。",
    Kind.MULTIPLE: "几个选项里有一个或几个对。",
    Kind.TRUE_FALSE: "一句话，判断对错。",
    Kind.MATCHING: "把左边和右边对应起来，右边可以有多余的。",
    Kind.ORDERING: "把步骤排出先后。",
    Kind.SHORT: "一两句话回答，按写到的关键说法评分。",
    Kind.REPLY: "读一条群众的原帖，写一条公开答复，按评分准则评。",
}
"""What each kind of question is, for somebody who begins a new one."""


@blueprint.get("/teach/questions")
@requires(Permission.AUTHOR)
def author_questions() -> ResponseReturnValue:
    """All questions, to find one again."""
    form = QuestionFilter(request.args)
    query = service.question_list(**common.filled(form, "words", "state", "kind", "competency"))
    page = paged(query, common.page_number())
    return render_template("quizzes/author_questions.html", form=form, page=page, kept=kept_filter(form))


@blueprint.get("/teach/questions/new")
@requires(Permission.AUTHOR)
def author_question_kinds() -> ResponseReturnValue:
    """Which kind of question to begin."""
    return render_template("quizzes/author_question_kinds.html", about=ABOUT)


@blueprint.route("/teach/questions/new/<string:kind>", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_question_new(kind: str) -> ResponseReturnValue:
    """Write a new question."""
    if kind not in set(Kind):
        raise NotFound
    return _edit(Kind(kind), None)


@blueprint.get("/teach/questions/<int:question_id>")
@requires(Permission.AUTHOR)
def author_question(question_id: int) -> ResponseReturnValue:
    """A question as the learner sees it, with its reasons, its life and its versions."""
    question = service.question_for(question_id)
    return render_template(
        "quizzes/author_question.html",
        row=question,
        q=preview_of(question),
        **common.life_of(question),
        **common.marked_before(question),
    )


@blueprint.route("/teach/questions/<int:question_id>/edit", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_question_edit(question_id: int) -> ResponseReturnValue:
    """Change a question; what learners were asked before stays as it was."""
    question = service.question_for(question_id)
    return _edit(question.kind, question)


def _edit(kind: Kind, question: Question | None) -> ResponseReturnValue:
    name = "questions" if question is not None else f"questions-{kind.value}"
    desk = Desk(name, question, lambda sent: _form(kind, question, sent))
    form = desk.form()
    assert isinstance(form, QuestionForm)
    alike: list[Question] = []
    if request.method == "POST":
        if common.checked(form) and (answer := _saved(form, kind, question, alike, desk)):
            return answer
    elif question is not None and not desk.restored:
        form.show(life.own_problems(question))
    page = render_template(
        "quizzes/author_question_edit.html", form=form, kind=kind, row=question, traps=TRAPS,
        alike=alike, publishing="publish" in request.form, **desk.shown(form), **common.waiting_beside(question),
    )  # fmt: skip
    return page, common.status_of(form)


def _alike(form: QuestionForm, question: Question | None) -> list[Question]:
    """Other questions with nearly this stem, unless the writer saw them already or left the stem as it was."""
    stem = form.stem.data or ""
    seen = "anyway" in request.form or request.form.get("publish") == "anyway"
    if seen or (question is not None and folded(question.body["stem"]) == folded(stem)):
        return []
    return near_questions(stem, besides=question.id if question else None)


def _form(kind: Kind, question: Question | None, sent: Sent | None) -> QuestionForm:
    made = FORMS[kind]
    data = None
    if sent is None and question is not None:
        columns = {name: getattr(question, name) for name in ("competency", "difficulty", "revision")}
        held = {**columns, **question.body, **(common.pending_body(question) or {})}
        data = {**made.data_of(held), "revision": question.revision}
    elif sent is None:
        data = {"scenario": request.args.get("scenario", "")}
    form = made(formdata=sent, data=data)
    if kind is Kind.REPLY:
        form["scenario"].choices = _scenarios(question)
    return form


def _scenarios(question: Question | None) -> dict[str, str]:
    """The scenarios to choose from; the one that was chosen before is among them even if it was retired since."""
    choices = {"": "请选择", **dict(service.scenario_choices())}
    chosen = question.scenario if question else None
    if chosen is not None and chosen.slug not in choices:
        choices[chosen.slug] = f"{chosen.title}（已停用）"
    return choices


def _saved(
    form: QuestionForm, kind: Kind, question: Question | None, alike: list[Question], desk: Desk
) -> ResponseReturnValue | None:
    """Save what the form holds; None where something says no. `alike` gets what asks nearly the same."""
    body = form.body()
    problems = bodies.question_problems(kind, body)
    if problems and common.to_publish(question):
        form.show(problems)
        return None
    columns = {"competency": form.competency.data or "", "difficulty": form.difficulty.data}

    def act() -> str:
        # Within the act: the same form that comes a second time must not find its own question.
        alike.extend(_alike(form, question))
        if alike:
            raise Refused(f"题库里有 {len(alike)} 道题的题干和这道差不多，还没有保存。")
        if question is None:
            row = service.create_question(common.author(), kind, body, **columns)
        else:
            row = service.question_for(question.id, writing=True)
            if common.later(row):
                desk.saved()
                return common.kept_for_later(row, form.opened_on(), {**bodies.normalised(kind, body), **columns})
            service.change_question(common.author(), row, form.opened_on(), body, **columns)
        desk.saved()
        return common.finish(
            row,
            url_for("quizzes.author_question_edit", question_id=row.id),
            url_for("quizzes.author_question", question_id=row.id),
        )

    return common.saved(form, act)


@blueprint.post("/teach/questions/<int:question_id>/publish")
@requires(Permission.AUTHOR)
def author_question_publish(question_id: int) -> ResponseReturnValue:
    """Offer a question for quizzes."""
    return common.published(
        lambda: service.question_for(question_id, writing=True),
        url_for("quizzes.author_question", question_id=question_id),
    )


@blueprint.post("/teach/questions/<int:question_id>/retire")
@requires(Permission.AUTHOR)
def author_question_retire(question_id: int) -> ResponseReturnValue:
    """Stop offering a question."""
    return common.retired(
        lambda: service.question_for(question_id, writing=True),
        url_for("quizzes.author_question", question_id=question_id),
    )
