"""Filling in the forms of pages as a browser without scripts does."""

from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """Collects what the largest form of a page would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self._form: dict[str, list[str]] | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._area = ""
        self._text = ""

    def _put(self, name: str | None, value: str) -> None:
        if self._form is not None and name and name != "csrf_token":
            self._form.setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._form = {}
            self.forms.append(self._form)
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self._put(given.get("name"), given.get("value") or "on")
        elif tag == "input":
            self._put(given.get("name"), given.get("value") or "")
        elif tag == "select":
            self._select, self._options = given.get("name") or "", []
        elif tag == "option":
            self._options.append((given.get("value") or "", "selected" in given))
        elif tag == "textarea":
            self._area, self._text = given.get("name") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._options:
            chosen = [value for value, selected in self._options if selected] or [self._options[0][0]]
            self._put(self._select, chosen[0])
        elif tag == "textarea":
            self._put(self._area, self._text.removeprefix("\r\n").removeprefix("\n"))
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data


def fields_of(answer: Any, having: str = "") -> dict[str, Any]:
    """What the longest form of a page (`having`: that holds this field) would send if it was handed in as it stands."""
    parser = _Fields()
    parser.feed(answer.get_data(as_text=True))
    longest = max((form for form in parser.forms if not having or having in form), key=len)
    return {name: values if len(values) > 1 else values[0] for name, values in longest.items()}


def text_of(answer: Any) -> str:
    """The page as text with its tags."""
    return answer.get_data(as_text=True)
