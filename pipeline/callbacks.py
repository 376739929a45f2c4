"""A small ear of its own port: what SMS providers report of deliveries, while `loa run` runs.

It answers one kind of request, POST /loa/sms/<delivery>, and trusts nobody: a channel proves that a report is genuine
before anything is written. Whoever is slow, talks too much or comes in crowds is cut off. Without it nothing is lost:
the station asks the providers by itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from pipeline.channels import Call
from pipeline.domain import Receipt
from pipeline.door import Bounds, Door
from pipeline.errors import AccessError, LoaError, NotFoundError, SendError
from pipeline.messages import render, say

LOG = logging.getLogger(__name__)

PATH = re.compile(r"/loa/sms/(\d{1,18})(?:\?[^#\s]{0,200})?\Z", re.ASCII)
MOST_BYTES = 16_384  # a report has about 500
MOST_AT_ONCE = 32
WITHIN_S = 10.0  # from the first byte to the answer

Hear = Callable[[Call], Receipt | None]


class Listener(Door):
    """Listens at `address` from `start` to `stop`. `hear` writes a report down. OSError where the port is taken."""

    def __init__(self, address: tuple[str, int], hear: Hear) -> None:
        self.hear = hear
        super().__init__(address, _Report, Bounds(MOST_AT_ONCE, MOST_AT_ONCE, WITHIN_S))

    def start(self, name: str = "callbacks") -> None:
        """Begin to listen, in a thread of its own."""
        super().start(name)


class _Report(BaseHTTPRequestHandler):
    server: Listener
    server_version, sys_version = "loa", ""
    timeout = WITHIN_S

    def do_POST(self) -> None:
        found = PATH.search(self.path)
        length = self.headers.get("Content-Length", "")
        if found is None or "loa/sms" in self.path[: found.start()]:
            self._say(404)
        elif not re.fullmatch(r"\d{1,9}", length, re.ASCII) or "Transfer-Encoding" in self.headers:
            self._say(411)
        elif int(length) > MOST_BYTES:
            self._say(413)
        else:
            body = self.rfile.read(int(length))
            if len(body) < int(length):
                self._say(400)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._say(self._answer(Call(int(found[1]), self.path, headers, body)))

    def _answer(self, call: Call) -> int:
        try:
            self.server.hear(call)
        except AccessError as error:
            _tell("callback_refused", call, error)
            return 403
        except NotFoundError:
            return 404
        except SendError as error:
            _tell("callback_unchecked", call, error)
            return 503
        except LoaError as error:
            _tell("callback_unwritten", call, error)
            return 503
        return 204

    def _say(self, status: int) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Without a page that repeats what was asked."""
        with suppress(OSError, AttributeError):
            self._say(code)

    def log_message(self, *_: Any) -> None:
        """Nothing: addresses of reports hold their keys."""


def _tell(code: str, call: Call, error: LoaError) -> None:
    LOG.warning("%s", say(code, delivery=call.delivery, why=render(error.code, error.params)[0]))
