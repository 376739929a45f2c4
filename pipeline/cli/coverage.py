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
        "promises": [_promise(coverage, each) for each in coverage.promises],
        "make_ups": [
            {"programme": key[0], "slot": key[1], "start": key[2].isoformat(timespec="seconds"), "topics": list(topics)}
            for key, topics in sorted(coverage.made_up.items(), key=lambda each: (each[0][2], each[0]))
        ],
        "problems": [problem_facts(each) for each in coverage.problems],
    }


def _promise(coverage: Coverage, verdict: Verdict) -> dict[str, Any]:
    """`kept` says what the plan does: what is `held_back`, no plan can make heard."""
    remedy = verdict.remedy
    return {
        "programme": verdict.programme,
        "slots": list(verdict.slots),
        "weeks": verdict.weeks,
        "topics": list(verdict.topics),
        "kept": verdict.is_kept,
        "unwritten": list(coverage.unwritten(verdict)),
        "gone": {topic: day.isoformat() for topic, day in verdict.gone.items()},
        "short": [
            {"first": each.first.isoformat(), "last": each.last.isoformat(), "unheard": list(each.unheard)}
            for each in verdict.short
        ],
        "held_back": {topic: coverage.held_back[topic] for topic in verdict.topics if topic in coverage.held_back},
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
        yield from wrapped(_kept(coverage, verdict), width, "", "  ")
        for line in _unheard(coverage, verdict):
            yield from wrapped(line, width, "  ", "    ")
    for key, topics in sorted(coverage.made_up.items(), key=lambda each: (each[0][2], each[0])):
        facts = {"slot": f"{key[0]}/{key[1]}", "start": f"{key[2]:%d/%m %H:%M}", "topics": ", ".join(topics)}
        yield from wrapped(say("coverage_made_up", **facts), width, "", "  ")


def _kept(coverage: Coverage, verdict: Verdict) -> str:
    lost = {*verdict.gone, *verdict.unwritten, *(each.topic for each in verdict.unkept)}
    lost.update(*(each.unheard for each in verdict.short))
    total, left = len(verdict.topics), len(verdict.topics) - len(lost)
    about = say("coverage_topics_some" if lost else "coverage_topics_all", topics=left, total=total)
    longest = say("coverage_longest", longest=verdict.longest_days)
    if verdict.best_days:
        longest += " " + say("coverage_best", best=verdict.best_days)
    code = "coverage_kept" if verdict.is_kept else "coverage_not_kept"
    if verdict.is_kept and coverage.held_back.keys() & set(verdict.topics):
        code = "coverage_kept_once_admitted"
    slot = f"{verdict.programme}/{', '.join(verdict.slots)}"
    return say(code, slot=slot, weeks=verdict.weeks, about=about, longest=longest)


def _unheard(coverage: Coverage, verdict: Verdict) -> Iterator[str]:
    """The topics that nobody hears, and why."""
    if unwritten := coverage.unwritten(verdict):
        yield say("coverage_topics_unwritten", topics=", ".join(unwritten))
    if verdict.gone:
        named = (f"{topic} ({day:%d/%m/%Y})" for topic, day in verdict.gone.items())
        yield say("coverage_topics_gone", topics=", ".join(named))
    for each in verdict.short:
        days = {"since": f"{each.first:%d/%m/%Y}", "until": f"{each.last:%d/%m/%Y}"}
        room = {"heard": each.heard, "total": each.heard + len(each.unheard)}
        yield say("coverage_span_short", topics=", ".join(each.unheard), **days, **room)
    reasons: dict[str, list[str]] = {}
    for topic in verdict.topics:
        if topic in coverage.held_back:
            reasons.setdefault(coverage.held_back[topic], []).append(topic)
    for code, topics in reasons.items():
        yield say("coverage_not_admitted", topics=", ".join(topics), reason=say(code))


def _table(coverage: Coverage, title: str, groups: Sequence[Group], width: int) -> Iterator[str]:
    shown = coverage.weeks[: max(1, (width - 30) // WIDTH)]
    room = width - WIDTH * len(shown)
    yield ""
    yield from wrapped(title, width)
    yield " " * room + "".join(f"{day:%d/%m}".rjust(WIDTH) for day in shown)
    silent = [
        each for each in coverage.site.topics if all(cell.is_gap for group in groups for cell in group.rows[each])
    ]
    for topic in coverage.site.topics.values():
        if topic.id in silent:
            continue
        name = f"  {topic.id} {topic.name}"
        cut = name if len(name) < room else name[: room - 2] + "…"
        cells = (
            _cell([(len(each.areas), each.rows[topic.id][number]) for each in groups]) for number in range(len(shown))
        )
        yield cut.ljust(room) + "".join(cell.rjust(WIDTH) for cell in cells)
    if silent:
        facts = {"count": len(silent), "weeks": len(coverage.weeks), "topics": ", ".join(silent)}
        yield from wrapped(say("coverage_silent", **facts), width, "  ", "    ")
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
