"""A GIFT file cut into questions: blank lines stand between them, comments and categories beside them; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from quizzes.exchange.gift.signs import signs

_TAG = re.compile(r"\[tag:([^\]]*)\]")
_CATEGORY = re.compile(r"\s*\$CATEGORY:(.*)")
_COMMENT = re.compile(r"\s*//")


@dataclass
class Block:
    """The lines of one question, where they begin, and what was said before them."""

    line: int
    category: str = ""
    tags: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def is_open(self) -> bool:
        """Whether a brace was opened and not closed."""
        return [sign for _, sign in signs(self.text, "{", "}")][-1:] == ["{"]


def blocks(text: str) -> Iterator[Block]:
    """The questions of a file. A blank line between braces ends nothing, if the closing brace comes before another."""
    category = ""
    tags: list[str] = []
    block: Block | None = None
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if _COMMENT.match(line):
            (block.tags if block else tags).extend(_TAG.findall(line))
        elif named := _CATEGORY.match(line):
            if block:
                yield block
                block = None
            category = named[1].strip()
        elif line.strip():
            if block is None:
                block, tags = Block(number, category, tags), []
            block.lines.append(line)
        elif block and not (block.is_open and _closes(lines[number:])):
            yield block
            block = None
    if block:
        yield block


def _closes(following: list[str]) -> bool:
    """Whether a closing brace comes before an opening one."""
    for line in following:
        if not _COMMENT.match(line):
            for _, sign in signs(line, "{", "}"):
                return sign == "}"
    return False
