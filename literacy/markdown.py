"""Markdown as authors write it: tables, footnotes, images, callouts; sanitised, and bold beside 汉字 works."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

CALLOUTS = {
    "case": "案例",
    "good": "正例",
    "bad": "反例",
    "rule": "要点",
    "law": "依据",
    "do": "下周一就做",
    "post": "群众原话",
}
"""Kinds of callout, with the word that stands before the title."""

WORD = "word:"
"""What the address of a link begins with that names an expression: [破防](word:l03)."""

PICTURE = "picture:"
"""What the address of an image begins with that was uploaded: ![…](picture:9f86d081884c7d659a2f)."""

_TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img",
    "table", "thead", "tbody", "tr", "th", "td", "aside", "section", "sup", "figure", "figcaption", "div", "span",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "id", "class"},
    "img": {"src", "alt", "title", "loading"},
    "aside": {"class"},
    "p": {"class"},
    "section": {"class"},
    "sup": {"class"},
    "hr": {"class"},
    "ol": {"class", "start"},
    "li": {"id", "class"},
    "th": {"class", "scope"},
    "td": {"class"},
    "h2": {"id"},
    "h3": {"id"},
    "div": {"class"},
    "span": {"class"},
}
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—·]")


class _CjkInline(StateInline):
    """Inline state whose emphasis marks may touch 汉字 and Chinese punctuation.

    CommonMark decides by Unicode punctuation and blanks; Chinese has no blanks, so `**“加粗”**后文` would
    stay literal. A run of marks beside a Chinese character may both open and close.
    """

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803  names of the library
        scanned = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1] if start else ""
        end = start + scanned.length
        after = self.src[end] if end < len(self.src) else ""
        if not (_HAN.match(before) or _HAN.match(after)):
            return scanned
        return Scanned(bool(after) and not after.isspace(), bool(before) and not before.isspace(), scanned.length)


def _callout_opening(kind: str) -> Callable[..., str]:
    def render(_renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
        token = tokens[index]
        if token.nesting < 0:
            return "</aside>\n"
        title = token.info.strip().removeprefix(kind).strip()
        word = CALLOUTS[kind]
        if title.startswith(word):
            title = title[len(word) :].lstrip("：: ")
        heading = f"{word}：{title}" if title else word
        shown = heading.replace("&", "&amp;").replace("<", "&lt;")
        return f'<aside class="callout callout-{kind}">\n<p class="callout-title">{shown}</p>\n'

    return render


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(
        ["table", "strikethrough"]
    )
    parser.inline.__class__ = type("CjkParserInline", (parser.inline.__class__,), {"parse": _parse_inline})
    parser.use(footnote_plugin)
    for kind in CALLOUTS:
        parser.use(container_plugin, kind, render=_callout_opening(kind))
    return parser


def _parse_inline(self: Any, source: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
    state = _CjkInline(source, md, env, tokens)
    self.tokenize(state)
    for rule in self.ruler2.getRules(""):
        rule(state)
    return state.tokens


def _number_headings(tokens: list[Token]) -> list[tuple[str, str]]:
    """Give level-2 headings ids and return (id, text) of each, for a contents rail."""
    contents: list[tuple[str, str]] = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            anchor = f"section-{len(contents) + 1}"
            token.attrSet("id", anchor)
            contents.append((anchor, tokens[index + 1].content))
    return contents


def _place_images(tokens: list[Token], media: Callable[[str], str]) -> None:
    for token in tokens:
        for child in token.children or []:
            if child.type == "image":
                child.attrSet("src", media(str(child.attrGet("src") or "")))
                child.attrSet("loading", "lazy")


def _place_links(tokens: list[Token], media: Callable[[str], str], word: Callable[[str], str]) -> None:
    for token in tokens:
        for child in token.children or []:
            target = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if target.startswith(WORD):
                child.attrSet("href", word(target.removeprefix(WORD)))
                child.attrSet("class", "term")
            elif target.startswith("media/"):
                child.attrSet("href", media(target))


UNCHECKED = '<span class="source-open">待核</span>'
"""Stands behind what nobody has compared with a published text."""

Pieces = Iterable[tuple[str, bool]]
"""A text in pieces, each with whether the mark of what was not checked stands behind it."""


def _mark_unchecked(tokens: list[Token], pieces: Callable[[str], Pieces]) -> None:
    for token in tokens:
        children: list[Token] = []
        for child in token.children or []:
            if child.type != "text":
                children.append(child)
                continue
            for text, unchecked in pieces(child.content):
                if text:
                    children.append(Token("text", "", 0, content=text))
                if unchecked:
                    children.append(Token("html_inline", "", 0, content=UNCHECKED))
        if token.children:
            token.children = children


def render(
    source: str,
    media: Callable[[str], str] = lambda path: path,
    word: Callable[[str], str] = lambda slug: f"#{slug}",
    pieces: Callable[[str], Pieces] = lambda text: ((text, False),),
) -> tuple[Markup, list[tuple[str, str]]]:
    """Markdown as sanitised HTML, and the contents as (anchor, heading) of its second-level headings.

    `media` turns the path of an image or table as written into its address, `word` the slug of an expression; `pieces`
    says behind which words a mark tells the reader that they were not checked.
    """
    parser = _PARSER
    env: dict[str, Any] = {}
    tokens = parser.parse(source, env)
    contents = _number_headings(tokens)
    _place_images(tokens, media)
    _place_links(tokens, media, word)
    _mark_unchecked(tokens, pieces)
    html = parser.renderer.render(tokens, parser.options, env)
    # A table wider than a phone scrolls inside its own frame.
    html = html.replace("<table>", '<div class="table-frame"><table>').replace("</table>", "</table></div>")
    # What is nested in a note keeps its ids, which back-links need; everything unknown is dropped.
    safe = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, link_rel="noopener noreferrer")
    return Markup(safe), contents  # noqa: S704  sanitised in the line above


def to_html(source: str) -> Markup:
    """Markdown as sanitised HTML, without images' addresses changed."""
    return render(source)[0]


_PARSER = _parser()
