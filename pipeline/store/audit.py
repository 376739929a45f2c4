"""Who did what: entries that are only ever appended, each holding the hash of the one before.

The hash is sha256 over the canonical JSON of an entry and the hash before it, so that no entry can be changed, removed
or put in between without every later hash being wrong. That the last ones were cut off shows in a note of the newest
hash, kept as a file outside the database. Nothing here is keyed: who can write the database, the file and this code can
forge a whole new history, and only a copy of the note kept elsewhere would tell.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.contacts import mask
from pipeline.store.rows import AuditEntry, AuditFinding, Note
from pipeline.store.tables import audit

LOG = logging.getLogger(__name__)

GENESIS = bytes(32)  # what the first entry holds for the one before it
PAGE = 1_000
RESTORED = ("database_restored", "database_fresh")  # entries that name, under `lost`, hashes that went with a database
LOST = "lost"
HEAD = re.compile(r"(\d+) ([0-9a-f]{64})", re.ASCII)
NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\+?84|0)(?:[ .-]?\d){8,10}(?![0-9A-Za-z])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry's place in the chain."""

    id: int
    previous: bytes
    hash: bytes


# --- appending --------------------------------------------------------------------------------------------------------


def append(connection: Connection, note: Note, now: datetime) -> Link:
    """Add an entry behind the last one. The caller keeps everybody else from writing meanwhile."""
    previous = connection.scalar(sa.select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)) or GENESIS
    detail = {name: _plain(value) for name, value in note.detail.items()}
    values = {
        "at": now,
        "actor": clean(note.actor),
        "action": note.action,
        "subject": clean(note.subject),
        "detail": _canonical(detail),
        "previous": previous,
    }
    hashed = _hash(values)
    added = connection.scalar(sa.insert(audit).values(**values, hash=hashed).returning(audit.c.id))
    return Link(int(added or 0), previous, hashed)


def clean(text: str) -> str:
    """A text as it may stand in a log for good: telephone numbers masked, only characters a database can hold."""
    readable = text.encode("utf-8", "replace").decode().replace("\x00", "")
    return NUMBER.sub(lambda found: mask(re.sub(r"\D", "", found[0])), readable)


def _plain(value: object) -> Any:
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return clean(str(value))


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(entry: Mapping[str, Any]) -> bytes:
    facts = {name: entry[name] for name in ("actor", "action", "subject", "detail")}
    at = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_canonical({**facts, "at": at, "previous": entry["previous"].hex()}).encode()).digest()


# --- reading ----------------------------------------------------------------------------------------------------------


def newest(connection: Connection, count: int) -> list[AuditEntry]:
    """The last entries, the oldest of them first."""
    rows = connection.execute(sa.select(audit).order_by(audit.c.id.desc()).limit(count)).all()
    return [
        AuditEntry(row.id, row.at, row.actor, row.action, row.subject, json.loads(row.detail), row.hash.hex())
        for row in reversed(rows)
    ]


def verify(connection: Connection, heads: Sequence[tuple[int, bytes]] | None) -> list[AuditFinding]:
    """Everything that does not fit: changed entries, places where some are missing or were put in, a cut-off end.

    `heads`: what the note outside says, oldest first; None where the store keeps none. A restoring is an entry of the
    log that names the hashes it knows to be lost with it: those are not missed.
    """
    findings: list[AuditFinding] = []
    explained: set[str] = set()
    previous, last = GENESIS, 0
    found: dict[bytes, int] = {}
    wanted = {hashed for _, hashed in heads or ()}
    for row in _in_order(connection):
        if bytes(row.previous) != previous:
            findings.append(AuditFinding("audit_broken", row.id))
        if _hash({**row._asdict(), "previous": bytes(row.previous)}) != bytes(row.hash):
            findings.append(AuditFinding("audit_changed", row.id))
        if row.action in RESTORED:
            explained.update(json.loads(row.detail).get(LOST, ()))
        previous, last = bytes(row.hash), row.id
        if previous in wanted:
            found[previous] = last
    unexplained = None if heads is None else [each for each in heads if each[1].hex() not in explained]
    return findings + _compare_heads(unexplained, found, last, noted=bool(heads))


def lost_heads(connection: Connection, heads: Sequence[tuple[int, bytes]]) -> list[str]:
    """Hashes that the note outside names and the log does not hold: what a copy was too old for."""
    hashes = [hashed for _, hashed in heads]
    held = {bytes(each) for each in connection.scalars(sa.select(audit.c.hash).where(audit.c.hash.in_(hashes)))}
    return [each.hex() for each in hashes if each not in held]


def _compare_heads(
    heads: Sequence[tuple[int, bytes]] | None, found: Mapping[bytes, int], last: int, *, noted: bool
) -> list[AuditFinding]:
    """`heads`: those that no restoring explains; `noted`: whether there are any at all."""
    if heads is None or (not noted and not last):
        return []
    if not noted:
        return [AuditFinding("audit_head_missing", last)]
    lost = [AuditFinding("audit_cut", number) for number, hashed in heads if hashed not in found]
    if found and max(found.values()) < last:
        lost.append(AuditFinding("audit_beyond_head", last))
    return lost


def _in_order(connection: Connection) -> Iterator[sa.Row[Any]]:
    last = -1
    while rows := connection.execute(sa.select(audit).where(audit.c.id > last).order_by(audit.c.id).limit(PAGE)).all():
        yield from rows
        last = rows[-1].id


# --- the note outside -------------------------------------------------------------------------------------------------


def note_head(path: Path, links: Sequence[Link]) -> None:
    """Write the newest hash beside the database, once its entry is committed.

    A head that the new entries do not follow is kept as it was: either it is found in the chain, or what it named was
    cut off. That the note cannot be written keeps nobody from what they were doing.
    """
    try:
        with _alone(path.parent):
            heads = [each for each in read_heads(path) if each[1] != links[0].previous]
            heads.append((links[-1].id, links[-1].hash))
            text = "".join(f"{number} {hashed.hex()}\n" for number, hashed in heads)
            part = path.with_name(path.name + ".part")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
    except OSError as error:
        LOG.warning("the head of the audit log could not be noted: %s", error.strerror)


def read_heads(path: Path) -> list[tuple[int, bytes]]:
    """What the note says, oldest first; empty where there is none."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found = [HEAD.fullmatch(line) for line in lines]
    return [(int(match[1]), bytes.fromhex(match[2])) for match in found if match]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else notes a head meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
