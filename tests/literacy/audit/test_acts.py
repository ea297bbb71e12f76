"""What watches over all other tests, that staff's acts are recorded, must itself see what is missing."""

from typing import Any

import pytest
from flask import Flask

from literacy import audit
from literacy.db import db
from literacy.models import User
from tests import acts


def test_exemptions_are_of_endpoints_that_there_are_with_a_reason(app: Flask) -> None:
    assert all(acts.is_staff(app, endpoint) and why for endpoint, why in acts.EXEMPT.items())
    assert set(acts.NO_ACT) <= set(db.metadata.tables) and all(acts.NO_ACT.values())


def test_an_act_without_an_entry_is_seen(client: Any, sign_in: Any, person: Any, monkeypatch: Any) -> None:
    sign_in("administrator")
    user: User = person("learner")
    monkeypatch.setattr("literacy.service.people.audit.record", lambda *_args, **_kwargs: None)
    with pytest.raises(AssertionError, match=r"literacy.person_deactivate changed .*users.* and recorded nothing"):
        client.send(f"/manage/people/{user.id}/deactivate")


def test_what_was_taken_back_is_no_act(app: Any, person: Any) -> None:
    user = person("learner")
    with acts.Watch() as watch:
        user.post = "科员"
        db.session.flush()
        db.session.rollback()
        assert watch.unrecorded() == set()
        user.post = "科员"
        db.session.commit()
        assert watch.unrecorded() == {"users"}
        audit.record(None, "user.changed", user, "改职务")
        db.session.commit()
        assert watch.unrecorded() == set()
