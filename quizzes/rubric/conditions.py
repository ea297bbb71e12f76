"""Named conditions that rule files may ask for (``when:``, ``unless:``). Each looks at the whole case."""

from collections.abc import Callable

from quizzes.rubric import relation
from quizzes.rubric.blanks import hollow, wrong_matter
from quizzes.rubric.elements import element_hits
from quizzes.rubric.evidence import Reading, search
from quizzes.rubric.phrase_index import contains
from quizzes.rubric.shapes import COMPILED
from quizzes.rubric.structure import answered_apart, asks_when, explained

_SHORT = 30
_BRIEF = 60
_SHORT_POST = 60
_LONG_POST = 300
"""A post this long tells a story; words of danger in it speak of the past more often than of now."""
_STRAY_WORDS = 2
_SOME_LENGTH = 40
_LITTLE_TOLD = 0.2
_UNRELATED = 0.3


def _misdirected(reading: Reading) -> bool:
    """The reply names another matter and has nothing on this one: it was meant for somebody else."""
    if wrong_matter(reading) is None:
        return False
    return len(reading.topic) <= _STRAY_WORDS and max(reading.fact_coverage, default=0.0) < _UNRELATED


def _beside_the_matter(reading: Reading) -> bool:
    """A reply of some length that names nothing of the post and tells next to nothing of what is known."""
    if len(reading.text.strip()) < _SOME_LENGTH or reading.matter or not reading.fact_coverage:
        return False
    return max(reading.fact_coverage) <= _LITTLE_TOLD


def _dated(reading: Reading) -> bool:
    return bool(COMPILED["日期"].search(reading.text) or COMPILED["时点"].search(reading.text))


def _substantial(reading: Reading) -> bool:
    """Concrete facts: figures and facts known beforehand that come back, a measure, a basis."""
    return len(relation.figures(reading.text)) >= 3 or _informed(reading)


def _informed(reading: Reading) -> bool:
    return bool(reading.fact_coverage) and max(reading.fact_coverage) >= 0.5


def _ignores_facts(reading: Reading) -> bool:
    """Facts were given, and next to nothing of any of them comes back."""
    return bool(reading.fact_coverage) and max(reading.fact_coverage) < 0.25


def _handled(reading: Reading) -> bool:
    """A measure is named outright, not only inferred from a fact that comes back."""
    outright = [cue for cue in reading.rubric.elements["action"].cues if not cue.when]
    return bool(element_hits(reading)["action"]) and bool(search(reading, outright))


def _unnamed_transfer(reading: Reading) -> bool:
    """Passed on to nobody in particular, and nothing else said."""
    elements = element_hits(reading)
    if any(elements[id_] for id_ in ("owner", "basis", "action", "deadline", "contact")):
        return False
    return all(reading.replies(name) for name in ("transfers", "nameless"))


def _plain_question(reading: Reading) -> bool:
    """The post only wants to know something; nobody complains."""
    if len(reading.post) > _SHORT_POST or reading.posts("grievances"):
        return False
    return reading.posts("questions")


def _consultation(reading: Reading) -> bool:
    """What the post begins with, its title where it has one, asks and does not complain, however long the rest is."""
    title, _, rest = reading.post.strip().partition("\n")
    if not rest and len(title) > _SHORT_POST:
        return False
    return contains(reading.lists("consultations"), title) and not contains(reading.lists("demands"), title)


def _playful(reading: Reading) -> bool:
    """A light matter, answered in full, or somebody's thanks: a joke may stand beside the answer."""
    grave = reading.posts("grave_matters")
    if reading.posts("praise") and not grave:
        return True
    elements = element_hits(reading)
    answered = elements["basis"] and (elements["contact"] or elements["deadline"] or elements["action"])
    return bool(answered) and not grave


def _unheeded_emergency(reading: Reading) -> bool:
    """Somebody is in danger, and the reply does not begin to help."""
    if len(reading.post) > _LONG_POST:
        return False
    if not reading.posts("emergencies") or reading.posts("supposed"):
        return False
    return not reading.replies("rescue")


_CONDITIONS: dict[str, Callable[[Reading], bool]] = {
    "always": lambda _reading: True,
    "misdirected": _misdirected,
    "beside_the_matter": _beside_the_matter,
    "misnamed": lambda reading: wrong_matter(reading) is not None,
    "dated": _dated,
    "substantial": _substantial,
    "informed": _informed,
    "ignores_facts": _ignores_facts,
    "touched": lambda reading: max(reading.fact_coverage, default=0.0) >= 0.3,
    "short": lambda reading: len(reading.text.strip()) < _SHORT,
    "brief": lambda reading: len(reading.text.strip()) < _BRIEF,
    "phone": lambda reading: bool(COMPILED["电话"].search(reading.text)),
    "way_out": lambda reading: any(element_hits(reading)[id_] for id_ in ("contact", "deadline")),
    "handed_over": lambda reading: reading.replies("handed_over"),
    "referred_with_care": lambda reading: (
        reading.holds("handed_over") and (reading.holds("way_out") or bool(element_hits(reading)["follow_up"]))
    ),
    "served": lambda reading: bool(element_hits(reading)["action"] and element_hits(reading)["basis"]),
    "handled": _handled,
    "transferred": lambda reading: reading.replies("transfers"),
    "asks_when": asks_when,
    "off_when": lambda reading: reading.holds("explained") and not reading.holds("asks_when"),
    "explained": explained,
    "answered_apart": answered_apart,
    "hollow": hollow,
    "unnamed_transfer": _unnamed_transfer,
    "playful": _playful,
    "plain_question": _plain_question,
    "consultation": _consultation,
    "unheeded_emergency": _unheeded_emergency,
    "no_topic": lambda reading: not reading.topic,
}


def answer(name: str, reading: Reading) -> bool:
    """Decide one condition; raises ``KeyError`` for a name nobody defined.

    ``post:x`` and ``reply:x`` look list ``x`` up in that text, ``has:x`` asks for element ``x``, ``no:x`` negates.
    """
    kind, _, rest = name.partition(":")
    if not rest:
        return _CONDITIONS[name](reading)
    if kind == "no":
        return not reading.holds(rest)
    if kind == "has":
        return element_hits(reading)[rest] is not None
    return {"post": reading.posts, "reply": reading.replies}[kind](rest)
