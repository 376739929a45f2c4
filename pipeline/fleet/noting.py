"""What devices say through an adapter, judged: nothing is proven that was not said, and nothing is taken by halves."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from pipeline.domain import Evidence
from pipeline.errors import AccessError, StoreError
from pipeline.fleet.adapters import Adapter, Noted, Parcel, Said, Sealed, Told
from pipeline.fleet.ports import Ledger
from pipeline.protocol.command import read_reply
from pipeline.protocol.journal import Entry, Handed, Kind, piece, read_handed
from pipeline.protocol.plan import Airing
from pipeline.protocol.status import Status, read_status
from pipeline.signing import MOST_BYTES

JOURNAL = "adapter-{}"
SHORTER_S = 1.0  # by which an airing may seem shorter than its sound: devices tell whole seconds
MOST_KNOWN = 10_000
SOUNDED = frozenset({Kind.STARTED, Kind.CUT, Kind.RESUMED, Kind.ENDED, Kind.STOPPED})
BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


def translated(adapter: Adapter, into: Callable[[Sealed], Sequence[Parcel]], sealed: Sealed) -> Sequence[Parcel]:
    """What an adapter makes of something that was signed. AccessError where it cannot, or makes what it may not."""
    try:
        parcels = list(into(sealed))
    except BROKEN as error:
        raise AccessError("adapter_cannot", adapter=adapter.id, why=type(error).__name__) from None
    for each in parcels:
        if each.topic not in adapter.reads or each.retain > (each.topic in adapter.kept):
            raise AccessError("adapter_cannot", adapter=adapter.id, why="topic")
        if len(each.payload) > MOST_BYTES:
            raise AccessError("adapter_cannot", adapter=adapter.id, why="size")
    return parcels


def heard(adapter: Adapter, told: Told, airing: Callable[[str], Airing | None]) -> list[Said]:
    """What a device said, as far as it may be said. AccessError(`document_unreadable`): none of it is used.

    What ended sooner than it could be over has been STOPPED (`played_length_differs`).
    """
    if len(told.payload) > adapter.most_bytes:
        raise AccessError("document_unreadable", document=adapter.id, why="size")
    try:
        return [_strict(adapter, each, airing) for each in adapter.read(told)]
    except BROKEN as error:
        raise AccessError("document_unreadable", document=adapter.id, why=type(error).__name__) from None


def _strict(adapter: Adapter, said: Said, airing: Callable[[str], Airing | None]) -> Said:
    """The same, read as if it had come over our own line."""
    if isinstance(said, Status):
        return read_status(said.payload())
    if not isinstance(said, Noted):
        return read_reply(said.payload())
    numbered = [replace(each, seq=number) for number, each in enumerate(said.entries, 1)]
    entries = read_handed(Handed(JOURNAL.format(adapter.id), tuple(numbered)).payload()).entries
    if adapter.evidence is not Evidence.DEVICE and any(each.kind in SOUNDED for each in entries):
        raise AccessError("document_unreadable", document=adapter.id, why="unproven")
    begun: dict[str, Entry] = {}
    return Noted(tuple(_proven(adapter, each, begun, airing) for each in entries))


def _proven(adapter: Adapter, entry: Entry, begun: dict[str, Entry], airing: Callable[[str], Airing | None]) -> Entry:
    if entry.kind is Kind.STARTED:
        begun[entry.airing] = entry
    if entry.kind not in (Kind.ENDED, Kind.STOPPED):
        return entry
    first = begun.get(entry.airing)
    if first is None or entry.at < first.at:
        raise AccessError("document_unreadable", document=adapter.id, why="not_begun")
    known = airing(entry.airing) if entry.kind is Kind.ENDED else None
    if known is None:
        return entry
    length = timedelta(seconds=known.seconds - known.offset_s - SHORTER_S)
    if entry.at - first.at < length:
        return replace(entry, kind=Kind.STOPPED, code="played_length_differs")
    return entry


class Noting:
    """Numbers what devices did, for each receiver and format in a journal of its own, and hands it to the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[object, ...], None] = OrderedDict()

    def take(self, receiver: str, adapter: Adapter, entries: Iterable[Entry]) -> None:
        """Safely in the ledger when it returns; what was said lately is not written again. LoaError as the ledger."""
        journal = JOURNAL.format(adapter.id)
        with self._lock:
            named = {_name(receiver, each): each for each in entries}
            fresh = {name: each for name, each in named.items() if name not in self._known}
            while fresh:
                held = self._ledger.journal_held(receiver, journal)
                handed = piece(
                    journal, [replace(each, seq=held + place) for place, each in enumerate(fresh.values(), 1)]
                )
                if self._ledger.take_journal(receiver, handed) < handed.entries[-1].seq:
                    raise StoreError("adapter_journal_held_back", receiver=receiver)
                for name in list(fresh)[: len(handed.entries)]:
                    del fresh[name]
                    self._known[name] = None
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)


def _name(receiver: str, entry: Entry) -> tuple[object, ...]:
    return receiver, entry.kind, entry.airing, entry.code, entry.at, entry.position_s
