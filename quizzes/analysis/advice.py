"""What figures mean for the trainer, in plain sentences, each with the rule behind it; pure.

The thresholds stand here by name and on the page in words. They are rules of thumb of the literature, set so that a
question is looked at again, not thrown away: a trainer decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from quizzes.analysis.figures import Choice, Item, Whole
from quizzes.analysis.options import Option
from quizzes.analysis.sums import EMPTY

PEOPLE = 5
"""Below so many people nothing is shown at all."""
ENOUGH = 20
"""Below so many answers figures swing too much for a conclusion."""
EASY = 0.95
"""Facility from which a question tells nothing: nearly everybody has it right (Moodle: “very easy”)."""
HARD = 0.3
"""Facility below which a question is too hard for the group (Ebel & Frisbie 1991 aim at the middle)."""
WEAK = 0.2
"""Discrimination below which Ebel & Frisbie (1991) reject or rewrite a question."""
GOOD = 0.4
"""Discrimination from which they call it very good."""
IDLE = 0.05
"""A wrong option that fewer choose does no work (Haladyna & Downing 1993)."""
MISLEADS = 0.1
"""How much more of the upper third than of the lower may choose a wrong option before it is suspect."""
LOOSE = 0.1
"""How far above blind guessing a facility is still like guessing."""
RELIABLE = 0.7
"""α from which a score may be told to somebody as theirs (Nunnally 1978)."""

RULES: tuple[tuple[str, str], ...] = (
    ("得分率", f"平均拿到这道题几成的分。{EASY:.0%} 以上几乎人人答对，{HARD:.0%} 以下太难。"),
    ("区分度", f"这道题的得分和其他题的得分是不是一致（−1 到 1）。{GOOD:g} 以上很好，{WEAK:g} 以下分不出会和不会。"),
    ("干扰项", f"选的人不到 {IDLE:.0%} 的错项等于没有；高分的人比低分的人更爱选的错项，可能它也有道理。"),
    ("信度 α", f"各题合起来测的是不是同一件事（最高 1）。{RELIABLE:g} 以上，一次的分数比较靠得住；题少，α 自然低。"),
    ("测量误差", "同一个人换一天再做，分数大约会上下差这么多。"),
    ("人数", f"不到 {ENOUGH} 次作答，数字摇摆太大，先别下结论；不到 {PEOPLE} 个人，不显示。"),
)
"""What the figures are called and what they mean, for the page."""


@dataclass(frozen=True)
class Flag:
    """Something to look at: how pressing (serious, minor, info, good), and the sentence."""

    tone: str
    sentence: str


def flags(item: Item, options: Mapping[str, Option], *, one_right: bool = True) -> list[Flag]:
    """What to look at in a question, the most pressing first; one calm word where there is nothing.

    `options` are those that can be chosen, by number; `one_right` says that a single one of them is right.
    """
    if item.count < ENOUGH:
        return [Flag("info", f"答的人太少（不到 {ENOUGH} 次），先别下结论。")]
    found = [*_key(item), *_level(item, options, one_right), *_distractors(item, options, one_right)]
    order = ("serious", "minor", "info")
    return sorted(found, key=lambda flag: order.index(flag.tone)) or [Flag("good", _calm(item))]


def _calm(item: Item) -> str:
    good = item.discrimination is not None and item.discrimination >= GOOD
    return "很能分出会和不会。" if good else "没有看出问题。"


def _key(item: Item) -> list[Flag]:
    """Whether those who have it right are otherwise worse: then the key is doubted first.

    A correlation of nothing swings by about 1/√n; only what lies further below zero counts.
    """
    r = item.discrimination
    if r is None or item.facility >= EASY:
        return []
    if r < -1 / sqrt(item.count):
        return [Flag("serious", "答对的人总分反而低，先查答案对不对。")]
    return [Flag("minor", "分不出会和不会：答对答错的人，总分差不多。")] if r < WEAK else []


def _level(item: Item, options: Mapping[str, Option], one_right: bool) -> list[Flag]:
    if item.facility >= EASY:
        return [Flag("info", "这题几乎人人答对，可以留着开头热身，也可以换一道。")]
    if one_right and options and item.facility <= 1 / len(options) + LOOSE:
        return [Flag("minor", "和瞎猜差不多。看看题干是不是说清楚了，这一课讲到没有。")]
    return [Flag("minor", "太难：大多数人拿不到分。")] if item.facility < HARD else []


def _distractors(item: Item, options: Mapping[str, Option], one_right: bool) -> list[Flag]:
    chosen = {choice.option: choice for choice in item.choices}
    right = max((chosen[key].share for key, option in options.items() if option.correct and key in chosen), default=0.0)
    found: list[Flag] = []
    idle: dict[str, list[str]] = {"无人选": [], "几乎无人选": []}
    for key, option in options.items():
        if option.correct:
            continue
        choice = chosen.get(key, Choice(key, 0, 0.0, 0.0, 0.0))
        name = f"“{_short(option.text)}”"
        if one_right and choice.share > right:
            found.append(Flag("serious", f"选错项{name}的比选对的还多，先查答案对不对。"))
        elif choice.upper - choice.lower >= MISLEADS:
            found.append(Flag("minor", f"错项{name}，高分的人反而更爱选，看看它是不是也有道理。"))
        elif choice.share < IDLE and item.facility < EASY and len(options) > 2:
            idle["几乎无人选" if choice.count else "无人选"].append(name)
    said = "，".join(f"{'、'.join(names)}{word}" for word, names in idle.items() if names)
    return [*found, Flag("info", f"干扰项{said}，可以换一个更像的。")] if said else found


def _short(text: str, most: int = 14) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def on_whole(whole: Whole, *, mixed: bool) -> list[Flag]:
    """What to know of the quiz as a whole. `mixed`: not everybody was asked the same questions."""
    found = []
    if whole.count < ENOUGH:
        found.append(Flag("info", f"作答不到 {ENOUGH} 次，下面的数字只供留意，先别下结论。"))
    if whole.alpha is not None and whole.count >= ENOUGH:
        if whole.alpha < 0:
            found.append(Flag("serious", "各题互相抵触（α 小于 0）：多半有题的答案定反了，先看标出来的题。"))
        elif whole.alpha < RELIABLE:
            found.append(Flag("minor", "一次的分数还不太靠得住：题少，或者各题考的不是一件事。别只凭这一次定高下。"))
        else:
            found.append(Flag("good", "各题考的是同一件事，分数比较靠得住。"))
    if mixed:
        found.append(Flag("info", f"测验换过题目，信度只按题目相同的那 {whole.alpha_count} 次算。"))
    return found


def unanswered(item: Item) -> float:
    """The share of those who left the question open."""
    return next((choice.share for choice in item.choices if choice.option == EMPTY), 0.0)
