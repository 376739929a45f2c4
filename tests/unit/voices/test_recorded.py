from __future__ import annotations

import io
import os
import subprocess
import tempfile
import wave
from functools import cache
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.scripts import AUDIO_SUFFIXES
from pipeline.voices import recorded
from pipeline.voices.recorded import Recorded, announced_s, sniff

TEXT = SpeechText(("Bản ghi âm của công an thành phố.",))
CODECS = {"wav": [], "mp3": [], "ogg": ["-c:a", "libvorbis"], "flac": [], "m4a": ["-c:a", "aac"], "opus": []}


@cache
def voice(seconds: float = 2.0, level: float = 0.3) -> bytes:
    wave_form = np.sin(np.arange(round(seconds * 44_100)) * 0.05) * level * 32_767
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44_100)
        out.writeframes(wave_form.astype("<i2").tobytes())
    return file.getvalue()


@cache
def brought(suffix: str) -> bytes:
    if suffix == "wav":
        return voice()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{suffix}"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "quiet", "-f", "wav", "-i", "pipe:0", *CODECS[suffix], path]
        subprocess.run(command, input=voice(), check=True)
        return path.read_bytes()


def failure(path: Path, out: Path) -> str:
    with pytest.raises(VoiceError) as caught:
        Recorded(path).synthesize(TEXT, out)
    assert not list(out.parent.glob("*out.wav*"))
    return caught.value.code


@pytest.mark.parametrize("suffix", sorted(CODECS))
def test_any_usual_format_becomes_a_mono_wav(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"ghi âm -i.{suffix}"
    source.write_bytes(brought(suffix))
    Recorded(source).synthesize(TEXT, tmp_path / "out.wav")
    with wave.open(str(tmp_path / "out.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 32_000)
        assert file.getnframes() / 32_000 == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("danh-sach.mp3", b"#EXTM3U\nfile:///etc/passwd\n"),
        ("danh-sach.mp3", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("trang.wav", b"<html></html>"),
        ("phim.mp3", b"RIFF\x00\x00\x00\x00AVI LIST"),
        ("trong.mp3", b""),
        ("sdp.ogg", b"v=0\no=- 0 0 IN IP4 127.0.0.1\n"),
    ],
)
def test_what_only_calls_itself_sound_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert failure(tmp_path / name, tmp_path / "out.wav") == "recording_format"


def test_a_name_that_is_not_of_a_sound_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ghi-am.m3u8").write_bytes(voice())
    assert failure(tmp_path / "ghi-am.m3u8", tmp_path / "out.wav") == "recording_format"


def test_only_files_and_pipes_may_be_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[list[str]] = []
    run = subprocess.run

    def watched(arguments: list[str], **settings: object) -> object:
        started.append(arguments)
        return run(arguments, **settings)

    monkeypatch.setattr(subprocess, "run", watched)
    (tmp_path / "a.wav").write_bytes(voice())
    Recorded(tmp_path / "a.wav").synthesize(TEXT, tmp_path / "out.wav")
    before = started[0][: started[0].index("-i")]
    assert before[before.index("-protocol_whitelist") + 1] == "file,pipe"
    assert before[before.index("-f") + 1] == "wav"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert failure(tmp_path / "khong-co.mp3", tmp_path / "out.wav") == "voice_file_missing"
    assert Recorded(tmp_path / "khong-co.mp3").fingerprint == "recorded/absent"


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3"])
def test_a_file_cut_in_half_is_noticed(tmp_path: Path, suffix: str) -> None:
    whole = brought(suffix)
    (tmp_path / f"cut.{suffix}").write_bytes(whole[: len(whole) // 2])
    assert failure(tmp_path / f"cut.{suffix}", tmp_path / "out.wav") == "recording_cut_off"


def test_a_wav_that_was_streamed_promises_no_size(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(voice()[:4] + b"\xff\xff\xff\xff" + voice()[8:])
    Recorded(tmp_path / "a.wav").synthesize(TEXT, tmp_path / "out.wav")


def test_a_silent_file_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "im.wav").write_bytes(voice(1.0, 0.0005))
    assert failure(tmp_path / "im.wav", tmp_path / "out.wav") == "recording_silent"


def test_damaged_contents_are_refused(tmp_path: Path) -> None:
    (tmp_path / "hong.mp3").write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(4000))
    assert failure(tmp_path / "hong.mp3", tmp_path / "out.wav") == "voice_not_decodable"


@pytest.mark.parametrize(("limit", "code"), [("MAX_BYTES", "recording_too_large"), ("MAX_S", "recording_too_long")])
def test_size_and_length_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, limit: str, code: str) -> None:
    monkeypatch.setattr(recorded, limit, 0.5)
    (tmp_path / "dai.wav").write_bytes(voice())
    assert failure(tmp_path / "dai.wav", tmp_path / "out.wav") == code


def padded(before_s: float, after_s: float, floor: float = 0.0) -> bytes:
    """Two seconds of voice in a room of this noise, and what a recorder left running adds."""
    parts = [np.sin(np.arange(round(seconds * 44_100)) * 0.3) * floor for seconds in (before_s, 0, after_s)]
    parts[1] = np.sin(np.arange(88_200) * 0.05) * 0.3
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 44_100, 0, "NONE", ""))
        out.writeframes((np.concatenate(parts) * 32_767).astype("<i2").tobytes())
    return file.getvalue()


@pytest.mark.parametrize(
    ("before_s", "after_s", "floor", "left_s"),
    [
        (0.0, 0.0, 0.0, 2.0),
        (5.0, 9.0, 0.0, 2.6),
        (5.0, 0.0, 0.002, 2.3),
        (0.0, 20.0, 0.002, 2.3),
        (5.0, 5.0, 0.05, 12.0),
    ],
)
def test_silence_before_and_behind_is_taken_away(
    tmp_path: Path, before_s: float, after_s: float, floor: float, left_s: float
) -> None:
    (tmp_path / "a.wav").write_bytes(padded(before_s, after_s, floor))
    Recorded(tmp_path / "a.wav").synthesize(TEXT, tmp_path / "out.wav")
    with wave.open(str(tmp_path / "out.wav")) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(left_s, abs=0.05)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "out.wav"]


@pytest.mark.parametrize("suffix", sorted({*AUDIO_SUFFIXES, ".MP3"}))
def test_every_kind_that_a_script_may_name_is_read(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"a{suffix}"
    source.write_bytes(brought(suffix.lower().removeprefix(".")))
    Recorded(source).check()
    Recorded(source).synthesize(TEXT, tmp_path / "out.wav")


def test_a_wrong_suffix_of_a_sound_file_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(brought("flac"))
    Recorded(tmp_path / "a.mp3").synthesize(TEXT, tmp_path / "out.wav")


def test_neither_a_pipe_nor_a_device_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ong.mp3")
    (tmp_path / "khong-het.mp3").symlink_to("/dev/zero")
    for name in ("ong.mp3", "khong-het.mp3"):
        assert failure(tmp_path / name, tmp_path / "out.wav") == "recording_format"
        assert Recorded(tmp_path / name).fingerprint == "recorded/absent"
        with pytest.raises(VoiceError, match="recording_format"):
            Recorded(tmp_path / name).check()


def test_a_huge_file_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "lon.mp3").open("wb") as file:
        file.write(brought("mp3"))
        file.truncate(recorded.MAX_BYTES + 1)
    assert failure(tmp_path / "lon.mp3", tmp_path / "out.wav") == "recording_too_large"
    assert Recorded(tmp_path / "lon.mp3").fingerprint == "recorded/absent"


def test_the_fingerprint_is_that_of_the_content(tmp_path: Path) -> None:
    for name, content in (("a.wav", voice()), ("b.wav", voice()), ("c.wav", voice(1.0))):
        (tmp_path / name).write_bytes(content)
    a, b, c = (Recorded(tmp_path / f"{name}.wav").fingerprint for name in "abc")
    assert a == b != c


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"\xff\xf1\x50\x80", None),
        (b"OggS\x00", "ogg"),
        (b"fLaC\x00", "flac"),
        (b"\x00\x00\x00\x20ftypM4A ", "mov"),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_the_first_bytes_say_what_it_is(head: bytes, demuxer: str | None) -> None:
    assert sniff(head) == demuxer


def test_a_guessed_length_is_no_announcement() -> None:
    assert announced_s("Duration: 01:02:03.50, start") == 3723.5
    assert announced_s("Estimating duration from bitrate\n Duration: 00:00:09.00") == 0
    assert announced_s("Duration: N/A") == 0
