from __future__ import annotations

import socket
import subprocess
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import ffmpeg
from pipeline.errors import AudioError
from tests.unit.audio.speechlike import sine


def wav(path: Path, samples: np.ndarray, rate: int = ffmpeg.RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def test_a_wav_comes_back_as_it_was(tmp_path: Path) -> None:
    samples = sine(440, 0.5)
    found = ffmpeg.decode(wav(tmp_path / "-i tệp.wav", samples), demuxer="wav")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, samples, atol=1e-4)


def test_stereo_and_other_rates_become_mono_at_the_rate_of_the_house(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", np.repeat(sine(440, 1.0), 2), rate=16_000, channels=2)
    assert ffmpeg.decode(path, demuxer="wav").size == pytest.approx(2 * ffmpeg.RATE, abs=2)


def test_blocks_are_bounded_and_make_up_the_whole(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", sine(440, 10.0))
    sizes = [block.size for block in ffmpeg.blocks(path, demuxer="wav")]
    assert sum(sizes) == 10 * ffmpeg.RATE
    assert max(sizes) <= ffmpeg.BLOCK


def test_mp3_frames_are_of_one_size_and_decode_to_the_same_sound() -> None:
    samples = sine(440, 2.0)
    encoded = ffmpeg.encode_mp3(samples)
    assert len(encoded) % 288 == 0
    assert encoded[:3] == b"\xff\xfb\x58"
    decoded = ffmpeg.decode(encoded, demuxer="mp3")
    assert decoded.size == len(encoded) // 288 * 1152
    assert np.sqrt(np.mean(decoded[8000:56000] ** 2)) == pytest.approx(0.5 / 2**0.5, rel=0.08)


@pytest.mark.parametrize("demuxer", ["concat", "hls", "lavfi", "sdp", "", "image2"])
def test_a_demuxer_that_opens_other_files_is_never_used(tmp_path: Path, demuxer: str) -> None:
    with pytest.raises(AudioError, match="audio_format_refused"):
        ffmpeg.decode(wav(tmp_path / "a.wav", sine(440, 0.1)), demuxer=demuxer)


@pytest.mark.parametrize("demuxer", sorted(ffmpeg.DEMUXERS))
def test_a_playlist_is_not_followed_whatever_it_is_called(tmp_path: Path, demuxer: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        visited = threading.Event()
        server.settimeout(0.05)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a.mp3"
        (tmp_path / "list.mp3").write_text(f"#EXTM3U\n#EXTINF:1,\n{url}\nffconcat version 1.0\nfile {url}\n")
        with pytest.raises(AudioError, match="audio_undecodable"):
            ffmpeg.decode(tmp_path / "list.mp3", demuxer=demuxer)
        with pytest.raises(TimeoutError):
            server.accept()
        assert not visited.is_set()


def test_only_files_and_pipes_may_be_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[list[str]] = []
    popen = subprocess.Popen

    def watched(arguments: list[str], **settings: object) -> object:
        started.append(arguments)
        return popen(arguments, **settings)

    monkeypatch.setattr(subprocess, "Popen", watched)
    ffmpeg.decode(wav(tmp_path / "a.wav", sine(440, 0.1)), demuxer="wav")
    (arguments,) = started
    before = arguments[: arguments.index("-i")]
    assert before[before.index("-protocol_whitelist") + 1] == "file,pipe"
    assert before[before.index("-f") + 1] == "wav"
    assert arguments[arguments.index("-i") + 1].startswith("file:")


def test_what_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="audio_missing"):
        ffmpeg.decode(tmp_path / "none.wav", demuxer="wav")
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    with pytest.raises(AudioError, match=r"audio_undecodable.*a\.wav"):
        ffmpeg.decode(tmp_path / "a.wav", demuxer="wav")
    with pytest.raises(AudioError, match="audio_undecodable"):
        ffmpeg.decode(b"", demuxer="mp3")


def test_size_length_and_time_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", sine(440, 2.0))
    with pytest.raises(AudioError, match="audio_too_long"):
        ffmpeg.decode(path, demuxer="wav", limit_s=1.0)
    monkeypatch.setattr(ffmpeg, "MAX_BYTES", 1000)
    with pytest.raises(AudioError, match="audio_too_large"):
        ffmpeg.decode(path, demuxer="wav")


def test_an_ffmpeg_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hanging = tmp_path / "ffmpeg"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(ffmpeg, "ffmpeg", lambda: str(hanging))
    monkeypatch.setattr(ffmpeg, "PATIENCE_S", 0.1)
    with pytest.raises(AudioError, match="audio_timed_out"):
        ffmpeg.decode(wav(tmp_path / "a.wav", sine(440, 0.1)), demuxer="wav", limit_s=0.2)
    with pytest.raises(AudioError, match="audio_not_encoded"):
        ffmpeg.encode_mp3(sine(440, 0.1))


def test_a_reader_that_stops_early_leaves_no_process(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", sine(440, 30.0))
    before = children()
    reading = ffmpeg.blocks(path, demuxer="wav")
    next(reading)
    assert children() > before
    reading.close()
    assert children() <= before


def children() -> set[str]:
    """Processes of this one; a database that other tests share is among them."""
    return {child for name in Path("/proc/self/task").glob("*/children") for child in name.read_text().split()}


def test_a_house_without_ffmpeg_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise RuntimeError

    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", none)
    with pytest.raises(AudioError, match="ffmpeg_missing"):
        ffmpeg.ffmpeg.__wrapped__()
