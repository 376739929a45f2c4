from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.domain import SpeechText
from pipeline.errors import AudioError, VoiceError
from pipeline.voices import VoiceEngine
from pipeline.voices.chain import Failure, build_chain, speak

TEXT = SpeechText(("Xin chào",))


@dataclass
class Voice:
    name: str
    fails: VoiceError | None = None
    spoken: list[Path] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        return f"{self.name}/v"

    @property
    def characters_per_s(self) -> tuple[float, float]:
        return 9.0, 22.0

    def check(self) -> None: ...

    def synthesize(self, text: SpeechText, out: Path) -> None:
        self.spoken.append(out)
        if self.fails:
            raise self.fails
        out.write_text(self.name)


def accept(_: Path, __: VoiceEngine) -> None: ...


def test_the_first_voice_that_speaks_is_taken(tmp_path: Path) -> None:
    first, second = Voice("gtts"), Voice("espeak-ng")
    spoken = speak([first, second], TEXT, tmp_path / "a.wav", accept)
    assert (spoken.fingerprint, spoken.fallback, spoken.failures) == ("gtts/v", False, ())
    assert second.spoken == []


def test_the_next_one_is_a_fallback_and_says_why(tmp_path: Path) -> None:
    chain = [Voice("gtts", VoiceError("gtts_throttled", retryable=True)), Voice("espeak-ng")]
    spoken = speak(chain, TEXT, tmp_path / "a.wav", accept)
    assert (spoken.fingerprint, spoken.fallback) == ("espeak-ng/v", True)
    assert spoken.failures == (Failure("gtts", "gtts_throttled", True),)
    assert (tmp_path / "a.wav").read_text() == "espeak-ng"


def test_a_file_that_does_not_pass_the_gate_is_not_kept(tmp_path: Path) -> None:
    def gate(path: Path, _: VoiceEngine) -> None:
        if path.read_text() == "gtts":
            raise AudioError("speech_too_short", seconds=1, characters=100)

    spoken = speak([Voice("gtts"), Voice("espeak-ng")], TEXT, tmp_path / "a.wav", gate)
    assert spoken.failures == (Failure("gtts", "speech_too_short", False),)


def test_where_all_fail_there_is_no_file_and_every_reason(tmp_path: Path) -> None:
    def gate(_: Path, __: VoiceEngine) -> None:
        raise AudioError("audio_silent")

    with pytest.raises(VoiceError) as caught:
        speak([Voice("gtts", VoiceError("gtts_refused")), Voice("espeak-ng")], TEXT, tmp_path / "a.wav", gate)
    assert caught.value.code == "all_voices_failed"
    assert caught.value.params["reasons"] == "gtts: gtts_refused, espeak-ng: audio_silent"
    assert not caught.value.retryable
    assert list(tmp_path.iterdir()) == []


def test_one_voice_that_may_speak_later_makes_the_failure_passing(tmp_path: Path) -> None:
    chain = [Voice("gtts", VoiceError("gtts_failing", retryable=True)), Voice("x", VoiceError("voice_silent"))]
    with pytest.raises(VoiceError) as caught:
        speak(chain, TEXT, tmp_path / "a.wav", accept)
    assert caught.value.retryable


def test_a_fault_of_ours_is_not_swallowed(tmp_path: Path) -> None:
    def gate(_: Path, __: VoiceEngine) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        speak([Voice("gtts"), Voice("espeak-ng")], TEXT, tmp_path / "a.wav", gate)


def test_a_chain_is_built_in_the_order_of_its_names(tmp_path: Path) -> None:
    chain = build_chain(["recorded", "gtts", "espeak-ng"], recording=tmp_path / "a.mp3", rate=1.1)
    assert [voice.name for voice in chain] == ["recorded", "gtts", "espeak-ng"]
    assert "143wpm" in chain[2].fingerprint
    assert " 1.1 " in chain[1].fingerprint


@pytest.mark.parametrize(
    ("names", "code"), [(["piper", "espeak-ng"], "voice_not_installed"), (["gtts", "espeak-ng"], "voice_offline")]
)
def test_a_voice_that_is_not_here_makes_the_next_one_a_fallback(tmp_path: Path, names: list[str], code: str) -> None:
    spoken = speak(build_chain(names, online=False), TEXT, tmp_path / "a.wav", accept)
    assert spoken.fallback
    assert spoken.failures == (Failure(names[0], code, False),)


def test_no_recording_means_nothing_was_promised() -> None:
    assert [voice.name for voice in build_chain(["recorded", "espeak-ng"])] == ["espeak-ng"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(VoiceError, match="voice_unknown"):
        build_chain(["espeak"])
