"""The order of an airing, its exact times, and what of it may air in the time there is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.audio import chime, mp3
from pipeline.audio.cues import Kind
from pipeline.audio.ffmpeg import Samples, encode_mp3
from pipeline.audio.measure import Loudness
from pipeline.config.mastering import PRESETS
from pipeline.config.station import read_station
from pipeline.documents import parse
from pipeline.domain import Medium, Occurrence, Priority, SpeechText
from pipeline.errors import AudioError
from pipeline.fields import Reading
from pipeline.production.assembly import (
    CHIME_S,
    EMERGENCY_S,
    SEPARATOR_S,
    Airing,
    Frame,
    Part,
    Spoken,
    cues_of,
    fitting,
    heard_as,
    lay_out,
    require_target,
    tags_of,
)
from pipeline.production.segments import Passage, Segment

FRAME = Frame(lead_in_s=0.504, pause_s=1.188, opening=True, separator=True, emergency=False)
FRAMES = {"opening_chime": 70, "separator": 29, "emergency_signal": 93}


def spoken(kind: Kind, name: str, frames: int = 1000) -> Spoken:
    segment = Segment(Path(f"{name}.mp3"), name, frames * mp3.FRAME_S, "espeak-ng/vi")
    return Spoken(kind, segment, Passage(name, SpeechText((f"Lời của {name}.",))), f"Tựa {name}")


OPENING, CLOSING = spoken(Kind.ANNOUNCEMENT, "mở", 300), spoken(Kind.CLOSING, "kết", 200)
ONE, TWO = spoken(Kind.BULLETIN, "một"), spoken(Kind.BULLETIN, "hai", 2000)
WHOLE = Airing((OPENING, ONE, TWO, CLOSING), (), (), FRAME, "Cảnh báo", "Đài")


def signal(sound: Callable[[], Samples]) -> Segment:
    return Segment(Path(f"{sound.__name__}.mp3"), sound.__name__, FRAMES[sound.__name__] * mp3.FRAME_S, "")


def heard(airing: Airing) -> list[str]:
    return [each.sound.stem if isinstance(each.sound, Path) else "…" for each in lay_out(airing, signal)]


def test_an_airing_is_lead_in_signal_announcement_bulletins_with_a_sound_between_closing() -> None:
    assert heard(WHOLE) == [
        "…", "opening_chime", "…", "mở", "…", "một", "…", "separator", "…", "hai", "…", "kết", "…",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (replace(FRAME, opening=False), ["…", "…", "một", "…", "separator", "…", "hai", "…"]),
        (replace(FRAME, separator=False), ["…", "opening_chime", "…", "một", "…", "hai", "…"]),
        (
            replace(FRAME, emergency=True),
            ["…", "emergency_signal", "…", "một", "…", "separator", "…", "hai", "…"],
        ),
        (
            replace(FRAME, emergency=True, opening=False, separator=False),
            ["…", "emergency_signal", "…", "một", "…", "hai", "…"],
        ),
    ],
    ids=["no chime", "no separator", "emergency", "an emergency is never without its signal"],
)
def test_what_a_station_leaves_out_is_not_heard(frame: Frame, expected: list[str]) -> None:
    assert heard(replace(WHOLE, spoken=(ONE, TWO), frame=frame)) == expected


def test_a_repeat_is_parted_like_bulletins() -> None:
    assert heard(replace(WHOLE, spoken=(ONE, ONE)))[3:] == ["một", "…", "separator", "…", "một", "…"]


def test_cues_follow_each_other_exactly_and_end_with_the_recording() -> None:
    parts = lay_out(WHOLE, signal)
    cues = cues_of(parts)
    assert [each.kind.value for each in cues] == [
        "signal", "announcement", "bulletin", "separator", "bulletin", "closing",
    ]  # fmt: skip
    assert cues[0].start_s == pytest.approx(0.504)
    assert cues[2].start_s == pytest.approx((14 + 70 + 33 + 300 + 33) * mp3.FRAME_S)
    for cue, frames in zip(cues, (70, 300, 1000, 29, 2000, 200), strict=True):
        assert cue.end_s - cue.start_s == pytest.approx(frames * mp3.FRAME_S)
    assert sum(each.frames for each in parts) * mp3.FRAME_S == pytest.approx(cues[-1].end_s + 33 * mp3.FRAME_S)
    assert (cues[2].bulletin, cues[2].title, cues[2].voice) == ("một", "Tựa một", "espeak-ng/vi")
    assert cues[1].bulletin == ""


@pytest.mark.parametrize("lead_in_s", [0.0, 0.5, 1.5, 15.0])
def test_nothing_sounds_before_the_lead_in_is_over(lead_in_s: float) -> None:
    first = cues_of(lay_out(WHOLE.with_lead_in(lead_in_s), signal))[0]
    assert first.start_s == pytest.approx(lead_in_s, abs=mp3.FRAME_S)


def test_chapters_are_the_bulletins() -> None:
    tags = tags_of(WHOLE, lay_out(WHOLE, signal), "ab")
    assert [each.title for each in tags.chapters] == ["Tựa một", "Tựa hai"]
    assert (tags.title, tags.station, tags.audio_sha256) == ("Cảnh báo", "Đài", "ab")


@pytest.mark.parametrize(
    "other",
    [
        WHOLE.with_lead_in(1.5),
        replace(WHOLE, frame=replace(FRAME, pause_s=2.0)),
        replace(WHOLE, frame=replace(FRAME, opening=False)),
        replace(WHOLE, frame=replace(FRAME, separator=False)),
        replace(WHOLE, frame=replace(FRAME, emergency=True)),
        replace(WHOLE, title="Khác"),
        replace(WHOLE, station="Khác"),
        replace(WHOLE, spoken=(OPENING, TWO, ONE, CLOSING)),
        replace(WHOLE, spoken=(OPENING, ONE, replace(TWO, title="Khác"), CLOSING)),
        replace(WHOLE, spoken=(OPENING, ONE, CLOSING)),
    ],
)
def test_everything_that_is_heard_or_written_makes_another_key(other: Airing) -> None:
    assert other.key != WHOLE.key


def test_what_is_left_out_and_why_makes_no_other_key() -> None:
    assert replace(WHOLE, missing=("x",), cut=("y",)).key == WHOLE.key


def occurrence(length_s: float | None, repeat: int = 1) -> Occurrence:
    start = datetime(2026, 11, 23, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    length = None if length_s is None else timedelta(seconds=length_s)
    loud = Medium.LOUDSPEAKER
    return Occurrence(
        "p", "s", start, loud, "", ("một", "hai"), (), length=length, repeat=repeat, priority=Priority.ROUTINE
    )


@pytest.mark.parametrize("repeat", [1, 2, 3])
@pytest.mark.parametrize(
    "frame",
    [
        FRAME,
        replace(FRAME, opening=False),
        replace(FRAME, separator=False),
        replace(FRAME, emergency=True),
        replace(FRAME, pause_s=0.3, lead_in_s=0.0),
    ],
)
def test_what_is_said_to_fit_does_fit(frame: Frame, repeat: int) -> None:
    whole = replace(WHOLE, spoken=(OPENING, *(ONE, TWO) * repeat, CLOSING), frame=frame)
    takes_s = sum(each.frames for each in lay_out(whole, signal)) * mp3.FRAME_S
    assert frame.length_s([ONE, TWO], [OPENING, CLOSING], repeat) == pytest.approx(takes_s)
    shortest_s = next(
        seconds
        for seconds in range(1, 2000)
        if len(fitting(occurrence(seconds, repeat), frame, [ONE, TWO], [OPENING, CLOSING])) == 2
    )
    assert shortest_s == round(takes_s), "what is shown as the length of the slot is not cut, a second more is"


@pytest.mark.parametrize(
    ("sound", "takes_s"),
    [(chime.opening_chime, CHIME_S), (chime.emergency_signal, EMERGENCY_S), (chime.separator, SEPARATOR_S)],
)
def test_a_signal_takes_what_is_reckoned_with(sound: Callable[[], Samples], takes_s: float) -> None:
    assert mp3.duration(encode_mp3(sound())) == pytest.approx(takes_s)


def test_the_first_bulletin_airs_whatever_the_slot_holds_and_none_is_cut_without_a_length() -> None:
    assert fitting(occurrence(1.0), FRAME, [TWO, ONE], [OPENING, CLOSING]) == [TWO]
    assert fitting(occurrence(None), FRAME, [ONE, TWO], [OPENING]) == [ONE, TWO]
    assert fitting(occurrence(10.0), FRAME, [], [OPENING]) == []


HORN = PRESETS["horn"]
PARTS = lay_out(WHOLE, signal)
LENGTH_S = sum(each.frames for each in PARTS) * mp3.FRAME_S


def at_target(parts: Sequence[Part]) -> list[float]:
    return [HORN.lufs for _ in cues_of(parts)]


@pytest.mark.parametrize(
    ("measured", "code"),
    [
        (Loudness(-16.0, -1.5, LENGTH_S), ""),
        (Loudness(-16.3, -1.0, LENGTH_S), ""),
        (Loudness(-15.71, -1.0, LENGTH_S), ""),
        (Loudness(-16.4, -1.5, LENGTH_S), "loudness_not_reached"),
        (Loudness(-15.69, -1.5, LENGTH_S), "loudness_not_reached"),
        (Loudness(-16.0, -0.99, LENGTH_S), "loudness_not_reached"),
        (Loudness(-math.inf, -math.inf, LENGTH_S), "loudness_not_reached"),
        (Loudness(math.nan, -1.5, LENGTH_S), "loudness_not_reached"),
        (Loudness(-16.0, -1.5, LENGTH_S - 0.2), "recording_incomplete"),
    ],
)
def test_what_is_off_target_or_incomplete_is_refused(measured: Loudness, code: str) -> None:
    with pytest.raises(AudioError, match=code) if code else nullcontext():
        require_target(measured, PARTS, at_target(PARTS), HORN)


def test_a_shout_of_a_second_is_not_refused_for_the_silence_around_it() -> None:
    brief = lay_out(replace(WHOLE, spoken=(spoken(Kind.BULLETIN, "sơ tán", 42),) * 3), signal)
    length_s = sum(each.frames for each in brief) * mp3.FRAME_S
    require_target(Loudness(-16.6, -1.5, length_s), brief, at_target(brief), HORN)
    with pytest.raises(AudioError, match="loudness_not_reached"):
        require_target(Loudness(-15.6, -1.5, length_s), brief, at_target(brief), HORN)


@pytest.mark.parametrize(
    ("frames", "part", "whole", "airs"),
    [
        (42, -19.5, -19.5, True),  # nothing but a word that cannot be lifted
        (42, -19.5, -21.0, False),  # softer than that word explains
        (42, -23.0, -22.0, False),  # softer than any word may be
        (42, -19.5, -15.6, False),
        (100, -19.5, -19.5, False),  # 3.6 s can be lifted
    ],
)
def test_a_single_word_may_be_softer_than_the_target_and_nothing_else(
    frames: int, part: float, whole: float, airs: bool
) -> None:
    alone = replace(WHOLE, spoken=(spoken(Kind.BULLETIN, "cháy", frames),), frame=replace(FRAME, opening=False))
    parts = lay_out(alone, signal)
    length_s = sum(each.frames for each in parts) * mp3.FRAME_S
    with nullcontext() if airs else pytest.raises(AudioError, match="loudness_not_reached"):
        require_target(Loudness(whole, -1.5, length_s), parts, [part], HORN)


def test_a_word_among_sentences_is_not_compared_with_them_where_it_is_softer() -> None:
    heard = cues_of(lay_out(replace(WHOLE, spoken=(OPENING, spoken(Kind.BULLETIN, "cháy", 42), CLOSING)), signal))
    said = [each for each in heard if each.paragraphs]
    assert [name for name, _, _ in heard_as(said, [-16.0, -19.5, -16.0], HORN)] == ["Tựa mở", "Tựa kết"]
    assert len(heard_as(said, [-16.0, -12.0, -19.5], HORN)) == 3
    assert len(heard_as(said, [-16.0, -40.0, -16.0], HORN)) == 3


# --- settings ---------------------------------------------------------------------------------------------------------


def settings(text: str) -> tuple[dict[str, object], list[tuple[str, int]]]:
    reading = Reading()
    node = parse(f"name: Đài\nassembly: {text}\n", "config/station.yaml", reading.problems)
    found = read_station(node, reading).assembly
    values = {name: getattr(found, name) for name in found.__slots__}
    return values, [(each.code, each.column) for each in reading.problems]


def test_settings_of_the_assembly_arrive_with_their_types() -> None:
    text = "{opening: false, separator: false, pause: 800ms, announcement: 'Đây là {station}: {title}', closing: false}"
    values, problems = settings(text)
    assert problems == []
    assert values.pop("marks")["announcement"].line == 2
    assert values == {
        "opening": False,
        "separator": False,
        "pause": timedelta(milliseconds=800),
        "announcement": "Đây là {station}: {title}",
        "closing": "",
        "urgent_announcement": None,
        "urgent_closing": None,
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{pause: 100ms}", "duration_out_of_range"),
        ("{pause: 1.2s}", "bad_short_duration"),
        ("{opening: maybe}", "bad_flag"),
        ("{announcement: 'Xin chào {name}'}", "place_in_words_unknown"),
        ("{announcement: 'Xin chào {station'}", "place_in_words_unknown"),
        ("{announcement: 'Xin chào station}'}", "place_in_words_unknown"),
        ("{announcement: '{}'}", "place_in_words_unknown"),
        ("{announcement: '{station.__class__}'}", "place_in_words_unknown"),
        ("{announcement: '{station!r} {title:>9}'}", "place_in_words_unknown"),
        ("{announcement: '{{station}}'}", "place_in_words_unknown"),
        ("{closing: ''}", "text_empty"),
        (f"{{closing: {'x' * 601}}}", "text_too_long"),
        ("{pauses: 1s}", "key_unknown_close"),
    ],
)
def test_a_wrong_setting_is_one_problem(text: str, code: str) -> None:
    assert [each for each, _ in settings(text)[1]] == [code]
