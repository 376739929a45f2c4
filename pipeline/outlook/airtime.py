"""How long an airing will sound before it is produced: reckoned from its words, by the pace of an offline voice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline import speech
from pipeline.audio.cues import Kind
from pipeline.config.channels import LEAD_IN
from pipeline.domain import Occurrence, Priority, SpeechText
from pipeline.messages import say
from pipeline.production import twice
from pipeline.production.assembly import Frame, Spoken, fitting
from pipeline.production.segments import Passage, Segment
from pipeline.production.words import HOUSE_WORDS
from pipeline.site import Site
from pipeline.speech.sentences import sentences
from pipeline.voices.chain import ONLINE, RECORDED

# Characters a second within a phrase at normal pace. espeak-ng: 1 % off over nine bulletins of the sample station;
# piper: not measured, every model has a pace of its own.
PACE: Mapping[str, float] = {"espeak-ng": 12.7, "piper": 14.0}
LAST = "espeak-ng"
TOLERANCE = 1.05  # of a length: a reckoning says nothing of less than this


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Seconds an airing would sound, what all its bulletins would need, and the last of its list that do not fit.

    All three rest on one reckoning: where nothing is left out, both lengths are the same. `beyond`: even what sounds is
    longer than the slot allows.
    """

    seconds: float
    needs_s: float
    cut: tuple[str, ...] = ()
    beyond: bool = False


class Reckoning:
    """Reckons the airings of a site; nothing is read from disk, and the same words are reckoned once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        chain = [each for each in site.station.voices.chain if each != RECORDED and each not in ONLINE]
        self.voice = chain[0] if chain else LAST
        self._lead_in_s = max((each.lead_in for each in site.channels.values()), default=LEAD_IN).total_seconds()
        self._words: dict[str, float] = {}
        self._known: dict[tuple[object, ...], Reckoned] = {}
        self._steps: dict[tuple[object, ...], tuple[float, ...]] = {}

    def of(self, occurrence: Occurrence) -> Reckoned | None:
        """None where it has no bulletins: then nothing sounds."""
        if not occurrence.bulletins:
            return None
        urgent = occurrence.priority is Priority.EMERGENCY
        key = occurrence.bulletins, occurrence.repeat, occurrence.length, occurrence.title, urgent
        if key not in self._known:
            self._known[key] = self._reckon(occurrence, urgent)
        return self._known[key]

    def steps_s(self, occurrence: Occurrence, whole_s: float | None = None) -> tuple[float, ...]:
        """Seconds of an airing of only its first bulletins, for each number of them that its slot has room for.

        `whole_s`: what the whole was measured to take; the steps are reckoned in proportion.
        """
        key = "steps", occurrence.bulletins, occurrence.repeat, occurrence.length, occurrence.title, occurrence.priority
        if key not in self._steps:
            self._steps[key] = tuple(self._reckon_steps(occurrence)) if occurrence.bulletins else ()
        steps = self._steps[key]
        share = whole_s / steps[-1] if whole_s is not None and steps else 1.0
        return tuple(each * share for each in steps)

    def _reckon_steps(self, occurrence: Occurrence) -> Iterable[float]:
        urgent = occurrence.priority is Priority.EMERGENCY
        frame, bulletins, around = self._laid_out(occurrence, urgent)
        read = fitting(occurrence, frame, bulletins, around, is_beyond) * occurrence.repeat
        return (frame.length_s(read[:count], around, 1) for count in range(1, len(read) + 1))

    def spoken_s(self, name: str, text: str) -> float:
        """Seconds a text takes as it is written, its pauses included; kept by its name."""
        if name not in self._words:
            settings = self.site.station.voices
            spoken = speech.read_aloud(text, self.site.lexicon)
            pace = PACE.get(self.voice, PACE[LAST]) * settings.rate
            stops = sum(max(len(list(sentences(each))) - 1, 0) for each in spoken.paragraphs)
            pauses = stops * settings.pauses.sentence.total_seconds()
            pauses += max(len(spoken.paragraphs) - 1, 0) * settings.pauses.paragraph.total_seconds()
            self._words[name] = sum(map(len, spoken.paragraphs)) / pace + pauses
        return self._words[name]

    def _laid_out(self, occurrence: Occurrence, urgent: bool) -> tuple[Frame, list[Spoken], list[Spoken]]:
        settings = self.site.station.assembly
        frame = Frame(
            lead_in_s=self._lead_in_s,
            pause_s=settings.pause.total_seconds(),
            opening=settings.opening or urgent,
            separator=settings.separator,
            emergency=urgent,
        )
        bulletins = [_spoken(Kind.BULLETIN, each, self.bulletin_s(each)) for each in occurrence.bulletins]
        return frame, bulletins, list(self._around(occurrence, urgent))

    def _reckon(self, occurrence: Occurrence, urgent: bool) -> Reckoned:
        frame, bulletins, around = self._laid_out(occurrence, urgent)
        fit = fitting(occurrence, frame, bulletins, around, is_beyond)
        seconds, length = frame.length_s(fit, around, occurrence.repeat), occurrence.length
        return Reckoned(
            seconds,
            frame.length_s(bulletins, around, occurrence.repeat),
            tuple(each.bulletin for each in bulletins[len(fit) :]),
            length is not None and is_beyond(seconds, length.total_seconds()),
        )

    def bulletin_s(self, name: str) -> float:
        """Seconds a bulletin takes by itself, with its pauses and what is said twice."""
        if name not in self._words:
            settings, channels = self.site.station.voices.say_twice, self.site.report_channels.values()
            self.spoken_s(name, twice.repeated(self.site.bulletins[name].text, settings, channels))
        return self._words[name]

    def _around(self, occurrence: Occurrence, urgent: bool) -> Iterable[Spoken]:
        settings = self.site.station.assembly
        own = {
            Kind.ANNOUNCEMENT: settings.urgent_announcement if urgent else settings.announcement,
            Kind.CLOSING: settings.urgent_closing if urgent else settings.closing,
        }
        named = {"station": self.site.station.name, "title": occurrence.title}
        for kind, words in own.items():
            text = say(HOUSE_WORDS[kind, urgent], "vi", **named) if words is None else words.format(**named)
            if text:
                yield _spoken(kind, text, self.spoken_s(text, text))


def _spoken(kind: Kind, name: str, seconds: float) -> Spoken:
    return Spoken(kind, Segment(Path(), "", seconds, ""), Passage(name, SpeechText(())))


def is_beyond(seconds: float, allowed_s: float) -> bool:
    """Whether a reckoned length is certainly more than a slot allows."""
    return seconds > allowed_s * TOLERANCE
