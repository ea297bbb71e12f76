"""A new installation leads its administrator through what has to be done, until people can learn."""

from typing import Any

from courses.service import enrolment
from literacy.db import db, now
from literacy.models import Role, Unit
from literacy.settings import service as settings
from tests.courses.factories import make_course, make_lesson

FIRST = "/manage/first-steps"


def test_the_front_door_leads_to_the_first_steps_until_somebody_can_learn(
    client: Any, person: Any, sign_in: Any
) -> None:
    sign_in(person("administrator", account="guanli"))
    assert client.get("/").location == FIRST
    page = client.get(FIRST).text
    assert page.count("去办") > page.count("办好了</span>") == 0
    settings.change(None, {"school_name": "青禾县委党校"})
    db.session.add(Unit(name="青禾县"))
    course = make_course([make_lesson("diyi")], slug="diyi")
    learner = person("learner")
    db.session.commit()
    assert client.get(FIRST).text.count("办好了</span>") == 3
    assert client.get("/").location == FIRST, "nobody is enrolled yet"
    enrolment.enrol_people(None, course.id, [learner.id], None, now())
    db.session.commit()
    assert client.get("/").location == "/manage/reports"
    assert "以后办" in client.get(FIRST).text, "what may wait is still open, but leads nobody back"


def test_who_looks_after_one_unit_is_not_led_there(client: Any, person: Any, sign_in: Any) -> None:
    unit = Unit(name="青禾县")
    db.session.add(unit)
    db.session.commit()
    sign_in(person("administrator", account="guanli", unit=unit, reach={Role.ADMINISTRATOR: unit.id}))
    assert client.get("/").location == "/manage/reports"
    assert client.get(FIRST).status_code == 403
