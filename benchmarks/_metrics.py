"""Measures of intelligibility, from their publications; checked against pystoi 0.4.1 (STOI, ESTOI).

STOI: Taal, Hendriks, Heusdens, Jensen, IEEE TASLP 19(7), 2011. ESTOI: Jensen, Taal, IEEE TASLP 24(11), 2016.
SII: ANSI S3.5-1997, one-third-octave method, importance of average speech.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]

RATE = 10_000  # of STOI
FRAME, HOP, TRANSFORM = 256, 128, 512
BANDS, LOWEST_HZ, SEGMENT = 15, 150.0, 30
CLIP = 10 ** (15 / 20)
RANGE_DB = 40.0
TINY = np.finfo(float).eps
WINDOW = np.hanning(FRAME + 2)[1:-1]


class Scores(NamedTuple):
    stoi: float
    estoi: float


class Reference:
    """Clean speech at 10 kHz, against which what arrives is scored. ValueError: less than 0.4 s of it sounds."""

    def __init__(self, clean: Wave) -> None:
        frames = _frames(clean) * WINDOW
        levels = 20 * np.log10(np.linalg.norm(frames, axis=1) + TINY)
        self._sounding = levels > levels.max() - RANGE_DB
        self._size = clean.size
        self._bands = self._third_octaves(clean)
        if self._bands.shape[0] < 1:
            raise ValueError("too short")
        self._even = _evened(self._bands)

    def scores(self, degraded: Wave) -> Scores:
        """Of what arrives, sample by sample in time with the clean speech."""
        if degraded.size != self._size:
            raise ValueError("not in time")
        heard = self._third_octaves(degraded)
        estoi = float((self._even * _evened(heard)).sum() / SEGMENT / heard.shape[0])
        return Scores(_stoi(self._bands, heard), estoi)

    def _third_octaves(self, wave: Wave) -> Wave:
        """(segments, bands, frames): amplitude of each band, where the clean speech sounds."""
        kept = (_frames(wave) * WINDOW)[self._sounding]
        joined = np.zeros((kept.shape[0] + 1) * HOP)
        for half in (0, 1):
            joined[half * HOP : half * HOP + kept.shape[0] * HOP] += kept[:, half * HOP : (half + 1) * HOP].reshape(-1)
        power = np.abs(np.fft.rfft(_frames(joined) * WINDOW, TRANSFORM)) ** 2
        bands = np.sqrt(power @ FILTERS.T)
        return np.lib.stride_tricks.sliding_window_view(bands, SEGMENT, axis=0)


def _frames(wave: Wave) -> Wave:
    starts = range(0, wave.size - FRAME, HOP)
    return np.lib.stride_tricks.sliding_window_view(wave, FRAME)[::HOP][: len(starts)]


def _stoi(clean: Wave, heard: Wave) -> float:
    scale = np.linalg.norm(clean, axis=2, keepdims=True) / (np.linalg.norm(heard, axis=2, keepdims=True) + TINY)
    limited = np.minimum(heard * scale, clean * (1 + CLIP))
    return float((_unit(clean) * _unit(limited)).sum() / (clean.shape[0] * BANDS))


def _unit(rows: Wave, axis: int = 2) -> Wave:
    centred = rows - rows.mean(axis=axis, keepdims=True)
    return centred / (np.linalg.norm(centred, axis=axis, keepdims=True) + TINY)


def _evened(segments: Wave) -> Wave:
    return _unit(_unit(segments), axis=1)


def _third_octave_filters() -> Wave:
    """(bands, bins): which bins of a transform belong to a band."""
    bins = np.linspace(0, RATE, TRANSFORM + 1)[: TRANSFORM // 2 + 1]
    steps = np.arange(BANDS)
    filters = np.zeros((BANDS, bins.size))
    for band in steps:
        low, high = (np.argmin((bins - LOWEST_HZ * 2 ** ((2 * band + side) / 6)) ** 2) for side in (-1, 1))
        filters[band, low:high] = 1
    return filters


FILTERS = _third_octave_filters()


# --- SII --------------------------------------------------------------------------------------------------------------

# ANSI S3.5-1997, table 3: centre in Hz, importance, speech at normal effort, internal noise (dB, spectrum level)
_TABLE = np.array(
    [
        (160, 0.0083, 32.41, 0.6),
        (200, 0.0095, 34.48, -1.7),
        (250, 0.0150, 34.75, -3.9),
        (315, 0.0289, 33.98, -6.1),
        (400, 0.0440, 34.59, -8.2),
        (500, 0.0578, 34.27, -9.7),
        (630, 0.0653, 32.06, -10.8),
        (800, 0.0711, 28.30, -11.9),
        (1000, 0.0818, 25.01, -12.5),
        (1250, 0.0844, 23.00, -13.5),
        (1600, 0.0882, 20.15, -15.4),
        (2000, 0.0898, 17.32, -17.7),
        (2500, 0.0868, 13.18, -21.2),
        (3150, 0.0844, 11.55, -24.2),
        (4000, 0.0771, 9.33, -25.9),
        (5000, 0.0527, 5.31, -23.6),
        (6300, 0.0364, 2.59, -15.8),
        (8000, 0.0185, 1.13, -7.1),
    ]
)
CENTRES, IMPORTANCE, NORMAL_EFFORT, INTERNAL = _TABLE.T


def band_levels(spectrum: NDArray[np.complex128], size: int, rate: int) -> Wave:
    """Spectrum level of each third-octave band of a real wave's transform: dB a hertz, 0 for a mean square of one."""
    power = np.abs(spectrum) ** 2 * 2 / size**2
    hertz = np.fft.rfftfreq(size, 1 / rate)
    edges = np.searchsorted(hertz, np.outer(CENTRES, (2 ** (-1 / 6), 2 ** (1 / 6))))
    sums = np.concatenate([[0.0], np.cumsum(power)])
    widths = CENTRES * (2 ** (1 / 6) - 2 ** (-1 / 6))
    return np.asarray(10 * np.log10(np.maximum(sums[edges[:, 1]] - sums[edges[:, 0]], 1e-20) / widths))


def sii(speech_db: Wave, noise_db: Wave) -> float:
    """Speech intelligibility index, 0 to 1, of spectrum levels at the ear in dB SPL, for normal hearing."""
    masker = np.maximum(noise_db, speech_db - 24)
    slope = -80 + 0.6 * (masker + 10 * np.log10(CENTRES) - 6.353)
    spread = [
        10 * np.log10(10 ** (noise_db[i] / 10) + sum(_reaches(masker[k], slope[k], i, k) for k in range(i)))
        for i in range(CENTRES.size)
    ]
    disturbance = np.maximum(spread, INTERNAL)
    level = np.clip(1 - (speech_db - NORMAL_EFFORT - 10) / 160, 0, 1)
    audible = np.clip((speech_db - disturbance + 15) / 30, 0, 1)
    return float((IMPORTANCE * level * audible).sum())


def _reaches(masker: float, slope: float, band: int, below: int) -> float:
    return float(10 ** ((masker + 3.32 * slope * np.log10(0.89 * CENTRES[band] / CENTRES[below])) / 10))
