from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.gate import FAULTS, Planted, as_mp3
from pipeline.audio import gate
from pipeline.audio.faults import GRAVITY, Expected
from pipeline.audio.ffmpeg import RATE, Samples, decode
from pipeline.audio.hearing import SLAB, listen
from pipeline.domain import SpeechText
from pipeline.errors import AudioError, Severity
from pipeline.messages import render
from pipeline.production.segments import expected_of
from pipeline.voices.espeak import Espeak
from tests.unit.audio.speechlike import sine
from tests.unit.audio.test_ffmpeg import wav

WORDS = "Cơ quan công an không làm việc qua điện thoại. Nghi ngờ bị lừa đảo, bà con hãy tắt máy và báo cho công an xã."
EXPECTED = Expected(WORDS, Espeak().characters_per_s)
PERSON = Expected(WORDS, person=True)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    out = tmp_path_factory.mktemp("gate") / "a.wav"
    Espeak().synthesize(SpeechText((WORDS,)), out)
    return decode(out, demuxer="wav")


def codes(wave: Samples, expected: Expected = EXPECTED) -> set[str]:
    return {fault.code for fault in gate.examine(wave.astype(np.float32), expected).faults}


def test_good_speech_has_no_fault(speech: Samples) -> None:
    examined = gate.require(speech, EXPECTED)
    assert examined.faults == ()
    assert examined.duration_s == pytest.approx(speech.size / RATE)
    assert codes(speech, PERSON) == set()


def promised(fault: Planted) -> Expected:
    return replace(EXPECTED, text=" ".join([WORDS] * round(fault.words)))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_named(speech: Samples, fault: Planted) -> None:
    """In one of three places at least: how often each is caught is for the benchmark to say."""
    broken = (fault.plant(speech, fault.strengths[-1], np.random.default_rng(seed)) for seed in range(3))
    assert any(codes(wave, promised(fault)) & set(fault.codes.split()) for wave in broken)


@pytest.mark.parametrize("name", ["silence before", "silence after", "hum of the mains", "level jumps in the middle"])
def test_a_weak_one_passes(speech: Samples, name: str) -> None:
    fault = next(each for each in FAULTS if each.name == name)
    assert codes(fault.plant(speech, fault.strengths[0], np.random.default_rng(1)), promised(fault)) == set()


def test_a_fault_says_where_it_is(speech: Samples) -> None:
    broken = speech.copy()
    broken[4 * RATE] = 0.9
    (fault,) = gate.examine(broken, EXPECTED).faults
    assert (fault.code, fault.severity) == ("audio_clicks", Severity.ERROR)
    assert fault.at_s == pytest.approx(4.0, abs=0.01)
    assert render(fault.code, fault.error().params, "vi")[0] == "có 1 tiếng lách cách, tiếng đầu ở giây 4.0"


def test_what_lies_between_two_slabs_is_found_once(speech: Samples) -> None:
    long = np.concatenate([speech] * 3)
    for place in (SLAB - 1, SLAB, SLAB + 5):
        broken = long.copy()
        broken[place] = 0.9
        assert [round(spot.at_s, 2) for spot in listen([broken]).clicks] == [round(place / RATE, 2)]


@pytest.mark.parametrize("part", [1000, 4096, 100_000, SLAB])
def test_what_is_heard_does_not_depend_on_how_a_stream_is_cut(speech: Samples, part: int) -> None:
    whole = listen([speech])
    heard = listen(speech[first : first + part] for first in range(0, speech.size, part))
    assert heard.duration_s == whole.duration_s
    assert np.array_equal(heard.levels, whole.levels)
    assert np.array_equal(heard.pitch_hz, whole.pitch_hz)


@pytest.mark.parametrize("wave", [np.zeros(0), np.zeros(1), np.zeros(RATE), np.full(RATE, np.nan)])
def test_nothing_is_silence(wave: Samples) -> None:
    assert codes(wave) == {"audio_silent"}


def test_sound_that_is_no_number_is_survived(speech: Samples) -> None:
    broken = speech.copy()
    broken[RATE] = np.inf
    broken[2 * RATE] = np.nan
    assert "audio_clicks" in codes(broken)


@pytest.mark.parametrize("length", [1, 31, 320, 1023, 5000])
def test_the_shortest_sounds_are_heard(length: int) -> None:
    gate.examine(sine(440, length / RATE), EXPECTED)


def test_what_a_person_brings_is_told_and_aired(speech: Samples) -> None:
    """A yard, a silence before: both may be meant. A voice engine means none of them."""
    rng = np.random.default_rng(1)
    yard = speech + rng.normal(0, 0.04, speech.size)
    for wave in (yard, np.concatenate([np.zeros(4 * RATE), speech])):
        examined = gate.examine(wave.astype(np.float32), PERSON)
        assert examined.faults
        assert not examined.refused


@pytest.mark.parametrize(
    ("lose", "code"),
    [
        (lambda speech: speech[: speech.size // 3], "speech_too_short"),
        (
            lambda speech: np.concatenate([speech[: 2 * RATE], np.zeros(8 * RATE), speech[2 * RATE :]]),
            "silence_within_long",
        ),
        (lambda speech: speech[: RATE * 2 + int(np.abs(speech[RATE * 2 : RATE * 3]).argmax())], "speech_ends_cut"),
        (lambda speech: speech * 1e-2, "audio_too_quiet"),
    ],
)
def test_what_loses_words_is_refused_of_a_person_too(speech: Samples, lose, code: str) -> None:  # type: ignore[no-untyped-def]
    examined = gate.examine(lose(speech).astype(np.float32), PERSON)
    assert examined.refused
    assert code in {each.code for each in examined.faults}


def test_what_one_process_made_in_one_go_has_no_torn_places(speech: Samples) -> None:
    torn = speech.copy()
    torn[3 * RATE : 3 * RATE + RATE // 10] = 0
    torn[RATE : RATE + 3] = 0.9
    assert codes(torn) & {"speech_hole", "audio_clicks"}
    assert not codes(torn, replace(EXPECTED, in_one_piece=True)) & {"speech_hole", "audio_clicks"}


@pytest.mark.parametrize("wave", [np.zeros(RATE), np.random.default_rng(1).normal(0, 0.1, 3 * RATE)])
def test_what_nobody_can_have_meant_is_refused(wave: Samples) -> None:
    with pytest.raises(AudioError):
        gate.require(wave.astype(np.float32), PERSON)


def test_a_drop_out_in_a_room_is_found_however_short(speech: Samples) -> None:
    room = (speech + np.random.default_rng(1).normal(0, 0.003, speech.size)).astype(np.float32)
    assert "speech_hole" not in codes(room, PERSON)
    room[3 * RATE : 3 * RATE + RATE // 100] = 0
    assert "speech_hole" in codes(room, PERSON)


def stereo(path: Path, left: Samples, right: Samples) -> Path:
    import wave

    pcm = (np.stack([left, right], axis=1).clip(-1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.tobytes())
    return path


@pytest.mark.parametrize(("right", "code"), [(-1.0, "channels_cancel"), (-0.7, "channels_cancel"), (0, "channel_dead")])
def test_channels_that_do_not_add_up_are_named(tmp_path: Path, speech: Samples, right: float, code: str) -> None:
    path = stereo(tmp_path / "a.wav", speech, speech * np.float32(right))
    assert [fault.code for fault in gate.channels(path, demuxer="wav")] == [code]
    assert gate.examine(path, PERSON).refused == (code == "channels_cancel")


def test_two_sides_of_one_voice_are_no_fault(tmp_path: Path, speech: Samples) -> None:
    beside = np.concatenate([np.zeros(20, dtype=np.float32), speech[:-20]]) * np.float32(0.5)
    assert list(gate.channels(stereo(tmp_path / "a.wav", speech, beside), demuxer="wav")) == []
    assert list(gate.channels(wav(tmp_path / "b.wav", speech), demuxer="wav")) == []


def test_what_was_promised_is_held_against_the_file(speech: Samples) -> None:
    seconds = speech.size / RATE
    assert codes(speech, Expected(length_s=seconds, slot_s=seconds + 1)) == set()
    assert codes(speech, Expected(length_s=seconds * 1.1, slot_s=seconds - 1)) == {
        "length_not_as_promised",
        "longer_than_slot",
    }


def test_a_part_that_is_louder_than_the_others_is_named() -> None:
    parts = [("a", 0.0, -16.1), ("b", 20.0, -15.8), ("c", 41.5, -12.0), ("chime", 50.0, float("-inf"))]
    found = {fault.params["segment"]: fault.at_s for fault in gate.uneven(parts)}
    assert found == {"c": 41.5, "chime": 50.0}
    assert gate.uneven(parts[:2]) == []
    assert gate.uneven([]) == []


def test_the_gravest_fault_comes_first(speech: Samples) -> None:
    narrow = next(fault for fault in FAULTS if "audio_narrow" in fault.codes)
    broken = np.concatenate([narrow.plant(speech, 3400, np.random.default_rng(1)), np.zeros(10 * RATE)])
    found = [fault.code for fault in gate.examine(broken.astype(np.float32), EXPECTED).faults]
    assert found == ["silence_after_long", "audio_narrow"]


@pytest.mark.parametrize("code", GRAVITY)
def test_every_fault_has_a_hint(code: str) -> None:
    assert all(render(code, None, "vi"))


@pytest.mark.parametrize(
    ("share", "code"),
    [(0.5, "speech_too_short"), (2.5, "speech_too_long")],
)
def test_the_length_of_the_text_counts_without_its_pauses(speech: Samples, share: float, code: str) -> None:
    words = WORDS.split()
    text = " ".join(np.resize(words, round(len(words) / share)))
    assert code in codes(speech, replace(EXPECTED, text=text))


def spoken(words: str, folder: Path, **settings: object) -> tuple[Samples, Expected]:
    voice = Espeak(**settings)  # type: ignore[arg-type]
    voice.synthesize(SpeechText((words,)), folder / "a.wav")
    return decode(folder / "a.wav", demuxer="wav"), expected_of(words, voice)


@pytest.mark.parametrize(
    ("words", "region", "rate"),
    [
        ("Chín chín chín chín chín chín chín, tám tám tám tám tám tám tám.", "central", 1.0),  # on one note, of 100 Hz
        ("Ba ba ba ba ba ba ba ba ba ba.", "north", 0.8),  # three letters a syllable
        ("Một một một một một một một.", "north", 1.5),
    ],
)
def test_a_number_of_equal_figures_is_no_fault(words: str, region: str, rate: float, tmp_path: Path) -> None:
    wave, expected = spoken(words, tmp_path, region=region, rate=rate)
    assert gate.examine(wave, expected).faults == ()


def test_hum_is_heard_through_a_voice_that_pauses_and_not_where_the_pauses_are_still(tmp_path: Path) -> None:
    wave, expected = spoken("Chín chín chín chín chín chín, tám tám tám tám tám tám.", tmp_path, region="central")
    assert codes(wave, expected) == set()
    hum = next(fault for fault in FAULTS if "audio_hum" in fault.codes)
    assert "audio_hum" in codes(hum.plant(wave, -30, np.random.default_rng(1)), expected)


def test_a_buffer_that_sticks_is_heard_after_it_was_coded_too(speech: Samples) -> None:
    stuck = next(fault for fault in FAULTS if fault.name == "a buffer five times")
    broken = [stuck.plant(speech, 93, np.random.default_rng(seed)).astype(np.float32) for seed in range(4)]
    assert all("speech_repeated" in codes(wave) for wave in broken)
    assert any("speech_repeated" in codes(as_mp3(wave)) for wave in broken)
