"""What a receiver did, in the order it did it, and what its entries say of an airing.

Entries are numbered from 1 without gaps. A journal has an id of its own: a receiver that lost its disk begins another,
and the station can tell the two apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pipeline.domain import State
from pipeline.errors import AccessError
from pipeline.protocol.plan import RECEIVER
from pipeline.strict_json import Table, dump

MOST_ENTRIES = 500  # handed in at once
MOST_BYTES = 512_000
RETAINED = "retained"  # among the facts of a refusal: a broker had kept what was refused, and no alarm follows


class Kind(StrEnum):
    """What an entry says."""

    BOOTED = "booted"  # the program began; code: how the last run ended
    STARTED = "started"  # written before the first sample
    CUT = "cut"  # something more urgent came; position_s: how far it was; it may go on
    RESUMED = "resumed"
    ENDED = "ended"  # the last sample was handed to the sound device
    STOPPED = "stopped"  # it had begun and does not go on; code: silenced, withdrawn, died, device_…, no_time_left
    FAILED = "failed"  # nothing of it sounded, and nothing will; code
    MISSED = "missed"  # too late; code: off, clock, hours, sound_missing, busy, silenced …
    WITHDRAWN = "withdrawn"  # a newer plan no longer holds it
    TONE = "tone"
    PLAN = "plan"  # a plan was taken; version
    REFUSED = "refused"  # plan, command, keyring or sound that was not taken; code says why
    COMMAND = "command"  # a command was followed
    CLOCK = "clock"  # doubted, stepped or trusted again
    FAULT = "fault"  # disk, amplifier relay, sound device; code
    HEARD = "heard"  # what a microphone beside it made of an airing


LAST = frozenset({Kind.ENDED, Kind.STOPPED, Kind.FAILED, Kind.MISSED})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a journal. `airing`: its id where the entry is of one. `facts`: texts and numbers beside it."""

    seq: int
    at: datetime
    kind: Kind
    airing: str = ""
    code: str = ""
    position_s: float = 0.0
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def as_json(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "kind": self.kind.value,
            "airing": self.airing,
            "code": self.code,
            "position_s": round(self.position_s, 3),
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Handed:
    """A piece of a journal on its way to the station: `entries` follow each other without a gap."""

    journal: str
    entries: tuple[Entry, ...]

    def payload(self) -> bytes:
        return dump({"journal": self.journal, "entries": [each.as_json() for each in self.entries]})


def piece(journal: str, entries: Sequence[Entry]) -> Handed:
    """As many of these, from the first, as can be handed in at once."""
    taken, size = 0, 200 + len(journal)
    for each in entries[:MOST_ENTRIES]:
        size += len(dump(each.as_json())) + 1
        if size > MOST_BYTES and taken:
            break
        taken += 1
    return Handed(journal, tuple(entries[:taken]))


def read_entry(table: Table) -> Entry:
    """AccessError(`document_unreadable`) where it is none."""
    try:
        kind = Kind(table.text("kind", 20))
    except ValueError:
        raise AccessError("document_unreadable", document="journal", why="kind") from None
    facts = table.table("facts")
    return Entry(
        seq=table.whole("seq", 1, 1 << 53),
        at=table.moment("at"),
        kind=kind,
        airing=table.text("airing", 80, 0),
        code=table.text("code", 64, 0),
        position_s=table.number("position_s", 0.0, 1e6),
        facts={name: facts.text(name, 300, 0) for name in facts.names(20)},
    )


def read_handed(data: bytes) -> Handed:
    """What a receiver hands in. AccessError(`document_unreadable`) where it is none or has gaps."""
    if len(data) > MOST_BYTES:
        raise AccessError("document_unreadable", document="journal", why="size")
    table = Table.of(data, "journal")
    handed = Handed(
        table.matching("journal", RECEIVER, 64),
        tuple(read_entry(each) for each in table.tables("entries", MOST_ENTRIES)),
    )
    numbers = [each.seq for each in handed.entries]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers)) if numbers else ()):
        raise AccessError("document_unreadable", document="journal", why="gap")
    return handed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the entries of one airing say of it. `state` None: nothing is settled yet."""

    state: State | None
    code: str = ""
    started: datetime | None = None
    ended: datetime | None = None


def outcome(entries: Sequence[Entry]) -> Outcome:
    """The first entry that settles an airing counts; CONFIRMED only where it ended after it had started."""
    until = next((place for place, each in enumerate(entries) if each.kind in LAST), len(entries))
    started = next((each.at for each in entries[:until] if each.kind is Kind.STARTED), None)
    last = entries[until] if until < len(entries) else None
    if last is None:
        return Outcome(None, started=started)
    if last.kind is Kind.ENDED and started is not None:
        return Outcome(State.CONFIRMED, "", started, last.at)
    if last.kind is Kind.MISSED:
        return Outcome(State.MISSED, last.code)
    if started is not None:
        return Outcome(State.INTERRUPTED, last.code, started, last.at)
    return Outcome(State.FAILED, last.code)


def of_airing(entries: Iterable[Entry], airing: str) -> list[Entry]:
    return [each for each in entries if each.airing == airing]
