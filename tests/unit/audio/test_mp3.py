from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import mp3
from pipeline.audio.ffmpeg import decode, encode_mp3
from pipeline.errors import AudioError
from tests.unit.audio.speechlike import babble, sine

SOUND = encode_mp3(sine(440, 1.0))
TAG = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)


def test_a_joined_file_lasts_as_long_as_its_parts(tmp_path: Path) -> None:
    (tmp_path / "part.mp3").write_bytes(encode_mp3(babble(2.0)))
    parts = [SOUND, mp3.silence(0.5), tmp_path / "part.mp3", SOUND]
    made = mp3.join(parts, tmp_path / "a.mp3")
    decoded = decode(tmp_path / "a.mp3", demuxer="mp3")
    assert decoded.size == made.frames * mp3.SAMPLES
    assert made.duration_s == pytest.approx(
        sum(mp3.duration(part if isinstance(part, bytes) else part.read_bytes()) for part in parts)
    )
    assert made.sha256 == hashlib.sha256((tmp_path / "a.mp3").read_bytes()).hexdigest()


def test_a_part_sounds_joined_as_it_sounds_alone(tmp_path: Path) -> None:
    mp3.join([SOUND, mp3.silence(0.3), SOUND], tmp_path / "a.mp3")
    joined = decode(tmp_path / "a.mp3", demuxer="mp3")
    alone = decode(SOUND, demuxer="mp3")
    np.testing.assert_allclose(joined[-alone.size + 2 * mp3.SAMPLES :], alone[2 * mp3.SAMPLES :], atol=1e-4)


@pytest.mark.parametrize(("seconds", "frames"), [(0.0, 0), (0.036, 1), (1.0, 28), (60.0, 1667)])
def test_silence_is_a_repeated_frame(seconds: float, frames: int) -> None:
    silence = mp3.silence(seconds)
    assert len(silence) == frames * mp3.SIZE
    if frames == 28:
        assert not decode(silence, demuxer="mp3").any()


@pytest.mark.parametrize(
    "dressed",
    [
        SOUND,
        TAG + SOUND,
        TAG + TAG + SOUND,
        SOUND + b"TAG" + bytes(125),
        SOUND[:4] + bytes(17) + b"Info" + bytes(263) + SOUND,
        TAG + SOUND[:4] + bytes(17) + b"Xing" + bytes(263) + SOUND + b"TAG" + bytes(125),
    ],
)
def test_tags_are_cut_off(dressed: bytes) -> None:
    assert mp3.frames(dressed) == SOUND


@pytest.mark.parametrize(
    ("wrong", "frame"),
    [
        (SOUND + SOUND[:100], len(SOUND) // 288),
        (SOUND[:288] + b"\xff\xfb\x5a\xc4" + bytes(285), 1),
        (SOUND[:576] + b"\xff\xfb\x58\x44" + bytes(284), 2),
        (SOUND[:576] + b"\xff\xfb\x58\xc4\x01" + bytes(283), 2),
        (b"<html>" + bytes(300), 0),
    ],
    ids=["cut", "padded", "stereo", "reservoir", "page"],
)
def test_what_is_not_of_the_house_is_refused_by_frame(tmp_path: Path, wrong: bytes, frame: int) -> None:
    with pytest.raises(AudioError) as caught:
        mp3.join([SOUND, wrong], tmp_path / "a.mp3")
    assert (caught.value.code, caught.value.params["frame"]) == ("mp3_not_uniform", str(frame + len(SOUND) // 288))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(AudioError, match="mp3_not_uniform"):
        mp3.frames(wrong)


def test_a_file_that_is_there_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    out = tmp_path / "a.mp3"
    mp3.join([SOUND], out)
    with pytest.raises(AudioError, match=r"audio_missing.*none\.mp3"):
        mp3.join([SOUND, tmp_path / "none.mp3"], out)
    assert out.read_bytes() == SOUND


def test_nothing_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="mp3_empty"):
        mp3.join([], tmp_path / "a.mp3")
    assert list(tmp_path.iterdir()) == []


def test_a_file_larger_than_a_read_is_checked_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mp3, "CHUNK", 2 * mp3.SIZE)
    (tmp_path / "part.mp3").write_bytes(SOUND)
    assert mp3.join([tmp_path / "part.mp3"], tmp_path / "a.mp3").frames == len(SOUND) // 288
    (tmp_path / "part.mp3").write_bytes(SOUND[:-1])
    with pytest.raises(AudioError, match="mp3_not_uniform"):
        mp3.join([tmp_path / "part.mp3"], tmp_path / "b.mp3")
