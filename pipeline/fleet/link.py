"""The station's line to the broker, MQTT 5 over TLS: plans and keyrings retained, commands never; statuses, replies in.

The broker is a convenience: it may be away, or come back with an empty store. So nothing is thought to be there: with
every connection everything that is retained is published again, the newest plan of each receiver as the ledger has it.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from pipeline.domain import Clock
from pipeline.errors import AccessError, LoaError
from pipeline.fleet.admitting import BROKER_PORT, host_of
from pipeline.fleet.certificates import STATION
from pipeline.fleet.hearing import Hearing
from pipeline.fleet.keys import Keys
from pipeline.fleet.ports import Ledger, News, Over
from pipeline.fleet.refusals import Refusals
from pipeline.messages import say
from pipeline.protocol import names
from pipeline.protocol.command import read_reply
from pipeline.protocol.plan import RECEIVER
from pipeline.protocol.status import MOST_BYTES, read_status

LOG = logging.getLogger(__name__)

KEEPALIVE_S = 30
AGAIN_S = (1, 30)  # between two tries to connect, at least and at most
AT_ONCE = 50  # published and not yet acknowledged
AGAIN_AFTER_S = 5.0  # what the ledger could not give is asked for once more
STOP_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True)
class _Command:
    receiver: str
    sealed: bytes
    id: str
    expires: datetime


class Link:
    """One connection, made and made again between `start` and `stop`. Its calls return at once, from any thread."""

    def __init__(
        self, broker: str, context: ssl.SSLContext, ledger: Ledger, keys: Keys, hearing: Hearing, clock: Clock
    ) -> None:
        self._host, self._port = host_of(broker), urlsplit(broker).port or BROKER_PORT
        self._ledger, self._keys, self._hearing, self._clock = ledger, keys, hearing, clock
        self._refusals = Refusals()
        self._state = threading.Condition()
        self._waiting: OrderedDict[str, bytes | None] = OrderedDict()  # None: as the ledger has it
        self._gone: deque[str] = deque()
        self._commands: deque[_Command] = deque(maxlen=10_000)
        self._unproven: dict[int, _Command] = {}  # by the number of their publication
        self._keyring_at: dict[str, int] = {}
        self._unacknowledged = 0
        self._connected = self._ended = False
        self.lost_since: datetime | None = clock()  # None while there is a connection
        self.refused = ""  # what the broker said no to, by its own words
        self._client = self._make(context)
        self._sender = threading.Thread(target=self._send_all, name="broker", daemon=True)

    def start(self) -> None:
        self._client.connect_async(self._host, self._port, KEEPALIVE_S, clean_start=True, properties=_connecting())
        self._client.loop_start()
        self._sender.start()

    def stop(self) -> None:
        with self._state:
            self._ended = True
            self._state.notify_all()
        self._client.disconnect()
        self._client.loop_stop()
        self._sender.join(STOP_WITHIN_S)

    @property
    def connected(self) -> bool:
        return self._connected

    def publish_plan(self, receiver: str, sealed: bytes) -> None:
        """Retained, before what waits already: what was decided last is the most urgent."""
        with self._state:
            self._waiting[receiver] = sealed
            self._waiting.move_to_end(receiver, last=False)
            self._state.notify_all()

    def publish_command(self, receiver: str, sealed: bytes, id: str, expires: datetime) -> None:
        """Not retained; dropped once it is over, whether or not there was a connection."""
        with self._state:
            self._commands.append(_Command(receiver, sealed, id, expires))
            self._state.notify_all()

    def publish_all(self) -> None:
        """Keyring and plan of every receiver, as the ledger has them."""
        self.publish(self._ledger.receivers())

    def publish(self, receivers: Iterable[str]) -> None:
        """The same of these."""
        with self._state:
            for each in receivers:
                self._waiting.setdefault(each, None)
            self._state.notify_all()

    def forget(self, receiver: str) -> None:
        """Leave nothing of a receiver with the broker."""
        with self._state:
            self._waiting.pop(receiver, None)
            self._gone.append(receiver)
            self._state.notify_all()

    # --- out ----------------------------------------------------------------------------------------------------------

    def _send_all(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._ended or self._may_send())
                if self._ended:
                    return
                command = self._commands.popleft() if self._commands else None
                gone = self._gone.popleft() if command is None and self._gone else None
                receiver, sealed = self._waiting.popitem(last=False) if not command and not gone else ("", None)
            if command is not None:
                self._send_command(command)
            elif gone is not None:
                for topic in (names.plan_topic, names.keyring_topic, names.status_topic):
                    self._send(topic(gone), b"", retain=True)
            else:
                self._send_plan(receiver, sealed)

    def _may_send(self) -> bool:
        waits = self._commands or self._gone or self._waiting
        return bool(waits) and self._connected and self._unacknowledged < AT_ONCE

    def _send_plan(self, receiver: str, sealed: bytes | None) -> None:
        """The keyring first: what is signed by a new key means nothing without it."""
        try:
            version, keyring = self._keys.keyring.version, self._keys.sealed_keyring
            found = (0, sealed) if sealed is not None else self._ledger.plan(receiver, 0)
        except LoaError as error:
            LOG.warning("the plan of %s is published later: %s", receiver, error)
            with self._state:
                self._waiting.setdefault(receiver, sealed)
                self._state.wait_for(lambda: self._ended, AGAIN_AFTER_S)
            return
        if self._keyring_at.get(receiver) != version:
            self._keyring_at[receiver] = version
            self._send(names.keyring_topic(receiver), keyring, retain=True)
        if found is not None:
            self._send(names.plan_topic(receiver), found[1], retain=True)

    def _send_command(self, command: _Command) -> None:
        left = (command.expires - self._clock()).total_seconds()
        if left <= 0:
            return
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = ceil(left)
        properties.ResponseTopic = names.reply_topic(command.receiver)
        properties.CorrelationData = command.id.encode()
        number = self._send(names.command_topic(command.receiver), command.sealed, properties=properties)
        with self._state:
            self._unproven[number] = command

    def _send(self, topic: str, payload: bytes, *, retain: bool = False, properties: Properties | None = None) -> int:
        with self._state:
            self._unacknowledged += 1
        return self._client.publish(topic, payload, qos=1, retain=retain, properties=properties).mid

    # --- in -----------------------------------------------------------------------------------------------------------

    def _make(self, context: ssl.SSLContext) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=STATION, protocol=mqtt.MQTTv5)
        client.tls_set_context(context)
        client.reconnect_delay_set(*AGAIN_S)
        client.max_inflight_messages_set(AT_ONCE)
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_message, client.on_publish = self._on_message, self._on_publish
        return client

    def _on_connect(self, client: mqtt.Client, _: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self.refused = str(reason)
            return
        client.drop_out_messages()  # the client would send an older plan after a newer one
        options = SubscribeOptions(qos=1, retainAsPublished=False, retainHandling=0)
        client.subscribe([(names.status_topic("+"), options), (names.reply_topic("+"), options)])
        self._keyring_at.clear()
        try:
            self.publish_all()
        except LoaError as error:
            LOG.warning("what is retained is not published again: %s", error)
        with self._state:
            self._commands.extendleft(reversed(self._unproven.values()))
            self._unproven.clear()
            self._connected, self._unacknowledged, self.lost_since, self.refused = True, 0, None, ""
            self._state.notify_all()
        LOG.info("%s", say("broker_reached", broker=f"{self._host}:{self._port}"))

    def _on_disconnect(self, client: mqtt.Client, _: Any, flags: Any, reason: Any, properties: Any) -> None:
        with self._state:
            was, self._connected = self._connected, False
            self.lost_since = self.lost_since or self._clock()
        if was and not self._ended:
            LOG.warning("%s", say("broker_left", broker=f"{self._host}:{self._port}"))

    def _on_publish(self, client: mqtt.Client, _: Any, mid: int, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self.refused = str(reason)
        with self._state:
            self._unproven.pop(mid, None)
            self._unacknowledged = max(0, self._unacknowledged - 1)
            self._state.notify_all()

    def _on_message(self, client: mqtt.Client, _: Any, message: mqtt.MQTTMessage) -> None:
        receiver, _, what = message.topic.removeprefix(f"{names.ROOT}/").partition("/")
        if not RECEIVER.match(receiver) or not message.payload:
            return
        now, payload = self._clock(), bytes(message.payload)
        try:
            if what == "reply":
                if not message.retain:
                    self._hearing.answer(receiver, read_reply(payload), now)
            elif len(payload) <= MOST_BYTES:
                over = Over.KEPT if message.retain else Over.BROKER
                self._hearing.hear(News(receiver, read_status(payload), now, over))
        except AccessError as error:
            self._refusals.note(error.code, receiver)


def _connecting() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.MaximumPacketSize = 2 * MOST_BYTES  # of what comes in: nothing longer is meant for the station
    return properties
