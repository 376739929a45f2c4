"""What is heard in a sound, in one pass: levels, pitch, spectrum, and (breaks.py) where the wave itself is broken.

Memory grows only with what is noted of each 10 ms. The rules that judge it stand in faults.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.audio import breaks
from pipeline.audio.breaks import MS, Series, Spot, energies, rows
from pipeline.audio.ffmpeg import RATE, Samples

FRAME = RATE // 100  # levels: 10 ms
SHAPE = 1024  # spectrum and pitch: 32 ms
SLAB = FRAME * SHAPE // 64 * 50  # samples looked at together: a whole number of both, 8 s
CONTEXT = 2 * RATE + 3072  # heard once more before each slab, so that nothing is cut in two between them

QUIET = 10 ** (-50 / 20)  # below it a frame is a pause
LOW_RATE = 8000
LOWEST_HZ, HIGHEST_HZ = 40, 640  # wider than voices: a file at the wrong speed is heard as what it is
VOICED = 0.6  # likeness of a wave to itself one period later; breath and noise stay below 0.4
SLOW_RATE = 1000  # for hum: its samples a second
LINES_HZ = (50, 100, 150, 200, 250, 300)

MOST_SPOTS = 1000  # of a kind: enough to refuse any file
TALLY = 1000  # steps of the tally of amplitudes between 0 and 1


@dataclass(frozen=True, slots=True)
class Heard:
    """What one pass has noted. Series are one value per 10 ms (`peaks`, `levels`) or 32 ms (the others)."""

    duration_s: float
    offset: float  # mean of all samples: 0 unless a device adds a direct current
    peaks: Series  # half of peak to peak: a direct current is no sound
    levels: Series  # RMS
    first: float  # half of peak to peak in the first 2 ms, and in the last
    last: float
    pitch_hz: Series  # 0 where there is no voice
    likeness: Series
    loud: Series  # energy of the 32 ms
    high: Series  # share of it above 4 kHz
    flat: Series  # 1 for white noise, near 0 for voices and tones (Wiener entropy, 125–7,500 Hz)
    line: Series  # share of energy in the strongest line
    line_hz: Series
    tops: tuple[NDArray[np.int64], NDArray[np.int64]]  # tally of amplitudes, above zero and below
    hum: NDArray[np.float32]  # (seconds, lines): level of each of LINES_HZ, and beside it, of what stands around it
    around: NDArray[np.float32]
    still: tuple[Spot, ...]  # stretches of nothing at all, whatever is around them
    holes: tuple[Spot, ...]
    clicks: tuple[Spot, ...]
    repeats: tuple[Spot, ...]


def listen(parts: Iterable[Samples]) -> Heard:
    """Of samples at RATE in parts of any size."""
    ear = _Ear()
    for slab in _slabs(parts):
        ear.hear(slab)
    return ear.heard()


def _finite(part: Samples) -> Samples:
    """A file may hold floats that are no numbers."""
    if np.isfinite(np.dot(part, part)):
        return part
    return np.nan_to_num(part, nan=0.0, posinf=1.0, neginf=-1.0).clip(-8, 8)


class _Ear:
    def __init__(self) -> None:
        self._before: Samples = np.zeros(0, dtype=np.float32)
        self._count, self._sum = 0, 0.0
        self._levels: list[tuple[Series, Series]] = []
        self._shapes: list[tuple[Series, ...]] = []
        self._hums: list[tuple[Series, Series]] = []
        self._tops = (np.zeros(TALLY + 1, dtype=np.int64), np.zeros(TALLY + 1, dtype=np.int64))
        self._first = 0.0
        self._loud = 0.0
        self._found: dict[str, list[Spot]] = {"still": [], "holes": [], "clicks": [], "repeats": []}

    def hear(self, slab: Samples) -> None:
        if not self._count:
            self._first = _swing(slab[: 2 * MS])
        self._sum += float(slab.sum(dtype=np.float64))
        frames = rows(slab, FRAME)
        peaks = (frames.max(axis=1) - frames.min(axis=1)) / 2
        power = energies(slab, FRAME) / FRAME - frames.mean(axis=1) ** 2
        self._levels.append((peaks, np.sqrt(power.clip(0))))
        for tally, wave in zip(self._tops, (slab, -slab), strict=True):
            up = wave[wave > 0.02]
            tally += np.bincount((up * TALLY).astype(np.int64).clip(0, TALLY), minlength=TALLY + 1)
        low = rows(slab, RATE // LOW_RATE).mean(axis=1)
        self._shapes.append((*_pitch(low), *_spectrum(slab)))
        self._hums.append(_lines(low))
        self._loud = max(self._loud, _loud_level(peaks))
        self._look_closely(np.concatenate([self._before, slab]), self._count - self._before.size)
        self._count += slab.size
        self._before = np.concatenate([self._before, slab])[-CONTEXT:]

    def _look_closely(self, wave: Samples, start: int) -> None:
        still = list(breaks.still(wave))
        looks = {
            "still": still,
            "holes": breaks.holes(wave, still, self._loud),
            "clicks": breaks.clicks(wave, self._loud),
            "repeats": breaks.repeats(wave, self._loud),
        }
        for kind, spots in looks.items():
            for spot in spots:
                self._note(self._found[kind], Spot(spot.at_s + start / RATE, spot.length_s))

    def _note(self, known: list[Spot], spot: Spot) -> None:
        """Once: what lies in the context of a slab is met twice."""
        if len(known) < MOST_SPOTS and not any(abs(spot.at_s - each.at_s) < 0.02 for each in known[-50:]):
            known.append(spot)

    def heard(self) -> Heard:
        peaks, levels = (np.concatenate(each) for each in zip(*self._levels, strict=True))
        shapes = [np.concatenate(each) for each in zip(*self._shapes, strict=True)]
        hum, around = (np.concatenate(each) for each in zip(*self._hums, strict=True))
        return Heard(
            self._count / RATE,
            self._sum / max(self._count, 1),
            peaks,
            levels,
            self._first,
            _swing(self._before[-2 * MS :]),
            *(shapes[0], shapes[1], shapes[2], shapes[3], shapes[4], shapes[5], shapes[6]),
            tops=self._tops,
            hum=hum,
            around=around,
            still=tuple(self._found["still"]),
            holes=tuple(self._found["holes"]),
            clicks=tuple(self._found["clicks"]),
            repeats=tuple(self._found["repeats"]),
        )


def _slabs(parts: Iterable[Samples]) -> Iterator[Samples]:
    """The same samples in pieces of SLAB; the last one as long as what is left."""
    waiting: list[Samples] = []
    size, empty = 0, True
    for part in parts:
        waiting.append(_finite(part))
        size += part.size
        if size >= SLAB:
            joined = np.concatenate(waiting)
            for first in range(0, size - SLAB + 1, SLAB):
                yield joined[first : first + SLAB]
                empty = False
            waiting = [joined[size // SLAB * SLAB :]]
            size = waiting[0].size
    if size:
        yield np.concatenate(waiting)
    elif empty:
        yield np.zeros(FRAME, dtype=np.float32)


# --- sound ------------------------------------------------------------------------------------------------------------


def _pitch(low: Series) -> tuple[Series, Series]:
    """Pitch in Hz and likeness of each 32 ms of 8 kHz: the strongest repetition within 64 ms, by autocorrelation."""
    step, width = SHAPE * LOW_RATE // RATE, 512
    frames = sliding_window_view(np.pad(low, (0, width)), width)[: low.size : step]
    frames = frames - frames.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(frames, 2 * width)
    alike = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[:, : LOW_RATE // LOWEST_HZ + 1]
    alike /= (alike[:, :1] + 1e-9) * (1 - np.arange(alike.shape[1]) / width)
    lags = alike[:, LOW_RATE // HIGHEST_HZ :]
    likeness = lags.max(axis=1).astype(np.float32)
    first = (lags > 0.95 * likeness[:, None]).argmax(axis=1)  # two periods are as alike as one
    near = lags[np.arange(first.size)[:, None], np.minimum(first[:, None] + np.arange(8), lags.shape[1] - 1)]
    best = first + near.argmax(axis=1)
    hertz = (LOW_RATE / (best + LOW_RATE // HIGHEST_HZ)).astype(np.float32)
    return np.where(likeness > VOICED, hertz, np.float32(0)), likeness


def _spectrum(slab: Samples) -> tuple[Series, ...]:
    """Of each 32 ms: energy, share above 4 kHz, flatness, share of the strongest line, and where it is."""
    frames = rows(slab, SHAPE) * np.hanning(SHAPE).astype(np.float32)
    spectrum = np.fft.rfft(frames)
    power = spectrum.real**2 + spectrum.imag**2
    per_hz = SHAPE / RATE
    total = power.sum(axis=1) + np.float32(1e-12)
    high = power[:, round(4000 * per_hz) :].sum(axis=1) / total
    heard = power[:, round(125 * per_hz) : round(7500 * per_hz)] + np.float32(1e-12)
    flat = np.exp(np.log(heard).mean(axis=1)) / heard.mean(axis=1)
    strongest = power[:, 1:-1].argmax(axis=1) + 1
    each = np.arange(strongest.size)
    line = (power[each, strongest - 1] + power[each, strongest] + power[each, strongest + 1]) / total
    return total, high, flat, line, (strongest / per_hz).astype(np.float32)


def _lines(low: Series) -> tuple[Series, Series]:
    """Of each whole second: RMS amplitude at every line of the mains, and the median of what stands beside it."""
    seconds = rows(rows(low, LOW_RATE // SLOW_RATE).mean(axis=1), SLOW_RATE)
    spectrum = np.abs(np.fft.rfft(seconds * np.hanning(SLOW_RATE).astype(np.float32))) / (SLOW_RATE / 4) / np.sqrt(2)
    lines = np.stack([spectrum[:, hertz - 1 : hertz + 2].max(axis=1) for hertz in LINES_HZ], axis=1)
    beside = [np.r_[hertz - 15 : hertz - 4, hertz + 5 : hertz + 16] for hertz in LINES_HZ]
    around = np.stack([np.median(spectrum[:, each], axis=1) for each in beside], axis=1)
    return lines.astype(np.float32), around.astype(np.float32)


# --- small sums -------------------------------------------------------------------------------------------------------


def _swing(wave: Samples) -> float:
    return float(np.ptp(wave)) / 2 if wave.size else 0.0


def _loud_level(peaks: Series) -> float:
    """The peak that a tenth of the sounding frames exceed."""
    sounding = peaks[peaks > QUIET]
    return float(np.percentile(sounding, 90)) if sounding.size else 0.0
