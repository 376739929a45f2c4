"""A theft from its beginning to its end: a signing key gets away, and one command at the station heals the receiver.

The station's own ledger, keys and gate over TLS, the receiver's own core and line; only the time is simulated.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.fleet import codes, watch
from pipeline.fleet.certificates import Authority
from pipeline.fleet.gate import Gate, GateSettings
from pipeline.fleet.opening import Office
from pipeline.protocol.enrolment import name_of
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.receiver.contact import Contact
from pipeline.receiver.enrolling import enrol
from pipeline.receiver.identity import Identity
from pipeline.receiver.line import HttpsLine
from pipeline.signing import SigningKey
from pipeline.store import Store
from tests.channel_cases import order, recording
from tests.fleets import ZONE, fleet_at, states, write_delivery
from tests.patience import until
from tests.ports import free_port
from tests.unit.receiver.world import RECEIVER, START, Station, World

AIRS = START + timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
FAR = 2**53


class TrueStation(Station):
    """In the place of the one that a World makes up: what a receiver was enrolled with."""

    def __init__(self, identity: Identity) -> None:
        super().__init__()
        self.root, self._first = _Root(identity.root), identity.keyring  # type: ignore[assignment]

    def keyring(self, *_: object, **__: object) -> bytes:
        return self._first


class _Root:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw


class Whole:
    """A station with one receiver."""

    def __init__(self, root: Path, store: Store) -> None:
        self.root, self.store = root, store
        self.clock = lambda: START
        self.fleet = fleet_at(root, store, self.now, [RECEIVER], enrolled=False)
        port = free_port()
        settings = GateSettings(root, ("127.0.0.1", port), f"https://127.0.0.1:{port}", name="Đài xã An Quang")
        self.keys = self.fleet.keys()
        self.gate = Gate(self.fleet, self.keys, settings, self.now)
        self.gate.start()
        authority = name_of(Authority.open(settings.folder, self.now).der)
        code = codes.issue(self.fleet, RECEIVER, authority, self.keys.codes_key(), self.now(), codes.VALID)
        identity = enrol(root / "receiver", settings.address, code)
        self.world = World(root / "receiver", TrueStation(identity))
        self.clock = self.world.now
        self.line = HttpsLine(identity)
        self.contact = Contact(self.world.running, self.line, None)

    def now(self) -> datetime:
        return self.clock()

    def close(self) -> None:
        self.line.close()
        self.gate.stop()
        self.world.kill()

    def visit(self) -> None:
        """The receiver asks its station for the keyring, goes by it, asks for the plan, and tells how it is."""
        for _ in range(3):
            self.contact.visit(fetch=True)
            self.world.running.turn()
        assert self.contact.is_well

    def orders(self, delivery: int) -> Airing:
        write_delivery(self.store, delivery, RECEIVER, AIRS)
        self.store.claim("may-thu", 1_000 + delivery, now=self.now(), limit=1, lease=timedelta(minutes=2))
        made = recording(self.root / "made", 1.0 + delivery)
        shutil.copy(made.path, self.root / "receiver" / "var" / "sounds" / made.sha256)
        outgoing = order(delivery, made, start=AIRS.astimezone(ZONE), target=RECEIVER)
        latest = (AIRS + 15 * MINUTE).astimezone(ZONE)
        self.store.record(self.fleet.lay_down([replace(outgoing, latest=latest)], self.now()))
        found = self.fleet.airing(RECEIVER, f"loa-{delivery}")
        assert found is not None
        return found

    @property
    def version(self) -> int:
        """Of the plan the station issued last."""
        return self.store.receivers([RECEIVER])[0].plan_version

    @property
    def is_strange(self) -> bool:
        """Whether people are told that the receiver goes by a plan of somebody else."""
        [speaker] = watch.survey(self.fleet, self.now())
        return "receiver_plan_unknown" in {code for code, _ in speaker.problems}


@pytest.fixture
def whole(tmp_path: Path, empty_sqlite: Path) -> Iterator[Whole]:
    (tmp_path / "loa.db").write_bytes(empty_sqlite.read_bytes())
    store = Store(f"sqlite:///{tmp_path / 'loa.db'}")
    made = Whole(tmp_path, store)
    yield made
    made.close()
    store.close()


def test_one_command_at_the_station_heals_what_a_stolen_key_did(whole: Whole) -> None:
    three, four = whole.orders(3), whole.orders(4)
    whole.visit()
    world, running = whole.world, whole.world.running
    assert running.plan_version == whole.version
    stolen = SigningKey.read((id := whole.keys.signing().id), whole.keys.folder / f"{id}.key")
    burnt = replace(three, begin=START - MINUTE, latest=START - MINUTE)
    station, until_when = whole.keys.keyring.station, START + timedelta(days=30)
    poison = ReceiverPlan(RECEIVER, station, FAR, START, until_when, "Asia/Ho_Chi_Minh", (burnt,)).sealed(stolen)
    world.arrive("plan", poison)
    assert (running.plan_version, world.story("loa-3"), world.story("loa-4")) == (
        FAR,
        ["missed:plan_late"],
        ["withdrawn"],
    )
    whole.visit()
    until(lambda: whole.is_strange)
    five = whole.orders(5)
    whole.visit()
    assert running.plan_version == FAR, "nothing the station orders is followed"
    assert {each for each, _ in states(whole.store, [3, 4, 5]).values()} <= {"accepted", "unknown"}, (
        "what is called too late before its time, and a plan that was never issued, prove nothing"
    )

    Office(whole.fleet.site, whole.store, whole.now, "lan").revoke_key(id)
    assert whole.fleet.refresh(whole.now()) == 1
    whole.visit()
    assert running.plan_version == whole.version
    until(lambda: not whole.is_strange)
    world.arrive("plan", poison)
    world.arrive("plan", replace(poison_again(whole, stolen), version=FAR - 1).sealed(stolen))
    world.go_to(50)
    for airing in (three, four, five):
        assert world.story(airing.id)[-2:] == ["started", "ended"]
        assert len(world.heard(airing)) == 1
    assert world.refused()[-2:] == ["seal_key_revoked"] * 2
    whole.visit()
    assert {each for each, _ in states(whole.store, [3, 4, 5]).values()} == {"confirmed"}


def poison_again(whole: Whole, stolen: SigningKey) -> ReceiverPlan:
    now = whole.now()
    return ReceiverPlan(RECEIVER, whole.keys.keyring.station, 1, now, now + timedelta(days=1), "Asia/Ho_Chi_Minh")


def test_a_station_out_of_an_older_backup_gets_its_keyring_back_from_the_receiver(whole: Whole) -> None:
    kept = {each: each.read_bytes() for each in whole.keys.folder.iterdir() if each.is_file()}
    stolen = whole.keys.signing().id
    whole.world.true += MINUTE
    Office(whole.fleet.site, whole.store, whole.now, "lan").revoke_key(stolen)
    airing = whole.orders(3)
    whole.visit()
    held = whole.world.running.orders.keyring
    for path in whole.keys.folder.iterdir():
        if path.is_file():
            path.unlink()
    for path, content in kept.items():
        path.write_bytes(content)
    assert whole.keys.signing().id == stolen
    whole.world.true += MINUTE
    whole.visit()
    assert stolen in whole.keys.keyring.revoked
    whole.fleet.refresh(whole.now())
    whole.visit()
    assert whole.world.running.orders.keyring == whole.keys.keyring
    assert held.version < whole.keys.keyring.version
    assert whole.world.running.plan_version == whole.version
    whole.world.go_to(50)
    assert whole.world.story(airing.id) == ["started", "ended"]
