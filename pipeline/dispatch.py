"""Occurrence → Delivery → Receipt: the one place that moves a delivery from state to state.

Each public method is a tick: idempotent, to be called at any moment by the clock, a rehearsal or a person.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.channels import Channel, Confirms
from pipeline.domain import (
    AudioContent,
    Evidence,
    Medium,
    Occurrence,
    Outgoing,
    Receipt,
    Recording,
    State,
    TextContent,
)
from pipeline.errors import Outcome, SendError
from pipeline.schedule import Plan, expand
from pipeline.site import Site
from pipeline.store import Claimed, PlanChange, PlannedRow, Store

LOG = logging.getLogger(__name__)

HORIZON = timedelta(days=8)
LOOK_BACK = timedelta(days=1)  # the longest lateness a slot may ask for
LEASE = timedelta(minutes=2)
RETRY_AFTER = timedelta(seconds=15)

AFTER_FAILED_CALL: Mapping[Outcome, State] = {
    Outcome.NOT_SENT: State.RETRY,
    Outcome.UNKNOWN: State.UNKNOWN,
    Outcome.REFUSED: State.FAILED,
}

NOTHING_READY = {Medium.LOUDSPEAKER: "not_produced", Medium.SMS: "bulletin_without_sms"}
TROUBLED = frozenset({State.FAILED, State.MISSED, State.INTERRUPTED, State.UNKNOWN, State.RETRY})

FindRecording = Callable[[Occurrence], Recording | None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that kept a delivery, or a whole occurrence, from going out as planned."""

    code: str
    programme: str
    slot: str
    start: datetime
    count: int = 1

    def facts(self) -> dict[str, str]:
        """As parameters of a sentence."""
        when = f"{self.start:%d/%m %H:%M}"
        return {
            "code": self.code,
            "programme": self.programme,
            "slot": self.slot,
            "start": when,
            "count": str(self.count),
        }


class Dispatch:
    """The desk of one station: plans rows, hands orders to channels, writes down what they say."""

    def __init__(self, site: Site, store: Store, find: FindRecording, channels: Mapping[str, Channel]) -> None:
        self.site, self.store, self.find, self.channels = site, store, find, channels
        self.troubles: list[Trouble] = []

    # --- the ticks ----------------------------------------------------------------------------------------------------

    def plan(self, now: datetime) -> PlanChange:
        """Bring the rows of the next days in line with the files, and of the last hours what is still useful."""
        self.sweep(now)
        occurrences = [
            each for each in self.expand(now).occurrences if now <= each.too_late and each.start < now + HORIZON
        ]
        return self.store.upsert_plan(
            occurrences, self._ways(), since=now - LOOK_BACK, until=now + HORIZON, now=now, areas=self._areas()
        )

    def send_due(self, now: datetime) -> None:
        """Hand over everything whose moment has come; nothing of it twice, nothing late in silence."""
        self.sweep(now)
        for row in self.store.sms_to_expand(now):
            self._expand_contacts(row, now)
        for channel in self.channels.values():
            for row in self.store.due(channel.id, now=now, lead=channel.lead, retry_after=RETRY_AFTER):
                self._send_occurrence(channel, row, now)

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

    # --- one occurrence -----------------------------------------------------------------------------------------------

    def _send_occurrence(self, channel: Channel, row: PlannedRow, now: datetime) -> None:
        content = self._content(row.occurrence)
        if content is None and not row.occurrence.bulletins:
            self.store.miss_occurrence(row.id, now, "no_bulletins_left")
            self._note("no_bulletins_left", row.occurrence)
            return
        if content is None:  # it stays planned until it is produced, or until it is too late and says so
            self._note(NOTHING_READY[row.occurrence.medium], row.occurrence)
            return
        while claimed := self._claim(channel, row, now):
            if not self._send_batch(channel, claimed, content, now):
                return

    def _claim(self, channel: Channel, row: PlannedRow, now: datetime) -> list[Claimed]:
        """No more than one call of the channel takes: what is claimed when we die is what nobody can know."""
        return self.store.claim(
            channel.id,
            row.id,
            now=now,
            limit=channel.max_batch,
            lease=LEASE,
            lead=channel.lead,
            retry_after=RETRY_AFTER,
        )

    def _send_batch(
        self, channel: Channel, batch: Sequence[Claimed], content: AudioContent | TextContent, now: datetime
    ) -> bool:
        """Send one batch and write down its receipts. False: the call failed and going on at once is useless."""
        try:
            receipts = channel.send([self._order(each, content) for each in batch])
        except SendError as error:
            receipts = _all_failed(batch, error.code, AFTER_FAILED_CALL[error.outcome], now)
        except Exception:
            LOG.exception("channel %s failed", channel.id)
            receipts = _all_failed(batch, "channel_fault", State.UNKNOWN, now)
        recording = content.recording.sha256 if isinstance(content, AudioContent) else ""
        self._record(receipts, batch, recording)
        return all(receipt.state is not State.RETRY for receipt in receipts)

    def _order(self, claimed: Claimed, content: AudioContent | TextContent) -> Outgoing:
        occurrence, delivery = claimed.occurrence, claimed.delivery
        return Outgoing(
            delivery=delivery.id,
            key=f"loa-{delivery.id}",
            occurrence=occurrence.key,
            start=occurrence.start.astimezone(self.site.station.timezone),
            target=delivery.target,
            address=self._address(claimed),
            content=content,
        )

    def _address(self, claimed: Claimed) -> Mapping[str, str]:
        if claimed.contact is not None:
            return {"phone": claimed.contact.phone, "name": claimed.contact.name, "area": claimed.contact.area}
        cluster = self.site.clusters.get(claimed.delivery.target)
        return {**cluster.address, "name": cluster.name} if cluster else {}

    def _content(self, occurrence: Occurrence) -> AudioContent | TextContent | None:
        if occurrence.medium is Medium.LOUDSPEAKER:
            recording = self.find(occurrence)
            return AudioContent(recording, occurrence.title) if recording else None
        text = sms_text(self.site, occurrence)
        return TextContent(text) if text else None

    def _expand_contacts(self, row: PlannedRow, now: datetime) -> None:
        """One delivery per contact, at the moment of sending, so that whoever opted out a minute ago is left out."""
        channel = self.site.sms_channel
        if channel is None:
            self.store.miss_occurrence(row.id, now, "sms_channel_missing")
            self._note("sms_channel_missing", row.occurrence)
            return
        made = self.store.expand_sms(
            row.id, row.occurrence.targets, areas=row.occurrence.areas, channel=channel, now=now
        )
        if made == 0:
            self.store.miss_occurrence(row.id, now, "no_contacts")
            self._note("no_contacts", row.occurrence)

    def _record(self, receipts: Sequence[Receipt], batch: Sequence[Claimed] = (), recording: str = "") -> None:
        if recording:
            self.store.set_recording([each.delivery.id for each in batch], recording)
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

    # --- what the files say -------------------------------------------------------------------------------------------

    def expand(self, now: datetime) -> Plan:
        """The occurrences of the files from yesterday to the horizon."""
        first = (now - LOOK_BACK).astimezone(self.site.station.timezone).date()
        return expand_site(self.site, first, (HORIZON + LOOK_BACK).days + 1)

    def _areas(self) -> dict[str, str]:
        return {cluster.id: cluster.area for cluster in self.site.clusters.values()}

    def _ways(self) -> dict[str, str]:
        return {cluster.id: cluster.channel for cluster in self.site.clusters.values()}


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
    )


def sms_text(site: Site, occurrence: Occurrence) -> str:
    """The text of an SMS occurrence: the SMS of its bulletins, one below the other; empty where none has one."""
    bulletins = [site.bulletins[each] for each in occurrence.bulletins if each in site.bulletins]
    return "\n".join(bulletin.sms for bulletin in bulletins if bulletin.sms)


def _all_failed(batch: Sequence[Claimed], code: str, state: State, now: datetime) -> list[Receipt]:
    return [Receipt(delivery=each.delivery.id, at=now, state=state, code=code) for each in batch]
