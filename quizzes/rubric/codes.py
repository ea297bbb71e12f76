"""Texts as arrays of code points, for whatever has to look at every character at once.

numpy is imported where it is used, here and in what reads and hears: most processes never judge a reply, and it takes
11 MB of memory. ``leaning`` and ``runs`` are only imported once a reply is heard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

COUNT = 0x110000
"""How many code points there are."""


def codes_of(text: str) -> numpy.ndarray:
    """The code points of a text, lone surrogates included."""
    import numpy

    return numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), numpy.uint32)


def text_of(codes: numpy.ndarray) -> str:
    """The text of these code points."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")
