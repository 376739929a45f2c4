"""Tables of airings and batches as people read them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pipeline.cli.week import bulletin_title, where
from pipeline.cli.words import day_name, length_words
from pipeline.messages import say

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.domain import Occurrence, Recording
    from pipeline.site import Site

Row = tuple[date, str, str, str, str, str, str]
CALENDAR = ("day", "time", "medium", "programme", "bulletins", "targets", "length")
FEW = 3
WIDE = 130  # columns where nobody's terminal sets a width
BATCHES = ("file", "recipients", "parts", "encoding")


Recordings = Mapping[tuple[str, str, datetime], "Recording"]


def calendar(title: str, site: Site, occurrences: Sequence[Occurrence], recordings: Recordings) -> Table:
    """A day a block, an airing a line."""
    table = _table(title, CALENDAR)
    previous: date | None = None
    for day, at, medium, name, bulletins, *rest in _rows(site, occurrences, recordings):
        if previous is not None and day != previous:
            table.add_section()
        table.add_row(day_name(day) if day != previous else "", at, medium, name, bulletins, *rest)
        previous = day
    return table


def _rows(site: Site, occurrences: Sequence[Occurrence], recordings: Recordings) -> Iterator[Row]:
    for each in occurrences:
        titles = "\n".join(f"· {bulletin_title(site, name)}" for name in each.bulletins) or say("no_bulletins")
        recording = recordings.get(each.key)
        length = length_words(recording.duration_s) if recording else "–"
        medium, place = say(f"medium_{each.medium.value}"), where(site, each, most=FEW)
        yield each.start.date(), f"{each.start:%H:%M}", medium, each.title, titles, place, length


def batches(title: str, files: Iterable[Mapping[str, Any]]) -> Table:
    """An SMS file a line."""
    table = _table(title, BATCHES)
    for batch in files:
        table.add_row(batch["path"], *(str(batch[name]) for name in BATCHES[1:]))
    return table


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

    Console(width=None if sys.stdout.isatty() else WIDE, markup=False, emoji=False).print(table)
