"""How fast the studio's pages are with many questions and attempts: `python -m tests.benchmarks.studio`.

Fills a new SQLite installation in a temporary folder (or a new database on the PostgreSQL server that
LITERACY_DATABASE_URL names) with questions, quizzes, people and attempts, opens every page of the studio as a trainer,
and prints the time of the first and of the best of some later openings, the slowest first. Nothing is kept.
"""

import argparse
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from literacy.bulk import Filling, filling, json_text, seconds
from literacy.cli import make_demo, sync_content
from literacy.content import fingerprint
from literacy.db import db, now
from literacy.models import Role, RoleGrant, Unit, User
from literacy.operations import migrations
from literacy.pinyin import stored_key
from quizzes import bodies
from quizzes.models import Answer, Attempt, Question, QuestionVersion, Quiz, QuizKind, Slot, Submission
from quizzes.papers import Handed, Papers, papers_of
from quizzes.service.authoring.similar import near_questions
from run import create_app
from tests.benchmarks.opening import opened, say, signed_in, still, tell
from tests.conftest import temporary_database

PART = 2_000
"""How many attempts are written at a time."""
PAPERS = 100
"""How many different papers of each quiz are handed in."""
SYLLABLES = "水路灯桥井盖停电噪声物业学校医院公交车位补贴社保施工垃圾绿化河道小区窗口材料工单回复热线群众"
ASKED = 5
"""Questions of a quiz."""
SLOW = 0.3
"""Seconds above which a page is marked."""


def words(chance: random.Random, count: int) -> str:
    """A text that no other is like."""
    return "".join(chance.choices(SYLLABLES, k=count))


def question_body(chance: random.Random) -> dict[str, Any]:
    """A single-choice question."""
    options = [{"text": words(chance, 8), "correct": not at, "feedback": words(chance, 12)} for at in range(4)]
    return bodies.normalised("single", {"stem": words(chance, 24), "options": options})


def fill(questions: int, quizzes: int, people: int, attempts: int, replies: int) -> None:
    """Questions, quizzes of some of them, people, and attempts spread over the quizzes and people."""
    chance = random.Random(7)
    unit = db.session.scalars(select(Unit.id)).first()
    with filling() as into:
        first = Ids(*map(into.next_id, (Question, QuestionVersion, Quiz, User, Attempt)))
        _put_questions(into, chance, first, questions)
        _put_quizzes(into, first, quizzes, questions)
        _put_people(into, first, people, unit)
        into.commit()
        drill = db.session.scalars(select(Quiz.id).where(Quiz.kind == QuizKind.DRILL)).first()
        asked = [first.quiz + number for number in range(quizzes)]
        papers = papers_of([*asked, drill or 0], chance, PAPERS)
        db.session.rollback()
        plan = [(asked[n % quizzes], n // quizzes % people, n // quizzes // people + 1) for n in range(attempts)]
        plan += [(drill or 0, n % people, n // people + 1) for n in range(replies)]
        _put_attempts(into, chance, papers, first.user, plan)
        into.finish()


@dataclass(frozen=True)
class Ids:
    """The first ids that are free."""

    question: int
    version: int
    quiz: int
    user: int
    attempt: int


def _put_questions(into: Filling, chance: random.Random, first: Ids, count: int) -> None:
    made = [question_body(chance) for _ in range(count)]
    names = ("id", "slug", "title", "state", "kind", "competency", "difficulty")
    rows = (
        (first.question + n, f"q-bench-{n}", body["stem"][:40], "published", "single", f"WG{n % 6 + 1}", n % 5 + 1)
        for n, body in enumerate(made)
    )
    into.put(Question, names, rows)
    versions = (
        (first.version + n, first.question + n, 1, json_text(body), fingerprint(body)) for n, body in enumerate(made)
    )
    into.put(QuestionVersion, ("id", "question_id", "number", "body", "content_hash"), versions)


def _put_quizzes(into: Filling, first: Ids, count: int, questions: int) -> None:
    rows = ((first.quiz + n, f"z-bench-{n}", f"测验 {n}", "published", "quiz") for n in range(count))
    into.put(Quiz, ("id", "slug", "title", "state", "kind"), rows)
    start = into.next_id(Slot)
    slots = (
        (start + n * ASKED + at, first.quiz + n, first.question + (n * ASKED + at) % questions, at + 1)
        for n in range(count)
        for at in range(ASKED)
    )
    into.put(Slot, ("id", "quiz_id", "question_id", "position"), slots)


def _put_people(into: Filling, first: Ids, count: int, unit: int | None) -> None:
    names = ("id", "account", "name", "name_key", "unit_id", "password_hash")
    rows = ((first.user + n, f"bench{n}", f"学员{n}", stored_key(f"学员{n}"), unit, "!") for n in range(count))
    into.put(User, names, rows)
    into.put(RoleGrant, ("user_id", "role"), ((first.user + n, "learner") for n in range(count)))


def _put_attempts(
    into: Filling, chance: random.Random, papers: dict[int, Papers], user: int, plan: list[tuple[int, int, int]]
) -> None:
    """Attempts of (quiz, place of the person, number), handed in a second after another."""
    handed = Handed(*map(into.next_id, (Attempt, Answer, Submission)))
    present = seconds()
    for part in range(0, len(plan), PART):
        for at, (quiz_id, person, number) in enumerate(plan[part : part + PART], start=part):
            offered = papers[quiz_id]
            paper = chance.choice([*offered.good, *offered.poor])
            begun = into.moment(present - len(plan) + at)
            handed.add(offered, paper, user + person, number, begun, begun, None)
        handed.put_into(into)
        into.commit()


def addresses(app: Flask) -> list[str]:
    """Every page of the studio that can be opened, each with one row that has much to show."""
    quiz = db.session.scalar(select(func.min(Quiz.id)).where(Quiz.slug.like("z-bench%")))
    question = db.session.scalar(select(func.min(Question.id)).where(Question.slug.like("q-bench%")))
    reply = db.session.scalar(select(func.max(Answer.id)))
    attempt = db.session.scalar(select(func.max(Attempt.id)))
    known = {
        "course_id": 1,
        "lesson_id": 1,
        "quiz_id": quiz,
        "question_id": question,
        "scenario_id": 1,
        "answer_id": reply,
        "attempt_id": attempt,
    }
    kinds = {"history": [("questions", question), ("quizzes", quiz), ("lessons", 1), ("courses", 1), ("scenarios", 1)]}
    found = [
        "/teach/class?course=1",
        "/teach/questions?words=水",
        "/teach/questions?page=150",
        "/teach/attempts?page=900",
        "/teach/questions/new/single",
        "/teach/rubric/patterns/threat",
        "/teach/rubric/draft/patterns/threat",
    ]
    found += [f"/teach/{kind}/{row_id}/history" for kind, row_id in kinds["history"]]
    for rule in app.url_map.iter_rules():
        listed = rule.rule.startswith("/teach") and "GET" in (rule.methods or ()) and "download" not in rule.rule
        if listed and all(name in known for name in rule.arguments):
            path = rule.rule
            for name in rule.arguments:
                path = path.replace(f"<int:{name}>", str(known[name]))
            found.append(path)
    # The first look at the rubric sets a search for examples going, which would slow the pages after it.
    return sorted(set(found), key=lambda path: ("/rubric" in path, path))


def searched(times: int) -> float:
    """Seconds that it takes to look for questions like a new one, the best of some."""
    stem = db.session.scalars(select(QuestionVersion.body).order_by(QuestionVersion.id.desc())).first()["stem"]
    taken = []
    for _ in range(times):
        db.session.expunge_all()
        begun = time.perf_counter()
        near_questions(f"请问{stem}")
        taken.append(time.perf_counter() - begun)
    return min(taken)


def main() -> None:
    """Fill, open, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--quizzes", type=int, default=100)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--replies", type=int, default=2_000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, temporary_database(Path(name)) as address:
        app = create_app({"DATA_FOLDER": Path(name), "SQLALCHEMY_DATABASE_URI": address, "RATELIMIT_ENABLED": False})
        migrations.bring_up(app, now())
        sync_content(app)
        accounts = {role: (account, password) for role, account, password in make_demo(app)}
        with app.app_context():
            begun = time.perf_counter()
            fill(given.questions, given.quizzes, given.people, given.attempts, given.replies)
            say(
                f"{db.engine.dialect.name}: {given.questions} questions, {given.attempts} attempts of {ASKED}, "
                f"{given.replies} replies in {time.perf_counter() - begun:.0f} s"
            )
            paths = addresses(app)
            db.session.remove()
        still()
        client = signed_in(app, *accounts[Role.TRAINER.label])
        tell((opened(client, path, given.times) for path in paths), SLOW)
        with app.app_context():
            say(f"questions like a new one: {searched(given.times) * 1000:.0f} ms")
            db.engine.dispose()


if __name__ == "__main__":
    main()
