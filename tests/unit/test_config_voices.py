"""How the station's voices speak: what is set, what is not, and how long a pause may be."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config.voices import PauseSettings, TwiceSettings, VoiceSettings
from pipeline.fields import duration_text
from pipeline.site import load_site
from tests.sites import STATION, write_site


def settings(root: Path, written: str) -> VoiceSettings:
    site = load_site(
        write_site(root, {"config/station.yaml": STATION.replace("{chain: [recorded, espeak-ng]}", written)})
    )
    assert not [each.code for each in site.problems if each.file == "config/station.yaml"]
    return site.station.voices


def test_what_is_not_set_has_its_default(tmp_path: Path) -> None:
    found = settings(tmp_path, "{chain: [espeak-ng]}")
    assert found == VoiceSettings(("espeak-ng",))
    assert (found.pauses.sentence, found.pauses.paragraph) == (timedelta(milliseconds=500), timedelta(milliseconds=800))
    assert found.say_twice == TwiceSettings(advice=False, hotline=False), "who sets nothing hears every word once"


def test_everything_can_be_set(tmp_path: Path) -> None:
    written = """
  chain: [recorded, piper, gtts, espeak-ng]
  rate: 0.9
  air_fallback: urgent_only
  piper: vi_VN-vais1000-medium
  piper_program: /opt/piper/piper
  espeak: south
  gtts_tld: com.vn
  pauses: {sentence: 350ms, paragraph: 1s}
  say_twice: {advice: true, hotline: false}
"""
    assert settings(tmp_path, written) == VoiceSettings(
        ("recorded", "piper", "gtts", "espeak-ng"),
        0.9,
        "urgent_only",
        "vi_VN-vais1000-medium",
        "/opt/piper/piper",
        "south",
        "com.vn",
        PauseSettings(timedelta(milliseconds=350), timedelta(seconds=1)),
        TwiceSettings(advice=True),
    )


@pytest.mark.parametrize(
    ("written", "length"),
    [("0ms", 0), ("0s", 0), ("1ms", 1), ("350ms", 350), ("2s", 2000), ("5000ms", 5000), ("5s", 5000)],
)
def test_a_pause_is_milliseconds_or_seconds(tmp_path: Path, written: str, length: int) -> None:
    found = settings(tmp_path, f"{{pauses: {{paragraph: {written}}}}}").pauses
    assert found == PauseSettings(paragraph=timedelta(milliseconds=length))


@pytest.mark.parametrize(
    ("chain", "warned"),
    [("recorded", True), ("recorded, gtts", True), ("piper", True), ("recorded, espeak-ng", False)],
)
def test_a_chain_without_a_voice_that_is_always_there_may_stay_silent(tmp_path: Path, chain: str, warned: bool) -> None:
    site = load_site(write_site(tmp_path, {"config/station.yaml": STATION.replace("recorded, espeak-ng", chain)}))
    told = [(each.code, each.severity, each.line, each.column) for each in site.problems]
    assert told == ([("voices_may_be_silent", "warning", 7, 17)] if warned else [])


@pytest.mark.parametrize(
    ("write", "code"),
    [
        ("không", "reading_of_negation"),
        ("KHÔNG PHẢI", "reading_of_negation"),
        ("nghiêm cấm", "reading_of_negation"),
        ("113", "reading_of_figures"),
        ("1900 1234", "reading_of_figures"),
        ("không gian", ""),
        ("4.0", ""),
        ("QL5", ""),
    ],
)
def test_a_reading_that_turns_the_meaning_is_warned_of_and_risky(tmp_path: Path, write: str, code: str) -> None:
    from pipeline.domain import Reading, ReadingKind

    lexicon = f'readings:\n  - {{write: "{write}", read: có}}\n'
    site = load_site(write_site(tmp_path, {"config/lexicon.yaml": lexicon}))
    found = [(each.code, each.severity, each.file, each.line, each.column) for each in site.problems]
    assert found == ([(code, "warning", "config/lexicon.yaml", 2, 5)] if code else [])
    assert Reading(write, "có", 0, ReadingKind.OWN).is_risky == bool(code)


@pytest.mark.parametrize(("milliseconds", "text"), [(0, "0s"), (350, "350ms"), (2000, "2s"), (90_000, "1m30s")])
def test_a_length_is_shown_as_it_is_written(milliseconds: int, text: str) -> None:
    assert duration_text(timedelta(milliseconds=milliseconds)) == text


@pytest.mark.parametrize(("zero", "read"), [("linh", "một trăm linh năm"), ("lẻ", "một trăm lẻ năm")])
def test_the_nought_of_105_is_the_stations(tmp_path: Path, zero: str, read: str) -> None:
    from pipeline.speech import read_line

    site = load_site(write_site(tmp_path, {"config/station.yaml": STATION + f"speech: {{zero: {zero}}}\n"}))
    assert read in read_line("Có 105 hộ.", site.lexicon).text
