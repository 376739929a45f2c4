"""A voice in a .zip or .tar.gz: its model, its description and its licence are read out of it by our own names.

Nothing is unpacked to where an archive says; one that tries to lead elsewhere, or swells, is refused as a whole.
"""

from __future__ import annotations

import contextlib
import io
import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Self, cast

from pipeline.errors import ContentError

MOST_UNPACKED = 1_500_000_000
MOST_ENTRIES = 1_000
MOST_DIRECTORY = 1_000_000  # bytes of a zip's list of contents
MOST_HEADER = 100_000
MOST_LICENCE = 100_000
MODEL, CONFIG = ".onnx", ".onnx.json"
LICENCES = ("license", "licence", "model_card", "copying")

_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)

Opener = Callable[[], IO[bytes]]
Entries = Generator[tuple[str, Opener], None, None]


@dataclass
class Unpacked:
    """What was found: the name of the model in the archive without `.onnx`, and the text of its licence."""

    stem: str = ""
    licence: str = ""
    seen: set[str] = field(default_factory=set)


def is_archive(start: bytes) -> bool:
    """Whether a file with these first bytes is a zip or something compressed by gzip."""
    return start.startswith((b"PK\x03\x04", b"\x1f\x8b"))


def unpack(archive: Path, model: Path, config: Path, most: int) -> Unpacked:
    """Write the one model (of at most `most` bytes) and its description to these two paths.

    ContentError: voice_archive_broken, voice_archive_hostile, voice_archive_too_large, voice_archive_contents.
    """
    found = Unpacked()
    try:
        with archive.open("rb") as file:
            zipped = file.read(2) == b"PK"
        entries = _zip_entries(archive) if zipped else _tar_entries(archive)
        with contextlib.closing(entries):
            for count, (name, opened) in enumerate(entries):
                if count >= MOST_ENTRIES:
                    raise ContentError("voice_archive_hostile")
                _take(name, opened, (model, config, most), found)
    except _BROKEN:
        raise ContentError("voice_archive_broken") from None
    if found.seen != {f"{found.stem}{MODEL}", f"{found.stem}{CONFIG}"}:
        raise ContentError("voice_archive_contents")
    return found


def _take(name: str, opened: Opener, to: tuple[Path, Path, int], found: Unpacked) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\x00" in name:
        raise ContentError("voice_archive_hostile")
    model, config, most = to
    if path.name.endswith((MODEL, CONFIG)):
        if path.name in found.seen:
            raise ContentError("voice_archive_contents")
        found.seen.add(path.name)
        if path.name.endswith(MODEL):
            found.stem = path.name.removesuffix(MODEL)
        with opened() as source:
            _copy(source, *((model, most) if path.name.endswith(MODEL) else (config, MOST_DIRECTORY)))
    elif path.name.lower().startswith(LICENCES) and not found.licence:
        with opened() as source:
            found.licence = source.read(MOST_LICENCE).decode("utf-8", "replace")


def _copy(source: IO[bytes], out: Path, most: int) -> None:
    with out.open("wb") as file:
        shutil.copyfileobj(cast("IO[bytes]", _Bounded(source, most)), file, 1 << 20)


def _zip_entries(archive: Path) -> Entries:
    _refuse_long_directory(archive)
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.infolist():
            kind = entry.external_attr >> 28
            if kind not in (0, 4, 8):  # as Unix says: nothing, a folder, a file
                raise ContentError("voice_archive_hostile")
            if not entry.is_dir():
                yield entry.filename, lambda entry=entry: packed.open(entry)  # type: ignore[misc]


def _refuse_long_directory(archive: Path) -> None:
    """The list of a zip's contents is read into memory as a whole: how long it says it is is looked at before."""
    with archive.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - 65_600))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or tail[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        raise ContentError("voice_archive_broken")
    if int.from_bytes(tail[end + 12 : end + 16], "little") > MOST_DIRECTORY:
        raise ContentError("voice_archive_hostile")


def _tar_entries(archive: Path) -> Entries:
    import gzip

    with gzip.open(archive, "rb") as plain:
        stream = cast("IO[bytes]", _Bounded(cast("IO[bytes]", plain), MOST_UNPACKED))
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Entry) as packed:
            for entry in packed:
                if not (entry.isreg() or entry.isdir()):
                    raise ContentError("voice_archive_hostile")
                if entry.isreg():
                    yield entry.name, lambda entry=entry: cast("IO[bytes]", packed.extractfile(entry))  # type: ignore[misc]


class _Entry(tarfile.TarInfo):
    """An entry whose own headers are short: tarfile reads them into memory whatever their size."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        entry = super().frombuf(buf, encoding, errors)
        if entry.type not in (*tarfile.REGULAR_TYPES, tarfile.DIRTYPE) and entry.size > MOST_HEADER:
            raise ContentError("voice_archive_hostile")
        return entry


class _Bounded:
    """A stream that is not read beyond `most` bytes."""

    def __init__(self, source: IO[bytes], most: int) -> None:
        self.source, self.left = source, most

    def read(self, size: int = -1) -> bytes:
        block = self.source.read(min(size, self.left + 1) if size >= 0 else self.left + 1)
        self.left -= len(block)
        if self.left < 0:
            raise ContentError("voice_archive_too_large")
        return block
