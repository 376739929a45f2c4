"""Requests over one kept connection: what came back, bounded in time and size, and what time it is over there."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import NoReturn

from pipeline.receiver.connection import Connection, Sockets, faults
from pipeline.receiver.ports import LineError

TALK_S = 30.0  # a short exchange, from name look-up to the last byte
MOST_SHORT = 4_096
PIECE = 65_536
DATE_GOOD_S = 900.0  # so long an answer's time may be compared with
QUICK_S = 5.0  # an answer that took longer says too little of the time
_CODE = re.compile(r"[a-z][a-z0-9_]{2,59}\Z")
# What a station says of a receiver's own standing: a code of its own, with its own remedy.
SAID = frozenset(
    {"receiver_revoked", "certificate_missing", "code_wrong", "code_over", "code_used", "csr_unusable", "station_busy"}
)


class Answer:
    """One answer: its head; the body is read once."""

    def __init__(self, response: http.client.HTTPResponse, connection: Connection) -> None:
        self._response, self._connection = response, connection
        self.status = response.status
        self.headers = response.headers

    @property
    def length(self) -> int:
        """How many bytes are still to come. LineError(`line_answer`) where it does not say, as in chunks."""
        if self._response.length is None:
            raise LineError("line_answer", why="length")
        return self._response.length

    def body(self, most: int) -> bytes:
        """All of it. LineError(`line_answer_too_large`) where it is more."""
        if self.length > most:
            self._connection.close()
            raise LineError("line_answer_too_large", most=most)
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """As it comes. LineError(`line_cut`) where it ends before it should."""
        with faults():
            while piece := self._response.read1(PIECE):
                yield piece
            if self._response.length:
                raise http.client.IncompleteRead(b"", self._response.length)


class Exchange:
    """With one host, by one thread at a time. `patience`: a factor for every time-out."""

    def __init__(
        self,
        host: str,
        port: int,
        context: Callable[[Sockets], ssl.SSLContext],
        *,
        clock: Callable[[], float] = time.time,
        patience: float = 1.0,
    ) -> None:
        self._connection = Connection(host, port, context)
        self._clock, self._patience = clock, patience
        self._dated: tuple[float, float] | None = None  # the station's time, and our monotonic one then

    def close(self) -> None:
        self._connection.close()

    def offset_s(self) -> float | None:
        if self._dated is None or time.monotonic() - self._dated[1] > DATE_GOOD_S:
            return None
        station = self._dated[0] + (time.monotonic() - self._dated[1])
        return self._clock() - station

    @contextmanager
    def asked(
        self,
        method: str,
        path: str,
        within: float = TALK_S,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Iterator[Answer]:
        """An answer whose body may be read within the block; whatever is left of it then ends the connection."""
        deadline = time.monotonic() + within * self._patience
        response = self._connection.ask(method, path, body, dict(headers or {}), deadline)
        try:
            self._compare(response.headers.get("Date", ""))
            yield Answer(response, self._connection)
        except BaseException:
            response.close()
            self._connection.close()
            raise
        if response.length:
            self._connection.close()
        response.close()

    def _compare(self, date: str) -> None:
        """What time it is at the station: what it says is cut to the second, and was said halfway."""
        asked, heard = self._connection.asked_at, time.monotonic()
        if heard - asked > QUICK_S:
            return
        with suppress(ValueError, TypeError, OverflowError):
            self._dated = parsedate_to_datetime(date).timestamp() + 0.5, (asked + heard) / 2


def whole(answer: Answer, most: int) -> bytes:
    """The body of a 200. LineError for everything else."""
    if answer.status != 200:
        refuse(answer)
    return answer.body(most)


def refuse(answer: Answer) -> NoReturn:
    said = ""
    with suppress(LineError, ValueError, AttributeError, TypeError):
        found = json.loads(answer.body(MOST_SHORT)).get("code", "")
        said = found if _CODE.match(found) else ""
    if said in SAID:
        raise LineError(said)
    raise LineError("line_redirected" if answer.status // 100 == 3 else "line_refusal", status=answer.status, said=said)
