"""A microphone or line-in beside the receiver: the system's `arecord`, as long as an airing takes.

It runs beside the player and never in its way: starting it takes milliseconds, what goes wrong with it is told
afterwards as a code, and it ends by itself.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

RATE = 16_000  # Hz, one channel of 16 bits: 1.9 MB a minute
HEADER = 44
LONGEST_S = 3600.0
GRACE_S = 5.0  # beyond its length, until a recorder counts as stuck
SPARE = 64 << 20  # bytes that listening leaves free: what plays and is written down matters more


@dataclass(frozen=True, slots=True)
class Taken:
    """A file of the microphone. `code`: why there is none, or an empty text; `seconds`: how long it is."""

    path: Path
    seconds: float = 0.0
    code: str = ""


class Microphone:
    """One recorder at work. `began`: the monotonic second at which it was started."""

    def __init__(self, path: Path, seconds: float, device: str, program: str) -> None:
        self.path, self.began = path, time.monotonic()
        self._child: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._taken: Taken | None = None
        self._watchdog = threading.Timer(seconds + GRACE_S, self._kill)
        self._watchdog.daemon, self._watchdog.name = True, "listening"
        self._code = self._start(_command(program, device, seconds, path), seconds)

    def finish(self, timeout: float = 2.0) -> Taken:
        """Stop it, where it has not ended, and say what it took; within `timeout` seconds. Never raises."""
        if self._taken is not None:
            return self._taken
        if self._child is not None:
            if self._child.poll() is None:
                self._child.send_signal(signal.SIGTERM)  # arecord completes the file; SIGINT may be ignored
            try:
                self._child.wait(timeout)
            except subprocess.TimeoutExpired:
                self._kill()
        self._watchdog.cancel()
        self._taken = self._judge()
        if self._said is not None:
            self._said.close()
        return self._taken

    def _start(self, command: list[str] | None, seconds: float) -> str:
        if command is None:
            return "recorder_missing"
        try:
            if shutil.disk_usage(self.path.parent).free < SPARE + seconds * RATE * 2:
                return "listening_no_room"
            self.path.unlink(missing_ok=True)  # what an earlier airing left is not this one
            self._said = tempfile.TemporaryFile()  # noqa: SIM115 (read when the recorder has ended)
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said,
                env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
        except OSError:
            return "microphone_failed"
        self._watchdog.start()
        return ""

    def _judge(self) -> Taken:
        try:
            size = self.path.stat().st_size
        except OSError:
            size = 0
        if size >= HEADER + RATE * 2:  # a second at least
            return Taken(self.path, (size - HEADER) / 2 / RATE)
        self.path.unlink(missing_ok=True)
        return Taken(self.path, code=self._code or self._reason())

    def _reason(self) -> str:
        if self._said is None:
            return "microphone_failed"
        self._said.seek(0)
        text = self._said.read()[-2000:].decode("utf-8", "replace")
        if "busy" in text:
            return "microphone_busy"
        missing = "No such" in text or "Unknown PCM" in text or "cannot find card" in text
        return "microphone_missing" if missing else "microphone_failed"

    def _kill(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):  # a device that hangs keeps even the killed
                self._child.wait(1)


def record(device: str, seconds: float, path: Path, *, program: str = "arecord") -> Microphone:
    """Begin to record an ALSA device into a WAV of at most `seconds` (an hour at most); returns at once.

    Never raises for what is wrong with the microphone: `finish` tells recorder_missing, microphone_missing,
    microphone_busy, microphone_failed, listening_no_room.
    """
    return Microphone(path, min(max(seconds, 1.0), LONGEST_S), device, program)


def _command(program: str, device: str, seconds: float, path: Path) -> list[str] | None:
    found = shutil.which(program)
    if found is None:
        return None
    form = ["-t", "wav", "-f", "S16_LE", "-r", str(RATE), "-c", "1", "-d", str(math.ceil(seconds))]
    return [found, "-q", f"--device={device}", *form, str(path.absolute())]
