"""A calendar as people read it: a day a block, an airing a few lines, as wide as the terminal, without colour."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import plain
from pipeline.cli.words import day_name
from pipeline.domain import Medium
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.domain import Occurrence
    from pipeline.site import Site

NARROW, USUAL, WIDE = 80, 120, 160
TIME, LENGTH, GAP = 5, 8, 2
SHARE = 0.46  # of what is left, for programme and places; the bulletins have the rest
FEW = 4  # communes that are named

Words = Callable[["Occurrence"], str]


def columns() -> int:
    """How wide to write: the terminal's width or COLUMNS, within reason."""
    return min(max(shutil.get_terminal_size((USUAL, 24)).columns, NARROW), WIDE)


def show_week(
    site: Site,
    occurrences: Iterable[Occurrence],
    *,
    length: Words,
    marks: Words = lambda _: "",
    day_words: Callable[[date], str] = lambda _: "",
    silent: Mapping[date, Sequence[str]] | None = None,
    left_out: Callable[[Occurrence], Sequence[str]] = lambda _: (),
) -> None:
    """Print a calendar. `length` and `marks` are shown behind each airing, `day_words` beneath each day.

    `left_out`: bulletins of an airing for which its slot has no room.
    `silent`: what is off on purpose, by day; such a day is shown though nothing airs on it.
    """
    page, off = _Page(site, columns()), dict(silent or {})
    for day, airings in groupby(occurrences, key=lambda each: each.start.date()):
        _show_silent(page, {each: off.pop(each) for each in sorted(off) if each < day})
        lines = ["", f"{day_name(day)}/{day.year}", *wrapped(day_words(day), page.width, "  ")]
        for words in off.pop(day, ()):
            lines += wrapped(words, page.width, "  ", "    ")
        for each in airings:
            lines += page.airing(each, length(each), marks(each), tuple(left_out(each)))
        click.echo("\n".join(lines))
    _show_silent(page, {each: off[each] for each in sorted(off)})


def _show_silent(page: _Page, silent: Mapping[date, Sequence[str]]) -> None:
    for day, words in silent.items():
        lines = [line for each in words for line in wrapped(each, page.width, "  ", "    ")]
        click.echo("\n".join(["", f"{day_name(day)}/{day.year}", *lines]))


class _Page:
    """Lays an airing out in columns: time, programme and places, bulletins, length, marks."""

    def __init__(self, site: Site, width: int) -> None:
        self.site, self.width, self.movable = site, width, movable(site)
        room = width - 2 - TIME - LENGTH - 3 * GAP - 8
        self.left = round(room * SHARE)
        self.right = room - self.left
        self._cells: dict[tuple[object, ...], Sequence[str]] = {}

    def airing(self, occurrence: Occurrence, length: str, marks: str, left_out: tuple[str, ...] = ()) -> Iterator[str]:
        at = f"{occurrence.start.hour:02}:{occurrence.start.minute:02}"
        rows = zip_longest(self._places(occurrence), self._bulletins(occurrence, left_out), fillvalue="")
        for number, (left, right) in enumerate(rows):
            line = f"  {at if number == 0 else '':{TIME}}  {left:{self.left}}  {right:{self.right}}"
            yield (f"{line}  {length:>{LENGTH}}  {marks}" if number == 0 else line).rstrip()

    def _places(self, each: Occurrence) -> Sequence[str]:
        # by the list itself: thousands of targets cost as much to compare as to word
        key = each.programme, each.slot, each.title, each.repeat, placing(self.movable, each)
        if key not in self._cells:
            place = where(self.site, each, most=FEW)
            named = f"{each.title} · {each.slot}" + (f" ×{each.repeat}" if each.repeat > 1 else "")
            self._cells[key] = (*wrapped(named, self.left), *wrapped(place, self.left, "  "))
        return self._cells[key]

    def _bulletins(self, each: Occurrence, left_out: tuple[str, ...]) -> Sequence[str]:
        key = each.bulletins, left_out
        if key not in self._cells:
            last = len(each.bulletins) - len(left_out)
            titles = [self._titled(name, at >= last) for at, name in enumerate(each.bulletins)]
            named = titles or [say("no_bulletins")]
            self._cells[key] = [line for title in named for line in wrapped(f"· {title}", self.right, "", "  ")]
        return self._cells[key]

    def _titled(self, name: str, is_left_out: bool) -> str:
        title = bulletin_title(self.site, name)
        return say("left_out_title", title=title) if is_left_out else title


@lru_cache(maxsize=10_000)
def wrapped(text: str, width: int, indent: str = "", hanging: str | None = None) -> tuple[str, ...]:
    """A text in lines of at most `width` columns; none for none."""
    following = indent if hanging is None else hanging
    return tuple(textwrap.wrap(plain(text), max(width, 10), initial_indent=indent, subsequent_indent=following))


def bulletin_title(site: Site, name: str) -> str:
    """The title of a bulletin; its id where nobody knows it."""
    return site.bulletins[name].title if name in site.bulletins else name


def where(site: Site, occurrence: Occurrence, most: int) -> str:
    """The communes by name where they are few, else their number; and how many clusters or lists that is."""
    count = say(f"targets_{occurrence.medium.value}", count=len(occurrence.targets))
    names = area_names(site, occurrence.targets, occurrence.start.date())
    if occurrence.medium is Medium.SMS or not names:
        return ", ".join(occurrence.targets[:most]) + "…" * (len(occurrence.targets) > most) or count
    return f"{', '.join(names) if len(names) <= most else say('areas_count', count=len(names))}: {count}"


def placing(movable: frozenset[str], occurrence: Occurrence) -> object:
    """What airings share whose targets stand in the same areas: the list itself, and the day where some may move."""
    moves = bool(movable) and not movable.isdisjoint(occurrence.targets)
    return id(occurrence.targets), occurrence.start.date() if moves else None


def movable(site: Site) -> frozenset[str]:
    """Clusters that have not always stood in one area."""
    return frozenset(each.id for each in site.clusters.values() if each.areas)


def area_names(site: Site, targets: Iterable[str], on: date) -> list[str]:
    """The names of the areas in which clusters stand on a day."""
    clusters = [site.clusters[each] for each in targets if each in site.clusters]
    areas = sorted({each.area_on(on) or each.area for each in clusters})
    return [site.areas.by_id[area].name for area in areas if area in site.areas.by_id]
