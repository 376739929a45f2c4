"""A far end that behaves as Twilio does, its bad days included: it keeps what it was sent and lists it late.

`fault` decides of each message what becomes of it; the number is never looked at by anything but the test.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.patience import PATIENCE_S

ACCOUNT = "AC" + "0" * 32
TOKEN = "ein-geheimnis"
ANSWERS: dict[str, tuple[int, dict[str, Any] | str]] = {
    "429": (429, {"code": 20429, "message": "Too Many Requests", "status": 429}),
    "429 bare": (429, "slow down"),
    "401": (401, {"code": 20003, "message": "Authenticate", "status": 401}),
    "401 bare": (401, "<html>who are you?</html>"),
    "403": (403, {"code": 20005, "message": "Account not active", "status": 403}),
    "404": (404, {"code": 20404, "message": "not found", "status": 404}),
    "500": (500, {"code": 20500, "message": "Internal Server Error", "status": 500}),
    "503": (503, "Service Unavailable"),
    "302": (302, ""),
    "400 bare": (400, "<html>bad</html>"),
    "garbage": (201, "<html>welcome to the hotel</html>"),
    "nothing": (201, ""),
    "list": (201, "[1, 2]"),
    "deep": (201, "[" * 100_000),
    "no sid": (201, "{}"),
}
SECRETS = {"LOA_FAR_ACCOUNT": ACCOUNT, "LOA_FAR_TOKEN": TOKEN}
SETTINGS: dict[str, Any] = {
    "account": "LOA_FAR_ACCOUNT",
    "token": "LOA_FAR_TOKEN",
    "sender": "UBND-ANLAO",
    "timeout": timedelta(seconds=PATIENCE_S),
    "max_batch": 8,
}
SILENT_S = 30.0  # whoever is slow
UNSEEN = frozenset({"429", "429 bare", "401", "401 bare", "403", "404", "302", "400 bare", "refuse"})


@dataclass
class Message:
    sid: str
    to: str
    body: str
    sender: str
    service: str | None
    callback: str
    at: float
    status: str = "queued"
    error: int | None = None

    def shown(self) -> dict[str, Any]:
        at = format_datetime(datetime.fromtimestamp(self.at, UTC))
        return {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": at,
            "date_sent": None,
            "date_updated": at,
            "direction": "outbound-api",
            "error_code": self.error,
            "error_message": None,
            "from": self.sender or None,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {},
            "to": self.to,
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{self.sid}.json",
        }


@dataclass
class Behaviour:
    """What the far end does. `delay` and `lag` in seconds; `ahead`: how wrong its clock is."""

    fault: Callable[[dict[str, str]], str] = lambda _: ""
    lag: float = 0.0
    delay: float = 0.0
    ahead: timedelta = timedelta(0)
    page_size: int = 1000
    list_fault: str = ""
    report: Callable[[Message], None] | None = None
    codes: dict[str, tuple[int, int]] = field(default_factory=dict)  # fault → (status, Twilio's code)
    keep_in: Path | None = None  # a folder in which every message stands as a file


class FarTwilio(ThreadingHTTPServer):
    """Listens on loopback. `kept`: what was accepted, whether or not the answer arrived; `asked`: every request."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, behaviour: Behaviour | None = None, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Answer)
        self.behaviour = behaviour or Behaviour()
        self.kept: list[Message] = []
        self.asked: list[tuple[str, str, dict[str, str], dict[str, str]]] = []
        self.lock = threading.Lock()
        self.keeps_requests = True
        self.over = threading.Event()  # whoever is kept waiting is let go
        self.undecided = 0  # orders that were read and are neither kept nor refused yet
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def server_close(self) -> None:
        self.over.set()
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that was killed is no fault of ours."""

    def accept(self, form: dict[str, str]) -> Message:
        with self.lock:
            sid = f"SM{len(self.kept):032x}"
            message = Message(
                sid,
                form.get("To", ""),
                form.get("Body", ""),
                form.get("From", ""),
                form.get("MessagingServiceSid"),
                form.get("StatusCallback", ""),
                time.time() + self.behaviour.ahead.total_seconds(),
            )
            self.kept.append(message)
        if self.behaviour.keep_in is not None:
            self.behaviour.keep_in.mkdir(parents=True, exist_ok=True)
            (self.behaviour.keep_in / sid).write_text(message.body, encoding="utf-8")
        if self.behaviour.report is not None and message.callback:
            self.behaviour.report(message)
        return message

    def listed(self, to: str | None) -> list[Message]:
        seen = time.time() + self.behaviour.ahead.total_seconds() - self.behaviour.lag
        with self.lock:
            found = [each for each in self.kept if each.at <= seen and to in (None, each.to)]
        return sorted(found, key=lambda each: -each.at)


@contextmanager
def serving(behaviour: Behaviour | None = None) -> Iterator[FarTwilio]:
    """A far end for as long as the block lasts."""
    far = FarTwilio(behaviour)
    try:
        yield far
    finally:
        far.shutdown()
        far.server_close()


class _Answer(BaseHTTPRequestHandler):
    server: FarTwilio
    protocol_version = "HTTP/1.1"
    counted = 0
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        if len(body) < length:  # the caller died in the middle of a word
            return self._hang_up()
        with self.server.lock:
            self.server.undecided += 1
        self.counted = 1
        try:
            return self._decide(body)
        finally:
            self._decided()

    def _decided(self) -> None:
        with self.server.lock:
            self.server.undecided -= self.counted
        self.counted = 0

    def _decide(self, body: str) -> None:
        form = dict(parse_qsl(body, keep_blank_values=True))
        self._note(form)
        behaviour = self.server.behaviour
        fault = behaviour.fault(form)
        if behaviour.delay:
            time.sleep(behaviour.delay)
        if fault == "drop before":
            return self._hang_up()
        if fault in behaviour.codes:
            status, code = behaviour.codes[fault]
            return self._say(status, {"code": code, "message": f"refused {form.get('To')}", "status": status})
        if fault in UNSEEN:
            return self._say(*ANSWERS[fault])
        message = self.server.accept(form)
        self._decided()
        if fault == "drop after":
            return self._hang_up()
        if fault == "slow":
            self.server.over.wait(SILENT_S)
        if fault == "trickle":
            return self._trickle()
        if fault == "truncated":
            return self._say(201, message.shown(), cut=40)
        if fault in ANSWERS:
            return self._say(*ANSWERS[fault])
        return self._say(201, message.shown())

    def do_GET(self) -> None:
        self._note({})
        where = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(where.query).items()}
        behaviour = self.server.behaviour
        if behaviour.list_fault == "drop":
            return self._hang_up()
        if behaviour.list_fault:
            return self._say(*ANSWERS[behaviour.list_fault])
        if not where.path.endswith("/Messages.json"):
            return self._say(200, {"sid": ACCOUNT, "status": "active"})
        found = self.server.listed(query.get("To"))
        if "DateSent" in where.query:  # a message that still waits has none
            found = []
        size = min(int(query.get("PageSize", 50)), behaviour.page_size)
        number = int(query.get("Page", 0))
        rest = len(found) > size * (number + 1)
        behind = f"{where.path}?PageSize={size}&Page={number + 1}" + (
            f"&To=%2B{query['To'][1:]}" if "To" in query else ""
        )
        page = {
            "messages": [each.shown() for each in found[size * number : size * (number + 1)]],
            "next_page_uri": behind if rest else None,
            "page": number,
            "page_size": size,
            "uri": self.path,
            "start": 0,
            "end": 0,
            "first_page_uri": where.path,
            "previous_page_uri": None,
        }
        return self._say(200, page)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(time.time() + self.server.behaviour.ahead.total_seconds())

    def log_message(self, *_: Any) -> None:
        pass

    def _note(self, form: dict[str, str]) -> None:
        if self.server.keeps_requests:
            headers = {name.lower(): value for name, value in self.headers.items()}
            with self.server.lock:
                self.server.asked.append((self.command, self.path, headers, form))

    def _say(self, status: int, answer: dict[str, Any] | str, cut: int = 0) -> None:
        raw = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw[: len(raw) - cut] if cut else raw)
        self.wfile.flush()
        if cut:
            self._hang_up()

    def _trickle(self) -> None:
        self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 5000\r\n\r\n")
        with suppress(OSError):
            while not self.server.over.wait(0.1):
                self.wfile.write(b" ")
                self.wfile.flush()
        self.close_connection = True

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def signature(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """As Twilio signs a report: the address and every field by name (its page on webhook security)."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def report(
    message: Message, to: tuple[str, int], status: str = "delivered", error: str = "", token: str = TOKEN
) -> int:
    """Report on a message to whoever listens in the place of its public address; the status of the answer."""
    from urllib.parse import urlencode

    form = {
        "MessageSid": message.sid,
        "MessageStatus": status,
        "AccountSid": ACCOUNT,
        "To": message.to,
        "ErrorCode": error,
    }
    where = urlsplit(message.callback)
    connection = http.client.HTTPConnection(*to, timeout=PATIENCE_S)
    headers = {
        "X-Twilio-Signature": signature(message.callback, form, token),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        connection.request("POST", f"{where.path}?{where.query}", urlencode(form), headers)
        return connection.getresponse().status
    finally:
        connection.close()
