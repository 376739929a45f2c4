"""What the gate needs of the station behind it. The real one is the fleet's ledger in the database.

Every call comes on a thread of the gate and may be made at any time, by several at once. What it raises (LoaError)
costs the one exchange it was made for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pipeline.protocol.command import Reply
from pipeline.protocol.journal import Handed
from pipeline.protocol.plan import Airing
from pipeline.protocol.status import Status


class Over(StrEnum):
    """Which way news of a receiver came."""

    BROKER = "broker"  # just now, or the broker's last word in its place
    HTTPS = "https"  # just now
    KEPT = "kept"  # the broker had kept it: how the receiver last was; proves no contact


@dataclass(frozen=True, slots=True)
class News:
    """What a receiver says of itself. `at`: when it arrived, by the station's clock."""

    receiver: str
    status: Status
    at: datetime
    over: Over


@dataclass(frozen=True, slots=True)
class KeptCode:
    """What is kept of a one-time code: enough to know it again, nothing to guess it by.

    `digest`: keyed, hexadecimal; `wrong`: how often a wrong secret was tried; `used_by`: the fingerprint of the public
    key it was used for, empty while it was not.
    """

    id: str
    receiver: str
    issued: datetime
    expires: datetime
    digest: str = field(repr=False)
    wrong: int = 0
    used_by: str = ""


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certificate that counts no more, and whose it was."""

    serial: str
    receiver: str
    at: datetime


class Register(Protocol):
    """Who belongs to the fleet: codes and certificates. All that enrolling and revoking need."""

    def keep_code(self, code: KeptCode) -> None:
        """Keep a new code; older ones of the same receiver are over by it."""

    def code(self, id: str) -> KeptCode | None: ...

    def wrong_code(self, id: str) -> None:
        """Count one wrong try more."""

    def use_code(self, id: str, key: str, now: datetime) -> bool:
        """Mark it used for a public key (its fingerprint), in one statement.

        True where nobody had used it, or the same key had: an answer may have been lost on its way.
        """

    def certified(self, receiver: str, serial: str, until: datetime, now: datetime, *, anew: bool) -> None:
        """A certificate was issued. `anew`: by a code; whatever the receiver had before counts no more."""

    def enrolled(self, receiver: str, serial: str) -> bool:
        """Whether this certificate (serial: lower-case hexadecimal, no leading zeros) of this receiver counts."""

    def receivers(self) -> Collection[str]:
        """Those that hold a certificate that counts."""

    def revoke(self, receiver: str, now: datetime) -> int:
        """Let no certificate and no code of it count; how many certificates that were."""

    def revoked(self) -> Sequence[Revoked]:
        """Every certificate that was revoked or replaced before its end."""


class Ledger(Register, Protocol):
    """What receivers are handed, and what they hand in."""

    def plan(self, receiver: str, newer_than: int) -> tuple[int, bytes] | None:
        """Version and sealed plan; None where there is none newer than this version. 0: whichever there is."""

    def sound(self, receiver: str, sha256: str) -> Path | None:
        """A file of its own plan. None for all others, whether they exist or not."""

    def airing(self, receiver: str, id: str) -> Airing | None:
        """What it was told to play under this id, whether or not a plan still holds it; None where nothing ever."""

    def journal_held(self, receiver: str, journal: str) -> int:
        """The number of the last entry that is held without a gap; 0: none."""

    def take_journal(self, receiver: str, piece: Handed) -> int:
        """Take what is new of a piece, safely on disk; the same number as `journal_held` afterwards.

        AccessError(`journal_too_much`): it has handed in more than it may for now.
        """

    def take_news(self, news: Sequence[News]) -> None:
        """Statuses, at most one a receiver, the newest: one transaction for all."""

    def take_reply(self, receiver: str, reply: Reply, at: datetime) -> None: ...
