"""The log as people read it: planned, delivered, played and heard in four columns that never run together."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.cli.log_sums import REASONED
from pipeline.cli.output import plain
from pipeline.cli.week import bulletin_title, columns, wrapped
from pipeline.cli.words import day_name
from pipeline.contacts.numbers import masked
from pipeline.domain import State
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.cli.log import Book
    from pipeline.store import OutsideAiring
    from pipeline.store.rows_log import Logged
    from pipeline.store.rows_receivers import Unordered

HEADS = ("log_planned", "log_delivered", "log_played", "log_heard")
SHARES = (0.40, 0.15, 0.29)  # of the width; the last column has the rest
BETWEEN = " │ "


def airings(book: Book) -> Iterator[str]:
    """A day a block, an airing at a cluster a few lines; then what was aired beside."""
    zone, width = book.site.station.timezone, columns()
    since, until = (f"{each.astimezone(zone):%d/%m/%Y %H:%M}" for each in (book.wish.since, book.wish.until))
    yield from wrapped(say("log_title", station=book.site.station.name, since=since, until=until), width)
    day = None
    for row in book.airings:
        start = row.start.astimezone(zone)
        if start.date() != day:
            day = start.date()
            yield ""
            yield from _columns([[say(each)] for each in HEADS], width)
            yield f"{day_name(day)}/{day:%Y}"
        yield from _columns(_cells(book, row), width)
    if day is None:
        yield from wrapped(say("log_nothing"), width)
    yield from _beside(book, width)


def _columns(cells: Sequence[Iterable[str]], width: int) -> Iterator[str]:
    """Cells side by side, each wrapped in its own column."""
    room = width - len(BETWEEN) * (len(cells) - 1)
    widths = [int(room * share) for share in SHARES]
    widths.append(room - sum(widths))
    blocks = [
        [part for line in cell for part in textwrap.wrap(plain(line), wide, subsequent_indent="  ")]
        for cell, wide in zip(cells, widths, strict=True)
    ]
    for parts in zip_longest(*blocks, fillvalue=""):
        yield BETWEEN.join(part.ljust(wide) for part, wide in zip(parts, widths, strict=True)).rstrip()


def _cells(book: Book, row: Logged) -> list[list[str]]:
    return [_planned(book, row), _delivered(book, row), _played(book, row), _heard(book, row)]


def _planned(book: Book, row: Logged) -> list[str]:
    start = f"{row.start.astimezone(book.site.station.timezone):%H:%M}"
    lines = [say("log_place", start=start, cluster=_cluster(book, row.cluster), area=_area(book, row.area))]
    lines.append(f"  {row.programme}/{row.slot}: {_titles(book, row.bulletins)}")
    if row.left_out:
        lines.append(say("log_left_out", bulletins=_titles(book, row.left_out)))
    if row.resume_of is not None:
        lines.append(say("log_resumes"))
    return lines


def _delivered(book: Book, row: Logged) -> list[str]:
    word = say(f"log_delivered_{row.delivered.value}")
    at = f" {_moment(book, row.delivered_at, row.start)}" if row.delivered_at else ""
    return [f"{word}{at}", say("log_channel", channel=row.channel) if row.channel else say("log_no_channel")]


def _played(book: Book, row: Logged) -> list[str]:
    if book.sums.is_cut(row):
        return [say("log_cut"), *([_why(row.note)] if row.note else [])]
    lines = [] if row.is_confirmed else [_state(row)]
    if row.played is not None:
        lines += _proof(book, row)
    if row.is_confirmed and row.state is not State.CONFIRMED:
        lines.append(say("log_though", state=_state(row)))
    if row.note:
        lines.append(say("log_note", why=_why(row.note)))
    return lines


def _state(row: Logged) -> str:
    word = say(f"log_state_{row.state.value}")
    return say("log_because", what=word, why=_why(row.code)) if row.state in REASONED and row.code else word


def _why(code: str) -> str:
    """The sentence of a code without what it would name: the books keep codes alone."""
    return say(code).replace(" …", "")


def _proof(book: Book, row: Logged) -> Iterator[str]:
    played = row.played
    if played is None:
        return
    times = "–".join(_moment(book, each, row.start, second=True) for each in (played.started, played.ended) if each)
    named = row.is_confirmed or row.state is not played.state  # else the line above says it
    yield " ".join(each for each in (say(f"log_state_{played.state.value}") if named else "", times) if each)
    yield say(f"log_by_{played.evidence.value}", person=masked(played.person))
    if played.clock:
        yield say(f"log_clock_{played.clock.value}")


def _heard(book: Book, row: Logged) -> list[str]:
    return [say(f"log_heard_{row.heard}") if row.heard else say("log_heard_nobody")]


def _moment(book: Book, moment: datetime | None, beside: datetime, *, second: bool = False) -> str:
    """A time of day, with its date where that is another one."""
    if moment is None:
        return ""
    zone = book.site.station.timezone
    here, there = moment.astimezone(zone), beside.astimezone(zone)
    clock = f"{here:%H:%M:%S}" if second else f"{here:%H:%M}"
    return clock if here.date() == there.date() else f"{clock} {here:%d/%m/%Y}"


def _titles(book: Book, bulletins: Iterable[str]) -> str:
    return "; ".join(bulletin_title(book.site, name) for name in bulletins) or say("no_bulletins")


def _area(book: Book, name: str) -> str:
    found = book.site.areas.by_id.get(name)
    return found.name if found else name


def _cluster(book: Book, name: str) -> str:
    found = book.site.clusters.get(name)
    return found.name if found else name


# --- beside the plan, and the sums ------------------------------------------------------------------------------------


def _beside(book: Book, width: int) -> Iterator[str]:
    if book.by_hand or book.unordered:
        yield ""
        yield from wrapped(say("log_beside"), width)
    for by_hand in book.by_hand:
        yield from wrapped(_by_hand(book, by_hand), width, "  ", "    ")
    for unordered in book.unordered:
        yield from wrapped(_unordered(book, unordered), width, "  ", "    ")


def _by_hand(book: Book, row: OutsideAiring) -> str:
    zone = book.site.station.timezone
    where = _cluster(book, row.cluster) if row.cluster else _area(book, row.area)
    facts = {"where": where, "bulletins": _titles(book, row.bulletins), "bundle": row.bundle}
    start, end = (each.astimezone(zone) for each in (row.start, row.end))
    return say("log_by_hand", at=f"{start:%d/%m/%Y %H:%M}–{end:%H:%M}", person=masked(row.person), **facts)


def _unordered(book: Book, row: Unordered) -> str:
    zone = book.site.station.timezone
    end = f"–{row.ended.astimezone(zone):%H:%M:%S}" if row.ended else ""
    at = f"{row.began.astimezone(zone):%d/%m/%Y %H:%M:%S}{end}"
    return say("log_unordered", at=at, where=_cluster(book, row.receiver), airing=row.airing)


def sums(book: Book) -> Iterator[str]:
    """How much was planned, delivered, played by which evidence, and heard; and why the rest was not."""
    found, width = book.sums, columns()
    if not found.planned and not found.cancelled:
        return
    yield ""
    delivered = ", ".join(f"{say(f'log_delivered_{each.value}')} {n}" for each, n in sorted(found.delivered.items()))
    played = ", ".join(f"{say(f'log_evidence_{each.value}')} {n}" for each, n in sorted(found.played.items()))
    heard = ", ".join(
        f"{say(f'log_heard_{name}' if name else 'log_heard_nobody')} {n}" for name, n in sorted(found.heard.items())
    )
    code = "log_sum_cancelled" if found.cancelled else "log_sum_planned"
    yield from wrapped(say(code, count=found.planned, cancelled=found.cancelled), width, "", "  ")
    yield from wrapped(say("log_sum_delivered", words=delivered), width, "", "  ")
    total = found.played.total()
    yield from wrapped(say("log_sum_played", count=total, words=played, part=found.interrupted), width, "", "  ")
    yield from wrapped(say("log_sum_heard", words=heard), width, "", "  ")
    if found.cut:
        yield from wrapped(say("log_sum_cut", count=found.cut), width, "", "  ")
    yield from _first_and_last(book, width)
    for (state, code), number in sorted(found.reasons.items(), key=lambda each: (-each[1], each[0])):
        why = {"why": _why(code)} if code else {}
        line = say("log_sum_reason", count=number, what=say(f"log_state_{state.value}"), **why)
        yield from wrapped(line, width, "  ", "    ")


def _first_and_last(book: Book, width: int) -> Iterator[str]:
    """The answer where a bulletin or topic was asked for."""
    if book.wish.bulletins is None:
        return
    zone, found = book.site.station.timezone, book.sums
    if found.first is None or found.last is None:
        yield from wrapped(say("log_never"), width, "", "  ")
        return
    first, last = (f"{each.astimezone(zone):%d/%m/%Y %H:%M}" for each in (found.first, found.last))
    yield from wrapped(say("log_first", first=first, last=last), width, "", "  ")
