"""As little of MQTT 5 as a thousand simulated receivers need: one thread, raw packets, real TLS."""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

PIECE = 65_536


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw


def _packet(kind: int, body: bytes) -> bytes:
    length, head = len(body), bytearray([kind])
    while True:
        length, low = divmod(length, 128)
        head.append(low | (128 if length else 0))
        if not length:
            return bytes(head) + body


@dataclass
class Client:
    """One connection. `heard`: how many publications arrived on a topic."""

    name: str
    connection: ssl.SSLSocket
    buffer: bytearray = field(default_factory=bytearray)
    heard: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    sent: int = 0

    @classmethod
    def connect(cls, name: str, port: int, context: ssl.SSLContext, topics: Iterable[str], source: str) -> Client:
        """Connect and subscribe, waiting for both; afterwards it never blocks."""
        raw = socket.create_connection(("127.0.0.1", port), 60, (source, 0))
        client = cls(name, context.wrap_socket(raw, server_hostname="127.0.0.1"))
        client.connection.sendall(
            _packet(0x10, _text("MQTT") + b"\x05\x02" + (90).to_bytes(2, "big") + b"\0" + _text(name))
        )
        client._await(0x20)
        asked = b"".join(_text(each) + b"\x01" for each in topics)
        client.connection.sendall(_packet(0x82, b"\0\x01\0" + asked))
        client._await(0x90)
        client.connection.setblocking(False)
        return client

    def publish(self, topic: str, payload: bytes) -> None:
        """QoS 1, retained."""
        self.sent += 1
        self._send(_packet(0x33, _text(topic) + (self.sent % 60_000 + 1).to_bytes(2, "big") + b"\0" + payload))

    def read(self) -> None:
        """Take in what there is."""
        while True:
            try:
                piece = self.connection.recv(PIECE)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            if not piece:
                raise ConnectionError(self.name)
            self.buffer += piece
            self._take()

    def _send(self, packet: bytes) -> None:
        self.connection.setblocking(True)
        self.connection.sendall(packet)
        self.connection.setblocking(False)

    def _await(self, kind: int) -> None:
        while not any(each == kind for each in self._take()):
            piece = self.connection.recv(PIECE)
            if not piece:
                raise ConnectionError(self.name)
            self.buffer += piece

    def _take(self) -> list[int]:
        kinds = []
        while (found := self._one()) is not None:
            kind, body = found
            kinds.append(kind & 0xF0)
            if kind & 0xF0 == 0x40:
                self.acknowledged += 1
            elif kind & 0xF0 == 0x30:
                end = 2 + int.from_bytes(body[:2], "big")
                topic = body[2:end].decode()
                self.heard[topic] = self.heard.get(topic, 0) + 1
                if kind & 0x06:
                    self._send(_packet(0x40, body[end : end + 2]))
        return kinds

    def _one(self) -> tuple[int, bytes] | None:
        length = shift = 0
        for place in range(1, min(5, len(self.buffer))):
            length |= (self.buffer[place] & 127) << shift
            shift += 7
            if not self.buffer[place] & 128:
                end = place + 1 + length
                if len(self.buffer) < end:
                    return None
                kind, body = self.buffer[0], bytes(self.buffer[place + 1 : end])
                del self.buffer[:end]
                return kind, body
        return None


class Crowd:
    """Many of them, driven by one thread."""

    def __init__(self, clients: list[Client]) -> None:
        self.clients = clients
        self._ready = selectors.DefaultSelector()
        for each in clients:
            self._ready.register(each.connection, selectors.EVENT_READ, each)

    def run(self, until: Callable[[], bool], within_s: float, turn: Callable[[], None] = lambda: None) -> float:
        """Read until something is true; seconds it took. TimeoutError where it does not become so."""
        begun = time.monotonic()
        while not until():
            turn()
            for key, _ in self._ready.select(0.02):
                key.data.read()
            if time.monotonic() - begun > within_s:
                raise TimeoutError
        return time.monotonic() - begun

    def close(self) -> None:
        self._ready.close()
        for each in self.clients:
            each.connection.close()
