"""The chain: right whoever writes at the same time, and no change or deletion goes unnoticed."""

import hashlib
import json
import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, exc, insert, select, text, update

from literacy import audit
from literacy.audit import chain, checking, keeping, sealing
from literacy.audit.models import AuditCheck, AuditOpening
from literacy.db import db
from literacy.models import AuditEntry

ENTRIES = AuditEntry.__table__


def write(count: int, **changes: Any) -> list[AuditEntry]:
    made = [audit.record(None, "unit.created", None, f"第 {one} 件", **changes) for one in range(count)]
    db.session.commit()
    return made


def tampered(*statements: Any) -> None:
    """What somebody does who has the database and takes our triggers out of the way."""
    db.session.commit()
    with db.engine.begin() as connection, sealing.opened(connection, "tampering"):
        for statement in statements:
            connection.execute(statement)


def problems(*wanted: str) -> str:
    db.session.rollback()
    return "\n".join(checking.verify(wanted).problems)


def test_entries_are_chained_as_they_commit(app: Any) -> None:
    first, second = write(2, name=["旧", "新"], score=[1.0, 2.5])
    write(1)
    assert [first.number, second.number] == [1, 2]
    assert first.previous == chain.START and second.previous == first.hash != second.hash
    found = checking.verify([first.hash])
    assert found.whole and (found.count, found.first, found.last) == (3, 1, 3)
    assert sealing.head() == (3, found.head)


def test_what_was_rolled_back_leaves_no_gap(app: Any) -> None:
    write(1)
    audit.record(None, "unit.created", None, "不算")
    db.session.flush()
    db.session.rollback()
    audit.record(None, "unit.created", None, "先")
    db.session.flush()
    with db.session.begin_nested() as inner:
        audit.record(None, "unit.created", None, "也不算")
        db.session.flush()
        inner.rollback()
    with db.session.begin_nested():
        audit.record(None, "unit.created", None, "后")
    db.session.commit()
    found = checking.verify()
    assert found.whole and found.count == 3, found.problems


def test_writers_at_the_same_moment_make_one_chain(app: Any) -> None:
    def work(name: str) -> None:
        with app.app_context():
            for number in range(10):
                audit.record(None, "unit.created", None, f"{name} {number}")
                db.session.flush()
                audit.record(None, "unit.changed", None, f"{name} {number}")
                db.session.commit()

    threads = [threading.Thread(target=work, args=(f"线 {one}",)) for one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = checking.verify()
    assert found.whole and found.count == 80, found.problems


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"summary": "别的事"}, "第 3 条（.*）被改过：内容"),
        ({"actor_name": "别人"}, "第 3 条（.*）被改过：内容"),
        ({"changes": {"score": [1, 3]}}, "第 3 条（.*）被改过：内容"),
        ({"address": "10.9.9.9"}, "第 3 条（.*）被改过：内容"),
        ({"salt": "0"}, "第 3 条（.*）被改过：内容"),
        ({"at": datetime(2020, 1, 1, tzinfo=UTC)}, "第 3 条（.*）被改过：时间"),
        ({"action": "unit.changed"}, "第 3 条（.*）被改过：时间"),
        ({"subject_kind": "units"}, "第 3 条（.*）被改过：时间"),
        ({"subject_id": 9}, "第 3 条（.*）被改过：时间"),
        ({"id": 900}, "第 3 条（.*）被改过：时间"),
        ({"digest": "0" * 64}, "第 3 条（.*）被改过"),
        ({"previous": "0" * 64}, "第 3 条和它前一条接不上"),
        ({"hash": "0" * 64}, "第 3 条（.*）被改过"),
        ({"number": 50}, "少了第 3 条"),
        ({"number": None}, "少了第 3 条"),
        ({"summary": "", "blanked_by": 5, "salt": "1"}, "第 3 条的文字被抹去或改过，却没有一条记录说明"),
    ],
)  # fmt: skip
def test_a_change_is_noticed_and_named(change: dict[str, Any], said: str, app: Any) -> None:
    write(5, score=[1, 2])
    tampered(update(ENTRIES).where(ENTRIES.c.number == 3).values(**change))
    assert re.search(said, problems()), problems()


def test_every_stored_column_is_covered_above() -> None:
    """A new column of entries has to go into the hash, and into the test above."""
    assert set(ENTRIES.c.keys()) == set(chain.COLUMNS)


def test_a_deleted_entry_is_missed(app: Any) -> None:
    write(6)
    tampered(delete(ENTRIES).where(ENTRIES.c.number.in_([3, 4])))
    assert "少了第 3 到第 4 条" in problems()


def test_the_whole_chain_written_anew_is_noticed_by_what_was_noted_elsewhere(app: Any) -> None:
    write(4)
    noted = sealing.head()[1]
    rows = [chain.Link(*row) for row in db.session.execute(select(*sealing.LINK).order_by(ENTRIES.c.number))]
    kept = [row for row in rows if row.number != 2]
    filled = sealing.sealed(kept, 0, chain.START)
    tampered(
        delete(ENTRIES).where(ENTRIES.c.number == 2),
        *(
            update(ENTRIES).where(ENTRIES.c.id == one["row"]).values(
                number=-one["number"], digest=one["digest"], previous=one["previous"], hash=one["hash"])
            for one in filled
        ),
        update(ENTRIES).values(number=-ENTRIES.c.number),
    )  # fmt: skip
    assert problems() == ""
    assert f"{noted[:12]}… 不在记录里" in problems(noted)


def test_what_is_cut_off_at_the_end_is_noticed(app: Any) -> None:
    write(4)
    noted = sealing.head()[1]
    checking.note_check(checking.verify())
    db.session.commit()
    tampered(delete(ENTRIES).where(ENTRIES.c.number == 4))
    assert "第 4 条已经不是原来那条" in problems()
    tampered(delete(AuditCheck.__table__))
    assert problems() == "" and "末尾被删过" in problems(noted)


def test_a_verification_cannot_be_made_up(app: Any) -> None:
    write(1)
    check = checking.note_check(checking.verify())
    db.session.commit()
    assert problems() == ""
    check.head = "0" * 64
    db.session.commit()
    assert "签名不对" in problems()


@pytest.mark.parametrize("statement", [
    update(ENTRIES).values(summary="x"), update(ENTRIES).values(hash=""), delete(ENTRIES),
])  # fmt: skip
def test_the_database_itself_refuses(statement: Any, app: Any) -> None:
    write(2)
    with pytest.raises(exc.DBAPIError, match="audit entries are never"), db.engine.begin() as connection:
        connection.execute(statement)
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(exc.DBAPIError, match="audit entries are never"), db.engine.begin() as connection:
            connection.execute(text("truncate audit_entries cascade"))
    assert checking.verify().whole


def test_an_open_door_and_strangers_are_told(app: Any) -> None:
    write(1)
    values = {"actor_name": "x", "action": "x", "subject_kind": "", "summary": "x", "changes": {}, "address": ""}
    with db.engine.begin() as connection:
        connection.execute(insert(ENTRIES).values(at=datetime.now(UTC), **values))
        connection.execute(insert(AuditOpening.__table__).values(why="x"))
    assert "不在链里的记录" in problems() and "开着口子" in problems()
    with db.engine.begin() as connection:
        connection.execute(delete(AuditOpening.__table__))


# what is cut off when its time is over


def aged(count: int, days: int) -> None:
    for one in range(count):
        audit.record(None, "unit.created", None, f"旧 {one}").at = datetime.now(UTC) - timedelta(days=days)
    db.session.commit()


def test_what_is_old_enough_goes_and_the_chain_still_holds(app: Any) -> None:
    aged(5, 400)
    aged(2, 100)
    write(3)
    for expected in (5, 2):
        before = datetime.now(UTC) - timedelta(days=365 if expected == 5 else 50)
        assert keeping.expired(before)[0] == expected
        assert keeping.cut(None, before) == expected
        db.session.commit()
    found = checking.verify()
    assert found.whole and found.cut == 7 and found.first == 8, found.problems
    assert keeping.cut(None, datetime.now(UTC) - timedelta(days=50)) == 0
    assert keeping.cut(None, datetime.now(UTC) + timedelta(days=1)) == found.count - 1, "the last one stays"
    db.session.commit()
    write(1)
    assert checking.verify().whole


def test_only_the_beginning_goes(app: Any) -> None:
    write(1)
    aged(3, 400)
    assert keeping.cut(None, datetime.now(UTC) - timedelta(days=365)) == 0


def test_a_beginning_that_nobody_cut_is_missed(app: Any) -> None:
    aged(3, 400)
    write(2)
    tampered(delete(ENTRIES).where(ENTRIES.c.number <= 2))
    assert "开头的 2 条不见了" in problems()


def test_a_cut_that_was_made_up_is_noticed(app: Any) -> None:
    aged(3, 400)
    write(2)
    own = db.session.scalar(select(ENTRIES.c.hash).where(ENTRIES.c.number == 2))
    audit.record(None, "audit.cut", None, "x", chain_data={"through": 2, "hash": own, "signature": "00:00"})
    db.session.commit()
    tampered(delete(ENTRIES).where(ENTRIES.c.number <= 2))
    assert "签名不对" in problems()


# what is blanked


def without(word: str) -> Any:
    return lambda link: replace(
        link, summary=link.summary.replace(word, "某人"), actor_name=link.actor_name.replace(word, "某人")
    )


def test_words_are_blanked_and_the_chain_still_holds(app: Any, person: Any) -> None:
    who = person("learner", name="李二")
    audit.record(who, "unit.created", None, "李二办的")
    db.session.commit()
    before = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    salts, ids = [one.salt for one in before], [one.id for one in before]
    assert keeping.blank(None, ids, without("李二"), "抹去姓名") == 2
    db.session.commit()
    found = checking.verify()
    assert found.whole and found.blanked == 2, found.problems
    stored = repr(db.session.execute(select(ENTRIES)).all())
    assert "李二" not in stored and not any(salt in stored for salt in salts), "nobody can try out names"
    again = db.session.scalar(select(AuditEntry).where(AuditEntry.actor_id == who.id))
    assert (again.actor_name, again.summary, again.action) == ("某人", "某人办的", "unit.created")
    keeping.blank(None, [again.id], without("某人"), "再抹一次")
    assert keeping.blank(None, [again.id], without("办的"), "再抹一次") == 1
    db.session.commit()
    assert checking.verify().whole


@pytest.mark.parametrize("change", [{"summary": "别的"}, {"actor_name": "李二"}, {"salt": "0"}, {"blanked_by": None}])
def test_blanked_words_cannot_be_changed_either(change: dict[str, Any], app: Any, person: Any) -> None:
    audit.record(person("learner", name="李二"), "unit.created", None, "李二办的")
    db.session.commit()
    number = sealing.head()[0]
    keeping.blank(None, [db.session.scalar(select(AuditEntry.id).where(AuditEntry.number == number))],
                  without("李二"), "抹去姓名")  # fmt: skip
    db.session.commit()
    assert problems() == ""
    tampered(update(ENTRIES).where(ENTRIES.c.number == number).values(**change))
    assert f"第 {number} 条" in problems()


# how it is written down

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3), inner,
                      max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(VALUES)
def test_what_a_database_gives_back_is_written_the_same(value: Any) -> None:
    assert chain.canonical(json.loads(json.dumps(value))) == chain.canonical(value)


@pytest.mark.parametrize(("one", "other"), [(1.0, 1), (-0.0, 0), (1e22, 10**22), (1e23, 10**23), (True, True)])
def test_numbers_are_written_alike(one: Any, other: Any) -> None:
    assert chain.canonical([one]) == chain.canonical([other])


def test_true_is_not_one() -> None:
    assert chain.canonical(True) != chain.canonical(1)


@pytest.mark.parametrize(
    "value", [1e22, 1e-7, 0.1, -1.5e300, 2**60, 12345678901234567890.0, "\u2028\U0001f600", {"b": 1, "a": [1.0]}]
)
def test_odd_values_survive_the_database(value: Any, app: Any) -> None:
    write(1, value=[None, value])
    assert problems() == ""


def test_the_form_is_the_one_that_is_written_down() -> None:
    """If this changes, every chain that exists breaks."""
    at = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
    link = chain.Link(7, None, at, 3, "李", "user.changed", "users", 5, 2, "修改",
                      {"name": ["a", "b"]}, "10.0.0.1", "00ff", "", "", "", None)  # fmt: skip
    words = r'["words",1,"00ff","\u674e","\u4fee\u6539",{"name":["a","b"]},"10.0.0.1"]'
    digest = hashlib.sha256(words.encode()).hexdigest()
    assert chain.digest_of(link) == digest
    entry = (
        f'["entry",1,1,7,"2026-11-26T01:30:00.000000+00:00",3,"user.changed","users",5,2,"{digest}","{chain.START}"]'
    )
    assert chain.hash_of(link, 1, digest, chain.START) == hashlib.sha256(entry.encode()).hexdigest()
