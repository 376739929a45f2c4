from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices.chain import build_chain


def test_a_chain_is_built_in_the_order_of_its_names(tmp_path: Path) -> None:
    chain = build_chain(["recorded", "gtts", "espeak-ng"], recording=tmp_path / "a.mp3", rate=1.1)
    assert [voice.name for voice in chain] == ["recorded", "gtts", "espeak-ng"]
    assert "143wpm" in chain[2].fingerprint
    assert " 1.1 " in chain[1].fingerprint


@pytest.mark.parametrize(
    ("names", "code"), [(["piper", "espeak-ng"], "voice_not_installed"), (["gtts", "espeak-ng"], "voice_offline")]
)
def test_a_voice_that_is_not_here_makes_the_next_one_a_fallback(tmp_path: Path, names: list[str], code: str) -> None:
    absent, present = build_chain(names, online=False)
    assert (absent.name, present.name) == tuple(names)
    with pytest.raises(VoiceError, match=code) as caught:
        absent.synthesize(SpeechText(("Xin chào",)), tmp_path / "a.wav")
    assert not caught.value.retryable
    assert list(tmp_path.iterdir()) == []


def test_no_recording_means_nothing_was_promised() -> None:
    assert [voice.name for voice in build_chain(["recorded", "espeak-ng"])] == ["espeak-ng"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(VoiceError, match="voice_unknown"):
        build_chain(["espeak"])
