"""A provider of SMS with an HTTP API of its own, on loopback: it remembers, it lags, and it can fail in every way.

    POST /send {"to", "text", "key"}   → {"code": "ok"|"again"|…, "id"}     what it has taken stands in `taken`
    GET  /ask?key=…                    → {"code": "waiting"|"arrived"|"failed"|"unlisted", "id"}

`folder`: each message it takes is written there as well, so that several processes can be judged.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.patience import PATIENCE_S

SECRET = "s3cr3t-of-the-provider"


class FarHttp(ThreadingHTTPServer):
    """`fault`: what happens to a request, by its fields; see FAULTS. `lag_s`: a message is listed so much later."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, folder: Path | None = None, *, port: int = 0, keys: bool = True) -> None:
        super().__init__(("127.0.0.1", port), _Provider)
        self.folder, self.keys = folder, keys
        self.fault: Callable[[dict[str, Any]], str] = lambda _: ""
        self.outcome = "waiting"
        self.lag_s = 0.0
        self.taken: dict[str, dict[str, Any]] = {}
        self.sent: Counter[str] = Counter()  # to whom, how often
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.let_go = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def take(self, fields: dict[str, Any]) -> tuple[str, str]:
        """Send a message, unless its key is known."""
        with self._lock:
            key = str(fields["key"])
            if self.keys and key in self.taken:
                return "again", self.taken[key]["id"]
            name = f"far-{len(self.taken) + 1}"
            self.taken[key] = {**fields, "id": name, "at": time.monotonic()}
            self.sent[str(fields["to"])] += 1
            if self.folder is not None:
                self.folder.mkdir(parents=True, exist_ok=True)
                kept = {"text": fields["text"], "key": key}
                (self.folder / f"{key}.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
            return "ok", name

    def listed(self, key: str) -> dict[str, Any] | None:
        with self._lock:
            found = self.taken.get(key)
        return found if found and time.monotonic() - found["at"] >= self.lag_s else None

    def handle_error(self, *_: object) -> None:
        """A client that has gone is no news."""


class _Provider(BaseHTTPRequestHandler):
    server: FarHttp
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path, dict(self.headers), body))
        fields = json.loads(body)
        fault = FAULTS.get(self.server.fault(fields))
        if fault is not None:
            fault(self, fields)
            return
        code, name = self.server.take(fields)
        self.answer(200, {"code": code, "id": name})

    def do_GET(self) -> None:
        self.server.requests.append((self.command, self.path, dict(self.headers), b""))
        query = parse_qs(urlsplit(self.path).query)
        fault = ASK_FAULTS.get(self.server.fault({"ask": True}))
        if fault is not None:
            fault(self, {})
            return
        found = self.server.listed(query["key"][0])
        self.answer(200, {"code": self.server.outcome, "id": found["id"]} if found else {"code": "unlisted"})

    def answer(self, status: int, content: object, **headers: str) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if self.headers.get("Connection") == "close":
            self.send_header("Connection", "close")
        self.send_header("Content-Length", headers.get("length", str(len(body))))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None: ...


def _status(status: int, content: object = b"<html>") -> Callable[[_Provider, dict[str, Any]], None]:
    return lambda provider, _: provider.answer(status, content)


def _dropped(provider: _Provider, fields: dict[str, Any]) -> None:
    provider.server.take(fields)
    provider.hang_up()


def _never_taken(provider: _Provider, _: dict[str, Any]) -> None:
    provider.hang_up()


def _cut_short(provider: _Provider, fields: dict[str, Any]) -> None:
    provider.server.take(fields)
    provider.answer(200, b'{"code": "ok", "id"', length="4000")
    provider.hang_up()


def _silent(provider: _Provider, fields: dict[str, Any]) -> None:
    provider.server.take(fields)
    provider.server.let_go.wait(PATIENCE_S)
    provider.hang_up()


def _drips(provider: _Provider, fields: dict[str, Any]) -> None:
    """Never quite an answer, and never silent for long."""
    provider.server.take(fields)
    provider.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(3000):
        if provider.server.let_go.wait(0.05):
            break
        try:
            provider.wfile.write(f"X-{number}: x\r\n".encode())
        except OSError:
            break
    provider.close_connection = True


def _endless(provider: _Provider, fields: dict[str, Any]) -> None:
    provider.server.take(fields)
    provider.answer(200, b'{"code": "ok", "id": "' + b"x" * 200_000 + b'"}')


def _elsewhere(provider: _Provider, _: dict[str, Any]) -> None:
    provider.answer(307, b"", Location=provider.server.url + "/send")


def _named_by_number(provider: _Provider, fields: dict[str, Any]) -> None:
    provider.server.take(fields)
    provider.answer(200, {"code": "ok", "id": f"sms-{fields['to']}"})


Fault = Callable[[_Provider, dict[str, Any]], None]

FAULTS: dict[str, Fault] = {
    **{str(status): _status(status) for status in (400, 401, 403, 404, 405, 408, 409, 429, 500, 502, 503)},
    "garbage": _status(200, b"\xff\xfe<html>"),
    "empty": _status(200, b""),
    "deep": _status(200, b"[" * 60_000),
    "strange": _status(200, {"code": "perhaps"}),
    "bad_number": _status(200, {"code": "e-number"}),
    "no_credit": _status(402, {"code": "e-money"}),
    "dropped": _dropped,
    "never_taken": _never_taken,
    "cut_short": _cut_short,
    "silent": _silent,
    "drips": _drips,
    "endless": _endless,
    "elsewhere": _elsewhere,
    "named_by_number": _named_by_number,
}
ASK_FAULTS: dict[str, Fault] = {f"ask_{status}": _status(status) for status in (401, 404, 429, 500)}


def described(url: str, **more: Any) -> dict[str, Any]:
    """Settings of `type: http_sms` for this provider, as the reader of config/channels.yaml gives them."""
    from datetime import timedelta

    return {
        "url": f"{url}/send",
        "fields": {"to": "{phone}", "text": "{text}", "key": "{key}", "from": "{sender}", "token": "{secret:LOA_FAR}"},
        "answer": {
            "code": ("code",),
            "ref": "id",
            "sent": ("ok",),
            "repeated": ("again",),
            "unsent": {"e-money": "sms_no_credit"},
            "refused": {"e-number": "sms_bad_number"},
        },
        "sender": "LOA",
        "timeout": timedelta(seconds=5),
        "key_holds": timedelta(hours=24),
        **more,
    }


ASK: dict[str, Any] = {
    "fields": {"key": "{key}", "token": "{secret:LOA_FAR}"},
    "code": ("code",),
    "ref": "id",
    "waiting": ("waiting",),
    "arrived": ("arrived",),
    "failed": {"failed": "sms_unreachable"},
    "unlisted": ("unlisted",),
}


@contextmanager
def far_http(folder: Path | None = None, **given: Any) -> Iterator[FarHttp]:
    with FarHttp(folder, **given) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.let_go.set()
            server.shutdown()
            thread.join()
