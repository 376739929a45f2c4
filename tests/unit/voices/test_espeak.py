from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.gate import check_speech
from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices import espeak
from pipeline.voices.espeak import Espeak, ssml
from pipeline.voices.wav import Pauses

TEXT = SpeechText(("Công an không làm việc qua điện thoại, không yêu cầu người dân chuyển tiền.",))


def spoken(path: Path, text: SpeechText, voice: Espeak | None = None) -> np.ndarray:
    (voice or Espeak()).synthesize(text, path)
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("north", TEXT),
        ("north", SpeechText(("Vâng.",))),
        ("central", SpeechText(("Một hai ba. Bốn!", "Bảy? Tám, chín; mười: hết…"))),
        ("south", SpeechText(("Gọi một một ba, hoặc vê nê i đê.",) * 4)),
    ],
)
def test_the_same_text_gives_the_same_bytes(tmp_path: Path, text: SpeechText, region: str) -> None:
    renders = set()
    for _ in range(2):
        Espeak(region=region).synthesize(text, tmp_path / "a.wav")
        renders.add((tmp_path / "a.wav").read_bytes())
    assert len(renders) == 1


def test_it_speaks_at_a_pace_people_follow_and_does_not_clip(tmp_path: Path) -> None:
    samples = spoken(tmp_path / "a.wav", TEXT)
    assert 12 < len(TEXT.text) / (samples.size / 22_050) < 15
    assert 3000 < np.abs(samples.astype(int)).max() < 32_700


def test_below_the_floor_of_the_engine_a_slower_rate_is_really_slower(tmp_path: Path) -> None:
    """espeak-ng takes no less than 80 words a minute; pauses stay as long as the station has set them."""
    two = SpeechText((TEXT.text, TEXT.text))
    lengths = [spoken(tmp_path / "a.wav", two, Espeak(rate=rate)).size / 22_050 - 0.8 for rate in (0.5, 0.6, 1.0)]
    assert lengths[0] / lengths[1] == pytest.approx(1.2, rel=0.03)
    assert lengths[0] / lengths[2] == pytest.approx(2.0, rel=0.12)
    slow = spoken(tmp_path / "a.wav", SpeechText(("một hai ba", "bốn năm sáu")), Espeak(rate=0.5))
    quiet = np.flatnonzero(np.abs(slow.astype(int)) > 40)
    assert np.diff(quiet).max() / 22_050 == pytest.approx(0.8, abs=0.12)
    assert len({Espeak(rate=rate).fingerprint for rate in (0.5, 0.55, 0.6)}) == 3


def test_paragraphs_are_kept_apart_by_an_exact_pause(tmp_path: Path) -> None:
    apart = spoken(tmp_path / "a.wav", SpeechText(("một hai ba", "bốn năm sáu")))
    quiet = np.flatnonzero(np.abs(apart.astype(int)) > 40)
    assert np.diff(quiet).max() / 22_050 == pytest.approx(0.8, abs=0.07)


@pytest.mark.parametrize(
    ("region", "sentence_s", "paragraph_s"), [("north", 0.0, 0.3), ("central", 0.35, 0.8), ("south", 1.2, 3.0)]
)
def test_pauses_are_those_of_the_station(tmp_path: Path, region: str, sentence_s: float, paragraph_s: float) -> None:
    text = SpeechText(("Một hai ba. Bốn năm sáu.", "Bảy tám chín."))
    samples = spoken(tmp_path / "a.wav", text, Espeak(region=region, pauses=Pauses(sentence_s, paragraph_s)))
    gaps = np.diff(np.flatnonzero(np.abs(samples.astype(int)) > 40)) / 22_050
    assert sorted(gaps)[-1] == pytest.approx(paragraph_s, abs=0.08)
    if sentence_s:
        assert sorted(gaps)[-2] == pytest.approx(sentence_s, abs=0.08)
    else:
        assert sorted(gaps)[-2] < 0.1


def test_long_pauses_are_not_taken_for_a_voice_that_never_ends(tmp_path: Path) -> None:
    samples = spoken(tmp_path / "a.wav", SpeechText(("Có. Có. Có. Có.",)), Espeak(pauses=Pauses(5.0, 5.0)))
    assert samples.size / 22_050 > 15


@pytest.mark.parametrize("text", ["a < b & c > d", "</speak><audio src='x'/>một", "]]> một", "[[h@loU]] một"])
def test_markup_in_a_text_is_only_text(tmp_path: Path, text: str) -> None:
    assert spoken(tmp_path / "a.wav", SpeechText((text,))).size > 5000


def test_ssml_escapes_what_people_write() -> None:
    assert ssml(("1 < 2", "R&D"), Pauses(0.5, 0.7)) == '<speak>1 &lt; 2<break time="700ms"/>R&amp;D</speak>'


def test_ssml_parts_sentences() -> None:
    marked = ssml(("Anh A. Bình gọi 113. Bà con tắt máy! Xong.",), Pauses(0.35, 0.7))
    pause = '<break time="350ms"/>'
    assert marked == f"<speak>Anh A. Bình gọi 113.{pause}Bà con tắt máy!{pause}Xong.</speak>"


@pytest.mark.parametrize("region", sorted(espeak.VOICES))
def test_every_region_speaks(tmp_path: Path, region: str) -> None:
    assert spoken(tmp_path / "a.wav", TEXT, Espeak(region=region)).size > 50_000


def test_regions_sound_different(tmp_path: Path) -> None:
    north = spoken(tmp_path / "a.wav", TEXT).tobytes()
    assert north != spoken(tmp_path / "b.wav", TEXT, Espeak(region="south")).tobytes()


def test_an_unknown_voice_is_not_installed() -> None:
    with pytest.raises(VoiceError, match="voice_not_installed"):
        Espeak(region="../../etc")


@pytest.mark.parametrize(("rate", "words"), [(1.0, 130), (1.2, 156), (0.5, 80), (9.0, 450)])
def test_the_pace_stays_within_what_the_engine_can_do(rate: float, words: int) -> None:
    assert Espeak(rate=rate).words_per_minute == words
    assert f" {words}wpm " in Espeak(rate=rate).fingerprint


def test_the_fingerprint_holds_region_and_pauses() -> None:
    voices = [Espeak(), Espeak(region="south"), Espeak(pauses=Pauses(0.4, 0.8)), Espeak(pauses=Pauses(0.5, 0.9))]
    assert len({voice.fingerprint for voice in voices}) == 4


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("sys.exit(11)", "voice_not_installed"),
        ("sys.exit(12)", "voice_silent"),
        ("import os; os.kill(os.getpid(), 9)", "voice_crashed"),
        ("import pathlib; pathlib.Path(sys.argv[-1]).write_bytes(b'half'); sys.exit(1)", "voice_crashed"),
    ],
)
def test_a_child_that_fails_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: str, code: str
) -> None:
    child = tmp_path / "child" / "espeak_child.py"
    child.parent.mkdir()
    child.write_text(f"import sys\n{change}\n")
    monkeypatch.setattr(espeak, "__file__", str(child.with_name("espeak.py")))
    (tmp_path / "out").mkdir()
    with pytest.raises(VoiceError) as caught:
        Espeak().synthesize(TEXT, tmp_path / "out" / "a.wav")
    assert caught.value.code == code
    assert list((tmp_path / "out").iterdir()) == []


def test_output_beyond_all_measure_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(espeak, "SLOWEST_CHARACTERS_PER_S", 1e9)
    with pytest.raises(VoiceError, match="voice_endless"):
        Espeak().synthesize(SpeechText((TEXT.text * 6,)), tmp_path / "a.wav")
    assert list(tmp_path.iterdir()) == []


def test_the_library_is_never_loaded_into_our_own_process(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from pipeline.voices.espeak import Espeak; from pipeline.domain import SpeechText\n"
        f"Espeak().synthesize(SpeechText(('một',)), Path({str(tmp_path / 'a.wav')!r}))\n"
        "print('espeak' in Path('/proc/self/maps').read_text())"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "False"


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(
    "text",
    [
        "A",
        "Vâng.",
        "Báo cháy!",
        "Anh Vi, chị Mi và bà Li đã bị lừa.",
        "Một, hai, ba, bốn, năm, sáu, bảy, tám, chín, mười.",
        "Phạt tiền từ mười triệu đồng đến hai mươi triệu đồng.",
        TEXT.text,
    ],
)
def test_whatever_it_speaks_whole_passes_the_gate(tmp_path: Path, text: str, rate: float) -> None:
    voice = Espeak(rate=rate)
    voice.synthesize(SpeechText((text,)), tmp_path / "a.wav")
    check_speech(tmp_path / "a.wav", len(text), within=voice.characters_per_s)
