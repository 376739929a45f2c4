"""A picture of a recording: the wave, and its loudness over time against its target; as SVG, or as PNG (raster.py).

The same file gives the same picture. Memory does not grow with length: an hour is looked at block by block.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.ffmpeg import RATE, Samples, blocks
from pipeline.audio.truepeak import TruePeakMeter
from pipeline.messages import say

WIDTH, HEIGHT, MARGIN = 960, 320, 44
WAVE_MIDDLE, WAVE_HALF = 104, 76
LOUD_TOP, LOUD_BOTTOM = 200, 296
LOUDEST, SOFTEST = -6.0, -40.0  # LUFS at the top and bottom of the lower strip
COLUMNS = WIDTH - 2 * MARGIN
STEP = RATE // 10  # loudness is read every 100 ms, as a meter shows it
FINE = RATE // 100  # the wave is kept as the extremes of every 10 ms

WAVE, SHORT, MOMENTARY, TARGET, LIMIT, GRID, CUE = (
    "#2b6cb0", "#c05621", "#f0b48a", "#2f855a", "#c53030", "#dddddd", "#718096",
)  # fmt: skip

Mark = tuple[float, str]
"""Seconds from the beginning, and what begins there."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is drawn: figures of the whole, and one value for each column. Loudness in LUFS, clipped to the strip."""

    duration_s: float
    lufs: float
    dbtp: float
    tops: NDArray[np.float32]
    bottoms: NDArray[np.float32]
    momentary: NDArray[np.float64]  # of 400 ms
    short: NDArray[np.float64]  # of 3 s, EBU Tech 3341


@dataclass(frozen=True, slots=True)
class Frame:
    """What is drawn around it: the loudness it should have, the true peak it may have, and what begins when."""

    title: str = ""
    target_lufs: float | None = None
    limit_dbtp: float = -1.0
    marks: Sequence[Mark] = ()


PLAIN = Frame()


def trace(source: Samples | Path, *, demuxer: str = "mp3") -> Trace:
    """Of samples at RATE, or of a file of any length. AudioError: as `ffmpeg.blocks`."""
    from pyebur128 import (
        MeasurementMode,
        R128State,
        get_loudness_global,
        get_loudness_momentary,
        get_loudness_shortterm,
    )

    state = R128State(1, RATE, MeasurementMode.MODE_I | MeasurementMode.MODE_S)
    meter, count = TruePeakMeter(), 0
    extremes: list[NDArray[np.float32]] = []
    loudness: list[tuple[float, float]] = []
    for part in _steps([source] if isinstance(source, np.ndarray) else blocks(source, demuxer=demuxer)):
        state.add_frames(part, part.size)
        meter.add(part)
        count += part.size
        loudness.append((get_loudness_momentary(state), get_loudness_shortterm(state)))
        fine = np.pad(part, (0, -part.size % FINE)).reshape(-1, FINE)
        extremes.append(np.stack([fine.max(axis=1), fine.min(axis=1)]))
    peak = meter.finish()
    wave = np.concatenate(extremes or [np.zeros((2, 1), dtype=np.float32)], axis=1)
    levels = np.array(loudness or [(SOFTEST, SOFTEST)]).clip(SOFTEST, LOUDEST)
    return Trace(
        count / RATE,
        float(get_loudness_global(state)) if count else -math.inf,
        20 * math.log10(peak) if peak > 0 else -math.inf,
        *_columns(wave[0], wave[1]),
        momentary=_points(levels[:, 0]),
        short=_points(levels[:, 1]),
    )


def draw(source: Samples | Path, title: str = "", *, demuxer: str = "mp3", frame: Frame = PLAIN) -> str:
    """An SVG of 960×320. AudioError: as `ffmpeg.blocks`."""
    return svg(
        trace(source, demuxer=demuxer), Frame(title or frame.title, frame.target_lufs, frame.limit_dbtp, frame.marks)
    )


def save(source: Samples | Path, out: Path, title: str = "", *, demuxer: str = "mp3", frame: Frame = PLAIN) -> None:
    """Into a file: PNG where its name ends so, else SVG. AudioError: as `ffmpeg.blocks`; OSError."""
    from pipeline.audio.raster import png

    drawn = trace(source, demuxer=demuxer)
    framed = Frame(title or frame.title, frame.target_lufs, frame.limit_dbtp, frame.marks)
    out.write_bytes(png(drawn, framed) if out.suffix.lower() == ".png" else svg(drawn, framed).encode())


def svg(drawn: Trace, frame: Frame = PLAIN) -> str:
    """For pages: has a title and a description for those who cannot see it; fetches nothing."""
    told = figures(drawn)
    texts = [
        f'<text x="{MARGIN}" y="14" font-weight="bold">{escape(frame.title)}</text>',
        f'<text x="{WIDTH - MARGIN}" y="14" text-anchor="end">{told}</text>',
        f'<text x="{MARGIN}" y="{LOUD_TOP - 6}" fill="{SHORT}">{escape(say("picture_loudness"))}</text>',
    ]
    parts = [
        *_loudness_scale(),
        f'<path d="{_outline(drawn)}" fill="{WAVE}"/>',
        *(_line(y, LIMIT, "4 3") for y in limit_heights(frame)),
        f'<path d="{_path(drawn.momentary)}" fill="none" stroke="{MOMENTARY}"/>',
        f'<path d="{_path(drawn.short)}" fill="none" stroke="{SHORT}" stroke-width="1.5"/>',
        *([_line(height(frame.target_lufs), TARGET, "6 3")] if frame.target_lufs is not None else []),
        *_cue_marks(drawn, frame),
        *texts,
        *(f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{text}</text>' for x, text in seconds(drawn)),
    ]
    body = "\n".join(parts)
    about = escape(say("picture_about", figures=told, target=frame.target_lufs or "–", limit=frame.limit_dbtp))
    view = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11" role="img"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} aria-labelledby="t d">\n'
        f'<title id="t">{escape(frame.title or told)}</title>\n<desc id="d">{about}</desc>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


# --- places, shared with raster.py ------------------------------------------------------------------------------------


def figures(drawn: Trace) -> str:
    """Length, loudness and true peak in one line."""
    return f"{drawn.duration_s:.1f} s · {drawn.lufs:.1f} LUFS · {drawn.dbtp:.1f} dBTP"


def height(lufs: float) -> float:
    """Of a loudness in the lower strip."""
    return LOUD_BOTTOM - (min(max(lufs, SOFTEST), LOUDEST) - SOFTEST) / (LOUDEST - SOFTEST) * (LOUD_BOTTOM - LOUD_TOP)


def limit_heights(frame: Frame) -> tuple[float, float]:
    """Of the highest true peak that is allowed, in the wave."""
    swing = 10 ** (frame.limit_dbtp / 20) * WAVE_HALF
    return WAVE_MIDDLE - swing, WAVE_MIDDLE + swing


def place(drawn: Trace, second: float) -> float:
    """Of a moment, from the left."""
    return MARGIN + min(second / max(drawn.duration_s, 1e-6), 1.0) * COLUMNS


def seconds(drawn: Trace) -> Iterator[Mark]:
    """The scale of time: about ten places, in seconds or from five minutes on in minutes."""
    step = next((step for step in (1, 2, 5, 10, 15, 30, 60, 120, 300) if drawn.duration_s / step <= 12), 600)
    for second in range(0, int(drawn.duration_s) + 1, step):
        yield place(drawn, second), f"{second // 60} min" if step >= 60 else f"{second} s"


LOUDNESS_SCALE = (-10, -20, -30, -40)


# --- columns and paths ------------------------------------------------------------------------------------------------


def _steps(parts: Iterable[Samples]) -> Iterator[Samples]:
    """The same samples in pieces of 100 ms, the last one shorter."""
    left = np.zeros(0, dtype=np.float32)
    for part in parts:
        joined = np.concatenate([left, part]) if left.size else part
        whole = joined.size // STEP * STEP
        for first in range(0, whole, STEP):
            yield joined[first : first + STEP]
        left = joined[whole:]
    if left.size:
        yield left


def _columns(
    tops: NDArray[np.float32], bottoms: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    edges = np.linspace(0, tops.size, COLUMNS + 1).astype(int)[:-1]
    return np.maximum.reduceat(tops, edges).clip(-1, 1), np.minimum.reduceat(bottoms, edges).clip(-1, 1)


def _points(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """At most one value a column, the loudest of what falls into it."""
    edges = np.linspace(0, levels.size, min(COLUMNS, levels.size) + 1).astype(int)[:-1]
    return np.maximum.reduceat(levels, edges)


def _outline(drawn: Trace) -> str:
    upper = [(MARGIN + x, WAVE_MIDDLE - float(value) * WAVE_HALF) for x, value in enumerate(drawn.tops)]
    lower = [(MARGIN + x, WAVE_MIDDLE - float(value) * WAVE_HALF) for x, value in enumerate(drawn.bottoms)]
    return _joined(upper + lower[::-1]) + "z"


def _path(levels: NDArray[np.float64]) -> str:
    step = COLUMNS / max(levels.size - 1, 1)
    return _joined([(MARGIN + index * step, height(float(level))) for index, level in enumerate(levels)])


def _joined(points: Sequence[tuple[float, float]]) -> str:
    """Steps from point to point in tenths, whole where they are whole: a third of the bytes of places."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = (f"{_tenth(x - before)} {_tenth(y - over)}" for (before, over), (x, y) in pairwise(tenths))
    return f"M{_tenth(tenths[0][0])} {_tenth(tenths[0][1])}l" + " ".join(steps)


def _tenth(value: int) -> str:
    return f"{value / 10:g}"


def _line(y: float, colour: str, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="{colour}"{dashed}/>'


def _loudness_scale() -> Iterator[str]:
    for lufs in LOUDNESS_SCALE:
        yield _line(height(lufs), GRID)
        yield f'<text x="{MARGIN - 6}" y="{height(lufs) + 4:.1f}" text-anchor="end">{lufs}</text>'


def _cue_marks(drawn: Trace, frame: Frame) -> Iterator[str]:
    for second, name in frame.marks:
        x = place(drawn, second)
        told = f"<title>{escape(name)}</title>"
        yield f'<path d="M{x:.1f} 22V{LOUD_BOTTOM}" stroke="{CUE}" stroke-dasharray="2 3">{told}</path>'
