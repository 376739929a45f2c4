"""Lists and tables of things with an id: each is read whole or left out, so that one broken entry stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pipeline.documents import Mapping, Node, Scalar, Sequence
from pipeline.fields import Reading, Record, refuse_shape

T = TypeVar("T")


@dataclass
class Declared(Generic[T]):
    """The things a file declares. `places` has every id that stands in it, those of broken entries too: a reference
    to a broken thing is not a second problem."""

    things: dict[str, T] = field(default_factory=dict)
    places: dict[str, Mapping] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[T, Mapping]]:
        for name, thing in self.things.items():
            yield thing, self.places[name]

    def declare(self, name: str, place: Mapping, mark: Node, reading: Reading) -> bool:
        """Note where an id is declared; the second of two is an error and False."""
        if name in self.places:
            reading.error(mark, "id_doubled", value=name, first=self.places[name].line)
            return False
        self.places[name] = place
        return True


def at(place: Mapping, key: str) -> Node:
    """Where the value of a key stands, or the whole entry where it has none."""
    return place.values.get(key, place)


@dataclass(frozen=True)
class EntriesOf(Generic[T]):
    """A list of records with an `id`. `build` makes the thing of the well-formed values, or None once it noted why."""

    record: Record
    build: Callable[[dict[str, Any], Mapping, Reading], T | None]

    def read(self, node: Node, reading: Reading) -> Declared[T] | None:
        if not isinstance(node, Sequence):
            refuse_shape(node, "expected_list", reading)
            return None
        declared: Declared[T] = Declared()
        for item in node.items:
            self._read_one(item, declared, reading)
        return declared

    def _read_one(self, item: Node, declared: Declared[T], reading: Reading) -> None:
        start = len(reading.problems)
        values = self.record.read(item, reading)
        if values is None or not isinstance(item, Mapping):
            return
        named = item.values.get("id")
        if "id" not in values or named is None or not declared.declare(values["id"], item, named, reading):
            return
        if item.flawed or reading.failed_since(start):
            return
        thing = self.build(values, item, reading)
        if thing is not None and not reading.failed_since(start):
            declared.things[values["id"]] = thing

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.record.schema()}


@dataclass(frozen=True)
class TableOfText:
    """A mapping of free keys to single texts, such as the address of a cluster."""

    limit: int = 200

    def read(self, node: Node, reading: Reading) -> dict[str, str] | None:
        if not isinstance(node, Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        table: dict[str, str] = {}
        for name, value in node.values.items():
            if not isinstance(value, Scalar):
                reading.error(value, "expected_text")
            elif not value.value.strip():
                reading.error(value, "text_empty")
            elif len(value.value) > self.limit:
                reading.error(value, "text_too_long", length=len(value.value), limit=self.limit)
            else:
                table[name] = value.value.strip()
        return table

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
