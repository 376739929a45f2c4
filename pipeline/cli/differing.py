"""What differs between two calendars, in sentences an operator can check, and as machines read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import plain
from pipeline.cli.week import area_names, bulletin_title, columns, wrapped
from pipeline.cli.words import day_name
from pipeline.fields import duration_text
from pipeline.messages import say
from pipeline.schedule.comparison import UNNAMED, Kind

if TYPE_CHECKING:
    from pipeline.outlook.against import Against
    from pipeline.schedule.comparison import SlotDifference, Step
    from pipeline.site import Site

DAYS, NAMES, PLACES = 4, 6, 3  # named in one sentence
SECONDS = ("length", "late_by")


def show(site: Site, found: Against) -> None:
    """Print what differs, slot by slot."""
    width, site = columns(), found.kept or site
    for line in wrapped(_title(found), width):
        click.echo(line)
    if found.kept is not None:
        click.echo("\n".join(wrapped(say("diff_of_kept"), width)))
    if not found.differences:
        click.echo(say("diff_nothing"))
    for each in found.differences:
        click.echo("\n" + "\n".join(wrapped(_slot_title(each), width)))
        for group in each.groups:
            click.echo("\n".join(wrapped(sentence(site, group), width, "  ", "      ")))


def document(site: Site, found: Against) -> dict[str, Any]:
    """The differences as machines read them. `last_good`: those of the last good files: those there are broken."""
    site = found.kept or site
    return {
        "against": found.name,
        "since": found.since.isoformat(timespec="seconds"),
        "until": found.until.isoformat(timespec="seconds"),
        "last_good": found.kept is not None,
        "changes": [_facts(site, each, group) for each in found.differences for group in each.groups],
    }


def _facts(site: Site, of: SlotDifference, group: Sequence[Step]) -> dict[str, Any]:
    first = group[0]
    facts: dict[str, Any] = {
        "programme": of.slot[0],
        "slot": of.slot[1],
        "kind": first.kind.value,
        "starts": [_start(each).isoformat(timespec="seconds") for each in group],
    }
    if first.kind is Kind.MOVES:
        facts["to"] = [each.after.start.isoformat(timespec="seconds") for each in group if each.after]
    return {**facts, "gone": list(first.gone), "come": list(first.come), "message": sentence(site, group)}


def _title(found: Against) -> str:
    code = {"last-week": "diff_last_week", "running": "diff_running"}.get(found.name, "diff_kept")
    last = found.until - timedelta(microseconds=1)
    days = {"since": f"{found.since:%d/%m/%Y}", "until": f"{last:%d/%m/%Y}"}
    source = say("diff_by_rows" if found.rows else "diff_by_files") if code == "diff_last_week" else ""
    return say(code, file=found.name, source=source, **days)


def _slot_title(each: SlotDifference) -> str:
    title = each.groups[0][0].airing.title
    return f"{title} · {'/'.join(each.slot)}"


def sentence(site: Site, group: Sequence[Step]) -> str:
    """What a group of steps does: when, where, what."""
    place = _place(site, group)
    when = "; ".join(_moments(group))
    return plain(f"{when}{f', {place}' if place else ''}: {_what(site, group[0])}")


def _start(step: Step) -> datetime:
    return (step.before or step.airing).start


def _moments(group: Sequence[Step]) -> Iterator[str]:
    """The days, each with its times; the first few."""
    days = [(day, list(steps)) for day, steps in groupby(group, key=lambda each: _start(each).date())]
    for day, steps in days[:DAYS]:
        yield f"{day_name(day)} {', '.join(f'{_start(each):%H:%M}' for each in steps)}"
    if len(days) > DAYS:
        yield say("diff_more", count=sum(len(steps) for _, steps in days[DAYS:]))


def _place(site: Site, group: Sequence[Step]) -> str:
    names: dict[str, None] = {}
    for each in group:
        if UNNAMED not in each.airing.targets:
            names.update(dict.fromkeys(area_names(site, each.airing.targets, each.airing.start.date())))
    return ", ".join(names) if len(names) <= PLACES else say("areas_count", count=len(names))


def _what(site: Site, step: Step) -> str:
    if step.kind in (Kind.COMES, Kind.GOES, Kind.STAYS):
        return say(f"diff_{step.kind.value}", bulletins=_titles(site, step.airing.bulletins) or say("no_bulletins"))
    if step.kind is Kind.MOVES:
        return say("diff_moves", to=f"{step.airing.start:%H:%M}")
    if step.kind is Kind.SETTINGS:
        return ", ".join(_settings(step))
    if step.kind is Kind.TARGETS and step.before and UNNAMED in step.before.targets:
        return say("diff_count", gone=step.gone[0], come=step.come[0])
    sides = {name: _named(site, step, ids) for name, ids in (("gone", step.gone), ("come", step.come))}
    if step.kind is Kind.ORDER:
        return say("diff_order", come=sides["come"])
    way = "replaced" if step.gone and step.come else "added" if step.come else "dropped"
    return say(f"diff_{step.kind.value}_{way}", **sides)


def _titles(site: Site, names: Sequence[str]) -> str:
    return _listed([f"“{bulletin_title(site, each)}”" for each in names])


def _named(site: Site, step: Step, names: Sequence[str]) -> str:
    """Bulletins by title; clusters by name, many by their communes."""
    if step.kind is not Kind.TARGETS:
        return _titles(site, names)
    if len(names) > NAMES:
        return _listed(area_names(site, names, step.airing.start.date()))
    return _listed([site.clusters[each].name if each in site.clusters else each for each in names])


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMES
    return ", ".join(names[:NAMES]) + (f" +{more}" if more > 0 else "")


def _settings(step: Step) -> Iterator[str]:
    old = dict(each.split("=", 1) for each in step.gone)
    for name, value in (each.split("=", 1) for each in step.come):
        yield say(
            "diff_setting", name=say(f"setting_{name}"), gone=_value(name, old.get(name, "")), come=_value(name, value)
        )


def _value(name: str, value: str) -> str:
    if name in SECONDS and value:
        return duration_text(timedelta(seconds=float(value)))
    if name in ("priority", "medium"):
        return say(f"{name}_{value}")
    return value or "–"
