"""Reading one case: the folded texts side by side, and the cues of the rule files found in the reply."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from quizzes.rubric import relation
from quizzes.rubric.dates import Days, days_of
from quizzes.rubric.hearing import Known, own_words
from quizzes.rubric.learned import Opinion
from quizzes.rubric.model import ReplyCase
from quizzes.rubric.normalise import Normal, fold, normalise
from quizzes.rubric.phrase_index import Phrases, Places, contains, matches, stands
from quizzes.rubric.phrases import Phrase
from quizzes.rubric.rules import Cue, Rubric
from quizzes.rubric.segments import Layout, is_denied, is_echo, is_regretted, is_reported, layout

ENOUGH = 2
"""Weight from which cues count: one strong cue, or two different weak ones."""
_PER_CUE = 3
_second = itemgetter(1)


class Hit(NamedTuple):
    """A cue found: places in the *normalised* reply, with what the rule wants to say about it.

    ``cue`` numbers the cue within its pattern; the hits of a whole-reply test have none (-1). ``certain``: it follows
    from what stands beside the reply, which the learned models hear badly or not at all, so they have no say.
    ``phrase``: the phrase of the rule that matched, as it is written there.
    """

    start: int
    end: int
    weight: int = ENOUGH
    reason: str = ""
    better: str = ""
    cue: int = -1
    certain: bool = False
    phrase: str = ""


class Reading:
    """One case being read. Everything is worked out once, when first asked for.

    ``answer`` decides named conditions (see ``conditions.answer``); ``memory`` keeps what later stages worked out.
    """

    def __init__(
        self,
        case: ReplyCase,
        rubric: Rubric,
        answer: Callable[[str, "Reading"], bool],
        opinions: Mapping[str, Opinion] | None = None,
    ) -> None:
        self.case, self.rubric = case, rubric
        self._answer = answer
        self.memory: dict[str, Any] = {}
        self.hits: dict[Cue, list[Hit]] = {}
        self.normal: Normal = normalise(case.reply)
        self.text: str = self.normal.text
        self.post: str = fold(case.post)
        self.facts: tuple[str, ...] = tuple(fold(fact) for fact in case.facts)
        self._answers: dict[str, bool] = {}
        self._given = opinions

    @property
    def known(self) -> Known:
        """What the learned models hear beside the reply."""
        return Known(self.post, self.facts)

    @cached_property
    def page(self) -> Layout:
        """The borders inside the reply."""
        return layout(self.text)

    @cached_property
    def days(self) -> Days:
        """The days the reply names that were over when it was signed, and the dates under it."""
        return days_of(self.text)

    @cached_property
    def opinions(self) -> Mapping[str, Opinion]:
        """What the learned models say of the reply, by label; nothing where there are none."""
        if self._given is not None:
            return self._given
        learned = self.rubric.learned
        if learned is None or not self.text.strip():
            return {}
        return learned.opinions(self.own_words, self.page.sentences, self.known)

    @cached_property
    def own_words(self) -> str:
        """The reply without what it quotes of others; every place stays where it was."""
        return own_words(self.page, self.post, self.days)

    def margin(self, label: str, *, ruled: bool) -> float | None:
        """How far a label is above its limit; None where no model has an opinion."""
        opinion, learned = self.opinions.get(label), self.rubric.learned
        return None if opinion is None or learned is None else learned.margin(label, opinion, ruled=ruled)

    @cached_property
    def topic(self) -> frozenset[str]:
        """Topic words of the post that come back in the reply."""
        return relation.shared(self.text, self.post)

    @cached_property
    def matter(self) -> frozenset[str]:
        """The topic without words that half of all posts use (「孩子」「窗口」「办理」)."""
        return frozenset(word for word in self.topic if not self.rubric.is_common(word))

    @cached_property
    def fact_coverage(self) -> tuple[float, ...]:
        """For each known fact, how much of what it adds to the post comes back in the reply."""
        return tuple(relation.coverage(fact, self.text, self.post) for fact in self.facts)

    def lists(self, name: str) -> Phrases:
        """A list of phrases from ``rules/lists.yaml``."""
        return self.rubric.lists[name]

    @cached_property
    def places(self) -> Places:
        """Where in the reply a phrase may match."""
        return self.rubric.reply_index.places(self.text, self.page.sentences)

    @cached_property
    def likely_cues(self) -> Mapping[Cue, Sequence[Phrase]]:
        """The cues that may be found in the reply, with those of their phrases that may match, in their order."""
        rank = self.rubric.rank
        found: dict[Cue, list[Phrase]] = {}
        for cue, _, phrase in sorted((rank[phrase] for phrase in self.places if phrase in rank), key=_second):
            found.setdefault(cue, []).append(phrase)
        return found

    @cached_property
    def _post_places(self) -> Places:
        return self.rubric.post_index.places(self.post, layout(self.post).sentences)

    def replies(self, name: str) -> bool:
        """Whether a phrase of this list stands in the reply."""
        return stands(self.lists(name), self.text, self.places)

    def posts(self, name: str) -> bool:
        """Whether a phrase of this list stands in the post."""
        return stands(self.lists(name), self.post, self._post_places)

    def holds(self, name: str) -> bool:
        """Whether a named condition holds; ``post:…`` and ``reply:…`` look a list up in that text."""
        if name not in self._answers:
            self._answers[name] = self._answer(name, self)
        return self._answers[name]

    def sentence_text(self, at: int) -> str:
        """The normalised sentence around a place."""
        start, end = self.page.sentence(at)
        return self.text[start:end]


def believed(margin: float | None, *, ruled: bool) -> bool:
    """Whether something holds that is this far above its limit; where no model has an opinion, rules decide."""
    return ruled if margin is None else margin > 0


def search(reading: Reading, cues: Iterable[Cue]) -> list[Hit]:
    """Every hit of every cue whose surroundings allow it, in the order of the text; each cue gives its first three."""
    hits: list[Hit] = []
    likely = reading.likely_cues
    for number, cue in enumerate(cues):
        if cue in likely:
            hits.extend(_cue_hits(reading, cue, number))
    return sorted(hits, key=_place) if len(hits) > 1 else hits


def weigh(hits: Sequence[Hit]) -> bool:
    """Whether the hits together are enough: a strong one, or weak ones of two different cues in two places."""
    if not hits:
        return False
    if any(hit.weight >= ENOUGH for hit in hits):
        return True
    total, last = 0, -1
    counted: set[int] = set()
    for hit in sorted(hits, key=lambda hit: hit.end):
        if hit.start >= last and hit.cue not in counted:
            total, last = total + hit.weight, hit.end
            counted.add(hit.cue)
    return total >= ENOUGH


def _cue_hits(reading: Reading, cue: Cue, number: int) -> list[Hit]:
    """The hits of a cue, worked out once."""
    if cue not in reading.hits:
        reading.hits[cue] = _found(reading, cue, number)
    return reading.hits[cue]


def _found(reading: Reading, cue: Cue, number: int) -> list[Hit]:
    found: list[Hit] = []
    in_force = False  # asked only where the words stand: the case as a whole is the dearer question
    for phrase in reading.likely_cues[cue]:
        for match in matches(phrase, reading.text, reading.places[phrase]):
            in_force = in_force or _in_force(reading, cue)
            if not in_force:
                return found
            if _allowed(reading, cue, match.start(), match.end()):
                start, end = reading.page.sentence(match.start()) if cue.whole else match.span()
                end = max(end, match.end())
                found.append(Hit(start, end, cue.weight, cue.reason, cue.better, number, cue.sure, phrase.source))
                if len(found) >= _PER_CUE:
                    return found
    return found


def _place(hit: Hit) -> tuple[int, int]:
    return hit.start, hit.end


def _in_force(reading: Reading, cue: Cue) -> bool:
    """Whether the case as a whole lets the cue count."""
    if not all(reading.holds(name) for name in cue.when) or any(reading.holds(name) for name in cue.unless):
        return False
    if cue.said and not stands(cue.said, reading.text, reading.places):
        return False
    return not stands(cue.unsaid, reading.text, reading.places)


def _allowed(reading: Reading, cue: Cue, start: int, end: int) -> bool:
    sentence = reading.sentence_text(start)
    if (cue.near and not contains(cue.near, sentence)) or (cue.not_near and contains(cue.not_near, sentence)):
        return False
    if cue.fresh and reading.text[start:end] in reading.post:
        return False
    page = reading.page
    if not cue.quoted and (is_reported(page, start, end, reading.post) or is_echo(page, start, end, reading.post)):
        return False
    return not (cue.denial and (is_denied(page, start) or is_regretted(page, start)))
