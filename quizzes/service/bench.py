"""The replies by which a scenario is tested: its exemplar, its anti-exemplars, and what trainers kept.

`failures(version, rubric=None)` is what others call: a `quizzes.rubric.Rubric` may be handed in to see what a candidate
would break. `failures_everywhere(rubric=None)` does so for all scenarios.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from literacy.db import db
from literacy.models import State
from quizzes.examples import examples
from quizzes.expected import Expected, differences
from quizzes.marking import judged
from quizzes.models import SavedReply, Scenario, ScenarioVersion
from quizzes.rubric import Rubric, Verdict
from quizzes.standard.in_force import in_force


@dataclass(frozen=True)
class Case:
    """One reply by which a scenario is tested. `saved` is the stored row; None for the scenario's own examples."""

    key: str
    """Names it in forms: `exemplar`, `anti_exemplars[1]`, `saved-7`."""
    label: str
    """What it is called: 示范答复, 反例 1, 保存的答复 2."""
    text: str
    saved: SavedReply | None = None


@dataclass(frozen=True)
class Result:
    """A case as it is judged now, and where that differs from what is expected."""

    case: Case
    verdict: Verdict
    differs: list[str]


def results(body: Mapping[str, Any], replies: Sequence[SavedReply], rubric: Rubric | None = None) -> list[Result]:
    """Judge all cases of a normalised scenario body, stored or not: its examples first, then the saved replies."""
    rubric = rubric or in_force()
    found = [
        Result(Case(example.key, _label_of(example.key), example.text), example.verdict, example.problems)
        for example in examples(body, rubric)
        if example.text.strip()
    ]
    names = {id_: one.name for part in (rubric.patterns, rubric.elements) for id_, one in part.items()}
    for number, row in enumerate(replies, start=1):
        verdict = judged(body, row.text, rubric)
        differs = differences(Expected.from_dict(row.expected), verdict, names)
        found.append(Result(Case(f"saved-{row.id}", f"保存的答复 {number}", row.text, row), verdict, differs))
    return found


def _label_of(key: str) -> str:
    return "示范答复" if key == "exemplar" else f"反例 {key.removeprefix('anti_exemplars[').removesuffix(']')}"


def failures(version: ScenarioVersion, rubric: Rubric | None = None) -> list[tuple[Case, list[str]]]:
    """The cases that this version of a scenario does not judge as expected: (case, what differs).

    `rubric` None is the one in force. What differs is said in plain Chinese, each sentence without its full stop.
    """
    return [
        (result.case, result.differs)
        for result in results(version.body, version.scenario.saved_replies, rubric)
        if result.differs
    ]


def newly_failing(scenario: Scenario, body: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> list[Result]:
    """The cases that fail by this body; of those that failed by `before` already nothing is said again."""
    replies = scenario.saved_replies
    failed = [result for result in results(body, replies) if result.differs]
    if before is None or not failed:
        return failed
    known = {(one.case.saved, one.case.text) for one in results(before, replies) if one.differs}
    return [result for result in failed if (result.case.saved, result.case.text) not in known]


def in_a_sentence(failed: Sequence[Result]) -> str:
    """What fails, for a note or the audit log: 示范答复：评为 2 级，示范要 4 级；反例 1：…."""
    return "；".join(f"{result.case.label}：{'，'.join(result.differs)}" for result in failed)


def failures_everywhere(
    rubric: Rubric | None = None, slug: str = ""
) -> Iterator[tuple[Scenario, list[tuple[Case, list[str]]]]]:
    """Each scenario that is not retired, by slug, with its failures (see `failures`); those without any too.

    `slug` narrows it to one.
    """
    query = (
        select(Scenario)
        .where(Scenario.state != State.RETIRED)
        .options(selectinload(Scenario.versions), selectinload(Scenario.saved_replies))
        .order_by(Scenario.slug)
    )
    for scenario in db.session.scalars(query.where(Scenario.slug == slug) if slug else query):
        yield scenario, failures(scenario.latest, rubric)
