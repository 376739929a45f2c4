"""Ports on loopback for tests that run beside each other."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BELOW_EPHEMERAL = range(20_000, 32_000)  # the system hands out higher ones to whoever asks for any
APART = 97  # processes begin to look at different places


def free_port() -> int:
    """A port that nobody listens on, and that no test is given by the system meanwhile."""
    begin = os.getpid() * APART
    for step in range(len(BELOW_EPHEMERAL)):
        port = BELOW_EPHEMERAL[(begin + step) % len(BELOW_EPHEMERAL)]
        with suppress(OSError), socket.socket() as tried:
            tried.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


@contextmanager
def dead_port() -> Iterator[int]:
    """A port that refuses every connection for as long as the block lasts: held, and nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
