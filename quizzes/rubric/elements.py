"""Which elements of a good reply are there. Most come from cues; ``restate`` asks whether the topic comes back, and
``basis`` is also there when a fact known beforehand comes back.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from quizzes.rubric import relation
from quizzes.rubric.evidence import ENOUGH, Hit, Reading, believed, search, weigh
from quizzes.rubric.model import ElementVerdict, Finding
from quizzes.rubric.phrase_index import contains

_SIGNED = re.compile(
    r"(?:^|\n)[\s—-]*([\u4e00-\u9fff]{3,24}(?:局|委|办|处|中心|公司|集团|政府|委员会|支队|大队|中队|医院|学校|馆|社区|街道|公交|交警))"
    r"\s*(?:\d{4}[年./-]\d{1,2}[月./-]\d{1,2}日?)?\s*$"
)
_TOPIC_WORDS = 2
_OPENING = 120
_TOLD = 0.45
"""Share of what a fact adds to the post from which the reply counts as having told it."""
_TOUCHED = 0.3
"""Share from which it at least speaks of the same matter."""


def element_hits(reading: Reading) -> dict[str, Hit | None]:
    """For each element of the rubric its first evidence in the reply, or ``None``."""
    if "elements" not in reading.memory:
        misdirected = reading.holds("misdirected")
        reading.memory["elements"] = {
            id_: None if misdirected else _evidence(reading, id_) for id_ in reading.rubric.elements
        }
    return reading.memory["elements"]


def judge_elements(
    reading: Reading, required: Iterable[str] = (), findings: Sequence[Finding] = ()
) -> tuple[ElementVerdict, ...]:
    """The verdict on every element, in the order of the rubric, places counted in the learner's own text.

    Words that are a grave fault are no virtue at the same time: 「不归我们管，您找城管」 names nobody who takes care.
    """
    wanted = frozenset(required)
    hits = element_hits(reading)
    grave = [(finding.start, finding.end) for finding in findings if finding.level != "minor"]
    verdicts = []
    for id_, element in reading.rubric.elements.items():
        hit = hits[id_]
        if not reading.holds("misdirected") and not reading.holds("hollow"):
            hit = _weighed(reading, id_, hit)
        if hit and id_ != "restate" and _within(reading, hit, grave):
            hit = next((other for other in _strong(reading, id_) if not _within(reading, other, grave)), None)
        start, end = reading.normal.span(hit.start, hit.end) if hit else (None, None)
        verdicts.append(
            ElementVerdict(
                id=id_,
                name=element.name,
                present=hit is not None,
                start=start,
                end=end,
                text=reading.case.reply[start:end] if hit else None,
                required=id_ in wanted,
                advice=element.advice,
            )
        )
    return tuple(verdicts)


def _weighed(reading: Reading, id_: str, hit: Hit | None) -> Hit | None:
    """The evidence, if rules and learned models together believe in it; the likeliest sentence where no rule did."""
    ruled = hit is not None
    if not believed(reading.margin(id_, ruled=ruled), ruled=ruled):
        return None
    return hit or Hit(reading.opinions[id_].start, reading.opinions[id_].end)


def element_margin(reading: Reading, id_: str) -> float | None:
    """How far an element is above (or, negative, below) its limit, in log-odds; None where the models had no say."""
    if reading.holds("misdirected") or reading.holds("hollow"):
        return None
    return reading.margin(id_, ruled=element_hits(reading)[id_] is not None)


def _within(reading: Reading, hit: Hit, spans: Iterable[tuple[int, int]]) -> bool:
    start, end = reading.normal.span(hit.start, hit.end)
    return any(left <= start and end <= right for left, right in spans)


def _strong(reading: Reading, id_: str) -> list[Hit]:
    return [hit for hit in _hits(reading, id_) if hit.weight >= ENOUGH]


def _hits(reading: Reading, id_: str) -> list[Hit]:
    """What the cues of an element find; a day that was over when the reply was signed is no time limit."""
    hits = search(reading, reading.rubric.elements[id_].cues)
    return [hit for hit in hits if not _over(reading, hit)] if id_ == "deadline" else hits


def _evidence(reading: Reading, id_: str) -> Hit | None:
    if id_ == "restate":
        return _restated(reading)
    hits = _hits(reading, id_)
    if weigh(hits):
        return next((hit for hit in hits if hit.weight >= ENOUGH), hits[0])
    if id_ == "owner":
        return _signed(reading)
    return _told(reading, _TOLD) if id_ == "basis" else None


def _over(reading: Reading, hit: Hit) -> bool:
    """Whether a hit lies on a day that was past when the reply was signed, or on the date under it."""
    return any(day.start < hit.end and hit.start < day.end for days in reading.days for day in days)


def _signed(reading: Reading) -> Hit | None:
    """The unit that signs at the end of a reply with something in it."""
    signature = None if reading.holds("hollow") else _SIGNED.search(reading.text)
    return Hit(*signature.span(1)) if signature else None


def _told(reading: Reading, share: float) -> Hit | None:
    """The sentence that tells most of a fact known beforehand."""
    if max(reading.fact_coverage, default=0.0) < share:
        return None
    fact = reading.facts[reading.fact_coverage.index(max(reading.fact_coverage))]
    fresh = relation.words(fact) | relation.figures(fact)
    return _best_sentence(reading, lambda said: len(fresh & (relation.words(said) | relation.figures(said))))


def _best_sentence(reading: Reading, worth: Callable[[str], int]) -> Hit:
    """The sentence that is worth most, the first of several."""
    spans = (span for span in reading.page.sentences if span[1] > span[0])
    return Hit(*max(spans, key=lambda span: worth(reading.text[slice(*span)])))


def _restated(reading: Reading) -> Hit | None:
    """The sentence that names the matter: with words of the post, or by telling a fact about it."""
    framed = contains(reading.lists("names_the_matter"), reading.text[:_OPENING])
    if len(reading.matter) >= _TOPIC_WORDS or (framed and reading.topic):
        topic = reading.topic
        return _best_sentence(reading, lambda said: sum(word in said for word in topic))
    return _told(reading, _TOUCHED)
