"""The amplifier's relay: on in time, and off whatever happens. A guardian process holds it (`guardian.py`)."""

from __future__ import annotations

import contextlib
import json
import logging
import select
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline.errors import LoaError
from pipeline.receiver.words import worded

LOG = logging.getLogger(__name__)

GUARDIAN = Path(__file__).with_name("guardian.py")
SWITCHES_WITHIN_S = 6.0
NOT_ON, NOT_OFF = 3, 4  # exit codes of the guardian


class RelayError(LoaError):
    """The relay did not do as it was told: `relay_failed` (it is not on), `relay_stuck` (it may not be off)."""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """How the relay is switched: one of `file` (path, on, off), `command` (on, off), `gpio` (chip, line, on, off)."""

    file: tuple[str, str, str] | None = None
    command: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    gpio: tuple[str, str, str, str] | None = None

    def as_json(self) -> str:
        found: dict[str, Any] = {"file": self.file, "command": self.command, "gpio": self.gpio}
        return json.dumps({name: value for name, value in found.items() if value is not None})


class Relay:
    """One relay, or none (`settings` None: the amplifier is always on). Threads may share it."""

    def __init__(self, settings: RelaySettings | None) -> None:
        self._settings = settings
        self._threads = threading.RLock()
        self._guardian: subprocess.Popen[bytes] | None = None
        self.fault = ""

    @property
    def is_there(self) -> bool:
        return self._settings is not None

    @property
    def is_on(self) -> bool:
        """Whether nothing has to be waited for: it is held on, or there is none."""
        with self._threads:
            return not self.is_there or (self._guardian is not None and self._guardian.poll() is None)

    def on(self, most: timedelta) -> None:
        """Switch on, for so long at most, also where this program hangs or dies. RelayError(`relay_failed`)."""
        with self._threads:
            if not self.is_there:
                return
            if self._guardian is not None and self._extend(self._guardian, most):
                return
            self.off()
            guardian = self._run(most.total_seconds())
            assert guardian.stdout is not None
            ready, _, _ = select.select([guardian.stdout], [], [], SWITCHES_WITHIN_S)
            if not ready or not guardian.stdout.readline():
                self._let_go(guardian)
                self.fault = "relay_failed"
                raise RelayError("relay_failed")
            self.fault = ""
            self._guardian = guardian

    def off(self) -> None:
        """Switch off where it is on, and wait until it is. A fault that shows is kept in `fault`."""
        with self._threads:
            guardian, self._guardian = self._guardian, None
            if guardian is not None:
                self._let_go(guardian)

    def reset(self) -> None:
        """Switch off, whatever it was before: what a run before this one left behind."""
        with self._threads:
            self.off()
            if self.is_there:
                self._let_go(self._run(0.0))

    def _run(self, seconds: float) -> subprocess.Popen[bytes]:
        assert self._settings is not None
        command = [sys.executable, "-I", "-S", str(GUARDIAN), f"{seconds:.1f}", self._settings.as_json()]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def _extend(self, guardian: subprocess.Popen[bytes], most: timedelta) -> bool:
        assert guardian.stdin is not None
        try:
            guardian.stdin.write(f"{most.total_seconds():.1f}\n".encode())
            guardian.stdin.flush()
        except OSError:
            return False
        return guardian.poll() is None

    def tend(self) -> None:
        """Look after the guardian: where somebody killed it, nobody has switched off."""
        with self._threads:
            if self._guardian is not None and (self._guardian.poll() or 0) < 0:
                self.off()

    def _let_go(self, guardian: subprocess.Popen[bytes]) -> None:
        code = _end(guardian)
        if code < 0:
            code = _end(self._run(0.0))
        if code != NOT_ON:
            self.fault = "relay_stuck" if code else ""


def _end(guardian: subprocess.Popen[bytes]) -> int:
    """Let it go, and its exit code."""
    assert guardian.stdin is not None
    assert guardian.stdout is not None
    with contextlib.suppress(OSError), guardian.stdin:
        pass
    try:
        return guardian.wait(SWITCHES_WITHIN_S)
    except subprocess.TimeoutExpired:
        LOG.warning("%s", worded("relay_stuck"))
        guardian.terminate()
        return NOT_OFF
    finally:
        guardian.stdout.close()
