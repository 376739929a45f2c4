"""What is heard in a sound, in one pass: levels, pitch, spectrum, and the places where the wave itself is broken.

Memory grows only with what is noted of each 10 ms. The rules that judge it stand in faults.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.audio.ffmpeg import RATE, Samples

Series = NDArray[np.float32]

FRAME = RATE // 100  # levels: 10 ms
SHAPE = 1024  # spectrum and pitch: 32 ms
SLAB = FRAME * SHAPE // 64 * 50  # samples looked at together: a whole number of both, 8 s
CONTEXT = 2 * RATE + 3072  # heard once more before each slab, so that nothing is cut in two between them

QUIET = 10 ** (-50 / 20)  # below it a frame is a pause
DEAD = 5e-4  # below it (−66 dBFS) there is nothing: no room and no breath is as still
MS = RATE // 1000
LOW_RATE = 8000
LOWEST_HZ, HIGHEST_HZ = 40, 640  # wider than voices: a file at the wrong speed is heard as what it is
VOICED = 0.6  # likeness of a wave to itself one period later; breath and noise stay below 0.4
SLOW_RATE = 1000  # for hum: its samples a second
LINES_HZ = (50, 100, 150, 200, 250, 300)

# How long a hole is and how loud its edges, as a share of loud frames: a creaking voice has short and soft ones
HOLES = ((75 * MS, 0.12), (30 * MS, 0.25))
TORN, STOPS, STARTS = 0.05, 1.8, 3.5  # in 10,134 natural pauses no sound tears off at 1.7 or starts at 3.0
STILL_MS = 8
MOST_SPOTS = 1000  # of a kind: enough to refuse any file
CLICK_RISE = 7.0  # over everything within 15 ms; the sharpest consonants of 500 spoken files reach 5.4
CLICK_LEAST = 0.05  # of full scale
REPEAT_MS = (40, 1000)
REPEAT_STEP_MS = 5
REPEAT_LEVEL = 0.1  # of the level of loud frames
REPEAT_DB = 1.5
SHORT_REPEAT_MS = 100
STEADY = 1.3  # a tone repeats itself all the time
REPEAT_LIKENESS = 0.99  # words said twice by one engine reach 0.987
TALLY = 1000  # steps of the tally of amplitudes between 0 and 1


class Spot(NamedTuple):
    """A place where the wave is broken: since when and for how long, in seconds."""

    at_s: float
    length_s: float


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
        frames = _rows(slab, FRAME)
        peaks = (frames.max(axis=1) - frames.min(axis=1)) / 2
        power = _energies(slab, FRAME) / FRAME - frames.mean(axis=1) ** 2
        self._levels.append((peaks, np.sqrt(power.clip(0))))
        for tally, wave in zip(self._tops, (slab, -slab), strict=True):
            up = wave[wave > 0.02]
            tally += np.bincount((up * TALLY).astype(np.int64).clip(0, TALLY), minlength=TALLY + 1)
        low = _rows(slab, RATE // LOW_RATE).mean(axis=1)
        self._shapes.append((*_pitch(low), *_spectrum(slab)))
        self._hums.append(_lines(low))
        self._loud = max(self._loud, _loud_level(peaks))
        self._look_closely(np.concatenate([self._before, slab]), self._count - self._before.size)
        self._count += slab.size
        self._before = np.concatenate([self._before, slab])[-CONTEXT:]

    def _look_closely(self, wave: Samples, start: int) -> None:
        still = list(_still(wave))
        looks = {
            "still": still,
            "holes": _holes(wave, still, self._loud),
            "clicks": _clicks(wave, self._loud),
            "repeats": _repeats(wave, self._loud),
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
    frames = _rows(slab, SHAPE) * np.hanning(SHAPE).astype(np.float32)
    spectrum = np.fft.rfft(frames)
    power = spectrum.real**2 + spectrum.imag**2
    per_hz = SHAPE / RATE
    total = power.sum(axis=1) + np.float32(1e-12)
    high = power[:, round(4000 * per_hz) :].sum(axis=1) / total
    heard = power[:, round(125 * per_hz) : round(7500 * per_hz)] + np.float32(1e-12)
    flat = np.exp(np.log(heard).mean(axis=1)) / heard.mean(axis=1)
    strongest = power[:, 1:-1].argmax(axis=1) + 1
    rows = np.arange(strongest.size)
    line = (power[rows, strongest - 1] + power[rows, strongest] + power[rows, strongest + 1]) / total
    return total, high, flat, line, (strongest / per_hz).astype(np.float32)


def _lines(low: Series) -> tuple[Series, Series]:
    """Of each whole second: RMS amplitude at every line of the mains, and the median of what stands beside it."""
    seconds = _rows(_rows(low, LOW_RATE // SLOW_RATE).mean(axis=1), SLOW_RATE)
    spectrum = np.abs(np.fft.rfft(seconds * np.hanning(SLOW_RATE).astype(np.float32))) / (SLOW_RATE / 4) / np.sqrt(2)
    lines = np.stack([spectrum[:, hertz - 1 : hertz + 2].max(axis=1) for hertz in LINES_HZ], axis=1)
    beside = [np.r_[hertz - 15 : hertz - 4, hertz + 5 : hertz + 16] for hertz in LINES_HZ]
    around = np.stack([np.median(spectrum[:, each], axis=1) for each in beside], axis=1)
    return lines.astype(np.float32), around.astype(np.float32)


# --- breaks in the wave -----------------------------------------------------------------------------------------------


def _still(wave: Samples) -> Iterator[Spot]:
    """Stretches without any sound."""
    dead = (np.abs(wave) < DEAD).astype(np.int8)
    turns = np.diff(np.concatenate([[0], dead, [0]]))
    firsts, lasts = np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)
    for index in np.flatnonzero(lasts - firsts >= STILL_MS * MS):
        yield Spot(firsts[index] / RATE, (lasts[index] - firsts[index]) / RATE)


def _holes(wave: Samples, still: Iterable[Spot], loud: float) -> Iterator[Spot]:
    """Those into which a sound drops and out of which it comes back within 2 ms, or at which it is torn off."""
    for spot in still:
        first, last = round(spot.at_s * RATE), round((spot.at_s + spot.length_s) * RATE)
        if first < 2 * MS or last > wave.size - 2 * MS:
            continue
        stop, start = _highest(wave[first - 2 * MS : first]), _highest(wave[last : last + 2 * MS])
        sudden = any(last - first >= length and min(stop, start) > share * loud for length, share in HOLES)
        if not sudden and last - first >= HOLES[-1][0]:
            before, after = wave[max(first - 16 * MS, 0) : first + MS], wave[last - MS : last + 16 * MS][::-1]
            sudden = (stop > TORN * loud and _tear(before) > STOPS) or (start > TORN * loud and _tear(after) > STARTS)
        if sudden:
            yield spot


def _tear(wave: Samples) -> float:
    """How much rougher the last 3 ms of a sound are than all before: a sound that fades ends with its smoothest."""
    rough = np.abs(np.diff(wave, 2))
    return float(rough[-3 * MS :].max() / (rough[: -3 * MS].max(initial=0.0) + 1e-3))


def _clicks(wave: Samples, loud: float) -> Iterator[Spot]:
    """Milliseconds far rougher than everything within 15 ms on either side."""
    if wave.size < 40 * MS:
        return
    rough = np.abs(np.diff(wave, 2))
    peaks = _rows(rough, MS).max(axis=1)
    suspects = np.flatnonzero(peaks > max(CLICK_LEAST, 0.05 * loud))
    for index in suspects[(suspects >= 16) & (suspects < peaks.size - 16)]:
        near = max(peaks[index - 15 : index - 1].max(), peaks[index + 2 : index + 16].max())
        if peaks[index] > CLICK_RISE * near:
            yield Spot(float(index) / 1000, 0.001)


def _repeats(wave: Samples, loud: float) -> Iterator[Spot]:
    """Stretches of 40 ms to 1 s that are followed by themselves, sample for sample: a buffer that was sent twice."""
    step = REPEAT_STEP_MS * MS
    smooth = np.convolve(_energies(wave, step), np.ones(3, dtype=np.float32), mode="same")  # over a period of the voice
    levels = 10 * np.log10(smooth / (3 * step) + np.float32(1e-6))
    pauses = np.where(levels < -50, np.float32(2), np.float32(0))  # silence is like silence
    for lag in range(REPEAT_MS[0] // REPEAT_STEP_MS, min(REPEAT_MS[1] // REPEAT_STEP_MS, levels.size // 2) + 1):
        apart = np.abs(levels[lag:] - levels[:-lag])
        apart += pauses[lag:]
        total = np.cumsum(apart)
        total[lag:] -= total[:-lag].copy()
        for last in _dips(total[lag - 1 :], REPEAT_DB * lag):
            if _is_repeat(wave[last * step :], lag * step, loud):
                yield Spot(last * step / RATE, lag * step / RATE)


def _dips(series: Series, limit: float) -> Iterator[int]:
    """Where a series is lowest within each stretch below a limit."""
    below = np.flatnonzero(series < limit)
    if not below.size:
        return
    for stretch in np.split(below, np.flatnonzero(np.diff(below) > 1) + 1):
        yield int(stretch[series[stretch].argmin()])


def _is_repeat(wave: Samples, length: int, loud: float) -> bool:
    """Whether the beginning of a wave comes again `length` samples later, within 10 ms, and is no steady sound.

    Short pieces come four times: two periods of a creaking voice can be twins.
    """
    once = wave[:length]
    levels = np.sqrt(_energies(once, 10 * MS)[: length // (10 * MS)])
    if _highest(once) < REPEAT_LEVEL * loud or levels.max() < STEADY * levels.min():
        return False
    probe = min(int(levels.argmax()) * 10 * MS, length - 20 * MS)
    if _likeness(once[probe : probe + 20 * MS], wave[length + probe :]) < REPEAT_LIKENESS:
        return False
    times = 3 if length < SHORT_REPEAT_MS * MS else 1
    return all(_likeness(once, wave[time * length :]) > REPEAT_LIKENESS for time in range(1, times + 1))


def _likeness(once: Samples, later: Samples) -> float:
    """The highest correlation of a piece with what begins within 10 ms of the start of another."""
    slack = 10 * MS
    again = later[: once.size + slack]
    if again.size < once.size:
        return 0.0
    size = 1 << (again.size + once.size - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(again, size) * np.conj(np.fft.rfft(once, size)), size)
    energy = np.cumsum(np.concatenate([[0.0], again.astype(np.float64) ** 2]))
    windows = energy[once.size :] - energy[: -once.size]
    own = np.sqrt(float(np.dot(once, once)) * windows + 1e-12)
    return float((product[: windows.size] / own).max())


# --- small sums -------------------------------------------------------------------------------------------------------


def _rows(wave: Samples, length: int) -> Samples:
    """Whole pieces of a wave, one a row; what is left over at the end is filled with silence."""
    missing = -wave.size % length
    return (np.pad(wave, (0, missing)) if missing else wave).reshape(-1, length)


def _highest(wave: Samples) -> float:
    return float(np.abs(wave).max()) if wave.size else 0.0


def _swing(wave: Samples) -> float:
    return float(np.ptp(wave)) / 2 if wave.size else 0.0


def _loud_level(peaks: Series) -> float:
    """The peak that a tenth of the sounding frames exceed."""
    sounding = peaks[peaks > QUIET]
    return float(np.percentile(sounding, 90)) if sounding.size else 0.0


def _energies(wave: Samples, length: int) -> Series:
    """Sum of squares of each piece."""
    rows = _rows(wave, length)
    energies: Series = np.einsum("ij,ij->i", rows, rows)
    return energies
