"""The PDF: its text can be read, its fonts are embedded, its code leads to the check; the seal without its paper."""

import io
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pypdf
import pytest
import zxingcpp
from PIL import Image

from courses.certificates import seals
from courses.certificates.sheet import Sheet, pdf_of
from literacy.errors import Refused
from tests.courses.certificates.conftest import seal
from tests.literacy.pictures.making import bomb, picture

SHEET = Sheet(
    title="结业证书",
    school="青禾县干部学院",
    text="林䶮玥同志：\n于2026年11月24日学完《网德：守住》的全部内容，计 10.5 学时，准予结业，特发此证。",
    issuer="青禾县委组织部",
    signer="院长　周敏",
    date="2026年11月26日",
    serial="2026-000123",
    code="7K3M-Q2XV-9D4T-HB6N",
    address="https://xue.example.cn/verify/7K3MQ2XV9D4THB6N",
    where="xue.example.cn/verify",
    valid="至2028年11月25日",
)


def said(data: bytes) -> str:
    """The text of the one page, without blanks."""
    (page,) = pypdf.PdfReader(io.BytesIO(data)).pages
    return "".join(page.extract_text().split())


def fonts_of(data: bytes) -> dict[str, bool]:
    """The fonts of a file by name, and whether each is embedded."""
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    found = {}
    for font in page["/Resources"]["/Font"].values():
        whole = font.get_object()
        descriptor = whole.get("/FontDescriptor")
        found[whole["/BaseFont"]] = bool(descriptor and "/FontFile2" in descriptor.get_object())
    return found


def test_its_text_can_be_read() -> None:
    text = said(pdf_of(SHEET))
    for part in (
        "结业证书",
        "青禾县干部学院",
        "林䶮玥同志",
        "青禾县委组织部",
        "周敏",
        "2026-000123",
        SHEET.code,
        "2028年11月25日",
    ):
        assert part in text, part


def test_every_font_is_embedded() -> None:
    fonts = fonts_of(pdf_of(SHEET))
    assert fonts and all(fonts.values()), fonts


def test_one_page_of_a4_across_and_the_same_bytes_each_time() -> None:
    data = pdf_of(SHEET)
    box = pypdf.PdfReader(io.BytesIO(data)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)
    assert pdf_of(SHEET) == data
    assert pdf_of(replace(SHEET, code="0000-0000-0000-0000")) != data


@pytest.mark.parametrize("length", [1, 30, 600])
def test_long_names_and_texts_stay_on_one_page(length: int) -> None:
    sheet = replace(SHEET, text="林" * min(40, length) + "同志：\n" + "学" * length, school="青" * 40, title="证" * 20)
    assert said(pdf_of(sheet)).count("学") >= length


def test_a_specimen_says_so() -> None:
    assert "样张" in said(pdf_of(replace(SHEET, sample=True))) and "样张" not in said(pdf_of(SHEET))


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed: the printed code is not scanned")
def test_its_code_is_scanned_from_paper() -> None:
    drawn = subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-"],
        input=pdf_of(replace(SHEET, seal=seal())),
        capture_output=True,
        check=True,
    )
    with Image.open(io.BytesIO(drawn.stdout)) as image:
        codes = zxingcpp.read_barcodes(np.asarray(image.convert("L")))
    assert [code.text for code in codes] == [SHEET.address]


# seals


def test_the_paper_of_a_seal_becomes_clear_and_its_ink_stays() -> None:
    for form in ("PNG", "JPEG"):
        with Image.open(io.BytesIO(seals.cleared(seal(form=form)))) as image:
            assert image.mode == "RGBA" and abs(image.width - 284) <= 4, "cut to its edge"
            assert image.getpixel((image.width // 2, image.height // 2))[3] == 0
            red, green, blue, alpha = image.getpixel((image.width // 2, 12))
            assert alpha > 200 and red > 170 and green < 60 and blue < 60


def test_the_same_seal_is_one_file(app) -> None:
    assert seals.keep(seal()) == seals.keep(seal())
    assert seals.image_of(seals.keep(seal())) == seals.cleared(seal())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"<svg onload='x()'/>", "SVG"),
        (b"GIF89a", "GIF"),
        (b"%PDF-1.7", "不是完好的图片"),
        (seal()[:200], "不是完好的图片"),
        (bomb(), "太大"),
        (seal(60), "太小"),
        (b"\x89PNG" * 1_500_000, "超过 4 MB"),
    ],
)
def test_what_is_no_seal_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        seals.cleared(data)


def test_white_paper_is_no_seal() -> None:
    image = Image.new("RGB", (300, 300), "white")
    out = io.BytesIO()
    image.save(out, "PNG")
    with pytest.raises(Refused, match="一片白"):
        seals.cleared(out.getvalue())


def test_what_a_camera_wrote_is_gone() -> None:
    assert b"Secret" not in seals.cleared(picture("JPEG", (300, 300), comment=b"SecretComment"))
