"""Bulletin → Recording, ahead of time: words as spoken → voice → mastered segment → joined file.

A recording is named by its own hash under `var/audio` and never overwritten. A second run renders nothing; what several
clusters, slots or weeks share is made once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import speech
from pipeline.audio import cues, gate, measure, mp3, renderings, tags
from pipeline.audio.cues import Kind
from pipeline.config.channels import LEAD_IN, ChannelSettings
from pipeline.domain import Form, Occurrence, Priority, Recording
from pipeline.errors import AudioError, LoaError
from pipeline.production import kept
from pipeline.production.assembly import (
    Airing,
    Frame,
    Spoken,
    cues_of,
    fitting,
    heard_as,
    lay_out,
    require_target,
    steps_of,
    tags_of,
)
from pipeline.production.kept import Current
from pipeline.production.segments import Failure, Passage, Segment, Segments, sweep, told, write_whole
from pipeline.production.words import Words
from pipeline.site import Site
from pipeline.voices.chain import RECORDED, build_chain
from pipeline.voices.installed import SHELF

if TYPE_CHECKING:
    from pipeline.store import Store

WORKERS = 2
CUES, TRANSCRIPT = ".cues.json", ".vtt"  # beside a recording, by its hash

Progress = Callable[[int, int], None]
"""Called with pieces done and pieces in all."""

Heard = dict[tuple[str, bool], Segment]
"""Segments of passages by name and urgency."""


class Production:
    """Makes and finds the recordings of a site. In one run of `make` a voice that is away is asked once.

    While `make` renders with a voice that has come back, what the last run has joined stays what airs: nothing is late
    for being made better. While it renders anew what the station now speaks otherwise, what was made of the same words
    stays.
    """

    def __init__(self, site: Site, store: Store, *, offline: bool = False) -> None:
        self.site, self.store = site, store
        self.segments = segments_of(site, site.root / "var" / "cache" / "segments", offline=offline)
        self.folder = site.root / "var" / "audio"
        self.failures: list[Failure] = []
        self.words = Words(site)
        self._segments: Heard = {}  # found since the last `make`
        self._settled: Heard = {}  # what it has joined
        self._recordings: dict[str, Recording] = {}
        self._steps: dict[str, list[tuple[timedelta, tuple[str, ...]]]] = {}  # by the key of an airing

    def make(self, occurrences: Iterable[Occurrence], now: datetime, progress: Progress | None = None) -> None:
        """Render and join what the occurrences need and is not there yet. What fails stands in `failures`."""
        self.failures = []
        self.segments.begin()
        sweep(self.folder)
        wanted = [occurrence for occurrence in occurrences if occurrence.bulletins]
        passages = {_mark(passage): passage for occurrence in wanted for passage in self.words.passages_of(occurrence)}
        with ThreadPoolExecutor(WORKERS) as pool:
            for done, _ in enumerate(pool.map(self._attempt, passages.values()), 1):
                if progress:
                    progress(done, len(passages))
            heard = {mark: found for mark, each in passages.items() if (found := self.segments.find(each))}
            airings = {each.key: each for one in wanted if (each := self._assembled(one, heard)).segments}
            self._recordings = {}  # a new one: dispatch may be reading the old one just now
            missing = [airing for key, airing in airings.items() if self._known(key) is None]
            for airing, recording in zip(missing, pool.map(self._join, missing), strict=True):
                if recording is not None:
                    self.store.save_recording(airing.key, recording, now)
            self._keep(wanted, heard, now)
            self._segments = dict(heard)
            unlike = [pair for pair in self._forms_of(wanted) if self.rendering(*pair) is None]
            for pair, rendered in zip(unlike, pool.map(self._render, unlike), strict=True):
                if rendered is not None:
                    self.store.save_recording(_rendering_key(*pair), rendered, now)
        self._settled = {**self._settled, **heard}

    def find(self, occurrence: Occurrence) -> Recording | None:
        """The recording of an occurrence, or None where it is not produced or its file is gone.

        One with another lead-in (a cluster has moved to another channel) is better than silence, and so is one of the
        same words in another voice, faster or slower.
        """
        return self._current(occurrence).recording

    def is_made(self, occurrence: Occurrence) -> bool:
        """Whether there is a recording made as the station makes it today, be it not the one that airs."""
        return self._made(occurrence).recording is not None

    def is_kept(self, occurrence: Occurrence) -> bool:
        """Whether what airs was made of the same words, otherwise than the station makes it today."""
        return self._current(occurrence).kept

    def steps(self, occurrence: Occurrence) -> Sequence[tuple[timedelta, tuple[str, ...]]]:
        """For each number of first bulletins of what is produced: how long only those take, and which are heard."""
        current = self._current(occurrence)
        airing = current.airing
        if current.recording is None or current.kept or not airing.segments:
            return ()
        key = airing.key
        if key not in self._steps:
            try:
                self._steps[key] = steps_of(lay_out(airing, partial(self.segments.signal, urgent=airing.emergency)))
            except LoaError as error:  # a signal that cannot be made keeps no airing from sounding whole
                self.failures.append(Failure(key, "", error))
                return ()
        return self._steps[key]

    def shortened(self, occurrence: Occurrence, steps: int, now: datetime) -> Recording | None:
        """The recording of only the first bulletins, joined now where nobody has joined it; None where it cannot be."""
        current = self._current(occurrence)
        if current.kept:
            return None
        airing = current.airing.shortened(steps)
        found = self._known(airing.key)
        if found is None and (found := self._join(airing)) is not None:
            self.store.save_recording(airing.key, found, now)
        if found is None:
            return None
        for form in {each.form for each in self._ways(occurrence)} - {Form.MP3}:
            if self.rendering(found, form) is None and (rendered := self._render((found, form))) is not None:
                self.store.save_recording(_rendering_key(found, form), rendered, now)
        return found

    def left_out(self, occurrence: Occurrence) -> tuple[str, ...]:
        """The bulletins for which the length of its slot has no room."""
        current = self._current(occurrence)
        if current.kept and current.recording is not None:
            return kept.unheard(occurrence, (self.folder / current.recording.sha256).with_suffix(CUES))
        return current.airing.cut

    def _current(self, occurrence: Occurrence) -> Current:
        """What airs as things stand: what is made, unless it is not whole and what was made of the same words is."""
        made = self._made(occurrence)
        if not made.airing.missing and kept.may_air(made.recording, self.site, occurrence):
            return made
        found = self._known(kept.key_of(self.words, occurrence))
        if found is None or not kept.goes_before(found, made, self.site, occurrence):
            return made
        return Current(made.airing, found, kept=True)

    def _made(self, occurrence: Occurrence) -> Current:
        """What the last run has joined, unless a newer one lacks nothing."""
        settled = self._assembled(occurrence, self._settled)
        found = self._joined(settled)
        if found and not settled.missing:
            return Current(settled, found)
        airing = self.airing(occurrence)
        joined = self._joined(airing)
        return Current(airing, joined) if joined or not found else Current(settled, found)

    def _keep(self, occurrences: Iterable[Occurrence], heard: Heard, now: datetime) -> None:
        """Note what is made of all the words of each, for when it is to be made otherwise."""
        seen = set[str]()
        for each in occurrences:
            key = kept.key_of(self.words, each)
            airing = self._assembled(each, heard) if key not in seen else None
            seen.add(key)
            if airing is None or airing.missing or (found := self._joined(airing)) is None:
                continue
            if kept.replaces(found, self._known(key)):
                self.store.save_recording(key, found, now)
                self._recordings.pop(key, None)

    def _joined(self, airing: Airing) -> Recording | None:
        """The recording of an airing; whether it is a fallback is said of the station's voices of today."""
        if not airing.segments:
            return None
        lead_ins = dict.fromkeys([airing.frame.lead_in_s, *self._lead_ins])
        found = next((found for each in lead_ins if (found := self._known(airing.with_lead_in(each).key))), None)
        return replace(found, fallback=any(each.fallback for each in airing.segments)) if found else None

    def airing(self, occurrence: Occurrence) -> Airing:
        """What the airing of an occurrence is joined from, as far as its segments exist."""
        heard = {_mark(each): found for each in self.words.passages_of(occurrence) if (found := self._segment(each))}
        return self._assembled(occurrence, heard)

    def _assembled(self, occurrence: Occurrence, heard: Heard) -> Airing:
        wished = self.words.wished(occurrence)
        ready = [
            Spoken(kind, heard[_mark(passage)], passage, title)
            for kind, title, passage in wished
            if _mark(passage) in heard
        ]
        bulletins = [each for each in ready if each.kind is Kind.BULLETIN]
        around = [each for each in ready if each.kind is not Kind.BULLETIN]
        frame = self._frame(occurrence)
        fit = fitting(occurrence, frame, bulletins, around)
        opening = [each for each in around if each.kind is Kind.ANNOUNCEMENT]
        closing = [each for each in around if each.kind is Kind.CLOSING]
        spoken = {each.bulletin for each in bulletins}
        aired = {each.bulletin for each in fit}
        return Airing(
            spoken=(*opening, *fit * occurrence.repeat, *closing) if fit else (),
            missing=tuple(name for name in occurrence.bulletins if name not in spoken),
            cut=tuple(each.bulletin for each in bulletins if each.bulletin not in aired),
            frame=frame,
            title=occurrence.title,
            station=self.site.station.name,
            needs_s=frame.length_s(bulletins, around, occurrence.repeat),
            dropped=tuple(each.bulletin for each in bulletins[len(fit) :]),
        )

    def rendering(self, recording: Recording, form: Form) -> Recording | None:
        """A recording in another kind of file, or None where `make` has not rendered it or its file is gone."""
        return recording if form is Form.MP3 else self._known(_rendering_key(recording, form))

    def hand_over(self, recording: Recording, channel: str) -> Recording | None:
        """The file that a channel is handed for a recording; None while it is not rendered."""
        settings = self.site.channels.get(channel)
        return self.rendering(recording, settings.form) if settings else recording

    def not_rendered(self, occurrence: Occurrence) -> list[str]:
        """The channels for which the recording of an occurrence is there, and the form they need is not."""
        recording = self.find(occurrence)
        ways = self._ways(occurrence) if recording else []
        return [each.id for each in ways if recording and self.rendering(recording, each.form) is None]

    def _known(self, key: str) -> Recording | None:
        recording = self._recordings.get(key)
        if recording is None:
            found = self.store.find_recording(key)
            if found is None:
                return None
            path = self.folder / f"{found.sha256}{found.path.suffix}"  # wherever the site lies today
            recording = self._recordings[key] = replace(found, path=path)
        return recording if recording.path.is_file() else None

    def _segment(self, passage: Passage) -> Segment | None:
        known = self._segments
        found = known.get(_mark(passage)) or self.segments.find(passage)
        if found is not None:
            known[_mark(passage)] = found
        return found

    def _frame(self, occurrence: Occurrence) -> Frame:
        """The lead-in is the longest that any of its clusters needs: neighbours must not speak a second apart."""
        settings = self.site.station.assembly
        lead_ins = [self._lead_in_s(target) for target in occurrence.targets]
        return Frame(
            lead_in_s=max(lead_ins, default=LEAD_IN.total_seconds()),
            pause_s=settings.pause.total_seconds(),
            opening=settings.opening or occurrence.priority is Priority.EMERGENCY,
            separator=settings.separator,
            emergency=occurrence.priority is Priority.EMERGENCY,
        )

    def _lead_in_s(self, cluster_id: str) -> float:
        cluster = self.site.clusters.get(cluster_id)
        settings = self.site.channels.get(cluster.channel) if cluster else None
        return (settings.lead_in if settings else LEAD_IN).total_seconds()

    @property
    def _lead_ins(self) -> list[float]:
        """Every lead-in of the station, the longest first."""
        return sorted({each.lead_in.total_seconds() for each in self.site.channels.values()}, reverse=True)

    def _attempt(self, passage: Passage) -> None:
        try:
            self.segments.make(passage)
        except (LoaError, OSError) as error:
            self.failures.append(Failure(passage.name, "", told(error)))

    # --- joining ------------------------------------------------------------------------------------------------------

    def _join(self, airing: Airing) -> Recording | None:
        """Join the frames, measure the decoded whole, and name the file by its hash; its cues lie beside it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self._part(airing.key)
        try:
            parts = lay_out(airing, partial(self.segments.signal, urgent=airing.emergency))
            joined = mp3.join(
                (each.sound for each in parts), part, lambda audio: tags.written(tags_of(airing, parts, audio))
            )
            heard = cues_of(parts)
            measured, loudness = measure.measure_parts(part, [(cue.start_s, cue.end_s) for cue in heard])
            preset = self.segments.preset(airing.emergency)
            require_target(measured, parts, loudness, preset)
            gate.refuse(gate.uneven(heard_as(heard, loudness, preset)))
            path = self.folder / f"{joined.sha256}.mp3"
            facts = cues.document(heard, recording=joined.sha256, duration_s=joined.duration_s)
            write_whole(path.with_suffix(CUES), facts.encode())
            write_whole(path.with_suffix(TRANSCRIPT), cues.transcript(heard, title=airing.title).encode())
            part.replace(path)
        except (AudioError, OSError) as error:
            part.unlink(missing_ok=True)
            self.failures.append(Failure(airing.key, "", told(error)))
            return None
        voices = sorted({segment.voice for segment in airing.segments})
        fallback = any(segment.fallback for segment in airing.segments)
        name = " + ".join(voices)
        return Recording(joined.sha256, path, measured.duration_s, measured.lufs, measured.dbtp, name, fallback)

    def _part(self, key: str) -> Path:
        return self.folder / f"{key}.{os.getpid()}.{os.urandom(4).hex()}.part"

    def _ways(self, occurrence: Occurrence) -> list[ChannelSettings]:
        """The channels that its clusters hang on."""
        clusters = [self.site.clusters[each] for each in occurrence.targets if each in self.site.clusters]
        names = dict.fromkeys(each.channel for each in clusters)
        return [self.site.channels[each] for each in names if each in self.site.channels]

    def _forms_of(self, occurrences: Iterable[Occurrence]) -> list[tuple[Recording, Form]]:
        """Which recordings are needed in which other forms."""
        found: dict[tuple[Recording, Form], None] = {}
        for occurrence in occurrences:
            forms = {each.form for each in self._ways(occurrence)} - {Form.MP3}
            recording = self.find(occurrence) if forms else None
            if recording is not None:
                found.update(dict.fromkeys((recording, form) for form in sorted(forms)))
        return list(found)

    def _render(self, pair: tuple[Recording, Form]) -> Recording | None:
        recording, form = pair
        part = self._part(_rendering_key(recording, form))
        heard = measure.Loudness(recording.lufs, recording.dbtp, recording.duration_s)
        try:
            found = renderings.render(recording.path, heard, form, part)
            with part.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            path = self.folder / f"{sha256}{renderings.SHAPES[form].suffix}"
            part.replace(path)
        except (AudioError, OSError) as error:
            part.unlink(missing_ok=True)
            self.failures.append(Failure(recording.sha256, "", told(error)))
            return None
        return replace(
            recording, sha256=sha256, path=path, duration_s=found.duration_s, lufs=found.lufs, dbtp=found.dbtp
        )


def segments_of(site: Site, folder: Path, *, offline: bool = False) -> Segments:
    """The segments that a site's chain of voices and mastering make, kept in `folder`."""
    voices = site.station.voices
    chain = build_chain(voices, site.root / SHELF, online=not offline)
    return Segments(folder, chain, site.preset(), recorded=RECORDED in voices.chain, urgent=site.preset(urgent=True))


def speak(site: Site, text: str, folder: Path) -> Segment:
    """One text through voice and mastering, outside any programme. VoiceError where no voice can."""
    return segments_of(site, folder).make(Passage("say", speech.read_aloud(text, site.lexicon)))


def _mark(passage: Passage) -> tuple[str, bool]:
    return passage.name, passage.urgent


def _rendering_key(recording: Recording, form: Form) -> str:
    return hashlib.sha256(json.dumps([recording.sha256, form, renderings.VERSION]).encode()).hexdigest()
