"""Where cues fire in labelled replies: rightly, without the label, and where the words stand but are excused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from quizzes.rubric.conditions import answer
from quizzes.rubric.evaluate import case_of
from quizzes.rubric.evidence import Reading, search
from quizzes.rubric.normalise import fold
from quizzes.rubric.phrase_index import PhraseIndex
from quizzes.rubric.rules import Cue, Rubric
from quizzes.rubric.segments import layout

KINDS = ("right", "false", "near")
_SHOWN = 4
_LONGEST = 90


@dataclass
class Instances:
    """What a cue does in the corpus: how often it fires rightly, without the label, or is excused, and a few of each.

    An example is (id of the record, the sentence, the words found in it).
    """

    right: int = 0
    false: int = 0
    near: int = 0
    shown: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def note(self, kind: str, example: tuple[str, str, str]) -> None:
        """Count one reply, and keep it if there are few yet."""
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.shown[kind]) < _SHOWN:
            self.shown[kind].append(example)

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self)


def instances(
    wanted: Mapping[str, tuple[str, Cue]], records: Iterable[Mapping[str, Any]], rubric: Rubric
) -> dict[str, Instances]:
    """For each cue {key: (owner, cue)} of the rubric what it does in these records.

    Only what rules say counts here: a cue that fires may still be outvoted by the learned models, or be too weak alone.
    """
    found = {key: Instances() for key in wanted}
    index = _index(cue for _, cue in wanted.values())
    for record in records:
        text = fold(record["reply"])
        places = index.places(text, layout(text).sentences)
        hit = [(key, owner, cue) for key, (owner, cue) in wanted.items() if any(p in places for p in cue.phrases)]
        if not hit:
            continue
        reading = Reading(case_of(record), rubric, answer, {})
        labels = {*record["patterns"], *record["elements"]}
        for key, owner, cue in hit:
            if told := _instance(reading, cue, owner in labels):
                kind, start, end = told
                found[key].note(kind, (str(record["id"]), _sentence(reading, start), reading.text[start:end]))
    return found


def _instance(reading: Reading, cue: Cue, labelled: bool) -> tuple[str, int, int] | None:
    if hits := search(reading, [cue]):
        return "right" if labelled else "false", hits[0].start, hits[0].end
    for phrase in cue.phrases:
        for span in reading.places.get(phrase, ()):
            if (match := phrase.regex.search(reading.text, *span)) and match.end() > match.start():
                return "near", match.start(), match.end()
    return None


def _sentence(reading: Reading, at: int) -> str:
    start, end = reading.page.sentence(at)
    if end - start > _LONGEST:
        start = max(start, at - _LONGEST // 3)
        end = min(end, start + _LONGEST)
    return reading.text[start:end].strip()


def _index(cues: Iterable[Cue]) -> PhraseIndex:
    return PhraseIndex(phrase for cue in cues for phrase in cue.phrases)


def touched(cues: Sequence[Cue], records: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the replies in which a phrase of these cues stands: only there can a change of them matter."""
    index = _index(cues)
    found = []
    for record in records:
        text = fold(record["reply"])
        places = index.places(text, layout(text).sentences)
        if any(phrase.regex.search(text, *span) for phrase, spans in places.items() for span in spans):
            found.append(str(record["id"]))
    return found
