"""Topics × communes × weeks as people read it, as JSON and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.output import problem_facts
from pipeline.cli.week import columns, wrapped
from pipeline.domain import Evidence
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.outlook.coverage import Coverage
    from pipeline.schedule import Verdict
    from pipeline.schedule.coverage import Cell, Group

GAP, HEARD = "·", "✓"
FEW = 4  # groups that have a table of their own, and names in one sentence
WIDTH = 8  # of a week


def document(coverage: Coverage) -> dict[str, Any]:
    """The whole matrix: equal communes stand together, nothing is left out."""
    return {
        "timezone": str(coverage.site.station.timezone),
        "weeks": [{"first": f"{day}", "last": f"{day + timedelta(days=6)}"} for day in coverage.weeks],
        "topics": [{"id": each.id, "name": each.name} for each in coverage.site.topics.values()],
        "groups": [
            {
                "areas": list(group.areas),
                "topics": [
                    {
                        "topic": topic,
                        "planned": [cell.planned for cell in cells],
                        "heard": [{kind.value: count for kind, count in sorted(cell.heard.items())} for cell in cells],
                    }
                    for topic, cells in group.rows.items()
                ],
            }
            for group in coverage.groups
        ],
        "promises": [_promise(each) for each in coverage.promises],
        "make_ups": [
            {"programme": key[0], "slot": key[1], "start": key[2].isoformat(timespec="seconds"), "topics": list(topics)}
            for key, topics in sorted(coverage.made_up.items(), key=lambda each: (each[0][2], each[0]))
        ],
        "problems": [problem_facts(each) for each in coverage.problems],
    }


def _promise(verdict: Verdict) -> dict[str, Any]:
    remedy = verdict.remedy
    return {
        "programme": verdict.programme,
        "slots": list(verdict.slots),
        "weeks": verdict.weeks,
        "topics": list(verdict.topics),
        "kept": verdict.is_kept,
        "longest_days": verdict.longest_days,
        "best_days": verdict.best_days,
        "unkept": [
            {
                "areas": list(each.areas),
                "topic": each.topic,
                "since": each.since.isoformat(),
                "until": each.until.isoformat() if each.until else None,
            }
            for each in verdict.unkept
        ],
        "would_keep": remedy
        and {"needed": remedy.needed, "room": remedy.room, "count": remedy.count, "weeks": remedy.weeks},
    }


def write_csv(coverage: Coverage, path: Path) -> None:
    """One line a commune, topic and week, for a spreadsheet. OSError where the file cannot be written."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(
            ["area", "area_name", "topic", "topic_name", "week", "planned", *(each.value for each in _KINDS)]
        )
        for group in coverage.groups:
            for area in group.areas:
                name = _guarded(_name(coverage, area))
                for topic, cells in group.rows.items():
                    title = _guarded(coverage.site.topics[topic].name)
                    for day, cell in zip(coverage.weeks, cells, strict=True):
                        heard = (cell.heard.get(each, 0) for each in _KINDS)
                        table.writerow([area, name, topic, title, day.isoformat(), cell.planned, *heard])


_KINDS = tuple(each for each in Evidence if each not in (Evidence.NONE, Evidence.PROVIDER, Evidence.RETURN_FILE))


def _guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def lines(coverage: Coverage) -> Iterator[str]:
    """The matrix as wide as the terminal: a table a group, one of the least where there are many groups."""
    width = columns()
    yield from wrapped(say("coverage_title", station=coverage.site.station.name), width)
    if len(coverage.groups) <= FEW:
        for group in coverage.groups:
            yield from _table(coverage, say("coverage_of", areas=_named(coverage, group.areas)), [group], width)
    else:
        areas = sum(len(group.areas) for group in coverage.groups)
        yield from _table(coverage, say("coverage_least", count=areas), coverage.groups, width)
    yield ""
    yield from wrapped(say("coverage_signs", gap=GAP, heard=HEARD), width)
    for verdict in coverage.promises:
        yield from wrapped(_kept(verdict), width, "", "  ")
    for key, topics in sorted(coverage.made_up.items(), key=lambda each: (each[0][2], each[0])):
        facts = {"slot": f"{key[0]}/{key[1]}", "start": f"{key[2]:%d/%m %H:%M}", "topics": ", ".join(topics)}
        yield from wrapped(say("coverage_made_up", **facts), width, "", "  ")


def _kept(verdict: Verdict) -> str:
    facts = {
        "slot": f"{verdict.programme}/{', '.join(verdict.slots)}",
        "weeks": verdict.weeks,
        "topics": len(verdict.topics),
        "longest": verdict.longest_days,
        "best": verdict.best_days,
    }
    return say("coverage_kept" if verdict.is_kept else "coverage_not_kept", **facts)


def _table(coverage: Coverage, title: str, groups: Sequence[Group], width: int) -> Iterator[str]:
    shown = coverage.weeks[: max(1, (width - 30) // WIDTH)]
    room = width - WIDTH * len(shown)
    yield ""
    yield from wrapped(title, width)
    yield " " * room + "".join(f"{day:%d/%m}".rjust(WIDTH) for day in shown)
    for topic in coverage.site.topics.values():
        name = f"  {topic.id} {topic.name}"
        cut = name if len(name) < room else name[: room - 2] + "…"
        cells = (
            _cell([(len(each.areas), each.rows[topic.id][number]) for each in groups]) for number in range(len(shown))
        )
        yield cut.ljust(room) + "".join(cell.rjust(WIDTH) for cell in cells)
    if len(shown) < len(coverage.weeks):
        yield from wrapped(say("coverage_more_weeks", count=len(coverage.weeks) - len(shown)), width, "  ")


def _cell(cells: Sequence[tuple[int, Cell]]) -> str:
    """The least that any of the communes has; of gaps how many communes have them, where they are not all."""
    lacking = sum(count for count, cell in cells if cell.is_gap)
    if lacking:
        return GAP if len(cells) == 1 or lacking == sum(count for count, _ in cells) else f"{GAP}{lacking}"
    planned = min(cell.planned for _, cell in cells)
    heard = min(max(cell.heard.values(), default=0) for _, cell in cells)
    return f"{planned}{HEARD}{heard}" if heard else f"{planned}"


def _named(coverage: Coverage, areas: Sequence[str]) -> str:
    names = ", ".join(_name(coverage, area) for area in areas[:FEW])
    return names if len(areas) <= FEW else say("coverage_areas", names=names, count=len(areas) - FEW)


def _name(coverage: Coverage, area: str) -> str:
    found = coverage.site.areas.by_id.get(area)
    return found.name if found else area
