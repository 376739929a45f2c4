"""Sound with the loudness curve of speech, for tests that need no words."""

from __future__ import annotations

from functools import cache

import numpy as np

from pipeline.audio.ffmpeg import RATE, Samples


def sine(hertz: float, seconds: float, level: float = 0.5) -> Samples:
    return (np.sin(np.arange(round(seconds * RATE)) * (2 * np.pi * hertz / RATE)) * level).astype(np.float32)


def babble(seconds: float, level: float = 0.3) -> Samples:
    """A buzz of 120 Hz through two resonances, in two syllables a second with breath between them."""
    return np.resize(_two_seconds(), round(seconds * RATE)) * np.float32(level)


@cache
def _two_seconds() -> Samples:
    time = np.arange(2 * RATE) / RATE
    pulses = (np.arange(2 * RATE) % 267 == 0).astype(float)
    ringing = np.arange(400) / RATE
    throat = np.exp(-300 * ringing) * (np.sin(4400 * ringing) + 0.5 * np.sin(13_000 * ringing))
    buzz = np.convolve(pulses, throat)[: 2 * RATE]
    syllables = np.clip(np.sin(2 * np.pi * 2 * time), 0.02, 1) ** 2
    breath = np.random.default_rng(1).normal(0, 0.05, 2 * RATE)
    return (buzz * syllables + breath * (1 - syllables) * 0.3).astype(np.float32)
