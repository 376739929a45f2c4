"""The places where the wave itself is broken: holes, clicks, and stretches that come twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.ffmpeg import RATE, Samples

Series = NDArray[np.float32]

MS = RATE // 1000
DEAD = 5e-4  # below it (−66 dBFS) there is nothing: no room and no breath is as still

# How long a hole is and how loud its edges, as a share of loud frames: a creaking voice has short and soft ones
HOLES = ((75 * MS, 0.12), (30 * MS, 0.25))
TORN, STOPS, STARTS = 0.05, 1.8, 3.5  # in 10,134 natural pauses no sound tears off at 1.7 or starts at 3.0
STILL_MS = 8
CLICK_RISE = 7.0  # over everything within 15 ms; the sharpest consonants of 500 spoken files reach 5.4
CLICK_LEAST = 0.05  # of full scale
REPEAT_MS = (40, 1000)
REPEAT_STEP_MS = 5
REPEAT_LEVEL = 0.1  # of the level of loud frames
REPEAT_DB, STUCK_DB = 1.5, 2.5
SHORT_REPEAT_MS = 100
STEADY = 1.3  # a tone repeats itself all the time
REPEAT_LIKENESS = 0.99  # words said twice by one engine reach 0.987
STUCK_MS, STUCK_TIMES, STUCK_LIKENESS = (60, 110), 4, 0.9  # shorter than any word: a buffer that sticks, and was coded


class Spot(NamedTuple):
    """A place where the wave is broken: since when and for how long, in seconds."""

    at_s: float
    length_s: float


def still(wave: Samples) -> Iterator[Spot]:
    """Stretches without any sound."""
    dead = (np.abs(wave) < DEAD).astype(np.int8)
    turns = np.diff(np.concatenate([[0], dead, [0]]))
    firsts, lasts = np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)
    for index in np.flatnonzero(lasts - firsts >= STILL_MS * MS):
        yield Spot(firsts[index] / RATE, (lasts[index] - firsts[index]) / RATE)


def holes(wave: Samples, still: Iterable[Spot], loud: float) -> Iterator[Spot]:
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


def clicks(wave: Samples, loud: float) -> Iterator[Spot]:
    """Milliseconds far rougher than everything within 15 ms on either side."""
    if wave.size < 40 * MS:
        return
    rough = np.abs(np.diff(wave, 2))
    peaks = rows(rough, MS).max(axis=1)
    suspects = np.flatnonzero(peaks > max(CLICK_LEAST, 0.05 * loud))
    for index in suspects[(suspects >= 16) & (suspects < peaks.size - 16)]:
        near = max(peaks[index - 15 : index - 1].max(), peaks[index + 2 : index + 16].max())
        if peaks[index] > CLICK_RISE * near:
            yield Spot(float(index) / 1000, 0.001)


def repeats(wave: Samples, loud: float) -> Iterator[Spot]:
    """Stretches of 40 ms to 1 s that are followed by themselves, sample for sample: a buffer that was sent twice."""
    step = REPEAT_STEP_MS * MS
    smooth = np.convolve(energies(wave, step), np.ones(3, dtype=np.float32), mode="same")  # over a period of the voice
    levels = 10 * np.log10(smooth / (3 * step) + np.float32(1e-6))
    pauses = np.where(levels < -50, np.float32(2), np.float32(0))  # silence is like silence
    for lag in range(REPEAT_MS[0] // REPEAT_STEP_MS, min(REPEAT_MS[1] // REPEAT_STEP_MS, levels.size // 2) + 1):
        apart = np.abs(levels[lag:] - levels[:-lag])
        apart += pauses[lag:]
        total = np.cumsum(apart)
        total[lag:] -= total[:-lag].copy()
        limit = STUCK_DB if _may_stick(lag * step) else REPEAT_DB
        for last in _dips(total[lag - 1 :], limit * lag):
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
    levels = np.sqrt(energies(once, 10 * MS)[: length // (10 * MS)])
    if _highest(once) < REPEAT_LEVEL * loud or levels.max() < STEADY * levels.min():
        return False
    probe = min(int(levels.argmax()) * 10 * MS, length - 20 * MS)
    stuck = _may_stick(length)
    near = _likeness(once[probe : probe + 20 * MS], wave[length + probe :])
    if near < (STUCK_LIKENESS if stuck else REPEAT_LIKENESS):
        return False

    def comes_again(times: int, likeness: float) -> bool:
        return all(_likeness(once, wave[time * length :]) > likeness for time in range(1, times + 1))

    times = 3 if length < SHORT_REPEAT_MS * MS else 1
    return comes_again(times, REPEAT_LIKENESS) or (stuck and comes_again(STUCK_TIMES, STUCK_LIKENESS))


def _may_stick(length: int) -> bool:
    """Whether a stretch is longer than two slow periods of a voice and shorter than any word."""
    return STUCK_MS[0] * MS <= length < STUCK_MS[1] * MS


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


def rows(wave: Samples, length: int) -> Samples:
    """Whole pieces of a wave, one a row; what is left over at the end is filled with silence."""
    missing = -wave.size % length
    return (np.pad(wave, (0, missing)) if missing else wave).reshape(-1, length)


def energies(wave: Samples, length: int) -> Series:
    """Sum of squares of each piece."""
    pieces = rows(wave, length)
    sums: Series = np.einsum("ij,ij->i", pieces, pieces)
    return sums


def _highest(wave: Samples) -> float:
    return float(np.abs(wave).max()) if wave.size else 0.0
