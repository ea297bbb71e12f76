"""The image of a seal: made anew as a picture is, its white paper made clear, kept by its content in the data folder.

Seals are not among the trainers' pictures: whoever may fetch the image of a seal may put it under anything.
"""

import hashlib
import io
import os
import re
import tempfile
from pathlib import Path

from flask import current_app
from PIL import Image

from literacy.errors import NotFound, Refused
from literacy.pictures.recoding import recoded

FOLDER = "seals"
LONGEST_SIDE = 640
SMALLEST_SIDE = 100
MOST_BYTES = 4 * 1024 * 1024
_PALE = 28
"""How far from white a dot may be and still be paper."""
_NAME = re.compile("[0-9a-f]{20}")


def cleared(data: bytes) -> bytes:
    """The seal as a PNG through which the text below it is seen, cut to its edge.

    Raises Refused for what is no picture that we take, what is too small to print, and what is nothing but paper.
    """
    if len(data) > MOST_BYTES:
        raise Refused(f"印章图片超过 {MOST_BYTES // 1024 // 1024} MB。请缩小后再上传。", 422, field="seal")
    try:
        made = recoded(data)
    except Refused as refused:
        raise Refused(refused.sentence, 422, field="seal") from None
    with Image.open(io.BytesIO(made.data)) as image:
        clear = _without_paper(image.convert("RGBA"))
    box = clear.getbbox()
    if box is None:
        raise Refused("这张图片上什么也没有，只是一片白。请换一张印章图片。", 422, field="seal")
    clear = clear.crop(box)
    if min(clear.size) < SMALLEST_SIDE:
        raise Refused(f"印章太小，印出来会模糊。长和宽至少要 {SMALLEST_SIDE} 个像素。", 422, field="seal")
    clear.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    clear.save(out, "PNG", optimize=True)
    return out.getvalue()


def _without_paper(image: Image.Image) -> Image.Image:
    """The ink alone: how much white is in a dot becomes how clear it is."""
    import numpy as np  # here: seals are seldom changed, and every process would hold its 11 MB

    dots = np.asarray(image, dtype=np.float64)
    colour, given = dots[..., :3], dots[..., 3:] / 255
    ink = (255 - colour.min(axis=2, keepdims=True)) / 255
    ink = np.where(ink * 255 <= _PALE, 0.0, ink)
    pure = np.where(ink > 0, 255 - (255 - colour) / np.maximum(ink, 1e-9), 255.0)
    made = np.concatenate([pure.clip(0, 255), ink * given * 255], axis=2)
    return Image.fromarray(made.round().astype(np.uint8), "RGBA")


def keep(data: bytes) -> str:
    """Store the image of a seal that was uploaded and give its name. Raises Refused as `cleared` does."""
    image = cleared(data)
    name = hashlib.sha256(image).hexdigest()[:20]
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".partial")
        with os.fdopen(handle, "wb") as file:
            file.write(image)
        Path(temporary).replace(path)
    return name


def _path(name: str) -> Path:
    return Path(current_app.config["DATA_FOLDER"]) / FOLDER / f"{name}.png"


def image_of(name: str) -> bytes:
    """The image of a seal. Raises NotFound where there is none of this name, or its file is gone."""
    if not _NAME.fullmatch(name) or not _path(name).is_file():
        raise NotFound
    return _path(name).read_bytes()
