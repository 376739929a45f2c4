"""Kinds of lists and tables, and the `Record` of `Field`s that every file is described by."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from pipeline.documents import Mapping, Node, Scalar, Sequence
from pipeline.fields.reading import Kind, Reading, closest, identifier_from, refuse_shape, scalar, shown, unknown_key
from pipeline.fields.values import Choice, Identifier, Named

T = TypeVar("T")


@dataclass(frozen=True)
class ListOf(Generic[T]):
    """A list; `or_one`: a single value may stand without brackets. Doubles are problems where `distinct`."""

    item: Kind[T]
    or_one: bool = False
    empty: bool = True
    distinct: bool = True

    def read(self, node: Node, reading: Reading) -> tuple[T, ...] | None:
        if not isinstance(node, Sequence):
            return self._one(node, reading)
        if not node.items and not self.empty:
            reading.error(node, "list_empty")
            return None
        values: list[T] = []
        seen: set[object] = set()
        for item in node.items:
            value = self.item.read(item, reading)
            if value is None:
                continue
            key = value if isinstance(value, Hashable) else repr(value)
            if self.distinct and key in seen:
                reading.error(item, "list_doubled", value=shown(item.value if isinstance(item, Scalar) else str(value)))
            else:
                seen.add(key)
                values.append(value)
        return tuple(values)

    def _one(self, node: Node, reading: Reading) -> tuple[T, ...] | None:
        if not self.or_one:
            refuse_shape(node, "expected_list", reading)
            return None
        value = self.item.read(node, reading)
        return None if value is None else (value,)

    def schema(self) -> dict[str, Any]:
        listed = {"type": "array", "items": self.item.schema(), **({} if self.empty else {"minItems": 1})}
        return {"anyOf": [self.item.schema(), listed]} if self.or_one else listed


@dataclass(frozen=True)
class TableOf(Generic[T]):
    """A mapping with free keys, each read as an id (of `refers`, where given)."""

    value: Kind[T]
    refers: str = ""

    def read(self, node: Node, reading: Reading) -> dict[str, T] | None:
        if not isinstance(node, Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        kind: Kind[str] = Named(self.refers) if self.refers else Identifier()
        table: dict[str, T] = {}
        for name, key_node in node.keys.items():
            key = kind.read(key_node, reading)
            value = self.value.read(node.values[name], reading)
            if key is not None and value is not None:
                table[key] = value
        return table

    def schema(self) -> dict[str, Any]:
        names = {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 64}
        return {"type": "object", "propertyNames": names, "additionalProperties": self.value.schema()}


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # Monday is 0


DAY_WORDS = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7)}


VIETNAMESE_DAYS = ("hai", "ba", "tu", "nam", "sau", "bay")


def day_meant(word: str) -> str:
    """The weekday that a Vietnamese name means: `thu2`, `T2`, `thứ hai` → mon; `CN` → sun. Empty where none is."""
    plain = identifier_from(word).replace("-", "")
    if plain in ("cn", "chunhat"):
        return "sun"
    number = plain.removeprefix("thu").removeprefix("t")
    if number == plain:
        return ""
    names = {name: day for day, name in zip(WEEKDAYS, VIETNAMESE_DAYS, strict=False)}
    return {str(place + 2): WEEKDAYS[place] for place in range(6)}.get(number, names.get(number, ""))


class WeekdayName:
    """The name of a day within a list."""

    def read(self, node: Node, reading: Reading) -> str | None:
        if isinstance(node, Scalar) and node.value.strip() in DAY_WORDS:
            reading.error(node, "day_word_in_list", value=node.value.strip())
            return None
        if isinstance(node, Scalar) and (day := day_meant(node.value)):
            reading.error(node, "day_in_vietnamese", value=shown(node.value), day=day)
            return None
        return Choice(WEEKDAYS).read(node, reading)

    def schema(self) -> dict[str, Any]:
        return Choice(WEEKDAYS).schema()


@dataclass(frozen=True)
class Weekdays:
    """Days of the week: one word (`daily`, `weekdays`, `weekend`) alone, or a list of names `[mon, wed]`."""

    def read(self, node: Node, reading: Reading) -> frozenset[int] | None:
        if isinstance(node, Sequence):
            names = ListOf(WeekdayName(), empty=False).read(node, reading)
            return frozenset(WEEKDAYS.index(name) for name in names) if names else None
        word = scalar(node, reading)
        if word is None:
            return None
        if day := day_meant(word):
            reading.error(node, "day_in_vietnamese", value=shown(word), day=day)
        elif word.strip() in WEEKDAYS:
            reading.error(node, "day_not_in_list", value=word.strip())
        elif word.strip() not in DAY_WORDS:
            self._refuse_word(node, word, reading)
        else:
            return frozenset(DAY_WORDS[word.strip()])
        return None

    def _refuse_word(self, node: Node, word: str, reading: Reading) -> None:
        if close := closest(word, DAY_WORDS, cutoff=0.8):  # everyday is nearer to weekdays than to daily
            reading.error(node, "bad_choice_close", value=shown(word), close=close)
        else:
            reading.error(node, "bad_choice", value=shown(word), known=", ".join((*DAY_WORDS, "[mon, wed]")))

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(DAY_WORDS)}, ListOf(Choice(WEEKDAYS), empty=False).schema()]}


class Field(NamedTuple):
    """One key of a record. `doc` is Vietnamese, `doc_en` its twin; both stand in the schema and the reference."""

    name: str
    kind: Kind[Any]
    doc: str
    doc_en: str
    required: bool = False


@dataclass(frozen=True)
class Record:
    """A mapping with known keys. Reads to a dict of the keys that were there and well formed."""

    fields: tuple[Field, ...]

    def read(self, node: Node, reading: Reading) -> dict[str, Any] | None:
        if not isinstance(node, Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        known = {each.name: each for each in self.fields}
        meant = {unknown_key(key, known, reading) for name, key in node.keys.items() if name not in known}
        return self._values(node, meant, reading)

    def _values(self, node: Mapping, meant: Collection[str], reading: Reading) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for each in self.fields:
            child = node.values.get(each.name)
            if child is None:
                if each.required and each.name not in meant:
                    reading.error(node, "key_missing", key=each.name)
            elif isinstance(child, Scalar) and child.plain and not child.value:
                reading.error(node.keys[each.name], "value_missing", key=each.name)
            else:
                value = each.kind.read(child, reading)
                if value is not None:
                    values[each.name] = value
        return values

    def schema(self) -> dict[str, Any]:
        required = [each.name for each in self.fields if each.required]
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                each.name: {**each.kind.schema(), "description": each.doc, "$comment": each.doc_en}
                for each in self.fields
            },
            **({"required": required} if required else {}),
        }
