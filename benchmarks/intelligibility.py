"""Is mastered speech understood better outdoors? Raw against mastered, in simulation: the proof of the presets.

    python -m benchmarks.intelligibility                       the table
    python -m benchmarks.intelligibility --write FILE.md       … into FILE.md, between its two marks
    python -m benchmarks.intelligibility --scan                the grid that the presets were chosen from

Raw and mastered speech drive the same simulated horn: once with equal true peaks, since a horn is limited by its
amplifier's peaks, and once equally loud (LUFS). The noise is set against the raw speech (SNR in 300 Hz–6 kHz) and stays
the same.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import numpy as np

from benchmarks._metrics import Reference, Wave, sii
from benchmarks._outdoors import (
    EAR_DB_SPL,
    PLACES,
    SIZE,
    SNRS_DB,
    Arriving,
    Noise,
    Place,
    arrive,
    noises,
    spectrum_scored,
)
from benchmarks._pitch import melody
from benchmarks._voices import Voice, voices
from benchmarks.loudness import bulletins
from pipeline.audio import mastering
from pipeline.audio.measure import measure
from pipeline.config.mastering import PRESETS, Preset

PEAK_DB = -1.0
BULLETIN, OTHERS = "gia-danh-cong-an", ("deepfake", "khoa-sim", "ma-telegram")
OUTDOORS = ("horn", "horn_urgent")
WORKERS = 2
EQUAL = (PEAKS, LOUDNESS) = ("equal peak", "equal loudness")


@dataclass(frozen=True, slots=True)
class Heard:
    """One condition: raw and mastered by three measures."""

    voice: str
    preset: str
    equal: str
    place: str
    noise: str
    snr_db: float
    raw: tuple[float, float, float]  # STOI, ESTOI, SII
    mastered: tuple[float, float, float]

    def gain(self, measure: int) -> float:
        return self.mastered[measure] - self.raw[measure]


STOI, ESTOI, SII = range(3)


@dataclass(frozen=True)
class Subject:
    """A voice's raw speech at full level, and what it is scored against."""

    name: str
    wave: Wave
    lufs: float
    reference: Reference


def subject(voice: Voice) -> Subject:
    """The bulletin's first seconds by a voice, its true peak at PEAK_DB."""
    wave = _whole(voice.speak(bulletins()[BULLETIN]))
    found = measure(wave.astype(np.float32))
    wave = wave * 10 ** ((PEAK_DB - found.dbtp) / 20)
    return Subject(voice.name, wave, found.lufs + PEAK_DB - found.dbtp, Reference(spectrum_scored(wave)))


def experiment(
    subjects: Sequence[Subject],
    presets: Mapping[str, Preset],
    backgrounds: Mapping[str, Noise],
    places: Sequence[Place] = PLACES,
    equal: Sequence[str] = EQUAL,
) -> list[Heard]:
    """Every voice × preset × place × noise × SNR."""

    def one(of: Subject) -> list[Heard]:
        return [heard for place in places for heard in _at(of, place, presets, backgrounds, equal)]

    with ThreadPoolExecutor(WORKERS) as pool:
        return [heard for some in pool.map(one, subjects) for heard in some]


def _at(
    of: Subject, place: Place, presets: Mapping[str, Preset], backgrounds: Mapping[str, Noise], equal: Sequence[str]
) -> Iterator[Heard]:
    raw = arrive(of.wave, place)
    plain = {(name, snr): _scores(of, raw, each, raw, snr) for name, each in backgrounds.items() for snr in SNRS_DB}
    for name, chosen in presets.items():
        for how, wave in _mastered(of, chosen, equal).items():
            arrived = arrive(wave, place)
            for (noise, snr), scores in plain.items():
                found = _scores(of, arrived, backgrounds[noise], raw, snr)
                yield Heard(of.name, name, how, place.name, noise, snr, scores, found)


def _mastered(of: Subject, chosen: Preset, equal: Sequence[str]) -> dict[str, Wave]:
    samples = mastering.master(of.wave.astype(np.float32), chosen)
    found = measure(samples)
    decibel = {PEAKS: PEAK_DB - found.dbtp, LOUDNESS: of.lufs - found.lufs}
    return {how: samples * 10 ** (decibel[how] / 20) for how in equal}


def _scores(of: Subject, arrived: Arriving, noise: Noise, raw: Arriving, snr_db: float) -> tuple[float, float, float]:
    """The noise is as much below the raw speech as the SNR says, whatever is played."""
    power = raw.power * 10 ** (-snr_db / 10)
    stoi, estoi = of.reference.scores(arrived.scored + noise.scored * power**0.5)
    level = EAR_DB_SPL - 10 * np.log10(raw.power)
    late = 10 ** (arrived.late_db / 10) + 10 ** (noise.levels_db / 10) * power
    return stoi, estoi, sii(arrived.first_db + level, 10 * np.log10(late) + level)


def _whole(samples: Wave) -> Wave:
    """The first SIZE samples; a shorter text is said again."""
    return np.resize(samples, SIZE).astype(np.float64)


def backgrounds() -> Mapping[str, Noise]:
    texts = bulletins()
    talkers = [_whole(voice.speak(texts[name])) for voice in voices()[:3] for name in OTHERS]
    return noises([talker / talker.std() for talker in talkers])


# --- tables -----------------------------------------------------------------------------------------------------------


def tables(found: Sequence[Heard]) -> list[str]:
    """Markdown: by voice, by noise and SNR."""
    lines = [
        f"{len(found)} conditions: {len(PLACES)} places × 4 noises × {len(SNRS_DB)} SNR, for each voice, preset and "
        "comparison. Raw → mastered, means; *least* is the smallest gain of any condition.",
        "",
        "| voice | preset | compared at | ESTOI | least | SII | least | STOI |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (voice, preset, equal), some in _grouped(found, lambda each: (each.voice, each.preset, each.equal)):
        cells = [_change(some, ESTOI), _least(some, ESTOI), _change(some, SII), _least(some, SII), _change(some, STOI)]
        lines.append(f"| {voice} | {preset} | {equal} | {' | '.join(cells)} |")
    lines += [
        "",
        "All voices and places, at equal peak:",
        "",
        "| noise | SNR | preset | ESTOI | SII |",
        "|---|---|---|---|---|",
    ]
    some_peaks = [each for each in found if each.equal == PEAKS]
    for (noise, snr, preset), some in _grouped(some_peaks, lambda each: (each.noise, each.snr_db, each.preset)):
        lines.append(f"| {noise} | {snr:+d} dB | {preset} | {_change(some, ESTOI)} | {_change(some, SII)} |")
    return lines


def melodies(subjects: Sequence[Subject], presets: Mapping[str, Preset]) -> list[str]:
    """Markdown: what is left of the tones' contour, without noise; a horn alone already takes some of it."""
    lines = [
        "| voice | preset | the file itself | raw through the horn | mastered through the horn |",
        "|---|---|---|---|---|",
    ]
    near = replace(PLACES[0], arrivals=())
    for of, (name, chosen) in itertools.product(subjects, presets.items()):
        clean = spectrum_scored(of.wave)
        wave = _mastered(of, chosen, (PEAKS,))[PEAKS]
        heard = (spectrum_scored(wave), arrive(of.wave, near).scored, arrive(wave, near).scored)
        found = [melody(clean, each) for each in heard]
        lines.append(
            f"| {of.name} | {name} | {' | '.join(f'{each.correlation:.3f}, {each.kept:.0%}' for each in found)} |"
        )
    return lines


def _grouped(found: Sequence[Heard], key: Callable[[Heard], tuple]) -> Iterator[tuple[tuple, list[Heard]]]:  # type: ignore[type-arg]
    for each in dict.fromkeys(map(key, found)):
        yield each, [heard for heard in found if key(heard) == each]


def _change(some: Sequence[Heard], measure: int) -> str:
    return f"{fmean(each.raw[measure] for each in some):.3f} → {fmean(each.mastered[measure] for each in some):.3f}"


def _least(some: Sequence[Heard], measure: int) -> str:
    return f"{min(each.gain(measure) for each in some):+.3f}"


def write(path: Path, lines: Sequence[str]) -> None:
    """Put the tables between the marks of a page."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        sys.exit(f"{path}: no {BEGIN} … {END}")
    path.write_text("\n".join([before + BEGIN, *lines, END + after]), encoding="utf-8")


BEGIN, END = "<!-- intelligibility -->", "<!-- /intelligibility -->"


# --- the grid ---------------------------------------------------------------------------------------------------------


def grid() -> dict[str, Preset]:
    """Variants of `horn`: where the bass ends, how far and where the consonants are lifted, how dense it becomes."""
    horn = PRESETS["horn"]
    tones = itertools.product((120.0, 200.0, 250.0, 300.0, 400.0), (0.0, 3.0, 6.0, 9.0), (2000.0, 2500.0, 3150.0))
    variants = {
        f"{low:.0f} Hz, {gain:.0f} dB at {at:.0f} Hz": replace(horn, high_pass_hz=low, presence_db=gain, presence_hz=at)
        for low, gain, at in tones
        if gain or at == 2500
    }
    return variants | {f"{lufs:.0f} LUFS": replace(horn, lufs=lufs) for lufs in (-20.0, -18.0, -16.0, -15.0, -14.0)}


def scan() -> None:
    subjects = [subject(voice) for voice in voices()]
    for equal in EQUAL:
        found = experiment(subjects, grid(), backgrounds(), PLACES[1:], (equal,))
        ranked = sorted(_grouped(found, lambda each: (each.preset,)), key=lambda one: -_mean_gain(one[1]))
        print(f"{equal}: gain of ESTOI, least; of SII, least")
        for (name,), some in ranked:
            gains = [fmean(each.gain(measure) for each in some) for measure in (ESTOI, SII)]
            print(f"  {name:28} {gains[0]:+.3f} {_least(some, ESTOI)}  {gains[1]:+.3f} {_least(some, SII)}")


def _mean_gain(some: Sequence[Heard]) -> float:
    return fmean(each.gain(ESTOI) + each.gain(SII) for each in some)


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--scan", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.scan:
        scan()
        return
    subjects, presets = [subject(voice) for voice in voices()], {name: PRESETS[name] for name in OUTDOORS}
    found = experiment(subjects, presets, backgrounds())
    lines = ["", *tables(found), "", "Contour of the tones (correlation, share of voiced frames found again):", ""]
    lines += [*melodies(subjects, presets), ""]
    print("\n".join(lines))
    if asked.write:
        write(asked.write, lines)
    worse = [each for each in found if each.gain(ESTOI) <= 0 or each.gain(SII) <= 0]
    for each in worse:
        print(f"not above raw: {each}")


if __name__ == "__main__":
    main(sys.argv[1:])
