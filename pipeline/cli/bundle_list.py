"""`loa bundle list`: sticks that were made, what came back of each, what was aired by hand beside the plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import json_option, plain, print_json, site_option, usage_error
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.store import BundleState, OutsideAiring, Store

MOST_LINES = 30  # that are shown; --json has them all


@click.command(name="list", help=say("help_bundle_list"))
@click.argument("stick", metavar="[USB]", required=False)
@click.option("--missing", is_flag=True, help=say("help_bundle_list_missing"))
@site_option
@json_option
@click.pass_context
def list_(ctx: click.Context, stick: str | None, missing: bool, root: Path, as_json: bool) -> None:
    from pipeline.app import has_store, open_store, station_zone, wall_clock
    from pipeline.bundle.outstanding import LISTED_FOR, is_out

    zone = station_zone(root)
    today = wall_clock().astimezone(zone).date()
    if not has_store(root):
        print_json({"bundles": []}) if as_json else click.echo(say("bundle_list_none"))
        return
    store = open_store(root)
    try:
        found = store.bundle_states(date.min if stick else today - LISTED_FOR)
        if stick:
            found = [each for each in found if each.kept.id == stick]
            if not found:
                raise usage_error("bundle_unknown", bundle=plain(stick[:40]))
        found = [each for each in found if not missing or is_out(each, today)]
        if as_json:
            print_json({"bundles": [_facts(each, store, zone, today, whole=stick is not None) for each in found]})
        else:
            for line in _lines(found, store, zone, today, whole=stick is not None):
                click.echo(line)
    finally:
        store.close()
    ctx.exit(1 if missing and found else 0)


def _state(stick: BundleState, today: date) -> str:
    from pipeline.bundle.outstanding import is_out

    if not stick.missing:
        return "returned"
    return "out" if is_out(stick, today) else "under_way"


def _lines(found: list[BundleState], store: Store, zone: tzinfo, today: date, *, whole: bool) -> Iterator[str]:
    if not found:
        yield say("bundle_list_none")
    for each in found:
        kept = each.kept
        days = {"first": f"{kept.first:%d/%m/%Y}", "last": f"{kept.last:%d/%m/%Y}"}
        state = say(f"bundle_state_{_state(each, today)}")
        yield say("bundle_list_line", bundle=kept.id, state=state, told=each.told, lines=each.lines, **days)
        if each.outside and not whole:
            yield "  • " + say("bundle_list_outside", count=each.outside, bundle=kept.id)
        if whole:
            yield from _whole(store, kept.id, zone)


def _whole(store: Store, stick: str, zone: tzinfo) -> Iterator[str]:
    rows, untold = store.bundle_rows(stick), store.bundle_untold(stick)
    for code in untold[:MOST_LINES]:
        row = rows[code]
        start = f"{row.key[2].astimezone(zone):%d/%m %H:%M}" if row.key else ""
        yield plain("  • " + say("bundle_list_untold", code=code, start=start, place=row.cluster or row.area))
    if len(untold) > MOST_LINES:
        yield say("more_of_the_kind", count=len(untold) - MOST_LINES)
    aired = store.bundle_outside(stick)
    for each in aired[:MOST_LINES]:
        start, what = f"{each.start.astimezone(zone):%d/%m %H:%M}", ", ".join(each.bulletins)
        said = {"start": start, "area": each.cluster or each.area, "bulletins": what, "person": each.person or "–"}
        yield plain("  • " + say("bundle_list_aired", **said))
    if len(aired) > MOST_LINES:
        yield say("more_of_the_kind", count=len(aired) - MOST_LINES)


def _facts(each: BundleState, store: Store, zone: tzinfo, today: date, *, whole: bool) -> dict[str, Any]:
    kept = each.kept
    facts: dict[str, Any] = {
        "bundle": kept.id,
        "made_at": kept.made_at.astimezone(zone).isoformat(timespec="seconds"),
        "first": kept.first.isoformat(),
        "last": kept.last.isoformat(),
        "areas": list(kept.areas),
        "state": _state(each, today),
        "lines": each.lines,
        "told": each.told,
        "outside": each.outside,
    }
    if whole:
        facts["untold"] = store.bundle_untold(kept.id)
        facts["outside_airings"] = [_aired(one, zone) for one in store.bundle_outside(kept.id)]
    return facts


def _aired(each: OutsideAiring, zone: tzinfo) -> dict[str, Any]:
    return {
        "code": each.code,
        "bulletins": list(each.bulletins),
        "area": each.area,
        "cluster": each.cluster,
        "start": each.start.astimezone(zone).isoformat(timespec="seconds"),
        "end": each.end.astimezone(zone).isoformat(timespec="seconds"),
        "person": each.person,
        "words": each.words,
        "entered_by": each.entered_by,
    }
