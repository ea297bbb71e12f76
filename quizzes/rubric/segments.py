"""Where sentences and clauses begin and end, and what a stretch of text is doing: quoting, denying, apologising."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

# A set first and its repetition behind: the search then skips at once whatever is not in the set.
_SENTENCE_END = re.compile(r"[。!?;\n][。!?;\n]*")
_CLAUSE_END = re.compile(r"[,。!?;:\n][,。!?;:\n]*")
_QUOTES = re.compile(
    r"“[^“”\n]{0,120}”|「[^「」\n]{0,120}」|『[^『』\n]{0,120}』|‘[^‘’\n]{1,120}’|\"[^\"\n]{1,120}\"|《[^《》\n]{1,60}》"
)
_ATTRIBUTION = re.compile(
    r"(?:说|称|讲|问|写|回|骂|嚷|念|夸口|扬言|放话|传|标|贴|声称|自称|号称|写着|反映|提到|提出|答复|回复|留言|评论|听到|看到|遇到|所谓|一句|那句|这句|原话|叫|喊|什么|关于|认为|觉得|"
    r"[一二两三四五六七八九十]个字|再|不是|没有|绝不|不再|不会)[是的了着过您们在有]{0,3}[:,]?$"
)
_AFTER_QUOTE = re.compile(
    r"^(?:这句|那句|这话|这个|这些|这种|那种|的?说法|的?问题|的?情况|[一二两三四五六七八九十]个字|的?批评|的?评论|不合适|是我们|就?不再|就?不能|来?搪塞|不是)"
)
_DENIAL = re.compile(
    r"(?:不会|绝不|决不|绝非|不得|没有|并非|并不是|不是|杜绝|严禁|避免|防止|不应|不该|不能|不存在|不再|从不|从未|不许|不准|不敢|"
    r"纠正|整改|无须|无需|不用|不必|不等于|不代表|反对|不认同|不这么看|以免|免得|而不|谁也不|未|"
    r"(?<![要能会可])不)$|"
    r"(?:不会|绝不|决不|绝非|不得|没有|并非|并不是|不是|不认为|不觉得|没想|无意|杜绝|严禁|避免|防止|不应|不该|不能|不存在|不再|"
    r"不许|不敢|不必|不用|不要|别)[^,。!?;:\n]{0,8}$"
)
_MAY_DENY = re.compile("[不绝决没并杜严避防从纠整无反以免而谁未别]")
"""Without one of these nothing is denied."""
_DOUBLE = re.compile(
    r"(?:不得不|不能不|不会不|无不|是不是|能不能|会不会|有没有|([\u4e00-\u9fff])不\1)[^,。!?;:\n]{0,8}$"
)
_PROHIBITION = re.compile(r"(?:不要|别|不用|不必)[^,。!?;:\n]{0,8}$")
_REPENT = re.compile(
    r"道歉|致歉|抱歉|对不起|对不住|认错|检讨|不应该|不该|批评教育|停职|停岗|调离|通报批评|欠妥|不妥|说绝了|答法不对|赔个?不是|不像话|说错|打发了"
)
_OTHERS = re.compile(
    r"窗口|工作人员|同事|接线|客服|当事|民警|经办|此前|之前|前几次|上次|从前|当时|那天|那次|那句|之前的|前期|我们写的|我们回的|司机|物业|商户|企业|该公司|校方"
)


@dataclass(frozen=True)
class Layout:
    """Borders of one normalised text: its sentences, its clauses, and the stretches inside quotation marks."""

    text: str
    sentences: tuple[tuple[int, int], ...]

    @cached_property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        """The clauses from first to last."""
        return _split(self.text, _CLAUSE_END)

    @cached_property
    def quotes(self) -> tuple[tuple[int, int], ...]:
        """The stretches inside quotation marks, marks included."""
        return tuple(match.span() for match in _QUOTES.finditer(self.text))

    @cached_property
    def regrets(self) -> bool:
        """Whether any word of regret stands in the text."""
        return _REPENT.search(self.text) is not None

    def sentence(self, at: int) -> tuple[int, int]:
        """Start and end (exclusive, closing sign left out) of the sentence that holds place ``at``."""
        return _holding(self.sentences, at)

    def clause(self, at: int) -> tuple[int, int]:
        """Start and end of the clause that holds place ``at``."""
        return _holding(self.clauses, at)

    def quoted(self, start: int, end: int) -> tuple[int, int] | None:
        """The quotation marks that enclose the stretch, if any."""
        index = bisect_right(self.quotes, (start, len(self.text))) - 1
        if index >= 0:
            left, right = self.quotes[index]
            if left < start and end < right:
                return left, right
        return None


def layout(text: str) -> Layout:
    """Find the borders in a normalised text."""
    return Layout(text, _split(text, _SENTENCE_END))


def _split(text: str, ends: re.Pattern[str]) -> tuple[tuple[int, int], ...]:
    spans, start = [], 0
    for match in ends.finditer(text):
        spans.append((start, match.start()))
        start = match.end()
    return (*spans, (start, len(text)))


def _holding(spans: tuple[tuple[int, int], ...], at: int) -> tuple[int, int]:
    return spans[max(bisect_right(spans, (at, 1 << 60)) - 1, 0)]


def is_reported(page: Layout, start: int, end: int, post: str) -> bool:
    """Whether the stretch stands in quotation marks as somebody else's words: attributed, or taken from the post.

    Marks alone do not excuse: a jibe may be quoted too.
    """
    marks = page.quoted(start, end)
    if marks is None:
        return False
    left, right = marks
    if page.text[left] == "《" or page.text[left + 1 : right - 1] in post:
        return True
    before, after = page.text[max(0, left - 12) : left], page.text[right : right + 8]
    return bool(_ATTRIBUTION.search(before) or _AFTER_QUOTE.search(after))


def is_denied(page: Layout, start: int, *, prohibition_counts: bool = False) -> bool:
    """Whether the words just before, in the same clause, deny the stretch (「绝不会…」「不是您…」).

    「不要…」 said to the citizen is an order, not a denial, unless ``prohibition_counts``.
    """
    marks = page.quoted(start, start + 1)
    if marks is not None:
        start, prohibition_counts = marks[0], True
    clause, _ = page.clause(start)
    window = page.text[max(clause, start - 10) : start]
    if not _MAY_DENY.search(window) or _DOUBLE.search(window):
        return False
    if not prohibition_counts and _PROHIBITION.search(window):
        return False
    return bool(_DENIAL.search(window))


def is_regretted(page: Layout, start: int) -> bool:
    """Whether the sentence apologises for words or deeds of the past instead of repeating them."""
    if not page.regrets:
        return False
    begin, end = page.sentence(start)
    follow = page.text[begin : min(len(page.text), end + 30)]
    return bool(_REPENT.search(follow) and _OTHERS.search(page.text[begin:end]))


def is_echo(page: Layout, start: int, end: int, post: str) -> bool:
    """Whether eight or more characters in a row, the stretch among them, are the citizen's own words."""
    if end - start >= 8:
        return page.text[start:end] in post
    if page.text[start:end] not in post:
        return False
    for left in range(max(0, end - 8), start + 1):
        if left + 8 <= len(page.text) and page.text[left : left + 8] in post:
            return True
    return False
