"""Kinds of single values: text, ids, days, times, lengths, numbers, words of a choice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.documents import Node
from pipeline.fields.reading import Reading, Reference, closest, identifier_from, scalar, shown

MAX_TEXT = 20_000


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


@dataclass(frozen=True)
class LocalMoment:
    """A minute by the station's clock, `2026-11-22T08:15`: naive until the station's zone is known."""

    def read(self, node: Node, reading: Reading) -> datetime | None:
        value = scalar(node, reading)
        if value is None:
            return None
        moment = parse_moment(value.strip())
        if moment is None:
            reading.error(node, "bad_moment", value=shown(value))
        return moment

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[T ]([01]?\d|2[0-3]):[0-5]\d$"}


def parse_moment(text: str) -> datetime | None:
    """`2026-11-22T08:15`, or a blank for the T; no seconds, no zone."""
    found = re.fullmatch(r"(\S{10})[T ](\S{4,5})", text, re.ASCII)
    day, at = (parse_day(found[1]), parse_clock(found[2])) if found else (None, None)
    return datetime.combine(day, at) if day and at is not None else None


_DURATION = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?", re.ASCII)
_MILLISECONDS = re.compile(r"(\d{1,6})ms", re.ASCII)


@dataclass(frozen=True)
class Duration:
    """A length of time, `90s`, `10m`, `1h30m`; for pauses (`high` up to a minute) `350ms` too."""

    low: timedelta = timedelta(seconds=1)
    high: timedelta = timedelta(days=1)

    @property
    def fine(self) -> bool:
        return self.low < timedelta(seconds=1) and self.high <= timedelta(minutes=1)

    def read(self, node: Node, reading: Reading) -> timedelta | None:
        value = scalar(node, reading)
        if value is None:
            return None
        match = _MILLISECONDS.fullmatch(value.strip()) if self.fine else None
        length = timedelta(milliseconds=int(match[1])) if match else parse_duration(value.strip())
        if length is None:
            reading.error(node, "bad_short_duration" if self.fine else "bad_duration", value=shown(value))
        elif not self.low <= length <= self.high:
            low, high = duration_text(self.low), duration_text(self.high)
            reading.error(node, "duration_out_of_range", value=shown(value), low=low, high=high)
            return None
        return length

    def schema(self) -> dict[str, Any]:
        fine = r"|^\d{1,6}ms$" if self.fine else ""
        return {"type": "string", "pattern": r"^(?=\d)(\d{1,4}h)?(\d{1,5}m)?(\d{1,6}s)?$" + fine}


def parse_duration(text: str) -> timedelta | None:
    """`1h30m` as a timedelta; None for anything else, the empty text included."""
    match = _DURATION.fullmatch(text)
    if not text or not match:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def duration_text(length: timedelta) -> str:
    """The shortest way to write a length: `1h30m`, `350ms`."""
    if length % timedelta(seconds=1):
        return f"{length // timedelta(milliseconds=1)}ms"
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
            reading.error(node, "number_out_of_range", value=value, low=f"{self.low:.9g}", high=f"{self.high:.9g}")
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
