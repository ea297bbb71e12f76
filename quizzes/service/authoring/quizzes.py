"""Arranging questions into quizzes."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import selectinload

from literacy.db import containing, db
from literacy.errors import Refused, found
from literacy.models import State, User
from quizzes.models import Attempt, Question, Quiz, QuizKind, Slot
from quizzes.service.authoring.life import begin, new_slug, note, slot_problem, still_whole

MAX_ID = 2**31
"""No row has such a number; the database would not even look for it."""


def quiz_list(words: str = "", state: str = "", kind: str = "") -> Select[Any]:
    """Quizzes with their slots, the newest change first, narrowed by whatever is given."""
    query = select(Quiz).options(selectinload(Quiz.slots)).order_by(Quiz.changed_at.desc(), Quiz.id.desc())
    if words:
        query = query.where(containing(words, Quiz.title, Quiz.slug))
    if state in set(State):
        query = query.where(Quiz.state == State(state))
    if kind in set(QuizKind):
        query = query.where(Quiz.kind == QuizKind(kind))
    return query


def quiz_for(quiz_id: int, *, writing: bool = False) -> Quiz:
    """A quiz; raises NotFound. `writing` locks it until the transaction ends."""
    return found(db.session.get(Quiz, quiz_id, with_for_update=writing or None))


def has_attempts(quiz: Quiz) -> bool:
    """Whether anybody has begun the quiz."""
    return bool(db.session.scalar(select(exists().where(Attempt.quiz_id == quiz.id))))


def create_quiz(author: User, settings: dict[str, Any]) -> Quiz:
    """A new draft quiz without questions. `settings` are columns of Quiz."""
    quiz = Quiz(slug=new_slug("z"), edited=True, **settings)
    db.session.add(quiz)
    note(author, "created", quiz)
    db.session.flush()
    return quiz


def change_quiz(
    author: User, quiz: Quiz, opened_on: int | None, settings: dict[str, Any], chosen: Iterable[tuple[int, float]]
) -> None:
    """Change the rules of a quiz, and keep of its questions the chosen ones, as (question id, marks) in order.

    Ids that the quiz does not hold are passed over. Attempts that began keep the questions they were given.
    Raises Refused if somebody else changed it since it was opened, or if it is published and would become incomplete.
    """
    begin(quiz, opened_on)
    for name, value in settings.items():
        setattr(quiz, name, value)
    before = len(quiz.slots)
    kept = {slot.question_id: slot for slot in quiz.slots}
    slots: list[Slot] = []
    for question_id, marks in chosen:
        if slot := kept.pop(question_id, None):
            slot.position, slot.marks = len(slots), marks
            slots.append(slot)
    quiz.slots = slots
    _refuse_faults(quiz)
    still_whole(quiz)
    note(author, "changed", quiz, questions=[before, len(slots)])
    db.session.flush()


def questions_by_id(question_ids: Iterable[int]) -> dict[int, Question]:
    """These questions by their ids; ids that no question has are left out."""
    wanted = [number for number in question_ids if 0 < number < MAX_ID]
    return {row.id: row for row in db.session.scalars(select(Question).where(Question.id.in_(wanted)))}


def _refuse_faults(quiz: Quiz) -> None:
    if problem := slot_problem(quiz.kind, [slot.question for slot in quiz.slots]):
        raise Refused(problem)


def add_questions(author: User, quiz: Quiz, opened_on: int | None, question_ids: Iterable[int]) -> int:
    """Put questions at the end of a quiz; gives how many were added. Those it holds already are passed over.

    Raises Refused if somebody else changed the quiz since, or if it is published and a question is not.
    """
    wanted = list(dict.fromkeys(question_ids))
    rows = questions_by_id(wanted)
    held = {slot.question_id for slot in quiz.slots}
    new = [rows[question_id] for question_id in wanted if question_id in rows and question_id not in held]
    if not new:
        return 0
    begin(quiz, opened_on)
    for question in new:
        position = max((slot.position for slot in quiz.slots), default=-1) + 1
        quiz.slots.append(Slot(question=question, position=position, marks=1))
    _refuse_faults(quiz)
    still_whole(quiz)
    note(author, "changed", quiz, questions=[len(held), len(quiz.slots)])
    db.session.flush()
    return len(new)
