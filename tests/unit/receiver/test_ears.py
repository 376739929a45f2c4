"""A microphone beside the loudspeaker: what it is asked for, what comes of it, and that playing never waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import State
from pipeline.errors import LoaError
from pipeline.listening import Taken
from pipeline.messages import CATALOGUE
from pipeline.playout import Played
from pipeline.protocol.hearing import Hearing, Verdict
from pipeline.protocol.journal import Entry, Kind
from pipeline.receiver import ears as module
from pipeline.receiver.ears import Ears, Overheard, lacks
from pipeline.receiver.journal import Journal
from pipeline.receiver.loudspeaker import InHand, Order
from pipeline.receiver.segments import read_all
from pipeline.receiver.settings import MicrophoneSettings
from tests.patience import PATIENCE_S
from tests.unit.receiver.world import START

WAIT_S = PATIENCE_S
HEARD = Hearing(Verdict.HEARD, 40.0, 1.0, 0.0, 30.0, 0.2, -12.0)


class Playing:
    """Something in hand whose end the test decides."""

    def __init__(self, order: Order) -> None:
        self.order, self.left_s, self.position_s = order, 0.4, 0.0
        self.played: Played | None = None

    def result(self) -> Played | None:
        return self.played

    def stop(self) -> Played | None:
        self.end(self.position_s, State.INTERRUPTED)
        return self.played

    def end(self, position_s: float, state: State = State.CONFIRMED) -> None:
        self.position_s, self.played = position_s, Played(state)
        self.order.over()


class Speaker:
    fault = ""

    def __init__(self) -> None:
        self.armed: list[Playing] = []

    def arm(self, order: Order) -> Playing:
        self.armed.append(Playing(order))
        return self.armed[-1]

    def tone(self, gain_db: float, lead_in: timedelta, over: Callable[[], None]) -> InHand:
        raise NotImplementedError

    def warm_up(self, lead_in: timedelta) -> timedelta:
        return lead_in

    def tend(self, *, idle: bool) -> None:
        pass


class Microphone:
    """Takes what the test lets it take."""

    def __init__(self, path: Path, seconds: float, code: str) -> None:
        self.path, self.seconds, self.code, self.began = path, seconds, code, time.monotonic()
        self.finished = False
        if not code:
            path.write_bytes(b"voices")

    def finish(self) -> Taken:
        self.finished = True
        return Taken(self.path, 30.0, self.code)


@dataclass
class Beside:
    """A speaker, its ears, and what they write down."""

    folder: Path
    codes: list[str] = field(default_factory=list)  # of the next recordings
    outcome: tuple[Hearing | None, str] = (HEARD, "")
    lacking: str = ""
    tail_s: float = 0.0
    hold: threading.Event = field(default_factory=threading.Event)  # comparisons wait for it
    asked: list[dict[str, Any]] = field(default_factory=list)
    taken: list[Microphone] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hold.set()
        self.speaker = Speaker()
        self.journal = Journal(self.folder / "journal", lambda: START)
        self.woken = threading.Condition()
        self.ears = Ears(
            MicrophoneSettings("hw:1", -30.0),
            self.folder / "heard",
            lacking=lambda: self.lacking,
            take=self.take,  # type: ignore[arg-type]
            compare=self.compare,
            tail_s=self.tail_s,
        )
        self.ears.attach(self.journal, self.wake)
        self.overheard = Overheard(self.speaker, self.ears)

    def wake(self) -> None:
        with self.woken:
            self.woken.notify_all()

    def take(self, device: str, seconds: float, path: Path) -> Microphone:
        assert device == "hw:1"
        with self.woken:
            self.taken.append(Microphone(path, seconds, self.codes.pop(0) if self.codes else ""))
            self.woken.notify_all()
        return self.taken[-1]

    def compare(self, microphone: Microphone, recording: Path, **asked: Any) -> tuple[Hearing | None, str]:
        with self.woken:
            self.asked.append({"recording": recording, **asked})
            self.woken.notify_all()
        assert self.hold.wait(WAIT_S)
        microphone.path.unlink()
        return self.outcome

    def until(self, is_so: Callable[[], bool]) -> None:
        with self.woken:
            assert self.woken.wait_for(is_so, WAIT_S)

    def arm(self, id: str = "loa-1", **more: Any) -> Playing:
        order = Order(self.folder / f"{id}.mp3", 30.0, 0.0, START, 0.0, timedelta(0), _nothing, _nothing, airing=id)
        self.overheard.arm(replace(order, **more))
        return self.speaker.armed[-1]

    def begin(self, id: str = "loa-1", **more: Any) -> Playing:
        playing, taken = self.arm(id, **more), len(self.taken)
        playing.order.begin()
        self.until(lambda: len(self.taken) > taken)
        return playing

    def play(self, id: str = "loa-1", position_s: float = 30.0, state: State = State.CONFIRMED, **more: Any) -> None:
        self.begin(id, **more).end(position_s, state)

    def written(self, count: int) -> list[Entry]:
        """The entries, once there are so many."""

        def are_there() -> bool:
            self.overheard.tend(idle=True)
            return self.journal.written >= count

        self.until(are_there)
        return read_all(self.folder / "journal")


def _nothing() -> None:
    pass


@contextmanager
def beside(folder: Path, **more: Any) -> Iterator[Beside]:
    found = Beside(folder, **more)
    try:
        yield found
    finally:
        found.hold.set()
        found.ears.close()
        found.journal.close()


def test_what_was_heard_is_written_beside_what_was_played(tmp_path: Path) -> None:
    with beside(tmp_path) as here:
        here.play("loa-7")
        (entry,) = here.written(1)
        assert (entry.kind, entry.airing, entry.code) == (Kind.HEARD, "loa-7", "")
        assert Hearing.read_facts(entry.facts) == HEARD
        assert not here.journal.account("loa-7").begun, "what was heard says nothing of what was played"
        (asked,) = here.asked
        assert asked["recording"] == tmp_path / "loa-7.mp3"
        assert (asked["from_s"], asked["to_s"], asked["usual_db"]) == (0.0, None, -30.0)
        assert asked["lead_s"] == pytest.approx(0.4, abs=0.2)
        assert here.taken[0].seconds == pytest.approx(31.4), "its length, the wait before it, and a second"


PARTS = {
    "silenced": ({}, 12.0, State.INTERRUPTED, (0.0, 12.0)),
    "gone on": ({"offset_s": 12.0}, 18.0, State.CONFIRMED, (12.0, None)),
    "late and cut": ({"offset_s": 12.0}, 6.0, State.INTERRUPTED, (12.0, 18.0)),
}


@pytest.mark.parametrize("case", PARTS)
def test_a_part_is_compared_with_that_part_and_never_is_the_whole(tmp_path: Path, case: str) -> None:
    more, position_s, state, span = PARTS[case]
    with beside(tmp_path) as here:
        here.play("loa-7", position_s, state, **more)
        (entry,) = here.written(1)
        assert Hearing.read_facts(entry.facts).verdict is Verdict.PARTLY
        assert (here.asked[0]["from_s"], here.asked[0]["to_s"]) == span


def test_what_begins_within_its_file_is_whole_all_the_same(tmp_path: Path) -> None:
    with beside(tmp_path) as here:
        here.play("loa-7", 20.0, offset_s=10.0, first_s=10.0)
        assert Hearing.read_facts(here.written(1)[0].facts).verdict is Verdict.HEARD


def test_nobody_listens_to_what_does_not_sound(tmp_path: Path) -> None:
    def refuse() -> None:
        raise LoaError("journal_unwritable")

    with beside(tmp_path) as here:
        playing = here.arm("loa-1", begin=refuse)
        with pytest.raises(LoaError):
            playing.order.begin()
        playing.end(0.0, State.FAILED)
        here.arm("loa-2").end(0.0, State.CANCELLED)
        here.play("loa-3")
        assert [each.airing for each in here.written(1)] == ["loa-3"]
        assert len(here.taken) == 1


def test_what_is_too_short_or_too_long_is_left_alone(tmp_path: Path) -> None:
    with beside(tmp_path) as here:
        for seconds in (2.0, 4000.0):
            playing = here.arm(seconds=seconds)
            playing.order.begin()
            playing.end(seconds)
        here.play("loa-4", 1.0, State.INTERRUPTED)  # stopped at once
        here.play("loa-5")
        assert [each.airing for each in here.written(1)] == ["loa-5"]
        assert len(here.taken) == 2
        assert not list((tmp_path / "heard").iterdir()), "it may hold people's voices"


def test_the_next_airing_does_not_wait_for_the_end_of_the_last(tmp_path: Path) -> None:
    with beside(tmp_path, tail_s=3600.0) as here:
        here.play("loa-1")
        here.begin("loa-2")
        assert here.taken[0].finished, "one device takes one recorder"
        assert [each.airing for each in here.written(1)] == ["loa-1"]


def test_a_playing_that_never_ends_is_dropped_as_the_next_begins(tmp_path: Path) -> None:
    with beside(tmp_path) as here:
        here.begin("loa-1")
        here.play("loa-2")
        assert [each.airing for each in here.written(1)] == ["loa-2"]


def test_a_comparison_that_hangs_keeps_few_and_says_which_was_dropped(tmp_path: Path) -> None:
    with beside(tmp_path) as here:
        here.hold.clear()
        here.play("loa-1")
        here.until(lambda: len(here.asked) == 1)
        for number in range(2, 3 + module.WAITING):
            here.play(f"loa-{number}")
        (entry,) = here.written(1)
        assert (entry.kind, entry.code, dict(entry.facts)) == (Kind.FAULT, "listening_behind", {"airing": "loa-2"})
        assert here.overheard.fault == "listening_behind"
        assert not here.taken[1].path.exists()
        here.hold.set()
        assert [each.airing for each in here.written(5)[1:]] == ["loa-1", "loa-3", "loa-4", "loa-5"]
        assert here.overheard.fault == ""


def test_a_fault_is_an_entry_once_and_gone_with_the_next_hearing(tmp_path: Path) -> None:
    with beside(tmp_path, codes=["microphone_missing", "microphone_missing"]) as here:
        for number in (1, 2):
            here.play(f"loa-{number}")
        here.begin("loa-3")
        assert here.overheard.fault == "microphone_missing"
        here.speaker.armed[-1].end(30.0)
        assert [(each.kind, each.code) for each in here.written(2)] == [
            (Kind.FAULT, "microphone_missing"),
            (Kind.HEARD, ""),
        ]
        assert here.overheard.fault == ""


@pytest.mark.parametrize("code", ["listening_failed", "listening_timed_out", "recording_undecodable"])
def test_a_comparison_that_fails_is_a_fault(tmp_path: Path, code: str) -> None:
    with beside(tmp_path, outcome=(None, code)) as here:
        here.play()
        (entry,) = here.written(1)
        assert (entry.kind, entry.airing, entry.code) == (Kind.FAULT, "", code)


def test_a_fault_of_ours_ends_no_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with beside(tmp_path) as here:
        compare, calls = here.ears._compare, iter([ValueError(), None])

        def fail_once(*given: Any, **more: Any) -> Any:
            if error := next(calls, None):
                raise error
            return compare(*given, **more)

        monkeypatch.setattr(here.ears, "_compare", fail_once)
        here.play("loa-1")
        here.written(1)
        here.play("loa-2")
        assert [each.code or each.airing for each in here.written(2)] == ["listening_failed", "loa-2"]


def test_without_what_it_needs_it_says_so_and_airings_go_on(tmp_path: Path) -> None:
    with beside(tmp_path, lacking="listening_not_installed") as here:
        playing = here.arm()
        playing.order.begin()
        playing.end(30.0)
        assert [each.code for each in here.written(1)] == ["listening_not_installed"]
        assert here.overheard.fault == "listening_not_installed"
        assert here.taken == []


def test_a_fault_of_the_relay_is_told_before_one_of_the_microphone(tmp_path: Path) -> None:
    with beside(tmp_path, lacking="recorder_missing") as here:
        here.speaker.fault = "relay_failed"
        assert here.overheard.fault == "relay_failed"


def test_what_a_run_before_left_is_deleted_and_so_is_what_waits_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "heard").mkdir()
    (tmp_path / "heard" / "9.wav").write_bytes(b"voices")
    with beside(tmp_path) as here:
        assert not list((tmp_path / "heard").iterdir())
        here.hold.clear()
        for number in (1, 2):
            here.play(f"loa-{number}")
        here.begin("loa-3")
        here.ears.close()
        assert not list((tmp_path / "heard").iterdir())
        assert here.taken[-1].finished


def test_numpy_is_looked_for_and_never_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert lacks() == "listening_not_installed"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert lacks() == "recorder_missing"
    assert {"listening_not_installed", "recorder_missing", "listening_behind"} <= CATALOGUE.keys()
