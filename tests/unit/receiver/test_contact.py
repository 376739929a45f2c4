"""What a receiver and its station tell each other, over lines that break."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.protocol.journal import Handed, Kind
from pipeline.protocol.status import Status, read_status
from pipeline.receiver.contact import Contact
from pipeline.receiver.ports import LineError
from pipeline.receiver.standing import last_told
from pipeline.receiver.words import worded
from pipeline.signing import SigningKey
from tests.unit.receiver.world import World, airing


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr("pipeline.receiver.journal.RESERVE", 4096)


class FakeLine:
    """A station: takes journals, hands out a keyring and a plan."""

    def __init__(self, world: World) -> None:
        self.world, self.down = world, ""
        self.journals: dict[str, list[int]] = {}
        self.told: list[Status] = []
        self.asked: list[str] = []
        self.sealed: bytes | None = None
        self.known: list[int] = []
        self.ring, self.refuses_keyrings = b"", False
        self.offset: float | None = 0.1
        self.breaks_after = 10**9  # pieces

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.down:
            raise LineError(self.down)

    def keyring(self) -> bytes:
        self._ask("keyring")
        return self.ring or self.world.station.keyring()

    def hand_keyring(self, sealed: bytes) -> None:
        self._ask("hand_keyring")
        if self.refuses_keyrings:
            raise LineError("line_refusal", status=404, said="no_such_path")
        self.ring = sealed

    def plan(self, known: int) -> bytes | None:
        self._ask("plan")
        self.known.append(known)
        return self.sealed

    def sound(self, sha256: str, size: int, part: Path) -> None:
        raise LineError("line_refused")

    def held(self, journal: str) -> int:
        self._ask("held")
        return max(self.journals.get(journal, [0]))

    def hand_in(self, piece: Handed) -> int:
        self._ask("hand_in")
        known = self.journals.setdefault(piece.journal, [0])
        known += [each.seq for each in piece.entries]
        self.breaks_after -= 1
        if self.breaks_after < 0:
            raise LineError("line_cut")  # it was taken, and the answer was lost
        return known[-1]

    def tell(self, status: Status) -> None:
        self._ask("tell")
        self.told.append(read_status(status.payload()))

    def offset_s(self) -> float | None:
        return self.offset


class FakeBroker:
    def __init__(self) -> None:
        self.told: list[Status] = []

    def tell(self, status: Status) -> None:
        self.told.append(status)


class Bench:
    def __init__(self, folder: Path, *, broker: bool = False) -> None:
        self.now = 0.0
        self.world = World(folder)
        self.line, self.broker = FakeLine(self.world), FakeBroker() if broker else None
        self.contact = self.another()

    def another(self) -> Contact:
        return Contact(
            self.world.running, self.line, self.broker,  # type: ignore[arg-type]
            monotonic=lambda: self.now, chance=lambda: 0.5,
        )  # fmt: skip

    @property
    def handed(self) -> list[int]:
        return self.line.journals[self.world.running.journal.id][1:]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def write(world: World, count: int) -> None:
    for _ in range(count):
        world.running.journal.append(Kind.FAULT, code="disk_fault")


def test_a_long_journal_goes_in_pieces_without_gaps_or_doubles(bench: Bench) -> None:
    write(bench.world, 1200)
    assert bench.contact.visit() == 60.0
    assert bench.handed == list(range(1, 1202))
    assert bench.contact.waiting() == 0
    assert bench.line.asked.count("hand_in") == 3


def test_a_lost_answer_leaves_no_doubles(bench: Bench) -> None:
    write(bench.world, 1200)
    bench.line.breaks_after = 1
    bench.contact.visit()
    bench.line.breaks_after = 10**9
    bench.contact.visit()
    assert bench.handed == list(range(1, 1202))


def test_the_older_journals_are_handed_in_too_and_once(bench: Bench) -> None:
    write(bench.world, 3)
    first = bench.world.running.journal.id
    bench.world.running.journal.begin_anew("journal_behind")
    assert bench.contact.waiting() == 5
    bench.contact.visit()
    asked = len(bench.line.asked)
    bench.contact.visit()
    assert bench.line.journals[first][1:] == [1, 2, 3, 4]
    assert bench.handed == [1]
    assert "held" not in bench.line.asked[asked:]


def test_a_station_that_holds_more_than_is_there_is_given_another_journal(bench: Bench) -> None:
    first = bench.world.running.journal.id
    bench.line.journals[first] = [0, *range(1, 40)]
    bench.contact.visit()
    assert bench.world.running.journal.id > first
    assert bench.contact.waiting() >= 0
    bench.contact.visit()
    assert bench.handed == [1]


def test_without_a_broker_the_station_is_asked_every_time_and_what_it_gives_is_followed(bench: Bench) -> None:
    plan = bench.world.station.plan([airing("a", 10)])
    bench.line.sealed = plan.sealed(bench.world.station.key)
    bench.contact.visit()
    bench.world.running.turn()
    assert bench.world.running.plan_version == 1
    bench.contact.visit()
    assert [bench.line.asked.count(each) for each in ("keyring", "plan", "tell")] == [2, 2, 2]
    assert bench.line.told[-1].plan == 1


def test_with_a_broker_the_station_is_asked_every_minute_and_told_over_the_broker(tmp_path: Path) -> None:
    bench = Bench(tmp_path, broker=True)
    assert bench.broker is not None
    bench.contact.is_connected = True
    for _ in range(20 * 6):  # news every 10 s ask for no more
        bench.contact.visit()
        bench.now += 10
    assert bench.line.asked.count("plan") == 24
    assert bench.line.asked.count("keyring") == 2
    assert (len(bench.broker.told), len(bench.line.told)) == (121, 0), "the first round had entries to hand in"
    bench.contact.visit(fetch=True)
    assert [bench.line.asked.count(each) for each in ("plan", "keyring")] == [25, 3]


def test_one_that_has_handed_in_says_that_nothing_waits(tmp_path: Path) -> None:
    bench = Bench(tmp_path, broker=True)
    assert bench.broker is not None
    bench.contact.is_connected = True
    bench.contact.visit()
    write(bench.world, 2)
    bench.broker.told.clear()
    bench.contact.visit()
    assert [each.waiting for each in bench.broker.told] == [2, 0]


def test_one_that_is_revoked_says_so_within_two_visits_although_its_broker_keeps_the_connection(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOA_LANG", "vi")
    bench = Bench(tmp_path, broker=True)
    bench.contact.is_connected = True
    bench.contact.visit()
    bench.line.down = "receiver_revoked"
    for _ in range(2):
        bench.now += 48  # a minute, at its shortest
        bench.contact.visit()
    told, _ = last_told(bench.world.running.folder)
    assert told is not None
    assert told.faults == ("receiver_revoked",)
    said = [each.getMessage() for each in caplog.records]
    assert said == [worded("receiver_revoked")]
    assert said[0].startswith("máy thu đã bị thu hồi (receiver_revoked): ")


def test_a_line_that_is_down_is_tried_ever_more_seldom_and_for_ever(bench: Bench) -> None:
    bench.line.down = "line_timeout"
    waits = [bench.contact.visit() for _ in range(2000)]
    assert waits[:5] == [5.0, 10.0, 20.0, 40.0, 60.0]
    assert waits[-1] == 60.0
    bench.line.down = ""
    assert bench.contact.visit() == 60.0
    assert bench.contact.is_well


def test_a_thousand_do_not_knock_at_the_same_second(bench: Bench) -> None:
    waits = []
    for chance in (0.0, 0.5, 0.999):
        bench.contact._chance = lambda chance=chance: chance  # type: ignore[misc]
        waits.append(bench.contact.visit())
    assert waits == pytest.approx([48.0, 60.0, 72.0], abs=0.1)


def test_a_keyring_that_the_station_has_lost_is_given_back_to_it(bench: Bench) -> None:
    newer = bench.world.station.keyring(7, revoked=["k0"])
    bench.world.arrive("keyring", newer)
    bench.line.refuses_keyrings = True
    bench.contact.visit()
    assert bench.contact.is_well, "a station that takes none is a station all the same"
    bench.line.refuses_keyrings = False
    bench.contact.visit(fetch=True)
    assert bench.line.ring == newer
    bench.line.asked.clear()
    bench.contact.visit(fetch=True)
    assert "hand_keyring" not in bench.line.asked


@pytest.mark.parametrize("shown", [b"", b"{}", "forged"])
def test_what_is_no_keyring_of_the_station_is_answered_with_nothing(bench: Bench, shown: bytes | str) -> None:
    stranger = type(bench.world.station)()
    bench.world.arrive("keyring", bench.world.station.keyring(7))
    bench.line.ring = stranger.keyring(3) if isinstance(shown, str) else shown or b"x"
    bench.contact.visit()
    assert "hand_keyring" not in bench.line.asked


def test_a_plan_is_asked_for_from_the_beginning_once_the_key_of_the_last_one_was_revoked(bench: Bench) -> None:
    newer = SigningKey.make("k2")
    world = bench.world
    world.give(world.station.plan([airing("a", 10)], version=2**53))
    bench.contact.visit()
    assert bench.line.known[-1] == 2**53
    bench.line.ring = world.station.keyring(2, revoked=["k1"], keys=[newer])
    world.arrive("keyring", bench.line.ring)
    bench.contact.visit(fetch=True)
    assert bench.line.known[-1] == 0
