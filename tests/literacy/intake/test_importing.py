"""From the file to the people: what was planned is what is done, once, to its end."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql

from courses.models import Enrolment, UnitEnrolment
from literacy.activation.models import ActivationCode
from literacy.db import db, look_again
from literacy.errors import NotFound, Refused
from literacy.intake import applying, files, planning, service
from literacy.intake.models import ImportRow, ImportState, PeopleImport
from literacy.jobs import service as jobs
from literacy.jobs.models import Job, JobState
from literacy.models import AuditEntry, Role, RoleGrant, Unit, User
from literacy.service import accounts, people, units
from tests.courses.factories import make_course
from tests.literacy.intake.making import HEAD, SITE, applied, handed_in, of, text, the, workbook
from tests.working import work_off

NEW = (
    "zhaoqing",
    "赵晴",
    "青禾县 / 望舒街道",
    "回复员",
    "四级主任科员",
    "13800138000",
    "z@example.cn",
    "学员、培训师",
    "在用",
)


@pytest.fixture
def admin(person: Any) -> User:
    """An administrator."""
    return person("administrator", account="admin", name="管理人")


@pytest.fixture
def street(admin: User) -> Unit:
    """青禾县 / 望舒街道."""
    county = units.create_unit(admin, name="青禾县")
    made = units.create_unit(admin, name="望舒街道", parent_id=county.id)
    db.session.commit()
    return made


def who(account: str) -> User:
    db.session.expire_all()
    found = accounts.find_by_account(account)
    assert found, account
    return found


def told(row: PeopleImport, show: str) -> list[Any]:
    return list(db.session.scalars(service.rows(row, show)))


def everything() -> list[Any]:
    """All people and their roles, to see that nothing changed."""
    columns = list(User.__table__.columns)
    held = select(RoleGrant.user_id, RoleGrant.role).order_by(RoleGrant.user_id, RoleGrant.role)
    return [*db.session.execute(select(*columns).order_by(User.id)).all(), *db.session.execute(held).all()]


def test_nobody_is_touched_before_it_is_confirmed(app: Any, admin: User, street: Unit) -> None:
    before = everything()
    row = of(app, admin, NEW)
    assert row.state is ImportState.READY and row.counts == {"new": 1, "missing": 0}
    assert everything() == before
    job = service.job_of(row)
    assert job and "新建 1 人" in job.said


def test_what_was_planned_is_done(app: Any, admin: User, street: Unit, person: Any) -> None:
    person("learner", "trainer", account="lier", name="李尔", unit=street, post="值班员")
    person("learner", account="gone", name="孙去", unit=street)
    row = applied(app, of(app, admin, NEW, ("lier", "李尔", "青禾县", "", "", "", "", "学员"),
                          ("gone", "孙去", *[""] * 6, "停用"), ("admin", "管理人")))  # fmt: skip
    assert row.state is ImportState.DONE
    assert row.counts == {"new": 1, "changed": 1, "deactivated": 1, "unchanged": 1, "missing": 0}
    new, moved, gone = who("zhaoqing"), who("lier"), who("gone")
    assert (new.name, new.unit, new.post, new.rank, new.phone, new.email, new.roles, new.active) == (
        "赵晴", who("gone").unit, "回复员", "四级主任科员", "13800138000", "z@example.cn",
        {Role.LEARNER, Role.TRAINER}, True,
    )  # fmt: skip
    assert new.awaits_activation and accounts.sign_in("zhaoqing", "") is None
    assert accounts.sign_in("zhaoqing", "nobody") is None, "the stand-in for nobody's password opens nothing"
    assert (moved.unit and moved.unit.name, moved.post, moved.roles) == ("青禾县", "值班员", {Role.LEARNER})
    assert not gone.active and gone.session_version == 2
    assert not files.path_of(row.id).exists()


def test_the_same_file_again_changes_nothing(app: Any, admin: User, street: Unit) -> None:
    applied(app, of(app, admin, NEW))
    before = everything()
    again = of(app, admin, NEW)
    assert again.counts == {"unchanged": 1, "missing": 0}
    with pytest.raises(Refused, match="没有要写入的"):
        service.confirm(again, admin, SITE)
    assert everything() == before


def test_one_problem_keeps_the_whole_file_out(app: Any, admin: User, street: Unit) -> None:
    before = everything()
    row = of(app, admin, NEW, ("b", "", *NEW[2:]), ("ZHAOQING", "同一个", *NEW[2:]), ("c", "丙", "", "", "", "110"))
    assert [(one.position, [problem["sentence"] for problem in one.problems]) for one in told(row, "problem")] == [
        (3, ["新的账号要写姓名。"]), (4, ["第 2 行已经有这个账号。"]),
        (5, ["手机写 11 位号码，座机写区号和号码，例如 0571-87654321。"]),
    ]  # fmt: skip
    assert told(row, "problem")[2].problems[0]["value"] == "110"
    with pytest.raises(Refused, match="还有 3 行有问题"):
        service.confirm(row, admin, SITE)
    work_off(app)
    assert everything() == before


@pytest.mark.parametrize("create", [False, True])
def test_units_that_do_not_exist_are_made_or_are_problems(create: bool, app: Any, admin: User, street: Unit) -> None:
    rows = [(f"u{n}", "甲", f"青禾县/新镇/{'一' if n % 2 else '二'}所") for n in range(4)] + [
        ("v", "乙", "青禾县/望舒街")
    ]
    row = of(app, admin, *rows)
    assert row.count("missing") == 5 == row.stopping and row.count("new") == 5
    assert [one[:2] for one in row.new_units] == [
        ["青禾县 / 新镇 / 二所", 2], ["青禾县 / 新镇 / 一所", 2], ["青禾县 / 望舒街", 1]
    ]  # fmt: skip
    assert row.new_units[2][2] == "青禾县 / 望舒街道"
    if not create:
        with pytest.raises(Refused, match="还有 5 行"):
            service.confirm(row, admin, SITE)
        return
    applied(app, row, create_units=True)
    unit = who("u1").unit
    assert unit and unit.path == "青禾县 / 新镇 / 一所"
    assert len(units.tree()) == 6 and who("u3").unit is unit
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "unit.created")) == 6


def test_who_is_missing_is_deactivated_only_on_demand(app: Any, admin: User, street: Unit, person: Any) -> None:
    inside, above = person(account="inside", unit=street), person(account="above", unit=street.parent)
    row = of(app, admin, NEW)
    service.choose(row, create_units=False, complete_unit_id=street.id)
    assert [(one.account, one.in_file) for one in told(row, "deactivated")] == [("inside", False)]
    service.choose(row, create_units=False, complete_unit_id=0)
    assert not told(row, "deactivated") and row.counts == {"new": 1, "missing": 0}
    applied(app, row, complete=street.id)
    assert not who("inside").active and who("above").active and who("admin").active
    assert inside.id != above.id


def test_the_world_may_not_change_between_looking_and_writing(app: Any, admin: User, street: Unit, person: Any) -> None:
    other = person(account="lier", name="李尔", unit=street)
    row = of(app, admin, NEW, ("lier", "李二"))
    service.confirm(row, admin, SITE)
    other.post = "别人改的"
    before = everything()
    work_off(app)
    row = the(row.id)
    assert row.state is ImportState.STALE and "账号 lier" in row.said and row.begun_at is None
    assert everything() == before
    service.go_on(row, admin, SITE)
    work_off(app)
    assert the(row.id).state is ImportState.READY
    assert applied(app, the(row.id)).state is ImportState.DONE and who("lier").post == "别人改的"


def test_a_unit_taken_out_of_use_meanwhile_stops_it(app: Any, admin: User, street: Unit) -> None:
    row = of(app, admin, NEW)
    service.confirm(row, admin, SITE)
    street.active = False
    work_off(app)
    assert the(row.id).state is ImportState.STALE and "单位“青禾县 / 望舒街道”" in the(row.id).said


MANY = [(f"m{n:02d}", f"众{n}", "青禾县 / 望舒街道", "岗", "", "", "", "学员") for n in range(23)]


def test_a_crash_in_the_middle_is_taken_up_and_ends_complete(
    app: Any, admin: User, street: Unit, monkeypatch: Any
) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 5)
    row = of(app, admin, *MANY)
    service.confirm(row, admin, SITE)
    write, parts = applying._write, []

    def dies(*given: Any) -> None:
        parts.append(1)
        if len(parts) == 3:
            raise RuntimeError("the power is off")
        write(*given)

    monkeypatch.setattr(applying, "_write", dies)
    work_off(app)
    row = the(row.id)
    assert row.state is ImportState.APPLYING and service.is_stuck(row) and row.applied_to == 11
    assert db.session.scalar(select(func.count()).where(User.account.like("m%"))) == 10
    with pytest.raises(Refused, match="不能放弃"):
        service.drop(row)
    service.go_on(row, admin, SITE)
    work_off(app)
    row = the(row.id)
    assert row.state is ImportState.DONE and row.count("new") == 23
    assert db.session.scalar(select(func.count()).where(User.account.like("m%"))) == 23
    made = select(func.count()).where(AuditEntry.action == "user.created", AuditEntry.summary.contains("众"))
    assert db.session.scalar(made) == 23


def test_the_database_learns_how_many_came(app: Any, admin: User, street: Unit, monkeypatch: Any) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 5)
    monkeypatch.setattr(applying, "LOOKS", (8, 15))
    looked = []

    def look() -> None:
        look_again()
        looked.append(db.session.scalar(select(func.count()).where(User.account.like("m%"))))

    monkeypatch.setattr(applying, "look_again", look)
    service.confirm(of(app, admin, *MANY), admin, SITE)
    work_off(app)
    assert len(looked) == 2 and looked[0] >= 7
    if db.engine.dialect.name == "postgresql":
        assert db.session.scalar(sql("select reltuples from pg_class where relname = 'users'")) > 7


def test_cancelling_after_it_began_comes_too_late(app: Any, admin: User, street: Unit, monkeypatch: Any) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 5)
    row = of(app, admin, *MANY)
    number = service.confirm(row, admin, SITE).id
    write = applying._write

    def asks(*given: Any) -> None:
        db.session.get_one(Job, number).stop_asked = True
        write(*given)

    monkeypatch.setattr(applying, "_write", asks)
    work_off(app)
    assert the(row.id).state is ImportState.DONE and db.session.get_one(Job, number).state is JobState.DONE


def test_cancelled_before_it_began_it_can_be_given_up(app: Any, admin: User, street: Unit) -> None:
    row = of(app, admin, NEW)
    jobs.cancel(service.confirm(row, admin, SITE))
    assert service.is_stuck(row)
    number = row.id
    service.drop(row)
    assert not files.path_of(number).exists() and accounts.find_by_account("zhaoqing") is None
    assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_who_is_changed_while_it_runs_is_left_and_told(app: Any, admin: User, street: Unit, monkeypatch: Any) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 5)
    row = of(app, admin, *MANY)
    service.confirm(row, admin, SITE)
    write = applying._write

    def meanwhile(actor: User, *given: Any) -> None:
        if accounts.find_by_account("m20") is None:
            accounts.create_user(None, account="m20", name="别人建的", roles=[Role.TRAINER])
        write(actor, *given)

    monkeypatch.setattr(applying, "_write", meanwhile)
    work_off(app)
    row = the(row.id)
    assert row.state is ImportState.DONE and (row.count("new"), row.count("skipped")) == (22, 1)
    assert who("m20").name == "别人建的"
    assert "被别人改了" in told(row, "skipped")[0].problems[0]["sentence"]


def test_people_follow_the_rules_of_their_units(app: Any, admin: User, street: Unit, person: Any) -> None:
    course = make_course()
    db.session.add(UnitEnrolment(unit_id=street.parent_id, course_id=course.id))
    person(account="lier", name="李尔")
    applied(
        app, of(app, admin, NEW, ("lier", "李尔", "青禾县"), ("none", "没有单位的"), ("off", "停", *NEW[2:8], "停用"))
    )
    enrolled = select(User.account).join(Enrolment, Enrolment.user_id == User.id)
    assert set(db.session.scalars(enrolled)) == {"zhaoqing", "lier"}
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "enrolment.joined")) == 1


def test_it_is_recorded_once_and_for_each_person(app: Any, admin: User, street: Unit, person: Any) -> None:
    person(account="lier", name="李尔", unit=street)
    row = applied(app, of(app, admin, NEW, ("lier", "李二", "", "", "", "13900139000")))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.imported")).one()
    assert entry.changes["sha256"] == row.file_hash and entry.changes["rows_new"] == 1 and "人员.xlsx" in entry.summary
    mine = select(AuditEntry).where(AuditEntry.subject_kind == "users", AuditEntry.subject_id == who("lier").id)
    changed = db.session.scalars(mine.where(AuditEntry.action == "user.changed")).one()
    assert changed.actor_id == admin.id and changed.changes["name"] == ["李尔", "李二"]
    for one in db.session.scalars(select(AuditEntry)):
        assert "13900139000" not in str(one.changes) and "13800138000" not in str(one.changes) + one.summary


def test_the_result_lists_every_row(app: Any, admin: User, street: Unit, person: Any) -> None:
    person(account="lier", name="李尔", unit=street)
    row = applied(app, of(app, admin, NEW, ("lier", "李尔", "", "新职务"), ("admin", "管理人")))
    job = service.job_of(row)
    path = jobs.result_path(job) if job else None
    assert job and path and job.file == "导入结果_人员.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active
    assert [tuple(cell.value for cell in line) for line in sheet.rows][1:] == [
        (2, "zhaoqing", "赵晴", "青禾县 / 望舒街道", "新建", ""),
        (3, "lier", "李尔", "青禾县 / 望舒街道", "修改", "职务"),
        (4, "admin", "管理人", "", "没有变化", ""),
    ]


def test_new_people_get_slips_and_old_codes_are_void(app: Any, admin: User, street: Unit) -> None:
    row = applied(app, of(app, admin, NEW))
    first = db.session.get_one(ActivationCode, who("zhaoqing").id).code_hash
    path = jobs.result_path(db.session.get_one(Job, row.codes_job_id))
    assert path and path.stat().st_mode & 0o077 == 0
    page = path.read_text()
    assert "赵晴" in page and "zhaoqing" in page and SITE in page and "<h2>青禾县 / 望舒街道</h2>" in page
    service.issue_again(row, admin, SITE)
    work_off(app)
    db.session.expire_all()
    assert db.session.get_one(ActivationCode, who("zhaoqing").id).code_hash != first


def test_merged_cells_stop_it(app: Any, admin: User, street: Unit) -> None:
    row = handed_in(app, admin, workbook([HEAD, NEW, ("b", "乙", "", *NEW[3:])], merged="C2:C3"))
    assert row.count("problem") == 1 and "合并了单元格" in told(row, "problem")[0].problems[0]["sentence"]


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "没有找到表头"), (text([HEAD]), "没有一行人员"), (b"PK\x03\x04", "损坏")]
)
def test_what_cannot_be_read_says_why(data: bytes, said: str, app: Any, admin: User) -> None:
    row = handed_in(app, admin, data)
    assert row.state is ImportState.UNREADABLE and said in row.said and not files.path_of(row.id).exists()


def test_checking_that_broke_off_begins_anew(app: Any, admin: User, street: Unit, monkeypatch: Any) -> None:
    monkeypatch.setattr(planning, "AT_ONCE", 5)
    tally, calls = planning.tally, []

    def dies(row: PeopleImport) -> None:
        calls.append(row.id)
        if len(calls) == 1:
            raise RuntimeError
        tally(row)

    monkeypatch.setattr(planning, "tally", dies)
    row = of(app, admin, *MANY)
    assert service.is_stuck(row)
    service.go_on(row, admin, SITE)
    work_off(app)
    assert the(row.id).counts == {"new": 23, "missing": 0}


def test_a_list_is_seen_by_who_handed_it_in(app: Any, admin: User, street: Unit, person: Any) -> None:
    row = of(app, admin, NEW)
    with pytest.raises(NotFound):
        service.import_for(person("administrator"), row.id)


def test_rows_are_not_kept_for_ever(app: Any, admin: User, street: Unit, monkeypatch: Any) -> None:
    done, left = applied(app, of(app, admin, NEW)).id, of(app, admin, ("b", "乙")).id
    monkeypatch.setattr(service, "KEPT_DONE", -service.KEPT_DONE)
    monkeypatch.setattr(service, "KEPT_UNCONFIRMED", -service.KEPT_UNCONFIRMED)
    service.clean_up()
    db.session.expire_all()
    assert the(done).emptied and the(done).count("new") == 1 and db.session.get(PeopleImport, left) is None
    assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 0 and not files.path_of(left).exists()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_is_exported_changes_nothing_when_imported(
    form: str, app: Any, client: Any, sign_in: Any, admin: User, street: Unit, person: Any
) -> None:
    person(
        "learner", "trainer", account="lier", name="=李尔", unit=street, post="-岗", rank="科员", phone="0571-87654321"
    )
    person(account="gone", name="'=去").active = False
    locked = person(account="locked", name="锁", email="a@b.cn")
    accounts.sign_in("locked", "x")
    locked.unit = units.create_unit(admin, name="甲/乙所", parent_id=street.id)
    sign_in(admin)
    data = client.get(f"/manage/people/export/{form}").get_data()
    row = handed_in(app, admin, data, f"人员.{form}")
    assert row.counts == {"unchanged": 4, "missing": 0}, [one.changes or one.problems for one in told(row, "changed")]
    if form == "csv":
        assert next(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == list(HEAD)


def test_the_list_of_people_finds_who_waits(app: Any, admin: User, street: Unit) -> None:
    applied(app, of(app, admin, NEW))
    assert [one.account for one in db.session.scalars(people.people_list(state="waiting", viewer=None))] == ["zhaoqing"]
