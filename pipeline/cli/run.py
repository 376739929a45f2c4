"""`loa run`: the station on the clock. `loa tick`: one pass of it."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.logs import log_to_stderr
from pipeline.cli.output import has_errors, print_problems, site_option
from pipeline.cli.times import LocalTime, at_station
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.app import Station
    from pipeline.daemon import Daemon
    from pipeline.domain import Clock
    from pipeline.errors import Problem
    from pipeline.unattended import Unattended


@click.command(help=say("help_run"))
@site_option
@click.pass_context
def run(ctx: click.Context, root: Path) -> None:
    from pipeline.app import sole_station
    from pipeline.cli.care import Care, mend_at_start, take_up
    from pipeline.cli.receiving import Receiving
    from pipeline.daemon import Daemon
    from pipeline.unattended import Unattended

    log_to_stderr()
    hush_libraries()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with sole_station(root):
        mend_at_start(root)
        station, problems = Unattended.stand_by(root)
        print_problems(problems)
        take_up(station)
        _say_by_which(station, problems)
        click.echo(say("run_started", station=station.site.station.name), err=True)
        care = Care(station, stopped)
        receiving = Receiving(station, care.teller)
        daemon = Daemon(station, stopped, (*care.turns(), *receiving.turns()))
        care.is_well = daemon.is_well
        with listening(station), answering(station, daemon):
            idle = daemon.run()
        receiving.stop()
        click.echo(say("run_stopped"), err=True)
        if not idle:
            os._exit(int(care.is_damaged))  # a voice is still speaking: what it makes is made again, the rest is noted
        station.close()
        ctx.exit(int(care.is_damaged))


def hush_libraries() -> None:
    """Keep from people what is no news to them: that a wake was skipped because the last one was still at work."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def _say_by_which(station: Station, problems: Iterable[Problem]) -> None:
    """By which files the station goes, where those that lie there hold errors."""
    if has_errors(problems):
        kept = not has_errors(station.site.problems)
        click.echo(say("last_good_used" if kept else "last_good_missing"), err=True)


@contextlib.contextmanager
def answering(station: Unattended, daemon: Daemon) -> Iterator[None]:
    """Hear commands that ring meanwhile; where nobody can, their lanes find them in the database."""
    from pipeline.cli.ringing import bell_of

    bell = bell_of(station, daemon)
    try:
        bell.start()
    except OSError as error:
        click.echo(say("bell_unheard", why=error.strerror), err=True)
    try:
        yield
    finally:
        bell.stop()


@contextlib.contextmanager
def listening(station: Station) -> Iterator[None]:
    """Hear what providers report meanwhile, where the site asks for it; a port that is taken stops nothing else."""
    from pipeline.callbacks import Listener

    listener = None
    if station.site.callbacks is not None:
        host, port = station.site.callbacks
        try:
            listener = Listener((host, port), station.hear)
            listener.start()
        except OSError as error:
            click.echo(say("callbacks_unheard", listen=f"{host}:{port}", why=error.strerror), err=True)
    try:
        yield
    finally:
        if listener is not None:
            listener.stop()


@click.command(help=say("help_tick"))
@click.option("--now", type=LocalTime(), default=None, help=say("help_now"))
@site_option
@click.pass_context
def tick(ctx: click.Context, now: datetime | None, root: Path) -> None:
    from pipeline.app import sole_station

    with sole_station(root):
        ctx.exit(_tick(root, now))


def _tick(root: Path, now: datetime | None) -> int:
    from pipeline.cli.care import Care, mend_at_start, take_up
    from pipeline.dispatch.twice import TWICE
    from pipeline.telling.words import sentence
    from pipeline.unattended import Unattended

    clock = clock_from(root, now)
    mend_at_start(root, clock)
    station, problems = Unattended.for_one_pass(root, clock)
    print_problems(problems)
    take_up(station)
    _say_by_which(station, problems)
    troubles = station.tick()
    for trouble in troubles:
        message, hint = render(trouble.code)
        click.echo(
            say(
                "trouble",
                start=f"{trouble.start:%d/%m %H:%M}",
                programme=trouble.programme,
                slot=trouble.slot,
                count=trouble.count,
                message=message + (f": {hint}" if hint else ""),
            ),
            err=True,
        )
    for name, code in station.desk.left_out.items():
        click.echo(f"warning: {say('aired_without', bulletin=name, reason=say(code))}", err=True)
    for notice in station.store.open_notices():
        if notice.code == TWICE:
            click.echo(f"warning: {': '.join(sentence(notice))}", err=True)
    failed = _production_failed(station)
    care = Care(station)
    care.tell()
    care.copy()
    click.echo(say("tick_done", states=_today(station)))
    station.close()
    return 2 if has_errors(problems) else 1 if troubles or failed else 0


def clock_from(root: Path, start: datetime | None) -> Clock:
    """The wall clock, or one that starts at a local time of the station and runs on."""
    from pipeline.app import station_zone, wall_clock

    if start is None:
        return wall_clock
    begin, base = at_station(start, station_zone(root)), time.monotonic()
    return lambda: begin + timedelta(seconds=time.monotonic() - base)


def _production_failed(station: Station) -> bool:
    for failure in station.production.failures:
        message, hint = render(failure.error.code, failure.error.params)
        click.echo(f"{failure.passage}: {message}" + (f": {hint}" if hint else ""), err=True)
    return bool(station.production.failures)


def _today(station: Station) -> str:
    """How many deliveries of today's occurrences are in which state, for the closing line."""
    zone = station.site.station.timezone
    midnight = datetime.combine(station.today(), datetime.min.time(), zone)
    counts = station.store.delivery_counts(midnight, midnight + timedelta(days=1))
    states: Counter[str] = Counter()
    for each in counts.values():
        states.update({state.value: count for state, count in each.items()})
    told = [say(f"tally_{state}", count=count) for state, count in states.items() if count]
    return ", ".join(told) or say("tally_none")
