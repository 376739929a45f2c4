"""Requests side by side: those of several callers share the threads there are."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from pipeline.channels.abreast import Abreast
from pipeline.channels.line import Gate, Line, LineError
from tests.patience import PATIENCE_S

NOWHERE = "http://127.0.0.1:9"


def test_two_callers_at_once_have_all_threads() -> None:
    abreast = Abreast(Line(NOWHERE), 4, "t")
    together = threading.Barrier(4)
    meet = [lambda _: together.wait(PATIENCE_S)] * 2
    callers = [threading.Thread(target=abreast.run, args=(meet, PATIENCE_S)) for _ in range(2)]
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    assert not together.broken


@pytest.mark.parametrize("threads", [1, 3])
def test_never_more_than_its_threads_are_under_way(threads: int) -> None:
    abreast = Abreast(Line(NOWHERE), threads, "t")
    lock, under_way, most = threading.Lock(), [0], [0]

    def work(number: int, _: Gate) -> int:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        with lock:
            under_way[0] -= 1
        return number

    assert abreast.run([partial(work, number) for number in range(20)], 5.0) == list(range(20))
    assert most[0] <= threads


def test_what_nobody_foresaw_costs_its_own_request_and_no_other(caplog: pytest.LogCaptureFixture) -> None:
    def work(number: int, _: Gate) -> int:
        return 1 // number

    first, *others = Abreast(Line(NOWHERE), 1, "t").run([partial(work, number) for number in (0, 1, 1)], 5.0)
    assert isinstance(first, LineError)
    assert (first.code, first.sent) == ("sms_answer_unreadable", False)
    assert others == [1, 1]
    assert [each.message for each in caplog.records] == ["a request failed"]
