"""Orders become airings, airings become the plan of a receiver."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.audio.cues import Cue, Kind, document
from pipeline.domain import Priority, Recording
from pipeline.errors import SendError
from pipeline.fleet.plans import AFTERWARDS, LIFE, Terms, airing_in, airing_of, body_of, compose, is_half_over, over_at
from pipeline.protocol.plan import read_plan
from pipeline.signing import Keyring, SigningKey, seal
from pipeline.store.rows_receivers import LaidDown, ReceiverRow
from tests.channel_cases import NOW, START, TITLE, order, recording

TERMS = Terms("Asia/Ho_Chi_Minh", None, (), timedelta(seconds=2))


def test_an_order_is_an_airing_with_all_a_receiver_needs(tmp_path: Path) -> None:
    made = recording(tmp_path, 2.0)
    given = replace(order(7, made), latest=START + timedelta(minutes=15), priority=Priority.EMERGENCY)
    airing = airing_of(given)
    assert (airing.id, airing.sound, airing.size) == ("loa-7", made.sha256, made.path.stat().st_size)
    assert (airing.begin, airing.latest, airing.priority) == (START, START + timedelta(minutes=15), Priority.EMERGENCY)
    assert airing.title == TITLE
    assert airing_in(body_of(airing)) == airing


def test_an_order_without_a_latest_moment_may_begin_only_then(tmp_path: Path) -> None:
    assert airing_of(order(7, recording(tmp_path))).latest == START


@pytest.mark.parametrize(("seconds", "offset"), [(0.01, 0.0), (30_000.0, 0.0), (2.0, 2.0), (2.0, 5.0)])
def test_what_no_plan_could_hold_is_refused(tmp_path: Path, seconds: float, offset: float) -> None:
    made = replace(recording(tmp_path), duration_s=seconds)
    with pytest.raises(SendError) as caught:
        airing_of(replace(order(7, made), offset=timedelta(seconds=offset)))
    assert caught.value.code == "receiver_length_unfit"


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    made = recording(tmp_path)
    made.path.unlink()
    with pytest.raises(SendError, match="recording_missing"):
        airing_of(order(7, made))


def cues(made: Recording, text: str) -> Path:
    path = made.path.with_suffix(".cues.json")
    path.write_text(text, encoding="utf-8")
    return path


def test_an_airing_says_where_its_first_word_begins(tmp_path: Path) -> None:
    made = recording(tmp_path, 6.0)
    heard = [Cue(0.5, 3.8, Kind.SIGNAL), Cue(4.392, 6.0, Kind.BULLETIN, paragraphs=("Khẩn cấp.",))]
    cues(made, document(heard, recording=made.sha256, duration_s=6.0))
    airing = airing_of(order(7, made))
    assert airing.first_word_s == 4.392
    assert airing_in(body_of(airing)) == airing


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"cues": []}',
        '{"cues": [{}]}',
        '{"cues": [{"kind": "bulletin", "start_s": "x"}]}',
        '{"cues": [{"kind": "bulletin", "start_s": 9}]}',
        '{"cues": [{"kind": "signal", "start_s": 1}]}',
    ],
)
def test_where_nobody_can_say_it_the_first_word_is_its_first_sample(tmp_path: Path, text: str) -> None:
    made = recording(tmp_path, 2.0)
    cues(made, text)
    assert airing_of(order(7, made)).first_word_s == 0.0


def test_what_was_kept_before_there_was_such_a_key_is_read(tmp_path: Path) -> None:
    airing = airing_of(order(7, recording(tmp_path)))
    assert "first_word_s" not in body_of(airing)
    assert airing_in(body_of(airing)) == airing


def test_an_airing_stays_in_the_plan_until_it_can_no_longer_sound(tmp_path: Path) -> None:
    airing = airing_of(replace(order(7, recording(tmp_path, 2.0)), latest=START + timedelta(minutes=15)))
    assert over_at(airing) == START + timedelta(minutes=15, seconds=airing.seconds) + AFTERWARDS


def test_versions_follow_the_clock_and_never_go_back() -> None:
    first = compose("xa-1", "dai", TERMS, (), 0, NOW)
    assert first.version == int(NOW.timestamp() * 1000)
    assert compose("xa-1", "dai", TERMS, (), first.version, NOW).version == first.version + 1
    set_back = compose("xa-1", "dai", TERMS, (), first.version, NOW - timedelta(days=365))
    assert set_back.version == first.version + 1


def test_a_composed_plan_is_read_by_a_receiver_as_it_was_meant(tmp_path: Path) -> None:
    rows = []
    for number in (2, 1):
        airing = airing_of(order(number, recording(tmp_path), start=START + timedelta(hours=number)))
        rows.append(LaidDown(number, "xa-1", body_of(airing), airing.sound, airing.begin, over_at(airing)))
    key, root = SigningKey.make("k-1"), SigningKey.make("root")
    ring = Keyring(root.raw, 1, (key.public(NOW - timedelta(days=1)),))
    plan = compose("xa-1", ring.station, TERMS, rows, 0, NOW)
    assert read_plan(plan.sealed(key), ring, "xa-1") == plan
    assert [each.id for each in plan.airings] == ["loa-1", "loa-2"]
    assert plan.expires - plan.issued == LIFE
    assert seal(plan.payload(), "plan/1", key)


@pytest.mark.parametrize(("age", "over"), [(0, False), (5, False), (7, True), (-1, False), (-30, True)])
def test_a_plan_is_issued_anew_when_half_its_life_is_over(age: int, over: bool) -> None:
    row = ReceiverRow("xa-1", plan_at=NOW, plan_expires=NOW + LIFE)
    assert is_half_over(row, NOW + timedelta(days=age)) is over
    assert is_half_over(ReceiverRow("xa-1"), NOW)
