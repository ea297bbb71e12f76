"""What trainers said of replies, beside what the machine said, and as lines that others can measure a machine with."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.db import by_pinyin, db
from literacy.models import User
from quizzes import marking
from quizzes.models import Answer, Attempt, Quiz
from quizzes.reviewing.agreeing import Agreement, Labelled, agreement, machine_labels
from quizzes.reviewing.models import Rating
from quizzes.rubric import corpus, load_rubric

ACTIONS = {"ratings.taken": "下载批阅标注"}
AT_ONCE = 200


def _latest(query: Select[Any], quiz: int) -> Select[Any]:
    """Only the rating that counts of each answer; of one quiz if it is named."""
    newest = select(func.max(Rating.id)).group_by(Rating.answer_id)
    query = query.select_from(Rating).join(Rating.answer).join(Answer.attempt).where(Rating.id.in_(newest))
    return (query.where(Attempt.quiz_id == quiz) if quiz else query).order_by(Rating.id)


def with_machine(quiz: int = 0) -> Agreement | None:
    """How far the machine and the trainers agree on what was gone through; None before anything was."""
    query = _latest(select(Rating.id, Rating.patterns, Rating.elements, Rating.grade, Answer.detail), quiz)
    pairs: list[tuple[Labelled, Labelled]] = []
    for id_, patterns, elements, grade, detail in db.session.execute(query).yield_per(AT_ONCE):
        names = list(dict.fromkeys(one["pattern"] for one in patterns))
        trainer = {"id": str(id_), "patterns": names, "elements": elements, "grade": grade}
        pairs.append((trainer, machine_labels(str(id_), detail)))
    return agreement(pairs, load_rubric())


def rated_quizzes() -> list[tuple[int, str]]:
    """(id, title) of every quiz of which a reply was gone through, by title."""
    rated = _latest(select(Attempt.quiz_id), 0).order_by(None)
    query = select(Quiz.id, Quiz.title).where(Quiz.id.in_(rated)).order_by(by_pinyin(Quiz.title))
    return [(quiz_id, title) for quiz_id, title in db.session.execute(query)]


@dataclass(frozen=True)
class Lines:
    """Labelled corpus lines, and how many ratings were left out: for a fault of the record, or for a name in it."""

    records: Sequence[dict[str, Any]]
    faulty: int
    named: int

    def as_bytes(self) -> bytes:
        """The lines as a file."""
        return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in self.records).encode("utf-8", "replace")


def lines(quiz: int = 0) -> Lines:
    """What counts as said of each reply, as lines of the labelled corpus; without names and accounts.

    A reply in which its writer's name or account stands is left out, and so is a line that `corpus.problems` finds
    fault with. A reason that names writer or trainer is left away.
    """
    records, faulty, named = [], 0, 0
    for rating in _ratings(quiz):
        record = record_of(rating)
        if _tells(record["reply"], rating.answer.attempt.user):
            named += 1
        elif corpus.problems(record):
            faulty += 1
        else:
            records.append(record)
    return Lines(records, faulty, named)


def _ratings(quiz: int) -> Iterator[Rating]:
    whole = joinedload(Rating.answer).options(
        joinedload(Answer.scenario_version), joinedload(Answer.attempt).joinedload(Attempt.user)
    )
    yield from db.session.scalars(_latest(select(Rating), quiz).options(whole, joinedload(Rating.trainer)))


def record_of(rating: Rating) -> dict[str, Any]:
    """A rating in the form of `quizzes/rubric/corpus`; its id tells nothing of the person."""
    answer = rating.answer
    assert answer.scenario_version is not None  # only replies are rated
    text = (answer.draft or {}).get("text", "")
    case = marking.reply_case(answer.scenario_version.body, text)
    people = (answer.attempt.user, rating.trainer)
    note = {} if not rating.reason or any(_tells(rating.reason, one) for one in people) else {"note": rating.reason}
    return {
        "id": f"rated-{rating.id}",
        "channel": case.channel,
        "post": case.post,
        "facts": list(case.facts),
        "reply": text,
        "patterns": list(dict.fromkeys(one["pattern"] for one in rating.patterns)),
        "spans": [{"pattern": one["pattern"], "text": one["text"] or text} for one in rating.patterns],
        "elements": rating.elements,
        "grade": rating.grade,
        **note,
    }


def _tells(text: str, user: User) -> bool:
    """Whether a text holds the name or the account of a person."""
    return user.name in text or user.account in text


def take(trainer: User, quiz: int = 0) -> Lines:
    """The lines for somebody who takes them along; put down in the audit log."""
    found = lines(quiz)
    left_out = found.faulty + found.named
    summary = f"下载批阅标注 {len(found.records)} 条" + (f"，未列入 {left_out} 条" if left_out else "")
    audit.record(trainer, "ratings.taken", db.session.get(Quiz, quiz) if quiz else None, summary)
    return found
