"""`loa order`: which of two PRIORITY airings goes first where they want the same loudspeakers at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import json_option, print_json, site_option
from pipeline.cli.passphrase import passphrase_option, read_passphrase
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.app import Station
    from pipeline.dispatch.collisions import Collision


@click.group(help=say("help_order"))
def order() -> None: ...


@order.command(name="list", help=say("help_order_list"))
@site_option
@json_option
def list_(root: Path, as_json: bool) -> None:
    from pipeline.app import has_store

    if not has_store(root):
        print_json({"collisions": []}) if as_json else click.echo(say("order_none"))
        return
    with _station(root) as station:
        found = station.desk.rule.open(station.clock())
        zone = station.site.station.timezone
        if as_json:
            print_json({"collisions": [_facts(each, zone) for each in found]})
            return
        for each in found:
            click.echo(_sentence(each, zone))
        if not found:
            click.echo(say("order_none"))


@order.command(help=say("help_order_decide"))
@click.argument("first")
@click.argument("second")
@click.option("--by", required=True, help=say("help_by"))
@passphrase_option
@site_option
@json_option
def decide(first: str, second: str, by: str, file: str | None, root: Path, as_json: bool) -> None:
    from pipeline.persons import Persons

    with _station(root) as station:
        persons = Persons(station.store)
        persons.find(by)
        person = persons.identify(by, read_passphrase(file, by), station.clock())
        found = station.desk.rule.decide(first, second, person.id, station.clock())
        zone = station.site.station.timezone
        if as_json:
            print_json({"decided": [_facts(each, zone) for each in found], "by": person.id})
            return
        click.echo(say("order_done", first=first, second=second, count=len(found)))


@contextmanager
def _station(root: Path) -> Iterator[Station]:
    from pipeline.app import Station

    station = Station.open(root)
    try:
        yield station
    finally:
        station.close()


def _sentence(collision: Collision, zone: Any) -> str:
    from pipeline.dispatch.collisions import facts

    message, hint = render("order_collision", facts(collision, zone))
    return f"{message}\n    {hint}"


def _facts(collision: Collision, zone: Any) -> dict[str, Any]:
    airings = []
    for row in (collision.first, collision.second):
        occurrence = row.occurrence
        start: datetime = occurrence.start.astimezone(zone)
        airings.append(
            {
                "number": row.id,
                "programme": occurrence.programme,
                "slot": occurrence.slot,
                "start": start.isoformat(timespec="seconds"),
                "title": occurrence.title,
                "bulletins": list(occurrence.bulletins),
            }
        )
    until = collision.until.astimezone(zone).isoformat(timespec="seconds")
    return {"airings": airings, "clusters": list(collision.clusters), "until": until}
