"""What the files of a site say of its occurrences: when, where, over which way, in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.domain import Occurrence, Rotation
from pipeline.schedule import NO_HISTORY, History, Plan, expand
from pipeline.site import Site

if TYPE_CHECKING:
    from pipeline.store import Store

HORIZON = timedelta(days=8)
LOOK_BACK = timedelta(days=1)  # the longest lateness a slot may ask for


def expand_site(site: Site, first: date, days: int, history: History = NO_HISTORY) -> Plan:
    """Every occurrence of the site's programmes that starts on the `days` days from `first`.

    A pure expansion of the files and, where rotations promise something, of what was aired (`history`).
    """
    return expand(
        site.programmes,
        bulletins=site.bulletins,
        areas=site.areas,
        clusters=site.clusters,
        calendar=site.calendar,
        zone=site.station.timezone,
        first=first,
        days=days,
        closed=site.closed,
        history=history,
    )


def expand_around(site: Site, now: datetime, history: History = NO_HISTORY) -> Plan:
    """The occurrences of the files from yesterday to the horizon."""
    first = (now - LOOK_BACK).astimezone(site.station.timezone).date()
    return expand_site(site, first, (HORIZON + LOOK_BACK).days + 1, history)


def history_of(site: Site, store: Store, now: datetime) -> History:
    """What was aired in the longest window that a rotation of the site promises something for."""
    promising = {
        programme.id: play.within
        for programme in site.programmes
        for play in (slot.play for slot in programme.slots)
        if isinstance(play, Rotation) and play.within
    }
    if not promising:
        return NO_HISTORY
    return store.settled(promising, now - timedelta(weeks=max(promising.values())) - LOOK_BACK)


def ways(site: Site) -> Mapping[str, str]:
    """Cluster → channel."""
    return {cluster.id: cluster.channel for cluster in site.clusters.values()}


def places(site: Site) -> Callable[[datetime], Mapping[str, str]]:
    """Cluster → area, at a moment. Equal ones are the same object: the store hashes what many airings share once."""
    known: dict[object, Mapping[str, str]] = {}
    days: dict[date, Mapping[str, str]] = {}

    def at(moment: datetime) -> Mapping[str, str]:
        on = moment.astimezone(site.station.timezone).date()
        if on not in days:
            found = site.placed_on(on)
            days[on] = known.setdefault(tuple(found.items()), found)
        return days[on]

    return at


def sms_text(site: Site, occurrence: Occurrence) -> str:
    """The text of an SMS occurrence: the SMS of its bulletins, one below the other; empty where none has one."""
    bulletins = [site.bulletins[each] for each in occurrence.bulletins if each in site.bulletins]
    return "\n".join(bulletin.sms for bulletin in bulletins if bulletin.sms)
