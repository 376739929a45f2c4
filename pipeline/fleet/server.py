"""The station's HTTPS for its receivers: plans, sounds and keyring out, journals and statuses in, certificates.

Whoever asks proves its name with a certificate of the station's own authority, and the ledger is asked about that
certificate with every request: a revoked one is refused at once. Nothing of a fault is told to the other side but a
code. `docs/receiver-protocol.md` describes the exchange.
"""

from __future__ import annotations

import logging
import re
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.client import LineTooLong
from http.server import BaseHTTPRequestHandler
from io import BufferedReader
from socket import socket
from typing import Any
from urllib.parse import urlsplit

from pipeline.door import Bounds, Door
from pipeline.errors import AccessError, LoaError
from pipeline.fleet.answers import STATUS_OF, UNREAD, WAYS, Answer, Asking, Behind, Way, refusal
from pipeline.fleet.refusals import Refusals
from pipeline.protocol import names

LOG = logging.getLogger(__name__)

BOUNDS = Bounds(unknown=64, of_address=48, within_s=8.0, waiting=400, known=200, of_name=4)
IDLE_S = 5.0  # a receiver asks for several things, then nothing for a minute
REQUEST_S = 20.0  # from the first byte of a request to the last of its answer
GOODBYE_S = 2.0
STALL_S = 30.0  # without a byte: a line of a mobile network comes back
SLOWEST_BYTES_S = 1_000  # a sound may take as long as this rate asks
LONGEST_S = 1_800.0
HEAR_OUT_S, MOST_UNREAD = 0.3, 262_144  # between two pieces of what was refused; bytes of it
MOST_HEADERS = 12_000  # bytes, with the request line
PIECE = 65_536


class Server(Door):
    """Listens at `address` with the certificate that lies in the authority's folder."""

    def __init__(self, address: tuple[str, int], behind: Behind, vouches: Callable[[], bool]) -> None:
        self.behind, self.vouches = behind, vouches
        self.refusals = Refusals()
        self.context = behind.admission.authority.server_context()
        super().__init__(address, _Exchange, BOUNDS)

    def secure(self, connection: socket) -> socket:
        connection.settimeout(BOUNDS.within_s)
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)

    def stop(self) -> None:
        """Listen no more; nobody asks a ledger that is being closed."""
        super().stop()
        self.empty(GOODBYE_S)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What nobody foresaw is a fault of ours and stands in the log; who hangs up is none."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            LOG.debug("a receiver broke off: %s", type(error).__name__)
        else:
            LOG.exception("a request failed")


class _Exchange(BaseHTTPRequestHandler):
    server: Server
    connection: ssl.SSLSocket
    protocol_version = "HTTP/1.1"
    server_version = "loa"
    disable_nagle_algorithm = True
    timeout = BOUNDS.within_s

    def setup(self) -> None:
        super().setup()
        self.name = self.serial = self.command = self.requestline = ""
        self.request_version = self.protocol_version
        self.rfile: Any = _Metered(self.rfile)

    def handle(self) -> None:
        try:
            self.connection.do_handshake()
        except ssl.SSLError as error:
            if not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError):
                self.server.refusals.note("certificate_refused", self.client_address[0])
            return
        self.name, self.serial = _holder(self.connection.getpeercert())
        if self.name and not self.server.prove(self.connection, self.name):
            return
        super().handle()

    def handle_one_request(self) -> None:
        """One request; also whether the connection is worth keeping."""
        self.close_connection = True
        if self.name:
            self.server.allow(self.connection, IDLE_S, idle=True)
        try:
            self.rfile.peek()
            if self.name:
                self.server.allow(self.connection, REQUEST_S)
            self.rfile.left = MOST_HEADERS
            self.raw_requestline = self.rfile.readline()
            if not self.raw_requestline or not self.parse_request():
                return
            answer = self._answer()
        except TimeoutError:
            return
        except LineTooLong:
            answer = refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "document_unreadable")
        if not self.name:
            self.close_connection = True
        self._send(answer)
        if self.close_connection and answer.status in UNREAD:
            self._hear_out()

    def _answer(self) -> Answer:
        way = WAYS.get((self.command, self._route()))
        body = self._body(way.most if way else 0)
        if isinstance(body, Answer):
            self.close_connection = True
            return body
        try:
            return self._admitted(way, body)
        except AccessError as error:
            self.server.refusals.note(error.code, self.name or self.client_address[0])
            return refusal(STATUS_OF.get(error.code, HTTPStatus.FORBIDDEN), error.code)
        except (LoaError, OSError) as error:
            LOG.warning("a request of %s could not be answered: %s", self.name, error)
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "station_busy")

    def _admitted(self, way: Way | None, body: bytes) -> Answer:
        """The answer for whoever may have one."""
        if self.name and not self.server.behind.ledger.enrolled(self.name, self.serial):
            self.close_connection = True
            raise AccessError("receiver_revoked")
        if not self.name and (way is None or not way.open):
            self.server.refusals.note("certificate_missing", self.client_address[0])
            return refusal(HTTPStatus.UNAUTHORIZED, "certificate_missing")
        if way is None:
            return refusal(HTTPStatus.NOT_FOUND, "no_such_path")
        url = urlsplit(self.path)
        return way.answer(self.server.behind, Asking(self.name, url.path, url.query, self.headers, body))

    def _route(self) -> str:
        path = urlsplit(self.path).path
        return names.SOUND_PATH if path.startswith(names.SOUND_PATH) else path

    def _body(self, most: int) -> bytes | Answer:
        """What came along, at most so many bytes; an answer where it cannot be taken."""
        length = self.headers.get("Content-Length", "0" if self.command == "GET" else "")
        if "Transfer-Encoding" in self.headers or not re.fullmatch(r"\d{1,9}", length, re.ASCII):
            return refusal(HTTPStatus.LENGTH_REQUIRED, "document_unreadable")
        if int(length) > most:
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "document_unreadable")
        self.rfile.left = int(length)
        body: bytes = self.rfile.read(int(length))
        return body if len(body) == int(length) else refusal(HTTPStatus.BAD_REQUEST, "document_unreadable")

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            self.send_header("Content-Length", str(answer.length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if answer.file is not None:
            self._send_file(answer)
        elif answer.body:
            self.wfile.write(answer.body)

    def _send_file(self, answer: Answer) -> None:
        assert answer.file is not None
        seconds = min(REQUEST_S + answer.length / SLOWEST_BYTES_S, LONGEST_S)
        self.server.allow(self.connection, seconds)
        self.connection.settimeout(STALL_S)
        left = answer.length
        with answer.file.open("rb") as file:
            file.seek(answer.first)
            while left and (piece := file.read(min(PIECE, left))):
                self.wfile.write(piece)
                left -= len(piece)
        self.connection.settimeout(self.timeout)
        if left:  # it became shorter meanwhile: the connection ends, the receiver sees that something is missing
            self.close_connection = True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Without a page that repeats what was asked."""
        self.close_connection = True
        self.request_version = self.protocol_version
        self._send(refusal(code, "document_unreadable"))
        self._hear_out()

    def _hear_out(self) -> None:
        """Take a little of what is still coming: a system that closes over unread bytes throws our answer away."""
        self.connection.settimeout(HEAR_OUT_S)
        left = MOST_UNREAD
        with suppress(OSError):
            while left > 0 and (piece := self.connection.recv(min(PIECE, left))):
                left -= len(piece)

    def send_response(self, code: int, message: str | None = None) -> None:
        """With the time, by which receivers set theirs, only while the station trusts its own."""
        self.send_response_only(code, message)
        self.send_header("Server", self.server_version)
        if self.server.vouches():
            self.send_header("Date", self.date_time_string())

    def log_message(self, *_: Any) -> None:
        """Nothing for what went well."""


class _Metered:
    """Reads no more than it may: a request's headers, then its body."""

    def __init__(self, source: BufferedReader) -> None:
        self._source, self.left = source, 0

    def peek(self) -> bytes:
        return self._source.peek(1)

    def readline(self, most: int = 65_537) -> bytes:
        line = self._source.readline(min(most, self.left + 1))
        self.left -= len(line)
        if self.left < 0:
            raise LineTooLong("headers")
        return line

    def read(self, most: int) -> bytes:
        return self._source.read(min(most, self.left))

    def close(self) -> None:
        self._source.close()


def _holder(certificate: Any) -> tuple[str, str]:
    """Common name and serial of a certificate that was verified; empty where none was shown."""
    if not certificate:
        return "", ""
    named = [value for part in certificate.get("subject", ()) for key, value in part if key == "commonName"]
    return (named[0] if len(named) == 1 else ""), f"{int(certificate['serialNumber'], 16):x}"
