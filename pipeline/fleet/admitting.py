"""How a receiver gets its certificate: with a one-time code, or over the certificate it has."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.domain import Clock
from pipeline.fleet import codes
from pipeline.fleet.certificates import Authority, read_request
from pipeline.fleet.keys import Keys
from pipeline.fleet.ports import Register
from pipeline.protocol.enrolment import Asked, Granted

LOOPBACK = ("localhost", "127.0.0.1", "::1")
BROKER_PORT = 8883


@dataclass(frozen=True, slots=True)
class Admission:
    """Answers who asks to be enrolled. `address`, `broker`: where receivers reach both; no broker: empty."""

    register: Register
    keys: Keys
    authority: Authority
    clock: Clock
    address: str
    broker: str
    name: str
    admitted: Callable[[], None] = lambda: None  # called before whoever came in is answered

    def admit(self, asked: Asked, holder: str) -> Granted:
        """A certificate for whoever has a code, or for `holder`, who has shown the one it has.

        AccessError: `csr_unusable` and the codes of `redeem`.
        """
        request, now = read_request(asked.csr), self.clock()
        receiver, anew = holder, False
        if asked.code or not holder:
            key = self.keys.codes_key()
            receiver, anew = codes.redeem(self.register, asked.code, asked.secret, request.key, key, now), True
        certificate = self.authority.certify(request, receiver)
        self.register.certified(receiver, certificate.serial, certificate.until, now, anew=anew)
        if anew:
            self.admitted()
        return Granted(
            receiver=receiver,
            certificate=certificate.pem,
            authority=self.authority.pem,
            root=base64.b64encode(self.keys.keyring.root).decode(),
            keyring=self.keys.sealed_keyring.decode(),
            broker=self.broker,
            name=self.name[:300],
            address=self.address,
        )


def reached_from_afar(broker: str, address: str) -> str:
    """Where receivers reach a broker: one on this very machine is reached by the name of the station."""
    if not broker:
        return ""
    host, port = host_of(broker), urlsplit(broker).port or BROKER_PORT
    if host in LOOPBACK:
        host = host_of(address)
    return f"mqtts://{f'[{host}]' if ':' in host else host}:{port}"


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""
