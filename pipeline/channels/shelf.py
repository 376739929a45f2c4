"""Recordings beside the day lists: one file each, named by its hash, for every cluster; and the lock of a folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.channels.playlist import fsync_folder
from pipeline.domain import Recording
from pipeline.errors import Outcome, SendError
from pipeline.playout import sha256_of

LOCK_LIMIT = 10.0  # seconds


class Shelf:
    """Lays recordings down, and remembers which of them it has already found whole."""

    def __init__(self) -> None:
        self._whole: dict[Path, tuple[int, ...]] = {}  # what a file looked like when it was hashed

    def lay_down(self, recording: Recording, folder: Path) -> int:
        """Put a recording under its hash unless it lies there whole; its size in bytes. SendError: other bytes came."""
        target = folder / f"{recording.sha256}{recording.path.suffix}"
        if not self._lies_whole(target, recording.sha256):
            folder.mkdir(exist_ok=True)
            part = target.with_name(f"{target.name}.part")
            part.unlink(missing_ok=True)
            try:
                _link_or_copy(recording.path, part)
                if sha256_of(part) != recording.sha256:
                    raise SendError("recording_altered", Outcome.NOT_SENT)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)  # a rename over a link to the same file leaves the old name standing
            fsync_folder(folder)
        return target.stat().st_size

    def _lies_whole(self, target: Path, sha256: str) -> bool:
        try:
            stat = target.stat()
            looks = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
            if self._whole.get(target) != looks:
                if sha256_of(target) != sha256:
                    return False
                self._whole[target] = looks
        except OSError:
            return False
        return True


def _link_or_copy(source: Path, part: Path) -> None:
    try:
        os.link(source, part)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, part)
    with part.open("rb") as file:
        os.fchmod(file.fileno(), 0o644)  # the device reads it under a name of its own
        os.fsync(file.fileno())


@contextlib.contextmanager
def locked(path: Path, limit: float = LOCK_LIMIT) -> Iterator[bool]:
    """Hold the lock on a file against other processes. False: another one kept it for `limit` seconds."""
    with path.open("rb") as file:
        deadline = time.monotonic() + limit
        while not (held := try_lock(file.fileno())) and time.monotonic() < deadline:
            time.sleep(0.02)
        yield held


def try_lock(handle: int) -> bool:
    """Take the lock of an open file; it ends with the file or with the process, however that dies."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
