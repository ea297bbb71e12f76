"""Measures the scorer against labelled records. All figures in the documentation come from here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Self

from quizzes.rubric import baseline as keywords
from quizzes.rubric.learned import Opinion
from quizzes.rubric.model import ReplyCase, Verdict
from quizzes.rubric.rules import Rubric, load_rubric
from quizzes.rubric.scorer import score_reply
from quizzes.rubric.spelling import SPELLINGS

GOOD = 3
"""Grade from which a reply is good."""
Judged = tuple[Mapping[str, Any], Verdict]
"""A labelled record and the verdict on it."""
_WORST = 8
"""How many confusions are told."""


@dataclass(frozen=True)
class Rates:
    """Counts of right, false and missed labels, and what follows from them (0–1; 0 where nothing is defined)."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the labels given that are right."""
        return self.right / (self.right + self.false) if self.right + self.false else 0.0

    @property
    def recall(self) -> float:
        """Share of the true labels that were given."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (2 * self.right + self.false + self.missed) if self.right else 0.0


@dataclass(frozen=True)
class Report:
    """The figures for one set of records.

    ``span_overlap``: share of right patterns whose place meets a labelled place. ``false_serious``: share of the
    replies labelled 3 or 4 that were given a serious or red-line pattern; ``false_grave``: share of all replies that
    were given one without its label. ``confusions``: (label missed, label given instead, times), the most first.
    """

    records: int
    patterns: Mapping[str, Rates]
    elements: Mapping[str, Rates]
    micro: Rates
    redline: Rates
    macro_f1: float
    elements_micro: Rates
    kappa: float
    grade_exact: float
    grade_within_one: float
    span_overlap: float
    false_serious: float
    false_grave: float
    confusions: tuple[tuple[str, str, int], ...]

    def as_dict(self) -> dict[str, Any]:
        """The figures rounded to three places, JSON-safe."""

        def rates(found: Rates) -> dict[str, float]:
            return {
                "precision": round(found.precision, 3),
                "recall": round(found.recall, 3),
                "f1": round(found.f1, 3),
                "support": found.right + found.missed,
            }

        return {
            "records": self.records,
            "micro": rates(self.micro),
            "redline": rates(self.redline),
            "macro_f1": round(self.macro_f1, 3),
            "elements_micro": rates(self.elements_micro),
            "kappa": round(self.kappa, 3),
            "grade_exact": round(self.grade_exact, 3),
            "grade_within_one": round(self.grade_within_one, 3),
            "span_overlap": round(self.span_overlap, 3),
            "false_serious": round(self.false_serious, 3),
            "false_grave": round(self.false_grave, 3),
            "confusions": [list(one) for one in self.confusions],
            "patterns": {id_: rates(found) for id_, found in self.patterns.items()},
            "elements": {id_: rates(found) for id_, found in self.elements.items()},
        }


def is_labelled(record: Any) -> bool:
    """Whether ``evaluate`` can use what was read from a file."""

    def words(value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)

    def span(value: Any) -> bool:
        return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in ("pattern", "text"))

    return (
        isinstance(record, dict)
        and isinstance(record.get("reply"), str)
        and isinstance(record.get("post", ""), str)
        and words(record.get("facts") or [])
        and words(record.get("patterns"))
        and words(record.get("elements"))
        and record.get("grade") in range(5)
        and all(map(span, record.get("spans") or []))
    )


def evaluate(records: Iterable[Mapping[str, Any]], rubric: Rubric | None = None) -> Report:
    """Score labelled records (``post, facts, reply, patterns, spans, elements, grade``) and compare.

    Only ``post``, ``facts``, ``reply`` and ``channel`` reach the scorer; labels and notes never do.
    Raises ``ValueError`` for no record at all.
    """
    rubric = rubric or load_rubric()
    return compared(judged(records, rubric), rubric)


def judged(records: Iterable[Mapping[str, Any]], rubric: Rubric) -> list[Judged]:
    """Each labelled record with the verdict on it."""
    return [(record, verdict_on(record, rubric)) for record in records]


@dataclass(frozen=True)
class Rating:
    """What anybody, a person or an engine, said of one reply; ``places``: (pattern, start, end) in the reply."""

    patterns: frozenset[str]
    elements: frozenset[str]
    grade: int
    places: tuple[tuple[str, int, int], ...] = ()

    @classmethod
    def by_person(cls, record: Mapping[str, Any]) -> Self:
        """What a person's labels say; where they point at is left out."""
        return cls(frozenset(record["patterns"]), frozenset(record["elements"]), int(record["grade"]))

    @classmethod
    def by_engine(cls, verdict: Verdict) -> Self:
        """What a verdict says."""
        return cls(
            frozenset(verdict.patterns),
            frozenset(element.id for element in verdict.elements if element.present),
            verdict.grade,
            tuple((finding.pattern, finding.start, finding.end) for finding in verdict.findings),
        )


def compared(pairs: Sequence[Judged], rubric: Rubric) -> Report:
    """How verdicts agree with the labels of their records. Raises ``ValueError`` for no record at all."""
    return report_on([(record, Rating.by_engine(verdict)) for record, verdict in pairs], rubric)


def baseline(records: Iterable[Mapping[str, Any]], rubric: Rubric) -> Report:
    """The figures of a plain list of words on the same records. Raises ``ValueError`` for no record at all."""
    return report_on([(record, Rating(*keywords.judge(case_of(record)))) for record in records], rubric)


def report_on(pairs: Sequence[tuple[Mapping[str, Any], Rating]], rubric: Rubric) -> Report:
    """How ratings agree with the labels of their records. Raises ``ValueError`` for no record at all."""
    if not pairs:
        raise ValueError("no records to evaluate")
    patterns = _per_label(rubric.patterns, [(set(r["patterns"]), v.patterns) for r, v in pairs])
    elements = _per_label(rubric.elements, [(set(r["elements"]), v.elements) for r, v in pairs])
    grades = [(int(r["grade"]), v.grade) for r, v in pairs]
    seen = [rates.f1 for rates in patterns.values() if rates.right + rates.missed]
    levels = {id_: pattern.level for id_, pattern in rubric.patterns.items()}
    grave = {id_ for id_, level in levels.items() if level != "minor"}
    return Report(
        records=len(pairs),
        patterns=patterns,
        elements=elements,
        micro=_sum(patterns.values()),
        redline=_sum(rates for id_, rates in patterns.items() if levels[id_] == "redline"),
        macro_f1=sum(seen) / len(seen) if seen else 0.0,
        elements_micro=_sum(elements.values()),
        kappa=quadratic_weighted_kappa(grades),
        grade_exact=_share(a == b for a, b in grades),
        grade_within_one=_share(abs(a - b) <= 1 for a, b in grades),
        span_overlap=_share(_overlaps(pairs)),
        false_serious=_share(bool(v.patterns & grave) for r, v in pairs if int(r["grade"]) >= GOOD),
        false_grave=_share(bool((v.patterns & grave) - set(r["patterns"])) for r, v in pairs),
        confusions=_confusions(pairs),
    )


def _confusions(pairs: Sequence[tuple[Mapping[str, Any], Rating]]) -> tuple[tuple[str, str, int], ...]:
    """Pairs of labels of which one was missed and the other given without a label, on the same reply."""
    counts = Counter(
        (missed, given)
        for record, rating in pairs
        for missed in set(record["patterns"]) - rating.patterns
        for given in rating.patterns - set(record["patterns"])
    )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((missed, given, times) for (missed, given), times in ordered[:_WORST])


def spelling_agreement(pairs: Iterable[Judged], rubric: Rubric) -> float:
    """Share of replies, written in the other ways of ``spelling``, that get the same patterns and the same grade."""
    same = []
    for record, plain in pairs:
        for respelt in SPELLINGS.values():
            other = verdict_on({**record, "reply": respelt(record["reply"])}, rubric)
            same.append((other.patterns, other.grade) == (plain.patterns, plain.grade))
    return _share(same)


@dataclass(frozen=True)
class Miss:
    """A pattern given without its label (``false``), or a label without the pattern, and the words it is about."""

    id: str
    pattern: str
    false: bool
    grade: int
    texts: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The miss as JSON-safe values."""
        return {
            "id": self.id,
            "pattern": self.pattern,
            "kind": "false" if self.false else "missed",
            "grade": self.grade,
            "texts": list(self.texts),
        }


def misses(pairs: Iterable[Judged], rubric: Rubric) -> list[Miss]:
    """Every pattern given but not labelled, or labelled but not given, in the order of the records."""
    found = []
    for record, verdict in pairs:
        given, true = set(verdict.patterns), set(record["patterns"])
        for pattern in rubric.patterns:
            if (pattern in given) == (pattern in true):
                continue
            texts = (
                [finding.text for finding in verdict.findings if finding.pattern == pattern]
                if pattern in given
                else [span["text"] for span in record.get("spans") or () if span["pattern"] == pattern]
            )
            found.append(Miss(str(record.get("id")), pattern, pattern in given, int(record["grade"]), tuple(texts)))
    return found


def verdict_on(record: Mapping[str, Any], rubric: Rubric, opinions: Mapping[str, Opinion] | None = None) -> Verdict:
    """The verdict on a labelled reply; ``opinions`` of models that never saw it stand in for the rubric's own."""
    return score_reply(case_of(record), rubric, opinions)


def case_of(record: Mapping[str, Any]) -> ReplyCase:
    """What of a labelled record may be looked at: never labels, never the note."""
    return ReplyCase(
        post=record.get("post", ""),
        reply=record["reply"],
        facts=tuple(record.get("facts") or ()),
        channel=record.get("channel"),
    )


def quadratic_weighted_kappa(pairs: Sequence[tuple[int, int]], levels: int = 5) -> float:
    """Agreement of two gradings beyond chance, far misses weighing by the square; 1 is perfect, 0 is chance."""
    count = len(pairs)
    first, second = [0] * levels, [0] * levels
    for left, right in pairs:
        first[left] += 1
        second[right] += 1
    seen = sum((left - right) ** 2 for left, right in pairs)
    chance = sum((i - j) ** 2 * first[i] * second[j] for i in range(levels) for j in range(levels)) / count
    return 1 - seen / chance if chance else 1.0


def _per_label(labels: Iterable[str], pairs: Sequence[tuple[AbstractSet[str], AbstractSet[str]]]) -> dict[str, Rates]:
    return {
        label: Rates(
            right=sum(label in true and label in given for true, given in pairs),
            false=sum(label not in true and label in given for true, given in pairs),
            missed=sum(label in true and label not in given for true, given in pairs),
        )
        for label in labels
    }


def _sum(rates: Iterable[Rates]) -> Rates:
    listed = list(rates)
    return Rates(sum(r.right for r in listed), sum(r.false for r in listed), sum(r.missed for r in listed))


def _share(answers: Iterable[bool]) -> float:
    listed = list(answers)
    return sum(listed) / len(listed) if listed else 0.0


def _overlaps(pairs: Iterable[tuple[Mapping[str, Any], Rating]]) -> Iterable[bool]:
    for record, rating in pairs:
        for pattern in set(record["patterns"]) & {pattern for pattern, _, _ in rating.places}:
            labelled = [
                (at, at + len(span["text"]))
                for span in record.get("spans") or ()
                if span["pattern"] == pattern
                for at in [record["reply"].find(span["text"])]
                if at >= 0
            ]
            if not labelled:  # the rater pointed at no place
                continue
            yield any(
                given == pattern and begin < end and start < finish
                for given, begin, finish in rating.places
                for start, end in labelled
            )
