"""A unit is enrolled, and whoever joins it later."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from courses.models import Course, UnitEnrolment
from courses.service import enrolment as service
from courses.service.newcomers import follow_rules
from literacy.dates import today
from literacy.db import db, now
from literacy.models import Role, Unit, User
from literacy.service import accounts, people
from tests.courses.enrolment.conftest import enrolled, entries
from tests.courses.factories import enrol, make_course, make_lesson
from tests.filling import text_of
from tests.quizzes.test_concurrency import at_once
from tests.statements import statements


def test_a_unit_is_looked_at_first_and_then_enrolled(
    client: Any, sign_in: Any, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    for account, unit in (("a", "青禾县"), ("b", "望舒街道"), ("c", "桥头社区"), ("d", "澜江市")):
        person(account=account, unit=tree[unit])
    person("trainer", account="tr", unit=tree["青禾县"])
    enrol(accounts.find_by_account("a"), course)
    gone = person(account="gone", unit=tree["桥头社区"])
    gone.active = False
    sign_in("administrator")
    url, due = f"/manage/enrolments/{course.id}/unit", (today() + timedelta(days=9)).isoformat()
    page = client.get(f"{url}?unit={tree['青禾县'].id}&due_on={due}")
    text = text_of(page)
    for said in ("报名 2 人", "1 人已经报名", "1 人账号已停用", "1 人没有学员角色"):
        assert said in text, said
    assert set(enrolled(course)) == {"a"}, "looking must not enrol"
    answer = client.send(url, {"unit": str(tree["青禾县"].id), "due_on": due, "form_key": "k"})
    assert "报名 2 人；1 人早已报名；1 人账号已停用" in text_of(client.get(answer.location))
    rows = enrolled(course)
    assert set(rows) == {"a", "b", "c"} and rows["a"].due_on is None and rows["c"].due_on.isoformat() == due
    [entry] = entries("unit_added")
    assert "青禾县" in entry.summary and "2 人" in entry.summary
    assert client.send(url, {"unit": str(tree["青禾县"].id), "due_on": due, "form_key": "k"}).status_code == 303
    assert len(entries("unit_added")) == 1


def test_a_unit_has_to_be_chosen(client: Any, sign_in: Any, course: Course, tree: dict[str, Unit]) -> None:
    sign_in("administrator")
    url = f"/manage/enrolments/{course.id}/unit"
    assert "请选一个单位。" in text_of(client.get(f"{url}?unit=0"))
    answer = client.send(url, {"unit": "77", "form_key": "k"})
    assert answer.status_code == 422 and 'id="unit-error"' in text_of(answer)


def test_whoever_joins_the_unit_later_is_enrolled(
    admin: User, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    """New, moved there, active again, or newly a learner."""
    due = today() + timedelta(days=9)
    service.enrol_unit(admin, course.id, tree["青禾县"].id, due, now())
    person(account="new", unit=tree["桥头社区"])
    person(account="elsewhere", unit=tree["澜江市"])
    person("trainer", account="tr", unit=tree["望舒街道"])
    moved = person(account="moved")
    moved.unit = tree["望舒街道"]
    db.session.flush()
    accounts.person_saved.send(moved)
    back = person(account="back")
    back.unit, back.active = tree["望舒街道"], False
    db.session.flush()
    accounts.person_saved.send(back)
    assert set(enrolled(course)) == {"new", "moved"}
    people.reactivate(admin, back)
    rows = enrolled(course)
    assert set(rows) == {"new", "moved", "back"} and {row.due_on for row in rows.values()} == {due}
    assert len(entries("joined")) == 3 and all(entry.actor_name == "系统" for entry in entries("joined"))
    accounts.person_saved.send(back)
    assert len(entries("joined")) == 3
    trainer = accounts.find_by_account("tr")
    people.change_person(
        admin, trainer, people.stamp(trainer), account="tr", name="测试人", post="", unit_id=trainer.unit_id,
        roles=[Role.TRAINER, Role.LEARNER],
    )  # fmt: skip
    assert "tr" in enrolled(course)


def test_the_nearest_rule_counts_and_an_old_date_does_not(
    admin: User, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    far, near = today() + timedelta(days=90), today() + timedelta(days=9)
    service.enrol_unit(admin, course.id, tree["青禾县"].id, far, now())
    service.enrol_unit(admin, course.id, tree["望舒街道"].id, near, now())
    person(account="near", unit=tree["桥头社区"])
    person(account="far", unit=tree["青禾县"])
    service.enrol_unit(admin, course.id, tree["望舒街道"].id, today() - timedelta(days=1), now())
    person(account="late", unit=tree["望舒街道"])
    rows = enrolled(course)
    assert {account: row.due_on for account, row in rows.items()} == {"near": near, "far": far, "late": None}
    assert db.session.query(UnitEnrolment).count() == 2


def test_a_rule_can_be_ended(
    client: Any, sign_in: Any, admin: User, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    person(account="early", unit=tree["青禾县"])
    service.enrol_unit(admin, course.id, tree["青禾县"].id, None, now())
    rule = db.session.scalars(select(UnitEnrolment)).one().id
    sign_in(admin)
    assert "停止自动报名" in text_of(client.get(f"/manage/enrolments/{course.id}"))
    other = make_course([make_lesson("x")], slug="other")
    assert client.send(f"/manage/enrolments/{other.id}/rules/{rule}/end").status_code == 404
    answer = client.send(f"/manage/enrolments/{course.id}/rules/{rule}/end", {"form_key": "k"})
    assert "不再自动报名" in text_of(client.get(answer.location))
    person(account="later", unit=tree["青禾县"])
    assert set(enrolled(course)) == {"early"} and len(entries("unit_ended")) == 1
    assert client.send(f"/manage/enrolments/{course.id}/rules/{rule}/end", {"form_key": "k"}).status_code == 303


def test_two_at_once_make_one_rule(app: Any, admin: User, person: Any, course: Course, tree: dict[str, Unit]) -> None:
    person(account="a", unit=tree["青禾县"])
    admin_id, course_id, unit_id = admin.id, course.id, tree["青禾县"].id
    db.session.commit()
    outcomes = at_once(
        app, [lambda: service.enrol_unit(db.session.get_one(User, admin_id), course_id, unit_id, None, now())] * 4
    )
    assert sorted(outcome.new for outcome in outcomes) == [0, 0, 0, 1]
    assert db.session.query(UnitEnrolment).count() == 1


def test_an_empty_course_takes_in_many_without_looking_at_each(tree: dict[str, Unit], person: Any) -> None:
    """Nobody has anything left to do in it, and nobody completes it."""
    street = tree["望舒街道"]
    few = [person(account=f"few{number}", unit=street).id for number in range(2)]
    many = [person(account=f"many{number}", unit=street).id for number in range(20)]
    empty = make_course(slug="empty")
    db.session.add(UnitEnrolment(unit_id=street.id, course_id=empty.id))
    asked = []
    for ids in (few, many):
        db.session.commit()
        with statements() as sent:
            follow_rules(ids, today(), now())
        asked.append(len(sent))
    assert asked[0] == asked[1]
    assert all(row.completed_at is None for row in enrolled(empty).values()) and len(enrolled(empty)) == 22
