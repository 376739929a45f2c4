"""The plan of one receiver: whole, signed, with a version that only grows. What is not in it does not sound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.domain import Priority, Window, Windows
from pipeline.errors import AccessError
from pipeline.signing import Keyring, SigningKey, require_in_time, seal, unseal
from pipeline.strict_json import Table, dump

PLAN = "plan/1"
MOST_AIRINGS = 5_000
MOST_WINDOWS = 200
LONGEST_S = 6 * 3600.0
LONGEST_LIFE = timedelta(days=31)  # of a plan: so long after its key's end one that was dated back is over too
QUIETEST_DB, LOUDEST_DB = -60.0, 0.0  # a receiver only ever attenuates: what was mastered must not clip
SHA256 = re.compile(r"[0-9a-f]{64}\Z")
RECEIVER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\Z")
KEY = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9])?\Z")


@dataclass(frozen=True, slots=True)
class Airing:
    """One thing that is to sound once. `id`: the key of its delivery, the same in every plan.

    `sound`: SHA-256 of the file; `size`: its bytes; `seconds`: of the whole file, of which it begins at `offset_s`.
    It begins at `begin`, or later if it must, but never after `latest`. `resumes`: what something more urgent cut goes
    on where it was cut, as long as `latest` has not passed by then; otherwise the cut ends it. `first_word_s`: where in
    the file its first word begins, behind silence and signal; 0 where nobody has said so.
    """

    id: str
    sound: str
    size: int
    seconds: float
    begin: datetime
    latest: datetime
    priority: Priority = Priority.ROUTINE
    title: str = ""
    offset_s: float = 0.0
    resumes: bool = True
    first_word_s: float = 0.0

    @property
    def end(self) -> datetime:
        """When it is over if it begins in time."""
        return self.begin + timedelta(seconds=self.seconds - self.offset_s)


@dataclass(frozen=True, slots=True)
class Volume:
    """How loud in these hours: dB on top of the recording, never above 0. The first that fits counts, else 0 dB."""

    window: Window
    gain_db: float


@dataclass(frozen=True, slots=True)
class ReceiverPlan:
    """Everything one receiver may play until `expires`. `windows` None: at any hour. Times of windows are `zone`'s.

    `lead_in`: how long before the first sound the amplifier is switched on.
    """

    receiver: str
    station: str
    version: int
    issued: datetime
    expires: datetime
    zone: str
    airings: tuple[Airing, ...] = ()
    windows: Windows | None = None
    volumes: tuple[Volume, ...] = ()
    lead_in: timedelta = timedelta(seconds=2)

    @property
    def sounds(self) -> dict[str, int]:
        """Every sound it needs, by hash, with its size in bytes."""
        return {each.sound: each.size for each in self.airings}

    def local(self, moment: datetime) -> datetime:
        """A moment by the clocks of the commune."""
        return moment.astimezone(ZoneInfo(self.zone))

    def gain_db(self, moment: datetime) -> float:
        """How loud something sounds that begins now."""
        local = self.local(moment)
        return next((each.gain_db for each in self.volumes if Windows((each.window,)).allow(local)), 0.0)

    def content(self) -> dict[str, Any]:
        """What it says without version and dates: two plans of equal content order the same."""
        return {
            "receiver": self.receiver,
            "station": self.station,
            "zone": self.zone,
            "lead_in_s": self.lead_in.total_seconds(),
            "windows": None if self.windows is None else [_window_facts(each) for each in self.windows.windows],
            "volumes": [{**_window_facts(each.window), "gain_db": each.gain_db} for each in self.volumes],
            "airings": [airing_facts(each) for each in self.airings],
        }

    def payload(self) -> bytes:
        """As it is signed."""
        facts = {"version": self.version, "issued": self.issued.isoformat(), "expires": self.expires.isoformat()}
        return dump({**self.content(), **facts})

    def sealed(self, key: SigningKey) -> bytes:
        """The document a receiver gets."""
        return seal(self.payload(), PLAN, key)

    def with_airings(self, airings: Iterable[Airing]) -> ReceiverPlan:
        """By begin, then id."""
        return replace(self, airings=tuple(sorted(airings, key=lambda each: (each.begin, each.id))))


def read_plan(sealed: bytes, keyring: Keyring, receiver: str) -> ReceiverPlan:
    """The plan of a sealed document, proven to come from the station and to be meant for this receiver.

    Raises AccessError: the codes of `unseal`, `document_unreadable`, `plan_for_another`. Whether its version and dates
    allow it to be followed is the receiver's to judge.
    """
    table = Table.of(unseal(sealed, PLAN, keyring), "plan")
    plan = _plan(table)
    require_in_time(sealed, keyring, plan.issued)
    if plan.receiver != receiver or plan.station != keyring.station:
        raise AccessError("plan_for_another", receiver=plan.receiver)
    return plan


def _plan(table: Table) -> ReceiverPlan:
    windows = None if table.is_null("windows") else [_window(each) for each in table.tables("windows", MOST_WINDOWS)]
    volumes = [
        Volume(_window(each), each.number("gain_db", QUIETEST_DB, LOUDEST_DB))
        for each in table.tables("volumes", MOST_WINDOWS)
    ]
    plan = ReceiverPlan(
        receiver=table.matching("receiver", RECEIVER, 64),
        station=table.text("station", 64),
        version=table.whole("version", 1, 1 << 53),
        issued=table.moment("issued"),
        expires=table.moment("expires"),
        zone=_zone(table.text("zone", 64)),
        airings=tuple(_airing(each) for each in table.tables("airings", MOST_AIRINGS)),
        windows=None if windows is None else Windows(tuple(windows)),
        volumes=tuple(volumes),
        lead_in=timedelta(seconds=table.number("lead_in_s", 0.0, 30.0)),
    )
    if len({each.id for each in plan.airings}) < len(plan.airings):
        raise AccessError("document_unreadable", document="plan", why="doubled_airing")
    sizes = {(each.sound, each.size) for each in plan.airings}
    if len(plan.sounds) < len(sizes) or plan.expires <= plan.issued:
        raise AccessError("document_unreadable", document="plan", why="contradiction")
    if plan.expires > plan.issued + LONGEST_LIFE:
        raise AccessError("document_unreadable", document="plan", why="life")
    return plan


def _airing(table: Table) -> Airing:
    airing = Airing(
        id=table.matching("id", KEY, 80),
        sound=table.matching("sound", SHA256, 64),
        size=table.whole("size", 1, 1 << 31),
        seconds=table.number("seconds", 0.05, LONGEST_S),
        begin=table.moment("begin"),
        latest=table.moment("latest"),
        priority=_priority(table),
        title=table.text("title", 300, 0),
        offset_s=table.number("offset_s", 0.0, LONGEST_S),
        resumes=table.flag("resumes"),
        first_word_s=table.number("first_word_s", 0.0, LONGEST_S) if table.has("first_word_s") else 0.0,
    )
    if airing.latest < airing.begin or max(airing.offset_s, airing.first_word_s) >= airing.seconds:
        raise AccessError("document_unreadable", document="plan.airings", why="contradiction")
    return airing


def airing_facts(airing: Airing) -> dict[str, Any]:
    """As it stands in a plan. `first_word_s` is left out where it says nothing: so plans were before it."""
    facts = {
        "id": airing.id,
        "sound": airing.sound,
        "size": airing.size,
        "seconds": airing.seconds,
        "begin": airing.begin.isoformat(),
        "latest": airing.latest.isoformat(),
        "priority": airing.priority.value,
        "title": airing.title,
        "offset_s": airing.offset_s,
        "resumes": airing.resumes,
    }
    return facts | ({"first_word_s": airing.first_word_s} if airing.first_word_s else {})


def _window(table: Table) -> Window:
    days = table.text("days", 7)
    if not re.fullmatch(r"(?!.*(.).*\1)[0-6]{1,7}", days, re.ASCII):
        raise AccessError("document_unreadable", document="plan.windows", why="days")
    window = Window(_time(table, "from"), _time(table, "to"), frozenset(int(each) for each in days))
    if window.last <= window.first and window.last != time(0):
        raise AccessError("document_unreadable", document="plan.windows", why="to")
    return window


def _window_facts(window: Window) -> dict[str, Any]:
    days = "".join(str(each) for each in sorted(window.days))
    return {"from": f"{window.first:%H:%M}", "to": f"{window.last:%H:%M}", "days": days}


def _time(table: Table, key: str) -> time:
    text = table.text(key, 5)
    if not re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise AccessError("document_unreadable", document="plan.windows", why=key)
    return time.fromisoformat(text)


def _priority(table: Table) -> Priority:
    try:
        return Priority(table.text("priority", 20))
    except ValueError:
        raise AccessError("document_unreadable", document="plan.airings", why="priority") from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise AccessError("document_unreadable", document="plan", why="zone") from None
    return name
