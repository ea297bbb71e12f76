"""Faults of the whole reply that no phrase shows: hollow words, bare transfers, missing dates, beside the question."""

import re
from collections.abc import Callable

from quizzes.rubric.blanks import frame_of, letters_of, misnamed, template_faults
from quizzes.rubric.evidence import Hit, Reading, search
from quizzes.rubric.phrase_index import contains, counts

_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_STALE, _STALE_PER_USE = 2, 3
_WORDY = 40
_WORDY_WITH_BASIS = 70
_BOASTS = 3
_BOAST_SHARE = 0.3
_EXPLANATION = 100
_SHORT_POST = 200
_CHARS_PER_STALE = 90
_ANSWERED_BESIDES = 200
_SOMETHING = 25
_MORE_THAN_A_TRANSFER = ("has:deadline", "has:contact", "has:follow_up", "handled", "explained", "answered_apart")
_FINDERS: dict[str, Callable[[Reading], list[Hit]]] = {}


def structural_hits(reading: Reading, pattern: str) -> list[Hit]:
    """Hits of the whole-reply tests for one pattern; most patterns have none."""
    finder = _FINDERS.get(pattern)
    return finder(reading) if finder else []


def asks_when(reading: Reading) -> bool:
    """Whether the post asks for a time; in a short post a complaint about long waiting is enough."""
    if reading.posts("asks_when"):
        return True
    return len(reading.post) < _SHORT_POST and reading.posts("overdue")


def explained(reading: Reading) -> bool:
    """Whether a good stretch of text is left beside greetings, stock phrases, courtesies and transfers."""
    left = 0
    for start, end in reading.page.sentences:
        sentence = reading.text[start:end]
        said = frame_of(sentence).remove(sentence)
        if not contains(reading.rubric.formulas, said):
            left += len(said)
            if left >= _EXPLANATION:
                return True
    return False


def answered_apart(reading: Reading) -> bool:
    """Whether several replies are run together, and one of them says something: the transfer was but the first."""
    letters = letters_of(reading.text, reading.days)
    return len(letters) > 1 and any(_says_something(reading, letter) for letter in letters)


def _says_something(reading: Reading, letter: str) -> bool:
    """Whether a letter without a word of transfer has more to it than greetings, thanks and signature."""
    if contains(reading.lists("transfers"), letter) or contains(reading.lists("handed_over"), letter):
        return False
    return len(frame_of(letter).remove(letter)) >= _SOMETHING


def _boilerplate(reading: Reading) -> list[Hit]:
    """Stock phrases in a reply that otherwise says little: what is left beside them decides, not their presence."""
    stale = counts(reading.lists("stock_phrases"), reading.text, reading.page.sentences, reading.places)
    density = sum(found for found, _, _ in stale)
    if density < max(_STALE, len(reading.text) / _CHARS_PER_STALE):
        return []
    useful = sum(reading.holds(name) for name in ("handled", "has:deadline", "has:contact", "informed"))
    if density < _STALE + _STALE_PER_USE * useful:
        return []
    stale.sort(key=lambda item: -item[0])
    return [Hit(start, end) for _, start, end in sorted(stale[:2], key=lambda item: item[1])]


def _transfer_only(reading: Reading) -> list[Hit]:
    """A transfer, and nothing else a citizen could use."""
    if any(reading.holds(name) for name in _MORE_THAN_A_TRANSFER):
        return []
    if reading.holds("has:basis") and len(reading.text) > _ANSWERED_BESIDES:
        return []
    return search(reading, reading.rubric.patterns["transfer_only"].cues)


def _vague_timing(reading: Reading) -> list[Hit]:
    """A hedge where the time was the point, and no date anywhere."""
    if reading.holds("has:deadline") or not reading.text:
        return []
    if not asks_when(reading) and (reading.holds("substantial") or reading.holds("served")):
        return []
    return search(reading, reading.rubric.patterns["vague_timing"].cues)


def _non_answer(reading: Reading) -> list[Hit]:
    """Content, but not what was asked."""
    if reading.holds("misdirected"):
        return [
            Hit(hit.start, hit.end, reason="答的是另一件事，帖文问的没有回应。", certain=True)
            for hit in misnamed(reading)
        ]
    if reading.holds("beside_the_matter"):
        return [hit._replace(certain=True) for hit in _least_related(reading)]
    if reading.holds("has:deadline") or reading.holds("hollow"):
        return []
    asked = _asked_back(reading) or _boasts(reading)
    if asked or reading.holds("handled"):
        return asked
    stale = [] if reading.holds("has:basis") else _boilerplate(reading)
    if stale:
        return [Hit(hit.start, hit.end, reason="这些话放在哪条帖文下面都说得通，帖文问的没有回应。") for hit in stale]
    wordy = _WORDY_WITH_BASIS if reading.holds("has:basis") else _WORDY
    if reading.holds("ignores_facts") and len(reading.text.strip()) > wordy:
        return _least_related(reading)
    return []


def _flippancy(reading: Reading) -> list[Hit]:
    """An emoji is a hint, no more; a word of the same kind has to stand beside it."""
    found = None if reading.holds("playful") else _EMOJI.search(reading.text)
    return [Hit(*found.span(), weight=1)] if found else []


def _asked_back(reading: Reading) -> list[Hit]:
    ends = [end for _, end in reading.page.sentences if reading.text[end : end + 1] == "?"]
    mostly = len(ends) > 2 and not reading.holds("has:basis")
    if len(ends) < 2 or (reading.holds("substantial") and not mostly):
        return []
    return [
        Hit(
            reading.page.sentence(ends[0] - 1)[0],
            ends[-1] + 1,
            reason="把问题原样抛了回来，没有给出答复。",
            better="先回答已经能回答的部分，确需补充的信息一次问清，并说明补充后多久答复。",
        )
    ]


def _boasts(reading: Reading) -> list[Hit]:
    """Achievements in a row, where somebody complained; measures named among them are not for him."""
    if reading.holds("informed"):
        return []
    told = counts(reading.lists("boasts"), reading.text, reading.page.sentences, reading.places)
    length = sum(end - start for _, start, end in told)
    if sum(found for found, _, _ in told) < _BOASTS or length < len(reading.text) * _BOAST_SHARE:
        return []
    _, start, end = max(told, key=lambda item: item[0])
    return [Hit(start, end, reason="罗列的是成绩和规模，来信人问的那件事没有回应。")]


def _least_related(reading: Reading) -> list[Hit]:
    best, size = None, 0
    for start, end in reading.page.sentences:
        sentence = reading.text[start:end]
        if contains(reading.lists("courtesies"), sentence):
            continue
        weight = len(sentence) - 6 * sum(word in sentence for word in reading.topic)
        if weight > size:
            best, size = (start, end), weight
    return [Hit(*best, reason="这些内容没有回应帖文所问，已知的关键事实也没有告诉对方。")] if best else []


_FINDERS.update(
    {
        "template_error": template_faults,
        "boilerplate": _boilerplate,
        "transfer_only": _transfer_only,
        "vague_timing": _vague_timing,
        "non_answer": _non_answer,
        "flippancy": _flippancy,
    }
)
