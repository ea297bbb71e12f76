"""Sentences tried on two rubrics: what each says of them, and which cues fire even if nothing comes of it; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from quizzes.rubric import ReplyCase, Rubric, Verdict, score_reply
from quizzes.rubric.conditions import answer
from quizzes.rubric.evidence import ENOUGH, Reading, search

MOST = 20


@dataclass(frozen=True)
class Fired:
    """A cue that fired: whose it is, the words it found, whether it is a weak one, and whether anything came of it."""

    owner: str
    words: str
    weak: bool
    counted: bool


@dataclass(frozen=True)
class Tried:
    """One sentence under both rubrics."""

    text: str
    before: Verdict
    after: Verdict
    fired: tuple[Fired, ...]
    """By the second rubric."""

    @property
    def differs(self) -> bool:
        """Whether the two verdicts say different things."""
        return (self.before.grade, self.before.patterns, _present(self.before)) != (
            self.after.grade,
            self.after.patterns,
            _present(self.after),
        )


def _present(verdict: Verdict) -> tuple[str, ...]:
    return tuple(element.id for element in verdict.elements if element.present)


def tried(lines: Iterable[str], post: str, before: Rubric, after: Rubric) -> list[Tried]:
    """Each of the first lines, as a reply to the post."""
    return [_one(line, post, before, after) for line in list(lines)[:MOST]]


def _one(text: str, post: str, before: Rubric, after: Rubric) -> Tried:
    case = ReplyCase(post=post, reply=text)
    new = score_reply(case, after)
    return Tried(text, score_reply(case, before), new, _fired(case, after, new))


def _fired(case: ReplyCase, rubric: Rubric, verdict: Verdict) -> tuple[Fired, ...]:
    reading = Reading(case, rubric, answer, {})
    counted = {*verdict.patterns, *_present(verdict)}
    found = []
    for part in (rubric.patterns, rubric.elements):
        for id_, one in part.items():
            for hit in search(reading, one.cues):
                start, end = reading.normal.span(hit.start, hit.end)
                found.append(Fired(one.name, case.reply[start:end], hit.weight < ENOUGH, id_ in counted))
    return tuple(dict.fromkeys(found))
