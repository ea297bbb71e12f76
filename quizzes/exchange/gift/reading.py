"""A GIFT file as questions."""

import re
from dataclasses import dataclass
from itertools import pairwise

from literacy.sheets.decoding import Unreadable, decoded
from quizzes.exchange.found import BLANK, Found, unreadable, weighed
from quizzes.exchange.gift.blocks import Block, blocks
from quizzes.exchange.gift.signs import FORMAT, FULL_WIDTH, cut, signs, unescaped
from quizzes.exchange.item import Bank
from quizzes.exchange.losses import competency_in, from_labels, grouped, share
from quizzes.exchange.markup import HTML, plain
from quizzes.exchange.wildcards import EVERYTHING, phrase
from quizzes.models import Kind

_TITLE = re.compile(r"\s*::((?:\\.|(?!::).)*)::", re.DOTALL)
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{0,8})?)%", re.ASCII)
_TRUTH = re.compile(r"\s*(TRUE|FALSE|T|F)\s*(?=#|$)", re.I)
_ORDERING = re.compile(
    r"\s*>\s*\d*[ \t]*(?:(?:ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG)\b)?"
    r"[ \t]*(?:(?:HORIZONTAL|HORI|H|VERTICAL|VERT|V|[01])\b)?"
    r"[ \t]*(?:(?:ALL_OR_NOTHING|ABSOLUTE_POSITION|ABSOLUTE|ABS|LONGEST_\w+|RELATIVE\w*|REL)\b)?"
    r"[ \t]*(?:(?:SHOW|HIDE|TRUE|FALSE|YES|NO|[01])\b)?[ \t]*(?:(?:NUMBERING_)?(?:none|abc|123|iii)\b)?",
    re.I | re.ASCII,
)
_FULL_BRACES = re.compile(r"｛.*?｝", re.DOTALL)


def read(data: bytes) -> Bank:
    """The questions of a GIFT file. Whatever is wrong with it is said; nothing is raised."""
    found = Found()
    try:
        for number, block in enumerate(blocks(decoded(data)), start=1):
            _Question(found, block, f"第 {number} 题（第 {block.line} 行）").read()
    except Unreadable as refused:
        return unreadable(refused)
    return found.bank()


@dataclass
class _Answer:
    """One answer between the braces: its sign (= right, ~ wrong), weight, text and reason, as they are written."""

    sign: str
    raw: str
    weight: str | None
    text: str
    reason: str

    @property
    def share(self) -> float:
        """The share of the marks that it earns."""
        if self.weight is not None:
            return share(self.weight)
        return 1.0 if self.sign == "=" else 0.0


class _Question:
    """Reads one question into what was found."""

    def __init__(self, found: Found, block: Block, place: str) -> None:
        self.found, self.block, self.place = found, block, place
        self.format = "moodle"
        self.title = self.stem = self.explanation = ""

    def read(self) -> None:
        """Add the question, or say why there is none."""
        parts = self._parts()
        if parts is None:
            return
        before, inside, after = parts
        if title := _TITLE.match(before):
            self.title, before = unescaped(title[1]).strip(), before[title.end() :]
        if marked := FORMAT.match(before):
            self.format, before = marked[1], before[marked.end() :]
        gap = f"{before.rstrip()} {BLANK} {after.strip()}" if after.strip() else before
        self.stem = self._text(gap) or self.title
        inside, general = cut(inside, "####")
        self.explanation = self._text(general or "")
        self._kind(inside.strip())

    def _parts(self) -> tuple[str, str, str] | None:
        """What stands before the braces, between and behind them."""
        text = self.block.text
        if not [*signs(text, "{")] and _FULL_BRACES.search(text):
            text = _FULL_BRACES.sub(lambda match: match[0].translate(FULL_WIDTH), text)
            self.found.note(self.place, "用了中文输入法的｛｝＝～，已当成英文的 { } = ~ 读入，请核对。")
        braces = [*signs(text, "{", "}")]
        if not braces:
            self.found.note(self.place, "没有花括号里的答案，只是一段说明，没有读入。")
            return None
        if [sign for _, sign in braces] != ["{", "}"]:
            more = len(braces) > 2
            self.found.stop(
                self.place,
                "一道题只能有一处花括号。" if more else "花括号没有成对：答案要写在 { 和 } 之间，题目之间空一行。",
            )
            return None
        (start, _), (end, _) = braces
        return text[:start], text[start + 1 : end], text[end + 1 :]

    def _text(self, raw: str) -> str:
        """A text as people read it."""
        kind = self.format
        if marked := FORMAT.match(raw):
            kind, raw = marked[1], raw[marked.end() :]
        text = unescaped(raw.strip())
        if kind == "html" or (kind == "moodle" and HTML.search(text)):
            made = plain(text)
            if made.media:
                self.found.note(self.place, "图片和附件没有读入，原处写着“（图片）”。")
            return str(made)
        return text.strip()

    def _kind(self, inside: str) -> None:
        """Read the answers by the first rule that fits, in Moodle's order."""
        held = {sign for _, sign in signs(inside, "=", "~", "->", "#")}
        if inside.startswith(">"):
            self._ordering(inside)
        elif not inside:
            self.found.note(self.place, "是问答题（花括号里没有答案），平台不能自动判分，没有读入。")
        elif inside.startswith("#"):
            self.found.note(self.place, "是数字题，平台没有这种题型，没有读入。")
        elif "~" in held:
            self._choice(inside)
        elif "=" in held and "->" in held and self._matching(inside):
            return
        elif truth := _TRUTH.match(inside):
            self._truefalse(truth[1].upper().startswith("T"), inside[truth.end() :])
        elif "=" in held:
            self._short(inside)
        else:
            self.found.stop(self.place, "花括号里没有答案：每个答案前面要写 = 或 ~，判断题写 TRUE 或 FALSE。")

    def _take(self, kind: Kind, **body: object) -> None:
        competency, difficulty, trap = from_labels(self.block.tags)
        self.found.take(
            self.place,
            kind,
            {"stem": self.stem, "explanation": self.explanation, "trap": trap, **body},
            competency=competency or competency_in(self.block.category),
            difficulty=difficulty,
        )

    def _answers(self, inside: str) -> list[_Answer]:
        places = [*signs(inside, "=", "~"), (len(inside), "")]
        if before := inside[: places[0][0]].strip():
            self.found.note(self.place, f"第一个答案前面的“{before[:20]}”没有 = 或 ~，没有读入。")
        answers = []
        for (start, sign), (end, _) in pairwise(places):
            raw = inside[start + 1 : end]
            weight = _WEIGHT.match(raw)
            text, reason = cut(raw[weight.end() :] if weight else raw, "#")
            answers.append(_Answer(sign, raw, weight[1] if weight else None, text, self._text(reason or "")))
        return answers

    def _choice(self, inside: str) -> None:
        answers = self._answers(inside)
        marked = sum(answer.sign == "=" for answer in answers)
        if marked > 1:
            self.found.note(self.place, "不止一个答案标了 =，已按多选题读入，请核对。")
        right = weighed(self.found, self.place, [answer.share for answer in answers], single=marked == 1)
        options = [
            {"text": self._text(answer.text), "correct": correct, "feedback": answer.reason}
            for answer, correct in zip(answers, right, strict=True)
        ]
        self._take(Kind.SINGLE if marked == 1 and right.count(True) == 1 else Kind.MULTIPLE, options=options)

    def _truefalse(self, answer: bool, rest: str) -> None:
        wrong, right = cut(rest.removeprefix("#"), "#")
        reasons = (self._text(right or ""), self._text(wrong))
        for_true, for_false = reasons if answer else reasons[::-1]
        self._take(Kind.TRUE_FALSE, answer=answer, feedback_true=for_true, feedback_false=for_false)

    def _matching(self, inside: str) -> bool:
        """Read pairs; gives False where an answer is none, which makes it a short answer."""
        raws = [cut(answer.raw, "->") for answer in self._answers(inside)]
        if any(right is None for _, right in raws):
            return False
        rows = [(self._text(left), self._text(right or "")) for left, right in raws]
        pairs = [{"left": left, "right": right, "feedback": ""} for left, right in rows if left]
        self._take(Kind.MATCHING, pairs=pairs, distractors=[right for left, right in rows if not left])
        return True

    def _ordering(self, inside: str) -> None:
        head = _ORDERING.match(inside)
        rest = inside[head.end() if head else 1 :]
        if [*signs(rest, "=")]:
            texts = [self._text(answer.raw) for answer in self._answers(rest)]
        else:
            texts = [self._text(line) for line in rest.split("\n")]
        self._take(Kind.ORDERING, items=[{"text": text, "feedback": ""} for text in texts if text])

    def _short(self, inside: str) -> None:
        accepted, otherwise, inner, worthless = [], "", False, False
        for answer in self._answers(inside):
            text = self._text(answer.text)
            if text == EVERYTHING:
                otherwise = answer.reason
                continue
            words, stars = phrase(text)
            inner |= stars
            worthless |= answer.share <= 0
            if answer.share > 0 and words:
                accepted.append((words, min(1.0, answer.share), answer.reason))
        if inner:
            self.found.note(self.place, "答案中间的 * 在这里就是星号，不代表任意文字，请改成几种写法。")
        if worthless:
            self.found.note(self.place, "不得分的答案没有读入。")
        self._take(Kind.SHORT, accept=grouped(accepted), otherwise=otherwise)
