"""A client of the broker that does what it likes, with a credential of somebody's."""

from __future__ import annotations

import queue
import ssl

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from tests.patience import PATIENCE_S

WITHIN_S = PATIENCE_S


class Bare:
    """Connected when made. `messages`: what it was sent."""

    def __init__(self, context: ssl.SSLContext, port: int) -> None:
        self.messages: queue.Queue[mqtt.MQTTMessage] = queue.Queue()
        self._done: queue.Queue[tuple[str, ReasonCode]] = queue.Queue()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.tls_set_context(context)
        self.client.on_connect = lambda *given: self._done.put(("connect", given[3]))
        self.client.on_subscribe = lambda *given: self._done.put(("subscribe", given[3][0]))
        self.client.on_publish = lambda *given: self._done.put(("publish", given[3]))
        self.client.on_message = lambda _, __, message: self.messages.put(message)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert not self._wait("connect").is_failure

    def subscribe(self, topic: str) -> ReasonCode:
        self.client.subscribe(topic, 1)
        return self._wait("subscribe")

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> ReasonCode:
        self.client.publish(topic, payload, 1, retain)
        return self._wait("publish")

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _wait(self, what: str) -> ReasonCode:
        while True:
            found, reason = self._done.get(timeout=WITHIN_S)
            if found == what:
                return reason
