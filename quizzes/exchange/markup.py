"""The plain text of what other programs write as HTML; pure.

Questions are plain text here. Whatever is more than text, such as a picture, is named in its place and counted, so that
somebody can be told about it.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "prompt",
        "content-body",
        "rubric-block",
    }
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
_PICTURES = {
    "img": "图片",
    "image": "图片",
    "object": "附件",
    "audio": "录音",
    "video": "录像",
    "iframe": "网页",
    "svg": "图片",
}
_VOID = frozenset({"img", "image", "br", "hr", "input", "source", "track", "col", "embed", "wbr", "area"})
_SOURCE_BREAK = re.compile(r"[ \t]*\n\s*")
_TAGS = re.compile(r"<[^<>]*>")
HTML = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|ul|ol|li|img|sub|sup|table|tr|td|th|h[1-6]|a|font|pre|code)\b[^<>]*>", re.I
)
"""A tag as people write them in texts that may hold HTML."""


@dataclass
class Text:
    """Collects text as it is met, and what could not become text."""

    pieces: list[str] = field(default_factory=list)
    """Text, and signs between it: "\\n" a line break, "\\f" a block's edge, "\\v" a break of the source."""
    media: list[str] = field(default_factory=list)
    """What pictures, sounds and films it held."""
    silent: int = 0

    def start(self, tag: str, attributes: dict[str, str | None]) -> None:
        """A tag opens."""
        if tag in _SILENT:
            self.silent += 1
        elif tag in _PICTURES and not self.silent:
            name = (attributes.get("alt") or "").strip()
            word = _PICTURES[tag]
            self.pieces.append(f"（{word}：{name}）" if name else f"（{word}）")
            self.media.append(name or word)
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in _BLOCKS:
            self.pieces.append("\f")
        elif tag in {"td", "th"}:
            self.pieces.append("\t")

    def end(self, tag: str) -> None:
        """A tag closes."""
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS:
            self.pieces.append("\f")

    def said(self, text: str) -> None:
        """Text between tags. Line breaks of the source are blanks, as browsers take them; blanks in a line stay."""
        if self.silent or not text:
            return
        for number, part in enumerate(_SOURCE_BREAK.split(text)):
            if number:
                self.pieces.append("\v")
            if part:
                self.pieces.append(part)

    def __str__(self) -> str:
        """The text: blocks stand on lines of their own."""
        joined = "".join(self.pieces)
        joined = re.sub(r"[ \v]*\f[ \f\v]*", "\f", joined)
        joined = re.sub(r"\v*([\n\f\t])\v*", r"\1", joined)
        joined = re.sub(r"\f(?=\n)|(?<=\n)\f", "", joined)
        return re.sub(r"\v+", " ", joined).replace("\f", "\n").strip()


class _Reader(HTMLParser):
    def __init__(self, text: Text) -> None:
        super().__init__(convert_charrefs=True)
        self.text = text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text.start(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text.start(tag, dict(attrs))
        if tag not in _VOID:
            self.text.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.text.end(tag)

    def handle_data(self, data: str) -> None:
        self.text.said(data.replace("\xa0", " "))


def plain(source: str) -> Text:
    """HTML as text. Takes anything; tags that are none stay as they are written."""
    text = Text()
    reader = _Reader(text)
    try:
        reader.feed(source)
        reader.close()
    except AssertionError:  # the parser's own way of giving up on a broken declaration
        return Text([_TAGS.sub(" ", source)])
    return text
