"""A QTI package, or a single question of QTI, as questions. Version 3 and the 2.x that many systems still write."""

import posixpath
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from literacy.sheets.decoding import Unreadable
from literacy.zips import BadZip, is_zip, unpacked
from quizzes.competencies import COMPETENCIES
from quizzes.exchange.found import Found, unreadable
from quizzes.exchange.item import Bank
from quizzes.exchange.qti import names
from quizzes.exchange.qti.questions import read_question
from quizzes.exchange.trees import attribute, children, name_of, parsed, text_of, within
from quizzes.traps import TRAPS


def read(data: bytes) -> Bank:
    """The questions of a package or of a single file. Whatever is wrong with it is said; nothing is raised."""
    found = Found()
    try:
        if is_zip(data):
            _read_package(unpacked(data), found)
        else:
            _read_file(data, found, "第 1 题", Described())
    except (Unreadable, BadZip) as refused:
        return unreadable(Unreadable(refused.sentence))
    return found.bank()


@dataclass
class Described:
    """What a manifest says of a question."""

    competency: str = ""
    difficulty: int | None = None
    body: dict[str, str] = field(default_factory=dict)


def _read_package(files: dict[str, bytes], found: Found) -> None:
    manifests = sorted((path for path in files if posixpath.basename(path) == names.MANIFEST), key=len)
    if not manifests:
        raise Unreadable(f"压缩包里没有 {names.MANIFEST}，不是 QTI 题库包。")
    home = posixpath.dirname(manifests[0])
    number = 0
    for resource in within(parsed(files[manifests[0]]), "resource"):
        if not attribute(resource, "type").lower().startswith(names.ITEM_TYPE):
            continue
        number += 1
        href = unquote(attribute(resource, "href")) or _first_file(resource)
        place = f"第 {number} 题（{href}）"
        content = files.get(posixpath.normpath(posixpath.join(home, href)))
        if content is None:
            found.stop(place, "清单里写了这道题，压缩包里却没有这个文件。")
            continue
        try:
            _read_file(content, found, place, _described(resource))
        except Unreadable as refused:
            found.stop(place, refused.sentence)


def _first_file(resource: Element) -> str:
    return next((unquote(attribute(file, "href")) for file in children(resource, "file")), "")


def _read_file(data: bytes, found: Found, place: str, described: Described) -> None:
    root = parsed(data)
    if name_of(root) == "assessment-item":
        read_question(root, found, place, described.competency, described.difficulty, described.body)
    elif name_of(root) == "assessment-test":
        found.note(place, "这是试卷，不是题目。请选带有 imsmanifest.xml 的整个压缩包。")
    else:
        raise Unreadable("不是 QTI 题目：最外面一层应当是 qti-assessment-item。")


def _described(resource: Element) -> Described:
    described = Described()
    for lom in within(resource, "lom"):
        words = [str(text_of(word)) for word in within(lom, "keyword")]
        described.competency = next((word for word in words if word in COMPETENCIES), "")
        described.body["trap"] = next((word for word in words if word in TRAPS), "")
        for difficulty in within(lom, "difficulty"):
            said = [str(text_of(value)) for value in children(difficulty, "value")]
            if said and said[0] in names.DIFFICULTIES:
                described.difficulty = names.DIFFICULTIES.index(said[0]) + 1
        for relation in within(lom, "relation"):
            if "isbasedon" in [str(text_of(value)) for value in within(relation, "value")]:
                # Metadata is no marked-up text: line breaks in it are meant.
                described.body["source"] = "".join("".join(one.itertext()) for one in within(relation, "description"))
    return described
