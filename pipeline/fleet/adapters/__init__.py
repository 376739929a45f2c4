"""What devices are spoken to in: Loa's own protocol, and formats of makers. One module each; `docs/adding-a-device.md`.

    neutral.py     Loa's own protocol, as docs/receiver-protocol.md describes it
    registry.py    the adapters there are, by name

An adapter turns what the station has signed into what a device takes, and what a device says into the station's words.
It decides nothing: what sounds, and in which hours, stands in the plan; what a report proves is judged behind it
(`pipeline.fleet.noting`). It keeps nothing, and asks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pipeline.domain import Evidence
from pipeline.protocol.command import Command, Reply, read_command
from pipeline.protocol.journal import Entry
from pipeline.protocol.plan import ReceiverPlan, read_plan
from pipeline.protocol.status import Status
from pipeline.signing import Keyring

RECEIVER = "{receiver}"
"""Stands in a topic for the name of the receiver, as one whole level."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the station signed for a receiver. `id`: of a command; `sounds`: https address before the SHA-256 of one."""

    receiver: str
    document: bytes = field(repr=False)
    keyring: Keyring = field(repr=False)
    id: str = ""
    sounds: str = ""

    def plan(self) -> ReceiverPlan:
        """The plan in it, proven anew: nothing unsigned is translated. AccessError as `read_plan`."""
        return read_plan(self.document, self.keyring, self.receiver)

    def command(self) -> Command:
        """The command in it, proven anew. AccessError as `read_command`."""
        return read_command(self.document, self.keyring, self.receiver)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is published: QoS 1. `topic`: one of the adapter's `reads`; a command is never retained."""

    topic: str
    payload: bytes = field(repr=False)
    retain: bool = False
    reply_to: str = ""
    correlation: bytes = b""


@dataclass(frozen=True, slots=True)
class Told:
    """What a device said. `topic`: one of the adapter's `writes`; `at`: when it arrived, by the station's clock."""

    receiver: str
    topic: str
    payload: bytes = field(repr=False)
    retained: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """What a device did, in its order; `seq` of the entries is 0, the station numbers them.

    ENDED and STOPPED come behind the STARTED of the same airing in the same report, each with the device's own time.
    """

    entries: tuple[Entry, ...]


Said = Status | Reply | Noted


class Adapter(Protocol):
    """One format. Its calls come on several threads; they neither block nor remember.

    `reads` and `writes`: the topics of a device, each with RECEIVER; `kept`: those of them on which something stays at
    the broker. `most_bytes`: of what a device says at once. `evidence`: DEVICE where its reports name the airing and
    the times at which it began and ended; otherwise NONE, and nothing a device says makes a delivery CONFIRMED.
    """

    @property
    def id(self) -> str: ...
    @property
    def evidence(self) -> Evidence: ...
    @property
    def reads(self) -> tuple[str, ...]: ...
    @property
    def writes(self) -> tuple[str, ...]: ...
    @property
    def kept(self) -> tuple[str, ...]: ...
    @property
    def most_bytes(self) -> int: ...

    def keyring(self, sealed: Sealed) -> Sequence[Parcel]:
        """For devices that check signatures themselves; nothing for all others."""

    def plan(self, sealed: Sealed) -> Sequence[Parcel]:
        """The whole of it, replacing what was there. AccessError(`adapter_cannot`, why) where the device cannot hold
        it as it is: nothing is left out, moved or shortened."""

    def command(self, sealed: Sealed) -> Sequence[Parcel]:
        """Nothing where the device knows no such order: it is then never answered."""

    def read(self, told: Told) -> Sequence[Said]:
        """What it says, and no more. AccessError(`document_unreadable`) where it is nothing a device would say."""
