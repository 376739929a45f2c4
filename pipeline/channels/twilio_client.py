"""Twilio's own client over our line: any base URL, no redirects, no repeats, nothing logged.

The client of twilio 9.13 has no base URL, waits for ever by default and logs every request with its numbers.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from pipeline.channels.line import Answer, Gate, Line, basic

if TYPE_CHECKING:
    from twilio.base.page import Page
    from twilio.rest.api.v2010.account.message import MessageInstance

PAGE, PAGE_OF_ONE = 1000, 50


class LineClient(HttpClient):  # type: ignore[misc]
    """What twilio's client sends its requests with. `answer` is the last one of this thread."""

    def __init__(self, line: Line) -> None:
        self.is_async = False
        self._line = line
        self._own = threading.local()

    @property
    def answer(self) -> Answer | None:
        found: Answer | None = getattr(self._own, "answer", None)
        return found

    @contextmanager
    def through(self, gate: Gate) -> Iterator[None]:
        """What this thread asks meanwhile goes through the gate."""
        self._own.gate, self._own.answer = gate, None
        try:
            yield
        finally:
            self._own.gate = None

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        where = urlsplit(url)
        query = "&".join(part for part in (where.query, urlencode(params or {}, doseq=True)) if part)
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = basic(*auth)
        body = urlencode(data or {}, doseq=True) if method.upper() == "POST" else ""
        path = where.path + (f"?{query}" if query else "")
        answer = self._line.ask(method.upper(), path, self._own.gate, body, sent)
        self._own.answer = answer
        return Response(answer.status, answer.text, answer.headers)


class Account:
    """One account's messages."""

    def __init__(self, line: Line, account: str, token: str) -> None:
        self.http = LineClient(line)
        plain = {
            "LOA": "1"
        }  # TWILIO_EDGE and the like must not turn our requests elsewhere; an empty one would be ours
        self._client = Client(account, token, http_client=self.http, environment=plain)
        self._messages = self._client.messages  # reads many modules, which must not count against the first request

    def post(self, gate: Gate, fields: Mapping[str, str]) -> MessageInstance:
        """One message. TwilioException where it was refused, LineError where nobody answered."""
        with self.http.through(gate):
            return self._messages.create(**fields)

    def page(self, gate: Gate, to: str | None = None, behind: Page | None = None) -> Page | None:
        """A page of messages, the newest first: the first one, or the one behind another; None behind the last.

        Never by the day they were sent: one that still waits has none, and would seem unsent.
        """
        with self.http.through(gate):
            if behind is not None:
                return behind.next_page()
            only = {"to": to} if to else {}
            return self._messages.page(page_size=PAGE_OF_ONE if to else PAGE, **only)

    def ask(self, gate: Gate) -> str:
        """The account's own state, as `active`."""
        with self.http.through(gate):
            return str(self._client.api.accounts(self._client.account_sid).fetch().status)


def error_code(answer: Answer | None) -> int | None:
    """Twilio's own code in the body of a refusal; None where there is none."""
    try:
        payload: Any = json.loads(answer.text) if answer else None
    except ValueError:
        return None
    code = payload.get("code") if isinstance(payload, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None
