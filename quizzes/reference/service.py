"""Looking sources and expressions up, writing them, and finding what is due for another look."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, Text, cast, or_, select

from literacy import audit
from literacy.db import by_pinyin, containing, db
from literacy.errors import found
from literacy.models import State, User
from literacy.registry import CitedText
from quizzes.reference.citations import Known, Register, citations, plain_title
from quizzes.reference.models import Expression, Source, SourceKind
from quizzes.service.authoring import life
from quizzes.service.authoring.life import begin, new_slug, note, still_whole

SOURCE_COLUMNS = ("title", "kind", "aliases", "clauses", "origin", "note", "verified", "checked_on", "review_by")
EXPRESSION_COLUMNS = (
    "title", "forms", "meaning", "tone", "misreading", "response", "example", "heard", "caution",
    "verified", "checked_on", "review_by",
)  # fmt: skip
FIELDS = {
    "kind": "类型",
    "aliases": "也叫",
    "clauses": "条款",
    "origin": "出处",
    "note": "说明",
    "forms": "写法",
    "meaning": "意思",
    "tone": "语气",
    "misreading": "误读",
    "response": "回应",
    "example": "例句",
    "heard": "要听出的",
    "caution": "禁忌",
    "verified": "已核",
    "checked_on": "核对日期",
    "review_by": "下次再看",
}
"""What changed fields are called in the audit log, for audit.FIELDS."""
Reference = Source | Expression


def register() -> Register:
    """What citations are held against: all sources that are not retired, by each of their titles."""
    known: dict[str, Known] = {}
    for row in db.session.scalars(select(Source).where(Source.state != State.RETIRED)):
        known |= dict.fromkeys(row.titles, row.known)
    return known


# Looking up


def words(query: str = "") -> list[Expression]:
    """The expressions that learners may look up, those best fitting the query first; all without one.

    A query that is one of the ways of writing an expression comes before one that only occurs in its meaning.
    """
    shown = select(Expression).where(Expression.state == State.PUBLISHED).order_by(Expression.slug)
    rows = list(db.session.scalars(shown))
    wanted = query.strip().lower()
    if not wanted:
        return rows
    ranked = [(rank, row) for row in rows if (rank := _fit(row, wanted)) is not None]
    return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]


def _fit(row: Expression, wanted: str) -> int | None:
    forms = [form.lower() for form in row.ways]
    if wanted in forms:
        return 0
    if any(wanted in form or form in wanted for form in forms):
        return 1
    texts = (row.meaning, row.tone, row.misreading, row.response, row.example)
    return 2 if any(wanted in text.lower() for text in texts) else None


def word(slug: str) -> Expression:
    """One expression that learners may look up; raises NotFound."""
    shown = select(Expression).where(Expression.slug == slug, Expression.state == State.PUBLISHED)
    return found(db.session.scalar(shown))


def words_named(slugs: Iterable[str]) -> dict[str, Expression]:
    """The expressions of these slugs that learners may look up, by slug."""
    wanted = list(slugs)
    if not wanted:
        return {}
    shown = select(Expression).where(Expression.slug.in_(wanted), Expression.state == State.PUBLISHED)
    return {row.slug: row for row in db.session.scalars(shown)}


# The trainer's lists


def source_list(
    words: str = "", state: str = "", kind: str = "", due: str = "", day: date | None = None
) -> Select[Any]:
    """Sources by title, narrowed by whatever is given."""
    query = select(Source).order_by(Source.kind, by_pinyin(Source.title), Source.id)
    if words:
        query = query.where(containing(words, Source.title, Source.origin, Source.note, Source.aliases))
    if kind in set(SourceKind):
        query = query.where(Source.kind == SourceKind(kind))
    query = _of_state(query, Source, state)
    if due and day:
        open_clause = cast(Source.clauses, Text).contains('"verified": false', autoescape=True)
        query = query.where(or_(Source.verified.is_(False), Source.review_by <= day, open_clause))
    return query


def expression_list(words: str = "", state: str = "", due: str = "", day: date | None = None) -> Select[Any]:
    """Expressions in their order, narrowed by whatever is given."""
    query = select(Expression).order_by(Expression.slug)
    if words:
        query = query.where(containing(words, Expression.forms, Expression.title, Expression.meaning))
    query = _of_state(query, Expression, state)
    if due and day:
        query = query.where(or_(Expression.verified.is_(False), Expression.review_by <= day))
    return query


def _of_state(query: Select[Any], model: Any, state: str) -> Select[Any]:
    return query.where(model.state == State(state)) if state in set(State) else query


def reference_for(model: type[Reference], row_id: int, *, writing: bool = False) -> Any:
    """A source or expression; raises NotFound. `writing` locks it until the transaction ends."""
    return found(db.session.get(model, row_id, with_for_update=writing or None))


def due(model: type[Reference], day: date) -> list[Reference]:
    """What somebody should look at, by title; what is retired waits for nobody."""
    kind: Any = model
    rows: Sequence[Reference] = db.session.scalars(
        select(kind).where(model.state != State.RETIRED).order_by(by_pinyin(model.title), model.id)
    ).all()
    return [row for row in rows if row.is_due(day)]


def citing(row: Reference, texts: Iterable[CitedText]) -> list[tuple[CitedText, str]]:
    """The texts that cite a source or name an expression, each with the clauses that it cites."""
    if isinstance(row, Expression):
        return [(text, "") for text in texts if row.slug in text.expressions]
    titles = set(row.titles)
    found_in = []
    for text in texts:
        cited = [one for one in citations(text.text) if plain_title(one.title) in titles]
        if cited:
            found_in.append((text, "、".join(dict.fromkeys(clause for one in cited for clause in one.clauses))))
    return found_in


WORD_LINK = re.compile(r"\]\(word:([a-z0-9-]+)\)")


def words_in(markdown: str) -> tuple[str, ...]:
    """Slugs of the expressions that a lesson's text links to, each once."""
    return tuple(dict.fromkeys(WORD_LINK.findall(markdown)))


# Writing


@life.own_problems.register
def _(row: Source) -> list[tuple[str, str]]:
    return source_problems({name: getattr(row, name) for name in SOURCE_COLUMNS})


@life.own_problems.register
def _(row: Expression) -> list[tuple[str, str]]:
    return expression_problems({name: getattr(row, name) for name in EXPRESSION_COLUMNS})


def source_problems(written: dict[str, Any]) -> list[tuple[str, str]]:
    """What keeps a source with these columns from being used: (key of the field, sentence)."""
    problems = _day_problems(written)
    clauses = [row["clause"] for row in written["clauses"]]
    for place, row in enumerate(written["clauses"], start=1):
        cited = citations(f"《{written['title'] or '某法'}》{row['clause']}")
        if not cited or cited[0].clauses != (row["clause"],):
            problems.append((f"clauses[{place}].clause", "写成第四条、第二百五十三条之一这样，一行一条。"))
        elif clauses.count(row["clause"]) > 1:
            problems.append((f"clauses[{place}].clause", f"{row['clause']}写了两次。"))
    return problems


def expression_problems(written: dict[str, Any]) -> list[tuple[str, str]]:
    """What keeps an expression with these columns from readers: (key of the field, sentence)."""
    problems = _day_problems(written)
    needed = {"forms": "至少写一种写法。", "meaning": "写明它的意思。", "response": "写明遇到它怎么回应。"}
    return problems + [(key, sentence) for key, sentence in needed.items() if not written[key]]


def _day_problems(written: dict[str, Any]) -> list[tuple[str, str]]:
    late = written["verified"] and written["checked_on"] is None
    return [("checked_on", "标了已核，要写明是哪天核的。")] if late else []


def create(author: User, model: type[Reference], written: dict[str, Any]) -> Any:
    """A new draft source or expression with these columns. It may be unfinished."""
    row = model(slug=new_slug("source" if model is Source else "word"), edited=True, **written)
    db.session.add(row)
    note(author, "created", row)
    db.session.flush()
    return row


def change(author: User, row: Reference, opened_on: int | None, written: dict[str, Any]) -> None:
    """Change a source or expression.

    Raises Refused if somebody else changed it since it was opened, or if it is published and would become incomplete.
    """
    begin(row, opened_on)
    before = {name: _plain(getattr(row, name)) for name in written}
    for name, value in written.items():
        setattr(row, name, value)
    still_whole(row)
    note(author, "changed", row, **audit.difference(before, {name: _plain(value) for name, value in written.items()}))
    db.session.flush()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def confirm(author: User, row: Reference, opened_on: int | None, day: date, review_by: date | None) -> None:
    """Note that somebody compared it with the published text on a day, all its clauses, and when it is due again.

    Raises Refused if somebody else changed it since it was opened.
    """
    written: dict[str, Any] = {"verified": True, "checked_on": day, "review_by": review_by}
    if isinstance(row, Source):
        written["clauses"] = [{**clause, "verified": True} for clause in row.clauses]
    change(author, row, opened_on, written)
