"""`loa sms`: texts measured, and what became of those that were sent. A first word that is no command names a file."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from pipeline.messages import say

MEASURE = "measure"
COMMANDS: Mapping[str, str] = {
    MEASURE: "text",
    "dry-run": "sms_batches",
    "batches": "sms_batches",
    "pause": "sms_batches",
    "resume": "sms_batches",
    "cancel": "sms_batches",
    "status": "sms_status",
    "resolve": "sms_status",
    "handed": "sms_returns",
    "returned": "sms_returns",
}
"""Command → module beside this file that holds it under the same name (`-` becomes `_`)."""


class Sms(click.Group):
    """Loads the command that is called; `loa sms --jsonl FILE` and `loa sms FILE` measure."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = [each for each in args if each == "-" or not each.startswith("-")]
        asks_help = args and args[0] in ("-h", "--help")
        if not asks_help and not (words and words[0] in COMMANDS) and not _names_site_first(args):
            args = [MEASURE, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"pipeline.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("help_commands")):
            formatter.write_dl([(name, say(f"help_sms_{name.replace('-', '_')}")) for name in COMMANDS])


def _names_site_first(args: list[str]) -> bool:
    """`--site DIR` before the command."""
    return len(args) > 2 and args[0] == "--site" and args[2] in COMMANDS


@click.group(cls=Sms, help=say("help_sms"))
@click.option("--site", type=click.Path(), default=None, help=say("help_site"))
@click.pass_context
def sms(ctx: click.Context, site: str | None) -> None:
    ctx.obj = site or ctx.obj
