"""Tables of airings and batches as people read them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pipeline.cli.words import day_name, length_words
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.domain import Occurrence, Recording
    from pipeline.site import Site

CALENDAR = ("day", "time", "medium", "programme", "bulletins", "targets", "length")
WIDE = 130  # columns where nobody's terminal sets a width
BATCHES = ("file", "recipients", "parts", "encoding")


def print_calendar(
    title: str,
    site: Site,
    occurrences: Sequence[Occurrence],
    recordings: Mapping[tuple[str, str, datetime], Recording],
) -> None:
    """A day a block, an airing a line."""
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in CALENDAR:
        table.add_column(say(f"column_{column}"), overflow="fold")
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
            say(f"targets_{each.medium.value}", count=len(each.targets)),
            length_words(recording.duration_s) if recording else "–",
        )
        previous = day
    _print(table)


def print_batches(title: str, batches: Iterable[Mapping[str, Any]]) -> None:
    """An SMS file a line."""
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in BATCHES:
        table.add_column(say(f"column_{column}"), overflow="fold")
    for batch in batches:
        table.add_row(batch["path"], *(str(batch[name]) for name in BATCHES[1:]))
    _print(table)


def _titles(site: Site, bulletins: Iterable[str]) -> list[str]:
    return [site.bulletins[each].title if each in site.bulletins else each for each in bulletins]


def _print(table: Any) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else WIDE).print(table)
