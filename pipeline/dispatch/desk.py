"""The desk: one station's deliveries from PLANNED to their end.

Each public method is a tick: idempotent, to be called at any moment by the clock, a rehearsal or a person, from several
threads at once.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.channels import Call, Channel, Confirms, Foresees, Hears, LooksUp
from pipeline.dispatch import calendar
from pipeline.dispatch.admission import OUTSIDE, Admission, Refusal, nothing_refused
from pipeline.dispatch.beside import Beside
from pipeline.dispatch.calendar import HORIZON, LOOK_BACK
from pipeline.dispatch.changes import Changed
from pipeline.dispatch.doubts import Doubts, same
from pipeline.dispatch.expanding import Expanding
from pipeline.dispatch.foreseeing import Foreseeing
from pipeline.dispatch.foreseen import tell_foreseen
from pipeline.dispatch.handing import Handing
from pipeline.dispatch.loading import Loading
from pipeline.dispatch.noting import Noting
from pipeline.dispatch.orders import FindRecording, HandOver, Orders, Trouble
from pipeline.dispatch.precedence import Precedence
from pipeline.dispatch.readiness import Cutting, Readiness, Ready
from pipeline.dispatch.ruling import Rule
from pipeline.dispatch.stopping import ANSWER_WITHIN, SEND, STOP, Stopped, Stopping
from pipeline.dispatch.texting import Round, Texting
from pipeline.dispatch.timetable import NO_ROOM
from pipeline.dispatch.twice import TWICE, tell_twice
from pipeline.domain import Evidence, Medium, Occurrence, Priority, Receipt, State
from pipeline.errors import LoaError, NotFoundError
from pipeline.schedule import Plan
from pipeline.site import Site
from pipeline.store import ONE_OFF, Claimed, PlanChange, PlannedRow

if TYPE_CHECKING:
    from pipeline.store import Store

LOG = logging.getLogger(__name__)

RETRY_AFTER = timedelta(seconds=15)
URGENT_RETRY_AFTER = timedelta(seconds=1)
EXPANDING, LOOKING_UP = "expanding", "looking-up"  # threads beside those of the channels
EXPANDING_PATIENCE_S = 0.3
TEXTS_WITHIN_S = 5.0  # a pass of the running station: then it looks whether its files have changed
URGENT_PATIENCE_S = 1.0  # the urgent lane waits so long for a channel, then leaves it to its thread


class Dispatch:
    """The desk of one station: plans rows, hands orders to channels, writes down what they say.

    `refusal`: why a bulletin may not air now, if so (None: everything may, as in a rehearsal).
    `hand_over`: in which file a channel gets a recording. `fallback_from`: the priority from which an airing may go out
    by a fallback voice. `cutting`: what knows where an airing may end (None: everything sounds whole or waits).
    `asks`: whether there is anybody to decide which of two PRIORITY airings goes first; a rehearsal asks nobody.
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
        cutting: Cutting | None = None,
        asks: bool = True,
    ) -> None:
        self.site, self.store, self.find, self.channels = site, store, find, channels
        self.refusal: Refusal = refusal or nothing_refused
        self._noting = Noting(store, site.station.timezone)
        self._precedence = Precedence(store, self._noting.record)
        self._orders = Orders(site, store, self._precedence)
        self._readiness = Readiness(
            site,
            self._orders,
            self.refusal,
            find,
            hand_over=hand_over,
            cutting=cutting,
            fallback_from=fallback_from,
        )
        self.rule = Rule(site, store, cutting, find, asks=asks)
        self._loading = Loading(store, self._precedence, self._orders, self._readiness, self.rule)
        ahead = Readiness(
            site,
            self._orders,
            self.refusal,
            find,
            hand_over=hand_over,
            cutting=cutting,
            fallback_from=fallback_from,
        )
        self._foreseeing = Foreseeing(store, self._orders, ahead, self._loading)
        self._handing = Handing(store, self._orders, self._readiness, self._noting.record, self._noting.changes)
        self._expanding = Expanding(site, store, self._ready, self._noting.miss)
        self._texting = Texting(store, self._ready, self._handing, self._expanding.day_limit)
        self._stopping = Stopping(store, channels, self._noting.record)
        self._doubts = Doubts(store, self._orders, find)
        self._stops: list[Collection[str] | None] = []  # what a send that was under way meanwhile has to respect
        self._urgent = Beside()

    @property
    def troubles(self) -> list[Trouble]:
        """What went wrong so far, each reason once an airing."""
        return self._noting.troubles

    @troubles.setter
    def troubles(self, known: list[Trouble]) -> None:
        self._noting.troubles = known

    @property
    def changed(self) -> list[Changed]:
        """What was cut or moved."""
        return self._noting.changed

    @property
    def left_out(self) -> dict[str, str]:
        """Bulletins that airings went without, and why."""
        return self._readiness.left_out

    @property
    def queued(self) -> bool:
        """Whether in the last pass something waited for its cluster."""
        return self._loading.queued

    # --- the ticks ----------------------------------------------------------------------------------------------------

    def plan(self, now: datetime) -> PlanChange:
        """Bring the rows of the next days in line with the files, and of the last hours what is still useful."""
        self.sweep(now)
        found = self.expand(now)
        occurrences = [each for each in found.occurrences if now <= each.too_late and each.start < now + HORIZON]
        ways, places = calendar.ways(self.site), calendar.places(self.site)
        change = self.store.upsert_plan(
            occurrences, ways, since=now - LOOK_BACK, until=now + HORIZON, now=now, areas=places
        )
        self.rule.tell(now)
        tell_foreseen(self.store, found.problems, now)
        if change.added or any(each.code == TWICE for each in self.store.open_notices()):
            tell_twice(self.store, found.occurrences, now, self.site.station.timezone)
        return change

    def send_due(self, now: datetime, medium: Medium | None = None, *, within_s: float | None = None) -> bool:
        """Hand over everything whose moment has come; nothing of it twice, nothing late in silence.

        `medium`: only what goes out this way, so that each can have a lane of its own. `within_s`: how long texts may
        take; returns whether some are left that could go on at once.
        """
        if medium is not Medium.SMS:  # once is enough where each medium has a lane
            self._loading.queued = False
            self.sweep(now)
        looking_up = medium is not Medium.LOUDSPEAKER and self._look_up(now, within_s)
        for channel in self.channels.values():
            if channel.medium is Medium.LOUDSPEAKER and medium is not Medium.SMS:
                self._serve(channel, now)
        texts = [each for each in self.channels.values() if each.medium is Medium.SMS]
        if not texts or medium is Medium.LOUDSPEAKER:
            return False
        with ThreadPoolExecutor(len(texts), "texts") as pool:  # none waits for the far end of another
            left = [*pool.map(lambda channel: self._serve_texts(channel, now, within_s=within_s), texts)]
        return looking_up or any(left)

    def send_urgent(self, now: datetime, *, clock_in_doubt: bool = False) -> None:
        """Hand over what is EMERGENCY; cheap where nothing is, and waits for no channel that is slow.

        `clock_in_doubt`: only what a person has asked for at once: that needs no clock to be right.
        """
        longest = max((channel.lead for channel in self.channels.values()), default=timedelta(0))
        if not self.store.urgent_due(now, longest):
            return
        if not clock_in_doubt:
            self._expand_beside(EXPANDING, now, Priority.EMERGENCY)
        idle = [each for each in self.channels.values() if not self._urgent.is_busy(each.id)]
        for channel in idle:
            self._urgent.start(channel.id, self._serve_urgent, channel, now, clock_in_doubt)
        for channel in idle:
            self._urgent.wait(channel.id, URGENT_PATIENCE_S)

    def insert(self, drafted: Occurrence, actor: str, now: datetime) -> PlannedRow:
        """Plan what somebody asks for outside the programmes; its slot is the number of the request."""
        number = self.store.ask(SEND, drafted.areas, actor, now)
        occurrence = replace(drafted, slot=str(number))
        ways, places = calendar.ways(self.site), calendar.places(self.site)
        row = self.store.insert_one_off(occurrence, ways, areas=places, now=now)
        self.store.finish_request(number, {"occurrence": row.id}, now)
        facts = {"bulletins": list(occurrence.bulletins), "start": occurrence.start.isoformat()}
        self._noting.audit(actor, SEND, f"{occurrence.programme}/{occurrence.slot}", facts, now)
        return row

    def send_one(self, row: int, now: datetime) -> bool:
        """Hand over what is due of one occurrence and of no other; whether anything of it still waits."""
        self._expanding.expand(now, only=row)
        for channel in self.channels.values():
            serve = self._serve_texts if channel.medium is Medium.SMS else self._serve
            serve(channel, now, wanted=lambda each: each.id == row)
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
                self._noting.audit(request.actor, STOP, ",".join(request.areas), stopped.facts(), now)
            self.store.finish_request(request.id, stopped.facts(), now)

    def foresee(self, now: datetime) -> None:
        """Bring the plans of devices that hold one in line with what lies ahead; cheap where nothing has changed."""
        self._foreseeing.look(self.channels, now)

    def confirm(self, now: datetime) -> None:
        """Ask the channels that learn it later what became of what they took over."""
        for channel in self.channels.values():
            if isinstance(channel, Confirms) and not isinstance(channel, LooksUp):
                confirms = {State.ACCEPTED} if channel.evidence is not Evidence.NONE else set()
                waiting = self.store.open_deliveries(channel.id, {State.UNKNOWN} | confirms)
                self._noting.record(channel.poll(waiting) if waiting else [])

    def resolve(self, now: datetime) -> None:
        """Ask the providers of SMS about what may or may not have gone out; takes as long as they do."""
        self._doubts.resolve(self.channels, now)
        self.store.finish_forgetting(now)

    def hear(self, call: Call) -> Receipt | None:
        """Write down what a provider reports by itself. NotFoundError, AccessError, or None where it is no news."""
        rows = self.store.deliveries([call.delivery])
        channel = self.channels.get(rows[0].channel) if rows else None
        if not isinstance(channel, Hears):
            raise NotFoundError("delivery_unknown", delivery=call.delivery)
        receipt = channel.hear(call)
        if receipt is None or any(same(receipt, each) for each in self.store.receipts_of(call.delivery)):
            return None
        self._noting.record([receipt])
        return receipt

    def sweep(self, now: datetime) -> None:
        """Write down what has become too late, and what nobody can know any more."""
        for channel in self.channels.values():
            if isinstance(channel, Foresees):  # what sounds by a plan is not late for want of us
                channel.adopt(now)
        for row in self.store.miss_late(now):
            self._noting.trouble(row.code, row.occurrence, row.count)
        self.store.finish_cancelling(now)
        self.store.expire_leases(now)

    # --- what is due --------------------------------------------------------------------------------------------------

    def _serve(
        self,
        channel: Channel,
        now: datetime,
        least: Priority = Priority.ROUTINE,
        retry_after: timedelta = RETRY_AFTER,
        wanted: Callable[[PlannedRow], bool] = lambda _: True,
        clock_in_doubt: bool = False,
    ) -> None:
        stops = len(self._stops)
        rows = self.store.due(channel.id, now=now, lead=channel.lead, retry_after=retry_after, least=least)
        ready = self._ready([row for row in rows if wanted(row)], now, channel.id)
        for each in self._loading.loads(channel, ready, now, retry_after):
            load = replace(each, clock_in_doubt=clock_in_doubt)
            by_row = {each.row.id: each for each in load.group}

            def after(batch: Sequence[Claimed], by_row: Mapping[int, Ready] = by_row) -> None:
                self._obey_stops(channel, batch, stops, now)
                sounded = [by_row[each.delivery.occurrence] for each in batch]
                self._noting.urgent(sounded, self._admission(), now, doubted=clock_in_doubt)

            self._handing.hand_over(load, after)

    def _ready(self, rows: Sequence[PlannedRow], now: datetime, channel: str = "") -> list[Ready]:
        """Of each row what may air and can; the others wait with their reason, or are missed at once."""
        admission = self._readiness.admission()
        found: list[Ready] = []
        waiting: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            result = self._readiness.judge(admission, row, now, channel)
            if isinstance(result, Ready):
                found.append(result)
            elif result.final:
                self._noting.miss(row, result.code, now)
            else:
                self._noting.trouble(result.code, row.occurrence)
                if row.code != result.code and (row.code, result.code) != (NO_ROOM, OUTSIDE):  # the first cause stays
                    waiting[result.code].append(row.id)
        for code, ids in waiting.items():
            self.store.note_wait(ids, code)
        return found

    def _serve_texts(
        self,
        channel: Channel,
        now: datetime,
        least: Priority = Priority.ROUTINE,
        retry_after: timedelta = RETRY_AFTER,
        wanted: Callable[[PlannedRow], bool] = lambda _: True,
        within_s: float | None = None,
    ) -> bool:
        def after(_: Sequence[Claimed], ready: Ready, moment: datetime) -> None:
            self._noting.urgent([ready], self._admission(), moment)

        return self._texting.serve(Round(channel, now, least, retry_after, wanted, after, within_s))

    # --- what is urgent -----------------------------------------------------------------------------------------------

    def _serve_urgent(self, channel: Channel, now: datetime, clock_in_doubt: bool) -> None:
        wanted = self._is_asked_at_once if clock_in_doubt else lambda _: True
        try:
            if channel.medium is Medium.SMS:
                patience = (Priority.EMERGENCY, URGENT_RETRY_AFTER, wanted, TEXTS_WITHIN_S)
                self._serve_texts(channel, now, *patience)
            else:
                self._serve(channel, now, Priority.EMERGENCY, URGENT_RETRY_AFTER, wanted, clock_in_doubt)
        except LoaError:
            LOG.exception("channel %s: urgent sending failed and is tried again", channel.id)

    def _look_up(self, now: datetime, within_s: float | None) -> bool:
        """Contacts of what is due; whether many are still being looked up while the first are sent to.

        A pass that may take its time looks up everybody first.
        """
        if within_s is None:
            self._expanding.expand(now)
            return False
        return self._expand_beside(LOOKING_UP, now, Priority.ROUTINE)

    def _expand_beside(self, lane: str, now: datetime, least: Priority) -> bool:
        """In a thread of its own; whether it goes on by itself."""
        self._urgent.start(lane, self._expand, now, least)
        return self._urgent.wait(lane, EXPANDING_PATIENCE_S)  # the first of many are soon looked up

    def _expand(self, now: datetime, least: Priority) -> None:
        try:
            self._expanding.expand(now, least)
        except LoaError:
            LOG.exception("contacts could not be looked up and are tried again")

    def _is_asked_at_once(self, row: PlannedRow) -> bool:
        """Whether a person wanted it to sound the moment they asked."""
        occurrence = row.occurrence
        if occurrence.programme != ONE_OFF or not occurrence.slot.isdecimal():
            return False
        return occurrence.start <= self.store.request(int(occurrence.slot)).at

    def _obey_stops(self, channel: Channel, batch: Sequence[Claimed], before: int, now: datetime) -> None:
        """What was on its way to a channel while somebody said stop."""
        for targets in self._stops[before:]:
            if any(targets is None or each.delivery.target in targets for each in batch):
                self._stopping.stop(targets, now)

    # --- what the files say -------------------------------------------------------------------------------------------

    def admit(self, occurrences: Iterable[Occurrence], now: datetime) -> list[Occurrence]:
        """Each with the bulletins that nothing keeps off the air as things stand: what has to be produced for it."""
        admission = self._admission()
        return [admission.admit(each, now).occurrence for each in occurrences]

    def _admission(self) -> Admission:
        return Admission(self.site, self.refusal)

    def clusters_in(self, areas: Collection[str], now: datetime) -> frozenset[str]:
        """The clusters of these areas and all beneath them."""
        return frozenset(self.site.clusters_in(areas, now.astimezone(self.site.station.timezone).date()))

    def expand(self, now: datetime) -> Plan:
        """The occurrences of the files from yesterday to the horizon, as far as promised by what was aired."""
        return calendar.expand_around(self.site, now, calendar.history_of(self.site, self.store, now))
