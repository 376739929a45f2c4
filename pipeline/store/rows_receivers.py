"""What the store returns and takes of receivers, beyond the words of `domain` and `protocol`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.domain import State
from pipeline.protocol.hearing import Hearing

UNHEARD = "receiver_not_heard"
"""Handed over by a plan, and its receiver has not said yet that it holds it."""


@dataclass(frozen=True, slots=True)
class LaidDown:
    """One delivery as it stands in the plan of its receiver. `body`: JSON of the airing; `sound`: sha256.

    `version`: of the first plan that held it so, 0 where none was issued yet. `handed`: since when it is no longer only
    foreseen. `gone`: the version of the first plan without it, once it was withdrawn. `bulletins`: those it lets be
    heard; `cause`: why not as planned, as in an `Adjustment`.
    """

    delivery: int
    receiver: str
    body: str
    sound: str
    begins: datetime
    over_at: datetime
    version: int = 0
    handed: datetime | None = None
    withdrawn: datetime | None = None
    gone: int = 0
    bulletins: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A plan as it was sealed for a receiver. `key`: the name of the signing key. `deliveries`: those it holds."""

    receiver: str
    version: int
    sealed: bytes = field(repr=False)
    key: str
    issued: datetime
    expires: datetime
    deliveries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverRow:
    """What the station knows of one receiver. `status`: JSON, as it was said last, empty where it never spoke.

    `held_version`: of the newest plan it said it holds whole. `contact_at`: when something proved that the machine was
    there. `complete_at`: the last contact at which all that it had written in `journal` was held. `certificates`: how
    many count.
    """

    id: str
    enrolled_at: datetime | None = None
    revoked_at: datetime | None = None
    plan_version: int = 0
    plan_at: datetime | None = None
    plan_expires: datetime | None = None
    plan_key: str = ""
    status: str = ""
    status_at: datetime | None = None
    over: str = ""
    held_version: int = 0
    contact_at: datetime | None = None
    journal: str = ""
    complete_at: datetime | None = None
    certificates: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A status that arrived. `contact`: it proves that the machine was there at `at`; `complete`: all is handed in.

    `holds`: the version of the plan it goes by with every sound there; 0 where one is missing.
    """

    receiver: str
    status: str
    journal: str
    at: datetime
    over: str
    contact: bool
    complete: bool
    holds: int = 0


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command, and what the receiver replied."""

    id: str
    receiver: str
    kind: str
    issued: datetime
    expires: datetime
    airings: tuple[str, ...] = ()
    replied_at: datetime | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of a piece of a journal. `held`: entries that are held now, without a gap.

    `strange`: airings it names that were never laid down for this receiver. `cancelled`: deliveries it played although
    they had been called off. `differs`: it says something else than it said before under the same numbers.
    """

    held: int
    fresh: int = 0
    moved: int = 0
    strange: tuple[str, ...] = ()
    cancelled: tuple[int, ...] = ()
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Unordered:
    """What a receiver says it aired although nobody had ordered it; times by the receiver's clock but `taken`."""

    receiver: str
    airing: str
    began: datetime
    ended: datetime | None
    code: str
    taken: datetime


@dataclass(frozen=True, slots=True)
class HeardRow:
    """What a microphone beside a receiver made of a delivery; `at` by the receiver's clock."""

    receiver: str
    delivery: int
    at: datetime
    hearing: Hearing


@dataclass(frozen=True, slots=True)
class Truths:
    """Of loudspeaker deliveries to receivers: how many were planned, delivered, played, heard."""

    planned: int = 0
    delivered: int = 0
    played: int = 0
    heard: int = 0
    states: Mapping[State, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What is kept of a one-time code."""

    id: str
    receiver: str
    issued: datetime
    expires: datetime
    digest: str = field(repr=False)
    wrong: int = 0
    used_by: str = ""
