"""Moodle XML: what Moodle's own question banks are carried from one site to another in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from literacy.sheets.decoding import Unreadable
from quizzes.exchange.found import Found, unreadable, weighed
from quizzes.exchange.item import Bank, Fault, Item
from quizzes.exchange.losses import (
    carried,
    category_of,
    common,
    competency_in,
    from_labels,
    grouped,
    labels_of,
    percent,
    reasons_of_rows,
    told,
)  # fmt: skip
from quizzes.exchange.markup import plain
from quizzes.exchange.trees import add, document, indent, name_of, parsed
from quizzes.exchange.weights import listed, spread
from quizzes.exchange.wildcards import EVERYTHING, anywhere, phrase
from quizzes.models import Kind

_OTHERS = {
    "numerical": "数字题", "essay": "问答题", "description": "说明", "cloze": "完形填空题", "multianswer": "完形填空题",
    "calculated": "计算题", "calculatedsimple": "计算题", "calculatedmulti": "计算题", "ddwtos": "拖放题",
    "gapselect": "选词填空题", "ddimageortext": "拖放题", "ddmarker": "拖放题", "randomsamatch": "随机连线题",
}  # fmt: skip
_AS_WRITTEN = frozenset({"plain_text", "markdown"})
_NAME_LENGTH = 60
_TRUE = frozenset({"true", "1"})
_STOCK = ("your answer is", "您的答案", "回答正确", "回答不正确", "部分正确")
Body = Mapping[str, Any]


def read(data: bytes) -> Bank:
    """The questions of a Moodle XML file. Whatever is wrong with it is said; nothing is raised."""
    found = Found()
    try:
        root = parsed(data)
        if name_of(root) != "quiz":
            raise Unreadable("不是 Moodle 题库：最外面一层应当是 quiz。")
        category, number = "", 0
        for element in root.iterfind("question"):
            if element.get("type") == "category":
                category = (element.findtext("category/text") or "").strip()
            else:
                number += 1
                _read_question(_Question(element, found, f"第 {number} 题", category))
    except Unreadable as refused:
        return unreadable(refused)
    return found.bank()


@dataclass
class _Question:
    """One question element, with what its parts say as plain text."""

    element: Element
    found: Found
    place: str
    category: str

    def text(self, path: str, element: Element | None = None, kept: str = "html") -> str:
        """The text at a path; `kept` is its format where it does not say."""
        holder = (self.element if element is None else element).find(path)
        if holder is None:
            return ""
        source = holder.findtext("text") or ("" if len(holder) else holder.text) or ""
        if holder.find("file") is not None:
            self.found.note(self.place, "图片和附件没有读入。")
        if holder.get("format", kept) in _AS_WRITTEN:
            return source.strip()
        made = plain(source)
        if made.media and holder.find("file") is None:
            self.found.note(self.place, "图片和附件没有读入。")
        return str(made)

    def take(self, kind: Kind, **own: Any) -> None:
        """Add it as a question of this kind."""
        tags = [tag.findtext("text") or "" for tag in self.element.iterfind("tags/tag")]
        competency, difficulty, trap = from_labels(tags)
        body = {
            "stem": self.text("questiontext") or self.text("name"),
            "explanation": self.text("generalfeedback"),
            "trap": trap,
            **own,
        }
        self.found.take(
            self.place, kind, body, competency=competency or competency_in(self.category), difficulty=difficulty
        )

    def answers(self) -> list[tuple[Element, float]]:
        """The answers with their fraction, 1 for 100 %."""
        return [(answer, self._share(answer)) for answer in self.element.iterfind("answer")]

    def _share(self, answer: Element) -> float:
        try:
            value = float(Decimal((answer.get("fraction") or "0").strip()) / 100)
        except (InvalidOperation, ValueError):
            self.found.note(self.place, f"答案的得分“{str(answer.get('fraction'))[:20]}”不是数字，当成 0。")
            return 0.0
        return value if -1000 < value < 1000 else 0.0


def _read_question(asked: _Question) -> None:
    kind = (asked.element.get("type") or "").strip().lower()
    if reader := _READERS.get(kind):
        if any(
            _is_own(asked.text(key)) for key in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
        ):
            asked.found.note(asked.place, "整题“答对、答错时”的反馈没有读入，请写到各个选项里。")
        reader(asked)
    else:
        asked.found.note(asked.place, f"是{_OTHERS.get(kind, f'“{kind[:30]}”题')}，平台没有这种题型，没有读入。")


def _is_own(text: str) -> bool:
    """Whether somebody wrote this feedback: Moodle puts stock sentences into every question."""
    return bool(text) and not text.lower().startswith(_STOCK)


def _read_choice(asked: _Question) -> None:
    answers = asked.answers()
    single = (asked.element.findtext("single") or "true").strip().lower() in _TRUE
    right = weighed(asked.found, asked.place, [share for _, share in answers], single=single)
    options = [
        {"text": asked.text(".", answer), "correct": correct, "feedback": asked.text("feedback", answer)}
        for (answer, _), correct in zip(answers, right, strict=True)
    ]
    if single and right.count(True) > 1:
        asked.found.note(asked.place, "单选题有不止一个对的选项，已按多选题读入，请核对。")
        single = False
    asked.take(Kind.SINGLE if single else Kind.MULTIPLE, options=options)


def _read_truefalse(asked: _Question) -> None:
    answer, reasons = None, {"true": "", "false": ""}
    for row, share in asked.answers():
        said = asked.text(".", row).lower()
        if said in reasons:
            reasons[said] = asked.text("feedback", row)
            answer = said == "true" if share >= 0.99 else answer
    asked.take(Kind.TRUE_FALSE, answer=answer, feedback_true=reasons["true"], feedback_false=reasons["false"])


def _read_matching(asked: _Question) -> None:
    pairs, distractors = [], []
    for row in asked.element.iterfind("subquestion"):
        left, right = asked.text(".", row), asked.text("answer", row, "plain_text")
        if left:
            pairs.append({"left": left, "right": right, "feedback": ""})
        elif right:
            distractors.append(right)
    asked.take(Kind.MATCHING, pairs=pairs, distractors=distractors)


def _read_ordering(asked: _Question) -> None:
    rows = sorted(asked.answers(), key=lambda row: row[1])
    asked.take(Kind.ORDERING, items=[{"text": asked.text(".", answer), "feedback": ""} for answer, _ in rows])


def _read_short(asked: _Question) -> None:
    accepted, otherwise, inner, worthless = [], "", False, False
    for answer, share in asked.answers():
        text, reason = (answer.findtext("text") or "").strip(), asked.text("feedback", answer)
        if text == EVERYTHING:
            otherwise = reason
            continue
        words, stars = phrase(text)
        inner |= stars
        worthless |= share <= 0
        if share > 0 and words:
            accepted.append((words, min(1.0, share), reason))
    if inner:
        asked.found.note(asked.place, "答案中间的 * 在这里就是星号，不代表任意文字，请改成几种写法。")
    if worthless:
        asked.found.note(asked.place, "不得分的答案没有读入。")
    asked.take(Kind.SHORT, accept=grouped(accepted), otherwise=otherwise)


_READERS: dict[str, Callable[[_Question], None]] = {
    "multichoice": _read_choice,
    "truefalse": _read_truefalse,
    "matching": _read_matching,
    "match": _read_matching,
    "ordering": _read_ordering,
    "shortanswer": _read_short,
}


# Writing


def write(items: Sequence[Item]) -> bytes:
    """The questions that Moodle can hold, in their order, each in the category of its competency."""
    root = Element("quiz")
    category = ""
    for number, item in enumerate(carried(items), start=1):
        if (now := category_of(item)) != category:
            category = now
            _text(add(add(root, "question", type="category"), "category"), f"$course$/top/{category}")
        _write_question(root, number, item)
    indent(root)
    return document(root)


def _text(holder: Element, text: str) -> None:
    add(holder, "text", text)


def _rich(parent: Element, tag: str, text: str) -> None:
    """A text that Moodle shows as it is written, whatever signs are in it."""
    _text(add(parent, tag, format="plain_text"), text)


def _write_question(root: Element, number: int, item: Item) -> None:
    tag, writer = _WRITERS[item.kind]
    body = item.body
    question = add(root, "question", type=tag)
    name = body["stem"].split("\n")[0][:_NAME_LENGTH].strip()
    _text(add(question, "name"), name or f"第 {number} 题")
    _rich(question, "questiontext", body["stem"])
    _rich(question, "generalfeedback", body["explanation"])
    for key, value in (("defaultgrade", "1"), ("penalty", "0"), ("hidden", "0")):
        add(question, key, value)
    writer(question, body)
    tags = add(question, "tags")
    for label in labels_of(item):
        _text(add(tags, "tag"), label)


def _answer(question: Element, text: str, share: str, reason: str | None, form: str = "plain_text") -> None:
    answer = add(question, "answer", fraction=share, format=form)
    _text(answer, text)
    if reason is not None:
        _rich(answer, "feedback", reason)


def _write_choice(question: Element, body: Body, *, single: bool) -> None:
    add(question, "single", "true" if single else "false")
    add(question, "shuffleanswers", "true")
    add(question, "answernumbering", "ABCD")
    share = "100" if single else spread(sum(option["correct"] for option in body["options"]))
    wrong = "0" if single else f"-{share}"
    for option in body["options"]:
        _answer(question, option["text"], share if option["correct"] else wrong, option["feedback"])


def _write_truefalse(question: Element, body: Body) -> None:
    for said in (True, False):
        reason = body["feedback_true" if said else "feedback_false"]
        share = "100" if body["answer"] is said else "0"
        _answer(question, str(said).lower(), share, reason, "moodle_auto_format")


def _write_matching(question: Element, body: Body) -> None:
    add(question, "shuffleanswers", "true")
    rows = [(pair["left"], pair["right"]) for pair in body["pairs"]]
    for left, right in [*rows, *(("", text) for text in body["distractors"])]:
        row = add(question, "subquestion", format="plain_text")
        _text(row, left)
        _text(add(row, "answer"), right)


def _write_ordering(question: Element, body: Body) -> None:
    settings = {
        "layouttype": "VERTICAL", "selecttype": "ALL", "selectcount": "0", "gradingtype": "LONGEST_ORDERED_SUBSET",
        "showgrading": "SHOW", "numberingstyle": "none",
    }  # fmt: skip
    for key, value in settings.items():
        add(question, key, value)
    for number, row in enumerate(body["items"], start=1):
        _answer(question, row["text"], str(number), None)


def _write_short(question: Element, body: Body) -> None:
    add(question, "usecase", "0")
    for row in body["accept"]:
        for words in row["any"]:
            _answer(question, anywhere(words), percent(row["fraction"]), row["feedback"], "moodle_auto_format")
    if body["otherwise"]:
        _answer(question, EVERYTHING, "0", body["otherwise"], "moodle_auto_format")


_WRITERS: dict[Kind, tuple[str, Callable[[Element, Body], None]]] = {
    Kind.SINGLE: ("multichoice", partial(_write_choice, single=True)),
    Kind.MULTIPLE: ("multichoice", partial(_write_choice, single=False)),
    Kind.TRUE_FALSE: ("truefalse", _write_truefalse),
    Kind.MATCHING: ("matching", _write_matching),
    Kind.ORDERING: ("ordering", _write_ordering),
    Kind.SHORT: ("shortanswer", _write_short),
}


def lost(items: Sequence[Item]) -> tuple[Fault, ...]:
    """What Moodle XML cannot carry of these questions."""
    return told(items, common, _source, reasons_of_rows, listed)


def _source(item: Item) -> Iterator[str]:
    if item.kind is not Kind.REPLY and item.body.get("source"):
        yield "依据与出处装不下，没有写进文件。"
