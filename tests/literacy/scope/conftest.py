"""A city with two counties, and administrators whose roles reach differently far."""

from typing import Any

import pytest

from literacy.db import db
from literacy.models import Role, Unit, User
from literacy.service import accounts, people, units
from tests.foreign import make_person

ADMINISTRATOR, TRAINER, LEARNER = Role.ADMINISTRATOR, Role.TRAINER, Role.LEARNER


@pytest.fixture
def tree(app: Any) -> dict[str, Unit]:
    """海右市 with 青禾县 (望舒街道 under it) and 银杏县."""
    city = units.create_unit(None, name="海右市")
    county = units.create_unit(None, name="青禾县", parent_id=city.id)
    street = units.create_unit(None, name="望舒街道", parent_id=county.id)
    other = units.create_unit(None, name="银杏县", parent_id=city.id)
    db.session.commit()
    return {"city": city, "county": county, "street": street, "other": other}


@pytest.fixture
def crowd(tree: dict[str, Unit]) -> dict[str, User]:
    """People in each unit and in none; administrators of everything, of the county, of the street, of the other."""
    county, street, other = tree["county"], tree["street"], tree["other"]
    made = {
        "whole": make_person("何平", "whole", tree["city"], {ADMINISTRATOR: None}),
        "second": make_person("何二", "second", county, {ADMINISTRATOR: None}),
        "bound": make_person("李管", "bound", county, {ADMINISTRATOR: county}),
        "lower": make_person("王管", "lower", street, {ADMINISTRATOR: street}),
        "beside": make_person("孙管", "beside", street, {ADMINISTRATOR: other}),
        "teacher": make_person("周训", "teacher", county, {TRAINER: None}),
        "in": make_person("林晓", "in", street, {LEARNER: None}),
        "out": make_person("赵外", "out", other, {LEARNER: None}),
    }
    made["nowhere"] = accounts.create_user(None, account="nowhere", name="钱散", roles=[LEARNER])[0]
    db.session.commit()
    return made


def change(actor: User, user: User, **given: Any) -> None:
    """Change a person, with everything that is not given as it is."""
    kept: dict[str, Any] = {
        "account": user.account,
        "name": user.name,
        "post": user.post,
        "unit_id": user.unit_id or 0,
        "roles": user.roles,
    }
    people.change_person(actor, user, people.stamp(user), **{**kept, **given})


@pytest.fixture
def county_admin(client: Any, sign_in: Any, crowd: dict[str, User]) -> User:
    return sign_in(crowd["bound"])
