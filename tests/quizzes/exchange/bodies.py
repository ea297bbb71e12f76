"""Questions of every kind that other systems know, as hypothesis makes them up."""

from typing import Any

from hypothesis import strategies as st

from literacy.text import clean
from quizzes.bodies import normalised, question_problems
from quizzes.competencies import COMPETENCIES
from quizzes.exchange.item import Item
from quizzes.models import Kind
from quizzes.traps import TRAPS

SIGNS = [
    *("\\", "\\n", "\\\\", "=", "~", "#", "####", "{", "}", ":", "::", "->", "%50%", "*", "[html]", "[plain]", "//"),
    *(
        "$CATEGORY: x",
        "<b>",
        "</p>",
        "&lt;",
        "&",
        "]]>",
        "<![CDATA[",
        "\n",
        "\n\n",
        "  ",
        "\t",
        '"',
        "'",
        "TRUE",
        "<br>",
    ),
    *("｛甲＝｝", "😀", "第", "一", "a", "\u3000", "\xa0", "@@PLUGINFILE@@/x.png"),
]


def printable(text: str) -> str:
    """What a question may hold: cleaned as every form cleans it, without what no XML can hold."""
    return clean(text).replace("\ufffe", "").replace("\uffff", "").replace("\u2028", "").replace("\u2029", "").strip()


texts = (st.lists(st.sampled_from(SIGNS) | st.text(max_size=4), max_size=6).map("".join) | st.text(max_size=12)).map(
    printable
)
words = texts.filter(bool)
shares = st.sampled_from([1.0, 0.9, 0.5, 0.25, 0.3333333, 0.125]) | st.floats(0.001, 1).map(lambda x: round(x, 7))


def rows(*needed: str, **more: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Two to five rows in which nothing stands twice."""
    row = st.fixed_dictionaries({**dict.fromkeys(needed, words), **more})
    keys = tuple(lambda row, key=key: row[key] for key in needed)
    return st.lists(row, min_size=2, max_size=5, unique_by=keys)


def _one_right(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**option, "correct": number == len(options) // 2} for number, option in enumerate(options)]


def _apart(accept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbours that differ in share or reason: others are one answer."""
    kept: list[dict[str, Any]] = []
    for row in accept:
        if not kept or (kept[-1]["fraction"], kept[-1]["feedback"]) != (row["fraction"], row["feedback"]):
            kept.append(row)
    return kept


options = rows("text", feedback=texts, correct=st.booleans())
OWN: dict[Kind, dict[str, Any]] = {
    Kind.SINGLE: {"options": options.map(_one_right)},
    Kind.MULTIPLE: {"options": options.filter(lambda rows: any(row["correct"] for row in rows))},
    Kind.TRUE_FALSE: {"answer": st.booleans(), "feedback_true": texts, "feedback_false": texts},
    Kind.MATCHING: {"pairs": rows("left", "right", feedback=st.just("")), "distractors": st.lists(words, max_size=2)},
    Kind.ORDERING: {"items": rows("text", feedback=st.just(""))},
    Kind.SHORT: {
        "accept": st.lists(
            st.fixed_dictionaries(
                {"any": st.lists(words, min_size=1, max_size=3), "fraction": shares, "feedback": texts}
            ),
            min_size=1,
            max_size=3,
        ).map(_apart),
        "otherwise": texts,
    },
}


@st.composite
def items(draw: st.DrawFn, *, source: bool = False) -> Item:
    """A complete question of any kind; with a source only where the format carries it."""
    kind = draw(st.sampled_from(list(OWN)))
    common = {
        "stem": words, "explanation": texts, "trap": st.sampled_from(["", *TRAPS]),
        "source": texts if source else st.just(""),
    }  # fmt: skip
    body = normalised(kind, draw(st.fixed_dictionaries({**common, **OWN[kind]})))
    if any(not key.endswith("feedback") for key, _ in question_problems(kind, body)):
        body["distractors"] = []
    return Item(kind, body, draw(st.sampled_from(["", *COMPETENCIES])), draw(st.integers(1, 5)))


banks = st.lists(items(), min_size=1, max_size=4)
