"""Question banks as plain text: numbered questions, as copied out of a document."""

from collections.abc import Mapping, Sequence

from literacy.sheets.decoding import Unreadable, decoded
from quizzes.exchange.item import Bank, Fault, Item
from quizzes.exchange.paper.lines import lines_of, plain_lost, take_lines
from quizzes.exchange.reading import Reading
from quizzes.models import Kind

lost = plain_lost


def read(data: bytes, meanings: Mapping[str, Kind] | None = None) -> Bank:
    """The numbered questions of a text."""
    reading = Reading(meanings or {})
    try:
        take_lines(decoded(data).splitlines(), reading)
    except Unreadable as refused:
        return Bank(faults=(Fault("", refused.sentence),))
    return reading.bank()


def write(items: Sequence[Item]) -> bytes:
    """The questions as text, with the mark by which Windows knows UTF-8. Replies are left out."""
    lines = [f"\n{text}" if kind else text for kind, text in lines_of(items)]
    return "\n".join(lines).strip().encode("utf-8-sig", "replace")
