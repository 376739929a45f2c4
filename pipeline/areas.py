"""The tree of areas: who lies beneath whom on a given day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.domain import Area


class AreaTree:
    """Areas by id. Unknown ids hold nothing; a parent that is its own descendant is refused where the file is read."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.by_id: Mapping[str, Area] = {area.id: area for area in areas}
        self._children: dict[str, list[str]] = {}
        for area in self.by_id.values():
            if area.parent is not None:
                self._children.setdefault(area.parent, []).append(area.id)

    def beneath(self, ids: Iterable[str], on: date) -> frozenset[str]:
        """The given areas and all beneath them that are valid on the day."""
        found: set[str] = set()
        waiting = [area for area in ids if area in self.by_id]
        while waiting:
            area = waiting.pop()
            if area not in found and self.by_id[area].is_valid(on):
                found.add(area)
                waiting.extend(self._children.get(area, ()))
        return frozenset(found)

    def path(self, area: str) -> tuple[str, ...]:
        """The area itself, its parent, and so on up to the root."""
        steps: list[str] = []
        current: str | None = area
        while current is not None and current in self.by_id and current not in steps:
            steps.append(current)
            current = self.by_id[current].parent
        return tuple(steps)
