"""The ledger of a station's receivers over a real database: plans laid down, taken back, held, played, lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.channels import Foreseen
from pipeline.channels.receiver import ReceiverChannel
from pipeline.dispatch.stopping import Stopped, Stopping
from pipeline.domain import Delivery, Evidence, Outgoing, Priority, State, Window, Windows
from pipeline.errors import AccessError, SendError
from pipeline.fleet import tones, watch
from pipeline.fleet.fleet import Fleet
from pipeline.fleet.keys import FOLDER
from pipeline.fleet.ports import Over
from pipeline.fleet.watch import Standing
from pipeline.protocol.command import Order
from pipeline.protocol.journal import Kind
from pipeline.store import Store
from tests.channel_cases import order, recording
from tests.fleets import ZONE, FarReceivers, entries, fleet_at, states, utc, write_delivery
from tests.patience import PATIENCE_S

START = utc(2026, 11, 23, 10)
NOW = START - timedelta(minutes=10)
NAMES = ("xa-1", "xa-2", "xa-3")


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Notes:
    """Takes the place of the teller."""

    told: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def note(self, code: str, now: datetime, subject: str = "", **params: object) -> None:
        self.told[code, subject] = {name: str(value) for name, value in params.items()}

    def settle(self, codes: Any, now: datetime, keep: Any = frozenset()) -> None:
        for each in [each for each in self.told if each[0] in codes and each not in keep]:
            del self.told[each]

    @property
    def codes(self) -> set[str]:
        return {code for code, _ in self.told}


@dataclass
class Set:
    """One station with three receivers. Delivery N belongs to the receiver after N mod 3."""

    root: Path
    store: Store
    clock: Clock
    fleet: Fleet
    far: FarReceivers

    def order(self, number: int, *, start: datetime = START, seconds: float = 1.0, **more: Any) -> Outgoing:
        target = NAMES[number % 3]
        made = order(number, recording(self.root / "made", seconds), start=start.astimezone(ZONE), target=target)
        return replace(made, latest=start.astimezone(ZONE) + timedelta(minutes=15), **more)

    def hand_over(self, *numbers: int, **more: Any) -> list[State]:
        """As the desk does: the rows are claimed before, and what is said is written down."""
        for number in numbers:
            if not self.store.deliveries([number]):
                write_delivery(self.store, number, NAMES[number % 3], START)
            self.store.claim("may-thu", 1_000 + number, now=self.clock(), limit=1, lease=timedelta(minutes=2))
        receipts = self.fleet.lay_down([self.order(number, **more) for number in numbers], self.clock())
        self.store.record(receipts)
        return [each.state for each in receipts]

    def news(self, *numbers: int) -> dict[int, tuple[str, str]]:
        self.store.record(self.fleet.news(self.store.deliveries(numbers), self.clock()))
        return states(self.store, numbers)

    def held(self, receiver: str) -> list[str]:
        return [each.id for each in self.far.plans[receiver].airings]


@pytest.fixture
def made(tmp_path: Path, empty_sqlite: Path) -> Iterator[Callable[..., Set]]:
    opened: list[Store] = []

    def make(**values: Any) -> Set:
        path = tmp_path / "loa.db"
        path.write_bytes(empty_sqlite.read_bytes())
        store, clock = Store(f"sqlite:///{path}"), Clock()
        opened.append(store)
        fleet = fleet_at(tmp_path, store, clock, NAMES, **values)
        far = FarReceivers(fleet, clock)
        fleet.issuing.wire = far
        return Set(tmp_path, store, clock, fleet, far)

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def station(made: Callable[..., Set]) -> Set:
    return made()


# --- laying down ------------------------------------------------------------------------------------------------------


def test_what_a_receiver_says_it_holds_is_accepted_and_each_gets_only_its_own(station: Set) -> None:
    assert station.hand_over(3, 4) == [State.ACCEPTED, State.ACCEPTED]
    assert (station.held("xa-1"), station.held("xa-2")) == (["loa-3"], ["loa-4"])
    assert "xa-3" not in station.far.plans


def test_what_nobody_heard_of_is_unknown_and_accepted_once_the_receiver_says_so(station: Set) -> None:
    station.far.answers = False
    assert station.hand_over(3) == [State.UNKNOWN]
    assert states(station.store, [3]) == {3: ("unknown", "receiver_not_heard")}
    station.far.say("xa-1")
    assert station.news(3) == {3: ("accepted", "")}


def test_a_plan_without_all_its_sounds_is_not_held(station: Set) -> None:
    station.far.answers = False
    station.hand_over(3)
    station.far.say("xa-1", missing=1)
    assert station.news(3)[3][0] == "unknown"
    station.far.say("xa-1", missing=0)
    assert station.news(3)[3][0] == "accepted"


def test_an_older_plan_is_no_word_of_the_newer_one(station: Set) -> None:
    station.hand_over(3)
    station.far.answers = False
    old = station.far.plans["xa-1"].version
    station.hand_over(6)
    station.far.say("xa-1", plan=old)
    assert station.news(6)[6][0] == "unknown"


def test_an_urgent_order_waits_a_moment_for_who_is_there(station: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.fleet.fleet.ANSWER_S", PATIENCE_S)
    station.far.say("xa-1")
    station.far.answers = False

    class Later(FarReceivers):
        def publish_plan(self, receiver: str, sealed: bytes) -> None:
            station.far.publish_plan(receiver, sealed)
            threading.Thread(target=station.far.say, args=(receiver,)).start()

    station.fleet.issuing.wire = Later(station.fleet, station.clock)
    assert station.hand_over(3, priority=Priority.EMERGENCY) == [State.ACCEPTED]


def test_the_plans_of_others_are_not_touched(station: Set) -> None:
    station.hand_over(3, 4, 5)
    before = dict(station.far.plans)
    station.hand_over(6, priority=Priority.EMERGENCY)
    assert station.far.published == ["xa-1", "xa-2", "xa-3", "xa-1"]
    assert station.far.plans["xa-2"] is before["xa-2"]


def test_an_urgent_plan_goes_before_those_that_are_being_issued(station: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.fleet.issuing.PORTION", 1)
    station.fleet.issuing._hurry(1)  # somebody has an urgent one to issue
    others = threading.Thread(target=station.fleet.issuing.issue, args=(["xa-1", "xa-2"], NOW))
    others.start()
    station.hand_over(5, priority=Priority.EMERGENCY)
    assert station.far.published == ["xa-3"]
    station.fleet.issuing._hurry(-1)
    others.join(PATIENCE_S)
    assert station.far.published == ["xa-3", "xa-1", "xa-2"]


def test_laid_down_twice_it_is_sent_once(station: Set) -> None:
    station.hand_over(3)
    assert station.hand_over(3) == [State.ACCEPTED]
    assert station.far.published == ["xa-1"]


def test_what_no_plan_can_hold_fails_and_leaves_the_others(station: Set) -> None:
    write_delivery(station.store, 3, "xa-1", START, state=State.SENDING)
    write_delivery(station.store, 4, "xa-2", START, state=State.SENDING)
    bad = station.order(4)
    bad = replace(bad, offset=timedelta(hours=1))
    receipts = station.fleet.lay_down([station.order(3), bad], NOW)
    assert [(each.state, each.code) for each in receipts] == [
        (State.ACCEPTED, ""),
        (State.FAILED, "receiver_length_unfit"),
    ]


def test_without_a_gate_plans_are_kept_and_sent_by_whoever_opens_one(station: Set) -> None:
    station.fleet.issuing.wire = None
    assert station.hand_over(3) == [State.UNKNOWN]
    version, sealed = station.fleet.plan("xa-1", 0) or (0, b"")
    station.far.publish_plan("xa-1", sealed)
    assert (station.held("xa-1"), station.fleet.plan("xa-1", version)) == (["loa-3"], None)


def test_lost_keys_are_named_and_nothing_is_made_anew(station: Set) -> None:
    station.fleet._keys = None
    for each in (station.root / "var" / "keys" / "receivers").iterdir():
        each.unlink()
    write_delivery(station.store, 3, "xa-1", START, state=State.SENDING)
    with pytest.raises(SendError, match="receiver_keys_lost"):
        station.fleet.lay_down([station.order(3)], NOW)
    with pytest.raises(AccessError):
        station.fleet.keys()


# --- a cluster without a machine --------------------------------------------------------------------------------------


def test_a_cluster_without_a_machine_waits_for_one_that_comes_in_time(made: Callable[..., Set]) -> None:
    station = made(enrolled=False)
    assert station.hand_over(3) == [State.UNKNOWN]
    assert states(station.store, [3])[3][1] == "cluster_not_enrolled"
    station.fleet.keys()
    station.fleet.certified("xa-1", "01", START + timedelta(days=9), station.clock(), anew=True)
    assert station.fleet.plan("xa-1", 0) is not None
    assert station.held("xa-1") == ["loa-3"]
    assert station.news(3)[3][0] == "accepted"


def test_a_cluster_that_never_had_a_machine_missed_it(made: Callable[..., Set]) -> None:
    station = made(enrolled=False)
    station.hand_over(3)
    station.clock.now = START + timedelta(hours=1)
    station.fleet._stir()
    assert station.news(3) == {3: ("missed", "cluster_not_enrolled")}


# --- taking back ------------------------------------------------------------------------------------------------------


def _deliveries(station: Set, *numbers: int) -> list[Delivery]:
    return station.store.deliveries(numbers)


def test_what_has_not_begun_leaves_the_plan_at_once(station: Set) -> None:
    station.hand_over(3, 6)
    receipts = station.fleet.take_back(_deliveries(station, 3), NOW)
    assert [(each.delivery, each.state) for each in receipts] == [(3, State.CANCELLED)]
    assert station.held("xa-1") == ["loa-6"]
    assert station.far.commands == []


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a journal that does not come."""
    monkeypatch.setattr("pipeline.fleet.silencing.SILENT_S", 0.05)


def test_what_sounds_is_silenced_by_a_command_and_interrupted_by_its_answer(station: Set, hasty: None) -> None:
    station.hand_over(3)
    station.clock.now = START + timedelta(seconds=1)
    station.far.say("xa-1", playing="loa-3")
    (receipt,) = station.fleet.take_back(_deliveries(station, 3), station.clock())
    assert (receipt.state, receipt.started) == (State.INTERRUPTED, START)
    assert receipt.evidence is Evidence.NONE, "silence now is no journal"
    (command,) = station.far.commands
    assert (command.order, command.receiver, command.airings) == (Order.SILENCE, "xa-1", ("loa-3",))


def test_what_began_by_the_journal_is_interrupted_from_then_on(station: Set, hasty: None) -> None:
    station.hand_over(3)
    began = START + timedelta(seconds=4)
    station.fleet.take_journal("xa-1", entries((Kind.STARTED, "loa-3"), at=began))
    station.clock.now = START + timedelta(seconds=9)
    (receipt,) = station.fleet.take_back(_deliveries(station, 3), station.clock())
    assert (receipt.state, receipt.started, receipt.ended) == (State.INTERRUPTED, began, station.clock.now)


@pytest.mark.parametrize(
    ("piece", "state"),
    [
        ([(Kind.STARTED, "loa-3"), (Kind.STOPPED, "loa-3", "silenced")], ("interrupted", "silenced")),
        ([(Kind.MISSED, "loa-3", "sound_missing")], ("missed", "sound_missing")),
        ([(Kind.MISSED, "loa-3", "silenced")], ("missed", "silenced")),
        ([(Kind.STARTED, "loa-3"), (Kind.ENDED, "loa-3")], ("confirmed", "")),
    ],
)
def test_of_what_nobody_said_that_it_began_the_journal_says_what_became_of_it(
    station: Set, piece: list[Any], state: tuple[str, str], hasty: None
) -> None:
    station.hand_over(3)
    station.clock.now = START + timedelta(seconds=9)
    hushed = station.fleet.silence(None, _deliveries(station, 3), station.clock())
    assert (hushed.receipts, hushed.answered) == ((), set(NAMES))
    assert states(station.store, [3])[3][0] == "accepted"
    station.fleet.take_journal("xa-1", entries(*piece, at=START))
    assert states(station.store, [3]) == {3: state}


def test_a_journal_that_comes_behind_the_answer_is_waited_for(station: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    def hand_in(done: Callable[[], bool], seconds: float) -> None:
        piece = entries((Kind.STARTED, "loa-3"), (Kind.ENDED, "loa-3"), at=START)
        assert not done()
        station.fleet.take_journal("xa-1", piece)
        assert done()

    station.hand_over(3)
    monkeypatch.setattr(station.fleet._silencing, "_wait_for", hand_in)
    station.clock.now = START + timedelta(seconds=9)
    station.far.say("xa-1", playing="loa-3")
    hushed = station.fleet.silence({"xa-1"}, _deliveries(station, 3), station.clock())
    assert (hushed.receipts, hushed.answered) == ((), {"xa-1"}), "it had ended before the command came"
    assert states(station.store, [3]) == {3: ("confirmed", "")}


def test_what_had_left_the_plan_before_it_began_is_called_off_by_the_stop(station: Set, hasty: None) -> None:
    station.hand_over(3, 6)
    station.store.withdraw_airings("may-thu", [3], NOW)
    station.fleet.issuing.issue(["xa-1"], NOW)
    station.fleet.take_journal("xa-1", entries((Kind.WITHDRAWN, "loa-3"), at=NOW))
    station.far.say("xa-1", written=1)
    station.clock.now = START + timedelta(seconds=9)
    hushed = station.fleet.silence(None, _deliveries(station, 3, 6), station.clock())
    assert [(each.delivery, each.state) for each in hushed.receipts] == [(3, State.CANCELLED)]


@pytest.mark.parametrize("facts", [{"written": 2, "waiting": 1}, {"plan": 1}])
def test_what_its_receiver_may_have_begun_before_it_left_the_plan_is_not_called_off(
    station: Set, facts: dict[str, Any], hasty: None
) -> None:
    station.hand_over(3)
    station.far.answers = False
    station.far.say("xa-1")
    station.store.withdraw_airings("may-thu", [3], NOW)
    station.fleet.issuing.issue(["xa-1"], NOW)
    station.clock.now = START + timedelta(seconds=9)
    station.far.say("xa-1", **facts)
    assert station.fleet.silence(None, _deliveries(station, 3), station.clock()).receipts == ()


@pytest.mark.parametrize(
    ("answer", "code"), [(None, "receiver_stop_unanswered"), ("command_over", "receiver_stop_refused")]
)
def test_who_does_not_say_that_it_is_silent_is_not_called_silent(
    station: Set, answer: str | None, code: str, hasty: None
) -> None:
    station.hand_over(3)
    station.far.refuses = answer
    station.clock.now = START + timedelta(seconds=1)
    station.far.answers = False
    station.far.say("xa-1", playing="loa-3")
    assert station.fleet.take_back(_deliveries(station, 3), station.clock()) == []
    assert station.held("xa-1") == [], "but its plan is without it"
    hushed = station.fleet.silence({"xa-1", "xa-3"}, _deliveries(station, 3), station.clock())
    assert hushed.unanswered == {"xa-1": code, "xa-3": code}, "whether or not anything of it is in hand"
    assert (hushed.receipts, hushed.answered) == ((), set())


def test_a_stop_names_every_receiver_by_what_is_known_of_it(station: Set, hasty: None) -> None:
    class Deaf(FarReceivers):
        def publish_command(self, receiver: str, *rest: Any) -> None:
            if receiver != "xa-3":
                super().publish_command(receiver, *rest)

    station.hand_over(3, 4, 5)
    station.clock.now = START + timedelta(seconds=9)
    station.far.say("xa-1", playing="loa-3")
    station.fleet.issuing.wire = Deaf(station.fleet, station.clock, answers=False, plans=station.far.plans)
    channel = ReceiverChannel("may-thu", station.clock)
    channel.plans = station.fleet
    stopped = Stopping(station.store, {"may-thu": channel}, station.store.record).stop(None, station.clock())
    assert (stopped.silenced, stopped.quiet, stopped.withdrawn) == (("xa-1",), ("xa-2",), ())
    assert stopped.failed == {"xa-3": "receiver_stop_unanswered"}
    assert states(station.store, [3, 4, 5]) == {3: ("interrupted", "stopped"), 4: ("accepted", ""), 5: ("accepted", "")}
    assert Stopped.read(stopped.facts()) == stopped


def test_while_no_gate_is_open_every_receiver_is_named_as_not_asked(station: Set) -> None:
    station.fleet.issuing.wire = None
    hushed = station.fleet.silence(None, [], NOW)
    assert hushed.unanswered == dict.fromkeys(NAMES, "receiver_stop_unasked")


@pytest.mark.parametrize("error", [AccessError("receiver_keys_lost", folder="x"), PermissionError(13, "no")])
def test_a_stop_while_the_keys_are_away_names_every_receiver_too(
    station: Set, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise error

    station.hand_over(3)
    monkeypatch.setattr(station.fleet.issuing, "keys", lost)
    hushed = station.fleet.silence(None, _deliveries(station, 3), NOW)
    assert hushed.unanswered == dict.fromkeys(NAMES, "receiver_stop_unasked")


def test_a_stop_silences_whatever_sounds_and_asks_once(station: Set, hasty: None) -> None:
    station.hand_over(3, 4)
    station.clock.now = START + timedelta(seconds=1)
    station.far.say("xa-1", playing="loa-3")
    hushed = station.fleet.silence({"xa-1"}, _deliveries(station, 3), station.clock())
    assert [each.state for each in hushed.receipts] == [State.INTERRUPTED]
    assert [(each.receiver, each.airings) for each in station.far.commands] == [("xa-1", ())]
    assert station.held("xa-2") == ["loa-4"]


def test_a_stop_takes_out_what_is_settled_too(station: Set, hasty: None) -> None:
    station.hand_over(3)
    station.clock.now = START + timedelta(seconds=9)
    station.fleet.take_journal("xa-1", entries((Kind.STARTED, "loa-3"), (Kind.STOPPED, "loa-3", "died"), at=START))
    assert station.held("xa-1") == ["loa-3"], "nobody sends a plan for that alone"
    station.fleet.silence(None, [], station.clock())
    assert station.held("xa-1") == []


def test_what_is_settled_is_in_no_later_plan(station: Set) -> None:
    station.hand_over(3)
    station.clock.now = START + timedelta(seconds=9)
    station.fleet.take_journal("xa-1", entries((Kind.STARTED, "loa-3"), (Kind.ENDED, "loa-3"), at=START))
    station.hand_over(6)
    assert station.held("xa-1") == ["loa-6"]


@pytest.mark.parametrize("over", ["enrolled", "journal"])
def test_a_machine_that_was_set_up_anew_is_not_told_again_what_is_settled(station: Set, over: str) -> None:
    station.hand_over(3, 6)
    station.clock.now = START + timedelta(seconds=9)
    station.fleet.take_journal("xa-1", entries((Kind.STARTED, "loa-3"), (Kind.ENDED, "loa-3"), at=START))
    assert station.held("xa-1") == ["loa-3", "loa-6"]
    if over == "enrolled":
        station.fleet.certified("xa-1", "new", NOW + timedelta(days=700), station.clock(), anew=True)
        assert station.held("xa-1") == [], "the machine before held the other, and may have begun it"
    else:
        station.far.answers = False
        station.far.say("xa-1", journal="0002")
        assert station.held("xa-1") == ["loa-6"]


def test_a_machine_that_was_set_up_anew_gets_what_the_one_before_never_had_and_what_is_to_come(station: Set) -> None:
    station.far.answers = False
    station.hand_over(3)
    station.hand_over(6, start=START + timedelta(hours=1))
    station.clock.now = START + timedelta(seconds=9)
    station.fleet.certified("xa-1", "renewed", NOW + timedelta(days=700), station.clock(), anew=False)
    station.fleet.certified("xa-1", "new", NOW + timedelta(days=700), station.clock(), anew=True)
    assert station.held("xa-1") == ["loa-3", "loa-6"]


def test_no_command_is_kept_for_later(station: Set) -> None:
    station.fleet.issuing.wire = None
    assert station.fleet.commanding.give(Order.SILENCE, {"xa-1": ()}, NOW) == {}
    assert station.store.last_commands("silence") == {}


# --- what lies ahead --------------------------------------------------------------------------------------------------


def _foreseen(station: Set, *numbers: int, **more: Any) -> list[Foreseen]:
    for number in numbers:
        if not station.store.deliveries([number]):
            write_delivery(station.store, number, NAMES[number % 3], more.get("start", START))
    return [Foreseen(station.order(number, **more), ("gia-danh-cong-an",)) for number in numbers]


def test_what_was_foreseen_alike_changes_nothing_when_it_is_handed_over(station: Set) -> None:
    station.fleet.foresee(_foreseen(station, 3), NOW - timedelta(minutes=30))
    assert station.held("xa-1") == ["loa-3"]
    assert station.hand_over(3) == [State.ACCEPTED]
    assert station.far.published == ["xa-1"]


def test_what_is_deleted_leaves_the_plan(station: Set) -> None:
    station.fleet.foresee(_foreseen(station, 3, 6), NOW)
    station.fleet.foresee(_foreseen(station, 6), NOW)
    assert station.held("xa-1") == ["loa-6"]


def test_nothing_new_is_sent_where_nothing_changed(station: Set) -> None:
    wanted = _foreseen(station, 3, 4, 5)
    station.fleet.foresee(wanted, NOW)
    station.fleet.foresee(wanted, NOW + timedelta(minutes=1))
    assert station.far.published == ["xa-1", "xa-2", "xa-3"]


def test_an_airing_in_hand_is_not_taken_out_by_what_lies_ahead(station: Set) -> None:
    station.hand_over(3)
    station.fleet.foresee(_foreseen(station, 6, start=START + timedelta(days=1)), START + timedelta(minutes=1))
    assert station.held("xa-1") == ["loa-3", "loa-6"]


def test_a_receiver_plays_by_its_plan_while_the_station_is_off(station: Set) -> None:
    station.fleet.foresee(_foreseen(station, 3), NOW)
    station.clock.now = START + timedelta(hours=5)
    station.fleet.adopt(station.clock())
    assert states(station.store, [3]) == {3: ("unknown", "receiver_not_heard")}
    assert station.news(3)[3][0] == "accepted", "it had said that it holds the plan"
    station.fleet.take_journal("xa-1", entries((Kind.STARTED, "loa-3"), (Kind.ENDED, "loa-3"), at=START))
    assert states(station.store, [3]) == {3: ("confirmed", "")}


def test_a_plan_is_sealed_anew_when_its_key_is_gone_or_the_hours_have_changed(station: Set) -> None:
    station.hand_over(3)
    assert station.fleet.refresh(NOW) == 2, "who has no plan yet gets an empty one"
    assert station.fleet.refresh(NOW) == 0
    station.fleet.keys().rotate()
    assert station.fleet.refresh(NOW) == 3
    windows = {"loudspeaker": Windows((Window(START.time(), START.time().replace(hour=20), frozenset({0})),))}
    site = replace(station.fleet.site, station=replace(station.fleet.site.station, windows=windows))  # type: ignore[arg-type]
    station.fleet.follow(site, station.fleet.settings)
    assert station.fleet.refresh(NOW) == 3
    assert station.far.plans["xa-1"].windows is not None
    station.fleet.issuing._terms.clear()  # a restart: what was issued is read from what is kept
    assert station.fleet.refresh(NOW) == 0
    assert station.fleet.refresh(NOW + timedelta(days=7)) == 3


# --- journals ---------------------------------------------------------------------------------------------------------


def test_a_journal_that_is_whole_and_says_nothing_means_that_it_never_had_it(station: Set) -> None:
    station.fleet.take_journal("xa-1", entries((Kind.BOOTED, ""), at=NOW))
    station.far.answers = False
    station.hand_over(3)
    station.clock.now = START + timedelta(hours=2)
    station.far.say("xa-1", plan=0, written=1, waiting=0)
    assert station.news(3) == {3: ("missed", "receiver_never_had_it")}


@pytest.mark.parametrize(
    "facts", [{"written": 9, "waiting": 8}, {"written": 9, "waiting": 0}, {"written": 1, "waiting": 0, "online": False}]
)
def test_as_long_as_its_journal_may_say_more_nothing_is_settled(station: Set, facts: dict[str, Any]) -> None:
    station.fleet.take_journal("xa-1", entries((Kind.BOOTED, ""), at=NOW))
    station.hand_over(3)
    station.clock.now = START + timedelta(hours=2)
    station.far.say("xa-1", **facts)
    assert station.news(3)[3][0] == "accepted"


def test_a_machine_that_was_set_up_anew_cannot_say_what_the_old_one_did(station: Set) -> None:
    station.hand_over(3)
    station.clock.now = START + timedelta(hours=2)
    station.fleet.take_journal(
        "xa-1", replace(entries((Kind.BOOTED, ""), at=START + timedelta(hours=1)), journal="0002")
    )
    station.far.say("xa-1", journal="0002", written=1)
    assert station.news(3) == {3: ("failed", "receiver_journal_lost")}


def test_what_was_taken_out_of_the_plan_is_promised_by_nobody(station: Set) -> None:
    station.far.answers = False
    station.fleet.foresee(_foreseen(station, 3), NOW)
    station.far.say("xa-1", plan=0)
    station.fleet.foresee([], NOW)
    station.clock.now = START + timedelta(minutes=16)
    station.fleet.adopt(station.clock())
    assert states(station.store, [3])[3] == ("unknown", "receiver_not_heard")
    station.clock.now = START + timedelta(hours=1)
    station.fleet.take_journal("xa-1", entries((Kind.BOOTED, ""), (Kind.WITHDRAWN, "loa-3"), at=NOW))
    station.far.say("xa-1", written=2)
    assert station.news(3) == {3: ("missed", "receiver_taken_back")}


def test_a_last_word_changes_no_figure_but_that_it_is_gone(station: Set) -> None:
    station.hand_over(3)
    station.far.say("xa-1", free_bytes=5 * 10**9)
    held = station.far.plans["xa-1"].version
    station.far.say("xa-1", online=False, plan=0, free_bytes=1, journal="", missing=7)
    first = watch.survey(station.fleet, station.clock())[0]
    assert first.status is not None
    assert (first.status.free_bytes, first.status.plan, first.row.held_version) == (5 * 10**9, held, held)
    assert first.standing is Standing.SILENT


def test_a_journal_weeks_late_still_confirms(station: Set) -> None:
    station.far.answers = False
    station.hand_over(3)
    station.clock.now = START + timedelta(days=30)
    assert station.news(3)[3][0] == "unknown"
    station.fleet.take_journal("xa-1", entries((Kind.STARTED, "loa-3"), (Kind.ENDED, "loa-3"), at=START))
    assert states(station.store, [3])[3][0] == "confirmed"


def test_people_are_told_of_a_receiver_that_plays_or_claims_what_it_should_not(station: Set) -> None:
    station.hand_over(3)
    station.store.record(station.fleet.take_back(_deliveries(station, 3), NOW))
    piece = entries(
        (Kind.STARTED, "loa-3"),
        (Kind.ENDED, "loa-3"),
        (Kind.STARTED, "loa-99"),
        (Kind.REFUSED, "", "seal_forged"),
        at=START,
    )
    station.fleet.take_journal("xa-1", piece)
    told = {each.code for each in station.store.open_notices()}
    assert told == {"receiver_played_cancelled", "receiver_claims_unknown", "receiver_refused"}
    assert states(station.store, [3])[3][0] == "cancelled"


def test_nobody_is_told_of_an_older_plan_that_a_broker_had_kept(station: Set) -> None:
    station.fleet.take_journal("xa-1", entries((Kind.REFUSED, "", "plan_older"), at=START, retained="yes"))
    assert station.store.open_notices() == []
    station.fleet.take_journal("xa-1", entries((Kind.REFUSED, "", "plan_older"), at=START, first=2))
    assert {each.code for each in station.store.open_notices()} == {"receiver_refused"}


def test_a_receiver_gets_the_sounds_of_its_own_plan_and_no_other_file(station: Set) -> None:
    station.hand_over(3, 4, seconds=1.0)
    sha256 = station.store.airings_laid([3])[3].sound
    audio = station.root / "var" / "audio"
    audio.mkdir(parents=True)
    (audio / f"{sha256}.mp3").write_bytes(b"x")
    assert station.fleet.sound("xa-1", sha256) == audio / f"{sha256}.mp3"
    assert station.fleet.sound("xa-3", sha256) is None
    for wrong in ("../loa", "../../loa.db", "", sha256.upper()):
        assert station.fleet.sound("xa-1", wrong) is None
    station.clock.now = START + timedelta(days=1)
    assert station.fleet.sound("xa-1", sha256) is None, "it is over"


# --- how they are -----------------------------------------------------------------------------------------------------


def _standing(station: Set) -> list[Standing]:
    return [each.standing for each in watch.survey(station.fleet, station.clock())]


def test_an_offline_speaker_is_never_shown_healthy(station: Set) -> None:
    for name in NAMES:
        station.far.say(name)
    assert _standing(station) == [Standing.ONLINE] * 3
    station.clock.now += timedelta(minutes=16)
    station.far.say("xa-1")
    station.far.say("xa-2", over=Over.KEPT)
    assert _standing(station) == [Standing.ONLINE, Standing.SILENT, Standing.SILENT]
    assert not any(each.is_well for each in watch.survey(station.fleet, station.clock())[1:])


def test_the_last_word_of_the_broker_counts_at_once_and_proves_no_contact(station: Set) -> None:
    station.far.say("xa-1")
    station.clock.now += timedelta(seconds=30)
    station.far.say("xa-1", online=False)
    first = watch.survey(station.fleet, station.clock())[0]
    assert (first.standing, first.contact) == (Standing.SILENT, NOW)


def test_a_status_of_another_clock_makes_nobody_fresh(station: Set) -> None:
    station.far.say("xa-1", at=NOW + timedelta(days=1))
    station.clock.now += timedelta(minutes=20)
    assert _standing(station)[0] is Standing.SILENT


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"clock_offset_s": -7.5}, "receiver_clock_off"),
        ({"free_bytes": 5_000_000}, "receiver_full"),
        ({"plan": 2**53}, "receiver_plan_unknown"),
        ({"faults": ("relay_failed",)}, "receiver_fault"),
        ({"faults": ("x" * 64,)}, "receiver_fault"),
    ],
)
def test_what_is_wrong_with_one_is_told_and_settled_when_it_is_over(
    station: Set, facts: dict[str, Any], code: str
) -> None:
    notes = Notes()
    for name in NAMES:
        station.far.say(name)
    station.far.say("xa-1", **facts)
    watch.tell(station.fleet, notes, station.clock())
    assert set(notes.told) == {(code, "xa-1")}
    station.clock.now += timedelta(seconds=1)
    station.far.say("xa-1")
    watch.tell(station.fleet, notes, station.clock())
    assert notes.told == {}


def test_a_plan_that_is_not_taken_and_sounds_that_lack_are_told_in_time(station: Set) -> None:
    notes = Notes()
    station.far.answers = False
    station.hand_over(3)
    for name in NAMES:
        station.far.say(name)
    station.far.say("xa-1", plan=1)
    watch.tell(station.fleet, notes, station.clock())
    assert notes.codes == set(), "it has a moment to take it"
    station.clock.now += timedelta(minutes=6)
    for name in NAMES:
        station.far.say(name, **({"plan": 1} if name == "xa-1" else {}))
    watch.tell(station.fleet, notes, station.clock())
    assert notes.codes == {"receiver_behind"}
    station.far.say("xa-1", missing=2)
    watch.tell(station.fleet, notes, station.clock())
    assert notes.codes == {"receiver_missing_sounds"}


def test_many_that_go_at_once_are_told_as_one(tmp_path: Path, empty_sqlite: Path) -> None:
    (tmp_path / "loa.db").write_bytes(empty_sqlite.read_bytes())
    store, clock, notes = Store(f"sqlite:///{tmp_path / 'loa.db'}"), Clock(), Notes()
    names = [f"xa-{number}" for number in range(12)]
    fleet = fleet_at(tmp_path, store, clock, names)
    far = FarReceivers(fleet, clock)
    for name in names:
        far.say(name)
    clock.now += timedelta(minutes=20)
    watch.tell(fleet, notes, clock())
    assert notes.codes == {"receivers_silent"}
    assert notes.told["receivers_silent", ""]["count"] == "12"
    for name in names[2:]:
        far.say(name)
    watch.tell(fleet, notes, clock())
    assert set(notes.told) == {("receiver_silent", "xa-0"), ("receiver_silent", "xa-1")}
    store.close()


def test_who_is_not_enrolled_invited_or_revoked_is_named_so(made: Callable[..., Set]) -> None:
    station = made(enrolled=False)
    assert _standing(station) == [Standing.UNENROLLED] * 3
    station.fleet.keys()
    station.fleet.certified("xa-1", "01", START + timedelta(days=9), station.clock(), anew=True)
    station.fleet.certified("xa-2", "02", START + timedelta(days=9), station.clock(), anew=True)
    station.fleet.revoke("xa-2", station.clock())
    assert _standing(station) == [Standing.NEVER, Standing.REVOKED, Standing.UNENROLLED]


# --- test tones -------------------------------------------------------------------------------------------------------

HOURS = {"loudspeaker": Windows((Window(time(17), time(19), frozenset(range(7))),))}


def test_a_tone_is_sounded_in_allowed_hours_only(made: Callable[..., Set]) -> None:
    station = made(windows=HOURS)
    station.clock.now = utc(2026, 11, 23, 3)
    assert tones.sound(station.fleet, ["xa-1"], station.clock()) == {"xa-1": "tone_outside_hours"}
    assert station.far.commands == []
    station.clock.now = START
    assert tones.sound(station.fleet, ["xa-1", "xa-9"], START) == {"xa-1": "", "xa-9": "cluster_not_enrolled"}
    assert [each.order for each in station.far.commands] == [Order.TONE]


def test_what_came_of_a_tone_stands_in_the_list(station: Set) -> None:
    station.far.refuses = "command_too_often"
    tones.sound(station.fleet, ["xa-1"], station.clock())
    tone = watch.survey(station.fleet, station.clock())[0].tone
    assert tone is not None
    assert (tone.code, tone.replied_at) == ("command_too_often", NOW)


def test_a_tone_of_the_schedule_is_sounded_once_on_its_days(made: Callable[..., Set]) -> None:
    station = made(windows=HOURS, test_tone={"days": frozenset({0}), "at": time(17)})
    for minutes, count in ((-11, 0), (0, 3), (1, 3), (24 * 60, 3), (7 * 24 * 60 + 11, 3), (14 * 24 * 60 + 9, 6)):
        tones.follow_schedule(station.fleet, START + timedelta(minutes=minutes))
        assert len(station.far.commands) == count, minutes


def test_a_tone_that_is_asked_for_is_answered_and_an_old_request_is_not(station: Set) -> None:
    fresh = station.store.ask("tone", ["xa-1"], "lan", NOW)
    old = station.store.ask("tone", ["xa-2"], "lan", NOW - timedelta(minutes=5))
    tones.answer(station.fleet, NOW)
    assert station.store.request(fresh).result == {"receivers": {"xa-1": ""}}
    assert station.store.request(old).result == {"code": "request_expired"}
    (station.root / FOLDER).rename(station.root / "gone")
    lost = station.store.ask("tone", ["xa-1"], "lan", NOW)
    tones.answer(station.fleet, NOW)
    assert station.store.request(lost).result == {"code": "tone_no_keys"}
