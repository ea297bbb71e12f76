"""Content files: read with line numbers, checked key by key, synced by slug.

A malformed file is reported with file, line and key, and stops nothing else. Files begin content; at run time
the database is the truth, and a row that a trainer edited is left alone.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from literacy.models import Authored, State

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a content file, and where."""

    file: str
    line: int
    key: str
    problem: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where} {self.key}：{self.problem}" if self.key else f"{where} {self.problem}"


class Entry(dict[str, Any]):
    """A YAML mapping that knows the line of itself and of each key."""

    line = 1
    lines: dict[str, int]


class _Loader(yaml.SafeLoader):
    """Safe YAML whose mappings remember lines. A key given twice is an error, and so is a reference to another place:

    a few lines of those can stand for more text than any computer holds.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Build a node of the tree."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "不能用 & 和 * 引用别处，请把内容写出来", mark)
        return super().compose_node(parent, index)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Entry:
    entry = Entry()
    entry.line = node.start_mark.line + 1
    entry.lines = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        line = key_node.start_mark.line + 1
        if key in entry:
            raise yaml.constructor.ConstructorError(None, None, f"键“{key}”写了两次", key_node.start_mark)
        entry[key] = loader.construct_object(value_node, deep=True)
        entry.lines[key] = line
    return entry


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
# Dates stay text: 2026-11-24 is shown as it is written.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass
class Reader:
    """Reads the keys of one mapping; whatever is missing or of the wrong kind becomes a Problem."""

    file: str
    entry: Entry
    problems: list[Problem]
    path: str = ""
    seen: set[str] = field(default_factory=set)

    def report(self, key: str, problem: str) -> None:
        """Note a problem at a key of this mapping."""
        line = self.entry.lines.get(key, self.entry.line)
        self.problems.append(Problem(self.file, line, f"{self.path}{key}", problem))

    def raw(self, key: str, default: Any = None) -> Any:
        """The value as it stands."""
        self.seen.add(key)
        return self.entry.get(key, default)

    def text(self, key: str, *, needed: bool = True, default: str = "") -> str:
        """A text; numbers count as text, so that `title: 12345` is no trap."""
        value = self.raw(key)
        if value is None or value == "":
            if needed:
                self.report(key, "缺少这一项")
            return default
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            self.report(key, "应当是文字")
            return default
        return str(value).strip()

    def slug(self, key: str = "slug") -> str:
        """An identifier: lower-case letters, digits, hyphens."""
        value = self.text(key)
        if value and not SLUG.fullmatch(value):
            self.report(key, "只能用小写字母、数字和连字符")
        return value

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of the allowed words."""
        options = list(allowed)
        value = self.text(key, needed=default is None, default=default or "")
        if value and value not in options:
            self.report(key, f"“{value}”不在可选范围：{'、'.join(options)}")
        return value

    def number(self, key: str, default: float | None = None, low: float = 0, high: float = 10**6) -> float | None:
        """A number within bounds; `default` if the key is absent."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.report(key, "应当是数字")
            return default
        if not low <= value <= high:
            self.report(key, f"应当在 {low:g} 到 {high:g} 之间")
            return default
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(key, default)
        if not isinstance(value, bool):
            self.report(key, "应当是 true 或 false")
            return default
        return value

    def strings(self, key: str, *, needed: bool = False) -> list[str]:
        """A list of texts."""
        value = self.raw(key)
        if value is None:
            if needed:
                self.report(key, "缺少这一项")
            return []
        if not isinstance(value, list) or any(isinstance(item, (dict, list)) or item is None for item in value):
            self.report(key, "应当是文字的列表")
            return []
        return [str(item).strip() for item in value]

    def part(self, key: str, *, needed: bool = True) -> "Reader | None":
        """A mapping inside this one."""
        value = self.raw(key)
        if value is None and not needed:
            return None
        if not isinstance(value, Entry):
            self.report(key, "缺少这一项" if value is None else "应当是若干“键: 值”")
            return None
        return Reader(self.file, value, self.problems, f"{self.path}{key}.")

    def parts(self, key: str, *, needed: bool = True) -> list["Reader"]:
        """A list of mappings inside this one."""
        value = self.raw(key)
        if value is None and not needed:
            return []
        if not isinstance(value, list) or not value:
            self.report(key, "缺少这一项" if not value else "应当是列表")
            return []
        readers = []
        for number, item in enumerate(value, start=1):
            if isinstance(item, Entry):
                readers.append(Reader(self.file, item, self.problems, f"{self.path}{key}[{number}]."))
            else:
                self.report(key, f"第 {number} 项应当是若干“键: 值”")
        return readers

    def finish(self) -> None:
        """Report keys that nobody reads: most are typing errors."""
        for key in self.entry:
            if key not in self.seen:
                self.report(key, "不认识这个键，是不是写错了")


def read_yaml(path: Path, root: Path, problems: list[Problem], text: str | None = None, first_line: int = 1) -> Any:
    """The content of a YAML file, mappings as Entry; None (and a Problem) if it cannot be parsed.

    `text` is given where the YAML is only the head of another file, starting on `first_line`.
    """
    name = path.relative_to(root).as_posix()
    try:
        source = path.read_text("utf-8-sig") if text is None else text
        return yaml.load("\n" * (first_line - 1) + source, Loader=_Loader)  # noqa: S506  a subclass of SafeLoader
    except UnicodeDecodeError:
        problems.append(Problem(name, 1, "", "文件不是 UTF-8 编码"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problems.append(Problem(name, line, "", f"YAML 写法有误：{error.problem or error.context}"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problems.append(Problem(name, 1, "", f"YAML 写法有误：{error}"))
    return None


def readers(path: Path, root: Path, problems: list[Problem]) -> list[Reader]:
    """The mappings of a file that holds one mapping or a list of them."""
    data = read_yaml(path, root, problems)
    name = path.relative_to(root).as_posix()
    if data is None:
        return []
    items = data if isinstance(data, list) else [data]
    found = [Reader(name, item, problems) for item in items if isinstance(item, Entry)]
    if len(found) < len(items):
        problems.append(Problem(name, 1, "", "文件里应当是“键: 值”，或者它们的列表"))
    return found


def split_front_matter(text: str) -> tuple[str, str, int]:
    """The YAML head and the Markdown body of a lesson file, and the line on which the head starts.

    A file without a head gives an empty one.
    """
    match = re.match(r"\ufeff?---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)(.*)", text, re.DOTALL)
    return (match[1], match[2].strip() + "\n", 2) if match else ("", text, 1)


def fingerprint(data: Any) -> str:
    """SHA-256 of data in canonical JSON; equal content has an equal hash."""
    canonical = json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass
class SyncReport:
    """What a sync did, by slug."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Left alone because a trainer edited them."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, other: "SyncReport") -> None:
        """Take in the report of another package."""
        self.created += other.created
        self.updated += other.updated
        self.kept += other.kept
        self.problems += other.problems

    def wants(self, row: Authored | None, slug: str, content_hash: str) -> bool:
        """Whether the file's content is to be written to the row (None: there is none yet). Notes the decision."""
        if row is None:
            self.created.append(slug)
            return True
        if row.file_hash == content_hash:
            return False
        if row.edited:
            self.kept.append(slug)
            return False
        self.updated.append(slug)
        return True


def mark_synced(row: Authored, content_hash: str) -> None:
    """Note on a row which file content it holds; content from files is published as it comes, unless it was retired."""
    row.file_hash = content_hash
    row.revision = (row.revision or 0) + 1
    if row.state is None or not (row.edited or row.state is State.RETIRED):
        row.state = State.PUBLISHED


def known(problems: Sequence[Problem], file: str) -> bool:
    """Whether something was already reported about this file."""
    return any(problem.file == file for problem in problems)
