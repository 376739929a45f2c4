"""The desk: one station's deliveries from PLANNED to their end.

Each public method is a tick: idempotent, to be called at any moment by the clock, a rehearsal or a person, from several
threads at once.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from pipeline.channels import Channel, Confirms
from pipeline.dispatch import calendar
from pipeline.dispatch.admission import OUTSIDE, Admission, Refusal, nothing_refused
from pipeline.dispatch.calendar import HORIZON, LOOK_BACK
from pipeline.dispatch.orders import FindRecording, HandOver, Orders, Trouble
from pipeline.dispatch.precedence import Precedence, Ready, Span
from pipeline.dispatch.stopping import ANSWER_WITHIN, SEND, STOP, Stopped, Stopping
from pipeline.domain import (
    AudioContent,
    Evidence,
    Medium,
    Occurrence,
    Priority,
    Receipt,
    Recording,
    State,
)
from pipeline.errors import LoaError, Outcome, SendError
from pipeline.schedule import Plan
from pipeline.site import Site
from pipeline.store import Claimed, PlanChange, PlannedRow, Store

LOG = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
RETRY_AFTER = timedelta(seconds=15)
URGENT_RETRY_AFTER = timedelta(seconds=1)
URGENT_PATIENCE_S = 1.0  # the urgent lane waits so long for a channel, then leaves it to its thread

AFTER_FAILED_CALL: Mapping[Outcome, State] = {
    Outcome.NOT_SENT: State.RETRY,
    Outcome.UNKNOWN: State.UNKNOWN,
    Outcome.REFUSED: State.FAILED,
}

FALLBACK_WITHHELD = "fallback_withheld"
NOTHING_READY = {Medium.LOUDSPEAKER: "not_produced", Medium.SMS: "bulletin_without_sms"}
TROUBLED = frozenset({State.FAILED, State.MISSED, State.INTERRUPTED, State.UNKNOWN, State.RETRY})
DEVICE_BUSY, CLUSTER_BUSY = "device_busy", "cluster_busy"


class Dispatch:
    """The desk of one station: plans rows, hands orders to channels, writes down what they say.

    `refusal`: why a bulletin may not air now, if so (None: everything may, as in a rehearsal).
    `hand_over`: in which file a channel gets a recording. `fallback_from`: the priority from which an airing may go out
    by a fallback voice.
    """

    def __init__(
        self,
        site: Site,
        store: Store,
        find: FindRecording,
        channels: Mapping[str, Channel],
        *,
        refusal: Refusal | None = None,
        hand_over: HandOver = lambda recording, _: recording,
        fallback_from: Priority = Priority.ROUTINE,
    ) -> None:
        self.site, self.store, self.find, self.channels = site, store, find, channels
        self.refusal: Refusal = refusal or nothing_refused
        self.hand_over, self.fallback_from = hand_over, fallback_from
        self.troubles: list[Trouble] = []
        self.left_out: dict[str, str] = {}  # bulletins that airings went without, and why
        self._precedence = Precedence(store, self._record)
        self._orders = Orders(site, store, self._precedence)
        self._stopping = Stopping(store, channels, self._record)
        self._stops: list[Collection[str] | None] = []  # what a send that was under way meanwhile has to respect
        self._urgent: dict[str, threading.Thread] = {}
        self._told_urgent: set[int] = set()

    # --- the ticks ----------------------------------------------------------------------------------------------------

    def plan(self, now: datetime) -> PlanChange:
        """Bring the rows of the next days in line with the files, and of the last hours what is still useful."""
        self.sweep(now)
        occurrences = [
            each for each in self.expand(now).occurrences if now <= each.too_late and each.start < now + HORIZON
        ]
        ways, places = calendar.ways(self.site), calendar.places(self.site)
        return self.store.upsert_plan(
            occurrences, ways, since=now - LOOK_BACK, until=now + HORIZON, now=now, areas=places
        )

    def send_due(self, now: datetime, medium: Medium | None = None) -> None:
        """Hand over everything whose moment has come; nothing of it twice, nothing late in silence.

        `medium`: only what goes out this way, so that each can have a lane of its own.
        """
        if medium is not Medium.SMS:  # once is enough where each medium has a lane
            self.sweep(now)
        if medium is not Medium.LOUDSPEAKER:
            self._expand_texts(now, Priority.ROUTINE)
        for channel in self.channels.values():
            if medium in (None, channel.medium):
                self._serve(channel, now)

    def send_urgent(self, now: datetime) -> None:
        """Hand over what is EMERGENCY; cheap where nothing is, and waits for no channel that is slow."""
        longest = max((channel.lead for channel in self.channels.values()), default=timedelta(0))
        if not self.store.urgent_due(now, longest):
            return
        self._expand_texts(now, Priority.EMERGENCY)
        idle = [each for each in self.channels.values() if not self._is_busy(each.id)]
        for channel in idle:
            thread = threading.Thread(target=self._serve_urgent, args=(channel, now), name="urgent", daemon=True)
            self._urgent[channel.id] = thread
            thread.start()
        for channel in idle:
            self._urgent[channel.id].join(URGENT_PATIENCE_S)

    def insert(self, drafted: Occurrence, actor: str, now: datetime) -> PlannedRow:
        """Plan what somebody asks for outside the programmes; its slot is the number of the request."""
        number = self.store.ask(SEND, drafted.areas, actor, now)
        occurrence = replace(drafted, slot=str(number))
        ways, places = calendar.ways(self.site), calendar.places(self.site)
        row = self.store.insert_one_off(occurrence, ways, areas=places, now=now)
        self.store.finish_request(number, {"occurrence": row.id}, now)
        facts = {"bulletins": list(occurrence.bulletins), "start": occurrence.start.isoformat()}
        self._tell_audit(actor, SEND, f"{occurrence.programme}/{occurrence.slot}", facts, now)
        return row

    def send_one(self, row: int, now: datetime) -> bool:
        """Hand over what is due of one occurrence and of no other; whether anything of it still waits."""
        for channel in self.channels.values():
            self._serve(channel, now, only=row)
        waiting = {State.PLANNED, State.RETRY, State.SENDING}
        return any(each.state in waiting for each in self.store.deliveries_of(row))

    def stop(self, areas: Collection[str], now: datetime) -> Stopped:
        """Silence the loudspeakers of these areas (none: all) and take back what they were handed; see `Stopping`."""
        targets = self.clusters_in(areas, now) if areas else None
        self._stops.append(targets)
        return self._stopping.stop(targets, now)

    def answer_requests(self, now: datetime) -> None:
        """Carry out what commands have asked of the running station."""
        for request in self.store.open_requests():
            if request.kind != STOP:
                continue
            if abs(now - request.at) > ANSWER_WITHIN:
                stopped = Stopped(code="request_expired")
            else:
                stopped = self.stop(request.areas, now)
                self._tell_audit(request.actor, STOP, ",".join(request.areas), stopped.facts(), now)
            self.store.finish_request(request.id, stopped.facts(), now)

    def confirm(self, now: datetime) -> None:
        """Ask the channels that learn it later what became of what they took over."""
        for channel in self.channels.values():
            if isinstance(channel, Confirms):
                confirms = {State.ACCEPTED} if channel.evidence is not Evidence.NONE else set()
                waiting = self.store.open_deliveries(channel.id, {State.UNKNOWN} | confirms)
                self._record(channel.poll(waiting) if waiting else [])

    def sweep(self, now: datetime) -> None:
        """Write down what has become too late, and what nobody can know any more."""
        for row in self.store.miss_late(now):
            self._note(row.code, row.occurrence, row.count)
        self.store.expire_leases(now)

    # --- what is due --------------------------------------------------------------------------------------------------

    def _serve(
        self,
        channel: Channel,
        now: datetime,
        least: Priority = Priority.ROUTINE,
        retry_after: timedelta = RETRY_AFTER,
        only: int | None = None,
    ) -> None:
        stops = len(self._stops)
        rows = self.store.due(channel.id, now=now, lead=channel.lead, retry_after=retry_after, least=least)
        rows = [row for row in rows if only in (None, row.id)]
        ready = sorted(self._ready(rows, now, channel.id), key=lambda each: each.order)
        alone = self._precedence.is_alone(channel)
        if alone:
            if ready and not self._precedence.free_device(channel, ready, now):
                self.store.note_wait([each.row.id for each in ready if each.row.code != DEVICE_BUSY], DEVICE_BUSY)
                return
            spans: list[Span] = []
        else:
            spans = self._precedence.make_way(channel, ready, now) if channel.medium is Medium.LOUDSPEAKER else []
        for group in [ready] if channel.medium is Medium.LOUDSPEAKER else [[each] for each in ready]:
            self._send_group(channel, group, spans, now, retry_after, stops)

    def _ready(self, rows: Sequence[PlannedRow], now: datetime, channel: str = "") -> list[Ready]:
        """Of each row what may air and can; the others wait with their reason, or are missed at once."""
        admission = Admission(self.site, self.refusal)
        found: list[Ready] = []
        waiting: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            try:
                result = self._judge(admission, row, now, channel)
            except LoaError as error:  # what is wrong with one must not keep the others
                result = error.code
            if isinstance(result, Ready):
                found.append(result)
            elif result:
                self._note(result, row.occurrence)
                if row.code != result:
                    waiting[result].append(row.id)
        for code, ids in waiting.items():
            self.store.note_wait(ids, code)
        return found

    def _judge(self, admission: Admission, row: PlannedRow, now: datetime, channel: str) -> Ready | str:
        """What can be handed over, or why it waits; an empty text where it is settled already."""
        if not row.occurrence.bulletins:
            return self._miss(row, "no_bulletins_left", now)
        admitted = admission.admit(row.occurrence, now)
        begun = row.handed_over_at is not None
        if admitted.code or (begun and admitted.left_out):  # what was frozen goes as it is, or not at all
            return next(iter(admitted.left_out.values()))
        occurrence = admitted.occurrence
        if not begun and admission.is_planned_outside(occurrence):
            return self._miss(row, OUTSIDE, now)
        if admission.is_quiet(occurrence, now):
            return OUTSIDE
        if self._is_withheld(occurrence):
            return FALLBACK_WITHHELD
        content = self._orders.content(occurrence, partial(self._found, channel))
        if content is None:  # it stays planned until it is produced, or until it is too late and says so
            return NOTHING_READY[occurrence.medium]
        for name, code in admitted.left_out.items():
            LOG.info("%s/%s airs without %s: %s", occurrence.programme, occurrence.slot, name, code)
            self.left_out[name] = code
        return Ready(row, occurrence, content)

    def _is_withheld(self, occurrence: Occurrence) -> bool:
        """Whether it waits for a better voice: the station would rather be silent than speak with a fallback."""
        if occurrence.medium is not Medium.LOUDSPEAKER or occurrence.priority.rank >= self.fallback_from.rank:
            return False
        recording = self.find(occurrence)
        return recording is not None and recording.fallback

    def _found(self, channel: str, occurrence: Occurrence) -> Recording | None:
        recording = self.find(occurrence)
        return self.hand_over(recording, channel) if recording else None

    def _miss(self, row: PlannedRow, code: str, now: datetime) -> str:
        self.store.miss_occurrence(row.id, now, code)
        self._note(code, row.occurrence)
        return ""

    def _send_group(
        self,
        channel: Channel,
        group: Sequence[Ready],
        spans: Sequence[Span],
        now: datetime,
        retry_after: timedelta,
        stops: int,
    ) -> None:
        """Batch by batch: what is claimed when we die is what nobody can know, so never more than one call takes."""
        by_row = {each.row.id: each for each in group}
        wanted = [(each.row, each.occurrence) for each in group]
        alone = self._precedence.is_alone(channel)
        limit = 1 if alone else channel.max_batch
        while wanted:
            first = wanted[:limit]  # each has a delivery that waits: one call takes no more
            batch = self.store.claim_all(channel.id, first, now=now, limit=limit, lease=LEASE, retry_after=retry_after)
            if len(batch) < limit:
                wanted = wanted[limit:]
            if not batch:
                continue
            if not self._send_batch(channel, batch, by_row, spans, now):
                return
            self._obey_stops(channel, batch, stops, now)
            self._tell_urgent([by_row[each.delivery.occurrence] for each in batch], now)
            if alone:
                return

    def _send_batch(
        self,
        channel: Channel,
        batch: Sequence[Claimed],
        by_row: Mapping[int, Ready],
        spans: Sequence[Span],
        now: datetime,
    ) -> bool:
        """Send one batch and write down its receipts. False: nothing of it went and going on at once is useless."""
        orders = [
            (each, self._orders.make(each, by_row[each.delivery.occurrence].content, spans, now)) for each in batch
        ]
        late = [each for each, order in orders if order is None]
        sent = [(each, order) for each, order in orders if order is not None]
        try:
            receipts = channel.send([order for _, order in sent]) if sent else []
        except SendError as error:
            receipts = _all_failed([each for each, _ in sent], error.code, AFTER_FAILED_CALL[error.outcome], now)
        except Exception:
            LOG.exception("channel %s failed", channel.id)
            receipts = _all_failed([each for each, _ in sent], "channel_fault", State.UNKNOWN, now)
        receipts += _all_failed(late, CLUSTER_BUSY, State.RETRY, now)
        hashes = {
            order.delivery: order.content.recording.sha256
            for _, order in sent
            if isinstance(order.content, AudioContent)
        }
        self._record(receipts, batch, hashes)
        return any(receipt.state is not State.RETRY for receipt in receipts)

    def _expand_texts(self, now: datetime, least: Priority) -> None:
        """One delivery per contact, at the moment of sending, so that whoever opted out a minute ago is left out."""
        rows = [row for row in self.store.sms_to_expand(now) if row.occurrence.priority.rank >= least.rank]
        for ready in self._ready(rows, now):
            self._expand_contacts(ready.row, now)

    def _expand_contacts(self, row: PlannedRow, now: datetime) -> None:
        channel = self.site.sms_channel
        if channel is None:
            self._miss(row, "sms_channel_missing", now)
            return
        made = self.store.expand_sms(
            row.id, row.occurrence.targets, areas=row.occurrence.areas, channel=channel, now=now
        )
        if made == 0:
            self._miss(row, "no_contacts", now)

    def _record(
        self,
        receipts: Sequence[Receipt],
        batch: Sequence[Claimed] = (),
        recordings: Mapping[int, str] | None = None,
    ) -> None:
        if recordings:
            self.store.set_recordings(recordings)
        self.store.record(receipts, fences={each.delivery.id: each.delivery.fence for each in batch})
        occurrences = {each.delivery.id: each.occurrence for each in batch}
        for receipt in receipts:
            if receipt.state in TROUBLED and receipt.delivery in occurrences:
                self._note(receipt.code, occurrences[receipt.delivery])

    def _note(self, code: str, occurrence: Occurrence, count: int = 1) -> None:
        start = occurrence.start.astimezone(self.site.station.timezone)
        trouble = Trouble(code, occurrence.programme, occurrence.slot, start, count)
        if trouble not in self.troubles:
            self.troubles.append(trouble)

    # --- what is urgent -----------------------------------------------------------------------------------------------

    def _is_busy(self, channel: str) -> bool:
        thread = self._urgent.get(channel)
        return thread is not None and thread.is_alive()

    def _serve_urgent(self, channel: Channel, now: datetime) -> None:
        try:
            self._serve(channel, now, Priority.EMERGENCY, URGENT_RETRY_AFTER)
        except LoaError:
            LOG.exception("channel %s: urgent sending failed and is tried again", channel.id)

    def _obey_stops(self, channel: Channel, batch: Sequence[Claimed], before: int, now: datetime) -> None:
        """What was on its way to a channel while somebody said stop."""
        for targets in self._stops[before:]:
            if any(targets is None or each.delivery.target in targets for each in batch):
                self._stopping.stop(targets, now)

    def _tell_urgent(self, sent: Sequence[Ready], now: datetime) -> None:
        """Note each EMERGENCY that sounded at an hour at which nothing else may."""
        admission = Admission(self.site, self.refusal)
        for each in sent:
            if each.row.id not in self._told_urgent and admission.passes_quiet_hours(each.occurrence, now):
                self._told_urgent.add(each.row.id)
                facts = {"start": each.occurrence.start.isoformat(), "bulletins": list(each.occurrence.bulletins)}
                subject = f"{each.occurrence.programme}/{each.occurrence.slot}"
                self._tell_audit("station", "emergency_outside_window", subject, facts, now)

    def _tell_audit(self, actor: str, action: str, subject: str, detail: Mapping[str, object], now: datetime) -> None:
        try:
            self.store.audit(actor, action, subject, detail, now)
        except LoaError:  # what was done is done; that it cannot be noted must stop nothing
            LOG.exception("audit: %s %s %s", actor, action, subject)

    # --- what the files say -------------------------------------------------------------------------------------------

    def admit(self, occurrences: Iterable[Occurrence], now: datetime) -> list[Occurrence]:
        """Each with the bulletins that nothing keeps off the air as things stand: what has to be produced for it."""
        admission = Admission(self.site, self.refusal)
        return [admission.admit(each, now).occurrence for each in occurrences]

    def clusters_in(self, areas: Collection[str], now: datetime) -> frozenset[str]:
        """The clusters of these areas and all beneath them."""
        return frozenset(self.site.clusters_in(areas, now.astimezone(self.site.station.timezone).date()))

    def expand(self, now: datetime) -> Plan:
        """The occurrences of the files from yesterday to the horizon."""
        return calendar.expand_around(self.site, now)


def _all_failed(batch: Sequence[Claimed], code: str, state: State, now: datetime) -> list[Receipt]:
    return [Receipt(delivery=each.delivery.id, at=now, state=state, code=code) for each in batch]
