"""What is handed in as a picture is painted anew, or refused with what to do instead."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from literacy.errors import Refused
from literacy.pictures.recoding import LONGEST_SIDE, MOST_BYTES, recoded
from tests.literacy.pictures.making import bomb, picture, with_place

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(("form", "kind"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_the_three_kinds_are_taken(form: str, kind: str) -> None:
    made = recoded(picture(form))
    assert (made.kind, made.width, made.height) == (kind, 60, 40)
    assert opened(made.data).format == form


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_where_and_with_what_it_was_taken_stays(form: str) -> None:
    source = opened(with_place())
    out = io.BytesIO()
    source.save(out, form, exif=source.getexif(), xmp=source.info.get("xmp", b""))
    assert b"SecretCamera" in out.getvalue()
    made = recoded(out.getvalue())
    for secret in (b"Secret", b"Exif", b"xmp"):
        assert secret not in made.data
    assert not opened(made.data).getexif()


def test_a_comment_goes_too() -> None:
    assert b"SecretComment" in with_place() and b"Secret" not in recoded(with_place()).data


def test_a_photo_stands_upright() -> None:
    made = recoded(with_place(orientation=6))  # turned a quarter to the right when it is shown
    image = opened(made.data).convert("L")
    assert image.size == (40, 60)
    assert image.getpixel((20, 5)) < 60 and image.getpixel((20, 55)) > 200  # what was left is above


@pytest.mark.parametrize("size", [(4000, 1000), (900, 5000)])
def test_what_is_large_is_made_smaller_and_keeps_its_shape(size: tuple[int, int]) -> None:
    made = recoded(picture(size=size))
    assert max(made.width, made.height) == LONGEST_SIDE
    assert abs(made.width / made.height - size[0] / size[1]) < 0.02


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "LA", "I;16"])
def test_every_mode_of_a_png_is_taken(mode: str) -> None:
    image = Image.new("L", (9, 7), 90).convert(mode) if mode != "I;16" else Image.new("I;16", (9, 7), 90)
    out = io.BytesIO()
    image.save(out, "PNG")
    made = recoded(out.getvalue())
    assert (made.width, made.height) == (9, 7) and opened(made.data).mode in ("RGB", "RGBA")


def test_printers_colours_are_taken() -> None:
    assert opened(recoded(picture(mode="CMYK")).data).mode == "RGB"


def test_a_large_screenshot_becomes_small() -> None:
    noise = Image.effect_noise((1200, 900), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "PNG")
    made = recoded(out.getvalue())
    assert made.kind == "webp" and len(made.data) < len(out.getvalue()) / 2


def animation(form: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空的"),
        (SVG, "SVG"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?>" + SVG, "SVG"),
        (animation("GIF"), "GIF"),
        (animation("WEBP"), "会动的"),
        (animation("PNG"), "会动的"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "HEIC"),
        (b"<html><script>1</script>", "打不开"),
        (picture()[:200], "打不开"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 80, "打不开"),
        (picture("BMP"), "打不开"),
        (bomb(), "万像素"),
        (bomb(12_000, 8_000), "万像素"),
        (b"\xff" * (MOST_BYTES + 1), "MB"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        recoded(data)
    assert sentence in refused.value.sentence and refused.value.status == 422


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_broken_file_is_refused_or_painted_and_nothing_else(data: st.DataObject) -> None:
    whole = bytearray(picture(data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=6)):
        whole[place] = data.draw(st.integers(0, 255))
    broken = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        made = recoded(broken)
    except Refused as refused:
        assert refused.status == 422
    else:
        assert opened(made.data).size == (made.width, made.height)
