"""Warnings about slots: one a slot and kind, with how often and when first, so that people can read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from pipeline.domain import Programme
from pipeline.errors import Place, Problem, Severity

SlotKey = tuple[str, str]
OccurrenceKey = tuple[str, str, datetime]


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem and the occurrences it concerns, by key; none where it concerns no single ones."""

    problem: Problem
    at: tuple[OccurrenceKey, ...] = ()


class Findings:
    """Collects what was found of the slots of some programmes."""

    def __init__(self, programmes: Sequence[Programme]) -> None:
        self._programmes = programmes
        self._found: dict[tuple[SlotKey, str], dict[str, object]] = {}
        self._counts: dict[tuple[SlotKey, str], int] = {}
        self._starts: dict[tuple[SlotKey, str], list[datetime]] = {}

    def knows(self, slot: SlotKey, code: str) -> bool:
        """Whether such a finding was noted before: then the parameters of another one are not needed."""
        return (slot, code) in self._found

    def add(
        self,
        slot: SlotKey,
        code: str,
        first: datetime | date | None = None,
        *,
        start: datetime | None = None,
        **params: object,
    ) -> None:
        """Note a finding; the first one of a kind keeps its parameters, later ones are counted.

        `start` of the occurrence it concerns, where `first` is its day only.
        """
        key = slot, code
        self._counts[key] = self._counts.get(key, 0) + 1
        at = first if start is None and isinstance(first, datetime) else start
        if at is not None:
            self._starts.setdefault(key, []).append(at)
        if key not in self._found:
            self._found[key] = {"slot": slot[1], **params, **({} if first is None else {"first": _shown(first)})}

    def problems(self) -> list[Problem]:
        """The warnings, in the order of the files."""
        return [each.problem for each in self.remarks()]

    def remarks(self) -> list[Remark]:
        """The warnings, in the order of the files, each with its occurrences."""
        found: list[Remark] = []
        places = self._places()
        for (slot, code), params in self._found.items():
            place = places.get(slot, Place(""))
            texts = {name: str(value) for name, value in {**params, "count": self._counts[slot, code]}.items()}
            problem = Problem(code, Severity.WARNING, place.file, place.line, place.column, MappingProxyType(texts))
            at = tuple((*slot, start) for start in self._starts.get((slot, code), ()))
            found.append(Remark(problem, at))
        return sorted(found, key=lambda each: (each.problem.file, each.problem.line, each.problem.code))

    def _places(self) -> dict[SlotKey, Place]:
        named = {programme for (programme, _), _ in self._found}
        return {
            (programme.id, slot.id): Place(programme.file, slot.line, 1)
            for programme in self._programmes
            if programme.id in named
            for slot in programme.slots
        }


def _shown(first: datetime | date) -> str:
    return f"{first:%Y-%m-%d %H:%M}" if isinstance(first, datetime) else first.isoformat()
