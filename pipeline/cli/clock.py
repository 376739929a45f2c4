"""`loa clock`: whether the machine's clock is trusted, and a person's word that it is right."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.output import json_option, print_json, site_option
from pipeline.messages import render, say


@click.group(help=say("help_clock"))
def clock() -> None:
    pass


@clock.command(help=say("help_clock_show"))
@site_option
@json_option
@click.pass_context
def show(ctx: click.Context, root: Path, as_json: bool) -> None:
    from pipeline.app import clock_trust, station_zone

    with clock_trust(root) as (trust, now):
        doubt = trust.refusal()
    shown = f"{now.astimezone(station_zone(root)):%d/%m/%Y %H:%M:%S}"
    message, hint = render(doubt or "clock_trusted", {"now": shown})
    if as_json:
        print_json({"trusted": not doubt, "code": doubt, "now": now.isoformat(), "message": message, "hint": hint})
    else:
        click.echo(message + (f": {hint}" if hint else ""))
    ctx.exit(1 if doubt else 0)


@clock.command(help=say("help_clock_trust"))
@site_option
def trust(root: Path) -> None:
    from pipeline.app import clock_trust, station_zone

    with clock_trust(root) as (trusted, now):
        trusted.vouch()
    click.echo(say("clock_vouched", now=f"{now.astimezone(station_zone(root)):%d/%m/%Y %H:%M:%S}"))
