"""Whether a stick is whole, unaltered, ours and still in time. Nothing on it is trusted, no link on it is followed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.bundle.manifest import MOST_BYTES, MOST_FILES, NAME, SEAL, Kept, Manifest, read_manifest
from pipeline.bundle.writing import is_litter
from pipeline.errors import ContentError, Place, Problems

MOST_SEAL = 100_000
SHOWN = 120
DEEPEST = 8
MOST_ENTRIES = 2 * MOST_FILES
BLOCK = 1 << 20

Verify = Callable[[bytes, str], bool]
"""Whether a text seals these bytes of a manifest."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a station knows: by the id of a stick the sha256 of its manifest; why a bulletin may not air."""

    manifest_of: Callable[[str], str | None]
    refusal: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. `proven`: whether it is this station's, by seal or book; None where nobody can tell.

    `files`: how many belong to it, manifest and seal included.
    """

    manifest: Manifest
    sha256: str
    proven: bool | None
    files: int
    problems: Problems


def check(folder: Path, today: date, verify: Verify | None = None, book: Book | None = None) -> Checked:
    """Look at every file of a stick. ContentError where there is none, or its manifest cannot be read."""
    if folder.is_symlink() or not folder.is_dir():
        raise ContentError("bundle_none", folder=folder)
    data = _whole(folder, folder / NAME, MOST_BYTES)
    manifest, sha256 = read_manifest(data), hashlib.sha256(data).hexdigest()
    problems = Problems()
    there = set(_names(folder, problems))
    for path, kept in manifest.files.items():
        _look_at(folder, path, kept, there, problems)
    for path in sorted(there - manifest.files.keys() - {NAME, SEAL}):
        problems.error(Place(_shown(path)), "bundle_file_extra")
    _look_at_days(manifest, today, problems)
    by_book = _in_book(manifest, sha256, book, problems)
    by_seal = _sealed(folder, data, problems, verify) if SEAL in there and verify else None
    proven = False if False in (by_book, by_seal) else by_book or by_seal
    if proven is None:
        problems.warning(Place(NAME), "bundle_unproven")
    return Checked(manifest, sha256, proven, len(manifest.files) + 1 + (SEAL in there), problems)


def _in_book(manifest: Manifest, sha256: str, book: Book | None, problems: Problems) -> bool | None:
    """Whether the station made exactly this one; what it would no longer air is a problem."""
    known = book.manifest_of(manifest.id) if book else None
    if book is None or known is None:
        return None
    if known != sha256:
        problems.error(Place(NAME), "bundle_manifest_other")
        return False
    for name in manifest.bulletins:
        if code := book.refusal(name):
            problems.error(Place(_shown(name)), code)
    return True


def _look_at(folder: Path, path: str, kept: Kept, there: set[str], problems: Problems) -> None:
    if path not in there:
        if not any(each.file == path for each in problems):
            problems.error(Place(path), "bundle_file_missing")
        return
    try:
        found = _hash(folder / path, kept.size)
    except OSError:
        problems.error(Place(path), "bundle_file_unreadable")
        return
    if found != kept.sha256 and kept.may_change:
        problems.warning(Place(path), "bundle_sheet_filled_in")
    elif found != kept.sha256:
        problems.error(Place(path), "bundle_file_altered")


def _look_at_days(manifest: Manifest, today: date, problems: Problems) -> None:
    if today > manifest.last:
        problems.error(Place(NAME), "bundle_over", last=f"{manifest.last:%d/%m/%Y}")
        return
    if today < manifest.first:
        problems.warning(Place(NAME), "bundle_not_yet", first=f"{manifest.first:%d/%m/%Y}")
    for name, until in manifest.until.items():
        if today > until:
            problems.error(Place(NAME), "bundle_bulletin_over", bulletin=name[:SHOWN], until=f"{until:%d/%m/%Y}")


def _sealed(folder: Path, data: bytes, problems: Problems, verify: Verify) -> bool:
    text = _whole(folder, folder / SEAL, MOST_SEAL).decode("utf-8", "replace")
    if not verify(data, text):
        problems.error(Place(SEAL), "bundle_seal_wrong")
        return False
    return True


def _names(folder: Path, problems: Problems) -> Iterator[str]:
    """Every file beneath the stick, without what systems put there; a link or a strange thing is a problem.

    It stops where there is more than any stick of ours holds.
    """
    waiting, met = [("", 0)], 0
    while waiting:
        beneath, depth = waiting.pop()
        for each in _entries(folder, beneath, problems):
            met += 1
            path = f"{beneath}{each.name}"
            if met > MOST_ENTRIES or depth > DEEPEST:
                problems.error(Place(_shown(path)), "bundle_file_extra")
                return
            if is_litter(each.name) and not each.is_symlink():
                continue
            if each.is_dir(follow_symlinks=False):
                waiting.append((f"{path}/", depth + 1))
            elif each.is_file(follow_symlinks=False):
                yield path
            else:
                problems.error(Place(_shown(path)), "bundle_file_link")


def _entries(folder: Path, beneath: str, problems: Problems) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder / beneath) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        problems.error(Place(_shown(beneath) or NAME), "bundle_file_unreadable")
        return []


def _hash(path: Path, most: int) -> str:
    """Of a regular file, read no farther than it may be long."""
    digest, read = hashlib.sha256(), 0
    with _regular(path) as handle:
        while block := os.read(handle, BLOCK):
            read += len(block)
            if read > most:
                return ""
            digest.update(block)
    return digest.hexdigest()


def _whole(folder: Path, path: Path, most: int) -> bytes:
    try:
        with _regular(path) as handle:
            data = b"".join(iter(lambda: os.read(handle, BLOCK), b"")) if os.fstat(handle).st_size <= most else b""
    except FileNotFoundError:
        raise ContentError("bundle_none", folder=folder) from None
    except OSError:
        raise ContentError("bundle_manifest_broken") from None
    if not 0 < len(data) <= most:
        raise ContentError("bundle_manifest_broken")
    return data


@contextmanager
def _regular(path: Path) -> Iterator[int]:
    """A handle of a file that is one, and no link; a pipe is not waited for."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError
        yield handle
    finally:
        os.close(handle)


def _shown(name: str) -> str:
    """A name from a stick, fit for a screen."""
    kept = "".join(each if each.isprintable() else "?" for each in name.encode("utf-8", "replace").decode())
    return kept[:SHOWN]
