"""The weights that Moodle accepts for answers; pure."""

from collections.abc import Iterator
from decimal import Decimal

from quizzes.exchange.item import Item

LISTED = (
    "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20", "16.66667",
    "14.28571", "12.5", "11.11111", "10", "5", "0",
)  # fmt: skip
"""Percentages that Moodle knows; it refuses others, or takes the nearest."""


def spread(count: int) -> str:
    """What each of so many right options weighs, so that together they are worth all marks."""
    wanted = Decimal(100) / max(1, count)
    return min(LISTED[:-1], key=lambda text: abs(Decimal(text) - wanted))


def listed(item: Item) -> Iterator[str]:
    """What is said of answers that are worth a share which Moodle does not know."""
    shares = {Decimal(str(row["fraction"])) * 100 for row in item.body.get("accept") or ()}
    if any(min(abs(share - Decimal(text)) for text in LISTED) > Decimal("0.01") for share in shares):
        yield "有的答案得分比例不是 Moodle 认得的（如 50%、33.33333%），导进 Moodle 时可能被拒绝。"
