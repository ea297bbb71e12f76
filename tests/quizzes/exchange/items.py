"""Questions of every kind, at random, for tests of files."""

from typing import Any

from hypothesis import strategies as st

from literacy.text import clean
from quizzes.bodies import normalised, question_problems
from quizzes.competencies import COMPETENCIES
from quizzes.exchange.item import Item
from quizzes.exchange.record import WRITTEN
from quizzes.models import Kind
from quizzes.traps import TRAPS

_SIGNS = "网感ABCabc123=+-@'\"_x0041_，、。；：|｜/\\<>&%（）()[]【】{}~#→ \n\t１Ａ　😀"
anything = (
    st.text(st.one_of(st.sampled_from(_SIGNS), st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"))), max_size=30)
    .map(clean)
    .map(str.strip)
)
"""Any text that a page would take in."""
prose = st.text("网感实训平台回复群众一件事办好了说清楚", min_size=1, max_size=12)
"""Text that no paper takes for something else."""


def _lines(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return texts.map(lambda text: " ".join(text.split("\n"))).map(str.strip)


def _own(kind: Kind, texts: st.SearchStrategy[str], full: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    rows = st.lists(st.tuples(full, texts), min_size=2, max_size=29, unique_by=lambda row: row[0])
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        return st.tuples(rows, st.lists(st.integers(0, 28), min_size=1, max_size=5)).map(
            lambda drawn: _choice(kind, *drawn)
        )
    if kind is Kind.TRUE_FALSE:
        return st.fixed_dictionaries({"answer": st.booleans(), "feedback_true": texts, "feedback_false": texts})
    if kind is Kind.MATCHING:
        pairs = st.lists(
            st.tuples(full, full, texts), min_size=2, max_size=12, unique_by=(lambda row: row[0], lambda row: row[1])
        )
        return st.tuples(pairs, st.lists(full, max_size=3, unique=True)).map(lambda drawn: _pairs(*drawn))
    if kind is Kind.ORDERING:
        return rows.map(lambda drawn: {"items": [{"text": text, "feedback": why} for text, why in drawn]})
    accepted = st.fixed_dictionaries(
        {
            "any": st.lists(_lines(full).filter(bool), min_size=1, max_size=3),
            "fraction": st.one_of(st.just(1.0), st.floats(1e-9, 1.0)),
            "feedback": texts,
        }
    )
    return st.fixed_dictionaries({"accept": st.lists(accepted, min_size=1, max_size=4), "otherwise": texts})


def _choice(kind: Kind, rows: list[tuple[str, str]], right: list[int]) -> dict[str, Any]:
    places = {place % len(rows) for place in right}
    places = {min(places)} if kind is Kind.SINGLE else places
    return {
        "options": [
            {"text": text, "correct": place in places, "feedback": why} for place, (text, why) in enumerate(rows)
        ]
    }


def _pairs(pairs: list[tuple[str, str, str]], distractors: list[str]) -> dict[str, Any]:
    rights = {right for _, right, _ in pairs}
    return {
        "pairs": [{"left": left, "right": right, "feedback": why} for left, right, why in pairs],
        "distractors": [text for text in distractors if text not in rights],
    }


@st.composite
def items(draw: Any, texts: st.SearchStrategy[str] = anything) -> Item:
    """A complete question of any kind that a table or paper holds."""
    kind = draw(st.sampled_from(sorted(WRITTEN)))
    full = texts.filter(bool)
    body = {"stem": draw(full), "explanation": draw(texts), "source": draw(texts), **draw(_own(kind, texts, full))}
    body["trap"] = draw(st.sampled_from(["", *TRAPS]))
    whole = normalised(kind, body)
    problems = [sentence for key, sentence in question_problems(kind, whole) if not key.endswith("feedback")]
    assert not problems, problems
    return Item(kind, whole, draw(st.sampled_from(["", *COMPETENCIES])), draw(st.integers(1, 5)))
