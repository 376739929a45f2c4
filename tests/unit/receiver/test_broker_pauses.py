"""How long a receiver waits for a broker that is away, and for one that keeps pushing it out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.receiver import broker as module
from pipeline.receiver.broker import MqttBroker
from pipeline.receiver.identity import Identity


class Stopping:
    """Notes how long is waited, and stops after so many times."""

    def __init__(self, times: int) -> None:
        self.waits: list[float] = []
        self._times = times

    def is_set(self) -> bool:
        return len(self.waits) >= self._times

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return self.is_set()


def waits(monkeypatch: pytest.MonkeyPatch, *, lasted: float | None) -> list[float]:
    """Of twelve tries. `lasted`: how long each connection held; None: there was none."""
    monkeypatch.setattr(module.random, "uniform", lambda _low, _high: 1.0)
    broker = MqttBroker(cast(Identity, SimpleNamespace(broker="mqtts://127.0.0.1:8883", receiver="an-quang-01")))
    stopping = Stopping(12)
    broker._stopping = cast(Any, stopping)
    monkeypatch.setattr(broker, "_connect_once", lambda: lasted is not None and broker._was_steady(lasted))
    broker._run()
    return stopping.waits


def test_a_broker_that_comes_back_is_found_within_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert waits(monkeypatch, lasted=None) == [1, 2, 4, 8, 16, *[30] * 7]


def test_two_that_push_each_other_out_wait_longer_than_a_steady_connection_lasts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = waits(monkeypatch, lasted=2.0)
    assert found[-1] == 120
    assert found[-1] * 0.5 > module.STEADY_S
