"""`loa rehearse`: the coming days in simulated time, with everything that would go out put into a folder."""

from __future__ import annotations

import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import has_errors, json_option, print_json, print_problems, problem_facts, site_option
from pipeline.cli.progress import bar
from pipeline.cli.tables import batches, show
from pipeline.cli.times import LocalTime
from pipeline.cli.week import show_week
from pipeline.cli.words import length_words
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.domain import Occurrence
    from pipeline.rehearsal import Rehearsed


@click.command(help=say("help_rehearse"))
@click.option("--from", "first", type=LocalTime(), default=None, help=say("help_rehearse_from"))
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True, help=say("help_days"))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help=say("help_out"))
@click.option("--online", is_flag=True, help=say("help_online"))
@click.option("--plots", is_flag=True, help=say("help_plots"))
@site_option
@json_option
@click.pass_context
def rehearse(
    ctx: click.Context,
    first: datetime | None,
    days: int,
    out: Path,
    online: bool,
    plots: bool,
    root: Path,
    as_json: bool,
) -> None:
    from pipeline.rehearsal import rehearse as run

    with bar(say("progress_produce")) as progress:
        rehearsed = run(root, out.resolve(), first, days, online=online, plots=plots, progress=progress)
    if as_json:
        print_json({**rehearsed.document, "problems": [problem_facts(each) for each in rehearsed.problems]})
        print_problems(rehearsed.problems)
    else:
        _print(rehearsed)
        print_problems(rehearsed.problems, most=3)
    ctx.exit(2 if has_errors(rehearsed.problems) else 1 if _something_failed(rehearsed.document) else 0)


def _something_failed(document: Any) -> bool:
    states = ("failed", "missed", "unknown", "interrupted", "retry")
    return any(counts[state] for counts in document["deliveries"].values() for state in states)


def _length(rehearsed: Rehearsed, occurrence: Occurrence) -> str:
    recording = rehearsed.recordings.get(occurrence.key)
    return length_words(recording.duration_s) if recording else "–"


def _print(rehearsed: Rehearsed) -> None:
    """What airs where and when, what each SMS file holds, where everything lies, and how to begin in earnest."""
    document, station = rehearsed.document, rehearsed.site.station.name
    click.echo(say("rehearsal_title", station=station))
    show_week(rehearsed.site, rehearsed.occurrences, length=lambda each: _length(rehearsed, each))
    click.echo()
    if document["sms"]:
        show(batches(say("batches_title"), document["sms"]))
    confirmed = document["deliveries"]["loudspeaker"]["confirmed"]
    planned = rehearsed.deliveries
    airtime = length_words(document["airtime_s"])
    click.echo(say("rehearsal_summary", confirmed=confirmed, planned=planned, airtime=airtime))
    click.echo(say("rehearsal_where", out=rehearsed.out))
    click.echo(say("rehearsal_next", command=f"{sys.argv[0]} --site {shlex.quote(str(rehearsed.site.root))} run"))
