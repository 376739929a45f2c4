"""A file from the network, onto a line that breaks: bounded, resumed where the far end can, followed only over TLS."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from pipeline.errors import ContentError, VoiceError

if TYPE_CHECKING:
    import requests

CONNECT_S, READ_S = 10.0, 30.0
LONGEST_S = 3 * 3600.0
BLOCK = 1 << 18
REDIRECTS = 5
TRIES = 5  # in a row that bring nothing
BACK_OFF_S = 2.0

Progress = Callable[[int, int], None]
"""Called with bytes there and bytes in all (0: unknown)."""


def refuse_address(address: str) -> None:
    """ContentError unless it is https, or http on this machine; secrets have no place in it."""
    try:
        parts = urlsplit(address)
        trusted = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts))
        fine = trusted and bool(parts.hostname) and "@" not in parts.netloc and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine or re.search(r"[\x00-\x20\x7f]", address):
        raise ContentError("voice_address_refused")


def shown_address(address: str) -> str:
    """Without what may be a secret in it: no query, no fragment."""
    return urlunsplit(urlsplit(address)._replace(query="", fragment=""))


def beside(address: str, suffix: str) -> str:
    """The address of the file that lies beside another one: `….onnx` → `….onnx.json`."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=parts.path + suffix))


def _is_here(parts: SplitResult) -> bool:
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"


class _BrokenError(Exception):
    """The line broke or the far end is out of order for now: worth another try."""


@dataclass
class Download:
    """`out` keeps what has come, so that a later run goes on from there. `limit`: bytes."""

    address: str
    out: Path
    limit: int
    progress: Progress = lambda _done, _total: None
    sleep: Callable[[float], None] = time.sleep
    timeout_s: tuple[float, float] = (CONNECT_S, READ_S)
    deadline: float = field(default_factory=lambda: time.monotonic() + LONGEST_S)

    def run(self) -> None:
        """ContentError voice_address_refused, voice_download_refused, voice_download_too_large; VoiceError
        voice_download_broken, voice_download_untrusted, voice_not_written.
        """
        tries = 0
        while True:
            before = self._there()
            try:
                self._once()
                return
            except _BrokenError:
                tries = 0 if self._there() > before else tries + 1
            if tries == TRIES or time.monotonic() > self.deadline:
                raise VoiceError("voice_download_broken", retryable=True, host=urlsplit(self.address).hostname or "")
            self.sleep(min(BACK_OFF_S * 2**tries, 30.0))

    def _there(self) -> int:
        return self.out.stat().st_size if self.out.exists() else 0

    def _once(self) -> None:
        import requests
        import urllib3

        try:
            with requests.Session() as session, self._followed(session) as response:
                self._judge(response)
                if response.status_code != 416:
                    self._keep(response)
        except requests.exceptions.SSLError:
            raise VoiceError("voice_download_untrusted", host=urlsplit(self.address).hostname or "") from None
        except (requests.RequestException, urllib3.exceptions.HTTPError):
            raise _BrokenError from None
        except OSError as error:
            raise VoiceError("voice_not_written", retryable=True, why=error.strerror or "") from None

    def _followed(self, session: requests.Session) -> requests.Response:
        """The answer behind at most REDIRECTS redirects, each to an address that is trusted as much as the first."""
        address = self.address
        headers = {"Accept-Encoding": "identity", "User-Agent": "loa"}
        if there := self._there():
            headers["Range"] = f"bytes={there}-"
        for _ in range(REDIRECTS + 1):
            refuse_address(address)
            if urlsplit(self.address).scheme == "https" and urlsplit(address).scheme != "https":
                raise ContentError("voice_address_refused")
            response = session.get(address, headers=headers, stream=True, allow_redirects=False, timeout=self.timeout_s)
            if not 300 <= response.status_code < 400 or "Location" not in response.headers:
                return response
            response.close()
            address = urljoin(address, response.headers["Location"])
        raise ContentError("voice_address_refused")

    def _judge(self, response: requests.Response) -> None:
        status = response.status_code
        if status in (200, 206):
            return
        if status == 416:  # nothing beyond what is here: it is whole, or another file
            if response.headers.get("Content-Range", "") != f"bytes */{self._there()}":
                self.out.unlink(missing_ok=True)
                raise _BrokenError
            return
        if status == 429 or status >= 500:
            raise _BrokenError
        raise ContentError("voice_download_refused", status=status)

    def _keep(self, response: requests.Response) -> None:
        there = self._there()
        goes_on = response.status_code == 206 and response.headers.get("Content-Range", "").startswith(
            f"bytes {there}-"
        )
        if response.status_code == 206 and not goes_on:
            self.out.unlink(missing_ok=True)
            raise _BrokenError
        there = there if goes_on else 0
        promised = response.headers.get("Content-Length", "")
        total = there + int(promised) if promised.isdecimal() and len(promised) < 15 else 0
        self._require_room(total)
        with self.out.open("ab" if goes_on else "wb") as file:
            for block in response.iter_content(BLOCK):
                there += len(block)
                self._require_room(there)
                file.write(block)
                self.progress(there, total)
                if time.monotonic() > self.deadline:
                    raise _BrokenError

    def _require_room(self, size: int) -> None:
        if size > self.limit:
            self.out.unlink(missing_ok=True)
            raise ContentError("voice_download_too_large", limit=self.limit // 1_000_000)
