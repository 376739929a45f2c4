"""Real speech through a simulated village: the verdict is right in every case of a fixed sample.

The many hearings that the figures rest on: `python -m benchmarks.listening 620 4`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from benchmarks._village import RATE, Scene, Wave, draw, hear, over
from benchmarks.listening import write
from pipeline.audio import ffmpeg
from pipeline.domain import SpeechText
from pipeline.errors import AudioError
from pipeline.listening import Hearing, Verdict, compare_apart
from pipeline.listening.__main__ import main
from pipeline.listening.comparing import compare
from pipeline.voices.espeak import Espeak

OPENING = "Đây là đài truyền thanh xã."
TEXTS = (
    "Nước sông đang lên nhanh, bà con ngoài đê hãy vào trong đê ngay. Ai cần giúp, xin gọi công an xã.",
    "Có kẻ giả danh ngân hàng gọi điện đòi mã xác thực. Không đọc mã cho bất cứ ai, hãy tắt máy rồi báo công an xã.",
    "Sáng mai mất điện từ bảy giờ đến mười một giờ ở các thôn phía nam. Trạm y tế và trường học có máy phát.",
)
HEARD, PARTLY, NOT_HEARD = {Verdict.HEARD}, {Verdict.PARTLY}, {Verdict.NOT_HEARD}
CLEAR = Scene(snr_db=20, noise="pink", delay_s=3.0, tail_s=3.0)


class Sounds(NamedTuple):
    """Three bulletins behind the same opening, by the same voice; `path`: the first, as it was played."""

    path: Path
    waves: tuple[Wave, ...]


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Sounds:
    folder, waves = tmp_path_factory.mktemp("village"), []
    for index, text in enumerate(TEXTS):
        Espeak().synthesize(SpeechText((f"{OPENING} {text}",)), folder / f"{index}.wav")
        waves.append(ffmpeg.decode(folder / f"{index}.wav", RATE, demuxer="wav"))
    write(folder / "played.wav", waves[0])
    return Sounds(folder / "played.wav", tuple(waves))


CASES: list[tuple[str, str, float, set[Verdict]]] = [
    *[("right", noise, 0.0, HEARD) for noise in ("pink", "traffic", "crickets", "babble", "talk", "music", "rain")],
    ("right", "traffic", 20.0, HEARD),
    ("faint", "traffic", -6.0, HEARD | {Verdict.UNSURE}),
    ("wrong", "pink", 20.0, NOT_HEARD),
    ("wrong", "traffic", 0.0, NOT_HEARD),
    ("nothing", "pink", 0.0, NOT_HEARD),
    ("nothing", "babble", 10.0, NOT_HEARD),
    ("nothing", "talk", 0.0, NOT_HEARD),
    ("nothing", "music", 0.0, NOT_HEARD),
    ("silence", "pink", 70.0, NOT_HEARD),
    ("half", "pink", 10.0, PARTLY),
    ("second half", "traffic", 10.0, PARTLY),
    ("beside", "pink", 10.0, HEARD),
    ("beside", "crickets", 15.0, HEARD),
]


@pytest.mark.parametrize(("case", "noise", "snr_db", "right"), CASES)
def test_the_verdict_is_right(
    sounds: Sounds, tmp_path: Path, case: str, noise: str, snr_db: float, right: set[Verdict]
) -> None:
    random = np.random.default_rng([7, CASES.index((case, noise, snr_db, right))])
    scene = draw(random, noise, snr_db)
    wave, other, third = sounds.waves
    half = wave.size // 2
    played = {
        "wrong": np.resize(other, wave.size),
        "nothing": wave[:0],
        "silence": wave[:0],
        "half": wave[:half],
        "second half": np.concatenate([wave[:half] * 0, wave[half:]]),
        "beside": over(random, scene, wave, np.roll(other, RATE * 3), -4.0),
    }.get(case, wave)
    found = heard(sounds, tmp_path, hear(random, scene, played, wave.size, (other, third)))
    assert found.verdict in right
    if found.verdict in (Verdict.HEARD, Verdict.PARTLY):
        assert found.delay_s == pytest.approx(scene.delay_s, abs=0.8)


def heard(sounds: Sounds, folder: Path, wave: Wave) -> Hearing:
    write(folder / "heard.wav", wave)
    return compare(sounds.path, folder / "heard.wav")


def clear(sounds: Sounds, scene: Scene, played: Wave | None = None) -> Wave:
    wave = sounds.waves[0]
    random = np.random.default_rng(3)
    return hear(random, scene, wave if played is None else played, wave.size, sounds.waves[1:])


def test_level_and_delay_are_told_as_they_were(sounds: Sounds, tmp_path: Path) -> None:
    loud, soft = (heard(sounds, tmp_path, clear(sounds, replace(CLEAR, gain_db=gain))) for gain in (6.0, -14.0))
    assert loud.level_db is not None
    assert soft.level_db is not None
    assert loud.level_db - soft.level_db == pytest.approx(20.0, abs=1.0)
    assert loud.delay_s == pytest.approx(3.0, abs=0.05)


def test_the_lead_of_the_recorder_is_no_delay(sounds: Sounds, tmp_path: Path) -> None:
    write(tmp_path / "heard.wav", clear(sounds, replace(CLEAR, delay_s=22.0)))
    assert compare(sounds.path, tmp_path / "heard.wav").verdict is Verdict.NOT_HEARD
    found = compare(sounds.path, tmp_path / "heard.wav", lead_s=21.5)
    assert found.verdict is Verdict.HEARD
    assert found.delay_s == pytest.approx(0.5, abs=0.05)


def test_what_was_resumed_is_compared_from_where_it_went_on(sounds: Sounds, tmp_path: Path) -> None:
    wave = sounds.waves[0]
    write(tmp_path / "heard.wav", clear(sounds, CLEAR, wave[4 * RATE :]))
    found = compare(sounds.path, tmp_path / "heard.wav", from_s=4.0)
    assert found.verdict is Verdict.HEARD
    assert (found.from_s, found.delay_s) == (4.0, pytest.approx(3.0, abs=0.05))
    write(tmp_path / "heard.wav", clear(sounds, CLEAR, wave[: 5 * RATE]))
    assert compare(sounds.path, tmp_path / "heard.wav", to_s=5.0).verdict is Verdict.HEARD


def test_frames_that_the_player_dropped_are_no_gap(sounds: Sounds, tmp_path: Path) -> None:
    wave = sounds.waves[0]
    at = wave.size // 2
    found = heard(sounds, tmp_path, clear(sounds, CLEAR, np.concatenate([wave[:at], wave[at + RATE // 2 :]])))
    assert found.verdict is Verdict.HEARD


def test_digital_silence_is_told_from_another_sound(sounds: Sounds, tmp_path: Path) -> None:
    assert heard(sounds, tmp_path, np.zeros(20 * RATE)).reason == "listening_silence"
    assert heard(sounds, tmp_path, clear(sounds, CLEAR, sounds.waves[1])).reason == "listening_other_sound"


def test_a_file_whose_recorder_was_killed_is_read_as_far_as_it_goes(sounds: Sounds, tmp_path: Path) -> None:
    write(tmp_path / "heard.wav", clear(sounds, CLEAR))
    whole = (tmp_path / "heard.wav").read_bytes()
    (tmp_path / "heard.wav").write_bytes(whole[: len(whole) * 6 // 10])
    found = compare(sounds.path, tmp_path / "heard.wav")
    assert (found.verdict, found.reason) == (Verdict.PARTLY, "listening_short")


@pytest.mark.parametrize(
    "content", [None, b"", b"RIFF", b"#EXTM3U\n/etc/passwd\n", b"ffconcat version 1.0\nfile a.mp3\n"]
)
def test_what_is_no_sound_is_refused_by_which_of_both_it_is(
    sounds: Sounds, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "x"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        compare(sounds.path, path)
    assert caught.value.code == "hearing_unreadable"
    with pytest.raises(AudioError) as caught:
        compare(path, sounds.path)
    assert caught.value.code == "recording_undecodable"


def test_a_receiver_asks_a_process_of_its_own(sounds: Sounds, tmp_path: Path) -> None:
    write(tmp_path / "-heard.wav", clear(sounds, CLEAR))
    asked = {"lead_s": 1.0, "from_s": 0.0, "to_s": 8.0, "words": [(0.5, 7.5)], "usual_db": -20.0}
    assert compare_apart(sounds.path, tmp_path / "-heard.wav", **asked) == compare(  # type: ignore[arg-type]
        sounds.path,
        tmp_path / "-heard.wav",
        **asked,  # type: ignore[arg-type]
    )
    with pytest.raises(AudioError) as caught:
        compare_apart(sounds.path, tmp_path / "none.wav")
    assert (caught.value.code, caught.value.params) == ("hearing_unreadable", {"file": "none.wav"})


def test_one_that_takes_too_long_is_given_up(sounds: Sounds) -> None:
    with pytest.raises(AudioError) as caught:
        compare_apart(sounds.path, sounds.path, limit_s=0.01)
    assert caught.value.code == "listening_timed_out"


def test_without_numpy_it_says_what_to_install(
    sounds: Sounds, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pipeline.listening.comparing", None)
    assert main([str(sounds.path), str(sounds.path)]) == 1
    assert capsys.readouterr().out == '{"code": "listening_not_installed", "params": {}}\n'
