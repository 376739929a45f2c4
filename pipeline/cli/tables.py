"""Tables of airings and batches as people read them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pipeline.cli.words import day_name, length_words
from pipeline.messages import say

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.domain import Occurrence, Recording
    from pipeline.site import Site

CALENDAR = ("day", "time", "medium", "programme", "bulletins", "targets", "length")
FEW = 3
WIDE = 130  # columns where nobody's terminal sets a width
BATCHES = ("file", "recipients", "parts", "encoding")


def calendar(
    title: str,
    site: Site,
    occurrences: Sequence[Occurrence],
    recordings: Mapping[tuple[str, str, datetime], Recording],
) -> Table:
    """A day a block, an airing a line."""
    table = _table(title, CALENDAR)
    previous: date | None = None
    for each in occurrences:
        day = each.start.date()
        if previous is not None and day != previous:
            table.add_section()
        recording = recordings.get(each.key)
        table.add_row(
            day_name(day) if day != previous else "",
            each.start.strftime("%H:%M"),
            say(f"medium_{each.medium.value}"),
            each.title,
            "\n".join(_titles(site, each.bulletins)) or say("no_bulletins"),
            _where(site, each),
            length_words(recording.duration_s) if recording else "–",
        )
        previous = day
    return table


def batches(title: str, files: Iterable[Mapping[str, Any]]) -> Table:
    """An SMS file a line."""
    table = _table(title, BATCHES)
    for batch in files:
        table.add_row(batch["path"], *(str(batch[name]) for name in BATCHES[1:]))
    return table


def _where(site: Site, occurrence: Occurrence) -> str:
    """The communes by name where they are few, else their number; and how many clusters or lists that is."""
    count = say(f"targets_{occurrence.medium.value}", count=len(occurrence.targets))
    areas = sorted({site.clusters[each].area for each in occurrence.targets if each in site.clusters})
    if not areas:
        return ", ".join(occurrence.targets) or count
    names = [site.areas.by_id[area].name for area in areas if area in site.areas.by_id]
    return f"{', '.join(names) if len(names) <= FEW else say('areas_count', count=len(areas))}: {count}"


def _titles(site: Site, bulletins: Iterable[str]) -> list[str]:
    return [f"· {site.bulletins[each].title if each in site.bulletins else each}" for each in bulletins]


def _table(title: str, columns: Iterable[str]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(say(f"column_{column}"), overflow="fold")
    return table


def show(table: Table) -> None:
    """Print a table as wide as the terminal."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else WIDE).print(table)
