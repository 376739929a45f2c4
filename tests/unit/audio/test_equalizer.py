from __future__ import annotations

import numpy as np
import pytest

from pipeline.audio import equalizer
from pipeline.audio.ffmpeg import RATE
from tests.unit.audio.speechlike import babble, sine


def gain_db(response: equalizer.Response, hertz: float) -> float:
    wave = sine(hertz, 1.0)
    out = equalizer.apply(wave, response)
    inner = slice(RATE // 4, -RATE // 4)
    return float(20 * np.log10(np.std(out[inner]) / np.std(wave[inner])))


@pytest.mark.parametrize(("hertz", "expected"), [(50, -24.1), (100, -12.3), (200, -3.0), (1000, 0.0), (8000, 0.0)])
def test_a_high_pass_of_second_order_falls_by_12_db_an_octave(hertz: float, expected: float) -> None:
    assert gain_db(equalizer.high_pass(200), hertz) == pytest.approx(expected, abs=0.15)


@pytest.mark.parametrize(("hertz", "expected"), [(200, 0.0), (2500, 6.0), (12_000, 0.0)])
def test_a_bell_lifts_its_own_frequency_only(hertz: float, expected: float) -> None:
    assert gain_db(equalizer.peak(2500, 6, 1.0), hertz) == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize("hertz", [100, 300, 1000, 5000])
def test_phase_rotation_leaves_every_level(hertz: float) -> None:
    assert gain_db(equalizer.phase_rotation(300), hertz) == pytest.approx(0.0, abs=0.05)


def test_phase_rotation_lowers_the_peaks_of_a_voice() -> None:
    pulses = np.zeros(RATE, dtype=np.float32)
    pulses[::267] = 1.0  # 120 Hz, all partials in phase
    turned = equalizer.apply(equalizer.apply(pulses, equalizer.high_pass(100)), equalizer.phase_rotation(300))
    plain = equalizer.apply(pulses, equalizer.high_pass(100))
    assert np.abs(turned).max() < np.abs(plain).max()


@pytest.mark.parametrize("size", [1, 100, 14_336, 14_337, 16 * 14_336, 16 * 14_336 + 5, 500_000])
def test_blocks_join_without_a_seam(size: int) -> None:
    wave = babble(size / RATE)[:size]
    response = equalizer.high_pass(200)
    expected = np.fft.irfft(np.fft.rfft(wave, 1 << 20) * long_response(), 1 << 20)[:size]
    out = equalizer.apply(wave, response)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, expected, atol=2e-5)


def long_response() -> np.ndarray:
    impulse = np.zeros(equalizer.SIZE)
    impulse[0] = 1
    short = np.fft.irfft(equalizer.high_pass(200), equalizer.SIZE)
    assert np.abs(short[equalizer.OVERLAP :]).max() < 1e-6
    return np.fft.rfft(short, 1 << 20)


def test_the_weighting_of_loudness_is_that_of_the_standard() -> None:
    assert gain_db(equalizer.k_weighting(), 997) == pytest.approx(0.69, abs=0.03)
    assert gain_db(equalizer.k_weighting(), 6000) == pytest.approx(4.0, abs=0.1)
