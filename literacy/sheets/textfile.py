"""Tables in text files, row by row: UTF-8 or GBK, whatever sign stands between the cells."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from literacy.export import FORMULA_STARTS
from literacy.sheets.decoding import SAVE_AS_UTF8, Unreadable, is_wide

ENCODINGS = ("utf-8-sig", "gb18030")
BETWEEN = (",", "\t", ";", "，")
BLOCK = 1024 * 1024
BROKEN = "文件里有一格读不下去（可能少了一个引号），没有读。请用 Excel 打开，另存为 .xlsx 再上传。"


def unquoted(cell: str) -> str:
    """A cell without the sign that keeps spreadsheet programs from taking it for a formula (see literacy.export)."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def encoding_of(path: Path) -> str:
    """The encoding of a text file, tried on all of it.

    UTF-8 comes first, because nothing else passes for it; GBK next. Raises Unreadable for anything else.
    """
    with path.open("rb") as file:
        if is_wide(file.read(1000)):
            raise Unreadable(f"文件是 UTF-16（Unicode）编码，这里读不了。{SAVE_AS_UTF8}")
    for encoding in ENCODINGS:
        if _fits(path, encoding):
            return encoding
    raise Unreadable(f"认不出文件是什么编码，或者它不是文本文件。{SAVE_AS_UTF8}")


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                if "\0" in decoder.decode(block):
                    return False
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def rows(path: Path, encoding: str, between: str) -> Iterator[list[str]]:
    """The rows of a text file, cut by this sign. Raises Unreadable where it is no table."""
    with path.open(encoding=encoding, newline="") as file:
        try:
            yield from csv.reader(file, delimiter=between)
        except csv.Error:
            raise Unreadable(BROKEN) from None


def beginning(path: Path, encoding: str, most: int = 200_000) -> io.StringIO:
    """The first lines of a text file, to find out how it is cut."""
    with path.open(encoding=encoding, newline="") as file:
        return io.StringIO(file.read(most))
