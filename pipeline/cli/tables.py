"""Tables of airings and batches as people read them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.words import day_name, length_words
from pipeline.domain import Medium
from pipeline.messages import say

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.domain import Occurrence, Recording
    from pipeline.site import Site

Row = tuple[date, str, str, str, str, str, str]
CALENDAR = ("day", "time", "medium", "programme", "bulletins", "targets", "length")
FEW = 3
MANY = 500  # airings that a table is drawn for: rich measures every cell
WIDE = 130  # columns where nobody's terminal sets a width
BATCHES = ("file", "recipients", "parts", "encoding")


Recordings = Mapping[tuple[str, str, datetime], "Recording"]


def show_calendar(title: str, site: Site, occurrences: Sequence[Occurrence], recordings: Recordings) -> None:
    """Print a calendar: as a table where somebody reads it through, else as plain lines, which cost nothing."""
    if len(occurrences) <= MANY:
        show(calendar(title, site, occurrences, recordings))
        return
    rows = groupby(_rows(site, occurrences, recordings), key=lambda row: row[0])
    click.echo(title)
    for day, airings in rows:
        lines = (f"  {at}  {' | '.join(cells)}".replace("\n", " ") + "\n" for _, at, *cells in airings)
        click.echo(f"\n{day_name(day)}/{day.year}\n" + "".join(lines), nl=False)


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
    """The cells of every airing. What many airings share is worded once."""
    titles: dict[tuple[str, ...], str] = {}
    places: dict[tuple[Medium, int], str] = {}  # by identity: thousands of targets cost as much to compare as to word
    media = {each: say(f"medium_{each.value}") for each in Medium}
    for each in occurrences:
        if each.bulletins not in titles:
            titles[each.bulletins] = "\n".join(_titles(site, each.bulletins)) or say("no_bulletins")
        place = each.medium, id(each.targets)
        if place not in places:
            places[place] = _where(site, each)
        recording = recordings.get(each.key)
        length = length_words(recording.duration_s) if recording else "–"
        at = f"{each.start.hour:02}:{each.start.minute:02}"
        yield each.start.date(), at, media[each.medium], each.title, titles[each.bulletins], places[place], length


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

    Console(width=None if sys.stdout.isatty() else WIDE, markup=False, emoji=False).print(table)
