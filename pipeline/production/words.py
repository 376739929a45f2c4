"""What an airing says: the station's words around its bulletins, and those with what is said twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pipeline import speech
from pipeline.audio.cues import Kind
from pipeline.domain import Occurrence, Priority
from pipeline.messages import say
from pipeline.production import twice
from pipeline.production.segments import Passage
from pipeline.site import Site
from pipeline.voices.recorded import Recorded

HOUSE_WORDS: Mapping[tuple[Kind, bool], str] = {
    (Kind.ANNOUNCEMENT, False): "air_opening",
    (Kind.ANNOUNCEMENT, True): "air_opening_urgent",
    (Kind.CLOSING, False): "air_closing",
    (Kind.CLOSING, True): "air_closing_urgent",
}


class Words:
    """The passages of a site's airings, each read once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._passages: dict[str, Passage] = {}
        self._accepted: dict[str, tuple[str, ...]] = {}

    def passages_of(self, occurrence: Occurrence) -> list[Passage]:
        """What has to be spoken for an occurrence."""
        return [passage for _, _, passage in self.wished(occurrence)]

    def wished(self, occurrence: Occurrence) -> list[tuple[Kind, str, Passage]]:
        """Announcement, bulletins, closing: everything of an airing that is spoken, with its title, as it would be."""
        words, urgent = self.site.station.assembly, occurrence.priority is Priority.EMERGENCY
        opening = words.urgent_announcement if urgent else words.announcement
        closing = words.urgent_closing if urgent else words.closing
        wished = [
            *self._station_words(Kind.ANNOUNCEMENT, opening, urgent, occurrence.title),
            *[(Kind.BULLETIN, self._title(each), self._bulletin(each)) for each in occurrence.bulletins],
            *self._station_words(Kind.CLOSING, closing, urgent, occurrence.title),
        ]
        return [(kind, title, replace(passage, urgent=urgent)) for kind, title, passage in wished]

    def accepted(self, bulletin_id: str) -> tuple[str, ...]:
        """What people accept of a bulletin that is heard: its words as spoken once, and a recorded voice."""
        bulletin = self.site.bulletins[bulletin_id]
        if bulletin_id not in self._accepted:
            self._accepted[bulletin_id] = speech.read_aloud(bulletin.text, self.site.lexicon).paragraphs
        voice = Recorded(self.site.root / bulletin.audio).fingerprint if bulletin.audio else ""
        return bulletin_id, bulletin.title, voice, *self._accepted[bulletin_id]

    def _station_words(self, kind: Kind, own: str | None, urgent: bool, title: str) -> list[tuple[Kind, str, Passage]]:
        """The station's own words where it has set some, else the house's; none where they are empty."""
        named = {"station": self.site.station.name, "title": title}
        words = say(HOUSE_WORDS[kind, urgent], "vi", **named) if own is None else own.format(**named)
        if not words:
            return []
        return [(kind, "", self._passage(words, lambda: Passage(words, speech.read_aloud(words, self.site.lexicon))))]

    def _title(self, bulletin_id: str) -> str:
        return self.site.bulletins[bulletin_id].title

    def _bulletin(self, bulletin_id: str) -> Passage:
        def read() -> Passage:
            bulletin = self.site.bulletins[bulletin_id]
            audio = self.site.root / bulletin.audio if bulletin.audio else None
            written = twice.repeated(
                bulletin.text, self.site.station.voices.say_twice, self.site.report_channels.values()
            )
            return Passage(bulletin_id, speech.read_aloud(written, self.site.lexicon), audio)

        return self._passage(bulletin_id, read)

    def _passage(self, name: str, read: Callable[[], Passage]) -> Passage:
        if name not in self._passages:
            self._passages[name] = read()
        return self._passages[name]
