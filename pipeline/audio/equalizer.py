"""Tone: second-order filters, applied as one response in the frequency domain (overlap-save, float32)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.ffmpeg import RATE, Samples

Response = NDArray[np.complex64]

SIZE = 16_384  # samples a transform
OVERLAP = 2_048  # 64 ms: a second-order high-pass at 80 Hz has died away by 100 dB after 33 ms
ROWS = 16  # transforms at once: 2 MB


def high_pass(hertz: float, q: float = math.sqrt(0.5)) -> Response:
    """Butterworth of second order: 12 dB an octave. Coefficients: Audio EQ Cookbook (R. Bristow-Johnson)."""
    cosine, alpha = _angles(hertz, q)
    return _response(
        ((1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2),
        (1 + alpha, -2 * cosine, 1 - alpha),
    )


def peak(hertz: float, decibel: float, q: float) -> Response:
    """A bell around a frequency. Coefficients: Audio EQ Cookbook."""
    cosine, alpha = _angles(hertz, q)
    gain = 10 ** (decibel / 40)
    return _response(
        (1 + alpha * gain, -2 * cosine, 1 - alpha * gain),
        (1 + alpha / gain, -2 * cosine, 1 - alpha / gain),
    )


def phase_rotation(hertz: float, q: float = math.sqrt(0.5)) -> Response:
    """An all-pass: every tone keeps its level, a voice's one-sided peaks are spread to both sides and fall."""
    cosine, alpha = _angles(hertz, q)
    return _response(
        (1 - alpha, -2 * cosine, 1 + alpha),
        (1 + alpha, -2 * cosine, 1 - alpha),
    )


def k_weighting() -> Response:
    """What BS.1770-4 weighs a voice with: a shelf above 1.7 kHz and a high-pass at 38 Hz, at RATE instead of 48 kHz."""
    k = math.tan(math.pi * 1681.974450955533 / RATE)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    scale = 1 + k / q + k * k
    shelf = _response(
        ((high + middle * k / q + k * k) / scale, 2 * (k * k - high) / scale, (high - middle * k / q + k * k) / scale),
        (1.0, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale),
    )
    k, q = math.tan(math.pi * 38.13547087602444 / RATE), 0.5003270373238773
    scale = 1 + k / q + k * k
    return shelf * _response((1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale))


def apply(samples: Samples, response: Response) -> Samples:
    """Filtered samples, as many as came in; the filter's tail after the end is dropped."""
    step = SIZE - OVERLAP
    out = np.empty_like(samples)
    for first in range(0, samples.size, step * ROWS):
        stretch = _with_history(samples, first, step * ROWS)
        rows = np.lib.stride_tricks.sliding_window_view(stretch, SIZE)[::step]
        filtered = np.fft.irfft(np.fft.rfft(rows) * response, n=SIZE)[:, OVERLAP:].reshape(-1)
        part = out[first : first + step * ROWS]
        part[:] = filtered[: part.size]
    return out


def _with_history(samples: Samples, first: int, length: int) -> Samples:
    """`length` samples from `first`, the OVERLAP before them, and zeros up to a whole number of transforms."""
    available = min(length, samples.size - first)
    step = SIZE - OVERLAP
    stretch = np.zeros(OVERLAP + -(-available // step) * step, dtype=np.float32)
    before = min(first, OVERLAP)
    stretch[OVERLAP - before : OVERLAP + available] = samples[first - before : first + available]
    return stretch


def _angles(hertz: float, q: float) -> tuple[float, float]:
    omega = 2 * math.pi * hertz / RATE
    return math.cos(omega), math.sin(omega) / (2 * q)


def _response(b: tuple[float, float, float], a: tuple[float, float, float]) -> Response:
    delay = np.exp(-2j * np.pi * np.arange(SIZE // 2 + 1) / SIZE)
    above, below = np.polyval(b[::-1], delay), np.polyval(a[::-1], delay)
    return np.asarray(above / below, dtype=np.complex64)
