"""The airings of a calendar as events for other calendars, in words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.sums import length_of
from pipeline.cli.week import area_names, bulletin_title, movable, placing
from pipeline.domain import Medium
from pipeline.errors import ContentError
from pipeline.messages import say
from pipeline.schedule.ics import Event, calendar

if TYPE_CHECKING:
    from pipeline.domain import Occurrence
    from pipeline.outlook import Outlook

MANY = 60  # communes that are named in one event


def write(outlook: Outlook, path: Path) -> int:
    """Write the calendar of a plan into a file, whole or not at all; how many airings. ContentError where it cannot."""
    zone = outlook.site.station.timezone
    stamp = datetime.combine(outlook.first, time(), zone)
    content = calendar(outlook.site.station.name, _events(outlook), stamp=stamp)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ContentError("output_unwritable", file=path, why=error.strerror or type(error).__name__) from None
    return len(outlook.occurrences)


def _events(outlook: Outlook) -> Iterator[Event]:
    site = outlook.site
    places: dict[object, str] = {}
    moving = movable(site)
    for each in outlook.occurrences:
        placed = placing(moving, each)
        if placed not in places:
            places[placed] = _place(outlook, each)
        place = places[placed]
        titles = "\n".join(f"· {bulletin_title(site, name)}" for name in each.bulletins) or say("no_bulletins")
        count = say(f"targets_{each.medium.value}", count=len(each.targets))
        lines = [titles, ": ".join(filter(None, (place, count)))]
        recording, reckoned = outlook.recordings.get(each.key), outlook.reckoned.get(each.key)
        if each.medium is Medium.LOUDSPEAKER:
            lines.append(say("event_length", length=length_of(outlook, each)))
        seconds = recording.duration_s if recording else reckoned.seconds if reckoned else None
        medium = say(f"medium_{each.medium.value}")
        summary = f"{medium}: {each.title}"
        yield Event(
            each,
            summary,
            "\n".join([*lines, f"{each.programme}/{each.slot}"]),
            place,
            medium,
            seconds,
        )


def _place(outlook: Outlook, occurrence: Occurrence) -> str:
    names = area_names(outlook.site, occurrence.targets, occurrence.start.date())
    return ", ".join(names) if len(names) <= MANY else say("areas_count", count=len(names))
