"""Holds the amplifier's relay switched on, in a process of its own, and lets go of it whatever becomes of the receiver.

It is run as a file, with the standard library only: `python -I -S guardian.py SECONDS SETTINGS`. It switches on, says
`on`, and switches off when its stdin ends (the receiver let go, or died), when the seconds are over (the receiver
hangs), or on SIGTERM. A line `SECONDS` on stdin sets them anew. With 0 seconds it only switches off.

SETTINGS is JSON: {"file": [PATH, ON, OFF]}, {"command": [[ON …], [OFF …]]} or {"gpio": [CHIP, LINE, ON, OFF]}.
Exit codes: 0 it is off, 3 it could not be switched on, 4 it could not be switched off.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from typing import Any

TRIES, PAUSE_S, LIMIT_S = 5, 0.2, 5.0
NOT_ON, NOT_OFF = 3, 4
_held: subprocess.Popen[bytes] | None = None


def switch(settings: dict[str, Any], on: bool) -> bool:
    """Once; whether it worked."""
    try:
        if "file" in settings:
            path, *words = settings["file"]
            handle = os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC)
            try:
                os.write(handle, words[0 if on else 1].encode())
            finally:
                os.close(handle)
            return True
        if "command" in settings:
            command = settings["command"][0 if on else 1]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=LIMIT_S)
            return done.returncode == 0
        return switch_line(*settings["gpio"], on=on)
    except (OSError, subprocess.SubprocessError):
        return False


def switch_line(chip: str, line: str, high: str, low: str, *, on: bool) -> bool:
    """`gpioset` holds a line only while it lives."""
    global _held
    if _held is not None:
        _held.kill()
        _held.wait()
        _held = None
    said = subprocess.run(["gpioset", "--version"], capture_output=True, timeout=LIMIT_S).stdout
    newer = b"v1." not in said
    chosen = ["-c", chip] if newer else [chip]
    if not on:
        moment = ["-t", "0"] if newer else []
        done = subprocess.run(["gpioset", *moment, *chosen, f"{line}={low}"], timeout=LIMIT_S)
        return done.returncode == 0
    stay = [] if newer else ["--mode=signal"]
    _held = subprocess.Popen(["gpioset", *stay, *chosen, f"{line}={high}"], preexec_fn=die_with_parent)
    time.sleep(0.1)
    return _held.poll() is None


def die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)


def switch_off(settings: dict[str, Any]) -> int:
    """Again and again: an amplifier that stays on is what this program is there to prevent."""
    for _ in range(TRIES):
        if switch(settings, on=False):
            return 0
        time.sleep(PAUSE_S)
    return NOT_OFF


def hold(seconds: float) -> None:
    """Until somebody lets go or the time is over."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([0], [], [], left)
        said = os.read(0, 4096) if ready else b""
        if ready and not said:
            return
        for word in said.split():
            deadline = time.monotonic() + float(word)


class LetGo(BaseException):
    pass


def let_go(*_: object) -> None:
    raise LetGo


def main() -> int:
    seconds, settings = float(sys.argv[1]), json.loads(sys.argv[2])
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, let_go)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells both; the receiver decides
        if seconds > 0:
            if not switch(settings, on=True):
                switch_off(settings)
                return NOT_ON
            os.write(1, b"on\n")
            hold(seconds)
    except (LetGo, ValueError):
        pass
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    return switch_off(settings)


if __name__ == "__main__":
    os._exit(main())
