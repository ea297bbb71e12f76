"""What goes into the scorer and what comes out. Every value is plain and survives a round trip through JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

NARROW = 0.5
"""Log-odds from its limit within which a decision counts as narrow."""


@dataclass(frozen=True)
class Point:
    """One thing a good reply to this post has to say.

    ``any`` lists groups of words; the point is met when every word of at least one group stands in the reply.
    """

    id: str
    text: str
    any: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read a point as scenario files write it (``{id, text, any: [[word, …], …]}``).

        Raises ``KeyError`` without id.
        """
        groups = tuple(
            (group,) if isinstance(group, str) else tuple(str(word) for word in group)
            for group in data.get("any") or ()
        )
        return cls(id=str(data["id"]), text=str(data.get("text", "")), any=groups)


@dataclass(frozen=True)
class ReplyCase:
    """A citizen's post, the facts known to the writer, and the reply to judge."""

    post: str
    reply: str
    facts: Sequence[str] = ()
    channel: str | None = None
    points: Sequence[Point] = ()
    required_elements: Sequence[str] = ()


@dataclass(frozen=True)
class Span:
    """A slice of the learner's own text: ``text == reply[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Finding:
    """One place where the reply shows a problematic pattern, why, and what to write instead."""

    pattern: str
    name: str
    level: str
    start: int
    end: int
    text: str
    reason: str
    better: str
    norm: str


@dataclass(frozen=True)
class ElementVerdict:
    """Whether an element of a good reply is there; the evidence span is ``None`` when it is not."""

    id: str
    name: str
    present: bool
    start: int | None
    end: int | None
    text: str | None
    required: bool
    advice: str


@dataclass(frozen=True)
class PointVerdict:
    """Whether a point of this scenario is met, and where."""

    id: str
    text: str
    met: bool
    start: int | None
    end: int | None


@dataclass(frozen=True)
class Line:
    """One line of the visible arithmetic; ``running`` is the score after this line."""

    label: str
    delta: int
    running: int


@dataclass(frozen=True)
class Doubt:
    """A pattern or element that was decided so narrowly that the other decision, and another grade, lay close.

    ``given``: how it was decided. ``margin``: how far from the limit, in log-odds, always positive. ``grade``: the
    grade had it been decided otherwise. The place is the sentence that the decision hung on.
    """

    label: str
    name: str
    given: bool
    margin: float
    grade: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Verdict:
    """Everything the rubric says about one reply. ``score`` is the last ``running`` of ``arithmetic``.

    ``suspicions`` are faults that nobody could name for certain: they keep a reply from passing, and cost nothing else.
    ``doubt`` is 0 where nothing was decided narrowly, nears 1 the closer the narrowest decision was, and is 1 where
    anything is suspected: a person should look.
    """

    grade: int
    grade_label: str
    score: int
    headline: str
    findings: tuple[Finding, ...] = ()
    elements: tuple[ElementVerdict, ...] = ()
    points: tuple[PointVerdict, ...] = ()
    unsupported: tuple[Span, ...] = ()
    arithmetic: tuple[Line, ...] = ()
    rubric_version: str = ""
    rubric_hash: str = ""
    doubts: tuple[Doubt, ...] = ()
    suspicions: tuple[Finding, ...] = ()
    patterns: tuple[str, ...] = field(init=False, default=())
    doubt: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        """Derive the ids of the patterns found, each once, in the order of the findings; and the greatest doubt."""
        object.__setattr__(self, "patterns", tuple(dict.fromkeys(finding.pattern for finding in self.findings)))
        narrowest = 0.0 if self.suspicions else min((one.margin for one in self.doubts), default=NARROW)
        object.__setattr__(self, "doubt", round(1 - narrowest / NARROW, 3))

    def as_dict(self) -> dict[str, Any]:
        """The verdict as JSON-safe lists, dicts, strings and numbers."""
        return _jsonable(asdict(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of ``as_dict``; raises ``KeyError`` or ``TypeError`` for what is not a stored verdict.

        Verdicts that were stored before doubts and suspicions were kept hold none.
        """
        parts: dict[str, Any] = {
            "findings": Finding,
            "elements": ElementVerdict,
            "points": PointVerdict,
            "unsupported": Span,
            "arithmetic": Line,
        }
        plain: dict[str, Any] = {
            name: data[name] for name in ("grade", "grade_label", "score", "headline", "rubric_version", "rubric_hash")
        }
        plain |= {name: tuple(kind(**item) for item in data[name]) for name, kind in parts.items()}
        later: dict[str, Any] = {"doubts": Doubt, "suspicions": Finding}
        plain |= {name: tuple(kind(**item) for item in data.get(name) or ()) for name, kind in later.items()}
        return cls(**plain)


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_jsonable(item) for item in value]
    return value
