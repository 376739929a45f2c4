"""Whoever holds the broker or the station's HTTPS, but no signing key, orders nothing: a running receiver, attacked.

The attacker has the station's own credential at a real mosquitto, and answers HTTPS in the station's place. Every
attempt is refused, and stands with its code in the journal that the station holds.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as at
from pathlib import Path

import pytest

from pipeline.clock import ClockTrust
from pipeline.domain import Priority, State, Window, Windows
from pipeline.errors import LoaError
from pipeline.playout import Played
from pipeline.protocol import names
from pipeline.protocol.command import COMMAND, LONGEST, Command, Order
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import PLAN, Airing
from pipeline.receiver.broker import MqttBroker
from pipeline.receiver.core import Core
from pipeline.receiver.folder import Folder
from pipeline.receiver.identity import Identity
from pipeline.receiver.line import HttpsLine
from pipeline.receiver.loudspeaker import Order as Playing
from pipeline.receiver.running import Running, wall_clock
from pipeline.receiver.settings import ReceiverSettings
from pipeline.signing import KEYRING, MOST_BYTES, Keyring, SigningKey, seal
from tests.receivers import mosquitto as real
from tests.receivers.bare import WITHIN_S, Bare
from tests.receivers.papers import Papers
from tests.receivers.peer import Heard, Peer, answer
from tests.receivers.stations import Stand, now, standing
from tests.unit.protocol.documents import spoilt

pytestmark = real.needs("mosquitto")

RECEIVER, OTHER = "an-quang-01", "an-quang-02"
SECOND = timedelta(seconds=1)
NEXT_YEAR = now() + timedelta(days=365)
STRANGER = SigningKey.make("k-9")


class Heap:
    """A loudspeaker that notes what begins to sound and when."""

    fault = ""

    def __init__(self) -> None:
        self.begun: list[tuple[str, datetime]] = []

    def arm(self, order: Playing) -> Hand:
        return Hand(self, order)

    def tone(self, gain_db: float, lead_in: timedelta, over: Callable[[], None]) -> Hand:
        return self.arm(Playing(Path("tone"), 0.1, 0.0, now(), gain_db, lead_in, lambda: None, over))

    def warm_up(self, lead_in: timedelta) -> timedelta:
        return timedelta(0)

    def tend(self, *, idle: bool) -> None: ...


class Hand:
    def __init__(self, heap: Heap, order: Playing) -> None:
        self.heap, self.order, self.played = heap, order, None
        self._timer = threading.Timer(max(0.0, (order.at - now()).total_seconds()), self._begin)
        self._timer.daemon = True
        self._timer.start()

    played: Played | None

    def _begin(self) -> None:
        try:
            self.order.begin()
        except LoaError as error:
            self.played = Played(State.FAILED, error.code)
        else:
            self.heap.begun.append((self.order.path.name, now()))
            self.played = Played(State.CONFIRMED, "")
        self.order.over()

    left_s = position_s = 0.0

    def result(self) -> Played | None:
        return self.played

    def stop(self) -> Played | None:
        self._timer.cancel()
        return self.played or Played(State.CANCELLED, "")


class Field:
    """A station, its broker, one receiver that runs, and somebody who holds the station's credential."""

    def __init__(self, stand: Stand, root: Path) -> None:
        self.stand, self.root = stand, root
        self.identity = stand.enrol(root, RECEIVER)
        assert stand.gate.link is not None
        stand.gate.link.stop()  # from now on the attacker is the station's end of the broker
        self.heap = Heap()
        self.attacker = Bare(stand.authority.client_context(), stand.settings.broker_port)
        self.version = 1_000
        self.start(self.identity)

    def start(self, identity: Identity) -> None:
        folder = Folder(self.root)
        settings = ReceiverSettings(always_trusted=True, free_space=10)
        core = Core(
            folder,
            settings,
            RECEIVER,
            identity.root,
            self.heap,
            clock=wall_clock,
            trust=ClockTrust(wall_clock, folder, always=True),
            first_keyring=identity.keyring,
        )
        self.lines = HttpsLine(identity), HttpsLine(identity)
        self.running = Running(core, *self.lines, MqttBroker(identity, pause_s=0.05))
        self.running.start()
        self.core = core
        self.until(lambda: self.running.contact.is_connected)  # what is not retained would reach nobody before

    def stop(self) -> None:
        self.running.stop()
        for line in self.lines:
            line.close()

    def close(self) -> None:
        self.stop()
        self.attacker.close()

    def airing(self, id: str, content: bytes, *, minutes: float = 30.0, **values: object) -> Airing:
        """`content` is what the station hands out under the hash of what it should be: `right` unless said."""
        right = values.pop("right", content)
        assert isinstance(right, bytes)
        digest = hashlib.sha256(right).hexdigest()
        file = self.stand.settings.root / f"{id}.mp3"
        file.write_bytes(content)
        self.stand.ledger.sounds[RECEIVER, digest] = file
        begin = now() + timedelta(minutes=minutes)
        made = Airing(id, digest, len(right), 5.0, begin, begin + timedelta(minutes=15))
        return replace(made, **values)  # type: ignore[arg-type]

    def publish(self, *airings: Airing, windows: Windows | None = None) -> bytes:
        """A plan that is followed: waits until it is."""
        self.version += 1
        plan = replace(self.stand.plan_of(RECEIVER, *airings, version=self.version), windows=windows)
        sealed = self.stand.publish(plan)
        self.attacker.publish(PLANS, sealed, retain=True)
        self.until(lambda: self.core.plan_version == self.version)
        return sealed

    def said(self, kind: Kind, code: str = "", airing: str = "") -> int:
        """How many such entries the station holds."""
        with self.stand.ledger.arrived:
            entries = list(self.stand.ledger.entries.get(RECEIVER, ()))
        return sum((each.kind, each.code, each.airing) == (kind, code, airing) for each in entries)

    def until(self, wanted: Callable[[], object]) -> None:
        """Until the station has heard enough."""
        ledger = self.stand.ledger
        ends = time.monotonic() + WITHIN_S
        with ledger.arrived:
            while not wanted():
                assert time.monotonic() < ends
                ledger.arrived.wait(0.1)

    def attack(self, topic: str, payload: bytes, code: str, *, retain: bool = False) -> None:
        """Publish it, and see it refused: in the station's copy of the journal, with nothing else changed."""
        self.core.refusals._kept.clear()  # or the sixth of a kind would be counted and not written
        before, version, ring = self.said(Kind.REFUSED, code), self.core.plan_version, self.core.orders.keyring
        sounded = list(self.heap.begun)
        assert not self.attacker.publish(topic, payload, retain=retain).is_failure
        self.until(lambda: self.said(Kind.REFUSED, code) > before)
        assert self.core.plan_version == version
        assert self.core.orders.keyring == ring
        assert self.heap.begun == sounded
        assert code in self.core.status(0).faults


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    with standing(tmp_path_factory.mktemp("station"), broker=True) as stand:
        field = Field(stand, tmp_path_factory.mktemp("receiver"))
        yield field
        field.close()


def renamed(sealed: bytes, **values: str) -> bytes:
    return json.dumps({**json.loads(sealed), **values}).encode()


# --- plans ------------------------------------------------------------------------------------------------------------

PLANS = names.plan_topic(RECEIVER)
KEYRINGS = names.keyring_topic(RECEIVER)
COMMANDS = names.command_topic(RECEIVER)
Forge = Callable[[Field], bytes]


def spoiled_plan(field: Field, **values: object) -> bytes:
    """Signed with the station's own key, by a station gone wrong."""
    plan = field.stand.plan_of(RECEIVER, field.airing("loa-x", b"x"), version=field.version + 5)
    payload = spoilt(plan.payload(), lambda facts: facts["airings"][0].update(values))
    return seal(payload, PLAN, field.stand.keys.signing())


def plan(field: Field, key: SigningKey | None = None, receiver: str = RECEIVER, **values: object) -> bytes:
    made = field.stand.plan_of(receiver, version=field.version + 5)
    return replace(made, **values).sealed(key or field.stand.keys.signing())  # type: ignore[arg-type]


FORGED_PLANS: dict[str, tuple[Forge, str]] = {
    "nothing": (lambda _: b"", "document_unreadable"),
    "noise": (lambda _: bytes(range(256)) * 40, "document_unreadable"),
    "by a stranger": (lambda field: plan(field, STRANGER), "seal_key_unknown"),
    "by a stranger under a good name": (
        lambda field: renamed(plan(field, STRANGER), key=field.stand.keys.signing().id),
        "seal_forged",
    ),
    "altered": (lambda field: plan(field).replace(b'lead_in_s\\":2', b'lead_in_s\\":9'), "seal_forged"),
    "a command": (
        lambda field: field.stand.command(RECEIVER, Order.STATUS).sealed(field.stand.keys.signing()),
        "seal_kind",
    ),
    "another receiver's": (lambda field: plan(field, receiver=OTHER), "plan_for_another"),
    "older": (lambda field: plan(field, version=field.version - 1), "plan_older"),
    "the same version, another content": (lambda field: plan(field, version=field.version), "plan_differs"),
    "over": (
        lambda field: plan(field, issued=now() - timedelta(hours=20), expires=now() - SECOND),
        "plan_expired",
    ),
    "from the future": (
        lambda field: plan(field, issued=now() + timedelta(hours=1)),
        "plan_from_future",
    ),
    "a path for a hash": (lambda field: spoiled_plan(field, sound="../" * 21 + "x"), "document_unreadable"),
    "a path for an id": (lambda field: spoiled_plan(field, id="../../state.json"), "document_unreadable"),
    "too large": (lambda field: plan(field) + b" " * MOST_BYTES, "seal_unreadable"),
}


@pytest.mark.parametrize(("forge", "code"), FORGED_PLANS.values(), ids=FORGED_PLANS)
def test_a_plan_that_is_not_the_stations_newest_is_refused_and_noted(field: Field, forge: Forge, code: str) -> None:
    field.publish(field.airing("loa-1", b"one"))
    field.attack(PLANS, forge(field), code)
    assert [each.id for each in field.core._taking.plan.airings] == ["loa-1"]  # type: ignore[union-attr]


def test_a_plan_that_was_sent_before_brings_nothing_back(field: Field) -> None:
    old = field.publish(field.airing("loa-2", b"two"))
    field.publish(field.airing("loa-3", b"three"))
    field.attack(PLANS, old, "plan_older", retain=True)
    field.attack(PLANS, b"", "document_unreadable", retain=True)


# --- keyrings ---------------------------------------------------------------------------------------------------------


def ring(field: Field, root: SigningKey, version: int) -> bytes:
    held = field.stand.keys.keyring
    made = Keyring(root.raw, version, (STRANGER.public(now() - timedelta(days=1)), *held.keys))
    return seal(made.payload(), KEYRING, root)


def root_of(field: Field) -> SigningKey:
    return SigningKey.read("root", field.stand.settings.folder / "root.key")


FORGED_RINGS: dict[str, tuple[Forge, str]] = {
    "by another root": (lambda field: ring(field, SigningKey.make("root"), 1 << 52), "seal_forged"),
    "by the key of plans": (
        lambda field: seal(field.stand.keys.keyring.payload(), KEYRING, field.stand.keys.signing()),
        "seal_key_unknown",
    ),
    "older, of the root": (lambda field: ring(field, root_of(field), 1), "keyring_older"),
    "the same version, another content": (
        lambda field: ring(field, root_of(field), field.stand.keys.keyring.version),
        "keyring_differs",
    ),
}


@pytest.mark.parametrize(("forge", "code"), FORGED_RINGS.values(), ids=FORGED_RINGS)
def test_a_keyring_that_is_not_the_roots_newest_is_refused_and_noted(field: Field, forge: Forge, code: str) -> None:
    field.attack(KEYRINGS, forge(field), code)


# --- commands ---------------------------------------------------------------------------------------------------------


def command(field: Field, key: SigningKey | None = None, receiver: str = RECEIVER, **values: object) -> bytes:
    made = field.stand.command(receiver, Order.SILENCE)
    return replace(made, **values).sealed(key or field.stand.keys.signing())  # type: ignore[arg-type]


FORGED_COMMANDS: dict[str, tuple[Forge, str]] = {
    "by a stranger": (lambda field: command(field, STRANGER), "seal_key_unknown"),
    "a plan": (plan, "seal_kind"),
    "another receiver's": (lambda field: command(field, receiver=OTHER), "command_for_another"),
    "over": (
        lambda field: command(field, issued=now() - timedelta(minutes=9), expires=now() - SECOND),
        "command_over",
    ),
    "valid for a day": (
        lambda field: seal(
            spoilt(
                field.stand.command(RECEIVER, Order.SILENCE).payload(),
                lambda facts: facts.update(expires=(now() + timedelta(days=1)).isoformat()),
            ),
            COMMAND,
            field.stand.keys.signing(),
        ),
        "document_unreadable",
    ),
    "from the future": (
        lambda field: command(field, issued=NEXT_YEAR, expires=NEXT_YEAR + LONGEST),
        "command_early",
    ),
}


@pytest.mark.parametrize(("forge", "code"), FORGED_COMMANDS.values(), ids=FORGED_COMMANDS)
def test_a_command_that_is_not_the_stations_for_now_is_refused_and_noted(field: Field, forge: Forge, code: str) -> None:
    field.attack(COMMANDS, forge(field), code)


def test_a_command_is_followed_once_and_never_when_it_was_retained(field: Field) -> None:
    genuine = command(field)
    before = field.said(Kind.COMMAND)
    assert not field.attacker.publish(COMMANDS, genuine).is_failure
    field.until(lambda: field.said(Kind.COMMAND) == before + 1)
    field.attack(COMMANDS, genuine, "command_repeated")
    field.attack(COMMANDS, command(field), "command_retained", retain=True)
    field.attack(COMMANDS, b"", "document_unreadable", retain=True)  # leave nothing there
    assert field.said(Kind.COMMAND) == before + 1


def test_a_replayed_command_is_known_after_a_restart_too(field: Field) -> None:
    genuine = command(field)
    before = field.said(Kind.COMMAND)
    field.attacker.publish(COMMANDS, genuine)
    field.until(lambda: field.said(Kind.COMMAND) == before + 1)
    field.stop()
    field.start(field.identity)
    field.attack(COMMANDS, genuine, "command_repeated")


# --- sounds and the station's HTTPS -----------------------------------------------------------------------------------


def test_a_swapped_sound_never_plays(field: Field) -> None:
    airing = field.airing("loa-5", b"swapped", right=b"genuine", minutes=30)
    before = field.said(Kind.REFUSED, "sound_altered")
    field.publish(airing)
    field.until(lambda: field.said(Kind.REFUSED, "sound_altered") > before)
    field.publish(replace(airing, begin=now() + SECOND, latest=now() + 2 * SECOND))
    field.until(lambda: field.said(Kind.MISSED, "sound_missing", "loa-5"))
    assert airing.sound not in [name for name, _ in field.heap.begun]
    assert not (field.root / "var" / "sounds" / airing.sound).exists()


def test_a_sound_swapped_on_the_disk_is_found_out_before_it_plays(field: Field) -> None:
    airing = field.airing("loa-6", b"genuine six", minutes=30)
    path = field.root / "var" / "sounds" / airing.sound
    field.publish(airing)
    field.until(path.exists)
    field.stand.ledger.sounds.clear()
    path.write_bytes(b"swapped six")
    field.publish(replace(airing, begin=now() + SECOND, latest=now() + 2 * SECOND))
    field.until(lambda: field.said(Kind.MISSED, "sound_missing", "loa-6"))
    assert airing.sound not in [name for name, _ in field.heap.begun]


def test_a_peer_that_drips_keeps_nothing_from_playing_on_its_second(field: Field, tmp_path: Path) -> None:
    held = field.airing("loa-7", b"held", minutes=0.05)
    field.publish(held)
    field.until(lambda: (field.root / "var" / "sounds" / held.sound).exists())
    dripping = threading.Event()

    def drip(heard: Heard) -> Iterator[bytes | float]:
        yield answer(200, length=1_000_000)
        dripping.set()
        while True:
            yield b"x"
            yield 0.02

    with Peer(drip, field.stand.authority.server_context()) as peer:
        field.stop()
        field.start(replace(field.identity, address=peer.address))
        field.until(dripping.is_set)
        field.until(lambda: held.sound in [name for name, _ in field.heap.begun])
        field.stop()
    began = next(at for name, at in field.heap.begun if name == held.sound)
    assert began - held.begin < 20 * SECOND, "the drip would have kept it for a day"
    field.start(field.identity)
    field.until(lambda: field.said(Kind.ENDED, "", "loa-7"))


def test_an_oversized_sound_is_not_taken_and_stands_in_the_journal(field: Field) -> None:
    before = field.said(Kind.REFUSED, "line_sound_differs")
    airing = field.airing("loa-11", b"x" * 100_000, right=b"eleven")
    field.publish(airing)
    field.until(lambda: field.said(Kind.REFUSED, "line_sound_differs") > before)
    assert not list((field.root / "var" / "sounds").glob(airing.sound + "*"))


def test_whoever_answers_in_the_stations_place_stands_in_the_journal_once_it_is_back(
    field: Field, tmp_path: Path
) -> None:
    other = Papers(tmp_path / "other")
    before = field.said(Kind.REFUSED, "line_certificate")
    field.stop()
    with Peer(lambda _: [], other.authority.server_context()) as peer:
        field.start(replace(field.identity, address=peer.address))
        field.until(lambda: "line_certificate" in field.core.status(0).faults)
        assert not peer.heard
        field.stop()
    field.start(field.identity)
    field.until(lambda: field.said(Kind.REFUSED, "line_certificate") > before)


# --- hours ------------------------------------------------------------------------------------------------------------


def elsewhen() -> Windows:
    """Half an hour that is far from now."""
    hour = (datetime.now(UTC).hour + 7 + 12) % 24  # Vietnam is 7 hours ahead, the other side of the day 12 more
    return Windows((Window(at(hour), at(hour, 30), frozenset(range(7))),))


def test_an_order_out_of_hours_does_not_sound_but_an_emergency(field: Field) -> None:
    quiet = field.airing("loa-8", b"quiet", minutes=0.03, latest=now() + 5 * SECOND)
    urgent = field.airing("loa-9", b"urgent", minutes=0.03, priority=Priority.EMERGENCY)
    field.publish(quiet, urgent, windows=elsewhen())
    field.until(lambda: field.said(Kind.ENDED, "", "loa-9"))
    field.until(lambda: field.said(Kind.MISSED, "hours", "loa-8"))
    assert quiet.sound not in [name for name, _ in field.heap.begun]


def test_a_test_tone_out_of_hours_is_answered_with_the_reason(field: Field) -> None:
    field.publish(windows=elsewhen())
    tone = Command("c-tone", RECEIVER, Order.TONE, now(), now() + timedelta(minutes=1))
    field.attacker.publish(COMMANDS, tone.sealed(field.stand.keys.signing()))
    field.until(lambda: field.said(Kind.TONE, "hours"))
    assert "tone" not in [name for name, _ in field.heap.begun]


# --- certificates -----------------------------------------------------------------------------------------------------


def test_a_key_that_was_revoked_orders_nothing_any_more(field: Field) -> None:
    stolen = field.stand.keys.signing()
    field.stand.keys.revoke(stolen.id)
    field.attacker.publish(KEYRINGS, field.stand.keys.sealed_keyring, retain=True)
    field.until(lambda: field.core.orders.keyring.version == field.stand.keys.keyring.version)
    field.publish(field.airing("loa-10", b"ten"))
    field.attack(PLANS, plan(field, stolen), "seal_key_revoked")
    field.attack(COMMANDS, command(field, stolen), "seal_key_revoked")
