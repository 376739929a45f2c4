"""Prism answers in Twilio's place, from Twilio's own description: it refuses what that description does not know."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.channels import UNSENT_AFTER
from pipeline.channels.line import Answer, Gate, Line
from pipeline.domain import Delivery, State
from tests.contracts.far_twilio import SECRETS
from tests.contracts.test_twilio import channel, doubt, nobody, order
from tests.contracts.twilio_shape import DOCUMENT
from tests.patience import PATIENCE_S
from tests.ports import free_port

PRISM = Path(sys.prefix) / "prism" / "node_modules" / ".bin" / "prism"
SERVICE = "MG" + "a" * 32
STARTS_WITHIN_S = 120


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prism on loopback."""
    if not PRISM.is_file():
        if os.environ.get("LOA_TEST_REAL") == "all" and shutil.which("npm"):
            pytest.fail("Prism is not there: make real")
        pytest.skip("Prism is not installed: make real, with npm")
    port = free_port()
    said = tmp_path_factory.mktemp("prism") / "said.txt"
    command = [str(PRISM), "mock", "--errors", "--host", "127.0.0.1", "--port", str(port), str(DOCUMENT)]
    with said.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as running:
        until = time.monotonic() + STARTS_WITHIN_S
        while not _answers(port):
            assert running.poll() is None, said.read_text()
            assert time.monotonic() < until, said.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        running.terminate()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Every answer that came over a line of ours."""
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    kept: list[Answer] = []
    ask = Line.ask

    def listening(line: Line, method: str, path: str, gate: Gate, body: str = "", headers: object = None) -> Answer:
        answer = ask(line, method, path, gate, body, headers)  # type: ignore[arg-type]
        kept.append(answer)
        return answer

    monkeypatch.setattr(Line, "ask", listening)
    return kept


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"messaging_service": SERVICE},
        {"sender": None, "messaging_service": SERVICE},
        {"status_callback": "https://a.vn"},
    ],
)
def test_an_order_passes_and_its_answer_is_read(
    prism: str, answers: list[Answer], settings: dict[str, str | None]
) -> None:
    receipts = channel(prism, timeout=None, **settings).send([order(1), order(2, "Canh bao")])
    assert [each.status for each in answers] == [201, 201]
    assert {each.state for each in receipts} == {State.ACCEPTED}
    assert all(each.ref.startswith("SM") for each in receipts)


def test_the_list_passes_and_what_it_shows_is_read(prism: str, answers: list[Answer]) -> None:
    way = channel(prism, timeout=None)
    receipts = way.look_up([doubt(1, ago=UNSENT_AFTER)], nobody)
    assert way.poll([Delivery(1, 1, "dan/1", "tin-nhan", State.ACCEPTED, ref="SM" + "0" * 32)]) == []
    assert {each.status for each in answers} == {200}
    assert [(each.state, each.code) for each in receipts] == [(State.RETRY, "sms_not_listed")]


def test_what_twilio_does_not_describe_is_refused_and_leaves_in_doubt_or_failed(
    prism: str, answers: list[Answer]
) -> None:
    (receipt,) = channel(prism, timeout=None, sender="a name far longer than eleven").send([order(1)])
    assert answers[0].status == 422
    assert receipt.state in (State.UNKNOWN, State.FAILED)


def test_prism_itself_asks_for_a_password(prism: str) -> None:
    host = prism.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=PATIENCE_S)
    connection.request("GET", "/2010-04-01/Accounts/AC" + "0" * 32 + "/Messages.json")
    assert connection.getresponse().status == 401
    connection.close()
