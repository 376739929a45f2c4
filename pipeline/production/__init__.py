"""Bulletin → Recording, ahead of time: words as spoken → voice → mastered segment → joined file.

A recording is named by its own hash under `var/audio` and never overwritten. A second run renders nothing; what several
clusters, slots or weeks share is made once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline import speech
from pipeline.audio import chime, measure, mp3
from pipeline.config.mastering import Preset
from pipeline.domain import Occurrence, Priority, Recording
from pipeline.errors import AudioError, LoaError
from pipeline.messages import say
from pipeline.production import twice
from pipeline.production.segments import Failure, Passage, Segment, Segments
from pipeline.site import Site
from pipeline.store import Store
from pipeline.voices.chain import RECORDED, build_chain
from pipeline.voices.installed import SHELF

LEAD_IN_S = 0.5  # amplifiers and horns swallow the first moments
PAUSE_S = 1.2
WORKERS = 2
TOLERANCE_LU = 0.5
LAYOUT = "1"  # part of a recording's key: raise it when the order of the pieces changes

SIGNAL_S = 4.0  # what an opening signal takes at most

Progress = Callable[[int, int], None]
"""Called with pieces done and pieces in all."""


@dataclass(frozen=True, slots=True)
class Airing:
    """An occurrence as it will sound: segments in order, bulletins no voice could speak, bulletins that did not fit."""

    segments: tuple[Segment, ...]
    missing: tuple[str, ...]
    cut: tuple[str, ...]
    emergency: bool

    @property
    def key(self) -> str:
        """Hash of everything the joined file depends on."""
        parts = [LAYOUT, self.emergency, *(segment.sha256 for segment in self.segments)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Production:
    """Makes and finds the recordings of a site. One instance a run, so that a voice that is away is asked once."""

    def __init__(self, site: Site, store: Store, *, offline: bool = False) -> None:
        self.site, self.store = site, store
        self.segments = segments_of(site, site.root / "var" / "cache" / "segments", offline=offline)
        self.folder = site.root / "var" / "audio"
        self.failures: list[Failure] = []
        self._passages: dict[str, Passage] = {}
        self._segments: dict[tuple[str, bool], Segment] = {}  # by name and urgency; found since the last `make`
        self._recordings: dict[str, Recording] = {}

    def make(self, occurrences: Iterable[Occurrence], now: datetime, progress: Progress | None = None) -> None:
        """Render and join what the occurrences need and is not there yet. What fails stands in `failures`."""
        self._segments, self._recordings = {}, {}  # new ones: dispatch may be reading the old ones just now
        wanted = [occurrence for occurrence in occurrences if occurrence.bulletins]
        passages = {_mark(passage): passage for occurrence in wanted for passage in self._passages_of(occurrence)}
        with ThreadPoolExecutor(WORKERS) as pool:
            for done, _ in enumerate(pool.map(self._attempt, passages.values()), 1):
                if progress:
                    progress(done, len(passages))
            airings = {airing.key: airing for occurrence in wanted if (airing := self.airing(occurrence)).segments}
            missing = [airing for key, airing in airings.items() if self._known(key) is None]
            for airing, recording in zip(missing, pool.map(self._join, missing), strict=True):
                if recording is not None:
                    self.store.save_recording(airing.key, recording, now)

    def find(self, occurrence: Occurrence) -> Recording | None:
        """The recording of an occurrence, or None where it is not produced or its file is gone."""
        airing = self.airing(occurrence)
        return self._known(airing.key) if airing.segments else None

    def airing(self, occurrence: Occurrence) -> Airing:
        """What the airing of an occurrence is joined from, as far as its segments exist."""
        opening, *bulletins, closing = [self._segment(passage) for passage in self._passages_of(occurrence)]
        named = zip(occurrence.bulletins, bulletins, strict=True)
        ready = [(name, segment) for name, segment in named if segment is not None]
        around = [segment for segment in (opening, closing) if segment is not None]
        fitting = _fitting(occurrence, ready, sum(_airtime(segment) for segment in around))
        body = [segment for _, segment in fitting] * occurrence.repeat
        aired = {name for name, _ in fitting}
        return Airing(
            segments=tuple(segment for segment in (opening, *body, closing) if segment) if body else (),
            missing=tuple(name for name in occurrence.bulletins if name not in dict(ready)),
            cut=tuple(name for name, _ in ready if name not in aired),
            emergency=occurrence.priority is Priority.EMERGENCY,
        )

    def _known(self, key: str) -> Recording | None:
        recording = self._recordings.get(key)
        if recording is None:
            found = self.store.find_recording(key)
            if found is None:
                return None
            path = self.folder / f"{found.sha256}.mp3"  # wherever the site lies today
            recording = self._recordings[key] = replace(found, path=path)
        return recording if recording.path.is_file() else None

    def _segment(self, passage: Passage) -> Segment | None:
        known = self._segments
        found = known.get(_mark(passage)) or self.segments.find(passage)
        if found is not None:
            known[_mark(passage)] = found
        return found

    def _attempt(self, passage: Passage) -> None:
        try:
            self.segments.make(passage)
        except LoaError as error:
            self.failures.append(Failure(passage.name, "", error))

    # --- what is spoken -----------------------------------------------------------------------------------------------

    def _passages_of(self, occurrence: Occurrence) -> list[Passage]:
        """Announcement, bulletins, closing: everything of an airing that is spoken."""
        opening = self._station_words("air_opening", title=occurrence.title)
        spoken = [opening, *map(self._bulletin, occurrence.bulletins), self._station_words("air_closing")]
        return [replace(passage, urgent=occurrence.priority is Priority.EMERGENCY) for passage in spoken]

    def _station_words(self, code: str, **params: str) -> Passage:
        words = say(code, "vi", station=self.site.station.name, **params)
        return self._passage(words, lambda: Passage(words, speech.read_aloud(words, self.site.lexicon)))

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

    # --- joining ------------------------------------------------------------------------------------------------------

    def _join(self, airing: Airing) -> Recording | None:
        """Join the frames, measure the decoded whole, and name the file by its hash."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{airing.key}.{os.getpid()}.{os.urandom(4).hex()}.part"
        try:
            joined = mp3.join(self._parts(airing), part)
            measured = measure.measure_file(part)
            self._require_target(measured, joined.duration_s, self.segments.preset(airing.emergency))
        except AudioError as error:
            part.unlink(missing_ok=True)
            self.failures.append(Failure(airing.key, "", error))
            return None
        path = self.folder / f"{joined.sha256}.mp3"
        part.replace(path)
        voices = sorted({segment.voice for segment in airing.segments})
        fallback = any(segment.fallback for segment in airing.segments)
        name = " + ".join(voices)
        return Recording(joined.sha256, path, measured.duration_s, measured.lufs, measured.dbtp, name, fallback)

    def _require_target(self, measured: measure.Loudness, joined_s: float, preset: Preset) -> None:
        """AudioError unless the decoded whole is as loud as the preset asks, below its true peak, and complete."""
        if abs(measured.lufs - preset.lufs) > TOLERANCE_LU or measured.dbtp > preset.dbtp:
            figures = {"lufs": f"{measured.lufs:.1f}", "dbtp": f"{measured.dbtp:.1f}"}
            raise AudioError("loudness_not_reached", target=preset.lufs, **figures)
        if abs(measured.duration_s - joined_s) > 2 * mp3.FRAME_S:
            raise AudioError("recording_incomplete", found=f"{measured.duration_s:.1f}", expected=f"{joined_s:.1f}")

    def _parts(self, airing: Airing) -> list[bytes | Path]:
        sound = chime.emergency_signal if airing.emergency else chime.opening_chime
        signal = self.segments.signal(sound, urgent=airing.emergency)
        pause = mp3.silence(PAUSE_S)
        parts: list[bytes | Path] = [mp3.silence(LEAD_IN_S), signal.path]
        for segment in airing.segments:
            parts += [pause, segment.path]
        return [*parts, pause]


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


def _airtime(segment: Segment) -> float:
    return segment.duration_s + PAUSE_S


def _fitting(occurrence: Occurrence, ready: list[tuple[str, Segment]], around_s: float) -> list[tuple[str, Segment]]:
    """As many whole bulletins as the slot's length holds: an airing is cut between bulletins, never within one.

    The first bulletin always airs: a warning that runs over is better than silence, and the plan says so.
    """
    if occurrence.length is None:
        return ready
    room_s = occurrence.length.total_seconds() - SIGNAL_S - LEAD_IN_S - around_s
    fitting: list[tuple[str, Segment]] = []
    for name, segment in ready:
        room_s -= _airtime(segment) * occurrence.repeat
        if room_s < 0 and fitting:
            break
        fitting.append((name, segment))
    return fitting
