"""One question of QTI: what is asked, what is right, and what is said afterwards."""

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from quizzes.exchange.found import BLANK, Found
from quizzes.exchange.losses import grouped
from quizzes.exchange.qti import names
from quizzes.exchange.trees import attribute, children, name_of, text_of, within
from quizzes.models import Kind

_SPOKEN = frozenset({"feedback-inline", "feedback-block", "rubric-block", "stylesheet", "catalog-info", "prompt"})
_CHOICES = frozenset({"simple-choice", "simple-match-set", "simple-associable-choice"})
_OTHERS = {
    "extended-text": "问答题", "inline-choice": "行内选择题", "gap-match": "填空配对题", "hotspot": "点图题",
    "hottext": "点词题", "slider": "滑块题", "upload": "交文件的题", "drawing": "画图题", "graphic-order": "看图排序题",
    "graphic-associate": "看图连线题", "graphic-gap-match": "看图填空题", "position-object": "摆放题",
    "select-point": "点图题", "media": "播放题", "custom": "自定义题", "portable-custom": "自定义题",
}  # fmt: skip


def read_question(
    root: Element, found: Found, place: str, competency: str, difficulty: int | None, described: Mapping[str, str]
) -> None:
    """Add the question of an assessment item, or say why there is none."""
    asked = [element for element in root.iter() if name_of(element).endswith("-interaction")]
    asked = [element for element in asked if name_of(element) != "end-attempt-interaction"]
    if len(asked) != 1:
        found.note(
            place, "里面没有要作答的地方，没有读入。" if not asked else "一道题里要答几处，平台没有这种题型，没有读入。"
        )
        return
    kind = name_of(asked[0]).removesuffix("-interaction")
    if kind not in _READERS:
        found.note(place, f"是{_OTHERS.get(kind, f'“{kind[:30]}”题')}，平台没有这种题型，没有读入。")
        return
    question = _Question(root, asked[0], found, place)
    own_kind, own = _READERS[kind](question)
    body = {**described, "stem": question.stem(), "explanation": question.explanation(), **own}
    found.take(place, own_kind, body, competency=competency, difficulty=difficulty)


class _Question:
    """The parts of an assessment item."""

    def __init__(self, root: Element, asked: Element, found: Found, place: str) -> None:
        self.root, self.asked, self.found, self.place = root, asked, found, place
        wanted = attribute(asked, "response-identifier")
        self.response = next(
            (one for one in children(root, "response-declaration") if attribute(one, "identifier") == wanted),
            Element("response-declaration"),
        )
        self.told = False
        self.shown: set[str] = set()

    def text(self, element: Element | None, skip: frozenset[str] = _SPOKEN, gap: str = "") -> str:
        """Plain text; that pictures are left out is said once."""
        made = text_of(element, skip, gap)
        if made.media and not self.told:
            self.told = True
            self.found.note(self.place, "图片和附件没有读入，原处写着“（图片）”。")
        return str(made)

    def stem(self) -> str:
        """What is asked: the text around the interaction, and its prompt."""
        body = next(iter(children(self.root, "item-body")), None)
        kind = name_of(self.asked)
        around = self.text(body, _SPOKEN | {kind}, BLANK if kind == "text-entry-interaction" else "\n")
        if kind == "text-entry-interaction":
            around = around.removesuffix(BLANK).strip()
        prompt = self.text(next(iter(children(self.asked, "prompt")), None))
        return "\n".join(part for part in (around, prompt) if part) or attribute(self.root, "title")

    def correct(self) -> list[str]:
        """The identifiers, pairs or words that are right, in their order."""
        return [
            (value.text or "").strip()
            for holder in children(self.response, "correct-response")
            for value in children(holder, "value")
        ]

    def mapped(self) -> list[tuple[str, float]]:
        """What responses earn, as far as the question says, in its order."""
        entries = [(attribute(entry, "map-key"), entry) for entry in within(self.response, "map-entry")]
        return [(key, _number(attribute(entry, "mapped-value"))) for key, entry in entries if key]

    def right(self) -> list[str]:
        """What is right, also where only earnings say so."""
        return self.correct() or [key for key, value in self.mapped() if value > 0]

    def reason(self, choice: Element) -> str:
        """What is said of an option: within it, or in a message that bears its identifier."""
        inline = [self.text(said) for said in within(choice, "feedback-inline", "feedback-block")]
        return "\n".join(part for part in inline if part) or self.message(attribute(choice, "identifier"))

    def message(self, identifier: str) -> str:
        """The message behind the question that bears an identifier."""
        for said in children(self.root, "modal-feedback"):
            if attribute(said, "identifier") == identifier:
                self.shown.add(identifier)
                return self.text(said)
        return ""

    def explanation(self) -> str:
        """What is said to everybody at the end: messages that belong to no single answer."""
        return "\n".join(
            text
            for said in children(self.root, "modal-feedback")
            if attribute(said, "identifier") not in self.shown and (text := self.text(said))
        )

    def choices(self, name: str = "simple-choice", within_: Element | None = None) -> dict[str, Element]:
        """Options by their identifier, in their order."""
        holder = self.asked if within_ is None else within_
        return {attribute(choice, "identifier"): choice for choice in within(holder, name)}


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e6 else 0.0


Read = tuple[Kind, dict[str, Any]]


def _choice(question: _Question) -> Read:
    choices, right = question.choices(), question.right()
    if set(choices) == {"true", "false"}:
        reasons = {f"feedback_{key}": question.reason(choice) for key, choice in choices.items()}
        return Kind.TRUE_FALSE, {"answer": right == ["true"] if right else None, **reasons}
    options = [
        {"text": question.text(choice), "correct": key in right, "feedback": question.reason(choice)}
        for key, choice in choices.items()
    ]
    several = attribute(question.response, "cardinality") == "multiple" or len(right) > 1
    return Kind.MULTIPLE if several else Kind.SINGLE, {"options": options}


def _order(question: _Question) -> Read:
    choices, right = question.choices(), question.right()
    keys = [key for key in right if key in choices]
    if set(keys) != set(choices):
        question.found.note(question.place, "只有一部分选项要排进去，多出来的没有读入。")
    return Kind.ORDERING, {"items": [{"text": question.text(choices[key]), "feedback": ""} for key in keys]}


def _match(question: _Question) -> Read:
    sets = children(question.asked, "simple-match-set")
    sides = [question.choices("simple-associable-choice", one) for one in sets]
    lefts, rights = sides if len(sides) == 2 else ({}, {})
    return _pairs(question, lefts, rights)


def _associate(question: _Question) -> Read:
    choices = question.choices("simple-associable-choice")
    firsts = {key.split()[0] for key in question.right() if len(key.split()) == 2}
    lefts = {key: choice for key, choice in choices.items() if key in firsts}
    return _pairs(question, lefts, {key: choice for key, choice in choices.items() if key not in firsts})


def _pairs(question: _Question, lefts: dict[str, Element], rights: dict[str, Element]) -> Read:
    joined: dict[str, str] = {}
    several = False
    for pair in question.right():
        left, _, right = pair.partition(" ")
        if left in lefts and (right := right.strip()) in rights:
            several |= left in joined
            joined.setdefault(left, right)
    if several or set(joined) != set(lefts):
        question.found.note(question.place, "有的左边对着不止一个右边，或者没有右边，只读入一一对应的。")
    pairs = [
        {"left": question.text(lefts[left]), "right": question.text(rights[right]), "feedback": ""}
        for left, right in ((key, joined[key]) for key in lefts if key in joined)
    ]
    spare = [question.text(choice) for key, choice in rights.items() if key not in joined.values()]
    return Kind.MATCHING, {"pairs": pairs, "distractors": spare}


def _text_entry(question: _Question) -> Read:
    rows = _conditions(question)
    if not rows:
        mapped = [(key, value) for key, value in question.mapped() if value > 0]
        most = max((value for _, value in mapped), default=1.0)
        answers = [(key, round(value / most, 7), "") for key, value in mapped]
        answers = answers or [(words, 1.0, "") for words in question.correct() if words]
        rows = grouped(answers)
    return Kind.SHORT, {"accept": rows, "otherwise": question.message(names.OTHERWISE)}


def _conditions(question: _Question) -> list[dict[str, Any]]:
    """Accepted answers as the marking lists them: words to look for, what they earn, which message follows."""
    rows: list[tuple[int, dict[str, Any]]] = []
    for branch in within(question.root, "response-if", "response-else-if"):
        tests = list(within(branch, "substring", "string-match", "match"))
        words = [
            (value.text or "").strip()
            for test in tests
            for value in children(test, "base-value")
            if attribute(value, "base-type") == "string"
        ]
        sets = {
            attribute(one, "identifier"): next(
                ((value.text or "").strip() for value in children(one, "base-value")), ""
            )
            for one in children(branch, "set-outcome-value")
        }
        share = _number(sets.get("SCORE", ""))
        if not words or share <= 0:
            continue
        key = sets.get(names.FEEDBACK, "")
        number = key.removeprefix(names.ACCEPT)
        order = int(number) if key != number and number.isascii() and number.isdigit() else len(rows)
        rows.append((order, {"any": words, "fraction": share, "feedback": question.message(key) if key else ""}))
    most = max([1.0, *(row["fraction"] for _, row in rows)])
    for _, row in rows:
        row["fraction"] = row["fraction"] / most if most > 1 else row["fraction"]
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


_READERS: dict[str, Callable[[_Question], Read]] = {
    "choice": _choice,
    "order": _order,
    "match": _match,
    "associate": _associate,
    "text-entry": _text_entry,
}
