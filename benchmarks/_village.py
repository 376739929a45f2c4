"""A microphone in a village, simulated: what it picks up of a loudspeaker, of other places, of the road and the field.

Everything is drawn from one seeded generator, so that a hearing can be made again. All waves: float32 at RATE, full
scale 1. Figures that no source is named for were chosen, wider rather than kinder: see the ranges beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Wave = NDArray[np.float32]
Random = np.random.Generator

BAND_HZ = (300.0, 6000.0)  # what a horn radiates: levels and SNR are taken in it
LOUD_DB = -26.0  # level of speech at a microphone whose gain is right, RMS in dBFS while it is spoken


@dataclass(frozen=True, slots=True)
class Scene:
    """One hearing before it is made. `gain_db` is the microphone's; `delay_s` counts from the start of its file."""

    snr_db: float
    noise: str
    gain_db: float = 0.0
    delay_s: float = 3.0
    tail_s: float = 5.0
    drift_ppm: float = 0.0
    horns: int = 1
    tail_rt60_s: float = 0.4
    reverberant_db: float = -9.0  # the diffuse tail against what comes first
    agc: bool = False
    drive_db: float = 0.0  # how far the amplifier is driven beyond full scale


def draw(random: Random, noise: str, snr_db: float) -> Scene:
    """A scene of any kind the village has."""
    return Scene(
        snr_db=snr_db,
        noise=noise,
        gain_db=random.uniform(-20, 20),
        delay_s=random.uniform(-2, 15),
        tail_s=random.uniform(1, 8),
        drift_ppm=random.uniform(-200, 200),
        horns=int(random.integers(1, 6)),
        tail_rt60_s=random.uniform(0.2, 1.5),
        reverberant_db=random.uniform(-15, 0),
        agc=bool(random.random() < 0.4),
        drive_db=random.uniform(-6, 8),
    )


def hear(random: Random, scene: Scene, played: Wave, size: int, others: Sequence[Wave]) -> Wave:
    """The file of a microphone while `played` came out of the horns (an empty one: nothing did).

    `size`: samples the whole airing takes, also where less of it sounded. `others`: recordings that babble is made of.
    """
    arrived = _arrive(random, scene, played) if played.size else played
    lead = round(scene.delay_s * RATE)
    length = max(size + max(lead, 0) + round(scene.tail_s * RATE), RATE)
    sound = np.zeros(length, dtype=np.float32)
    start, cut = max(lead, 0), max(-lead, 0)
    part = arrived[cut:][: length - start]
    sound[start : start + part.size] = part
    noise = NOISES[scene.noise](random, length, others)
    noise /= max(_level(noise), 1e-12)
    level = _level(sound, active=True) if played.size else 10 ** (LOUD_DB / 20)
    if played.size:
        sound *= 10 ** (LOUD_DB / 20) / max(level, 1e-12)
    return _microphone(random, scene, sound + noise * 10 ** ((LOUD_DB - scene.snr_db) / 20))


def over(random: Random, scene: Scene, first: Wave, second: Wave, level_db: float) -> Wave:
    """Two airings that a microphone picks up at once: the second from another commune's horns, at `level_db`."""
    elsewhere = _arrive(random, replace(scene, horns=3, drift_ppm=0.0), second)
    elsewhere = np.resize(elsewhere, first.size)
    gain = _level(first, active=True) / max(_level(elsewhere, active=True), 1e-12)
    return first + elsewhere * gain * 10 ** (level_db / 20)


# --- the way to the microphone ----------------------------------------------------------------------------------------


def _arrive(random: Random, scene: Scene, played: Wave) -> Wave:
    driven = np.tanh(played * 10 ** (scene.drive_db / 20))  # the amplifier clips softly
    length = _handy(driven.size + 3 * RATE)
    spectrum = np.fft.rfft(driven, length)
    spectrum *= np.fft.rfft(_impulse(random, scene), length) * _horn(random, _hertz(length))
    arrived = np.fft.irfft(spectrum, length)[: driven.size + 2 * RATE]
    return _drift(arrived, scene.drift_ppm)


def _impulse(random: Random, scene: Scene) -> Wave:
    """The first arrival, other horns and walls 50 to 700 ms later, each with a slap of its own, and a diffuse tail."""
    time = np.arange(round(2.2 * RATE)) / RATE
    impulse = np.zeros(time.size)
    impulse[0] = 1.0
    for _ in range(scene.horns - 1):
        at, level = random.uniform(0.05, 0.7), 10 ** (random.uniform(-12, -1) / 20)
        impulse[round(at * RATE)] += level * random.choice((-1, 1))
        impulse[round((at + random.uniform(0.02, 0.2)) * RATE)] += level * 10 ** (random.uniform(-14, -6) / 20)
    tail = random.standard_normal(time.size) * 10 ** (-3 * time / scene.tail_rt60_s)
    tail[: round(0.012 * RATE)] = 0
    tail *= 10 ** (scene.reverberant_db / 20) / np.sqrt((tail**2).sum())
    return (impulse + tail).astype(np.float32)


def _horn(random: Random, hertz: Wave) -> NDArray[np.complex64]:
    """A re-entrant horn of any make: cut off below 250 to 450 Hz and above 3.2 to 7 kHz, with resonances between."""
    low, high = random.uniform(250, 450), random.uniform(3200, 7000)
    response = _second_order(hertz, low, 0.8, 2) * _second_order(hertz, low * 1.1, 0.9, 2)
    response = response * _second_order(hertz, high, 0.8, 0)
    for _ in range(5):
        centre, gain, q = random.uniform(400, 5500), random.uniform(-6, 6), random.uniform(2, 6)
        turn, root = np.complex64(1j) * hertz / np.float32(centre), 10 ** (gain / 40)
        response = response * (turn**2 + turn * root / q + 1) / (turn**2 + turn / root / q + 1)
    return np.asarray(response)


def _second_order(hertz: Wave, cut: float, q: float, power: int) -> NDArray[np.complex64]:
    turn = np.complex64(1j) * hertz / np.float32(cut)
    return np.asarray(turn**power / (turn**2 + turn / q + 1))


def _drift(wave: Wave, ppm: float) -> Wave:
    """Two clocks that differ."""
    if not ppm:
        return wave
    at = np.arange(wave.size) * (1 + ppm * 1e-6)
    return np.interp(at, np.arange(wave.size), wave).astype(np.float32)


def _microphone(random: Random, scene: Scene, wave: Wave) -> Wave:
    """A capsule of a few thousand đồng: its band, gain control that pumps, hiss, clipping, 16 bits."""
    length = _handy(wave.size)
    hertz = _hertz(length)
    response = np.abs(_second_order(hertz, random.uniform(60, 200), 0.7, 2))
    response *= np.abs(_second_order(hertz, random.uniform(4500, 7500), 0.7, 0))
    response *= (np.maximum(hertz, 50) / 1000) ** np.float32(random.uniform(-3, 3) / 6.02)  # ±3 dB an octave
    wave = np.fft.irfft(np.fft.rfft(wave, length) * response, length)[: wave.size]
    if scene.agc:
        wave = wave * _gain_control(random, wave)
    wave = wave * np.float32(10 ** (scene.gain_db / 20))
    wave += _white(random, wave.size) * np.float32(10 ** (random.uniform(-80, -66) / 20))
    return np.round(np.clip(wave, -1, 1) * np.float32(32767)) / np.float32(32768)


def _gain_control(random: Random, wave: Wave) -> Wave:
    """Falls at once, rises over 0.3 to 2 s, by up to 20 dB."""
    block = RATE // 100
    levels = np.sqrt((wave[: wave.size // block * block].reshape(-1, block) ** 2).mean(axis=1)) + 1e-9
    release = np.exp(-0.01 / random.uniform(0.3, 2.0))
    held, follow = np.empty(levels.size), 1e-9
    for index, level in enumerate(levels):
        follow = max(level, follow * release)
        held[index] = follow
    gain = np.minimum(10 ** (LOUD_DB / 20) / held, 10.0)
    return np.resize(np.repeat(gain, block), wave.size).astype(np.float32)


# --- what else sounds -------------------------------------------------------------------------------------------------


def _pink(random: Random, size: int, others: Sequence[Wave]) -> Wave:
    return _coloured(random, size, lambda hertz: 1 / np.sqrt(np.maximum(hertz, 30)))


def _traffic(random: Random, size: int, others: Sequence[Wave]) -> Wave:
    """Rumble that comes and goes, motorcycles with harmonics, now and then a horn."""
    time = np.arange(size, dtype=np.float32) / RATE
    wave = _coloured(random, size, lambda hertz: 1 / np.maximum(hertz, 60)) * _swell(random, size, 8)
    for _ in range(max(1, round(size / RATE / 12))):
        at, width = random.uniform(0, time[-1]), random.uniform(0.5, 2)
        near = slice(*np.clip(np.array([at - 3 * width, at + 3 * width]) * RATE, 0, size).astype(int))
        here = time[near]
        hertz = random.uniform(60, 140) * (1 - 0.06 * np.tanh((here - at) / width))
        turn = 2 * np.pi * np.cumsum(hertz) / RATE
        engine = sum(np.sin(turn * k + random.random() * 6) / k**0.5 for k in range(1, 14))
        wave[near] += 0.7 * engine * np.exp(-(((here - at) / width) ** 2))
        if random.random() < 0.3:
            hooting = (np.abs(here - at) < 0.25) * 2.0
            wave[near] += hooting * np.sign(np.sin(2 * np.pi * random.uniform(350, 450) * here))
    return wave


def _crickets(random: Random, size: int, others: Sequence[Wave]) -> Wave:
    """Chirps at 3 to 6.5 kHz over a little wind."""
    time = np.arange(size, dtype=np.float32) / RATE
    wave = np.float32(0.3) * _pink(random, size, others)
    for _ in range(4):
        pulse = np.clip(np.sin(2 * np.pi * random.uniform(15, 45) * time + random.random() * 6), 0, 1) ** 2
        chirp = np.clip(np.sin(2 * np.pi * random.uniform(0.6, 3) * time + random.random() * 6) + 0.3, 0, 1)
        carrier = np.sin(np.float32(2 * np.pi) * (random.uniform(3000, 6500) * time % np.float32(1)))
        wave += pulse * chirp * carrier * random.uniform(0.3, 1)
    return wave


def _babble(random: Random, size: int, others: Sequence[Wave]) -> Wave:
    """Five to eight voices that read other bulletins."""
    wave = np.zeros(size, dtype=np.float32)
    for _ in range(int(random.integers(5, 9))):
        wave += _somebody(random, size, others) * 10 ** (random.uniform(-6, 0) / 20)
    return wave


def _talk(random: Random, size: int, others: Sequence[Wave]) -> Wave:
    """One or two people beside the microphone."""
    wave = _somebody(random, size, others)
    return wave + (_somebody(random, size, others) if random.random() < 0.5 else 0) + 0.01 * _pink(random, size, others)


def _somebody(random: Random, size: int, others: Sequence[Wave]) -> Wave:
    """A recording from anywhere on, at another pitch and pace."""
    chosen = others[int(random.integers(len(others)))]
    pace = random.uniform(0.8, 1.25)
    at = (random.uniform(0, chosen.size) + np.arange(size) * pace) % (chosen.size - 1)
    return chosen[at.astype(np.int64)]  # the nearest sample: somebody else's voice may be rough


def _music(random: Random, size: int, others: Sequence[Wave]) -> Wave:
    """Chords, a tune and a drum at 70 to 130 beats a minute."""
    beat = round(60 / random.uniform(70, 130) * RATE)
    wave = np.zeros(size + 4 * beat, dtype=np.float32)
    scale = 220 * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16]) / 12)
    for at in range(0, size, beat // 2):
        notes = [scale[random.integers(8)]] if (at // (beat // 2)) % 4 else list(scale[random.integers(8, size=3)])
        time = np.arange(2 * beat) / RATE
        for note in notes:
            tone = sum(np.sin(2 * np.pi * note * k * time) / k for k in range(1, 8))
            wave[at : at + time.size] += tone * np.exp(-time * 4)
        if not (at // (beat // 2)) % 2:
            hit = random.standard_normal(beat // 4) * np.exp(-np.arange(beat // 4) / RATE * 40)
            wave[at : at + hit.size] += 3 * hit
    return wave[:size]


def _rain(random: Random, size: int, others: Sequence[Wave]) -> Wave:
    return _coloured(random, size, lambda hertz: np.sqrt(np.maximum(hertz, 100) / 1000)) * _swell(random, size, 15)


NOISES: Mapping[str, Callable[[Random, int, Sequence[Wave]], Wave]] = {
    "pink": _pink,
    "traffic": _traffic,
    "crickets": _crickets,
    "babble": _babble,
    "talk": _talk,
    "music": _music,
    "rain": _rain,
}


def _coloured(random: Random, size: int, shape: Callable[[Wave], Wave]) -> Wave:
    length = _handy(size)
    wave = np.fft.irfft(np.fft.rfft(_white(random, length)) * shape(_hertz(length)), length)[:size]
    return np.asarray(wave / wave.std())


def _white(random: Random, size: int) -> Wave:
    return random.standard_normal(size, dtype=np.float32)


def _hertz(length: int) -> Wave:
    return np.fft.rfftfreq(length, 1 / RATE).astype(np.float32)


def _handy(size: int) -> int:
    """A length of a fast transform, not shorter."""
    step = 1 << max(0, size.bit_length() - 4)
    return -(-size // step) * step


def _swell(random: Random, size: int, period_s: float) -> Wave:
    """A level that wanders by about ±6 dB."""
    knots = max(3, round(size / RATE / period_s * 2))
    wandering = np.interp(np.linspace(0, knots - 1, size), np.arange(knots), random.normal(0, 5, knots))
    return (10 ** (wandering / 20)).astype(np.float32)


def _level(wave: Wave, *, active: bool = False) -> float:
    """RMS in BAND_HZ; `active`: of the blocks within 20 dB of the loudest, so that pauses do not count."""
    block = 1024
    inside = slice(*np.searchsorted(np.fft.rfftfreq(block, 1 / RATE), BAND_HZ))
    windows = wave[: wave.size // block * block].reshape(-1, block) * np.hanning(block).astype(np.float32)
    powers = (np.abs(np.fft.rfft(windows, axis=1)[:, inside]) ** 2).sum(axis=1) * (2 / block**2 / 0.375)
    if active:
        powers = powers[powers > np.quantile(powers, 0.95) * 0.01]
    return float(np.sqrt(powers.mean())) if powers.size else 0.0
