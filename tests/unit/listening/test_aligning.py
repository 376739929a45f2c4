"""The delay is found among all others, also where clocks differ; where there is none, nothing stands out."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.listening import aligning
from pipeline.listening.judging import CERTAIN, reaches
from pipeline.listening.sound import FPS, Picture

DELAYS = range(-4 * FPS, 17 * FPS)


def picture(seconds: float, seed: int) -> Picture:
    """As speech looks: bands that go up and down together in part, some times a second."""
    random = np.random.default_rng(seed)
    rough = random.standard_normal((round(seconds * FPS) + 8, 16)) + random.standard_normal((1, 16))
    smooth = np.stack([np.convolve(band, np.ones(5) / 5, "valid") for band in rough.T], axis=1)
    return np.asarray((smooth - smooth.mean(axis=0)) / smooth.std(), dtype=np.float32)[: round(seconds * FPS)]


def within(recording: Picture, delay: int, seconds: float, noise: float, seed: int = 99) -> Picture:
    heard = picture(seconds, seed) * noise
    cut = recording[max(0, -delay) :]
    start = max(0, delay)
    heard[start : start + cut.shape[0]] += cut[: heard.shape[0] - start]
    return heard


def found(recording: Picture, heard: Picture) -> aligning.Line:
    laid = aligning.lay(recording, heard, DELAYS)
    return aligning.best_line(laid, laid.sounds)


@pytest.mark.parametrize("delay_s", [-2.0, 0.0, 0.34, 7.5, 15.0])
@pytest.mark.parametrize("seconds", [6, 60])
def test_the_delay_is_found_to_a_frame(delay_s: float, seconds: int) -> None:
    recording, delay = picture(seconds, 1), round(delay_s * FPS)
    line = found(recording, within(recording, delay, seconds + 18, noise=1.0))
    assert reaches(line, CERTAIN)
    assert np.abs(line.delays - delay).max() <= 1


@pytest.mark.parametrize(("seconds", "times"), [(6, 12), (30, 4), (100, 1)])
def test_another_recording_stands_out_nowhere(seconds: int, times: int) -> None:
    lines = [found(picture(seconds, seed), picture(seconds + 18, seed + 1000)) for seed in range(times)]
    assert not any(reaches(line, CERTAIN) for line in lines)


@pytest.mark.parametrize("ppm", [-300, 200])
def test_clocks_that_differ_tilt_the_line(ppm: int) -> None:
    recording = picture(240, 1)
    at = (np.arange(recording.shape[0] + 20 * FPS) - 150) * (1 + ppm * 1e-6)
    heard = recording[np.clip(np.rint(at).astype(int), 0, recording.shape[0] - 1)]
    heard[: 150 - 5] = 0
    line = found(recording, heard + picture(heard.shape[0] / FPS, 7))
    begins = np.arange(240) * FPS
    true = begins / (1 + ppm * 1e-6) + 150 - begins
    assert np.abs(line.delays - true).max() <= 3


def test_a_short_part_of_a_long_recording_is_found() -> None:
    recording = picture(160, 3)
    heard = within(recording[: 20 * FPS], 100, 180, noise=1.0)
    line = found(recording, heard)
    assert reaches(line, CERTAIN)
    assert abs(int(line.delays[0]) - 100) <= 1


@pytest.mark.parametrize("seconds", [0.0, 0.5, 3.0])
def test_a_file_with_nothing_in_it_is_no_error(seconds: float) -> None:
    assert found(picture(30, 1), np.zeros((round(seconds * FPS), 16), np.float32)).score == 0.0


def test_where_a_line_leads_out_of_what_was_compared_nothing_is_claimed() -> None:
    recording = picture(30, 1)
    laid = aligning.lay(recording, within(recording, 0, 40, noise=0.5), DELAYS)
    assert not aligning.along(laid, aligning.Line(np.full(30, 10_000), 9.0)).any()


def test_a_call_read_three_times_is_no_rival_of_itself() -> None:
    recording = np.tile(picture(6, 4), (3, 1))
    laid = aligning.lay(recording, within(recording, 50, 36, noise=0.7), DELAYS)
    assert not reaches(aligning.best_line(laid, laid.sounds), CERTAIN)
    repeats = aligning.repeats(recording, len(DELAYS))
    line = aligning.best_line(laid, laid.sounds, repeats)
    assert {300, 600} <= repeats
    assert reaches(line, CERTAIN)
    assert abs(int(line.delays[0]) - 50) <= 1
