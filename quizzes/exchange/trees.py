"""XML from outside: parsed without entities and within bounds, whatever encoding it says it has; pure."""

import codecs
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from literacy.sheets.decoding import Unreadable, decoded
from quizzes.exchange.markup import Text

MAX_DEPTH = 60
MAX_ELEMENTS = 400_000
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_OWN_WAY = re.compile(r"(?i)(iso-8859-\d+|windows-125\d|latin-?1|big5|euc-[jk][pr]|shift_jis)")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def parsed(data: bytes) -> Element:
    """The root of an XML document.

    Raises Unreadable, with a sentence and the line where there is one, for whatever is no XML, declares entities, or
    is larger than any bank of questions.
    """
    try:
        root = fromstring(_DECLARATION.sub("", _text(data), count=1))
    except DefusedXmlException:
        raise Unreadable("文件里定义了实体（ENTITY）或外部引用，为了安全没有打开。请从原来的系统重新导一份。") from None
    except ParseError as error:
        raise Unreadable(f"不是完整的 XML，第 {error.position[0]} 行读不下去。") from None
    except (ValueError, RecursionError):
        raise Unreadable("不是完整的 XML，读不下去。") from None
    _check_size(root)
    return root


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    named = _ENCODING.match(data.lstrip()[:300])
    # The parser knows no encoding of several bytes but UTF-8, so that all text is decoded here.
    if named and _OWN_WAY.fullmatch(name := named[1].decode()):
        return data.decode(name, "replace")
    return decoded(data)


def _check_size(root: Element) -> None:
    """Refuse what is deeper or larger than questions ever are, before anybody walks through it."""
    level, count = [root], 0
    for _ in range(MAX_DEPTH):
        count += len(level)
        level = [child for element in level for child in element]
        if not level:
            return
        if count + len(level) > MAX_ELEMENTS:
            break
    raise Unreadable("文件的结构太深或者太大，不像是题库，没有打开。")


def name_of(element: Element) -> str:
    """A tag without its namespace, as QTI 3 writes it: simple-choice, also for simpleChoice and qti-simple-choice."""
    return _plain_name(str(element.tag))


def _plain_name(name: str) -> str:
    local = name.rsplit("}", 1)[-1]
    return _CAMEL.sub("-", local).lower().removeprefix("qti-")


def attribute(element: Element, name: str, default: str = "") -> str:
    """An attribute by its name in QTI 3, also where an older file writes it in another way."""
    for given, value in element.attrib.items():
        if _plain_name(given) == name:
            return value.strip()
    return default


def children(element: Element, *names: str) -> list[Element]:
    """The direct children of these names."""
    return [child for child in element if name_of(child) in names]


def within(element: Element, *names: str) -> Iterator[Element]:
    """Everything inside it of these names, in the order of the document."""
    return (inner for inner in element.iter() if inner is not element and name_of(inner) in names)


def text_of(element: Element | None, skip: frozenset[str] = frozenset(), gap: str = "") -> Text:
    """The plain text of marked-up content, without the parts whose names are skipped; `gap` stands where those were."""
    text = Text()
    if element is not None:
        _collect(element, text, skip, gap)
    return text


def _collect(element: Element, text: Text, skip: frozenset[str], gap: str) -> None:
    # The depth was checked when the file was parsed.
    text.said(element.text or "")
    for child in element:
        name = name_of(child)
        if name in skip:
            text.said(gap)
        else:
            text.start(name, {key: str(value) for key, value in child.attrib.items()})
            _collect(child, text, skip, gap)
            text.end(name)
        text.said(child.tail or "")


def printable(text: str) -> str:
    """Text without what no XML document can hold."""
    return _UNPRINTABLE.sub("", text)


def add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A new element at the end of another; an underscore in the name of an attribute stands for a hyphen."""
    made = SubElement(parent, tag, {key.strip("_").replace("_", "-"): value for key, value in attributes.items()})
    made.text = printable(text) or None
    return made


def document(root: Element) -> bytes:
    """The XML document of an element, as UTF-8."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


__all__ = [
    "Element",
    "add",
    "attribute",
    "children",
    "document",
    "indent",
    "name_of",
    "parsed",
    "printable",
    "text_of",
    "within",
]
