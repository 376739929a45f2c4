"""`loa receiver enrol`: make this machine a receiver of a station."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.cli.output import json_option, plain, print_json, usage_error
from pipeline.messages import say

MOST_TYPED = 400


@click.command(help=say("help_receiver_enrol"))
@click.option("--station", required=True, metavar="https://HOST:PORT", help=say("help_enrol_station"))
@click.option("--code", "typed", default=None, help=say("help_enrol_code"))
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help=say("help_receiver_dir")
)
@click.option("--again", is_flag=True, help=say("help_enrol_again"))
@json_option
def enrol(station: str, typed: str | None, folder: Path, again: bool, as_json: bool) -> None:
    from pipeline.receiver import enrolling

    identity = enrolling.enrol(folder, station, typed if typed is not None else _asked(), again=again)
    if as_json:
        facts = {"receiver": identity.receiver, "station": identity.station_name, "address": identity.address}
        print_json({**facts, "broker": identity.broker, "until": identity.until.isoformat()})
        return
    click.echo(plain(say("enrolled_as", receiver=identity.receiver, station=identity.station_name)))
    click.echo(
        plain(say("enrolled_ways", address=identity.address, broker=identity.broker or say("enrolled_no_broker")))
    )
    click.echo(say("enrolled_until", until=f"{identity.until:%d/%m/%Y}"))
    click.echo(plain(say("enrolled_next", folder=folder)))


def _asked() -> str:
    """The code from the terminal, or the first line of what is piped in: then it stands in no list of processes."""
    if sys.stdin.isatty():
        asked: str = click.prompt(say("enrol_ask_code"), err=True)
        return asked
    typed = sys.stdin.readline(MOST_TYPED)
    if not typed.strip():
        raise usage_error("enrol_no_code")
    return typed
