"""Scores JSON Lines: one record in, one result out; a bad line is reported and the rest goes on."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quizzes.rubric.model import Point, ReplyCase, Verdict
from quizzes.rubric.rules import Rubric, load_rubric
from quizzes.rubric.scorer import score_reply

_BOM = b"\xef\xbb\xbf"


class _BadRecordError(ValueError):
    """What is wrong with a record, as a sentence for the person who made the file."""


def score_lines(lines: Iterable[bytes], rubric: Rubric | None = None) -> Iterator[tuple[dict[str, Any], bool]]:
    """For every line that is not blank a pair: the result (or what was wrong), and whether it could be scored.

    A record has ``id, post, facts, reply`` and may have ``channel, points``. A result has ``id, grade, score, patterns,
    spans, elements, rubric_version``; a failure ``line`` (counted from 1), ``id`` if it could be read, ``error``.
    """
    rubric = rubric or load_rubric()
    for number, raw in enumerate(lines, start=1):
        line = raw.removeprefix(_BOM) if number == 1 else raw
        if not line.strip():
            continue
        known: dict[str, Any] = {}
        try:
            record = _record(line)
            if "id" in record:
                known["id"] = record["id"]
            yield _result(record.get("id"), score_reply(_case(record), rubric)), True
        except _BadRecordError as problem:
            yield {"line": number, **known, "error": str(problem)}, False


def cases(lines: Iterable[bytes]) -> Iterator[ReplyCase]:
    """The cases of all lines that could be scored; the others are passed over."""
    for number, raw in enumerate(lines, start=1):
        try:
            yield _case(_record(raw.removeprefix(_BOM) if number == 1 else raw))
        except _BadRecordError:
            continue


def serialise(result: Mapping[str, Any]) -> bytes:
    """One output line without its line break: UTF-8, with lone surrogates kept as JSON escapes."""
    text = json.dumps(result, ensure_ascii=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(result, ensure_ascii=True).encode("ascii")


def _record(line: bytes) -> dict[str, Any]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise _BadRecordError("这一行不是 UTF-8 编码，请另存为 UTF-8 后重试。") from None
    try:
        record = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _BadRecordError("这一行不是有效的 JSON，请检查引号、逗号和括号。") from None
    if not isinstance(record, dict):
        raise _BadRecordError("每一行应是一个 JSON 对象（用花括号括起来）。")
    return record


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _case(record: Mapping[str, Any]) -> ReplyCase:
    identity = record.get("id")
    if identity is not None and not isinstance(identity, str | int):
        raise _BadRecordError("id 应是文字或整数。")
    if "reply" not in record:
        raise _BadRecordError("缺少 reply（答复正文）。")
    return ReplyCase(
        post=_text(record, "post"),
        reply=_text(record, "reply"),
        facts=_facts(record),
        channel=_text(record, "channel") or None,
        points=_points(record),
    )


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if value is None and name != "reply":
        return ""
    if not isinstance(value, str):
        raise _BadRecordError(f"{name} 应是一段文字。")
    return value


def _facts(record: Mapping[str, Any]) -> tuple[str, ...]:
    value = record.get("facts")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _BadRecordError("facts 应是文字的列表。")
    return tuple(value)


def _points(record: Mapping[str, Any]) -> tuple[Point, ...]:
    value = record.get("points")
    if value is None:
        return ()
    try:
        if not isinstance(value, list):
            raise TypeError
        return tuple(Point.from_dict(item) for item in value)
    except (AttributeError, KeyError, TypeError):
        raise _BadRecordError("points 应是列表，每项写明 id、text 和 any（词组的列表）。") from None


def _result(identity: Any, verdict: Verdict) -> dict[str, Any]:
    return {
        "id": identity,
        "grade": verdict.grade,
        "score": verdict.score,
        "patterns": list(verdict.patterns),
        "spans": [
            {"pattern": finding.pattern, "start": finding.start, "end": finding.end, "text": finding.text}
            for finding in verdict.findings
        ],
        "elements": [element.id for element in verdict.elements if element.present],
        "rubric_version": verdict.rubric_version,
    }
