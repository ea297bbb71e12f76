"""Rules in words: what a phrase, a cue, a condition says, as a sentence that a trainer reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from quizzes.rubric.phrase_tree import Choice, Edge, Gap, Named, Part, Sequence, Text, names_in, read_phrase

_WRITTEN_OUT = 8
"""Up to so many spellings stand there one by one; more are told part by part."""

SHAPE_WORDS = {
    "数": "一个数目",
    "位数": "一到六位数字",
    "日期": "日期",
    "年份": "年份（某年、明年）",
    "时长": "时长（几天、几个工作日）",
    "时点": "时间（明天、本周、18点）",
    "电话": "电话号码",
    "条文": "法规名称或条号",
    "金额": "金额",
    "某名": "张某这样的名字",
    "全名": "人名",
    "称名": "带称呼的人名（李女士）",
    "三字名": "三个字的人名",
    "手机号": "手机号",
}

CONDITION_WORDS = {
    "always": "任何情况",
    "misdirected": "答复是写给别人、别的事的",
    "beside_the_matter": "通篇没有说到来信的事",
    "misnamed": "说成了另一件事",
    "dated": "写了日期或时间",
    "substantial": "有具体的数字、事实或做法",
    "informed": "把已知的事实告诉了对方",
    "ignores_facts": "已知的事实一样也没有说",
    "touched": "说到了已知的事实",
    "short": "答复不到 30 个字",
    "brief": "答复不到 60 个字",
    "phone": "留了电话",
    "way_out": "留了联系渠道或时限",
    "handed_over": "已经移交给别的单位",
    "referred_with_care": "移交了，并且有渠道、时限或后续反馈",
    "served": "有做法，也有依据",
    "handled": "写明了做法",
    "transferred": "只是转给了别处",
    "asks_when": "来信问的是什么时候",
    "off_when": "已经解释清楚，来信也不是问时间",
    "explained": "有一段实在的解释",
    "answered_apart": "几封答复接在一起，其中有一封说了实在的话",
    "hollow": "答复是空的，或者是没填的模板",
    "unnamed_transfer": "转给了“相关部门”，别的什么也没说",
    "playful": "事情轻松，该答的也答了",
    "plain_question": "来信只是问一件事，没有抱怨",
    "consultation": "来信的标题是咨询，没有投诉和要求",
    "unheeded_emergency": "来信里有险情，答复没有先处置",
    "no_topic": "没有用到来信里的任何词",
}
ELEMENT_WORDS = {
    "acknowledge": "致意共情",
    "restate": "回应诉求",
    "basis": "事实依据",
    "action": "具体措施",
    "owner": "责任主体",
    "deadline": "明确时限",
    "contact": "联系渠道",
    "follow_up": "后续反馈",
}
LIST_WORDS = {
    "stock_phrases": "官话套话",
    "courtesies": "客套话",
    "formal": "留言板上成文的套式（收悉、回复如下、特此回复）",
    "handed_over": "已经移交的说法",
    "transfers": "转办的说法",
    "nameless": "“相关部门”这样的说法",
    "questions": "提问的话",
    "grievances": "投诉、抱怨的话",
    "emergencies": "险情",
    "supposed": "假设的危险",
    "rescue": "先处置的话",
    "grave_matters": "严肃的事（伤病、灾害、欠薪这类）",
    "praise": "表扬、感谢",
}


def condition_words(name: str) -> str:
    """A named condition as part of a sentence."""
    kind, _, rest = name.partition(":")
    if not rest:
        return CONDITION_WORDS.get(name, name)
    if kind == "no":
        return f"不是“{condition_words(rest)}”"
    if kind == "has":
        return f"已有{ELEMENT_WORDS.get(rest, rest)}"
    return f"{'来信' if kind == 'post' else '答复'}里有{LIST_WORDS.get(rest, rest)}"


def phrase_words(source: str, sets: Mapping[str, Any]) -> str:
    """A phrase in words: 「“尽快”或“适时”，后面 6 个字以内有“处理”或“答复”」."""
    spellings = [_spellings(parts) for parts in read_phrase(source, sets)]
    if all(said is not None for said in spellings):
        flat = [word for said in spellings for word in said or ()]
        return _listed(flat)
    return "；或者：".join(_sequence(parts) for parts in read_phrase(source, sets))


def sets_used(sources: Iterable[str], sets: Mapping[str, Any]) -> list[str]:
    """The named sets of words (not shapes) that phrases use, each once, in order of appearance."""
    used = (name for source in sources for name in names_in(read_phrase(source, sets)))
    return [name for name in dict.fromkeys(used) if name in sets]


def _quoted(word: str) -> str:
    return f"“{word}”"


def _listed(words: Iterable[str]) -> str:
    """Some words of which one is enough."""
    quoted = [_quoted(word) for word in dict.fromkeys(words)]
    if len(quoted) <= 2:
        return "或".join(quoted)
    return f"{'、'.join(quoted[:-1])}或{quoted[-1]}"


def _spellings(parts: Sequence) -> list[str] | None:
    """Every way of writing a part without gaps, if they are few enough to be read; None otherwise."""
    each: list[list[str]] = []
    for part in parts:
        if isinstance(part, Text):
            each.append([part.said])
        elif isinstance(part, Choice):
            found = [_spellings(branch) for branch in part.branches]
            if any(said is None for said in found):
                return None
            each.append([*(word for said in found for word in said or ()), *([""] if part.optional else [])])
        else:
            return None
    count = 1
    for words in each:
        count *= len(words)
    # One list of alternatives reads well however long it is; two that multiply do not.
    if count > _WRITTEN_OUT and sum(len(words) > 1 for words in each) > 1:
        return None
    return ["".join(chosen) for chosen in product(*each)]


def _sequence(parts: Sequence) -> str:
    """A sequence piece by piece: what stands together first, then how far on the next piece may be."""
    said, gap = "", None
    run: list[Part] = []
    ends: list[tuple[int | None, list[Part]]] = []
    for part in parts:
        if isinstance(part, Gap):
            ends.append((gap, run))
            run, gap = [], part.width
        else:
            run.append(part)
    ends.append((gap, run))
    for width, pieces in ends:
        text = _run(tuple(pieces))
        if width is None:
            said = text
        elif not text:
            said += f"，再往后最多 {width} 个字"
        elif not said:
            said = f"前面最多隔 {width} 个字的{text}"
        else:
            said += f"，后面 {width} 个字以内有{text}"
    return said


def _run(parts: Sequence) -> str:
    """Pieces that stand side by side."""
    at_start = bool(parts) and parts[0] == Edge(start=True)
    at_end = len(parts) > at_start and parts[-1] == Edge(start=False)
    inner = parts[at_start : len(parts) - at_end]
    words = _spellings(inner) if inner else []
    text = _listed(words) if words else "紧接着".join(_piece(part) for part in inner)
    return f"{'小句开头的' if at_start else ''}{text}{'（说到这里小句就完了）' if at_end else ''}"


def _piece(part: Part) -> str:
    if isinstance(part, Text):
        return _quoted(part.said)
    if isinstance(part, Named):
        return f"〔{part.name}〕" if part.name not in SHAPE_WORDS else f"〔{SHAPE_WORDS[part.name]}〕"
    if isinstance(part, Edge):
        return "〔小句边上〕"
    if isinstance(part, Gap):
        return f"〔隔最多 {part.width} 个字〕"
    plain: list[str] = []
    others: list[str] = []
    for branch in part.branches:
        words = _spellings(branch)
        if words is None:
            others.append(_piece(branch[0]) if len(branch) == 1 else f"（{_sequence(branch)}）")
        else:
            plain += words
    text = "或".join([*([_listed(plain)] if plain else []), *others])
    return f"（可有可无的{text}）" if part.optional else text


@dataclass(frozen=True)
class CueWords:
    """A cue in words: what is looked for (one of these), and under which circumstances it counts."""

    phrases: tuple[str, ...]
    conditions: tuple[str, ...]
    sets: tuple[tuple[str, str], ...]
    """The named sets it uses, as (name, words)."""
    weak: bool


def cue_words(cue: Mapping[str, Any], sets: Mapping[str, Any]) -> CueWords:
    """A cue of the rule files (lists, see ``changes.plain``) in words."""

    def said(key: str) -> str:
        return "；".join(phrase_words(source, sets) for source in cue.get(key) or ())

    told = []
    if near := said("near"):
        told.append(f"同一句里还要有：{near}。")
    if not_near := said("not_near"):
        told.append(f"同一句里有这些就不算：{not_near}。")
    if anywhere := said("said"):
        told.append(f"整条答复里还要有：{anywhere}。")
    if nowhere := said("unsaid"):
        told.append(f"整条答复里有这些就不算：{nowhere}。")
    if when := cue.get("when"):
        told.append(f"只在这种情况下算：{'，并且'.join(map(condition_words, when))}。")
    if unless := cue.get("unless"):
        told.append(f"这种情况不算：{'；或者'.join(map(condition_words, unless))}。")
    denied = "前面有“不”“绝不”这样的否定，或者是在为过去的话道歉，不算。"
    told.append(denied if cue.get("denial", True) else "前面有“不”“绝不”这样的否定，照样算。")
    quoted = "在引号里、转述别人的话、照抄来信的话，照样算。"
    told.append(quoted if cue.get("quoted") else "在引号里、转述别人的话、照抄来信的话，不算。")
    if cue.get("fresh"):
        told.append("来信自己写过的词，不算。")
    if cue.get("whole"):
        told.append("说中了，标出整句话。")
    told.append(
        "说中了就算，不问统计模型。" if cue.get("sure") else "说中以后，统计模型也觉得像才算（很短的答复除外）。"
    )
    sources = [str(source) for key in ("say", "near", "not_near", "said", "unsaid") for source in cue.get(key) or ()]
    return CueWords(
        tuple(phrase_words(source, sets) for source in cue["say"]),
        tuple(told),
        tuple((name, "、".join(map(str, sets[name]))) for name in sets_used(sources, sets)),
        bool(cue.get("weak")),
    )
