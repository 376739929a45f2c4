"""Documents of every kind, whole and valid, to be spoilt by the tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from pipeline.domain import Priority, Window, Windows
from pipeline.protocol.command import COMMAND, Command, Order
from pipeline.protocol.journal import Entry, Handed, Kind
from pipeline.protocol.plan import PLAN, Airing, ReceiverPlan, Volume
from pipeline.protocol.status import Status
from pipeline.signing import Keyring, SigningKey, seal

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
ROOT_KEY, KEY, OTHER = SigningKey.make("root"), SigningKey.make("k-1"), SigningKey.make("k-2")
RING = Keyring(
    ROOT_KEY.raw, 3, (KEY.public(NOW - timedelta(days=30)), OTHER.public(NOW - timedelta(days=9), NOW)), frozenset()
)
RECEIVER = "an-quang-01"
EVERY_DAY = frozenset(range(7))

AIRING = Airing(
    id="loa-7",
    sound="ab" * 32,
    size=123_456,
    seconds=61.25,
    begin=NOW + timedelta(hours=1),
    latest=NOW + timedelta(hours=1, minutes=15),
    priority=Priority.PRIORITY,
    title="Giả danh công an, viện kiểm sát, tòa án",
)
PLAN_OF = ReceiverPlan(
    receiver=RECEIVER,
    station=RING.station,
    version=41,
    issued=NOW,
    expires=NOW + timedelta(days=9),
    zone="Asia/Ho_Chi_Minh",
    airings=(AIRING,),
    windows=Windows((Window(time(5), time(6, 30), EVERY_DAY), Window(time(17), time(0), frozenset({0, 6})))),
    volumes=(Volume(Window(time(5), time(6), EVERY_DAY), -6.0),),
)
COMMAND_OF = Command("c-1", RECEIVER, Order.SILENCE, NOW, NOW + timedelta(minutes=1), ("loa-7",))
ENTRY = Entry(1, NOW, Kind.STARTED, "loa-7", "", 0.0, MappingProxyType({"device": "mặc định"}))
HANDED = Handed("9f3a", (ENTRY, Entry(2, NOW, Kind.ENDED, "loa-7", position_s=61.25)))
STATUS = Status(online=True, at=NOW, plan=41, keyring=3, journal="9f3a", clock_offset_s=-0.25, faults=("disk_full",))


def spoilt(payload: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The same document with something in it changed."""
    facts = json.loads(payload)
    change(facts)
    return json.dumps(facts, ensure_ascii=False).encode()


def put(**values: object) -> Callable[[dict[str, Any]], object]:
    return lambda facts: facts.update(values)


def sealed_plan(change: Callable[[dict[str, Any]], object] | None = None, key: SigningKey = KEY) -> bytes:
    payload = PLAN_OF.payload() if change is None else spoilt(PLAN_OF.payload(), change)
    return seal(payload, PLAN, key)


def sealed_command(change: Callable[[dict[str, Any]], object] | None = None, key: SigningKey = KEY) -> bytes:
    payload = COMMAND_OF.payload() if change is None else spoilt(COMMAND_OF.payload(), change)
    return seal(payload, COMMAND, key)


def airing(**values: object) -> Callable[[dict[str, Any]], object]:
    """Change the first airing of a plan."""

    def change(facts: dict[str, Any]) -> None:
        facts["airings"][0].update(values)

    return change


def window(**values: object) -> Callable[[dict[str, Any]], object]:
    def change(facts: dict[str, Any]) -> None:
        facts["windows"][0].update(values)

    return change


def without(*names: str) -> Callable[[Mapping[str, Any]], object]:
    def change(facts: Any) -> None:
        for name in names:
            del facts[name]

    return change
