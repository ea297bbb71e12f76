"""JSON Lines in, JSON Lines out: whatever a file may hold."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.rubric.jsonl import score_lines, serialise

RECORD: dict[str, Any] = {"id": "a", "post": "路灯坏了", "facts": [], "reply": "已于6月1日修好。"}


def score(*lines: bytes) -> list[tuple[dict[str, Any], bool]]:
    return list(score_lines(lines))


def one(record: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    (answer,) = score(json.dumps(record).encode())
    return answer


def test_blank_lines_and_carriage_returns_are_nothing() -> None:
    line = json.dumps(RECORD).encode()
    answers = score(b"\n", line + b"\r\n", b" \t\r\n", line)
    assert [scored for _, scored in answers] == [True, True]


def test_a_byte_order_mark_is_nothing() -> None:
    (answer,) = score(b"\xef\xbb\xbf" + json.dumps(RECORD).encode())
    assert answer[1]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"\xff\xfe{}", "不是 UTF-8"),
        ("答复".encode("gbk"), "不是 UTF-8"),
        (b"{", "不是有效的 JSON"),
        (b"NaN", "不是有效的 JSON"),
        (b'{"id": 1, "reply": Infinity}', "不是有效的 JSON"),
        (b"[" * 100_000, "不是有效的 JSON"),
        (b"9" * 5000, "不是有效的 JSON"),
        (b"[]", "JSON 对象"),
        (b'"x"', "JSON 对象"),
        (b"null", "JSON 对象"),
        (b'{"id": "a"}', "缺少 reply"),
        (b'{"id": "a", "reply": null}', "reply 应是一段文字"),
        (b'{"id": "a", "reply": 3}', "reply 应是一段文字"),
        (b'{"id": ["a"], "reply": "x"}', "id 应是"),
        (b'{"id": 1.5, "reply": "x"}', "id 应是"),
        (b'{"id": "a", "reply": "x", "post": 1}', "post 应是一段文字"),
        (b'{"id": "a", "reply": "x", "channel": []}', "channel 应是一段文字"),
        (b'{"id": "a", "reply": "x", "facts": "f"}', "facts 应是"),
        (b'{"id": "a", "reply": "x", "facts": [1]}', "facts 应是"),
        (b'{"id": "a", "reply": "x", "points": {}}', "points 应是"),
        (b'{"id": "a", "reply": "x", "points": [1]}', "points 应是"),
        (b'{"id": "a", "reply": "x", "points": [{"text": "t"}]}', "points 应是"),
        (b'{"id": "a", "reply": "x", "points": [{"id": "p", "any": 5}]}', "points 应是"),
        (b'{"id": "a", "reply": "x", "points": [{"id": "p", "any": [5]}]}', "points 应是"),
    ],
)
def test_a_bad_line_says_what_is_wrong(line: bytes, sentence: str) -> None:
    ((answer, scored),) = score(line)
    assert not scored and sentence in answer["error"] and answer["line"] == 1
    assert answer.get("id") in (None, "a", ["a"], 1.5)


def test_lines_are_counted_as_in_the_file() -> None:
    answers = score(b"\n", b"\n", b"{")
    assert answers[0][0]["line"] == 3


@pytest.mark.parametrize(
    "record",
    [
        {"reply": "好"},
        {"id": None, "reply": ""},
        {"id": 7, "post": None, "facts": None, "points": None, "channel": None, "reply": "\0\0"},
        {"id": "a", "reply": "您好\ud800，已修好\udfff"},
        {"id": "a", "reply": "\u202e您好\u200d👨‍👩‍👧🇨🇳"},
        {"id": "a", "reply": "啊" * 100_000},
        {"id": "a", "reply": "您好，" * 33_000, "post": "您好，" * 33_000, "facts": ["您好" * 10_000] * 20},
    ],
    ids=["no id", "null id", "nulls", "surrogates", "emoji", "100 kB", "long"],
)
def test_odd_records_are_scored(record: dict[str, Any]) -> None:
    answer, scored = one(record)
    assert scored and answer["id"] == record.get("id")
    assert json.loads(serialise(answer)) == answer


def test_lone_surrogates_survive_the_way_out() -> None:
    answer, _ = one(RECORD | {"reply": "你\ud800再投诉，后果自负。"})
    assert any("\ud800" in span["text"] for span in answer["spans"])
    assert b"\\ud800" in serialise(answer)


def test_chinese_is_written_plainly() -> None:
    answer, _ = one(RECORD | {"reply": "再投诉，后果自负，你等着。"})
    assert "后果自负".encode() in serialise(answer)


def test_points_reach_the_scorer() -> None:
    points = [{"id": "p", "text": "修好日期", "any": [["6月1日"], ["修好", "昨天"]]}, {"id": "q", "any": ["电话"]}]
    with_points, scored = one(RECORD | {"points": points})
    assert scored and isinstance(with_points["score"], int)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_stream(line: bytes) -> None:
    for answer, _ in score(line.replace(b"\n", b" ")):
        assert json.loads(serialise(answer))
