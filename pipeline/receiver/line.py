"""HTTPS to the station: what a receiver asks for and hands in. The real `receiver.ports.Line`.

The station's certificate authority is the only one trusted, redirects are not followed, an answer is what was asked for
or a LineError.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from pipeline.errors import AccessError
from pipeline.protocol import names
from pipeline.protocol.enrolment import ADDRESS, MOST_ANSWERED, Asked, Granted, host_and_port, read_granted
from pipeline.protocol.journal import Handed
from pipeline.protocol.status import Status
from pipeline.receiver.exchange import MOST_SHORT, TALK_S, Answer, Exchange, refuse, whole
from pipeline.receiver.identity import Identity
from pipeline.receiver.ports import LineError
from pipeline.signing import MOST_BYTES
from pipeline.strict_json import Table

DOCUMENT_S = 60.0
SLOWEST_BYTES_S = 1_000.0  # of a sound: slower than this it is given up, and goes on where it was next time
LONGEST_S = 1_800.0
PORT = 443
_SPAN = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})\Z")


class HttpsLine:
    """`receiver.ports.Line`. For one thread at a time. `patience`: a factor for every time-out."""

    def __init__(self, identity: Identity, *, clock: Callable[[], float] = time.time, patience: float = 1.0) -> None:
        self._clock, self._patience = clock, patience
        self._used = self._next = self._made(identity)

    def take(self, identity: Identity) -> None:
        """Speak as this from the next call on: the certificate was renewed. From any thread.

        AccessError(`identity_unreadable`).
        """
        self._next = self._made(identity)

    def _made(self, identity: Identity) -> Exchange:
        place = host_and_port(identity.address, ADDRESS, PORT)
        if place is None:
            raise AccessError("identity_unreadable", file="address")
        return Exchange(*place, identity.context, clock=self._clock, patience=self._patience)

    @property
    def _exchange(self) -> Exchange:
        if self._used is not self._next:
            self._used.close()
            self._used = self._next
        return self._used

    def keyring(self) -> bytes:
        with self._exchange.asked("GET", names.KEYRING_PATH, DOCUMENT_S) as answer:
            return whole(answer, MOST_BYTES)

    def hand_keyring(self, sealed: bytes) -> None:
        with self._exchange.asked("POST", names.KEYRING_PATH, DOCUMENT_S, body=sealed) as answer:
            if answer.status != 204:
                whole(answer, MOST_SHORT)

    def plan(self, known: int) -> bytes | None:
        with self._exchange.asked("GET", names.PLAN_PATH, DOCUMENT_S, {"If-None-Match": f'"{known}"'}) as answer:
            if answer.status == 304:
                return None
            if answer.status == 404:
                answer.body(MOST_SHORT)
                return None
            return whole(answer, MOST_BYTES)

    def held(self, journal: str) -> int:
        path = f"{names.JOURNAL_PATH}?journal={quote(journal, safe='')}"
        with self._exchange.asked("GET", path) as answer:
            return _held(whole(answer, MOST_SHORT))

    def hand_in(self, piece: Handed) -> int:
        with self._exchange.asked("POST", names.JOURNAL_PATH, DOCUMENT_S, body=piece.payload()) as answer:
            return _held(whole(answer, MOST_SHORT))

    def tell(self, status: Status) -> None:
        with self._exchange.asked("POST", names.STATUS_PATH, body=status.payload()) as answer:
            if answer.status != 204:
                whole(answer, MOST_SHORT)

    def renew(self, asked: Asked) -> Granted:
        """A certificate for a new key. LineError, AccessError(`document_unreadable`)."""
        with self._exchange.asked("POST", names.ENROL_PATH, DOCUMENT_S, body=asked.payload()) as answer:
            return read_granted(whole(answer, MOST_ANSWERED))

    def sound(self, sha256: str, size: int, part: Path) -> None:
        """See `ports.Line`. OSError where `part` cannot be written."""
        have = part.stat().st_size if part.exists() else 0
        if have > size:
            part.unlink()
            have = 0
        if have == size:
            return
        headers = {"Range": f"bytes={have}-", "If-Range": f'"{sha256}"'} if have else {}
        within = min(LONGEST_S, TALK_S + (size - have) / SLOWEST_BYTES_S)
        with self._exchange.asked("GET", names.SOUND_PATH + sha256, within, headers) as answer:
            begin = _begin(answer, sha256, size, have)
            if begin is None:
                part.unlink(missing_ok=True)
                raise LineError("line_sound_differs", why=str(answer.status))
            with part.open("r+b" if have else "wb") as file:
                file.seek(begin)
                file.truncate()
                for piece in answer.pieces():
                    file.write(piece)

    def offset_s(self) -> float | None:
        return self._used.offset_s()

    def close(self) -> None:
        self._used.close()


def _begin(answer: Answer, sha256: str, size: int, have: int) -> int | None:
    """Where in the file the bytes of an answer belong; None where what lies there is of no use."""
    if answer.status == 416:
        return None
    if answer.status not in (200, 206):
        refuse(answer)
    if answer.headers.get("ETag", f'"{sha256}"') != f'"{sha256}"':
        return None
    begin = 0
    if answer.status == 206:
        span = _SPAN.match(answer.headers.get("Content-Range", ""))
        if span is None or (int(span[1]), int(span[2]), int(span[3])) != (have, size - 1, size) or not have:
            raise LineError("line_answer", why="range")
        begin = have
    if answer.length != size - begin:
        raise LineError("line_sound_differs", why="size")
    return begin


def _held(body: bytes) -> int:
    try:
        return Table.of(body, "held").whole("held", 0, 1 << 53)
    except AccessError as error:
        raise LineError("line_answer", why=error.params["why"]) from None
