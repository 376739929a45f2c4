"""What the running station does when a command rings: it airs a bulletin at once, or takes its turn early."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.bell import Bell, Words
from pipeline.dispatch.one_off import draft, refused
from pipeline.domain import Priority, State
from pipeline.errors import LoaError

if TYPE_CHECKING:
    from pipeline.daemon import Daemon
    from pipeline.unattended import Unattended

TAKEN_S = 3.0
LOOK_EVERY_S = 0.02
WAITING = frozenset({State.PLANNED, State.SENDING})


def bell_of(station: Unattended, daemon: Daemon) -> Bell:
    """The bell of a station that runs."""
    return Bell(station.site.root / "var", lambda words: answer(station, daemon, words))


def answer(station: Unattended, daemon: Daemon, words: Words) -> dict[str, Any] | None:
    """None where the command has to go the long way: something is wrong with what it asks, or has to be made first."""
    if words.get("do") == "hurry":
        for lane in ("urgent", "dispatch"):
            daemon.lanes[lane].hurry()
            daemon.lanes[lane].wake()
        return {}
    return _send(station, daemon, words) if words.get("do") == "send" else None


def _send(station: Unattended, daemon: Daemon, words: Words) -> dict[str, Any] | None:
    """Air one bulletin that is accepted and produced, by files that nobody has touched since they were read."""
    site = station.site
    bulletin, areas = site.bulletins.get(str(words.get("bulletin"))), [str(each) for each in words.get("areas", ())]
    if bulletin is None or not areas or any(each not in site.areas.by_id for each in areas):
        return None
    if not station.follows_files():
        return None
    drafted = draft(site, bulletin, areas, station.clock(), repeat=int(words.get("repeat", 1)))
    recording = station.production.find(drafted) if drafted.targets else None
    if recording is None or refused(site, drafted, station.desk.refusal):
        return None
    if station.production.airing(drafted).missing:
        return None
    now = station.clock()
    drafted = replace(drafted, start=now.astimezone(drafted.start.tzinfo))
    row = station.desk.insert(drafted, str(words.get("actor", "")), now)
    states = _hand_over(station, daemon, row.id, urgent=drafted.priority is Priority.EMERGENCY)
    placed = site.placed_on(drafted.start.date())
    return {
        "slot": row.occurrence.slot,
        "bulletin": bulletin.id,
        "title": drafted.title,
        "priority": drafted.priority.value,
        "start": drafted.start.isoformat(timespec="seconds"),
        "clusters": [
            {"id": name, "name": site.clusters[name].name, "area": placed.get(name, "")} for name in drafted.targets
        ],
        "areas": {area: site.areas.by_id[area].name for area in placed.values() if area in site.areas.by_id},
        "states": states,
        "code": station.store.occurrence(row.id).code,
        "recording": recording.sha256,
        "duration_s": recording.duration_s,
    }


def _hand_over(station: Unattended, daemon: Daemon, row: int, *, urgent: bool) -> dict[str, str]:
    if urgent:
        try:
            station.send_urgent()
        except LoaError:  # its lane tries again, and says what is wrong
            daemon.lanes["urgent"].hurry()
    else:
        daemon.lanes["dispatch"].hurry()
        daemon.lanes["dispatch"].wake()
    deadline = time.monotonic() + TAKEN_S
    while time.monotonic() < deadline:
        deliveries = station.store.deliveries_of(row)
        if not any(each.state in WAITING for each in deliveries):
            break
        time.sleep(LOOK_EVERY_S)
    return {each.target: each.state.value for each in station.store.deliveries_of(row)}
