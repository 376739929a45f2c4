"""`loa sms handed` and `loa sms returned`: what goes to an operator as files, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import json_option, plain, print_json, site_option, usage_error
from pipeline.cli.passphrase import passphrase_option, read_passphrase
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.channels.sms_file import SmsFile
    from pipeline.dispatch.returned import Returned
    from pipeline.domain import Person
    from pipeline.site import Site
    from pipeline.store import Store

FEW = 20


@click.command(help=say("help_sms_handed"))
@click.argument("batch", required=False)
@click.option("--by", default=None, help=say("help_by"))
@passphrase_option
@site_option
@json_option
def handed(batch: str | None, by: str | None, file: str | None, root: Path, as_json: bool) -> None:
    from pipeline.app import wall_clock
    from pipeline.errors import NotFoundError
    from pipeline.site import load_site

    site = load_site(root)
    channels = _file_channels(site)
    if batch is None:
        _list(site, channels, as_json)
        return
    if by is None:
        raise usage_error("option_missing", option="--by")
    name = f"{batch.removesuffix('.csv').removesuffix('.xlsx').removesuffix('.json')}.csv"
    with _as_person(root, by, file) as (store, person):
        if not any(channel.acknowledge(name) for channel in channels.values()):
            raise NotFoundError("sms_batch_file_unknown", batch=batch)
        store.audit(person.id, "sms_handed", name, {}, wall_clock())
    print_json({"acknowledged": name}) if as_json else click.echo(say("sms_handed_done", file=name))


@click.command(help=say("help_sms_returned"))
@click.argument("table", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--channel", required=True, help=say("help_sms_channel"))
@click.option("--batch", default="", help=say("help_sms_batch"))
@click.option("--by", required=True, help=say("help_by"))
@passphrase_option
@site_option
@json_option
@click.pass_context
def returned(
    ctx: click.Context,
    table: Path,
    channel: str,
    batch: str,
    by: str,
    file: str | None,
    root: Path,
    as_json: bool,
) -> None:
    from pipeline.app import require_usable, wall_clock
    from pipeline.contacts.returns import ReturnWords, read_returns
    from pipeline.dispatch.returned import take_returns
    from pipeline.errors import ContentError
    from pipeline.site import load_site

    site = load_site(root)
    require_usable(site)
    known = _file_channels(site)
    if channel not in known:
        raise ContentError("sms_channel_no_files", channel=channel, known=", ".join(known) or "–")
    words = ReturnWords.of(site.channels[channel].values.get("returns", {}))
    name = f"{batch.removesuffix('.csv')}.csv" if batch else ""
    with _as_person(root, by, file) as (store, person):
        found = take_returns(store, channel, read_returns(table, words), words, batch=name, now=wall_clock())
        counts = {each: getattr(found, each) for each in COUNTS}
        store.audit(person.id, "sms_returned", channel, {**counts, "batch": name}, wall_clock())
    print_json({**counts, "words": dict(found.words)}) if as_json else click.echo(say("return_summary", **counts))
    _tell_strange(found)
    ctx.exit(1 if found.strangers or found.doubled or found.words or found.bad else 0)


def _tell_strange(found: Returned) -> None:
    """On stderr, the first of what somebody has to look at."""
    from pipeline.contacts import mask

    for word, count in found.words.most_common(FEW):
        message, hint = render("return_strange_word", {"word": word, "count": str(count)})
        click.echo(plain(f"warning: {message}: {hint}"), err=True)
    for line, code, phone in found.lines[:FEW]:
        message, hint = render(code, {"line": str(line), "number": mask(phone)})
        click.echo(f"warning: {message}" + (f": {hint}" if hint else ""), err=True)


@contextmanager
def _as_person(root: Path, by: str, file: str | None) -> Iterator[tuple[Store, Person]]:
    """The database of a site, and who is known to work on it."""
    from pipeline.app import open_store, wall_clock
    from pipeline.persons import Persons

    store = open_store(root)
    try:
        persons = Persons(store)
        persons.find(by)
        yield store, persons.identify(by, read_passphrase(file, by), wall_clock())
    finally:
        store.close()


COUNTS = ("rows", "reached", "failed", "known", "open", "strangers", "doubled", "bad")


def _file_channels(site: Site) -> Mapping[str, SmsFile]:
    from pipeline.app import wall_clock
    from pipeline.channels.sms_file import build

    return {
        name: build(settings, site.root, wall_clock)
        for name, settings in site.channels.items()
        if settings.type == "sms_file"
    }


def _list(site: Site, channels: Mapping[str, SmsFile], as_json: bool) -> None:
    found = [(name, each) for name, channel in channels.items() for each in channel.batches()]
    if as_json:
        kept = ("file", "recipients", "segments", "price_vnd", "created", "acknowledged", "occurrence")
        rows = [{"channel": name, **{key: each.get(key) for key in kept}} for name, each in found]
        print_json({"batches": rows})
        return
    for name, each in found:
        created = datetime.fromisoformat(each["created"]).astimezone(site.station.timezone)
        state = say("sms_handed_taken" if each["acknowledged"] else "sms_handed_open")
        facts = {key: each.get(key, "–") for key in ("file", "recipients", "segments")}
        click.echo(say("sms_handed_line", channel=name, created=f"{created:%d/%m/%Y %H:%M}", state=state, **facts))
    if not found:
        click.echo(say("sms_handed_none"))
