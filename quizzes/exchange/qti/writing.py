"""Questions as a QTI 3 package: a manifest, and a file for each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from literacy.zips import packed
from quizzes.exchange.item import Fault, Item
from quizzes.exchange.losses import carried, common, reasons_of_rows, told
from quizzes.exchange.qti import names
from quizzes.exchange.trees import add, document, indent, printable
from quizzes.models import Kind

_TITLE_LENGTH = 60
Body = Mapping[str, Any]


def write(items: Sequence[Item]) -> bytes:
    """The questions that QTI can carry, in their order, as a zip."""
    files: dict[str, bytes] = {}
    manifest = Element(
        "manifest",
        {"xmlns": names.PACKAGE, "xmlns:xsi": names.INSTANCE, "xsi:schemaLocation": names.PACKAGE_SCHEMA},
        identifier="questions",
    )
    metadata = add(manifest, "metadata")
    add(metadata, "schema", "QTI Package")
    add(metadata, "schemaversion", "3.0.0")
    add(manifest, "organizations")
    resources = add(manifest, "resources")
    for number, item in enumerate(carried(items), start=1):
        path, identifier = f"items/item-{number:04}.xml", f"item_{number}"
        files[path] = document(_Writer(item, identifier).root)
        resource = add(resources, "resource", identifier=identifier, type=f"{names.ITEM_TYPE}v3p0", href=path)
        _describe(resource, item)
        add(resource, "file", href=path)
    indent(manifest)
    return packed({names.MANIFEST: document(manifest), **files})


def _describe(resource: Element, item: Item) -> None:
    """What is known of a question beside its text, in the words of the standard for metadata."""
    lom = add(add(resource, "metadata"), "lom", xmlns=names.METADATA)
    keywords = [word for word in (item.competency, item.body["trap"]) if word]
    if keywords:
        general = add(lom, "general")
        for word in keywords:
            add(add(general, "keyword"), "string", word)
    difficulty = add(add(lom, "educational"), "difficulty")
    add(difficulty, "source", "LOMv1.0")
    add(difficulty, "value", names.DIFFICULTIES[item.difficulty - 1])
    if item.body["source"]:
        relation = add(lom, "relation")
        kind = add(relation, "kind")
        add(kind, "source", "LOMv1.0")
        add(kind, "value", "isbasedon")
        add(add(add(relation, "resource"), "description"), "string", item.body["source"])


class _Writer:
    """Writes one question: declarations first, then what is shown, how it is marked, what is said afterwards."""

    def __init__(self, item: Item, identifier: str) -> None:
        body = item.body
        title = body["stem"].split("\n")[0][:_TITLE_LENGTH].strip()
        self.root = Element(
            "qti-assessment-item",
            {"xmlns": names.ITEM, "xmlns:xsi": names.INSTANCE, "xsi:schemaLocation": names.ITEM_SCHEMA},
        )
        attributes = {"identifier": identifier, "title": printable(title) or identifier, "adaptive": "false"}
        self.root.attrib.update({**attributes, "time-dependent": "false", "xml:lang": "zh-CN"})
        self.body = body
        self.reasons: dict[str, str] = {}
        self.declarations = _Parts()
        self.shown = Element("qti-item-body")
        self.processing = Element("qti-response-processing")
        _WRITERS[item.kind](self)
        self._solution()
        self._outcome("SCORE", "single", "float", "0")
        self.root.extend(self.declarations.elements)
        self.root.append(self.shown)
        self.root.append(self.processing)
        for outcome, found in (
            (names.FEEDBACK, self.reasons),
            (names.SOLUTION, {names.EXPLANATION: body["explanation"]}),
        ):
            for key, text in found.items():
                if text:
                    self._modal(outcome, key, text)

    # Declarations

    def response(self, cardinality: str, base: str, correct: Sequence[str]) -> Element:
        """Declare the response with what is right."""
        made = self.declarations.add(
            "qti-response-declaration", identifier=names.RESPONSE, cardinality=cardinality, base_type=base
        )
        values = add(made, "qti-correct-response")
        for value in correct:
            add(values, "qti-value", value)
        return made

    def _outcome(self, name: str, cardinality: str, base: str, default: str = "") -> None:
        made = self.declarations.add(
            "qti-outcome-declaration", identifier=name, cardinality=cardinality, base_type=base
        )
        if default:
            add(add(made, "qti-default-value"), "qti-value", default)

    def mapping(self, response: Element, values: Mapping[str, float]) -> None:
        """Declare what each response earns; never less than nothing in all."""
        mapping = add(response, "qti-mapping", lower_bound="0", upper_bound="1", default_value="0")
        for key, value in values.items():
            add(mapping, "qti-map-entry", map_key=key, mapped_value=f"{value:.7g}")

    # What is shown

    def prompt(self, parent: Element, tag: str = "qti-prompt") -> None:
        """The stem."""
        _lines(add(parent, tag), self.body["stem"])

    def interaction(self, name: str, **attributes: str) -> Element:
        """The element with which somebody answers."""
        made = add(self.shown, f"qti-{name}-interaction", response_identifier=names.RESPONSE, **attributes)
        self.prompt(made)
        return made

    def choice(self, parent: Element, identifier: str, text: str, reason: str = "", **attributes: str) -> None:
        """An option; the reason is shown once it was chosen."""
        made = add(parent, "qti-simple-choice", identifier=identifier, **attributes)
        _lines(made, text)
        if reason:
            shown = {"outcome_identifier": names.FEEDBACK, "identifier": identifier, "show_hide": "show"}
            _lines(add(made, "qti-feedback-inline", **shown), reason)

    def _modal(self, outcome: str, identifier: str, text: str) -> None:
        said = add(self.root, "qti-modal-feedback", outcome_identifier=outcome, identifier=identifier, show_hide="show")
        _lines(add(add(said, "qti-content-body"), "p"), text)

    # How it is marked

    def score(self, *, mapped: bool) -> None:
        """Mark by the mapping, or all or nothing."""
        if mapped:
            add(self._set(self.processing, "SCORE"), "qti-map-response", identifier=names.RESPONSE)
            return
        then = add(add(self.processing, "qti-response-condition"), "qti-response-if")
        match = add(then, "qti-match")
        add(match, "qti-variable", identifier=names.RESPONSE)
        add(match, "qti-correct", identifier=names.RESPONSE)
        self.value(self._set(then, "SCORE"), "float", "1")

    def echo(self, cardinality: str) -> None:
        """Show the reasons of what was chosen."""
        self._outcome(names.FEEDBACK, cardinality, "identifier")
        add(self._set(self.processing, names.FEEDBACK), "qti-variable", identifier=names.RESPONSE)

    def accept(self, rows: Sequence[Mapping[str, Any]], otherwise: str) -> None:
        """Mark a text by the best of the answers that occur in it, and show its reason."""
        self._outcome(names.FEEDBACK, "single", "identifier")
        condition = add(self.processing, "qti-response-condition")
        for place, number in enumerate(sorted(range(len(rows)), key=lambda number: -rows[number]["fraction"])):
            row, key = rows[number], f"{names.ACCEPT}{number + 1}"
            then = add(condition, "qti-response-else-if" if place else "qti-response-if")
            either = add(then, "qti-or")
            for words in row["any"]:
                occurs = add(either, "qti-substring", case_sensitive="false")
                self.value(occurs, "string", words)
                add(occurs, "qti-variable", identifier=names.RESPONSE)
            self.value(self._set(then, "SCORE"), "float", repr(row["fraction"]))
            self.value(self._set(then, names.FEEDBACK), "identifier", key)
            self.reasons[key] = row["feedback"]
        if otherwise:
            last = add(condition, "qti-response-else")
            self.value(self._set(last, names.FEEDBACK), "identifier", names.OTHERWISE)
            self.reasons[names.OTHERWISE] = otherwise

    def _solution(self) -> None:
        if self.body["explanation"]:
            self._outcome(names.SOLUTION, "single", "identifier")
            self.value(self._set(self.processing, names.SOLUTION), "identifier", names.EXPLANATION)

    @staticmethod
    def _set(parent: Element, outcome: str) -> Element:
        return add(parent, "qti-set-outcome-value", identifier=outcome)

    @staticmethod
    def value(parent: Element, base: str, text: str) -> None:
        """A value written out."""
        add(parent, "qti-base-value", text, base_type=base)


class _Parts:
    """Elements in the order in which the standard wants them: responses before outcomes."""

    def __init__(self) -> None:
        self._holder = Element("declarations")

    def add(self, tag: str, **attributes: str) -> Element:
        """A new declaration."""
        return add(self._holder, tag, **attributes)

    @property
    def elements(self) -> list[Element]:
        """All of them."""
        return sorted(self._holder, key=lambda element: element.tag != "qti-response-declaration")


def _lines(parent: Element, text: str) -> None:
    """Text with its line breaks, at the beginning of an element."""
    first, *rest = printable(text).split("\n")
    parent.text = first
    for line in rest:
        add(parent, "br").tail = line


def _single(writer: _Writer) -> None:
    _choices(writer, [f"choice_{number}" for number in range(1, len(writer.body["options"]) + 1)], "single")


def _multiple(writer: _Writer) -> None:
    _choices(writer, [f"choice_{number}" for number in range(1, len(writer.body["options"]) + 1)], "multiple")


def _choices(writer: _Writer, identifiers: list[str], cardinality: str) -> None:
    options = writer.body["options"]
    right = [key for key, option in zip(identifiers, options, strict=True) if option["correct"]]
    response = writer.response(cardinality, "identifier", right)
    several = cardinality == "multiple"
    if several:
        shares = {
            key: (1 if option["correct"] else -1) / len(right) for key, option in zip(identifiers, options, strict=True)
        }
        writer.mapping(response, shares)
    asked = writer.interaction("choice", shuffle="true", max_choices="0" if several else "1")
    for key, option in zip(identifiers, options, strict=True):
        writer.choice(asked, key, option["text"], option["feedback"])
    writer.score(mapped=several)
    writer.echo(cardinality)


def _truefalse(writer: _Writer) -> None:
    body = writer.body
    writer.response("single", "identifier", [str(body["answer"]).lower()])
    asked = writer.interaction("choice", shuffle="false", max_choices="1")
    writer.choice(asked, "true", "对", body["feedback_true"])
    writer.choice(asked, "false", "错", body["feedback_false"])
    writer.score(mapped=False)
    writer.echo("single")


def _matching(writer: _Writer) -> None:
    pairs = writer.body["pairs"]
    count = range(1, len(pairs) + 1)
    right = [f"left_{number} right_{number}" for number in count]
    response = writer.response("multiple", "directedPair", right)
    writer.mapping(response, dict.fromkeys(right, 1 / len(pairs)))
    asked = writer.interaction("match", shuffle="true", max_associations=str(len(pairs)))
    rights = [pair["right"] for pair in pairs] + list(writer.body["distractors"])
    for side, texts in (("left", [pair["left"] for pair in pairs]), ("right", rights)):
        group = add(asked, "qti-simple-match-set")
        for number, text in enumerate(texts, start=1):
            made = add(group, "qti-simple-associable-choice", identifier=f"{side}_{number}", match_max="1")
            _lines(made, text)
    writer.score(mapped=True)


def _ordering(writer: _Writer) -> None:
    identifiers = [f"step_{number}" for number in range(1, len(writer.body["items"]) + 1)]
    writer.response("ordered", "identifier", identifiers)
    asked = writer.interaction("order", shuffle="true", orientation="vertical")
    for key, row in zip(identifiers, writer.body["items"], strict=True):
        writer.choice(asked, key, row["text"])
    writer.score(mapped=False)


def _short(writer: _Writer) -> None:
    best = max(writer.body["accept"], key=lambda row: row["fraction"])
    writer.response("single", "string", best["any"][:1])
    writer.prompt(writer.shown, "p")
    entry = add(add(writer.shown, "p"), "qti-text-entry-interaction", response_identifier=names.RESPONSE)
    entry.set("expected-length", "20")
    writer.accept(writer.body["accept"], writer.body["otherwise"])


_WRITERS: dict[Kind, Callable[[_Writer], None]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.TRUE_FALSE: _truefalse,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.SHORT: _short,
}


def lost(items: Sequence[Item]) -> tuple[Fault, ...]:
    """What a QTI package cannot carry of these questions."""
    return told(items, common, reasons_of_rows)
