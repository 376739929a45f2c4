"""A port that nobody can hold shut: whoever is slow, silent or comes in crowds costs the others nothing.

A connection is a *guest*. Every guest has a time that no byte lengthens; a watchdog cuts who is over it. Guests nobody
knows yet share few places, an address only some of them, and the rest wait in turn by address; a guest who has proven
its name holds a place among the known, a few a name. Two use it: what SMS providers report, and the receivers.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import IPv6Address, ip_address
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

LOG = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
PAUSE_S = 0.2  # before a full house looks at its door again


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many guests: unknown ones at once, of one address among them, waiting for a place; known ones, of one name.

    `within_s`: from being served to the last byte of the answer, unless `allow` says otherwise.
    """

    unknown: int
    of_address: int
    within_s: float
    waiting: int = 0
    waits_s: float = 20.0
    known: int = 0
    of_name: int = 0


@dataclass(slots=True)
class _Guest:
    crowd: str
    until: float
    name: str = ""
    idle_since: float | None = None


class Door(ThreadingMixIn, HTTPServer):
    """Listens at `address` from `start` to `stop`. OSError where the port is taken."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], answers: type[BaseHTTPRequestHandler], bounds: Bounds) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.bounds = bounds
        self._state = threading.Condition()
        self._guests: dict[socket.socket, _Guest] = {}
        self._queue: dict[str, deque[tuple[socket.socket, Any, float]]] = {}
        self.turned_away = self.cut = 0
        super().__init__(address, answers)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def start(self, name: str) -> None:
        """Begin to listen, in a thread of this name."""
        threading.Thread(target=self.serve_forever, args=(LOOK_EVERY_S,), name=name, daemon=True).start()

    def stop(self) -> None:
        """Listen no more; what is being answered is left alone."""
        self.shutdown()
        self.server_close()

    def empty(self, within_s: float) -> None:
        """Let everybody go: who waits or is idle at once, who is being answered when that is done, or cut by then."""
        until = time.monotonic() + within_s
        with self._state:
            waiting = [request for queue in self._queue.values() for request, _, _ in queue]
            self._queue.clear()
            for each, guest in self._guests.items():
                if guest.idle_since is not None:
                    _cut(each)
            while self._guests and self._state.wait(max(0.0, until - time.monotonic())):
                pass
            left = list(self._guests)
        for each in waiting:
            super().shutdown_request(each)
        for each in left:
            _cut(each)

    def secure(self, connection: socket.socket) -> socket.socket:
        """The connection as it is spoken over; on the guest's own thread, before anything is read. OSError: cut."""
        return connection

    def server_bind(self) -> None:
        """Without asking the name service what this machine is called: it may be away for seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    # --- what a handler says of its guest -----------------------------------------------------------------------------

    def allow(self, connection: socket.socket, seconds: float, *, idle: bool = False) -> None:
        """It may take so long from now on. `idle`: it is only kept for what may come next, and the first to go."""
        now = time.monotonic()
        with self._state:
            if guest := self._guests.get(connection):
                guest.until = now + seconds
                guest.idle_since = now if idle else None

    def prove(self, connection: socket.socket, name: str) -> bool:
        """It is known by this name. False where there is no place for it: to be let go."""
        with self._state:
            guest = self._guests.get(connection)
            if guest is None or not self._place_for(name):
                self.turned_away += 1
                return False
            guest.name = name
            self._seat_waiting()
        return True

    # --- the door -----------------------------------------------------------------------------------------------------

    def get_request(self) -> tuple[socket.socket, Any]:
        """Leave newcomers where they are, in the system's own queue, while all who wait are of different addresses."""
        with self._state:
            if self.bounds.waiting and self._waiting() >= self.bounds.waiting and self._largest() < 2:
                self._state.wait(PAUSE_S)
                if self._waiting() >= self.bounds.waiting:
                    raise BlockingIOError
        return super().get_request()

    def process_request(self, request: Any, client_address: Any) -> None:
        crowd, gone = crowd_of(client_address[0]), None
        with self._state:
            if self._has_place(crowd):
                self._serve(request, client_address, crowd)
                return
            gone = self._queue_up(request, client_address, crowd)
        if gone is not None:
            self.turned_away += 1
            super().shutdown_request(gone)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            spoken = self.secure(request)
        except OSError:
            self.shutdown_request(request)
            return
        if spoken is not request:
            with self._state:
                self._guests[spoken] = self._guests.pop(request)
        super().process_request_thread(spoken, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._state:
            self._guests.pop(request, None)
            self._seat_waiting()
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Cut off whoever takes too long: a socket's own time-out starts anew with every byte."""
        now = time.monotonic()
        with self._state:
            slow = [each for each, guest in self._guests.items() if guest.until < now]
            stale = [each for queue in self._queue.values() for each in queue if each[2] < now]
            for each in stale:
                self._queue[crowd_of(each[1][0])].remove(each)
            self._tidy_queue()
        for connection in slow:
            self.cut += 1
            _cut(connection)
        for request, _, _ in stale:
            self.turned_away += 1
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up in the middle is no fault of ours."""
        LOG.debug("a guest broke off", exc_info=True)

    def _serve(self, request: Any, client_address: Any, crowd: str) -> None:
        self._guests[request] = _Guest(crowd, time.monotonic() + self.bounds.within_s)
        super().process_request(request, client_address)

    def _queue_up(self, request: Any, client_address: Any, crowd: str) -> Any:
        """Let it wait; whoever has to go instead: the last of the largest crowd."""
        if self.bounds.waiting == 0:
            return request
        until = time.monotonic() + self.bounds.waits_s
        self._queue.setdefault(crowd, deque()).append((request, client_address, until))
        if self._waiting() <= self.bounds.waiting:
            return None
        largest = max(self._queue, key=lambda each: len(self._queue[each]))
        gone = self._queue[largest].pop()[0]
        self._tidy_queue()
        return gone

    def _seat_waiting(self) -> None:
        """Places that became free go round by address."""
        for crowd in list(self._queue):
            if self._has_place(crowd):
                queue = self._queue.pop(crowd)
                request, client_address, _ = queue.popleft()
                if queue:
                    self._queue[crowd] = queue  # behind the others
                self._serve(request, client_address, crowd)
        self._state.notify()

    def _has_place(self, crowd: str) -> bool:
        unknown = [guest.crowd for guest in self._guests.values() if not guest.name]
        return len(unknown) < self.bounds.unknown and unknown.count(crowd) < self.bounds.of_address

    def _place_for(self, name: str) -> bool:
        """Whether a known guest may stay; who is only kept in reserve makes room."""
        known = {each: guest for each, guest in self._guests.items() if guest.name}
        same = {each: guest for each, guest in known.items() if guest.name == name}
        if len(same) >= self.bounds.of_name:
            return self._let_go(same)
        return len(known) < self.bounds.known or self._let_go(known)

    def _let_go(self, guests: dict[socket.socket, _Guest]) -> bool:
        idle = {each: guest.idle_since for each, guest in guests.items() if guest.idle_since is not None}
        if not idle:
            return False
        longest = min(idle, key=lambda each: idle[each])
        del self._guests[longest]
        _cut(longest)
        return True

    def _waiting(self) -> int:
        return sum(map(len, self._queue.values()))

    def _largest(self) -> int:
        return max(map(len, self._queue.values()), default=0)

    def _tidy_queue(self) -> None:
        self._queue = {crowd: queue for crowd, queue in self._queue.items() if queue}


def crowd_of(host: str) -> str:
    """Who counts as one: an IPv4 address, the /64 of an IPv6 one."""
    address = ip_address(host.partition("%")[0])
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):  # of a TLS socket too: its own would say goodbye first, on another thread's connection
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
