"""The dictionary that everybody reads, and the trainer's pages of sources and expressions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import paged
from literacy.registry import CitedText, registry
from literacy.web import today
from quizzes.reference import service
from quizzes.reference.forms import (
    ConfirmForm,
    ExpressionFilter,
    ExpressionForm,
    SourceFilter,
    SourceForm,
    WordSearch,
)
from quizzes.reference.models import Expression, Source
from quizzes.service.authoring import life
from quizzes.views.author import common
from quizzes.views.base import blueprint

HALF_A_YEAR = timedelta(days=182)
"""After which an expression or clause that was looked up is due again, unless the author says otherwise."""


@dataclass(frozen=True)
class Sort:
    """What the pages of sources and of expressions do alike, and what each does its own way."""

    model: type[Source] | type[Expression]
    name: str
    """Part of the endpoints' and templates' names."""
    form: type[SourceForm] | type[ExpressionForm]
    columns: tuple[str, ...]
    problems: Callable[[dict[str, Any]], list[tuple[str, str]]]

    def url(self, act: str, row_id: int) -> str:
        """The address of a page of one row; act is empty for its own page."""
        return url_for(f"quizzes.author_{self.name}{act}", row_id=row_id)


SOURCES = Sort(Source, "source", SourceForm, service.SOURCE_COLUMNS, service.source_problems)
EXPRESSIONS = Sort(Expression, "expression", ExpressionForm, service.EXPRESSION_COLUMNS, service.expression_problems)


# For everybody


@blueprint.get("/words")
@requires(Permission.ACCOUNT)
def words() -> ResponseReturnValue:
    """The dictionary of netizens' expressions, to search in."""
    form = WordSearch(request.args)
    form.validate()
    query = "" if form.words.errors else form.words.data or ""
    return render_template("quizzes/words.html", form=form, query=query, rows=service.words(query))


@blueprint.get("/words/<string:slug>")
@requires(Permission.ACCOUNT)
def word(slug: str) -> ResponseReturnValue:
    """One expression: meaning, tone, what it is mistaken for, how to answer."""
    return render_template("quizzes/word.html", row=service.word(slug))


# For trainers


@blueprint.get("/teach/due")
@requires(Permission.AUTHOR)
def author_due() -> ResponseReturnValue:
    """Everything that somebody should compare with its published text, with where it is cited."""
    texts = _texts()
    day = today()
    due = [
        (sort, [(row, service.citing(row, texts)) for row in service.due(sort.model, day)])
        for sort in (SOURCES, EXPRESSIONS)
    ]
    return render_template("quizzes/author_due.html", due=due, day=day, key=common.new_key)


@blueprint.get("/teach/sources")
@requires(Permission.AUTHOR)
def author_sources() -> ResponseReturnValue:
    """All sources, to find one again."""
    form = SourceFilter(request.args)
    query = service.source_list(**common.filled(form, "words", "state", "kind", "due"), day=today())
    return render_template(
        "quizzes/author_sources.html", form=form, page=paged(query, common.page_number()), day=today()
    )


@blueprint.get("/teach/expressions")
@requires(Permission.AUTHOR)
def author_expressions() -> ResponseReturnValue:
    """All expressions, to find one again."""
    form = ExpressionFilter(request.args)
    query = service.expression_list(**common.filled(form, "words", "state", "due"), day=today())
    page = paged(query, common.page_number())
    return render_template("quizzes/author_expressions.html", form=form, page=page, day=today())


def _texts() -> list[CitedText]:
    return [text for ask in registry().cited for text in ask()]


def _show(sort: Sort, row_id: int) -> ResponseReturnValue:
    row = service.reference_for(sort.model, row_id)
    return render_template(
        f"quizzes/author_{sort.name}.html",
        row=row,
        sort=sort,
        cited=service.citing(row, _texts()),
        day=today(),
        next_look=today() + HALF_A_YEAR,
        **common.life_of(row),
    )


def _edit(sort: Sort, row: Any) -> ResponseReturnValue:
    data = None
    if request.method == "GET" and row is not None:
        columns = {name: getattr(row, name) for name in sort.columns}
        data = {**sort.form.data_of(columns), "revision": row.revision}
    form = sort.form(data=data)
    if request.method == "POST":
        if common.checked(form) and (answer := _saved(sort, form, row)):
            return answer
    elif row is not None:
        form.show(life.own_problems(row))
    page = render_template(
        f"quizzes/author_{sort.name}_edit.html",
        form=form,
        row=row,
        sort=sort,
        newer=common.newer_than(form, row),
        **common.waiting_beside(row),
    )
    return page, common.status_of(form)


def _saved(sort: Sort, form: Any, row: Any) -> ResponseReturnValue | None:
    written = form.written()
    problems = sort.problems(written)
    if problems and common.to_publish(row):
        form.show(problems)
        return None

    def act() -> str:
        if row is None:
            saved = service.create(common.author(), sort.model, written)
        else:
            saved = service.reference_for(sort.model, row.id, writing=True)
            service.change(common.author(), saved, form.opened_on(), written)
        return common.finish(saved, sort.url("_edit", saved.id), sort.url("", saved.id))

    return common.saved(form, act)


def _confirm(sort: Sort, row_id: int) -> ResponseReturnValue:
    """Note that it was looked up today; a wrong date leads to the form where all of it can be mended."""
    form = ConfirmForm()
    back = sort.url("", row_id)

    def act() -> str:
        row = service.reference_for(sort.model, row_id, writing=True)
        service.confirm(common.author(), row, form.revision.data or 0, today(), form.review_by.data)
        flash(f"{life.name_of(row)}已记为今天核对过。", "done")
        return url_for("quizzes.author_due") if "due" in request.form else back

    if not form.validate():
        flash("“下次哪天再看”请写成 2027-05-24 这样的日期。", "problem")
        return common.done_or_back(lambda: back, back)
    return common.done_or_back(act, back)


def _offer(sort: Sort) -> None:
    """The pages of one row, for sources and expressions alike."""
    base, name = f"/teach/{sort.name}s", f"author_{sort.name}"

    def load(row_id: int) -> Any:
        return service.reference_for(sort.model, row_id, writing=True)

    def add(rule: str, act: str, view: Callable[..., ResponseReturnValue], *methods: str) -> None:
        requires(Permission.AUTHOR)(view)
        blueprint.add_url_rule(f"{base}{rule}", f"{name}{act}", view, methods=list(methods))

    add("/new", "_new", lambda: _edit(sort, None), "GET", "POST")
    add("/<int:row_id>", "", lambda row_id: _show(sort, row_id), "GET")
    add(
        "/<int:row_id>/edit",
        "_edit",
        lambda row_id: _edit(sort, service.reference_for(sort.model, row_id)),
        "GET",
        "POST",
    )
    add("/<int:row_id>/confirm", "_confirm", lambda row_id: _confirm(sort, row_id), "POST")
    add(
        "/<int:row_id>/publish",
        "_publish",
        lambda row_id: common.published(lambda: load(row_id), sort.url("", row_id)),
        "POST",
    )
    add(
        "/<int:row_id>/retire",
        "_retire",
        lambda row_id: common.retired(lambda: load(row_id), sort.url("", row_id)),
        "POST",
    )


_offer(SOURCES)
_offer(EXPRESSIONS)
