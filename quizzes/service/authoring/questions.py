"""Writing questions and scenarios: each change of content is a new version, and old ones stay."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from literacy import audit
from literacy.content import fingerprint
from literacy.db import by_pinyin, containing, db
from literacy.errors import found
from literacy.models import State, User
from quizzes import bodies
from quizzes.content import question_title
from quizzes.models import Kind, Question, QuestionVersion, Quiz, QuizKind, Scenario, ScenarioVersion, Slot
from quizzes.service.authoring.life import begin, excused, new_slug, note, still_whole


def question_list(
    words: str = "", state: str = "", kind: str = "", competency: str = "", *, offerable: bool = False
) -> Select[Any]:
    """Questions, the newest change first, narrowed by whatever is given; `offerable` leaves out those retired."""
    query = select(Question).order_by(Question.changed_at.desc(), Question.id.desc())
    if words:
        query = query.where(containing(words, Question.title, Question.slug))
    if state in set(State):
        query = query.where(Question.state == State(state))
    if kind in set(Kind):
        query = query.where(Question.kind == Kind(kind))
    if competency:
        query = query.where(Question.competency == competency)
    if offerable:
        query = query.where(Question.state != State.RETIRED)
    return query


def scenario_list(words: str = "", state: str = "", channel: str = "") -> Select[Any]:
    """Scenarios with their newest content, the newest change first, narrowed by whatever is given."""
    query = (
        select(Scenario)
        .options(selectinload(Scenario.versions))
        .order_by(Scenario.changed_at.desc(), Scenario.id.desc())
    )
    if words:
        query = query.where(containing(words, Scenario.title, Scenario.slug))
    if state in set(State):
        query = query.where(Scenario.state == State(state))
    if channel:
        newest = (
            select(ScenarioVersion.body["channel"].as_string())
            .where(ScenarioVersion.scenario_id == Scenario.id)
            .order_by(ScenarioVersion.number.desc())
            .limit(1)
            .correlate(Scenario)
            .scalar_subquery()
        )
        query = query.where(newest == channel)
    return query


def scenario_choices() -> list[tuple[str, str]]:
    """The scenarios that a reply question may ask about, as (slug, title)."""
    rows = db.session.execute(
        select(Scenario.slug, Scenario.title).where(Scenario.state != State.RETIRED).order_by(by_pinyin(Scenario.title))
    )
    return [(slug, title) for slug, title in rows]


def question_for(question_id: int, *, writing: bool = False) -> Question:
    """A question; raises NotFound. `writing` locks it until the transaction ends."""
    return found(db.session.get(Question, question_id, with_for_update=writing or None))


def scenario_for(scenario_id: int, *, writing: bool = False) -> Scenario:
    """A scenario; raises NotFound. `writing` locks it until the transaction ends."""
    return found(db.session.get(Scenario, scenario_id, with_for_update=writing or None))


def _scenario_of(kind: Kind, body: dict[str, Any]) -> Scenario | None:
    if kind is not Kind.REPLY or not body["scenario"]:
        return None
    return found(db.session.scalar(select(Scenario).where(Scenario.slug == body["scenario"])))


def _title_of(body: dict[str, Any], scenario: Scenario | None) -> str:
    return question_title(body, {scenario.slug: {"title": scenario.title}} if scenario else None)


def create_question(
    author: User, kind: Kind, body: dict[str, Any], *, competency: str = "", difficulty: int = 2
) -> Question:
    """A new draft question with its first version. `body` may be unfinished."""
    body = bodies.normalised(kind, body)
    scenario = _scenario_of(kind, body)
    question = Question(
        slug=new_slug("q"),
        title=_title_of(body, scenario),
        kind=kind,
        competency=competency,
        difficulty=difficulty,
        scenario=scenario,
        edited=True,
        versions=[QuestionVersion(number=1, body=body, content_hash=fingerprint(body), author=author)],
    )
    db.session.add(question)
    note(author, "created", question)
    db.session.flush()
    return question


def _labels(question: Question) -> dict[str, Any]:
    """What is said of a question without being part of what is asked: no version is written for it."""
    return {"competency": question.competency, "difficulty": question.difficulty}


def _act(new: bool, labels: dict[str, Any]) -> str:
    return "relabelled" if labels and not new else "changed"


def change_question(
    author: User, question: Question, opened_on: int | None, body: dict[str, Any], *, competency: str, difficulty: int
) -> bool:
    """Change a question; gives whether the content changed and therefore got a new version.

    Raises Refused if somebody else changed it since it was opened, or if it is published and would become incomplete.
    """
    begin(question, opened_on)
    labels = _labels(question)
    body = bodies.normalised(question.kind, body)
    question.scenario = _scenario_of(question.kind, body)
    question.title = _title_of(body, question.scenario)
    question.competency, question.difficulty = competency, difficulty
    latest = question.latest
    new = body != latest.body
    if new:
        question.versions.append(
            QuestionVersion(number=latest.number + 1, body=body, content_hash=fingerprint(body), author=author)
        )
    still_whole(question)
    told = audit.difference(labels, _labels(question))
    note(author, _act(new, told), question, version=[latest.number, question.latest.number], **told)
    db.session.flush()
    return new


def create_scenario(author: User, title: str, body: dict[str, Any]) -> Scenario:
    """A new draft scenario with its first version. `body` may be unfinished."""
    body = bodies.normalised_scenario(body)
    scenario = Scenario(
        slug=new_slug("s"),
        title=title,
        edited=True,
        versions=[ScenarioVersion(number=1, body=body, content_hash=fingerprint(body), author=author)],
    )
    db.session.add(scenario)
    note(author, "created", scenario)
    db.session.flush()
    return scenario


def _meaning(body: dict[str, Any]) -> dict[str, Any]:
    """A scenario's body without the order of what is ticked: boxes come back in the order of the page."""
    rows = [{**row, "patterns": sorted(row["patterns"])} for row in body["anti_exemplars"]]
    ticked = {key: sorted(body[key]) for key in ("competencies", "required_elements", "traps")}
    return {**body, **ticked, "anti_exemplars": rows}


def change_scenario(
    author: User, scenario: Scenario, opened_on: int | None, title: str, body: dict[str, Any], reason: str = ""
) -> bool:
    """Change a scenario; gives whether the content changed and therefore got a new version.

    Raises Refused if somebody else changed it since it was opened, or if it is published and would become incomplete,
    or would judge a reply otherwise than expected without a `reason`.
    """
    begin(scenario, opened_on)
    labels = {"title": scenario.title}
    body = bodies.normalised_scenario(body)
    scenario.title = title
    for question in db.session.scalars(select(Question).where(Question.scenario_id == scenario.id)):
        question.title = _title_of(question.body, scenario)
    latest = scenario.latest
    new = _meaning(body) != _meaning(latest.body)
    if new:
        scenario.versions.append(
            ScenarioVersion(number=latest.number + 1, body=body, content_hash=fingerprint(body), author=author)
        )
    still_whole(scenario)
    why = excused(scenario, reason, latest.body) if new and scenario.state is State.PUBLISHED else {}
    told = audit.difference(labels, {"title": title})
    note(author, _act(new, told), scenario, version=[latest.number, scenario.latest.number], **told, **why)
    db.session.flush()
    return new


def drill_in_draft(scenario: Scenario) -> Quiz | None:
    """The newest drill on a scenario that nobody has published yet."""
    return db.session.scalar(
        select(Quiz)
        .join(Quiz.slots)
        .join(Slot.question)
        .where(Question.scenario_id == scenario.id, Quiz.kind == QuizKind.DRILL, Quiz.state == State.DRAFT)
        .order_by(Quiz.id.desc())
        .limit(1)
    )


def make_drill(author: User, scenario: Scenario) -> Quiz:
    """A draft drill on a scenario, with its reply question; a reply question that exists already is taken."""
    question = db.session.scalar(
        select(Question)
        .where(Question.scenario_id == scenario.id, Question.kind == Kind.REPLY, Question.state != State.RETIRED)
        .order_by(Question.id)
        .limit(1)
    ) or create_question(
        author,
        Kind.REPLY,
        {"scenario": scenario.slug},
        competency=next(iter(scenario.body["competencies"]), ""),
        difficulty=scenario.body["difficulty"],
    )
    drill = Quiz(
        slug=new_slug("d"),
        title=scenario.title,
        kind=QuizKind.DRILL,
        edited=True,
        slots=[Slot(question=question, position=0, marks=1)],
    )
    db.session.add(drill)
    note(author, "created", drill)
    db.session.flush()
    return drill
