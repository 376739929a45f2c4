"""What a channel is handed for one delivery: the content, the address, the moment, the hours it must keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.contacts import name_for
from pipeline.dispatch.admission import windows_of
from pipeline.dispatch.calendar import sms_text
from pipeline.dispatch.order import Place, Step
from pipeline.dispatch.precedence import Precedence
from pipeline.dispatch.wording import Wording
from pipeline.domain import AudioContent, Delivery, Medium, Occurrence, Outgoing, Recording, TextContent
from pipeline.messages import say
from pipeline.site import Site
from pipeline.store import Claimed

if TYPE_CHECKING:
    from pipeline.store import Store

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
        self.wording = Wording(site)

    def content(self, occurrence: Occurrence, find: FindRecording) -> AudioContent | TextContent | None:
        """What an occurrence sounds or reads like; None where there is nothing yet."""
        if occurrence.medium is Medium.LOUDSPEAKER:
            recording = find(occurrence)
            return AudioContent(recording, occurrence.title) if recording else None
        text = sms_text(self.site, occurrence)
        return TextContent(text) if text else None

    def make(self, claimed: Claimed, content: AudioContent | TextContent, place: Place | None = None) -> Outgoing:
        """The order; `place`: where its airing lies on its cluster."""
        occurrence, delivery = claimed.occurrence, claimed.delivery
        content, offset = self._continued(claimed, content)
        start = occurrence.start if place is None else place.begin
        address = self._address(claimed)
        if isinstance(content, TextContent):
            content = TextContent(self.wording.text(content.text, occurrence, delivery.channel, address))
        return Outgoing(
            delivery=delivery.id,
            key=f"loa-{delivery.id}",
            occurrence=occurrence.key,
            start=start.astimezone(self.site.station.timezone),
            target=delivery.target,
            address=address,
            content=content,
            windows=windows_of(self.site, occurrence),
            offset=offset,
            attempt=delivery.attempt,
            latest=max(occurrence.too_late, start),
            priority=occurrence.priority,
        )

    def remaining(self, delivery: Delivery, whole: Sequence[Step]) -> Sequence[Step]:
        """What a delivery is still owed of its airing: what was cut goes on to its end, and is not cut again."""
        offset = self._precedence.offset(delivery) if delivery.resume_of is not None else timedelta(0)
        if not offset:
            return whole
        cut = self.store.recordings_by_hash([delivery.recording]).get(delivery.recording)
        length = timedelta(seconds=cut.duration_s) if cut else whole[-1].length
        return (Step(max(timedelta(0), length - offset), whole[-1].bulletins),)

    def _continued(
        self, claimed: Claimed, content: AudioContent | TextContent
    ) -> tuple[AudioContent | TextContent, timedelta]:
        """What goes on after a cut is the very file that was cut, from where it was cut."""
        if claimed.delivery.resume_of is None or not isinstance(content, AudioContent):
            return content, timedelta(0)
        offset = self._precedence.offset(claimed.delivery)
        if not offset:  # it never sounded
            return content, offset
        cut = claimed.delivery.recording
        if cut and cut != content.recording.sha256:
            found = self.store.recordings_by_hash([cut]).get(cut)
            path = content.recording.path.with_name(f"{cut}.mp3")
            if found is None or not path.is_file():
                return content, timedelta(0)
            content = replace(content, recording=replace(found, path=path))
        return content, offset

    def _address(self, claimed: Claimed) -> Mapping[str, str]:
        if claimed.contact is not None:
            return {
                "phone": claimed.contact.phone,
                "name": name_for(claimed.contact.name),
                "area": claimed.contact.area,
            }
        cluster = self.site.clusters.get(claimed.delivery.target)
        return {**cluster.address, "name": cluster.name} if cluster else {}
