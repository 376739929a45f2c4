"""Where in a microphone's file a recording lies: the delay at which most of its seconds look alike.

Each second of the recording is laid over the file at every delay; how much better one delay fits than all the others
is a standard score. Noise, other speech, even another bulletin of the same voice fit all delays equally badly; the
right recording fits one, and the same one for all its seconds. Two clocks that differ tilt that line a little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.listening.sound import FPS, Picture

Scores = NDArray[np.float32]  # (seconds, delays)

PPM = 300  # by how much the clocks of player and microphone may differ
_NEAR = FPS  # frames: delays closer than a second to the best are its echoes
_ALIKE = 5.0  # standard deviations at which a recording repeats itself
_BESIDE = 5  # frames
_FEWEST = 4  # seconds: a shorter stretch is not looked for by itself
_ENOUGH = 4 * FPS  # delays that lie in the file, to know what is usual


@dataclass(frozen=True, slots=True)
class Laid:
    """Every second of a recording against every delay, in standard scores of that second.

    `first`: the delay of column 0, in frames. `sounds`: seconds in which the recording says anything.
    """

    scores: Scores
    first: int
    sounds: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Line:
    """A delay in frames for each second of the recording, and how far it stands out: in standard deviations above all
    other delays, and how many times as far as the best of these."""

    delays: NDArray[np.int64]
    score: float
    margin: float = 1.0


def lay(recording: Picture, heard: Picture, delays: range) -> Laid:
    """Compare each second of `recording` with `heard`, begun `delays` frames later."""
    seconds, bands, width = recording.shape[0] // FPS, recording.shape[1], len(delays)
    before = max(0, -delays.start)
    after = max(0, seconds * FPS + delays.stop - heard.shape[0])
    padded = np.pad(heard, ((before, after), (0, 0)))
    scores = np.zeros((seconds, width), dtype=np.float32)
    for second in range(seconds):
        part = recording[second * FPS : (second + 1) * FPS].ravel()
        start = second * FPS + delays.start
        inside = slice(max(0, -start), max(0, min(width, heard.shape[0] - FPS - start + 1)))
        if inside.stop - inside.start < _ENOUGH:
            continue
        base = padded[start + before :]
        windows = np.lib.stride_tricks.as_strided(base, (width, FPS * bands), (base.strides[0], base.strides[1]))
        scores[second, inside] = _standard(_smooth(windows @ part)[inside])
    energy = (recording[: seconds * FPS] ** 2).reshape(seconds, -1).mean(axis=1)
    return Laid(scores, delays.start, energy > 0.25 * np.median(energy))


def best_line(laid: Laid, among: NDArray[np.bool_], repeats: frozenset[int] = frozenset()) -> Line:
    """The line that stands out most over the whole or a part of the seconds in `among`.

    `repeats`: after how many frames the recording says the same again; such delays are no rivals of the best.
    """
    seconds = laid.scores.shape[0]
    scores = np.where((among & laid.sounds)[:, None], laid.scores, 0)
    known = (scores != 0).any(axis=1)
    stretches = _stretches(known)
    best = Line(np.zeros(seconds, dtype=np.int64), 0.0)
    for tilt in _tilts(seconds):
        shifts = np.rint(tilt * np.arange(seconds)).astype(np.int64)
        sums = np.cumsum(np.vstack([np.zeros((1, scores.shape[1]), np.float32), _sheared(scores, shifts)]), axis=0)
        for start, stop in stretches:
            at, score, margin = _peak((sums[stop] - sums[start]) / np.sqrt(known[start:stop].sum()), repeats)
            if score > best.score:
                best = Line(laid.first + at + shifts, score, margin)
    return best


def repeats(recording: Picture, within: int) -> frozenset[int]:
    """After how many frames, up to `within`, a recording says the same again: a call that is read three times."""
    laid = lay(recording, recording, range(within + 1))
    known = (laid.scores != 0).any(axis=1) & laid.sounds
    sums = np.where(known[:, None], laid.scores, 0).sum(axis=0) / np.sqrt(max(1, int(known.sum())))
    spread = 1.4826 * float(np.median(np.abs(sums - np.median(sums))))
    alike = np.flatnonzero(sums > np.median(sums) + _ALIKE * max(spread, 1.0))
    return frozenset(int(each) + near for each in alike for near in range(-_BESIDE, _BESIDE + 1))


def along(laid: Laid, line: Line) -> NDArray[np.float32]:
    """The score of each second at its delay; 0 where the delay leads out of what was compared."""
    columns = line.delays - laid.first
    inside = (columns >= 0) & (columns < laid.scores.shape[1])
    picked = laid.scores[np.arange(columns.size), np.clip(columns, 0, laid.scores.shape[1] - 1)]
    return np.where(inside & laid.sounds, picked, 0).astype(np.float32)


def _tilts(seconds: int) -> NDArray[np.float64]:
    """Frames a second, so close that no second lies more than two frames from the nearest line."""
    most = PPM * 1e-6 * FPS
    count = int(np.ceil(most * seconds / 2))
    return np.linspace(-most, most, 2 * count + 1) if count else np.zeros(1)


def _stretches(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The whole, its halves, quarters and eighths, each also begun midway."""
    places = np.flatnonzero(known)
    if not places.size:
        return []
    found = []
    for parts in (1, 2, 4, 8):
        length = places.size // parts
        if length < _FEWEST:
            break
        starts = range(0, places.size - length + 1, max(1, length // 2))
        found += [(int(places[start]), int(places[start + length - 1]) + 1) for start in starts]
    return found or [(int(places[0]), int(places[-1]) + 1)]


def _sheared(scores: Scores, shifts: NDArray[np.int64]) -> Scores:
    if not shifts.any():
        return scores
    columns = np.arange(scores.shape[1])[None, :] + shifts[:, None]
    picked = np.take_along_axis(scores, np.clip(columns, 0, scores.shape[1] - 1), axis=1)
    return np.where((columns >= 0) & (columns < scores.shape[1]), picked, 0)


def _peak(sums: NDArray[np.float32], repeats: frozenset[int]) -> tuple[int, float, float]:
    at = int(sums.argmax())
    away = np.abs(np.arange(sums.size) - at)
    others = sums[(away > _NEAR) & ~np.isin(away, list(repeats))]
    if not others.size:
        return at, 0.0, 1.0
    middle = float(np.median(others))
    spread = 1.4826 * float(np.median(np.abs(others - middle)))
    above = float(sums[at]) - middle
    return at, above / max(spread, 1.0), above / max(float(others.max()) - middle, 1e-6)  # chance alone spreads by 1


def _standard(row: NDArray[np.float32]) -> NDArray[np.float32]:
    deviation = float(row.std())
    return (row - row.mean()) / deviation if deviation > 1e-6 else np.zeros_like(row)


def _smooth(row: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.convolve(row, np.full(3, 1 / 3, dtype=np.float32), mode="same").astype(np.float32)
