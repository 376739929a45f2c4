"""`loa plan`: the dated calendar that the programmes make."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import has_errors, json_option, print_json, print_problems, problem_facts, site_option
from pipeline.cli.tables import show_calendar
from pipeline.cli.times import LocalDay
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.domain import Occurrence
    from pipeline.outlook import Outlook


@click.command(help=say("help_plan"))
@click.option("--from", "first", type=LocalDay(), default=None, help=say("help_from"))
@click.option("--days", type=click.IntRange(1, 1000), default=7, show_default=True, help=say("help_days"))
@site_option
@json_option
@click.pass_context
def plan(ctx: click.Context, first: date | None, days: int, root: Path, as_json: bool) -> None:
    from pipeline.outlook import look_ahead

    outlook = look_ahead(root, first, days)
    if as_json:
        print_json(document(outlook))
    else:
        title = say("plan_title", station=outlook.site.station.name)
        show_calendar(title, outlook.site, outlook.occurrences, outlook.recordings)
        print_problems(outlook.problems, most=3)
    ctx.exit(2 if has_errors(outlook.problems) else 0)


def document(outlook: Outlook) -> dict[str, Any]:
    """The plan as machines read it."""
    return {
        "timezone": str(outlook.site.station.timezone),
        "occurrences": [_facts(outlook, each) for each in outlook.occurrences],
        "problems": [problem_facts(problem) for problem in outlook.problems],
    }


def _facts(outlook: Outlook, occurrence: Occurrence) -> dict[str, Any]:
    recording = outlook.recordings.get(occurrence.key)
    return {
        "programme": occurrence.programme,
        "slot": occurrence.slot,
        "start": occurrence.start.isoformat(timespec="seconds"),
        "medium": occurrence.medium.value,
        "bulletins": list(occurrence.bulletins),
        "targets": len(occurrence.targets),
        "length_s": round(recording.duration_s, 1) if recording else None,
        "recording": recording.sha256 if recording else None,
    }
