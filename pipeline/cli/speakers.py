"""`loa speakers`: the loudspeakers of the communes and the receivers beside them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from pipeline.messages import say

COMMANDS: Mapping[str, str] = {
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


@click.group(cls=Speakers, help=say("help_speakers"))
def speakers() -> None: ...
