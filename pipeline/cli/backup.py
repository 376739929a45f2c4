"""`loa backup` and `loa restore`: what brings a station back."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.output import site_option
from pipeline.messages import render, say


@click.command(help=say("help_backup"))
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), default=None, help=say("help_backup_to"))
@click.option("--keep", type=click.IntRange(1, 1000), default=None, help=say("help_backup_keep"))
@site_option
def backup(to: Path | None, keep: int | None, root: Path) -> None:
    from pipeline.app import wall_clock
    from pipeline.backup import make_backup

    made = make_backup(root, wall_clock(), to, keep)
    click.echo(say("backup_done", files=made.files, file=made.path))
    if made.database != "sqlite":
        click.echo(say("backup_without_database"))
    if made.keys is not None:
        click.echo(say("backup_keys_done", file=made.keys))
    if made.removed:
        click.echo(say("backup_removed", count=len(made.removed)))


@click.command(help=say("help_restore"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), default=None, help=say("help_restore_keys"))
@site_option
@click.pass_context
def restore(ctx: click.Context, file: Path, keys: Path | None, root: Path) -> None:
    from pipeline.app import wall_clock
    from pipeline.backup import restore as put_back

    done = put_back(root, file, wall_clock(), keys)
    click.echo(say("restore_done", files=done.files, made=done.made_at))
    if done.aside is not None:
        click.echo(say("restore_aside", folder=done.aside))
    click.echo(say("restore_since" if done.database else "restore_without_database"))
    if done.key:
        message, hint = render(done.key, {"file": "var/keys/contacts.key"})
        click.echo(f"{message}: {hint}", err=True)
    ctx.exit(1 if done.key else 0)
