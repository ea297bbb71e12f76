"""A class: who is listed, what is counted, what is chosen and shown; and that nobody is told by it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from courses.models import ClassReply, Course, Enrolment
from courses.service import classroom, discussion
from literacy.db import db, now
from literacy.errors import NotFound, Refused
from literacy.models import AuditEntry, Unit, User
from quizzes.models import Attempt, Quiz, Submission
from quizzes.service import attempts as taking
from tests.courses.factories import enrol, make_course, make_lesson, read
from tests.quizzes.factories import RIGHT, SCENARIO, make_quiz

BAD = "这事不归我们管，你爱找谁找谁，别再来烦了。经办人{}。"
GOOD = SCENARIO["exemplar"]


@pytest.fixture
def drill(app: Any) -> Quiz:
    return make_quiz("reply", slug="d", drill=True)


@pytest.fixture
def course(drill: Quiz) -> Course:
    return make_course([make_lesson("a"), make_quiz("single", "truefalse", slug="z"), drill])


@pytest.fixture
def unit(app: Any) -> Unit:
    unit = Unit(name="石榴湾镇")
    db.session.add(unit)
    db.session.flush()
    return unit


def begin(user: User, course: Course, days: int = 1) -> Enrolment:
    row = enrol(user, course)
    row.started_at = now() - timedelta(days=days)
    db.session.flush()
    return row


def hand_in(user: User, quiz: Quiz, *drafts: Any) -> Attempt:
    attempt = taking.start(user, quiz.id, now())
    return taking.submit(user, attempt.id, dict(enumerate(drafts, start=1)), now())


def fail(user: User, quiz: Quiz, number: int) -> None:
    attempt = Attempt(quiz=quiz, user=user, number=number, seed=1, pass_mark=60)
    attempt.submission = Submission(score=10, machine_score=10, passed=False)
    db.session.add(attempt)
    db.session.flush()


@pytest.fixture
def people(person: Any, course: Course, drill: Quiz, unit: Unit) -> list[User]:
    """Six who replied: four badly, naming themselves; two as the exemplar does."""
    made = [person(name=f"学员{letter}", account=f"xueyuan-{letter}", unit=unit) for letter in "甲乙丙丁戊己"]
    for place, user in enumerate(made):
        begin(user, course)
        text = f"{BAD.format(user.name)}说过{place}遍了。" if place < 4 else f"{GOOD}祝好{place}。"
        hand_in(user, drill, {"text": text})
    return made


@pytest.fixture
def trainer(person: Any) -> User:
    return person("trainer")


def names(page: Any) -> list[str]:
    return [one.user.name for one in page.items]


def test_who_is_stuck(person: Any, course: Course) -> None:
    quiz = course.activities[1].quiz
    assert quiz is not None
    people = {
        name: person(name=name) for name in ("周安静", "白失败", "陈在学", "丁刚开始", "冯没开始", "高完成", "何退出")
    }
    rows = {name: begin(user, course, 30) for name, user in people.items()}
    rows["丁刚开始"].started_at = now() - timedelta(days=3)
    rows["冯没开始"].started_at = None
    rows["高完成"].completed_at = now()
    rows["何退出"].withdrawn_at = now()
    read(people["陈在学"], course.activities[0].lesson)
    read(people["白失败"], course.activities[0].lesson)
    for number in (1, 2):
        fail(people["白失败"], quiz, number)
    fail(people["陈在学"], quiz, 1)
    page = classroom.stuck(classroom.class_of(None, course.id, 0), now(), 1)
    assert names(page) == ["白失败", "周安静"]
    assert [(one.quiet, [quiz.title for quiz in one.failed]) for one in page.items] == [(False, ["小测"]), (True, [])]


def test_who_failed_and_then_passed_is_not_stuck(person: Any, course: Course) -> None:
    user, quiz = person(), course.activities[1].quiz
    assert quiz is not None
    begin(user, course)
    for number in (1, 2):
        fail(user, quiz, number)
    hand_in(user, quiz, RIGHT["single"], RIGHT["truefalse"])
    assert names(classroom.stuck(classroom.class_of(None, course.id, 0), now(), 1)) == []


def test_a_class_is_the_unit_with_everything_below(person: Any, course: Course, unit: Unit) -> None:
    below = Unit(name="桥头村", parent=unit)
    db.session.add(below)
    for place in (unit, below, None):
        begin(person(unit=place), course)
    begin(person(unit=unit, name="停用"), course).user.active = False
    db.session.flush()
    assert [classroom.class_of(None, course.id, id_).size for id_ in (0, unit.id, below.id)] == [3, 2, 1]


def test_patterns_count_replies_not_people(people: list[User], course: Course, drill: Quiz) -> None:
    hand_in(people[0], drill, {"text": BAD.format("")})
    found = classroom.patterns(classroom.class_of(None, course.id, 0))
    assert (found.shown, found.replies) == (True, 7)
    assert found.found[0].count == 5
    assert "buck_passing" in {one.id for one in found.found}


def test_of_few_people_no_patterns_are_told(people: list[User], course: Course, unit: Unit) -> None:
    for user in people[4:]:
        user.unit = None
    db.session.flush()
    group = classroom.class_of(None, course.id, unit.id)
    assert (group.size, group.shown) == (4, False)
    assert not classroom.patterns(group).shown
    assert classroom.unsure(group) == ([], [])
    assert discussion.topics(group) == []


def test_a_large_class_in_which_few_replied_is_not_told_either(person: Any, course: Course, drill: Quiz) -> None:
    made = [person() for _ in range(8)]
    for user in made:
        begin(user, course)
    for user in made[:4]:
        hand_in(user, drill, {"text": BAD.format("")})
    group = classroom.class_of(None, course.id, 0)
    assert group.shown
    assert not classroom.patterns(group).shown
    assert classroom.unsure(group) == ([], [])
    assert discussion.topics(group) == []


def test_what_a_class_is_unsure_in(people: list[User], course: Course) -> None:
    quiz = course.activities[1].quiz
    assert quiz is not None
    for place, user in enumerate(people):
        hand_in(user, quiz, RIGHT["single"], RIGHT["truefalse"] if place < 1 else {})
        hand_in(user, quiz, RIGHT["single"], RIGHT["truefalse"])  # only the first counts
    questions, competencies = classroom.unsure(classroom.class_of(None, course.id, 0))
    shares = {one.question.title: one.share for one in questions if one.question}
    assert shares["truefalse"] == pytest.approx(1 / 6)
    assert "single" not in shares
    assert [one.competency for one in competencies] == ["HD2", "WG1"]
    assert competencies[1].share == pytest.approx((1 + 1 / 6) / 2)


def test_of_a_large_class_the_latest_attempts_are_looked_at(
    people: list[User], course: Course, drill: Quiz, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classroom, "LATEST", 6)
    for user in people[:5]:
        hand_in(user, drill, {"text": GOOD})
    group = classroom.class_of(None, course.id, 0)
    assert group.is_large
    found = classroom.patterns(group)
    assert (found.shown, found.replies) == (True, 6)
    [topic] = discussion.topics(group)
    assert topic.replies == 6
    monkeypatch.setattr(classroom, "LATEST", 4)
    group = classroom.class_of(None, course.id, 0)
    assert not classroom.patterns(group).shown  # of four people
    assert discussion.topics(group) == []


def test_the_pages_of_those_who_are_stuck(person: Any, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom.page_of, "__defaults__", (2,))
    for name in ("安", "白", "陈"):
        begin(person(name=name), course, 30)
    group = classroom.class_of(None, course.id, 0)
    pages = [classroom.stuck(group, now(), number) for number in (1, 2, 9)]
    assert [(names(page), page.page, page.total) for page in pages] == [
        (["安", "白"], 1, 3), (["陈"], 2, 3), (["陈"], 2, 3)
    ]  # fmt: skip


def test_suggestions_do_not_tell_whose_they_are(people: list[User], course: Course, trainer: User) -> None:
    group = classroom.class_of(None, course.id, 0)
    [topic] = discussion.topics(group)
    good, bad = discussion.suggestions(trainer, group, topic.scenario.id)
    assert (len(good), len(bad)) == (2, 4)
    assert all("经办人某某" in offer.text for offer in bad)
    ids = [offer.answer_id for offer in bad]
    other = User(id=trainer.id + 1)
    assert discussion.token_of(trainer, ids[0]) != discussion.token_of(other, ids[0])


def test_no_suggestions_for_another_scenario(people: list[User], course: Course, trainer: User) -> None:
    assert discussion.suggestions(trainer, classroom.class_of(None, course.id, 0), 9999) == ([], [])


def choose(trainer: User, course: Course, which: int = 0) -> ClassReply:
    group = classroom.class_of(None, course.id, 0)
    scenario_id = discussion.topics(group)[0].scenario.id
    _, bad = discussion.suggestions(trainer, group, scenario_id)
    return discussion.choose(trainer, group, scenario_id, bad[which].token)


def test_what_is_chosen_is_kept_in_order(people: list[User], course: Course, trainer: User) -> None:
    rows = [choose(trainer, course, which) for which in range(3)]
    group = classroom.class_of(None, course.id, 0)
    assert list(discussion.chosen(trainer, group)) == rows
    discussion.move(rows[2], -1)
    assert list(discussion.chosen(trainer, group)) == [rows[0], rows[2], rows[1]]
    discussion.move(rows[0], -1)
    discussion.move(rows[1], 1)
    assert list(discussion.chosen(trainer, group)) == [rows[0], rows[2], rows[1]]
    discussion.remove(trainer, rows[0])
    assert list(discussion.chosen(trainer, group)) == [rows[2], rows[1]]
    said = db.session.scalars(select(AuditEntry.summary).where(AuditEntry.action.like("class.%"))).all()
    assert len(said) == 4
    assert not any(user.name in line for user in people for line in said)


def test_the_same_reply_is_kept_once_and_a_strange_token_never(
    people: list[User], course: Course, trainer: User
) -> None:
    choose(trainer, course)
    with pytest.raises(Refused, match="已经选过"):
        choose(trainer, course)
    group = classroom.class_of(None, course.id, 0)
    scenario_id = discussion.topics(group)[0].scenario.id
    with pytest.raises(Refused, match="不在建议里"):
        discussion.choose(trainer, group, scenario_id, "x")


def test_edited_words_are_judged_anew(people: list[User], course: Course, trainer: User) -> None:
    row = choose(trainer, course)
    assert row.verdict["findings"]
    discussion.change(row, GOOD)
    assert row.verdict["grade"] >= 3
    discussion.change(row, "村里的桥：" + BAD.format("某某"))
    for found in row.verdict["findings"]:
        assert row.text[found["start"] : found["end"]] == found["text"]


def test_what_a_trainer_keeps_is_their_own(people: list[User], course: Course, trainer: User, person: Any) -> None:
    row = choose(trainer, course)
    with pytest.raises(NotFound):
        discussion.reply_for(person("trainer"), row.id)


def test_a_deleted_attempt_takes_its_reply_along(people: list[User], course: Course, trainer: User) -> None:
    row = choose(trainer, course)
    attempt_id = db.session.scalar(
        select(Attempt.id).join(Attempt.answers).where(Attempt.answers.any(id=row.answer_id))
    )
    db.session.query(Submission).filter_by(attempt_id=attempt_id).delete()
    db.session.query(Attempt).filter_by(id=attempt_id).delete()
    db.session.expire_all()
    assert db.session.scalar(select(ClassReply)) is None


# Pages


def test_the_way_from_the_class_to_the_wall(people: list[User], course: Course, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    where = f"course={course.id}"
    overview = client.get(f"/teach/class?{where}").get_data(as_text=True)
    assert "推诿扯皮" in overview
    assert 'aria-current="page">班级' in overview
    offers = client.get(f"/teach/class/replies?{where}").get_data(as_text=True)
    fields = dict(re.findall(r'name="(scenario|reply|form_key)" value="([^"]+)"', offers))
    answer = client.send(f"/teach/class/replies?{where}", fields)
    again = client.send(f"/teach/class/replies?{where}", fields)
    assert answer.status_code == again.status_code == 303
    assert answer.location == again.location
    assert db.session.scalar(select(ClassReply.position)) == 1
    assert len(db.session.scalars(select(ClassReply)).all()) == 1
    page = client.get(answer.location).get_data(as_text=True)
    row = db.session.scalars(select(ClassReply)).one()
    wall = client.get(f"/teach/class/show/{row.id}/0").get_data(as_text=True)
    told = [offers, page, wall]
    step = 0
    while match := re.search(r'href="(/teach/class/show/[^"]+)" rel="next"', wall):
        wall = client.get(match[1]).get_data(as_text=True)
        told.append(wall)
        step += 1
    assert step == 2 + len(row.verdict["findings"])
    assert "讲完了" in wall
    for html in told:
        for user in people:
            assert user.name not in html
            assert user.account not in html
        assert str(now().year) not in re.sub(r"<[^>]*>", "", html), "no date; keys inside of tags may hold such figures"
    assert client.get(f"/teach/class/show/{row.id}/99").status_code == 404


def test_editing_keeps_what_was_typed(people: list[User], course: Course, client: Any, sign_in: Any) -> None:
    trainer = sign_in("trainer")
    row = choose(trainer, course)
    address = f"/teach/class/replies/{row.id}"
    wrong = client.send(address, {"text": "字" * 5001})
    assert wrong.status_code == 422
    assert client.send(address, {"text": ""}).status_code == 422
    assert client.send(address, {"text": GOOD, "form_key": "k"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(ClassReply, row.id).text == GOOD
    client.send(f"{address}/remove", {"form_key": "r"})
    assert client.get(address).status_code == 404


def test_moving_by_buttons(people: list[User], course: Course, client: Any, sign_in: Any) -> None:
    trainer = sign_in("trainer")
    first, second = choose(trainer, course), choose(trainer, course, 1)
    for key in ("one", "one"):  # handed in twice, moved once
        assert client.send(f"/teach/class/replies/{first.id}/down", {"form_key": key}).status_code == 303
    db.session.expire_all()
    assert (first.position, second.position) == (2, 1)
    assert client.send(f"/teach/class/replies/{first.id}/sideways").status_code == 404


def test_somebody_elses_are_not_found(
    people: list[User], course: Course, trainer: User, client: Any, sign_in: Any
) -> None:
    row = choose(trainer, course)
    sign_in("trainer")
    assert client.get(f"/teach/class/replies/{row.id}").status_code == 404
    assert client.get(f"/teach/class/show/{row.id}/0").status_code == 404
    assert client.send(f"/teach/class/replies/{row.id}/remove").status_code == 404


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers(course: Course, client: Any, sign_in: Any, role: str) -> None:
    sign_in(role)
    for address in ("/teach/class", f"/teach/class/replies?course={course.id}", "/teach/class/show/1/0"):
        assert client.get(address).status_code == 403
    assert client.send(f"/teach/class/replies?course={course.id}").status_code == 403


@pytest.mark.parametrize(
    "query", ["", "?course=", "?course=x", "?course=999", "?course=0&unit=3", "?course=1&unit=abc"]
)
def test_a_class_that_is_none(course: Course, client: Any, sign_in: Any, query: str) -> None:
    sign_in("trainer")
    assert client.get(f"/teach/class{query}").status_code == 200
    assert client.get(f"/teach/class/replies{query}").status_code in (200, 404)


def test_an_empty_class(course: Course, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    text = client.get(f"/teach/class?course={course.id}").get_data(as_text=True)
    assert "没有人卡住" in text
    assert "不到 5 个人" in text
    assert "还没有可以选的答复" in client.get(f"/teach/class/replies?course={course.id}").get_data(as_text=True)
