"""An operator has received a sound file and wants to know whether it can air."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.ffmpeg import RATE, decode
from pipeline.domain import SpeechText
from pipeline.voices.espeak import Espeak
from pipeline.voices.wav import write_wav
from tests.acceptance.loa import loa

WORDS = "Công an không làm việc qua điện thoại. Nghi ngờ bị lừa đảo, bà con hãy tắt máy và báo công an xã."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good file, and the same with four seconds of silence before and a click in it."""
    made = tmp_path_factory.mktemp("received")
    Espeak().synthesize(SpeechText((WORDS,)), made / "tot.wav")
    wave = np.concatenate([np.zeros(4 * RATE), decode(made / "tot.wav", demuxer="wav")])
    wave[6 * RATE] = 0.9
    write_wav(made / "loi.wav", [(wave.clip(-1, 1) * 32767).astype("<i2").tobytes()])
    write_wav(made / "im.wav", [bytes(4 * RATE)])
    (made / "loi-doc.md").write_text(f"---\ntitle: Thử\n---\n{WORDS}\n", encoding="utf-8")
    return made


def test_a_good_file_is_called_good(folder: Path) -> None:
    digest = hashlib.sha256((folder / "tot.wav").read_bytes()).hexdigest()
    ran = loa("audio", "check", folder / "tot.wav", "--text", folder / "loi-doc.md", "--sha256", digest.upper())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.rstrip().endswith(": đạt")


def test_faults_are_said_with_their_second_and_what_to_do(folder: Path) -> None:
    ran = loa("audio", "check", folder / "loi.wav")
    assert ran.code == 0
    assert "im lặng 4." in ran.out
    assert "ở giây 6.0" in ran.out


def test_a_file_that_cannot_air_fails_the_command(folder: Path) -> None:
    ran = loa("audio", "check", folder / "im.wav", folder / "tot.wav", folder / "khong-co.wav", "--json")
    assert ran.code == 1
    silent, good, absent = ran.json["files"]
    assert (silent["refused"], silent["lufs"], [each["code"] for each in silent["faults"]]) == (
        True,
        None,
        ["audio_silent"],
    )
    assert (good["refused"], good["faults"]) == (False, [])
    assert [each["code"] for each in absent["faults"]] == ["voice_file_missing"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--sha256", "0" * 64], "hash_not_as_promised"),
        (["--length", "1m"], "length_not_as_promised"),
        (["--slot", "3s"], "longer_than_slot"),
    ],
)
def test_what_was_promised_is_compared(folder: Path, options: list[str], code: str) -> None:
    ran = loa("audio", "check", folder / "tot.wav", "--json", *options)
    assert [each["code"] for each in ran.json["files"][0]["faults"]] == [code]
    assert ran.code == (0 if code == "longer_than_slot" else 1)


def test_words_that_nobody_can_have_said_in_that_time_are_told(folder: Path) -> None:
    long = "\n".join([WORDS] * 6)
    ran = loa("audio", "check", folder / "tot.wav", "--json", "--text", "-", stdin=long)
    assert [each["code"] for each in ran.json["files"][0]["faults"]] == ["speech_too_short"]


@pytest.mark.parametrize("options", [["--length", "lâu"], ["--slot", ""], []])
def test_wrong_options_are_wrong_input(folder: Path, options: list[str]) -> None:
    files = [folder / "tot.wav"] if options else []
    assert loa("audio", "check", *files, *options).code == 2


@pytest.mark.parametrize("name", ["a.svg", "a.png"])
def test_a_file_can_be_drawn(folder: Path, tmp_path: Path, name: str) -> None:
    assert loa("audio", "check", folder / "tot.wav", "--plot", tmp_path / name).code == 0
    assert (tmp_path / name).stat().st_size < 60_000


def test_a_pipe_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ong.mp3")
    for file in (tmp_path / "ong.mp3", Path("/dev/zero")):
        ran = loa("audio", "check", file)
        assert ran.code == 1
        assert "không phải là tệp âm thanh dùng được" in ran.out


def test_a_picture_of_an_unknown_kind_is_refused_before_anything_is_heard(folder: Path) -> None:
    for arguments in (("audio", "check", folder / "tot.wav"), ("say", "Xin chào", "-o", folder / "a.mp3")):
        ran = loa(*arguments, "--plot", folder / "hinh.txt")
        assert ran.code == 2
        assert ".svg hoặc .png" in ran.err
    assert not (folder / "hinh.txt").exists()


def test_nothing_to_say_is_said_so(tmp_path: Path) -> None:
    ran = loa("say", " …! ", "-o", tmp_path / "a.mp3")
    assert (ran.code, "không có chữ nào để đọc" in ran.err) == (2, True)
