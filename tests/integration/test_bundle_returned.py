"""What a return sheet says becomes a person's evidence: taken row by row, refused row by row, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from pipeline.app import Station
from pipeline.bundle.evidence import Returned, take
from pipeline.bundle.returned import read_sheet
from pipeline.dispatch.calendar import places, ways
from pipeline.domain import Evidence, Medium, Occurrence, Person, Receipt, Role, State
from pipeline.site import load_site
from pipeline.store import BundleKept, BundleRow, Note, Taken
from tests.sites import AREAS, write_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
TUESDAY = START.replace(day=24, hour=5)
NOW = START.replace(day=26, hour=9)
LENGTH = timedelta(seconds=90)
HOA = Person("hoa", "Phạm Thị Hoa", Role.EDITOR, START)
HEADER = "Mã;Ngày;Nơi phát;Đã phát lúc;Người phát;Ghi chú\n"
TWINS = AREAS.replace("clusters:", "  - {id: thon-ba, name: Xã An Hưng, parent: an-lao}\nclusters:")


class Desk(NamedTuple):
    """A station with one airing at two clusters and a stick that holds it."""

    station: Station
    folder: Path

    def take(self, *rows: str, now: datetime = NOW, write_off: bool = True) -> Returned:
        path = self.folder / "phieu.csv"
        path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return take(self.station, read_sheet(path), HOA, now, write_off=write_off)

    def states(self) -> list[State]:
        (row,) = self.station.store.occurrences(START, START + timedelta(1))
        return [each.state for each in self.station.store.deliveries_of(row.id)]

    def receipts(self, number: int = 0) -> list[Receipt]:
        (row,) = self.station.store.occurrences(START, START + timedelta(1))
        return self.station.store.receipts_of(self.station.store.deliveries_of(row.id)[number].id)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    site = load_site(write_site(tmp_path / "site", {"config/areas.yaml": TWINS}))
    station = Station.of(site, lambda: NOW)
    airing = Occurrence(
        programme="canh-bao",
        slot="chieu",
        start=START,
        medium=Medium.LOUDSPEAKER,
        title="Cảnh báo",
        bulletins=("deepfake",),
        targets=("an-quang-01", "an-hung-01"),
        areas=("an-quang", "an-hung"),
    )
    span = {"since": START - timedelta(1), "until": START + timedelta(1)}
    station.store.upsert_plan([airing], ways(site), areas=places(site), now=START - timedelta(1), **span)
    held = station.store.claim("thu-muc", now=START, limit=9, lease=timedelta(minutes=2))
    station.store.record([Receipt(each.delivery.id, START, State.ACCEPTED) for each in held])
    rows = [
        BundleRow("001", ("deepfake",), "ab" * 32, LENGTH, airing.key, "an-quang", "an-quang-01"),
        BundleRow("002", ("deepfake",), "ab" * 32, LENGTH, airing.key, "an-hung", "an-hung-01"),
        BundleRow("003", ("deepfake",), "ab" * 32, LENGTH, ("khac", "sang", TUESDAY), "an-quang", "an-quang-01"),
        BundleRow("004", ("deepfake",), "ab" * 32, LENGTH, ("khac", "mai", NOW + timedelta(1)), "an-quang", "x"),
        BundleRow("T01", ("deepfake",), "cd" * 32, LENGTH),
    ]
    kept = BundleKept("usb-1", START, date(2026, 11, 23), date(2026, 11, 29), (), "ef" * 32)
    station.store.keep_bundle(kept, rows, Note("station", "bundle_made", "usb-1"))
    yield Desk(station, tmp_path)
    station.close()


def codes(result: Returned) -> list[tuple[int, str]]:
    return [(each.line, each.code) for each in result.problems]


def test_a_time_confirms_its_airing_as_a_persons_evidence(desk: Desk) -> None:
    result = desk.take("usb-1/001;Thứ hai 23/11/2026;;17:02;Anh Tuấn;", "usb-1/002;;;;;")
    assert result.taken == {Taken.CONFIRMED: 1}
    assert (result.rows, result.blank, result.refused) == (1, 1, 0)
    last = desk.receipts()[-1]
    assert (last.state, last.evidence) == (State.CONFIRMED, Evidence.PERSON)
    assert last.started == START + timedelta(minutes=2)
    assert last.ended == START + timedelta(minutes=2) + LENGTH
    assert desk.states() == [State.CONFIRMED, State.ACCEPTED]


def test_not_played_with_its_reason_is_a_receipt_that_says_so(desk: Desk) -> None:
    result = desk.take("usb-1/001;;;Không phát;;mất điện")
    assert result.taken == {Taken.NOT_PLAYED: 1}
    assert desk.states()[0] is State.FAILED
    assert desk.receipts()[-1].code == "person_not_played"


def test_the_same_sheet_again_changes_nothing(desk: Desk) -> None:
    rows = "usb-1/001;;;17:02;;", "usb-1/002;;;không phát;;mất điện", "usb-1/T01;24/11/2026;Xã An Quang;9h;;chợ"
    first = desk.take(*rows)
    before = desk.receipts(0), desk.receipts(1), desk.station.store.outside_airings(START, NOW)
    again = desk.take(*rows, now=NOW + timedelta(days=1))
    assert sum(first.taken.values()) == 3
    assert again.taken == {Taken.KNOWN: 3}
    assert again.refused == 0
    assert (desk.receipts(0), desk.receipts(1), desk.station.store.outside_airings(START, NOW)) == before


REFUSED = {
    "usb-9/001;;;17:02;;": "sheet_row_unknown",
    "usb-1/009;;;17:02;;": "sheet_row_unknown",
    "001;;;17:02;;": "sheet_row_unknown",
    ";;;17:02;;": "sheet_row_unknown",
    "usb-1/001/../T01;;;17:02;;": "sheet_row_unknown",
    "usb-1/001;;;17;;": "sheet_row_bad_time",
    "usb-1/001;;;đã phát;;": "sheet_row_bad_time",
    "usb-1/001;24/11/2026;;17:02;;": "sheet_row_other_day",
    "usb-1/001;hôm qua;;17:02;;": "sheet_row_other_day",
    "usb-1/001;24/11/2026;;không phát;;mưa": "sheet_row_other_day",
    "usb-1/001;;;không phát;;": "sheet_row_no_reason",
    "usb-1/001;;;;;có phát mà quên giờ": "sheet_row_no_time",
    "usb-1/004;;;9:00;;": "sheet_row_future",
    "usb-1/004;;;không phát;;mưa": "sheet_row_future",
    "usb-1/T01;26/11/2026;Xã An Quang;8:59;;": "sheet_row_future",  # it would still be playing
    "usb-1/T01;26/11/2026;Xã An Quang;9:30;;": "sheet_row_future",
    "usb-1/T01;;Xã An Quang;9:00;;": "sheet_row_no_day",
    "usb-1/T01;22/11/2026;Xã An Quang;9:00;;": "sheet_row_outside_days",
    "usb-1/T01;30/11/2026;Xã An Quang;9:00;;": "sheet_row_outside_days",
    "usb-1/T01;24/11/2026;;9:00;;": "sheet_row_place_unknown",
    "usb-1/T01;24/11/2026;chợ Kênh;9:00;;": "sheet_row_place_unknown",
    "usb-1/T01;24/11/2026;xã an hưng;9:00;;": "sheet_row_place_ambiguous",
}


@pytest.mark.parametrize("row", REFUSED)
def test_a_row_that_cannot_be_right_is_refused_and_the_others_are_taken(row: str, desk: Desk) -> None:
    result = desk.take(row, "usb-1/002;;;17:05;;")
    assert [each for each in codes(result) if each[0] == 2] == [(2, REFUSED[row])]
    assert result.taken == {Taken.CONFIRMED: 1}
    assert (result.refused, result.rows) == (1, 2)
    assert desk.states() == [State.ACCEPTED, State.CONFIRMED]
    assert desk.station.store.outside_airings(START - timedelta(1), NOW + timedelta(9)) == []


def test_what_was_said_stays_whatever_a_later_sheet_says(desk: Desk) -> None:
    desk.take("usb-1/001;;;17:02;Hoa;")
    result = desk.take("usb-1/001;;;17:20;Hoa;", "usb-1/001;;;không phát;Hoa;nhầm")
    assert codes(result) == [(2, "sheet_row_otherwise"), (3, "sheet_row_otherwise")]
    assert desk.states()[0] is State.CONFIRMED
    assert len(desk.receipts()) == 2


def test_one_sheet_that_says_two_things_of_a_row_is_taken_at_its_first_word(desk: Desk) -> None:
    result = desk.take("usb-1/001;;;17:02;;", "usb-1/001;;;17:02;;", "usb-1/001;;;17:03;;")
    assert result.taken == {Taken.CONFIRMED: 1, Taken.KNOWN: 1}
    assert codes(result) == [(4, "sheet_row_otherwise")]


def test_an_airing_the_station_missed_keeps_that_beside_what_a_person_says(desk: Desk) -> None:
    store = desk.station.store
    (row,) = store.occurrences(START, START + timedelta(1))
    second = store.deliveries_of(row.id)[1].id
    store.record([Receipt(second, START, State.CANCELLED)])
    result = desk.take("usb-1/002;;;17:02;;")
    assert result.taken == {Taken.BESIDE: 1}
    assert codes(result) == [(2, "sheet_row_beside")]
    assert result.refused == 0
    assert desk.states()[1] is State.CANCELLED
    assert desk.receipts(1)[-1].evidence is Evidence.PERSON


def test_an_airing_that_was_never_planned_as_a_row_is_kept_with_its_place_in_the_programme(desk: Desk) -> None:
    assert desk.take("usb-1/003;;;5:02;;").taken == {Taken.OUTSIDE: 1}
    (found,) = desk.station.store.outside_airings(START, NOW)
    assert (found.key, found.area, found.cluster, found.person) == (
        ("khac", "sang", TUESDAY),
        "an-quang",
        "an-quang-01",
        "",  # the sheet names nobody: who entered it did not play it
    )
    assert found.entered_by == "hoa"
    assert desk.take("usb-1/003;;;5:02;;").taken == {Taken.KNOWN: 1}


@pytest.mark.parametrize(
    "place", ["Xã An Quang", "an-quang", "XÃ AN QUANG", "Xã An Quang – chợ Kênh", "xa an quang, chợ"]
)
def test_a_free_airing_lies_where_its_place_says(place: str, desk: Desk) -> None:
    result = desk.take(f"usb-1/T01;24/11/2026;{place};17h05;Chị Mai;loa xách tay")
    assert result.taken == {Taken.OUTSIDE: 1}
    (found,) = desk.station.store.outside_airings(START, NOW)
    assert (found.area, found.bulletins, found.words) == ("an-quang", ("deepfake",), "loa xách tay")
    assert found.end - found.start == LENGTH
    assert found.key is None


def test_a_free_row_that_was_not_played_says_nothing(desk: Desk) -> None:
    result = desk.take("usb-1/T01;;;không phát;;", "usb-1/T01;;;;;")
    assert (result.rows, result.blank, result.refused) == (0, 2, 0)


@pytest.mark.parametrize(
    "row", ["T01;24/11/2026;;;;", "T01;;Xã An Quang;;;", "T01;;;;;đã phát ở chợ", "001;;;;;mất điện"]
)
def test_a_row_that_says_something_and_no_time_is_never_dropped_in_silence(row: str, desk: Desk) -> None:
    assert codes(desk.take(f"usb-1/{row}")) == [(2, "sheet_row_no_time")]


@pytest.mark.parametrize("row", ["T01;23/11/2026;Xã An Quang;16:59;Chị Mai;", "001;;;16:59;Chị Mai;"])
def test_nothing_was_played_from_a_stick_before_it_was_made(row: str, desk: Desk) -> None:
    assert codes(desk.take(f"usb-1/{row}")) == [(2, "sheet_row_before_stick")]
    assert desk.states() == [State.ACCEPTED, State.ACCEPTED]


def test_an_airing_in_the_quiet_hours_is_taken_and_told(desk: Desk) -> None:
    result = desk.take("usb-1/001;;;21:30;;")
    assert result.taken == {Taken.CONFIRMED: 1}
    assert codes(result) == [(2, "sheet_row_quiet_hours")]


def test_what_the_station_still_waits_to_send_is_not_answered_yet(desk: Desk) -> None:
    now = START + timedelta(minutes=10)
    airing = Occurrence("khac", "toi", START, Medium.LOUDSPEAKER, "x", ("deepfake",), ("an-hung-01",), ("an-hung",))
    span = {"since": START - timedelta(1), "until": START + timedelta(1)}
    site, store = desk.station.site, desk.station.store
    store.upsert_plan([airing], ways(site), areas=places(site), now=START - timedelta(1), **span)
    row = BundleRow("001", ("deepfake",), "ab" * 32, LENGTH, airing.key, "an-hung", "an-hung-01")
    kept = BundleKept("usb-2", START, date(2026, 11, 23), date(2026, 11, 23), (), "ef" * 32)
    store.keep_bundle(kept, [row], Note("station", "bundle_made", "usb-2"))
    assert codes(desk.take("usb-2/001;;;17:02;;", now=now)) == [(2, "sheet_row_waiting")]
    later = START + timedelta(hours=1)
    assert codes(desk.take("usb-2/001;;;17:02;;", now=later, write_off=False)) == [(2, "sheet_row_waiting")]
    assert desk.take("usb-2/001;;;17:02;;", now=later).taken == {Taken.BESIDE: 1}


def test_who_entered_what_stands_in_the_audit_log(desk: Desk) -> None:
    desk.take("usb-1/001;;;17:02;Tuấn 0912345678;", "usb-1/009;;;17:02;;")
    entry = desk.station.store.audit_entries(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("hoa", "bundle_returned", "usb-1")
    assert "0912345678" not in str(entry)
    assert '"confirmed":1' in str(entry.detail).replace(" ", "").replace("'", '"')
