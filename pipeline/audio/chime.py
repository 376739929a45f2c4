"""What is heard before words: the station's chime, and a signal that nobody takes for it. Made with pydub."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np

from pipeline.audio.ffmpeg import RATE, Samples, ffmpeg

# C5, E5, G5: a rising chord, friendly; each with its octave and twelfth at falling levels, like a bell
CHIME_NOTES_HZ = (523.25, 659.25, 783.99)
CHIME_STEP_MS = 480
CHIME_RING_MS = 1500
PARTIALS_DB = ((1, -15.0), (2, -24.0), (3, -31.0))

# Two tones in turn, a fourth apart, where a horn is strongest; not a siren, which has a meaning of its own
SIGNAL_HZ = (800.0, 1067.0)
SIGNAL_TONE_MS = 280
SIGNAL_TURNS = 6
SIGNAL_DB = -14.0
EDGE_MS = 8  # a tone that starts at once clicks


@cache
def opening_chime() -> Samples:
    """About 2.5 s, mono at RATE."""
    sound = _silence(CHIME_STEP_MS * (len(CHIME_NOTES_HZ) - 1) + CHIME_RING_MS)
    for place, hertz in enumerate(CHIME_NOTES_HZ):
        for multiple, level_db in PARTIALS_DB:
            ring = round(CHIME_RING_MS / multiple)
            note = _tone(hertz * multiple, ring, level_db).fade_out(ring - EDGE_MS)
            sound = sound.overlay(note, position=place * CHIME_STEP_MS)
    return samples(sound)


@cache
def emergency_signal() -> Samples:
    """About 3.4 s of two tones in turn, mono at RATE."""
    pair = _tone(SIGNAL_HZ[0], SIGNAL_TONE_MS, SIGNAL_DB) + _tone(SIGNAL_HZ[1], SIGNAL_TONE_MS, SIGNAL_DB)
    return samples((pair * SIGNAL_TURNS).fade_out(SIGNAL_TONE_MS))


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
