"""The lines of an examination paper ⇄ questions: 1. stem, A. options, 答案, 解析; pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from quizzes.exchange.item import Fault, Item
from quizzes.exchange.options import split_options
from quizzes.exchange.reading import Reading
from quizzes.exchange.record import WRITTEN, Record, record_of
from quizzes.exchange.words import kind_of, letters_of, truth_of
from quizzes.models import Kind

_NUMBERED = re.compile(r"(?:第\s*)?(\d{1,4})\s*(?:[.．、)）]|题\s*[.．、:：]?)\s*(?!\d)(.*)", re.DOTALL)
_BRACKETED = re.compile(r"[(（](\d{1,4})[)）]\s*(.*)", re.DOTALL)
_HEADING = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}\s*(?:[、.．:：]|部分)\s*|[(（][一二三四五六七八九十]{1,3}[)）]\s*)?([^（(\s:：]{2,8}题|[^（(\s:：]{2,8}选择)\s*"
    r"(?:[（(:：。].*)?"
)
_UNKNOWN_HEADING = re.compile(r"第?[一二三四五六七八九十]{1,3}\s*(?:[、.．]|部分).{0,10}题")
_INLINE_KIND = re.compile(r"^[\[【(（]\s*([^\]】)）]{2,6}?)\s*[\]】)）]\s*")
_LABELS = {
    "答案": "answer", "正确答案": "answer", "参考答案": "answer", "标准答案": "answer",
    "解析": "explanation", "答案解析": "explanation", "试题解析": "explanation", "题目解析": "explanation",
    "难度": "level", "知识点": "competency", "考点": "competency", "能力": "competency",
    "分值": "marks", "分数": "marks", "依据": "source", "来源": "source", "出处": "source", "陷阱": "trap",
    "题型": "kind", "没答到时": "otherwise",
}  # fmt: skip
_LABELLED = re.compile(
    rf"(?:[【\[]\s*({'|'.join(sorted(_LABELS, key=len, reverse=True))})\s*[】\]]\s*[:：]?"
    rf"|({'|'.join(sorted(_LABELS, key=len, reverse=True))})\s*[:：])\s*(.*)",
    re.DOTALL,
)
_LETTERED = re.compile(r"(?:选项)?([A-Z]{1,2})\s*(讲解|解析|配对)\s*[:：]\s*(.*)", re.DOTALL)
_ANSWER_IN_STEM = re.compile(r"[(（]\s*([A-Za-zＡ-Ｚ][A-Za-zＡ-Ｚ、,，\s]*|对|错|√|×|正确|错误)\s*[)）]")
ONE_BY_ONE = "答案要写在每道题的下面，例如“答案：B”。集中写在文末的答案，请分别移到各题下面。"


@dataclass
class _Paper:
    """Reads a paper a line at a time; a line that begins nothing goes on with what is above it."""

    reading: Reading
    kind: str = ""
    record: Record | None = None
    number: int = 0
    count: int = 0
    blank: int = 0
    """How many empty lines stand above; they count only within a text."""
    field: tuple[str, str] = ("stem", "")
    """Where a line that begins nothing belongs: the name of the text, and its letter where it has one."""

    def line(self, text: str) -> None:
        """Take the next line."""
        text = text.strip()
        if not text:
            self.blank += 1
            return
        known = self._heading(text) or self._question(text)
        if self.record is not None and not known and not (self._labelled(text) or self._options(text)):
            self._add("\n" * self.blank + text)
        self.blank = 0

    def _heading(self, text: str) -> bool:
        match = _HEADING.fullmatch(unicodedata.normalize("NFC", text))
        if match is None or (kind_of(match[1]) is None and not _UNKNOWN_HEADING.match(text)):
            return False
        self.finish()
        self.kind, self.number = match[1], 0
        return True

    def _question(self, text: str) -> bool:
        """Whether a question begins here: with the next number, or with another one where the last is complete."""
        match = _NUMBERED.fullmatch(text) or _BRACKETED.fullmatch(text)
        if match is None:
            return False
        number = int(match[1])
        if not self._complete() and number != self.number + 1:
            return False
        self.finish()
        self.number = number
        self.count += 1
        stem, kind = match[2].strip(), self.kind
        if (inline := _INLINE_KIND.match(stem)) and kind_of(inline[1]):
            stem, kind = stem[inline.end() :], inline[1]
        self.record = Record(place=f"第 {self.count} 题", kind=kind, stem=stem)
        self.field = ("stem", "")
        return True

    def _complete(self) -> bool:
        """Whether the question above has all it needs, so that any number begins another one."""
        above = self.record
        return above is None or bool(
            above.options or above.answer or above.explanation or _ANSWER_IN_STEM.search(above.stem)
        )

    def _labelled(self, text: str) -> bool:
        assert self.record is not None
        if match := _LETTERED.fullmatch(text):
            part = "pairs" if match[2] == "配对" else "reasons"
            getattr(self.record, part)[match[1]] = match[3]
            self.field = (part, match[1])
            return True
        if match := _LABELLED.fullmatch(text):
            name = _LABELS[match[1] or match[2]]
            setattr(self.record, name, match[3])
            self.field = (name, "")
            return True
        return False

    def _options(self, text: str) -> bool:
        """Whether the line holds options: the first ones, or those that come next."""
        assert self.record is not None
        known = len(self.record.options)
        found = split_options("".join(f"{chr(65 + place)}. x " for place in range(min(known, 26))) + text)
        fresh = {name: said for number, (name, said) in enumerate(found.items()) if number >= known}
        if not fresh or self.field[0] not in ("stem", "options", "reasons", "pairs"):
            return False
        self.record.options |= fresh
        self.field = ("options", list(fresh)[-1])
        return True

    def _add(self, text: str) -> None:
        assert self.record is not None
        name, letter = self.field
        if letter:
            rows = getattr(self.record, name)
            rows[letter] = f"{rows[letter]}\n{text}"
        else:
            setattr(self.record, name, f"{getattr(self.record, name)}\n{text}".strip())

    def finish(self) -> None:
        """Hand over the question that was read last."""
        if self.record is not None:
            _take_from_stem(self.record)
            if not self.record.answer and not self.record.pairs:
                self.reading.seen += 1
                self.reading.stop(self.record.place, f"没有找到答案。{ONE_BY_ONE}")
            else:
                self.reading.take(self.record)
        self.record = None


def _take_from_stem(record: Record) -> None:
    """An answer that stands in the bracket of the stem, as in many papers, is taken out of it."""
    if record.answer or record.pairs:
        return
    found = [
        match
        for match in _ANSWER_IN_STEM.finditer(record.stem)
        if truth_of(match[1]) is not None
        or (record.options and set(letters_of(match[1], list(record.options)) or "?") <= set(record.options))
    ]
    if len(found) == 1:
        record.answer = found[0][1]
        record.stem = f"{record.stem[: found[0].start()]}（　）{record.stem[found[0].end() :]}"


def take_lines(lines: Iterable[str], reading: Reading) -> None:
    """Read the questions of a paper."""
    paper = _Paper(reading)
    for line in lines:
        paper.line(line)
    paper.finish()


def looks_like_paper(text: str) -> bool:
    """Whether a text holds a numbered question and an answer."""
    lines = [line.strip() for line in text.splitlines()[:400]]
    numbered = any(_NUMBERED.fullmatch(line) or _BRACKETED.fullmatch(line) for line in lines)
    return numbered and any(
        ((match := _LABELLED.match(line)) and _LABELS[match[1] or match[2]] == "answer") or _ANSWER_IN_STEM.search(line)
        for line in lines
    )


NUMERALS = "一二三四五六七八九十"


def lines_of(items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    """The lines of a paper, as (what it is, text): `heading`, `stem`, or empty. Replies are left out.

    Questions keep their order; a heading stands wherever the kind changes.
    """
    kind, headings = None, 0
    for number, item in enumerate((item for item in items if item.kind in WRITTEN), start=1):
        if item.kind is not kind:
            kind, headings = item.kind, headings + 1
            yield "heading", f"{_numeral(headings)}、{kind.label}" if headings < 100 else kind.label
        record = record_of(item)
        yield "stem", f"{number}. {record.stem}"
        for name, text in record.options.items():
            yield "", f"{name}. {text}"
        for name, text in record.pairs.items():
            yield "", f"{name}配对：{text}"
        for label, name in _WRITTEN_LABELS.items():
            if text := getattr(record, name):
                yield "", f"{label}：{text}"
        for name, text in record.reasons.items():
            yield "", f"{name}讲解：{text}"


_WRITTEN_LABELS = {
    "答案": "answer", "解析": "explanation", "难度": "level", "知识点": "competency",
    "依据": "source", "陷阱": "trap", "没答到时": "otherwise",
}  # fmt: skip


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones - 1]
    return ("" if tens == 1 else NUMERALS[tens - 1]) + "十" + (NUMERALS[ones - 1] if ones else "")


LETTERS = 26
"""How many options a paper can name, A to Z."""
_PLAIN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9，。？！“”《》%…— ]*")
"""Text that no line of a paper can be taken for anything else."""


def comes_back(item: Item) -> bool:
    """Whether a paper gives this question back as it is: lines of it may look like numbers, options or answers."""
    record = record_of(item)
    rows = (*record.options.values(), *record.pairs.values(), *record.reasons.values())
    if len(record.options) <= LETTERS and all(
        map(_PLAIN.fullmatch, (record.stem, record.explanation, record.source, record.otherwise, *rows))
    ):
        return True
    texts = [text for _, text in lines_of([item])]
    reading = Reading()
    take_lines([line for text in texts for line in text.split("\n")], reading)
    return [(one.kind, one.body) for one in reading.items] == [(item.kind, item.body)]


def plain_lost(items: Sequence[Item]) -> tuple[Fault, ...]:
    """What a paper cannot carry of these questions."""
    found = []
    if replies := sum(item.kind is Kind.REPLY for item in items):
        found.append(f"{replies} 道答复题要配着情景做，不写进文件。")
    if changed := sum(item.kind in WRITTEN and not comes_back(item) for item in items):
        found.append(
            f"{changed} 道题有像题号、答案的话，或者选项多于 26 个，再导入时会读错。要再导入，请用 Excel 表格。"
        )
    return tuple(Fault("", sentence, stops=False) for sentence in found)
