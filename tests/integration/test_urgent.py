"""Under pressure: what may air, at which hours, who goes first, what goes on after a cut, what a stop leaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.channels.folder import FolderChannel
from pipeline.channels.playlist import ClusterFolder
from pipeline.dispatch import Dispatch
from pipeline.dispatch.one_off import draft, refused
from pipeline.domain import Bulletin, Delivery, Evidence, Medium, Occurrence, Outgoing, Priority, Receipt, State
from pipeline.errors import Outcome, SendError, VoiceError
from pipeline.messages import CATALOGUE
from pipeline.site import load_site
from pipeline.store import ONE_OFF, PlannedRow
from tests.channel_cases import recording
from tests.integration.test_dispatch import RECORDING, START, ZONE, Desk, FakeChannel, open_desk
from tests.patience import PATIENCE_S
from tests.sites import FILES, SCRIPT, write_site

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
ONE, OTHER = "gia-danh-cong-an", "deepfake"
URGENT = SCRIPT.replace("category:", "priority: emergency\ncategory:").replace("Giả danh", "Vỡ đê")
PRIORITY = URGENT.replace("emergency", "priority")
WITH_URGENT = {"scripts_audio/khan-cap.md": URGENT, "scripts_audio/uu-tien.md": PRIORITY}


@dataclass
class Speaker(FakeChannel):
    """One device: plays one thing, may be withdrawn, tells what ended. `now` is moved by the test."""

    evidence: Evidence = Evidence.PLAYER
    alone: bool = True
    playing: dict[int, Outgoing] = field(default_factory=dict)
    began: dict[int, datetime] = field(default_factory=dict)
    deaf: bool = False

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        receipts = super().send(orders)
        for order, receipt in zip(orders, receipts, strict=True):
            if self.playing:
                return [replace(receipt, state=State.RETRY, code="device_busy")]
            if receipt.state is State.ACCEPTED:
                self.playing[order.delivery], self.began[order.delivery] = order, max(order.start, self.now)
        return receipts

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        if self.deaf:
            return []
        mine = [each for each in deliveries if self.playing.pop(each.id, None)]
        return [self._cut(each.id) for each in mine]

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        over = [each.id for each in deliveries if each.id in self.playing and self._end(each.id) <= self.now]
        return [self._ended(id) for id in over]

    def _cut(self, delivery: int) -> Receipt:
        begun = self.began[delivery]
        if begun >= self.now:
            return Receipt(delivery, self.now, State.CANCELLED, code="stopped")
        return Receipt(delivery, self.now, State.INTERRUPTED, code="stopped", started=begun, ended=self.now)

    def _ended(self, delivery: int) -> Receipt:
        del self.playing[delivery]
        return Receipt(
            delivery, self.now, State.CONFIRMED, Evidence.PLAYER, started=self.began[delivery], ended=self.now
        )

    def _end(self, delivery: int) -> datetime:
        length = timedelta(seconds=RECORDING.duration_s) - self.playing[delivery].offset
        return self.began[delivery] + length


@dataclass
class Room:
    """A desk with one device, and ways to put something on it."""

    desk: Desk
    speaker: Speaker
    dispatch: Dispatch

    def at(self, moment: datetime) -> datetime:
        self.speaker.now = moment
        return moment

    def plan(self, *wanted: Occurrence) -> list[PlannedRow]:
        return [self._insert(each) for each in wanted]

    def _insert(self, occurrence: Occurrence) -> PlannedRow:
        ways = dict.fromkeys(occurrence.targets, "thu-muc")
        return self.desk.store.insert_one_off(occurrence, ways, areas={}, now=START - MINUTE)

    def tick(self, moment: datetime) -> None:
        self.at(moment)
        self.dispatch.send_due(moment)
        self.dispatch.confirm(moment)

    def told(self, row: PlannedRow) -> list[tuple[str, State, str]]:
        return [(each.target, each.state, each.code) for each in self.desk.store.deliveries_of(row.id)]


def airing(
    start: datetime = START,
    *,
    slot: str = "1",
    bulletin: str = ONE,
    targets: Sequence[str] = ("an-quang-01",),
    **more: Any,
) -> Occurrence:
    given = {"priority": Priority.ROUTINE, "title": "Cảnh báo", "medium": Medium.LOUDSPEAKER, **more}
    return Occurrence(programme=ONE_OFF, slot=slot, start=start, bulletins=(bulletin,), targets=tuple(targets), **given)


def emergency(start: datetime, **more: Any) -> Occurrence:
    return airing(start, slot="2", bulletin="khan-cap", priority=Priority.EMERGENCY, **more)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from open_desk(write_site(tmp_path, WITH_URGENT))


@pytest.fixture
def room(desk: Desk) -> Room:
    speaker = Speaker(desk.store)
    desk.store.save_recording("key", RECORDING, START)
    dispatch = Dispatch(desk.site, desk.store, lambda _: RECORDING, {"thu-muc": speaker})
    return Room(desk, speaker, dispatch)


def desk_with(desk: Desk, codes: Mapping[str, str]) -> Dispatch:
    def refusal(bulletin: Bulletin) -> str:
        return codes.get(bulletin.id, "")

    return Dispatch(desk.site, desk.store, desk.dispatch.find, desk.dispatch.channels, refusal=refusal)


# --- what may air -----------------------------------------------------------------------------------------------------


def test_only_what_is_admitted_airs_and_the_row_says_what_that_was(desk: Desk) -> None:
    found: list[Occurrence] = []

    def find(occurrence: Occurrence) -> Any:
        found.append(occurrence)
        return RECORDING

    desk.dispatch.find = find
    dispatch = desk_with(desk, {OTHER: "not_approved"})
    dispatch.plan(START)
    dispatch.send_due(START)
    assert {each.bulletins for each in found} == {(ONE,)}
    (row,) = desk.store.occurrences(START, START + SECOND)
    assert row.occurrence.bulletins == (ONE,)
    assert {each.state for each in desk.store.deliveries_of(row.id)} == {State.ACCEPTED}
    assert dispatch.troubles == []  # the airing took place; its row says with what
    dispatch.plan(START + MINUTE)  # the files still say both: what was handed over stays as it was
    assert desk.store.occurrence(row.id).occurrence.bulletins == (ONE,)


def test_what_nobody_admitted_waits_and_is_missed_for_that_reason(desk: Desk) -> None:
    codes = {ONE: "not_approved", OTHER: "bulletin_withdrawn"}
    dispatch = desk_with(desk, codes)
    dispatch.plan(START)
    dispatch.send_due(START)
    (row,) = desk.store.occurrences(START, START + SECOND)
    assert row.code == "not_approved"
    dispatch.sweep(START + 16 * MINUTE)
    assert {(each.state, each.code) for each in desk.store.deliveries_of(row.id)} == {(State.MISSED, "not_approved")}


def test_what_is_approved_in_time_airs(desk: Desk) -> None:
    codes = {ONE: "not_approved", OTHER: "not_approved"}
    dispatch = desk_with(desk, codes)
    dispatch.plan(START)
    dispatch.send_due(START)
    assert desk.channel.orders == []
    codes.clear()
    dispatch.send_due(START + 10 * MINUTE)
    assert len(desk.channel.orders) == 2


def test_what_was_withdrawn_between_two_clusters_reaches_the_second_no_more(desk: Desk) -> None:
    codes: dict[str, str] = {}
    dispatch = desk_with(desk, codes)
    desk.channel.answer = lambda order: (
        (State.RETRY, "folder_full") if order.target == "an-hung-01" else (State.ACCEPTED, "")
    )
    dispatch.plan(START)
    dispatch.send_due(START)
    codes[OTHER] = "bulletin_withdrawn"
    desk.channel.answer = lambda _: (State.ACCEPTED, "")
    dispatch.send_due(START + MINUTE)
    assert len(desk.channel.orders) == 2
    dispatch.sweep(START + 16 * MINUTE)
    (row,) = desk.store.occurrences(START, START + SECOND)
    told = {each.target: (each.state, each.code) for each in desk.store.deliveries_of(row.id)}
    assert told == {"an-hung-01": (State.MISSED, "bulletin_withdrawn"), "an-quang-01": (State.ACCEPTED, "")}


def test_what_is_wrong_with_one_airing_keeps_no_other(desk: Desk) -> None:
    def find(occurrence: Occurrence) -> Any:
        if occurrence.slot == "hong":
            raise VoiceError("recording_missing")
        return RECORDING

    dispatch = Dispatch(desk.site, desk.store, find, desk.dispatch.channels)
    for slot in ("hong", "lanh"):
        desk.store.insert_one_off(airing(slot=slot), {"an-quang-01": "thu-muc"}, areas={}, now=START)
    dispatch.send_due(START)
    assert [order.occurrence[1] for order in desk.channel.orders] == ["lanh"]
    assert [each.code for each in dispatch.troubles] == ["recording_missing"]


def test_a_bulletin_expires_on_the_day_it_airs_not_on_the_day_it_was_planned(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    for desk in open_desk(root):
        desk.dispatch.plan(START)
        short = FILES["scripts_audio/deepfake.md"].replace("category:", "expires: 2026-11-22\ncategory:")
        write_site(root, {"scripts_audio/deepfake.md": short})
        found: list[Occurrence] = []

        def find(occurrence: Occurrence, found: list[Occurrence] = found) -> Any:
            found.append(occurrence)
            return RECORDING

        Dispatch(load_site(root), desk.store, find, desk.dispatch.channels).send_due(START)
        assert {each.bulletins for each in found} == {(ONE,)}


def test_an_emergency_that_is_left_out_lends_its_rank_to_nobody(tmp_path: Path) -> None:
    mixed = FILES["schedules/canh-bao.yaml"].replace("[gia-danh-cong-an, deepfake]", "[khan-cap, deepfake]")
    night = mixed.replace('"17:00"', '"20:00"')
    root = write_site(tmp_path, {**WITH_URGENT, "schedules/canh-bao.yaml": night})
    at = START.replace(hour=20)
    for desk in open_desk(root):
        dispatch = desk_with(desk, {"khan-cap": "second_approval_missing"})
        dispatch.plan(at)
        dispatch.send_due(at)
        assert desk.channel.orders == []
        (row,) = desk.store.occurrences(at, at + SECOND)
        assert (row.missed_at, row.code) == (at, "outside_window")


# --- hours ------------------------------------------------------------------------------------------------------------


def moved(hour: str, **more: str) -> dict[str, str]:
    return {**WITH_URGENT, "schedules/canh-bao.yaml": FILES["schedules/canh-bao.yaml"].replace('"17:00"', hour), **more}


@pytest.mark.parametrize(
    ("hour", "airs"),
    [("04:59", False), ("05:00", True), ("06:28", True), ("06:30", False), ("16:59", False), ("19:00", False)],
)
def test_the_start_decides_whether_it_may_sound(tmp_path: Path, hour: str, airs: bool) -> None:
    hours, minutes = map(int, hour.split(":"))
    at = START.replace(hour=hours, minute=minutes)
    for desk in open_desk(write_site(tmp_path, moved(f'"{hour}"'))):
        desk.dispatch.plan(at)
        desk.dispatch.send_due(at)
        assert bool(desk.channel.orders) is airs
        (row,) = desk.store.occurrences(at, at + SECOND)
        assert row.code == ("" if airs else "outside_window")
        assert {each.state for each in desk.store.deliveries_of(row.id)} == {State.ACCEPTED if airs else State.MISSED}


def test_what_is_late_does_not_start_once_its_hours_are_over(tmp_path: Path) -> None:
    at = START.replace(hour=6, minute=25)
    for desk in open_desk(write_site(tmp_path, moved('"06:25"'))):
        desk.dispatch.plan(at)
        desk.dispatch.send_due(at + 5 * MINUTE)
        assert desk.channel.orders == []
        desk.dispatch.sweep(at + 16 * MINUTE)
        (row,) = desk.store.occurrences(at, at + SECOND)
        assert {each.code for each in desk.store.deliveries_of(row.id)} == {"outside_window"}


def test_an_emergency_passes_the_hours_and_is_noted(desk: Desk) -> None:
    night = START.replace(hour=2)
    row = desk.store.insert_one_off(emergency(night), {"an-quang-01": "thu-muc"}, areas={}, now=night)
    for _ in range(3):
        desk.dispatch.send_urgent(night)
    assert [order.windows for order in desk.channel.orders] == [None]
    (entry,) = desk.store.audit_entries(9)
    assert (entry.action, entry.subject) == ("emergency_outside_window", f"{ONE_OFF}/2")
    assert row.id


def test_a_channel_is_told_the_hours_of_everything_else(desk: Desk) -> None:
    desk.dispatch.plan(START)
    desk.dispatch.send_due(START)
    order = desk.channel.orders[0]
    assert not order.is_quiet(START)
    assert order.is_quiet(START + timedelta(hours=2))
    assert replace(order, start=START + timedelta(hours=3)).is_quiet(START)


def test_an_sms_outside_its_hours_looks_up_nobody(tmp_path: Path) -> None:
    late = FILES["schedules/canh-bao.yaml"].replace('"09:00"', '"21:30"')
    saturday = datetime(2026, 11, 28, 21, 30, tzinfo=ZONE)
    for desk in open_desk(write_site(tmp_path, {"schedules/canh-bao.yaml": late})):
        desk.dispatch.plan(saturday)
        desk.dispatch.send_due(saturday)
        assert [each.code for each in desk.dispatch.troubles] == ["outside_window"]
        assert desk.sms.orders == []


# --- who goes first ---------------------------------------------------------------------------------------------------


def test_an_emergency_takes_the_device_and_what_it_cut_goes_on_where_it_was_cut(room: Room) -> None:
    (routine,) = room.plan(airing())
    room.tick(START)
    cut = room.at(START + 20 * SECOND)
    (urgent,) = room.plan(emergency(cut))
    room.dispatch.send_urgent(cut)
    assert [order.occurrence[1] for order in room.speaker.orders] == ["1", "2"]
    assert room.told(routine) == [("an-quang-01", State.INTERRUPTED, "preempted"), ("an-quang-01", State.PLANNED, "")]
    room.tick(cut + 30 * SECOND)  # the emergency still sounds
    assert len(room.speaker.orders) == 2
    room.tick(cut + 62 * SECOND)
    room.tick(cut + 63 * SECOND)
    again = room.speaker.orders[2]
    assert (again.occurrence[1], again.offset) == ("1", timedelta(seconds=19.5))
    room.tick(cut + 63 * SECOND + timedelta(seconds=41.5))
    assert [state for _, state, _ in room.told(routine)] == [State.INTERRUPTED, State.CONFIRMED]
    assert [state for _, state, _ in room.told(urgent)] == [State.CONFIRMED]


def test_what_is_cut_twice_goes_on_behind_both(room: Room) -> None:
    (routine,) = room.plan(airing(late_by=timedelta(hours=1)))
    room.tick(START)
    moment = START
    for slot in ("a", "b"):
        moment = room.at(moment + 10 * SECOND)
        room.plan(replace(emergency(moment), slot=slot))
        room.dispatch.send_urgent(moment)
        room.tick(moment + 61 * SECOND)
        moment += 62 * SECOND
        room.tick(moment)
    assert [state for _, state, _ in room.told(routine)] == [State.INTERRUPTED, State.INTERRUPTED, State.ACCEPTED]
    assert room.speaker.orders[-1].offset == timedelta(seconds=19)


def test_what_waited_for_its_moment_on_the_device_is_not_lost(room: Room) -> None:
    room.speaker.lead = 2 * SECOND
    routine, _ = room.plan(airing(), emergency(START - SECOND))
    room.at(START - 2 * SECOND)
    room.dispatch.send_one(routine.id, START - 2 * SECOND)
    room.at(START - SECOND)
    room.dispatch.send_urgent(START - SECOND)
    assert room.told(routine) == [("an-quang-01", State.CANCELLED, "preempted"), ("an-quang-01", State.PLANNED, "")]
    room.tick(START + 62 * SECOND)
    room.tick(START + 63 * SECOND)
    assert room.speaker.orders[-1].offset == timedelta(0)
    assert room.told(routine)[1][1] is State.ACCEPTED


def test_what_cannot_go_on_in_time_is_missed_and_says_why(room: Room) -> None:
    (routine,) = room.plan(airing(late_by=30 * SECOND))
    room.tick(START)
    room.plan(emergency(room.at(START + 20 * SECOND)))
    room.dispatch.send_urgent(START + 20 * SECOND)
    room.tick(START + 40 * SECOND)
    room.tick(START + 51 * SECOND)
    assert room.told(routine)[1] == ("an-quang-01", State.MISSED, "device_busy")


def test_a_mere_rest_is_not_worth_going_on_for(room: Room) -> None:
    (routine,) = room.plan(airing())
    room.tick(START)
    room.plan(emergency(room.at(START + 60 * SECOND)))
    room.dispatch.send_urgent(START + 60 * SECOND)
    assert room.told(routine) == [("an-quang-01", State.INTERRUPTED, "preempted")]


@pytest.mark.parametrize("priority", [Priority.ROUTINE, Priority.EMERGENCY])
def test_equals_never_cut_each_other_and_the_earlier_goes_first(room: Room, priority: Priority) -> None:
    bulletin = "khan-cap" if priority is Priority.EMERGENCY else ONE
    rows = room.plan(
        *(airing(START + n * SECOND, slot=str(n), bulletin=bulletin, priority=priority) for n in (0, 2, 1))
    )
    for second in range(200):
        room.tick(START + second * SECOND)
    assert [order.occurrence[1] for order in room.speaker.orders] == ["0", "1", "2"]
    assert {state for row in rows for _, state, _ in room.told(row)} == {State.CONFIRMED}


def test_of_what_is_due_at_once_the_more_urgent_goes_first(room: Room) -> None:
    room.plan(airing(), airing(slot="p", bulletin="uu-tien", priority=Priority.PRIORITY), emergency(START))
    for second in range(200):
        room.tick(START + second * SECOND)
    assert [order.occurrence[1] for order in room.speaker.orders] == ["2", "p", "1"]


def test_the_urgent_lane_leaves_everything_else_alone(room: Room) -> None:
    room.plan(airing(), airing(slot="p", bulletin="uu-tien", priority=Priority.PRIORITY))
    room.dispatch.send_urgent(START)
    assert room.speaker.orders == []


def test_the_urgent_lane_waits_for_no_channel_that_hangs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.dispatch.desk.URGENT_PATIENCE_S", 0.01)
    reached, hanging = threading.Event(), threading.Event()
    slow, quick = FakeChannel(desk.store, id="cham"), FakeChannel(desk.store, lead=5 * MINUTE)

    def hang(_: Outgoing) -> tuple[State, str]:
        reached.set()
        return State.ACCEPTED if hanging.wait(PATIENCE_S) else State.FAILED, ""

    desk.store.save_recording("key", RECORDING, START)
    slow.answer = hang
    dispatch = Dispatch(desk.site, desk.store, lambda _: RECORDING, {"cham": slow, "thu-muc": quick})
    ways = {"an-hung-01": "cham", "an-quang-01": "thu-muc"}
    for number in range(2):
        wanted = replace(emergency(START, targets=tuple(ways)), slot=str(number))
        desk.store.insert_one_off(wanted, ways, areas={}, now=START)
        dispatch.send_urgent(START)
        dispatch._urgent["thu-muc"].join(PATIENCE_S)
        assert reached.wait(PATIENCE_S)
    assert len(quick.orders) == 2
    assert len(slow.orders) == 1
    hanging.set()
    dispatch._urgent["cham"].join(PATIENCE_S)


def test_a_priority_of_the_programmes_goes_first_in_the_common_lane(room: Room) -> None:
    (routine,) = room.plan(airing())
    room.tick(START)
    (priority,) = room.plan(airing(START + 10 * SECOND, slot="p", bulletin="uu-tien", priority=Priority.PRIORITY))
    room.tick(START + 10 * SECOND)
    assert room.told(routine)[0] == ("an-quang-01", State.INTERRUPTED, "preempted")
    assert room.told(priority) == [("an-quang-01", State.ACCEPTED, "")]


# --- lists that are handed over ahead ---------------------------------------------------------------------------------


@dataclass
class Lists:
    """Two clusters' folders, an airing of a minute, and a clock the test moves."""

    desk: Desk
    root: Path
    dispatch: Dispatch
    moment: datetime = START - 10 * MINUTE

    def put(self, occurrence: Occurrence) -> PlannedRow:
        ways = dict.fromkeys(occurrence.targets, "thu-muc")
        return self.desk.store.insert_one_off(occurrence, ways, areas={}, now=self.moment)

    def tick(self, moment: datetime) -> None:
        self.moment = moment
        self.dispatch.send_due(moment)
        self.dispatch.confirm(moment)

    def listed(self, cluster: str = "an-quang-01") -> list[str]:
        try:
            entries = ClusterFolder(self.root / cluster).read(START.date())
        except FileNotFoundError:
            return []
        return [f"{entry.start.astimezone(ZONE):%H:%M:%S}" for entry in entries]

    def told(self, row: PlannedRow) -> list[tuple[State, str]]:
        return [(each.state, each.code) for each in self.desk.store.deliveries_of(row.id)]


@pytest.fixture
def lists(desk: Desk, tmp_path: Path) -> Lists:
    sound = recording(tmp_path / "made", seconds=60.0)
    desk.store.save_recording("key", sound, START)
    room = Lists(desk, tmp_path / "playout", Dispatch(desk.site, desk.store, lambda _: sound, {}))
    folder = FolderChannel("thu-muc", room.root, lambda: room.moment, durable=False)
    room.dispatch = Dispatch(desk.site, desk.store, lambda _: sound, {"thu-muc": folder})
    return room


def test_an_emergency_takes_what_sounds_off_the_list_of_its_clusters_only(lists: Lists) -> None:
    routine = lists.put(airing(targets=("an-quang-01", "an-hung-01")))
    lists.tick(START - 5 * MINUTE)
    assert lists.listed() == lists.listed("an-hung-01") == ["17:00:00"]
    lists.moment = START + 20 * SECOND
    urgent = lists.put(emergency(lists.moment))
    lists.dispatch.send_urgent(lists.moment)
    assert lists.listed() == ["17:00:20"]
    assert lists.listed("an-hung-01") == ["17:00:00"]
    assert lists.told(routine) == [(State.INTERRUPTED, "preempted"), (State.ACCEPTED, "")]
    assert lists.told(urgent) == [(State.ACCEPTED, "")]


def test_what_would_begin_meanwhile_follows_the_emergency(lists: Lists) -> None:
    routine = lists.put(airing())
    lists.tick(START - 5 * MINUTE)
    lists.moment = START - 30 * SECOND
    lists.put(emergency(lists.moment))
    lists.dispatch.send_urgent(lists.moment)
    assert lists.listed() == ["16:59:30"]
    lists.tick(START - 29 * SECOND)
    assert lists.listed() == ["16:59:30", "17:00:30"]
    assert lists.told(routine) == [(State.CANCELLED, "preempted"), (State.ACCEPTED, "")]


def test_a_priority_that_is_known_in_time_cuts_nothing_off(lists: Lists) -> None:
    routine = lists.put(airing())
    lists.tick(START - 10 * MINUTE)
    assert lists.listed() == ["17:00:00"]
    lists.put(airing(START + 30 * SECOND, slot="p", bulletin="uu-tien", priority=Priority.PRIORITY))
    for second in range(-60, 180):
        lists.tick(START + second * SECOND)
    assert lists.told(routine) == [(State.CANCELLED, "preempted"), (State.ACCEPTED, "")]
    assert lists.listed() == ["17:00:30", "17:01:30"]


def test_a_priority_cuts_in_when_it_begins_and_not_when_it_is_handed_over(lists: Lists) -> None:
    routine = lists.put(airing())
    lists.tick(START)
    lists.put(airing(START + 30 * SECOND, slot="p", bulletin="uu-tien", priority=Priority.PRIORITY))
    lists.tick(START + SECOND)
    assert lists.told(routine) == [(State.ACCEPTED, "")]
    assert lists.listed() == ["17:00:00", "17:00:30"]
    lists.tick(START + 30 * SECOND)
    assert lists.told(routine) == [(State.INTERRUPTED, "preempted")]
    assert lists.listed() == ["17:00:30"]


def test_what_the_urgent_leaves_no_time_for_is_missed_and_says_so(lists: Lists) -> None:
    lists.put(emergency(START - 5 * SECOND))
    lists.tick(START - 5 * SECOND)
    routine = lists.put(airing(late_by=30 * SECOND))
    lists.tick(START)
    lists.tick(START + 31 * SECOND)
    assert lists.told(routine) == [(State.MISSED, "cluster_busy")]


def test_a_list_that_cannot_be_rewritten_lets_the_emergency_through_all_the_same(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.put(airing())
    lists.tick(START)

    def fail(*_: object) -> list[Receipt]:
        raise SendError("folder_not_writable", Outcome.NOT_SENT)

    monkeypatch.setattr(FolderChannel, "withdraw", fail)
    lists.moment = START + SECOND
    urgent = lists.put(emergency(lists.moment))
    lists.dispatch.send_urgent(lists.moment)
    assert lists.told(urgent) == [(State.ACCEPTED, "")]


# --- stop -------------------------------------------------------------------------------------------------------------


def test_stop_silences_takes_back_and_leaves_what_comes_later(room: Room) -> None:
    sounding, due, later = room.plan(airing(), airing(START + SECOND, slot="d"), airing(START + MINUTE, slot="l"))
    room.tick(START)
    moment = room.at(START + 20 * SECOND)
    stopped = room.dispatch.stop([], moment)
    assert (stopped.silenced, stopped.withdrawn, stopped.failed) == (("an-quang-01",), ("an-quang-01",), {})
    assert room.told(sounding) == [("an-quang-01", State.INTERRUPTED, "stopped")]
    assert room.told(due) == [("an-quang-01", State.CANCELLED, "stopped")]
    room.tick(START + MINUTE)
    assert room.told(later) == [("an-quang-01", State.ACCEPTED, "")]
    assert room.told(sounding) == [("an-quang-01", State.INTERRUPTED, "stopped")]  # and nothing of it goes on


def test_stop_calls_off_what_was_waiting_to_go_on(room: Room) -> None:
    (routine,) = room.plan(airing())
    room.tick(START)
    room.plan(emergency(room.at(START + 20 * SECOND)))
    room.dispatch.send_urgent(START + 20 * SECOND)
    room.dispatch.stop([], START + 21 * SECOND)
    assert room.told(routine)[1] == ("an-quang-01", State.CANCELLED, "stopped")


def test_stop_of_an_area_leaves_the_others(lists: Lists) -> None:
    lists.put(airing(START + 5 * MINUTE, targets=("an-quang-01", "an-hung-01")))
    lists.tick(START)
    lists.moment = START + SECOND
    stopped = lists.dispatch.stop(["an-hung"], lists.moment)
    assert stopped.withdrawn == ("an-hung-01",)
    assert (lists.listed(), lists.listed("an-hung-01")) == (["17:05:00"], [])


def test_of_a_list_stop_says_that_the_device_may_go_on(lists: Lists) -> None:
    row = lists.put(airing())
    lists.tick(START)
    lists.moment = START + 10 * SECOND
    stopped = lists.dispatch.stop(["an-lao"], lists.moment)
    assert (stopped.listed, stopped.silenced) == (("an-quang-01",), ())
    assert lists.told(row) == [(State.INTERRUPTED, "stopped")]


def test_what_is_over_is_no_failure_of_stop(lists: Lists) -> None:
    lists.put(airing())
    lists.tick(START)
    lists.moment = START + 2 * MINUTE
    assert lists.dispatch.stop([], lists.moment) == type(lists.dispatch.stop([], lists.moment))()


def test_stop_names_what_it_could_not_silence(room: Room) -> None:
    room.plan(airing())
    room.tick(START)
    room.speaker.deaf = True
    room.at(START + SECOND)
    assert room.dispatch.stop([], START + SECOND).failed == {"an-quang-01": "still_sounding"}


def test_stop_reaches_what_is_on_its_way_to_the_channel(room: Room) -> None:
    (row,) = room.plan(airing())

    def answer(_: Outgoing) -> tuple[State, str]:
        room.dispatch.stop([], START)  # from another thread, after the claim and before the first sound
        return State.ACCEPTED, ""

    room.speaker.answer = answer
    room.speaker.now = START - SECOND
    room.dispatch.send_due(START)
    assert room.speaker.playing == {}
    assert room.told(row) == [("an-quang-01", State.CANCELLED, "stopped")]


def test_a_request_is_answered_once_and_an_old_one_is_left(room: Room) -> None:
    room.plan(airing())
    room.tick(START)
    store = room.desk.store
    fresh = store.ask("stop", [], "an", START + SECOND)
    moment = room.at(START + 2 * SECOND)
    room.dispatch.answer_requests(moment)
    assert store.request(fresh).result["silenced"] == ["an-quang-01"]
    room.plan(airing(START + 3 * SECOND, slot="n"))
    room.tick(START + 3 * SECOND)
    old = store.ask("stop", [], "an", START - 5 * MINUTE)
    room.dispatch.answer_requests(room.at(START + 4 * SECOND))
    assert store.request(old).result["code"] == "request_expired"
    assert room.speaker.playing
    assert store.open_requests() == []


# --- one bulletin outside the programmes ------------------------------------------------------------------------------


def test_a_draft_reaches_all_clusters_beneath_its_areas(desk: Desk) -> None:
    bulletin = desk.site.bulletins["khan-cap"]
    drafted = draft(desk.site, bulletin, ["an-lao"], START, repeat=3)
    assert drafted.targets == ("an-hung-01", "an-quang-01")
    assert (drafted.priority, drafted.repeat, drafted.programme) == (Priority.EMERGENCY, 3, ONE_OFF)
    assert draft(desk.site, bulletin, ["an-quang"], START).targets == ("an-quang-01",)


@pytest.mark.parametrize(
    ("bulletin", "hour", "code"),
    [
        (ONE, 17, ""),
        (ONE, 20, "outside_window"),
        ("khan-cap", 2, ""),
        (OTHER, 17, "not_approved"),
    ],
)
def test_a_draft_is_refused_for_its_bulletin_or_its_hour(desk: Desk, bulletin: str, hour: int, code: str) -> None:
    drafted = draft(desk.site, desk.site.bulletins[bulletin], ["an-quang"], START.replace(hour=hour))
    assert refused(desk.site, drafted, lambda each: "not_approved" if each.id == OTHER else "") == code
    assert not code or code in CATALOGUE


def test_an_inserted_one_is_sent_with_its_number_for_a_slot_and_noted(desk: Desk) -> None:
    drafted = draft(desk.site, desk.site.bulletins[ONE], ["an-quang"], START)
    row = desk.dispatch.insert(drafted, "shell:an", START)
    assert row.occurrence.slot == str(desk.store.request(int(row.occurrence.slot)).id)
    desk.dispatch.plan(START)
    assert not desk.dispatch.send_one(row.id, START)
    assert [(order.occurrence[0], order.target) for order in desk.channel.orders] == [(ONE_OFF, "an-quang-01")]
    assert [each.action for each in desk.store.audit_entries(9)] == ["send"]


def test_every_reason_has_its_sentence() -> None:
    for code in (
        "preempted",
        "cluster_busy",
        "stopped",
        "still_sounding",
        "request_expired",
        "bulletin_gone",
        "bulletin_expired",
    ):
        assert CATALOGUE[code].hint_vi or code == "stopped"


class Wire(Speaker):
    """One device for several clusters: one begin for all that come in one call."""

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        assert not self.playing
        self.calls.append([each.delivery for each in orders])
        receipts = FakeChannel.send(self, orders)
        for order in orders:
            self.playing[order.delivery], self.began[order.delivery] = order, max(order.start, self.now)
        return receipts

    calls: list[list[int]] = field(default_factory=list)


def test_an_airing_for_two_clusters_of_one_device_sounds_once_for_both(desk: Desk, room: Room) -> None:
    wire = Wire(desk.store)
    wire.calls = []
    room.speaker, room.dispatch = wire, Dispatch(desk.site, desk.store, lambda _: RECORDING, {"thu-muc": wire})
    targets = ("an-quang-01", "an-quang-02")
    both, after = room.plan(airing(targets=targets), airing(START + MINUTE, slot="3", targets=targets[:1]))
    length = timedelta(seconds=RECORDING.duration_s)
    for moment in (START, START + length, START + length + timedelta(seconds=1), START + 2 * length + MINUTE):
        room.tick(moment)
    assert [len(each) for each in wire.calls] == [2, 1]
    assert [state for _, state, _ in room.told(both)] == [State.CONFIRMED, State.CONFIRMED]
    assert [state for _, state, _ in room.told(after)] == [State.CONFIRMED]
