"""A real mosquitto on a free port of loopback, run from the files that `loa speakers broker` writes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

PROGRAM = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
WITHIN_S = PATIENCE_S
ALSA = Path("/usr/share/alsa/alsa.conf")
PACKAGES = {"mosquitto": "mosquitto", "ffmpeg": "ffmpeg"}  # whatever else is asked for comes with alsa-utils


def needs(*programs: str) -> pytest.MarkDecorator:
    """Mark tests that run these programs: skipped where one is missing, failed under `LOA_TEST_REAL=all`."""
    return pytest.mark.programs(*programs)


def require(*programs: str) -> None:
    """Skip the test, or fail it under `LOA_TEST_REAL=all`, where one of these programs is missing."""
    missing = [each for each in programs if not is_there(each)]
    if not missing:
        return
    packages = ", ".join(sorted({PACKAGES.get(each, "alsa-utils") for each in missing}))
    why = f"not installed: {', '.join(missing)} (apt install {packages})"
    if os.environ.get("LOA_TEST_REAL") == "all":
        pytest.fail(why)
    pytest.skip(why)


def is_there(program: str) -> bool:
    if program == "mosquitto":
        return Path(PROGRAM).exists()
    return shutil.which(program) is not None and (program in PACKAGES or ALSA.exists())


class Mosquitto:
    """Run from a folder of ours; can be stopped hard and begun again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        command = [PROGRAM, "-c", str(self.folder / "mosquitto.conf")]
        self._process = subprocess.Popen(command, stdout=log, stderr=log)
        log.close()
        until = time.monotonic() + WITHIN_S
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(self.log)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(folder: Path, port: int) -> Iterator[Mosquitto]:
    broker = Mosquitto(folder, port)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()
