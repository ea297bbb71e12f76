"""Where a person stands in each competency, and what in their courses would help most."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.models import Activity, Module
from courses.progress import Step as Stage
from courses.service.study import Standing as CourseStanding
from quizzes.competence import Standing, weakest

MOST = 3
"""How many suggestions are made: more would be a list, not advice."""


@dataclass(frozen=True)
class Suggestion:
    """A step of a course that trains a competency in which practice helps most."""

    competency: Standing
    module: Module
    stage: Stage[Activity]


def suggestions(standings: Sequence[Standing], courses: Sequence[CourseStanding]) -> list[Suggestion]:
    """What to study or practise next for the weakest competencies, one step for each, no step twice.

    A step that is not done comes before one that is; reading before being asked. Where no course of this person trains
    a competency there is nothing to suggest.
    """
    made: list[Suggestion] = []
    used: set[int] = set()
    for standing in weakest(standings):
        offers = [
            (module, stage)
            for course in courses
            for module in course.course.chapters
            if standing.competency in module.competencies
            for stage in course.module_steps(module)
            if not stage.closed and stage.activity.id not in used
        ]
        if not offers:
            continue
        module, stage = min(offers, key=lambda offer: offer[1].done)
        used.add(stage.activity.id)
        made.append(Suggestion(standing, module, stage))
        if len(made) == MOST:
            break
    return made
