"""Loudness and true peak (EBU R 128, ITU-R BS.1770), and the checks that a voice's file must pass."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.ffmpeg import RATE, Samples, blocks
from pipeline.audio.truepeak import TruePeakMeter
from pipeline.errors import AudioError

SILENT_LUFS = -70.0  # the absolute gate of BS.1770: below it nothing counts as sound
PAUSE_S = 0.1  # a longer pause counts as this much: lists have many, and a hole must not stand for words
SLACK_S = 0.6  # a single word is slower or faster than a sentence
FRAME = RATE // 100
QUIET = 10 ** (-50 / 20)
FULL_SCALE = 0.9995
CLIPPED_SHARE = 0.001
CHARACTERS_PER_S = (9.0, 22.0)  # espeak-ng in Vietnamese: 10 (short words) to 18 at normal pace


@dataclass(frozen=True, slots=True)
class Loudness:
    """`lufs`: integrated, -inf for silence. `dbtp`: true peak, 4× oversampled, -inf for silence."""

    lufs: float
    dbtp: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class SpeechFigures:
    """What is known of a voice's file before it is mastered. `spoken_s`: without what pauses have over PAUSE_S."""

    duration_s: float
    spoken_s: float
    clipped: float  # share of samples that stand at full scale next to another one


def measure(samples: Samples) -> Loudness:
    """Of samples at RATE."""
    return _measure([samples])


def measure_file(source: Path | bytes, *, demuxer: str = "mp3") -> Loudness:
    """Of a file of any length, or the bytes of one, block by block. AudioError: as `ffmpeg.blocks`."""
    return _measure(blocks(source, demuxer=demuxer))


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


def speech_figures(source: Path | Samples) -> SpeechFigures:
    """Of a voice's WAV, or of what was decoded from it: spoken time and clipping."""
    levels: list[NDArray[np.float32]] = []
    count = clipped = 0
    for block in blocks(source, demuxer="wav") if isinstance(source, Path) else [source]:
        size = np.abs(block)
        full = size >= FULL_SCALE
        clipped += int(np.count_nonzero(full[1:] & full[:-1]))
        levels.append(size[: size.size // FRAME * FRAME].reshape(-1, FRAME).max(axis=1))
        count += block.size
    return SpeechFigures(count / RATE, _spoken(np.concatenate(levels)), clipped / count)


def check_speech(
    source: Path | Samples, characters: int, *, within: tuple[float, float] = CHARACTERS_PER_S
) -> SpeechFigures:
    """The gate every voice's WAV passes: it sounds, is not clipped, and is as long as its text.

    `characters`: of the spoken text; `within`: characters a second, of the voice.
    AudioError: audio_silent, audio_clipped, speech_too_short, speech_too_long.
    """
    figures = speech_figures(source)
    if not figures.spoken_s:
        raise AudioError("audio_silent")
    if figures.clipped > CLIPPED_SHARE:
        raise AudioError("audio_clipped", share=f"{figures.clipped:.1%}")
    slowest, fastest = within
    seconds = round(figures.spoken_s, 1)
    if characters > fastest * (figures.spoken_s + SLACK_S):
        raise AudioError("speech_too_short", seconds=seconds, characters=characters)
    if characters < slowest * (figures.spoken_s - SLACK_S):
        raise AudioError("speech_too_long", seconds=seconds, characters=characters)
    return figures


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


def _spoken(levels: NDArray[np.float32]) -> float:
    """Seconds of a voice: levels of 10 ms frames, with every pause cut to PAUSE_S and the ends to nothing."""
    sounding = np.flatnonzero(levels > QUIET)
    if not sounding.size:
        return 0.0
    gaps = np.diff(sounding)
    longest = round(PAUSE_S * RATE / FRAME)
    return float(np.minimum(gaps, longest).sum() + 1) * FRAME / RATE
