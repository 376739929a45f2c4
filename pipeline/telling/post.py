"""The ways to people and to the outside: apprise addresses and the dead man's ping, each with its time limit."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from pipeline.config.online import is_loopback
from pipeline.telling.words import masked

T = TypeVar("T")
LOG = logging.getLogger(__name__)

SEND_WITHIN_S = 30.0
PING_WITHIN_S = 10.0
BACK_OFF_S = (60.0, 120.0, 300.0, 900.0, 1800.0)

Send = Callable[[str, str, str], str]
"""(apprise URL, title, body) → empty, or the code of what kept it back."""
Call = Callable[[str], str]
"""URL → empty, or the code of what went wrong."""


@dataclass(slots=True)
class Address:
    """One of those who are told: what it is still owed, and when it may be tried again."""

    failures: int = 0
    not_before: float = 0.0  # monotonic seconds
    owed: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=3))


class Post:
    """Sends to the addresses that stand in environment variables, and remembers which of them fail."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str] = os.environ,
        send: Send | None = None,
        call: Call | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.monotonic = monotonic
        self._environ = environ
        self._send, self._call = send or send_by_apprise, call or call_outside
        self._addresses: dict[str, Address] = {}

    def send_all(self, names: Sequence[str], title: str, body: str) -> dict[str, str]:
        """Send to all at the same time; one that hangs keeps nobody waiting beyond the limit."""

        def sending(name: str) -> Callable[[], str]:
            url = self._environ.get(name, "")
            return lambda: self._send(url, masked(title), masked(body)) if url else "telling_env_missing"

        said = within(SEND_WITHIN_S, {name: sending(name) for name in names}, late="telling_timeout")
        for name, code in said.items():
            address = self.address(name)
            address.failures = address.failures + 1 if code else 0
            wait = BACK_OFF_S[min(address.failures, len(BACK_OFF_S)) - 1] if code else 0.0
            address.not_before = self.monotonic() + wait
            if code:
                LOG.warning("telling by %s failed (%s); tried again in %.0f s", name, code, wait)
        return said

    def address(self, name: str) -> Address:
        """One of those who are told, by the name of its variable."""
        return self._addresses.setdefault(name, Address())

    def call_outside(self, name: str) -> str:
        """Call the outside address that a variable holds: empty, or the code of what went wrong."""
        url = self._environ.get(name, "")
        code = ping_refusal(url) or within(PING_WITHIN_S, {name: lambda: self._call(url)}, late="telling_timeout")[name]
        if code:
            LOG.warning("ping by %s failed (%s)", name, code)
        return code


def ping_refusal(url: str) -> str:
    """Why an outside address cannot be used; empty where it can: https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "ping_url_bad"
    if not url:
        return "telling_env_missing"
    if parts.scheme == "https" and host:
        return ""
    return "" if parts.scheme == "http" and is_loopback(host) else "ping_url_bad"


def call_outside(url: str) -> str:
    """GET an address: TLS verified, no redirect followed; anything but 2xx is a failure."""
    import http.client
    import urllib.error
    import urllib.request

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    request = urllib.request.Request(url, headers={"User-Agent": "loa"})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=PING_WITHIN_S):
            return ""
    except urllib.error.HTTPError as error:
        error.close()
        return "ping_refused"
    except (OSError, ValueError, http.client.HTTPException):
        return "ping_unreachable"


def send_by_apprise(url: str, title: str, body: str) -> str:
    """Hand a text to one apprise address: empty, or the code of what kept it back. Its URL reaches no log."""
    import apprise

    for chatty in ("apprise", "urllib3", "requests"):  # addresses hold secrets, in their paths too
        logging.getLogger(chatty).setLevel(logging.CRITICAL + 1)
    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if service is None:
        return "telling_url_bad"
    if not service.verify_certificate:
        return "telling_unverified"
    try:
        sent = service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
    except (OSError, TypeError, ValueError):
        return "telling_refused"
    return "" if sent else "telling_refused"


def within(seconds: float, works: Mapping[str, Callable[[], T]], *, late: T) -> dict[str, T]:
    """Run all at the same time on threads of their own; `late` is the answer of those that take longer."""
    answers: dict[str, T] = {}

    def answer(name: str, work: Callable[[], T]) -> None:
        answers[name] = work()

    threads = [threading.Thread(target=answer, args=each, name="telling", daemon=True) for each in works.items()]
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return {name: answers.get(name, late) for name in works}
