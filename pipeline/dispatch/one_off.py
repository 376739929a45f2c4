"""One bulletin outside all programmes: where it will sound, and why it may not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from pipeline.dispatch.admission import OUTSIDE, Admission, Refusal
from pipeline.domain import Bulletin, Medium, Occurrence
from pipeline.site import Site
from pipeline.store import ONE_OFF

LATE_BY, TEXT_LATE_BY = timedelta(minutes=15), timedelta(hours=2)


def draft(
    site: Site, bulletin: Bulletin, areas: Collection[str], start: datetime, *, repeat: int = 1, slot: str = ""
) -> Occurrence:
    """The occurrence of one bulletin for all clusters of these areas and beneath; `slot` is the request's number."""
    start = start.astimezone(site.station.timezone)
    found = site.clusters_in(areas, start.date())
    return Occurrence(
        programme=ONE_OFF,
        slot=slot,
        start=start,
        medium=Medium.LOUDSPEAKER,
        title=bulletin.title,
        bulletins=(bulletin.id,),
        targets=tuple(sorted(found)),
        areas=tuple(sorted(set(found.values()))),
        repeat=repeat,
        late_by=LATE_BY,
        priority=bulletin.priority,
    )


def draft_text(
    site: Site, bulletin: Bulletin, lists: Collection[str], areas: Collection[str], start: datetime
) -> Occurrence:
    """The occurrence of one bulletin by SMS to contact lists, narrowed to areas and beneath where any are given."""
    start = start.astimezone(site.station.timezone)
    return Occurrence(
        programme=ONE_OFF,
        slot="",
        start=start,
        medium=Medium.SMS,
        title=bulletin.title,
        bulletins=(bulletin.id,),
        targets=tuple(dict.fromkeys(lists)),
        areas=tuple(sorted(site.areas.beneath(areas, start.date()))) if areas else (),
        late_by=TEXT_LATE_BY,
        priority=bulletin.priority,
    )


def refused(site: Site, occurrence: Occurrence, refusal: Refusal) -> str:
    """Why it may not air at its start: the code of the bulletin or of the hour; an empty text where it may."""
    admission = Admission(site, refusal)
    code = admission.admit(occurrence, occurrence.start).code
    return code or (OUTSIDE if admission.is_planned_outside(occurrence) else "")
