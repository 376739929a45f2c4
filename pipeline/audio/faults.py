"""What the quality gate may find: every fault with its gravity, and the sound that the rules look at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.breaks import Series
from pipeline.audio.hearing import QUIET, Heard
from pipeline.errors import AudioError, Severity

E, W = Severity.ERROR, Severity.WARNING

CHARACTERS_PER_S = (9.0, 22.0)  # espeak-ng in Vietnamese: 10 (short words) to 18 at normal pace
PITCH_HZ = (60.0, 400.0)  # median over a text: low men to small children

# fault → for a voice engine, for a person's file; None: no fault there. What loses words refuses a person's file too:
# the text beside it is read by the next voice instead. What only sounds bad is told: a second person accepted it.
GRAVITY: Mapping[str, tuple[Severity | None, Severity | None]] = {
    "audio_silent": (E, E),
    "audio_too_quiet": (E, E),
    "silence_before_long": (E, W),
    "silence_after_long": (E, W),
    "silence_within_long": (E, E),
    "speech_hole": (E, E),
    "speech_repeated": (E, W),
    "audio_clicks": (E, W),
    "speech_begins_cut": (E, E),
    "speech_ends_cut": (E, E),
    "audio_clipped": (E, W),
    "audio_dc_offset": (E, W),
    "level_jump": (E, W),
    "pitch_not_of_speech": (E, W),
    "sound_is_tone": (E, W),  # somebody may mean a signal or a tune
    "sound_is_noise": (E, E),
    "audio_hum": (E, W),
    "audio_narrow": (W, W),
    "audio_noisy": (None, W),
    "speech_too_short": (E, E),
    "speech_too_long": (E, None),
    "channels_cancel": (E, E),
    "channel_dead": (W, W),
    "length_not_as_promised": (E, E),
    "longer_than_slot": (E, W),
    "segments_uneven": (E, W),
}

# Where no voice passes, the words air all the same with one of these: they are there, and silence warns nobody.
DOUBTS = frozenset(GRAVITY) - {
    "audio_silent", "audio_too_quiet", "sound_is_tone", "sound_is_noise", "speech_too_short", "channels_cancel",
    "length_not_as_promised",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a sound before it is heard. What nobody knows keeps its default and is not judged."""

    text: str = ""  # as spoken
    characters_per_s: tuple[float, float] = CHARACTERS_PER_S  # slowest and fastest
    syllables_per_s: tuple[float, float] = (0.0, math.inf)  # the same in words, which in Vietnamese are syllables
    pitch_hz: tuple[float, float] = PITCH_HZ
    person: bool = False  # a file that somebody recorded, in whatever place
    in_one_piece: bool = False  # made on this machine by one process that ended well: no part was lost on a way
    length_s: float | None = None  # promised by whoever made the file
    slot_s: float | None = None  # the airtime there is


UNKNOWN = Expected()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: since which second where it has a place, what was measured, and what is allowed."""

    code: str
    severity: Severity
    at_s: float | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    def error(self) -> AudioError:
        return AudioError(self.code, **self.params)


@dataclass(frozen=True, slots=True)
class Sound:
    """What the rules look at: what was heard, where it sounds, and how loud its loud frames are."""

    heard: Heard
    expected: Expected
    sounding: NDArray[np.intp]  # indices of 10 ms frames above a pause
    loud: float

    @property
    def voice(self) -> Series:
        """Levels of the frames within 30 dB of the loudest: the speech without its pauses."""
        levels = self.heard.levels
        voice: Series = levels[levels > levels.max() * 10**-1.5]
        return voice

    @property
    def level_db(self) -> float:
        return decibels(float(np.sqrt(np.mean(np.square(self.voice, dtype=np.float64)))))

    @property
    def floor_db(self) -> float:
        """The level of the quietest 30 ms between the first sound and the last, but for one in a hundred."""
        power = np.square(self.heard.levels[self.sounding[0] : self.sounding[-1] + 1], dtype=np.float64)
        quietest = np.percentile(np.convolve(power, np.ones(3) / 3, mode="valid" if power.size > 3 else "same"), 1)
        return decibels(float(np.sqrt(quietest)))


def sound_of(heard: Heard, expected: Expected) -> Sound:
    """What the rules look at, of what was heard."""
    sounding = np.flatnonzero(heard.peaks > QUIET)
    loud = float(np.percentile(heard.peaks[sounding], 90)) if sounding.size else 0.0
    return Sound(heard, expected, sounding, loud)


def fault(code: str, at_s: float | None = None, *, person: bool = False, **params: object) -> Fault:
    """With the gravity that its code has."""
    place = {} if at_s is None else {"at": f"{at_s:.1f}"}
    return Fault(code, GRAVITY[code][person] or W, at_s, {**place, **params})


def decibels(amplitude: float) -> float:
    """Of an amplitude, full scale being 1."""
    return 20 * math.log10(max(amplitude, 1e-9))
