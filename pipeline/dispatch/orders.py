"""What a channel is handed for one delivery: the content, the address, the moment, the hours it must keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.dispatch.admission import windows_of
from pipeline.dispatch.calendar import sms_text
from pipeline.dispatch.precedence import Precedence, Span, start_after
from pipeline.domain import AudioContent, Medium, Occurrence, Outgoing, Recording, TextContent
from pipeline.messages import say
from pipeline.site import Site
from pipeline.store import Claimed, Store

FindRecording = Callable[[Occurrence], Recording | None]
HandOver = Callable[[Recording, str], Recording | None]
"""The file that a channel, by its id, is handed for a recording; None while there is none."""


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
            "reason": say(self.code),
            "programme": self.programme,
            "slot": self.slot,
            "start": when,
            "count": str(self.count),
        }


class Orders:
    """Makes the orders of one site."""

    def __init__(self, site: Site, store: Store, precedence: Precedence) -> None:
        self.site, self.store, self._precedence = site, store, precedence

    def content(self, occurrence: Occurrence, find: FindRecording) -> AudioContent | TextContent | None:
        """What an occurrence sounds or reads like; None where there is nothing yet."""
        if occurrence.medium is Medium.LOUDSPEAKER:
            recording = find(occurrence)
            return AudioContent(recording, occurrence.title) if recording else None
        text = sms_text(self.site, occurrence)
        return TextContent(text) if text else None

    def make(
        self, claimed: Claimed, content: AudioContent | TextContent, spans: Sequence[Span], now: datetime
    ) -> Outgoing | None:
        """The order; None where its cluster hears something more urgent for longer than it is worth waiting."""
        occurrence, delivery = claimed.occurrence, claimed.delivery
        content, offset = self._continued(claimed, content)
        start = self._start(claimed, content, offset, spans, now)
        if start is None:
            return None
        return Outgoing(
            delivery=delivery.id,
            key=f"loa-{delivery.id}",
            occurrence=occurrence.key,
            start=start.astimezone(self.site.station.timezone),
            target=delivery.target,
            address=self._address(claimed),
            content=content,
            windows=windows_of(self.site, occurrence),
            offset=offset,
        )

    def _start(
        self,
        claimed: Claimed,
        content: AudioContent | TextContent,
        offset: timedelta,
        spans: Sequence[Span],
        now: datetime,
    ) -> datetime | None:
        occurrence, delivery = claimed.occurrence, claimed.delivery
        if not spans or not isinstance(content, AudioContent):
            return occurrence.start
        begin = max(occurrence.start, now)
        length = timedelta(seconds=content.recording.duration_s) - offset
        free = start_after(Span(delivery.target, occurrence.priority.rank, begin, begin + length), spans)
        last = now + occurrence.late_by if delivery.resume_of else occurrence.too_late
        if free > last:
            return None
        return occurrence.start if free == begin else free

    def _continued(
        self, claimed: Claimed, content: AudioContent | TextContent
    ) -> tuple[AudioContent | TextContent, timedelta]:
        """What goes on after a cut is the very file that was cut, from where it was cut."""
        if claimed.delivery.resume_of is None or not isinstance(content, AudioContent):
            return content, timedelta(0)
        cut = claimed.delivery.recording
        if cut and cut != content.recording.sha256:
            found = self.store.recordings_by_hash([cut]).get(cut)
            path = content.recording.path.with_name(f"{cut}.mp3")
            if found is None or not path.is_file():
                return content, timedelta(0)
            content = replace(content, recording=replace(found, path=path))
        return content, self._precedence.offset(claimed.delivery)

    def _address(self, claimed: Claimed) -> Mapping[str, str]:
        if claimed.contact is not None:
            return {"phone": claimed.contact.phone, "name": claimed.contact.name, "area": claimed.contact.area}
        cluster = self.site.clusters.get(claimed.delivery.target)
        return {**cluster.address, "name": cluster.name} if cluster else {}
