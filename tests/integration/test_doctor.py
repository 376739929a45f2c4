"""What the doctor finds on a real small site, and what it tells."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from pipeline import doctor
from pipeline.app import Station, sole_station
from pipeline.backup import copy_daily
from pipeline.clock import ClockTrust
from pipeline.doctor import CHECKS, Checked, Level, examine
from pipeline.doctor.status import survey
from pipeline.domain import Medium, State
from pipeline.errors import Outcome, SendError
from pipeline.messages import CATALOGUE
from pipeline.telling import Teller
from pipeline.telling.post import Post
from tests.sites import STATION, write_site
from tests.stores import Person

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)
AIR = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is well: a trusted clock, room on the disk."""
    monkeypatch.setattr(ClockTrust, "refusal", lambda _: "")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * 2**30, 50 * 2**30, 50 * 2**30))


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with everything that the coming days need, but for approvals."""
    root = write_site(tmp_path_factory.mktemp("doctor") / "site")
    station = Station.open(root, lambda: NOON)
    station.produce(2)
    station.store.import_contacts("to-truong", "Quyết định 1", [Person("84912345678")], now=NOON)
    station.close()
    return root


@pytest.fixture
def site(produced: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(produced, tmp_path / "site"))


@pytest.fixture
def admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.approval.Approvals.refusal", lambda *_: "")


def found(root: Path, now: datetime = NOON, level: Level = Level.PROBLEM) -> set[str]:
    """Codes of this level."""
    return {each.code for one in examine(root, lambda: now) for each in one.findings if each.level is level}


def by_name(checked: list[Checked]) -> dict[str, Level]:
    return {each.name: each.level for each in checked}


@pytest.mark.usefixtures("admitted")
class TestExamine:
    def test_a_station_that_has_everything_has_nothing_to_do(self, site: Path) -> None:
        assert found(site) == set()
        assert found(site, level=Level.ADVICE) >= {"telling_unset", "station_not_running", "copies_missing"}

    def test_a_site_never_produced_is_told_what_is_missing(self, tmp_path: Path) -> None:
        root = write_site(tmp_path / "fresh")
        assert found(root) == {"airing_not_produced"}
        assert found(root, NOON + timedelta(days=4)) == {"contact_list_missing", "airing_not_produced"}

    def test_a_broken_file(self, site: Path) -> None:
        write_site(site, {"scripts_audio/deepfake.md": "---\ntitle: x\n---\n"})
        assert "site_has_errors" in found(site)

    def test_files_that_carry_no_station_are_found_and_nothing_is_raised(self, tmp_path: Path) -> None:
        assert found(tmp_path / "nowhere") == {"site_has_errors"}

    def test_a_damaged_database(self, site: Path) -> None:
        (site / "var/loa.db").write_bytes(b"nothing" * 1000)
        assert "store_damaged" in found(site)

    def test_a_full_disk(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * 2**30, 96 * 2**30, 4 * 2**30))
        assert found(site) == {"disk_low"}
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(4 * 2**30, 3 * 2**30, 2**30 - 1))
        assert found(site) == {"disk_low"}

    def test_a_clock_in_doubt(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ClockTrust, "refusal", lambda _: "clock_behind")
        assert found(site) == {"clock_behind"}

    def test_an_airing_outside_its_hours(self, site: Path) -> None:
        write_site(site, {"config/station.yaml": STATION.replace('"17:00-19:00": daily, ', "")})
        assert "airing_outside_window" in found(site)

    def test_a_channel_that_cannot_be_written(self, site: Path) -> None:
        shutil.rmtree(site / "var/playout", ignore_errors=True)
        (site / "var/playout").write_text("in the way")
        assert found(site) == {"channel_unready"}

    def test_a_voice_that_is_not_here_is_advice_while_another_speaks(self, site: Path) -> None:
        chain = STATION.replace("[recorded, espeak-ng]", "[recorded, piper, espeak-ng]")
        write_site(site, {"config/station.yaml": chain})
        assert "voice_unready" in found(site, level=Level.ADVICE)
        only = STATION.replace("[recorded, espeak-ng]", "[recorded, piper]")
        write_site(site, {"config/station.yaml": only})
        assert "voices_unready" in found(site)

    def test_a_fallback_voice_is_a_problem_where_it_may_not_air(self, site: Path) -> None:
        chain = STATION.replace("{chain: [recorded, espeak-ng]}", "{chain: [recorded, piper, espeak-ng]}")
        write_site(site, {"config/station.yaml": chain})
        assert "airing_by_fallback" in found(site, level=Level.ADVICE)
        urgent_only = chain.replace("espeak-ng]}", "espeak-ng], air_fallback: urgent_only}")
        write_site(site, {"config/station.yaml": urgent_only})
        assert "airing_by_fallback" in found(site)

    def test_what_airs_as_it_was_made_before_lacks_nothing(self, site: Path) -> None:
        write_site(site, {"config/station.yaml": STATION.replace("espeak-ng]", "espeak-ng], rate: 1.2")})
        assert "airing_as_before" in found(site, level=Level.ADVICE)
        assert found(site) == set()

    def test_a_key_that_others_can_read_and_one_that_is_gone(self, site: Path) -> None:
        (site / "var/keys/contacts.key").chmod(0o640)
        assert found(site) == {"key_open"}
        (site / "var/keys/contacts.key").unlink()
        assert found(site) == {"contacts_key_missing"}

    def test_an_old_copy(self, site: Path) -> None:
        station = Station.open(site, lambda: NOON)
        copy = copy_daily(station.store, site, NOON)
        station.close()
        assert copy is not None
        for hours, codes in ((47, set()), (49, {"copies_old"})):
            made = NOON.timestamp() - hours * 3600
            os.utime(copy, (made, made))
            assert found(site) == codes

    def test_people_who_cannot_be_told(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        telling = STATION + "telling: {to: [env:LOA_TELL_URL], ping: env:LOA_PING_URL}\n"
        write_site(site, {"config/station.yaml": telling})
        monkeypatch.delenv("LOA_TELL_URL", raising=False)
        monkeypatch.setenv("LOA_PING_URL", "http://example.org/x")
        assert found(site) == {"address_unset", "address_bad"}
        monkeypatch.setenv("LOA_TELL_URL", "json://127.0.0.1")
        monkeypatch.setenv("LOA_PING_URL", "https://example.org/x")
        assert found(site) == set()

    def test_a_running_station_is_seen(self, site: Path) -> None:
        with sole_station(site):
            assert "station_not_running" not in found(site, level=Level.ADVICE)

    def test_every_check_has_its_title_and_every_finding_its_sentence(self, tmp_path: Path) -> None:
        assert not [each.__name__ for each in CHECKS if f"check_{each.__name__}" not in CATALOGUE]
        checked = examine(write_site(tmp_path / "fresh"), lambda: NOON)
        assert all(each.code in CATALOGUE for one in checked for each in one.findings)


def test_what_nobody_approved_is_named_bulletin_by_bulletin(site: Path) -> None:
    problems = [each for one in examine(site, lambda: NOON) for each in one.findings if each.level is Level.PROBLEM]
    assert {each.code for each in problems} == {"airing_not_admitted"}
    assert {each.params["bulletin"] for each in problems} == {"gia-danh-cong-an", "deepfake"}
    assert {each.params["why"] for each in problems} == {"not_approved"}


class Watched(NamedTuple):
    station: Station
    teller: Teller

    def codes(self) -> set[str]:
        return {each.code for each in self.station.store.open_notices()}


@pytest.fixture
def watched(site: Path) -> Iterator[Watched]:
    station = Station.open(site, lambda: NOON)
    yield Watched(station, Teller(station.site, station.store, Post(environ={}, monotonic=lambda: time.monotonic())))
    station.close()


@pytest.mark.usefixtures("admitted")
class TestByItself:
    def test_the_afternoon_comes_once_a_day_from_three_on_and_good_news_is_told(self, watched: Watched) -> None:
        station, teller = watched
        assert doctor.afternoon(station, teller, NOON) == []
        assert doctor.afternoon(station, teller, NOON + timedelta(hours=3)) != []
        assert watched.codes() == {"afternoon_ready"}
        assert doctor.afternoon(station, teller, NOON + timedelta(hours=4)) == []
        assert doctor.afternoon(station, teller, NOON + timedelta(hours=12)) == []
        assert doctor.afternoon(station, teller, NOON + timedelta(hours=27)) != []

    def test_what_the_afternoon_found_stands_until_the_next(
        self, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        station, teller = watched
        (station.site.root / "var/keys/contacts.key").chmod(0o644)
        doctor.afternoon(station, teller, AIR - timedelta(hours=1))
        assert watched.codes() == {"key_open"}
        doctor.watch(station, teller, AIR - timedelta(minutes=30))
        assert watched.codes() == {"key_open"}
        (station.site.root / "var/keys/contacts.key").chmod(0o600)
        doctor.afternoon(station, teller, AIR + timedelta(days=1))
        assert "key_open" not in watched.codes()

    def test_what_the_afternoon_found_further_ahead_than_is_watched_stands(
        self, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pipeline.approval.Approvals.refusal", lambda *_: "not_approved")
        tuesday = NOON + timedelta(hours=27)  # the next airing is on Wednesday at 17:00
        doctor.afternoon(*watched, tuesday)
        assert watched.codes() == {"airing_not_admitted"}
        doctor.watch(*watched, tuesday)
        assert watched.codes() == {"airing_not_admitted"}

    def test_what_is_watched_is_noted_while_it_lasts(self, watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
        station, teller = watched
        doctor.watch(station, teller, NOON)
        assert watched.codes() == set()
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 99, 1))
        monkeypatch.setattr("pipeline.approval.Approvals.refusal", lambda *_: "not_approved")
        doctor.watch(station, teller, NOON)
        assert watched.codes() == {"disk_low", "airing_not_admitted"}
        monkeypatch.setattr("pipeline.approval.Approvals.refusal", lambda *_: "")
        doctor.watch(station, teller, NOON + timedelta(minutes=5))
        assert watched.codes() == {"disk_low"}

    def test_a_device_that_is_gone_is_noted_but_never_asked_about_while_something_begins(
        self, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        station, teller = watched
        asked: list[int] = []

        def gone() -> None:
            asked.append(1)
            raise SendError("device_gone", Outcome.NOT_SENT)

        monkeypatch.setattr(station.channels["thu-muc"], "check", gone)
        doctor.watch(station, teller, AIR - timedelta(seconds=60))
        assert not asked
        doctor.watch(station, teller, NOON)
        assert watched.codes() == {"channel_unready"}
        doctor.watch(station, teller, AIR - timedelta(seconds=60))
        assert watched.codes() == {"channel_unready"}

    def test_what_is_missing_shortly_before_its_time_is_noted(self, tmp_path: Path) -> None:
        station = Station.open(write_site(tmp_path / "fresh"), lambda: NOON)
        teller = Teller(station.site, station.store)
        doctor.watch(station, teller, NOON)
        assert station.store.open_notices() == []
        doctor.watch(station, teller, AIR - timedelta(hours=2))
        assert [each.code for each in station.store.open_notices()] == ["airing_not_produced"]
        station.close()


@pytest.mark.usefixtures("admitted")
def test_the_status_names_now_next_last_and_what_is_wrong(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    station = Station.open(site, lambda: AIR)
    station.plan()
    station.send_due()
    station.store.notice("disk_low", params={"free": "0.5", "percent": "3"}, now=AIR)
    station.store.notice("afternoon_ready", "2026-11-23", {"count": "3"}, now=AIR)
    station.close()
    during = survey(site, lambda: AIR + timedelta(minutes=3))
    spoken = during.media[Medium.LOUDSPEAKER]
    assert [(each.occurrence.slot, dict(each.counts)) for each in spoken.now] == [("chieu", {State.ACCEPTED: 2})]
    assert spoken.next is not None
    assert f"{spoken.next.occurrence.start:%d}" == "25"
    assert spoken.last is None
    assert [each.code for each in during.problems] == ["disk_low"]
    after = survey(site, lambda: AIR + timedelta(minutes=20)).media[Medium.LOUDSPEAKER]
    assert after.now == ()
    assert after.last is not None
    text = during.media[Medium.SMS]
    assert text.next is not None
    assert text.next.occurrence.slot == "nhan-tin"


def test_the_status_of_a_site_never_run_is_what_its_files_say(tmp_path: Path) -> None:
    found = survey(write_site(tmp_path / "fresh"), lambda: NOON)
    assert found.running is False
    assert found.media[Medium.LOUDSPEAKER].next is not None
    assert not (tmp_path / "fresh/var/loa.db").exists()


def test_only_when_it_is_asked_to_does_it_ask_a_provider_about_the_account(
    produced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.contracts.far_twilio import SECRETS, Behaviour, serving

    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    root = Path(shutil.copytree(produced, tmp_path / "asked"))
    channels = root / "config" / "channels.yaml"
    with serving(Behaviour(list_fault="401")) as far:
        account = "account: env:LOA_FAR_ACCOUNT, token: env:LOA_FAR_TOKEN"
        way = f'  tin: {{type: twilio, {account}, sender: LOA, base_url: "{far.url}"}}\n'
        channels.write_text(channels.read_text(encoding="utf-8").replace("channels:\n", f"channels:\n{way}"), "utf-8")

        def unready(*, online: bool) -> list[str]:
            checked = examine(root, lambda: NOON, online=online)
            return [each.subject for one in checked for each in one.findings if each.code == "channel_unready"]

        assert "tin" not in unready(online=False)
        assert far.asked == []
        assert "tin" in unready(online=True)
        far.behaviour.list_fault = ""
        assert "tin" not in unready(online=True)
