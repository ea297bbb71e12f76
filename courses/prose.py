"""A lesson's text before it is rendered: what its author has to mend; pure."""

import re
from collections.abc import Callable, Container, Iterator

from literacy.markdown import CALLOUTS, WORD
from quizzes.reference.citations import Register, unknown

_IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]+)")
_LINK = re.compile(r"(?<!!)\[(?!\^)[^\]]*\]\(\s*<?([^)\s>]+)")
_FOOTNOTE_TEXT = re.compile(r" {0,3}\[\^[^\]\s]+\]:")
_HAN = re.compile(r"[\u3400-\u9fff]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_MARK = re.compile(r" {0,3}(:{3,})\s*(\S*)")
_HEADING = re.compile(r" {0,3}(#+)(\s*)\S")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\](:?)")
_KINDS = "、".join(f"{kind} {word}" for kind, word in CALLOUTS.items())

Fault = tuple[int, str]
"""(line of the text, sentence)"""


def faults(body: str, has_file: Callable[[str], bool], expressions: Container[str], register: Register) -> list[Fault]:
    """What would not look as its author means it, in the order of the text.

    `has_file` says whether there is an image or table of a path as it is written in the text; `expressions` are the
    slugs that a link such as [破防](word:l03) may name; `register` is what clauses of laws are looked up in.
    """
    lines = list(_lines(body))
    found = [*_headings(lines), *_callouts(lines), *_footnotes(lines), *_images(lines, has_file)]
    found += [*_links(lines, has_file, expressions), *_citations(lines, register)]
    return sorted(found, key=lambda fault: fault[0])


def _lines(body: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers from 1, without those of code blocks."""
    fence = ""
    for number, line in enumerate(body.splitlines(), start=1):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
        else:
            yield number, line


def _headings(lines: list[tuple[int, str]]) -> Iterator[Fault]:
    for number, line in lines:
        mark = _HEADING.match(line)
        if mark is None:
            continue
        if not mark[2] and len(mark[1]) > 1:
            yield number, f"{mark[1]} 和标题之间要空一格。"
        elif mark[2] and not 2 <= len(mark[1]) <= 4:
            yield number, "标题用 ## 到 ####；一个 # 是课文名称，不用写。"


def _callouts(lines: list[tuple[int, str]]) -> Iterator[Fault]:
    opened: list[tuple[int, int]] = []
    for number, line in lines:
        if line.lstrip().startswith("："):
            if line.lstrip().startswith("：：："):
                yield number, "提示框用英文冒号 :::，不用中文冒号。"
            continue
        mark = _MARK.match(line)
        if mark is None:
            continue
        if mark[2] in CALLOUTS:
            opened.append((len(mark[1]), number))
        elif mark[2]:
            yield number, f"没有“{mark[2]}”这种提示框。可以用：{_KINDS}。"
        elif closed := [place for place, (length, _) in enumerate(opened) if length <= len(mark[1])]:
            # The outermost box that the line can close ends here, and with it whatever is still open inside.
            yield from _unclosed(opened[closed[0] + 1 :])
            del opened[closed[0] :]
        else:
            yield number, "这里的 ::: 没有对应的开头。"
    yield from _unclosed(opened)


def _unclosed(opened: list[tuple[int, int]]) -> Iterator[Fault]:
    for _, number in opened:
        yield number, "这里开始的提示框没有收尾：在它末尾另起一行，只写 :::。"


def _footnotes(lines: list[tuple[int, str]]) -> Iterator[Fault]:
    marks = [(number, mark[1], bool(mark[2])) for number, line in lines for mark in _FOOTNOTE.finditer(line)]
    written = {name for _, name, is_text in marks if is_text}
    for number, name, is_text in marks:
        if not is_text and name not in written:
            yield number, f"脚注 [^{name}] 没有内容：在正文末尾另起一行写 [^{name}]: 和内容。"


def _images(lines: list[tuple[int, str]], has_file: Callable[[str], bool]) -> Iterator[Fault]:
    for number, line in lines:
        for words, path in _IMAGE.findall(line):
            if not words.strip():
                yield number, f"图片 {path} 没有替代文字：在方括号里写图上有什么。"
            if not has_file(path):
                yield number, f"找不到图片 {path}。"


def _links(
    lines: list[tuple[int, str]], has_file: Callable[[str], bool], expressions: Container[str]
) -> Iterator[Fault]:
    for number, line in lines:
        for target in _LINK.findall(line):
            if target.startswith(WORD):
                if target.removeprefix(WORD) not in expressions:
                    yield number, f"词典里没有 {target.removeprefix(WORD)}。"
            elif target.startswith("media/"):
                if not has_file(target):
                    yield number, f"找不到文件 {target}。"
            elif not target.startswith("https://"):
                yield number, f"链接 {target} 打不开：写 https:// 开头的网址、word: 加词典编号，或者 media/ 里的文件。"


def _citations(lines: list[tuple[int, str]], register: Register) -> Iterator[Fault]:
    for number, line in lines:
        for words in unknown(line, register):
            yield number, f"依据登记表里没有{words}。"


def length(body: str) -> int:
    """How much there is to read: the 汉字 of the text, without footnotes and what stands for images."""
    text = "\n".join(line for _, line in _lines(body) if not _FOOTNOTE_TEXT.match(line))
    return len(_HAN.findall(_IMAGE.sub("", text)))
