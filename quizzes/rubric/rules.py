"""The rubric as data: reads the YAML files under ``rules/`` and turns their phrases into something that can be run.

Trainers read and change the YAML; nothing in this package knows a word of Chinese that a rule file could hold.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from quizzes.rubric.learned import Learned
from quizzes.rubric.phrases import Phrase, PhraseIndex, compile_phrases
from quizzes.rubric.shapes import SHAPES

RULES = Path(__file__).with_name("rules")
LEARNED = RULES / "learned.json.gz"
"""What the corpus taught (see ``learned``); without the file the rules judge alone."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe either way; libyaml's is five times as fast."""
LEVELS = ("redline", "serious", "minor")
_CUE_KEYS = frozenset(
    {
        "say",
        "weak",
        "when",
        "unless",
        "near",
        "not_near",
        "said",
        "unsaid",
        "denial",
        "quoted",
        "fresh",
        "whole",
        "reason",
        "better",
    }
)


class RuleError(ValueError):
    """A rule file is not what it should be; the message names the file."""


@dataclass(frozen=True, eq=False)
class Cue:
    """Phrases that point to a pattern or element, with the surroundings that must or must not be there.

    ``weight`` 2 is enough alone, 1 needs a second, different cue. ``when``/``unless`` are names of conditions
    (see ``conditions``), ``near``/``not_near`` phrases in the same sentence, ``said``/``unsaid`` phrases anywhere
    in the reply. ``denial``: a denial before it excuses. ``quoted``: counts within quotation marks too. ``fresh``: only
    words that the post does not use. ``whole``: the finding marks the whole sentence.
    """

    phrases: tuple[Phrase, ...]
    weight: int = 2
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    near: tuple[Phrase, ...] = ()
    not_near: tuple[Phrase, ...] = ()
    said: tuple[Phrase, ...] = ()
    unsaid: tuple[Phrase, ...] = ()
    denial: bool = True
    quoted: bool = False
    fresh: bool = False
    whole: bool = False
    reason: str = ""
    better: str = ""


@dataclass(frozen=True)
class Pattern:
    """A problematic pattern: what it is, why it hurts, what to write instead, which norm stands behind it.

    ``unheard``: names of conditions; where one holds, only a rule may find the pattern and the learned models may not.
    """

    id: str
    name: str
    level: str
    criterion: str
    reason: str
    better: str
    norm: str
    unheard: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True)
class Element:
    """An element of a good reply and the advice shown when it is missing."""

    id: str
    name: str
    criterion: str
    advice: str
    points: int
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True)
class Grading:
    """The figures behind the arithmetic: see ``rules/rubric.yaml``."""

    base: int
    costs: Mapping[str, int]
    caps: Mapping[str, int]
    bands: Mapping[int, tuple[int, int]]
    points_share: int
    headlines: Mapping[str, str]


@dataclass(frozen=True)
class Rubric:
    """One version of the rubric. ``content_hash`` changes with any rule file."""

    version: str
    content_hash: str
    patterns: Mapping[str, Pattern]
    elements: Mapping[str, Element]
    grades: Mapping[int, str]
    grading: Grading
    lists: Mapping[str, tuple[Phrase, ...]]
    learned: Learned | None = None
    learned_note: str = ""
    """Said behind the reason of a finding that no rule names, with the words that weighed most."""

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        """The cues of all patterns and elements."""
        patterns, elements = self.patterns.values(), self.elements.values()
        return (*(cue for one in patterns for cue in one.cues), *(cue for one in elements for cue in one.cues))

    @cached_property
    def cue_of(self) -> Mapping[Phrase, Cue]:
        """Which cue a phrase speaks for."""
        return {phrase: cue for cue in self.cues for phrase in cue.phrases}

    @cached_property
    def reply_index(self) -> PhraseIndex:
        """Every phrase that is looked for in a whole reply."""
        said = (phrase for cue in self.cues for phrase in (*cue.phrases, *cue.said, *cue.unsaid))
        return PhraseIndex([*said, *(phrase for listed in self.lists.values() for phrase in listed)])

    @cached_property
    def post_index(self) -> PhraseIndex:
        """Every phrase that is looked for in a post."""
        return PhraseIndex(phrase for listed in self.lists.values() for phrase in listed)


@lru_cache(maxsize=1)
def load_rubric() -> Rubric:
    """The rubric shipped with the product, read once; raises ``RuleError`` or ``PhraseError`` for broken rule files."""
    return read_rubric(RULES)


def read_rubric(folder: Path, *, learned: bool = True) -> Rubric:
    """Read a folder of rule files: ``rubric``, ``sets``, ``lists``, ``patterns``, ``elements``, ``cues/<pattern>``.

    ``learned.json.gz`` is read too where there is one, unless the rules are wanted alone.
    """
    taught = folder / LEARNED.name if learned and (folder / LEARNED.name).exists() else None
    files = [*sorted(folder.rglob("*.yaml")), *([taught] if taught else [])]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    head, sets = _yaml(folder / "rubric.yaml"), {k: "|".join(v) for k, v in _yaml(folder / "sets.yaml").items()}
    lists = {name: compile_phrases(said, sets, SHAPES) for name, said in _yaml(folder / "lists.yaml").items()}
    patterns = {id_: _pattern(id_, data, folder, sets) for id_, data in _yaml(folder / "patterns.yaml").items()}
    elements = {id_: _element(id_, data, sets) for id_, data in _yaml(folder / "elements.yaml").items()}
    return Rubric(
        version=str(head["rubric_version"]),
        content_hash=digest.hexdigest(),
        patterns=patterns,
        elements=elements,
        grades=head["grades"],
        grading=_grading(head),
        lists=lists,
        learned=_learned(taught) if taught else None,
        learned_note=str(head.get("learned_note", "{reason}")),
    )


def _learned(file: Path) -> Learned:
    try:
        return Learned.read(file)
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise RuleError(f"{file.name}: {problem}") from problem


def _yaml(file: Path) -> dict[Any, Any]:
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), _LOADER) if file.exists() else {}  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise RuleError(f"{file.name}: {problem}") from problem
    if not isinstance(data, dict):
        raise RuleError(f"{file.name}: a mapping is expected")
    return data


def _grading(head: Mapping[str, Any]) -> Grading:
    bands = {int(grade): (int(low), int(high)) for grade, (low, high) in head["bands"].items()}
    return Grading(
        base=head["base"],
        costs=head["costs"],
        caps=head["caps"],
        bands=bands,
        points_share=head["points_share"],
        headlines=head["headlines"],
    )


def _pattern(id_: str, data: Mapping[str, Any], folder: Path, sets: Mapping[str, str]) -> Pattern:
    if data["level"] not in LEVELS:
        raise RuleError(f"patterns.yaml: {id_} has no such level {data['level']!r}")
    cues = _yaml(folder / "cues" / f"{id_}.yaml").get("cues") or ()
    return Pattern(
        id=id_,
        name=data["name"],
        level=data["level"],
        criterion=data["criterion"],
        reason=data["reason"],
        better=data["better"],
        norm=data["norm"],
        unheard=_names(data.get("unheard")),
        cues=tuple(_cue(id_, cue, sets) for cue in cues),
    )


def _element(id_: str, data: Mapping[str, Any], sets: Mapping[str, str]) -> Element:
    return Element(
        id=id_,
        name=data["name"],
        criterion=data["criterion"],
        advice=data["advice"],
        points=int(data["points"]),
        cues=tuple(_cue(id_, cue, sets) for cue in data.get("cues") or ()),
    )


def _cue(owner: str, data: Mapping[str, Any] | str, sets: Mapping[str, str]) -> Cue:
    if isinstance(data, str):
        data = {"say": data}
    unknown = set(data) - _CUE_KEYS
    if unknown or "say" not in data:
        raise RuleError(f"{owner}: a cue needs `say`; unknown keys {sorted(unknown)}")
    return Cue(
        phrases=compile_phrases(data["say"], sets, SHAPES),
        weight=1 if data.get("weak") else 2,
        when=_names(data.get("when")),
        unless=_names(data.get("unless")),
        near=compile_phrases(data.get("near") or (), sets, SHAPES),
        not_near=compile_phrases(data.get("not_near") or (), sets, SHAPES),
        said=compile_phrases(data.get("said") or (), sets, SHAPES),
        unsaid=compile_phrases(data.get("unsaid") or (), sets, SHAPES),
        denial=bool(data.get("denial", True)),
        quoted=bool(data.get("quoted")),
        fresh=bool(data.get("fresh")),
        whole=bool(data.get("whole")),
        reason=data.get("reason", ""),
        better=data.get("better", ""),
    )


def _names(value: str | Sequence[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
