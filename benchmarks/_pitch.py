"""The melody of a voice: the tones of Vietnamese are told apart by the contour of the fundamental, 70–400 Hz.

A horn radiates little below 300 Hz: there the ear takes the pitch from the distance of the harmonics, and so does this
tracker (normalised autocorrelation; Boersma, IFA Proceedings 17, 1993).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks._metrics import RATE, Wave

FRAME, HOP = 500, 100  # 50 ms, 10 ms at 10 kHz
LOWEST_HZ, HIGHEST_HZ = 70.0, 400.0
VOICED = 0.5
ALMOST = 0.9  # a shorter period that fits nearly as well is the period


class Melody(NamedTuple):
    """What is left of a contour: correlation, median distance in semitones, share of the voiced frames still voiced."""

    correlation: float
    semitones: float
    kept: float


def contour(wave: Wave) -> Wave:
    """Pitch in semitones above 100 Hz every 10 ms, NaN where nothing is voiced. At 10 kHz."""
    frames = np.lib.stride_tricks.sliding_window_view(wave, FRAME)[::HOP] * np.hanning(FRAME)
    strong = frames.std(axis=1) > 0.02 * frames.std(axis=1).max()
    fitting = _autocorrelation(frames) / _autocorrelation(np.hanning(FRAME)[None])
    first, last = round(RATE / HIGHEST_HZ), round(RATE / LOWEST_HZ)
    window = fitting[:, first : last + 1] / np.maximum(fitting[:, :1], 1e-12)
    inner = (window[:, 1:-1] >= window[:, :-2]) & (window[:, 1:-1] >= window[:, 2:])
    peaks = np.where(inner, window[:, 1:-1], 0)
    best = peaks.max(axis=1)
    place = np.argmax(peaks >= ALMOST * best[:, None], axis=1)
    pitch = 12 * np.log2(RATE / (place + 1 + first) / 100)
    return np.where((best > VOICED) & strong, pitch, np.nan)


def melody(before: Wave, after: Wave) -> Melody:
    """How much of the contour of one wave is in another that runs in time with it."""
    one, two = contour(before), contour(after)
    both = ~np.isnan(one) & ~np.isnan(two)
    near = both & (np.abs(one - two) < 6)  # an octave is the tracker's slip, not another tone
    correlation = float(np.corrcoef(one[near], two[near])[0, 1])
    return Melody(correlation, float(np.median(np.abs(one - two)[both])), float(near.sum() / (~np.isnan(one)).sum()))


def _autocorrelation(frames: Wave) -> Wave:
    power = np.abs(np.fft.rfft(frames, 2 * FRAME)) ** 2
    return np.asarray(np.fft.irfft(power)[:, :FRAME])
