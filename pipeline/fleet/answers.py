"""What the gate answers to which request, one function a path. `docs/receiver-protocol.md` describes them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from pipeline.errors import AccessError
from pipeline.fleet.admitting import Admission
from pipeline.fleet.hearing import Hearing
from pipeline.fleet.keys import ROOT_AWAY, Keys
from pipeline.fleet.ports import Ledger, News, Over
from pipeline.messages import say
from pipeline.protocol import enrolment, journal, names, status
from pipeline.protocol.plan import RECEIVER, SHA256

LOG = logging.getLogger(__name__)

VERSION = re.compile(r'(?:W/)?"(\d{1,16})"\Z', re.ASCII)
MOST_KEYRING = 262_144  # bytes
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back. `file`: a sound, of which `first` to `last` (bytes, inclusive)."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    file: Path | None = None
    first: int = 0
    last: int = -1

    @property
    def length(self) -> int:
        return self.last - self.first + 1 if self.file is not None else len(self.body)


@dataclass(frozen=True, slots=True)
class Asking:
    """One request. `receiver`: whose certificate was shown and counts, empty where none was."""

    receiver: str
    path: str
    query: str
    headers: Any
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the gate."""

    ledger: Ledger
    keys: Keys
    admission: Admission
    hearing: Hearing


def give_authority(behind: Behind, asking: Asking) -> Answer:
    return Answer(200, behind.admission.authority.pem.encode(), (("Content-Type", "application/x-pem-file"),))


def enrol(behind: Behind, asking: Asking) -> Answer:
    granted = behind.admission.admit(enrolment.read_asked(asking.body), asking.receiver)
    LOG.info("%s", say("gate_enrolled", receiver=granted.receiver))
    return _json_answer(granted.payload())


def give_keyring(behind: Behind, asking: Asking) -> Answer:
    return _json_answer(behind.keys.sealed_keyring)


def take_keyring(behind: Behind, asking: Asking) -> Answer:
    try:
        outgrown = behind.keys.outgrow(asking.body)
    except AccessError as error:
        if error.code != ROOT_AWAY:
            raise
        LOG.warning("%s", say(error.code, **error.params))  # no fault of who handed it in; it is taken all the same
        outgrown = True
    if outgrown:
        LOG.warning("%s", say("keyring_outgrown", receiver=asking.receiver))
    return Answer(204)


def give_plan(behind: Behind, asking: Asking) -> Answer:
    found = VERSION.match(asking.headers.get("If-None-Match", ""))
    newer_than = int(found[1]) if found else 0
    plan = behind.ledger.plan(asking.receiver, newer_than)
    if plan is None:
        return Answer(304) if newer_than else refusal(HTTPStatus.NOT_FOUND, "plan_none")
    return _json_answer(plan[1], ("ETag", f'"{plan[0]}"'))


def give_sound(behind: Behind, asking: Asking) -> Answer:
    sha256 = asking.path.removeprefix(names.SOUND_PATH)
    path = behind.ledger.sound(asking.receiver, sha256) if SHA256.match(sha256) else None
    try:
        size = path.stat().st_size if path is not None else 0
    except OSError:
        size = 0
    if path is None or not size:
        return refusal(HTTPStatus.NOT_FOUND, "sound_none")
    tag = f'"{sha256}"'
    headers = (("ETag", tag), ("Accept-Ranges", "bytes"), ("Content-Type", "application/octet-stream"))
    wanted = RANGE.match(asking.headers.get("Range", ""))
    if wanted is None or asking.headers.get("If-Range", tag) != tag or wanted[0] == "bytes=-":
        return Answer(200, headers=headers, file=path, last=size - 1)
    first, last = _span(wanted[1], wanted[2], size)
    if first > last or first >= size:
        return Answer(416, headers=(("Content-Range", f"bytes */{size}"),))
    ranged = (*headers, ("Content-Range", f"bytes {first}-{last}/{size}"))
    return Answer(206, headers=ranged, file=path, first=first, last=last)


def give_held(behind: Behind, asking: Asking) -> Answer:
    name = parse_qs(asking.query, max_num_fields=4).get("journal", [""])[0]
    if not RECEIVER.match(name):
        raise AccessError("document_unreadable", document="journal", why="journal")
    return _held(behind.ledger.journal_held(asking.receiver, name))


def take_journal(behind: Behind, asking: Asking) -> Answer:
    return _held(behind.ledger.take_journal(asking.receiver, journal.read_handed(asking.body)))


def take_status(behind: Behind, asking: Asking) -> Answer:
    said = status.read_status(asking.body)
    behind.hearing.hear(News(asking.receiver, said, behind.admission.clock(), Over.HTTPS))
    return Answer(204)


@dataclass(frozen=True, slots=True)
class Way:
    """What answers a path. `most`: bytes that may come along; `open`: to those without a certificate too."""

    answer: Callable[[Behind, Asking], Answer]
    most: int = 0
    open: bool = False


WAYS: dict[tuple[str, str], Way] = {
    ("GET", names.AUTHORITY_PATH): Way(give_authority, open=True),
    ("POST", names.ENROL_PATH): Way(enrol, enrolment.MOST_BYTES, open=True),
    ("GET", names.KEYRING_PATH): Way(give_keyring),
    ("POST", names.KEYRING_PATH): Way(take_keyring, MOST_KEYRING),
    ("GET", names.PLAN_PATH): Way(give_plan),
    ("GET", names.SOUND_PATH): Way(give_sound),
    ("GET", names.JOURNAL_PATH): Way(give_held),
    ("POST", names.JOURNAL_PATH): Way(take_journal, journal.MOST_BYTES),
    ("POST", names.STATUS_PATH): Way(take_status, status.MOST_BYTES),
}
UNREAD = frozenset({400, 411, 413, 431})  # refused before it was read
STATUS_OF = {  # of what is refused; all else 403
    "document_unreadable": HTTPStatus.BAD_REQUEST,
    "csr_unusable": HTTPStatus.BAD_REQUEST,
    "journal_too_much": HTTPStatus.TOO_MANY_REQUESTS,
}


def refusal(status: int, code: str) -> Answer:
    return _json_answer(json.dumps({"code": code}).encode(), status=status)


def _json_answer(body: bytes, *headers: tuple[str, str], status: int = 200) -> Answer:
    return Answer(status, body, (("Content-Type", "application/json"), *headers))


def _held(number: int) -> Answer:
    return _json_answer(json.dumps({"held": number}).encode())


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """`4096-`, `0-99` and `-500` in bytes, both inclusive."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
