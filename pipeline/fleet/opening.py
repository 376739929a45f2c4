"""The parts of the fleet that commands need, opened for one site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.config.receivers import RECEIVER_TYPE
from pipeline.domain import Clock
from pipeline.errors import AccessError, ContentError
from pipeline.fields import closest
from pipeline.fleet import codes, mosquitto
from pipeline.fleet.certificates import Authority
from pipeline.fleet.gate import GateSettings, refuse_at_broker
from pipeline.fleet.keys import Keys
from pipeline.fleet.register import StoredRegister
from pipeline.protocol.enrolment import name_of
from pipeline.protocol.plan import RECEIVER
from pipeline.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A one-time code as it is shown once. `replaces`: a machine is enrolled under this name already."""

    receiver: str
    text: str
    expires: datetime
    station: str
    replaces: bool


@dataclass(frozen=True, slots=True)
class RevokedReceiver:
    """`certificates` that count no more. `broker`: whether a running mosquitto was told; None: there is
    none, or nothing to tell it."""

    receiver: str
    certificates: int
    broker: bool | None


class Office:
    """What people do at the station with receivers and keys. `actor`: who does it, for the audit log."""

    def __init__(self, site: Site, store: Store, clock: Clock, actor: str) -> None:
        self.site, self.store, self.clock, self.actor = site, store, clock, actor
        self.register = StoredRegister(store)
        found = settings_of(site)
        if found is None:
            raise ContentError("no_receiver_channel")
        self.settings = found

    @property
    def keys(self) -> Keys:
        return Keys.open(self.settings.folder, self.clock, known=bool(self.register.receivers()))

    @property
    def authority(self) -> Authority:
        return Authority.open(self.settings.folder, self.clock, known=bool(self.register.receivers()))

    def enrol(self, receiver: str, valid: timedelta = codes.VALID) -> IssuedCode:
        """A new code for a cluster of the site. ContentError: `receiver_no_cluster`, `receiver_other_channel`."""
        self._require(receiver)
        now, key = self.clock(), self.keys.codes_key()
        text = codes.issue(self.register, receiver, name_of(self.authority.der), key, now, valid)
        self.store.audit(self.actor, "receiver_code_issued", receiver, {"until": _at(self.site, now + valid)}, now)
        replaces = receiver in self.register.receivers()
        return IssuedCode(receiver, text, now + valid, self.settings.address, replaces)

    def revoke(self, receiver: str) -> RevokedReceiver:
        """Let nothing of a receiver count any more. ContentError(`speaker_not_enrolled`)."""
        now = self.clock()
        count = self.register.revoke(receiver, now)
        former = {each.receiver for each in self.register.revoked()}
        if not count and receiver not in former and receiver not in self.site.clusters:
            raise ContentError("speaker_not_enrolled", receiver=receiver)
        self.store.audit(self.actor, "receiver_revoked", receiver, {"certificates": count}, now)
        told = self._tell_broker() if self.settings.broker else None
        return RevokedReceiver(receiver, count, told if count else told or None)  # nobody went: nothing to be told

    def rotate(self, overlap: timedelta) -> str:
        """Sign with a new key from now on; its name."""
        key = self.keys.rotate(overlap)
        self.store.audit(self.actor, "signing_key_rotated", key.id, {}, self.clock())
        return key.id

    def revoke_key(self, id: str) -> str:
        """Let nothing that key signed count; the key that signs now. ContentError(`signing_key_unknown`)."""
        keys = self.keys
        if id not in {each.id for each in keys.keyring.keys}:
            raise ContentError("signing_key_unknown", key=id)
        key = keys.revoke(id)
        self.store.audit(self.actor, "signing_key_revoked", id, {"now": key.id}, self.clock())
        return key.id

    def write_broker(self, out: Path) -> mosquitto.BrokerFolder:
        """The files of mosquitto in a folder, kept up to date from then on.

        ContentError: `broker_not_named` where the channel names no broker, `service_path_unsafe`.
        """
        if not self.settings.broker:
            raise ContentError("broker_not_named")
        if not str(out).isprintable() or any(sign in str(out) for sign in ' "\\$%'):
            raise ContentError("service_path_unsafe", path=out)
        self.keys.codes_key()
        folder, authority = mosquitto.BrokerFolder(out), self.authority
        folder.write(authority, self.settings.broker_names, self.settings.broker_port)
        mosquitto.remember(self.settings.folder, folder)
        refuse_at_broker(self.settings.folder, authority, self.register)
        folder.reread()
        return folder

    def _tell_broker(self) -> bool:
        try:
            return refuse_at_broker(self.settings.folder, self.authority, self.register)
        except AccessError:  # keys that were lost must not keep anybody in
            return False

    def _require(self, receiver: str) -> None:
        cluster = self.site.clusters.get(receiver)
        if cluster is None:
            close = closest(receiver, self.site.clusters)
            raise ContentError("receiver_no_cluster", receiver=receiver, close=close)
        channel = self.site.channels.get(cluster.channel)
        if channel is None or channel.type != RECEIVER_TYPE:
            raise ContentError("receiver_other_channel", receiver=receiver, channel=cluster.channel)
        if not RECEIVER.match(receiver):
            raise ContentError("receiver_no_cluster", receiver=receiver, close="")


def _at(site: Site, moment: datetime) -> str:
    return f"{moment.astimezone(site.station.timezone):%H:%M %d/%m/%Y}"


def settings_of(site: Site) -> GateSettings | None:
    """Where the receivers of a site reach it; None where no channel is of type receiver."""
    channel = next((each for each in site.channels.values() if each.type == RECEIVER_TYPE), None)
    if channel is None:
        return None
    values = channel.values
    return GateSettings(
        root=site.root,
        listen=values["listen"],
        address=values["address"],
        broker=values.get("broker", ""),
        broker_address=values.get("broker_address", ""),
        name=site.station.name,
        adapters={
            each.id: each.address["adapter"]
            for each in site.clusters.values()
            if each.channel == channel.id and "adapter" in each.address
        },
    )
