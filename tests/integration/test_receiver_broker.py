"""The receiver's end of MQTT 5 at a real mosquitto: what arrives, what is kept, what it says when it dies."""

from __future__ import annotations

import queue
import ssl
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.protocol import names
from pipeline.protocol.command import Order, Reply
from pipeline.protocol.status import Status
from pipeline.receiver.broker import MOST_PACKET, MqttBroker
from pipeline.receiver.identity import Identity
from pipeline.receiver.ports import Arrival, Hearers
from tests.patience import until
from tests.receivers import mosquitto as real
from tests.receivers.bare import WITHIN_S, Bare
from tests.receivers.papers import Papers
from tests.receivers.peer import Peer
from tests.receivers.stations import Stand, standing

pytestmark = real.needs("mosquitto")

RECEIVER, OTHER = "an-quang-01", "an-quang-02"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with standing(tmp_path_factory.mktemp("station"), broker=True) as stand:
        yield stand


@pytest.fixture(scope="module")
def identity(stand: Stand, tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return stand.enrol(tmp_path_factory.mktemp("receiver"), RECEIVER)


@pytest.fixture(scope="module")
def stranger(stand: Stand, tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return stand.enrol(tmp_path_factory.mktemp("stranger"), OTHER)


class Ears:
    """Hears what arrives at a receiver."""

    def __init__(self) -> None:
        self.heard: queue.Queue[tuple[str, Arrival]] = queue.Queue()
        self.connected: queue.Queue[bool] = queue.Queue()

    @property
    def hearers(self) -> Hearers:
        def hear(what: str) -> Callable[[Arrival], None]:
            return lambda arrival: self.heard.put((what, arrival))

        return Hearers(hear("plan"), hear("keyring"), hear("command"), self.connected.put)

    def wait_for(self, what: str, payload: bytes | None = None) -> Arrival:
        while True:
            found, arrival = self.heard.get(timeout=WITHIN_S)
            if found == what and payload in (None, arrival.payload):
                return arrival


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def broker(identity: Identity, ears: Ears) -> Iterator[MqttBroker]:
    broker = MqttBroker(identity, pause_s=0.05)
    broker.start(ears.hearers)
    yield broker
    broker.stop()


def status(**values: object) -> Status:
    return Status(online=True, at=datetime.now(UTC), **values)  # type: ignore[arg-type]


def news(stand: Stand, wanted: Callable[[Status], bool]) -> Status:
    """What the station hears of the receiver, once it is so."""
    ledger = stand.ledger

    def found() -> Status | None:
        said = [each.status for each in ledger.news if each.receiver == RECEIVER]
        return said[-1] if said and wanted(said[-1]) else None

    with ledger.arrived:
        assert ledger.arrived.wait_for(found, WITHIN_S)
        last = found()
        assert last is not None
        return last


def test_keyring_and_plan_arrive_at_once_and_are_kept_for_who_comes_later(
    stand: Stand, identity: Identity, broker: MqttBroker, ears: Ears
) -> None:
    assert ears.connected.get(timeout=WITHIN_S) is True
    assert ears.wait_for("keyring").payload == stand.keys.sealed_keyring
    sealed = stand.publish(stand.plan_of(RECEIVER, version=5))
    assert ears.wait_for("plan", sealed) == Arrival(sealed, retained=False)
    later = Ears()
    broker.stop()
    again = MqttBroker(identity)
    again.start(later.hearers)
    assert later.wait_for("plan", sealed).retained
    again.stop()


def test_a_command_arrives_and_its_answer_goes_back_with_its_correlation(
    stand: Stand, broker: MqttBroker, ears: Ears
) -> None:
    ears.connected.get(timeout=WITHIN_S)
    command = stand.command(RECEIVER, Order.STATUS)
    sealed = command.sealed(stand.keys.signing())
    stand.gate.publish_command(RECEIVER, sealed, command.id, command.expires)
    arrival = ears.wait_for("command", sealed)
    assert not arrival.retained
    assert arrival.correlation == command.id.encode()
    reply = Reply(command.id, datetime.now(UTC))
    broker.reply(reply, arrival.correlation)
    with stand.ledger.arrived:
        assert stand.ledger.arrived.wait_for(lambda: (RECEIVER, reply) in stand.ledger.replies, WITHIN_S)


def test_how_it_is_reaches_the_station_and_a_goodbye_too(stand: Stand, broker: MqttBroker, ears: Ears) -> None:
    ears.connected.get(timeout=WITHIN_S)
    broker.tell(status(plan=17))
    assert news(stand, lambda said: said.plan == 17).online
    broker.stop()
    assert news(stand, lambda said: not said.online).plan == 17


def test_what_is_said_before_there_is_a_connection_is_said_when_there_is_one(
    stand: Stand, identity: Identity, ears: Ears
) -> None:
    broker = MqttBroker(identity)
    broker.tell(status(plan=18))
    broker.start(ears.hearers)
    assert news(stand, lambda said: said.plan == 18).online
    broker.stop()


@pytest.mark.parametrize("told", [True, False], ids=["after it said how it is", "before it said anything"])
def test_a_receiver_that_dies_is_said_to_be_off_by_the_broker(stand: Stand, identity: Identity, told: bool) -> None:
    stand.ledger.news.clear()
    program = f"""
        import sys, threading
        from datetime import UTC, datetime
        from pathlib import Path
        from pipeline.protocol.status import Status
        from pipeline.receiver.broker import MqttBroker
        from pipeline.receiver.identity import read_identity
        from pipeline.receiver.ports import Hearers

        def connected(well):
            print(well, flush=True)

        ignore = lambda arrival: None
        broker = MqttBroker(read_identity(Path({str(identity.credential.parents[2])!r})))
        if {told!r}:
            broker.tell(Status(online=True, at=datetime.now(UTC), plan=19))
        broker.start(Hearers(ignore, ignore, ignore, connected))
        threading.Event().wait()
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"True\n"
    if told:
        assert news(stand, lambda said: said.plan == 19).online
    process.kill()
    process.wait()
    process.stdout.close()
    assert news(stand, lambda said: not said.online).plan == (19 if told else 0)


def test_a_broker_that_comes_back_is_found_again(stand: Stand, identity: Identity, tmp_path: Path) -> None:
    with standing(tmp_path, broker=True) as other:
        mine = other.enrol(tmp_path / "receiver", RECEIVER)
        ears = Ears()
        broker = MqttBroker(mine, pause_s=0.05)
        assert broker.fault == "", "nobody has tried yet"
        broker.start(ears.hearers)
        assert ears.connected.get(timeout=WITHIN_S) is True
        assert broker.fault == ""
        running = real.Mosquitto(other.settings.root / "broker", other.settings.broker_port)
        pid = int((other.settings.root / "broker" / "mosquitto.pid").read_text())
        import os
        import signal

        os.kill(pid, signal.SIGTERM)
        assert ears.connected.get(timeout=WITHIN_S) is False
        assert broker.fault
        until(lambda: "State:\tZ" in _state(pid))
        running.start()
        try:
            assert ears.connected.get(timeout=WITHIN_S) is True
            assert broker.fault == ""
            broker.stop()
        finally:
            running.kill()


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "State:\tZ"


def test_two_machines_with_one_credential_are_named_and_do_not_push_each_other_out_for_ever(
    identity: Identity, broker: MqttBroker, ears: Ears
) -> None:
    assert ears.connected.get(timeout=WITHIN_S) is True
    copied, theirs = MqttBroker(identity, pause_s=0.05), Ears()
    copied.start(theirs.hearers)
    until(lambda: broker._unsteady > 0 and copied._unsteady > 0)
    copied.stop()
    until(lambda: broker._client is not None)
    assert broker.fault == "line_unsteady"  # a person has to hear of it, though it is well now
    assert theirs.connected.qsize() < 40  # and not every 50 ms


# --- another device's credential --------------------------------------------------------------------------------------


@pytest.fixture
def bare(stand: Stand, stranger: Identity) -> Iterator[Bare]:
    bare = Bare(stranger.context(), stand.settings.broker_port)
    yield bare
    bare.close()


def test_another_devices_credential_reads_and_writes_nothing_of_this_one(
    stand: Stand, broker: MqttBroker, ears: Ears, bare: Bare
) -> None:
    ears.connected.get(timeout=WITHIN_S)
    stand.publish(stand.plan_of(RECEIVER, version=6))
    ears.wait_for("plan")
    wanted = [getattr(names, f"{each}_topic")(RECEIVER) for each in ("plan", "keyring", "command", "status", "reply")]
    for topic in (*wanted, "loa/1/#", "#", "loa/1/+/plan", "$SYS/#", "$share/x/loa/1/+/plan"):
        bare.subscribe(topic)
    for topic in wanted:
        assert bare.publish(topic, b"forged").is_failure, topic
        assert bare.publish(topic, b"forged", retain=True).is_failure, topic
    for topic in (names.plan_topic(OTHER), names.keyring_topic(OTHER), names.command_topic(OTHER), "loa/1/x", "x"):
        assert bare.publish(topic, b"forged", retain=True).is_failure, topic
    assert not bare.publish(names.status_topic(OTHER), status().payload()).is_failure
    seen = set()
    while not bare.messages.empty():
        seen.add(bare.messages.get().topic)
    assert seen <= {names.plan_topic(OTHER), names.keyring_topic(OTHER)}
    assert not any(arrival.payload == b"forged" for _, arrival in list(ears.heard.queue))


def test_nobody_gets_in_without_a_certificate_of_the_station(stand: Stand, identity: Identity, tmp_path: Path) -> None:
    port = stand.settings.broker_port
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    nobody.load_verify_locations(cadata=identity.authority)
    foreign = Papers(tmp_path / "foreign")
    theirs = foreign.identity(tmp_path / "theirs", RECEIVER, "https://127.0.0.1:1")
    nobody_of_theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    nobody_of_theirs.load_verify_locations(cadata=identity.authority)
    nobody_of_theirs.load_cert_chain(theirs.credential)
    for context in (nobody, nobody_of_theirs):
        with pytest.raises((OSError, queue.Empty, AssertionError)):
            _quickly(identity, port, context)


def _quickly(identity: Identity, port: int, context: ssl.SSLContext) -> None:
    import socket

    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as tls,
    ):
        tls.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x1e\x00\x00\x03abc")
        if not tls.recv(4):
            raise ConnectionError


def test_a_receiver_refuses_a_broker_that_is_not_the_stations(identity: Identity, tmp_path: Path) -> None:
    from dataclasses import replace

    other = Papers(tmp_path / "other")
    with Peer(lambda _: [], other.authority.server_context()) as peer:
        broker = MqttBroker(replace(identity, broker=peer.address.replace("https", "mqtts")), pause_s=0.05)
        ears = Ears()
        broker.start(ears.hearers)
        until(lambda: broker.fault == "line_certificate")
        broker.stop()
    assert ears.connected.empty()
    assert not peer.heard


def test_a_packet_that_is_too_large_is_not_read(stand: Stand, identity: Identity) -> None:
    """A broker that ignores what was agreed: it says how long the packet is, and the receiver hangs up."""
    from dataclasses import replace

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    folder = stand.settings.root / "broker"
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    sent, took = threading.Event(), []

    def serve() -> None:
        with listener, listener.accept()[0] as plain, context.wrap_socket(plain, server_side=True) as tls:
            tls.recv(65_536)
            tls.sendall(b"\x20\x03\x00\x00\x00")  # CONNACK
            tls.recv(65_536)
            tls.sendall(b"\x90\x06\x00\x01\x00\x01\x01\x01")  # SUBACK
            size = 200_000_000
            length = bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14 & 127 | 128, size >> 21])
            sent.set()
            try:
                tls.sendall(b"\x32" + length)
                for _ in range(200):
                    tls.sendall(b"x" * 100_000)
                    took.append(100_000)
            except OSError:
                pass

    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve)
    thread.start()
    port = listener.getsockname()[1]
    broker = MqttBroker(replace(identity, broker=f"mqtts://127.0.0.1:{port}"), pause_s=60)
    ears = Ears()
    broker.start(ears.hearers)
    assert ears.connected.get(timeout=WITHIN_S) is True
    assert ears.connected.get(timeout=WITHIN_S) is False
    thread.join(WITHIN_S)
    broker.stop()
    assert sum(took) <= 2 * MOST_PACKET
    assert ears.heard.empty()


def test_nothing_of_it_waits_for_a_broker_that_is_not_there(identity: Identity, ears: Ears) -> None:
    from dataclasses import replace
    from time import process_time

    broker = MqttBroker(replace(identity, broker="mqtts://127.0.0.1:1"), pause_s=0.01)
    broker.start(ears.hearers)
    began = process_time()
    for _ in range(100):
        broker.tell(status())
        broker.reply(Reply("c-1", datetime.now(UTC) + timedelta(0)), b"c-1")
    until(lambda: broker.fault == "line_broker_away")
    broker.stop()
    assert process_time() - began < 5
    assert ears.connected.empty()
