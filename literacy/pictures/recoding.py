"""A picture as somebody hands it in, made anew: upright, not too large, without what a camera wrote into it; pure.

What is stored was painted by us from the dots of the picture. Places, names of devices, thumbnails, and whatever else
was hidden in the file stay behind.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from literacy.errors import Refused

LONGEST_SIDE = 1600
"""Dots along the longer side; more than a page of ours ever shows."""
MOST_DOTS = 60_000_000
"""A file of a few bytes may unfold into more than the memory holds: none with more dots is unfolded."""
MOST_BYTES = 12 * 1024 * 1024
LARGE_PNG = 400 * 1024
"""A PNG above this is a photo, or a picture of a screen full of photos: WebP says the same in a tenth."""
TAKEN = ("PNG", "JPEG", "WEBP")
WAY_OUT = "请另存为 PNG 或 JPEG 再上传。"

_FAULTS = (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError, OverflowError, EOFError, MemoryError)
"""What decoders say of a broken file."""


@dataclass(frozen=True)
class Recoded:
    """A picture as it is stored."""

    data: bytes
    kind: str
    """png, jpg or webp."""
    width: int
    height: int


def recoded(data: bytes) -> Recoded:
    """The picture anew. Raises Refused, with what to do instead, for what is no still picture of a kind we take."""
    if len(data) > MOST_BYTES:
        raise Refused(f"图片超过 {MOST_BYTES // 1024 // 1024} MB。请缩小后再上传。", 422)
    if sentence := _foreign(data):
        raise Refused(sentence, 422)
    try:
        with Image.open(io.BytesIO(data), formats=TAKEN) as image:
            _check(image)
            return _painted(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_too_many_dots(), 422) from None
    except _FAULTS:
        raise Refused(f"这个文件不是完好的图片，打不开。{WAY_OUT}", 422) from None


def _foreign(data: bytes) -> str:
    """What is wrong with the kind of a file, told by how it begins; empty where it may be one of ours."""
    start = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data:
        return "这个文件是空的。请重新选一张图片。"
    if start.startswith(b"gif8"):
        return f"GIF 图片不能用：动起来的图会打断阅读，有的人看了不舒服。{WAY_OUT}"
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")):
        return f"SVG 图片不能用：里面可能带着程序。{WAY_OUT}"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"heim", b"hevc", b"avif"):
        return f"这是手机的高效格式（HEIC），很多电脑打不开。{WAY_OUT}"
    return ""


def _too_many_dots() -> str:
    return f"图片的长和宽太大，超过 {MOST_DOTS // 10_000} 万像素。请缩小后再上传。"


def _check(image: Image.Image) -> None:
    """Look at what the head of the file says, before anything is unfolded."""
    if image.width * image.height > MOST_DOTS:
        raise Refused(_too_many_dots(), 422)
    if getattr(image, "n_frames", 1) > 1:
        raise Refused(f"会动的图片不能用：会打断阅读，有的人看了不舒服。{WAY_OUT}", 422)


def _painted(image: Image.Image) -> Recoded:
    source = image.format
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is unfolded smaller at once
    upright = ImageOps.exif_transpose(image)
    clear = "A" in upright.getbands() or "transparency" in upright.info
    dots = _in_srgb(upright).convert("RGBA" if clear else "RGB")
    dots.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    dots.info.clear()
    if source == "JPEG":
        data, kind = _file(dots, "JPEG", quality=85, optimize=True, progressive=True), "jpg"
    elif source == "PNG":
        data, kind = _file(dots, "PNG", optimize=True), "png"
    else:
        data, kind = _file(dots, "WEBP", quality=85, method=4), "webp"
    if kind == "png" and len(data) > LARGE_PNG:
        smaller = _file(dots, "WEBP", quality=88, method=4)
        data, kind = min((data, "png"), (smaller, "webp"), key=lambda one: len(one[0]))
    return Recoded(data, kind, dots.width, dots.height)


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours as every screen shows them. A profile that cannot be read is left aside."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    try:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        made = ImageCms.profileToProfile(image, ImageCms.getOpenProfile(io.BytesIO(profile)), srgb, outputMode=mode)
    except (ImageCms.PyCMSError, *_FAULTS):
        return image
    return made or image


def _file(image: Image.Image, form: str, **given: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **given)
    return out.getvalue()
