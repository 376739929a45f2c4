"""`loa speakers enrol|revoke`: a machine beside an amplifier becomes the station's, or is no longer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import confirm_for_good, json_option, print_json, site_option, usage_error
from pipeline.cli.person import shell
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.fleet.opening import Office


@contextmanager
def office(root: Path) -> Iterator[Office]:
    """What people do with receivers, opened for a site."""
    from pipeline.app import open_store, require_usable, wall_clock
    from pipeline.edits import in_force
    from pipeline.fleet.opening import Office
    from pipeline.site import load_site

    site = in_force(load_site(root))
    require_usable(site)
    store = open_store(root)
    try:
        yield Office(site, store, wall_clock, shell())
    finally:
        store.close()


@click.command(help=say("help_speakers_enrol"))
@click.argument("receiver", metavar="ID")
@click.option("--valid", default="2h", metavar="LENGTH", help=say("help_speakers_valid"))
@site_option
@json_option
def enrol(receiver: str, valid: str, root: Path, as_json: bool) -> None:
    length = _length(valid)
    with office(root) as opened:
        code = opened.enrol(receiver, length)
        local = code.expires.astimezone(opened.site.station.timezone)
    if as_json:
        facts = {"receiver": receiver, "code": code.text, "expires": local.isoformat(), "station": code.station}
        print_json({**facts, "replaces": code.replaces})
        return
    click.echo(code.text)
    click.echo(say("speakers_code", receiver=receiver, until=f"{local:%H:%M %d/%m/%Y}"), err=True)
    click.echo(f"  loa receiver enrol --station {code.station} --code {code.text}", err=True)
    if code.replaces:
        click.echo(say("speakers_code_replaces", receiver=receiver), err=True)


@click.command(help=say("help_speakers_revoke"))
@click.argument("receiver", metavar="ID")
@click.option("--yes", is_flag=True, help=say("help_send_yes"))
@site_option
@json_option
def revoke(receiver: str, yes: bool, root: Path, as_json: bool) -> None:
    with office(root) as opened:
        if not yes:
            confirm_for_good(say("speakers_revoke_ask", receiver=receiver))
        done = opened.revoke(receiver)
    if as_json:
        print_json({"receiver": receiver, "certificates": done.certificates, "broker_told": done.broker})
        return
    said = "speakers_revoked" if done.certificates else "speakers_revoked_before"
    click.echo(say(said, receiver=receiver, count=done.certificates))
    if done.broker is False:
        click.echo(say("speakers_broker_untold"), err=True)


def _length(text: str) -> timedelta:
    from pipeline.fields import parse_duration
    from pipeline.fleet.codes import LONGEST

    days = re.fullmatch(r"(\d)d", text.strip(), re.ASCII)
    length = timedelta(days=int(days[1])) if days else parse_duration(text.strip())
    if length is None or not timedelta(minutes=1) <= length <= LONGEST:
        raise usage_error("speakers_valid_wrong", value=text)
    return length
