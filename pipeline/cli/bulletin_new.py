"""`loa bulletin new` and `templates`: a new trick, written from a template; the first step of the fast lane."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import json_option, plain, print_json, site_option, usage_error
from pipeline.cli.times import LocalTime, at_station
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.site import Site
    from pipeline.templates import Gap, Template


@click.command(help=say("help_bulletin_templates"))
@json_option
def templates(as_json: bool) -> None:
    from pipeline.templates import gaps
    from pipeline.templates import templates as all_templates

    known = all_templates()
    if as_json:
        facts = [
            {"name": each.name, "title": each.title, "topic": each.topic or None, "gaps": _gap_facts(gaps(each.text))}
            for each in known.values()
        ]
        print_json({"templates": facts})
        return
    for each in known.values():
        click.echo(f"{each.name:<30} {each.title}")
        click.echo("    " + ", ".join(f"[{name}]" for name in dict.fromkeys(gap.name for gap in gaps(each.text))))


@click.command(help=say("help_bulletin_new"))
@click.argument("bulletin_id", metavar="ID")
@click.option("--template", "name", required=True, help=say("help_template"))
@click.option("--title", default="", help=say("help_new_title"))
@click.option("--topic", default="", help=say("help_new_topic"))
@click.option("--set", "given", multiple=True, metavar='"TÊN=GIÁ TRỊ"', help=say("help_set"))
@click.option("--received", type=LocalTime(), default=None, help=say("help_received"))
@site_option
@json_option
def new(
    bulletin_id: str,
    name: str,
    title: str,
    topic: str,
    given: Sequence[str],
    received: datetime | None,
    root: Path,
    as_json: bool,
) -> None:
    from pipeline.app import require_usable
    from pipeline.site import load_site
    from pipeline.templates import compose, find, gaps

    template, values = find(name), _values(given)
    site = load_site(root)
    require_usable(site)
    path = _path(site, bulletin_id)
    text = compose(
        template,
        topic=_topic(site, template, topic),
        received=_received(site, received),
        audience=site.audiences,
        title=title,
        values=values,
    )
    _write(path, text)
    file, left = str(path.relative_to(site.root)), gaps(text)
    if as_json:
        print_json({"id": bulletin_id, "file": file, "template": name, "gaps": _gap_facts(left)})
        return
    _tell(bulletin_id, file, left)


def _values(given: Iterable[str]) -> dict[str, str]:
    values = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name.strip():
            raise usage_error("set_without_sign", value=plain(each))
        values[name.strip()] = value
    return values


def _path(site: Site, bulletin_id: str) -> Path:
    """Where the script goes; ContentError where the id is no id or is taken, by a broken script too."""
    from pipeline.errors import ContentError
    from pipeline.fields import IDENTIFIER, identifier_from, shown
    from pipeline.scripts import FOLDER, SUFFIX

    if len(bulletin_id) > 64 or not IDENTIFIER.fullmatch(bulletin_id):
        close = identifier_from(bulletin_id)[:64].strip("-") or "thu-doan-moi"
        raise ContentError("bad_identifier", value=shown(bulletin_id), close=close)
    folder = site.root / FOLDER
    for found in folder.rglob(f"{bulletin_id}{SUFFIX}"):
        raise ContentError("script_exists", file=found.relative_to(site.root))
    return folder / f"{bulletin_id}{SUFFIX}"


def _topic(site: Site, template: Template, asked: str) -> str:
    from pipeline.errors import ContentError
    from pipeline.fields import shown

    topic = asked or template.topic
    if topic in site.topics:
        return topic
    for each in site.topics.values():
        click.echo(plain(f"{each.id:>4}  {each.name}"), err=True)
    code = "new_topic_unknown" if topic else "new_topic_missing"
    raise ContentError(code, value=shown(topic), template=template.name)


def _received(site: Site, given: datetime | None) -> datetime:
    """When the warning came in, by the station's clock: now, unless somebody says that it was earlier."""
    from pipeline.app import wall_clock
    from pipeline.errors import ContentError

    zone = site.station.timezone
    now = wall_clock().astimezone(zone)
    if given is None:
        return now
    if (moment := at_station(given, zone)) > now:
        raise ContentError("received_ahead", at=f"{moment:%d/%m/%Y %H:%M}", now=f"{now:%d/%m/%Y %H:%M}")
    return moment


def _write(path: Path, text: str) -> None:
    from pipeline.errors import ContentError
    from pipeline.writing import writing

    with writing(path):
        path.parent.mkdir(exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            raise ContentError("script_exists", file=path.name) from None


def _gap_facts(left: Iterable[Gap]) -> list[dict[str, object]]:
    return [{"name": gap.name, "hint": gap.hint, "line": gap.line, "column": gap.column} for gap in left]


def _tell(bulletin_id: str, file: str, left: Sequence[Gap]) -> None:
    click.echo(say("new_written", file=file))
    click.echo(say("new_gaps" if left else "new_no_gaps", count=len(left)))
    for gap in left:
        click.echo(f"  {file}:{gap.line}:{gap.column}: [{gap.name}]" + (f": {gap.hint}" if gap.hint else ""))
    click.echo(say("new_next"))
    for step in ("show", "approve", "send"):
        click.echo(f"  {say(f'new_next_{step}', id=bulletin_id)}")
