"""One file that holds others, with a manifest of their hashes: written whole or not at all, read with suspicion."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pipeline.errors import ContentError, StoreError

FORMAT = 1
MANIFEST = "manifest.json"
MAX_FILES = 50_000
MAX_BYTES = 8 * 1024**3
MAX_READ = 64 * 1024**2  # no part of a header is larger
PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself. `files`: path → (bytes, sha256)."""

    kind: str  # station or keys
    made_at: str  # ISO, local time of the station
    station: str
    loa: str
    database: str = ""  # sqlite where it is in the archive; postgresql where it lies elsewhere
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def write_archive(out: Path, manifest: Manifest, files: Iterable[tuple[str, Path]]) -> Manifest:
    """Write (name, path) into `out`, 0600, safely on disk. Returns the manifest with the hashes of what was written.

    StoreError, and no file, where anything cannot be read or written.
    """
    try:
        with os.fdopen(os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as raw:
            with (
                gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed,
                tarfile.open(fileobj=packed, mode="w|") as tar,
            ):
                hashes = {name: _add(tar, name, path) for name, path in files}
                whole = Manifest(**{**asdict(manifest), "files": hashes})
                _add_bytes(tar, MANIFEST, json.dumps({"format": FORMAT, **asdict(whole)}, ensure_ascii=False).encode())
            raw.flush()
            os.fsync(raw.fileno())
    except (OSError, tarfile.TarError) as error:
        with contextlib.suppress(OSError):
            out.unlink()
        raise StoreError("backup_unwritable", file=out.name, why=_why(error)) from error
    return whole


def unpack(archive: Path, folder: Path, allowed: Iterable[str]) -> Manifest:
    """Write what an archive holds beneath `folder` and check it against its manifest.

    `allowed`: the folders and files it may hold. ContentError: not ours, changed, cut or too large.
    """
    try:
        with archive.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
            found, said = _unpack(_Bounded(packed), folder, tuple(allowed))
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError) as error:
        raise ContentError("backup_unreadable", file=archive.name) from error
    except OSError as error:
        raise StoreError("backup_unwritable", file=folder.name, why=_why(error)) from error
    manifest = _manifest(archive, said)
    if found != {name: tuple(facts) for name, facts in manifest.files.items()}:
        raise ContentError("backup_altered", file=archive.name)
    return manifest


class _Bounded(io.RawIOBase):
    """Reads no more than a station can hold, and nothing huge at once."""

    def __init__(self, source: IO[bytes] | gzip.GzipFile) -> None:
        self._source, self._left = source, MAX_BYTES

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_READ or self._left <= 0:
            raise tarfile.ReadError("too large")
        piece = self._source.read(size)
        self._left -= len(piece)
        return piece

    def readable(self) -> bool:
        return True


def _unpack(stream: _Bounded, folder: Path, allowed: tuple[str, ...]) -> tuple[dict[str, tuple[int, str]], bytes]:
    found: dict[str, tuple[int, str]] = {}
    said = b""
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            if member.name == MANIFEST and member.isreg() and member.size <= MAX_READ:
                said = _content(tar, member).read()
                continue
            if len(found) >= MAX_FILES or member.name in found or not _is_ours(member, allowed):
                raise tarfile.ReadError("not ours")
            tar.extract(member, folder, filter="data")
            path = folder / member.name
            found[member.name] = path.stat().st_size, sha256_of(path)
    return found, said


def _is_ours(member: tarfile.TarInfo, allowed: tuple[str, ...]) -> bool:
    """A plain file beneath one of the allowed folders, or one of the allowed files."""
    path = PurePosixPath(member.name)
    within = any(member.name == each or path.is_relative_to(each) for each in allowed)
    return member.isreg() and not path.is_absolute() and ".." not in path.parts and within


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    if content is None:
        raise tarfile.ReadError("no content")
    return content


def _manifest(archive: Path, said: bytes) -> Manifest:
    try:
        facts: dict[str, Any] = json.loads(said)
        form = facts.pop("format")
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in facts.pop("files").items()}
        manifest = Manifest(**{name: str(value) for name, value in facts.items()}, files=files)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ContentError("backup_unreadable", file=archive.name) from error
    if form != FORMAT:
        raise ContentError("backup_newer", file=archive.name)
    return manifest


def _add(tar: tarfile.TarFile, name: str, path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = os.fstat(file.fileno()).st_size, int(path.stat().st_mtime), 0o600
        hashing = _Hashing(file)
        tar.addfile(info, hashing)
    return info.size, hashing.digest.hexdigest()


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


class _Hashing(io.RawIOBase):
    """What is read is hashed: the manifest tells what the archive holds, even of a file that is being changed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def sha256_of(path: Path) -> str:
    """Hash of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _why(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
