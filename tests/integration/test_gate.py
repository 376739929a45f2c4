"""The gate in its place: what a voice or a person hands over, and what then airs."""

from __future__ import annotations

import wave as wav
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import measure
from pipeline.audio.ffmpeg import RATE, Samples, decode, encode_mp3
from pipeline.config.mastering import PRESETS
from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.production.segments import Passage, Segments
from pipeline.voices.espeak import Espeak
from pipeline.voices.wav import write_wav

TEXT = SpeechText(("Công an không làm việc qua điện thoại. Nghi ngờ bị lừa đảo, bà con hãy tắt máy.",))


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    out = tmp_path_factory.mktemp("gate") / "a.wav"
    Espeak().synthesize(TEXT, out)
    return decode(out, demuxer="wav")


def pcm(samples: Samples) -> bytes:
    return (samples.clip(-1, 1) * 32767).astype("<i2").tobytes()


@dataclass
class Broken:
    """A voice that hands over what it is given."""

    samples: Samples
    name: str = "broken"
    fingerprint: str = "broken/1"
    characters_per_s: tuple[float, float] = (9.0, 22.0)

    def check(self) -> None: ...

    def synthesize(self, text: SpeechText, out: Path) -> None:
        write_wav(out, [pcm(self.samples)])


def segments(folder: Path, *voices: object, recorded: bool = False) -> Segments:
    return Segments(folder / "segments", voices, PRESETS["horn"], recorded=recorded)  # type: ignore[arg-type]


def with_silence(speech: Samples) -> Samples:
    return np.concatenate([np.zeros(5 * RATE, dtype=np.float32), speech])


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (with_silence, "silence_before_long"),
        (lambda speech: speech[: speech.size // 3], "speech_too_short"),
        (lambda speech: np.concatenate([speech] * 3), "speech_too_long"),
        (lambda speech: speech + 0.1, "audio_dc_offset"),
        (lambda speech: np.sin(np.arange(speech.size) * 0.2) * 0.3, "sound_is_tone"),
        (lambda speech: np.random.default_rng(1).normal(0, 0.2, speech.size), "sound_is_noise"),
    ],
)
def test_the_next_voice_speaks_for_one_that_failed(tmp_path: Path, speech: Samples, break_it, code: str) -> None:  # type: ignore[no-untyped-def]
    made = segments(tmp_path, Broken(break_it(speech)), Espeak())
    segment = made.make(Passage("a", TEXT))
    assert segment.voice.startswith("espeak-ng/")
    assert segment.fallback
    assert [(each.voice, each.error.code) for each in made.failures] == [("broken", code)]


def test_where_no_voice_says_the_words_nothing_is_kept(tmp_path: Path, speech: Samples) -> None:
    with pytest.raises(VoiceError, match="speech_too_short"):
        segments(tmp_path, Broken(speech[: speech.size // 3])).make(Passage("a", TEXT))
    assert not list((tmp_path / "segments").glob("*.mp3"))


def test_where_no_voice_passes_a_doubtful_one_airs_and_says_so(tmp_path: Path, speech: Samples) -> None:
    """Its words are there: silence would warn nobody."""
    made = segments(tmp_path, Broken(speech[: speech.size // 3], fingerprint="broken/0"), Broken(speech + 0.1))
    segment = made.make(Passage("a", TEXT))
    assert (segment.voice, segment.doubt) == ("broken/1", "audio_dc_offset")
    codes = ["speech_too_short", "audio_dc_offset", "aired_in_doubt"]
    assert [each.error.code for each in made.failures] == codes
    made.begin()
    assert made.make(Passage("a", TEXT)).sha256 == segment.sha256
    assert [each.error.code for each in made.failures] == codes
    assert made.find(Passage("a", TEXT)) == segment


def test_a_voice_that_passes_takes_the_place_of_a_doubtful_one(tmp_path: Path, speech: Samples) -> None:
    segments(tmp_path, Broken(speech + 0.1)).make(Passage("a", TEXT))
    both = segments(tmp_path, Broken(speech + 0.1), Espeak())
    assert both.make(Passage("a", TEXT)).voice.startswith("espeak-ng/")
    found = both.find(Passage("a", TEXT))
    assert found is not None
    assert (found.voice.startswith("espeak-ng/"), found.doubt) == (True, "")


def recording(path: Path, *channels: Samples) -> Path:
    with wav.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm(np.stack(channels, axis=1)))
    return path


def test_a_persons_file_airs_and_what_is_odd_about_it_is_told(tmp_path: Path, speech: Samples) -> None:
    yard = speech + np.random.default_rng(1).normal(0, 0.03, speech.size).astype(np.float32)
    made = segments(tmp_path, Espeak(), recorded=True)
    segment = made.make(Passage("a", TEXT, recording(tmp_path / "a.wav", yard)))
    assert segment.voice.startswith("recorded/")
    assert not segment.fallback
    assert [each.error.code for each in made.failures] == ["audio_noisy"]


def test_a_persons_file_whose_channels_cancel_gives_way_to_a_voice(tmp_path: Path, speech: Samples) -> None:
    made = segments(tmp_path, Espeak(), recorded=True)
    segment = made.make(Passage("a", TEXT, recording(tmp_path / "a.wav", speech, -0.8 * speech)))
    assert segment.voice.startswith("espeak-ng/")
    assert [each.error.code for each in made.failures] == ["channels_cancel"]


def test_the_parts_of_one_decoding_are_compared(tmp_path: Path, speech: Samples) -> None:
    from pipeline.audio import gate

    wave = np.concatenate([speech, speech * np.float32(0.5), speech])
    (tmp_path / "a.mp3").write_bytes(encode_mp3(wave))
    ends = [index * speech.size / RATE for index in range(4)]
    _, loudness = measure.measure_parts(tmp_path / "a.mp3", list(pairwise(ends)))
    found = gate.uneven([(name, begin, lufs) for name, begin, lufs in zip("abc", ends, loudness, strict=False)])
    assert [fault.params["segment"] for fault in found] == ["b"]
