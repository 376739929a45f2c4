"""The commands of operators. Each lives in a module of its own that is imported only when it is called."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from io import TextIOWrapper

import click

from pipeline.messages import say

COMMANDS: Mapping[str, str] = {
    "check": "check",
    "plan": "plan",
    "produce": "produce",
    "rehearse": "rehearse",
    "run": "run",
    "tick": "run",
    "send": "send",
    "stop": "stop",
    "order": "order",
    "clock": "clock",
    "service": "service",
    "status": "status",
    "log": "log",
    "doctor": "doctor",
    "tell": "tell",
    "backup": "backup",
    "restore": "backup",
    "speech": "text",
    "sms": "sms",
    "say": "text",
    "contacts": "contacts",
    "bulletin": "bulletin",
    "voice": "voice",
    "audio": "audio",
    "bundle": "bundle",
    "speakers": "speakers",
    "person": "person",
    "audit": "audit",
    "receiver": "receiver",
}
"""Command → module beside this file that holds it under the same name."""

ENTRY: Mapping[str, str] = {"say": "say_"}  # `say` there is the catalogue's


class Loa(click.Group):
    """Knows every command by name and loads the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"pipeline.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, ENTRY.get(cmd_name, cmd_name))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from pipeline.fields import closest  # only a mistyped command needs it

            close = closest(args[0], COMMANDS)
            ctx.fail(say("command_unknown_close" if close else "command_unknown", command=args[0], close=close))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("help_commands")):
            formatter.write_dl([(name, say(f"help_{name}")) for name in COMMANDS])


@click.group(cls=Loa, help=say("help_loa"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loa", prog_name="loa")
@click.option("--site", "site", type=click.Path(file_okay=False), default=None, help=say("help_site"))
@click.pass_context
def loa(ctx: click.Context, site: str | None) -> None:
    ctx.obj = site


def main() -> None:
    """Entry point: exit codes 0 done, 1 something failed and is named, 2 the input is wrong."""
    from pipeline.cli.logs import keep_discreet
    from pipeline.cli.output import report_error
    from pipeline.errors import LoaError

    keep_discreet()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what a person typed may be no text, and no locale is asked for ours
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = loa.main(standalone_mode=False)  # what a command gave to `ctx.exit`, or its return value
    except click.ClickException as error:
        from pipeline.cli.usage import words  # only a wrong command line needs them
        from pipeline.contacts.numbers import masked

        click.echo(masked(words(error), bare=False), err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except LoaError as error:
        sys.exit(report_error(error))
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("", "pipeline"):
            raise  # a fault of ours, not a thin install
        click.echo(f"error: {say('station_not_installed', package=error.name)}", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
