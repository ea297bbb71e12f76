"""Office files are zips of XML: opened within limits (see literacy.zips), with no entities; pure."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from literacy.sheets.decoding import Unreadable
from literacy.zips import BadZip, Fault, Guarded, packed

MEBIBYTE = 1024 * 1024
MAX_PART = 48 * MEBIBYTE
MAX_UNFOLDED = 96 * MEBIBYTE
MAX_PARTS = 2000
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Office before 2007 begin, and new ones with a password."""
DAMAGED = "文件损坏了，打不开。请在自己的电脑上打开它，另存一份再上传。"
TOO_LARGE = "文件解开以后太大了，没有读。请删掉里面的图片，或者分成几个文件。"
MACROS = "文件里带着宏（小程序），不安全，没有读。请另存为不带宏的格式（.xlsx 或 .docx）再上传。"
UNSAFE = "文件里有不安全的内容（XML 实体），没有读。请在自己的电脑上打开它，另存一份再上传。"
_SENTENCES = {
    Fault.LARGE: TOO_LARGE,
    Fault.LOCKED: "文件设了密码，这里读不了。请去掉密码再上传。",
}


class Archive:
    """The parts of an office file. Nothing is unfolded before its size was looked at."""

    def __init__(self, source: bytes | Path, most: int = MAX_UNFOLDED) -> None:
        """`source` is the file or where it lies.

        Raises Unreadable where it is no zip, unfolds to more than `most` bytes, or has a password.
        """
        if _beginning(source) == OLD_OFFICE:
            raise Unreadable(
                "这是旧格式（.xls、.doc）的文件，或者设了密码，这里读不了。请另存为 .xlsx 或 .docx，不设密码，再上传。"
            )
        with _told():
            self._zip = Guarded(source, most, MAX_PARTS)
        self.names = self._zip.names
        self._most_of_part = most // 2

    def has_macros(self) -> bool:
        """Whether it carries programs."""
        return any(name.lower().endswith("vbaproject.bin") for name in self.names) or (
            "[Content_Types].xml" in self.names and b"macroEnabled" in self.read("[Content_Types].xml")
        )

    def read(self, name: str) -> bytes:
        """A part's content; empty if there is no such part. Raises Unreadable for more than its entry promised."""
        if name not in self.names:
            return b""
        with _told():
            return self._zip.read(name, MAX_PART)

    def blocks(self, name: str) -> Iterator[bytes]:
        """A part in pieces; none if there is no such part. Raises Unreadable as `read` does."""
        if name in self.names:
            with _told():
                yield from self._zip.blocks(name, self._most_of_part)

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def xml(self, name: str) -> Element | None:
        """A part as a tree; None if there is no such part. Raises Unreadable for entities and for what is no XML."""
        data = self.read(name)
        if not data:
            return None
        try:
            return fromstring(data, forbid_dtd=True)
        except DefusedXmlException:
            raise Unreadable(UNSAFE) from None
        except (ParseError, ValueError, LookupError):
            raise Unreadable(DAMAGED) from None


def _beginning(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source[: len(OLD_OFFICE)]
    with source.open("rb") as file:
        return file.read(len(OLD_OFFICE))


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong with the zip, in the words for office files."""
    try:
        yield
    except BadZip as refused:
        raise Unreadable(_SENTENCES.get(refused.fault, DAMAGED)) from None


def local(element: Element) -> str:
    """An element's name without its namespace: office programs use two sets of them."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """An attribute by its name without the namespace; empty if there is none."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def below(element: Element | None, *names: str) -> Iterator[Element]:
    """All elements of these names, however deep."""
    if element is not None:
        yield from (inner for inner in element.iter() if local(inner) in names)


def child(element: Element, name: str) -> Element | None:
    """The first child of this name."""
    return next((inner for inner in element if local(inner) == name), None)


def value_of(element: Element | None, *path: str) -> str:
    """The `val` of the element that a path of names leads to; empty if there is none."""
    for name in path:
        if element is None:
            return ""
        element = child(element, name)
    return "" if element is None else attribute(element, "val")


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    return packed({name: part.encode() if isinstance(part, str) else part for name, part in parts.items()})
