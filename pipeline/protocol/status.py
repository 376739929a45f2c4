"""How a receiver is, as it says itself: retained by the broker, and sent with every contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import AccessError
from pipeline.strict_json import Table, dump

MOST_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Status:
    """`online` False is the receiver's last will: the broker says so in its place, and the rest is as it last was.

    `missing`: sounds of its plan that it does not hold yet; `queue`: airings of its plan still to come; `waiting`:
    journal entries not yet handed in; `clock_offset_s`: its clock minus the station's, None where it never compared;
    `faults`: codes of what is wrong with it right now; `playing`: the id of what sounds.
    """

    online: bool
    at: datetime
    plan: int = 0
    keyring: int = 0
    queue: int = 0
    missing: int = 0
    journal: str = ""
    written: int = 0  # the number of the last journal entry
    waiting: int = 0
    clock_trusted: bool = True
    clock_offset_s: float | None = None
    free_bytes: int = 0
    playing: str = ""
    faults: tuple[str, ...] = ()
    version: str = ""
    up_s: float = 0.0

    def payload(self) -> bytes:
        return dump(
            {
                "online": self.online,
                "at": self.at.isoformat(),
                "plan": self.plan,
                "keyring": self.keyring,
                "queue": self.queue,
                "missing": self.missing,
                "journal": self.journal,
                "written": self.written,
                "waiting": self.waiting,
                "clock_trusted": self.clock_trusted,
                "clock_offset_s": self.clock_offset_s,
                "free_bytes": self.free_bytes,
                "playing": self.playing,
                "faults": list(self.faults),
                "version": self.version,
                "up_s": round(self.up_s, 1),
            }
        )


def read_status(data: bytes) -> Status:
    """AccessError(`document_unreadable`) where it is none. Its sender is proven by the line it came over."""
    if len(data) > MOST_BYTES:
        raise AccessError("document_unreadable", document="status", why="size")
    table = Table.of(data, "status")
    number, many = 1 << 53, 10_000_000
    return Status(
        online=table.flag("online"),
        at=table.moment("at"),
        plan=table.whole("plan", 0, number),
        keyring=table.whole("keyring", 0, number),
        queue=table.whole("queue", 0, many),
        missing=table.whole("missing", 0, many),
        journal=table.text("journal", 64, 0),
        written=table.whole("written", 0, number),
        waiting=table.whole("waiting", 0, number),
        clock_trusted=table.flag("clock_trusted"),
        clock_offset_s=None if table.is_null("clock_offset_s") else table.number("clock_offset_s", -1e10, 1e10),
        free_bytes=table.whole("free_bytes", 0, number),
        playing=table.text("playing", 80, 0),
        faults=table.texts("faults", 50, 64),
        version=table.text("version", 40, 0),
        up_s=table.number("up_s", 0.0, 1e10),
    )
