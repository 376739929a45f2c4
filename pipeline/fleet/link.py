"""The station's line to the broker, MQTT 5 over TLS: plans and keyrings retained, commands never; statuses, replies in.

The broker is a convenience: it may be away, or come back with an empty store. So nothing is thought to be there: with
every connection everything that is retained is published again, the newest plan of each receiver as the ledger has it.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
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
from pipeline.errors import NO_PARAMS, AccessError, LoaError
from pipeline.fleet.adapters import RECEIVER, Noted, Parcel, Sealed, Told
from pipeline.fleet.adapters.registry import REGISTRY, adapter_of, origin_of
from pipeline.fleet.admitting import BROKER_PORT, host_of
from pipeline.fleet.certificates import STATION
from pipeline.fleet.hearing import Hearing
from pipeline.fleet.keys import Keys
from pipeline.fleet.looking_up import LookingUp
from pipeline.fleet.noting import heard, translated
from pipeline.fleet.ports import Ledger, News, Over
from pipeline.fleet.refusals import Refusals
from pipeline.messages import say
from pipeline.protocol.command import Reply
from pipeline.protocol.status import MOST_BYTES

LOG = logging.getLogger(__name__)
WORDS = LOG.getChild("paho")  # of the client itself: whom it calls fails, and it says so here alone
WORDS.addFilter(lambda record: "Client is not connected" not in record.getMessage())  # with every try; we say it once

KEEPALIVE_S = 30
AGAIN_S = (1, 30)  # between two tries to connect, at least and at most
AT_ONCE = 50  # published and not yet acknowledged
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
        self,
        broker: str,
        context: ssl.SSLContext,
        ledger: Ledger,
        keys: Keys,
        hearing: Hearing,
        clock: Clock,
        adapters: Mapping[str, str] = NO_PARAMS,
        sounds: str = "",
    ) -> None:
        self._adapters, self._sounds = adapters, sounds
        self.untranslated: dict[str, AccessError] = {}  # receivers whose device cannot take what is meant for it
        self._host, self._port = host_of(broker), urlsplit(broker).port or BROKER_PORT
        self._ledger, self._keys, self._hearing, self._clock = ledger, keys, hearing, clock
        self._refusals = Refusals()
        self._state = threading.Condition()
        self._waiting: OrderedDict[str, bytes | None] = OrderedDict()  # None: a keyring, and no plan
        self._gone: deque[str] = deque()
        self._commands: deque[_Command] = deque(maxlen=10_000)
        self._unproven: dict[int, _Command] = {}  # by the number of their publication
        self._keyring_at: dict[str, int] = {}
        self._unacknowledged = 0
        self._connected = self._ended = self._away_told = False
        self.lost_since: datetime | None = clock()  # None while there is a connection
        self.refused = ""  # what the broker said no to, by its own words
        self._looking_up = LookingUp(ledger, self._state, self._has_room, self._lay)
        self._client = self._make(context)
        self._sender = threading.Thread(target=self._send_all, name="broker", daemon=True)

    def start(self) -> None:
        self._client.connect_async(self._host, self._port, KEEPALIVE_S, clean_start=True, properties=_connecting())
        self._client.loop_start()
        self._sender.start()
        self._looking_up.start()

    def stop(self) -> None:
        with self._state:
            self._ended = True
            self._state.notify_all()
        self._client.disconnect()
        self._client.loop_stop()
        self._sender.join(STOP_WITHIN_S)
        self._looking_up.stop()

    @property
    def connected(self) -> bool:
        return self._connected

    def publish_plan(self, receiver: str, sealed: bytes) -> None:
        """Retained, before what waits already: what was decided last is the most urgent."""
        with self._state:
            self._looking_up.drop(receiver)
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
        self._looking_up.ask_all()

    def publish(self, receivers: Iterable[str]) -> None:
        """The same of these."""
        self._looking_up.ask(receivers)

    def forget(self, receiver: str) -> None:
        """Leave nothing of a receiver with the broker."""
        with self._state:
            self._looking_up.drop(receiver)
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
                self._state.notify_all()  # there is room for another
            try:
                self._send_one(command, gone, receiver, sealed)
            except Exception:  # without this thread no plan and no emergency would go out any more
                LOG.exception("what is for %s was not sent", command.receiver if command else gone or receiver)

    def _send_one(self, command: _Command | None, gone: str | None, receiver: str, sealed: bytes | None) -> None:
        if command is not None:
            self._send_command(command)
        elif gone is not None:
            for topic in adapter_of(gone, self._adapters).kept:
                self._send(Parcel(topic, b"", retain=True), gone)
        else:
            self._send_plan(receiver, sealed)

    def _may_send(self) -> bool:
        waits = self._commands or self._gone or self._waiting
        return bool(waits) and self._connected and self._unacknowledged < AT_ONCE

    def _has_room(self) -> bool:
        return self._connected and len(self._waiting) < AT_ONCE

    def _lay(self, receiver: str, sealed: bytes | None) -> None:
        self._waiting.setdefault(receiver, sealed)

    def _send_plan(self, receiver: str, sealed: bytes | None) -> None:
        """The keyring first: what is signed by a new key means nothing without it."""
        try:
            keyring, sealed_keyring = self._keys.keyring, self._keys.sealed_keyring
        except LoaError as error:
            LOG.warning("the plan of %s is published later: %s", receiver, error)
            self._looking_up.postpone(lambda: self.publish([receiver]))  # by then there may be a newer one
            return
        adapter, parcels = adapter_of(receiver, self._adapters), list[Parcel]()
        try:
            if self._keyring_at.get(receiver) != keyring.version:
                parcels += translated(adapter, adapter.keyring, Sealed(receiver, sealed_keyring, keyring))
                self._keyring_at[receiver] = keyring.version
            if sealed is not None:
                parcels += translated(adapter, adapter.plan, Sealed(receiver, sealed, keyring, sounds=self._sounds))
        except AccessError as error:
            LOG.warning("the device of %s cannot take its plan: %s", receiver, error)
            self.untranslated[receiver] = error
        else:
            self.untranslated.pop(receiver, None)
        for each in parcels:
            self._send(each, receiver)

    def _send_command(self, command: _Command) -> None:
        left = (command.expires - self._clock()).total_seconds()
        if left <= 0:
            return
        try:
            keyring = self._keys.keyring
        except LoaError as error:
            LOG.warning("a command for %s is published later: %s", command.receiver, error)
            self._looking_up.postpone(lambda: self._commands.append(command))
            return
        adapter = adapter_of(command.receiver, self._adapters)
        sealed = Sealed(command.receiver, command.sealed, keyring, command.id, self._sounds)
        try:
            parcels = translated(adapter, adapter.command, sealed)
        except LoaError as error:
            LOG.warning("the device of %s cannot take a command: %s", command.receiver, error)
            return
        for each in parcels:
            number = self._send(each, command.receiver, ceil(left))
            with self._state:  # its acknowledgement may have come before this: what is over need not be proven
                now = self._clock()
                self._unproven = {key: each for key, each in self._unproven.items() if each.expires > now}
                self._unproven[number] = command

    def _send(self, parcel: Parcel, receiver: str, expires_s: int = 0) -> int:
        properties = None
        if expires_s:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.MessageExpiryInterval = expires_s
            if parcel.reply_to:
                properties.ResponseTopic, properties.CorrelationData = parcel.reply_to, parcel.correlation
        with self._state:
            self._unacknowledged += 1
        topic = parcel.topic.replace(RECEIVER, receiver)
        retain = parcel.retain and not expires_s
        return self._client.publish(topic, parcel.payload, qos=1, retain=retain, properties=properties).mid

    # --- in -----------------------------------------------------------------------------------------------------------

    def _make(self, context: ssl.SSLContext) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=STATION, protocol=mqtt.MQTTv5)
        client.tls_set_context(context)
        client.reconnect_delay_set(*AGAIN_S)
        client.max_inflight_messages_set(AT_ONCE)
        client.suppress_exceptions = True  # of what is called below: logged; else the line would be gone for good
        client.enable_logger(WORDS)
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_connect_fail = self._on_connect_fail
        client.on_message, client.on_publish = self._on_message, self._on_publish
        return client

    def _on_connect(self, client: mqtt.Client, _: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self.refused = str(reason)
            return
        client.drop_out_messages()  # the client would send an older plan after a newer one
        options = SubscribeOptions(qos=1, retainAsPublished=False, retainHandling=0)
        written = [topic for each in REGISTRY.values() for topic in each.writes]
        client.subscribe([(topic.replace(RECEIVER, "+"), options) for topic in written])
        self._keyring_at.clear()
        try:
            self.publish_all()
        except Exception:  # the line is there, and must be used for what comes
            LOG.exception("what is retained is not published again")
        with self._state:
            self._commands.extendleft(reversed(self._unproven.values()))
            self._unproven.clear()
            self._connected, self._unacknowledged, self.lost_since, self.refused = True, 0, None, ""
            self._away_told = False
            self._state.notify_all()
        LOG.info("%s", say("broker_reached", broker=f"{self._host}:{self._port}"))

    def _on_connect_fail(self, client: mqtt.Client, _: Any) -> None:
        if not self._away_told:
            self._away_told = True
            LOG.warning("%s", say("broker_away", broker=f"{self._host}:{self._port}"))

    def _on_disconnect(self, client: mqtt.Client, _: Any, flags: Any, reason: Any, properties: Any) -> None:
        with self._state:
            was, self._connected = self._connected, False
            self.lost_since = self.lost_since or self._clock()
        if was and not self._ended:
            self._away_told = True
            LOG.warning("%s", say("broker_left", broker=f"{self._host}:{self._port}"))

    def _on_publish(self, client: mqtt.Client, _: Any, mid: int, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self.refused = str(reason)
        with self._state:
            self._unproven.pop(mid, None)
            self._unacknowledged = max(0, self._unacknowledged - 1)
            self._state.notify_all()

    def _on_message(self, client: mqtt.Client, _: Any, message: mqtt.MQTTMessage) -> None:
        origin = origin_of(message.topic)
        if origin is None or not message.payload:
            return
        receiver, topic = origin
        adapter = adapter_of(receiver, self._adapters)
        if topic not in adapter.writes:
            return
        told = Told(receiver, topic, bytes(message.payload), message.retain, self._clock())
        try:
            for each in heard(adapter, told, lambda id: self._ledger.airing(receiver, id)):
                if isinstance(each, Reply):
                    self._hearing.answer(receiver, each, told.at)
                elif isinstance(each, Noted):
                    self._hearing.note(receiver, adapter, each)
                else:
                    over = Over.KEPT if told.retained else Over.BROKER
                    self._hearing.hear(News(receiver, each, told.at, over))
        except LoaError as error:
            self._refusals.note(error.code, receiver)


def _connecting() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.MaximumPacketSize = 2 * MOST_BYTES  # of what comes in: nothing longer is meant for the station
    return properties
