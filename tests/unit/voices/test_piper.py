from __future__ import annotations

import hashlib
import sys
import wave
from pathlib import Path

import pytest

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices.piper import Piper, PiperModel

PROGRAM = f"""#!{sys.executable} -IS
import json, pathlib, sys, wave
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
given["text"] = sys.stdin.buffer.read().decode()
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(given))
with wave.open(given["--output_file"], "wb") as file:
    file.setnchannels(1), file.setsampwidth(2), file.setframerate(22050)
    file.writeframes(bytes(2 * FRAMES))
sys.exit(CODE)
"""


@pytest.fixture
def installed(tmp_path: Path) -> PiperModel:
    folder = tmp_path / "piper"
    folder.mkdir()
    model = folder / "vi_VN-vais1000-medium.onnx"
    model.write_bytes(b"onnx")
    program(folder, frames=5000, code=0)
    return PiperModel(model, hashlib.sha256(b"onnx").hexdigest(), str(folder / "piper"))


def program(folder: Path, frames: int, code: int) -> None:
    (folder / "piper").write_text(PROGRAM.replace("FRAMES", str(frames)).replace("CODE", str(code)))
    (folder / "piper").chmod(0o755)


def test_it_speaks_through_a_process_of_its_own(installed: PiperModel, tmp_path: Path) -> None:
    Piper(installed, rate=1.25).synthesize(SpeechText(("Xin chào.", "Bà con.")), tmp_path / "a.wav")
    given = (tmp_path / "piper" / "piper.json").read_text()
    assert '"--length_scale": "0.800"' in given
    assert '"text": "Xin ch\\u00e0o.\\nB\\u00e0 con."' in given
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getnframes() == 5000


def test_another_model_than_the_one_listened_to_is_refused(installed: PiperModel, tmp_path: Path) -> None:
    installed.model.write_bytes(b"another")
    with pytest.raises(VoiceError, match="voice_altered"):
        Piper(installed).check()
    with pytest.raises(VoiceError, match="voice_altered"):
        Piper(installed).synthesize(SpeechText(("Xin chào",)), tmp_path / "a.wav")


@pytest.mark.parametrize("gone", ["piper", "vi_VN-vais1000-medium.onnx"])
def test_what_is_gone_is_not_installed(installed: PiperModel, gone: str) -> None:
    (installed.model.parent / gone).unlink()
    with pytest.raises(VoiceError, match="voice_not_installed"):
        Piper(installed).check()


@pytest.mark.parametrize(("frames", "code", "expected"), [(5000, 3, "voice_crashed"), (0, 0, "voice_silent")])
def test_a_failure_leaves_no_file(installed: PiperModel, tmp_path: Path, frames: int, code: int, expected: str) -> None:
    program(installed.model.parent, frames, code)
    with pytest.raises(VoiceError, match=expected):
        Piper(installed).synthesize(SpeechText(("Xin chào",)), tmp_path / "a.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["piper"]


def test_one_that_never_ends_is_stopped(installed: PiperModel, tmp_path: Path) -> None:
    Path(installed.program).write_text(f"#!{sys.executable} -IS\nimport threading\nthreading.Event().wait()\n")
    with pytest.raises(VoiceError, match="voice_timed_out"):
        Piper(installed, timeout_s=0.2).synthesize(SpeechText(("Xin chào",)), tmp_path / "a.wav")


def test_the_fingerprint_holds_model_and_pace(installed: PiperModel) -> None:
    one = Piper(installed).fingerprint
    assert one == Piper(installed).fingerprint
    assert installed.sha256 in one
    assert one != Piper(installed, rate=1.1).fingerprint
