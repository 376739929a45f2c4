"""What a value in a file may be: kinds that read a node, name what is wrong, and describe themselves as JSON Schema.

A `Record` of `Field`s reads a mapping. Reading never stops at the first problem; what could not be read is left out of
the result. References (an area named in a slot, say) are collected with their places and resolved at the end.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from pipeline.documents import Mapping, Node, Scalar, Sequence
from pipeline.errors import Mark, Problems, Severity

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MAX_TEXT = 20_000


class Reference(NamedTuple):
    """Something named in a file that must be declared elsewhere: `kind` is area, bulletin, topic, channel …"""

    kind: str
    id: str
    node: Node


@dataclass
class Reading:
    """What one run over the files has found so far."""

    problems: Problems = field(default_factory=Problems)
    references: list[Reference] = field(default_factory=list)

    def error(self, mark: Mark, code: str, **params: object) -> None:
        self.problems.error(mark, code, **params)

    def warning(self, mark: Mark, code: str, **params: object) -> None:
        self.problems.warning(mark, code, **params)

    def failed_since(self, start: int) -> bool:
        """Whether an error was noted after the first `start` problems."""
        return any(problem.severity is Severity.ERROR for problem in self.problems[start:])


class Kind(Protocol[T_co]):
    """Reads a node to a value of its type, or None once a problem is noted."""

    def read(self, node: Node, reading: Reading) -> T_co | None: ...

    def schema(self) -> dict[str, Any]: ...


def closest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word most like this one, or an empty text. Case and accents do not count."""
    plain = {identifier_from(each): each for each in known}
    matches = difflib.get_close_matches(identifier_from(word[:100]), plain, n=1, cutoff=cutoff)
    return plain[matches[0]] if matches else ""


def shown(value: str) -> str:
    """A value as a problem repeats it: never longer than a line."""
    line = " ".join(value.split())
    return line if len(line) <= 60 else line[:59] + "…"


def identifier_from(text: str) -> str:
    """Lower-case letters, digits and hyphens nearest to a text: `Tổ trưởng` → `to-truong`."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(character for character in plain if not unicodedata.combining(character)).lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or "ma-1"


def scalar(node: Node, reading: Reading) -> str | None:
    """The text of a single value; an empty one is a problem, a flawed one was noted when the file was parsed."""
    if isinstance(node, Scalar) and node.flawed:
        return None
    if not isinstance(node, Scalar):
        reading.error(node, "expected_text")
        return None
    if not node.value.strip():
        reading.error(node, "text_empty")
        return None
    return node.value


@dataclass(frozen=True)
class Text:
    """Any text; outer blanks are dropped. `pattern` must match the whole, `example` shows one that does."""

    limit: int = MAX_TEXT
    pattern: str = ""
    example: str = ""
    one_line: bool = False

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        value = value.strip()
        if len(value) > self.limit:
            reading.error(node, "text_too_long", length=len(value), limit=self.limit)
            return None
        if self.one_line and "\n" in value:
            reading.error(node, "text_many_lines")
            return None
        if self.pattern and not re.fullmatch(self.pattern, value):
            reading.error(node, "bad_format", value=shown(value), example=self.example)
            return None
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number"], **({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {})}


def integer_or_text(pattern: str, **limits: int) -> dict[str, Any]:
    """Schema of what an editor may take for a number though it is a text here (`0113`), or the reverse."""
    return {"type": ["string", "integer"], "pattern": pattern, **limits}


IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True)
class Identifier:
    """An id of a thing declared here: `[a-z0-9-]`, at most 64 characters."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        if len(value) > 64 or not IDENTIFIER.fullmatch(value):
            reading.error(node, "bad_identifier", value=shown(value), close=identifier_from(value)[:64].strip("-"))
            return None
        return value

    def schema(self) -> dict[str, Any]:
        return integer_or_text("^[a-z0-9]+(-[a-z0-9]+)*$", maxLength=64)


@dataclass(frozen=True)
class Named:
    """The id of a thing declared elsewhere; resolved once everything is read."""

    kind: str

    def read(self, node: Node, reading: Reading) -> str | None:
        value = Identifier().read(node, reading)
        if value is not None:
            reading.references.append(Reference(self.kind, value, node))
        return value

    def schema(self) -> dict[str, Any]:
        return {**Identifier().schema(), "description": f"id: {self.kind}"}


@dataclass(frozen=True)
class Day:
    """A calendar day, `2026-11-23`."""

    def read(self, node: Node, reading: Reading) -> date | None:
        value = scalar(node, reading)
        if value is None:
            return None
        day = parse_day(value.strip())
        if day is None:
            reading.error(node, "bad_date", value=shown(value))
        return day

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def parse_day(text: str) -> date | None:
    """`2026-11-23` and nothing looser."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class ClockTime:
    """A time of day on 24 hours, `H:MM` or `HH:MM`."""

    def read(self, node: Node, reading: Reading) -> time | None:
        value = scalar(node, reading)
        if value is None:
            return None
        moment = parse_clock(value.strip())
        if moment is None:
            reading.error(node, "bad_time", value=shown(value))
        return moment

    def schema(self) -> dict[str, Any]:
        return integer_or_text(r"^([01]?\d|2[0-3]):[0-5]\d$")  # 17:00 is 1020 to YAML 1.1


def parse_clock(text: str) -> time | None:
    """`5:30` or `05:30`, 00:00 to 23:59."""
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    return time(int(match[1]), int(match[2])) if match else None


_DURATION = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?", re.ASCII)


@dataclass(frozen=True)
class Duration:
    """A length of time, `90s`, `10m`, `1h30m`."""

    low: timedelta = timedelta(seconds=1)
    high: timedelta = timedelta(days=1)

    def read(self, node: Node, reading: Reading) -> timedelta | None:
        value = scalar(node, reading)
        if value is None:
            return None
        length = parse_duration(value.strip())
        if length is None:
            reading.error(node, "bad_duration", value=shown(value))
        elif not self.low <= length <= self.high:
            low, high = duration_text(self.low), duration_text(self.high)
            reading.error(node, "duration_out_of_range", value=shown(value), low=low, high=high)
            return None
        return length

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^(?=\d)(\d{1,4}h)?(\d{1,5}m)?(\d{1,6}s)?$"}


def parse_duration(text: str) -> timedelta | None:
    """`1h30m` as a timedelta; None for anything else, the empty text included."""
    match = _DURATION.fullmatch(text)
    if not text or not match:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def duration_text(length: timedelta) -> str:
    """The shortest way to write a length of whole seconds: `1h30m`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


@dataclass(frozen=True)
class Whole:
    """A whole number within limits."""

    low: int = 0
    high: int = 1_000_000

    def read(self, node: Node, reading: Reading) -> int | None:
        value = scalar(node, reading)
        if value is None:
            return None
        if not re.fullmatch(r"-?\d{1,12}", value.strip(), re.ASCII):
            reading.error(node, "bad_whole_number", value=shown(value))
            return None
        number = int(value)
        if not self.low <= number <= self.high:
            reading.error(node, "number_out_of_range", value=number, low=self.low, high=self.high)
            return None
        return number

    def schema(self) -> dict[str, Any]:
        return integer_or_text(r"^-?\d{1,12}$", minimum=self.low, maximum=self.high)


@dataclass(frozen=True)
class Number:
    """A decimal number with a point, within limits."""

    low: float
    high: float

    def read(self, node: Node, reading: Reading) -> float | None:
        value = scalar(node, reading)
        if value is None:
            return None
        if not re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", value.strip(), re.ASCII):
            reading.error(node, "bad_number", value=shown(value))
            return None
        number = float(value)
        if not self.low <= number <= self.high:
            reading.error(node, "number_out_of_range", value=value, low=self.low, high=self.high)
            return None
        return number

    def schema(self) -> dict[str, Any]:
        limits = {"minimum": self.low, "maximum": self.high}
        return {"type": ["string", "number"], "pattern": r"^-?\d{1,9}(\.\d{1,9})?$", **limits}


@dataclass(frozen=True)
class Flag:
    """`true` or `false`."""

    def read(self, node: Node, reading: Reading) -> bool | None:
        value = scalar(node, reading)
        if value is None:
            return None
        if value.strip() not in ("true", "false"):
            reading.error(node, "bad_flag", value=shown(value))
            return None
        return value.strip() == "true"

    def schema(self) -> dict[str, Any]:
        return {"enum": [True, False, "true", "false"]}


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        value = value.strip()
        if value in self.words:
            return value
        if close := closest(value, self.words):
            reading.error(node, "bad_choice_close", value=shown(value), close=close)
        else:
            reading.error(node, "bad_choice", value=shown(value), known=", ".join(self.words))
        return None

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # Monday is 0
DAY_WORDS = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7)}


class WeekdayName:
    """The name of a day within a list."""

    def read(self, node: Node, reading: Reading) -> str | None:
        if isinstance(node, Scalar) and node.value.strip() in DAY_WORDS:
            reading.error(node, "day_word_in_list", value=node.value.strip())
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
        if word.strip() in WEEKDAYS:
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
        for item in node.items:
            value = self.item.read(item, reading)
            if value is None:
                continue
            if self.distinct and value in values:
                reading.error(item, "list_doubled", value=shown(item.value if isinstance(item, Scalar) else str(value)))
            else:
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


def refuse_shape(node: Node, code: str, reading: Reading) -> None:
    """Note that a list or table belongs here, unless the parser has already refused what stands here."""
    if not (isinstance(node, Scalar) and node.flawed):
        reading.error(node, code)


def unknown_key(key: Scalar, known: Collection[str], reading: Reading) -> str:
    """Note a key nobody knows, with the nearest one that exists; returns that one, or an empty text."""
    close = closest(key.value, known)
    if close:
        reading.error(key, "key_unknown_close", key=shown(key.value), close=close)
    else:
        reading.error(key, "key_unknown", key=shown(key.value), known=", ".join(known))
    return close


MAX_GUESSES = 200  # comparing an id with every declared one is slow; nobody reads more suggestions than these


def resolve(references: Iterable[Reference], declared: dict[str, Collection[str]], problems: Problems) -> None:
    """Note every reference to something that is not declared, with the nearest id that is."""
    guesses: dict[tuple[str, str], str] = {}
    for kind, name, node in references:
        known = declared.get(kind)
        if known is None or name in known:
            continue
        if (kind, name) not in guesses and len(guesses) < MAX_GUESSES:
            guesses[kind, name] = closest(name, known)
        if close := guesses.get((kind, name)):
            problems.error(node, "reference_unknown_close", kind=kind, value=name, close=close)
        else:
            problems.error(node, "reference_unknown", kind=kind, value=name)
