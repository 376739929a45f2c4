"""`loa speakers`: how each receiver is. `loa speakers tone`: a test tone, and which of them answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import json_option, plain, print_json, site_option, usage_error
from pipeline.cli.person import shell
from pipeline.cli.send import names_of, require_areas
from pipeline.config.receivers import NEUTRAL
from pipeline.messages import CATALOGUE, render, say

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.fleet.fleet import Fleet
    from pipeline.fleet.watch import Speaker
    from pipeline.store.rows_receivers import Truths

BACK, AHEAD = timedelta(days=7), timedelta(days=8)
TONE_WITHIN_S = 10.0  # beyond what a receiver may take
COLUMNS = ("id", "state", "contact", "plan", "files", "queue", "clock", "free", "waiting", "tone")
MOST_PROBLEMS = 20
MOST_UNORDERED = 3  # of one receiver; --json has them all


@contextmanager
def fleet_at(root: Path) -> Iterator[Fleet]:
    """The fleet of a site as its database knows it. ContentError where it has none."""
    from pipeline.app import open_store, require_usable, wall_clock
    from pipeline.edits import in_force
    from pipeline.errors import ContentError
    from pipeline.fleet.fleet import fleet_of
    from pipeline.site import load_site

    site = in_force(load_site(root))
    require_usable(site)
    store = open_store(root)
    try:
        fleet = fleet_of(site, store, wall_clock)
        if fleet is None:
            raise ContentError("speakers_none")
        yield fleet
    finally:
        store.close()


def show(root: Path, areas: tuple[str, ...], problems: bool, as_json: bool) -> int:
    """Print the list. 1 where only those that are not well are asked for, and there are some."""
    from pipeline.fleet.watch import survey

    with fleet_at(root) as fleet:
        now = fleet.clock()
        found = [each for each in survey(fleet, now) if not problems or not each.is_well]
        wanted = _in_areas(fleet, names_of(areas), now)
        found = [each for each in found if wanted is None or each.id in wanted]
        channel = fleet.settings.id
        behind, ahead = fleet.store.truths(channel, now - BACK, now), fleet.store.truths(channel, now, now + AHEAD)
        zone = fleet.site.station.timezone
    if as_json:
        print_json(
            {
                "at": now.astimezone(zone).isoformat(timespec="seconds"),
                "speakers": [facts_of(each, now, zone) for each in found],
                "last_7_days": _truths(behind),
                "next_8_days": _truths(ahead),
            }
        )
    else:
        _show(found, now, zone, problems)
        click.echo(say("speakers_truths", **_truths(behind)))
        click.echo(say("speakers_ahead", planned=ahead.planned, delivered=ahead.delivered))
    return 1 if problems and found else 0


def _show(found: Sequence[Speaker], now: datetime, zone: Any, problems: bool) -> None:
    from pipeline.cli.columns import show_whole

    if problems and not found:
        click.echo(say("speakers_all_well"))
        return
    show_whole(_table(found, now))
    for line in (*_problems(found), *_tones_refused(found, zone), *_unordered(found, zone)):
        click.echo(line)


def facts_of(speaker: Speaker, now: datetime, zone: Any) -> dict[str, Any]:
    """One receiver as machines read it. Times are the station's; `contact_age_s` is reckoned by its clock."""
    status, row = speaker.status, speaker.row
    return {
        "id": speaker.id,
        "name": speaker.name,
        "area": speaker.area,
        "adapter": speaker.adapter or NEUTRAL,
        "state": speaker.standing.value,
        "well": speaker.is_well,
        "contact": _iso(speaker.contact, zone),
        "contact_age_s": None if speaker.contact is None else max(0, round((now - speaker.contact).total_seconds())),
        "plan_issued": row.plan_version,
        "plan_taken": status.plan if status else None,  # the one it goes by
        "plan_held": row.held_version,  # the newest of which it held every sound
        "plan_at": _iso(row.plan_at, zone),
        "missing_sounds": status.missing if status else None,
        "to_come": speaker.queue,
        "next": _iso(speaker.next, zone),
        "clock_offset_s": status.clock_offset_s if status else None,
        "clock_trusted": status.clock_trusted if status else None,
        "free_bytes": status.free_bytes if status else None,
        "journal_waiting": status.waiting if status else None,
        "playing": status.playing if status else "",
        "version": status.version if status else "",
        "test_tone": _tone(speaker, zone),
        "heard": _heard(speaker, zone),
        "unordered": [
            {"airing": each.airing, "began": _iso(each.began, zone), "ended": _iso(each.ended, zone), "code": each.code}
            for each in speaker.unordered
        ],
        "problems": [
            {"code": code, "message": render(code, params)[0], "hint": render(code, params)[1]}
            for code, params in speaker.problems
        ],
    }


def _tone(speaker: Speaker, zone: Any) -> dict[str, Any] | None:
    tone = speaker.tone
    if tone is None:
        return None
    return {"at": _iso(tone.issued, zone), "answered": tone.replied_at is not None, "code": tone.code}


def _heard(speaker: Speaker, zone: Any) -> dict[str, Any] | None:
    """What its microphone made of the last airing it listened to; None where there is none."""
    heard = speaker.heard
    return None if heard is None else {"at": _iso(heard.at, zone), "airing": heard.delivery, **heard.hearing.as_json()}


def _iso(moment: datetime | None, zone: Any) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def _truths(found: Truths) -> dict[str, int]:
    return {"planned": found.planned, "delivered": found.delivered, "played": found.played, "heard": found.heard}


def _in_areas(fleet: Fleet, areas: Sequence[str], now: datetime) -> set[str] | None:
    if not areas:
        return None
    require_areas(fleet.site, areas)
    return set(fleet.site.clusters_in(areas, now.astimezone(fleet.site.station.timezone).date()))


def _table(speakers: Sequence[Speaker], now: datetime) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(
        title=say("speakers_title"), title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    has_microphones = any(each.heard is not None for each in speakers)
    for column in (*COLUMNS, *(("heard",) if has_microphones else ())):
        table.add_column(say(f"speakers_{column}"), overflow="fold")
    for each in speakers:
        table.add_row(*_row(each, now), *((_heard_word(each),) if has_microphones else ()))
    return table


def _row(speaker: Speaker, now: datetime) -> list[str]:
    status = speaker.status
    place = f"{speaker.name}, {speaker.area}" if speaker.area else speaker.name
    over = f"\n{say('speaker_adapter', adapter=plain(speaker.adapter))}" if speaker.adapter else ""
    shown = [
        f"{plain(speaker.id)}\n{plain(place)}{over}",
        say(f"speaker_{speaker.standing.value}"),
        _age(speaker.contact, now),
    ]
    shown += [say(_plan_word(speaker)), str(status.missing) if status else "", str(speaker.queue)]
    if status is None:
        return [*shown, "", "", "", _tone_word(speaker)]
    free = f"{status.free_bytes / 1e9:.1f} GB" if status.free_bytes else ""
    return [*shown, _offset(status.clock_offset_s), free, str(status.waiting), _tone_word(speaker)]


def _offset(seconds: float | None) -> str:
    """No finer than it is known: the station says its time in whole seconds."""
    if seconds is None:
        return ""
    return "< 1 s" if abs(seconds) < 1 else f"{seconds:+.0f} s"


def _plan_word(speaker: Speaker) -> str:
    """A plan that is there while sounds of it are not is another trouble than a plan that did not arrive."""
    if not speaker.row.plan_version:
        return "speaker_plan_none"
    if speaker.held:
        return "speaker_plan_held"
    taken = speaker.status is not None and speaker.status.plan >= speaker.row.plan_version
    return "speaker_plan_unsounded" if taken else "speaker_plan_behind"


def _problems(speakers: Sequence[Speaker]) -> Iterator[str]:
    """What is wrong with them, and what to do: a line for each thing, not for each machine beyond a screen full."""
    found = [render(code, params) for each in speakers for code, params in each.problems]
    for message, hint in found[:MOST_PROBLEMS]:
        yield f"  • {message}" + (f" → {hint}" if hint else "")
    if len(found) > MOST_PROBLEMS:
        yield f"  • {say('speakers_more', count=len(found) - MOST_PROBLEMS)}"


def _tone_word(speaker: Speaker) -> str:
    tone = speaker.tone
    if tone is None:
        return ""
    if tone.replied_at is None:
        return say("tone_unanswered")
    return say("tone_not_sounded" if tone.code else "tone_sounded")


def _tones_refused(speakers: Sequence[Speaker], zone: Any) -> Iterator[str]:
    """Why a tone was not sounded, beneath the table: a sentence is no cell."""
    for each in speakers:
        if each.tone is not None and each.tone.replied_at is not None and each.tone.code:
            at = f"{each.tone.issued.astimezone(zone):%H:%M %d/%m}"
            yield f"  • {say('speakers_tone_refused', name=plain(each.name), at=at, why=_why(each.tone.code))}"


def _unordered(speakers: Sequence[Speaker], zone: Any) -> Iterator[str]:
    """What they aired although nobody had ordered it: beside all that is reckoned, and never left out."""
    for each in speakers:
        began = ", ".join(f"{one.began.astimezone(zone):%H:%M %d/%m}" for one in each.unordered[:MOST_UNORDERED])
        if len(each.unordered) > MOST_UNORDERED:
            began += ", …"
        if each.unordered:
            yield f"  • {say('speakers_unordered', name=plain(each.name), count=len(each.unordered), began=began)}"


def _why(code: str) -> str:
    """In words; what a stranger may have written is shown as a code at most."""
    return say(code) if code in CATALOGUE else plain(code[:40])


def _heard_word(speaker: Speaker) -> str:
    return "" if speaker.heard is None else say(f"microphone_said_{speaker.heard.hearing.verdict.value}")


def _age(contact: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    if contact is None:
        return ""
    seconds = max(0, int((now - contact).total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


# --- test tones -------------------------------------------------------------------------------------------------------


@click.command(help=say("help_speakers_tone"))
@click.argument("ids", metavar="ID…", nargs=-1)
@click.option("--areas", multiple=True, help=say("help_speakers_areas"))
@click.option("--yes", is_flag=True, help=say("help_speakers_yes"))
@site_option
@json_option
@click.pass_context
def tone(
    ctx: click.Context, ids: tuple[str, ...], areas: tuple[str, ...], yes: bool, root: Path, as_json: bool
) -> None:
    from pipeline.fleet import tones

    with fleet_at(root) as fleet:
        wanted = _wanted(fleet, ids, names_of(areas))
        if not tones.is_allowed(fleet, fleet.clock()):
            ctx.exit(_refused("tone_outside_hours"))
        if not yes and sys.stdin.isatty() and not click.confirm(say("tone_ask", count=len(wanted)), err=True):
            click.echo(say("tone_left"), err=True)
            return
        said = _asked(fleet, root, wanted)
        names = {each: fleet.site.clusters[each].name for each in wanted}
    if isinstance(said, str):
        ctx.exit(_refused(said))
    if as_json:
        print_json({"receivers": [{"id": each, "sounded": not code, "code": code} for each, code in said.items()]})
    else:
        for each, code in said.items():
            click.echo(say("tone_line", name=names[each], what=_why(code) if code else say("tone_sounded")))
    ctx.exit(1 if any(said.values()) else 0)


def _wanted(fleet: Fleet, ids: Sequence[str], areas: Sequence[str]) -> list[str]:
    from pipeline.fields import closest

    clusters = fleet.clusters
    for each in ids:
        if each not in clusters:
            raise usage_error("speaker_unknown", id=each, close=closest(each, clusters))
    inside = _in_areas(fleet, areas, fleet.clock()) or set()
    wanted = sorted({*ids, *(each for each in clusters if each in inside)})
    if not wanted:
        raise usage_error("tone_which")
    return wanted


def _asked(fleet: Fleet, root: Path, wanted: Sequence[str]) -> dict[str, str] | str:
    from pipeline.app import is_station_running
    from pipeline.fleet import tones

    if not is_station_running(root):
        return "tone_no_station"
    return tones.ask(fleet, wanted, shell(), fleet.clock(), tones.patience_s(fleet) + TONE_WITHIN_S)


def _refused(code: str) -> int:
    message, hint = render(code)
    click.echo(f"error: {message}: {hint}" if hint else f"error: {message}", err=True)
    return 1
