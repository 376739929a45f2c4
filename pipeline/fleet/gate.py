"""The station's gate for its receivers while `loa run` runs: HTTPS, the broker's line, certificates kept fresh.

Whatever of it cannot work is named and tried again; the station goes on. Without a gate plans wait in the database.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from pipeline.domain import Clock
from pipeline.errors import NO_PARAMS, AccessError, LoaError
from pipeline.fleet import mosquitto
from pipeline.fleet.admitting import BROKER_PORT, LOOPBACK, Admission, host_of, reached_from_afar
from pipeline.fleet.answers import Behind
from pipeline.fleet.certificates import Authority
from pipeline.fleet.hearing import Hearing
from pipeline.fleet.keys import FOLDER, Keys
from pipeline.fleet.link import Link
from pipeline.fleet.ports import Ledger, Register
from pipeline.fleet.reasons import why_unusable
from pipeline.fleet.server import Server
from pipeline.messages import CATALOGUE, say
from pipeline.protocol import names

LOG = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0  # at what another process may have changed: keys, revocations
BROKER_MISSED_AFTER = timedelta(minutes=3)
FAULTS = ("gate_port_taken", "gate_keys_unusable", "broker_lost", "broker_refused", "adapter_refused")


@dataclass(frozen=True, slots=True)
class GateSettings:
    """`root`: the site's; `address`: https://… and `broker_address`: mqtts://… as receivers reach them; `broker`: as
    the station does, empty without one (`broker_address` empty: see `reached_from_afar`); `name`: the station's;
    `adapters`: of receivers that do not speak our protocol."""

    root: Path
    listen: tuple[str, int]
    address: str
    broker: str = ""
    broker_address: str = ""
    name: str = ""
    adapters: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)

    @property
    def folder(self) -> Path:
        """Where the keys are."""
        return self.root / FOLDER

    @property
    def server_names(self) -> tuple[str, ...]:
        """What the certificate of the HTTPS is for."""
        return tuple(dict.fromkeys([host_of(self.address), "localhost", "127.0.0.1"]))

    @property
    def broker_for_receivers(self) -> str:
        return self.broker_address or reached_from_afar(self.broker, self.address)

    @property
    def broker_names(self) -> tuple[str, ...]:
        """What the certificate of the broker is for."""
        hosts = [host_of(self.broker_for_receivers), host_of(self.broker), host_of(self.address)]
        return tuple(dict.fromkeys([each for each in hosts if each] + list(LOOPBACK[:2])))

    @property
    def broker_port(self) -> int:
        return urlsplit(self.broker).port or BROKER_PORT


@dataclass(frozen=True, slots=True)
class Fault:
    """Something of the gate that somebody has to be told of as long as it is so."""

    code: str
    subject: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)


class Gate:
    """Made once, started and stopped with the station. `faults` is what is wrong right now (codes: FAULTS).

    `vouches`: whether the station trusts its clock; receivers are told the time only while it does.
    """

    def __init__(
        self,
        ledger: Ledger,
        keys: Keys,
        settings: GateSettings,
        clock: Clock,
        vouches: Callable[[], bool] = lambda: True,
    ) -> None:
        self._vouches = vouches
        self.ledger, self.keys, self.settings, self._clock = ledger, keys, settings, clock
        self.hearing = Hearing(ledger)
        self.server: Server | None = None
        self.link: Link | None = None
        self._authority: Authority | None = None
        self._known: frozenset[str] | None = None
        self._came: frozenset[str] = frozenset()  # since the last look: perhaps before the broker knew of them
        self._following = threading.Lock()
        self._keyring = 0
        self._failed: dict[str, Fault] = {}
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="gate", daemon=True)

    def start(self) -> None:
        """Begin; what fails now is a fault and is tried again."""
        self.hearing.start()
        self.look()
        self._keeper.start()

    def stop(self) -> None:
        """End within a few seconds; what receivers were handed stays with them."""
        self._ended.set()
        if self.server is not None:
            self.server.stop()
        if self.link is not None:
            self.link.stop()
        self.hearing.stop()

    @property
    def faults(self) -> list[Fault]:
        found = list(self._failed.values())
        link, now = self.link, self._clock()
        broker = self.settings.broker
        if link is not None and link.refused:
            found.append(_fault("broker_refused", broker=broker, why=link.refused))
        elif link is not None and (lost := link.lost_since) is not None and now - lost > BROKER_MISSED_AFTER:
            found.append(_fault("broker_lost", broker=broker, minutes=int((now - lost).total_seconds() // 60)))
        if link is not None:
            for receiver, error in dict(link.untranslated).items():
                why = error.params.get("why", error.code)
                params = {"receiver": receiver, "adapter": self.settings.adapters.get(receiver, ""), "why": why}
                found.append(Fault("adapter_refused", receiver, MappingProxyType(params)))
        return found

    def publish_plan(self, receiver: str, sealed: bytes) -> None:
        """Give it to the broker, where there is one. Returns at once."""
        if self.link is not None:
            self.link.publish_plan(receiver, sealed)

    def publish_command(self, receiver: str, sealed: bytes, id: str, expires: datetime) -> None:
        """Give it to the broker, where there is one. Returns at once."""
        if self.link is not None:
            self.link.publish_command(receiver, sealed, id, expires)

    def look(self) -> None:
        """Bring everything in line with what other processes did. Called every few seconds."""
        authority = self._certified()
        if authority is None:
            return
        if self.server is None:
            self._open(authority)
        if self.settings.broker and self.link is None:
            self.link = Link(
                self.settings.broker,
                authority.client_context(),
                self.ledger,
                self.keys,
                self.hearing,
                self._clock,
                self.settings.adapters,
                self.settings.address + names.SOUND_PATH,
            )
            self.link.start()
        self._follow_keys()
        self._follow_register(authority)

    def _keep(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            try:
                self.look()
            except LoaError as error:
                LOG.warning("the gate could not be looked after: %s", error)
            except Exception:  # certificates would run out and revocations be forgotten, weeks later
                LOG.exception("the gate could not be looked after")

    def _certified(self) -> Authority | None:
        """The authority, the station's own certificates made or renewed; None where they cannot be."""
        try:
            if self._authority is None:
                self._authority = Authority.open(self.settings.folder, self._clock, known=bool(self.ledger.receivers()))
            renewed = self._authority.certify_server(self.settings.folder, self.settings.server_names)
            if renewed and self.server is not None:
                self.server.context = self._authority.server_context()
            self._authority.certify_station()
        except (AccessError, OSError, ssl.SSLError) as error:
            self._fail(_fault("gate_keys_unusable", folder=self.settings.folder, why=why_unusable(error)))
            return None
        self._failed.pop("gate_keys_unusable", None)
        return self._authority

    def _open(self, authority: Authority) -> None:
        settings = self.settings
        admission = Admission(
            self.ledger,
            self.keys,
            authority,
            self._clock,
            settings.address,
            settings.broker_for_receivers,
            settings.name,
            lambda: self._follow_register(authority),
        )
        behind = Behind(self.ledger, self.keys, admission, self.hearing)
        try:
            self.server = Server(settings.listen, behind, self._vouches)
        except OSError as error:
            place = f"{settings.listen[0]}:{settings.listen[1]}"
            self._fail(_fault("gate_port_taken", listen=place, why=error.strerror or type(error).__name__))
            return
        self._failed.pop("gate_port_taken", None)
        self.server.start("gate")
        LOG.info("%s", say("gate_open", listen=f"{settings.listen[0]}:{self.server.port}"))

    def _follow_keys(self) -> None:
        version = self.keys.keyring.version
        if self._keyring not in (0, version) and self.link is not None:
            self.link.publish_all()
        self._keyring = version

    def _follow_register(self, authority: Authority) -> None:
        """Whoever came gets what is retained; whoever went finds nothing more, and the broker refuses him."""
        with self._following:
            receivers = frozenset(self.ledger.receivers())
            known = receivers if self._known is None else self._known
            came, gone = receivers - known, known - receivers
            refuse_at_broker(self.settings.folder, authority, self.ledger)
            if self.link is not None:
                for each in gone:
                    self.link.forget(each)
                self.link.publish(came | self._came & receivers)
            self._known, self._came = receivers, came

    def _fail(self, fault: Fault) -> None:
        if self._failed.get(fault.code) != fault:
            why = fault.params.get("why", "")
            shown = {**fault.params, "why": say(why, **fault.params) if why in CATALOGUE else why}
            LOG.warning("%s", say(fault.code, **shown))
        self._failed[fault.code] = fault


def refuse_at_broker(keys: Path, authority: Authority, register: Register) -> bool:
    """Bring the broker's files in line with who was revoked; whether a mosquitto of ours reads them again now."""
    folder = mosquitto.remembered(keys)
    if folder is None:
        return False
    revoked = register.revoked()
    former = {each.receiver for each in revoked} - set(register.receivers())
    try:
        if not folder.refuse(authority, revoked, former):
            return False
    except OSError as error:
        LOG.warning("the broker's files could not be brought up to date: %s", error.strerror)
        return False
    return folder.reread()


def _fault(code: str, **params: object) -> Fault:
    return Fault(code, "", MappingProxyType({name: str(value) for name, value in params.items()}))
