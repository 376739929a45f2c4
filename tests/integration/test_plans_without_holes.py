"""A station speaks otherwise from now on: until that is made, its receivers keep what was made of the same words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline import speech
from pipeline.app import Station
from pipeline.domain import SpeechText, Withdrawal
from pipeline.errors import VoiceError
from pipeline.production import assembly
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.site import load_site
from pipeline.store import Note
from tests.fleets import ZONE, FarReceivers
from tests.people import approve_everything
from tests.sites import AREAS, PROGRAMME, write_site

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
NAMES = ("an-hung-01", "an-quang-01")
MINE = "an-quang-01"
CHANNELS = """\
channels:
  may-thu: {type: receiver, listen: "127.0.0.1:8443", address: "https://127.0.0.1:8443"}
  ban-giao: {type: sms_file, path: var/handover}
sms: {channel: ban-giao}
"""
CLUSTERS = AREAS.replace("channel: thu-muc, address: {folder: an-quang-01}", "channel: may-thu").replace(
    "channel: thu-muc, address: {folder: an-hung-01}", "channel: may-thu"
)
SLOTS = PROGRAMME.replace("[mon, wed, fri]", "[mon]").replace(
    "  - id: nhan-tin",
    """\
  - id: giua-tuan
    days: [wed, fri]
    at: "17:00"
    medium: loudspeaker
    areas: [an-lao]
    length: 10m
    play: {bulletins: [deepfake]}
  - id: nhan-tin""",
)
STARTS = ["23 17:00", "25 17:00", "27 17:00", "30 17:00"]
CONFIG = "config/station.yaml"


class Mute:
    """A voice that is away."""

    name = "mute"
    fingerprint = "mute/1"
    characters_per_s = (9.0, 22.0)

    def check(self) -> None: ...

    def synthesize(self, text: SpeechText, out: Path) -> None:
        raise VoiceError("voice_timed_out", retryable=True)


@dataclass
class Watched(FarReceivers):
    """Receivers that remember every plan they were sent."""

    seen: list[ReceiverPlan] = field(default_factory=list)

    def publish_plan(self, receiver: str, sealed: bytes) -> None:
        super().publish_plan(receiver, sealed)
        if receiver == MINE:
            self.seen.append(self.plans[MINE])


class Place:
    """A station with two receivers that hold what they are sent."""

    def __init__(self, root: Path) -> None:
        self.root, self.now = root, NOW
        self.plans: dict[str, ReceiverPlan] = {}
        self.seen: list[ReceiverPlan] = []
        self.station = self.open()

    def open(self) -> Station:
        """As after a restart."""
        self.station = Station.open(self.root, lambda: self.now)
        self.follow()
        return self.station

    def follow(self) -> None:
        assert self.station.fleet is not None
        self.station.fleet.issuing.wire = Watched(
            self.station.fleet, lambda: self.now, plans=self.plans, seen=self.seen
        )

    def begin(self) -> None:
        assert self.station.fleet is not None
        self.station.fleet.keys()
        for name in NAMES:
            self.station.fleet.certified(name, f"{name}01", NOW + timedelta(days=700), NOW, anew=True)
        approve_everything(self.station.site, self.station.store)

    def ahead(self) -> list[Airing]:
        """Plan and look ahead as the lanes of the station do; what the receiver of An Quang holds then."""
        self.now += timedelta(seconds=5)
        self.station.plan()
        self.station.foresee()
        return list(self.plans[MINE].airings)

    def starts(self) -> list[str]:
        return [f"{each.begin.astimezone(ZONE):%d %H:%M}" for each in self.ahead()]

    def change(self, name: str, change: Callable[[str], str], *, restarted: bool = False) -> None:
        path = self.root / name
        before = path.read_text()
        path.write_text(change(before))
        assert path.read_text() != before
        if restarted:
            self.station.close()
            self.open()
            return
        site = load_site(self.root)
        assert site.usable
        self.station.take_over(site)
        self.follow()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station whose eight days are produced and laid down."""
    root = tmp_path_factory.mktemp("made") / "dai"
    files = {"config/areas.yaml": CLUSTERS, "config/channels.yaml": CHANNELS, "schedules/canh-bao.yaml": SLOTS}
    place = Place(write_site(root, files))
    place.begin()
    place.station.produce(8)
    assert place.starts() == STARTS
    place.station.close()
    return root


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Iterator[Place]:
    shutil.copytree(made, tmp_path / "dai")
    place = Place(tmp_path / "dai")
    assert place.station.fleet is not None
    place.station.fleet.issuing.issue(NAMES, NOW)  # so that what they hold is known here
    place.seen.clear()
    yield place
    place.station.close()


def faster(text: str) -> str:
    return text.replace("chain: [recorded, espeak-ng]", "chain: [recorded, espeak-ng], rate: 1.2")


CHANGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "a faster voice": (CONFIG, faster),
    "another voice": (CONFIG, lambda text: text.replace("espeak-ng]", "espeak-ng], region: south")),
    "another mastering": (CONFIG, lambda text: text.replace("mastering: horn", "mastering: indoor")),
    "no signal at the beginning": (CONFIG, lambda text: text + "assembly: {opening: false}\n"),
    "longer pauses": (CONFIG, lambda text: text + "assembly: {pause: 2s}\n"),
    "other words around them": (CONFIG, lambda text: text + 'assembly: {closing: "Hết bản tin."}\n'),
    "another lead-in": ("config/channels.yaml", lambda text: text.replace("may-thu: {", "may-thu: {lead_in: 7s, ")),
}


@pytest.mark.parametrize("restarted", [False, True], ids=["while it runs", "by a restart"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_to_be_made_anew_stays_in_the_plans_as_it_is(place: Place, change: str, restarted: bool) -> None:
    before = {each.id: each.sound for each in place.ahead()}
    name, how = CHANGES[change]
    place.change(name, how, restarted=restarted)
    assert {each.id: each.sound for each in place.ahead()} == before
    assert all(len(plan.airings) == len(STARTS) for plan in place.seen)


@pytest.mark.parametrize("part", [(speech, "VERSION"), (assembly, "LAYOUT")], ids=["its reader", "its joining"])
def test_an_upgrade_empties_no_plan(place: Place, part: tuple[object, str], monkeypatch: pytest.MonkeyPatch) -> None:
    before = place.ahead()
    place.station.close()
    monkeypatch.setattr(part[0], part[1], "of a later time")
    place.open()
    airing = place.station.upcoming(place.now, 1)[0]
    assert not place.station.production.is_made(airing)
    assert place.ahead() == before


def test_new_sounds_come_day_by_day_and_no_plan_between_holds_fewer(place: Place) -> None:
    before = {each.id: each.sound for each in place.ahead()}
    place.change(CONFIG, faster)
    place.ahead()
    place.station.produce_ahead(within_s=0)  # the first day only
    half = {each.id: each.sound for each in place.ahead()}
    assert half.keys() == before.keys()
    assert 0 < sum(half[id] != before[id] for id in before) < len(before)
    place.station.close()
    place.open()  # in the middle of it
    assert {each.id: each.sound for each in place.ahead()} == half
    place.station.produce_ahead()
    after = place.ahead()
    assert {each.id for each in after} == before.keys()
    assert all(each.sound != before[each.id] for each in after)
    assert all(len(plan.airings) == len(STARTS) for plan in place.seen), "none was ever without"
    assert place.starts() == STARTS


def test_a_voice_that_fails_takes_nothing_out(place: Place) -> None:
    before = place.ahead()
    place.change(CONFIG, faster)
    place.station.production.segments.chain = (Mute(),)
    place.station.produce(8)
    assert {each.error.code for each in place.station.production.failures} >= {"all_voices_failed"}
    assert place.ahead() == before


def test_what_is_kept_is_handed_over_like_any_other(place: Place) -> None:
    first = place.ahead()[0]
    place.change(CONFIG, faster)
    place.now = NOW.replace(hour=16, minute=55)
    place.station.send_due()
    (delivery,) = place.station.store.deliveries([int(first.id.removeprefix("loa-"))])
    assert (delivery.state.value, delivery.recording) == ("accepted", first.sound)


@pytest.mark.parametrize("also", [str, faster], ids=["alone", "while all is made anew"])
def test_a_changed_text_leaves_at_once_and_only_what_has_it(place: Place, also: Callable[[str], str]) -> None:
    (both, alone, *_) = (each.sound for each in place.ahead())
    (place.root / CONFIG).write_text(also((place.root / CONFIG).read_text()))
    place.change("scripts_audio/gia-danh-cong-an.md", lambda text: text.replace("làm việc", "hỏi cung"))
    assert {each.sound for each in place.ahead()} == {alone}, "nobody has accepted the words of Mondays"
    approve_everything(place.station.site, place.station.store)
    assert both not in {each.sound for each in place.ahead()}, "nobody has spoken them yet"
    assert [each for each in place.starts() if each[:2] in {"25", "27"}] == ["25 17:00", "27 17:00"]
    place.station.produce(8)
    assert place.starts() == STARTS


def test_what_is_withdrawn_is_heard_no_more_though_all_is_made_anew(place: Place) -> None:
    place.ahead()
    place.change(CONFIG, faster)
    note = Note("lan", "withdraw", "deepfake")
    place.station.store.withdraw_bulletin(Withdrawal("deepfake", "lan", "", place.now), note, place.now)
    assert place.starts() == [], "what is left of Mondays nobody has spoken alone"


def test_a_slot_that_is_gone_leaves_at_once_though_all_is_made_anew(place: Place) -> None:
    place.ahead()
    place.change(CONFIG, faster)
    place.change("schedules/canh-bao.yaml", lambda text: text.replace("days: [wed, fri]", "days: [fri]"))
    assert place.starts() == ["23 17:00", "27 17:00", "30 17:00"]


def test_what_has_another_title_length_or_number_of_readings_is_another_airing(place: Place) -> None:
    assert len(place.ahead()) == len(STARTS)
    (place.root / CONFIG).write_text(faster((place.root / CONFIG).read_text()))
    place.change("schedules/canh-bao.yaml", lambda text: text.replace("length: 10m", "length: 9m"))
    assert place.starts() == []
    place.change("schedules/canh-bao.yaml", lambda text: text.replace("length: 9m", "length: 10m"))
    assert place.starts() == STARTS, "the very words of before"
    place.change("schedules/canh-bao.yaml", lambda text: text.replace("title: Cảnh báo", "title: Tin mới về"))
    assert place.starts() == []


def test_a_file_that_is_gone_is_not_promised(place: Place) -> None:
    sounds = {each.sound for each in place.ahead()}
    place.change(CONFIG, faster)
    for sound in sounds:
        (place.root / "var" / "audio" / f"{sound}.mp3").unlink()
    assert place.starts() == []
