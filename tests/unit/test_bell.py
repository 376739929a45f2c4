"""A command rings the running station: one line asked, one answered, and whatever goes wrong is no answer."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import bell
from pipeline.bell import NAME, Bell, Words, ring
from tests.patience import PATIENCE_S


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A folder whose path is longer than the name of a socket may be."""
    folder = tmp_path / ("a" * 120) / "var"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def heard() -> list[Words]:
    return []


@pytest.fixture
def ringing(var: Path, heard: list[Words]) -> Iterator[Bell]:
    def answer(words: Words) -> dict[str, Any] | None:
        heard.append(words)
        if words.get("do") == "fail":
            raise RuntimeError("a fault of ours")
        return {"title": "Vỡ đê"} if words.get("do") == "send" else None

    listening = Bell(var, answer)
    listening.start()
    yield listening
    listening.stop()


@pytest.mark.usefixtures("ringing")
def test_what_is_asked_is_answered_and_only_its_owner_may_ask(var: Path, heard: list[Words]) -> None:
    assert ring(var, {"do": "send", "bulletin": "vo-de"}) == {"title": "Vỡ đê"}
    assert heard == [{"do": "send", "bulletin": "vo-de"}]
    assert stat.S_IMODE((var / NAME).stat().st_mode) == 0o600


@pytest.mark.usefixtures("ringing")
@pytest.mark.parametrize("what", ["other", "fail"])
def test_what_the_station_does_not_do_is_no_answer(var: Path, what: str) -> None:
    assert ring(var, {"do": what}) is None
    assert ring(var, {"do": "send"}) is not None, "and it goes on listening"


def test_where_no_station_runs_nobody_answers(var: Path) -> None:
    assert ring(var, {"do": "send"}) is None
    assert ring(var / "gone", {"do": "send"}) is None


def test_a_bell_that_was_left_behind_is_replaced(var: Path) -> None:
    (var / NAME).write_text("left by a station that was killed")
    listening = Bell(var, lambda _: {"ok": 1})
    listening.start()
    assert ring(var, {}) == {"ok": 1}
    listening.stop()
    assert not (var / NAME).exists()


@pytest.mark.parametrize("said", [b"", b"no json\n", b"[1]\n", b"{" * 70_000 + b"\n"])
def test_what_cannot_be_read_is_never_passed_on(var: Path, ringing: Bell, heard: list[Words], said: bytes) -> None:
    assert ringing
    with socket.socket(socket.AF_UNIX) as calling:
        handle = os.open(var, os.O_RDONLY | os.O_DIRECTORY)
        calling.connect(f"/proc/self/fd/{handle}/{NAME}")
        os.close(handle)
        calling.settimeout(PATIENCE_S)
        try:
            calling.sendall(said)
            calling.shutdown(socket.SHUT_WR)
            calling.recv(100)
        except OSError:  # it hung up in the middle of it
            pass
    assert [each for each in heard if each] == []


def test_a_crowd_is_turned_away_and_nobody_waits_for_it(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "MOST_AT_ONCE", 1)
    goes_on = threading.Event()
    busy = threading.Event()

    def answer(_: Words) -> dict[str, Any]:
        busy.set()
        goes_on.wait(PATIENCE_S)
        return {}

    listening = Bell(var, answer)
    listening.start()
    first = threading.Thread(target=ring, args=(var, {}))
    first.start()
    assert busy.wait(PATIENCE_S)
    assert ring(var, {}) is None
    goes_on.set()
    first.join(PATIENCE_S)
    listening.stop()
