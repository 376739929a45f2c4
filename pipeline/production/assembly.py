"""The order of an airing: lead-in · signal · announcement · bulletins with a sound between them · closing words.

Everything is laid out in frames before anything is joined: times are exact, and the same airing is the same file.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

from pipeline.audio import chime, mp3
from pipeline.audio.cues import Cue, Kind
from pipeline.audio.ffmpeg import Samples
from pipeline.audio.mastering import BRIEF_BELOW_LU, TOLERANCE_LU, is_brief
from pipeline.audio.measure import Loudness
from pipeline.audio.tags import Chapter, Tags
from pipeline.config.mastering import Preset
from pipeline.domain import Occurrence
from pipeline.errors import AudioError
from pipeline.production.segments import Passage, Segment

LAYOUT = "2"  # part of a recording's key: raise it when the order of the parts changes
CHIME_S, EMERGENCY_S, SEPARATOR_S = 2.52, 3.348, 1.044  # what the signals of chime.py take once mastered
SHOWN_S = 0.5  # lengths are shown in whole seconds: what is shown as fitting fits
EDGES_S = 0.2  # of each part that the meter's windows of 400 ms share with silence: 0.02 LU in five minutes


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the bulletins of an airing, in seconds and by the station's settings.

    `separator`: a sound between two bulletins. An emergency has a signal of its own, whatever `opening` says.
    """

    lead_in_s: float
    pause_s: float
    opening: bool
    separator: bool
    emergency: bool

    def length_s(self, bulletins: Sequence[Spoken], around: Sequence[Spoken], repeat: int) -> float:
        """Seconds an airing of these bulletins lasts: what `lay_out` makes of it, counted in the same frames."""
        signal_s = EMERGENCY_S if self.emergency else CHIME_S if self.opening else 0.0
        pause, half = _silent_frames(self.pause_s), _silent_frames(self.pause_s / 2)
        between = 2 * half + round(SEPARATOR_S / mp3.FRAME_S) if self.separator else pause
        frames = _silent_frames(self.lead_in_s) + round(signal_s / mp3.FRAME_S) + pause
        frames += sum(_frames(each.segment) + pause for each in around)
        if bulletins:
            read = len(bulletins) * repeat
            frames += repeat * sum(_frames(each.segment) for each in bulletins) + pause + (read - 1) * between
        return frames * mp3.FRAME_S


@dataclass(frozen=True, slots=True)
class Spoken:
    """A segment in its place: which part of the airing it is and what it says."""

    kind: Kind
    segment: Segment
    passage: Passage
    title: str = ""

    @property
    def bulletin(self) -> str:
        return self.passage.name if self.kind is Kind.BULLETIN else ""


@dataclass(frozen=True, slots=True)
class Airing:
    """An occurrence as it will sound, the bulletins no voice could speak, and those that did not fit.

    `needs_s`: what all that were spoken would take. `dropped`: each entry of its list that did not fit; `cut` names
    only those that are not heard at all.
    """

    spoken: tuple[Spoken, ...]
    missing: tuple[str, ...]
    cut: tuple[str, ...]
    frame: Frame
    title: str = ""
    station: str = ""
    needs_s: float = 0.0
    dropped: tuple[str, ...] = ()

    @property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(each.segment for each in self.spoken)

    @property
    def emergency(self) -> bool:
        return self.frame.emergency

    def shortened(self, count: int) -> Airing:
        """Only its first `count` bulletins, a repeated one counted each time, between the same opening and closing."""
        bulletins = [each for each in self.spoken if each.kind is Kind.BULLETIN]
        opening = [each for each in self.spoken if each.kind is Kind.ANNOUNCEMENT]
        closing = [each for each in self.spoken if each.kind is Kind.CLOSING]
        return replace(self, spoken=(*opening, *bulletins[:count], *closing))

    def with_lead_in(self, seconds: float) -> Airing:
        return replace(self, frame=replace(self.frame, lead_in_s=seconds))

    @property
    def key(self) -> str:
        """Hash of everything the joined file depends on, what its tags say included."""
        words = [(each.kind, each.segment.sha256, each.title) for each in self.spoken]
        parts = [LAYOUT, chime.VERSION, *astuple(self.frame), self.title, self.station, *words]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a recording: silence where `sound` is bytes, else a file of frames. `cue` is None for silence."""

    sound: bytes | Path
    frames: int
    cue: Cue | None = None


def is_beyond(seconds: float, allowed_s: float) -> bool:
    """Whether an airing is longer than its slot allows, in the seconds that people are shown."""
    return seconds >= allowed_s + SHOWN_S


Signal = Callable[[Callable[[], Samples]], Segment]
"""Gives the mastered segment of a sound of `chime`."""


def lay_out(airing: Airing, signal: Signal) -> list[Part]:
    """The parts in the order they sound, each with its cue at its exact time."""
    parts = list(_parts(airing, signal))
    starts = accumulate((part.frames for part in parts), initial=0)
    return [_timed(part, start) for part, start in zip(parts, starts, strict=False)]


def cues_of(parts: Sequence[Part]) -> list[Cue]:
    """What is heard when."""
    return [part.cue for part in parts if part.cue is not None]


def steps_of(parts: Sequence[Part]) -> list[tuple[timedelta, tuple[str, ...]]]:
    """For each number of first bulletins: how long an airing of only those is, and which are heard."""
    spoken = [at for at, part in enumerate(parts) if part.cue is not None and part.cue.kind is Kind.BULLETIN]
    ends = list(accumulate(part.frames for part in parts))
    after = ends[-1] - ends[spoken[-1]] if spoken else 0
    names = [cue.bulletin for at in spoken if (cue := parts[at].cue)]
    return [
        (timedelta(seconds=(ends[at] + after) * mp3.FRAME_S), tuple(dict.fromkeys(names[:count])))
        for count, at in enumerate(spoken, 1)
    ]


def tags_of(airing: Airing, parts: Sequence[Part], audio_sha256: str) -> Tags:
    """What the joined file says of itself: nothing that would differ from week to week."""
    chapters = [Chapter(cue.start_s, cue.end_s, cue.title) for cue in cues_of(parts) if cue.kind is Kind.BULLETIN]
    return Tags(airing.title, airing.station, tuple(chapters), audio_sha256)


def require_target(measured: Loudness, parts: Sequence[Part], loudness: Sequence[float], preset: Preset) -> None:
    """AudioError unless the decoded whole is as loud as the preset asks, below its true peak, and complete.

    What lasts seconds reads lower than its parts do alone: the meter's windows at both ends of each are half silence.
    `loudness`: LUFS of each cue; of those of a few words it may be low, and the whole is softer by their share.
    """
    heard = cues_of(parts)
    sounding_s = sum(map(_length_s, heard))
    edges_lu = 10 * math.log10(1 + EDGES_S * len(heard) / sounding_s)
    power = sum(_length_s(cue) * _share(cue, lufs, preset) for cue, lufs in zip(heard, loudness, strict=True))
    softer_lu = -10 * math.log10(power / sounding_s)
    apart_lu = measured.lufs - preset.lufs
    if not -TOLERANCE_LU - edges_lu - softer_lu <= apart_lu <= TOLERANCE_LU or measured.dbtp > preset.dbtp:
        figures = {"lufs": f"{measured.lufs:.1f}", "dbtp": f"{measured.dbtp:.1f}"}
        raise AudioError("loudness_not_reached", target=preset.lufs, **figures)
    joined_s = sum(part.frames for part in parts) * mp3.FRAME_S
    if abs(measured.duration_s - joined_s) > 2 * mp3.FRAME_S:
        raise AudioError("recording_incomplete", found=f"{measured.duration_s:.1f}", expected=f"{joined_s:.1f}")


def may_be_soft(cue: Cue, lufs: float, preset: Preset) -> bool:
    """Whether it is of so few words that it is softer than the rest and yet as loud as it can be."""
    return is_brief(_length_s(cue)) and 0 <= preset.lufs - lufs <= BRIEF_BELOW_LU + TOLERANCE_LU


def heard_as(heard: Sequence[Cue], loudness: Sequence[float], preset: Preset) -> list[tuple[str, float, float]]:
    """The spoken parts of a recording as the gate compares them; signals and single words measure softer."""
    return [
        (cue.title or cue.bulletin or cue.kind, cue.start_s, lufs)
        for cue, lufs in zip(heard, loudness, strict=True)
        if cue.paragraphs and not may_be_soft(cue, lufs, preset)
    ]


def _length_s(cue: Cue) -> float:
    return cue.end_s - cue.start_s


def _share(cue: Cue, lufs: float, preset: Preset) -> float:
    """What a part adds to the power of the whole, as a share of what one at the target adds."""
    return float(10 ** ((lufs - preset.lufs) / 10)) if may_be_soft(cue, lufs, preset) else 1.0


def fitting(
    occurrence: Occurrence,
    frame: Frame,
    ready: Sequence[Spoken],
    around: Sequence[Spoken],
    beyond: Callable[[float, float], bool] = is_beyond,
) -> list[Spoken]:
    """As many whole bulletins as the slot's length holds: an airing is cut between bulletins, never within one.

    The first bulletin always airs: a warning that runs over is better than silence, and the plan says so. `beyond`:
    whether so many seconds are more than a length of so many.
    """
    if occurrence.length is None:
        return list(ready)
    allowed_s = occurrence.length.total_seconds()
    count = len(ready)
    while count > 1 and beyond(frame.length_s(ready[:count], around, occurrence.repeat), allowed_s):
        count -= 1
    return list(ready[:count])


def _parts(airing: Airing, signal: Signal) -> Iterator[Part]:
    frame = airing.frame
    yield _silence(frame.lead_in_s)
    if frame.emergency:
        yield _signal(signal(chime.emergency_signal), Kind.SIGNAL)
    elif frame.opening:
        yield _signal(signal(chime.opening_chime), Kind.SIGNAL)
    before: Spoken | None = None
    for spoken in airing.spoken:
        if frame.separator and before is not None and before.kind is spoken.kind is Kind.BULLETIN:
            yield _silence(frame.pause_s / 2)
            yield _signal(signal(chime.separator), Kind.SEPARATOR)
            yield _silence(frame.pause_s / 2)
        else:
            yield _silence(frame.pause_s)
        yield _speech(spoken)
        before = spoken
    yield _silence(frame.pause_s)


def _silence(seconds: float) -> Part:
    sound = mp3.silence(seconds)
    return Part(sound, len(sound) // mp3.SIZE)


def _silent_frames(seconds: float) -> int:
    return round(seconds / mp3.FRAME_S)


def _signal(segment: Segment, kind: Kind) -> Part:
    return Part(segment.path, _frames(segment), Cue(0.0, 0.0, kind))


def _speech(spoken: Spoken) -> Part:
    segment, words = spoken.segment, spoken.passage.text.paragraphs
    cue = Cue(0.0, 0.0, spoken.kind, spoken.title, spoken.bulletin, segment.voice, words)
    return Part(segment.path, _frames(segment), cue)


def _frames(segment: Segment) -> int:
    return round(segment.duration_s / mp3.FRAME_S)


def _timed(part: Part, start: int) -> Part:
    if part.cue is None:
        return part
    cue = replace(part.cue, start_s=start * mp3.FRAME_S, end_s=(start + part.frames) * mp3.FRAME_S)
    return replace(part, cue=cue)
