"""A ledger in memory, and the gate of a station that stands on it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.fleet.ports import KeptCode, News, Revoked
from pipeline.protocol.command import Reply
from pipeline.protocol.journal import Entry, Handed
from pipeline.protocol.plan import Airing


class MemoryLedger:
    """What the database keeps, in dictionaries. `error` is raised by whatever is asked."""

    def __init__(self) -> None:
        self.codes: dict[str, KeptCode] = {}
        self.serials: dict[str, set[str]] = {}
        self.gone: list[Revoked] = []
        self.plans: dict[str, tuple[int, bytes]] = {}
        self.sounds: dict[tuple[str, str], Path] = {}
        self.journals: dict[tuple[str, str], list[int]] = {}
        self.noted: list[Entry] = []
        self.ordered: dict[tuple[str, str], Airing] = {}
        self.news: list[News] = []
        self.replies: list[tuple[str, Reply]] = []
        self.error: Exception | None = None
        self.arrived = threading.Condition()
        self.batches = 0

    def keep_code(self, code: KeptCode) -> None:
        for each in [each for each in self.codes.values() if each.receiver == code.receiver and not each.used_by]:
            del self.codes[each.id]
        self.codes[code.id] = code

    def code(self, id: str) -> KeptCode | None:
        self._ask()
        return self.codes.get(id)

    def wrong_code(self, id: str) -> None:
        self.codes[id] = replace(self.codes[id], wrong=self.codes[id].wrong + 1)

    def use_code(self, id: str, key: str, now: datetime) -> bool:
        if self.codes[id].used_by not in ("", key):
            return False
        self.codes[id] = replace(self.codes[id], used_by=key)
        return True

    def certified(self, receiver: str, serial: str, until: datetime, now: datetime, *, anew: bool) -> None:
        if anew:
            self.gone += [Revoked(each, receiver, now) for each in self.serials.pop(receiver, set())]
        self.serials.setdefault(receiver, set()).add(serial)

    def enrolled(self, receiver: str, serial: str) -> bool:
        self._ask()
        return serial in self.serials.get(receiver, ())

    def receivers(self) -> Collection[str]:
        return list(self.serials)

    def revoke(self, receiver: str, now: datetime) -> int:
        gone = self.serials.pop(receiver, set())
        self.gone += [Revoked(each, receiver, now) for each in gone]
        self.codes = {id: each for id, each in self.codes.items() if each.receiver != receiver}
        return len(gone)

    def revoked(self) -> Sequence[Revoked]:
        return list(self.gone)

    def plan(self, receiver: str, newer_than: int) -> tuple[int, bytes] | None:
        self._ask()
        found = self.plans.get(receiver)
        return found if found is not None and found[0] > newer_than else None

    def sound(self, receiver: str, sha256: str) -> Path | None:
        return self.sounds.get((receiver, sha256))

    def airing(self, receiver: str, id: str) -> Airing | None:
        return self.ordered.get((receiver, id))

    def journal_held(self, receiver: str, journal: str) -> int:
        return len(self.journals.get((receiver, journal), ()))

    def take_journal(self, receiver: str, piece: Handed) -> int:
        self._ask()
        with self.arrived:
            held = self.journals.setdefault((receiver, piece.journal), [])
            if not piece.entries or piece.entries[0].seq <= len(held) + 1:
                self.noted += [each for each in piece.entries if each.seq > len(held)]
                held += [each.seq for each in piece.entries if each.seq > len(held)]
            self.arrived.notify_all()
            return len(held)

    def take_news(self, news: Sequence[News]) -> None:
        self._ask()
        with self.arrived:
            self.news += news
            self.batches += 1
            self.arrived.notify_all()

    def take_reply(self, receiver: str, reply: Reply, at: datetime) -> None:
        with self.arrived:
            self.replies.append((receiver, reply))
            self.arrived.notify_all()

    def _ask(self) -> None:
        if self.error is not None:
            raise self.error


class SteppingClock:
    """A clock that a test moves."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime(2026, 11, 23, 5, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, by: timedelta) -> None:
        self.now += by
