"""Citations in running text, such as 《个人信息保护法》第四条、第二十五条; pure.

Authors write a citation as they would in a Word file; what it rests on is looked up by its title and clause.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

_NUMERAL = "[〇零一二三四五六七八九十百千两]+"
_CLAUSE = rf"第{_NUMERAL}条(?:之{_NUMERAL})?"
_DETAIL = rf"(?:第{_NUMERAL}款)?(?:第?[（(]{_NUMERAL}[）)]项?|第{_NUMERAL}项)?"
_CITATION = re.compile(rf"《(?P<title>[^《》\n]{{2,60}})》(?P<clauses>(?:\s*[、和及，]?\s*{_CLAUSE}{_DETAIL})*)")
_ONE_CLAUSE = re.compile(_CLAUSE)
_PREFIX = "中华人民共和国"


@dataclass(frozen=True)
class Citation:
    """A title in 《》 with the clauses that follow it; `start` and `end` are offsets in the text."""

    title: str
    clauses: tuple[str, ...]
    start: int
    end: int

    @property
    def words(self) -> str:
        """As a reader would say it."""
        return f"《{self.title}》{'、'.join(self.clauses)}"


@dataclass(frozen=True)
class Known:
    """What is known of a source: whether it was checked, and clause by clause where that differs."""

    verified: bool
    clauses: Mapping[str, bool]
    checked_on: date | None = None


Register = Mapping[str, Known]
"""Sources by plain title (see `plain_title`); a source stands in it under each of its titles."""


def plain_title(title: str) -> str:
    """A title by which a law is found, with or without the name of the country in front."""
    return title.strip().removeprefix(_PREFIX)


def citations(text: str) -> list[Citation]:
    """All titles in 《》 with the clauses named right behind them, in the order of the text."""
    return [
        Citation(match["title"], tuple(_ONE_CLAUSE.findall(match["clauses"])), match.start(), match.end())
        for match in _CITATION.finditer(text)
    ]


def unverified(citation: Citation, register: Register) -> bool:
    """Whether a reader has to be told that this was not checked. What is in no register makes no claim to be law."""
    known = register.get(plain_title(citation.title))
    if known is None:
        return bool(citation.clauses)
    if not citation.clauses:
        return not known.verified
    return not all(known.clauses.get(clause, False) for clause in citation.clauses)


def unknown(text: str, register: Register, *, titles_too: bool = False) -> list[str]:
    """What a text cites that is in no register, in words.

    A clause has to be registered, and so has a source by name where `titles_too`; other titles in 《》 may be books,
    songs or notices.
    """
    missing: list[str] = []
    for citation in citations(text):
        known = register.get(plain_title(citation.title))
        if known is None:
            if citation.clauses or titles_too:
                missing.append(citation.words)
        else:
            missing += [f"《{citation.title}》{one}" for one in citation.clauses if one not in known.clauses]
    return list(dict.fromkeys(missing))


def stretches(text: str, register: Register) -> Iterable[tuple[str, bool]]:
    """The text in pieces, each with whether a mark that says it was not checked stands behind it."""
    last = 0
    for citation in citations(text):
        if unverified(citation, register):
            yield text[last : citation.end], True
            last = citation.end
    yield text[last:], False
