"""What the store returns beyond the words of `domain`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from pipeline.domain import Approval, Contact, Delivery, Evidence, Medium, Occurrence, Person, State, Withdrawal

CLAIMABLE = (State.PLANNED, State.RETRY)
PREEMPTED = "preempted"

OccurrenceKey = tuple[str, str, datetime]
"""Programme, slot and start (aware)."""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What an update of the plan did, each tuple sorted by start."""

    added: tuple[OccurrenceKey, ...] = ()
    changed: tuple[OccurrenceKey, ...] = ()
    cancelled: tuple[OccurrenceKey, ...] = ()
    revived: tuple[OccurrenceKey, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.cancelled or self.revived)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """An occurrence as the store knows it; its `start` is in UTC. `code` says why it was cancelled or missed."""

    id: int
    occurrence: Occurrence
    counts: Mapping[State, int] = field(default_factory=dict)  # of its deliveries; only `Store.occurrences` fills it
    expanded_at: datetime | None = None
    handed_over_at: datetime | None = None
    cancelled_at: datetime | None = None
    missed_at: datetime | None = None
    code: str = ""
    paused_at: datetime | None = None


class DayLimit(NamedTuple):
    """How many messages one number may get on a day of the station; an EMERGENCY is counted and never held back."""

    day: date
    most: int


@dataclass(frozen=True, slots=True)
class Reached:
    """How many numbers of a list and area an SMS would go to. `withheld`: those whose day is full."""

    list: str
    area: str
    withheld: bool
    count: int


@dataclass(frozen=True, slots=True)
class BatchRow:
    """An SMS occurrence and how far it is. `parts`: of what somebody has taken over, and is paid for.

    `doubtful_parts`: of what may have gone, and may have to be paid. `recent`: gone in the last minute; `recent_since`:
    when the first of those went. `reasons`: deliveries by the code they carry; `held`: those that are tried again.
    """

    row: PlannedRow
    counts: Mapping[State, int]
    reasons: Mapping[str, int]
    parts: int
    recent: int
    recent_since: datetime | None
    doubtful_parts: int = 0
    held: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery somebody now holds, until its lease ends. `contact` is there for SMS."""

    delivery: Delivery
    occurrence: Occurrence
    contact: Contact | None = None


OPTED_OUT = "opted_out"

ONE_OFF = "_send"
"""The programme of what `loa send` asks for: no file can have this id, so no file takes it back."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a command asks of the running station: `kind`, and areas (none: everywhere). `result` once it is done."""

    id: int
    kind: str
    areas: tuple[str, ...]
    actor: str
    at: datetime
    done_at: datetime | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A delivery that was handed over otherwise than planned: `code` says why, `begins` when it sounds.

    `bulletins` are those it lets be heard, `left_out` those for which there was no room.
    """

    delivery: int
    code: str
    begins: datetime
    ends: datetime
    bulletins: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Of two colliding occurrences (rows) `first` goes first. `person` is empty where nobody ruled in time."""

    first: int
    second: int
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Airborne:
    """A loudspeaker delivery that is out: it sounds, or waits for its start. `length`: None where nobody knows it.

    `moved`: from when to when it sounds where it was cut or moved.
    """

    delivery: Delivery
    occurrence: Occurrence
    since: datetime  # when it came to its state
    length: timedelta | None = None
    moved: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """An occurrence of which something became too late: how many of its deliveries, or 1 for it as a whole."""

    occurrence: Occurrence
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class AsRunRow:
    """One airing that was confirmed. Where a receipt names no end, `end` equals `start`: no airtime is claimed."""

    start: datetime
    end: datetime
    programme: str
    slot: str
    area: str
    cluster: str
    bulletins: tuple[str, ...]
    recording: str  # sha256
    evidence: Evidence
    state: State
    note: str = ""  # why it was not as planned: the code of its adjustment


@dataclass(frozen=True, slots=True)
class FirstReceipt:
    """The earliest of what was said alike of one occurrence: taken over (ACCEPTED) or played (CONFIRMED), by evidence.

    `at`: of CONFIRMED when it began to sound where a receipt names that, else when it was confirmed.
    """

    bulletins: tuple[str, ...]
    medium: Medium
    state: State
    evidence: Evidence
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import of contacts did: numbers new to the list, known before it, and met twice within it."""

    imported: int = 0
    updated: int = 0
    duplicates: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.imported + other.imported, self.updated + other.updated, self.duplicates + other.duplicates)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something people have to be told: seen `count` times from `first_at` to `last_at`, told at `told_at`."""

    id: int
    code: str
    subject: str
    params: Mapping[str, str]
    first_at: datetime
    last_at: datetime
    count: int = 1
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AiringTrouble:
    """How many deliveries of an occurrence are MISSED, FAILED, INTERRUPTED or UNKNOWN for the same reason."""

    id: int  # of the occurrence's row
    occurrence: Occurrence
    state: State
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A passphrase about to be looked at, `failures` counting it as wrong. `locked`: it may not be looked at now."""

    person: Person
    passphrase: str = field(repr=False)  # argon2id
    failures: int = 0
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Decisions:
    """Everything that was decided of one bulletin, each tuple in its order."""

    approvals: tuple[Approval, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What is to stand in the audit log: who did what to what. `detail`: texts, whole numbers and lists of them."""

    actor: str
    action: str
    subject: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the audit log."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """Something that does not fit in the audit log, and the entry where it shows."""

    code: str
    entry: int


class Entry(Protocol):
    """One row of an import. `consent`, `consent_date`, `note` and `sample` are taken where it has them."""

    @property
    def phone(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def area(self) -> str: ...


@dataclass(frozen=True, slots=True)
class HeldContact:
    """All that a list holds of one person. `blocked`: the code why nothing is sent to this entry."""

    contact: Contact
    note: str = field(default="", repr=False)
    consent: str = ""
    consent_date: date | None = None
    blocked: str = ""
    since: datetime | None = None
    seen: datetime | None = None  # the last import that named it


@dataclass(frozen=True, slots=True)
class HeldDelivery:
    """One SMS that went, or was to go, to a number."""

    delivery: Delivery
    programme: str
    slot: str
    start: datetime
    title: str
    too_late: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """All that the station holds of one number. `left_alone`: the code of its opt-out or its mark, and since when."""

    contacts: tuple[HeldContact, ...] = ()
    deliveries: tuple[HeldDelivery, ...] = ()
    left_alone: str = ""
    left_alone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListState:
    """A list by its figures: numbers in it, those that may be sent to, when the first of them is deleted."""

    contacts: int
    reachable: int
    first_goes: datetime | None = None
    imported_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SmsTally:
    """How many SMS deliveries of a list and area share a state and the reason for it."""

    list: str
    area: str
    state: State
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class SmsOutcome:
    """One SMS delivery and what became of it. `contact`: None where its entry was deleted since."""

    delivery: int
    list: str
    contact: Contact | None
    area: str
    channel: str
    state: State
    code: str
    ref: str
    since: datetime
    programme: str
    slot: str
    start: datetime
