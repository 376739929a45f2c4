"""The bell of a running station: a command rings, and what cannot wait is done at once, not at its lane's next turn.

A socket in `var/`, for the owner of the site only. One line of JSON is asked and one is answered. Without it nothing is
lost: commands stand in the database too, and their lanes find them.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

LOG = logging.getLogger(__name__)

NAME = "station.bell"
MOST_BYTES = 65_536
ASKED_WITHIN_S = 1.0  # whoever connects says what they want at once
ANSWERED_WITHIN_S = 8.0
MOST_AT_ONCE = 8

Words = Mapping[str, Any]
Answer = Callable[[Words], Words | None]


class Bell:
    """Listens from `start` to `stop`. `answer`: called on threads of their own; None: it is not for this station."""

    def __init__(self, var: Path, answer: Answer) -> None:
        self._var, self._answer = var, answer
        self._socket: socket.socket | None = None
        self._room = threading.Semaphore(MOST_AT_ONCE)

    def start(self) -> None:
        """Begin to listen. OSError where the folder cannot be written."""
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        (self._var / NAME).unlink(missing_ok=True)  # whoever made it is gone: the station is the only one
        before = os.umask(0o177)
        try:
            with _address(self._var) as address:
                listening.bind(address)
        finally:
            os.umask(before)
        listening.listen(MOST_AT_ONCE)
        self._socket = listening
        threading.Thread(target=self._listen, args=(listening,), name="bell", daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None
            (self._var / NAME).unlink(missing_ok=True)

    def _listen(self, listening: socket.socket) -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            if not _is_ours(caller) or not self._room.acquire(blocking=False):
                caller.close()
                continue
            threading.Thread(target=self._serve, args=(caller,), name="bell", daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        try:
            with caller:
                caller.settimeout(ASKED_WITHIN_S)
                words = _read(caller)
                answer = self._answer(words) if words is not None else None
                caller.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        except OSError:
            LOG.debug("somebody rang and left")
        except Exception:  # a command that rings falls back to the database, whatever went wrong here
            LOG.exception("the bell could not be answered")
        finally:
            self._room.release()


def ring(var: Path, words: Words, within_s: float = ANSWERED_WITHIN_S) -> dict[str, Any] | None:
    """What the running station answers; None where none runs, it does not want to, or it does not answer in time."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as calling:
            calling.settimeout(within_s)
            with _address(var) as address:
                calling.connect(address)
            calling.sendall(json.dumps(dict(words), ensure_ascii=False).encode() + b"\n")
            return _read(calling)
    except OSError:
        return None


def _read(calling: socket.socket) -> dict[str, Any] | None:
    found = b""
    while not found.endswith(b"\n"):
        piece = calling.recv(4_096)
        found += piece
        if not piece or len(found) > MOST_BYTES:
            return None
    try:
        value = json.loads(found)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


@contextlib.contextmanager
def _address(var: Path) -> Iterator[str]:
    """The socket by way of its folder's handle: names of sockets are short, and a site may lie deep."""
    handle = os.open(var, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)


def _is_ours(caller: socket.socket) -> bool:
    """Whether the caller is who runs the station, or root."""
    size = struct.calcsize("3i")
    _, user, _ = struct.unpack("3i", caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return user in (0, os.geteuid())
