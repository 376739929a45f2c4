"""What a change of the files changes on the calendar, slot by slot, in words an operator can check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.domain import Occurrence

SlotKey = tuple[str, str]
SHOWN = 3  # names in one sentence


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence of the catalogue: a code and its parameters."""

    code: str
    params: Mapping[str, str]


def difference(before: Iterable[Occurrence], after: Iterable[Occurrence]) -> list[Change]:
    """What comes, goes, moves within its day or says something else, by programme and slot.

    Both sides must cover the same days. Starts are shown in the zone they carry. One change a slot and kind, with how
    many airings it concerns and the first of them.
    """
    old, new = by_slot(before), by_slot(after)
    return [change for key in sorted(old.keys() | new.keys()) for change in _slot(key, old[key], new[key])]


Airings = Mapping[datetime, Occurrence]


def by_slot(occurrences: Iterable[Occurrence]) -> defaultdict[SlotKey, dict[datetime, Occurrence]]:
    """Occurrences by slot and start."""
    found: defaultdict[SlotKey, dict[datetime, Occurrence]] = defaultdict(dict)
    for each in occurrences:
        found[each.programme, each.slot][each.start] = each
    return found


def _slot(key: SlotKey, old: Airings, new: Airings) -> Iterator[Change]:
    moved, gone, come = pair(sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys()))
    if moved:
        yield _change("edit_moves", key, [start for start, _ in moved], to=f"{moved[0][1]:%H:%M}")
    if gone:
        yield _change("edit_goes", key, gone)
    if come:
        yield _change("edit_comes", key, come)
    pairs = [(start, old[start], new[start]) for start in sorted(old.keys() & new.keys())]
    pairs += [(start, old[start], new[to]) for start, to in moved]
    bulletins = [(start, one, two) for start, one, two in pairs if one.bulletins != two.bulletins]
    if bulletins:
        shown = _listed(bulletins[0][2].bulletins)
        yield _change("edit_changes_bulletins", key, [each[0] for each in bulletins], bulletins=shown)
    targets = [(start, one, two) for start, one, two in pairs if one.targets != two.targets]
    if targets:
        yield _change(
            "edit_changes_targets", key, [each[0] for each in targets], targets=_listed(targets[0][2].targets)
        )
    others = [start for start, one, two in pairs if _rest(one) != _rest(two)]
    if others:
        yield _change("edit_changes", key, others)


def pair(
    gone: Sequence[datetime], come: Sequence[datetime]
) -> tuple[list[tuple[datetime, datetime]], list[datetime], list[datetime]]:
    """Starts that only move within their day, those that go, those that come."""
    waiting: defaultdict[date, list[datetime]] = defaultdict(list)
    for start in come:
        waiting[start.date()].append(start)
    moved: list[tuple[datetime, datetime]] = []
    lost: list[datetime] = []
    for start in gone:
        others = waiting[start.date()]
        if others:
            moved.append((start, others.pop(0)))
        else:
            lost.append(start)
    return moved, lost, sorted(start for starts in waiting.values() for start in starts)


def _rest(occurrence: Occurrence) -> tuple[object, ...]:
    each = occurrence
    return each.medium, each.title, each.length, each.repeat, each.late_by, each.priority


def _change(code: str, key: SlotKey, starts: Sequence[datetime], **params: str) -> Change:
    facts = {"programme": key[0], "slot": key[1], "count": str(len(starts)), "start": f"{starts[0]:%d/%m %H:%M}"}
    return Change(code, {**facts, **params})


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" +{more}" if more > 0 else "")
