"""A station, Twilio's far end and the ear between them: what is killed, doubted, reported and given up."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.callbacks import MOST_AT_ONCE, MOST_BYTES, Listener
from pipeline.channels import Call
from pipeline.domain import Receipt, State
from pipeline.errors import AccessError, NotFoundError, Outcome, SendError, StoreError
from pipeline.store import Store
from tests import kill_twilio
from tests.contracts.far_twilio import SECRETS, report
from tests.patience import PATIENCE_S


@pytest.mark.timeout(900)
def test_a_station_killed_again_and_again_sends_to_everybody_once(tmp_path: Path) -> None:
    figures = kill_twilio.run(tmp_path, kills=6, recipients=120, seed=3, rate=60)
    assert figures["sent_twice"] == 0
    assert figures["skipped"] == 0
    assert figures["unsettled"] == {}
    assert figures["deliveries"] == 120
    assert figures["left_by_kills"] <= figures["at_most"]


def test_a_station_without_contacts_has_no_doubts(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'loa.db'}", key=tmp_path / "contacts.key")
    store.migrate()
    assert store.doubtful("tin-nhan", 10) == []
    store.close()


# --- the ear ----------------------------------------------------------------------------------------------------------


class Heard:
    """What the ear passed on; `error` is raised instead."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.error: Exception | None = None

    def __call__(self, call: Call) -> Receipt | None:
        self.calls.append(call)
        if self.error is not None:
            raise self.error
        return None


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def ear(heard: Heard) -> Iterator[Listener]:
    listener = Listener(("127.0.0.1", 0), heard)
    listener.start()
    yield listener
    listener.stop()


def post(ear: Listener, path: str, body: bytes = b"a=1", method: str = "POST", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", ear.port, timeout=PATIENCE_S)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), **given}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_report_is_passed_on_as_it_came(ear: Listener, heard: Heard) -> None:
    assert post(ear, "/dai/loa/sms/12?k=ab&x=", b"A=&B=1", X_Twilio_Signature="s=") == 204
    (call,) = heard.calls
    assert (call.delivery, call.target, call.body) == (12, "/dai/loa/sms/12?k=ab&x=", b"A=&B=1")
    assert call.headers["x-twilio-signature"] == "s="
    assert "k=ab" not in repr(call)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AccessError("callback_forged"), 403),
        (NotFoundError("delivery_unknown"), 404),
        (SendError("channel_secret_missing", Outcome.NOT_SENT), 503),
        (StoreError("database_locked"), 503),
    ],
)
def test_what_cannot_be_written_down_is_answered_so_that_it_comes_again(
    ear: Listener, heard: Heard, error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    heard.error = error
    assert post(ear, "/loa/sms/1?k=1") == status
    assert all("tin nhắn 1" in each.getMessage() for each in caplog.records), "the console speaks Vietnamese"
    assert bool(caplog.records) is (status != 404)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 404),
        ("/loa/sms/", {}, 404),
        ("/loa/sms/1x", {}, 404),
        ("/loa/sms/1/..", {}, 404),
        ("/loa/sms/-1", {}, 404),
        ("/loa/sms/" + "9" * 30, {}, 404),
        ("/loa/sms/1?k=" + "a" * 500, {}, 404),
        ("/loa/sms/1?k=1", {"Content_Length": "x"}, 411),
        ("/loa/sms/1?k=1", {"Content_Length": "-5"}, 411),
        ("/loa/sms/1?k=1", {"Transfer_Encoding": "chunked"}, 411),
        ("/loa/sms/1?k=1", {"Content_Length": str(MOST_BYTES + 1)}, 413),
        ("/loa/sms/1?k=1", {"X": "a" * 70_000}, 431),
    ],
)
def test_nonsense_is_turned_away_before_anybody_is_asked(
    ear: Listener, heard: Heard, path: str, headers: dict[str, str], status: int
) -> None:
    assert post(ear, path, b"", **headers) == status
    assert heard.calls == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "BREW"])
def test_only_reports_are_answered(ear: Listener, heard: Heard, method: str) -> None:
    assert post(ear, "/loa/sms/1?k=1", method=method) == 501
    assert heard.calls == []


def test_who_hangs_up_in_the_middle_disturbs_nobody(ear: Listener, heard: Heard) -> None:
    for words in (
        b"",
        b"POST /loa",
        b"POST /loa/sms/1?k=1 HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
        b"\x16\x03\x01\xff",
    ):
        with socket.create_connection(("127.0.0.1", ear.port)) as peer:
            peer.sendall(words)
    assert post(ear, "/loa/sms/1?k=1") == 204
    assert len(heard.calls) == 1


def test_who_is_slow_is_cut_off(ear: Listener, heard: Heard) -> None:
    ear.bounds = replace(ear.bounds, within_s=0.2)
    with socket.create_connection(("127.0.0.1", ear.port)) as peer:
        peer.settimeout(PATIENCE_S)
        peer.sendall(b"POST /loa/sms/1?k=1 HTTP/1.1\r\nContent-Le")
        assert peer.recv(1000) == b""
    assert heard.calls == []


def test_a_crowd_is_turned_away_and_the_ear_hears_again_behind_it(ear: Listener, heard: Heard) -> None:
    crowd = [socket.create_connection(("127.0.0.1", ear.port)) for _ in range(MOST_AT_ONCE)]
    with socket.create_connection(("127.0.0.1", ear.port)) as late:
        late.settimeout(PATIENCE_S)
        assert late.recv(10) == b""
    for each in crowd:
        each.close()
    answers = []
    for _ in range(100):
        try:
            answers.append(post(ear, "/loa/sms/1?k=1"))
            break
        except (OSError, http.client.HTTPException):
            threading.Event().wait(0.02)
    assert answers == [204]


# --- the whole way ----------------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[kill_twilio.Lives]:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    with kill_twilio.lives(tmp_path, 5, 1, 100, 60.0) as made:
        made.day.is_over = True
        made.far.behaviour.report = None
        yield made


def test_a_report_proves_a_send_whose_answer_was_lost(site: kill_twilio.Lives) -> None:
    from pipeline.app import Station
    from pipeline.domain import Medium

    site.far.behaviour.fault = lambda _: "drop after"
    station = Station.open(site.root, lambda: datetime.now(UTC))
    ear = Listener(("127.0.0.1", 0), station.hear)
    ear.start()
    station.plan()
    station.send_due(Medium.SMS)
    assert site.states()[State.UNKNOWN] == 5
    message = site.far.kept[0]
    at = ("127.0.0.1", ear.port)
    assert [report(message, at, "sent"), report(message, at), report(message, at), report(message, at, "sent")] == [
        204
    ] * 4
    assert site.states()[State.CONFIRMED] == 1
    (known,) = [each for each in site.deliveries() if each.state is State.CONFIRMED]
    assert known.ref == message.sid
    said = [each.state for each in site.store.receipts_of(known.id)]
    assert said == [State.UNKNOWN, State.ACCEPTED, State.CONFIRMED]
    assert report(message, at, token="another") == 403
    message.callback = message.callback.replace(f"/{known.id}?", "/999999?")
    assert report(message, at) == 404
    ear.stop()
    station.close()


def test_what_has_opted_out_by_the_providers_word_is_left_alone_everywhere(site: kill_twilio.Lives) -> None:
    from pipeline.app import Station
    from pipeline.domain import Medium

    site.far.behaviour.codes = {"stop": (400, 21610), "gone": (400, 21211)}
    faults = iter(["stop", "gone"])
    lock = threading.Lock()

    def fault(_: dict[str, str]) -> str:
        with lock:
            return next(faults, "")

    site.far.behaviour.fault = fault
    station = Station.open(site.root, lambda: datetime.now(UTC))
    station.plan()
    station.send_due(Medium.SMS)
    failed = {each.code for each in site.deliveries() if each.state is State.FAILED}
    assert failed == {"sms_opted_out", "sms_bad_number"}
    assert sum(site.store.contact_areas("dan").values()) == 3
    station.close()
