"""The line to an SMS provider: HTTP/1.1 that never repeats, follows nothing, ends in time and knows what it has sent.

Whatever went wrong, one question counts: can the far end have the order? Until the first byte of a request is written
it cannot. `Gate` is where that is decided, once: who gives up before it is crossed knows that nothing goes out.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECT_S = 5.0
IDLE_S = 20.0  # a connection that was silent longer is not trusted with an order
MOST_BYTES = 4_000_000  # of one answer: a page of 1,000 messages has 1 MB
BROKEN = (http.client.HTTPException, OSError, ValueError)


def monotonic() -> float:
    """Seconds that also count while the machine is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class LineError(Exception):
    """No answer. `code` says why; `sent`: the far end may have the request."""

    def __init__(self, code: str, *, sent: bool) -> None:
        self.code, self.sent = code, sent
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole: names of headers in small letters, the body as text."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)


class Gate:
    """One request's permission to go out, until a moment of `monotonic`. Crossed or shut, never both."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self._lock = threading.Lock()
        self._shut = self._crossed = False

    def cross(self) -> bool:
        """Whether the request may be written now."""
        with self._lock:
            self._crossed = not self._shut and monotonic() < self.deadline
            self._shut = True
            return self._crossed

    def shut(self) -> bool:
        """Give the request up; True where nothing of it was written, and nothing will be."""
        with self._lock:
            self._shut = True
            return not self._crossed

    def left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - monotonic()


class Line:
    """Connections to one address, one a thread, kept open. Certificates are verified; redirects are answers."""

    def __init__(self, base_url: str) -> None:
        self._url = urlsplit(base_url)
        self._own = threading.local()
        self._lock = threading.Lock()
        self._open: dict[http.client.HTTPConnection, float] = {}  # in use → until when (`monotonic`)
        self._context: ssl.SSLContext | None = None

    def ask(
        self, method: str, path: str, gate: Gate, body: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request, one answer, by the deadline of the gate. `path` with its query. LineError where none came."""
        connection = self._connection(gate)
        with self._lock:
            self._open[connection] = gate.deadline
        try:
            if not gate.cross():
                raise LineError("sms_not_begun", sent=False)
            return self._exchange(connection, method, self._url.path + path, body, headers or {}, gate)
        except BROKEN as error:
            late = isinstance(error, TimeoutError) or gate.left() <= 0
            raise LineError("sms_no_answer" if late else "sms_answer_lost", sent=True) from None
        finally:
            with self._lock:
                self._open.pop(connection, None)

    def hang_up(self) -> None:
        """End the connections whose time is over, whatever their threads wait for."""
        now = monotonic()
        with self._lock:
            overdue = [each for each, until in self._open.items() if until <= now]
        for connection in overdue:
            with contextlib.suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End this thread's connection."""
        connection: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if connection is not None:
            connection.close()
            self._own.connection = None

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: str,
        headers: Mapping[str, str],
        gate: Gate,
    ) -> Answer:
        keep, opened = False, contextlib.ExitStack()
        try:
            connection.sock.settimeout(max(0.001, gate.left()))
            connection.request(method, path, body.encode() if body else None, dict(headers))
            response = connection.getresponse()
            opened.callback(response.close)
            raw = response.read(MOST_BYTES + 1)
            if len(raw) > MOST_BYTES:
                raise ValueError(len(raw))
            keep = not response.will_close and response.isclosed()
            if response.length:  # a body shorter than it was said to be
                raise http.client.IncompleteRead(b"", response.length)
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, raw.decode("utf-8", "replace"))
        finally:
            self._own.idle_since = monotonic()
            opened.close()
            if not keep:
                self.close()

    def _connection(self, gate: Gate) -> http.client.HTTPConnection:
        kept: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if kept is not None and self._is_alive(kept):
            return kept
        if kept is not None:
            kept.close()
        self._own.connection = None
        fresh = self._connect(gate)
        self._own.connection, self._own.idle_since = fresh, monotonic()
        return fresh

    def _is_alive(self, connection: http.client.HTTPConnection) -> bool:
        """A far end that has closed is readable: an order written into such a line would be lost in doubt."""
        if connection.sock is None or monotonic() - self._own.idle_since > IDLE_S:
            return False
        poll = select.poll()
        poll.register(connection.sock, select.POLLIN)
        return not poll.poll(0)

    def _connect(self, gate: Gate) -> http.client.HTTPConnection:
        patience = max(0.001, min(CONNECT_S, gate.left()))
        host, port = self._url.hostname or "", self._url.port
        connection = (
            http.client.HTTPSConnection(host, port, timeout=patience, context=self._tls())
            if self._url.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=patience)
        )
        try:
            connection.connect()
        except BROKEN as error:
            connection.close()
            raise LineError(_unconnected(error), sent=False) from None
        return connection

    def _tls(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = ssl.create_default_context()
                self._context.minimum_version = ssl.TLSVersion.TLSv1_2
            return self._context


def _unconnected(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "sms_name_unknown"
    return "sms_line_untrusted" if isinstance(error, ssl.SSLError) else "sms_no_connection"


def basic(user: str, secret: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode("ascii")
