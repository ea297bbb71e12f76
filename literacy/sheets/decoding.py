"""The text of a file that may come from anywhere in China: UTF-8, or GBK from older Windows programs."""

import codecs


class Unreadable(Exception):  # noqa: N818  it is an answer, not a failure
    """A file, or a part of one, cannot be read. Carries the sentence that says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


SAVE_AS_UTF8 = "请用记事本打开，另存为 UTF-8 编码，再导入。"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_wide(data: bytes) -> bool:
    """Whether it is UTF-16 (Windows calls it Unicode): by its mark, or by the empty half of every Latin letter."""
    return data.startswith(_WIDE) or data[:200].count(0) > len(data[:200]) // 4 > 0


def decoded(data: bytes) -> str:
    """The text, with line breaks as newlines.

    UTF-8 comes first, because nothing else passes for it; GBK next. Raises Unreadable for anything else: guessing on
    would store signs that nobody can read.
    """
    if is_wide(data):
        raise Unreadable(f"文件是 UTF-16（Unicode）编码，这里读不了。{SAVE_AS_UTF8}")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Unreadable(f"认不出文件是什么编码，或者它不是文本文件。{SAVE_AS_UTF8}")
