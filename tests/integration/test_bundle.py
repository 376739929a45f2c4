"""What may go on a stick: a real station, real sound, and the rules of the air on the day it would be heard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.app import Station
from pipeline.bundle.checking import check
from pipeline.bundle.choosing import Wish, choose
from pipeline.bundle.contents import Contents
from pipeline.bundle.writing import write
from pipeline.dispatch.calendar import places, ways
from pipeline.dispatch.one_off import draft
from pipeline.errors import ContentError
from pipeline.site import load_site
from pipeline.store import ONE_OFF
from tests.people import approve_everything
from tests.sites import AREAS, CHANNELS, OTHER_SCRIPT, PROGRAMME, SCRIPT, STATION, write_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
REPORTS = "report_channels:\n  - {id: '113', read: một một ba, for: công an, checked: %s, valid_days: 365}\n"
DEVICE = CHANNELS.replace("sms:", "  may-tram: {type: sound_card, device: default}\nsms:")
FRESH = {"config/report_channels.yaml": REPORTS % "2026-11-01"}


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose words were spoken once."""
    root = write_site(tmp_path_factory.mktemp("produced"), FRESH)
    with opened(root) as station:
        choose(station, Wish(MONDAY, 7), "usb-1")
    return root


@contextmanager
def opened(root: Path, now: datetime = NOW, *, approve: tuple[str, ...] | None = None) -> Iterator[Station]:
    station = Station.of(load_site(root), lambda: now)
    approve_everything(station.site, station.store, approve)
    yield station
    station.close()


@pytest.fixture
def chosen(produced: Path, tmp_path: Path) -> Choose:
    return Choose(produced, tmp_path / "site")


class Choose:
    """Chooses for a changed copy of the site."""

    def __init__(self, produced: Path, root: Path) -> None:
        self.produced, self.root = produced, root

    def __call__(
        self,
        changes: Mapping[str, str] | None = None,
        wish: Wish | None = None,
        now: datetime = NOW,
        approve: tuple[str, ...] | None = None,
        sent: datetime | None = None,
    ) -> Contents:
        shutil.copytree(self.produced / "var" / "cache", self.root / "var" / "cache")
        write_site(self.root, {**FRESH, **(changes or {})})
        with opened(self.root, now, approve=approve) as station:
            if sent is not None:
                _send(station, sent)
            return choose(station, wish or Wish(MONDAY, 7), "usb-20261123-4f7kq")


def _send(station: Station, at: datetime) -> None:
    """One bundle airing that somebody asked for."""
    asked = draft(station.site, station.site.bulletins["deepfake"], ["an-quang"], at, slot="1")
    span = {"since": at - timedelta(1), "until": at + timedelta(1)}
    station.store.upsert_plan([asked], ways(station.site), areas=places(station.site), now=NOW, **span)


def left_out(found: Contents) -> set[tuple[str, str]]:
    return {(each.name, each.code) for each in found.left_out}


def keys(found: Contents) -> list[tuple[str, str]]:
    return [(f"{each.start:%d %H:%M}", each.place.cluster) for each in found.lines]


def test_a_week_lies_commune_by_commune_in_the_order_it_plays(chosen: Choose) -> None:
    found = chosen()
    days = ["23 17:00", "25 17:00", "27 17:00"]
    assert keys(found) == [(day, place) for place in ("an-quang-01", "an-hung-01") for day in days]
    assert [each.code for each in found.lines] == [f"{number:03}" for number in range(1, 7)]
    assert found.lines[0].file == "01-an-quang/2026-11-23-thu-hai/01-17h00-canh-bao-lua-dao.mp3"
    assert found.lines[5].file == "02-an-hung/2026-11-27-thu-sau/01-17h00-canh-bao-lua-dao.mp3"
    assert found.lines[0].bulletins == ("gia-danh-cong-an", "deepfake")
    assert [each.bulletin for each in found.singles] == ["gia-danh-cong-an", "deepfake"]
    assert found.reports == {"gia-danh-cong-an": ("113",), "deepfake": ("113",)}
    assert (found.left_out, found.failures) == ((), ())


def test_what_was_chosen_can_be_written_and_is_whole(chosen: Choose, tmp_path: Path) -> None:
    found = chosen()
    write(found, tmp_path / "usb")
    checked = check(tmp_path / "usb", MONDAY)
    assert checked.problems.errors == 0
    assert len(checked.manifest.files) == 3 + 2 * (6 + 2) + 2


def test_an_area_narrows_the_stick(chosen: Choose) -> None:
    found = chosen(wish=Wish(MONDAY, 3, ("an-hung",)))
    assert keys(found) == [("23 17:00", "an-hung-01"), ("25 17:00", "an-hung-01")]
    assert found.last == date(2026, 11, 25)


def test_named_bulletins_go_alone_and_without_the_programmes(chosen: Choose) -> None:
    found = chosen(wish=Wish(MONDAY, 7, (), ("deepfake",)))
    assert found.lines == ()
    assert [(each.code, each.bulletin, each.file) for each in found.singles] == [
        ("T01", "deepfake", "luu-dong/01-deepfake.mp3")
    ]
    assert set(found.bulletins) == {"deepfake"}


def test_what_nobody_accepted_stays_off_and_is_named(chosen: Choose) -> None:
    found = chosen(approve=("deepfake",))
    assert {each.bulletins for each in found.lines} == {("deepfake",)}
    assert [each.bulletin for each in found.singles] == ["deepfake"]
    assert left_out(found) == {("gia-danh-cong-an", "not_approved")}
    (only,) = found.left_out
    assert (only.count, f"{only.first:%d/%m %H:%M}") == (3, "23/11 17:00")


def test_nothing_accepted_is_an_empty_stick(chosen: Choose) -> None:
    found = chosen(approve=())
    assert (found.lines, found.singles) == ((), ())


def test_what_runs_out_within_the_days_is_left_out_from_then_on(chosen: Choose) -> None:
    script = OTHER_SCRIPT.replace("category:", "expires: 2026-11-25\ncategory:")
    found = chosen({"scripts_audio/deepfake.md": script})
    by_day = {each.start.day: each.bulletins for each in found.lines}
    both = ("gia-danh-cong-an", "deepfake")
    assert by_day == {23: both, 25: both, 27: ("gia-danh-cong-an",)}
    assert [(each.bulletin, each.until.day) for each in found.singles] == [("gia-danh-cong-an", 29), ("deepfake", 25)]
    assert left_out(found) == set()  # the plan itself names it no more


def test_a_place_to_report_that_nobody_vouches_for_on_the_day_keeps_its_bulletins_off(chosen: Choose) -> None:
    found = chosen({"config/report_channels.yaml": REPORTS % "2025-11-25"})
    assert {each.start.day: each.bulletins for each in found.lines} == {
        23: ("gia-danh-cong-an", "deepfake"),
        25: ("gia-danh-cong-an", "deepfake"),
        27: ("deepfake",),
    }
    assert left_out(found) == {("gia-danh-cong-an", "report_channel_stale")}
    assert {each.bulletin: each.until.day for each in found.singles} == {"gia-danh-cong-an": 25, "deepfake": 29}


def test_an_airing_outside_the_hours_is_left_out(chosen: Choose) -> None:
    found = chosen({"schedules/canh-bao.yaml": PROGRAMME.replace('"17:00"', '"12:00"', 1)})
    assert found.lines == ()
    assert left_out(found) == {("canh-bao/chieu", "outside_window")}


def test_an_airing_that_would_run_into_the_quiet_hours_is_cut_to_end_in_time(chosen: Choose) -> None:
    late = PROGRAMME.replace('at: "17:00"', 'at: "18:59"').replace("length: 10m", "length: 10m\n    repeat: 8")
    found = chosen({"schedules/canh-bao.yaml": late}, wish=Wish(MONDAY, 1))
    (one, _) = (each.recording.duration_s for each in found.lines)
    assert 30 < one <= 65
    assert found.lines[0].bulletins == ("gia-danh-cong-an", "deepfake")


def test_an_airing_of_which_nothing_can_end_in_time_is_left_out(chosen: Choose) -> None:
    hours = {"config/station.yaml": STATION.replace('"17:00-19:00"', '"16:59-17:01"')}
    long = SCRIPT + "\n".join(["\nHãy bình tĩnh, tắt máy, kể cho người nhà nghe và hỏi lại công an xã."] * 14)
    found = chosen({**hours, "scripts_audio/gia-danh-cong-an.md": long}, wish=Wish(MONDAY, 1))
    assert found.lines == ()
    assert left_out(found) == {("canh-bao/chieu", "no_room_in_hours")}


def test_an_expired_bulletin_that_somebody_names_is_refused(chosen: Choose) -> None:
    script = OTHER_SCRIPT.replace("category:", "expires: 2026-11-22\ncategory:")
    found = chosen({"scripts_audio/deepfake.md": script}, wish=Wish(MONDAY, 1, (), ("deepfake",)))
    assert left_out(found) == {("deepfake", "bulletin_expired")}


def test_what_is_too_late_today_is_not_put_on_a_stick(chosen: Choose) -> None:
    found = chosen(now=NOW.replace(hour=17, minute=16))
    assert {each.start.day for each in found.lines} == {25, 27}


def test_a_cluster_that_reports_by_itself_needs_no_stick(chosen: Choose) -> None:
    areas = AREAS.replace("an-hung, channel: thu-muc, address: {folder: an-hung-01}", "an-hung, channel: may-tram")
    found = chosen({"config/areas.yaml": areas, "config/channels.yaml": DEVICE})
    assert {each.place.cluster for each in found.lines} == {"an-quang-01"}
    assert found.by_themselves == ("Cụm loa Chiến Thắng",)


def test_a_cluster_without_a_channel_is_served_by_sticks(chosen: Choose) -> None:
    areas = AREAS.replace("an-hung, channel: thu-muc, address: {folder: an-hung-01}", "an-hung, channel: khong-co")
    found = chosen({"config/areas.yaml": areas})
    assert {each.place.cluster for each in found.lines} == {"an-quang-01", "an-hung-01"}


def test_a_station_that_wants_no_fallback_voice_puts_none_on_a_stick(chosen: Choose) -> None:
    station = STATION.replace(
        "voices: {chain: [recorded, espeak-ng]}", "voices: {chain: [piper, espeak-ng], air_fallback: urgent_only}"
    )
    found = chosen({"config/station.yaml": station})
    assert (found.lines, found.singles) == ((), ())
    assert {code for _, code in left_out(found)} == {"fallback_withheld"}


def test_what_somebody_asked_for_by_hand_is_on_the_stick_too(chosen: Choose) -> None:
    found = chosen(sent=datetime(2026, 11, 24, 17, 30, tzinfo=ZONE))
    asked = [each for each in found.lines if each.key[0] == ONE_OFF]
    assert [(f"{each.start:%d %H:%M}", each.place.cluster, each.bulletins) for each in asked] == [
        ("24 17:30", "an-quang-01", ("deepfake",))
    ]


def test_a_recording_that_was_touched_is_left_out(chosen: Choose, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.bundle import choosing

    monkeypatch.setattr(choosing, "intact", lambda _: "recording_altered")
    found = chosen()
    assert (found.lines, found.singles) == ((), ())
    assert {code for _, code in left_out(found)} == {"recording_altered"}


def test_two_airings_at_one_hour_are_numbered_by_their_rank(chosen: Choose) -> None:
    script = SCRIPT.replace("category:", "priority: emergency\ncategory:")
    other = PROGRAMME.replace("canh-bao\n", "khan\n", 1).replace("Cảnh báo lừa đảo", "Tin khẩn")
    other = other.replace("[gia-danh-cong-an, deepfake]", "[gia-danh-cong-an]")
    mine = PROGRAMME.replace("[gia-danh-cong-an, deepfake]", "[deepfake]")
    files = {
        "scripts_audio/gia-danh-cong-an.md": script,
        "schedules/khan.yaml": other,
        "schedules/canh-bao.yaml": mine,
    }
    found = chosen(files, wish=Wish(MONDAY, 1, ("an-quang",)))
    assert [each.file.rpartition("/")[2] for each in found.lines] == [
        "01-17h00-tin-khan.mp3",
        "02-17h00-canh-bao-lua-dao.mp3",
    ]


def test_a_stick_that_nobody_could_write_is_refused_before_anything_is_rendered(
    chosen: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.bundle import choosing
    from pipeline.production import Production

    monkeypatch.setattr(choosing, "MOST_FILES", 15)
    monkeypatch.setattr(Production, "make", lambda *_: pytest.fail("rendered"))
    with pytest.raises(ContentError) as caught:
        chosen()
    assert (caught.value.code, caught.value.params["count"]) == ("bundle_too_large", "18")
