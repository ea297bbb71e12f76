"""Reading one case: the folded texts side by side, and the cues of the rule files found in the reply."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from quizzes.rubric import relation
from quizzes.rubric.hearing import own_words
from quizzes.rubric.learned import Opinion
from quizzes.rubric.model import ReplyCase
from quizzes.rubric.normalise import Normal, fold, normalise
from quizzes.rubric.phrases import Phrase, Places, contains, stands
from quizzes.rubric.rules import Cue, Rubric
from quizzes.rubric.segments import Layout, is_denied, is_echo, is_regretted, is_reported, layout

ENOUGH = 2
"""Weight from which cues count: one strong cue, or two different weak ones."""
_PER_CUE = 3


@dataclass(frozen=True)
class Hit:
    """A cue found: places in the *normalised* reply, with what the rule wants to say about it.

    ``cue`` numbers the cue within its pattern; the hits of a whole-reply test have none (-1). ``certain``: it follows
    from what stands beside the reply, of which the learned models hear nothing, so they have no say in it. ``phrase``:
    the phrase of the rule that matched, as it is written there.
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
        self.normal: Normal = normalise(case.reply)
        self.text: str = self.normal.text
        self.post: str = fold(case.post)
        self.facts: tuple[str, ...] = tuple(fold(fact) for fact in case.facts)
        self._answers: dict[str, bool] = {}
        self._given = opinions

    @cached_property
    def page(self) -> Layout:
        """The borders inside the reply."""
        return layout(self.text)

    @cached_property
    def opinions(self) -> Mapping[str, Opinion]:
        """What the learned models say of the reply, by label; nothing where there are none."""
        if self._given is not None:
            return self._given
        learned = self.rubric.learned
        return learned.opinions(self.own_words, self.page.sentences) if learned and self.text.strip() else {}

    @cached_property
    def own_words(self) -> str:
        """The reply without what it quotes of others; every place stays where it was."""
        return own_words(self.page, self.post)

    def believed(self, label: str, *, ruled: bool) -> bool:
        """Whether a pattern or element holds: what rules say, weighed with what the models say."""
        opinion, learned = self.opinions.get(label), self.rubric.learned
        return ruled if opinion is None or learned is None else learned.holds(label, opinion, ruled=ruled)

    @cached_property
    def words(self) -> frozenset[str]:
        """Topic words of the reply."""
        return relation.words(self.text)

    @cached_property
    def topic(self) -> frozenset[str]:
        """Topic words of the post that come back in the reply."""
        return self.words & relation.words(self.post)

    @cached_property
    def matter(self) -> frozenset[str]:
        """The topic without words that half of all posts use (「孩子」「窗口」「办理」)."""
        return frozenset(word for word in self.topic if not contains(self.lists("common_topics"), word))

    @cached_property
    def fact_coverage(self) -> tuple[float, ...]:
        """For each known fact, how much of what it adds to the post comes back in the reply."""
        return tuple(relation.coverage(fact, self.text, self.post) for fact in self.facts)

    def lists(self, name: str) -> tuple[Phrase, ...]:
        """A list of phrases from ``rules/lists.yaml``."""
        return self.rubric.lists[name]

    @cached_property
    def places(self) -> Places:
        """Where in the reply a phrase may match."""
        return self.rubric.reply_index.places(self.text, self.page.sentences)

    @cached_property
    def likely_cues(self) -> AbstractSet[Cue]:
        """The cues of which a phrase may match in the reply."""
        cue_of = self.rubric.cue_of
        return {cue_of[phrase] for phrase in self.places if phrase in cue_of}

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


def search(reading: Reading, cues: Iterable[Cue]) -> list[Hit]:
    """Every hit of every cue whose surroundings allow it, in the order of the text; each cue gives its first three."""
    hits: list[Hit] = []
    for number, cue in enumerate(cues):
        if cue in reading.likely_cues:
            hits.extend(_cue_hits(reading, cue, number))
    return sorted(hits, key=lambda hit: (hit.start, hit.end))


def weigh(hits: Sequence[Hit]) -> bool:
    """Whether the hits together are enough: a strong one, or weak ones of two different cues in two places."""
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
    found: list[Hit] = []
    for phrase in cue.phrases:
        spans = reading.places.get(phrase)
        if spans is None:
            continue
        if not found and not _in_force(reading, cue):
            return found
        for match in chain.from_iterable(phrase.regex.finditer(reading.text, *span) for span in spans):
            if match.end() > match.start() and _allowed(reading, cue, match.start(), match.end()):
                start, end = reading.page.sentence(match.start()) if cue.whole else match.span()
                end = max(end, match.end())
                found.append(Hit(start, end, cue.weight, cue.reason, cue.better, number, phrase=phrase.source))
                if len(found) >= _PER_CUE:
                    return found
    return found


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
