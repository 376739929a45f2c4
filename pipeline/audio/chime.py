"""What is heard before words: the station's chime, and a signal that nobody takes for it. Made with pydub."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from pipeline.audio.ffmpeg import RATE, Samples, ffmpeg

# C5, E5, G5: a rising chord, friendly; each with its octave and twelfth at falling levels, like a bell
CHIME_NOTES_HZ = (523.25, 659.25, 783.99)
CHIME_STEP_MS = 480
CHIME_RING_MS = 1500
PARTIALS_DB = ((1, -15.0), (2, -24.0), (3, -31.0))

# Between two bulletins: the chime's last notes, coming down, softer and soon gone
SEPARATOR_NOTES_HZ = (783.99, 523.25)
SEPARATOR_STEP_MS = 260
SEPARATOR_RING_MS = 740

# Three quick notes that leap upwards, five times, where a horn is strongest. Sirens glide (police, ambulance, civil
# defence) or rock between two tones (fire brigades), evacuation alarms beat evenly on one: this does none of it.
SIGNAL_HZ = (740.0, 988.0, 1319.0)
SIGNAL_TONE_MS = 130
SIGNAL_GAP_MS = 270
SIGNAL_TURNS = 5
SIGNAL_PARTIALS_DB = ((1, -16.0), (2, -24.0), (3, -29.0))  # brighter than the chime: it must pass through wind
EDGE_MS = 8  # a tone that starts at once clicks


VERSION = "2"  # part of the key of every signal: raise it when one of them sounds different


@cache
def opening_chime() -> Samples:
    """About 2.5 s, mono at RATE."""
    return _bells(CHIME_NOTES_HZ, CHIME_STEP_MS, CHIME_RING_MS)


@cache
def separator() -> Samples:
    """About 1 s, mono at RATE."""
    return _bells(SEPARATOR_NOTES_HZ, SEPARATOR_STEP_MS, SEPARATOR_RING_MS)


@cache
def emergency_signal() -> Samples:
    """About 3.3 s of rising calls, mono at RATE."""
    call = _silence(0)
    for hertz in SIGNAL_HZ:
        note = _silence(SIGNAL_TONE_MS)
        for multiple, level_db in SIGNAL_PARTIALS_DB:
            note = note.overlay(_tone(hertz * multiple, SIGNAL_TONE_MS, level_db))
        call += note
    return samples((call + _silence(SIGNAL_GAP_MS)) * SIGNAL_TURNS)


def _bells(notes_hz: Sequence[float], step_ms: int, ring_ms: int) -> Samples:
    """Notes that ring into each other, each with its octave and twelfth."""
    sound = _silence(step_ms * (len(notes_hz) - 1) + ring_ms)
    for place, hertz in enumerate(notes_hz):
        for multiple, level_db in PARTIALS_DB:
            ring = round(ring_ms / multiple)
            note = _tone(hertz * multiple, ring, level_db).fade_out(ring - EDGE_MS)
            sound = sound.overlay(note, position=place * step_ms)
    return samples(sound)


def samples(sound: Any) -> Samples:
    """A pydub segment as float32, mono at RATE."""
    plain = sound.set_channels(1).set_frame_rate(RATE).set_sample_width(2)
    return np.array(plain.get_array_of_samples(), dtype=np.float32) / np.float32(32768)


def faded(part: Samples, fade_s: float) -> Samples:
    """A copy that comes and goes over `fade_s` seconds, so that a cut does not click."""
    pydub = _pydub()
    length = min(round(fade_s * 1000), round(part.size / RATE * 500))
    pcm = np.clip(np.rint(part * 32767), -32768, 32767).astype("<i2").tobytes()
    sound = pydub.AudioSegment(pcm, frame_rate=RATE, sample_width=2, channels=1)
    return samples(sound.fade_in(length).fade_out(length))


def _tone(hertz: float, length_ms: int, level_db: float) -> Any:
    tone = _pydub().generators.Sine(hertz, sample_rate=RATE).to_audio_segment(length_ms, volume=level_db)
    return tone.fade_in(EDGE_MS).fade_out(EDGE_MS)


def _silence(length_ms: int) -> Any:
    return _pydub().AudioSegment.silent(length_ms, frame_rate=RATE)


@cache
def _pydub() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for ffmpeg on the PATH, and for audioop of Python 3.12
        import pydub
        import pydub.generators
    pydub.AudioSegment.converter = ffmpeg()
    return pydub
