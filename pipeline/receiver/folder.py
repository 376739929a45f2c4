"""The folder of a receiver: where what lies, how it is written so that no power cut leaves half of it, and its state.

receiver.yaml                settings
var/identity/                who it is (identity.py)
var/trust/keyring.sealed     who may order
var/plan.sealed              what is ordered
var/state.json               counters against roll-back, commands that were followed, what the clock is judged by
var/journal/ID/SEQ.log       what it did
var/sounds/SHA256            what it plays
var/receiver.lock            held while it runs
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.errors import AccessError, LoaError

MOST_STATE = 4_000_000  # bytes


class Folder:
    """Paths beneath one folder, and its state. Threads may share it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = root / "receiver.yaml"
        self.var = root / "var"
        self.keyring, self.plan = self.var / "trust" / "keyring.sealed", self.var / "plan.sealed"
        self.journal, self.sounds = self.var / "journal", self.var / "sounds"
        self._state, self._lock = self.var / "state.json", self.var / "receiver.lock"
        self._threads = threading.RLock()
        self._facts: dict[str, Any] | None = None
        self.is_state_lost = False  # a state was there and could not be read

    def prepare(self) -> None:
        """Make what is not there yet."""
        for folder in (self.var, self.keyring.parent, self.journal, self.sounds):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.var.chmod(0o700)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder. LoaError(`receiver_running`) if another process does, AccessError(`receiver_unwritable`)."""
        try:
            self.prepare()
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise AccessError("receiver_unwritable", folder=self.root, why=error.strerror or error) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise LoaError("receiver_running") from None
        try:
            yield
        finally:
            os.close(handle)

    def is_held(self) -> bool:
        """Whether a receiver runs on it. Writes nothing: who asks may be on a disk that is only read."""
        try:
            handle = os.open(self._lock, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(handle)
        return False

    def read(self, path: Path) -> bytes | None:
        """A file's bytes; None where there is none that can be read."""
        try:
            return path.read_bytes()
        except OSError:
            return None

    def write(self, path: Path, content: bytes) -> None:
        """Replace a file: whole or not at all, also over a power cut. OSError where the disk refuses."""
        part = path.with_name(path.name + ".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        settle(path.parent)

    def free_bytes(self) -> int:
        """What the disk still takes."""
        return shutil.disk_usage(self.var).free

    # --- state ---------------------------------------------------------------------------------------------------

    def fact(self, name: str, default: Any = None) -> Any:
        """One fact of the state."""
        with self._threads:
            return self._read_state().get(name, default)

    def note(self, facts: Mapping[str, Any]) -> None:
        """Keep facts for good before returning. OSError where the disk refuses: they count in memory all the same."""
        with self._threads:
            known = self._read_state()
            if all(known.get(name) == value for name, value in facts.items()):
                return
            known.update(facts)
            self.write(self._state, json.dumps(known, sort_keys=True).encode())

    def recall(self, key: str) -> str | None:
        """For `pipeline.clock`."""
        value = self.fact(f"clock_{key}")
        return value if isinstance(value, str) else None

    def remember(self, key: str, value: str, now: datetime) -> None:
        """For `pipeline.clock`: a disk that refuses must not silence the clock."""
        with contextlib.suppress(OSError):
            self.note({f"clock_{key}": value})

    def _read_state(self) -> dict[str, Any]:
        if self._facts is None:
            self._facts = self._state_on_disk()
        return self._facts

    def _state_on_disk(self) -> dict[str, Any]:
        try:
            if self._state.stat().st_size > MOST_STATE:
                raise ValueError
            found = json.loads(self._state.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            self.is_state_lost = True
            return {}
        self.is_state_lost = not isinstance(found, dict)
        return found if isinstance(found, dict) else {}


def settle(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
