"""`loa log`: what became of every airing, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import has_errors, json_option, plain, print_problems, site_option, usage_error
from pipeline.cli.times import LocalDay
from pipeline.errors import Severity
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.cli.log_sums import Sums
    from pipeline.site import Site
    from pipeline.store import OutsideAiring, Store
    from pipeline.store.rows_log import Logged, LogWish
    from pipeline.store.rows_receivers import Unordered

USUAL = 7  # days


@dataclass(frozen=True)
class Book:
    """What was asked for, and what stands beside the airings. `sums` grow while `airings` are read."""

    site: Site
    wish: LogWish
    airings: Iterator[Logged]
    by_hand: Sequence[OutsideAiring]
    unordered: Sequence[Unordered]
    sums: Sums


@click.command(help=say("help_log"))
@click.option("--from", "first", type=LocalDay(), default=None, help=say("help_log_from"))
@click.option("--days", type=click.IntRange(1, 1000), default=USUAL, show_default=True, help=say("help_log_days"))
@click.option("--areas", multiple=True, help=say("help_log_areas"))
@click.option("--bulletin", "bulletins", multiple=True, metavar="ID", help=say("help_log_bulletin"))
@click.option("--topic", "topics", multiple=True, metavar="ID", help=say("help_log_topic"))
@click.option("--csv", "table", type=click.Path(dir_okay=False, path_type=Path), default=None, help=say("help_log_csv"))
@site_option
@json_option
@click.pass_context
def log(
    ctx: click.Context,
    first: date | None,
    days: int,
    areas: tuple[str, ...],
    bulletins: tuple[str, ...],
    topics: tuple[str, ...],
    table: Path | None,
    root: Path,
    as_json: bool,
) -> None:
    from pipeline.app import has_store, open_store
    from pipeline.edits import in_force
    from pipeline.site import load_site

    loaded = load_site(root)
    if not has_store(root):
        ctx.exit(_say_no_store(loaded))
    store = open_store(root)
    try:
        book = _book(in_force(loaded), store, first, days, areas, bulletins, topics)
        _write(book, table, as_json=as_json)
    finally:
        store.close()


def _say_no_store(site: Site) -> int:
    """Nothing was ever planned here; where the files are to blame, or there are none, that is said."""
    print_problems(each for each in site.problems if each.severity is Severity.ERROR)
    if has_errors(site.problems):
        return 2
    message, hint = render("log_no_store")
    click.echo(f"{message}: {hint}", err=True)
    return 0


def _book(
    site: Site,
    store: Store,
    first: date | None,
    days: int,
    areas: Sequence[str],
    bulletins: Sequence[str],
    topics: Sequence[str],
) -> Book:
    from pipeline.app import wall_clock
    from pipeline.cli.log_sums import Sums
    from pipeline.store.rows_log import LogWish

    now = wall_clock().astimezone(site.station.timezone)
    since, until = _span(first, days, now)
    wish = LogWish(since, until, _areas(site, areas, since, until), _bulletins(site, store, bulletins, topics))
    sums = Sums(wish.bulletins)
    by_hand = [each for each in store.outside_airings(since, until) if _is_wanted(each, wish)]
    unordered = [each for each in store.unordered_between(since, until) if _is_there(site, each, wish)]
    return Book(site, wish, sums.counted(store.log(wish)), by_hand, unordered, sums)


def _span(first: date | None, days: int, now: datetime) -> tuple[datetime, datetime]:
    """From midnight to midnight of the station, and not beyond now: what lies ahead is `loa plan`."""
    begin = first or now.date() - timedelta(days=days - 1)
    if begin > now.date():
        raise usage_error("log_ahead", date=begin.isoformat())
    since = datetime.combine(begin, time(), now.tzinfo)
    return since, min(now, datetime.combine(begin + timedelta(days=days), time(), now.tzinfo))


def _areas(site: Site, given: Sequence[str], since: datetime, until: datetime) -> frozenset[str] | None:
    """Those that were asked for and all beneath them, on the first day or on the last."""
    from pipeline.cli.send import names_of, require_areas

    names = names_of(given)
    if not names:
        return None
    require_areas(site, names)
    on = since.date(), until.date()
    return frozenset(names).union(*(site.areas.beneath(names, day) for day in on))


def _bulletins(site: Site, store: Store, given: Sequence[str], topics: Sequence[str]) -> frozenset[str] | None:
    """Bulletins by their ids, also those whose script is gone, and those of topics."""
    from pipeline.cli.send import names_of
    from pipeline.fields import closest

    names, of = names_of(given), names_of(topics)
    for name in names:
        if name not in site.bulletins and not store.is_logged(name):
            raise usage_error("log_bulletin_unknown", id=name, close=closest(name, site.bulletins))
    for topic in of:
        if topic not in site.topics:
            raise usage_error("log_topic_unknown", id=topic, close=closest(topic, site.topics))
    if not names and not of:
        return None
    return frozenset(names).union(each.id for each in site.bulletins.values() if each.topic in of)


def _is_wanted(airing: OutsideAiring, wish: LogWish) -> bool:
    here = wish.areas is None or airing.area in wish.areas
    return here and (wish.bulletins is None or not set(airing.bulletins).isdisjoint(wish.bulletins))


def _is_there(site: Site, airing: Unordered, wish: LogWish) -> bool:
    """Nobody knows which bulletin it was, so it is named whichever was asked for."""
    cluster = site.clusters.get(airing.receiver)
    return wish.areas is None or (cluster is not None and cluster.area in wish.areas)


def _write(book: Book, table: Path | None, *, as_json: bool) -> None:
    from pipeline.cli import log_files, log_lines

    if table is not None:
        from pipeline.writing import writing

        with writing(table):
            count = log_files.write_csv(book, table)
        click.echo(plain(say("log_written", count=count, file=table)), err=as_json)
    elif not as_json:
        for line in log_lines.airings(book):
            click.echo(line)
    if as_json:
        for part in log_files.document(book, with_airings=table is None):
            click.echo(part, nl=False)
        return
    for line in log_lines.sums(book):
        click.echo(line)
