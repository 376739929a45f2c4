"""`loa sms batches|pause|resume|cancel|dry-run`: SMS batches as people steer them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import confirm_for_good, json_option, plain, print_json, site_option
from pipeline.cli.person import shell
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.app import Station
    from pipeline.dispatch.batches import Batches, DryRun, Progress
    from pipeline.store import PlannedRow


@click.command(name="batches", help=say("help_sms_batches"))
@site_option
@json_option
def batches(root: Path, as_json: bool) -> None:
    with _opened(root) as (station, batches):
        zone = station.site.station.timezone
        found = batches.progress(station.clock())
        if as_json:
            print_json({"batches": [progress_facts(each, zone) for each in found]})
            return
        for line in progress_lines(found, zone):
            click.echo(line)


@click.command(help=say("help_sms_pause"))
@click.argument("batch")
@site_option
@json_option
def pause(batch: str, root: Path, as_json: bool) -> None:
    with _opened(root) as (station, batches):
        row = batches.pause(batch, shell(), station.clock())
        _told("sms_paused", row, station, as_json)


@click.command(help=say("help_sms_resume"))
@click.argument("batch")
@site_option
@json_option
def resume(batch: str, root: Path, as_json: bool) -> None:
    with _opened(root) as (station, batches):
        row = batches.resume(batch, shell(), station.clock())
        _told("sms_resumed", row, station, as_json)


@click.command(help=say("help_sms_cancel"))
@click.argument("batch")
@click.option("--yes", is_flag=True, help=say("help_send_yes"))
@site_option
@json_option
def cancel(batch: str, yes: bool, root: Path, as_json: bool) -> None:
    with _opened(root) as (station, batches):
        row = batches.find(batch, station.clock())
        title = plain(row.occurrence.title)
        if not yes:
            confirm_for_good(say("sms_cancel_ask", title=title))
        row, count = batches.cancel(str(row.id), shell(), station.clock())
        _told("sms_cancelled", row, station, as_json, count=count)


@click.command(name="dry-run", help=say("help_sms_dry_run"))
@click.argument("occurrence")
@site_option
@json_option
def dry_run(occurrence: str, root: Path, as_json: bool) -> None:
    with _opened(root) as (station, batches):
        found = batches.try_out_named(occurrence, station.clock())
        zone = station.site.station.timezone
        if as_json:
            print_json(dry_run_facts(found, zone))
        else:
            for line in dry_run_lines(found, station.site.areas.by_id, zone):
                click.echo(line)


# --- how far ----------------------------------------------------------------------------------------------------------


def progress_facts(found: Progress, zone: tzinfo) -> dict[str, Any]:
    """One batch as machines read it."""
    occurrence = found.batch.occurrence
    return {
        "batch": found.batch.id,
        "programme": occurrence.programme,
        "slot": occurrence.slot,
        "title": occurrence.title,
        "start": _iso(occurrence.start, zone),
        "priority": occurrence.priority.value,
        "status": found.status,
        "deliveries": {state.value: count for state, count in found.counts.items()},
        "reasons": found.reasons,
        "sent": found.sent,
        "unknown": found.unknown,
        "left": found.left,
        "parts": found.parts,
        "price_vnd": found.price_vnd,
        "doubtful_vnd": found.doubtful_vnd,
        "per_second": None if found.pace is None else round(found.pace, 2),
        "ends": _iso(found.ends, zone),
        "deadline": _iso(found.deadline, zone),
        "too_many": found.too_many,
        "looking_up": found.looking_up,
    }


def progress_lines(found: list[Progress], zone: tzinfo) -> Iterator[str]:
    """All batches as people read them."""
    if not found:
        yield say("sms_no_batches")
    for each in found:
        occurrence = each.batch.occurrence
        yield say(
            "sms_batch_line",
            batch=each.batch.id,
            start=f"{occurrence.start.astimezone(zone):%H:%M %d/%m}",
            title=plain(occurrence.title),
            slot=f"{occurrence.programme}/{occurrence.slot}",
            status=say(f"sms_batch_{each.status}"),
            sent=each.sent,
            left=each.left,
        )
        if each.looking_up and each.status in ("running", "paused"):
            yield "    " + say("sms_batch_looking_up")
        counts = ", ".join(f"{say(f'state_{state.value}')} {count}" for state, count in each.counts.items())
        if counts:
            yield "    " + say("sms_batch_counts", counts=counts, parts=each.parts, price=price(each))
        for code, count in each.reasons.items():
            yield "    " + say("sms_batch_reason", count=count, why=say(code))
        if each.pace is not None and each.ends is not None:
            code = "sms_batch_ends_paused" if each.status == "paused" else "sms_batch_ends_running"
            yield "    " + say(code, pace=pace(each.pace), ends=f"{each.ends.astimezone(zone):%H:%M:%S %d/%m}")
        if each.too_many and each.deadline is not None:
            deadline = f"{each.deadline.astimezone(zone):%H:%M %d/%m}"
            yield "    " + say("sms_batch_too_many", count=each.too_many, deadline=deadline)


# --- what it would be -------------------------------------------------------------------------------------------------


def forecast_words(found: Progress, zone: tzinfo) -> str:
    """One batch that is under way, in a line: sent, left, pace, end."""
    ends = f"{found.ends.astimezone(zone):%H:%M %d/%m}" if found.ends else "–"
    return say(
        "sms_forecast_paused" if found.status == "paused" else "sms_forecast",
        title=plain(found.batch.occurrence.title),
        sent=money(found.sent),
        left=money(found.left),
        pace="–" if found.pace is None else pace(found.pace),
        ends=ends,
        until=f"{(found.deadline or found.batch.occurrence.too_late).astimezone(zone):%H:%M %d/%m}",
    )


def never_sent_lines(found: list[Progress], zone: tzinfo) -> Iterator[str]:
    """Batches that went to nobody: which, why, and whom they missed."""
    for each in found:
        occurrence = each.batch.occurrence
        start = f"{occurrence.start.astimezone(zone):%H:%M %d/%m}"
        for code, count in each.reasons.items():
            message, hint = render(code)
            line = say("sms_never_sent", start=start, title=plain(occurrence.title), count=count, why=message)
            yield f"{line}: {hint}" if hint else line


def dry_run_facts(found: DryRun, zone: tzinfo) -> dict[str, Any]:
    """A dry run as machines read it; numbers are masked."""
    from pipeline.contacts import mask

    occurrence = found.occurrence
    chosen = next((each for each in found.variants if each.lettering is found.lettering), None)
    return {
        "batch": found.row,
        "programme": occurrence.programme,
        "slot": occurrence.slot,
        "title": occurrence.title,
        "bulletins": list(occurrence.bulletins),
        "priority": occurrence.priority.value,
        "start": _iso(occurrence.start, zone),
        "begins": _iso(found.begins, zone),
        "ends": _iso(found.ends, zone),
        "per_second": found.pace,
        "recipients": found.recipients,
        "reached": [
            {"list": each.list, "area": each.area, "count": each.count} for each in found.reached if not each.withheld
        ],
        "withheld": found.withheld,
        "left_alone": found.left_alone,
        "doubled": found.doubled,
        "samples": [mask(each) for each in found.samples],
        "lettering": found.lettering.value,
        "fields": list(found.fields),
        "text": chosen.example if chosen else "",
        "variants": [
            {
                "lettering": each.lettering.value,
                "encoding": each.encoding,
                "parts": each.worst,
                "segments": each.segments,
                "price_vnd": each.price_vnd,
                "text": each.example,
            }
            for each in found.variants
        ],
        "code": found.code,
    }


def dry_run_lines(found: DryRun, areas: Any, zone: tzinfo) -> Iterator[str]:
    """A dry run as people read it: to whom, what, when, how much."""
    from pipeline.contacts import mask

    occurrence = found.occurrence
    yield say("dry_run_title", title=plain(occurrence.title), priority=say(f"priority_{occurrence.priority.value}"))
    if found.code:
        message, hint = render(found.code, {"bulletin": ", ".join(occurrence.bulletins)})
        yield say("dry_run_not", why=f"{message}: {hint}" if hint else message)
    yield say("dry_run_to", count=found.recipients, samples=", ".join(mask(each) for each in found.samples) or "–")
    for each in found.reached:
        place = areas[each.area].name if each.area in areas else each.area or say("dry_run_no_area")
        code = "dry_run_withheld" if each.withheld else "dry_run_list"
        yield "  " + say(code, list=each.list, area=place, count=each.count)
    if found.left_alone or found.doubled:
        yield "  " + say("dry_run_left_out", left_alone=found.left_alone, doubled=found.doubled)
    begins = f"{found.begins.astimezone(zone):%H:%M %d/%m/%Y}"
    if found.ends is None or not found.pace:
        yield say("dry_run_at_once", begins=begins)
    else:
        ends = f"{found.ends.astimezone(zone):%H:%M:%S %d/%m/%Y}"
        yield say("dry_run_when", begins=begins, ends=ends, pace=pace(found.pace))
    for variant in found.variants:
        taken = variant.lettering is found.lettering
        yield say(
            "dry_run_variant" if taken else "dry_run_other",
            lettering=say(f"lettering_{variant.lettering.value}"),
            encoding=variant.encoding,
            parts=variant.worst,
            segments=variant.segments,
            price=money(variant.price_vnd),
        )
        yield f"  {plain(variant.example)}"


def price(found: Progress) -> str:
    """What a batch costs, in VND; and how much more it may be where nobody knows what has gone."""
    more = say("sms_price_doubtful", price=money(found.doubtful_vnd)) if found.doubtful_vnd else ""
    return say("sms_price", price=money(found.price_vnd)) + more


def money(vnd: int) -> str:
    """`1.250.000`, as Vietnamese writes it."""
    return f"{vnd:,}".replace(",", ".")


def pace(per_second: float) -> str:
    return f"{per_second:.1f}".removesuffix(".0")


def _iso(moment: datetime | None, zone: tzinfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def _told(code: str, row: PlannedRow, station: Station, as_json: bool, **facts: int) -> None:
    occurrence = row.occurrence
    if as_json:
        print_json({"batch": row.id, "programme": occurrence.programme, "slot": occurrence.slot, **facts})
    until = f"{occurrence.too_late.astimezone(station.site.station.timezone):%H:%M %d/%m}"
    words = {"title": plain(occurrence.title), "until": until, **{name: str(each) for name, each in facts.items()}}
    message, hint = render(code, words)
    click.echo(f"{message}: {hint}" if hint else message, err=True)


@contextmanager
def _opened(root: Path) -> Iterator[tuple[Station, Batches]]:
    from pipeline.app import Station
    from pipeline.dispatch.batches import Batches

    station = Station.open(root)
    try:
        yield station, Batches(station.site, station.store, station.desk.refusal)
    finally:
        station.close()
