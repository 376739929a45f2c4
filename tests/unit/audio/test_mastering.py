from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.audio import mastering
from pipeline.audio.ffmpeg import RATE, decode
from pipeline.audio.mastering import master, master_to_mp3
from pipeline.audio.measure import Loudness, measure
from pipeline.config.mastering import PRESETS
from pipeline.errors import AudioError
from tests.unit.audio.speechlike import babble, sine

HORN = PRESETS["horn"]
UNEVEN = np.concatenate([babble(3.0, level=0.02), np.zeros(RATE, dtype=np.float32), babble(3.0, level=0.8)])


@pytest.mark.parametrize(
    ("name", "wave"),
    [
        *[(name, babble(4.0)) for name in PRESETS],
        ("horn", UNEVEN),
        ("horn", np.clip(babble(3.0, level=20), -1, 1)),
        ("horn", sine(1000, 2.0)),
    ],
)
def test_the_decoded_file_meets_the_figures_of_its_preset(name: str, wave: np.ndarray) -> None:
    chosen = PRESETS[name]
    made = master_to_mp3(wave, chosen)
    found = measure(decode(made.mp3, demuxer="mp3"))
    assert found.lufs == pytest.approx(chosen.lufs, abs=0.2)
    assert found.dbtp <= -1.1
    assert (made.lufs, made.dbtp, made.duration_s) == (found.lufs, found.dbtp, found.duration_s)
    assert made.duration_s == pytest.approx(wave.size / RATE, abs=0.11)


def test_what_the_encoder_takes_is_added_beforehand() -> None:
    assert measure(master(babble(5.0), HORN)).lufs == pytest.approx(HORN.lufs + mastering.ENCODER_DB, abs=0.1)


def test_a_quiet_recording_is_as_loud_as_a_loud_one() -> None:
    quiet, loud = (master_to_mp3(babble(3.0, level=level), HORN).lufs for level in (0.004, 0.8))
    assert quiet == pytest.approx(loud, abs=0.3)


def test_a_horn_gets_no_bass() -> None:
    wave = sine(80, 3.0, level=0.5) + sine(1000, 3.0, level=0.1)
    out = np.abs(np.fft.rfft(master(wave, HORN)[: 2 * RATE]))
    assert out[80 * 2] < 0.9 * out[1000 * 2]


@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.9])
def test_a_very_short_word_is_mastered_too(seconds: float) -> None:
    assert master_to_mp3(sine(700, seconds), HORN).duration_s >= 1.0


def test_silence_is_refused() -> None:
    with pytest.raises(AudioError, match="audio_silent"):
        master_to_mp3(np.zeros(RATE, dtype=np.float32), HORN)


def test_figures_that_cannot_be_met_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastering, "ATTEMPTS", 2)
    clicks = np.zeros(3 * RATE, dtype=np.float32)
    clicks[::8000] = 1.0
    with pytest.raises(AudioError, match="loudness_not_reached"):
        master_to_mp3(clicks, HORN)


def test_speech_needs_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastering, "ATTEMPTS", 1)
    assert master_to_mp3(babble(4.0), HORN).lufs == pytest.approx(HORN.lufs, abs=0.25)


def test_a_limiter_too_slow_for_its_loudness_recovers_faster() -> None:
    slow = replace(HORN, release=0.02, lufs=-14.0)
    assert measure(master(babble(4.0), slow)).lufs == pytest.approx(slow.lufs + mastering.ENCODER_DB, abs=0.1)


def test_a_limiter_is_not_made_faster_than_it_has_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    made = master(babble(4.0), HORN)
    monkeypatch.setattr(mastering, "FASTEST_RELEASE", 0.0)
    assert np.array_equal(master(babble(4.0), HORN), made)


def test_peaks_that_the_encoder_moves_too_far_are_lowered() -> None:
    assert master_to_mp3(babble(3.0), replace(HORN, headroom_db=-1.5)).dbtp <= -1.0


def test_what_another_meter_may_read_higher_is_kept_free(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter(
        [Loudness(HORN.lufs, -1.05, 3.0), Loudness(HORN.lufs + 0.25, -1.5, 3.0), Loudness(HORN.lufs, -1.1, 3.0)]
    )
    monkeypatch.setattr(mastering, "measure_file", lambda _: next(readings))
    assert master_to_mp3(babble(1.0), HORN).dbtp == -1.1


def test_a_wrong_guess_of_the_encoder_is_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastering, "ENCODER_DB", 2.0)
    assert master_to_mp3(babble(3.0), HORN).lufs == pytest.approx(HORN.lufs, abs=0.3)


def test_a_segment_has_a_longest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastering, "LONGEST_S", 1.0)
    with pytest.raises(AudioError, match="audio_too_long"):
        master_to_mp3(babble(2.0), HORN)


def test_the_same_sound_is_mastered_to_the_same_bytes() -> None:
    assert master_to_mp3(babble(2.0), HORN).mp3 == master_to_mp3(babble(2.0), HORN).mp3
