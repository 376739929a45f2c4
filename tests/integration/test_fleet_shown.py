"""What people see of receivers at the station: the list, the doctor, the notices of keys, the log."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.cli import speakers_list
from pipeline.cli.columns import widths
from pipeline.cli.run import hush_libraries
from pipeline.doctor import CHECKS, TOLD_ADVICE
from pipeline.doctor.patient import Level, Patient
from pipeline.doctor.receivers import receivers
from pipeline.doctor.sticks import sticks
from pipeline.domain import Medium, Occurrence
from pipeline.errors import AccessError
from pipeline.fleet import key_watch
from pipeline.fleet.fleet import Fleet
from pipeline.fleet.flood import ENTRY, ROOM, Room
from pipeline.fleet.keys import FOLDER
from pipeline.fleet.refusals import Refusals
from pipeline.fleet.watch import TONE, survey
from pipeline.messages import CATALOGUE
from pipeline.protocol.command import Reply
from pipeline.protocol.journal import Kind
from pipeline.store import BundleKept, BundleRow, Note, Store
from pipeline.store.rows_receivers import CommandRow, LaidDown
from pipeline.telling import Teller
from pipeline.unattended import Unattended
from tests.fleets import ZONE, FarReceivers, entries, fleet_at, utc, write_delivery

NOW = utc(2026, 11, 23, 8)
NAMES = ("an-quang-01", "an-quang-02", "xa-an-lao-01")


@pytest.fixture
def store(tmp_path: Path, empty_sqlite: Path) -> Iterator[Store]:
    shutil.copyfile(empty_sqlite, tmp_path / "loa.db")
    opened = Store(f"sqlite:///{tmp_path / 'loa.db'}")
    yield opened
    opened.close()


@pytest.fixture
def fleet(tmp_path: Path, store: Store) -> Fleet:
    return fleet_at(tmp_path, store, lambda: NOW, NAMES)


def occurrence(*targets: str) -> Occurrence:
    return Occurrence("canh-bao", "chieu", NOW + timedelta(hours=2), Medium.LOUDSPEAKER, "Cảnh báo", (), targets)


@pytest.fixture
def examined(fleet: Fleet, store: Store) -> Callable[..., list[tuple[str, str, Level]]]:
    def examine(*targets: str) -> list[tuple[str, str, Level]]:
        patient = Patient(fleet.site, lambda: NOW)
        patient.store = store
        patient.occurrences = [occurrence(*targets)] if targets else []
        found = list(receivers(patient))
        assert all(each.code in CATALOGUE for each in found)
        return [(each.code, each.subject, each.level) for each in found]

    return examine


# --- the doctor -------------------------------------------------------------------------------------------------------


def test_the_doctor_looks_at_receivers_before_the_keys_of_contacts() -> None:
    names = [each.__name__ for each in CHECKS]
    assert names.index("receivers") < names.index("keys")
    assert "check_receivers" in CATALOGUE


def test_the_doctor_is_content_with_receivers_that_are_there(
    fleet: Fleet, examined: Callable[..., list[tuple[str, str, Level]]]
) -> None:
    far = FarReceivers(fleet, lambda: NOW)
    for each in NAMES:
        far.say(each)
    assert examined(*NAMES) == []


def test_the_doctor_names_who_is_silent_and_how_grave_it_is(
    fleet: Fleet, examined: Callable[..., list[tuple[str, str, Level]]], store: Store
) -> None:
    far = FarReceivers(fleet, lambda: NOW - timedelta(hours=3))
    for each in NAMES[:2]:
        far.say(each)
    FarReceivers(fleet, lambda: NOW).say(NAMES[2])
    assert examined(NAMES[0]) == [
        ("receiver_silent", NAMES[0], Level.PROBLEM),
        ("receiver_silent", NAMES[1], Level.ADVICE),
    ]


def test_the_doctor_names_who_is_not_enrolled(
    fleet: Fleet, examined: Callable[..., list[tuple[str, str, Level]]]
) -> None:
    far = FarReceivers(fleet, lambda: NOW)
    for each in NAMES[1:]:
        far.say(each)
    fleet.revoke(NAMES[0], NOW)
    assert examined(NAMES[0]) == [("receivers_unenrolled", "", Level.PROBLEM)]
    assert examined(NAMES[1]) == [("receivers_unenrolled", "", Level.ADVICE)]


def test_the_doctor_names_missing_sounds_however_far_off_the_airing_is(
    fleet: Fleet, examined: Callable[..., list[tuple[str, str, Level]]], store: Store
) -> None:
    begins = NOW + timedelta(hours=30)
    write_delivery(store, 1, NAMES[0], begins)
    store.lay_airings([LaidDown(1, NAMES[0], "{}", "0" * 64, begins, begins + timedelta(minutes=5), handed=NOW)])
    far = FarReceivers(fleet, lambda: NOW)
    for each in NAMES:
        far.say(each, missing=2)
    assert examined(NAMES[0]) == [("receiver_missing_sounds", NAMES[0], Level.PROBLEM)]


def test_the_doctor_does_not_make_keys_where_they_are_away(
    fleet: Fleet, examined: Callable[..., list[tuple[str, str, Level]]], tmp_path: Path
) -> None:
    far = FarReceivers(fleet, lambda: NOW)
    for each in NAMES:
        far.say(each)
    (tmp_path / FOLDER).rename(tmp_path / "away")
    assert examined() == [("receiver_keys_lost", "", Level.PROBLEM)]
    assert not (tmp_path / FOLDER).exists()


def test_a_station_without_receivers_hears_nothing_of_them(tmp_path: Path, store: Store) -> None:
    from pipeline.site import empty_site

    patient = Patient(empty_site(tmp_path), lambda: NOW)
    patient.store = store
    assert list(receivers(patient)) == []


# --- keys that were taken away ----------------------------------------------------------------------------------------


def test_keys_taken_away_are_told_by_name_with_a_remedy_and_no_more_once_they_are_back(
    fleet: Fleet, store: Store, tmp_path: Path
) -> None:
    teller = Teller(fleet.site, store)
    key_watch.tell(fleet, teller, NOW)
    assert store.open_notices() == []
    (tmp_path / FOLDER).rename(tmp_path / "away")
    key_watch.tell(fleet, teller, NOW)
    (notice,) = store.open_notices()
    assert (notice.code, dict(notice.params)) == ("receiver_keys_lost", {"folder": "var/keys/receivers"})
    (tmp_path / "away").rename(tmp_path / FOLDER)
    key_watch.tell(fleet, teller, NOW)
    assert store.open_notices() == []


def test_a_signing_key_that_is_damaged_is_told_too(fleet: Fleet, store: Store, tmp_path: Path) -> None:
    (file,) = (tmp_path / FOLDER).glob("k-*.key")
    file.write_bytes(b"?")
    key_watch.tell(fleet, Teller(fleet.site, store), NOW)
    (notice,) = store.open_notices()
    assert (notice.code, notice.params["why"]) == ("receiver_keys_unreadable", "signing_key_unreadable")


def test_what_every_lane_meets_without_keys_is_not_told_a_second_time(fleet: Fleet, store: Store) -> None:
    station = object.__new__(Unattended)
    station.store, station.clock = store, lambda: NOW
    station.note_fault("foresee", AccessError("receiver_keys_lost", folder="x"))
    assert store.open_notices() == []
    station.note_fault("foresee", AccessError("store_busy"))
    assert [each.code for each in store.open_notices()] == ["lane_failed"]


# --- the list ---------------------------------------------------------------------------------------------------------


def refuse_tone(fleet: Fleet, receiver: str, code: str) -> None:
    row = CommandRow("a" * 32, receiver, TONE, NOW, NOW + timedelta(minutes=1), ())
    fleet.store.keep_commands([row])
    fleet.take_reply(receiver, Reply(row.id, NOW, code), NOW)


@pytest.mark.parametrize("room", [80, 100, 130])
def test_no_word_of_the_list_is_cut_and_the_reason_of_a_refused_tone_stands_beneath(
    fleet: Fleet, room: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    far = FarReceivers(fleet, lambda: NOW)
    for each in NAMES:
        far.say(each)
    refuse_tone(fleet, NAMES[0], "tone_just_sounded")
    found = survey(fleet, NOW)
    monkeypatch.setattr("pipeline.cli.tables.WIDE", room)
    speakers_list._show(found, NOW, ZONE, problems=False)
    table, _, beneath = capsys.readouterr().out.partition("•")
    shown = table.split()
    columns = speakers_list._table(found, NOW).columns
    wanted = [word for column in columns for cell in column.cells for word in str(cell).split()]
    assert wanted
    assert [word for word in wanted if word not in shown] == []
    assert max(map(len, table.splitlines())) <= room
    assert "không phát" in " ".join(shown) or {"không", "phát"} <= set(shown)
    assert "Cụm an-quang-01 không phát tiếng thử lúc 15:00 23/11" in beneath


@pytest.mark.parametrize("code", ["tone_too_often", "busy"])
def test_a_tone_that_came_at_a_bad_moment_hides_no_result(fleet: Fleet, code: str) -> None:
    FarReceivers(fleet, lambda: NOW).say(NAMES[0])
    earlier = CommandRow("b" * 32, NAMES[0], TONE, NOW - timedelta(minutes=1), NOW, ())
    fleet.store.keep_commands([earlier])
    fleet.take_reply(NAMES[0], Reply(earlier.id, NOW, ""), NOW)
    refuse_tone(fleet, NAMES[0], code)
    speaker = survey(fleet, NOW)[0]
    assert speaker.tone is not None
    assert (speaker.tone.id, speaker.tone.code) == (earlier.id, "")
    assert list(speakers_list._tones_refused([speaker], ZONE)) == []


def test_a_list_of_problems_without_any_is_a_sentence(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    speakers_list._show([], NOW, ZONE, problems=True)
    assert capsys.readouterr().out == "Không máy thu nào có vấn đề.\n"


@pytest.mark.parametrize(
    ("columns", "room", "expected"),
    [
        ([["ab cd", "x"], ["efgh"]], 20, [5, 4]),
        ([["ab cd", "x"], ["efgh"]], 7, [3, 4]),
        ([["ab cd", "x"], ["efgh"]], 1, [2, 4]),  # wider than there is room: whole words
        ([[""], ["đường truyền\nxa"]], 8, [1, 7]),
    ],
)
def test_columns_give_way_where_there_is_slack_and_never_within_a_word(
    columns: list[list[str]], room: int, expected: list[int]
) -> None:
    assert widths(columns, room) == expected


# --- the log ----------------------------------------------------------------------------------------------------------


def test_whom_the_gate_refused_is_logged_in_words_and_how_often_only_where_it_was_oftener(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [0.0]
    monkeypatch.setattr("pipeline.fleet.refusals.time.monotonic", lambda: at[0])
    refusals = Refusals()
    refusals.note("code_used", "127.0.0.1")
    refusals.note("code_used", "127.0.0.1")
    at[0] = 61.0
    refusals.note("code_used", "127.0.0.1")
    first, second = (each.getMessage() for each in caplog.records)
    assert "mã ghi danh đã được một máy khác dùng" in first
    assert "code_used" not in first + second
    assert "0 lần" not in first
    assert "1 lần nữa" in second


def test_a_wake_that_was_skipped_is_no_news_to_people(caplog: pytest.LogCaptureFixture) -> None:
    hush_libraries()
    logging.getLogger("apscheduler.scheduler").warning("skipped: maximum number of running instances reached")
    assert caplog.records == []
    logging.getLogger("apscheduler.scheduler").error("a wake failed")
    assert len(caplog.records) == 1


# --- what stands beside the plan --------------------------------------------------------------------------------------


def test_the_adapter_of_a_device_stands_in_the_list(fleet: Fleet) -> None:
    clusters = dict(fleet.site.clusters)
    clusters[NAMES[1]] = replace(clusters[NAMES[1]], address={"adapter": "hoptien"})
    fleet.site = replace(fleet.site, clusters=clusters)
    found = survey(fleet, NOW)
    cells = [str(each) for each in speakers_list._table(found, NOW).columns[0].cells]
    assert [("hoptien" in each) for each in cells] == [False, True, False]
    assert [speakers_list.facts_of(each, NOW, ZONE)["adapter"] for each in found] == ["loa", "hoptien", "loa"]


def test_what_a_receiver_aired_unordered_stands_beneath_the_list_for_a_month(
    fleet: Fleet, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = [(Kind.STARTED, f"loa-{number}") for number in range(900, 905)]
    fleet.take_journal(NAMES[0], entries(*kinds, (Kind.ENDED, "loa-900"), at=NOW - timedelta(hours=2)))
    found = survey(fleet, NOW)
    speakers_list._show(found, NOW, ZONE, problems=False)
    (line,) = (each for each in capsys.readouterr().out.splitlines() if "không giao" in each)
    assert "Cụm an-quang-01" in line
    assert "5 lượt" in line
    assert "13:00 23/11" in line
    assert len(speakers_list.facts_of(found[0], NOW, ZONE)["unordered"]) == 5
    assert all(not each.unordered for each in found[1:])
    assert all(not each.unordered for each in survey(fleet, NOW + timedelta(days=31)))
    assert fleet.store.truths(fleet.settings.id, NOW - timedelta(days=7), NOW).played == 0


def test_a_machine_that_floods_the_station_is_sent_away_told_and_not_forgotten(fleet: Fleet) -> None:
    piece = entries((Kind.BOOTED, ""), (Kind.BOOTED, ""), at=NOW, title="x" * 300)
    fleet.room.take(NAMES[0], entries(*[(Kind.BOOTED, "")] * (ROOM // ENTRY + 1), at=NOW).entries, is_new=False)
    for _ in range(3):
        with pytest.raises(AccessError, match="journal_too_much"):
            fleet.take_journal(NAMES[0], piece)
    (notice,) = fleet.store.open_notices()
    assert (notice.code, notice.subject, notice.count) == ("receiver_floods", NAMES[0], 1)
    assert fleet.take_journal(NAMES[1], piece) == 2
    fleet.room = Room()
    assert fleet.take_journal(NAMES[0], piece) == 2


def test_only_what_was_taken_counts(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.fleet.flood.ROOM", 205_000)
    monkeypatch.setattr("pipeline.fleet.flood.A_DAY", 0)
    piece = entries((Kind.BOOTED, ""), (Kind.BOOTED, ""), at=NOW, title="x" * 300)
    for _ in range(20):
        assert fleet.take_journal(NAMES[0], piece) == 2


# --- sticks that are out ----------------------------------------------------------------------------------------------

STICK = BundleKept("usb-1", NOW, date(2026, 11, 9), date(2026, 11, 15), (), "ab" * 32)
LINE = BundleRow("001", ("a",), "cd" * 32, timedelta(minutes=1), ("p", "s", NOW), "xa", "an-quang-01")


@pytest.mark.parametrize(("days", "told"), [(1, False), (7, False), (8, True), (35, True), (36, False)])
def test_a_sheet_that_does_not_come_back_is_told_after_a_week_for_four(
    fleet: Fleet, store: Store, days: int, told: bool
) -> None:
    store.keep_bundle(STICK, [LINE], Note("station", "bundle_made", STICK.id))
    patient = Patient(fleet.site, lambda: utc(2026, 11, 15, 3) + timedelta(days=days))
    patient.store = store
    found = list(sticks(patient))
    assert [(each.code, each.level) for each in found] == [("bundle_not_returned", Level.ADVICE)] * told
    assert all(each.code in TOLD_ADVICE for each in found)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, ""),
        (0.0, "< 1 s"),
        (-0.6, "< 1 s"),
        (0.99, "< 1 s"),
        (1.2, "+1 s"),
        (-7.6, "-8 s"),
        (86400.0, "+86400 s"),
    ],
)
def test_a_clock_is_shown_no_finer_than_it_is_known(fleet: Fleet, seconds: float | None, shown: str) -> None:
    FarReceivers(fleet, lambda: NOW).say(NAMES[0], clock_offset_s=seconds)
    assert speakers_list._row(survey(fleet, NOW)[0], NOW)[6] == shown
