"""How pages show citations, marked where nobody checked, and expressions, underlined as ways to their meaning."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, url_for
from markupsafe import Markup

from literacy.markdown import UNCHECKED, render
from quizzes.reference import service, terms
from quizzes.reference.citations import Register, citations, plain_title, stretches, unverified
from quizzes.reference.models import Expression


def register() -> Register:
    """What citations are held against, read once per request."""
    if "sources" not in g:
        g.sources = service.register()
    return g.sources


def cited(text: str) -> Markup:
    """A text whose unchecked citations say so."""
    return Markup("").join(
        Markup("{}{}").format(piece, Markup(UNCHECKED) if unchecked else "")  # noqa: S704  a constant
        for piece, unchecked in stretches(text, register())
    )


def sources(texts: Iterable[str]) -> list[dict[str, Any]]:
    """What a lesson rests on, each as {text, open, checked_on}: whether something in it was not checked, else when."""
    shown = []
    for text in texts:
        cited_here = citations(text)
        days = [known.checked_on for one in cited_here if (known := register().get(plain_title(one.title)))]
        is_open = not cited_here or any(unverified(one, register()) or not days for one in cited_here)
        shown.append({"text": text, "open": is_open, "checked_on": min((day for day in days if day), default=None)})
    return shown


def lesson_text(body: str, media: Any) -> tuple[Markup, list[tuple[str, str]]]:
    """A lesson's Markdown as readers see it, and its contents as (anchor, heading)."""
    return render(body, media, word_url, lambda text: stretches(text, register()))


def word_url(slug: str) -> str:
    """Where an expression is explained; also what the page's script opens in place."""
    return url_for("quizzes.word", slug=slug)


def marked(text: str, words: Mapping[str, Expression]) -> Markup:
    """What a netizen wrote, with the first occurrence of each of these expressions as a way to its meaning."""
    pieces: Iterable[tuple[str, str]] = terms.stretches(text, {slug: row.ways for slug, row in words.items()})
    return Markup("").join(
        Markup('<a class="term" href="{}">{}</a>').format(word_url(slug), piece) if slug else piece
        for piece, slug in pieces
    )
