"""The load test's installation: units, people, courses and what everybody did in them, in parts of constant size."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from courses.models import Enrolment, Reading, UnitEnrolment
from courses.progress import mean_score
from courses.scale import catalogue, plan
from courses.scale.places import POSTS, name_of, places
from courses.scale.plan import DAY, Deed, Shape, Way
from courses.scale.record import note_all
from literacy.bulk import Filling, filling, seconds
from literacy.db import db
from literacy.models import Role, RoleGrant, Unit, User
from literacy.pinyin import stored_key
from quizzes.models import Answer, Attempt, Quiz, Submission
from quizzes.papers import Handed, Papers, papers_of

Say = Callable[[str], None]
Row = tuple[Any, ...]
ACCOUNT = "lj"
"""How the accounts begin."""
PART = 500
"""How many people's doings are in memory at a time."""
SEED = 6
PAPERS = 60
"""How many different papers of each quiz are handed in."""
PERSON = ("id", "account", "name", "name_key", "post", "unit_id", "active", "created_at", "password_hash")
ENROLMENT = (
    "id", "user_id", "course_id", "due_on", "enrolled_at", "enrolled_by_id", "withdrawn_at", "started_at",
    "completed_at", "score", "hours",
)  # fmt: skip
READING = ("id", "user_id", "lesson_id", "seen_at", "finished_at")


@dataclass(frozen=True)
class Size:
    """How much is made."""

    people: int
    units: int
    courses: int
    results: int
    """Lessons read to the end and attempts handed in, within a few dozen."""


SIZES = {
    "small": Size(2_000, 30, 20, 40_000),
    "large": Size(100_000, 500, 20, 2_000_000),
}


@dataclass(frozen=True)
class Made:
    """What was made, for whoever waits."""

    people: int
    results: int
    enrolments: int


def units_of(count: int) -> list[Unit]:
    """So many units in a tree, the top one first; flushed."""
    rows: list[Unit] = []
    for place in places(count):
        row = Unit(name=place.name, parent=rows[place.above] if place.above >= 0 else None)
        db.session.add(row)
        rows.append(row)
    db.session.flush()
    return rows


def fill(size: Size, units: Sequence[Unit], made: dict[Role, User], say: Say, seed: int = SEED) -> Made:
    """People in these units, courses and results; `made` are the accounts that are there already, each role's.

    The learner among them studies like everybody else. Commits the session: what is in it has to be seen.
    """
    chance = random.Random(seed)
    chosen = catalogue.prepare(size.courses)
    papers = papers_of(db.session.scalars(select(Quiz.id)).all(), chance, PAPERS)
    shapes = [catalogue.shape_of(course, papers) for course in chosen]
    actor = made[Role.ADMINISTRATOR].id
    for course in chosen[:3]:
        rule = UnitEnrolment(unit_id=units[0].id, course_id=course.id, enrolled_by_id=actor)
        db.session.add(rule)
    learner = made[Role.LEARNER].id
    ids, depths = [unit.id for unit in units], [place.depth for place in places(size.units)]
    db.session.commit()
    say(f"{len(chosen)} 门课，{len(units)} 个单位，{len(papers)} 个测验和演练的答卷备好了")
    with filling() as into:
        town = Town(into, chance, shapes, papers, actor)
        told = town.fill(size, _homes(chance, ids, depths), learner, say)
        into.finish()
    say(f"{note_all(actor, ACCOUNT)} 条操作记录")
    return told


def _homes(chance: random.Random, ids: Sequence[int], depths: Sequence[int]) -> Callable[[], int]:
    """Draws the unit that somebody is in: most work far down the tree."""
    weights = [(1, 2, 6, 8, 8)[min(depth, 4)] * chance.uniform(0.3, 1.7) for depth in depths]
    return lambda: chance.choices(ids, weights)[0]


class Town:
    """Writes people and what they did, part by part."""

    def __init__(
        self, into: Filling, chance: random.Random, shapes: Sequence[Shape], papers: dict[int, Papers], actor: int
    ) -> None:
        self.into, self.chance, self.shapes, self.papers, self.actor = into, chance, shapes, papers, actor
        self.present = seconds()
        self.user_id, self.enrolment_id, self.reading_id = map(into.next_id, (User, Enrolment, Reading))
        self.handed = Handed(*map(into.next_id, (Attempt, Answer, Submission)))
        self.enrolments = self.results = 0
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)

    def fill(self, size: Size, home: Callable[[], int], learner: int, say: Say) -> Made:
        """Everybody; the learner who is there already is the first to study."""
        self._studied(learner, plan.way_of(self.chance, self.shapes, self.present, keen=True))
        for number in range(size.people):
            user_id = self._person(number, size.people, home())
            keen = self.results * size.people < size.results * (number + 1)
            self._studied(user_id, plan.way_of(self.chance, self.shapes, self.present, keen=keen))
            if (number + 1) % PART == 0 or number + 1 == size.people:
                self._write()
            if (number + 1) % (20 * PART) == 0:
                say(f"{number + 1} 人，{self.results} 条学习记录")
        return Made(size.people, self.results, self.enrolments)

    def _person(self, number: int, people: int, unit_id: int) -> int:
        """Somebody new; whoever has a higher number came later."""
        user_id, self.user_id = self.user_id, self.user_id + 1
        created = self.into.moment(self.present - (plan.TWO_YEARS + 25) * DAY + number * 20 * DAY // people)
        active = self.chance.random() < 0.98
        name, post = name_of(self.chance), self.chance.choice(POSTS)
        # No password fits this hash: nobody signs in with an account of which nobody was told.
        self.rows["users"].append(
            (user_id, f"{ACCOUNT}{number + 1:06}", name, stored_key(name), post, unit_id, active, created, "!")
        )
        self.rows["role_grants"].append((user_id, Role.LEARNER.value))
        if number % 500 == 0:
            self.rows["role_grants"].append((user_id, Role.TRAINER.value))
        return user_id

    def _studied(self, user_id: int, way: Way) -> None:
        scores: dict[int, float] = {}
        for deed in way.deeds.values():
            if deed.step.lesson_id:
                self._read(user_id, deed)
            else:
                scores[deed.step.quiz_id] = self._answered(user_id, deed)
        for course in way.courses:
            self._enrolled(user_id, course, scores)
        self.results += way.results
        self.enrolments += len(way.courses)

    def _read(self, user_id: int, deed: Deed) -> None:
        seen, finished = self.into.moment(deed.seen), self._moment(deed.finished)
        self.rows["readings"].append((self.reading_id, user_id, deed.step.lesson_id, seen, finished))
        self.reading_id += 1

    def _answered(self, user_id: int, deed: Deed) -> float:
        """Hand in every attempt; gives the best score."""
        papers, best = self.papers[deed.step.quiz_id], 0.0
        for number, one in enumerate(deed.tries, start=1):
            paper = self.chance.choice(papers.good if one.passed else papers.poor)
            ends = None if papers.minutes is None else one.begun + 60 * papers.minutes
            done = one.done if ends is None else min(one.done, ends)
            moments = (self.into.moment(one.begun), self.into.moment(done), self._moment(ends))
            self.handed.add(papers, paper, user_id, number, *moments)
            best = max(best, paper.score)
        return best

    def _enrolled(self, user_id: int, course: plan.Course, scores: dict[int, float]) -> None:
        shape, done = course.shape, course.completed
        score = mean_score(scores[step.quiz_id] for step in shape.steps if step.quiz_id) if done else None
        due = None if course.due_day is None else date.fromordinal(_EPOCH + course.due_day).isoformat()
        moments = map(self._moment, (course.withdrawn, course.started, done))
        enrolled = self.into.moment(course.enrolled)
        row = (self.enrolment_id, user_id, shape.course_id, due, enrolled, self.actor, *moments)
        self.rows["enrolments"].append((*row, score, shape.hours if done else None))
        self.enrolment_id += 1

    def _moment(self, moment: int | None) -> str | None:
        return None if moment is None else self.into.moment(moment)

    def _write(self) -> None:
        rows, self.rows = self.rows, defaultdict(list)
        self.into.put(User, PERSON, rows["users"])
        self.into.put(RoleGrant, ("user_id", "role"), rows["role_grants"])
        self.into.put(Enrolment, ENROLMENT, rows["enrolments"])
        self.into.put(Reading, READING, rows["readings"])
        self.handed.put_into(self.into)
        self.into.commit()


_EPOCH = date(1970, 1, 1).toordinal()
