"""What lies ahead: the dated calendar of a site, what is known of each airing, and everything worth saying about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.app import has_store, open_store, require_usable, wall_clock
from pipeline.approval import Approvals
from pipeline.dispatch import expand_site
from pipeline.domain import Bulletin, Clock, Medium, Occurrence, Recording
from pipeline.errors import Problem, Severity
from pipeline.messages import say
from pipeline.production import Production
from pipeline.schedule import review
from pipeline.site import Site, load_site, stale

RUNNING_OUT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The dated calendar of a site with what is known of each airing and everything worth saying about it."""

    site: Site
    occurrences: tuple[Occurrence, ...]
    recordings: Mapping[tuple[str, str, datetime], Recording]
    problems: tuple[Problem, ...]


def look_ahead(root: Path, first: date | None, days: int, clock: Clock = wall_clock) -> Outlook:
    """Expand the files over `days` days from `first` (the station's today where None) and review what they make.

    Nothing is rendered or written; recordings and contact lists are looked up where a database exists.
    """
    site = load_site(root)
    require_usable(site)
    plan = expand_site(site, first or clock().astimezone(site.station.timezone).date(), days)
    recordings: dict[tuple[str, str, datetime], Recording] = {}
    lists: set[str] = set()
    refused = refusals(site, plan.occurrences, lambda _: "not_approved")
    if has_store(site.root):
        store = open_store(site.root)
        production, approvals = Production(site, store), Approvals(site, store)
        spoken = [each for each in plan.occurrences if each.medium is Medium.LOUDSPEAKER]
        recordings = {each.key: made for each in spoken if (made := production.find(each)) is not None}
        lists = set(store.contact_lists())
        refused = refusals(site, plan.occurrences, approvals.refusal)
        store.close()
    problems = [
        *site.problems,
        *plan.problems,
        *lists_missing(plan.occurrences, lists),
        *refused,
        *report_channels_running_out(site, plan.occurrences),
        *review_plan(site, plan.occurrences, recordings),
    ]
    return Outlook(site, plan.occurrences, recordings, tuple(problems))


def review_plan(
    site: Site, occurrences: Iterable[Occurrence], recordings: Mapping[tuple[str, str, datetime], Recording]
) -> list[Problem]:
    """What windows, limits and neighbours say of planned occurrences: warnings."""

    def length(occurrence: Occurrence) -> float | None:
        recording = recordings.get(occurrence.key)
        return recording.duration_s if recording else None

    return review(
        occurrences,
        programmes=site.programmes,
        windows=site.station.windows,
        limits=site.station.limits,
        lengths=length,
        zone=site.station.timezone,
        calendar=site.calendar,
    )


def lists_missing(occurrences: Iterable[Occurrence], known: Collection[str]) -> list[Problem]:
    """A warning for each contact list that a slot names and nobody has imported."""
    named = {name for each in occurrences if each.medium is Medium.SMS for name in each.targets}
    return [
        Problem("contact_list_missing", Severity.WARNING, params={"list": name}) for name in sorted(named - set(known))
    ]


def refusals(site: Site, occurrences: Iterable[Occurrence], refusal: Callable[[Bulletin], str]) -> list[Problem]:
    """A warning for each bulletin that is planned and would not be admitted today, by its reason."""
    named = sorted({name for each in occurrences for name in each.bulletins if name in site.bulletins})
    found = [(site.bulletins[name], refusal(site.bulletins[name])) for name in named]
    return [
        Problem("bulletin_held_back", Severity.WARNING, each.file, params={"bulletin": each.id, "reason": say(code)})
        for each, code in found
        if code
    ]


def report_channels_running_out(site: Site, occurrences: Iterable[Occurrence]) -> list[Problem]:
    """A warning for each place to report to that nobody will vouch for when a bulletin that names it is due.

    From 30 days before the limit of its last check; past it the bulletin is held back.
    """
    first_lost: dict[tuple[str, str], date] = {}
    for each in occurrences:
        day = each.start.date()
        for name in each.bulletins:
            if name in site.bulletins:
                for channel in stale(site, site.bulletins[name], day + RUNNING_OUT):
                    first_lost.setdefault((name, channel.id), channel.valid_until)
    return [
        Problem(
            "report_channel_runs_out",
            Severity.WARNING,
            site.bulletins[name].file,
            params={"bulletin": name, "channel": channel, "until": f"{until:%d/%m/%Y}"},
        )
        for (name, channel), until in sorted(first_lost.items())
    ]
