"""A TLS server on loopback that answers what a test scripts, byte by byte if it likes."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.patience import PATIENCE_S

Said = bytes | float | None
"""Bytes to send, seconds to stay silent, None to hang up without a goodbye."""
Script = Callable[["Heard"], Iterable[Said]]


@dataclass(frozen=True)
class Heard:
    """One request. `count`: how many came before it; `connection`: over how many connections so far."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    count: int
    connection: int


def answer(status: int, body: bytes = b"", headers: str = "", length: int | None = None) -> bytes:
    """A whole answer; `length`: what it claims to be long."""
    claimed = len(body) if length is None else length
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {claimed}\r\n{headers}\r\n"
    return head.encode() + body


@dataclass
class Peer:
    script: Script
    context: ssl.SSLContext | None
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in (self._thread, *self._threads):
            thread.join(PATIENCE_S)

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket, number: int) -> None:
        with suppress(OSError), plain:
            if self.context is None:
                for said in self.script(Heard("", "", {}, b"", 0, number)):
                    self._say(plain, said)
                return
            with self.context.wrap_socket(plain, server_side=True) as tls, tls.makefile("rb") as source:
                while (line := source.readline()).strip():
                    heard = self._read(line, source, number)
                    self.heard.append(heard)
                    for said in self.script(heard):
                        if not self._say(tls, said):
                            return

    def _read(self, line: bytes, source: object, number: int) -> Heard:
        method, path, _ = line.decode().split(" ", 2)
        headers: dict[str, str] = {}
        while header := source.readline().strip():  # type: ignore[attr-defined]
            name, _, value = header.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = source.read(int(headers.get("content-length", 0)))  # type: ignore[attr-defined]
        return Heard(method, path, headers, body, len(self.heard), number)

    def _say(self, connection: socket.socket, said: Said) -> bool:
        if said is None:
            connection.shutdown(socket.SHUT_RDWR)
            return False
        if isinstance(said, bytes):
            connection.sendall(said)
            return True
        return not self._ended.wait(said)
