"""A PDF holds all its rows, on numbered pages, with its fonts inside."""

import io
import re
import zlib

from literacy.pdf import drawing, fonts
from literacy.pdf.paper import Paper
from literacy.pdf.table import Column, table


def made(rows: list[tuple[str, str]], *, wide: bool = False) -> tuple[bytes, Paper, int]:
    file = io.BytesIO()
    paper = Paper(file, "完成情况", beside="2026年11月26日", foot="青禾县", wide=wide)
    paper.heading("完成情况")
    paper.say("说明。")
    count = table(paper, [Column("姓名", 1), Column("得分", 3, number=True)], rows, total=("合计", "1"))
    paper.close()
    return file.getvalue(), paper, count


def pages_of(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", data))


def test_pages_are_turned_and_counted() -> None:
    data, paper, count = made([("王䶮", str(number)) for number in range(200)])
    assert data.startswith(b"%PDF-")
    assert count == 200
    assert pages_of(data) == paper.number > 3
    assert pages_of(made([])[0]) == 1


def test_a_row_taller_than_a_page_goes_on() -> None:
    data, paper, _ = made([("王", "答复，" * 9000)])
    assert pages_of(data) == paper.number > 3


def test_fonts_are_embedded() -> None:
    data, _, _ = made([("王䶮", "1")])
    assert data.count(b"/FontFile2") == 2
    assert b"ShandaSans" in data and b"DroidSansFallback" in data


def test_wide_paper_lies() -> None:
    assert made([], wide=True)[1].width > made([], wide=False)[1].width


def test_what_follows_bold_text_is_not_bold() -> None:
    """The way characters are filled belongs to the state of the page, and would go on."""
    file = io.BytesIO()
    paper = Paper(file, "一")
    drawing.text(paper.canvas, 10, 10, "粗", 9, bold=True)
    drawing.text(paper.canvas, 10, 30, "细", 9)
    paper.canvas.setPageCompression(0)
    paper.close()
    content = file.getvalue()
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            content += zlib.decompress(stream)
        except zlib.error:
            continue
    assert content.count(b"2 Tr") == 1
    assert re.search(rb"2 Tr.*?ET.*?Q.*?BT", content, re.DOTALL)


def test_both_faces_measure_alike_where_they_are_square() -> None:
    assert fonts.width("证书", 10) == fonts.width("证书", 10, fonts.SERIF) == 20
