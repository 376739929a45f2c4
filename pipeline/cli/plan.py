"""`loa plan`: the dated calendar that the programmes make, with all its consequences."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import has_errors, json_option, print_json, problem_facts, site_option
from pipeline.cli.times import LocalDay
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.domain import Occurrence
    from pipeline.outlook import Outlook


@click.command(help=say("help_plan"))
@click.option("--from", "first", type=LocalDay(), default=None, help=say("help_from"))
@click.option("--days", type=click.IntRange(1, 1000), default=7, show_default=True, help=say("help_days"))
@click.option("--sums", "with_sums", is_flag=True, help=say("help_sums"))
@site_option
@json_option
@click.pass_context
def plan(ctx: click.Context, first: date | None, days: int, with_sums: bool, root: Path, as_json: bool) -> None:
    from pipeline.outlook import look_ahead

    outlook = look_ahead(root, first, days)
    if as_json:
        print_json(document(outlook, with_sums=with_sums))
    else:
        _print(outlook, with_sums=with_sums)
    ctx.exit(2 if has_errors(outlook.problems) else 0)


def document(outlook: Outlook, *, with_sums: bool) -> dict[str, Any]:
    """The plan as machines read it; with its sums, what each airing is reckoned to take too."""
    found: dict[str, Any] = {
        "timezone": str(outlook.site.station.timezone),
        "occurrences": [_facts(outlook, each, with_sums) for each in outlook.occurrences],
        "problems": [problem_facts(problem) for problem in outlook.problems],
    }
    if with_sums:
        from pipeline.cli import sums
        from pipeline.outlook.sums import reckon

        found["sums"] = sums.document(outlook, reckon(outlook))
    return found


def _facts(outlook: Outlook, occurrence: Occurrence, with_sums: bool) -> dict[str, Any]:
    recording, reckoned = outlook.recordings.get(occurrence.key), outlook.reckoned.get(occurrence.key)
    facts = {
        "programme": occurrence.programme,
        "slot": occurrence.slot,
        "start": occurrence.start.isoformat(timespec="seconds"),
        "medium": occurrence.medium.value,
        "bulletins": list(occurrence.bulletins),
        "targets": len(occurrence.targets),
        "length_s": round(recording.duration_s, 1) if recording else None,
        "recording": recording.sha256 if recording else None,
    }
    if with_sums:
        facts["reckoned_s"] = round(reckoned.seconds, 1) if reckoned else None
    return facts


def _print(outlook: Outlook, *, with_sums: bool) -> None:
    """The week, what it costs and by which rules, and what to look at."""
    from pipeline.cli import sums, week
    from pipeline.cli.notes import Notes
    from pipeline.outlook.sums import reckon

    notes, found = Notes(outlook.remarks), reckon(outlook)
    days = sums.days_of(found)
    width = week.columns()
    for line in week.wrapped(say("plan_title", station=outlook.site.station.name), width):
        click.echo(line)
    week.show_week(
        outlook.site,
        outlook.occurrences,
        length=lambda each: sums.length_of(outlook, each),
        marks=lambda each: notes.marks(each.key),
        day_words=lambda day: sums.day_words(outlook, days[day]),
    )
    click.echo()
    for line in sums.footer(outlook):
        click.echo("\n".join(week.wrapped(line, width, "", "  ")))
    if with_sums:
        click.echo()
        click.echo("\n".join(sums.tables(outlook, found)))
    notes.print()
