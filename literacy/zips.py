"""Zip files: those of others opened within bounds and in memory, our own written the same way every time; pure."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path, PurePosixPath

MEBIBYTE = 1024 * 1024
MAX_FILES = 5000
MAX_BYTES = 64 * MEBIBYTE
"""What everything in a zip may come to when it is unpacked."""
_UTF8_NAMES = 0x800
_ENCRYPTED = 0x1
_LINK = 0o120000
_DRIVE = re.compile(r"[A-Za-z]:")
_IGNORED = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.I)
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)

BLOCK = 256 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError)
"""What the library raises for a zip that is damaged or, a kind of RuntimeError, packed in a way it does not know."""


class Fault(StrEnum):
    """Why a zip is not opened, for readers that have a better sentence."""

    DAMAGED = "damaged"
    LARGE = "large"
    LOCKED = "locked"
    LEADS_ELSEWHERE = "leads elsewhere"
    TWICE = "twice"


class BadZip(Exception):  # noqa: N818  it is an answer, not a failure
    """A zip file that is not opened. Carries the sentence that says why."""

    def __init__(self, sentence: str, fault: Fault) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fault = fault


def is_zip(data: bytes) -> bool:
    """Whether it begins like a zip file."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class Guarded:
    """A zip of somebody else's: looked at before anything is unfolded, and never unfolded further than `most` bytes.

    What its directory says of sizes is not believed either: reading stops at the limit.
    """

    def __init__(self, source: bytes | Path, most: int = MAX_BYTES, most_files: int = MAX_FILES) -> None:
        """Raises BadZip for what is damaged, locked, too large when unpacked, or links elsewhere."""
        self._most, self._most_files, self._left = most, most_files, most
        with self._whole():
            self._zip = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
            self.infos = [info for info in self._zip.infolist() if not info.is_dir()]
        self._check()
        self.names = frozenset(info.filename for info in self.infos)

    def _check(self) -> None:
        if len(self.infos) > self._most_files or sum(info.file_size for info in self.infos) > self._most:
            raise self._too_large()
        if any(info.flag_bits & _ENCRYPTED for info in self.infos):
            raise BadZip("压缩包加了密码，打不开。请去掉密码再上传。", Fault.LOCKED)
        if any((info.external_attr >> 16) & 0o170000 == _LINK for info in self.infos):
            raise BadZip("压缩包里有指向别处的链接，没有打开。", Fault.LEADS_ELSEWHERE)

    def _too_large(self) -> BadZip:
        sentence = f"压缩包解开以后太大了（最多 {self._most_files} 个文件，{self._most // MEBIBYTE} MB）。"
        return BadZip(sentence, Fault.LARGE)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except BROKEN:
            raise BadZip("压缩包打不开，可能没有传完整。请重新打包成 zip 再上传。", Fault.DAMAGED) from None

    def blocks(self, info: zipfile.ZipInfo | str, most: int | None = None) -> Iterator[bytes]:
        """A file in pieces. Raises BadZip beyond `most` bytes of it, or beyond what the whole may come to."""
        left = self._left if most is None else most
        with self._whole():
            file = self._zip.open(info)
        with file:
            while True:
                with self._whole():
                    block = file.read(BLOCK)
                if not block:
                    return
                self._left -= len(block)
                left -= len(block)
                if self._left < 0 or left < 0:
                    raise self._too_large()
                yield block

    def read(self, info: zipfile.ZipInfo | str, most: int | None = None) -> bytes:
        """A file as a whole. Raises BadZip as `blocks` does."""
        return b"".join(self.blocks(info, most))

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()


def unpacked(data: bytes, most: int = MAX_BYTES) -> dict[str, bytes]:
    """The files of a zip by their path, in its order, without folders and what operating systems add.

    Nothing is written anywhere. Raises BadZip for what is damaged, locked, larger than `most` when unpacked, or has
    paths that lead elsewhere.
    """
    archive = Guarded(data, most)
    files: dict[str, bytes] = {}
    for info in archive.infos:
        name = _name(info)
        if _IGNORED.search(name):
            continue
        if name in files:
            raise BadZip(f"压缩包里有两个文件都叫“{name}”。", Fault.TWICE)
        files[name] = archive.read(info)
    return files


def _name(info: zipfile.ZipInfo) -> str:
    """The path of a file as it was meant, which leads nowhere but into the zip.

    Windows programs in China write names in GBK without saying so; the standard library takes them for cp437.
    """
    name = info.orig_filename if info.flag_bits & _UTF8_NAMES else _recoded(info.orig_filename)
    name = name.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or _DRIVE.match(name) or "\0" in name or not name.strip():
        raise BadZip(f"压缩包里有可疑的路径“{name[:60]}”，没有打开。", Fault.LEADS_ELSEWHERE)
    return PurePosixPath(name).as_posix()


def _recoded(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files by path, sorted. The same files give the same bytes, whenever and wherever."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name])
    return file.getvalue()
