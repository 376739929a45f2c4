"""Ports on loopback for tests that run beside each other, in this run of the tests and in others on the machine."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import cycle
from pathlib import Path

BELOW_EPHEMERAL = range(20_000, 32_000)  # the system hands out higher ones to whoever asks for any
BLOCK = 100  # ports of one process; its lock ends with the process


def free_port() -> int:
    """A port that nobody listens on: no other process of tests looks for it, and each call gives another."""
    ports = _ports(os.getpid())
    for _ in range(BLOCK):
        port = next(ports)
        with suppress(OSError), socket.socket() as tried:
            tried.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


@cache
def _ports(_: int) -> Iterator[int]:
    folder = Path(tempfile.gettempdir()) / f"loa-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for begin in BELOW_EPHEMERAL[::BLOCK]:
        lock = os.open(folder / str(begin), os.O_CREAT | os.O_RDWR, 0o600)
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return cycle(range(begin, begin + BLOCK))
        os.close(lock)
    raise OSError("every block of ports is taken")


@contextmanager
def dead_port() -> Iterator[int]:
    """A port that refuses every connection for as long as the block lasts: held, and nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
