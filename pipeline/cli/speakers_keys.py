"""`loa speakers keys|broker`: what the station signs with, and the files of its MQTT broker."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import click

from pipeline.cli.output import confirm_for_good, json_option, print_json, site_option
from pipeline.cli.speakers_enrol import office
from pipeline.messages import say


@click.group(help=say("help_speakers_keys"))
def keys() -> None: ...


@keys.command(help=say("help_speakers_keys_show"))
@site_option
@json_option
def show(root: Path, as_json: bool) -> None:
    with office(root) as opened:
        zone, found, ring = opened.site.station.timezone, opened.keys.facts(), opened.keys.keyring
    if as_json:
        facts = [
            {"id": each.id, "since": each.since.isoformat(), "until": _iso(each.until), "state": each.state}
            for each in found
        ]
        print_json({"station": ring.station, "keyring": ring.version, "keys": facts, "revoked": sorted(ring.revoked)})
        return
    click.echo(say("speakers_keyring", station=ring.station, version=ring.version))
    for each in found:
        until = f"{each.until.astimezone(zone):%d/%m/%Y %H:%M}" if each.until else ""
        click.echo(say(f"speakers_key_{each.state}", id=f"{each.id:<20}", until=until))
    for id in sorted(ring.revoked):
        click.echo(say("speakers_key_revoked", id=f"{id:<20}"))


@keys.command(help=say("help_speakers_keys_rotate"))
@click.option("--days", type=click.IntRange(0, 60), default=14, help=say("help_speakers_keys_days"))
@site_option
def rotate(days: int, root: Path) -> None:
    with office(root) as opened:
        made = opened.rotate(timedelta(days=days))
    click.echo(say("speakers_key_rotated", key=made, days=days))


@keys.command(help=say("help_speakers_keys_revoke"))
@click.argument("key", metavar="KEY")
@click.option("--yes", is_flag=True, help=say("help_send_yes"))
@site_option
def revoke(key: str, yes: bool, root: Path) -> None:
    with office(root) as opened:
        if not yes:
            confirm_for_good(say("speakers_key_revoke_ask", key=key))
        current = opened.revoke_key(key)
    click.echo(say("speakers_key_withdrawn", key=key, current=current))


@click.command(help=say("help_speakers_broker"))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help=say("help_broker_out"))
@site_option
def broker(out: Path, root: Path) -> None:
    from pipeline.writing import writing

    with office(root) as opened, writing(out):
        folder = opened.write_broker(out.resolve())
        port = opened.settings.broker_port
    click.echo(say("speakers_broker_written", folder=folder.path))
    if shutil.which("mosquitto") is None and not Path("/usr/sbin/mosquitto").exists():
        click.echo(say("speakers_broker_install"))
    click.echo(say("speakers_broker_start", folder=folder.path, port=port))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
