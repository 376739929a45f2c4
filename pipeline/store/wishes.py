"""Who wants to be left alone, kept beside the database too: putting back an older copy of it must undo no wish.

A line is `keyed HMAC, code, time`, in the order of the wishes; the last one of a number counts, and no code means that
its owner wants to hear from the station again. The file is written before the database, and read where the
database remembers another state of it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import StoreError

SEEN = "wishes_seen"
NOTHING = "-"


class Wish(NamedTuple):
    """What the owner of a number asked for last. `code` is empty where they are welcome again."""

    code: str
    at: datetime


def append(path: Path, lookups: Iterable[bytes], code: str, now: datetime) -> None:
    """Write wishes down, safely on disk before this returns. StoreError where the disk refuses."""
    lines = "".join(f"{each.hex()} {code or NOTHING} {now.isoformat(timespec='seconds')}\n" for each in lookups)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            end = os.fstat(handle).st_size
            torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
            file.write("\n" * torn + lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError("wishes_unwritable", file=path.name, why=error.strerror or "?") from error


def drop(path: Path, lookup: bytes) -> None:
    """Let nothing of a number stay in the file."""
    if not path.exists():
        return
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    kept = [line for line in _lines(path) if not line.startswith(lookup.hex())]
    part.unlink(missing_ok=True)
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.writelines(kept)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise StoreError("wishes_unwritable", file=path.name, why=error.strerror or "?") from error
    finally:
        part.unlink(missing_ok=True)


def read(path: Path) -> Mapping[bytes, Wish]:
    """The last wish of every number. A line a crash has torn says nothing: nobody was told that it was done."""
    found: dict[bytes, Wish] = {}
    for line in _lines(path):
        with contextlib.suppress(ValueError):
            lookup, code, at = line.split()
            found[bytes.fromhex(lookup)] = Wish("" if code == NOTHING else code, datetime.fromisoformat(at))
    return found


def state(path: Path) -> str:
    """What the database remembers of the file, to see that it has another past; empty where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines(keepends=True)
    except OSError as error:
        raise StoreError("wishes_unwritable", file=path.name, why=error.strerror or "?") from error
