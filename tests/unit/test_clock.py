"""When the machine's clock is trusted: nothing airs by one that may be hours off."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.clock import RELEASED, ClockTrust, Machine

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Computer(Machine):
    """A machine with a clock that can be set, a network, a battery, and a station's memory on its disk."""

    now: datetime = NOW
    ntp: bool | None = False
    battery: bool = True
    started: int = 1
    up: float = 500.0
    disk: dict[str, str] = field(default_factory=dict)

    def synchronised(self) -> bool | None:
        return self.ntp

    def elapsed(self) -> float:
        return self.up

    def boot(self) -> str:
        return f"boot {self.started}"

    def keeps_time(self) -> bool:
        return self.battery

    def recall(self, key: str) -> str | None:
        return self.disk.get(key)

    def remember(self, key: str, value: str, now: datetime) -> None:
        self.disk[key] = value

    def passes(self, time: timedelta) -> None:
        self.now += time
        self.up += time.total_seconds()

    def station(self, *, always: bool = False) -> ClockTrust:
        return ClockTrust(lambda: self.now, self, always=always, machine=self)

    def reboot(self, off: timedelta, shown: datetime | None = None) -> None:
        self.now = shown or self.now + off
        self.started += 1
        self.up = 20.0


@pytest.fixture
def computer() -> Computer:
    return Computer()


def test_a_hardware_clock_that_never_went_back_is_trusted(computer: Computer) -> None:
    assert computer.station().refusal() == ""
    computer.reboot(8 * HOUR)
    assert computer.station().refusal() == ""


def test_a_machine_that_keeps_no_time_waits_for_the_network_or_a_person(computer: Computer) -> None:
    computer.battery = False
    station = computer.station()
    assert station.refusal() == "clock_unset"
    computer.ntp = True
    computer.passes(MINUTE)
    assert station.refusal() == ""
    computer.ntp = False
    computer.passes(DAY)
    assert station.refusal() == ""  # the network went away, the clock ran on
    computer.reboot(MINUTE)
    again = computer.station()
    assert again.refusal() == "clock_unset"
    computer.station().vouch()  # `loa clock trust`, another process
    assert again.refusal() == ""


@pytest.mark.parametrize("shown", [RELEASED - DAY, datetime(1970, 1, 1, tzinfo=RELEASED.tzinfo)])
def test_a_clock_from_before_the_release_is_not_trusted(computer: Computer, shown: datetime) -> None:
    computer.now = shown
    assert computer.station().refusal() == "clock_before_release"


@pytest.mark.parametrize(("back", "code"), [(MINUTE, ""), (3 * MINUTE, "clock_behind"), (DAY, "clock_behind")])
def test_a_clock_behind_what_was_written_before_the_restart_is_not_trusted(
    computer: Computer, back: timedelta, code: str
) -> None:
    computer.station().refusal()
    computer.reboot(timedelta(0), shown=computer.now - back)
    assert computer.station().refusal() == code


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (10 * MINUTE, ""),
        (-10 * MINUTE, ""),
        (11 * MINUTE, "clock_stepped"),
        (-11 * MINUTE, "clock_stepped"),
        (DAY, "clock_stepped"),
        (-DAY, "clock_stepped"),
    ],
)
def test_a_step_of_more_than_ten_minutes_loses_the_trust(computer: Computer, step: timedelta, code: str) -> None:
    station = computer.station()
    assert station.refusal() == ""
    computer.passes(HOUR)
    computer.now += step
    assert station.refusal() == code
    assert computer.station().refusal() == code  # killed and started again, the step is not forgotten
    computer.now -= step
    assert station.refusal() == ""


def test_small_steps_add_up(computer: Computer) -> None:
    station = computer.station()
    codes = []
    for _ in range(4):
        codes.append(station.refusal())
        computer.now += 4 * MINUTE
    assert codes == ["", "", "", "clock_stepped"]


def test_sleep_is_no_step(computer: Computer) -> None:
    station = computer.station()
    station.refusal()
    computer.passes(8 * HOUR)
    assert station.refusal() == ""


@pytest.mark.parametrize("healer", ["network", "person"])
def test_a_stepped_clock_is_trusted_again_by_the_network_or_a_person(computer: Computer, healer: str) -> None:
    station = computer.station()
    station.refusal()
    computer.now += DAY
    assert station.refusal() == "clock_stepped"
    if healer == "network":
        computer.ntp = True
        computer.passes(MINUTE)
    else:
        computer.station().vouch()
    assert station.refusal() == ""
    computer.ntp = False
    computer.passes(MINUTE)
    assert station.refusal() == ""


def test_a_clock_in_doubt_leaves_no_trace_that_condemns_the_right_one(computer: Computer) -> None:
    station = computer.station()
    station.refusal()
    computer.now += 30 * DAY
    assert station.refusal() == "clock_stepped"
    computer.reboot(timedelta(0), shown=NOW + HOUR)
    assert computer.station().refusal() == ""


def test_a_person_may_set_the_clock_back(computer: Computer) -> None:
    computer.now = NOW + 30 * DAY
    computer.station().refusal()
    computer.reboot(timedelta(0), shown=NOW)
    station = computer.station()
    assert station.refusal() == "clock_behind"
    computer.station().vouch()
    assert station.refusal() == ""


def test_a_station_may_be_told_to_trust_always(computer: Computer) -> None:
    computer.now = datetime(2001, 1, 1, tzinfo=RELEASED.tzinfo)
    assert computer.station(always=True).refusal() == ""


def test_the_disk_is_written_about_once_a_minute(computer: Computer) -> None:
    station = computer.station()
    written: list[str] = []
    computer.remember = lambda key, value, now: written.append(key)  # type: ignore[method-assign]
    for _ in range(600):
        station.refusal()
        computer.passes(timedelta(seconds=1))
    assert written.count("last_seen") in range(9, 13)
    assert written.count("clock_anchor") == 1


def test_this_machine_answers() -> None:
    machine = Machine()
    assert machine.synchronised() in (True, False, None)
    assert machine.elapsed() > 0
    assert isinstance(machine.keeps_time(), bool)
