"""A picture of a recording: the wave and its loudness over time, as SVG. Nothing is needed to draw it or look at it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio import equalizer, limiter
from pipeline.audio.ffmpeg import RATE, Samples, blocks
from pipeline.audio.measure import measure

WIDTH, HEIGHT, MARGIN = 960, 280, 44
WAVE_MIDDLE, WAVE_HALF = 100, 80
LOUD_TOP, LOUD_BOTTOM = 200, 260
LOUDEST, SOFTEST = -6.0, -40.0  # LUFS at the top and bottom of the lower strip
COLUMNS = WIDTH - 2 * MARGIN
WINDOW = 3 * RATE // limiter.BLOCK


def draw(source: Samples | Path, title: str = "", *, demuxer: str = "mp3") -> str:
    """An SVG of 960×280: the wave above, short-time loudness (3 s, in LUFS) below, figures in the title.

    AudioError: as `ffmpeg.blocks`.
    """
    samples = source if isinstance(source, np.ndarray) else np.concatenate(list(blocks(source, demuxer=demuxer)))
    found = measure(samples)
    figures = f"{found.duration_s:.1f} s · {found.lufs:.1f} LUFS · {found.dbtp:.1f} dBTP"
    parts = [
        f'<text x="{MARGIN}" y="14" font-weight="bold">{escape(title)}</text>',
        f'<text x="{WIDTH - MARGIN}" y="14" text-anchor="end">{figures}</text>',
        f'<path d="{_wave(samples)}" fill="#2b6cb0"/>',
        *_loudness_scale(),
        f'<path d="{_loudness(samples)}" fill="none" stroke="#c05621" stroke-width="1.5"/>',
        *_seconds(found.duration_s),
    ]
    body = "\n".join(parts)
    view = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {view}>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _wave(samples: Samples) -> str:
    edges = np.linspace(0, samples.size, COLUMNS + 1).astype(int)[:-1]
    top = np.maximum.reduceat(samples, edges)
    bottom = np.minimum.reduceat(samples, edges)
    upper = [(MARGIN + x, WAVE_MIDDLE - float(value) * WAVE_HALF) for x, value in enumerate(top)]
    lower = [(MARGIN + x, WAVE_MIDDLE - float(value) * WAVE_HALF) for x, value in enumerate(bottom)]
    return _line(upper + lower[::-1]) + "Z"


def _loudness(samples: Samples) -> str:
    levels = _short_time(samples)
    step = COLUMNS / max(levels.size - 1, 1)
    return _line((MARGIN + index * step, _height(float(level))) for index, level in enumerate(levels))


def _short_time(samples: Samples) -> NDArray[np.float64]:
    """LUFS of the 3 s that end at each column: short-time loudness of EBU Tech 3341."""
    energy = limiter.block_energies(equalizer.apply(samples, equalizer.k_weighting()))
    total = np.concatenate([[0.0], np.cumsum(energy)])
    ends = np.linspace(1, energy.size, min(COLUMNS, energy.size)).astype(int)
    power = (total[ends] - total[np.maximum(ends - WINDOW, 0)]) / (WINDOW * limiter.BLOCK)
    levels: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 1e-12)) - 0.691
    return levels.clip(SOFTEST, LOUDEST)


def _height(lufs: float) -> float:
    return LOUD_BOTTOM - (lufs - SOFTEST) / (LOUDEST - SOFTEST) * (LOUD_BOTTOM - LOUD_TOP)


def _loudness_scale() -> Iterable[str]:
    for lufs in (-10, -16, -23, -40):
        y = _height(lufs)
        yield f'<path d="M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>'
        yield f'<text x="{MARGIN - 6}" y="{y + 4:.1f}" text-anchor="end">{lufs}</text>'


def _seconds(duration_s: float) -> Iterable[str]:
    step = next((step for step in (1, 2, 5, 10, 15, 30, 60, 120, 300) if duration_s / step <= 12), 600)
    for second in range(0, int(duration_s) + 1, step):
        x = MARGIN + second / duration_s * COLUMNS
        yield f'<text x="{x:.1f}" y="{HEIGHT - 4}" text-anchor="middle">{second} s</text>'


def _line(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
