"""A receiver in simulated time: its own clock, a loudspeaker that notes what it sounds, power that can fail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from pipeline.clock import ClockTrust, Machine
from pipeline.domain import Priority, State, Window, Windows
from pipeline.playout import Played
from pipeline.protocol.command import Command, Reply
from pipeline.protocol.command import Order as Asked
from pipeline.protocol.journal import Entry, Kind
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.receiver.core import Core
from pipeline.receiver.folder import Folder
from pipeline.receiver.loudspeaker import NOTICE, Order
from pipeline.receiver.ports import Arrival
from pipeline.receiver.segments import read_all
from pipeline.receiver.settings import ReceiverSettings
from pipeline.receiver.timekeeping import readable
from pipeline.signing import ROOT, SigningKey, seal

RECEIVER = "an-quang-01"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 16:00 in Vietnam, a Monday
ZONE = "Asia/Ho_Chi_Minh"
SECOND = timedelta(seconds=1)


class Station:
    """Signs what a station signs."""

    def __init__(self) -> None:
        self.root, self.key = SigningKey.make(ROOT), SigningKey.make("k1")
        self.version = 0

    def keyring(self, version: int = 1, revoked: Iterable[str] = (), keys: Iterable[SigningKey] = ()) -> bytes:
        from pipeline.signing import KEYRING, Keyring

        public = tuple(each.public(START - timedelta(days=30)) for each in (self.key, *keys))
        return seal(Keyring(self.root.raw, version, public, frozenset(revoked)).payload(), KEYRING, self.root)

    def plan(
        self,
        airings: Iterable[Airing],
        *,
        issued: datetime = START,
        days: float = 8,
        windows: Windows | None = None,
        lead_in: float = 0.0,
        version: int | None = None,
        receiver: str = RECEIVER,
    ) -> ReceiverPlan:
        from pipeline.signing import fingerprint

        self.version = self.version + 1 if version is None else version
        expires = issued + timedelta(days=days)
        lead = timedelta(seconds=lead_in)
        return ReceiverPlan(
            receiver, fingerprint(self.root.raw), self.version, issued, expires, ZONE, tuple(airings), windows, (), lead
        )

    def sealed(self, plan: ReceiverPlan) -> bytes:
        return plan.sealed(self.key)


def sound(name: str) -> bytes:
    return f"sound of {name}".encode()


def airing(
    id: str,
    minutes: float = 10.0,
    *,
    seconds: float = 60.0,
    late: float = 15.0,
    priority: Priority = Priority.ROUTINE,
    resumes: bool = True,
    offset_s: float = 0.0,
    first_word_s: float = 0.0,
) -> Airing:
    """`minutes`: from START; `late`: minutes it may begin late."""
    begin, content = START + timedelta(minutes=minutes), sound(id)
    latest = begin + timedelta(minutes=late)
    digest = hashlib.sha256(content).hexdigest()
    title = f"Bản tin {id}"
    return Airing(id, digest, len(content), seconds, begin, latest, priority, title, offset_s, resumes, first_word_s)


def hours(*pairs: str) -> Windows:
    """`05:00-06:30` and so on, every day."""
    windows = []
    for pair in pairs:
        first, _, last = pair.partition("-")
        windows.append(Window(time.fromisoformat(first), time.fromisoformat(last), frozenset(range(7))))
    return Windows(tuple(windows))


@dataclass
class FakeMachine(Machine):
    world: World
    kept: bool = True  # by NTP
    has_rtc: bool = True

    def synchronised(self) -> bool | None:
        return self.kept

    def elapsed(self) -> float:
        return (self.world.true - START).total_seconds() + 1e6

    def boot(self) -> str:
        return f"boot-{self.world.boots}"

    def keeps_time(self) -> bool:
        return self.has_rtc


@dataclass
class Sounded:
    """Something that was to be heard. Times are true ones."""

    sound: str
    since: datetime
    until: datetime
    from_s: float  # where in the file it began

    @property
    def to_s(self) -> float:
        return self.from_s + (self.until - self.since).total_seconds()


class InHand:
    def __init__(self, world: World, order: Order) -> None:
        self.world, self.order = world, order
        self.due = world.true + max(timedelta(0), order.at - readable(world.now()))
        self.begun: datetime | None = None
        self.played: Played | None = None
        self.noticed = False

    @property
    def left_s(self) -> float:
        return (self.due - self.world.true).total_seconds()

    @property
    def position_s(self) -> float:
        if self.begun is None:
            return 0.0
        return min((self.world.true - self.begun).total_seconds(), self.order.seconds - self.order.offset_s)

    @property
    def ends(self) -> datetime:
        length = timedelta(seconds=self.order.seconds - self.order.offset_s)
        return (self.begun or self.due) + length / self.world.device_pace

    def next(self) -> datetime | None:
        if self.played is not None:
            return None
        if not self.noticed:
            return self.due - NOTICE
        return self.due if self.begun is None else self.ends

    def pass_time(self) -> None:
        from pipeline.errors import LoaError

        if self.played is None and not self.noticed and self.world.true >= self.due - NOTICE:
            self.noticed = True
            fault = self.world.device_fault
            try:
                if not fault:
                    self.order.begin()
            except LoaError as error:
                fault = error.code
            if fault:
                self.played = Played(State.FAILED, fault)
                self.order.over()
                return
        if self.played is None and self.begun is None and self.noticed and self.world.true >= self.due:
            self.begun = self.world.true
        if self.played is None and self.begun is not None and self.world.true >= self.ends:
            self.finish(State.CONFIRMED, "")
            self.order.over()

    def finish(self, state: State, code: str) -> None:
        if self.begun is not None:
            until = min(self.world.true, self.ends)
            self.world.sounded.append(Sounded(self.order.path.name, self.begun, until, self.order.offset_s))
        self.played = Played(state, code, self.begun, self.world.true if self.begun else None)

    def result(self) -> Played | None:
        return self.played

    def stop(self) -> Played | None:
        if self.played is None:
            self.finish(State.CANCELLED if self.begun is None else State.INTERRUPTED, "stopped")
        return self.played


class FakeSpeaker:
    fault = ""

    def __init__(self, world: World) -> None:
        self.world = world
        self.since: datetime | None = None  # when the amplifier was switched on

    @property
    def amplifier(self) -> bool:
        return self.since is not None and self.since <= self.world.true

    @amplifier.setter
    def amplifier(self, on: bool) -> None:
        self.since = self.world.true if on else None

    def arm(self, order: Order) -> InHand:
        assert self.world.hand is None or self.world.hand.played is not None, "two in hand"
        self.world.hand = hand = InHand(self.world, order)
        if not self.amplifier:
            self.since = max(self.world.true, hand.due - order.lead_in)
        return hand

    def tone(self, gain_db: float, lead_in: timedelta, over: Callable[[], None]) -> InHand:
        order = Order(Path("tone"), 3.0, 0.0, self.world.now(), gain_db, lead_in, lambda: None, over)
        return self.arm(order)

    def warm_up(self, lead_in: timedelta) -> timedelta:
        if self.since is None or not self.amplifier:
            return lead_in
        return max(timedelta(0), lead_in - (self.world.true - self.since))

    def tend(self, *, idle: bool) -> None:
        if idle:
            self.since = None


@dataclass
class World:
    """`true`: the time it is; the receiver's clock is `offset` ahead of it."""

    folder: Path
    station: Station = field(default_factory=Station)
    settings: ReceiverSettings = field(default_factory=lambda: ReceiverSettings(always_trusted=True, free_space=10))
    true: datetime = START
    offset: timedelta = timedelta(0)
    boots: int = 0

    def __post_init__(self) -> None:
        self.machine = FakeMachine(self)
        self.sounded: list[Sounded] = []
        self.replies: list[Reply] = []
        self.hand: InHand | None = None
        self.device_fault = ""
        self.device_pace = 1.0  # how many times faster than it should the device takes what it is given
        self.core: Core | None = None
        self.boot()

    def now(self) -> datetime:
        return self.true + self.offset

    @property
    def running(self) -> Core:
        assert self.core is not None
        return self.core

    def boot(self) -> None:
        self.boots += 1
        folder = Folder(self.folder)
        folder.prepare()
        trust = ClockTrust(self.now, folder, always=self.settings.always_trusted, machine=self.machine)
        self.core = Core(
            folder,
            self.settings,
            RECEIVER,
            self.station.root.raw,
            FakeSpeaker(self),
            clock=self.now,
            trust=trust,
            first_keyring=self.station.keyring(),
            monotonic=lambda: (self.true - START).total_seconds(),
            answer=lambda reply, _: self.replies.append(reply),
        )
        self.core.turn()

    def kill(self) -> None:
        """Power fails: what sounds is cut off, nobody writes anything."""
        if self.hand is not None and self.hand.played is None:
            self.hand.finish(State.INTERRUPTED, "killed")
        self.hand = None
        if self.core is not None:
            self.core.journal.close()
        self.core = None

    def hold(self, *airings: Airing) -> None:
        """Their sounds lie there."""
        for each in airings:
            path = self.folder / "var" / "sounds" / each.sound
            if not path.exists():
                path.write_bytes(sound(each.id))
        if self.core is not None:
            self.core.sounds.missing(self.core.needed())

    def give(self, plan: ReceiverPlan, *, retained: bool = False, hold: bool = True) -> None:
        if hold:
            self.hold(*plan.airings)
        self.arrive("plan", self.station.sealed(plan), retained=retained)

    def arrive(self, what: str, payload: bytes, *, retained: bool = False) -> None:
        self.running.arrive(what, Arrival(payload, retained))
        self.running.sounds.missing(self.running.needed())
        self.running.turn()
        self.running.sounds.missing(self.running.needed())
        self.running.turn()

    def command(self, order: Asked, id: str = "c1", *, airings: tuple[str, ...] = (), life: float = 60) -> bytes:
        now = self.true
        return Command(id, RECEIVER, order, now, now + timedelta(seconds=life), airings).sealed(self.station.key)

    def go_to(self, minutes: float) -> None:
        """Let time pass until so many minutes after START."""
        self.pass_until(START + timedelta(minutes=minutes))

    def pass_until(self, end: datetime) -> None:
        while self.true < end:
            until = self.core.turn() if self.core is not None else None
            moments = [end, *([self.true + timedelta(minutes=1)] if until is None else [])]
            if until is not None:
                moments.append(max(until - self.offset, self.true + timedelta(milliseconds=20)))
            if self.hand is not None and (following := self.hand.next()) is not None:
                moments.append(following)
            self.true = max(self.true, min(moments))
            if self.hand is not None:
                self.hand.pass_time()
        if self.core is not None:
            self.core.turn()

    def entries(self, id: str | None = None) -> list[Entry]:
        found = read_all(self.folder / "var" / "journal")
        return found if id is None else [each for each in found if each.airing == id]

    def story(self, id: str) -> list[str]:
        """An airing's entries as `kind` or `kind:code`."""
        return [each.kind.value + (f":{each.code}" if each.code else "") for each in self.entries(id)]

    def refused(self) -> list[str]:
        return [each.code for each in self.entries() if each.kind is Kind.REFUSED]

    def heard(self, of: Airing) -> list[Sounded]:
        return [each for each in self.sounded if each.sound == of.sound]
