"""A reply in stretches, and its findings in reading order."""

from quizzes.marked import Mark, in_reading_order, stretches


def finding(start: int, end: int, level: str) -> dict:
    return {"start": start, "end": end, "level": level}


def test_findings_are_read_from_the_beginning_the_gravest_first_at_one_place() -> None:
    late, early, grave, nowhere = (
        finding(9, 12, "redline"), finding(2, 5, "minor"), finding(2, 8, "serious"), finding(0, 0, "redline"),
    )  # fmt: skip
    assert in_reading_order([late, early, grave, nowhere]) == [grave, early, late, nowhere]


def test_a_mark_opens_once_and_closes_once() -> None:
    marks = [Mark(0, 4, "serious", 1), Mark(2, 6, "minor", 2)]
    pieces = stretches("一二三四五六七", marks)
    assert [[mark.number for mark in piece.opening] for piece in pieces] == [[1], [2], [], []]
    assert [[mark.number for mark in piece.closing] for piece in pieces] == [[], [1], [2], []]
