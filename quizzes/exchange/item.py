"""What every format is read into and written from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.models import Kind


@dataclass(frozen=True)
class Item:
    """A question on its way in or out.

    ``body`` has the shape that ``quizzes.bodies`` holds for its ``kind``; ``place`` says where in the file it stands,
    for people: 第 3 行, 第 12 题.
    """

    kind: Kind
    body: Mapping[str, Any]
    competency: str = ""
    difficulty: int = 2
    place: str = ""


@dataclass(frozen=True)
class Fault:
    """Something in a file that a person has to know: where, and what, as a Chinese sentence.

    ``stops``: nothing can be imported before it is mended. Otherwise it says what the format could not carry.
    """

    place: str
    sentence: str
    stops: bool = True


@dataclass(frozen=True)
class Bank:
    """What a file holds: its questions in their order, and what is wrong with it."""

    items: tuple[Item, ...] = ()
    faults: tuple[Fault, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether all of it can be imported."""
        return not any(fault.stops for fault in self.faults)
