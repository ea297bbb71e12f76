"""QTI: packages and single questions are read; what is written is read back the same, and is built as it has to be."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.zips import packed, unpacked
from quizzes.exchange import qti
from quizzes.exchange.item import Bank, Item
from quizzes.exchange.losses import unfinished
from quizzes.models import Kind
from tests.quizzes.exchange.bodies import items
from tests.quizzes.factories import BODIES, body

SAMPLES = Path(__file__).parent / "samples"
ITEM = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
PACKAGE = "{http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1}"
MANIFEST = """<?xml version="1.0"?>
<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><resources>
{}<resource identifier="t" type="imsqti_test_xmlv3p0" href="test.xml"/>
<resource identifier="w" type="webcontent" href="media/a.png"/></resources></manifest>"""


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def package(files: dict[str, bytes], *hrefs: str, home: str = "") -> bytes:
    rows = "".join(f'<resource identifier="i{n}" type="imsqti_item_xmlv3p0" href="{h}"/>' for n, h in enumerate(hrefs))
    return packed({f"{home}imsmanifest.xml": MANIFEST.format(rows).encode(), **{home + k: v for k, v in files.items()}})


def sentences(bank: Bank) -> str:
    return "\n".join(f"{fault.place} {fault.sentence}" for fault in bank.faults)


def test_a_single_question_is_read_with_everything_in_it() -> None:
    bank = qti.read(sample("qti3-choice.xml"))
    assert bank.sound and len(bank.faults) == 1 and "图片" in bank.faults[0].sentence
    item = bank.items[0]
    assert item.kind is Kind.SINGLE
    assert item.body["stem"] == "公开答复里 不写什么？\n（图片：工单）\n选一项"
    assert item.body["options"] == [
        {"text": "办公电话", "feedback": "要写", "correct": False},
        {"text": "群众的电话", "feedback": "对。", "correct": True},
    ]
    assert item.body["explanation"] == "能不写就不写"


def test_an_older_version_in_gbk_is_read() -> None:
    item = qti.read(sample("qti21-match.xml").decode().encode("gbk")).items[0]
    assert (item.kind, item.body["stem"], item.body["distractors"]) == (Kind.MATCHING, "连起来", ["骂人"])
    assert [(row["left"], row["right"]) for row in item.body["pairs"]] == [("蹲", "等"), ("破防", "难受")]


def test_a_gap_in_a_sentence_and_its_alternatives_are_read() -> None:
    item = qti.read(sample("qti3-entry.xml")).items[0]
    assert (item.kind, item.body["stem"]) == (Kind.SHORT, "从 _____ 起算。")
    assert [(row["any"], row["fraction"]) for row in item.body["accept"]] == [
        (["受理之日", "受理那天"], 1.0),
        (["受理"], 0.5),
    ]


def changed(name: str, *pairs: tuple[str, str]) -> bytes:
    text = sample(name).decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def test_pairs_within_one_set_are_read() -> None:
    data = changed(
        "qti21-match.xml", ("matchInteraction", "associateInteraction"), ("directedPair", "pair"),
        ("<simpleMatchSet>", ""), ("</simpleMatchSet>", ""), ("GB2312", "UTF-8"),
    )  # fmt: skip
    item = qti.read(data).items[0]
    assert [(row["left"], row["right"]) for row in item.body["pairs"]] == [("蹲", "等"), ("破防", "难受")]
    assert item.body["distractors"] == ["骂人"]


def test_a_package_is_read_in_the_order_of_its_manifest() -> None:
    files = {"items/乙 题.xml": sample("qti3-entry.xml"), "a.xml": sample("qti3-choice.xml"), "test.xml": b"<x/>"}
    for home in ("", "包/"):
        bank = qti.read(package(files, "items/%E4%B9%99%20%E9%A2%98.xml", "a.xml", home=home))
        assert [item.kind for item in bank.items] == [Kind.SHORT, Kind.SINGLE], sentences(bank)
        assert bank.items[1].place == "第 2 题（a.xml）"


def test_names_in_gbk_without_saying_so_are_found() -> None:
    files = unpacked(package({"items/甲题.xml": sample("qti3-entry.xml")}, "items/甲题.xml"))
    data = _with_names(files)
    assert "甲题".encode("gbk") in data
    bank = qti.read(data)
    assert bank.items and bank.sound


def _with_names(files: dict[str, bytes]) -> bytes:
    """A zip whose names are GBK and unmarked."""

    class Old(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
            return self.filename.encode("gbk"), self.flag_bits & ~0x800

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(Old(name), content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (package({}, "none.xml"), "压缩包里却没有这个文件"),
        (package({"a.xml": b"<html/>"}, "a.xml"), "不是 QTI 题目"),
        (package({"a.xml": b"<a><b></a>"}, "a.xml"), "不是完整的 XML"),
        (package({"a.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}, "a.xml"), "定义了实体"),
        (package({}), "没有一道可以导入"),
        (packed({"a.xml": b"<a/>"}), "没有 imsmanifest.xml"),
        (packed({"../../etc/x": b"", "imsmanifest.xml": b""}), "可疑的路径"),
        (packed({"C:/x": b"", "imsmanifest.xml": b""}), "可疑的路径"),
        (packed({"imsmanifest.xml": b"0" * 70_000_000}), "太大"),
        (package({"a.xml": b"<x/>"}, "a.xml")[:-30], "打不开"),
        (b"PK\x03\x04", "打不开"),
        (b"<qti-assessment-test/>", "没有一道可以导入"),
    ],
)
def test_what_cannot_be_opened_is_said(data: bytes, said: str) -> None:
    bank = qti.read(data)
    assert not bank.sound and said in sentences(bank)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    data = bytearray(packed({"imsmanifest.xml": b"0" * 70_000_000}))
    size = (70_000_000).to_bytes(4, "little")
    assert size in data
    assert not qti.read(bytes(data.replace(size, (10).to_bytes(4, "little")))).sound


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("qti-choice-interaction", "qti-extended-text-interaction")], "问答题"),
        ([("qti-choice-interaction", "qti-hottext-interaction")], "点词题"),
        ([("qti-choice-interaction", "div")], "没有要作答的地方"),
        ([("<qti-value>B", "<qti-value>C")], "恰好一个正确选项"),
    ],
)
def test_what_is_not_ours_is_told_and_stops_nothing_else(pairs: list[tuple[str, str]], said: str) -> None:
    files = {"a.xml": changed("qti3-choice.xml", *pairs), "b.xml": sample("qti3-entry.xml")}
    bank = qti.read(package(files, "a.xml", "b.xml"))
    assert bank.sound and said in sentences(bank)
    assert bank.items[-1].kind is Kind.SHORT


@given(st.lists(items(source=True), min_size=1, max_size=4))
def test_what_is_written_is_read_back(written: list[Item]) -> None:
    bank = qti.read(qti.write(written))
    assert bank.faults == ()
    assert [replace(item, place="") for item in bank.items] == written


@given(st.lists(items(source=True), min_size=1, max_size=3))
def test_what_is_written_is_built_as_it_has_to_be(written: list[Item]) -> None:
    files = unpacked(qti.write(written))
    manifest = ElementTree.fromstring(files["imsmanifest.xml"])
    hrefs = [row.get("href") for row in manifest.iter() if row.tag == f"{PACKAGE}resource"]
    assert len(hrefs) == len(written) and {*hrefs, "imsmanifest.xml"} == set(files)
    for href in hrefs:
        _check_item(ElementTree.fromstring(files[href]))


ORDER = ["response-declaration", "outcome-declaration", "item-body", "response-processing", "modal-feedback"]


def _check_item(root: Any) -> None:
    """The rules of the schema that a reader stumbles over."""
    assert root.tag == f"{ITEM}qti-assessment-item" and {"identifier", "title", "time-dependent"} <= set(root.attrib)
    places = [ORDER.index(child.tag.removeprefix(f"{ITEM}qti-")) for child in root]
    assert places == sorted(places) and places.count(2) == places.count(3) == 1
    declared = {child.get("identifier"): child for child in root if child.tag.endswith("-declaration")}
    assert len(declared) == places.count(0) + places.count(1)
    choices = [one.get("identifier") for one in root.iter() if one.tag.endswith("-choice")]
    assert len(choices) == len(set(choices))
    for one in root.iter():
        for key in ("response-identifier", "outcome-identifier"):
            assert one.get(key) is None or one.get(key) in declared
        if one.tag == f"{ITEM}qti-set-outcome-value":
            assert one.get("identifier") in declared and len(one) == 1
    base = declared["RESPONSE"].get("base-type")
    for value in declared["RESPONSE"].iter(f"{ITEM}qti-value"):
        parts = value.text.split() if base == "directedPair" else [value.text]
        assert base == "string" or all(part in choices for part in parts)


@given(st.binary(max_size=120) | st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail))
def test_nothing_is_raised_whatever_the_file_holds(data: bytes) -> None:
    assert not qti.read(data).sound


def test_what_does_not_fit_is_said() -> None:
    every = [Item(Kind(kind), body(kind)) for kind in BODIES]
    faults = qti.lost(every)
    assert [fault.sentence[:4] for fault in faults] == ["连线题每", "答复题要"] and not any(f.stops for f in faults)
    assert len(qti.read(qti.write(every)).items) == len(every) - 1
    assert unfinished(Item(Kind.SINGLE, {**body("single"), "options": []}))
