"""A commune loudspeaker outdoors, simulated: driver and horn, distance, echoes, noise. Everything is seeded.

A model to compare recordings with, not a measurement of one horn: each figure below says where it is from or that it
was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks._metrics import RATE as RATE_SCORED
from benchmarks._metrics import Wave, band_levels
from pipeline.audio.ffmpeg import RATE

Spectrum = NDArray[np.complex128]

SECONDS = 20.0
SIZE = round(SECONDS * RATE)
SIZE_SCORED = round(SECONDS * RATE_SCORED)
HERTZ = np.fft.rfftfreq(SIZE, 1 / RATE)
INSIDE = slice(*np.searchsorted(HERTZ, (300.0, 6000.0)))  # what a horn radiates: SNR is taken in it
EAR_DB_SPL = 70.0  # raw speech at the listener, where the index asks for a level

# ISO 9613-2, table 2, 30 °C and 70 % humidity: dB a kilometre at octaves from 63 Hz
AIR_HZ = 62.5 * 2.0 ** np.arange(8)
AIR_DB_KM = np.array([0.1, 0.3, 1.0, 3.1, 7.4, 12.7, 23.1, 59.3])


class Arrival(NamedTuple):
    """An echo, or another horn of the village: seconds after the first, dB against it."""

    after_s: float
    level_db: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody listens."""

    name: str
    metres: float
    arrivals: tuple[Arrival, ...]


PLACES = (
    Place("30 m, walls", 30, (Arrival(0.08, -12), Arrival(0.13, -15), Arrival(0.21, -20))),
    Place(
        "150 m, three horns",
        150,
        (Arrival(0.09, -8), Arrival(0.16, -11), Arrival(0.24, -10), Arrival(0.33, -14), Arrival(0.40, -16)),
    ),
)
SNRS_DB = (-5, 0, 5, 10)


@dataclass(frozen=True)
class Arriving:
    """Speech at the listener: at 10 kHz to be scored, and third-octave levels of what comes first and what is late."""

    scored: Wave
    first_db: Wave
    late_db: Wave
    power: float  # in INSIDE


@dataclass(frozen=True)
class Noise:
    """Noise at the listener, of power one in INSIDE."""

    scored: Wave
    levels_db: Wave


def arrive(wave: Wave, place: Place) -> Arriving:
    """What a horn fed with a wave (full scale: the amplifier's limit) sends to a place; the travel time is cut off."""
    first = np.fft.rfft(driven(wave)) * HORN * _air(place.metres)
    echoes = sum(
        (10 ** (each.level_db / 20) * np.exp(-2j * np.pi * HERTZ * each.after_s) for each in place.arrivals),
        np.zeros(HERTZ.size, dtype=complex),
    )
    late = first * echoes
    both = first + late
    return Arriving(_scored(both), _levels(first), _levels(late), _power(both))


def driven(wave: Wave) -> Wave:
    """The driver: a little of the second and third harmonic, and bass excursions that modulate all else (chosen: about
    1 % of harmonics at full level, as data sheets of drivers allow 1 to 5)."""
    excursion = np.fft.irfft(np.fft.rfft(wave) / (1 + (HERTZ / 250) ** 4), SIZE)
    clipped = np.clip(wave, -1.0, 1.0)
    return np.asarray(clipped + 0.03 * clipped**2 - 0.06 * clipped**3 + 0.3 * excursion * clipped)


def noises(talkers: Sequence[Wave]) -> Mapping[str, Noise]:
    """Speech-shaped, wind, traffic, and a market of many talkers."""
    random = np.random.default_rng(20_261_122)
    time = np.arange(SIZE) / RATE
    gusts = 1 + 0.6 * np.sin(2 * np.pi * time / 3.7) * np.sin(2 * np.pi * time / 1.3)
    passing = 10 ** (0.3 * np.sin(2 * np.pi * time / 5.1) + 0.2 * np.sin(2 * np.pi * time / 2.3))
    engine = sum(np.sin(2 * np.pi * 85 * k * time + random.random() * 6) / k for k in range(1, 12))
    shaped = np.interp(HERTZ, [0, 80, 500, 8000, 16_000], [-40, 0, 0, -36, -48])  # flat to 500 Hz, then 9 dB an octave
    road = np.interp(HERTZ, [0, 50, 1000, 16_000], [-20, 0, -4, -40])
    return {
        "speech-shaped": _noise(_coloured(random, 10 ** (shaped / 20))),
        "wind": _noise(_coloured(random, 1 / np.maximum(HERTZ, 20)) * gusts),
        "traffic": _noise((_coloured(random, 10 ** (road / 20)) * 3 + 0.2 * engine) * passing),
        "market": _noise(_crowd(talkers, random)),
    }


def spectrum_scored(wave: Wave) -> Wave:
    """A wave of SIZE samples at the rate it is scored at."""
    return _scored(np.fft.rfft(wave))


# --- parts ------------------------------------------------------------------------------------------------------------


def _horn() -> Spectrum:
    """A re-entrant horn: cut off steeply below 300 Hz and above 6 kHz, with resonances between (chosen)."""
    response = _second_order(300, 0.8, 2) * _second_order(330, 0.9, 2) * _second_order(6000, 0.8, 0)
    for hertz, decibel, q in ((450, 4, 3), (1150, -4, 2), (1900, 5, 4), (3600, 4, 5), (5000, -5, 5)):
        turn, gain = 1j * HERTZ / hertz, 10 ** (decibel / 40)
        response = response * (turn**2 + turn * gain / q + 1) / (turn**2 + turn / gain / q + 1)
    return response


def _second_order(hertz: float, q: float, power: int) -> Spectrum:
    turn = 1j * HERTZ / hertz
    return np.asarray(turn**power / (turn**2 + turn / q + 1))


def _air(metres: float) -> Wave:
    decibel = np.interp(np.log2(np.maximum(HERTZ, 1)), np.log2(AIR_HZ), AIR_DB_KM) * metres / 1000
    decibel *= np.maximum(HERTZ / 8000, 1) ** 2  # beyond the table it grows with the square
    return np.asarray(10 ** (-np.minimum(decibel, 120) / 20))


HORN = _horn()
HORN /= np.sqrt(np.mean(np.abs(HORN[INSIDE]) ** 2))


def _scored(spectrum: Spectrum) -> Wave:
    return np.fft.irfft(spectrum[: SIZE_SCORED // 2 + 1], SIZE_SCORED) * (SIZE_SCORED / SIZE)


def _levels(spectrum: Spectrum) -> Wave:
    return band_levels(spectrum, SIZE, RATE)


def _power(spectrum: Spectrum) -> float:
    return float((np.abs(spectrum[INSIDE]) ** 2).sum() * 2 / SIZE**2)


def _noise(wave: Wave) -> Noise:
    spectrum = np.fft.rfft(wave)
    spectrum /= np.sqrt(_power(spectrum))
    return Noise(_scored(spectrum), _levels(spectrum))


def _coloured(random: np.random.Generator, shape: Wave) -> Wave:
    wave = np.fft.irfft(np.fft.rfft(random.standard_normal(SIZE)) * shape, SIZE)
    return np.asarray(wave / wave.std())


def _crowd(talkers: Sequence[Wave], random: np.random.Generator) -> Wave:
    """Many voices at once, each begun somewhere else and somewhat nearer or farther."""
    crowd = np.zeros(SIZE)
    for talker in talkers:
        for _ in range(4):
            crowd += np.roll(np.resize(talker, SIZE), int(random.integers(SIZE))) * 10 ** (random.uniform(-6, 0) / 20)
    return crowd
