"""One request to Google's voice: prepared by gTTS, sent over a line of ours that verifies, follows nothing and ends.

gTTS 2.5.4 itself sends with TLS unverified and without a time-out, and takes a page without sound for success.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import VoiceError

if TYPE_CHECKING:
    import requests

T = TypeVar("T")

LANGUAGE = "vi"
CONNECT_S, READ_S = 5.0, 10.0
MOST_BYTES = 2_000_000  # of one answer: 100 characters are about 60 kB

_AUDIO = re.compile(rb'"jQ1olc","\[\\"([A-Za-z0-9+/=]*)')


_OWN = b")]}'"
HERE = frozenset({401, 403, 407, 451})  # said of who asks, not of what is asked


class AgainError(Exception):
    """Worth another try, `after_s` seconds from now if the far end has said so."""

    def __init__(self, error: VoiceError, after_s: float = 0.0) -> None:
        self.error, self.after_s = error, after_s
        super().__init__(error)


def fetch(clause: str, tld: str, within_s: float, timeout_s: tuple[float, float] = (CONNECT_S, READ_S)) -> bytes:
    """The MP3 of at most 100 characters, within so many seconds whatever the far end does.

    AgainError where a repeat may help; VoiceError gtts_unreachable, gtts_untrusted, gtts_redirected, gtts_refused,
    gtts_no_audio where it does not.
    """
    answer = _within(within_s, lambda: _post(clause, tld, timeout_s))
    if answer is None:
        raise VoiceError("gtts_unreachable", retryable=True)
    if isinstance(answer, Exception):
        raise _network(answer)
    status, headers, body = answer
    _judge(status, headers)
    found = _AUDIO.search(body)
    audio = base64.b64decode(found[1] + b"==") if found else b""
    if not audio:  # an answer of its own, without sound for these words; anything else speaks for the network
        raise VoiceError("gtts_no_audio", retryable=not body.startswith(_OWN))
    return audio


def _post(clause: str, tld: str, timeout_s: tuple[float, float]) -> tuple[int, dict[str, str], bytes]:
    import requests
    from gtts import gTTS

    words = gTTS(clause, tld=tld, lang=LANGUAGE, lang_check=False, pre_processor_funcs=[])
    (prepared,) = words._prepare_requests()
    with requests.Session() as session:
        settings = session.merge_environment_settings(prepared.url, {}, True, True, None)
        options = {**settings, "timeout": timeout_s, "allow_redirects": False}
        with session.send(prepared, **options) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return response.status_code, headers, _bounded(response)


def _bounded(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(65_536):
        body += chunk
        if len(body) > MOST_BYTES:
            raise ValueError(len(body))
    return bytes(body)


def _within(seconds: float, call: Callable[[], T]) -> T | Exception | None:
    """The result of a call, the network error it raised, or None where it takes longer; then its thread is left alone.

    A socket's own time-out starts anew with every byte, and a name may be looked up for a minute.
    """
    import requests
    import urllib3

    results: list[T | Exception] = []

    def run() -> None:
        try:
            results.append(call())
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            results.append(error)

    thread = threading.Thread(target=run, name="gtts", daemon=True)
    thread.start()
    thread.join(seconds)
    return results[0] if results else None


def _network(error: Exception) -> Exception:
    import requests

    if isinstance(error, requests.exceptions.SSLError):
        return VoiceError("gtts_untrusted", retryable=True)
    if isinstance(error, requests.exceptions.Timeout):
        return VoiceError("gtts_unreachable", retryable=True)
    if isinstance(error, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return AgainError(VoiceError("gtts_unreachable", retryable=True))
    return VoiceError("gtts_no_audio")


def _judge(status: int, headers: dict[str, str]) -> None:
    """Nothing for 200, an error that calls for its own reaction for everything else."""
    if status == 200:
        return
    if 300 <= status < 400:
        raise VoiceError("gtts_redirected", retryable=True)
    if status == 429:
        raise AgainError(VoiceError("gtts_throttled", retryable=True), _retry_after(headers))
    if status >= 500:
        raise AgainError(VoiceError("gtts_failing", retryable=True, status=status))
    raise VoiceError("gtts_refused", retryable=status in HERE, status=status)


def _retry_after(headers: dict[str, str]) -> float:
    """Seconds; a date is reckoned from the answer's own, whatever our clock says."""
    said = headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        return (parsedate_to_datetime(said) - parsedate_to_datetime(headers["date"])).total_seconds()
    except (KeyError, TypeError, ValueError):
        return 0.0
