"""`loa send`: one bulletin outside the programmes."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import json_option, print_json, site_option, usage_error
from pipeline.cli.person import shell
from pipeline.cli.progress import bar
from pipeline.cli.times import LocalTime, at_station
from pipeline.cli.words import length_words
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.app import Station
    from pipeline.domain import Bulletin, Occurrence, Recording
    from pipeline.site import Site

TAKEN_S = 3.0
LOOK_EVERY_S = 0.1


@click.command(help=say("help_send"))
@click.argument("bulletin_id", metavar="BULLETIN")
@click.option("--areas", multiple=True, help=say("help_send_areas"))
@click.option("--contacts", multiple=True, help=say("help_send_contacts"))
@click.option("--now", "at_once", is_flag=True, help=say("help_send_now"))
@click.option("--at", "at", type=LocalTime(), default=None, help=say("help_send_at"))
@click.option("--repeat", type=click.IntRange(1, 20), default=1, show_default=True, help=say("help_send_repeat"))
@click.option("--yes", is_flag=True, help=say("help_send_yes"))
@click.option("--dry-run", is_flag=True, help=say("help_send_dry_run"))
@site_option
@json_option
@click.pass_context
def send(
    ctx: click.Context,
    bulletin_id: str,
    areas: tuple[str, ...],
    contacts: tuple[str, ...],
    at_once: bool,
    at: datetime | None,
    repeat: int,
    yes: bool,
    dry_run: bool,
    root: Path,
    as_json: bool,
) -> None:
    _require_whole(areas, contacts, at_once or (dry_run and at is None), at, repeat)
    if at_once and not contacts and not dry_run and (yes or not sys.stdin.isatty()):
        facts = _ring(root, bulletin_id, names_of(areas), repeat)
        if facts is not None:
            ctx.exit(_told(facts, as_json))
    from pipeline.app import Station

    station = Station.open(root)
    try:
        if contacts:
            from pipeline.cli.send_texts import send_texts

            given = bulletin_id, names_of(contacts), names_of(areas), at
            ctx.exit(send_texts(station, *given, yes=yes, dry_run=dry_run, as_json=as_json))
        drafted = _draft(station, bulletin_id, names_of(areas), at, repeat)
        if dry_run:
            ctx.exit(_try_out(station, drafted, at is None, as_json))
        if _refuse(station, drafted):
            ctx.exit(1)
        recording = _produce(station, drafted)
        if recording is None:
            ctx.exit(1)
        _show(station.site, drafted, recording.duration_s, at_once)
        if not yes and sys.stdin.isatty() and not click.confirm(say("send_ask"), err=True):
            click.echo(say("send_left"), err=True)
            return
        facts = _air(station, drafted, at_once)
        facts |= {"recording": recording.sha256, "duration_s": round(recording.duration_s, 1), "repeat": repeat}
        if as_json:
            print_json(facts)
        ctx.exit(1 if {"failed", "missed", "unknown"} & set(facts["states"].values()) else 0)
    finally:
        station.close()


# --- the short way --------------------------------------------------------------------------------------------------


def _ring(root: Path, bulletin: str, areas: list[str], repeat: int) -> dict[str, Any] | None:
    """What the running station did at once; None where it has to go the long way, which says what is wrong."""
    from pipeline.bell import ring

    words = {"do": "send", "bulletin": bulletin, "areas": areas, "repeat": repeat, "actor": shell()}
    facts = ring(root / "var", words)
    return None if facts is None else {**facts, "repeat": repeat}


def _told(facts: dict[str, Any], as_json: bool) -> int:
    title, named, code = facts.pop("title"), facts.pop("areas"), facts.pop("code")
    length, clusters = facts["duration_s"], facts["clusters"]
    what = {"title": title, "priority": say(f"priority_{facts['priority']}"), "when": say("send_when_now")}
    click.echo(say("send_plan", **what, length=length_words(length), count=len(clusters)), err=True)
    for each in clusters:
        click.echo(f"  {each['name']} ({named.get(each['area'], each['area'])})", err=True)
    if "planned" in facts["states"].values():
        why, hint = render(code or "send_not_taken")
        click.echo(f"warning: {say('send_waits', why=why)}" + (f": {hint}" if hint else ""), err=True)
    click.echo(say("send_done_now"), err=True)
    if as_json:
        known = ("slot", "bulletin", "priority", "start", "clusters")
        rest = {"recording": facts["recording"], "duration_s": round(length, 1), "repeat": facts["repeat"]}
        print_json(
            {**{each: facts[each] for each in known}, "station_running": True, "states": facts["states"], **rest}
        )
    return 1 if {"failed", "missed", "unknown"} & set(facts["states"].values()) else 0


# --- what will sound --------------------------------------------------------------------------------------------------


def _require_whole(
    areas: tuple[str, ...], contacts: tuple[str, ...], at_once: bool, at: datetime | None, repeat: int
) -> None:
    if not areas and not contacts:
        raise usage_error("send_where")
    if at_once == (at is not None):
        raise usage_error("send_when")
    if contacts and repeat > 1:
        raise usage_error("send_sms_once")


def names_of(given: Iterable[str]) -> list[str]:
    """What was given with commas, or several times, each once."""
    parts = [name.strip() for each in given for name in each.split(",")]
    return list(dict.fromkeys(name for name in parts if name))


def require_areas(site: Site, names: Iterable[str]) -> None:
    """A usage error, with the one they may mean, for an area there is not."""
    from pipeline.fields import closest

    for name in names:
        if name not in site.areas.by_id:
            close = closest(name, site.areas.by_id)
            raise usage_error("send_area_unknown_close" if close else "send_area_unknown", area=name, close=close)


def bulletin_of(site: Site, name: str) -> Bulletin:
    """The bulletin somebody named; a usage error, with the one they may mean, where there is none."""
    from pipeline.fields import closest

    if name not in site.bulletins:
        close = closest(name, site.bulletins)
        code = "send_bulletin_unknown_close" if close else "send_bulletin_unknown"
        raise usage_error(code, bulletin=name, close=close)
    return site.bulletins[name]


def _draft(station: Station, bulletin: str, areas: list[str], at: datetime | None, repeat: int) -> Occurrence:
    from pipeline.dispatch.one_off import draft

    site = station.site
    found = bulletin_of(site, bulletin)
    require_areas(site, areas)
    drafted = draft(site, found, areas, start_of(station, at), repeat=repeat)
    if not drafted.targets:
        raise usage_error("send_no_clusters", areas=", ".join(areas))
    return drafted


def start_of(station: Station, at: datetime | None) -> datetime:
    """When it goes; a usage error where that has passed."""
    now = station.clock()
    start = now if at is None else at_station(at, station.site.station.timezone)
    if start < now:
        raise usage_error("send_past", at=f"{start:%d/%m/%Y %H:%M}")
    return start


def _refuse(station: Station, drafted: Occurrence) -> str:
    from pipeline.dispatch.one_off import refused

    code = refused(station.site, drafted, station.desk.refusal)
    if code:
        tell_refused(code, drafted.bulletins[0])
    return code


def tell_refused(code: str, bulletin: str) -> None:
    """Why a bulletin may not go, and what to do."""
    why, what = render(code, {"bulletin": bulletin})
    message, hint = render("send_refused", {"bulletin": bulletin, "why": why, "what": what})
    click.echo(f"error: {message}: {hint}" if hint else f"error: {message}", err=True)


def _try_out(station: Station, drafted: Occurrence, at_once: bool, as_json: bool) -> int:
    """What would sound where, when and how long; nothing is rendered, written or sent."""
    from pipeline.outlook.airtime import Reckoning

    recording, reckoned = station.production.find(drafted), Reckoning(station.site).of(drafted)
    code = _refuse(station, drafted)
    seconds = recording.duration_s if recording else reckoned.seconds if reckoned else 0.0
    _show(station.site, drafted, seconds, at_once)
    if as_json:
        lengths = {
            "duration_s": round(recording.duration_s, 1) if recording else None,
            "reckoned_s": round(reckoned.seconds, 1) if reckoned else None,
        }
        print_json({**_facts(station.site, drafted), **lengths, "repeat": drafted.repeat, "code": code})
    return 1 if code else 0


def _facts(site: Site, drafted: Occurrence) -> dict[str, Any]:
    placed = site.placed_on(drafted.start.date())
    clusters = [
        {"id": name, "name": site.clusters[name].name, "area": placed.get(name, "")} for name in drafted.targets
    ]
    return {
        "bulletin": drafted.bulletins[0],
        "priority": drafted.priority.value,
        "start": drafted.start.isoformat(timespec="seconds"),
        "clusters": clusters,
    }


def _produce(station: Station, drafted: Occurrence) -> Recording | None:
    with bar(say("progress_produce")) as progress:
        station.production.make([drafted], station.clock(), progress)
    recording = station.production.find(drafted)
    if recording is None or station.production.airing(drafted).missing:
        for failure in (*station.production.segments.failures, *station.production.failures):
            message, hint = render(failure.error.code, failure.error.params)
            click.echo(f"{message}: {hint}" if hint else message, err=True)
        message, hint = render("send_not_rendered", {"bulletin": drafted.bulletins[0]})
        click.echo(f"error: {message}: {hint}", err=True)
        return None
    return recording


def _show(site: Site, drafted: Occurrence, seconds: float, at_once: bool) -> None:
    when = say("send_when_now") if at_once else say("send_when_at", at=f"{drafted.start:%d/%m/%Y %H:%M}")
    facts = {"title": drafted.title, "priority": say(f"priority_{drafted.priority.value}"), "when": when}
    length = length_words(seconds)
    click.echo(say("send_plan", **facts, length=length, count=len(drafted.targets)), err=True)
    placed = site.placed_on(drafted.start.date())
    for name in drafted.targets:
        place = placed.get(name, "")
        area = site.areas.by_id.get(place)
        click.echo(f"  {site.clusters[name].name} ({area.name if area else place})", err=True)


# --- on its way -------------------------------------------------------------------------------------------------------


def _air(station: Station, drafted: Occurrence, at_once: bool) -> dict[str, Any]:
    """Hand it to the running station, or, where none runs and it is to air at once, air it here."""
    from dataclasses import replace

    from pipeline.app import sole_station
    from pipeline.errors import ConflictError

    if at_once:
        drafted = replace(drafted, start=station.clock().astimezone(drafted.start.tzinfo))
    row = station.desk.insert(drafted, shell(), station.clock())
    running = True
    try:
        with sole_station(station.site.root):
            running = False
            if at_once:
                _play(station, row.id, drafted)
    except ConflictError:
        pass
    if running and at_once:
        _hurry(station)
        _see_it_taken(station, row.id)
    states = {each.target: each.state.value for each in station.store.deliveries_of(row.id)}
    _tell_sent(at_once, running, states)
    return {
        "slot": row.occurrence.slot,
        **_facts(station.site, drafted),
        "station_running": running,
        "states": states,
    }


def _hurry(station: Station) -> None:
    from pipeline.bell import ring

    ring(station.site.root / "var", {"do": "hurry"}, within_s=0.5)


def _play(station: Station, row: int, drafted: Occurrence) -> None:
    try:
        while station.desk.send_one(row, station.clock()) and station.clock() <= drafted.too_late:
            _wait(station)
            station.desk.confirm(station.clock())
            time.sleep(LOOK_EVERY_S)
        _wait(station)
    except KeyboardInterrupt:
        station.desk.stop(drafted.areas, station.clock())
        raise
    finally:
        station.desk.confirm(station.clock())


def _see_it_taken(station: Station, row: int) -> None:
    """Wait a moment for the station to hand it over; say why where it does not."""
    from pipeline.domain import State

    deadline = time.monotonic() + TAKEN_S
    while waiting := {each.state for each in station.store.deliveries_of(row)} & {State.PLANNED, State.SENDING}:
        if time.monotonic() > deadline:
            if State.PLANNED not in waiting:
                return
            why, what = render(station.store.occurrence(row).code or "send_not_taken")
            click.echo(f"warning: {say('send_waits', why=why)}" + (f": {what}" if what else ""), err=True)
            return
        time.sleep(LOOK_EVERY_S)


def _wait(station: Station) -> None:
    from pipeline.channels import Plays

    for channel in station.channels.values():
        if isinstance(channel, Plays):
            channel.wait()


def _tell_sent(at_once: bool, running: bool, states: dict[str, str]) -> None:
    from collections import Counter

    if at_once and not running:
        counts = Counter(states.values())
        shown = ", ".join(f"{say(f'state_{state}')} {count}" for state, count in counts.items())
        click.echo(say("send_done_here", states=shown), err=True)
        return
    click.echo(say("send_done_now" if at_once else "send_done_at"), err=True)
    if not running:
        message, hint = render("send_station_off")
        click.echo(f"warning: {message}: {hint}", err=True)
