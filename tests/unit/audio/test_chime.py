from __future__ import annotations

import io
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from pipeline.audio import chime
from pipeline.audio.ffmpeg import RATE, Samples, encode_mp3
from pipeline.audio.mastering import master_to_mp3
from pipeline.audio.measure import measure
from pipeline.config.mastering import PRESETS
from tests.unit.audio.speechlike import sine

SIGNALS = {"chime": chime.opening_chime, "emergency": chime.emergency_signal, "separator": chime.separator}


@pytest.mark.parametrize("name", sorted(SIGNALS))
def test_a_signal_is_short_clean_and_begins_and_ends_in_silence(name: str) -> None:
    sound = SIGNALS[name]()
    assert sound.dtype == np.float32
    assert 0.9 <= sound.size / RATE <= 4.0
    assert measure(sound).dbtp < -6
    assert np.abs(sound[:8]).max() < 0.02
    assert np.abs(sound[-8:]).max() < 0.02
    assert np.abs(np.diff(sound)).max() < 0.15, "no click"


@pytest.mark.parametrize("name", sorted(SIGNALS))
@pytest.mark.parametrize("preset", ["horn", "horn_urgent"])
def test_a_signal_is_mastered_like_a_segment(name: str, preset: str) -> None:
    assert master_to_mp3(SIGNALS[name](), PRESETS[preset]).lufs == pytest.approx(PRESETS[preset].lufs, abs=0.3)


def test_no_signal_can_be_taken_for_another() -> None:
    assert strongest(chime.opening_chime()) == pytest.approx(chime.CHIME_NOTES_HZ, abs=8)
    assert strongest(chime.emergency_signal()) == pytest.approx(chime.SIGNAL_HZ, abs=8)
    assert strongest(chime.separator(), 2) == pytest.approx(sorted(chime.SEPARATOR_NOTES_HZ), abs=8)
    assert calls(chime.emergency_signal()) == chime.SIGNAL_TURNS
    assert calls(chime.opening_chime()) == calls(chime.separator()) == 1


def test_the_emergency_signal_neither_glides_nor_rocks_nor_beats_evenly_as_sirens_do() -> None:
    tones = [round(strongest(part, 1)[0]) for part in notes(chime.emergency_signal())]
    assert len(tones) == len(chime.SIGNAL_HZ) * chime.SIGNAL_TURNS
    one_call = sorted(tones[:3])
    assert tones == one_call * chime.SIGNAL_TURNS, "steady tones, always upwards"
    assert len(set(tones)) == 3, "neither one tone nor two"
    assert all(high / low > 1.2 for low, high in pairwise(one_call))


def test_fades_begin_and_end_in_silence_and_leave_the_middle() -> None:
    sound = sine(440, 1.0)
    out = chime.faded(sound, 0.05)
    assert out.size == sound.size
    assert np.abs(out[:16]).max() < 0.05
    assert np.abs(out[-16:]).max() < 0.05
    np.testing.assert_allclose(out[4000:-4000], sound[4000:-4000], atol=1e-3)


@pytest.mark.parametrize(
    "call", ["opening_chime()", "emergency_signal()", "separator()", "faded(chime.emergency_signal(), 0.1)"]
)
def test_pydub_is_loaded_without_a_word_where_no_ffmpeg_is_on_the_path(call: str) -> None:
    script = f"from pipeline.audio import chime; assert chime.{call}.size"
    subprocess.run([sys.executable, "-W", "error", "-c", script], env={"PATH": "/nonexistent"}, check=True)


def test_pydub_reads_an_mp3_without_ffprobe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    pydub = chime._pydub()
    sound = pydub.AudioSegment.from_file(io.BytesIO(encode_mp3(sine(440, 1.0))), format="mp3", codec="mp3")
    assert chime.samples(sound).size == pytest.approx(RATE, rel=0.06)


def strongest(sound: Samples, count: int = 3) -> list[float]:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size)))
    found: list[float] = []
    for _ in range(count):
        peak = int(spectrum.argmax())
        found.append(peak * RATE / sound.size)
        spectrum[max(peak - 150, 0) : peak + 150] = 0
    return sorted(found)


def sounding(sound: Samples) -> list[tuple[int, int]]:
    """First and last sample of every stretch that is loud for 20 ms or more, parted by silence of 100 ms."""
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    edges = np.flatnonzero(np.diff(loud) > RATE // 10)
    firsts, lasts = np.concatenate([[0], edges + 1]), np.concatenate([edges, [loud.size - 1]])
    return [(int(loud[first]), int(loud[last])) for first, last in zip(firsts, lasts, strict=True)]


def calls(sound: Samples) -> int:
    return len(sounding(sound))


def notes(sound: Samples) -> list[Samples]:
    step = round(chime.SIGNAL_TONE_MS * RATE / 1000)
    return [sound[first + turn * step :][:step] for first, _ in sounding(sound) for turn in range(len(chime.SIGNAL_HZ))]
