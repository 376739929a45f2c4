"""One TLS connection whose every call ends in time: names looked up aside, no wait longer than what is left.

A socket's own time-out begins anew with every byte, so a peer that drips could hold a call for hours. Here each read
and write gets what is left of the whole call.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from typing import Any

from pipeline.errors import AccessError
from pipeline.receiver.ports import LineError

CONNECT_S = 10.0  # for one of the station's addresses
# What a kept connection raises that the other side has closed meanwhile.
_CLOSED = (ConnectionError, http.client.BadStatusLine, ssl.SSLEOFError, ssl.SSLZeroReturnError)
Sockets = type[ssl.SSLSocket]

# What the other side says of our certificate, in OpenSSL's words.
_OURS = ("CERTIFICATE_REQUIRED", "CERTIFICATE_REVOKED", "CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN", "BAD_CERTIFICATE")


class BoundedSocket(ssl.SSLSocket):
    """Reads and writes until `deadline` (monotonic), and no byte later."""

    deadline = 0.0

    def recv_into(self, *given: Any, **named: Any) -> int:
        self.settimeout(left(self.deadline))
        return super().recv_into(*given, **named)

    def sendall(self, *given: Any, **named: Any) -> None:
        self.settimeout(left(self.deadline))
        return super().sendall(*given, **named)


class Connection:
    """To one host. `context` makes its TLS, anew for each connection, for sockets of the class it is given."""

    def __init__(self, host: str, port: int, context: Callable[[Sockets], ssl.SSLContext]) -> None:
        self._host, self._port, self._context = host, port, context
        self._http: http.client.HTTPConnection | None = None
        self.asked_at = 0.0  # monotonic: when the last request began to be sent
        self._tls: BoundedSocket | None = None

    def ask(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], deadline: float
    ) -> http.client.HTTPResponse:
        """Send a request, and read the head of its answer. `deadline`: monotonic, of the body too. LineError.

        A kept connection may have been closed by the other side meanwhile: then, once, over a new one.
        """
        with faults():
            if self.is_open:
                with suppress(*_CLOSED):
                    return self._ask(method, path, body, headers, deadline)
            return self._ask(method, path, body, headers, deadline)

    @property
    def is_open(self) -> bool:
        """Whether it is kept from the call before."""
        return self._tls is not None and self._http is not None and self._http.sock is not None

    def close(self) -> None:
        """Forget the connection; the next call makes another."""
        for each in (self._http, self._tls):
            if each is not None:
                with suppress(OSError):
                    each.close()
        self._http = self._tls = None

    def _ask(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], deadline: float
    ) -> http.client.HTTPResponse:
        try:
            if not self.is_open:
                self._connect(deadline)
            assert self._http is not None
            assert self._tls is not None
            self._tls.deadline = deadline
            self.asked_at = time.monotonic()
            typed = {"Content-Type": "application/json"} if body else {}
            self._http.request(method, path, body or None, {**typed, **headers, "Accept-Encoding": "identity"})
            return self._http.getresponse()
        except (ConnectionError, ssl.SSLEOFError) as error:
            alert = self._alert()
            self.close()
            raise alert or error from None
        except BaseException:
            self.close()
            raise

    def _alert(self) -> ssl.SSLError | None:
        """Why the other side hung up: it may have said so before, unread, that it does not take our certificate."""
        try:
            if self._tls is not None:
                self._tls.read(1)
        except ssl.SSLError as error:
            return error
        except (OSError, ValueError):
            return None
        return None

    def _connect(self, deadline: float) -> None:
        self.close()
        plain = connected(self._host, self._port, deadline)
        try:
            plain.settimeout(left(deadline))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            tls = self._context(BoundedSocket).wrap_socket(plain, server_hostname=self._host)
        except BaseException:
            plain.close()
            raise
        assert isinstance(tls, BoundedSocket)
        self._tls = tls
        self._http = http.client.HTTPConnection(self._host, self._port)
        self._http.auto_open = 0
        self._http.sock = tls


def connected(host: str, port: int, deadline: float) -> socket.socket:
    """A TCP connection to the first address of a host that takes it. OSError, LineError(`line_dns`)."""
    refused: OSError = TimeoutError()
    for address in _addresses(host, deadline):
        try:
            return socket.create_connection((address, port), min(CONNECT_S, left(deadline)))
        except OSError as error:
            refused = error
    raise refused


def left(deadline: float) -> float:
    """Seconds until then. TimeoutError where there are none."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


_looking: dict[str, threading.Thread] = {}


def _addresses(host: str, deadline: float) -> list[str]:
    """The look-up of a name cannot be bounded: it goes on beside, and one name is never looked up twice at once."""
    with suppress(ValueError):
        ip_address(host)
        return [host]
    found: list[str] = []

    def look_up() -> None:
        with suppress(OSError):
            found.extend(
                dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
            )

    thread = _looking.get(host)
    if thread is not None and thread.is_alive():
        raise LineError("line_dns", host=host)
    thread = _looking[host] = threading.Thread(target=look_up, name="look-up", daemon=True)
    thread.start()
    thread.join(left(deadline))
    if not found:
        raise LineError("line_dns", host=host)
    return found


@contextmanager
def faults() -> Iterator[None]:
    """Turn what a connection raises into LineError."""
    try:
        yield
    except AccessError as error:  # of our own certificate
        raise LineError(error.code, **error.params) from None
    except (OSError, http.client.HTTPException) as error:
        raise fault(error) from None


def fault(error: Exception) -> LineError:
    """What was wrong with a line.

    Codes: `line_timeout`, `line_refused`, `line_certificate`, `line_credential_refused`, `line_tls`, `line_cut`,
    `line_answer`, `line_unreachable`.
    """
    if isinstance(error, TimeoutError):
        return LineError("line_timeout")
    if isinstance(error, ConnectionRefusedError):
        return LineError("line_refused")
    if isinstance(error, ssl.SSLCertVerificationError):
        return LineError("line_certificate", why=error.verify_message)
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        ours = any(each in (error.reason or "") for each in _OURS)
        return LineError("line_credential_refused" if ours else "line_tls", why=(error.reason or "?").lower())
    if isinstance(error, ConnectionError | http.client.IncompleteRead | ssl.SSLError):
        return LineError("line_cut")
    if isinstance(error, http.client.HTTPException):
        return LineError("line_answer", why=type(error).__name__)
    return LineError("line_unreachable", why=getattr(error, "strerror", None) or type(error).__name__)
