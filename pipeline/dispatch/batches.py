"""SMS batches as people steer them: how far each is and when it will end, and what one would be before it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.contacts import name_for
from pipeline.dispatch.admission import Refusal, windows_of
from pipeline.dispatch.calendar import LOOK_BACK, expand_site, sms_text
from pipeline.dispatch.expanding import Expanding
from pipeline.dispatch.one_off import refused
from pipeline.dispatch.wording import Wording, parts
from pipeline.domain import Medium, Occurrence, Priority, State
from pipeline.errors import ContentError, NotFoundError
from pipeline.site import Site
from pipeline.sms import NAME, Lettering, measure, places
from pipeline.store import BatchRow, DayLimit, Note, PlannedRow, Reached

if TYPE_CHECKING:
    from pipeline.store import Store

SHOWN = timedelta(days=2)  # a batch that began earlier is shown no more
AHEAD_DAYS = 9
ENOUGH = 5  # messages of the last minute from which a pace is read
SAMPLES = 3
LEFT = (State.PLANNED, State.RETRY, State.SENDING)
UNDER_WAY = ("running", "paused")
SENT = (State.ACCEPTED, State.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. `sent`: taken over; `unknown`: may have gone; `price_vnd` (VND) is of the first alone,
    `doubtful_vnd` of the second at most. `pace`: messages a second. `too_many`: what will not go before its time is
    over.
    """

    batch: PlannedRow
    status: str  # waiting | running | paused | done | cancelled | missed
    counts: dict[State, int]
    reasons: dict[str, int]
    sent: int
    left: int
    parts: int
    price_vnd: int
    pace: float | None = None
    ends: datetime | None = None
    deadline: datetime | None = None
    too_many: int = 0
    looking_up: bool = False  # its contacts are still being looked up: more will be left than that
    held: dict[str, int] = field(default_factory=dict)  # why what is tried again has not gone yet
    unknown: int = 0
    doubtful_vnd: int = 0


@dataclass(frozen=True, slots=True)
class Variant:
    """What a text costs in one lettering. `worst`: parts of the dearest message; `segments`: of all together."""

    lettering: Lettering
    encoding: str
    worst: int
    segments: int
    price_vnd: int
    example: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would go out: to whom, what, when, how much. `code`: why it would not go."""

    occurrence: Occurrence
    row: int | None
    reached: tuple[Reached, ...]
    left_alone: int
    doubled: int
    samples: tuple[str, ...] = field(repr=False)  # E.164 digits: to be masked
    lettering: Lettering
    variants: tuple[Variant, ...]
    fields: tuple[str, ...]
    pace: float | None
    begins: datetime
    ends: datetime | None
    code: str = ""
    withheld: int = 0

    @property
    def recipients(self) -> int:
        return sum(each.count for each in self.reached if not each.withheld)


class Batches:
    """The SMS of one site, seen by its database."""

    def __init__(self, site: Site, store: Store, refusal: Refusal) -> None:
        self.site, self.store, self.refusal = site, store, refusal
        self.wording = Wording(site)
        self._expanding = Expanding(site, store, lambda rows, now, channel: [], lambda row, code, now: None)

    # --- people who steer ---------------------------------------------------------------------------------------------

    def find(self, name: str, now: datetime, *, paused: bool | None = None) -> PlannedRow:
        """A batch by its number, or `programme/slot` where only one is near; NotFoundError, ContentError.

        `paused`: of several near ones only those that are, or are not.
        """
        if name.isdecimal():
            return self._numbered(name)
        near = self.store.batches(now - SHOWN, now + SHOWN, now)
        found = [each.row for each in near if f"{each.row.occurrence.programme}/{each.row.occurrence.slot}" == name]
        found = [each for each in found if each.cancelled_at is None and each.occurrence.too_late >= now] or found
        if paused is not None:
            found = [each for each in found if (each.paused_at is not None) is paused] or found
        if not found:
            raise NotFoundError("batch_unknown", batch=name)
        if len(found) > 1:
            raise ContentError("batch_ambiguous", batch=name, numbers=", ".join(map(self._dated, found)))
        return found[0]

    def _dated(self, row: PlannedRow) -> str:
        return f"{row.id} ({row.occurrence.start.astimezone(self.site.station.timezone):%H:%M %d/%m})"

    def _numbered(self, name: str) -> PlannedRow:
        try:
            row = self.store.occurrence(int(name))
        except (NotFoundError, OverflowError):
            raise NotFoundError("batch_unknown", batch=name) from None
        if row.occurrence.medium is not Medium.SMS:
            raise ContentError("batch_not_sms", batch=name)
        return row

    def pause(self, name: str, actor: str, now: datetime) -> PlannedRow:
        """Stop a batch within what one call is sending; it keeps its time: too late stays too late."""
        row = self.find(name, now, paused=False)
        return self.store.pause_batch(row.id, _deed(actor, "sms_pause", row), now)

    def resume(self, name: str, actor: str, now: datetime) -> PlannedRow:
        """Let a paused batch go on where it stopped."""
        row = self.find(name, now, paused=True)
        return self.store.resume_batch(row.id, _deed(actor, "sms_resume", row), now)

    def cancel(self, name: str, actor: str, now: datetime) -> tuple[PlannedRow, int]:
        """Call a batch off for good; how many will not be sent. Who got no other for its sake gets one after all."""
        row = self.find(name, now)
        count = self.store.cancel_batch(row.id, _deed(actor, "sms_cancel", row), now)
        self.store.reach_again(self._expanding.day_limit(now), now)
        return row, count

    # --- how far it is ------------------------------------------------------------------------------------------------

    def progress(self, now: datetime) -> list[Progress]:
        """Batches of the last and next two days, by start."""
        return [self._progress(each, now) for each in self.store.batches(now - SHOWN, now + LOOK_BACK, now)]

    def under_way(self, now: datetime) -> list[Progress]:
        """Those of which something is still to go, by start."""
        return [each for each in self.progress(now) if each.status in UNDER_WAY and each.left and _in_time(each, now)]

    def never_sent(self, now: datetime) -> list[Progress]:
        """Those of which nobody was sent anything, as a whole."""
        return [each for each in self.progress(now) if each.status == "missed" and not each.counts]

    def progress_of(self, row: int, now: datetime) -> Progress:
        """One batch, whenever it is; NotFoundError."""
        start = self.store.occurrence(row).occurrence.start
        near = self.store.batches(start, start + timedelta(microseconds=1), now)
        return next(self._progress(each, now) for each in near if each.row.id == row)

    def _progress(self, batch: BatchRow, now: datetime) -> Progress:
        row, occurrence = batch.row, batch.row.occurrence
        left = sum(batch.counts.get(state, 0) for state in LEFT)
        if not batch.counts and row.paused_at is not None and row.missed_at is None:
            left = self._recipients(occurrence, row.id, now)
        price = self._price(occurrence.targets)
        found = Progress(
            batch=row,
            status=_status(batch, left),
            counts=dict(batch.counts),
            reasons=self._reasons(batch),
            sent=sum(batch.counts.get(state, 0) for state in SENT),
            left=left,
            parts=batch.parts,
            price_vnd=batch.parts * price,
            looking_up=row.expanded_at is None and bool(batch.counts),
            held=dict(batch.held),
            unknown=batch.counts.get(State.UNKNOWN, 0),
            doubtful_vnd=batch.doubtful_parts * price,
        )
        return self._forecast(found, batch, now) if found.status in ("running", "paused") and left else found

    def _reasons(self, batch: BatchRow) -> dict[str, int]:
        """Deliveries by the code they carry; of a batch that never came to any, whom it would have gone to."""
        row = batch.row
        if batch.counts or not row.code or row.paused_at is not None:
            return dict(batch.reasons)
        found = self.store.reached(row.occurrence.targets, row.occurrence.areas, limit=None, occurrence=row.id)
        return {row.code: sum(each.count for each in found)}

    def _recipients(self, occurrence: Occurrence, row: int | None, now: datetime) -> int:
        """How many it would go to, were its contacts looked up now."""
        found = self.store.reached(
            occurrence.targets, occurrence.areas, limit=self._limit(occurrence, now), occurrence=row
        )
        return sum(each.count for each in found if not each.withheld)

    def _limit(self, occurrence: Occurrence, now: datetime) -> DayLimit | None:
        urgent = occurrence.priority is Priority.EMERGENCY
        return None if urgent else self._expanding.day_limit(max(now, occurrence.start))

    def _forecast(self, found: Progress, batch: BatchRow, now: datetime) -> Progress:
        occurrence = found.batch.occurrence
        pace: float | None = self._rate(occurrence.targets) or None
        if batch.recent >= ENOUGH and batch.recent_since is not None and found.status == "running":
            pace = batch.recent / max(1.0, (now - batch.recent_since).total_seconds())
        deadline = self._deadline(occurrence, now)
        if pace is None:
            return replace(found, deadline=deadline)
        ends = now + timedelta(seconds=found.left / pace)
        in_time = int(pace * max(0.0, (deadline - now).total_seconds()))
        return replace(found, pace=pace, ends=ends, deadline=deadline, too_many=max(0, found.left - in_time))

    def _deadline(self, occurrence: Occurrence, now: datetime) -> datetime:
        windows = windows_of(self.site, occurrence)
        closes = windows.closes(now.astimezone(self.site.station.timezone)) if windows else None
        return occurrence.too_late if closes is None else min(occurrence.too_late, closes)

    # --- what it would be ---------------------------------------------------------------------------------------------

    def try_out_named(self, name: str, now: datetime) -> DryRun:
        """The same for a batch by its number, or the next `programme/slot` of the files."""
        if name.isdecimal():
            row = self.find(name, now)
            return self.try_out(row.occurrence, now, row.id)
        planned = expand_site(self.site, now.astimezone(self.site.station.timezone).date() - LOOK_BACK, AHEAD_DAYS)
        coming = [each for each in planned.occurrences if each.too_late >= now and name in _names(each)]
        if not coming:
            raise NotFoundError("batch_unknown", batch=name)
        rows = {each.row.occurrence.key: each.row.id for each in self.store.batches(now - SHOWN, now + SHOWN, now)}
        first = coming[0]
        return self.try_out(first, now, rows.get((first.programme, first.slot, first.start.astimezone(UTC))))

    def try_out(self, occurrence: Occurrence, now: datetime, row: int | None = None) -> DryRun:
        """What an SMS occurrence would send if it were expanded now; nothing is written, nothing leaves."""
        if occurrence.medium is not Medium.SMS:
            raise ContentError("batch_not_sms", batch=f"{occurrence.programme}/{occurrence.slot}")
        limit = self._limit(occurrence, now)
        lists, areas = occurrence.targets, occurrence.areas
        people = self.store.reached(lists, areas, limit=limit, occurrence=row)
        text = sms_text(self.site, occurrence)
        lettering = self.wording.lettering(occurrence.priority)
        named = NAME in places(text)
        going = [each for each in people if not each.withheld]
        addressed: Counter[tuple[str, str, str]] = Counter()
        if named:
            for contact in self.store.reached_contacts(lists, areas, limit=limit, occurrence=row):
                addressed[contact.list, contact.area, contact.name] += 1
        else:
            addressed.update({(each.list, each.area, ""): each.count for each in going})
        variants = [self._variant(text, each, addressed, lists) for each in Lettering] if text else []
        pace = self._rate(lists) or None
        begins = max(now, occurrence.start)
        count = sum(each.count for each in going)
        code = refused(self.site, occurrence, self.refusal) or ("" if text else "bulletin_without_sms")
        return DryRun(
            occurrence=occurrence,
            row=row,
            reached=tuple(people),
            left_alone=self.store.unwelcome_in(lists, areas),
            doubled=self.store.doubled_in(lists, areas),
            samples=self._samples(lists, areas, limit, row),
            lettering=lettering,
            variants=tuple(variants),
            fields=tuple(each for each in places(text) if each in self.wording.fields),
            pace=pace,
            begins=begins,
            ends=begins + timedelta(seconds=count / pace) if pace else None,
            code=code or ("" if count else "no_contacts"),
            withheld=sum(each.count for each in people if each.withheld),
        )

    def _samples(
        self, lists: Sequence[str], areas: Sequence[str], limit: DayLimit | None, row: int | None
    ) -> tuple[str, ...]:
        some = islice(self.store.reached_contacts(lists, areas, limit=limit, occurrence=row), SAMPLES)
        return tuple(each.phone for each in some)

    def _variant(
        self, text: str, lettering: Lettering, addressed: Counter[tuple[str, str, str]], lists: Sequence[str]
    ) -> Variant:
        ways, prices = self._expanding.ways(tuple(lists)), 0
        worst, dearest, segments = 0, "", 0
        shown = self.wording.worded(text, lettering, next(iter(ways.values()), ""), {})
        for (name, area, person), count in addressed.items():
            channel = ways.get(name, "")
            words = self.wording.worded(text, lettering, channel, {"name": person, "area": area})
            taken = parts(words)
            segments += taken * count
            prices += taken * count * self._price_of(channel)
            if taken > worst or not dearest:
                worst, dearest = taken, words
                shown = self.wording.worded(
                    text, lettering, channel, {"name": name_for(person) and f"{person[0]}***", "area": area}
                )
        measured = measure(dearest or shown)
        return Variant(lettering, measured.encoding, worst or measured.segments, segments, prices, shown)

    # --- ways out -----------------------------------------------------------------------------------------------------

    def _rate(self, lists: Iterable[str]) -> float:
        """Messages a second that the ways out of these lists take together; 0 where nothing is known."""
        rates = {channel: self._setting(channel, "rate") for channel in self._expanding.ways(tuple(lists)).values()}
        return float(sum(rates.values())) if all(rates.values()) else 0.0

    def _price(self, lists: Iterable[str]) -> int:
        """VND a part; the dearest where lists go out by several ways."""
        return max((self._price_of(each) for each in self._expanding.ways(tuple(lists)).values()), default=0)

    def _price_of(self, channel: str) -> int:
        return self._setting(channel, "price_per_part")

    def _setting(self, channel: str, name: str) -> int:
        settings = self.site.channels.get(channel)
        return int(settings.values.get(name, 0)) if settings is not None else 0


def _status(batch: BatchRow, left: int) -> str:
    row = batch.row
    if row.cancelled_at is not None:
        return "cancelled"
    if row.missed_at is not None:
        return "missed"
    if row.paused_at is not None:
        return "paused"
    if row.expanded_at is None and not batch.counts:
        return "waiting"
    return "running" if left else "done"


def _in_time(found: Progress, now: datetime) -> bool:
    return found.batch.occurrence.too_late >= now or found.status == "running"


def _names(occurrence: Occurrence) -> tuple[str, str]:
    return occurrence.programme, f"{occurrence.programme}/{occurrence.slot}"


def _deed(actor: str, action: str, row: PlannedRow) -> Note:
    occurrence = row.occurrence
    subject = f"{occurrence.programme}/{occurrence.slot}"
    return Note(actor, action, subject, {"batch": row.id, "start": occurrence.start.isoformat()})
