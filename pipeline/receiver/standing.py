"""How a receiver stands, read from its folder: for people, whether it runs or not. Nothing is written."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import AccessError, ConfigError
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.protocol.status import Status, read_status
from pipeline.receiver.accounts import NOTHING, accounts
from pipeline.receiver.folder import Folder
from pipeline.receiver.identity import Identity, read_identity
from pipeline.receiver.orders import Orders
from pipeline.receiver.segments import read_all
from pipeline.receiver.settings import NAME, load_settings

TOLD = "told.json"  # beside the state: the status as the station was last told, and when that was


@dataclass(frozen=True, slots=True)
class Standing:
    """`told`: its last status; `contact`: when the station last answered; `coming`: airings still to come."""

    identity: Identity
    running: bool
    plan: ReceiverPlan | None
    coming: tuple[Airing, ...]
    held: int
    missing: int
    told: Status | None
    contact: datetime | None
    faults: tuple[str, ...]


def survey(root: Path) -> Standing:
    """AccessError: `machine_not_enrolled`, `identity_unreadable`."""
    identity, folder = read_identity(root), Folder(root)
    orders, plan = _planned(folder, identity.receiver, identity.root, identity.keyring)
    coming = () if plan is None else tuple(_open(folder, plan))
    sounds = {each.sound for each in coming}
    held = sum((folder.sounds / each).is_file() for each in sounds)
    told, contact = last_told(folder)
    running = folder.is_held()
    faults = {*orders.faults, *_still(root, told, running=running)}
    return Standing(
        identity, running, plan, coming, held, len(sounds) - held, told, contact, tuple(sorted(faults))
    )  # fmt: skip


def _still(root: Path, told: Status | None, *, running: bool) -> tuple[str, ...]:
    """What is wrong now: as it said last where it runs, else that it does not, and what may keep it from it."""
    if running:
        return told.faults if told is not None else ()
    try:
        load_settings(root / NAME)
    except ConfigError:
        return "receiver_not_running", "receiver_settings_wrong"
    return ("receiver_not_running",)


def still_open(folder: Folder, receiver: str, root: bytes, first_keyring: bytes) -> list[Airing]:
    """Airings of the plan that lies there for which its journals know no end, whatever the time is."""
    _, plan = _planned(folder, receiver, root, first_keyring)
    return [] if plan is None else _open(folder, plan)


def _planned(folder: Folder, receiver: str, root: bytes, first_keyring: bytes) -> tuple[Orders, ReceiverPlan | None]:
    orders = Orders(folder, receiver, root)
    orders.read_keyring(first_keyring)
    taken = orders.read_plan()
    return orders, taken.plan if taken is not None else None


def _open(folder: Folder, plan: ReceiverPlan) -> list[Airing]:
    known = accounts(read_all(folder.journal))
    return [each for each in plan.airings if not known.get(each.id, NOTHING).is_settled(plan.version)]


def write_told(folder: Folder, status: Status, contact: datetime | None) -> None:
    """Keep what the station was told; a disk that refuses is no matter here."""
    facts = {"status": status.payload().decode(), "contact": contact.isoformat() if contact else None}
    part = folder.var / f"{TOLD}.part"
    with contextlib.suppress(OSError):
        part.write_text(json.dumps(facts), encoding="utf-8")
        part.replace(folder.var / TOLD)


def last_told(folder: Folder) -> tuple[Status | None, datetime | None]:
    try:
        facts = json.loads((folder.var / TOLD).read_text(encoding="utf-8"))
        contact = datetime.fromisoformat(facts["contact"]) if facts["contact"] else None
        return read_status(facts["status"].encode()), contact
    except (OSError, ValueError, LookupError, TypeError, AttributeError, AccessError):
        return None, None
