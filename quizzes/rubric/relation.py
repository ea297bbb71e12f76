"""How much two texts speak of the same thing, without any model: shared two-character words of substance."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from quizzes.rubric.codes import codes_of

if TYPE_CHECKING:
    import numpy

_FIGURE = re.compile(r"\d+(?:[.:]\d+)*")
_EMPTY_CHARS = frozenset(
    "的了着过在是有和与及或就都也还又很太更最再才把被让给对向从到于以为由将会能可要想应该不没无未别我你您他她它们这那哪"
    "谁啥吗呢吧啊呀嘛么个些点几一二三两上下中里外前后来去说问看到做用等如若但而且并则因所之其此某"
    "好网友市民位"
)
_EMPTY = (
    "问题 反映 情况 您好 你好 回复 答复 感谢 谢谢 领导 相关 有关 部门 工作 单位 进行 "
    "处理 解决 请问 咨询 投诉 举报 建议 关于 政府 希望 现在 今天 昨天 今年 去年 时间 "
    "目前 已经 具体 理解 支持 关注 关心 留言 来信 收悉 诉求 知道 什么 怎么 为何 有没 "
    "没有 可以 我们 如何 核实 调查 同志 要求 电话 网上 "
)
_EMPTY_WORDS = frozenset(_EMPTY.split())
_BITS = 16


@cache
def _telling() -> numpy.ndarray:
    """Which characters may be part of a topic word, by code point; beyond these 65536 there are none."""
    import numpy

    telling = numpy.zeros(1 << _BITS, bool)
    telling[0x4E00:0xA000] = True
    telling[[ord(char) for char in _EMPTY_CHARS]] = False
    return telling


@lru_cache(maxsize=64)
def words(text: str) -> frozenset[str]:
    """Two-character words that carry a topic of a normalised text. The last few texts are kept."""
    return _spelled(_pairs(text))


def _pairs(text: str) -> set[int]:
    """The pairs of neighbours that may be topic words, the code points of both in one number."""
    codes = codes_of(text)
    telling = _telling().take(codes, mode="clip")
    (starts,) = (telling[:-1] & telling[1:]).nonzero()
    return set(((codes.take(starts) << _BITS) | codes.take(starts + 1)).tolist())


def _spelled(pairs: set[int]) -> frozenset[str]:
    last = (1 << _BITS) - 1
    return frozenset(chr(pair >> _BITS) + chr(pair & last) for pair in pairs) - _EMPTY_WORDS


def figures(text: str) -> frozenset[str]:
    """The numbers that stand in a normalised text."""
    return frozenset(_FIGURE.findall(text))


def shared(left: str, right: str) -> frozenset[str]:
    """Topic words that both texts use."""
    return _spelled(_pairs(left) & _pairs(right))


def coverage(source: str, reply: str, known: str = "") -> float:
    """Which part (0–1) of what ``source`` adds to ``known`` comes back in ``reply``; 0 when it adds nothing."""
    fresh = (words(source) | figures(source)) - words(known) - figures(known)
    if not fresh:
        return 0.0
    return len(fresh & (words(reply) | figures(reply))) / len(fresh)
