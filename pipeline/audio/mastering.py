"""Mastering: one segment of speech → MP3 frames at a known loudness, proven on the decoded file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.audio import equalizer, limiter
from pipeline.audio.ffmpeg import RATE, Samples, encode_mp3
from pipeline.audio.measure import SILENT_LUFS, Loudness, gated_loudness, measure_file
from pipeline.config.mastering import Preset
from pipeline.errors import AudioError

VERSION = "2"  # part of the key of everything mastered: raise it when the same preset sounds different
TOLERANCE_LU = 0.3  # what is promised of whatever goes on air
SEGMENT_TOLERANCE_LU = 0.2  # joined with others, and read by another meter, it may move by 0.1 more
METERS_APART_DB = 0.1  # by how much another meter of true peaks may read higher: each interpolates in its own way
ROTATION_HZ = 300.0  # measured on espeak-ng: peaks fall by 1.4 dB and the limiter takes 4 dB less
ENCODER_DB = 0.45  # by how much LAME lowers speech, at every bitrate
SHORTEST_S = 1.0  # loudness is gated in windows of 0.4 s; shorter segments get silence behind them
BRIEF_S = 3.0  # a few words fill only some of those windows: many a single word cannot be lifted to any target
BRIEF_BELOW_LU = 6.0  # by how much they may be softer; the softest of 256 calls is 4.6 below (benchmarks/words.py)
LONGEST_S = 1800.0
ATTEMPTS = 5
MOST_DRIVE_DB = 20.0
FASTEST_RELEASE = 2.0  # dB a millisecond: faster distorts what it should let through
CLOSE_DB = 0.03
BLOCKS_PER_HOP = RATE // 10 // limiter.BLOCK


@dataclass(frozen=True, slots=True)
class Mastered:
    """A segment ready for the air and what was measured on it once decoded."""

    mp3: bytes
    duration_s: float
    lufs: float
    dbtp: float


@dataclass(frozen=True, slots=True)
class _Aim:
    lufs: float
    ceiling_db: float
    release: float


def master(samples: Samples, chosen: Preset) -> Samples:
    """Tone, loudness and true peaks of a preset; what the encoder will take is already added.

    AudioError: audio_silent.
    """
    return _level(_shape(samples, chosen), _first_aim(chosen))


def master_to_mp3(samples: Samples, chosen: Preset) -> Mastered:
    """Encode, decode, measure, correct, until the decoded file is within 0.2 LU and below the true-peak limit.

    A warning of a word or two is never silent for its loudness: up to BRIEF_S the loudest that was found is taken, up
    to BRIEF_BELOW_LU below the target. AudioError: audio_silent, audio_too_long, loudness_not_reached.
    """
    if samples.size > LONGEST_S * RATE:
        raise AudioError("audio_too_long", file="", limit=round(LONGEST_S))
    shaped = _shape(samples, chosen)
    aim = _first_aim(chosen)
    loudest: Mastered | None = None
    for _ in range(ATTEMPTS):
        mp3 = encode_mp3(_level(shaped, aim))
        found = measure_file(mp3)
        made = Mastered(mp3, found.duration_s, found.lufs, found.dbtp)
        if _is_safe(found, chosen):
            if found.lufs >= chosen.lufs - SEGMENT_TOLERANCE_LU:
                return made
            loudest = made if loudest is None or made.lufs > loudest.lufs else loudest
        aim = _corrected(aim, found, chosen)
    if loudest is not None and is_brief(loudest.duration_s) and loudest.lufs >= chosen.lufs - BRIEF_BELOW_LU:
        return loudest
    raise AudioError("loudness_not_reached", lufs=f"{found.lufs:.1f}", dbtp=f"{found.dbtp:.1f}", target=chosen.lufs)


def is_brief(duration_s: float) -> bool:
    """Whether something is so short that its loudness may stay below the target."""
    return duration_s <= BRIEF_S


def _is_safe(found: Loudness, chosen: Preset) -> bool:
    """Neither louder than the target nor with a true peak above the limit."""
    return found.lufs <= chosen.lufs + SEGMENT_TOLERANCE_LU and found.dbtp <= chosen.dbtp - METERS_APART_DB


def _first_aim(chosen: Preset) -> _Aim:
    return _Aim(chosen.lufs + ENCODER_DB, chosen.dbtp - chosen.headroom_db, chosen.release)


def _corrected(aim: _Aim, found: Loudness, chosen: Preset) -> _Aim:
    """What was missed is added to the aim."""
    over = found.dbtp - chosen.dbtp + METERS_APART_DB
    return replace(
        aim,
        lufs=aim.lufs + chosen.lufs - found.lufs,
        ceiling_db=aim.ceiling_db - (over + 0.1 if over > 0 else 0.0),
    )


@cache
def _response(chosen: Preset) -> equalizer.Response:
    tone = equalizer.high_pass(chosen.high_pass_hz) * equalizer.peak(
        chosen.presence_hz, chosen.presence_db, chosen.presence_q
    )
    return tone * equalizer.phase_rotation(ROTATION_HZ)


def _shape(samples: Samples, chosen: Preset) -> Samples:
    shortage = round(SHORTEST_S * RATE) - samples.size
    if shortage > 0:
        samples = np.pad(samples, (0, shortage))
    return equalizer.apply(samples, _response(chosen))


def _level(shaped: Samples, aim: _Aim) -> Samples:
    """Lift to the loudness aimed at. The gain is sought on blocks of 1 ms and applied once.

    A limiter that holds the loudness down whatever the drive recovers twice as fast, and twice again.
    """
    energy = limiter.block_energies(equalizer.apply(shaped, _k_weighting()))
    raw = gated_loudness(energy, BLOCKS_PER_HOP)
    if raw < SILENT_LUFS:
        raise AudioError("audio_silent")
    peaks = limiter.block_peaks(shaped)
    least = aim.lufs - raw  # without limiting this would do; what the limiter takes is found by halving

    def gains(drive_db: float, release: float) -> NDArray[np.float64]:
        return drive_db - limiter.reduction(peaks, aim.ceiling_db - drive_db, release)

    def loudness(drive_db: float, release: float) -> float:
        return gated_loudness(energy * 10 ** (gains(drive_db, release) / 10), BLOCKS_PER_HOP)

    release = aim.release
    while release < FASTEST_RELEASE and loudness(least + MOST_DRIVE_DB, release) < aim.lufs:
        release *= 2
    low, high = least, least + MOST_DRIVE_DB
    while high - low > CLOSE_DB:
        middle = (low + high) / 2
        low, high = (middle, high) if loudness(middle, release) < aim.lufs else (low, middle)
    return limiter.apply(shaped, gains(low, release))


@cache
def _k_weighting() -> equalizer.Response:
    return equalizer.k_weighting()
