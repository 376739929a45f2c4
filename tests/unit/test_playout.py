"""Playing on the station's sound card, with programs in the place of the player: what may be claimed of each end."""

from __future__ import annotations

import array
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import playout
from pipeline.domain import Recording, State
from pipeline.errors import AudioError, LoaError, Outcome, SendError
from pipeline.messages import CATALOGUE
from pipeline.playout import RATE, Cues, Player, Playing
from tests.channel_cases import fake_player, recording
from tests.patience import PATIENCE_S

LONG_AGO = timedelta(days=-1)


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def tone(tmp_path: Path) -> Recording:
    return recording(tmp_path)


@pytest.fixture
def sounding(tmp_path: Path) -> Callable[[], None]:
    """Waits until the program in the player's place says that it sounds."""
    os.mkfifo(tmp_path / "sounds")
    return lambda: (tmp_path / "sounds").read_text() and None


def play(tmp_path: Path, sound: Recording, script: str, *, length: float | None = None, **player: timedelta) -> Playing:
    program = fake_player(tmp_path, script)
    length = sound.duration_s if length is None else length
    return Player("loa", program=str(program), **player).start(sound.path, duration_s=length, clock=clock)


def test_confirmed_once_the_player_took_every_frame_and_ended_well(tmp_path: Path, tone: Recording) -> None:
    played = play(tmp_path, tone, f"cat >{tmp_path}/heard").wait(PATIENCE_S)
    assert played is not None
    assert (played.state, played.code) == (State.CONFIRMED, "")
    assert played.frames / RATE == pytest.approx(tone.duration_s, abs=0.05)
    assert (tmp_path / "heard").stat().st_size == played.frames * playout.FRAME
    assert played.started is not None
    assert played.ended is not None
    assert played.started <= played.ended


def test_the_device_is_named_to_the_player(tmp_path: Path, tone: Recording) -> None:
    play(tmp_path, tone, "cat >/dev/null").wait(PATIENCE_S)
    assert "--device=loa" in (tmp_path / "aplay.log").read_text()


@pytest.mark.parametrize(
    ("script", "length", "state", "code"),
    [
        ("cat >/dev/null; exit 3", 1.0, State.INTERRUPTED, "player_died"),
        ("head -c 150000 >/dev/null; exit 1", 1.0, State.INTERRUPTED, "player_died"),
        ("head -c 150000 >/dev/null; exit 0", 1.0, State.INTERRUPTED, "player_died"),
        ("exit 1", 1.0, State.FAILED, "player_failed"),
        ("echo 'audio open error: Device or resource busy' >&2; exit 1", 1.0, State.FAILED, "device_busy"),
        ("echo 'audio open error: No such file or directory' >&2; exit 1", 1.0, State.FAILED, "device_missing"),
        ("cat >/dev/null", 1.8, State.INTERRUPTED, "played_length_differs"),
        ("cat >/dev/null", 0.3, State.INTERRUPTED, "played_length_differs"),
    ],
)
def test_an_end_is_what_it_was(
    tmp_path: Path, tone: Recording, script: str, length: float, state: State, code: str
) -> None:
    played = play(tmp_path, tone, script, length=length).wait(PATIENCE_S)
    assert played is not None
    assert (played.state, played.code) == (state, code)
    assert (played.started is None) == (state is State.FAILED)
    assert code in CATALOGUE


def test_a_player_that_hangs_is_ended(tmp_path: Path, tone: Recording) -> None:
    script = "head -c 150000 >/dev/null; exec sleep 600"
    played = play(tmp_path, tone, script, length=0.0, grace=timedelta(seconds=1)).wait(PATIENCE_S)
    assert played is not None
    assert (played.state, played.code) == (State.INTERRUPTED, "player_stuck")


def test_stop_silences_what_sounds(tmp_path: Path, tone: Recording, sounding: Callable[[], None]) -> None:
    script = f"head -c 100000 >/dev/null; echo 1 >{tmp_path}/sounds; exec sleep 600"
    playing = play(tmp_path, tone, script)
    sounding()
    assert playing.result() is None
    played = playing.stop()
    assert played is not None
    assert (played.state, played.code) == (State.INTERRUPTED, "stopped")
    assert played.frames < tone.duration_s * RATE


def test_stop_while_it_waits_sounds_nothing(tmp_path: Path, tone: Recording) -> None:
    program = fake_player(tmp_path)
    player = Player("loa", program=str(program))
    playing = player.start(tone.path, duration_s=1.0, at=clock() + timedelta(hours=1), clock=clock)
    played = playing.stop()
    assert played is not None
    assert (played.state, played.started, played.frames) == (State.CANCELLED, None, 0)
    assert not (tmp_path / "aplay.log").exists()


def test_it_waits_for_its_moment(tmp_path: Path, tone: Recording) -> None:
    at = clock() + timedelta(seconds=0.2)
    playing = Player("loa", program=str(fake_player(tmp_path))).start(tone.path, duration_s=1.0, at=at, clock=clock)
    played = playing.wait(PATIENCE_S)
    assert played is not None
    assert played.started is not None
    assert played.started >= at


def test_a_step_of_the_wall_clock_while_it_waits_moves_nothing(tmp_path: Path, tone: Recording) -> None:
    told = iter([clock(), clock() - timedelta(minutes=10)])
    at = clock() + timedelta(seconds=0.1)
    program = str(fake_player(tmp_path))
    playing = Player("loa", program=program).start(tone.path, duration_s=1.0, at=at, clock=lambda: next(told))
    played = playing.wait(PATIENCE_S)
    assert played is not None
    assert played.state is State.CONFIRMED
    assert played.started is not None
    assert played.ended is not None
    assert timedelta(0) <= played.ended - played.started < timedelta(minutes=1)


def test_what_is_past_starts_at_once(tmp_path: Path, tone: Recording) -> None:
    player = Player("loa", program=str(fake_player(tmp_path)))
    played = player.start(tone.path, duration_s=1.0, at=clock() + LONG_AGO, clock=clock).wait(PATIENCE_S)
    assert played is not None
    assert played.state is State.CONFIRMED


@pytest.mark.parametrize("content", [b"", b"no sound", b"ffconcat version 1.0\nfile '%s'\n", b"#EXTM3U\n%s\n"])
def test_what_is_no_mp3_sounds_nothing(tmp_path: Path, tone: Recording, content: bytes) -> None:
    content = content.replace(b"%s", tone.path.name.encode())
    (tmp_path / "bad.mp3").write_bytes(content)
    player = Player("loa", program=str(fake_player(tmp_path)))
    played = player.start(tmp_path / "bad.mp3", duration_s=1.0, clock=clock).wait(PATIENCE_S)
    assert played is not None
    assert (played.state, played.code) == (State.FAILED, "recording_undecodable")
    assert not (tmp_path / "aplay.log").exists()


def test_no_player_is_said_before_anything_starts(tmp_path: Path, tone: Recording) -> None:
    player = Player("loa", program="no-such-player")
    for call in (player.check, lambda: player.start(tone.path, duration_s=1.0, clock=clock)):
        with pytest.raises(SendError) as caught:
            call()
        assert (caught.value.code, caught.value.outcome) == ("player_missing", Outcome.NOT_SENT)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("No such file or directory", "device_missing"),
        ("Device or resource busy", "device_busy"),
        ("", "player_failed"),
    ],
)
def test_check_says_why_a_device_does_not_open(tmp_path: Path, words: str, code: str) -> None:
    program = tmp_path / "aplay"
    program.write_text(f"#!/bin/sh\necho 'audio open error: {words}' >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(SendError) as caught:
        Player("loa", program=str(program)).check()
    assert caught.value.code == code


def test_check_does_not_wait_for_a_dead_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "aplay"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    monkeypatch.setattr(playout, "PROBE_LIMIT", 0.1)
    with pytest.raises(SendError) as caught:
        Player("loa", program=str(program)).check()
    assert caught.value.code == "device_silent"


def test_nothing_is_left_running(tmp_path: Path, tone: Recording) -> None:
    before = threading.active_count()
    playing = play(tmp_path, tone, "cat >/dev/null")
    playing.wait(PATIENCE_S)
    for thread in threading.enumerate():
        if thread.name == "playout":
            thread.join(PATIENCE_S)
    assert threading.active_count() <= before
    assert all(child.poll() is not None for child in playing._children)


def test_a_length_is_what_decodes(tmp_path: Path, tone: Recording) -> None:
    assert playout.decoded_seconds(tone.path) == pytest.approx(tone.duration_s, abs=0.05)
    half = tmp_path / "half.mp3"
    half.write_bytes(tone.path.read_bytes()[: 288 * 14])
    assert playout.decoded_seconds(half) == pytest.approx(0.5, abs=0.06)


def test_what_does_not_decode_has_no_length(tmp_path: Path) -> None:
    (tmp_path / "bad.mp3").write_bytes(b"no sound")
    with pytest.raises(AudioError) as caught:
        playout.decoded_seconds(tmp_path / "bad.mp3")
    assert caught.value.code == "recording_undecodable"


def test_intact_tells_missing_from_altered(tone: Recording) -> None:
    assert playout.intact(tone) == ""
    tone.path.write_bytes(tone.path.read_bytes() + b"x")
    assert playout.intact(tone) == "recording_altered"
    tone.path.unlink()
    assert playout.intact(tone) == "recording_missing"


def test_the_device_is_opened_ahead_and_its_cues_come_in_order(tmp_path: Path, tone: Recording) -> None:
    told: list[str] = []
    ended = threading.Event()

    def over() -> None:
        told.append("over")
        ended.set()

    cues = Cues(
        ahead=timedelta(seconds=0.4),
        rouse=lambda _: told.append(f"rouse {(tmp_path / 'aplay.log').exists()}") or 0.0,  # type: ignore[func-returns-value]
        notice=timedelta(seconds=0.1),
        begin=lambda: told.append(f"begin {(tmp_path / 'aplay.log').exists()}"),
        over=over,
    )
    player = Player("loa", program=str(fake_player(tmp_path)))
    at = clock() + timedelta(seconds=0.6)
    playing = player.start(tone.path, duration_s=tone.duration_s, at=at, clock=clock, cues=cues)
    assert ended.wait(PATIENCE_S)
    played = playing.result()
    assert played is not None
    assert played.state is State.CONFIRMED
    assert played.started is not None
    assert played.started >= at
    assert told == ["rouse False", "begin True", "over"]
    assert 0 < playing.position_s <= tone.duration_s + 0.1


@pytest.mark.parametrize("cue", ["rouse", "begin"])
def test_a_cue_that_fails_keeps_the_silence(tmp_path: Path, tone: Recording, cue: str) -> None:
    def fail(*_: object) -> float:
        raise LoaError("journal_unwritable")

    player = Player("loa", program=str(fake_player(tmp_path, f"cat >{tmp_path}/heard")))
    played = player.start(tone.path, duration_s=1.0, clock=clock, cues=Cues(**{cue: fail})).wait(PATIENCE_S)  # type: ignore[arg-type]
    assert played is not None
    assert (played.state, played.code, played.started) == (State.FAILED, "journal_unwritable", None)
    assert not (tmp_path / "heard").exists() or (tmp_path / "heard").stat().st_size == 0


def test_what_still_has_to_warm_up_puts_off_the_first_sample(tmp_path: Path, tone: Recording) -> None:
    roused: list[datetime] = []

    def rouse(_: Callable[[], bool]) -> float:
        roused.append(clock())
        return 0.3

    player = Player("loa", program=str(fake_player(tmp_path)))
    cues = Cues(rouse=rouse)
    played = player.start(tone.path, duration_s=tone.duration_s, clock=clock, cues=cues).wait(PATIENCE_S)
    assert played is not None
    assert played.started is not None
    assert played.started - roused[0] >= timedelta(seconds=0.29)


def test_a_device_that_does_not_open_is_known_before_its_moment(tmp_path: Path, tone: Recording) -> None:
    begun: list[int] = []
    script = "echo 'audio open error: Device or resource busy' >&2; exit 1"
    cues = Cues(ahead=timedelta(seconds=5), notice=timedelta(seconds=0.2), begin=lambda: begun.append(1))
    player = Player("loa", program=str(fake_player(tmp_path, script)))
    at = clock() + timedelta(seconds=2)
    played = player.start(tone.path, duration_s=1.0, at=at, clock=clock, cues=cues).wait(PATIENCE_S)
    assert played is not None
    assert (played.state, played.code, begun) == (State.FAILED, "device_busy", [])


def test_it_is_played_softer_without_another_recording(tmp_path: Path, tone: Recording) -> None:
    loudest = {}
    for gain in (0.0, -20.0):
        player = Player("loa", program=str(fake_player(tmp_path, f"cat >{tmp_path}/heard")))
        player.start(tone.path, duration_s=tone.duration_s, clock=clock, gain_db=gain).wait(PATIENCE_S)
        samples = array.array("h", (tmp_path / "heard").read_bytes())
        loudest[gain] = max(samples)
    assert loudest[-20.0] == pytest.approx(loudest[0.0] / 10, rel=0.05)


def test_a_tone_of_its_length_sounds(tmp_path: Path) -> None:
    player = Player("loa", program=str(fake_player(tmp_path)))
    played = player.tone(timedelta(seconds=0.5), clock=clock).wait(PATIENCE_S)
    assert played is not None
    assert (played.state, played.frames) == (State.CONFIRMED, RATE // 2)


def test_without_the_wheel_the_decoder_of_the_system_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\n")
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert playout.ffmpeg() == str(tmp_path / "ffmpeg")
    (tmp_path / "ffmpeg").unlink()
    with pytest.raises(SendError) as caught:
        playout.ffmpeg()
    assert caught.value.code == "decoder_missing"
