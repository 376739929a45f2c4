"""`loa produce`: render ahead what the next days need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import has_errors, json_option, print_json, print_problems, problem_facts, site_option
from pipeline.cli.progress import bar
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.app import Station
    from pipeline.domain import Recording


@click.command(help=say("help_produce"))
@click.option("--days", type=click.IntRange(1, 60), default=7, show_default=True, help=say("help_produce_days"))
@click.option("--copies", type=click.Path(path_type=Path), help=say("help_produce_copies"))
@site_option
@json_option
@click.pass_context
def produce(ctx: click.Context, days: int, copies: Path | None, root: Path, as_json: bool) -> None:
    from pipeline.app import Station

    if copies is not None:
        _require_parent(copies)
    station = Station.open(root)
    with bar(say("progress_produce")) as progress:
        station.produce(days, progress)
    made = station.production
    recordings = {
        found.sha256: found
        for each in station.upcoming(station.clock(), days)
        if (found := made.find(each)) is not None
    }
    copied = _copy(station, days, copies) if copies else 0
    station.close()
    failed = made.failures
    if as_json:
        facts = [
            {
                "path": str(each.path.relative_to(root)),
                "duration_s": round(each.duration_s, 1),
                "lufs": round(each.lufs, 2),
                "dbtp": round(each.dbtp, 2),
                "voice": each.spoken_by,
                "fingerprint": each.voice,
                "fallback": each.fallback,
                "sha256": each.sha256,
            }
            for each in recordings.values()
        ]
        failures = [{"bulletin": each.passage, "code": each.error.code} for each in failed]
        print_json(
            {
                "rendered": made.segments.rendered,
                "recordings": facts,
                "failures": failures,
                "problems": [problem_facts(problem) for problem in station.site.problems],
            }
        )
    else:
        click.echo(
            say("produce_summary", rendered=made.segments.rendered, recordings=len(recordings), folder=made.folder)
        )
        if copies:
            click.echo(say("produce_copied", count=copied, folder=copies))
        for voice, count in sorted(Counter(each.spoken_by for each in recordings.values()).items()):
            click.echo(say("produce_spoken_by", voice=voice, count=count))
    _warn_of_fallbacks(recordings.values())
    print_problems(station.site.problems)
    for failure in (*made.segments.failures, *failed):
        message, hint = render(failure.error.code, failure.error.params)
        click.echo(f"{failure.passage[:40]}: {message}" + (f": {hint}" if hint else ""), err=True)
    ctx.exit(2 if has_errors(station.site.problems) else 1 if failed else 0)


def _require_parent(folder: Path) -> None:
    """Only the last part of a folder is made: a stick that is not plugged in, or a slip, is no folder to fill."""
    from pipeline.errors import ContentError

    if folder.exists():
        return
    if not folder.absolute().parent.is_dir():
        raise ContentError("output_folder_missing", folder=folder.absolute().parent)
    click.echo(say("produce_folder_made", folder=folder), err=True)


def _warn_of_fallbacks(recordings: Iterable[Recording]) -> None:
    for voice, count in sorted(Counter(each.spoken_by for each in recordings if each.fallback).items()):
        message, hint = render("fallback_voice", {"voice": voice, "count": str(count)})
        click.echo(f"warning: {message}: {hint}", err=True)


def _copy(station: Station, days: int, folder: Path) -> int:
    """How many recordings were copied: only what may air. ContentError where the folder cannot be written."""
    from pipeline.production.copies import write_copies
    from pipeline.writing import writing

    now = station.clock()
    admitted = station.desk.admit(station.upcoming(now, days), now)
    with writing(folder):
        return len(write_copies(station.production, [each for each in admitted if each.bulletins], folder))
