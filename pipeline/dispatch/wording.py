"""What one person reads: places filled in, accents kept or left out, the sender's name where the provider wants it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pipeline.domain import Occurrence, Priority
from pipeline.site import Site
from pipeline.sms import AREA, FIELDS, NAME, Lettering, fill, fold, measure, places, signed
from pipeline.unicode_text import compose

KEPT = 10_000  # texts whose parts are remembered


class Wording:
    """The words of one site. An EMERGENCY is always accented: folded Vietnamese can be misread."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._finished = lru_cache(KEPT)(_finished)

    def lettering(self, priority: Priority) -> Lettering:
        """How texts of a class are sent."""
        return Lettering.ACCENTED if priority is Priority.EMERGENCY else self.site.station.sms_encoding

    def text(self, template: str, occurrence: Occurrence, channel: str, address: Mapping[str, str]) -> str:
        """What is sent to one contact (`name`, `area` of its address), in NFC."""
        return self.worded(template, self.lettering(occurrence.priority), channel, address)

    def worded(self, template: str, lettering: Lettering, channel: str, address: Mapping[str, str]) -> str:
        """The same in a lettering of one's choice, to compare."""
        if FIELDS.keys() & set(places(template)):
            template = fill(template, {NAME: address.get("name", ""), AREA: self.area_name(address.get("area", ""))})
        return self._finished(template, lettering, self.sender(channel))

    def sender(self, channel: str) -> str:
        """The name that has to stand in a text that goes out over a channel; empty where none has to."""
        settings = self.site.channels.get(channel)
        values = settings.values if settings is not None else {}
        return str(values.get("sender", "")) if values.get("sender_in_text") else ""

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
