"""The measures that presets are chosen by are those of their publications."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks._metrics import CENTRES, IMPORTANCE, NORMAL_EFFORT, Reference, Wave, band_levels, sii
from benchmarks.intelligibility import BEGIN, END, write

QUIET = np.full(CENTRES.size, -50.0)


@cache
def tones_and_noise() -> tuple[Wave, Wave]:
    random = np.random.default_rng(1)
    time = np.arange(40_000) / 10_000
    parts = ((200, 3, 0), (450, 4, 1), (900, 5, 2), (1800, 2.5, 3), (3300, 6, 4))
    voice = sum(
        np.sin(2 * np.pi * hertz * time + random.random() * 6) * (1 + np.sin(2 * np.pi * rate * time + phase))
        for hertz, rate, phase in parts
    )
    voice = voice * (np.sin(2 * np.pi * 0.7 * time) > -0.3) + 0.001 * random.standard_normal(time.size)
    return voice, random.standard_normal(time.size)


@pytest.mark.parametrize(
    ("level", "stoi", "estoi"),  # pystoi 0.4.1
    [(0.1, 0.83276267, 0.77686781), (0.5, 0.68380127, 0.59585836), (2.0, 0.57217727, 0.47734273)],
)
def test_stoi_and_estoi_are_those_of_pystoi(level: float, stoi: float, estoi: float) -> None:
    voice, noise = tones_and_noise()
    assert Reference(voice).scores(voice + level * noise) == pytest.approx((stoi, estoi), abs=1e-7)


def test_what_arrives_unchanged_is_understood_whole_at_any_level() -> None:
    voice, _ = tones_and_noise()
    assert Reference(voice).scores(voice * 0.01) == pytest.approx((1.0, 1.0), abs=1e-6)


def test_what_is_not_in_time_cannot_be_scored() -> None:
    voice, _ = tones_and_noise()
    with pytest.raises(ValueError, match="not in time"):
        Reference(voice).scores(voice[:-1])


def test_the_index_of_normal_speech_in_quiet_is_that_of_the_standard() -> None:
    assert sii(NORMAL_EFFORT, QUIET) == pytest.approx(0.996, abs=0.0005)


def test_the_index_falls_with_noise_and_with_distance() -> None:
    falling = [sii(NORMAL_EFFORT, NORMAL_EFFORT + above) for above in (-30, -15, 0, 15)]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] < 0.01
    assert sii(NORMAL_EFFORT - 30, QUIET) < sii(NORMAL_EFFORT, QUIET)


def test_noise_masks_what_lies_above_it_not_what_lies_below() -> None:
    low, high = QUIET.copy(), QUIET.copy()
    low[4], high[-4] = 80, 80
    low_lost, high_lost = (sii(NORMAL_EFFORT, QUIET) - sii(NORMAL_EFFORT, noise) for noise in (low, high))
    assert low_lost > IMPORTANCE[4:8].sum()
    assert high_lost <= IMPORTANCE[-4:].sum()


def test_band_levels_are_a_hertz() -> None:
    noise = np.random.default_rng(2).standard_normal(320_000)
    levels = band_levels(np.fft.rfft(noise), noise.size, 32_000)
    assert levels == pytest.approx(np.full(CENTRES.size, -10 * np.log10(16_000)), abs=0.5)


def test_tables_take_the_place_of_the_old_ones(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text(f"# Before\n{BEGIN}\nold\n{END}\nafter\n")
    write(page, ["new"])
    assert page.read_text() == f"# Before\n{BEGIN}\nnew\n{END}\nafter\n"
    page.write_text("# None\n")
    with pytest.raises(SystemExit):
        write(page, ["new"])
