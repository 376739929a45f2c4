"""Which topics each commune is to hear in the coming weeks, and has heard in those that are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipeline.app import has_store, open_store, refusal_of, require_usable, wall_clock
from pipeline.dispatch import Refusal, expand_site, history_of
from pipeline.domain import Clock
from pipeline.errors import Problem
from pipeline.schedule import NO_HISTORY, OccurrenceKey, Verdict
from pipeline.schedule.coverage import Group, Hearing, Weeks, cover, weeks_from
from pipeline.site import Site, load_site

USUAL_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix by groups of communes served alike, and how promises are kept. `made_up`: what is drawn ahead."""

    site: Site
    weeks: Weeks
    groups: tuple[Group, ...]
    promises: tuple[Verdict, ...]
    made_up: Mapping[OccurrenceKey, tuple[str, ...]]
    problems: tuple[Problem, ...]
    held_back: Mapping[str, str] = field(default_factory=dict)  # topics of which nothing may be aired today: why

    def unwritten(self, verdict: Verdict) -> tuple[str, ...]:
        """Topics of a promise of which no bulletin tells; of one for all topics those of the catalogue."""
        if verdict.names_topics:
            return verdict.unwritten
        told = {each.topic for each in self.site.bulletins.values()}
        return tuple(each for each in self.site.topics if each not in told)


def look_at_coverage(root: Path, first: date | None, weeks: int | None, clock: Clock = wall_clock) -> Coverage:
    """The weeks from `first` on (the station's Monday where None), as many as the longest promise where none are named.

    Planned by the files and what was aired; heard by the station's log, where there is one.
    """
    site = load_site(root)
    require_usable(site)
    now = clock()
    today = now.astimezone(site.station.timezone).date()
    named = weeks_from(first or today - timedelta(days=today.weekday()), weeks or _longest(site))
    history, hearings = NO_HISTORY, list[Hearing]()
    held_back = _held_back(site, lambda _: "not_approved")
    if has_store(site.root):
        store = open_store(site.root)
        history = history_of(site, store, now)
        begin, end = (_midnight(day, site) for day in (named[0], named[-1] + timedelta(days=7)))
        hearings = [
            Hearing(
                row.start.astimezone(site.station.timezone).date(), row.area, row.cluster, row.bulletins, row.evidence
            )
            for row in store.as_run(begin, end)
        ]
        held_back = _held_back(site, refusal_of(site, store, lambda: today))
        store.close()
    plan = expand_site(site, named[0], 7 * len(named), history)
    holding = {area for each in site.clusters.values() if (area := each.area_on(named[0])) is not None}
    holding.update(area for each in plan.occurrences for area in each.areas)
    groups = cover(
        plan.occurrences,
        hearings,
        topics=list(site.topics),
        areas=[area for area in site.areas.by_id if area in holding],
        topic_of={each.id: each.topic for each in site.bulletins.values()},
        weeks=named,
    )
    return Coverage(
        site, named, tuple(groups), plan.promises, plan.made_up, (*site.problems, *plan.problems), held_back
    )


def _held_back(site: Site, refusal: Refusal) -> Mapping[str, str]:
    codes: dict[str, list[str]] = {}
    for each in site.bulletins.values():
        codes.setdefault(each.topic, []).append(refusal(each))
    return {topic: found[0] for topic, found in codes.items() if all(found)}


def _longest(site: Site) -> int:
    found = (getattr(slot.play, "within", 0) for programme in site.programmes for slot in programme.slots)
    return max(found, default=0) or USUAL_WEEKS


def _midnight(day: date, site: Site) -> datetime:
    return datetime.combine(day, time.min, site.station.timezone)
