"""Units and records reach as far as the scope of who looks."""

from typing import Any

import pytest

from literacy import audit
from literacy.audit import sealing
from literacy.db import db
from literacy.errors import Refused
from literacy.models import AuditEntry, Unit, User
from literacy.service import records, units


def test_the_tree_begins_where_the_scope_does(crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    nodes = units.tree(crowd["bound"])
    assert [(node.path, node.depth) for node in nodes] == [
        ("海右市 / 青禾县", 0),
        ("海右市 / 青禾县 / 望舒街道", 1),
    ]
    assert nodes[0].people == 6 and units.tree(crowd["in"]) == []


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (lambda actor, tree: units.create_unit(actor, name="新", parent_id=tree["other"].id), 404),
        (lambda actor, tree: units.create_unit(actor, name="新", parent_id=0), 409),
        (lambda actor, tree: units.change_unit(actor, tree["county"], name="改", parent_id=tree["city"].id), 403),
        (lambda actor, tree: units.change_unit(actor, tree["street"], name="改", parent_id=tree["other"].id), 404),
        (lambda actor, tree: units.change_unit(actor, tree["street"], name="改", parent_id=0), 409),
        (lambda actor, tree: units.change_unit(actor, tree["other"], name="改", parent_id=tree["county"].id), 404),
        (lambda actor, tree: units.deactivate_unit(actor, tree["county"]), 403),
        (lambda actor, tree: units.deactivate_unit(actor, tree["other"]), 404),
        (lambda actor, tree: units.reactivate_unit(actor, tree["other"]), 404),
        (lambda actor, tree: units.unit_for(actor, tree["city"].id), 404),
    ],
)
def test_units_outside_and_the_top_stay_as_they_are(
    act: Any, status: int, crowd: dict[str, User], tree: dict[str, Unit]
) -> None:
    with pytest.raises(Refused) as told:
        act(crowd["bound"], tree)
    assert told.value.status == status


def test_units_inside_are_made_moved_and_renamed(crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    made = units.create_unit(crowd["bound"], name="综合窗口", parent_id=tree["county"].id)
    units.change_unit(crowd["bound"], made, name="窗口", parent_id=tree["street"].id)
    assert made.path == "海右市 / 青禾县 / 望舒街道 / 窗口"
    units.deactivate_unit(crowd["bound"], made)


# records


def read_by(reader: User) -> list[str]:
    return [one.summary for one in db.session.scalars(records.record_list(reader=reader))]


def test_records_are_read_by_who_looks_after_it(crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    db.session.commit()
    with db.engine.begin() as connection, sealing.opened(connection, "test"):
        connection.execute(AuditEntry.__table__.delete())
    audit.ACTIONS.setdefault("export.taken", "下载报表")
    audit.record(crowd["second"], "password.reset", crowd["out"], "外面的人")  # the actor sits in the county
    audit.record(crowd["second"], "export.taken", None, "全部的下载")
    audit.record(crowd["bound"], "export.taken", None, "县里的下载")
    audit.record(crowd["lower"], "export.taken", None, "街道的下载")
    audit.record(crowd["whole"], "export.taken", None, "在街道里办的", tree["street"].id)
    audit.record(crowd["whole"], "user.changed", crowd["in"], "街道的人")
    audit.record(crowd["whole"], "unit.changed", tree["county"], "县")
    audit.record(None, "sign_in.locked", crowd["nowhere"], "没有单位的人")
    db.session.commit()
    assert len(read_by(crowd["whole"])) == 8
    assert read_by(crowd["bound"]) == ["县", "街道的人", "在街道里办的", "街道的下载", "县里的下载"]
    assert read_by(crowd["lower"]) == ["街道的人", "在街道里办的", "街道的下载"]
    assert read_by(crowd["beside"]) == ["外面的人"] and read_by(crowd["in"]) == []
