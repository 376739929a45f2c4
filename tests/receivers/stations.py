"""The gate of a station on loopback, on a ledger in memory; with a real broker where a test asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.fleet import codes, mosquitto
from pipeline.fleet.certificates import Authority
from pipeline.fleet.gate import Gate, GateSettings
from pipeline.fleet.keys import Keys
from pipeline.protocol.command import Command, Order
from pipeline.protocol.enrolment import name_of
from pipeline.protocol.journal import Entry, Handed
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.receiver import enrolling
from pipeline.receiver.identity import Identity
from pipeline.signing import SigningKey
from tests.ports import free_port
from tests.receivers import mosquitto as real
from tests.receivers.ledgers import MemoryLedger


def now() -> datetime:
    return datetime.now(UTC)


class RememberingLedger(MemoryLedger):
    """Keeps what entries say, too."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, list[Entry]] = {}

    def take_journal(self, receiver: str, piece: Handed) -> int:
        with self.arrived:
            known = self.entries.setdefault(receiver, [])
            held = super().journal_held(receiver, piece.journal)
            known += [each for each in piece.entries if each.seq > held]
            return super().take_journal(receiver, piece)


class Stand:
    """A station for receivers. `ledger` is what it knows of them."""

    def __init__(self, root: Path, broker_port: int = 0) -> None:
        self.ledger = RememberingLedger()
        port = free_port()
        self.address = f"https://127.0.0.1:{port}"
        broker = f"mqtts://127.0.0.1:{broker_port}" if broker_port else ""
        name = "Trung tâm Văn hóa An Lão"
        self.settings = GateSettings(root, ("127.0.0.1", port), self.address, broker, name=name)
        self.keys = Keys.open(self.settings.folder, now)
        self.authority = Authority.open(self.settings.folder, now)
        self.gate = Gate(self.ledger, self.keys, self.settings, now)

    def code(self, receiver: str, valid: timedelta = codes.VALID) -> str:
        return codes.issue(self.ledger, receiver, name_of(self.authority.der), self.keys.codes_key(), now(), valid)

    def enrol(self, folder: Path, receiver: str) -> Identity:
        """A receiver's folder, enrolled over the wire."""
        return enrolling.enrol(folder, self.address, self.code(receiver))

    def plan_of(self, receiver: str, *airings: Airing, version: int = 1) -> ReceiverPlan:
        issued = now() - timedelta(seconds=1)
        station = self.keys.keyring.station
        until = issued + timedelta(days=9)
        return ReceiverPlan(receiver, station, version, issued, until, "Asia/Ho_Chi_Minh", airings)

    def publish(self, plan: ReceiverPlan, key: SigningKey | None = None) -> bytes:
        """Sealed, in the ledger and at the broker."""
        sealed = plan.sealed(key or self.keys.signing())
        self.ledger.plans[plan.receiver] = plan.version, sealed
        self.gate.publish_plan(plan.receiver, sealed)
        return sealed

    def command(self, receiver: str, order: Order, **other: datetime) -> Command:
        begun = now()
        made = Command(f"c-{begun:%H%M%S%f}", receiver, order, begun, begun + timedelta(minutes=1))
        return replace(made, **other)  # type: ignore[arg-type]

    def kinds(self, receiver: str) -> list[tuple[str, str]]:
        """What its journal at the station says: kind and code of each entry."""
        with self.ledger.arrived:
            return [(each.kind.value, each.code) for each in self.ledger.entries.get(receiver, [])]


@contextmanager
def standing(root: Path, *, broker: bool = False) -> Iterator[Stand]:
    """A station that runs, and its mosquitto."""
    with ExitStack() as ends:
        port = free_port() if broker else 0
        stand = Stand(root, port)
        if broker:
            folder = mosquitto.BrokerFolder(root / "broker")
            folder.write(stand.authority, stand.settings.broker_names, port)
            folder.refuse(stand.authority, [], [])
            mosquitto.remember(stand.settings.folder, folder)
            ends.enter_context(real.running(folder.path, port))
        stand.gate.start()
        ends.callback(stand.gate.stop)
        yield stand
