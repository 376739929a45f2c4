"""`loa receiver`: the program beside an amplifier: run it, see how it stands, read its journal, examine it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from pipeline.cli.output import json_option, plain, print_json
from pipeline.cli.receiver_enrol import enrol
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.protocol.journal import Entry
    from pipeline.protocol.plan import Airing
    from pipeline.receiver.standing import Standing

F = TypeVar("F", bound=Callable[..., Any])
NEXT = 5  # airings that are shown


def dir_option(command: F) -> F:
    return click.option(
        "--dir",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(),
        help=say("help_receiver_dir"),
    )(command)


@click.group(help=say("help_receiver"))
def receiver() -> None:
    pass


receiver.add_command(enrol)


@receiver.command(help=say("help_receiver_run"))
@dir_option
def run(folder: Path) -> None:
    from pipeline.cli.logs import log_to_stderr
    from pipeline.receiver.building import build

    log_to_stderr()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with build(folder.resolve()) as (running, identity):
        click.echo(say("receiver_started", receiver=identity.receiver, station=identity.station_name), err=True)
        for message, hint in map(render, running.core.status(0).faults):
            click.echo(plain(f"{message}: {hint}" if hint else message), err=True)
        running.run(stopped)
    click.echo(say("receiver_stopped"), err=True)


@receiver.command(help=say("help_receiver_status"))
@dir_option
@json_option
def status(folder: Path, as_json: bool) -> None:
    from pipeline.receiver.running import wall_clock
    from pipeline.receiver.standing import survey

    found, now = survey(folder.resolve()), wall_clock()
    if as_json:
        print_json(document(found, now))
        return
    for line in lines(found, now):
        click.echo(plain(line))


def document(found: Standing, now: datetime) -> dict[str, Any]:
    """As machines read it."""
    plan, told = found.plan, found.told
    return {
        "receiver": found.identity.receiver,
        "station": found.identity.station_name,
        "address": found.identity.address,
        "running": found.running,
        "at": now.isoformat(timespec="seconds"),
        "last_contact": found.contact.isoformat(timespec="seconds") if found.contact else None,
        "plan": {"version": plan.version, "issued": plan.issued.isoformat(), "expires": plan.expires.isoformat()}
        if plan
        else None,
        "coming": [_airing(each, plan.zone if plan else "UTC") for each in found.coming[:NEXT]],
        "queue": len(found.coming),
        "sounds": {"held": found.held, "missing": found.missing},
        "journal": {"written": told.written, "waiting": told.waiting} if told else None,
        "clock": {"trusted": told.clock_trusted, "offset_s": told.clock_offset_s} if told else None,
        "playing": told.playing if told and found.running else "",
        "faults": [{"code": code, "message": say(code)} for code in found.faults],
    }


def _airing(each: Airing, zone: str) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "begin": each.begin.astimezone(ZoneInfo(zone)).isoformat(),
        "length_s": round(each.seconds - each.offset_s, 1),
        "priority": each.priority.value,
    }


def lines(found: Standing, now: datetime) -> Iterator[str]:
    """Never more than ten."""
    identity, told = found.identity, found.told
    yield say(
        "receiver_status_title",
        receiver=identity.receiver,
        station=identity.station_name,
        running=say("receiver_runs" if found.running else "receiver_stands_still"),
    )
    contact = _age(now - found.contact) if found.contact else ""
    yield say("receiver_status_contact" if contact else "receiver_status_no_contact", age=contact)
    if found.plan is None:
        yield say("receiver_status_no_plan")
    else:
        zone = ZoneInfo(found.plan.zone)
        shown = found.coming[:NEXT] if len(found.coming) <= NEXT else found.coming[: NEXT - 1]
        yield say(
            "receiver_status_plan",
            version=found.plan.version,
            age=_age(now - found.plan.issued),
            expires=f"{found.plan.expires.astimezone(zone):%H:%M %d/%m}",
            count=len(found.coming),
            colon=":" if shown else "",
        )
        for each in shown:
            yield f"  {each.begin.astimezone(zone):%H:%M %d/%m}  {each.title or each.id}"
        if len(shown) < len(found.coming):
            yield "  " + say("receiver_status_more", count=len(found.coming) - len(shown))
    waiting = told.waiting if told else "?"
    clock = say("receiver_status_clock" if told is None or told.clock_trusted else "receiver_status_clock_doubt")
    sounds = say("receiver_status_sounds", held=found.held, missing=found.missing)
    yield f"{sounds} {say('receiver_status_journal', waiting=waiting)} {clock}"
    yield _fault_line(found.faults)


def _fault_line(faults: tuple[str, ...]) -> str:
    if not faults:
        return say("receiver_status_no_faults")
    told = (render(each) for each in faults)
    return say("receiver_status_faults", faults="; ".join(f"{what} → {hint}" if hint else what for what, hint in told))


def _age(length: timedelta) -> str:
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return say("age_minutes", count=minutes)
    return say("age_hours", count=minutes // 60) if minutes < 48 * 60 else say("age_days", count=minutes // 1440)


@receiver.command(help=say("help_receiver_journal"))
@click.option("--since", default=None, metavar="YYYY-MM-DD", help=say("help_receiver_since"))
@dir_option
@json_option
def journal(folder: Path, since: str | None, as_json: bool) -> None:
    from pipeline.receiver.folder import Folder
    from pipeline.receiver.identity import read_identity
    from pipeline.receiver.segments import read_all

    read_identity(folder.resolve())  # a folder that is none says so
    first = _day(since)
    place = Folder(folder.resolve())
    zone, planned = _zone_and_titles(place)
    every = read_all(place.journal)
    titles = _titles(every, planned)
    entries = [each for each in every if first is None or each.at.astimezone(zone).date() >= first]
    if as_json:
        print_json({"entries": [each.as_json() for each in entries]})
        return
    for entry in entries:
        click.echo(plain(f"{entry.at.astimezone(zone):%d/%m/%Y %H:%M:%S}  {_words(entry, titles)}"))


def _day(text: str | None) -> Any:
    from pipeline.cli.output import usage_error
    from pipeline.fields import parse_day

    day = parse_day(text) if text is not None else None
    if text is not None and day is None:
        raise usage_error("bad_date", value=text)
    return day


def _zone_and_titles(place: Any) -> tuple[ZoneInfo, dict[str, str]]:
    """The commune's, and what its airings are called, as its plan says it."""
    from pipeline.receiver.identity import read_identity
    from pipeline.receiver.orders import Orders

    identity = read_identity(place.root)
    orders = Orders(place, identity.receiver, identity.root)
    orders.read_keyring(identity.keyring)
    taken = orders.read_plan()
    if taken is None:
        return ZoneInfo("Asia/Ho_Chi_Minh"), {}
    return ZoneInfo(taken.plan.zone), {each.id: each.title for each in taken.plan.airings}


def _titles(entries: Iterable[Entry], planned: Mapping[str, str]) -> dict[str, str]:
    """Of airings by their ids: as the plan calls them, and of those it no longer holds as the journal does."""
    return {each.airing: each.facts["title"] for each in entries if each.facts.get("title")} | dict(planned)


def _words(entry: Entry, titles: Mapping[str, str]) -> str:
    refused_tone = entry.kind.value == "tone" and entry.code
    said = [say("entry_tone_not" if refused_tone else f"entry_{entry.kind.value}")]
    if entry.airing:
        title = titles.get(entry.airing, "")
        said.append(f"“{title}” ({entry.airing})" if title else entry.airing)
    if entry.position_s:
        said.append(f"({entry.position_s:.1f} s)")
    if order := entry.facts.get("order"):
        said.append(say(f"order_{order}"))
    elif version := entry.facts.get("version"):
        said.append(version)
    reason = f": {render(entry.code, entry.facts)[0]}" if entry.code else ""
    return " ".join(said) + reason


@receiver.command(help=say("help_receiver_check"))
@click.option("--relay", "try_relay", is_flag=True, help=say("help_receiver_check_relay"))
@dir_option
@json_option
@click.pass_context
def check(ctx: click.Context, folder: Path, try_relay: bool, as_json: bool) -> None:
    from pipeline.receiver.checking import examine

    faults = 0
    told = []
    for name, problem in examine(folder.resolve(), try_relay=try_relay):
        faults += problem is not None
        message, hint = ("", "") if problem is None else render(problem.code, problem.params)
        told.append({"what": name, "code": problem.code if problem else "", "message": message, "hint": hint})
        if not as_json:
            mark = say("receiver_check_good") if problem is None else message + (f": {hint}" if hint else "")
            click.echo(plain(f"{say(f'receiver_check_{name}')}: {mark}"))
    if as_json:
        print_json({"checks": told})
    ctx.exit(1 if faults else 0)
