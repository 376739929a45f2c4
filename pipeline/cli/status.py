"""`loa status`: now, next, last, problems."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from pipeline.cli.output import json_option, print_json, site_option
from pipeline.domain import Medium
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.doctor.status import Line, Status
    from pipeline.doctor.urgency import Trouble
    from pipeline.store import Notice

MOST_PROBLEMS = 3
MOST_BATCHES = 2


@click.command(help=say("help_status"))
@click.option("--all", "everything", is_flag=True, help=say("help_status_all"))
@site_option
@json_option
def status(root: Path, everything: bool, as_json: bool) -> None:
    from pipeline.doctor.status import survey

    found = survey(root)
    if as_json:
        print_json(document(found))
        return
    for line in _all_lines(found) if everything else _lines(found):
        click.echo(line)


def document(found: Status) -> dict[str, Any]:
    """The status as machines read it."""
    from pipeline.cli.sms_batches import progress_facts

    zone = found.zone
    media = {
        medium.value: {
            "now": [_facts(each, zone) for each in of.now],
            "next": _facts(of.next, zone) if of.next else None,
            "last": _facts(of.last, zone) if of.last else None,
        }
        for medium, of in found.media.items()
    }
    return {
        "station": found.station,
        "at": found.at.isoformat(timespec="seconds"),
        "running": found.running,
        "media": media,
        **({"receivers": asdict(found.receivers)} if found.receivers else {}),
        "sms_batches": [progress_facts(each, found.zone) for each in found.texts],
        "problems": [_problem(each) for each in found.problems],
    }


def _facts(line: Line, zone: Any) -> dict[str, Any]:
    occurrence = line.occurrence
    return {
        "programme": occurrence.programme,
        "slot": occurrence.slot,
        "title": occurrence.title,
        "start": occurrence.start.astimezone(zone).isoformat(timespec="seconds"),
        "targets": len(occurrence.targets),
        "deliveries": {state.value: count for state, count in line.counts.items()},
        "code": line.code,
        "voices": list(line.voices),
    }


def _problem(notice: Notice) -> dict[str, Any]:
    from pipeline.telling.words import sentence

    message, hint = sentence(notice)
    times = {"first": notice.first_at, "last": notice.last_at, "told": notice.told_at}
    return {
        "code": notice.code,
        "subject": notice.subject,
        "message": message,
        "hint": hint,
        "count": notice.count,
        **{name: moment.isoformat(timespec="seconds") if moment else None for name, moment in times.items()},
    }


def _lines(found: Status) -> list[str]:
    """Never more than ten."""
    running = say("status_running" if found.running else "status_stopped")
    lines = [say("status_title", station=found.station, at=f"{found.at:%H:%M %d/%m/%Y}", running=running)]
    for medium, of in found.media.items():
        name = say(f"medium_{medium.value}")
        sounding = "; ".join(_now(found, medium)) or say("status_nothing")
        lines.append(f"{name:<8} {say('status_now')}: {sounding}")
        for word, line in (("status_next", of.next), ("status_last", of.last)):
            lines.append(f"{'':<8} {say(word)}: {_words(line, found.zone)}")
    receivers = _receiver_lines(found)
    return [*lines, *receivers, *_problem_lines(found, MOST_PROBLEMS - len(receivers))]


def _receiver_lines(found: Status) -> list[str]:
    receivers = found.receivers
    if receivers is None:
        return []
    unordered = f"; {say('speakers_status_unordered', count=receivers.unordered)}" if receivers.unordered else ""
    return [say("speakers_status", **asdict(receivers)) + unordered]


def _now(found: Status, medium: Medium) -> list[str]:
    """What is on the air; of SMS how far each batch is, the urgent and the oldest first."""
    from pipeline.cli.sms_batches import forecast_words

    batches = [each.batch.occurrence.key for each in found.texts]
    told = [forecast_words(each, found.zone) for each in found.texts[:MOST_BATCHES]] if medium is Medium.SMS else []
    return [*told, *(each.occurrence.title for each in found.media[medium].now if each.occurrence.key not in batches)]


def _problem_lines(found: Status, most: int = MOST_PROBLEMS) -> list[str]:
    """A station that does not run is trouble by itself: nobody has looked for any other."""
    stopped = _nobody_watches(found)
    if not found.problems:
        return stopped or [say("status_no_problems")]
    from pipeline.doctor.urgency import folded

    troubles = folded(found.problems)
    told = [_folded_line(each) for each in troubles[: max(0, most - 1 - len(stopped))]]
    left = len(found.problems) > len(told)
    return [*stopped, say("status_problems_more" if left else "status_problems", count=len(found.problems)), *told]


def _nobody_watches(found: Status) -> list[str]:
    return [] if found.running else [say("status_nobody_watches")]


def _folded_line(trouble: Trouble) -> str:
    more = f" {say('status_more_of_kind', count=trouble.more)}" if trouble.more else ""
    return f"  • {_problem(trouble.notice)['message']}{more}"


def _all_lines(found: Status) -> list[str]:
    """Every problem with what to do, the soonest first."""
    if not found.problems:
        return [*_lines(found)[:1], *_problem_lines(found)]
    lines = [*_lines(found)[:1], *_nobody_watches(found), say("status_problems", count=len(found.problems))]
    said = map(_problem, found.problems)
    return [*lines, *(f"  • {each['message']}" + (f"\n    → {each['hint']}" if each["hint"] else "") for each in said)]


def _words(line: Line | None, zone: ZoneInfo | Any) -> str:
    if line is None:
        return say("status_nothing")
    counts = ", ".join(f"{count} {say(f'state_{state.value}')}" for state, count in line.counts.items())
    start = f"{line.occurrence.start.astimezone(zone):%H:%M %d/%m}"
    what = ", ".join(filter(None, (counts or (say(line.code) if line.code else ""), *line.voices)))
    return f"{start} {line.occurrence.title}" + (f" ({what})" if what else "")
