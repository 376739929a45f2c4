"""From an occurrence to its receipts: claimed before it is handed over, never twice, never in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.dispatch import Dispatch
from pipeline.domain import (
    Contact,
    Dedupe,
    Delivery,
    Evidence,
    Medium,
    Occurrence,
    Outgoing,
    Receipt,
    Recording,
    State,
)
from pipeline.errors import Outcome, SendError
from pipeline.site import Site, load_site
from pipeline.store import Store
from tests.sites import FILES, write_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
RECORDING = Recording("ab" * 32, Path("a.mp3"), 61.0, -16.0, -1.5, "espeak-ng/vi", False)


@dataclass
class FakeChannel:
    """Does with every order what it is told, and notes what it was given and in which state the store had it."""

    store: Store
    id: str = "thu-muc"
    medium: Medium = Medium.LOUDSPEAKER
    max_batch: int = 100
    lead: timedelta = timedelta(0)
    dedupe: Dedupe = Dedupe.NONE
    evidence: Evidence = Evidence.NONE
    answer: Callable[[Outgoing], tuple[State, str]] = lambda _: (State.ACCEPTED, "")
    orders: list[Outgoing] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    now: datetime = START

    def check(self) -> None: ...

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        self.orders += orders
        self.states += [each.state for each in self.store.deliveries([order.delivery for order in orders])]
        answers = [(order, *self.answer(order)) for order in orders]
        return [Receipt(order.delivery, self.now, state, code=code) for order, state, code in answers]

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        return []


@dataclass
class Desk:
    site: Site
    store: Store
    channel: FakeChannel
    sms: FakeChannel
    dispatch: Dispatch
    recordings: dict[str, Recording | None]

    def states(self) -> dict[str, State]:
        rows = self.store.occurrences(START - timedelta(days=2), START + timedelta(days=9))
        return {
            f"{row.occurrence.start.astimezone(ZONE):%d %H:%M} {each.target}": each.state
            for row in rows
            for each in self.store.deliveries_of(row.id)
        }


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from open_desk(write_site(tmp_path))


def open_desk(root: Path) -> Iterator[Desk]:
    site = load_site(root)
    store = Store(f"sqlite:///{root / 'loa.db'}", key=root / "contacts.key")
    store.migrate()
    recordings: dict[str, Recording | None] = {"any": RECORDING}
    channel, sms = FakeChannel(store), FakeChannel(store, id="ban-giao", medium=Medium.SMS)

    def find(_: Occurrence) -> Recording | None:
        return recordings["any"]

    dispatch = Dispatch(site, store, find, {"thu-muc": channel, "ban-giao": sms})
    yield Desk(site, store, channel, sms, dispatch, recordings)
    store.close()


def test_everything_is_claimed_before_it_is_handed_over_and_goes_once(desk: Desk) -> None:
    desk.dispatch.plan(START - timedelta(hours=1))
    desk.dispatch.send_due(START - timedelta(seconds=1))
    assert desk.channel.orders == []
    for second in range(3):
        desk.dispatch.send_due(START + timedelta(seconds=second))
    assert desk.channel.states == [State.SENDING, State.SENDING]
    assert sorted(order.target for order in desk.channel.orders) == ["an-hung-01", "an-quang-01"]
    order = desk.channel.orders[0]
    assert order.start.isoformat() == "2026-11-23T17:00:00+07:00"
    assert order.content.recording is RECORDING  # type: ignore[union-attr]
    assert order.address["folder"] == order.target


@pytest.mark.parametrize(
    ("outcome", "after", "sent_again"),
    [
        (Outcome.NOT_SENT, State.RETRY, True),
        (Outcome.UNKNOWN, State.UNKNOWN, False),
        (Outcome.REFUSED, State.FAILED, False),
    ],
)
def test_only_what_is_provably_unsent_is_tried_again(
    desk: Desk, outcome: Outcome, after: State, sent_again: bool
) -> None:
    def fail(_: Outgoing) -> tuple[State, str]:
        raise SendError("folder_full", outcome)

    desk.dispatch.plan(START)
    desk.channel.answer = fail
    desk.dispatch.send_due(START)
    assert set(_on(desk, "23")) == {after}
    desk.channel.answer = lambda _: (State.ACCEPTED, "")
    desk.dispatch.send_due(START + timedelta(minutes=1))
    assert set(_on(desk, "23")) == {State.ACCEPTED if sent_again else after}
    assert [trouble.code for trouble in desk.dispatch.troubles] == ["folder_full"]


def test_a_fault_of_a_plug_in_leaves_nobody_sure_and_stops_no_other_channel(desk: Desk) -> None:
    def explode(_: Outgoing) -> tuple[State, str]:
        raise ZeroDivisionError

    desk.dispatch.plan(START)
    desk.channel.answer = explode
    desk.dispatch.send_due(START)
    assert set(_on(desk, "23")) == {State.UNKNOWN}


def test_a_fault_on_one_target_leaves_the_others(desk: Desk) -> None:
    desk.channel.answer = lambda order: (
        (State.FAILED, "folder_name_unsafe") if order.target == "an-hung-01" else (State.ACCEPTED, "")
    )
    desk.dispatch.plan(START)
    desk.dispatch.send_due(START)
    assert desk.states()["23 17:00 an-hung-01"] is State.FAILED
    assert desk.states()["23 17:00 an-quang-01"] is State.ACCEPTED


def test_what_comes_too_late_is_missed_with_its_reason(desk: Desk) -> None:
    desk.dispatch.plan(START - timedelta(hours=1))
    desk.dispatch.send_due(START + timedelta(minutes=15, seconds=1))
    assert desk.channel.orders == []
    assert set(_on(desk, "23")) == {State.MISSED}
    assert [(trouble.code, trouble.count) for trouble in desk.dispatch.troubles] == [("too_late", 2)]


def test_what_is_not_produced_waits_and_airs_once_it_is(desk: Desk) -> None:
    desk.recordings["any"] = None
    desk.dispatch.plan(START)
    desk.dispatch.send_due(START)
    assert set(_on(desk, "23")) == {State.PLANNED}
    assert [trouble.code for trouble in desk.dispatch.troubles] == ["not_produced"]
    desk.recordings["any"] = RECORDING
    desk.dispatch.send_due(START + timedelta(minutes=3))
    assert set(_on(desk, "23")) == {State.ACCEPTED}


def test_a_new_station_does_not_report_this_morning_as_missed(desk: Desk) -> None:
    desk.dispatch.plan(START + timedelta(hours=3))
    desk.dispatch.send_due(START + timedelta(hours=3))
    assert _on(desk, "23") == []
    assert desk.dispatch.troubles == []


def test_a_slot_without_living_bulletins_is_missed_with_its_reason(tmp_path: Path) -> None:
    expired = {
        name: FILES[name].replace("category:", "expires: 2026-01-01\ncategory:")
        for name in ("scripts_audio/deepfake.md", "scripts_audio/gia-danh-cong-an.md")
    }
    (tmp_path / "site").mkdir()
    for desk in open_desk(write_site(tmp_path / "site", expired)):
        desk.recordings["any"] = None
        desk.dispatch.plan(START)
        desk.dispatch.send_due(START)
        assert set(_on(desk, "23")) == {State.MISSED}
        assert [trouble.code for trouble in desk.dispatch.troubles] == ["no_bulletins_left"]


def test_an_sms_slot_without_contacts_is_missed_and_said(desk: Desk) -> None:
    saturday = datetime(2026, 11, 28, 9, 0, tzinfo=ZONE)
    desk.dispatch.plan(saturday)
    desk.dispatch.send_due(saturday)
    assert desk.sms.orders == []
    assert "no_contacts" in [trouble.code for trouble in desk.dispatch.troubles]


def test_two_passes_at_once_send_an_sms_once_and_miss_nobody(tmp_path: Path) -> None:
    """Both see the occurrence before either expands it."""
    saturday = datetime(2026, 11, 28, 9, 0, tzinfo=ZONE)
    for desk in open_desk(write_site(tmp_path)):
        rows = [Contact(0, "to-truong", f"8491234567{digit}") for digit in range(3)]
        desk.store.import_contacts("to-truong", "Quyết định 1", rows, now=saturday)
        desk.dispatch.plan(saturday)
        other = Dispatch(desk.site, desk.store, lambda _: None, {"ban-giao": desk.sms})
        seen = desk.store.sms_to_expand(saturday)
        desk.dispatch.send_due(saturday)
        for row in seen:
            other._expanding._expand(row, saturday)
        other.send_due(saturday)
        assert len(desk.sms.orders) == 3
        assert set(_on(desk, "28")) == {State.ACCEPTED}
        assert other.troubles == []


def test_a_changed_file_changes_what_was_not_handed_over_and_nothing_else(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    for desk in open_desk(root):
        desk.dispatch.plan(START)
        desk.dispatch.send_due(START)
        moved = FILES["schedules/canh-bao.yaml"].replace('"17:00"', '"17:40"')
        write_site(root, {"schedules/canh-bao.yaml": moved})
        again = Dispatch(load_site(root), desk.store, lambda _: RECORDING, {"thu-muc": desk.channel})
        again.plan(START + timedelta(minutes=1))
        states = desk.states()
        assert states["23 17:00 an-quang-01"] is State.ACCEPTED
        assert states["25 17:00 an-quang-01"] is State.CANCELLED
        assert states["25 17:40 an-quang-01"] is State.PLANNED


def _on(desk: Desk, day: str) -> list[State]:
    return [state for name, state in desk.states().items() if name.startswith(day)]
