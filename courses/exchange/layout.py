"""Where everything lies in a package, and how it is written there; pure. The layout is that of docs/content.md."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from courses.content import is_media

COURSES = "courses/content"
QUIZZES = "quizzes/content"
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PLACES = (
    re.compile(rf"{COURSES}/{_SLUG}/course\.yaml"),
    re.compile(rf"{COURSES}/{_SLUG}/modules/[\w.-]+\.yaml"),
    re.compile(rf"{COURSES}/{_SLUG}/lessons/[\w.-]+\.md"),
    re.compile(rf"{QUIZZES}/(?:quizzes|questions|scenarios|sources|expressions)/[\w./-]+\.ya?ml"),
)
_MEDIA = re.compile(rf"{COURSES}/(?P<folder>{_SLUG})/media/(?P<name>[^/].*)")
_PICTURE = re.compile(r"pictures/(?P<key>[0-9a-f]{20})\.(?:png|jpg|webp)")
_PASSED_OVER = re.compile(rf"{COURSES}/cases\.yaml|{QUIZZES}/names/.*|[^/]*\.(?:md|txt)")
"""What belongs to the shipped content as a whole, or is said to whoever opens the zip."""
_TOP = ("courses", "quizzes", "pictures")


def belongs(path: str) -> bool:
    """Whether a package may hold a file of this path."""
    if ".." in path.split("/"):
        return False
    return any(place.fullmatch(path) for place in (*_PLACES, _PICTURE)) or media_place(path) is not None


def is_passed_over(path: str) -> bool:
    """Whether a file of this path is left aside without a word."""
    return _PASSED_OVER.fullmatch(path) is not None


def media_place(path: str) -> tuple[str, str] | None:
    """The course folder and name of an image or table, such as ("wanggan", "a.svg"); None for other files."""
    match = None if ".." in path.split("/") else _MEDIA.fullmatch(path)
    return (match["folder"], match["name"]) if match and is_media(match["name"]) else None


def media_path(folder: str, name: str) -> str:
    """Where an image or table of a course folder lies."""
    return f"{COURSES}/{folder}/media/{name}"


def picture_key(path: str) -> str:
    """What texts call the uploaded picture in a file of this path; empty for other files."""
    match = _PICTURE.fullmatch(path)
    return match["key"] if match else ""


def picture_path(file_name: str) -> str:
    """Where an uploaded picture lies."""
    return f"pictures/{file_name}"


def from_top(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files by their path from the top, also where somebody packed the folder that holds them."""
    tops = {path.split("/", 1)[0] for path in files}
    if len(tops) == 1 and not tops & set(_TOP) and all("/" in path for path in files):
        return from_top({path.split("/", 1)[1]: content for path, content in files.items()})
    return dict(files)


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: texts of several lines as blocks, lists indented, no references."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def dumped(data: Any) -> bytes:
    """A YAML file. Equal data gives equal bytes."""
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return text.encode()


def lesson_file(head: Mapping[str, Any], body: str) -> bytes:
    """A lesson file: what is known of it between two lines of hyphens, then its text."""
    return b"---\n" + dumped(head) + b"---\n" + body.strip().encode() + b"\n"
