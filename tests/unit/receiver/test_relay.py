"""The amplifier's relay goes off again whatever becomes of who switched it on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.receiver.relay import GUARDIAN, Relay, RelayError, RelaySettings

LONG = timedelta(seconds=60)


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


def becomes(value: Path, wanted: str, within_s: float = 5.0) -> bool:
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
    assert (value.read_text(), relay.is_on) == ("1", True)
    relay.on(LONG)  # again is the same
    relay.off()
    assert (value.read_text(), relay.is_on, relay.fault) == ("0", False, "")


def test_without_a_relay_nothing_is_waited_for() -> None:
    relay = Relay(None)
    relay.on(LONG)
    assert relay.is_on
    relay.off()
    assert relay.is_on


def test_it_is_off_after_its_time_though_nobody_lets_go(value: Path) -> None:
    relay = Relay(by_file(value))
    relay.on(timedelta(seconds=0.2))
    assert relay._guardian is not None
    assert relay._guardian.wait(5) == 0
    assert (value.read_text(), relay.is_on) == ("0", False)
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
    relay._guardian.terminate()
    assert becomes(value, "0")
    relay.off()


def test_it_is_off_soon_though_its_guardian_was_killed(value: Path) -> None:
    relay = Relay(by_file(value))
    relay.on(LONG)
    assert relay._guardian is not None
    relay._guardian.send_signal(signal.SIGKILL)
    relay._guardian.wait()
    relay.tend()
    assert value.read_text() == "0"


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


@pytest.mark.parametrize("version", ["v1.6.3", "v2.1"])
def test_a_gpio_line_is_held_by_gpioset_and_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    program = tmp_path / "gpioset"
    program.write_text(
        f'#!/bin/sh\ncase "$1" in --version) echo "gpioset (libgpiod) {version}"; exit 0;; esac\n'
        f'echo "$*" >>{tmp_path}/log\ncase "$*" in *=1) exec sleep 60;; esac\n'
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
    done = subprocess.run(command, input=b"", capture_output=True, timeout=10, check=True, env={})
    assert (done.stdout, value.read_text()) == (b"on\n", "0")
