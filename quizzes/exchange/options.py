"""Options that stand together in one text, as in papers: A. 甲　B. 乙; pure."""

import re

_OPTION = re.compile(
    r"(?:(?<=^)|(?<=[\s;；,，。]))[(（\[【]?([A-Za-zＡ-Ｚａ-ｚ])[)）\]】]?\s*[.．、:：)）]\s*|(?:^|(?<=\s))[(（]([A-ZＡ-Ｚ])[)）]\s*"
)


def _letter(match: re.Match[str]) -> str:
    name = match[1] or match[2]
    return chr(ord(name) - 0xFEE0).upper() if ord(name) > 0xFF00 else name.upper()


def split_options(text: str) -> dict[str, str]:
    """The options of a text by letter; they come in the order of the alphabet. None where there is no letter A.

    Anything else that looks like a letter with a dot belongs to the option that it stands in.
    """
    starts: list[tuple[str, int, int]] = []
    for match in _OPTION.finditer(text):
        if _letter(match) == chr(65 + len(starts)):
            starts.append((_letter(match), match.start(), match.end()))
    if not starts or text[: starts[0][1]].strip():
        return {}
    ends = [start for _, start, _ in starts[1:]] + [len(text)]
    found = {name: text[begin:end].strip() for (name, _, begin), end in zip(starts, ends, strict=True)}
    last = starts[-1][0]
    return {name: said if name == last else said.rstrip(";；").rstrip() for name, said in found.items()}
