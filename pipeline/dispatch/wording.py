"""What one person reads: places filled in, accents kept or left out, the sender's name where the provider wants it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pipeline.contacts import name_for
from pipeline.domain import Area, Occurrence, Priority
from pipeline.site import Site
from pipeline.sms import AREA, FIELDS, NAME, Lettering, fill, fold, measure, places, signed
from pipeline.unicode_text import compose

DEEPEST = 20  # areas above one another
KEPT = 10_000  # texts whose parts are remembered


class Wording:
    """The words of one site. An EMERGENCY is always accented: folded Vietnamese can be misread."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.fields = {*FIELDS, *(name for area in site.areas.by_id.values() for name in area.fields)}
        self._finished = lru_cache(KEPT)(_finished)

    def lettering(self, priority: Priority) -> Lettering:
        """How texts of a class are sent."""
        return Lettering.ACCENTED if priority is Priority.EMERGENCY else self.site.station.sms_encoding

    def text(self, template: str, occurrence: Occurrence, channel: str, address: Mapping[str, str]) -> str:
        """What is sent to one contact (`name`, `area` of its address), in NFC."""
        return self.worded(template, self.lettering(occurrence.priority), channel, address)

    def worded(self, template: str, lettering: Lettering, channel: str, address: Mapping[str, str]) -> str:
        """The same in a lettering of one's choice, to compare."""
        if places(template):
            area = address.get("area", "")
            own = {NAME: name_for(address.get("name", "")), AREA: self.area_name(area)}
            template = fill(template, {**self._of_area(area), **own})
        return self._finished(template, lettering, self.sender(channel))

    def sender(self, channel: str) -> str:
        """The name that has to stand in a text that goes out over a channel; empty where none has to."""
        settings = self.site.channels.get(channel)
        values = settings.values if settings is not None else {}
        return str(values.get("sender", "")) if values.get("sender_in_text") else ""

    def _of_area(self, area: str) -> Mapping[str, str]:
        """The words of an area for places of a text: its own, else those of the nearest area above."""
        found: dict[str, str] = {}
        known: Area | None = self.site.areas.by_id.get(area)
        for _ in range(DEEPEST):
            if known is None:
                break
            found = {**known.fields, **found}
            known = self.site.areas.by_id.get(known.parent or "")
        return found

    def area_name(self, area: str) -> str:
        known = self.site.areas.by_id.get(area)
        return known.name if known is not None else ""


@lru_cache(KEPT)
def parts(text: str) -> int:
    """How many parts a text takes."""
    return measure(text).segments


def _finished(text: str, lettering: Lettering, sender: str) -> str:
    text = signed(text, sender)
    return fold(text) if lettering is Lettering.FOLDED else compose(text)
