"""The amplifier's relay goes off again whatever becomes of who switched it on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.playout import Player
from pipeline.receiver import relay as module
from pipeline.receiver.loudspeaker import Loudspeaker
from pipeline.receiver.relay import GUARDIAN, Relay, RelayError, RelaySettings
from tests.patience import PATIENCE_S

LONG = timedelta(seconds=60)


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def value(tmp_path: Path) -> Path:
    """What stands for the relay: a file that holds 1 or 0."""
    path = tmp_path / "value"
    path.write_text("0")
    return path


def by_file(value: Path) -> RelaySettings:
    return RelaySettings(file=(str(value), "1", "0"))


def by_command(value: Path, *, off: str = "") -> RelaySettings:
    on = ("/bin/sh", "-c", f"printf 1 >{value}")
    return RelaySettings(command=(on, ("/bin/sh", "-c", off or f"printf 0 >{value}")))


def becomes(value: Path, wanted: str, within_s: float = PATIENCE_S) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if value.read_text() == wanted:
            return True
        threading.Event().wait(0.01)
    return False


@pytest.mark.parametrize("form", [by_file, by_command])
def test_it_is_on_when_on_returns_and_off_when_off_returns(value: Path, form: object) -> None:
    relay = Relay(form(value))  # type: ignore[operator]
    relay.on(LONG)
    assert value.read_text() == "1"
    assert relay.on_s is not None
    relay.on(LONG)  # again is the same
    relay.off()
    assert (value.read_text(), relay.on_s, relay.fault) == ("0", None, "")


def test_without_a_relay_nothing_is_waited_for() -> None:
    relay = Relay(None)
    relay.on(LONG)
    assert Loudspeaker(Player("x"), relay, clock).warm_up(LONG) == timedelta(0)
    relay.off()
    assert Loudspeaker(Player("x"), relay, clock).warm_up(LONG) == timedelta(0)


def test_it_is_off_after_its_time_though_nobody_lets_go(value: Path) -> None:
    relay = Relay(by_file(value))
    relay.on(timedelta(seconds=0.2))
    guardian = relay._guardian
    assert guardian is not None
    assert guardian.is_over_within(PATIENCE_S)
    assert (value.read_text(), relay.on_s) == ("0", None)
    relay.off()


def test_its_time_can_be_made_longer(value: Path) -> None:
    relay = Relay(by_file(value))
    relay.on(timedelta(seconds=0.5))
    relay.on(LONG)
    assert not becomes(value, "0", within_s=0.8)
    relay.off()
    assert value.read_text() == "0"


CHILD = """
import sys, threading
from datetime import timedelta
from pipeline.receiver.relay import Relay, RelaySettings
relay = Relay(RelaySettings(file=(sys.argv[1], "1", "0")))
relay.on(timedelta(hours=1))
print("on", flush=True)
threading.Event().wait()
"""


def test_it_is_off_though_the_receiver_was_killed(value: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", CHILD, str(value)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert value.read_text() == "1"
        child.kill()
    assert becomes(value, "0")


def test_it_is_off_though_its_guardian_was_told_to_end(value: Path) -> None:
    relay = Relay(by_file(value))
    relay.on(LONG)
    assert relay._guardian is not None
    relay._guardian._process.terminate()
    assert becomes(value, "0")
    relay.off()


def test_it_is_off_soon_though_its_guardian_was_killed(value: Path) -> None:
    relay = Relay(by_file(value))
    relay.on(LONG)
    assert relay._guardian is not None
    guardian = relay._guardian
    guardian._process.send_signal(signal.SIGKILL)
    assert guardian.is_over_within(PATIENCE_S)
    assert (value.read_text(), relay.on_s, relay.fault) == ("0", None, "")
    relay.on(LONG)
    assert value.read_text() == "1"
    relay.off()


def test_what_a_run_before_left_on_is_switched_off(value: Path) -> None:
    value.write_text("1")
    Relay(by_file(value)).reset()
    assert value.read_text() == "0"


def test_one_that_does_not_switch_on_says_so(tmp_path: Path) -> None:
    relay = Relay(by_file(tmp_path / "no" / "value"))
    with pytest.raises(RelayError) as caught:
        relay.on(LONG)
    assert (caught.value.code, relay.fault) == ("relay_failed", "relay_failed")
    broken = Relay(RelaySettings(command=(("/bin/false",), ("/bin/true",))))
    with pytest.raises(RelayError):
        broken.on(LONG)


def test_one_that_does_not_switch_off_says_so(value: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    relay = Relay(by_command(value, off="exit 1"))
    relay.on(LONG)
    relay.off()
    assert relay.fault == "relay_stuck"


def test_one_that_fails_once_is_switched_off_by_trying_again(tmp_path: Path, value: Path) -> None:
    once = f"test -e {tmp_path}/tried && printf 0 >{value} || {{ touch {tmp_path}/tried; exit 1; }}"
    relay = Relay(by_command(value, off=once))
    relay.on(LONG)
    relay.off()
    assert (value.read_text(), relay.fault) == ("0", "")


@dataclass
class Gate:
    """Lets a command of the relay go on: it hangs until then."""

    path: Path

    def __post_init__(self) -> None:
        os.mkfifo(self.path)

    def before(self, then: str) -> tuple[str, ...]:
        return "/bin/sh", "-c", f"read line <{self.path}; {then}"

    def open(self) -> None:
        self.path.write_text("go on\n")


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path / "gate")


def hangs_when_switched_off(value: Path, gate: Gate) -> Relay:
    on = ("/bin/sh", "-c", f"printf 1 >{value}")
    return Relay(RelaySettings(command=(on, gate.before(f"printf 0 >{value}"))))


def hangs_when_switched(gate: Gate) -> Relay:
    """On or off: whoever writes into a FIFO waits until somebody reads it."""
    return Relay(RelaySettings(file=(str(gate.path), "1", "0")))


def test_nobody_waits_for_one_that_hangs_when_it_is_let_go(value: Path, gate: Gate) -> None:
    relay = hangs_when_switched_off(value, gate)
    relay.on(LONG)
    Loudspeaker(Player("x"), relay, clock).tend(idle=True)
    assert relay._leaving is not None
    assert not relay._leaving.is_over, "it was waited for"
    gate.open()
    relay.off()
    assert (value.read_text(), relay.fault) == ("0", "")


def test_one_that_hangs_makes_way_for_what_is_due_and_never_switches_off_behind_it(value: Path, gate: Gate) -> None:
    relay = hangs_when_switched_off(value, gate)
    relay.on(LONG)
    relay.let_go()
    old = relay._leaving
    relay.on(LONG)
    assert old is not None
    assert old.is_over_within(PATIENCE_S)
    with pytest.raises(OSError, match="No such device"):
        os.close(os.open(gate.path, os.O_WRONLY | os.O_NONBLOCK))  # nobody waits at the gate any more
    assert (value.read_text(), relay.fault) == ("1", "")
    threading.Thread(target=gate.open, daemon=True).start()
    relay.off()


def test_one_that_stays_on_is_told_although_nobody_waits(value: Path, gate: Gate) -> None:
    relay = hangs_when_switched_off(value, gate)
    relay.on(LONG)
    assert relay._guardian is not None
    relay._guardian._patience.interval = 0.1  # type: ignore[attr-defined]
    relay.let_go()
    until = time.monotonic() + PATIENCE_S
    while relay.fault != "relay_stuck" and time.monotonic() < until:
        threading.Event().wait(0.01)
    assert relay.fault == "relay_stuck"
    assert relay._leaving is not None
    relay._leaving.makes_way_within(0.0)


def test_who_is_not_wanted_any_more_waits_for_no_relay(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SWITCHES_WITHIN_S", 10 * PATIENCE_S)
    relay, stopped = hangs_when_switched(gate), threading.Event()
    switching = threading.Thread(target=lambda: relay.on(LONG, stopped=stopped.is_set), daemon=True)
    switching.start()
    speaker = Loudspeaker(Player("x"), relay, clock)
    assert speaker.warm_up(timedelta(seconds=2)) == timedelta(seconds=2)
    speaker.tend(idle=False)
    assert switching.is_alive(), "who looks after the loudspeaker waited for it"
    stopped.set()
    switching.join(PATIENCE_S)
    assert not switching.is_alive()
    assert relay._guardian is not None
    relay._guardian.makes_way_within(0.0)


def test_an_emergency_goes_on_without_a_relay_that_is_slow_and_has_it_once_it_is_on(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "URGENT_WITHIN_S", 0.1)
    monkeypatch.setattr(module, "SWITCHES_WITHIN_S", PATIENCE_S)
    relay = hangs_when_switched(gate)
    with pytest.raises(RelayError):
        relay.on(LONG, urgent=True)
    assert relay.fault == "relay_failed"
    assert gate.path.read_text() == "1"
    relay.on(LONG)
    assert relay.fault == ""
    relay.let_go()
    assert gate.path.read_text() == "0"
    relay.off()


def test_an_amplifier_is_cold_until_it_has_been_on_for_its_time(value: Path) -> None:
    relay = Relay(by_file(value))
    speaker = Loudspeaker(Player("x"), relay, clock)
    assert speaker.warm_up(LONG) == LONG
    relay.on(LONG)
    first = speaker.warm_up(LONG)
    assert timedelta(0) < first < LONG
    assert speaker.warm_up(LONG) < first
    assert speaker.warm_up(timedelta(0)) == timedelta(0)
    relay.off()


@pytest.mark.parametrize("version", ["v1.6.3", "v2.1"])
def test_a_gpio_line_is_held_by_gpioset_and_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    program = tmp_path / "gpioset"
    program.write_text(
        f'#!/bin/sh\ncase "$1" in --version) echo "gpioset (libgpiod) {version}"; exit 0;; esac\n'
        f'echo "$*" >>{tmp_path}/log\ncase "$*" in *=1) exec sleep 600;; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    relay = Relay(RelaySettings(gpio=("gpiochip0", "17", "1", "0")))
    relay.on(LONG)
    relay.off()
    first, last = (tmp_path / "log").read_text().splitlines()
    assert "gpiochip0 17=1" in first
    assert "gpiochip0 17=0" in last
    assert ("--mode=signal" in first) == (version[1] == "1")


def test_the_guardian_needs_nothing_but_python(value: Path) -> None:
    settings = json.dumps({"file": [str(value), "1", "0"]})
    command = [sys.executable, "-I", "-S", str(GUARDIAN), "0.1", settings]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=PATIENCE_S, check=True, env={})
    assert (done.stdout, value.read_text()) == (b"on\n", "0")
