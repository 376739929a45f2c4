from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import equalizer, limiter
from pipeline.audio.ffmpeg import RATE, encode_mp3
from pipeline.audio.measure import Loudness, combined, gated_loudness, measure, measure_file, measure_parts
from pipeline.audio.truepeak import TruePeakMeter
from tests.unit.audio.speechlike import babble, sine


def test_a_sine_of_full_scale_has_the_loudness_of_the_standard() -> None:
    found = measure(sine(997, 5.0, level=1.0))
    assert found.lufs == pytest.approx(-3.01, abs=0.05)
    assert found.dbtp == pytest.approx(0.0, abs=0.05)
    assert found.duration_s == 5.0


def test_silence_has_no_loudness() -> None:
    assert measure(np.zeros(RATE, dtype=np.float32)) == Loudness(-math.inf, -math.inf, 1.0)
    assert measure(np.zeros(0, dtype=np.float32)) == Loudness(-math.inf, -math.inf, 0.0)


@pytest.mark.parametrize("part", [1, 23, 48, 511, 512, 4096, 100_000])
def test_the_true_peak_does_not_depend_on_how_a_stream_is_cut(part: int) -> None:
    from pyebur128 import MeasurementMode, R128State, get_true_peak

    wave = babble(0.1 if part == 1 else 3.0)
    whole = R128State(1, RATE, MeasurementMode.MODE_TRUE_PEAK)
    whole.add_frames(wave, wave.size)
    meter = TruePeakMeter()
    for first in range(0, wave.size, part):
        meter.add(wave[first : first + part])
    assert meter.finish() == pytest.approx(get_true_peak(whole, 0), rel=1e-6)


def test_the_last_sample_counts_towards_the_true_peak() -> None:
    wave = np.zeros(RATE, dtype=np.float32)
    wave[-1] = 0.9
    meter = TruePeakMeter()
    meter.add(wave)
    assert meter.finish() == pytest.approx(0.9)


def test_loudness_by_blocks_agrees_with_the_meter() -> None:
    wave = np.concatenate([babble(6.0), np.zeros(4 * RATE, dtype=np.float32), babble(3.0, level=0.05)])
    energy = limiter.block_energies(equalizer.apply(wave, equalizer.k_weighting()))
    assert gated_loudness(energy, RATE // 10 // limiter.BLOCK) == pytest.approx(measure(wave).lufs, abs=0.05)
    assert gated_loudness(np.zeros(1000), 100) == -math.inf


def test_a_file_is_measured_as_its_samples_are(tmp_path: Path) -> None:
    wave = babble(5.0)
    (tmp_path / "a.mp3").write_bytes(encode_mp3(wave))
    found = measure_file(tmp_path / "a.mp3")
    assert found.lufs == pytest.approx(measure(wave).lufs, abs=0.6)
    assert found.duration_s == pytest.approx(5.0, abs=0.1)


def test_parts_are_reckoned_together() -> None:
    parts = [Loudness(-16.0, -2.0, 10.0), Loudness(-math.inf, -math.inf, 2.0), Loudness(-16.2, -1.5, 10.0)]
    found = combined(parts)
    assert found.lufs == pytest.approx(-16.1, abs=0.01)
    assert (found.dbtp, found.duration_s) == (-1.5, 22.0)
    assert combined([]).lufs == -math.inf


def test_the_parts_of_a_file_are_measured_with_the_whole(tmp_path: Path) -> None:
    wave = np.concatenate([babble(8.0), np.zeros(2 * RATE, dtype=np.float32), babble(8.0, level=0.075)])
    (tmp_path / "a.mp3").write_bytes(encode_mp3(wave))
    whole, parts = measure_parts(tmp_path / "a.mp3", [(0.0, 8.0), (8.5, 9.5), (10.0, 18.0)])
    assert whole == measure_file(tmp_path / "a.mp3")
    assert parts[0] - parts[2] == pytest.approx(12.0, abs=0.2)
    assert parts[1] == -math.inf
    assert measure_parts(tmp_path / "a.mp3", [])[1] == []
