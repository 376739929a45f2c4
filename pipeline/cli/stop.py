"""`loa stop`: silence now, and what waits taken back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import json_option, print_json, site_option
from pipeline.cli.person import shell
from pipeline.cli.send import names_of, require_areas
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.app import Station
    from pipeline.dispatch import Stopped
    from pipeline.site import Site

ANSWER_S = 10.0
LOOK_EVERY_S = 0.1


@click.command(help=say("help_stop"))
@click.option("--areas", multiple=True, help=say("help_stop_areas"))
@site_option
@json_option
@click.pass_context
def stop(ctx: click.Context, areas: tuple[str, ...], root: Path, as_json: bool) -> None:
    from pipeline.app import Station

    station = Station.open(root)
    try:
        names = names_of(areas)
        require_areas(station.site, names)
        stopped = _stop(station, names)
    finally:
        station.close()
    if as_json:
        print_json(stopped.facts())
    _tell(station.site, stopped)
    ctx.exit(1 if stopped.failed or stopped.code else 0)


def _stop(station: Station, areas: list[str]) -> Stopped:
    """By the running station; by this command itself where none runs, so that meanwhile none can start."""
    from pipeline.app import sole_station
    from pipeline.errors import ConflictError

    try:
        with sole_station(station.site.root):
            station.store.audit(shell(), "stop", ",".join(areas), {}, station.clock())
            return station.desk.stop(areas, station.clock())
    except ConflictError:
        return _ask_station(station, areas)


def _ask_station(station: Station, areas: list[str]) -> Stopped:
    from pipeline.bell import ring
    from pipeline.dispatch import Stopped
    from pipeline.dispatch.stopping import STOP

    number = station.store.ask(STOP, areas, shell(), station.clock())
    ring(station.site.root / "var", {"do": "hurry"}, within_s=0.5)
    deadline = time.monotonic() + ANSWER_S
    while time.monotonic() < deadline:
        request = station.store.request(number)
        if request.done_at is not None:
            return Stopped.read(request.result)
        time.sleep(LOOK_EVERY_S)
    station.store.finish_request(number, {"code": "request_unanswered"}, station.clock())
    return Stopped.read(station.store.request(number).result)


def _tell(site: Site, stopped: Stopped) -> None:
    if stopped.code:
        message, hint = render(stopped.code)
        click.echo(f"error: {message}: {hint}" if hint else f"error: {message}", err=True)
    for code, clusters in (
        ("silenced", stopped.silenced),
        ("listed", stopped.listed),
        ("withdrawn", stopped.withdrawn),
        ("quiet", stopped.quiet),
    ):
        if clusters:
            message, hint = render(f"stop_{code}", {"clusters": ", ".join(_called(site, each) for each in clusters)})
            click.echo(f"{message}: {hint}" if hint else message, err=True)
    for code in dict.fromkeys(stopped.failed.values()):
        why, what = render(code)
        named = ", ".join(_called(site, each) for each, own in stopped.failed.items() if own == code)
        message, hint = render("stop_failed", {"cluster": named, "why": why, "what": what})
        click.echo(f"error: {message}: {hint}" if hint else f"error: {message}", err=True)
    if stopped == type(stopped)():
        click.echo(say("stop_nothing"), err=True)


def _called(site: Site, cluster: str) -> str:
    return site.clusters[cluster].name if cluster in site.clusters else cluster
