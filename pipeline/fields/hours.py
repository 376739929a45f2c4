"""Hours of the week in which something may be heard or sent: the kind behind every `windows`."""

from __future__ import annotations

import re
from datetime import time
from itertools import combinations
from typing import Any

from pipeline.documents import Mapping, Node, Scalar
from pipeline.domain import Window, Windows
from pipeline.fields.reading import Reading, refuse_shape, shown
from pipeline.fields.shapes import Weekdays
from pipeline.fields.values import Text, parse_clock

CLOSED = Windows(())  # no hour at all: only EMERGENCY passes

_HOURS = re.compile(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})", re.ASCII)
_MIDNIGHT = time(0)


def parse_hours(text: str) -> tuple[time, time] | None:
    """`05:00-06:30` as first minute and first minute after; 24:00 is midnight and read as 00:00."""
    match = _HOURS.fullmatch(text)
    if not match:
        return None
    first = parse_clock(match[1])
    last = _MIDNIGHT if match[2] == "24:00" else parse_clock(match[2])
    return None if first is None or last is None or (last == _MIDNIGHT and match[2] != "24:00") else (first, last)


class HoursTable:
    """Windows of one medium: `"05:00-06:30": daily` a line, and the `rule` they come from."""

    def read(self, node: Node, reading: Reading) -> Windows:
        if not isinstance(node, Mapping):
            refuse_shape(node, "expected_table", reading)
            return CLOSED
        windows: list[Window] = []
        rule = ""
        for name, key in node.keys.items():
            if name == "rule":
                rule = Text(limit=300, one_line=True).read(node.values[name], reading) or ""
            elif (window := self._window(key, node.values[name], reading)) is not None:
                self._refuse_overlap(key, window, windows, reading)
                windows.append(window)
        if not set(node.keys) - {"rule"}:
            reading.error(node, "windows_empty")
        return Windows(tuple(sorted(windows, key=lambda window: (window.first, sorted(window.days)))), rule)

    def _window(self, key: Scalar, value: Node, reading: Reading) -> Window | None:
        days = Weekdays().read(value, reading)
        hours = parse_hours(key.value.strip())
        if hours is None:
            reading.error(key, "bad_hours", value=shown(key.value))
        elif hours[1] != _MIDNIGHT and hours[1] <= hours[0]:
            reading.error(key, "hours_reversed", value=key.value)
        elif days is not None:
            return Window(hours[0], hours[1], days)
        return None

    def _refuse_overlap(self, key: Scalar, window: Window, others: list[Window], reading: Reading) -> None:
        for one, two in combinations([window, *others], 2):
            if one is window and one.days & two.days and _starts_before_end(one, two) and _starts_before_end(two, one):
                reading.error(key, "hours_overlap", value=key.value, other=hours_text(two))
                return

    def schema(self) -> dict[str, Any]:
        hours = r"^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-4]):[0-5]\d$"
        rule = {"description": "quy định mà các khung giờ này dựa vào", "$comment": "the rule these hours come from"}
        return {
            "type": "object",
            "properties": {"rule": {"type": "string", **rule}},
            "patternProperties": {hours: Weekdays().schema()},
            "additionalProperties": False,
        }


def _starts_before_end(one: Window, two: Window) -> bool:
    return two.last == _MIDNIGHT or one.first < two.last


def hours_text(window: Window) -> str:
    """A window as it is written: `05:00-06:30`."""
    last = "24:00" if window.last == _MIDNIGHT else f"{window.last:%H:%M}"
    return f"{window.first:%H:%M}-{last}"
