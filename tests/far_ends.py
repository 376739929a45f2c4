"""Far ends on loopback for what is told: an HTTP server that answers as asked, and a mail server that keeps."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.patience import PATIENCE_S


class HttpEnd(ThreadingHTTPServer):
    """Keeps every request as (method, path, body) and answers with `status`; holds it while `let_go` is not set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = 200
        self.location = ""
        self.requests: list[tuple[str, str, bytes]] = []
        self.let_go = threading.Event()
        self.let_go.set()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: HttpEnd

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path, body))
        self.server.let_go.wait(PATIENCE_S)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_: object) -> None: ...


class MailEnd(socketserver.ThreadingTCPServer):
    """Takes every mail and keeps it whole; refuses recipients while `refuses`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mailbox)
        self.mails: list[bytes] = []
        self.refuses = False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Mailbox(socketserver.StreamRequestHandler):
    server: MailEnd

    def handle(self) -> None:
        self._say("220 sink")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"RCPT" and self.server.refuses:
                self._say("550 no such person")
            elif verb == b"DATA":
                self._say("354 go on")
                self.server.mails.append(self._mail())
                self._say("250 kept")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _mail(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def http_end() -> Iterator[HttpEnd]:
    with HttpEnd() as server:
        yield from _serving(server)


@contextmanager
def mail_end() -> Iterator[MailEnd]:
    with MailEnd() as server:
        yield from _serving(server)


def _serving(server: HttpEnd | MailEnd) -> Iterator[HttpEnd | MailEnd]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        if isinstance(server, HttpEnd):
            server.let_go.set()
        server.shutdown()
        thread.join()
