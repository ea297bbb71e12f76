"""What every page must get right, whoever opens it."""

from html.parser import HTMLParser

Attributes = dict[str, str | None]
UNLABELLED = {"hidden", "submit", "checkbox", "radio"}
"""Types of input that need no label of their own: nobody fills them in, or their label lies around them."""


class _Page(HTMLParser):
    """Collects the faults of a page while reading it."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.title = ""
        self.headings = 0
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, str]] = []
        self._in_title = False
        self._form: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"] or "")
        self._no_inline_code(tag, given)
        read = getattr(self, f"_start_{tag}", None)
        if read:
            read(given)
        if tag in {"input", "select", "textarea"}:
            self._needs_label(tag, given)

    def _no_inline_code(self, tag: str, given: Attributes) -> None:
        if "style" in given:
            self.faults.append(f"inline style on <{tag}>")
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.faults.append(f"inline <{tag}>")
        self.faults += [f"inline handler {name} on <{tag}>" for name in given if name.startswith("on")]

    def _needs_label(self, tag: str, given: Attributes) -> None:
        named = given.get("aria-label") or given.get("aria-labelledby")
        if not named and given.get("type") not in UNLABELLED:
            self.fields.append((tag, given.get("id") or ""))

    def _start_title(self, _given: Attributes) -> None:
        self._in_title = True

    def _start_h1(self, _given: Attributes) -> None:
        self.headings += 1

    def _start_img(self, given: Attributes) -> None:
        if "alt" not in given:
            self.faults.append(f"image without alternative text: {given.get('src')}")

    def _start_label(self, given: Attributes) -> None:
        self.labelled.add(given.get("for") or "")

    def _start_form(self, given: Attributes) -> None:
        self._form = {"method": (given.get("method") or "get").lower(), "action": given.get("action") or "", "csrf": ""}

    def _start_input(self, given: Attributes) -> None:
        if given.get("name") == "csrf_token" and self._form is not None:
            self._form["csrf"] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag == "form" and self._form is not None:
            if self._form["method"] == "post" and not self._form["csrf"]:
                self.faults.append(f"POST form without csrf(): {self._form['action']}")
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


def faults_of(html: str) -> list[str]:
    """Everything that is wrong with a page: title, heading, ids, CSRF, inline code, labels."""
    page = _Page()
    page.feed(html)
    faults = list(page.faults)
    if not page.title.strip():
        faults.append("no <title>: set {% block title %}")
    if page.headings != 1:
        faults.append(f"{page.headings} <h1> instead of one")
    twice = {name for name in page.ids if page.ids.count(name) > 1}
    if twice:
        faults.append(f"ids used twice: {sorted(twice)}")
    return faults + [f"<{tag} id={name!r}> has no label" for tag, name in page.fields if name not in page.labelled]


def check_page(html: str, where: str) -> None:
    """Fail with every fault of a page."""
    faults = faults_of(html)
    assert not faults, f"{where}:\n  " + "\n  ".join(faults)
