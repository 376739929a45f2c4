"""Orders become airings, airings become the plan of a receiver. No clock, and no disk but the recording's own files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from pipeline.config.channels import ChannelSettings
from pipeline.domain import AudioContent, Medium, Outgoing, Priority, Windows
from pipeline.errors import Outcome, SendError
from pipeline.protocol.plan import LONGEST_S, Airing, ReceiverPlan, Volume, airing_facts
from pipeline.site import Site
from pipeline.store.rows_receivers import LaidDown, ReceiverRow

LIFE = timedelta(days=12)  # of a plan; shorter than a signing key goes on to count after it was rotated away
AFTERWARDS = timedelta(minutes=10)  # an airing stays in the plan so long after the last moment at which it may sound
LONGEST_TITLE = 300
CUES = ".cues.json"  # beside a recording: what is heard in it when
WORDLESS = frozenset({"signal", "separator"})
KEY = "loa-{}"
KEY_FORM = re.compile(r"loa-(\d{1,18})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the plans of a station say beside their airings."""

    zone: str
    windows: Windows | None
    volumes: tuple[Volume, ...]
    lead_in: timedelta

    @classmethod
    def of(cls, site: Site, settings: ChannelSettings) -> Terms:
        """From the files of a site."""
        windows = site.station.windows.get(Medium.LOUDSPEAKER)
        return cls(
            site.station.timezone.key,
            None if windows is None else Windows(windows.windows),
            tuple(settings.values.get("volumes", ())),
            settings.values["lead_in"],
        )


def airing_of(order: Outgoing) -> Airing:
    """The airing of an order. SendError(NOT_SENT) where no plan could hold it."""
    if not isinstance(order.content, AudioContent):
        raise SendError("channel_needs_audio", Outcome.NOT_SENT)
    recording, seconds = order.content.recording, round(order.content.recording.duration_s, 3)
    offset = round(order.offset.total_seconds(), 3)
    if not 0.05 <= seconds <= LONGEST_S or not 0 <= offset < seconds:
        raise SendError("receiver_length_unfit", Outcome.NOT_SENT, length=seconds)
    try:
        size = recording.path.stat().st_size
    except OSError:
        raise SendError("recording_missing", Outcome.NOT_SENT) from None
    first_word = first_word_s(recording.path)
    return Airing(
        id=order.key,
        sound=recording.sha256,
        size=size,
        seconds=seconds,
        begin=order.start,
        latest=max(order.start, order.latest or order.start),
        priority=order.priority,
        title=" ".join(order.content.title.split())[:LONGEST_TITLE],
        offset_s=offset,
        first_word_s=first_word if first_word < seconds else 0.0,
    )


def first_word_s(recording: Path) -> float:
    """Where in a recording its first word begins (s), by the cues beside it; 0 where there are none."""
    try:
        return _first_word_s(recording.with_suffix(CUES))
    except (OSError, ValueError, LookupError, TypeError):
        return 0.0


@lru_cache(maxsize=4_096)  # named by its hash: what it says once it says always
def _first_word_s(cues: Path) -> float:
    found = json.loads(cues.read_text(encoding="utf-8"))["cues"]
    return max(0.0, round(min(float(each["start_s"]) for each in found if each["kind"] not in WORDLESS), 3))


def body_of(airing: Airing) -> str:
    """As it is kept beside its delivery."""
    return json.dumps(airing_facts(airing), ensure_ascii=False, sort_keys=True)


def airing_in(body: str) -> Airing:
    """The airing that is kept beside a delivery."""
    facts = json.loads(body)
    times = {name: datetime.fromisoformat(facts.pop(name)) for name in ("begin", "latest")}
    return Airing(**{**facts, **times, "priority": Priority(facts["priority"])})


def over_at(airing: Airing) -> datetime:
    """From when on nothing of it can sound any more, and it need not be in a plan."""
    return airing.latest + timedelta(seconds=airing.seconds - airing.offset_s) + AFTERWARDS


def compose(
    receiver: str, station: str, terms: Terms, laid: Iterable[LaidDown], last: int, now: datetime
) -> ReceiverPlan:
    """The plan of a receiver. `last`: the version of the one before; versions follow the clock, and never go back."""
    plan = ReceiverPlan(
        receiver=receiver,
        station=station,
        version=max(last + 1, int(now.timestamp() * 1000)),
        issued=now,
        expires=now + LIFE,
        zone=terms.zone,
        windows=terms.windows,
        volumes=terms.volumes,
        lead_in=terms.lead_in,
    )
    return plan.with_airings(airing_in(each.body) for each in laid)


def is_half_over(row: ReceiverRow, now: datetime) -> bool:
    """Whether a receiver ought to get a plan anew though nothing in it has changed, or never had one."""
    if row.plan_at is None or row.plan_expires is None:
        return True
    return now > row.plan_at + (row.plan_expires - row.plan_at) / 2 or now < row.plan_at - LIFE / 2
