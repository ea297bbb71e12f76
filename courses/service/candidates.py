"""Who could be enrolled in a course, found and counted; reads only."""

from sqlalchemy import ColumnElement

from courses.enrolling import Candidate, Outcome, outcome_by
from courses.models import Enrolment
from courses.service import roster, searching
from literacy.db import Page, db
from literacy.models import User
from literacy.service import scope, units


def _into(course_id: int) -> searching.Into:
    return searching.Into(Enrolment, Enrolment.course_id == course_id)


def search_people(viewer: User | None, course_id: int, words: str, unit_id: int, page: int) -> Page:
    """A page of people as candidates for a course, found by name, account or post, and unit with all below it.

    Only those whom the viewer looks after; who is in already comes last.
    """
    asked = [scope.people(viewer)]
    asked += [roster.matches(words)] if words else []
    asked += [User.unit_id.in_(units.below(unit_id))] if unit_id else []
    return searching.search(_into(course_id), page, *asked)


def candidates(course_id: int, *where: ColumnElement[bool]) -> list[Candidate]:
    """The people who meet the conditions, by name, each with what enrolling them in a course would do."""
    query = searching.beside(_into(course_id)).where(*where).order_by(User.name_key, User.id)
    return [Candidate(*row) for row in db.session.execute(query)]


def preview_unit(viewer: User | None, course_id: int, unit_id: int) -> Outcome:
    """What enrolling a unit with all below it would do; the people are counted in the database, however many.

    Raises NotFound for a unit that the viewer does not look after.
    """
    scope.check_unit(viewer, unit_id)
    people = searching.admissions(_into(course_id), User.unit_id.in_(units.below(unit_id)))
    return outcome_by(people, restoring=False)
