"""The station's line to a real mosquitto that runs from our own files: who may do what, and what survives what."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from pipeline.errors import StoreError
from pipeline.fleet import gate as gates
from pipeline.fleet import link, mosquitto
from pipeline.fleet.certificates import Authority
from pipeline.fleet.gate import Gate, GateSettings, refuse_at_broker
from pipeline.fleet.keys import FOLDER, Keys
from pipeline.fleet.link import Link
from pipeline.fleet.mosquitto import BrokerFolder
from pipeline.fleet.ports import Over
from pipeline.messages import say
from pipeline.protocol import names
from pipeline.protocol.command import Reply
from pipeline.protocol.status import Status
from tests.patience import PATIENCE_S
from tests.ports import free_port
from tests.receivers.devices import Device, enrolled_device
from tests.receivers.ledgers import MemoryLedger
from tests.receivers.mosquitto import Mosquitto, needs

RECEIVER, OTHER = "an-quang-01", "xa-an-lao-01"
WITHIN_S = PATIENCE_S
TAKEN = ("Success", "No matching subscribers")

pytestmark = needs("mosquitto")


def now() -> datetime:
    return datetime.now(UTC)


def until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < end, what
        threading.Event().wait(0.01)


@dataclass
class Line:
    """A device's connection to the broker."""

    client: mqtt.Client
    heard: list[mqtt.MQTTMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    subscribed: list[int] = field(default_factory=list)

    def topics(self) -> set[str]:
        return {each.topic for each in self.heard}

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> str:
        """What the broker answered."""
        before = len(self.answers)
        self.client.publish(topic, payload, qos=1, retain=retain)
        until(lambda: len(self.answers) > before, "no answer")
        return self.answers[-1]


class Place:
    """A broker, a gate and its ledger."""

    def __init__(self, root: Path) -> None:
        self.root, self.ledger, self.port = root, MemoryLedger(), free_port()
        self.lines: list[Line] = []
        self.keys = Keys.open(root / FOLDER, now)
        self.authority = Authority.open(root / FOLDER, now)
        broker = f"mqtts://127.0.0.1:{self.port}"
        self.settings = GateSettings(root, ("127.0.0.1", 0), "https://localhost:8443", broker)
        self.folder = BrokerFolder(root / "broker")
        self.folder.write(self.authority, self.settings.broker_names, self.port)
        mosquitto.remember(root / FOLDER, self.folder)
        refuse_at_broker(root / FOLDER, self.authority, self.ledger)
        self.broker = Mosquitto(self.folder.path, self.port)
        self.broker.start()
        self.gate = Gate(self.ledger, self.keys, self.settings, now)

    def open(self) -> None:
        self.gate.start()
        until(lambda: self.gate.link and self.gate.link.connected, "no connection")

    def device(self, receiver: str = RECEIVER) -> Device:
        folder = self.root / f"{receiver}-{len(list(self.root.iterdir()))}"
        return enrolled_device(folder, self.authority, self.ledger, receiver, 0)

    def line(self, device: Device, *topics: str, name: str = "whoever") -> Line:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        client.tls_set_context(device.context())
        line = Line(client)

        def on_connect(_: Any, __: Any, flags: Any, reason: Any, properties: Any) -> None:
            line.connected.append(str(reason))
            for topic in topics:
                client.subscribe(topic, 1)

        client.on_connect = on_connect
        client.on_message = lambda _, __, message: line.heard.append(message)
        client.on_publish = lambda _, __, mid, reason, properties: line.answers.append(str(reason))
        client.on_subscribe = lambda _, __, mid, reasons, properties: line.subscribed.append(mid)
        client.connect_async("127.0.0.1", self.port, 30)
        client.loop_start()
        self.lines.append(line)
        if topics:
            until(lambda: len(line.subscribed) == len(topics), "not subscribed")
        return line

    def close(self) -> None:
        for each in self.lines:
            each.client.disconnect()
            each.client.loop_stop()
        self.gate.stop()
        self.broker.kill()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr("pipeline.door.LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(gates, "LOOK_EVERY_S", 0.5)
    monkeypatch.setattr("pipeline.fleet.link.AGAIN_S", (1, 1))
    made = Place(tmp_path)
    yield made
    made.close()


def test_a_receiver_finds_its_plan_and_keyring_whenever_it_comes(place: Place) -> None:
    device = place.device()
    place.ledger.plans[RECEIVER] = (7, b"plan 7")
    place.open()
    line = place.line(device, names.plan_topic(RECEIVER), names.keyring_topic(RECEIVER))
    until(lambda: len(line.heard) == 2, "nothing came")
    assert {each.topic: bytes(each.payload) for each in line.heard} == {
        names.plan_topic(RECEIVER): b"plan 7",
        names.keyring_topic(RECEIVER): place.keys.sealed_keyring,
    }
    assert all(each.retain for each in line.heard)
    place.gate.publish_plan(RECEIVER, b"plan 8")
    until(lambda: len(line.heard) == 3, "nothing came")
    assert bytes(line.heard[-1].payload) == b"plan 8"


def test_a_command_reaches_whoever_is_there_and_is_never_kept(place: Place) -> None:
    device = place.device()
    place.open()
    line = place.line(device, names.command_topic(RECEIVER))
    place.gate.publish_command(RECEIVER, b"silence", "c-1", now() + timedelta(seconds=300))
    place.gate.publish_command(RECEIVER, b"too late", "c-2", now() - timedelta(seconds=1))
    until(lambda: line.heard, "nothing came")
    (message,) = line.heard
    assert (bytes(message.payload), message.retain) == (b"silence", False)
    assert message.properties is not None
    assert message.properties.CorrelationData == b"c-1"
    assert message.properties.ResponseTopic == names.reply_topic(RECEIVER)
    assert 0 < message.properties.MessageExpiryInterval <= 300
    late = place.line(device, names.command_topic(RECEIVER))
    line.say(names.reply_topic(RECEIVER), Reply("c-1", now()).payload())
    assert late.heard == []


def test_what_receivers_say_reaches_the_ledger_and_tells_what_was_kept_from_what_is_new(place: Place) -> None:
    line = place.line(place.device())
    until(lambda: line.connected, "no connection")
    assert line.say(names.status_topic(RECEIVER), Status(True, now(), plan=3).payload(), retain=True) in TAKEN
    place.open()
    until(lambda: place.ledger.news, "no news")
    assert line.say(names.status_topic(RECEIVER), Status(True, now(), plan=4).payload(), retain=True) == "Success"
    until(lambda: len(place.ledger.news) > 1, "no news")
    assert [(each.receiver, each.status.plan, each.over) for each in place.ledger.news] == [
        (RECEIVER, 3, Over.KEPT),
        (RECEIVER, 4, Over.BROKER),
    ]
    line.say(names.reply_topic(RECEIVER), Reply("c-1", now(), "busy").payload())
    until(lambda: place.ledger.replies, "no reply")
    assert [(receiver, reply.command, reply.code) for receiver, reply in place.ledger.replies] == [
        (RECEIVER, "c-1", "busy")
    ]


@pytest.mark.parametrize(
    "payload",
    [b"{}", b"\xff", b"[" * 10_000, b'{"online": true}', Status(True, now()).payload() + b" x", b"x" * 40_000],
)
def test_a_status_that_is_none_is_dropped_and_the_next_one_heard(place: Place, payload: bytes) -> None:
    place.open()
    line = place.line(place.device())
    until(lambda: line.connected, "no connection")
    line.say(names.status_topic(RECEIVER), payload)
    line.say(names.status_topic(RECEIVER), Status(True, now(), plan=4).payload())
    until(lambda: place.ledger.news, "no news")
    assert [each.status.plan for each in place.ledger.news] == [4]
    assert place.gate.link is not None
    assert place.gate.link.connected


def test_a_broker_that_is_away_costs_the_log_one_line_however_often_it_is_tried(
    place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []
    told = Link._on_connect_fail

    def count(line: Link, *said: Any) -> None:
        told(line, *said)
        tries.append("failed")

    monkeypatch.setattr(Link, "_on_connect_fail", count)
    place.broker.kill()
    place.gate.start()
    until(lambda: len(tries) > 2, "it is not tried again")
    place.broker.start()
    until(lambda: place.gate.link and place.gate.link.connected, "no connection")
    said = [each.getMessage() for each in caplog.records if each.levelname in ("WARNING", "ERROR")]
    assert said == [say("broker_away", broker=f"127.0.0.1:{place.port}")]


def test_nonsense_without_end_costs_the_log_one_line(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.open()
    line = place.line(place.device())
    until(lambda: line.connected, "no connection")
    for _ in range(20):
        line.say(names.status_topic(RECEIVER), b"{}")
    line.say(names.status_topic(RECEIVER), Status(True, now()).payload())
    until(lambda: place.ledger.news, "no news")
    assert len([each for each in caplog.records if RECEIVER in each.getMessage()]) == 1


# --- who may do what --------------------------------------------------------------------------------------------------


def test_a_receiver_reads_and_writes_its_own_topics_and_no_others(place: Place) -> None:
    place.ledger.plans.update({RECEIVER: (7, b"mine"), OTHER: (8, b"another's")})
    other = place.device(OTHER)
    spy = place.line(other, f"{names.ROOT}/+/plan", "#", "$SYS/#", names.plan_topic(RECEIVER))
    place.device()
    place.open()
    for topic in (
        names.plan_topic(RECEIVER),
        names.plan_topic(OTHER),
        names.keyring_topic(OTHER),
        names.command_topic(OTHER),
        names.status_topic(RECEIVER),
        names.reply_topic(RECEIVER),
        "anything",
    ):
        assert spy.say(topic, b"forged", retain=True) == "Not authorized", topic
    place.gate.publish_command(RECEIVER, b"silence", "c-1", now() + timedelta(seconds=30))
    until(lambda: spy.topics() >= {names.plan_topic(OTHER), names.keyring_topic(OTHER)}, "not even its own")
    assert spy.say(names.status_topic(OTHER), Status(True, now()).payload()) == "Success"
    until(lambda: place.ledger.news, "no news")
    assert spy.topics() == {names.plan_topic(OTHER), names.keyring_topic(OTHER)}


def test_nobody_takes_a_receivers_place_by_its_client_id(place: Place) -> None:
    place.open()
    line = place.line(place.device(), name=f"loa-{RECEIVER}")
    until(lambda: line.connected, "no connection")
    thief = place.line(place.device(OTHER), name=f"loa-{RECEIVER}")
    until(lambda: thief.connected, "no connection")
    assert line.say(names.status_topic(RECEIVER), Status(True, now()).payload()) == "Success"
    assert line.connected == ["Success"], "it was never thrown out"


def test_who_is_of_another_authority_or_has_no_certificate_is_not_let_in(place: Place, tmp_path: Path) -> None:
    other = Authority.open(tmp_path / "elsewhere", now)
    foreign = enrolled_device(tmp_path / "foreign", other, MemoryLedger(), RECEIVER, 0)
    for folder in (foreign.folder, None):
        line = place.line(Device(0, place.root / FOLDER / "ca.pem", folder))
        until(lambda: "certificate" in place.broker.log or "Client <unknown>" in place.broker.log, "nothing logged")
        assert line.connected == []


def test_who_is_revoked_loses_the_line_he_has_and_gets_no_other(place: Place) -> None:
    place.ledger.plans[RECEIVER] = (7, b"plan 7")
    device = place.device()
    place.open()
    line = place.line(device, names.plan_topic(RECEIVER))
    until(lambda: line.heard, "nothing came")
    place.ledger.revoke(RECEIVER, now())
    until(lambda: f"user {RECEIVER}" in (place.folder.path / "access").read_text(), "not written")
    until(
        lambda: line.say(names.status_topic(RECEIVER), Status(True, now()).payload()) == "Not authorized", "may still"
    )
    again = place.line(device)
    until(lambda: "certificate verify failed" in place.broker.log, "not refused")
    assert again.connected == []
    heir = place.device()  # another machine in its place
    place.ledger.plans[RECEIVER] = (8, b"plan 8")
    until(lambda: f"user {RECEIVER}" not in (place.folder.path / "access").read_text(), "still shut out")
    place.gate.publish_plan(RECEIVER, b"plan 8")
    new = place.line(heir, names.plan_topic(RECEIVER))
    until(lambda: new.heard, "nothing came")
    assert bytes(new.heard[0].payload) == b"plan 8"


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_broker_that_lost_everything_is_given_everything_again(place: Place) -> None:
    devices = {receiver: place.device(receiver) for receiver in (RECEIVER, OTHER)}
    place.ledger.plans.update({RECEIVER: (7, b"plan of one"), OTHER: (8, b"plan of the other")})
    place.open()
    place.broker.kill()
    assert place.gate.link is not None
    until(lambda: not place.gate.link.connected, "nothing noticed")
    place.gate.link._client.publish(names.plan_topic(RECEIVER), b"was never acknowledged", qos=1, retain=True)
    place.ledger.plans[RECEIVER] = (9, b"decided meanwhile")
    place.gate.publish_plan(RECEIVER, b"decided meanwhile")
    place.gate.publish_command(RECEIVER, b"over by then", "c-1", now())
    for file in (place.folder.path / "data").iterdir():
        file.unlink()
    place.broker.start()
    line = place.line(devices[RECEIVER], names.plan_topic(RECEIVER), names.command_topic(RECEIVER))
    other = place.line(devices[OTHER], names.plan_topic(OTHER))
    until(lambda: line.heard and other.heard, "nothing came")
    assert {bytes(each.payload) for each in line.heard} == {b"decided meanwhile"}  # kept, and told anew, maybe both
    assert bytes(other.heard[0].payload) == b"plan of the other"
    assert line.topics() == {names.plan_topic(RECEIVER)}


def test_a_broker_that_is_away_is_a_fault_after_a_while_and_none_when_it_is_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.open()
    assert place.gate.faults == []
    place.broker.kill()
    assert place.gate.link is not None
    until(lambda: place.gate.link.lost_since, "nothing noticed")
    assert place.gate.faults == []
    monkeypatch.setattr(gates, "BROKER_MISSED_AFTER", timedelta(0))
    assert [each.code for each in place.gate.faults] == ["broker_lost"]
    place.broker.start()
    until(lambda: not place.gate.faults, "still a fault")


def test_a_broker_that_refuses_the_station_is_named(place: Place) -> None:
    (place.root / FOLDER / mosquitto.REMEMBERED).unlink()  # else the station mends it
    place.broker.kill()
    access = place.folder.path / "access"
    access.write_text(access.read_text().replace("topic write loa/1/+/plan\n", ""))
    place.broker.start()
    place.device()
    place.ledger.plans[RECEIVER] = (7, b"plan 7")
    place.gate.start()
    until(lambda: [each.code for each in place.gate.faults] == ["broker_refused"], "not named")


def test_a_new_keyring_reaches_every_receiver_at_once(place: Place) -> None:
    device = place.device()
    place.open()
    line = place.line(device, names.keyring_topic(RECEIVER))
    until(lambda: line.heard, "nothing came")
    Keys.open(place.root / FOLDER, now).rotate()  # by another process
    until(lambda: len(line.heard) > 1, "nothing came")
    assert bytes(line.heard[-1].payload) == place.keys.sealed_keyring


def test_what_the_ledger_cannot_give_now_is_published_later(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.errors import StoreError

    monkeypatch.setattr("pipeline.fleet.looking_up.AGAIN_AFTER_S", 0.1)
    device = place.device()
    place.ledger.plans[RECEIVER] = (7, b"plan 7")
    place.ledger.error = StoreError("database_locked")
    place.open()
    line = place.line(device, names.plan_topic(RECEIVER))
    place.ledger.error = None
    until(lambda: line.heard, "nothing came")


def test_what_is_urgent_waits_for_no_ledger_that_hangs_or_fails(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = threading.Event(), threading.Event()

    def hangs(receiver: str, newer_than: int) -> tuple[int, bytes] | None:
        asked.set()
        answer.wait()
        raise StoreError("store_unreachable", why="gone")

    monkeypatch.setattr("pipeline.fleet.looking_up.AGAIN_AFTER_S", 3_600.0)
    monkeypatch.setattr(place.ledger, "plan", hangs)
    device, other = place.device(), place.device(OTHER)
    place.open()
    plans, commands = (
        place.line(device, names.plan_topic(RECEIVER)),
        place.line(other, names.command_topic(OTHER), name="other"),
    )
    try:
        assert asked.wait(WITHIN_S)
        place.gate.publish_plan(RECEIVER, b"urgent")
        place.gate.publish_command(OTHER, b"silence", "c-1", now() + timedelta(seconds=30))
        until(lambda: plans.heard and commands.heard, "it waited while the ledger hung")
    finally:
        answer.set()
    place.gate.publish_plan(RECEIVER, b"as urgent")
    until(lambda: len(plans.heard) == 2, "it waited while the ledger was given time")


def test_a_fault_of_ours_keeps_neither_plans_nor_words_from_their_way(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, other = place.device(), place.device(OTHER)
    place.ledger.plans |= {RECEIVER: (7, b"plan 7"), OTHER: (8, b"plan 8")}
    plan, origin = place.ledger.plan, link.origin_of

    def broken_plan(receiver: str, newer_than: int) -> tuple[int, bytes] | None:
        if receiver == OTHER:
            raise ValueError("a fault of ours")
        return plan(receiver, newer_than)

    def broken_origin(topic: str) -> tuple[str, str] | None:
        if OTHER in topic:
            raise ValueError("a fault of ours")
        return origin(topic)

    monkeypatch.setattr(place.ledger, "plan", broken_plan)
    monkeypatch.setattr(link, "origin_of", broken_origin)
    place.open()
    status = Status(True, now(), plan=7).payload()
    for each, name in ((other, OTHER), (device, RECEIVER)):
        place.line(each, name=name).say(names.status_topic(name), status)
    heard = place.line(device, names.plan_topic(RECEIVER), name="reads")
    until(lambda: heard.heard, "no plan came")
    until(lambda: any(each.receiver == RECEIVER for each in place.ledger.news), "nothing was heard")


def test_a_thousand_newer_plans_do_not_keep_the_one_decided_last_waiting(place: Place) -> None:
    devices = {receiver: place.device(receiver) for receiver in (RECEIVER, *(f"cum-{n}" for n in range(300)))}
    place.open()
    line = place.line(devices[RECEIVER], names.plan_topic(RECEIVER))
    assert place.gate.link is not None
    for number in range(300):
        place.gate.publish_plan(f"cum-{number}", b"x" * 50_000)
    place.gate.publish_plan(RECEIVER, b"urgent")
    until(lambda: line.heard, "nothing came")
    with place.gate.link._state:
        assert place.gate.link._waiting, "it overtook the others"


def test_the_files_of_the_broker_name_no_secret_to_others(place: Place) -> None:
    for name, mode in (("server.key", 0o600), ("access", 0o600), ("ca.pem", 0o644), ("crl.pem", 0o644)):
        assert (place.folder.path / name).stat().st_mode & 0o777 == mode
    assert not (place.folder.path / "ca.key").exists()
