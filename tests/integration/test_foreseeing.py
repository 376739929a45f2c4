"""What receivers hold for days is what they are handed in the end: by the same approvals, hours and order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.app import build_channels
from pipeline.channels import Foresees
from pipeline.dispatch import Dispatch
from pipeline.domain import Bulletin, Occurrence, Recording
from pipeline.fleet.fleet import Fleet, fleet_of
from pipeline.protocol.plan import Airing
from pipeline.site import Site, load_site
from pipeline.store import Store
from tests.channel_cases import recording
from tests.fleets import ZONE, FarReceivers
from tests.sites import AREAS, PROGRAMME, SCRIPT, write_site

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
CHANNELS = """\
channels:
  may-thu: {type: receiver, listen: "127.0.0.1:8443", address: "https://127.0.0.1:8443"}
  ban-giao: {type: sms_file, path: var/handover}
sms: {channel: ban-giao}
"""
CLUSTERS = AREAS.replace("channel: thu-muc, address: {folder: an-quang-01}", "channel: may-thu").replace(
    "channel: thu-muc, address: {folder: an-hung-01}", "channel: may-thu"
)
NAMES = ("an-hung-01", "an-quang-01")


@dataclass
class Desk:
    """A station's desk with two receivers that say at once what they hold."""

    root: Path
    store: Store
    now: datetime = NOW
    refused: set[str] = field(default_factory=set)
    seconds: float = 2.0

    def __post_init__(self) -> None:
        self.read()
        for name in NAMES:
            self.fleet.certified(name, name, NOW + timedelta(days=700), NOW, anew=True)
            self.far.say(name)

    def read(self) -> None:
        """By the files as they are."""
        site: Site = load_site(self.root)
        assert site.usable
        channels = build_channels(site, lambda: self.now)
        found = fleet_of(site, self.store, lambda: self.now)
        assert isinstance(found, Fleet)
        self.fleet = found
        self.fleet.keys()
        plans = self.far.plans if hasattr(self, "far") else {}
        self.far = FarReceivers(self.fleet, lambda: self.now, plans=plans)
        self.fleet.issuing.wire = self.far
        channel = channels["may-thu"]
        assert isinstance(channel, Foresees)
        channel.plans = self.fleet
        self.desk = Dispatch(site, self.store, self._find, channels, refusal=self._refusal)

    def _find(self, _: Occurrence) -> Recording:
        return recording(self.root / "made", self.seconds)

    def _refusal(self, bulletin: Bulletin) -> str:
        return "not_approved" if bulletin.id in self.refused else ""

    def ahead(self, now: datetime | None = None) -> list[Airing]:
        """Plan and look ahead; what the receiver of An Quang holds then."""
        self.now = now or self.now
        self.desk.plan(self.now)
        self.desk.foresee(self.now)
        return list(self.far.plans["an-quang-01"].airings)

    def starts(self, now: datetime | None = None) -> list[str]:
        return [f"{each.begin:%d %H:%M:%S}" for each in self.ahead(now)]

    def change(self, name: str, change: Callable[[str], str]) -> None:
        path = self.root / name
        path.write_text(change(path.read_text()))
        self.read()


@pytest.fixture
def desk(tmp_path: Path, empty_sqlite: Path) -> Iterator[Desk]:
    root = write_site(tmp_path / "dai", {"config/areas.yaml": CLUSTERS, "config/channels.yaml": CHANNELS})
    (tmp_path / "loa.db").write_bytes(empty_sqlite.read_bytes())
    store = Store(f"sqlite:///{tmp_path / 'loa.db'}")
    yield Desk(root, store)
    store.close()


def test_eight_days_lie_ahead_and_no_more(desk: Desk) -> None:
    assert desk.starts() == ["23 17:00:00", "25 17:00:00", "27 17:00:00", "30 17:00:00"]
    assert [each.latest - each.begin for each in desk.ahead()] == [timedelta(minutes=15)] * 4


def test_what_was_foreseen_is_handed_over_without_a_word_more(desk: Desk) -> None:
    first = desk.ahead()[0]
    published = list(desk.far.published)
    desk.now = NOW.replace(hour=16, minute=52)
    desk.desk.send_due(desk.now)
    assert desk.far.published == published
    (delivery,) = desk.store.deliveries([int(first.id.removeprefix("loa-"))])
    assert (delivery.state.value, delivery.recording) == ("accepted", first.sound)


def test_nothing_is_worked_out_again_where_nothing_has_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ahead()
    monkeypatch.setattr(desk.store, "due", lambda *_, **__: pytest.fail("it was looked again"))
    desk.desk.foresee(NOW + timedelta(minutes=5))


def test_a_slot_that_is_gone_from_the_files_leaves_the_plan(desk: Desk) -> None:
    desk.ahead()
    desk.change("schedules/canh-bao.yaml", lambda text: text.replace("days: [mon, wed, fri]", "days: [wed]"))
    assert desk.starts() == ["25 17:00:00"]


def test_what_nobody_accepts_any_more_leaves_the_plan(desk: Desk) -> None:
    assert len(desk.ahead()) == 4
    desk.refused = {"gia-danh-cong-an", "deepfake"}
    desk.desk._foreseeing._marks.clear()
    assert desk.ahead() == []


def test_what_is_not_produced_is_not_promised(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.desk._foreseeing.readiness, "find", lambda _: None)
    desk.desk.plan(NOW)
    desk.desk.foresee(NOW)
    assert desk.far.plans == {}


def test_what_is_more_urgent_goes_first_in_the_plan_too(desk: Desk) -> None:
    urgent = SCRIPT.replace("category:", "priority: priority\ncategory:")
    (desk.root / "scripts_audio" / "bao.md").write_text(urgent)
    programme = PROGRAMME.replace("programme: canh-bao", "programme: bao").replace(
        "bulletins: [gia-danh-cong-an, deepfake]", "bulletins: [bao]"
    )
    (desk.root / "schedules" / "bao.yaml").write_text(programme)
    desk.seconds = 60.0
    desk.read()
    first = desk.ahead()[:2]
    assert [each.priority.value for each in first] == ["priority", "routine"]
    assert first[1].begin >= first[0].begin + timedelta(seconds=60)


def test_nothing_is_foreseen_outside_the_hours(desk: Desk) -> None:
    desk.change("schedules/canh-bao.yaml", lambda text: text.replace('at: "17:00"', 'at: ["17:00", "22:00"]'))
    assert desk.starts() == ["23 17:00:00", "25 17:00:00", "27 17:00:00", "30 17:00:00"]


def test_an_airing_stays_in_the_plan_until_it_can_no_longer_sound(desk: Desk) -> None:
    desk.ahead()
    desk.now = NOW.replace(hour=16, minute=52)
    desk.desk.send_due(desk.now)
    assert desk.starts(NOW.replace(hour=17, minute=10))[0] == "23 17:00:00"
    assert desk.starts(NOW.replace(hour=17, minute=24))[0] == "23 17:00:00"
    desk.fleet.issuing.issue(NAMES, NOW.replace(hour=17, minute=30))
    assert f"{desk.far.plans['an-quang-01'].airings[0].begin:%d}" == "25"


def test_a_stop_takes_back_what_nobody_has_heard_of_too(desk: Desk) -> None:
    desk.far.answers = False
    desk.ahead()
    desk.now = NOW.replace(hour=16, minute=52)
    desk.desk.send_due(desk.now)
    stopped = desk.desk.stop(["an-quang"], desk.now)
    assert stopped.withdrawn == ("an-quang-01",)
    assert f"{desk.far.plans['an-quang-01'].airings[0].begin:%d}" == "25", "what comes later stays"
    assert f"{desk.far.plans['an-hung-01'].airings[0].begin:%d}" == "23"


def test_a_station_that_was_off_finds_its_airings_handed_over_not_missed(desk: Desk) -> None:
    first = int(desk.ahead()[0].id.removeprefix("loa-"))
    desk.now = NOW + timedelta(days=1)
    desk.desk.plan(desk.now)
    assert desk.store.deliveries([first])[0].state.value == "unknown"
    desk.desk.confirm(desk.now)
    assert desk.store.deliveries([first])[0].state.value == "accepted"
    assert desk.desk.troubles == []
