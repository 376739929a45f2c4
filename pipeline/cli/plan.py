"""`loa plan`: the dated calendar that the programmes make, with all its consequences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from pipeline.cli.output import (
    has_errors,
    json_option,
    plain,
    print_json,
    print_problems,
    problem_facts,
    site_option,
)
from pipeline.cli.times import LocalDay
from pipeline.errors import Severity
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.domain import Occurrence
    from pipeline.outlook import Outlook
    from pipeline.outlook.against import Against


SHOWN = 6  # slots of one reason


@click.command(help=say("help_plan"))
@click.option("--from", "first", type=LocalDay(), default=None, help=say("help_from"))
@click.option("--days", type=click.IntRange(1, 1000), default=7, show_default=True, help=say("help_days"))
@click.option("--sums", "with_sums", is_flag=True, help=say("help_sums"))
@click.option("--diff", is_flag=True, help=say("help_diff"))
@click.option("--against", default=None, metavar="last-week|running|FILE", help=say("help_against"))
@click.option("--ics", type=click.Path(dir_okay=False, path_type=Path), default=None, help=say("help_ics"))
@click.option("--coverage", is_flag=True, help=say("help_coverage"))
@click.option("--weeks", type=click.IntRange(1, 104), default=None, help=say("help_weeks"))
@click.option(
    "--csv", "table", type=click.Path(dir_okay=False, path_type=Path), default=None, help=say("help_coverage_csv")
)
@site_option
@json_option
@click.pass_context
def plan(
    ctx: click.Context,
    first: date | None,
    days: int,
    with_sums: bool,
    diff: bool,
    against: str | None,
    ics: Path | None,
    coverage: bool,
    weeks: int | None,
    table: Path | None,
    root: Path,
    as_json: bool,
) -> None:
    from pipeline.outlook import look_ahead

    if coverage or weeks is not None or table is not None:
        ctx.exit(_cover(root, first, weeks, table, as_json=as_json))
    if against is not None:
        first, days = _days_of(ctx, root, against, first, days)
    outlook = look_ahead(root, first, days)
    found = _held_against(outlook, against) if diff or against else None
    if ics is not None:
        from pipeline.cli import event

        click.echo(plain(say("ics_written", count=event.write(outlook, ics), file=ics)), err=as_json)
    if as_json:
        print_json(document(outlook, with_sums=with_sums, found=found))
    elif found is None and ics is None:
        _print(outlook, with_sums=with_sums)
    else:
        _print_instead(outlook, found, with_sums=with_sums)
    ctx.exit(2 if has_errors(outlook.problems) else 0)


def _cover(root: Path, first: date | None, weeks: int | None, table: Path | None, *, as_json: bool) -> int:
    """Topics × communes × weeks instead of the calendar; the exit code."""
    from pipeline.cli import coverage
    from pipeline.outlook.coverage import look_at_coverage
    from pipeline.writing import writing

    found = look_at_coverage(root, first, weeks)
    if table is not None:
        with writing(table):
            coverage.write_csv(found, table)
    if as_json:
        print_json(coverage.document(found))
    else:
        for line in coverage.lines(found):
            click.echo(plain(line))
        print_problems(each for each in found.problems if each.severity is Severity.ERROR or "promise" in each.code)
    return 2 if has_errors(found.problems) else 0


def _days_of(ctx: click.Context, root: Path, other: str, first: date | None, days: int) -> tuple[date | None, int]:
    """The days asked for; those of a kept plan where nobody asked."""
    from pipeline.app import station_zone
    from pipeline.outlook.against import KNOWN, kept_days

    asked = any(ctx.get_parameter_source(name) is not ParameterSource.DEFAULT for name in ("first", "days"))
    kept = None if other in KNOWN else kept_days(Path(other), station_zone(root))
    return (first, days) if kept is None or asked else kept


def _held_against(outlook: Outlook, other: str | None) -> Against:
    from pipeline.outlook import against

    return against.against(outlook, other or against.default(outlook.site.root))


def document(outlook: Outlook, *, with_sums: bool = False, found: Against | None = None) -> dict[str, Any]:
    """The plan as machines read it; with its sums, what each airing is reckoned to take too."""
    facts: dict[str, Any] = {
        "timezone": str(outlook.site.station.timezone),
        "occurrences": [_facts(outlook, each, with_sums) for each in outlook.occurrences],
        "problems": [problem_facts(problem) for problem in outlook.problems],
    }
    if with_sums:
        from pipeline.cli import sums
        from pipeline.outlook.sums import reckon

        facts["sums"] = sums.document(outlook, reckon(outlook))
    if found is not None:
        from pipeline.cli import differing

        facts["difference"] = differing.document(outlook.site, found)
    return facts


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
    if lost := outlook.left_out.get(occurrence.key):
        facts["left_out"] = list(lost)  # planned, and yet not heard: its slot has no room
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
    for line in (say("plan_title", station=outlook.site.station.name), *_not_in_force(outlook)):
        click.echo("\n".join(week.wrapped(line, width)))
    week.show_week(
        outlook.site,
        outlook.occurrences,
        length=lambda each: sums.length_of(outlook, each),
        marks=lambda each: notes.marks(each.key),
        left_out=lambda each: outlook.left_out.get(each.key, ()),
        day_words=lambda day: sums.day_words(outlook, days[day]),
        silent=_days_off(outlook),
    )
    click.echo("" if outlook.occurrences else say("plan_empty"))
    for line in sums.footer(outlook):
        click.echo("\n".join(week.wrapped(line, width, "", "  ")))
    if with_sums:
        click.echo()
        click.echo("\n".join(sums.tables(outlook, found)))
    notes.print()


def _days_off(outlook: Outlook) -> Mapping[date, Sequence[str]]:
    """What the programmes leave out on purpose: a day of rest must not look like a forgotten one."""
    from pipeline.schedule.phases import Openings

    openings = Openings(outlook.site.calendar, outlook.site.closed)
    last = outlook.first + timedelta(days=min(outlook.days - 1, (date.max - outlook.first).days))
    found: dict[date, dict[str, list[str]]] = {}
    for programme in outlook.site.programmes:
        for slot in programme.slots:
            for day, why in openings.excepted(programme, slot, outlook.first, last):
                found.setdefault(day, {}).setdefault(why, []).append(f"{programme.id}/{slot.id}")
    return {
        day: [
            say(
                "plan_silent_day",
                slots=", ".join(slots[:SHOWN]) + (f" +{len(slots) - SHOWN}" if len(slots) > SHOWN else ""),
                why=why,
            )
            for why, slots in reasons.items()
        ]
        for day, reasons in found.items()
    }


def _not_in_force(outlook: Outlook) -> Iterator[str]:
    """Where the files hold errors: what the station goes by instead, and which programmes are missing."""
    if not has_errors(outlook.problems):
        return
    from pipeline.edits import in_force

    yield say("plan_not_in_force" if in_force(outlook.site) is not outlook.site else "plan_in_part")
    for each in outlook.site.silent:
        yield say("plan_silent_file", file=each.file, line=each.line)


def _print_instead(outlook: Outlook, found: Against | None, *, with_sums: bool) -> None:
    """Where something else than the week was asked for: only what is wrong with the files is told besides."""
    if found is not None:
        from pipeline.cli import differing

        differing.show(outlook.site, found)
    if with_sums:
        from pipeline.cli import sums
        from pipeline.outlook.sums import reckon

        click.echo("\n".join(["", *sums.tables(outlook, reckon(outlook))]))
    print_problems(each for each in outlook.problems if each.severity is Severity.ERROR)
