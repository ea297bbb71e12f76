"""What kind of question bank a file is, by what it holds; pure."""

import io
import re
import zipfile

from literacy.sheets.decoding import Unreadable, decoded
from literacy.zips import BROKEN
from quizzes.exchange.paper.lines import looks_like_paper
from quizzes.exchange.sheet.textfile import rows_of

_GIFT = re.compile(
    r"^\s*(::.*?::|\$CATEGORY:)|(?<!\\)\{[^{}]*(?<!\\)[=~#][^{}]*(?<!\\)\}|\{\s*(T|TRUE|F|FALSE)\s*\}", re.M
)
_QTI = re.compile(
    r"<(?:\w+:)?(?:qti-assessment-item|assessmentItem|qti-assessment-test|assessmentTest|questestinterop)\b"
)
_BEGINNING = 65536


def sign_of(data: bytes) -> str:
    """`xlsx`, `docx`, `qti`, `moodle`, `csv`, `gift`, `txt`; empty where nothing tells."""
    if data.startswith(b"PK"):
        return _of_zip(data)
    try:
        text = decoded(data)
    except Unreadable:
        return ""
    beginning = text.lstrip()[:_BEGINNING]
    if beginning.startswith("<"):
        if re.search(r"<quiz\b", beginning):
            return "moodle"
        return "qti" if _QTI.search(beginning) else ""
    if rows_of(beginning):
        return "csv"
    if _GIFT.search(beginning):
        return "gift"
    return "txt" if looks_like_paper(beginning) else ""


def _of_zip(data: bytes) -> str:
    try:
        names = {name.replace("\\", "/") for name in zipfile.ZipFile(io.BytesIO(data)).namelist()}
    except BROKEN:
        return ""
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    return "qti" if any(name.rpartition("/")[2].lower() == "imsmanifest.xml" for name in names) else ""
