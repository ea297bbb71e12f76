"""A trainer's changes, laid over the rule files: a flat set ``{place: {"was": …, "now": …}}`` of plain values.

Places: ``patterns.<id>.<name|reason|better|criterion|norm>``, ``elements.<id>.<name|criterion|advice>``,
``figures.<name>`` and ``cues.<owner>.<key>``. The key of a cue is a digest of what the file says, so that a cue which a
new release of the files changed is noticed. ``was`` None: a new cue; ``now`` None: a cue that is switched off.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from quizzes.rubric.phrase_tree import fault
from quizzes.rubric.phrases import PhraseError
from quizzes.rubric.rules import (
    Rubric,
    RuleData,
    RuleError,
    element_of,
    grading_of,
    load_rubric,
    load_rule_data,
    pattern_of,
)
from quizzes.rubric.wording import CONDITION_WORDS

Changes = Mapping[str, Mapping[str, Any]]
TEXTS = {"patterns": ("name", "criterion", "reason", "better", "norm"), "elements": ("name", "criterion", "advice")}
PHRASE_KEYS = ("say", "near", "not_near", "said", "unsaid")
NAME_KEYS = ("when", "unless")
FLAG_KEYS = ("weak", "quoted", "fresh", "whole", "sure")
TEXT_KEYS = ("reason", "better")
FIGURES: dict[str, tuple[str, int, int]] = {
    "base": ("有文字可评时的起点", 0, 40),
    "costs.redline": ("一种红线问题扣", 30, 60),
    "costs.serious": ("一种严重问题扣", 15, 45),
    "costs.minor": ("一种一般问题扣", 3, 20),
    "caps.redline": ("有红线问题最高", 0, 29),
    "caps.serious": ("有严重问题最高", 30, 54),
    "points_share": ("情景列了要点时，要点占", 10, 60),
}
"""Figures of the arithmetic that may be changed: label, lowest, highest. Grades and their bands stay as they are."""
MOST_PHRASES = 200
MOST_TEXT = 600


@dataclass(frozen=True)
class Conflict:
    """A change whose ground is no longer what it was when the trainer made it."""

    at: str
    sentence: str


def plain(cue: Mapping[str, Any] | str) -> dict[str, Any]:
    """A cue with every list as a list and nothing that says the default: the form in which cues are compared."""
    data = {"say": cue} if isinstance(cue, str) else dict(cue)
    made: dict[str, Any] = {}
    for key in (*PHRASE_KEYS, *NAME_KEYS):
        value = data.get(key)
        listed = [value] if isinstance(value, str) else [str(one) for one in value or ()]
        if listed:
            made[key] = listed
    made |= {key: True for key in FLAG_KEYS if data.get(key)}
    if data.get("denial", True) is False:
        made["denial"] = False
    return made | {key: str(data[key]) for key in TEXT_KEYS if data.get(key)}


def key_of(cue: Mapping[str, Any]) -> str:
    """What tells a cue from others: a digest of what it says."""
    return hashlib.sha256(json.dumps(cue, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:10]


def keyed(cues: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """The cues of one owner by key, in order; a cue that stands there twice gets a key of its own."""
    found: dict[str, dict[str, Any]] = {}
    for cue in map(plain, cues):
        key = key_of(cue)
        while key in found:
            key += "x"
        found[key] = cue
    return found


@lru_cache(maxsize=8)
def _keyed_base(data_digest: str) -> dict[str, dict[str, dict[str, Any]]]:
    data = load_rule_data()
    assert data.digest == data_digest
    return {owner: keyed(cues) for owner, cues in data.cues.items()}


def base_cues(data: RuleData) -> Mapping[str, Mapping[str, dict[str, Any]]]:
    """The cues of the files by owner and key."""
    if data is load_rule_data():
        return _keyed_base(data.digest)
    return {owner: keyed(cues) for owner, cues in data.cues.items()}


def digest_of(changes: Changes, data: RuleData) -> str:
    """The content hash of files and changes together; the files' own where nothing is changed."""
    if not changes:
        return data.digest
    told = json.dumps({at: change["now"] for at, change in changes.items()}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{data.digest}\0{told}".encode()).hexdigest()


def figure(head: Mapping[str, Any], name: str) -> int:
    """A figure of the arithmetic by its name in ``FIGURES``."""
    group, _, level = name.partition(".")
    return head[group][level] if level else head[group]


def value_at(at: str, data: RuleData) -> Any:
    """What the files say at a place; None where they say nothing."""
    kind, owner, name = split(at)
    if kind == "figures":
        return figure(data.head, owner + (f".{name}" if name else ""))
    if kind == "cues":
        return base_cues(data).get(owner, {}).get(name)
    return dict(getattr(data, kind)).get(owner, {}).get(name)


def split(at: str) -> tuple[str, str, str]:
    """A place in its three parts; raises ``ValueError`` for what is none."""
    kind, _, rest = at.partition(".")
    owner, _, name = rest.partition(".")
    if kind not in ("patterns", "elements", "figures", "cues") or not owner:
        raise ValueError(at)
    return kind, owner, name


@dataclass(frozen=True)
class Laid:
    """Files with changes over them: the cues by owner and key, the files' data as changed, and what did not fit."""

    data: RuleData
    cues: Mapping[str, Mapping[str, dict[str, Any]]]
    conflicts: tuple[Conflict, ...]


def lay(changes: Changes, data: RuleData) -> Laid:
    """Lay changes over the files. Where the files moved on meanwhile, the trainer's words stay and a conflict tells."""
    cues = {owner: dict(found) for owner, found in base_cues(data).items()}
    texts: dict[str, dict[str, dict[str, Any]]] = {
        kind: {id_: dict(given) for id_, given in getattr(data, kind).items()} for kind in TEXTS
    }
    head = {**data.head, "costs": dict(data.head["costs"]), "caps": dict(data.head["caps"])}
    conflicts: list[Conflict] = []
    for at, change in sorted(changes.items()):  # databases keep no order of keys
        kind, owner, name = split(at)
        if sentence := _conflict(at, change, data):
            conflicts.append(Conflict(at, sentence))
        if kind == "figures":
            if name:
                head[owner][name] = change["now"]
            else:
                head[owner] = change["now"]
        elif kind == "cues":
            if change["now"] is None:
                cues.get(owner, {}).pop(name, None)
            elif owner in cues:
                cues[owner][name] = change["now"]
        elif owner in texts[kind]:
            texts[kind][owner][name] = change["now"]
    changed = replace(
        data, head=head, patterns=texts["patterns"], elements=texts["elements"],
        cues={owner: tuple(found.values()) for owner, found in cues.items()}, digest=digest_of(changes, data),
    )  # fmt: skip
    return Laid(changed, cues, tuple(conflicts))


def _conflict(at: str, change: Mapping[str, Any], data: RuleData) -> str:
    kind, owner, _ = split(at)
    if kind != "figures" and owner not in data.patterns and owner not in data.elements:
        return "新版产品里没有这一类了，这处改动不起作用。"
    stands = value_at(at, data)
    if stands == change["was"] or stands == change["now"]:
        return ""
    if kind != "cues":
        return f"产品自带的写法已经从“{change['was']}”变成“{stands}”，现在仍用您改的“{change['now']}”。"
    if change["now"] is None:
        return "您停用的那条线索，新版产品改写了或删去了，停用不再起作用。请看新的写法要不要停用。"
    return "您改过的那条线索，新版产品改写了或删去了。您的写法还在；新的写法如果也在，两条会同时起作用。"


def owners(changes: Changes) -> set[str]:
    """The patterns and elements that changes touch."""
    return {split(at)[1] for at in changes if split(at)[0] != "figures"}


@lru_cache(maxsize=8)
def _made(canonical: str, version: str) -> Rubric:
    return compiled(json.loads(canonical), load_rule_data(), load_rubric(), version)


def changed_rubric(changes: Changes, version: str = "") -> Rubric:
    """The shipped rubric with changes, made once per process; raises ``RuleError`` for what cannot be compiled."""
    return _made(json.dumps(changes, ensure_ascii=False, sort_keys=True), version or load_rubric().version)


def compiled(changes: Changes, data: RuleData, base: Rubric, version: str) -> Rubric:
    """The rubric of these files with changes; untouched parts come from ``base``, the rubric of the files."""
    laid = lay(changes, data).data
    touched = owners(changes)
    try:
        return replace(
            base,
            version=version,
            content_hash=laid.digest,
            patterns={id_: pattern_of(id_, laid) if id_ in touched else old for id_, old in base.patterns.items()},
            elements={id_: element_of(id_, laid) if id_ in touched else old for id_, old in base.elements.items()},
            grading=grading_of(laid.head),
        )
    except (PhraseError, KeyError, TypeError) as problem:
        raise RuleError(str(problem)) from problem


def conditions_for(owner: str, data: RuleData) -> list[str]:
    """The conditions that cues of an owner may ask for.

    For elements only those that cues of elements ask for already: others ask for elements themselves, without end.
    """
    used = [
        name
        for other, cues in base_cues(data).items()
        if other in data.elements or owner in data.patterns
        for cue in cues.values()
        for key in NAME_KEYS
        for name in cue.get(key, ())
    ]
    if owner in data.elements:
        return sorted(set(used))
    known = [*CONDITION_WORDS, *(f"has:{id_}" for id_ in data.elements)]
    return list(dict.fromkeys([*known, *sorted(used)]))


def cue_faults(owner: str, cue: Any, data: RuleData) -> list[tuple[str, str]]:
    """What is wrong with a cue that somebody wrote: (key, sentence with the place)."""
    if not isinstance(cue, Mapping):
        return [("say", "这不是一条线索")]
    unknown = set(cue) - {*PHRASE_KEYS, *NAME_KEYS, *FLAG_KEYS, *TEXT_KEYS, "denial"}
    found = [("say", f"不认识“{name}”这一项") for name in sorted(map(str, unknown))]
    for key in (*PHRASE_KEYS, *NAME_KEYS):
        value = cue.get(key) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            found.append((key, "应当是一行一条的文字"))
        elif len(value) > MOST_PHRASES:
            found.append((key, f"最多 {MOST_PHRASES} 行"))
        elif key in PHRASE_KEYS:
            found += [(key, said) for said in phrase_faults(value, data)]
        elif wrong := [one for one in value if one not in conditions_for(owner, data)]:
            found.append((key, f"这里不能用“{wrong[0]}”这个条件"))
    if not cue.get("say"):
        found.append(("say", "请至少写一行要找的说法"))
    for key in TEXT_KEYS:
        if not isinstance(cue.get(key, ""), str) or len(cue.get(key, "")) > MOST_TEXT:
            found.append((key, f"应当是不超过 {MOST_TEXT} 个字的文字"))
    return found


def phrase_faults(lines: Sequence[str], data: RuleData) -> list[str]:
    """What is wrong with phrases, one sentence each, with the line and the place in it."""
    told = []
    for number, line in enumerate(lines, start=1):
        if problem := fault(line, data.sets, data.choices):
            at, sentence = problem
            told.append(f"第 {number} 行第 {at + 1} 个字起：{sentence}")
    return told


def faults(changes: Any, data: RuleData) -> list[tuple[str, str]]:
    """What is wrong with a change set from a file: (place, sentence); empty if it can be used."""
    if not isinstance(changes, Mapping):
        return [("", "文件里没有改动")]
    found = []
    for at, change in changes.items():
        try:
            sentence = _fault(str(at), change, data)
        except ValueError:
            sentence = "不认识这个位置"
        if sentence:
            found.append((str(at), sentence))
    return found or figure_faults(_figures(changes, data))


def _figures(changes: Changes, data: RuleData) -> dict[str, Any]:
    return {name: changes.get(f"figures.{name}", {}).get("now", figure(data.head, name)) for name in FIGURES}


def figure_faults(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with all figures taken together: (place, sentence)."""
    found = []
    for name, (_, low, high) in FIGURES.items():
        value = figures[name]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            found.append((f"figures.{name}", f"请填 {low} 到 {high} 之间的整数"))
    if not found and not figures["costs.redline"] > figures["costs.serious"] > figures["costs.minor"]:
        found.append(("figures.costs.serious", "红线要扣得比严重多，严重要扣得比一般多"))
    return found


def _fault(at: str, change: Any, data: RuleData) -> str:
    if not isinstance(change, Mapping) or set(change) != {"was", "now"}:
        return "这处改动要写明 was（原来）和 now（现在）"
    kind, owner, name = split(at)
    if kind == "figures":
        return "" if f"{owner}.{name}".rstrip(".") in FIGURES else "这个数字不能改"
    if owner not in data.patterns and owner not in data.elements:
        return "没有这一类问题或要素"
    if kind == "cues":
        if not name or len(name) > 40 or not name.isalnum():
            return "线索的编号不对"
        wrong = cue_faults(owner, change["now"], data) if change["now"] is not None else []
        return "；".join(sentence for _, sentence in wrong)
    if owner not in getattr(data, kind) or name not in TEXTS[kind]:
        return "这一项不能改"
    return "" if _is_text(change["now"]) else f"应当是 1 到 {MOST_TEXT} 个字的文字"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= MOST_TEXT
