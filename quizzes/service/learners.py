"""Whose work a trainer sees: everybody's, or that of the unit which the trainer's role is bound to."""

from sqlalchemy import ColumnElement, select, true

from literacy.errors import NotFound
from literacy.models import Role, User
from literacy.service import scope
from quizzes.models import Attempt


def attempts_of(trainer: User | None) -> ColumnElement[bool]:
    """A condition: attempts of those whom a trainer looks after. None is the command line, which sees everything."""
    if scope.of(trainer, Role.TRAINER) is None:
        return true()
    return Attempt.user_id.in_(select(User.id).where(scope.people(trainer, Role.TRAINER)))


def check_attempt(trainer: User | None, attempt: Attempt) -> None:
    """Let pass only attempts of those whom a trainer looks after; raises NotFound for others."""
    if not scope.may_see(trainer, attempt.user, Role.TRAINER):
        raise NotFound
