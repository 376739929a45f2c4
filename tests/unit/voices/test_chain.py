from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config.voices import PauseSettings, VoiceSettings
from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices.chain import build_chain
from pipeline.voices.espeak import Espeak
from pipeline.voices.piper import Piper
from tests.unit.voices.shelf import put


def test_a_chain_is_built_in_the_order_of_its_names(tmp_path: Path) -> None:
    chain = build_chain(VoiceSettings(("recorded", "gtts", "espeak-ng"), rate=1.1), tmp_path)
    assert [voice.name for voice in chain] == ["gtts", "espeak-ng"], "a recording belongs to its bulletin"
    assert "143wpm" in chain[1].fingerprint
    assert " 1.1 " in chain[0].fingerprint


def test_every_setting_reaches_the_voices_and_their_fingerprints(tmp_path: Path) -> None:
    put(tmp_path, "vais1000")
    pauses = PauseSettings(timedelta(milliseconds=350), timedelta(seconds=1))
    settings = VoiceSettings(("piper", "gtts", "espeak-ng"), 1.0, pauses=pauses, espeak="south", gtts_tld="com.vn")
    piper, gtts, espeak = build_chain(settings, tmp_path)
    assert all("350/1000" in voice.fingerprint for voice in (piper, gtts, espeak))
    assert piper.fingerprint.startswith("piper/vais1000 ")
    assert " com.vn " in gtts.fingerprint
    assert espeak.fingerprint.startswith("espeak-ng/vi-vn-x-south ")


@pytest.mark.parametrize(
    ("names", "code"), [(("piper", "espeak-ng"), "voice_not_installed"), (("gtts", "espeak-ng"), "voice_offline")]
)
def test_a_voice_that_is_not_here_makes_the_next_one_a_fallback(
    tmp_path: Path, names: tuple[str, ...], code: str
) -> None:
    absent, present = build_chain(VoiceSettings(names), tmp_path / "voices", online=False)
    assert (absent.name, present.name) == names
    assert isinstance(present, Espeak)
    with pytest.raises(VoiceError, match=code) as caught:
        absent.synthesize(SpeechText(("Xin chào",)), tmp_path / "a.wav")
    assert caught.value.retryable, "a run asks it once, not for every passage"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("there", "named", "speaks", "code"),
    [
        ([], None, "", "voice_not_installed"),
        (["a"], None, "a", ""),
        (["a", "b"], None, "", "voice_not_chosen"),
        (["a", "b"], "b", "b", ""),
        (["a"], "b", "", "voice_not_installed"),
        (["a"], "../a", "", "voice_not_installed"),
    ],
)
def test_the_piper_that_speaks_is_the_named_one_or_the_only_one(
    tmp_path: Path, there: list[str], named: str | None, speaks: str, code: str
) -> None:
    for name in there:
        put(tmp_path, name)
    (voice,) = build_chain(VoiceSettings(("piper",), piper=named), tmp_path)
    if code:
        with pytest.raises(VoiceError, match=code):
            voice.check()
    else:
        assert isinstance(voice, Piper)
        assert voice.installed.model.stem == speaks


def test_a_voice_whose_facts_are_gone_does_not_speak(tmp_path: Path) -> None:
    put(tmp_path, "a")
    (tmp_path / "a" / "voice.json").write_text("{}")
    (voice,) = build_chain(VoiceSettings(("piper",)), tmp_path)
    with pytest.raises(VoiceError, match="voice_damaged"):
        voice.check()


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="voice_unknown"):
        build_chain(VoiceSettings(("espeak",)), tmp_path)
