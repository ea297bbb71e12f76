"""Replies to discuss in class: suggested without saying whose they are, chosen and edited by the trainer, kept."""

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from courses.anonymous import same_words, without
from courses.models import ClassReply
from courses.service.classroom import Class, replies
from courses.steps import Marked, marked
from literacy import audit
from literacy.db import db
from literacy.errors import Refused, found
from literacy.models import Role, User
from literacy.service import scope
from literacy.text import length, titled
from quizzes import marking
from quizzes.analysis.advice import PEOPLE
from quizzes.models import Answer, Attempt, Scenario, ScenarioVersion
from quizzes.standard.in_force import in_force

ACTIONS = {"class.reply_chosen": "选用课堂答复", "class.reply_removed": "移除课堂答复"}
LOOKED_AT = 300
"""How many of the newest replies to a scenario are looked at for suggestions."""
OFFERED = 5
"""How many good and how many bad replies are suggested."""
MOST = 30
"""How many replies are kept for one class: an hour holds fewer."""
SHORTEST = 10
"""Below so many characters there is nothing to discuss."""
EXCELLENT = 4


@dataclass(frozen=True)
class Topic:
    """A scenario that enough people of the class replied to."""

    scenario: Scenario
    replies: int


@dataclass(frozen=True)
class Suggestion:
    """A reply that may be worth discussing. `token` stands for it in forms and tells nobody which it is."""

    token: str
    text: str
    verdict: dict[str, Any]
    answer_id: int
    version_id: int
    kept: bool

    @property
    def marked(self) -> Marked:
        """The words with what was found in them."""
        return marked(self.text, self.verdict)


def topics(group: Class) -> list[Topic]:
    """The scenarios that PEOPLE people or more of the class replied to lately, those with most replies first."""
    if not group.shown:
        return []
    rows = db.session.execute(
        replies(group, ScenarioVersion.scenario_id, Answer.attempt_id).join(
            ScenarioVersion, ScenarioVersion.id == Answer.scenario_version_id
        )
    ).all()
    people: defaultdict[int, set[int]] = defaultdict(set)
    for scenario_id, attempt_id in rows:
        people[scenario_id].add(group.latest[attempt_id])
    counts = Counter(scenario_id for scenario_id, _ in rows if len(people[scenario_id]) >= PEOPLE)
    scenarios = db.session.scalars(select(Scenario).where(Scenario.id.in_(list(counts))))
    found_in = [Topic(scenario, counts[scenario.id]) for scenario in scenarios]
    return sorted(found_in, key=lambda one: (-one.replies, one.scenario.id))


def suggestions(trainer: User, group: Class, scenario_id: int) -> tuple[list[Suggestion], list[Suggestion]]:
    """Good replies to a scenario (the best grade), and bad ones (something serious or a red line in them).

    They come in an order that tells nothing, without the writer's name in them. None where too few people replied.
    """
    if scenario_id not in {topic.scenario.id for topic in topics(group)}:
        return [], []
    kept = {row.answer_id for row in chosen(trainer, group)}
    rows = db.session.scalars(
        replies(group, Answer)
        .join(ScenarioVersion, ScenarioVersion.id == Answer.scenario_version_id)
        .where(ScenarioVersion.scenario_id == scenario_id)
        .limit(LOOKED_AT)
        .options(selectinload(Answer.attempt).joinedload(Attempt.user), joinedload(Answer.scenario_version))
    ).all()
    told = {same_words(_nameless(one)): one for one in rows if one.detail and length(_text(one)) >= SHORTEST}
    mixed = sorted(told.values(), key=lambda answer: token_of(trainer, answer.id))
    good = [answer for answer in mixed if (answer.detail or {})["grade"] == EXCELLENT]
    bad = [answer for answer in mixed if _levels(answer.detail or {}) & {"redline", "serious"}]
    return _offers(trainer, good, kept), _offers(trainer, bad, kept)


def _offers(trainer: User, answers: Sequence[Answer], kept: set[int]) -> list[Suggestion]:
    return [_offer(trainer, answer, answer.id in kept) for answer in answers[:OFFERED]]


def _text(answer: Answer) -> str:
    return (answer.draft or {}).get("text", "")


def _nameless(answer: Answer) -> str:
    return without(_text(answer), answer.attempt.user.name, answer.attempt.user.account)


def _offer(trainer: User, answer: Answer, kept: bool) -> Suggestion:
    """A reply without its writer's name; where that changed the words, they are judged anew."""
    text, version = _nameless(answer), found(answer.scenario_version)
    verdict = answer.detail if text == _text(answer) and answer.detail else _judged(version, text)
    return Suggestion(token_of(trainer, answer.id), text, verdict, answer.id, version.id, kept)


def _judged(version: ScenarioVersion, text: str) -> dict[str, Any]:
    return marking.mark_reply(version.body, {"text": text}, in_force()).detail


def _levels(verdict: dict[str, Any]) -> set[str]:
    return {finding["level"] for finding in verdict["findings"]}


def token_of(trainer: User, answer_id: int) -> str:
    """What stands for a reply in this trainer's forms: the number of the answer would lead to its writer."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"class:{trainer.id}:{answer_id}".encode(), hashlib.sha256).hexdigest()[:24]


def choose(trainer: User, group: Class, scenario_id: int, token: str) -> ClassReply:
    """Keep a suggested reply for class, at the end.

    Raises Refused if it is no longer suggested, is kept already, or there are too many.
    """
    good, bad = suggestions(trainer, group, scenario_id)
    offer = next((one for one in [*good, *bad] if one.token == token), None)
    if offer is None:
        raise Refused("这条答复不在建议里了，请重新选。")
    before = chosen(trainer, group)
    if offer.kept:
        raise Refused("这条答复已经选过了。")
    if len(before) >= MOST:
        raise Refused(f"一个班最多选 {MOST} 条，先移除几条。")
    row = ClassReply(
        trainer_id=trainer.id,
        course_id=group.course.id,
        unit_id=group.unit.id if group.unit else None,
        cohort_id=group.cohort.id if group.cohort else None,
        answer_id=offer.answer_id,
        scenario_version_id=offer.version_id,
        position=before[-1].position + 1 if before else 1,
    )
    row.scenario_version = found(db.session.get(ScenarioVersion, offer.version_id))
    change(row, offer.text)
    db.session.add(row)
    audit.record(trainer, "class.reply_chosen", row, f"{_about(row)}：选一条答复到课堂上讨论（{group.title}）")
    db.session.flush()
    return row


def change(row: ClassReply, text: str) -> None:
    """Put other words in place of a kept reply's, and judge them anew: the findings must stand where the words are."""
    row.text = text
    row.verdict = _judged(row.scenario_version, text)
    db.session.flush()


def _about(row: ClassReply) -> str:
    return f"情景{titled(row.scenario_version.scenario.title)}"


def chosen(trainer: User, group: Class) -> Sequence[ClassReply]:
    """What this trainer keeps for a class, in order."""
    unit_id, cohort_id = group.unit.id if group.unit else None, group.cohort.id if group.cohort else None
    return _in_order(trainer.id, group.course.id, unit_id, cohort_id)


def _in_order(trainer_id: int, course_id: int, unit_id: int | None, cohort_id: int | None) -> Sequence[ClassReply]:
    query = (
        select(ClassReply)
        .where(ClassReply.trainer_id == trainer_id, ClassReply.course_id == course_id)
        .where(ClassReply.unit_id == unit_id, ClassReply.cohort_id == cohort_id)
        .order_by(ClassReply.position, ClassReply.id)
        .options(joinedload(ClassReply.scenario_version).joinedload(ScenarioVersion.scenario))
    )
    return db.session.scalars(query).all()


def beside(row: ClassReply) -> Sequence[ClassReply]:
    """The replies kept for the same class, this one among them, in order."""
    return _in_order(row.trainer_id, row.course_id, row.unit_id, row.cohort_id)


def reply_for(trainer: User, reply_id: int, *, writing: bool = False) -> ClassReply:
    """A kept reply of this trainer; raises NotFound for anybody else's, and of people not looked after any more."""
    row = found(db.session.get(ClassReply, reply_id, with_for_update=writing or None))
    scope.check_unit(trainer, row.unit_id, Role.TRAINER)
    return found(row if row.trainer_id == trainer.id else None)


def move(row: ClassReply, by: int) -> None:
    """Move a kept reply up (-1) or down (1) among those of its class; at the end it stays."""
    rows = list(beside(row))
    place = rows.index(row)
    rows.insert(min(max(place + by, 0), len(rows) - 1), rows.pop(place))
    for position, one in enumerate(rows, start=1):
        one.position = position
    db.session.flush()


def remove(trainer: User, row: ClassReply) -> None:
    """Keep a reply no longer; what its writer handed in stays as it is."""
    audit.record(trainer, "class.reply_removed", row, f"{_about(row)}：不再用于课堂")
    db.session.delete(row)
    db.session.flush()
