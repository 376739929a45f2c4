"""Test tones: on demand and on the days of the settings, in allowed hours only; answers stand with the command."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.domain import Medium
from pipeline.fleet.key_watch import fault_of_keys
from pipeline.protocol.command import Order

if TYPE_CHECKING:
    from pipeline.fleet.fleet import Fleet

TONE = "tone"
ANSWER_S = 10.0  # once it has sounded (3 s) behind a warm amplifier; a receiver may warm its own for longer
EXPIRED = timedelta(minutes=1)  # an older request would sound at an hour nobody meant
LATE = timedelta(minutes=10)  # by which a tone of the schedule is still useful
TONED = "tone_day"
NO_KEYS, NO_ANSWER = "tone_no_keys", "tone_request_unanswered"
OUTSIDE, NO_STATION, UNANSWERED = "tone_outside_hours", "tone_no_station", "tone_unanswered"


def sound(fleet: Fleet, receivers: Collection[str], now: datetime) -> dict[str, str]:
    """A test tone at each of these; by receiver the code of what kept it from sounding, empty where it did."""
    if not is_allowed(fleet, now):
        return dict.fromkeys(receivers, OUTSIDE)
    members = fleet.receivers()
    ids = fleet.commanding.give(Order.TONE, {each: () for each in receivers if each in members}, now)
    replies = fleet.commanding.wait(ids.values(), patience_s(fleet))
    found: dict[str, str] = {}
    for each in receivers:
        if each not in members:
            found[each] = "cluster_not_enrolled"
        elif each not in ids:
            found[each] = NO_STATION
        else:
            reply = replies.get(ids[each])
            found[each] = UNANSWERED if reply is None else reply.code
    return found


def patience_s(fleet: Fleet) -> float:
    """How long a receiver may take to say that a tone has sounded."""
    lead_in: timedelta = fleet.settings.values["lead_in"]
    return ANSWER_S + lead_in.total_seconds()


def is_allowed(fleet: Fleet, now: datetime) -> bool:
    """Whether loudspeakers may be heard now."""
    windows = fleet.site.station.windows.get(Medium.LOUDSPEAKER)
    return windows is None or windows.allow(now.astimezone(fleet.site.station.timezone))


def answer(fleet: Fleet, now: datetime) -> None:
    """Carry out the tones that commands have asked of the running station."""
    for request in fleet.store.open_requests():
        if request.kind != TONE:
            continue
        if abs(now - request.at) > EXPIRED:
            result: dict[str, object] = {"code": "request_expired"}
        elif fault_of_keys(fleet) is not None:
            result = {"code": NO_KEYS}
        else:
            result = {"receivers": sound(fleet, request.areas, now)}
            fleet.store.audit(request.actor, TONE, ",".join(request.areas), {}, now)
        fleet.store.finish_request(request.id, result, now)


def follow_schedule(fleet: Fleet, now: datetime) -> None:
    """The tone of the settings, once on each of its days; missed by more than ten minutes it is left out."""
    settings = fleet.settings.values.get("test_tone")
    if not settings:
        return
    local = now.astimezone(fleet.site.station.timezone)
    due = local.replace(hour=settings["at"].hour, minute=settings["at"].minute, second=0, microsecond=0)
    day = local.date().isoformat()
    if local.weekday() not in settings["days"] or not due <= local < due + LATE or fleet.store.recall(TONED) == day:
        return
    fleet.store.remember(TONED, day, now)
    sound(fleet, [each for each in fleet.clusters if each in fleet.receivers()], now)


def ask(fleet: Fleet, receivers: Collection[str], actor: str, now: datetime, within_s: float) -> dict[str, str] | str:
    """Ask the running station for tones; what came of each, or the code why nothing did."""
    number = fleet.store.ask(TONE, sorted(receivers), actor, now)
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        request = fleet.store.request(number)
        if request.done_at is not None:
            return request.result.get("code") or dict(request.result["receivers"])
        time.sleep(0.1)
    fleet.store.finish_request(number, {"code": NO_ANSWER}, now)
    return NO_ANSWER
