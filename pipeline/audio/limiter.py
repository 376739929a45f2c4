"""A limiter of true peaks: it looks at the wave between the samples (4× oversampled) and ahead of each peak."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.ffmpeg import Samples

BLOCK = 32  # samples that share one gain value: 1 ms at 32 kHz
OVERSAMPLING = 4
REACH = 5  # samples on each side that an interpolated point is made of; numpy is three times slower beyond 11 taps
ATTACK = 2.0  # dB a block
CHUNK = BLOCK * 16_384

Decibels = NDArray[np.float64]


def block_peaks(samples: Samples) -> Decibels:
    """True peak in dBTP of every block of BLOCK samples, −180 for silence; the last block may be shorter."""
    peaks = np.empty(-(-samples.size // BLOCK), dtype=np.float32)
    for first in range(0, samples.size, CHUNK):
        before = max(first - REACH, 0)
        stretch = samples[before : first + CHUNK + REACH]
        size = min(CHUNK, samples.size - first)
        highest = np.abs(samples[first : first + size])
        for kernel in KERNELS:
            between = np.convolve(stretch, kernel)[REACH - 1 + first - before :][:size]
            np.maximum(highest, np.abs(between, out=between), out=highest)
        padded = np.zeros(-(-size // BLOCK) * BLOCK, dtype=np.float32)
        padded[:size] = highest
        peaks[first // BLOCK : first // BLOCK + padded.size // BLOCK] = padded.reshape(-1, BLOCK).max(axis=1)
    return 20 * np.log10(np.maximum(peaks, 1e-9).astype(np.float64))


def block_energies(samples: Samples) -> Decibels:
    """Sum of squares of every block; the last, if shorter, as it is."""
    parts = [samples[first : first + CHUNK] for first in range(0, samples.size, CHUNK)]
    return np.concatenate(
        [np.add.reduceat(np.square(part), np.arange(0, part.size, BLOCK), dtype=np.float64) for part in parts]
    )


def reduction(peaks: Decibels, ceiling_db: float, release: float) -> Decibels:
    """By how many dB each block must be lowered so that no true peak passes the ceiling, in smooth curves.

    `release`: dB a block (1 ms) by which the gain recovers after a peak.
    """
    needed = _widest(np.maximum(peaks - ceiling_db, 0.0), 2)
    blocks = np.arange(needed.size)
    after = np.maximum.accumulate(needed + release * blocks) - release * blocks
    before = np.maximum.accumulate(after[::-1] + ATTACK * blocks)[::-1] - ATTACK * blocks[::-1]
    return np.convolve(np.pad(before, 1, mode="edge"), np.ones(3) / 3, mode="valid")


def apply(samples: Samples, gain_db: Decibels) -> Samples:
    """Samples with one gain a block, moving in a straight line from the middle of a block to the next."""
    gain = np.pad(10 ** (gain_db / 20), 1, mode="edge").astype(np.float32)
    middles = np.arange(gain.size) * BLOCK - BLOCK / 2 - 0.5
    out = np.empty_like(samples)
    for first in range(0, samples.size, CHUNK):
        part = samples[first : first + CHUNK]
        out[first : first + part.size] = part * np.interp(np.arange(first, first + part.size), middles, gain)
    return out


def _widest(values: Decibels, reach: int) -> Decibels:
    """The largest of each value and its `reach` neighbours on both sides."""
    widest = values.copy()
    for shift in range(1, reach + 1):
        np.maximum(widest[shift:], values[:-shift], out=widest[shift:])
        np.maximum(widest[:-shift], values[shift:], out=widest[:-shift])
    return widest


def _kernels() -> tuple[Samples, ...]:
    """One interpolation kernel for each point between two samples: a sinc of 2·REACH taps in a Hann window."""
    kernels = []
    for step in range(1, OVERSAMPLING):
        distance = np.arange(-REACH, REACH) + 1 - step / OVERSAMPLING
        window = np.cos(np.pi * distance / (2 * REACH)) ** 2
        kernel = np.sinc(distance) * window
        kernels.append((kernel / kernel.sum()).astype(np.float32)[::-1])
    return tuple(kernels)


KERNELS = _kernels()
