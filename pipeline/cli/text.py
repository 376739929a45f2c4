"""`loa speech`, `loa sms` of a text, `loa say`: one text on its way, for people who want to see or hear it first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from pipeline.cli.output import named_site_option, plain, require_picture, usage_error
from pipeline.errors import ContentError
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.domain import Reading
    from pipeline.site import Site


@click.command(help=say("help_speech"))
@click.argument("file", type=click.File("rb"), default="-")
@named_site_option
@click.pass_context
def speech(ctx: click.Context, file: IO[bytes], root: Path | None) -> None:
    from pipeline import speech as reader

    lexicon = _site(root, "lexicon").lexicon
    unread = False
    for number, line in lines(file):
        spoken = reader.read_line(line, lexicon)
        click.echo(spoken.text.replace("\n", " "))
        for token in spoken.unknown:
            message, hint = render(_unread(token), {"token": token.written})
            click.echo(plain(f"{number}: {message}: {hint}"), err=True)
            unread = True
    ctx.exit(1 if unread else 0)


def _unread(token: Reading) -> str:
    from pipeline.domain import ReadingKind

    return "no_such_date" if token.kind is ReadingKind.NO_SUCH_DATE else "unread_token"


@click.command(name="measure", help=say("help_sms_measure"))
@click.option("--jsonl", is_flag=True, help=say("help_jsonl"))
@click.argument("file", type=click.File("rb"), default="-")
@named_site_option
def measure(file: IO[bytes], jsonl: bool, root: Path | None) -> None:
    from pipeline.sms import describe

    if root is not None:
        _site(root)
    for number, line in lines(file):
        if not jsonl:
            facts = describe(line)
            forced = " ".join(facts["forced_by"][:8])
            shown = {name: value for name, value in facts.items() if name in SHOWN}
            click.echo(say("sms_line", number=number, forced=forced or "–", **shown))
            continue
        try:
            text = json.loads(line)
        except (ValueError, RecursionError):
            text = None
        if not isinstance(text, str):
            raise ContentError("not_a_json_string", line=number)
        click.echo(json.dumps(describe(text), ensure_ascii=False))


SHOWN = ("encoding", "segments", "folded", "folded_segments")


@click.command(name="say", help=say("help_say"))
@click.argument("text")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help=say("help_say_out"))
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), default=None, help=say("help_plot"))
@named_site_option
def say_(text: str, out: Path, plot: Path | None, root: Path | None) -> None:
    from pipeline import speech as reader
    from pipeline.domain import spoken_by
    from pipeline.production.aloud import say_aloud

    if out.suffix.lower() != ".mp3":
        raise usage_error("say_needs_mp3", file=out)
    require_picture(plot)
    site = _site(root, "station", "lexicon", "mastering")
    spoken = reader.read_aloud(text, site.lexicon)
    if not any(char.isalnum() for char in spoken.text):
        raise usage_error("say_text_empty")
    for token in spoken.unknown:
        message, hint = render(_unread(token), {"token": token.written})
        click.echo(plain(f"warning: {message}: {hint}"), err=True)
    seconds, voice = say_aloud(site, text, out, plot)
    click.echo(say("say_done", file=out, seconds=f"{seconds:.1f}", voice=spoken_by(voice)))


def _site(root: Path | None, *needs: str) -> Site:
    """What a text needs of the site that was named, or else of the current folder if it is one."""
    from pipeline.site import site_to_speak

    return site_to_speak(root or Path.cwd(), needs, named=root is not None)


def lines(file: IO[bytes]) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file, counted from 1, ended by LF or CRLF and nothing else."""
    for number, raw in enumerate(file, 1):
        line = raw.removesuffix(b"\n").removesuffix(b"\r")
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise ContentError("line_not_utf8", line=number) from None
