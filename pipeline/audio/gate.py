"""The quality gate: what was decoded is heard once (hearing.py) and judged by rules that each name one fault.

A voice's file is refused for any fault that is an error, and the next voice is tried. What people bring comes from
rooms and yards, and a second person listened to it and accepted its hash: only what nobody can have meant is refused
there, the rest is told. What each rule catches, and from which strength on, is measured by benchmarks/gate.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.audio.faults import CHARACTERS_PER_S, UNKNOWN, E, Expected, Fault, fault, sound_of
from pipeline.audio.ffmpeg import Samples, blocks
from pipeline.audio.hearing import listen
from pipeline.audio.rules import faults_of, spoken_s

UNEVEN_LU = 2.0  # mastered to one target they lie within 0.6 LU
STEREO_RATE = 8000
CANCEL = -0.5  # correlation of left and right from which on their sum is softer than either
DEAD_SHARE = 1e-4  # of the other channel's energy: −40 dB


@dataclass(frozen=True, slots=True)
class Examined:
    """`spoken_s`: what sounds, with each pause cut to PAUSE_S."""

    duration_s: float
    spoken_s: float
    faults: tuple[Fault, ...]

    @property
    def refused(self) -> bool:
        return any(each.severity is E for each in self.faults)


def examine(source: Samples | Path, expected: Expected = UNKNOWN, *, demuxer: str = "wav") -> Examined:
    """Hear a file, or samples at RATE, once, and name everything that is wrong with it, the gravest first.

    AudioError: as `ffmpeg.blocks`.
    """
    sound = sound_of(listen(blocks(source, demuxer=demuxer) if isinstance(source, Path) else [source]), expected)
    faults = list(faults_of(sound))
    if isinstance(source, Path) and expected.person:
        faults = [*channels(source, demuxer=demuxer), *faults]
    return Examined(sound.heard.duration_s, spoken_s(sound), in_order(faults))


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """What refuses a file first, then by place."""
    return tuple(sorted(faults, key=lambda each: (each.severity is not E, each.at_s or 0.0)))


def require(source: Samples | Path, expected: Expected = UNKNOWN, *, demuxer: str = "wav") -> Examined:
    """As `examine`; AudioError with the gravest fault where the file is refused."""
    examined = examine(source, expected, demuxer=demuxer)
    refuse(examined.faults)
    return examined


def refuse(faults: Iterable[Fault]) -> None:
    """AudioError with the first fault that keeps a sound off the air, if there is one."""
    for each in faults:
        if each.severity is E:
            raise each.error()


def check_speech(
    source: Samples | Path, characters: int, *, within: tuple[float, float] = CHARACTERS_PER_S
) -> Examined:
    """The gate for a voice of which only the number of its text's characters is known. AudioError: see `require`."""
    return require(source, Expected("x" * characters, within))


def uneven(loudness: Sequence[tuple[str, float, float]]) -> list[Fault]:
    """Segments of one recording, as (name, begin in seconds, LUFS), that stand out from the median of all."""
    known = [lufs for _, _, lufs in loudness if lufs > -70]
    middle = float(np.median(known)) if known else 0.0
    return [
        fault("segments_uneven", begin, segment=name, lufs=f"{lufs:.1f}", others=f"{middle:.1f}", limit=UNEVEN_LU)
        for name, begin, lufs in loudness
        if abs(lufs - middle) > UNEVEN_LU
    ]


def channels(source: Path, *, demuxer: str) -> Iterator[Fault]:
    """What is lost of a person's file when its two channels become one. AudioError: as `ffmpeg.blocks`."""
    left = right = both = 0.0
    for block in blocks(source, STEREO_RATE, demuxer=demuxer, channels=2):
        pair = block[: block.size // 2 * 2].reshape(-1, 2).astype(np.float64)
        left, right = left + float(np.square(pair[:, 0]).sum()), right + float(np.square(pair[:, 1]).sum())
        both += float((pair[:, 0] * pair[:, 1]).sum())
    louder, softer = max(left, right), min(left, right)
    if softer < louder * DEAD_SHARE:
        yield fault("channel_dead", person=True)
    elif both < CANCEL * math.sqrt(left * right):
        yield fault("channels_cancel", person=True, likeness=f"{both / math.sqrt(left * right):.1f}")
