"""`loa tell`: whether people can be told."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.output import site_option, usage_error
from pipeline.messages import say


@click.group(help=say("help_tell"))
def tell() -> None: ...


@tell.command(help=say("help_tell_test"))
@site_option
@click.pass_context
def test(ctx: click.Context, root: Path) -> None:
    from pipeline.app import require_usable
    from pipeline.site import load_site
    from pipeline.telling import send_test
    from pipeline.telling.post import Post

    site = load_site(root)
    require_usable(site)
    if not (site.station.telling.to or site.station.telling.ping):
        raise usage_error("telling_unset")
    said = send_test(site, Post())
    for address, code in said.items():
        click.echo(say("not_told_by" if code else "told_by", address=address, why=say(code) if code else ""))
    ctx.exit(1 if any(said.values()) else 0)
