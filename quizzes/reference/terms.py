"""Expressions in what netizens wrote; pure."""

from collections.abc import Iterable, Mapping, Sequence


def stretches(text: str, forms: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    """The text in pieces, each with the slug of the expression that it is, or "".

    `forms` gives the ways of writing of each expression that is to be marked. Only the first occurrence of each is:
    who reads a post wants the post, not a page of underlines. Where two overlap, the one that begins first wins, then
    the longer.
    """
    first: dict[str, tuple[int, int]] = {}
    lowered = text.lower()
    for slug, ways in forms.items():
        found = [(lowered.find(way.lower()), -len(way)) for way in ways if way and way.lower() in lowered]
        if found:
            start, length = min(found)
            first[slug] = (start, -length)
    last = 0
    for slug, (start, length) in sorted(first.items(), key=lambda item: (item[1][0], -item[1][1])):
        if start < last:
            continue
        yield text[last:start], ""
        yield text[start : start + length], slug
        last = start + length
    yield text[last:], ""


def occurs(ways: Iterable[str], *texts: str) -> bool:
    """Whether one of the ways of writing occurs in one of the texts."""
    return any(way.lower() in text.lower() for way in ways for text in texts if way)
