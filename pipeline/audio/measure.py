"""Loudness and true peak (EBU R 128, ITU-R BS.1770)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.ffmpeg import RATE, Samples, blocks
from pipeline.audio.truepeak import TruePeakMeter

SILENT_LUFS = -70.0  # the absolute gate of BS.1770: below it nothing counts as sound


@dataclass(frozen=True, slots=True)
class Loudness:
    """`lufs`: integrated, -inf for silence. `dbtp`: true peak, 4× oversampled, -inf for silence."""

    lufs: float
    dbtp: float
    duration_s: float


def measure(samples: Samples) -> Loudness:
    """Of samples at RATE."""
    return _measure([samples])


def measure_file(source: Path | bytes, *, demuxer: str = "mp3") -> Loudness:
    """Of a file of any length, or the bytes of one, block by block. AudioError: as `ffmpeg.blocks`."""
    return _measure(blocks(source, demuxer=demuxer))


def measure_parts(
    source: Path, bounds: Sequence[tuple[float, float]], *, demuxer: str = "mp3"
) -> tuple[Loudness, list[float]]:
    """A file of any length, and the loudness in LUFS of each of its parts, all from one decoding.

    `bounds`: begin and end in seconds, in order and apart. AudioError: as `ffmpeg.blocks`.
    """
    from pyebur128 import MeasurementMode, R128State, get_loudness_global

    states = [R128State(1, RATE, MeasurementMode.MODE_I) for _ in bounds]

    def heard() -> Iterator[Samples]:
        at = 0
        for block in blocks(source, demuxer=demuxer):
            for state, (begin, end) in zip(states, bounds, strict=True):
                part = block[max(round(begin * RATE) - at, 0) : max(round(end * RATE) - at, 0)]
                if part.size:
                    state.add_frames(part, part.size)
            at += block.size
            yield block

    whole = _measure(heard())
    return whole, [float(get_loudness_global(state)) for state in states]


def combined(parts: Iterable[Loudness]) -> Loudness:
    """Of parts joined one after the other, without decoding them again.

    Exact for duration and peak. The loudness is the mean power of the parts, which for segments mastered to one target
    lies within their spread (0.3 LU) of what a meter says of the whole.
    """
    known = list(parts)
    heard = [part for part in known if part.lufs > SILENT_LUFS]
    seconds = sum(part.duration_s for part in heard)
    power = sum(10 ** (part.lufs / 10) * part.duration_s for part in heard)
    return Loudness(
        10 * math.log10(power / seconds) if seconds else -math.inf,
        max((part.dbtp for part in known), default=-math.inf),
        sum(part.duration_s for part in known),
    )


def gated_loudness(energy: NDArray[np.float64], per_hop: int) -> float:
    """Integrated loudness in LUFS from K-weighted energy per block (sums of squares at RATE).

    `per_hop`: blocks that make 100 ms. Windows of 400 ms, gates at −70 LUFS and 10 LU below the mean (BS.1770-4).
    """
    hops = energy[: energy.size // per_hop * per_hop].reshape(-1, per_hop).sum(axis=1)
    windows = np.convolve(hops, np.ones(4), mode="valid") / (0.4 * RATE)
    heard = windows[windows > 10 ** ((SILENT_LUFS + 0.691) / 10)]
    if not heard.size:
        return -math.inf
    return _lufs(float(heard[heard > heard.mean() / 10].mean()))


def _lufs(power: float) -> float:
    return 10 * math.log10(power) - 0.691


def _measure(parts: Iterable[Samples]) -> Loudness:
    from pyebur128 import MeasurementMode, R128State, get_loudness_global

    state = R128State(1, RATE, MeasurementMode.MODE_I)
    meter = TruePeakMeter()
    count = 0
    for part in parts:
        state.add_frames(part, part.size)
        meter.add(part)
        count += part.size
    peak = meter.finish()
    lufs = float(get_loudness_global(state)) if count else -math.inf
    return Loudness(lufs, 20 * math.log10(peak) if peak > 0 else -math.inf, count / RATE)
