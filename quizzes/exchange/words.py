"""The words in which Chinese trainers write question types, answers, difficulties and competencies; pure."""

import re
import unicodedata
from collections.abc import Sequence

from quizzes.competencies import COMPETENCIES
from quizzes.models import Kind

_KINDS: dict[Kind, tuple[str, ...]] = {
    Kind.SINGLE: ("单选", "单项选择", "单项", "single", "singlechoice"),
    Kind.MULTIPLE: ("多选", "多项选择", "多项", "不定项选择", "不定项", "multiple", "multiplechoice"),
    Kind.TRUE_FALSE: ("判断", "是非", "对错", "正误判断", "truefalse", "judge"),
    Kind.MATCHING: ("连线", "匹配", "配对", "配伍", "matching"),
    Kind.ORDERING: ("排序", "ordering"),
    Kind.SHORT: ("简答", "问答", "填空", "主观", "short"),
}
KIND_WORDS = {word: kind for kind, words in _KINDS.items() for word in words}
_TRUE = frozenset({"对", "正确", "是", "√", "✓", "✔", "☑", "true", "t", "yes", "y"})
_FALSE = frozenset({"错", "错误", "不对", "不正确", "否", "×", "✗", "✘", "✕", "x", "false", "f", "no", "n"})
_LEVELS = {
    **dict.fromkeys(("入门", "很易", "很容易", "极易", "容易", "易", "简单"), 1),
    **dict.fromkeys(("基础", "较易", "较容易", "较简单"), 2),
    **dict.fromkeys(("中等", "中", "一般", "适中", "普通"), 3),
    **dict.fromkeys(("较难", "偏难"), 4),
    **dict.fromkeys(("很难", "极难", "困难", "难"), 5),
}
_BETWEEN = re.compile(r"[\s,、;|/·。.和与及]+")
_NAMES = {name: key for key, name in COMPETENCIES.items()}


def plain(text: str) -> str:
    """A word as it is compared: full-width letters folded, small letters, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def kind_of(text: str) -> Kind | None:
    """The question type that a word names; None for a code, which other systems count differently, and for others."""
    word = plain(text).strip("[]【】()<>:：")
    word = re.sub(r"(?<=.)题(型|目)?$", "", word)
    return KIND_WORDS.get(word)


def is_code(text: str) -> bool:
    """Whether a question type is written as a code, such as 1 or A."""
    return bool(re.fullmatch(r"\d{1,3}|[a-z]", plain(text)))


def truth_of(text: str) -> bool | None:
    """对 or 错, however it is written; None for anything else. 1, 0, A and B are not guessed at."""
    word = plain(text).strip("。.()")
    return True if word in _TRUE else False if word in _FALSE else None


def letters_of(text: str, known: Sequence[str]) -> list[str] | None:
    """The options that an answer names, in its order: ABD, A、B、D, a,b or 1,3. None if it is no such answer.

    `known` are the letters of the question's options; what is named need not be among them.
    """
    word = unicodedata.normalize("NFKC", text).upper().strip()
    parts = [part for part in _BETWEEN.split(word.strip("()[]【】")) if part]
    if not parts:
        return None
    if all(re.fullmatch(r"\d{1,2}", part) for part in parts):
        numbers = [int(part) for part in parts]
        return [known[number - 1] if 0 < number <= len(known) else str(number) for number in numbers]
    if len(parts) == 1 and parts[0] not in known:
        parts = list(parts[0])
    return parts if all(re.fullmatch(r"[A-Z]{1,2}", part) for part in parts) else None


def level_of(text: str) -> int | None:
    """A difficulty from 1 to 5: a number, a word, or stars. None for anything else."""
    word = plain(text)
    if stars := re.fullmatch(r"[★⭐☆*]{1,5}", word):
        return stars[0].count("★") + stars[0].count("⭐") + stars[0].count("*") or None
    if number := re.match(r"([1-5])(\.0+)?(?![\d.])", word):
        return int(number[1])
    return _LEVELS.get(word.removesuffix("题"))


def competency_of(text: str) -> str:
    """The competency that a text names by its code or its name; empty if none."""
    word = unicodedata.normalize("NFKC", text).strip()
    code = re.match(r"[A-Za-z]{2}\d", word)
    if code and code[0].upper() in COMPETENCIES:
        return code[0].upper()
    return _NAMES.get(plain(word), "")


def letter(number: int) -> str:
    """The name of an option's column, from 0: A … Z, AA …"""
    return chr(65 + number) if number < 26 else chr(64 + number // 26) + chr(65 + number % 26)


def place_of(name: str) -> int:
    """The number of an option's column, from 0; the other way round of `letter`."""
    return ord(name) - 65 if len(name) == 1 else 26 * (ord(name[0]) - 64) + ord(name[1]) - 65
