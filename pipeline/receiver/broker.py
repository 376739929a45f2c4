"""The receiver's end of MQTT 5: hears plans, keyrings and commands at once, says how it is, answers commands.

Nobody waits for it: whatever cannot be said now is dropped, a newer status follows and plans come over HTTPS too. A
connection that broke is made anew after a pause that grows and is never the same on two receivers.
"""

from __future__ import annotations

import logging
import random
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.errors import AccessError, LoaError
from pipeline.messages import say
from pipeline.protocol import names
from pipeline.protocol.command import Reply
from pipeline.protocol.enrolment import BROKER, host_and_port
from pipeline.protocol.status import Status
from pipeline.receiver.connection import fault
from pipeline.receiver.identity import Identity
from pipeline.receiver.ports import Arrival, Hearers
from pipeline.receiver.words import worded

if TYPE_CHECKING:
    import paho.mqtt.client as mqtt

LOG = logging.getLogger(__name__)

PORT = 8883
KEEP_ALIVE_S = 30
WILL_DELAY_S = 5
MOST_PACKET = 2_100_000
MOST_COMMAND = 65_536
CONNECT_S = 15.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0  # an EMERGENCY waits for a broker that came back no longer than that
UNSTEADY_PAUSE_S = 120.0  # longer than STEADY_S, or two that push each other out would do so every second again
GOODBYE_S = 2.0
GONE = 128  # reason codes from here on are refusals
STEADY_S = 30.0  # a connection that lasts so long is well
UNSTEADY = 3  # shorter ones in a row: somebody else comes with the same credential, and the broker knows only one
SHOWN_S = 900.0  # so long that counts among the faults
AWAY = "line_broker_away"
_LIKE_STATION = frozenset({"line_refused", "line_timeout", "line_cut", "line_unreachable"})


class GuardedSocket(ssl.SSLSocket):
    """Takes no packet that is larger than was agreed: its length is known before a byte of it is read."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()  # paho forgets it
            raise

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        if buflen > MOST_PACKET:
            raise ConnectionError("packet")
        return super().recv(buflen, flags)


class MqttBroker:
    """`receiver.ports.Broker`."""

    def __init__(self, identity: Identity, *, pause_s: float = FIRST_PAUSE_S) -> None:
        self._pause_s = pause_s
        self._last: Status | None = None
        self._lock = threading.Lock()
        self._stopping, self._over = threading.Event(), threading.Event()
        self._client: mqtt.Client | None = None  # while connected and subscribed
        self._thread: threading.Thread | None = None
        self._fault, self._short, self._unsteady = "", 0, -SHOWN_S
        self.take(identity)

    @property
    def fault(self) -> str:
        """What keeps it from its broker, or kept breaking the connection lately; empty where all is well."""
        return self._fault or ("line_unsteady" if time.monotonic() - self._unsteady < SHOWN_S else "")

    def take(self, identity: Identity) -> None:
        """Speak as this from the next connection on. AccessError(`identity_unreadable`) where it names no broker."""
        place = host_and_port(identity.broker, BROKER, PORT)
        if place is None:
            raise AccessError("identity_unreadable", file="broker")
        self._identity, self._place = identity, place

    def start(self, hearers: Hearers) -> None:
        self._hearers = hearers
        self._thread = threading.Thread(target=self._run, name="broker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye, within a few seconds: what the broker keeps then says that it is off."""
        client = self._client
        if client is not None:
            with suppress(ValueError, RuntimeError):
                said = client.publish(self._status_topic, self._off(), qos=1, retain=True)
                said.wait_for_publish(GOODBYE_S)
        self._stopping.set()
        self._over.set()
        if self._thread is not None:
            self._thread.join(GOODBYE_S + 1)

    def tell(self, status: Status) -> None:
        with self._lock:
            self._last, client = status, self._client
        if client is not None:
            client.publish(self._status_topic, status.payload(), qos=1, retain=True)

    def reply(self, reply: Reply, correlation: bytes) -> None:
        client = self._client
        if client is None:
            return
        properties = _properties("PUBLISH")
        properties.CorrelationData = correlation
        client.publish(names.reply_topic(self._identity.receiver), reply.payload(), qos=1, properties=properties)

    @property
    def _status_topic(self) -> str:
        return names.status_topic(self._identity.receiver)

    def _off(self) -> bytes:
        """How it last was, and that it is no more."""
        with self._lock:
            last = self._last or Status(online=False, at=datetime.now(UTC))
        return replace(last, online=False).payload()

    def _run(self) -> None:
        pause = self._pause_s
        while not self._stopping.is_set():
            if self._connect_once():
                pause = self._pause_s
            self._stopping.wait(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, UNSTEADY_PAUSE_S if self._short >= UNSTEADY else LONGEST_PAUSE_S)

    def _connect_once(self) -> bool:
        """From connecting to the end of that connection; whether the next is to come soon."""
        self._over.clear()
        try:
            client = self._make()
            client.connect(*self._place, KEEP_ALIVE_S, clean_start=True, properties=_connect_properties())
        except (OSError, ValueError) as error:
            self._blame(_named(fault(error).code) if isinstance(error, OSError) else AWAY)
            return False
        except LoaError as error:
            self._blame(error.code)
            return False
        client.loop_start()
        began = time.monotonic()
        while not (self._stopping.is_set() or self._over.wait(CONNECT_S) or self._client is None):
            pass  # a broker that takes the connection and then says nothing is none
        client.disconnect()
        client.loop_stop()
        with self._lock:
            connected, self._client = self._client is not None, None
        if not self._stopping.is_set():
            self._blame(self._fault or AWAY)
        if connected:
            self._hearers.connected(False)
        return connected and self._was_steady(time.monotonic() - began)

    def _was_steady(self, lasted_s: float) -> bool:
        """Two that push each other out must not do so every second."""
        self._short = 0 if lasted_s >= STEADY_S else self._short + 1
        if self._short >= UNSTEADY:
            self._unsteady = time.monotonic()
        return self._short == 0

    def _make(self) -> mqtt.Client:
        import paho.mqtt.client as mqtt
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        identity = self._identity
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"loa-{identity.receiver}",
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.suppress_exceptions = True
        client.connect_timeout = CONNECT_S
        client.max_queued_messages_set(20)
        client.username = identity.receiver
        client.tls_set_context(identity.context(GuardedSocket))
        will = _properties("WILLMESSAGE")
        will.WillDelayInterval = WILL_DELAY_S
        client.will_set(self._status_topic, self._off(), 1, True, will)
        client.on_connect, client.on_subscribe = self._on_connect, self._on_subscribe
        client.on_disconnect, client.on_message = self._on_disconnect, self._on_message
        return client

    def _on_connect(self, client: mqtt.Client, _: Any, __: Any, reason: Any, ___: Any) -> None:
        from paho.mqtt.subscribeoptions import SubscribeOptions

        if reason.is_failure:
            self._blame("line_broker_refused")
            self._over.set()
            return
        receiver, plain = self._identity.receiver, SubscribeOptions(qos=1)
        # a command shows that somebody retained it even as it is published
        topics = [(names.keyring_topic(receiver), plain), (names.plan_topic(receiver), plain)]
        client.subscribe([*topics, (names.command_topic(receiver), SubscribeOptions(qos=1, retainAsPublished=True))])

    def _on_subscribe(self, client: mqtt.Client, _: Any, __: Any, reasons: Any, ___: Any) -> None:
        if any(reason.is_failure for reason in reasons):
            self._blame("line_broker_refused")
            self._over.set()
            return
        if self._fault:
            LOG.info("%s", say("log_broker_again"))
        self._fault = ""
        with self._lock:
            self._client, last = client, self._last
        if last is not None:
            client.publish(self._status_topic, last.payload(), qos=1, retain=True)
        self._hearers.connected(True)

    def _on_disconnect(self, _: Any, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        if reason.value >= GONE and not self._stopping.is_set():
            self._blame(AWAY)
        self._over.set()

    def _on_message(self, _: Any, __: Any, message: mqtt.MQTTMessage) -> None:
        receiver = self._identity.receiver
        arrival = Arrival(bytes(message.payload), message.retain, getattr(message.properties, "CorrelationData", b""))
        if message.topic == names.plan_topic(receiver):
            self._hearers.plan(arrival)
        elif message.topic == names.keyring_topic(receiver):
            self._hearers.keyring(arrival)
        elif message.topic == names.command_topic(receiver) and len(message.payload) <= MOST_COMMAND:
            self._hearers.command(arrival)

    def _blame(self, code: str) -> None:
        if code != self._fault:
            LOG.warning("%s", worded(code))
        self._fault = code


def _named(code: str) -> str:
    """What keeps it from the broker is not to be taken for what keeps it from the station."""
    return AWAY if code in _LIKE_STATION else code


def _properties(packet: str) -> Any:
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    return Properties(getattr(PacketTypes, packet))  # type: ignore[no-untyped-call]


def _connect_properties() -> Any:
    properties = _properties("CONNECT")
    properties.SessionExpiryInterval = 0
    properties.MaximumPacketSize = MOST_PACKET
    properties.ReceiveMaximum = 20
    return properties
