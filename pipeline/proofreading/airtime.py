"""Whether a slot holds what it plays, by the reckoning of the plan: repeats, pauses, signal and the station's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol

from pipeline.domain import Bulletin, FixedOrder, Medium, Occurrence, Priority, Programme, Slot
from pipeline.errors import Problem, Severity
from pipeline.site import Site

TOLERANCE = 1.05  # a reckoning says nothing of less than this


class Reckoned(Protocol):
    """Seconds that all bulletins of an airing need, and those for which its slot has no room."""

    @property
    def needs_s(self) -> float: ...
    @property
    def cut(self) -> tuple[str, ...]: ...


Reckon = Callable[[Occurrence], Reckoned | None]
"""How long an airing will sound: the plan's own reckoning, handed down by whoever asks."""


def find_beyond_slots(site: Site, reckon: Reckon) -> Iterator[Problem]:
    """Bulletins that overrun the slot that plays them alone, and slots whose fixed order does not fit.

    An airing is cut between bulletins and the last never sound. Slots with recorded voices are left to the plan, which
    knows their lengths once they are produced.
    """
    for programme, slot in _timed(site.programmes):
        order = slot.play.bulletins if isinstance(slot.play, FixedOrder) else ()
        named = [site.bulletins[each] for each in order if each in site.bulletins]
        if not named or any(each.audio for each in named):
            continue
        found, room_s = reckon(_airing(programme, slot, named, site)), _room_s(slot)
        if found is None or found.needs_s <= room_s * TOLERANCE:
            continue
        if len({each.id for each in named}) == 1:
            params = {"slot": f"{programme.id}/{slot.id}", **_seconds(found, room_s), "written": ""}
            yield _problem("text_beyond_slot", named[0].file, named[0].line, named[0].column, params)
        elif found.cut:
            params = {"slot": slot.id, "bulletins": ", ".join(found.cut), **_seconds(found, room_s)}
            yield _problem("bulletins_beyond_slot", programme.file, slot.line, 1, params)


def _problem(code: str, file: str, line: int, column: int, params: dict[str, str]) -> Problem:
    return Problem(code, Severity.WARNING, file, line, column, params)


def _seconds(found: Reckoned, room_s: float) -> dict[str, str]:
    return {"seconds": str(round(found.needs_s)), "length": str(round(room_s))}


def _airing(programme: Programme, slot: Slot, named: Iterable[Bulletin], site: Site) -> Occurrence:
    """An airing of the slot on no day in particular."""
    bulletins = tuple(named)
    return Occurrence(
        programme.id,
        slot.id,
        datetime(2000, 1, 1, tzinfo=site.station.timezone),
        slot.medium,
        programme.title,
        tuple(each.id for each in bulletins),
        (),
        length=slot.length,
        repeat=slot.repeat,
        priority=max((each.priority for each in bulletins), key=lambda each: each.rank, default=Priority.ROUTINE),
    )


def _timed(programmes: Iterable[Programme]) -> Iterator[tuple[Programme, Slot]]:
    for programme in programmes:
        for slot in programme.slots:
            if slot.length is not None and slot.medium is Medium.LOUDSPEAKER:
                yield programme, slot


def _room_s(slot: Slot) -> float:
    return slot.length.total_seconds() if slot.length else 0.0
