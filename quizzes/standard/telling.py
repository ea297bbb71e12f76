"""A rubric as its pages show it: patterns, elements, cues and changes in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.rubric import Rubric
from quizzes.rubric.changes import FIGURES, Changes, Laid, base_cues, figure, split
from quizzes.rubric.rules import RuleData, load_rule_data
from quizzes.rubric.wording import CueWords, condition_words, cue_words

LEVELS = {"redline": "红线", "serious": "严重", "minor": "一般"}
PARTS = {
    "name": "名称",
    "criterion": "判据",
    "reason": "为什么不妥",
    "better": "可以怎样写",
    "norm": "依据",
    "advice": "缺少时的建议",
}
STRUCTURAL = {
    "boilerplate": "看整条答复：官话占多大分量，有没有做法、时限、渠道。不靠单条线索。",
    "template_error": "看整条答复：有没有没填的空、认错的人、没写完的话、重复的段落。不靠单条线索。",
    "transfer_only": "线索说中以后，还要看整条：有时限、渠道、后续或做法的，不算。",
    "vague_timing": "线索说中以后，还要看整条：写了日期、或者来信不是问时间而答复有实在内容的，不算。",
    "non_answer": "另外看整条：和帖文、事实都对不上的，也算。有严重问题时不再另算这一类。",
    "restate": "看来信里的事有没有在答复里出现，不靠线索。",
    "basis": "除了线索，把已知的事实写进答复也算。",
    "owner": "除了线索，末尾有单位落款也算。",
}


@dataclass(frozen=True)
class CueShown:
    """A cue on its page."""

    key: str
    number: int
    words: CueWords
    cue: Mapping[str, Any]
    state: str
    """“”, “new”, “changed” or “off”: how it differs from the shipped files."""
    examples: dict[str, Any] | None = None


def cues_shown(owner: str, laid: Laid, changes: Changes, examples: Mapping[str, Any]) -> list[CueShown]:
    """The cues of a pattern or element in order, those that are switched off last."""
    sets = laid.data.sets
    shown: list[CueShown] = []
    for key, cue in laid.cues[owner].items():
        change = changes.get(f"cues.{owner}.{key}")
        state = "" if change is None else "new" if change["was"] is None else "changed"
        shown.append(CueShown(key, len(shown) + 1, cue_words(cue, sets), cue, state, examples.get(key)))
    for at, change in sorted(changes.items()):
        kind, of, key = split(at)
        if kind == "cues" and of == owner and change["now"] is None:
            shown.append(CueShown(key, len(shown) + 1, cue_words(change["was"], sets), change["was"], "off"))
    return shown


@dataclass(frozen=True)
class ChangeShown:
    """One change as a line of a list: where, what it was, what it is."""

    at: str
    where: str
    was: str
    now: str
    owner: str = ""
    kind: str = ""
    """“patterns” or “elements”, where the change belongs to one."""


def changes_shown(changes: Changes, data: RuleData | None = None) -> list[ChangeShown]:
    """A change set in words, by pattern and element."""
    data = data or load_rule_data()
    return [_change(at, change, data) for at, change in sorted(changes.items(), key=lambda item: _order(item[0], data))]


def _order(at: str, data: RuleData) -> tuple[int, str]:
    kind, owner, _ = split(at)
    order = [*data.patterns, *data.elements]
    return (-1 if kind == "figures" else order.index(owner) if owner in order else len(order)), at


def _change(at: str, change: Mapping[str, Any], data: RuleData) -> ChangeShown:
    kind, owner, name = split(at)
    if kind == "figures":
        key = f"{owner}.{name}".rstrip(".")
        return ChangeShown(at, FIGURES[key][0] if key in FIGURES else key, f"{change['was']} 分", f"{change['now']} 分")
    part = "patterns" if owner in data.patterns else "elements"
    given = (data.patterns.get(owner) or data.elements.get(owner) or {}).get("name", owner)
    if kind != "cues":
        return ChangeShown(at, f"{given}：{PARTS.get(name, name)}", str(change["was"]), str(change["now"]), owner, part)
    was, now = (cue_line(change[side]) if change[side] else "" for side in ("was", "now"))
    numbers = {key: number for number, key in enumerate(base_cues(data).get(owner, {}), start=1)}
    word = "新线索" if change["was"] is None else f"线索 {numbers[name]}" if name in numbers else "线索"
    return ChangeShown(at, f"{given}：{word}", was or "（没有）", now or "（停用）", owner, part)


def cue_line(cue: Mapping[str, Any]) -> str:
    """A cue as it is written, in one paragraph: for comparing before and after."""
    parts = [" / ".join(cue["say"])]
    for key, word in (
        ("near", "同句要有"),
        ("not_near", "同句不能有"),
        ("said", "全文要有"),
        ("unsaid", "全文不能有"),
    ):
        if cue.get(key):
            parts.append(f"{word}：{' / '.join(cue[key])}")
    for key, word in (("when", "只在"), ("unless", "除非")):
        if cue.get(key):
            parts.append(f"{word}：{'、'.join(map(condition_words, cue[key]))}")
    flags = (
        ("weak", "弱线索"),
        ("quoted", "引号里也算"),
        ("fresh", "来信用过的不算"),
        ("whole", "标整句"),
        ("sure", "不问模型"),
    )
    parts += [word for key, word in flags if cue.get(key)]
    parts += ["否定也算"] if cue.get("denial", True) is False else []
    parts += [f"{word}：{cue[key]}" for key, word in (("reason", "理由"), ("better", "改法")) if cue.get(key)]
    return "；".join(parts)


def figures_shown(laid: Laid) -> list[tuple[str, int]]:
    """The figures of the arithmetic, as (label, value)."""
    return [(label, figure(laid.data.head, name)) for name, (label, _, _) in FIGURES.items()]


def names_of(rubric: Rubric) -> dict[str, str]:
    """What every pattern and element is called."""
    return {id_: one.name for part in (rubric.patterns, rubric.elements) for id_, one in part.items()}
