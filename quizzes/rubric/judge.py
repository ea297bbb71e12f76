"""From hits to findings: which patterns the reply shows, each with place, reason, better wording and norm."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from quizzes.rubric.evidence import ENOUGH, Hit, Reading, believed, search, weigh
from quizzes.rubric.model import Finding
from quizzes.rubric.rules import LEVELS, Pattern
from quizzes.rubric.structure import structural_hits

_STRUCTURAL_ONLY = frozenset({"transfer_only", "vague_timing"})
"""Their cues are read by the whole-reply test itself."""
_LAST = "non_answer"
_PER_PATTERN = 3
_TOO_SHORT_TO_HEAR = 45
"""Below this length, in characters, a strong phrase of a rule counts whatever the models say."""
_NOTHING_TO_ADD = 30
"""Below this length, where such a phrase stands, the models name no further pattern."""
_SURER = 2.0
"""By how much more the models have to speak, in log-odds, where ``Pattern.surer`` holds and no rule found anything.

Chosen on replies whose writers the models had not seen: there four of five such findings are right (0 to 3 tried).
"""
_WIDEST = 60
"""Longest stretch, in characters, that one finding may be widened to."""


def judge_patterns(reading: Reading) -> tuple[Finding, ...]:
    """Every finding, redline first, then by place.

    ``non_answer`` comes last: a serious fault is itself the evasion and is not counted twice.
    """
    found: dict[str, list[Hit]] = {}
    for id_, pattern in reading.rubric.patterns.items():
        if id_ != _LAST and (hits := _weighed(reading, pattern)):
            found[id_] = hits
    _settle(reading, found)
    if (reading.holds("misdirected") or not _evasive(reading, found)) and (
        hits := _weighed(reading, reading.rubric.patterns[_LAST])
    ):
        found[_LAST] = hits
    findings = (
        _finding(reading, reading.rubric.patterns[id_], hit)
        for id_, hits in found.items()
        for hit in _apart([_widened(reading, hit) for hit in hits])
    )
    return ordered(findings)


def _hits(reading: Reading, pattern: Pattern) -> list[Hit]:
    """What the rules find of a pattern, if it is enough; worked out once for a reading."""
    known = reading.memory.setdefault("hits", {})
    if pattern.id not in known:
        hits = structural_hits(reading, pattern.id)
        if pattern.id not in _STRUCTURAL_ONLY:
            hits = hits + search(reading, pattern.cues)
        known[pattern.id] = hits if weigh(hits) else []
    return known[pattern.id]


def _plain(hits: Sequence[Hit]) -> list[Hit]:
    """The hits of strong phrases."""
    return [hit for hit in hits if hit.phrase and hit.weight >= ENOUGH]


def _weighed(reading: Reading, pattern: Pattern) -> list[Hit]:
    """The places of a pattern, if rules and learned models together believe in it.

    Where no rule points at a place, the sentence does that speaks most for the pattern.
    """
    hits = _hits(reading, pattern)
    held = believed(_margin(reading, pattern, hits), ruled=bool(hits))
    if not hits and not held:  # whoever is asked: nobody says so
        return []
    if not _models_asked(reading, pattern, hits):
        return hits
    if not held:
        return []
    return hits or [_learned_hit(reading, pattern)]


def _margin(reading: Reading, pattern: Pattern, hits: Sequence[Hit]) -> float | None:
    """How far a pattern is above what it needs to be found, in log-odds; None where no model has an opinion."""
    margin = reading.margin(pattern.id, ruled=bool(hits))
    if margin is None or hits or not any(reading.holds(name) for name in pattern.surer):
        return margin
    return margin - _SURER


def _models_asked(reading: Reading, pattern: Pattern, hits: Sequence[Hit]) -> bool:
    """Whether the learned models have a say in a pattern; otherwise what rules found is all there is."""
    if reading.holds("hollow") or _beyond_doubt(reading, pattern, hits):
        return False
    return bool(hits) or not (any(reading.holds(name) for name in pattern.unheard) or _plainly_named(reading))


def wary_margin(reading: Reading, pattern: Pattern) -> float | None:
    """How far a pattern is above (or, negative, below) its limit, in log-odds; None where no model has an opinion.

    Where the models must not name it alone they count too, if they speak as much more as where they must be surer.
    """
    hits = _hits(reading, pattern)
    margin = _margin(reading, pattern, hits)
    if margin is None or hits or not any(reading.holds(name) for name in pattern.unheard):
        return margin
    return margin - _SURER


def heard_margin(reading: Reading, pattern: Pattern) -> float | None:
    """How far a pattern is above (or, negative, below) its limit, in log-odds; None where the models had no say."""
    hits = _hits(reading, pattern)
    margin = _margin(reading, pattern, hits)
    return margin if margin is not None and _models_asked(reading, pattern, hits) else None


def _beyond_doubt(reading: Reading, pattern: Pattern, hits: Sequence[Hit]) -> bool:
    """Whether what rules found counts, whatever the models say of the whole reply.

    They hardly can know (it follows from post and facts), there is too little to hear, the words never erred, or a
    grave word stands in a sentence that, heard alone, speaks for the pattern: a good answer around a threat does not
    excuse it.
    """
    if not hits:
        return False
    if any(hit.certain for hit in hits):
        return True
    plain = _plain(hits)
    if plain and len(reading.text.strip()) < _TOO_SHORT_TO_HEAR:
        return True
    learned, opinion = reading.rubric.learned, reading.opinions.get(pattern.id)
    if learned is not None and any((pattern.id, hit.phrase) in learned.trusted for hit in plain):
        return True
    if opinion is None or opinion.sentence <= 0 or pattern.level == "minor":
        return False
    return any(hit.start < opinion.end and opinion.start < hit.end for hit in plain)


def _plainly_named(reading: Reading) -> bool:
    """Whether so short a reply shows a fault in plain words that there is nothing for the models to add."""
    return len(reading.text.strip()) < _NOTHING_TO_ADD and bool(plain_words(reading))


def plain_words(reading: Reading) -> frozenset[tuple[str, str]]:
    """Which patterns are named by which strong phrases of the rules: (pattern, phrase as written)."""
    return frozenset(
        (id_, hit.phrase) for id_, pattern in reading.rubric.patterns.items() for hit in _plain(_hits(reading, pattern))
    )


def _learned_hit(reading: Reading, pattern: Pattern) -> Hit:
    opinion, learned = reading.opinions[pattern.id], reading.rubric.learned
    assert learned is not None  # only a model believes without a rule
    said = learned.words(pattern.id, opinion, reading.own_words, reading.page.sentences, reading.known)
    words = "、".join(f"“{word.strip()}”" for word in said)
    note = reading.rubric.learned_note if words else "{reason}"
    return Hit(opinion.start, opinion.end, reason=note.format(reason=pattern.reason, words=words))


def _settle(reading: Reading, found: dict[str, list[Hit]]) -> None:
    """Where one fault is the reason for another, keep the one that says more."""
    if "template_error" in found and reading.holds("hollow"):
        for id_ in ("boilerplate", "vague_timing", "non_answer"):
            found.pop(id_, None)
    if "transfer_only" in found and ("buck_passing" in found):
        found.pop("transfer_only")


def _evasive(reading: Reading, found: dict[str, list[Hit]]) -> bool:
    serious = any(reading.rubric.patterns[id_].level != "minor" for id_ in found)
    return serious or any(id_ in found for id_ in ("transfer_only", "template_error", "vague_timing"))


def _widened(reading: Reading, hit: Hit) -> Hit:
    """The hit stretched to whole clauses, so that a reader sees what was said.

    Whole-reply tests know their own places.
    """
    if hit.cue < 0:
        return hit
    start, _ = reading.page.clause(hit.start)
    _, end = reading.page.clause(hit.end - 1)
    while start < hit.start and reading.text[start].isspace():
        start += 1
    while end > hit.end and reading.text[end - 1].isspace():
        end -= 1
    return hit._replace(start=start, end=end) if end - start <= _WIDEST else hit


def _apart(hits: list[Hit]) -> list[Hit]:
    """At most three hits of a pattern, none inside another; the longest of those that overlap."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.weight, -(hit.end - hit.start), hit.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept[:_PER_PATTERN], key=lambda hit: hit.start)


def _finding(reading: Reading, pattern: Pattern, hit: Hit) -> Finding:
    start, end = reading.normal.span(hit.start, hit.end)
    found = finding(pattern, start, end, reading.case.reply[start:end])
    return replace(found, reason=hit.reason or pattern.reason, better=hit.better or pattern.better)


def finding(pattern: Pattern, start: int, end: int, text: str) -> Finding:
    """A finding of a pattern at a place of the learner's own text, with what the rubric says of the pattern."""
    return Finding(
        pattern=pattern.id,
        name=pattern.name,
        level=pattern.level,
        start=start,
        end=end,
        text=text,
        reason=pattern.reason,
        better=pattern.better,
        norm=pattern.norm,
    )


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as they are told: redline first, then by place."""
    return tuple(sorted(findings, key=lambda one: (LEVELS.index(one.level), one.start, one.end)))
