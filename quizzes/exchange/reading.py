"""From what is written in a table or a paper to questions, and everything that is wrong with it; pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from literacy.text import clean
from quizzes.bodies import normalised, question_problems
from quizzes.exchange.item import Bank, Fault, Item
from quizzes.exchange.record import Record, tidied
from quizzes.exchange.words import competency_of, is_code, kind_of, letter, letters_of, level_of, plain, truth_of
from quizzes.models import Kind
from quizzes.traps import TRAPS

MAX_QUESTIONS = 5000
MAX_TOLD = 500
"""So many places are named one by one; a file with more has one fault throughout."""
LONG_ANSWER = 30
_BLANK = re.compile(r"_{2,}|（\s*）|\(\s*\)|【\s*】")
_SHARE = re.compile(r"([A-Za-z]{1,2})\s*[=:]\s*([\d.]+)\s*%")
_NAMED = 5


class Wrong(Exception):  # noqa: N818  it is an answer, not a failure
    """A question cannot be read. Carries the sentence that says why."""


@dataclass(frozen=True)
class Asking(Bank):
    """A bank whose question types are written as codes. Other systems count them differently: somebody has to say."""

    codes: Mapping[str, str] = field(default_factory=dict)
    """{code: an example of a question that has it}."""


@dataclass
class Reading:
    """Collects the questions of a file and what has to be said of them."""

    meanings: Mapping[str, Kind] = field(default_factory=dict)
    """What the file's codes of question types mean, as far as somebody said it."""
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    seen: int = 0

    def stop(self, place: str, sentence: str) -> None:
        """Say what has to be mended in the file."""
        self.faults.append(Fault(place, sentence))

    def note(self, place: str, sentence: str) -> None:
        """Say something that stops nothing; the same of many questions is said once."""
        self.notes.setdefault(sentence, []).append(place)

    def take(self, record: Record) -> None:
        """Add a question, or say what is wrong with it."""
        record = tidied(record)
        self.seen += 1
        if self.seen > MAX_QUESTIONS:
            return
        try:
            if (kind := self._kind(record)) is not None:
                self._take(record, kind)
        except Wrong as wrong:
            self.stop(record.place, str(wrong))

    def _take(self, record: Record, kind: Kind) -> None:
        own = _OWN[kind](record)
        common = {"stem": record.stem, "explanation": record.explanation, "source": record.source}
        body = normalised(kind, _cleaned({**common, "trap": self._trap(record), **own}))
        for key, sentence in question_problems(kind, body):
            if not key.endswith("feedback"):
                self.stop(record.place, _where(key, record) + sentence)
        for sentence in _remarks(kind, record, body):
            self.note(record.place, sentence)
        self.items.append(Item(kind, body, self._competency(record), self._level(record), record.place))

    def _kind(self, record: Record) -> Kind | None:
        word = plain(record.kind)
        if word in self.meanings:
            return self.meanings[word]
        if is_code(word):
            self.codes.setdefault(word, f"{record.place}：{record.stem[:40]}　答案：{record.answer[:20] or '（空）'}")
            return None
        if kind := kind_of(word):
            return kind
        if word:
            raise Wrong(f"没有题型“{record.kind[:20]}”。可以写：单选、多选、判断、连线、排序、简答。")
        return self._guessed(record)

    def _guessed(self, record: Record) -> Kind:
        """The kind that only this answer can have; a single letter is read as single choice, and that is said."""
        letters = letters_of(record.answer, list(record.options)) or []
        if record.options and letters and set(letters) <= set(record.options) and not record.pairs:
            if len(set(letters)) > 1:
                return Kind.MULTIPLE
            self.note(record.place, "没有写题型，按答案的样子当作单选题。请在下面看看对不对。")
            return Kind.SINGLE
        if not record.options and truth_of(record.answer) is not None:
            return Kind.TRUE_FALSE
        raise Wrong("没有写题型。可以写：单选、多选、判断、连线、排序、简答。")

    def _competency(self, record: Record) -> str:
        if not record.competency:
            return ""
        if not (found := competency_of(record.competency)):
            self.note(record.place, f"知识点“{record.competency[:30]}”不是这里的十八项能力，没有读进来。")
        return found

    def _level(self, record: Record) -> int:
        """1 to 5; 0 where the file says nothing."""
        if not record.level:
            return 0
        if (level := level_of(record.level)) is None:
            self.note(
                record.place, f"难度“{record.level[:20]}”看不懂，没有读进来。可以写 1 到 5，或者容易、中等、困难。"
            )
        return level or 0

    def _trap(self, record: Record) -> str:
        code = record.trap[:3].upper()
        if record.trap and code not in TRAPS:
            self.note(record.place, f"没有陷阱“{record.trap[:20]}”，没有读进来。应当是 T01 到 T15。")
        return code if code in TRAPS else ""

    def bank(self) -> Bank:
        """All of it. A file without a single question cannot be imported."""
        faults = list(self.faults)
        if self.seen > MAX_QUESTIONS:
            faults.insert(0, Fault("", f"文件里有 {self.seen} 道题，一次最多导入 {MAX_QUESTIONS} 道。请分成几个文件。"))
        if not self.seen and not faults:
            faults.append(Fault("", "文件里没有找到题目。"))
        if len(faults) > MAX_TOLD:
            faults = [Fault("", f"一共有 {len(faults)} 处要改，下面是前 {MAX_TOLD} 处。"), *faults[:MAX_TOLD]]
        faults += [Fault(_places(places), sentence, stops=False) for sentence, places in self.notes.items()]
        if self.codes:
            return Asking(tuple(self.items), tuple(faults), self.codes)
        return Bank(tuple(self.items), tuple(faults))


def _places(places: list[str]) -> str:
    named = "、".join(places[:_NAMED])
    return named if len(places) <= _NAMED else f"{named}等 {len(places)} 处"


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(inner) for key, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list) else value


def _where(key: str, record: Record) -> str:
    """Which part of a question a problem is about, in the words of a table; empty where the sentence says it."""
    match = re.match(r"(options|pairs|items|accept|distractors)\[(\d+)\]", key)
    if match is None:
        return ""
    names = list(record.options) if match[1] != "distractors" else []
    number = int(match[2]) - 1
    return f"选项 {names[number] if number < len(names) else letter(number)}："


def _answered(record: Record) -> list[str]:
    """The letters of the answer, each once. An answer may also repeat an option's words."""
    if not record.answer:
        raise Wrong("没有写答案。")
    letters = letters_of(record.answer, list(record.options))
    said = next((key for key, text in record.options.items() if text == record.answer), "")
    if said and letters is not None and letters != [said] and record.answer.isdecimal():
        raise Wrong(f"答案“{record.answer}”是第几个选项，还是选项上写的字？请改成选项的字母。")
    if said and (letters is None or not set(letters) <= record.options.keys()):
        letters = [said]
    if letters is None:
        raise Wrong(f"答案“{record.answer[:20]}”看不懂。写选项的字母，例如 B 或者 ABD。")
    if unknown := [one for one in letters if one not in record.options]:
        raise Wrong(f"答案写了 {unknown[0]}，可是没有选项 {unknown[0]}。")
    return list(dict.fromkeys(letters))


def _choice(record: Record) -> dict[str, Any]:
    if len(record.options) < 2:
        raise Wrong("至少写两个选项。")
    right = _answered(record)
    return {
        "options": [
            {"text": text, "correct": key in right, "feedback": record.reasons.get(key, "")}
            for key, text in record.options.items()
        ]
    }


def _truefalse(record: Record) -> dict[str, Any]:
    said = {key: truth_of(text) for key, text in record.options.items()} or {"A": True, "B": False}
    if set(said.values()) != {True, False} or len(said) != 2:
        raise Wrong("判断题不用写选项；要写，就写“对”和“错”。")
    truth = truth_of(record.answer)
    if truth is None and record.options:
        truth = said.get(plain(record.answer).upper())
    if truth is None:
        raise Wrong(f"判断题的答案“{record.answer[:20]}”不清楚。请写“对”或者“错”。")
    by_truth = {value: record.reasons.get(key, "") for key, value in said.items()}
    return {"answer": truth, "feedback_true": by_truth[True], "feedback_false": by_truth[False]}


def _matching(record: Record) -> dict[str, Any]:
    if not record.pairs:
        raise Wrong("连线题的左边写在“选项A”“选项B”……里，右边写在“配对A”“配对B”……里。")
    if alone := [key for key in record.options if key not in record.pairs]:
        raise Wrong(f"选项 {alone[0]} 没有右边，请在“配对{alone[0]}”里写上。")
    pairs = [
        {"left": left, "right": record.pairs[key], "feedback": record.reasons.get(key, "")}
        for key, left in record.options.items()
    ]
    return {"pairs": pairs, "distractors": [text for key, text in record.pairs.items() if key not in record.options]}


def _ordering(record: Record) -> dict[str, Any]:
    order = _answered(record) if record.answer else list(record.options)
    if len(order) != len(record.options):
        raise Wrong("排序题的答案要把每个选项的字母都写到，例如 CABD；选项已经按对的先后写，答案可以空着。")
    return {"items": [{"text": record.options[key], "feedback": record.reasons.get(key, "")} for key in order]}


def _short(record: Record) -> dict[str, Any]:
    if (blanks := len(_BLANK.findall(record.stem))) > 1:
        raise Wrong(f"题干里有 {blanks} 个空。简答题一道只答一处，请拆成 {blanks} 道。")
    if not record.options:
        spellings = [part.strip() for part in re.split(r"[\n|｜]+", record.answer) if part.strip()]
        if not spellings:
            raise Wrong("没有写答案。")
        accept = [{"any": spellings, "fraction": 1.0, "feedback": record.reasons.get("A", "")}]
        return {"accept": accept, "otherwise": record.otherwise}
    shares = _shares(record)
    accept = [
        {"any": text.split("\n"), "fraction": shares[key], "feedback": record.reasons.get(key, "")}
        for key, text in record.options.items()
    ]
    return {"accept": accept, "otherwise": record.otherwise}


def _shares(record: Record) -> dict[str, float]:
    """The share of the marks that each accepted answer earns; all of them where nothing is said."""
    shares = dict.fromkeys(record.options, 1.0)
    if not record.answer:
        return shares
    written = unicodedata.normalize("NFKC", record.answer)
    found = _SHARE.findall(written)
    if not found or _SHARE.sub("", written).strip(" ;,、\n"):
        raise Wrong(f"答案“{record.answer[:20]}”看不懂。几种答案各得多少分，写成 A=100%；B=50%。")
    for key, number in found:
        try:
            share = float(Decimal(number) / 100)
        except InvalidOperation:
            share = 0
        if key.upper() not in shares:
            raise Wrong(f"答案写了 {key.upper()}，可是没有选项 {key.upper()}。")
        if not 0 < share <= 1:
            raise Wrong(f"{key.upper()} 的得分要大于 0%、不超过 100%。")
        shares[key.upper()] = share
    return shares


_OWN: dict[Kind, Callable[[Record], dict[str, Any]]] = {
    Kind.SINGLE: _choice,
    Kind.MULTIPLE: _choice,
    Kind.TRUE_FALSE: _truefalse,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.SHORT: _short,
}


def _remarks(kind: Kind, record: Record, body: Mapping[str, Any]) -> list[str]:
    """What is not wrong, but the trainer has to know."""
    found = []
    if record.marks:
        found.append("分值没有读进来：一道题几分，在测验里定。")
    if kind is Kind.SHORT and any(len(text) > LONG_ANSWER for row in body["accept"] for text in row["any"]):
        found.append("答案很长，学员很难写得一字不差。导入以后请改成几个关键说法，或者改成别的题型。")
    if kind is not Kind.SHORT and record.otherwise:
        found.append("“没答到时的话”只有简答题用得上，没有读进来。")
    if kind is not Kind.MATCHING and record.pairs:
        found.append("“配对”只有连线题用得上，没有读进来。")
    if kind is Kind.MATCHING and record.answer:
        found.append("连线题的答案就是选项和配对，“答案”一栏没有读进来。")
    if lost := [key for key in record.reasons if key not in _told(kind, record)]:
        found.append(f"选项 {'、'.join(lost)} 的讲解没有对应的选项，没有读进来。")
    return found


def _told(kind: Kind, record: Record) -> set[str]:
    """The letters whose reasons were read."""
    if kind is Kind.TRUE_FALSE and not record.options:
        return {"A", "B"}
    if kind is Kind.SHORT and not record.options:
        return {"A"}
    return set(record.options)
