"""What the packages offer and the ground collects: navigation and exports, without knowing anyone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from literacy.access import Permission, allows
from literacy.models import Role
from literacy.settings.kinds import Group, Setting
from literacy.starting import FirstStep

if TYPE_CHECKING:
    from literacy.privacy.parts import Part
    from literacy.privacy.rules import Rule

SECTIONS = ("学习", "培训", "管理")


@dataclass(frozen=True)
class NavItem:
    """A place in the main navigation, shown to those who may open it."""

    label: str
    endpoint: str
    permission: Permission
    section: str
    order: int
    """Its place in the section. Those of the same ten stand together, apart from the others."""
    also: tuple[str, ...] = ()
    """Beginnings of endpoints that belong to this place, for marking it as current."""


@dataclass(frozen=True)
class Surroundings:
    """Where a thing stands for a person: the way there as (label, url), and what comes after it."""

    crumbs: tuple[tuple[str, str], ...]
    next_label: str = ""
    next_url: str = ""


@dataclass(frozen=True)
class Panel:
    """What a package has to say of a person, for the person's page."""

    title: str
    lines: tuple[tuple[str, str, str], ...] = ()
    """One line each, as (what, in which state, url or "")."""
    empty: str = ""
    """Said where there are no lines."""
    links: tuple[tuple[str, str], ...] = ()
    """What can be done here, as (label, url)."""


@dataclass(frozen=True)
class Subject:
    """What a kind of row is called in the audit log, and where one of it is looked at."""

    label: str
    endpoint: str = ""
    argument: str = ""
    """The argument of the endpoint that takes the row's id."""
    permission: Permission = Permission.ACCOUNT


@dataclass(frozen=True)
class CitedText:
    """A text that cites sources or names expressions, and where it is looked at."""

    label: str
    endpoint: str
    argument: str
    row_id: int
    text: str
    expressions: tuple[str, ...] = ()
    """Slugs of the expressions that it names."""


@dataclass(frozen=True)
class Periodic:
    """Work that comes again after a while, at most once per period over all processes. It commits itself."""

    every: timedelta
    run: Callable[[], Any]


@dataclass
class Registry:
    """Everything that packages handed in."""

    nav: list[NavItem] = field(default_factory=list)
    homes: dict[Role, str] = field(default_factory=dict)
    """Where a person of a role starts: {role: endpoint}."""
    first_steps: list[FirstStep] = field(default_factory=list)
    """What the first administrator of a new installation does, see `literacy.starting`."""
    content_checks: list[Callable[[], list[Any]]] = field(default_factory=list)
    content_counts: list[Callable[[], dict[str, Any]]] = field(default_factory=list)
    """How much content there is, by kind, for `content check --json`."""
    content_syncs: list[Callable[[], Any]] = field(default_factory=list)
    surroundings: list[Callable[[Any, Any], "Surroundings | None"]] = field(default_factory=list)
    """Asked where a thing stands for a person: f(thing, user). A quiz does not know its courses; they do."""
    demo: list[Callable[[dict[Role, Any]], None]] = field(default_factory=list)
    """Run after demo accounts were made, with the account of each role."""
    person_panels: list[Callable[[Any, Any], "Panel | None"]] = field(default_factory=list)
    """Asked what to show of a person to who is signed in: f(person, viewer). None where there is nothing to show."""
    cited: list[Callable[[], Iterable["CitedText"]]] = field(default_factory=list)
    """Asked for all texts that cite sources or name expressions, so that what is amended can be found everywhere."""
    pictured: list[Callable[[], Iterable["CitedText"]]] = field(default_factory=list)
    """Asked for all texts that show uploaded pictures, so that none of those is deleted."""
    edited: dict[str, type[Any]] = field(default_factory=dict)
    """Forms whose drafts are kept while somebody writes: {name of the form: what it changes}."""
    field_words: dict[str, str] = field(default_factory=dict)
    """What fields of no form are called: {pattern of the name: label}, for `literacy.forms.words`."""
    settings: list[Setting] = field(default_factory=list)
    """What administrators set in the browser, in the order of the pages."""
    setting_groups: dict[str, Group] = field(default_factory=dict)
    setting_rules: list[Callable[[dict[str, Any]], tuple[str, str] | None]] = field(default_factory=list)
    """Asked whether all values go together: f(values by key) gives (key, sentence) where they do not."""
    jobs: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    """Long work by kind: f(progress), see `literacy.jobs.running.Progress`."""
    periodic: dict[str, Periodic] = field(default_factory=dict)
    """Work that comes again, by name."""
    personal: list["Part"] = field(default_factory=list)
    """What is stored of a person, for their own download and for the page that tells everybody."""
    impersonal: dict[str, str] = field(default_factory=dict)
    """References to users that are nobody's personal data: {"table.column": why}."""
    retention: list["Rule"] = field(default_factory=list)
    """What is deleted when its time is over."""
    subjects: dict[str, Subject] = field(default_factory=dict)
    """What audit entries are about: {table name: Subject}."""


def registry(app: Flask | None = None) -> Registry:
    """The registry of this app."""
    return (app or current_app).extensions["literacy"]


@dataclass(frozen=True)
class NavLink:
    """A navigation item as a template needs it."""

    label: str
    url: str
    current: bool
    section: str
    group: int
    """Places of one group stand together."""


def nav_items() -> list[NavLink]:
    """The navigation of the person who is signed in, in order."""
    endpoint = request.endpoint or ""
    items = sorted(registry().nav, key=lambda item: (SECTIONS.index(item.section), item.order))
    return [
        NavLink(
            item.label,
            url_for(item.endpoint),
            endpoint == item.endpoint or any(endpoint.startswith(start) for start in item.also),
            item.section,
            item.order // 10,
        )
        for item in items
        if allows(current_user, item.permission)
    ]


def surroundings_of(thing: Any, user: Any) -> Surroundings:
    """Where this thing stands for this person; empty if it stands nowhere in particular."""
    for ask in registry().surroundings:
        if answer := ask(thing, user):
            return answer
    return Surroundings(())


def panels_of(person: Any, viewer: Any) -> list[Panel]:
    """What the packages have to say of a person to this viewer, in the order in which they plugged in."""
    return [panel for ask in registry().person_panels if (panel := ask(person, viewer))]


def subject_link(kind: str, row_id: int | None, viewer: Any) -> tuple[str, str]:
    """What an audit entry is about, as (word, url); the url is empty where there is no page or not for this viewer."""
    subject = registry().subjects.get(kind)
    if subject is None:
        return "", ""
    if row_id is None or not subject.endpoint or not allows(viewer, subject.permission):
        return subject.label, ""
    values: dict[str, Any] = {subject.argument: row_id}
    return subject.label, url_for(subject.endpoint, **values)
