"""Who comes into a unit that is enrolled is enrolled too: one person who was moved, or 100,000 of an import."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import contains_eager

from courses.enrolling import Candidate, day_in_words, due_of_newcomer, nearest_rules
from courses.models import Course, UnitEnrolment
from courses.service.enrolment import catch_up, in_parts, note, put_in
from literacy.db import db
from literacy.models import Role, RoleGrant, State, Unit, User


def follow_rules(user_ids: Sequence[int], today: date, moment: datetime) -> list[str]:
    """Enrol people in what their units are enrolled in, where they are not yet; gives the titles of the courses.

    Of two units over each other the nearer one's due date counts. However many people there are, each rule costs a
    few statements, not each person.
    """
    rules = _rules_by_unit()
    if not rules:
        return []
    above = {row.id: row.parent_id for row in db.session.execute(select(Unit.id, Unit.parent_id))}
    ruled: dict[int, list[UnitEnrolment]] = {}
    joining: defaultdict[int, list[Candidate]] = defaultdict(list)
    for part in in_parts(sorted(set(user_ids))):
        for one, unit_id in _newcomers(part):
            if unit_id not in ruled:
                ruled[unit_id] = nearest_rules(unit_id, above, rules)
            for rule in ruled[unit_id]:
                joining[rule.id].append(one)
    return [
        rule.course.title
        for rule in sorted((rule for held in rules.values() for rule in held), key=_in_order)
        if rule.id in joining and _join(rule, joining[rule.id], today, moment)
    ]


def _in_order(rule: UnitEnrolment) -> tuple[int, int, int]:
    return rule.course.position, rule.course_id, rule.id


def _rules_by_unit() -> dict[int, list[UnitEnrolment]]:
    """The standing rules for courses that are offered, by unit."""
    rules: defaultdict[int, list[UnitEnrolment]] = defaultdict(list)
    offered = select(UnitEnrolment).join(UnitEnrolment.course).where(Course.state == State.PUBLISHED)
    for rule in db.session.scalars(offered.options(contains_eager(UnitEnrolment.course))):
        rules[rule.unit_id].append(rule)
    return rules


def _newcomers(user_ids: Sequence[int]) -> list[tuple[Candidate, int]]:
    """Those of the people whom rules concern, each with their unit: in use, in a unit, learners."""
    learner = exists().where(RoleGrant.user_id == User.id, RoleGrant.role == Role.LEARNER.value)
    rows = db.session.execute(
        select(User.id, User.name, User.account, User.unit_id)
        .where(User.id.in_(user_ids), User.active, User.unit_id.is_not(None), learner)
        .order_by(User.id)
    )
    return [(Candidate(row.id, row.name, row.account, True, True), row.unit_id) for row in rows]


def _join(rule: UnitEnrolment, people: Sequence[Candidate], today: date, moment: datetime) -> bool:
    due_on = due_of_newcomer(rule.due_on, today)
    added = put_in(rule.course, people, due_on, rule.enrolled_by_id, moment)
    if added:
        catch_up(rule.course, added, moment)
        joined = [one for one in people if one.user_id in added]
        said = f"{rule.unit.path}，{day_in_words(due_on)}"
        note(None, "joined", rule.course, joined, said, within=rule.unit_id)
    return bool(added)
