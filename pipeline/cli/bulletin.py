"""`loa bulletin`: what is written, and how it will sound."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.output import json_option, print_json, site_option, usage_error
from pipeline.messages import say


@click.group(help=say("help_bulletin"))
def bulletin() -> None: ...


@bulletin.command(name="list", help=say("help_bulletin_list"))
@site_option
@json_option
def list_(root: Path, as_json: bool) -> None:
    from pipeline.site import load_site

    bulletins = sorted(load_site(root).bulletins.values(), key=lambda each: (len(each.topic), each.topic, each.id))
    if as_json:
        facts = [{"id": b.id, "title": b.title, "topic": b.topic, "priority": b.priority.value} for b in bulletins]
        print_json({"bulletins": facts})
        return
    for each in bulletins:
        click.echo(f"{each.topic:>3}  {each.id:<32} {each.title}")


@bulletin.command(help=say("help_bulletin_show"))
@click.argument("bulletin_id", metavar="ID")
@site_option
@json_option
def show(bulletin_id: str, root: Path, as_json: bool) -> None:
    from pipeline import speech
    from pipeline.fields import closest
    from pipeline.site import load_site

    site = load_site(root)
    found = site.bulletins.get(bulletin_id)
    if found is None:
        raise usage_error("bulletin_unknown", id=bulletin_id, close=closest(bulletin_id, site.bulletins) or "–")
    spoken = speech.read_aloud(found.text, site.lexicon)
    readings = [{"written": each.written, "spoken": each.spoken, "offset": each.start} for each in spoken.readings]
    unread = [{"written": each.written, "offset": each.start} for each in spoken.unknown]
    if as_json:
        print_json(
            {
                "id": found.id,
                "title": found.title,
                "speech": spoken.text,
                "sms": found.sms,
                "readings": readings,
                "unread": unread,
            }
        )
        return
    click.echo(f"{found.title}\n\n{spoken.text}\n")
    click.echo(say("readings_title"))
    for reading in readings:
        click.echo(f"  {reading['written']} → {reading['spoken']}")
    for each in unread:
        click.echo(f"  {each['written']} → {say('unread')}")
