"""Warnings about slots: one a slot and kind, with how often and when first, so that people can read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from types import MappingProxyType

from pipeline.domain import Programme
from pipeline.errors import Place, Problem, Severity

SlotKey = tuple[str, str]


class Findings:
    """Collects what was found of the slots of some programmes."""

    def __init__(self, programmes: Iterable[Programme]) -> None:
        self._places = {
            (programme.id, slot.id): Place(programme.file, slot.line, 1)
            for programme in programmes
            for slot in programme.slots
        }
        self._found: dict[tuple[SlotKey, str], dict[str, object]] = {}
        self._counts: dict[tuple[SlotKey, str], int] = {}

    def add(self, slot: SlotKey, code: str, first: datetime | date | None = None, **params: object) -> None:
        """Note a finding; the first one of a kind keeps its parameters, later ones are counted."""
        key = slot, code
        self._counts[key] = self._counts.get(key, 0) + 1
        if key not in self._found:
            self._found[key] = {"slot": slot[1], **params, **({} if first is None else {"first": _shown(first)})}

    def problems(self) -> list[Problem]:
        """The warnings, in the order of the files."""
        found: list[Problem] = []
        for (slot, code), params in self._found.items():
            place = self._places.get(slot, Place(""))
            texts = {name: str(value) for name, value in {**params, "count": self._counts[slot, code]}.items()}
            found.append(Problem(code, Severity.WARNING, place.file, place.line, place.column, MappingProxyType(texts)))
        return sorted(found, key=lambda problem: (problem.file, problem.line, problem.code))


def _shown(first: datetime | date) -> str:
    return f"{first:%Y-%m-%d %H:%M}" if isinstance(first, datetime) else first.isoformat()
