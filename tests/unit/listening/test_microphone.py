"""The recorder runs beside the player: it never blocks, never raises, ends by itself, and says what was wrong."""

from __future__ import annotations

import os
import shutil
import time
from collections import namedtuple
from pathlib import Path

import pytest

from pipeline.listening import conclude, record
from pipeline.listening import microphone as module
from tests.patience import PATIENCE_S

SOUND = "head -c 100044 /dev/zero"
HEEDS, GOES_ON = 'trap "exit 1" INT TERM', "while :; do sleep 0.02; done"


def recorder(folder: Path, script: str) -> str:
    """A program in the place of arecord: `$out` is the file it is asked for."""
    path = folder / "arecord"
    path.write_text(f'#!/bin/bash\necho "$*" >"$0.log"\nfor out; do :; done\n{script}\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("exit 0", "microphone_failed"),
        ('echo "arecord: main:831: audio open error: Device or resource busy" >&2; exit 1', "microphone_busy"),
        ('echo "ALSA lib pcm.c:2666: Unknown PCM mic" >&2; exit 1', "microphone_missing"),
        ('echo "arecord: main:831: audio open error: No such file or directory" >&2; exit 1', "microphone_missing"),
        ('echo "Illegal instruction" >&2; exit 132', "microphone_failed"),
        ('head -c 20000 /dev/zero >"$out"', "microphone_failed"),
    ],
)
def test_what_is_wrong_is_told_as_a_code_and_leaves_no_file(tmp_path: Path, script: str, code: str) -> None:
    microphone = record("mic", 5, tmp_path / "heard.wav", program=recorder(tmp_path, script))
    assert microphone._child is not None
    microphone._child.wait(PATIENCE_S)
    taken = microphone.finish()
    assert (taken.code, taken.seconds) == (code, 0.0)
    assert not taken.path.exists()


def test_it_takes_the_device_at_16_khz_for_the_seconds_asked(tmp_path: Path) -> None:
    microphone = record("plughw:1", 4.2, tmp_path / "heard.wav", program=recorder(tmp_path, f'{SOUND} >"$out"'))
    assert microphone._child is not None
    microphone._child.wait(PATIENCE_S)
    taken = microphone.finish()
    assert (taken.code, taken.seconds) == ("", 3.125)
    asked = (tmp_path / "arecord.log").read_text().split()
    assert asked == f"-q --device=plughw:1 -t wav -f S16_LE -r 16000 -c 1 -d 5 {tmp_path}/heard.wav".split()


@pytest.mark.parametrize(("seconds", "asked"), [(1e9, "3600"), (-3.0, "1"), (0.2, "1")])
def test_it_is_bounded_whatever_is_asked(tmp_path: Path, seconds: float, asked: str) -> None:
    microphone = record("mic", seconds, tmp_path / "heard.wav", program=recorder(tmp_path, "exit 0"))
    assert microphone._child is not None
    microphone._child.wait(PATIENCE_S)
    microphone.finish()
    assert (tmp_path / "arecord.log").read_text().split()[11] == asked


def test_it_is_stopped_when_the_airing_is_over(tmp_path: Path) -> None:
    program = recorder(tmp_path, f'{HEEDS}; {SOUND} >"$out"; mkfifo "$0.fifo"; echo >"$0.fifo"; {GOES_ON}')
    microphone = record("mic", 600, tmp_path / "heard.wav", program=program)
    wait_for(tmp_path / "arecord.fifo")
    assert microphone.finish(timeout=PATIENCE_S).code == ""
    assert microphone._child is not None
    assert microphone._child.returncode == 1


def test_one_that_does_not_stop_is_killed_and_what_it_took_is_kept(tmp_path: Path) -> None:
    program = recorder(tmp_path, f'trap "" INT TERM; {SOUND} >"$out"; mkfifo "$0.fifo"; echo >"$0.fifo"; sleep 600')
    microphone = record("mic", 600, tmp_path / "heard.wav", program=program)
    wait_for(tmp_path / "arecord.fifo")
    assert microphone.finish(timeout=0.05).seconds == 3.125
    assert microphone._child is not None
    assert microphone._child.returncode == -9


def test_one_that_hangs_is_killed_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE_S", -0.9)
    microphone = record("mic", 1, tmp_path / "heard.wav", program=recorder(tmp_path, "exec sleep 600"))
    assert microphone._child is not None
    assert microphone._child.wait(PATIENCE_S) == -9
    assert microphone.finish().code == "microphone_failed"


def test_without_the_program_nothing_starts_and_nothing_is_raised(tmp_path: Path) -> None:
    microphone = record("mic", 5, tmp_path / "heard.wav", program="no-such-arecord")
    assert microphone.finish().code == "recorder_missing"


@pytest.mark.parametrize("folder", ["full", "missing"])
def test_room_for_what_plays_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    usage = namedtuple("usage", "total used free")
    if folder == "full":
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1 << 30, 0, 64 << 20))
    path = tmp_path / ("" if folder == "full" else "missing") / "heard.wav"
    code = record("mic", 5, path, program=recorder(tmp_path, "exit 0")).finish().code
    assert code == ("listening_no_room" if folder == "full" else "microphone_failed")
    assert not (tmp_path / "arecord.log").exists()


def test_it_may_be_finished_twice(tmp_path: Path) -> None:
    microphone = record("mic", 5, tmp_path / "heard.wav", program=recorder(tmp_path, "exit 0"))
    assert microphone._child is not None
    microphone._child.wait(PATIENCE_S)
    assert microphone.finish() == microphone.finish()


def wait_for(fifo: Path) -> None:
    """Until the recorder has come so far: it blocks on the pipe until somebody reads."""
    until = time.monotonic() + PATIENCE_S
    while not fifo.exists():
        assert time.monotonic() < until
        os.sched_yield()
    fifo.read_text()


def test_no_room_for_its_own_notes_is_told_like_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.tempfile, "TemporaryFile", full)
    program = recorder(tmp_path, "exit 0")
    assert record("mic", 5, tmp_path / "heard.wav", program=program).finish().code == "microphone_failed"


def test_the_file_of_an_earlier_airing_is_never_taken_for_this_one(tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    path.write_bytes(bytes(100_044))
    microphone = record("mic", 5, path, program=recorder(tmp_path, "exit 1"))
    assert microphone._child is not None
    microphone._child.wait(PATIENCE_S)
    assert microphone.finish().code == "microphone_failed"


def test_what_it_took_is_deleted_whatever_came_of_it(tmp_path: Path) -> None:
    microphone = record("mic", 5, tmp_path / "heard.wav", program=recorder(tmp_path, f'{SOUND} >"$out"'))
    assert microphone._child is not None
    microphone._child.wait(PATIENCE_S)
    assert microphone.path.exists()
    assert conclude(microphone, tmp_path / "none.mp3", lead_s=1.0) == (None, "recording_undecodable")
    assert not microphone.path.exists()
