"""Files of people, however they were made."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from literacy.intake import reading
from literacy.intake.columns import header_of
from literacy.intake.reading import Line, Notes, lines
from literacy.intake.wanted import wanted_of
from literacy.models import Role
from literacy.sheets.decoding import Unreadable
from tests.literacy.intake.making import HEAD, text, workbook

ROW = ("zhaoqing", "赵晴", "青禾县/望舒街道", "回复员", "", "13800138000", "", "学员", "在用")

ODD_HEAD = ("帐 号", "姓　名*", "所在单位（全称）", "岗位", "职级", "手机号码", "E-mail", "身份", "账号状态")
ENTITIES = b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>"


def read(folder: Path, data: bytes) -> tuple[list[Line], Notes]:
    path, notes = folder / "file", Notes()
    path.write_bytes(data)
    return list(lines(path, notes)), notes


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        workbook([HEAD, ROW]), text([HEAD, ROW]), text([HEAD, ROW], "utf-8"), text([HEAD, ROW], "gb18030"),
        text([HEAD, ROW], "utf-8", "\t"), text([HEAD, ROW], "gb18030", ";"),
        workbook([("青禾县人员表",), (), HEAD, ROW]),
        workbook([ODD_HEAD, ROW]),
    ],
)  # fmt: skip
def test_the_same_people_in_many_kinds_of_files(data: bytes, tmp_path: Path) -> None:
    found, notes = read(tmp_path, data)
    assert len(found) == 1 and not notes.unread
    wanted = wanted_of(found[0])
    assert not wanted.problems and wanted.account == "zhaoqing"
    assert wanted.values == {
        "name": "赵晴", "unit": "青禾县 / 望舒街道", "post": "回复员", "phone": "13800138000",
        "roles": frozenset({Role.LEARNER}), "active": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (with_part(workbook([HEAD, ROW]), "xl/vbaProject.bin", b"x"), "宏"),
        (with_part(workbook([HEAD]), "xl/worksheets/sheet1.xml", ENTITIES), "实体"),
        (with_part(workbook([HEAD]), "xl/sharedStrings.xml", b"<!DOCTYPE a><sst/>"), "实体"),
        (with_part(workbook([HEAD]), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "旧格式"), (workbook([HEAD, ROW])[:-60], "损坏"),
        ("账号,姓名".encode("utf-16"), "UTF-16"), (b"\xff\x80\xff\x80", "认不出"), (b"\x00\x01", "认不出"),
        (b"", "没有找到表头"), (text([("姓名", "单位"), ("甲", "乙")]), "没有找到表头"),
        (workbook([("账号",)]), "没有找到表头"),
    ],
)  # fmt: skip
def test_what_is_dangerous_or_no_list_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert said in refused.value.sentence


def test_a_bomb_is_not_unfolded(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "MAX_UNFOLDED", 1024 * 1024)
    for part in ("xl/media/a.bin", "xl/worksheets/sheet1.xml"):
        with pytest.raises(Unreadable, match="太大"):
            read(tmp_path, with_part(workbook([HEAD, ROW]), part, b" " * 2 * 1024 * 1024))


def test_formulas_are_no_values(tmp_path: Path) -> None:
    found, _ = read(tmp_path, workbook([HEAD, ("a", "=1+1", *ROW[2:])]))
    assert "公式" in found[0].wrong["name"]
    found, _ = read(tmp_path, text([HEAD, ("a", "=1+1", *ROW[2:]), ("b", "'=乙", *ROW[2:])]))
    assert "公式" in found[0].wrong["name"] and not found[1].wrong and found[1].cells["name"] == "=乙"


def test_merged_cells_are_told_instead_of_losing_units(tmp_path: Path) -> None:
    rows = [HEAD, ROW, ("b", "乙", "", *ROW[3:])]
    _, notes = read(tmp_path, workbook(rows, merged="C2:C3"))
    assert list(notes.merged) == [2] and "第 2 行到第 3 行的“单位路径”" in notes.merged[2]


def test_strange_columns_and_other_sheets_are_named(tmp_path: Path) -> None:
    _, notes = read(tmp_path, workbook([(*HEAD, "血型", "备注"), (*ROW, "A", "x")]))
    assert notes.unread == ["这些列不认识，没有读：血型。"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("account", "a b<c>", "账号只能用"), ("account", "", "请填写账号"), ("name", "名" * 41, "最多 40"),
        ("unit", "/", "青禾县 / 政务服务中心"), ("unit", "a/" * 20, "最多 12 级"), ("post", "长" * 101, "最多 100"),
        ("phone", "1380013", "11 位"), ("email", "a@b", "name@example.cn"), ("roles", "国王", "学员、培训师、管理员"),
        ("active", "半停用", "在用"),
    ],
)  # fmt: skip
def test_every_cell_that_is_wrong_is_said(field: str, value: str, sentence: str) -> None:
    cells = {"account": "zhaoqing", "name": "赵晴", field: value}
    problems = wanted_of(Line(2, cells)).problems
    assert [one.field for one in problems] == [field] and sentence in problems[0].sentence


@pytest.mark.parametrize(
    ("typed", "roles"),
    [
        ("学员", {Role.LEARNER}), ("学员、培训师", {Role.LEARNER, Role.TRAINER}),
        ("管理员/讲师", {Role.ADMINISTRATOR, Role.TRAINER}),
        ("学员 管理员", {Role.LEARNER, Role.ADMINISTRATOR}), ("学员和培训师", {Role.LEARNER, Role.TRAINER}),
    ],
)  # fmt: skip
def test_roles_in_many_spellings(typed: str, roles: set[Role]) -> None:
    wanted = wanted_of(Line(2, {"account": "a", "name": "甲", "roles": typed}))
    assert wanted.values["roles"] == roles and not wanted.problems


def test_a_word_empties_what_an_empty_cell_leaves() -> None:
    wanted = wanted_of(Line(2, {"account": "a", "name": "甲", "post": "清空", "phone": " 清空 ", "rank": "  "}))
    assert wanted.values == {"name": "甲", "post": "", "phone": ""}


@given(some.dictionaries(some.sampled_from(["account", "name", "unit", "post", "phone", "email", "roles", "active"]),
                         some.text(max_size=50)))  # fmt: skip
def test_any_line_is_read(cells: Any) -> None:
    wanted = wanted_of(Line(1, cells))
    assert all(one.sentence.endswith(("。", "_ - @。")) for one in wanted.problems)


@given(some.lists(some.dictionaries(some.integers(0, 20), some.text(max_size=12), max_size=6), max_size=6))
def test_any_rows_have_a_header_or_none(rows: Any) -> None:
    header = header_of(list(enumerate(rows)))
    assert header is None or {"account", "name"} <= set(header.columns)
