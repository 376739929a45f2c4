"""A fleet for tests: a station's ledger over a database of its own, and receivers that say what they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from pipeline.config.channels import DEFAULTS, ChannelSettings
from pipeline.domain import Medium, Occurrence, SpeakerCluster, State
from pipeline.fleet.fleet import Fleet
from pipeline.fleet.ports import News, Over
from pipeline.protocol.command import Command, Reply, read_command
from pipeline.protocol.journal import Entry, Handed, Kind
from pipeline.protocol.plan import ReceiverPlan, read_plan
from pipeline.protocol.status import Status
from pipeline.site import empty_site
from pipeline.store import Store
from pipeline.store.tables import deliveries, occurrences

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LISTEN = {"listen": ("127.0.0.1", 8443), "address": "https://loa.test:8443"}
JOURNAL = "0001-test"


def settings(id: str = "may-thu", **values: Any) -> ChannelSettings:
    return ChannelSettings(id, "receiver", {**DEFAULTS["receiver"], **LISTEN, **values})


def write_delivery(
    store: Store, number: int, target: str, start: datetime, *, channel: str = "may-thu", state: State = State.PLANNED
) -> None:
    """A row of an occurrence of its own, by its number."""
    slot, length = f"luot-{number}", timedelta(minutes=15)
    occurrence = {
        "id": number + 1_000,
        "programme": "canh-bao",
        "slot": slot,
        "start": start,
        "medium": Medium.LOUDSPEAKER,
        "title": "Cảnh báo",
        "priority": Occurrence("", "", start, Medium.LOUDSPEAKER, "", (), ()).priority,
        "bulletins": ("gia-danh-cong-an",),
        "targets": (target,),
        "areas": (),
        "repeat": 1,
        "late_by_s": length,
        "too_late": start + length,
        "digest": b"",
        "expanded_at": start - timedelta(days=1),
    }
    row = {
        "id": number,
        "occurrence_id": number + 1_000,
        "target": target,
        "channel": channel,
        "state": state,
        "updated_at": start - timedelta(days=1),
    }
    with store._database.write() as connection:
        connection.execute(sa.insert(occurrences).values(occurrence))
        connection.execute(sa.insert(deliveries).values(row))


@dataclass
class FarReceivers:
    """The receivers at the far end: each reads what it is sent as a real one would. `answers`: they say so at once."""

    fleet: Fleet
    clock: Callable[[], datetime]
    answers: bool = True
    folder: Path | None = None
    plans: dict[str, ReceiverPlan] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    journals: dict[str, str] = field(default_factory=dict)  # each goes on with the journal it named last
    refuses: str | None = ""  # the code of replies; None: no reply

    def publish_plan(self, receiver: str, sealed: bytes) -> None:
        plan = read_plan(sealed, self.fleet.keys().keyring, receiver)
        known = self.plans.get(receiver)
        assert known is None or plan.version > known.version, "a version never comes twice"
        assert self.fleet.store.receiver_plan(receiver) == (plan.version, sealed), "kept before it is sent"
        self.plans[receiver] = plan
        self.published.append(receiver)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{receiver}.json").write_bytes(replace(plan, version=1, issued=plan.expires).payload())
        if self.answers:
            self.say(receiver)

    def publish_command(self, receiver: str, sealed: bytes, id: str, expires: datetime) -> None:
        command = read_command(sealed, self.fleet.keys().keyring, receiver)
        assert (command.id, command.expires) == (id, expires)
        self.commands.append(command)
        if self.refuses is not None:
            self.fleet.take_reply(receiver, Reply(id, self.clock(), self.refuses), self.clock())

    def say(self, receiver: str, over: Over = Over.BROKER, **facts: Any) -> None:
        """A status: by default that of a machine that holds all it was sent and has nothing left to hand in."""
        plan = self.plans.get(receiver)
        self.journals[receiver] = facts.get("journal", self.journals.get(receiver, JOURNAL))
        known = {
            "plan": plan.version if plan else 0,
            "journal": self.journals[receiver],
            "clock_offset_s": 0.1,
            "free_bytes": 10**10,
        }
        status = Status(**{"online": True, "at": self.clock(), **known, **facts})
        self.fleet.take_news([News(receiver, status, self.clock(), over)])


def fleet_at(
    root: Path,
    store: Store,
    clock: Callable[[], datetime],
    receivers: Iterable[str],
    *,
    channel: str = "may-thu",
    enrolled: bool = True,
    **values: Any,
) -> Fleet:
    """A fleet whose clusters are named, all of them enrolled."""
    names = list(receivers)
    site = empty_site(root)
    clusters = {name: SpeakerCluster(name, f"Cụm {name}", "xa", channel) for name in names}
    given = settings(channel, **values)
    station = replace(site.station, timezone=ZONE, windows=values.get("windows", {}))
    site = replace(site, clusters=clusters, channels={channel: given}, station=station)
    fleet = Fleet(site, given, store, clock)
    if enrolled:
        fleet.keys()  # made before anybody pins them
        for name in names:
            fleet.certified(name, f"{name}01", clock() + timedelta(days=700), clock(), anew=True)
    return fleet


def entries(*kinds: tuple[Kind, str] | tuple[Kind, str, str], at: datetime, first: int = 1, **facts: str) -> Handed:
    """A piece of a journal: an entry a second."""
    return Handed(
        JOURNAL,
        tuple(
            Entry(
                first + place,
                at + timedelta(seconds=place),
                each[0],
                each[1],
                each[2] if len(each) > 2 else "",
                0.0,
                facts,
            )
            for place, each in enumerate(kinds)
        ),
    )


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def states(store: Store, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """State and code by delivery."""
    return {each.id: (each.state.value, each.code) for each in store.deliveries(numbers)}
