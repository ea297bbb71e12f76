"""Questions as a GIFT file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from quizzes.exchange.gift.signs import escaped
from quizzes.exchange.item import Fault, Item
from quizzes.exchange.losses import carried, category_of, common, labels_of, percent, reasons_of_rows, told
from quizzes.exchange.weights import listed, spread
from quizzes.exchange.wildcards import anywhere
from quizzes.models import Kind

_NAME_LENGTH = 40
Body = Mapping[str, Any]


def write(items: Sequence[Item]) -> bytes:
    """The questions that GIFT can carry, in their order, as UTF-8."""
    parts: list[str] = []
    category = ""
    for item in carried(items):
        if (now := category_of(item)) != category:
            category = now
            parts.append(f"$CATEGORY: {category}\n\n")
        parts.append(_question(item))
    return "".join(parts).encode("utf-8", "replace")


def _question(item: Item) -> str:
    body = item.body
    labels = " ".join(f"[tag:{label}]" for label in labels_of(item))
    name = escaped(body["stem"].split("\n")[0][:_NAME_LENGTH].strip())
    first, *lines = _ANSWERS[item.kind](body)
    lines += [f"####{escaped(body['explanation'])}"] if body["explanation"] else []
    if item.kind is Kind.TRUE_FALSE:
        answers = f"{{{first}{''.join(lines)}}}"
    else:
        answers = "\n".join([f"{{{first}", *(f"\t{line}" for line in lines), "}"])
    return f"// {labels}\n::{name}::[plain]{escaped(body['stem'])} {answers}\n\n"


def _reason(text: str) -> str:
    return f"#{escaped(text)}" if text else ""


def _single(body: Body) -> Iterator[str]:
    yield ""
    for option in body["options"]:
        text = escaped(option["text"])
        # A text that begins like a weight gets a weight, so that it is not taken for one.
        weight = ("%100%" if option["correct"] else "%0%") if text.startswith("%") else ""
        yield f"{'=' if option['correct'] else '~'}{weight}{text}{_reason(option['feedback'])}"


def _multiple(body: Body) -> Iterator[str]:
    yield ""
    share = spread(sum(option["correct"] for option in body["options"]))
    for option in body["options"]:
        weight = f"%{'' if option['correct'] else '-'}{share}%"
        yield f"~{weight}{escaped(option['text'])}{_reason(option['feedback'])}"


def _truefalse(body: Body) -> Iterator[str]:
    wrong, right = body["feedback_false"], body["feedback_true"]
    if not body["answer"]:
        wrong, right = right, wrong
    reasons = f"#{escaped(wrong)}{_reason(right)}" if wrong or right else ""
    yield f"{'TRUE' if body['answer'] else 'FALSE'}{reasons}"


def _matching(body: Body) -> Iterator[str]:
    yield ""
    for pair in body["pairs"]:
        yield f"={escaped(pair['left'])} -> {escaped(pair['right'])}"
    for text in body["distractors"]:
        yield f"= -> {escaped(text)}"


def _ordering(body: Body) -> Iterator[str]:
    yield f">{len(body['items'])} ALL VERTICAL LONGEST_ORDERED_SUBSET"
    for row in body["items"]:
        yield escaped(row["text"])


def _short(body: Body) -> Iterator[str]:
    yield ""
    for row in body["accept"]:
        for words in row["any"]:
            yield f"=%{percent(row['fraction'])}%{escaped(anywhere(words))}{_reason(row['feedback'])}"
    if body["otherwise"]:
        yield f"=%0%*{_reason(body['otherwise'])}"


_ANSWERS: dict[Kind, Callable[[Body], Iterator[str]]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.TRUE_FALSE: _truefalse,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.SHORT: _short,
}


def lost(items: Sequence[Item]) -> tuple[Fault, ...]:
    """What GIFT cannot carry of these questions."""
    return told(items, common, _source, reasons_of_rows, _arrows, listed)


def _source(item: Item) -> Iterator[str]:
    if item.kind is not Kind.REPLY and item.body.get("source"):
        yield "依据与出处装不下，没有写进文件。"


def _arrows(item: Item) -> Iterator[str]:
    rows = [*(item.body.get("accept") or ()), *(item.body.get("pairs") or ())]
    if any("->" in str(value) for row in rows for value in row.values()):
        yield "“->” 在 GIFT 里表示连线，这里写成“-\\>”；导进别的系统以后请改回来。"
