from __future__ import annotations

import numpy as np
import pytest

from pipeline.audio import limiter
from pipeline.audio.ffmpeg import RATE
from pipeline.audio.measure import measure
from tests.unit.audio.speechlike import babble, sine


def test_a_peak_between_two_samples_is_seen() -> None:
    wave = np.sin(np.arange(RATE) * np.pi / 2 + np.pi / 4).astype(np.float32)  # samples at ±0.707, the wave at ±1
    assert np.abs(wave).max() == pytest.approx(0.707, abs=0.001)
    assert limiter.block_peaks(wave)[10:-10].max() == pytest.approx(0.0, abs=0.3)


def test_a_peak_between_samples_belongs_to_the_block_it_lies_in() -> None:
    wave = np.zeros(96, dtype=np.float32)
    wave[32:34] = 1.0
    before, within, after = limiter.block_peaks(wave)
    assert within > 1.0
    assert before < -3.0
    assert after < -10.0


@pytest.mark.parametrize("ceiling", [-1.0, -6.0, -20.0])
@pytest.mark.parametrize("release", [0.05, 0.2, 1.0])
def test_no_true_peak_passes_the_ceiling(ceiling: float, release: float) -> None:
    wave = babble(4.0, level=1.0)
    out = limiter.apply(wave, -limiter.reduction(limiter.block_peaks(wave), ceiling, release))
    assert measure(out).dbtp <= ceiling + 0.1


def test_what_is_below_the_ceiling_is_left_as_it_is() -> None:
    wave = sine(440, 1.0, level=0.1)
    out = limiter.apply(wave, -limiter.reduction(limiter.block_peaks(wave), -1.0, 0.2))
    np.testing.assert_allclose(out, wave, atol=1e-7)


def test_the_gain_falls_before_a_peak_and_recovers_slowly() -> None:
    peaks = np.full(400, -20.0)
    peaks[200] = 0.0
    lowered = limiter.reduction(peaks, -10.0, 0.1)
    assert lowered[200] == pytest.approx(10.0, abs=0.01)
    assert lowered[195] > 0
    assert lowered[190] == pytest.approx(0.0, abs=0.01)
    assert lowered[250] == pytest.approx(5.0, abs=0.3)
    assert np.abs(np.diff(lowered)).max() <= limiter.ATTACK


@pytest.mark.parametrize("size", [1, 31, 32, 33, limiter.CHUNK - 1, limiter.CHUNK + 1])
def test_any_length_is_handled_to_its_last_sample(size: int) -> None:
    wave = np.full(size, 0.5, dtype=np.float32)
    peaks = limiter.block_peaks(wave)
    assert peaks.size == -(-size // limiter.BLOCK)
    assert limiter.block_energies(wave).sum() == pytest.approx(0.25 * size, rel=1e-6)
    assert limiter.apply(wave, np.zeros(peaks.size)).size == size


def test_chunks_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "CHUNK", 32_000)
    wave = babble(limiter.CHUNK / RATE + 1.0)
    peaks = limiter.block_peaks(wave)
    seam = limiter.CHUNK // limiter.BLOCK
    alone = limiter.block_peaks(wave[limiter.CHUNK - 3200 : limiter.CHUNK + 3200])
    np.testing.assert_allclose(peaks[seam - 50 : seam + 50], alone[50:150], atol=1e-3)
