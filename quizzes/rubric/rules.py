"""The rubric as data: reads the YAML files under ``rules/`` and turns their phrases into something that can be run.

Trainers read and change the YAML; nothing in this package knows a word of Chinese that a rule file could hold.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from quizzes.rubric.learned import Learned
from quizzes.rubric.phrase_index import NO_PHRASES, PhraseIndex, Phrases, contains
from quizzes.rubric.phrases import Phrase, compile_phrases
from quizzes.rubric.shapes import SHAPES

RULES = Path(__file__).with_name("rules")
LEARNED = RULES / "learned.json.gz"
"""What the corpus taught (see ``learned``); without the file the rules judge alone."""
SECOND = RULES / "second" / "reader.onnx"
"""The second reader (see ``encoder``); without the file the first one judges alone."""
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
        "sure",
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
    words that the post does not use. ``whole``: the finding marks the whole sentence. ``sure``: it counts whatever the
    learned models say.
    """

    phrases: Phrases
    weight: int = 2
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    near: Phrases = NO_PHRASES
    not_near: Phrases = NO_PHRASES
    said: Phrases = NO_PHRASES
    unsaid: Phrases = NO_PHRASES
    denial: bool = True
    quoted: bool = False
    fresh: bool = False
    whole: bool = False
    sure: bool = False
    reason: str = ""
    better: str = ""


@dataclass(frozen=True)
class Pattern:
    """A problematic pattern: what it is, why it hurts, what to write instead, which norm stands behind it.

    ``unheard``, ``surer``: names of conditions. Where one of the first holds, only a rule may find the pattern and the
    learned models may not; where one of the second does, they have to be surer to find it alone.
    """

    id: str
    name: str
    level: str
    criterion: str
    reason: str
    better: str
    norm: str
    unheard: tuple[str, ...] = ()
    surer: tuple[str, ...] = ()
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
    lists: Mapping[str, Phrases]
    learned: Learned | None = None
    learned_note: str = ""
    """Said behind the reason of a finding that no rule names, with the words that weighed most."""

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        """The cues of all patterns and elements."""
        patterns, elements = self.patterns.values(), self.elements.values()
        return (*(cue for one in patterns for cue in one.cues), *(cue for one in elements for cue in one.cues))

    @cached_property
    def rank(self) -> Mapping[Phrase, tuple[Cue, int, Phrase]]:
        """Which cue a phrase speaks for, and where it stands among all phrases."""
        every = ((cue, phrase) for cue in self.cues for phrase in cue.phrases)
        return {phrase: (cue, number, phrase) for number, (cue, phrase) in enumerate(every)}

    @cached_property
    def reply_index(self) -> PhraseIndex:
        """Every phrase that is looked for in a whole reply."""
        said = (phrase for cue in self.cues for phrase in (*cue.phrases, *cue.said, *cue.unsaid))
        return PhraseIndex([*said, *(phrase for listed in self.lists.values() for phrase in listed)])

    @cached_property
    def is_common(self) -> Callable[[str], bool]:
        """Whether a topic word is one of those that half of all posts use; the same words come again and again."""
        return lru_cache(maxsize=4096)(partial(contains, self.lists["common_topics"]))

    @cached_property
    def formulas(self) -> Phrases:
        """What explains nothing: stock phrases, courtesies, transfers."""
        return Phrases(chain.from_iterable(self.lists[name] for name in ("stock_phrases", "courtesies", "transfers")))

    @cached_property
    def post_index(self) -> PhraseIndex:
        """Every phrase that is looked for in a post."""
        return PhraseIndex(phrase for listed in self.lists.values() for phrase in listed)


@dataclass(frozen=True)
class RuleData:
    """The rule files as they were read, before anything is compiled: what a trainer reads and changes.

    ``cues`` holds the cues of patterns and of elements by the id of their owner.
    """

    head: Mapping[str, Any]
    sets: Mapping[str, Sequence[str]]
    lists: Mapping[str, Any]
    patterns: Mapping[str, Mapping[str, Any]]
    elements: Mapping[str, Mapping[str, Any]]
    cues: Mapping[str, Sequence[Any]]
    digest: str

    @cached_property
    def choices(self) -> Mapping[str, str]:
        """The named sets as the phrase reader wants them."""
        return {name: "|".join(words) for name, words in self.sets.items()}


@lru_cache(maxsize=1)
def load_rubric() -> Rubric:
    """The rubric shipped with the product, read once; raises ``RuleError`` or ``PhraseError`` for broken rule files."""
    return build(load_rule_data(), learned=_taught(RULES, second=asks_second()))


@lru_cache(maxsize=1)
def load_rule_data() -> RuleData:
    """The rule files shipped with the product, read once."""
    return read_rule_data(RULES, second=asks_second())


def asks_second() -> bool:
    """Whether the second reader is asked: unless ``LITERACY_SECOND_READER=off``."""
    return os.environ.get("LITERACY_SECOND_READER", "").strip().lower() != "off"


def read_rubric(folder: Path, *, learned: bool = True, second: bool = True) -> Rubric:
    """Read a folder of rule files: ``rubric``, ``sets``, ``lists``, ``patterns``, ``elements``, ``cues/<pattern>``.

    ``learned.json.gz`` is read too where there is one, unless the rules are wanted alone, and so is the second reader,
    unless only the first is wanted.
    """
    data = read_rule_data(folder, learned=learned, second=second)
    return build(data, learned=_taught(folder, second=second) if learned else None)


def _models(folder: Path, *, second: bool) -> list[Path]:
    """The files of the learned models that there are: the first reader's, then the second's."""
    first = folder / LEARNED.name
    wanted = [first, folder / SECOND.relative_to(RULES)] if second else [first]
    return [file for file in wanted if first.exists() and file.exists()]


def read_rule_data(folder: Path, *, learned: bool = True, second: bool = True) -> RuleData:
    """Read the same files without compiling them; the digest covers the learned models too if they are wanted."""
    files = [*sorted(folder.rglob("*.yaml")), *(_models(folder, second=second) if learned else [])]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    patterns, elements = _yaml(folder / "patterns.yaml"), _yaml(folder / "elements.yaml")
    cues = {id_: tuple(_yaml(folder / "cues" / f"{id_}.yaml").get("cues") or ()) for id_ in patterns}
    cues |= {id_: tuple(data.get("cues") or ()) for id_, data in elements.items()}
    return RuleData(
        head=_yaml(folder / "rubric.yaml"),
        sets=_yaml(folder / "sets.yaml"),
        lists=_yaml(folder / "lists.yaml"),
        patterns=patterns,
        elements=elements,
        cues=cues,
        digest=digest.hexdigest(),
    )


def build(data: RuleData, *, learned: Learned | None = None) -> Rubric:
    """Compile rule files into a rubric; raises ``RuleError`` or ``PhraseError`` for what cannot be compiled."""
    head, sets = data.head, data.choices
    return Rubric(
        version=str(head["rubric_version"]),
        content_hash=data.digest,
        patterns={id_: pattern_of(id_, data) for id_ in data.patterns},
        elements={id_: element_of(id_, data) for id_ in data.elements},
        grades=head["grades"],
        grading=grading_of(head),
        lists={name: compile_phrases(said, sets, SHAPES) for name, said in data.lists.items()},
        learned=learned,
        learned_note=str(head.get("learned_note", "{reason}")),
    )


def _taught(folder: Path, *, second: bool = True) -> Learned | None:
    """What the corpus taught: the first reader, and the second one with it where it is there and wanted."""
    found: Learned | None = None
    for file in _models(folder, second=second):
        try:
            found = found.joined(file) if found else Learned.read(file)
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise RuleError(f"{file.name}: {problem}") from problem
    return found


def _yaml(file: Path) -> dict[Any, Any]:
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), _LOADER) if file.exists() else {}  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise RuleError(f"{file.name}: {problem}") from problem
    if not isinstance(data, dict):
        raise RuleError(f"{file.name}: a mapping is expected")
    return data


def grading_of(head: Mapping[str, Any]) -> Grading:
    """The figures of the arithmetic out of ``rubric.yaml``."""
    bands = {int(grade): (int(low), int(high)) for grade, (low, high) in head["bands"].items()}
    return Grading(
        base=head["base"],
        costs=head["costs"],
        caps=head["caps"],
        bands=bands,
        points_share=head["points_share"],
        headlines=head["headlines"],
    )


def pattern_of(id_: str, data: RuleData) -> Pattern:
    """Compile one pattern with its cues."""
    given = data.patterns[id_]
    if given["level"] not in LEVELS:
        raise RuleError(f"patterns.yaml: {id_} has no such level {given['level']!r}")
    return Pattern(
        id=id_,
        name=given["name"],
        level=given["level"],
        criterion=given["criterion"],
        reason=given["reason"],
        better=given["better"],
        norm=given["norm"],
        unheard=_names(given.get("unheard")),
        surer=_names(given.get("surer")),
        cues=tuple(_cue(id_, cue, data.choices) for cue in data.cues[id_]),
    )


def element_of(id_: str, data: RuleData) -> Element:
    """Compile one element with its cues."""
    given = data.elements[id_]
    return Element(
        id=id_,
        name=given["name"],
        criterion=given["criterion"],
        advice=given["advice"],
        points=int(given["points"]),
        cues=tuple(_cue(id_, cue, data.choices) for cue in data.cues[id_]),
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
        sure=bool(data.get("sure")),
        reason=data.get("reason", ""),
        better=data.get("better", ""),
    )


def _names(value: str | Sequence[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
