"""The amplifier's relay: on in time, and off whatever happens. A guardian process holds it (`guardian.py`).

Only who wants it on waits for it. A guardian that hangs is somebody else's: a thread of its own sees to its end.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline.errors import LoaError
from pipeline.receiver.words import worded

LOG = logging.getLogger(__name__)

GUARDIAN = Path(__file__).with_name("guardian.py")
SWITCHES_WITHIN_S = 6.0
URGENT_WITHIN_S = 3.0  # an EMERGENCY waits no longer for a relay
LOOK_S = 0.05  # whether anybody still waits
GIVES_WAY_S = 0.5  # a guardian that was let go of has so long to switch off, where another one is wanted
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
        self._threads = threading.Lock()  # never held while anybody waits for a guardian
        self._guardian: Guardian | None = None  # it holds the relay, or is about to
        self._leaving: Guardian | None = None  # the one before, which was let go of
        self.fault = ""

    @property
    def is_there(self) -> bool:
        return self._settings is not None

    @property
    def on_s(self) -> float | None:
        """For how long it has been on; None where it is off. Without one the amplifier was always on."""
        if not self.is_there:
            return float("inf")
        guardian = self._guardian
        return None if guardian is None else guardian.on_s

    def on(self, most: timedelta, *, urgent: bool = False, stopped: Callable[[], bool] = lambda: False) -> None:
        """Switch on, for so long at most, also where this program hangs or dies. RelayError(`relay_failed`).

        `urgent`: who asks waits less long, and one that is slow goes on being switched although it is called failed.
        `stopped`: nobody waits for it any more.
        """
        if not self.is_there:
            return
        guardian = self._wanted(most)
        if guardian.is_on_within(URGENT_WITHIN_S if urgent else SWITCHES_WITHIN_S, stopped) or stopped():
            return
        self.fault = "relay_failed"
        if not urgent:
            self._let_go(guardian)
        raise RelayError("relay_failed")

    def let_go(self) -> None:
        """Switch off where it is on, without waiting for it. A fault that shows is kept in `fault`."""
        if (guardian := self._guardian) is not None:
            self._let_go(guardian)

    def off(self) -> None:
        """The same, and wait until it is off, or known to be stuck."""
        self.let_go()
        if (leaving := self._leaving) is not None:
            leaving.is_over_within(2 * SWITCHES_WITHIN_S)

    def reset(self) -> None:
        """Switch off, whatever it was before: what a run before this one left behind."""
        self.off()
        if self.is_there:
            guardian = Guardian(self._command(0.0), self._learn)
            guardian.let_go()
            guardian.is_over_within(2 * SWITCHES_WITHIN_S)

    def _wanted(self, most: timedelta) -> Guardian:
        """The one that holds it, for so long from now; a new one where there is none."""
        while True:
            with self._threads:
                if self._guardian is not None and self._guardian.extend(most):
                    return self._guardian
                before = self._guardian or self._leaving
                if before is None or before.is_over:
                    self._guardian = Guardian(self._command(most.total_seconds()), self._learn)
                    return self._guardian
                self._guardian, self._leaving = None, before
            if before.makes_way_within(GIVES_WAY_S):
                continue
            LOG.warning("%s", worded("relay_stuck"))

    def _let_go(self, guardian: Guardian) -> None:
        with self._threads:
            if self._guardian is guardian:
                self._guardian, self._leaving = None, guardian
        guardian.let_go()

    def _learn(self, guardian: Guardian, fault: str) -> None:
        """What shows of one, on a thread of its own; that an old one ended well says nothing of the one in force."""
        if fault or self._guardian in (None, guardian):
            self.fault = fault

    def _command(self, seconds: float) -> list[str]:
        assert self._settings is not None
        return [sys.executable, "-I", "-S", str(GUARDIAN), f"{seconds:.1f}", self._settings.as_json()]


class Guardian:
    """One guardian process, from its start to its end. `learn`: called with a fault, or an empty text, when it shows.

    Somebody may kill it: nobody has switched off then, and another one is sent to do so.
    """

    def __init__(self, command: list[str], learn: Callable[[Guardian, str], None]) -> None:
        self._command, self._learn = command, learn
        self._since: float | None = None
        self._told, self._ends, self._over, self._replaced = (threading.Event() for _ in range(4))
        self._patience = threading.Timer(SWITCHES_WITHIN_S, self._hangs)
        self._patience.daemon = True
        self._process = self._run(command)
        threading.Thread(target=self._watch, name="relay", daemon=True).start()

    @property
    def on_s(self) -> float | None:
        """For how long it has held the relay on; None where it does not."""
        since = self._since
        return None if since is None else time.monotonic() - since

    @property
    def is_over(self) -> bool:
        """Whether nothing of it touches the relay any more, as far as that can be known."""
        return self._over.is_set() or self._replaced.is_set()

    def is_on_within(self, seconds: float, stopped: Callable[[], bool]) -> bool:
        until = time.monotonic() + seconds
        while not self._told.wait(LOOK_S) and time.monotonic() < until and not stopped():
            pass
        return self.on_s is not None

    def is_over_within(self, seconds: float) -> bool:
        return self._over.wait(seconds)

    def extend(self, most: timedelta) -> bool:
        """Whether it goes on for so long from now."""
        assert self._process.stdin is not None
        if self._ends.is_set():
            return False
        try:
            self._process.stdin.write(f"{most.total_seconds():.1f}\n".encode())
            self._process.stdin.flush()
        except (OSError, ValueError):  # it ended, or was let go of
            return False
        return True

    def let_go(self) -> None:
        """It switches off, and ends."""
        assert self._process.stdin is not None
        self._ends.set()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._expect_end()

    def makes_way_within(self, seconds: float) -> bool:
        """Whether it ended by itself; otherwise it is killed with all it has started."""
        if self._over.wait(seconds):
            return True
        self._replaced.set()
        with contextlib.suppress(OSError):
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._over.wait(seconds)
        return False

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def _watch(self) -> None:
        code = self._follow()
        if code < 0 and not self._replaced.is_set():
            self._expect_end()
            with contextlib.suppress(OSError):
                self._process = self._run([*self._command[:-2], "0.0", self._command[-1]])
                code = self._follow()
        self._patience.cancel()
        if code != NOT_ON and not self._replaced.is_set():
            self._learn(self, "relay_stuck" if code else "")
        self._over.set()
        self._told.set()

    def _follow(self) -> int:
        """The exit code of its process, once it ends."""
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        with self._process.stdout as said:
            if said.readline():
                self._since = time.monotonic()
                self._told.set()
                self._learn(self, "")
            code = self._process.wait()
        self._ends.set()
        self._since = None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        return code

    def _expect_end(self) -> None:
        with contextlib.suppress(RuntimeError):  # it is expected already
            self._patience.start()

    def _hangs(self) -> None:
        """It was let go of, and does not end."""
        LOG.warning("%s", worded("relay_stuck"))
        self._learn(self, "relay_stuck")
        with contextlib.suppress(OSError):
            self._process.terminate()
