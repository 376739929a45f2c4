"""A real mosquitto on a free port of loopback, run from the files that `loa speakers broker` writes."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROGRAM = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
WITHIN_S = 15.0


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
