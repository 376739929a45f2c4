"""A calendar that telephones and office programmes read: iCalendar (RFC 5545), one event an airing.

Times are in UTC, so no description of a zone is needed; the same plan makes the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.domain import Occurrence

OCTETS = 75  # of a line, its end not counted (RFC 5545 3.1)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # none may stand in a text; a line feed is escaped


@dataclass(frozen=True, slots=True)
class Event:
    """An occurrence in words, and the seconds it takes, where anything is known of that."""

    occurrence: Occurrence
    summary: str
    description: str
    location: str
    category: str
    seconds: float | None = None


def calendar(name: str, events: Iterable[Event], *, stamp: datetime) -> bytes:
    """The file of a calendar, UTF-8 with CRLF. `name` tells stations apart; `stamp` is written as its making."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Loa//loa plan//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    made, station = _instant(stamp), hashlib.sha256(name.encode()).hexdigest()[:12]
    for event in events:
        lines += _event(event, made, station)
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(event: Event, made: str, station: str) -> Iterator[str]:
    occurrence = event.occurrence
    start = occurrence.start
    yield "BEGIN:VEVENT"
    yield f"UID:{_instant(start)}.{occurrence.slot}.{occurrence.programme}.{station}@loa"
    yield f"DTSTAMP:{made}"
    yield f"DTSTART:{_instant(start)}"
    if event.seconds:
        yield f"DTEND:{_instant(start + timedelta(seconds=max(round(event.seconds), 1)))}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"DESCRIPTION:{_text(event.description)}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    yield f"CATEGORIES:{_text(event.category)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc.year:04}{utc:%m%dT%H%M%S}Z"


def _text(value: str) -> str:
    value = _CONTROL.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A line with its end; a long one goes on behind a space, and no character is torn."""
    parts: list[bytes] = []
    current = b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(current) + len(octets) > OCTETS:
            parts.append(current)
            current = b" "
        current += octets
    return b"\r\n".join([*parts, current]) + b"\r\n"
