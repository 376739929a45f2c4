from __future__ import annotations

import json
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices import piper
from pipeline.voices.piper import Piper, PiperModel, config_of, find_program, sha256_of
from pipeline.voices.wav import Pauses
from tests.unit.voices.shelf import brought, program

TEXT = SpeechText(("Xin chào bà con.", "Công an không làm việc qua điện thoại."))


@pytest.fixture
def installed(tmp_path: Path) -> PiperModel:
    model = brought(tmp_path / "piper")
    return PiperModel(model, sha256_of(model), sha256_of(config_of(model)), str(program(tmp_path / "piper")))


def given(installed: PiperModel) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(str(installed.program)).with_suffix(".json").read_text())
    return found


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(int)


def test_it_speaks_through_a_process_of_its_own(installed: PiperModel, tmp_path: Path) -> None:
    Piper(installed, rate=1.25, pauses=Pauses(0.35, 0.8)).synthesize(TEXT, tmp_path / "a.wav")
    said = given(installed)
    assert (said["--length_scale"], said["--sentence_silence"]) == ("0.800", "0.350")
    assert said["--model"] == str(installed.model)
    assert said["lines"] == list(TEXT.paragraphs)


@pytest.mark.parametrize("pause_s", [0.0, 0.8, 3.0])
def test_paragraphs_are_kept_apart_by_the_stations_pause(installed: PiperModel, tmp_path: Path, pause_s: float) -> None:
    Piper(installed, pauses=Pauses(0.5, pause_s)).synthesize(TEXT, tmp_path / "a.wav")
    gap = np.diff(np.flatnonzero(np.abs(samples(tmp_path / "a.wav")) > 100)).max() / 22_050
    assert gap == pytest.approx(pause_s + 0.08, abs=0.01), "what the model leaves around its words is not counted twice"


def test_nothing_of_our_environment_reaches_it(
    installed: PiperModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOA_TWILIO_TOKEN", "secret")
    Piper(installed).synthesize(TEXT, tmp_path / "a.wav")
    assert set(given(installed)["environment"]) <= {*piper.ENVIRONMENT, "PYTHONUTF8", "LC_CTYPE"}


@pytest.mark.parametrize("which", ["vi_VN-vais1000-medium.onnx", "vi_VN-vais1000-medium.onnx.json"])
def test_another_file_than_the_one_installed_is_refused(installed: PiperModel, tmp_path: Path, which: str) -> None:
    (installed.model.parent / which).write_bytes(b"another")
    with pytest.raises(VoiceError, match="voice_altered"):
        Piper(installed).check()
    with pytest.raises(VoiceError, match="voice_altered"):
        Piper(installed).synthesize(TEXT, tmp_path / "a.wav")


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        ("piper", "piper_missing"),
        ("vi_VN-vais1000-medium.onnx", "voice_not_installed"),
        ("vi_VN-vais1000-medium.onnx.json", "voice_not_installed"),
    ],
)
def test_what_is_gone_is_named(installed: PiperModel, tmp_path: Path, gone: str, code: str) -> None:
    (installed.model.parent / gone).unlink()
    with pytest.raises(VoiceError, match=code):
        Piper(installed).check()
    with pytest.raises(VoiceError, match=code):
        Piper(installed).synthesize(TEXT, tmp_path / "a.wav")


def test_a_tool_for_mice_of_the_same_name_is_not_taken_for_it(installed: PiperModel) -> None:
    Path(str(installed.program)).write_text("#!/bin/sh\necho Configure your gaming mouse\n")
    with pytest.raises(VoiceError, match="piper_foreign"):
        Piper(installed).check()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": 3}, "voice_crashed"),
        ({"lines": 1}, "voice_crashed"),
        ({"lines": 0}, "voice_crashed"),
        ({"sounds": 0}, "voice_silent"),
        ({"pace": 40}, "voice_endless"),
    ],
)
def test_a_failure_leaves_no_file(installed: PiperModel, tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    program(installed.model.parent, **changes)
    with pytest.raises(VoiceError, match=code):
        Piper(installed).synthesize(TEXT, tmp_path / "a.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["piper"]


@pytest.mark.parametrize("content", ["#!/no/such/interpreter\n", "\x00\x01\x02"])
def test_a_program_that_cannot_be_started_is_a_voice_error(installed: PiperModel, tmp_path: Path, content: str) -> None:
    Path(str(installed.program)).write_text(content)
    for attempt in (Piper(installed).check, lambda: Piper(installed).synthesize(TEXT, tmp_path / "a.wav")):
        with pytest.raises(VoiceError, match="voice_crashed"):
            attempt()


def test_one_that_never_ends_is_stopped(installed: PiperModel, tmp_path: Path) -> None:
    Path(str(installed.program)).write_text(f"#!{sys.executable} -IS\nimport threading\nthreading.Event().wait()\n")
    with pytest.raises(VoiceError, match="voice_timed_out"):
        Piper(installed, timeout_s=0.2).synthesize(TEXT, tmp_path / "a.wav")


def test_the_fingerprint_holds_model_description_pace_and_pauses(installed: PiperModel) -> None:
    one = Piper(installed).fingerprint
    assert one == Piper(installed).fingerprint
    assert installed.sha256 in one
    other = PiperModel(installed.model, installed.sha256, "0" * 64, installed.program)
    changed = [Piper(installed, rate=1.1), Piper(installed, pauses=Pauses(0.4, 0.8)), Piper(other)]
    assert len({one, *(voice.fingerprint for voice in changed)}) == 4


def test_the_program_lies_beside_this_python_before_anywhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, elsewhere = program(tmp_path / "bin"), program(tmp_path / "usr")
    monkeypatch.setenv("PATH", str(elsewhere.parent))
    monkeypatch.setattr(sys, "executable", str(beside.with_name("python")))
    assert find_program(None) == str(beside)
    beside.unlink()
    assert find_program(None) == str(elsewhere)
    assert find_program("/no/such/piper") is None
