"""What a receiver needs of the world outside. The real ones are `line.py` and `broker.py`; tests bring their own.

Every call may fail with LineError: a network that is not there is the ordinary case and never an exception elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.errors import LoaError
from pipeline.protocol.command import Reply
from pipeline.protocol.journal import Handed
from pipeline.protocol.status import Status


class LineError(LoaError):
    """The station could not be reached or did not answer as it should. Nothing was lost; it is tried again."""

    @property
    def is_strange(self) -> bool:
        """Whether somebody else may have answered in the station's place: that belongs into the journal."""
        return self.code in STRANGE


STRANGE = frozenset({"line_certificate", "line_tls", "line_redirected", "line_sound_differs", "line_answer_too_large"})


class Line(Protocol):
    """HTTPS to the station, each call bounded in time."""

    def keyring(self) -> bytes:
        """The sealed keyring."""

    def hand_keyring(self, sealed: bytes) -> None:
        """Give the station back a newer keyring of its own, which it has lost."""

    def plan(self, known: int) -> bytes | None:
        """The sealed plan; None where the station has none newer than version `known`."""

    def sound(self, sha256: str, size: int, part: Path) -> None:
        """Go on with `part` where it ends, until it has `size` bytes. What they are is the caller's to check."""

    def held(self, journal: str) -> int:
        """The number of the last entry of this journal that the station holds without a gap; 0: none."""

    def hand_in(self, piece: Handed) -> int:
        """The same, after it took these."""

    def tell(self, status: Status) -> None: ...

    def offset_s(self) -> float | None:
        """This machine's clock minus the station's, from the last answer (s); None where nobody answered yet."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came in. `retained`: the broker had kept it, and it may be old. `correlation`: for the reply.

    `offset_s`: this machine's clock minus the station's, by the answer that brought it; None where it did not say.
    """

    payload: bytes
    retained: bool
    correlation: bytes = b""
    offset_s: float | None = None


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who takes what arrives. Called on the broker's thread: they must return at once."""

    plan: Callable[[Arrival], None]
    keyring: Callable[[Arrival], None]
    command: Callable[[Arrival], None]
    connected: Callable[[bool], None]


class Broker(Protocol):
    """MQTT 5; connects and reconnects by itself between `start` and `stop`."""

    def start(self, hearers: Hearers) -> None: ...

    def stop(self) -> None: ...

    def tell(self, status: Status) -> None:
        """Publish it, retained. Dropped where there is no connection: a newer one follows."""

    def reply(self, reply: Reply, correlation: bytes) -> None: ...
