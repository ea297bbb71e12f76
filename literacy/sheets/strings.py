"""The shared strings of a workbook: read once, kept in a file beside, so that a million of them need no memory."""

import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from literacy.sheets.archive import DAMAGED, TOO_LARGE, UNSAFE
from literacy.sheets.decoding import Unreadable

MAX_TEXT = 65_536
"""No more of a text is kept; a cell of Excel holds half of it."""
MAX_STRINGS = 5_000_000
_KEPT = 10_000
_IN_MEMORY = 4 * 1024 * 1024


def parsed(
    blocks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> Iterator[None]:
    """Feed an XML part to handlers, giving control back after each block.

    Raises Unreadable for a document type (entities are declared there and nowhere else) and for what is no XML.
    """
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text

    def refuse(*_: Any) -> Any:
        raise Unreadable(UNSAFE)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    any_block = False
    try:
        for block in blocks:
            any_block = True
            parser.Parse(block, False)
            yield
        if any_block:
            parser.Parse(b"", True)
    except (ExpatError, ValueError, LookupError):
        raise Unreadable(DAMAGED) from None
    yield


class Runs:
    """Puts together the text of a string from its runs, without the marks of how it is pronounced."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.collecting = False
        self._spoken = False

    def clear(self) -> None:
        """Begin a new text."""
        self.pieces, self.length, self.collecting = [], 0, False

    def start(self, name: str) -> None:
        """An element within the string begins."""
        if name == "rPh":
            self._spoken = True
        elif name == "t":
            self.collecting = not self._spoken

    def end(self, name: str) -> None:
        """An element within the string ends."""
        if name == "rPh":
            self._spoken = False
        elif name == "t":
            self.collecting = False

    def text(self, piece: str) -> None:
        """A piece of text."""
        if self.collecting and self.length < MAX_TEXT:
            self.pieces.append(piece)
            self.length += len(piece)

    def whole(self) -> str:
        """What was collected."""
        return "".join(self.pieces)[:MAX_TEXT]


class Strings:
    """Texts by their number, as `strings[3]`; IndexError for others."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        """Raises Unreadable for what is no list of strings, and for too many."""
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed with the workbook
        self._ends = array("Q", [0])
        self._kept: dict[int, str] = {}
        self._runs = Runs()
        for _ in parsed(blocks, self._start, self._end, self._runs.text):
            pass

    def _start(self, name: str, _given: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self._runs.clear()
        else:
            self._runs.start(name)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name != "si":
            self._runs.end(name)
            return
        if len(self._ends) > MAX_STRINGS:
            raise Unreadable(TOO_LARGE)
        data = self._runs.whole().encode("utf-8", "replace")
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self):
            raise IndexError(number)
        if (text := self._kept.get(number)) is not None:
            return text
        begin, end = self._ends[number], self._ends[number + 1]
        self._file.seek(begin)
        text = self._file.read(end - begin).decode()
        if len(self._kept) < _KEPT:
            self._kept[number] = text
        return text

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
