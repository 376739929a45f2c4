"""Whether the machine's clock may be trusted: nothing airs by a clock that may be hours off.

Trusted is what NTP keeps, what a person vouched for since the machine was started, and what a hardware clock has kept
without going back before the last moment the station wrote down. A step of more than ten minutes against the time
since the machine was started loses the trust until NTP or a person restores it, or the step is taken back.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from pipeline.domain import Clock

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)  # no station ran before this version was written
STEP = timedelta(minutes=10)
SLACK = timedelta(minutes=2)  # a clock may be this far behind what was written before a restart
NOTE_EVERY = timedelta(minutes=1)
ASK_EVERY_S = 5.0
LAST_SEEN, ANCHOR = "last_seen", "clock_anchor"

STA_UNSYNC, TIME_ERROR = 0x40, 5  # linux/timex.h
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
HARDWARE_CLOCKS = Path("/sys/class/rtc")
CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"), Path("/run/systemd/container"))


class Memory(Protocol):
    """What the station remembers over restarts."""

    def recall(self, key: str) -> str | None: ...
    def remember(self, key: str, value: str, now: datetime) -> None: ...


class Machine:
    """What the machine itself says of its time."""

    def synchronised(self) -> bool | None:
        """Whether NTP keeps the clock; None where nobody can be asked."""
        found = _kernel_says()
        return _systemd_says() if found is None else found

    def elapsed(self) -> float:
        """Seconds since the machine was started, sleep included: no step of the clock moves it."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def boot(self) -> str:
        """Names this start of the machine."""
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return ""

    def keeps_time(self) -> bool:
        """Whether a hardware clock runs on while the machine is off; a container has the clock of its host."""
        inside = "container" in os.environ or any(mark.exists() for mark in CONTAINER_MARKS)
        return inside or any(HARDWARE_CLOCKS.glob("rtc*"))


@dataclass(frozen=True, slots=True)
class Anchor:
    """Clock minus time since start (seconds), as it was when the clock was last known to be right."""

    boot: str
    offset: float


class ClockTrust:
    """Judges one clock. `always`: the setting of a station whose clock is looked after elsewhere."""

    def __init__(self, clock: Clock, memory: Memory, *, always: bool = False, machine: Machine | None = None) -> None:
        self._clock, self._memory, self.always = clock, memory, always
        self._machine = machine or Machine()
        self._anchor: Anchor | None = None
        self._noted: datetime | None = None
        self._asked: tuple[float, bool] = (-ASK_EVERY_S, False)

    def refusal(self) -> str:
        """The code of what speaks against the clock, empty where it is trusted. Cheap enough for every second."""
        now = self._clock()
        offset = now.timestamp() - self._machine.elapsed()
        if self.always:
            return ""
        if self._synchronised():
            self._trust(now, offset)
            return ""
        code = self._doubt(now, offset)
        if not code:
            self._trust(now, self._anchor.offset if self._anchor else offset)
        return code

    def vouch(self) -> None:
        """A person says that the clock is right as it stands now."""
        now = self._clock()
        self._keep(Anchor(self._machine.boot(), now.timestamp() - self._machine.elapsed()), now)

    def _doubt(self, now: datetime, offset: float) -> str:
        if now < RELEASED:
            return "clock_before_release"
        if self._anchor is None or abs(offset - self._anchor.offset) > STEP.total_seconds():
            self._anchor = self._anchor_of_this_boot()  # a person may have vouched meanwhile
        if self._anchor is not None:
            return "clock_stepped" if abs(offset - self._anchor.offset) > STEP.total_seconds() else ""
        if self._behind(now):
            return "clock_behind"
        return "" if self._machine.keeps_time() else "clock_unset"

    def _behind(self, now: datetime) -> bool:
        seen = self._memory.recall(LAST_SEEN)
        return seen is not None and now < datetime.fromisoformat(seen) - SLACK

    def _synchronised(self) -> bool:
        asked, said = self._asked
        if self._machine.elapsed() - asked >= ASK_EVERY_S:
            said = self._machine.synchronised() is True
            self._asked = self._machine.elapsed(), said
        return said

    def _trust(self, now: datetime, offset: float) -> None:
        """Note the moment and the anchor now and then, so that a restart knows them; never while in doubt."""
        moved = self._anchor is None or abs(offset - self._anchor.offset) > 1.0
        if not moved and self._noted is not None and abs(now - self._noted) < NOTE_EVERY:
            return
        if moved:
            self._keep(Anchor(self._machine.boot(), offset), now)
        self._memory.remember(LAST_SEEN, now.isoformat(), now)
        self._noted = now

    def _keep(self, anchor: Anchor, now: datetime) -> None:
        self._memory.remember(ANCHOR, json.dumps({"boot": anchor.boot, "offset": anchor.offset}), now)
        self._memory.remember(LAST_SEEN, now.isoformat(), now)
        self._anchor = anchor

    def _anchor_of_this_boot(self) -> Anchor | None:
        known = self._memory.recall(ANCHOR)
        if known is None:
            return None
        facts = json.loads(known)
        anchor = Anchor(facts["boot"], facts["offset"])
        return anchor if anchor.boot and anchor.boot == self._machine.boot() else None


class _Timex(ctypes.Structure):
    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def _kernel_says() -> bool | None:
    try:
        ask = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    answer = _Timex()
    state = ask(ctypes.byref(answer))
    if state < 0:
        return None
    return state != TIME_ERROR and not answer.status & STA_UNSYNC


def _systemd_says() -> bool | None:
    if SYNCHRONISED.exists():
        return True
    program = shutil.which("timedatectl")
    if program is None:
        return None
    command = [program, "show", "--property=NTPSynchronized", "--value"]
    try:
        said = subprocess.run(command, capture_output=True, timeout=2, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return said == b"yes"
