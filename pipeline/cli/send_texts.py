"""`loa send --contacts`: one bulletin by SMS outside the programmes; to whom and for how much is shown first."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import plain, print_json, usage_error
from pipeline.cli.person import shell
from pipeline.cli.send import TAKEN_S, bulletin_of, require_areas, start_of, tell_refused
from pipeline.cli.sms_batches import dry_run_facts, dry_run_lines, money, price, progress_facts
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.app import Station
    from pipeline.dispatch.batches import Batches, DryRun, Progress
    from pipeline.domain import Occurrence

LOOK_EVERY_S = 1.0
TROUBLED = frozenset({"failed", "missed", "unknown"})


def send_texts(
    station: Station,
    bulletin: str,
    lists: Sequence[str],
    areas: Sequence[str],
    at: datetime | None,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Send it, or show what that would be; the exit code."""
    from pipeline.dispatch.batches import Batches

    drafted = _draft(station, bulletin, lists, areas, at)
    batches = Batches(station.site, station.store, station.desk.refusal)
    zone = station.site.station.timezone
    found = batches.try_out(drafted, station.clock())
    if dry_run and as_json:
        print_json(dry_run_facts(found, zone))
        return 1 if found.code else 0
    for line in (*dry_run_lines(found, station.site.areas.by_id, zone), *_about_hours(station, drafted)):
        click.echo(line, err=not dry_run)
    if dry_run:
        return 1 if found.code else 0
    if found.code:
        tell_refused(found.code, bulletin)
        return 1
    if not yes and sys.stdin.isatty() and not click.confirm(_question(found), err=True):
        click.echo(say("send_left"), err=True)
        return 0
    sent, running = _start(station, batches, drafted, at_once=at is None)
    if as_json:
        print_json({**progress_facts(sent, zone), "bulletin": bulletin, "station_running": running})
    return 1 if TROUBLED & {state.value for state, count in sent.counts.items() if count} else 0


def _draft(
    station: Station, bulletin: str, lists: Sequence[str], areas: Sequence[str], at: datetime | None
) -> Occurrence:
    from pipeline.dispatch.one_off import draft_text
    from pipeline.fields import closest

    found, known = bulletin_of(station.site, bulletin), station.store.contact_lists()
    require_areas(station.site, areas)
    for name in lists:
        if name not in known:
            close = closest(name, known)
            code = "send_list_unknown_close" if close else "send_list_unknown"
            raise usage_error(code, list=plain(name), close=close, known=", ".join(known) or "–")
    return draft_text(station.site, found, lists, areas, start_of(station, at))


def _about_hours(station: Station, drafted: Occurrence) -> list[str]:
    """An EMERGENCY goes at any hour; whoever sends it ought to know that this is one."""
    from pipeline.dispatch.admission import Admission

    admission = Admission(station.site, station.desk.refusal)
    return [say("send_sms_outside")] if admission.passes_quiet_hours(drafted, station.clock()) else []


def _question(found: DryRun) -> str:
    chosen = next(each for each in found.variants if each.lettering is found.lettering)
    return say(
        "send_sms_ask", count=money(found.recipients), parts=money(chosen.segments), price=money(chosen.price_vnd)
    )


def _start(station: Station, batches: Batches, drafted: Occurrence, *, at_once: bool) -> tuple[Progress, bool]:
    """Hand it to the running station, or, where none runs and it is to go at once, send it here."""
    from pipeline.app import sole_station
    from pipeline.errors import ConflictError

    row = station.desk.insert(drafted, shell(), station.clock()).id
    running = True
    try:
        with sole_station(station.site.root):
            running = False
            if at_once:
                _send_here(station, batches, row, drafted)
    except ConflictError:
        pass
    if running and at_once:
        _see_it_taken(station, row)
    found = batches.progress_of(row, station.clock())
    _tell(found, row, at_once, running)
    return found, running


def _send_here(station: Station, batches: Batches, row: int, drafted: Occurrence) -> None:
    click.echo(say("send_sms_here", batch=row), err=True)
    try:
        while station.desk.send_one(row, station.clock()) and station.clock() <= drafted.too_late:
            time.sleep(LOOK_EVERY_S)
    except KeyboardInterrupt:
        batches.cancel(str(row), shell(), station.clock())
        raise
    station.desk.sweep(station.clock())


def _see_it_taken(station: Station, row: int) -> None:
    """Wait a moment for the station to begin; say why where it does not."""
    deadline = time.monotonic() + TAKEN_S
    while station.store.occurrence(row).handed_over_at is None:
        if time.monotonic() > deadline:
            why, what = render(station.store.occurrence(row).code or "send_not_taken")
            click.echo(f"warning: {say('send_waits', why=why)}" + (f": {what}" if what else ""), err=True)
            return
        time.sleep(0.1)


def _tell(found: Progress, row: int, at_once: bool, running: bool) -> None:
    if at_once and not running:
        counts: dict[str, Any] = {say(f"state_{state.value}"): count for state, count in found.counts.items()}
        shown = ", ".join(f"{name} {count}" for name, count in counts.items())
        click.echo(say("send_sms_done_here", states=shown, price=price(found)), err=True)
        return
    click.echo(say("send_sms_done_now" if at_once else "send_sms_done_at", batch=row), err=True)
    if not running:
        message, hint = render("send_station_off")
        click.echo(f"warning: {message}: {hint}", err=True)
