"""`loa bulletin lead`: how long a warning took from its arrival to the air, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from pipeline.cli.output import json_option, print_json, site_option
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.lead import Lead, Step

COLUMNS = ("bulletin", "received", "written", "approved", "handed_over", "confirmed", "in_all")


@click.command(help=say("help_bulletin_lead"))
@click.argument("ids", nargs=-1, metavar="[ID…]")
@site_option
@json_option
def lead(ids: Sequence[str], root: Path, as_json: bool) -> None:
    from pipeline.app import has_store, open_store
    from pipeline.cli.bulletin import require_known
    from pipeline.lead import leads
    from pipeline.site import load_site

    site = load_site(root)
    require_known(site, ids)
    dated = [each for each in site.bulletins.values() if each.received]
    chosen = dict.fromkeys(ids) or [each.id for each in sorted(dated, key=lambda each: str(each.received))]
    store = open_store(root) if has_store(root) else None
    found = leads(site, store, chosen)
    if store is not None:
        store.close()
    if as_json:
        print_json({"bulletins": [_facts(each, site.station.timezone) for each in found]})
        return
    if not found:
        message, hint = render("lead_none")
        click.echo(f"{message}: {hint}")
        return
    _show(found, site.station.timezone)


def _facts(found: Lead, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": found.bulletin.id,
        "title": found.bulletin.title,
        "priority": found.bulletin.priority.value,
        "received": _stamp(found.received, zone),
        "written": _stamp(found.written, zone),
        "approved": _stamp(found.approved, zone),
        "handed_over": _step_facts(found.handed_over, zone),
        "confirmed": _step_facts(found.confirmed, zone),
        "minutes": {
            "received_to_approved": _minutes(found.to_approval),
            "approved_to_handed_over": _minutes(found.to_hand_over),
            "approved_to_confirmed": _minutes(found.to_air),
            "received_to_confirmed": _minutes(found.in_all),
        },
    }


def _step_facts(step: Step | None, zone: ZoneInfo) -> dict[str, Any] | None:
    if step is None:
        return None
    return {"at": _stamp(step.at, zone), "medium": step.medium.value, "evidence": step.evidence.value}


def _stamp(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def _minutes(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds() / 60, 1)


def _show(found: Sequence[Lead], zone: ZoneInfo) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from pipeline.cli.tables import show

    table = Table(title=say("lead_title"), title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for column in COLUMNS:
        table.add_column(say(f"column_lead_{column}"), overflow="fold")
    for each in found:
        table.add_row(*_cells(each, zone))
    show(table)
    click.echo(say("lead_footnote"))


def _cells(found: Lead, zone: ZoneInfo) -> tuple[str, ...]:
    from pipeline.lead import moment

    confirmed = found.confirmed
    return (
        f"{found.bulletin.id}\n{found.bulletin.title}",
        _moment(found.received, zone),
        _moment(found.written, zone),
        _moment(found.approved, zone, found.to_approval),
        _moment(moment(found.handed_over), zone, found.to_hand_over),
        _moment(moment(found.confirmed), zone, found.to_air, say(f"lead_by_{confirmed.evidence}") if confirmed else ""),
        _length(found.in_all) or "–",
    )


def _moment(at: datetime | None, zone: ZoneInfo, after: timedelta | None = None, by: str = "") -> str:
    if at is None:
        return "–"
    lines = (f"{at.astimezone(zone):%d/%m %H:%M}", f"+ {_length(after)}" if after is not None else "", by)
    return "\n".join(line for line in lines if line)


def _length(length: timedelta | None) -> str:
    if length is None:
        return ""
    minutes = round(length.total_seconds() / 60)
    return (
        say("lead_minutes", minutes=minutes)
        if minutes < 120
        else say("lead_hours", hours=minutes // 60, minutes=minutes % 60)
    )
