"""`loa speakers`: the loudspeakers of the communes and the receivers beside them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

import click

from pipeline.cli.output import json_option, site_option
from pipeline.messages import say

COMMANDS: Mapping[str, str] = {
    "tone": "speakers_list",
    "enrol": "speakers_enrol",
    "revoke": "speakers_enrol",
    "keys": "speakers_keys",
    "broker": "speakers_keys",
}
"""Command → module beside this file that holds it under the same name."""


class Speakers(click.Group):
    """Loads the command that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"pipeline.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("help_commands")):
            formatter.write_dl([(name, say(f"help_speakers_{name}")) for name in COMMANDS])


@click.group(cls=Speakers, help=say("help_speakers"), invoke_without_command=True)
@click.option("--areas", multiple=True, help=say("help_speakers_areas"))
@click.option("--problems", is_flag=True, help=say("help_speakers_problems"))
@site_option
@json_option
@click.pass_context
def speakers(ctx: click.Context, areas: tuple[str, ...], problems: bool, root: Path, as_json: bool) -> None:
    if ctx.invoked_subcommand is None:
        from pipeline.cli.speakers_list import show

        ctx.exit(show(root, areas, problems, as_json))
