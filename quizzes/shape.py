"""Reading JSON of unknown shape: what stands there as text, list or mapping, and what is wrong with it; pure."""

from collections.abc import Iterable
from typing import Any

Problem = tuple[str, str]
"""(key, sentence): where, such as `options[2].text` with rows counted from 1, and what an author reads."""


def text_of(value: Any) -> str:
    """A text as it is compared and stored; numbers count as text, everything else as nothing."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""


def mapping_of(value: Any) -> dict[str, Any]:
    """A mapping, or an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """A list, or an empty one where there is none."""
    return value if isinstance(value, list) else []


def texts_of(value: Any) -> list[str]:
    """The texts of a list that are not empty."""
    return [text for text in map(text_of, list_of(value)) if text]


def count_of(value: Any) -> int | str:
    """A count as a number where it is one; “2.1万” stays as it is written."""
    text = text_of(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text


def number_of(value: Any, default: float, low: float, high: float) -> float:
    """A number within bounds, else the default."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        return default
    return value


class Check:
    """Collects what is wrong with one mapping."""

    def __init__(self, body: Any, problems: list[Problem], path: str = "") -> None:
        self.body = mapping_of(body)
        self.problems = problems
        self.path = path
        if not isinstance(body, dict):
            self.add("", "应当是若干“键: 值”")

    def add(self, key: str, sentence: str) -> None:
        """Note a problem; its sentence ends as every sentence on a page does."""
        self.problems.append((f"{self.path}{key}".rstrip("."), f"{sentence}。"))

    def only(self, keys: Iterable[str]) -> None:
        """Report keys that nobody reads: most are typing errors."""
        for key in self.body:
            if key not in tuple(keys):
                self.add(str(key), "不认识这个键，是不是写错了")

    def text(self, key: str, missing: str | None = None) -> str:
        """A text; `missing` is the sentence if it is empty, None where it may be."""
        value = self.body.get(key)
        text = text_of(value)
        if value is not None and not text and value != "" and not (isinstance(value, str) and not value.strip()):
            self.add(key, "应当是文字")
        elif not text and missing is not None:
            self.add(key, missing)
        return text

    def rows(self, key: str, least: int, sentence: str) -> list["Check"]:
        """The mappings of a list, of which there must be at least so many."""
        value = self.body.get(key)
        if value is not None and not isinstance(value, list):
            self.add(key, "应当是列表")
            return []
        rows = list_of(value)
        if len(rows) < least:
            self.add(key, sentence)
        return [Check(row, self.problems, f"{self.path}{key}[{number}].") for number, row in enumerate(rows, start=1)]

    def texts(self, key: str) -> list[str]:
        """A list of texts, none of them empty."""
        value = self.body.get(key)
        if value is not None and not isinstance(value, list):
            self.add(key, "应当是文字的列表")
            return []
        texts = []
        for number, item in enumerate(list_of(value), start=1):
            text = text_of(item)
            if not text:
                self.add(f"{key}[{number}]", "这一条是空的，或者不是文字")
            texts.append(text)
        return texts

    def among(self, key: str, known: Iterable[str], what: str) -> list[str]:
        """A list of known words, none twice."""
        texts = self.texts(key)
        allowed = tuple(known)
        for text in dict.fromkeys(texts):
            if text and text not in allowed:
                self.add(key, f"没有{what}“{text}”")
            if text and texts.count(text) > 1:
                self.add(key, f"“{text}”写了两次")
        return texts

    def no_doubles(self, rows: list["Check"], key: str, what: str) -> None:
        """Report rows whose text stands in an earlier row already."""
        seen: set[str] = set()
        for row in rows:
            text = text_of(row.body.get(key))
            if text and text in seen:
                row.add(key, f"和前面的{what}一样")
            seen.add(text)
