"""What the files of a site say of its occurrences: when, where, over which way, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from pipeline.domain import Occurrence
from pipeline.schedule import Plan, expand
from pipeline.site import Site

HORIZON = timedelta(days=8)
LOOK_BACK = timedelta(days=1)  # the longest lateness a slot may ask for


def expand_site(site: Site, first: date, days: int) -> Plan:
    """Every occurrence of the site's programmes that starts on the `days` days from `first`: a pure expansion."""
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
    )


def expand_around(site: Site, now: datetime) -> Plan:
    """The occurrences of the files from yesterday to the horizon."""
    first = (now - LOOK_BACK).astimezone(site.station.timezone).date()
    return expand_site(site, first, (HORIZON + LOOK_BACK).days + 1)


def ways(site: Site) -> Mapping[str, str]:
    """Cluster → channel."""
    return {cluster.id: cluster.channel for cluster in site.clusters.values()}


def places(site: Site) -> Mapping[str, str]:
    """Cluster → area."""
    return {cluster.id: cluster.area for cluster in site.clusters.values()}


def sms_text(site: Site, occurrence: Occurrence) -> str:
    """The text of an SMS occurrence: the SMS of its bulletins, one below the other; empty where none has one."""
    bulletins = [site.bulletins[each] for each in occurrence.bulletins if each in site.bulletins]
    return "\n".join(bulletin.sms for bulletin in bulletins if bulletin.sms)
