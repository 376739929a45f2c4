"""How each receiver is, judged by the station's own clock and by what proves contact; and what people are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from pipeline.fleet.journals import status_of
from pipeline.messages import CATALOGUE, say
from pipeline.protocol.hearing import Verdict
from pipeline.protocol.status import Status
from pipeline.store.rows_receivers import CommandRow, HeardRow, ReceiverRow, Unordered

if TYPE_CHECKING:
    from pipeline.fleet.fleet import Fleet

BEHIND_AFTER = timedelta(minutes=5)  # a plan that was issued earlier ought to have been taken by whoever is there
NEAR = timedelta(minutes=30)  # an airing so near must not lack its sound
CLOCK_OFF_S = 2.0
FULL_BYTES = 200_000_000  # about eight days of sounds
MANY = 5  # that go silent at once: it is the line
TOGETHER = 0.5
NAMED = 5  # in one sentence
TONE = "tone"
NO_RESULT = ("tone_too_often", "busy")  # an answer to whoever asked, and no word on the loudspeaker
UNORDERED_LATELY = timedelta(days=30)
HEARD_LATELY = timedelta(days=7)  # what a microphone said before then is no news of today's amplifier

CODES = (
    "receiver_silent",
    "receivers_silent",
    "receiver_behind",
    "receiver_plan_unknown",
    "receiver_missing_sounds",
    "receiver_clock_off",
    "receiver_full",
    "receiver_fault",
    "receiver_not_heard_aloud",
    "receivers_unenrolled",
)
"""Of notices that are settled by themselves once they are over."""


class Standing(StrEnum):
    """How it stands with a receiver. ONLINE only where something proved lately that the machine is there."""

    ONLINE = "online"
    SILENT = "silent"
    NEVER = "never"  # enrolled, and nothing came from it yet
    INVITED = "invited"  # a code was given out
    UNENROLLED = "unenrolled"
    REVOKED = "revoked"
    GONE = "gone"  # it speaks, and no cluster is named like it any more


@dataclass(frozen=True, slots=True)
class Speaker:
    """One receiver as people see it. `contact`: when the machine was last there; `next`: its next airing.

    `held`: it holds the plan that was issued last, every sound of it. `heard`: what its microphone, where it has one,
    made of the last airing. `unordered`: what it says it aired lately although nobody had ordered it, newest first.
    `adapter`: of its device's format, where it does not speak Loa's own. `problems`: codes of notices, with parameters.
    """

    id: str
    name: str
    area: str
    standing: Standing
    row: ReceiverRow
    status: Status | None = None
    next: datetime | None = None
    queue: int = 0
    tone: CommandRow | None = None
    heard: HeardRow | None = None
    adapter: str = ""
    unordered: tuple[Unordered, ...] = ()
    problems: tuple[tuple[str, Mapping[str, str]], ...] = ()

    @property
    def contact(self) -> datetime | None:
        return self.row.contact_at

    @property
    def held(self) -> bool:
        return 0 < self.row.plan_version <= self.row.held_version

    @property
    def is_well(self) -> bool:
        return self.standing is Standing.ONLINE and not self.problems


def survey(fleet: Fleet, now: datetime) -> list[Speaker]:
    """Every receiver of the station, by the files and by the database, in order of id."""
    rows = {each.id: each for each in fleet.store.receivers()}
    invited = fleet.store.waiting_enrolments(now)
    coming = fleet.store.coming_airings(now)
    tones = fleet.store.last_commands(TONE, NO_RESULT)
    unordered: dict[str, list[Unordered]] = defaultdict(list)
    for each in fleet.store.unordered_airings(now - UNORDERED_LATELY):
        unordered[each.receiver].append(each)
    placed = fleet.site.placed_on(now.astimezone(fleet.site.station.timezone).date())
    clusters = fleet.clusters
    known = {name for name, row in rows.items() if row.enrolled_at is not None}
    speakers = [
        _speaker(fleet, name, rows.get(name) or ReceiverRow(name), placed, invited, coming.get(name), tones, now)
        for name in sorted({*clusters, *known})
        if name in clusters or rows[name].certificates
    ]
    speakers = [replace(each, unordered=tuple(unordered.get(each.id, ()))) for each in speakers]
    return _with_hearings(speakers, fleet, now)


def _speaker(
    fleet: Fleet,
    name: str,
    row: ReceiverRow,
    placed: Mapping[str, str],
    invited: Collection[str],
    coming: tuple[datetime, int] | None,
    tones: Mapping[str, CommandRow],
    now: datetime,
) -> Speaker:
    site, cluster = fleet.site, fleet.site.clusters.get(name)
    silent_after: timedelta = fleet.settings.values["silent_after"]
    status, standing = status_of(row), _standing(fleet, row, invited, silent_after, now)
    area = site.areas.by_id.get(placed.get(name, ""))
    speaker = Speaker(
        id=name,
        name=cluster.name if cluster else name,
        area=area.name if area else placed.get(name, ""),
        standing=standing,
        row=row,
        status=status,
        next=coming[0] if coming else None,
        queue=coming[1] if coming else 0,
        tone=tones.get(name),
        adapter=cluster.address.get("adapter", "") if cluster else "",
    )
    return _with_problems(speaker, fleet, now)


def _standing(
    fleet: Fleet, row: ReceiverRow, invited: Collection[str], silent_after: timedelta, now: datetime
) -> Standing:
    if not row.certificates:
        if row.id in invited:
            return Standing.INVITED
        return Standing.REVOKED if row.revoked_at is not None else Standing.UNENROLLED
    if row.id not in fleet.clusters:
        return Standing.GONE
    if row.contact_at is None:
        return Standing.NEVER
    status = status_of(row)
    last_word = status is not None and not status.online
    if now - row.contact_at > silent_after or last_word:
        return Standing.SILENT
    return Standing.ONLINE


def _with_problems(speaker: Speaker, fleet: Fleet, now: datetime) -> Speaker:
    zone = fleet.site.station.timezone
    found: list[tuple[str, Mapping[str, str]]] = []
    facts = {"name": speaker.name}
    since = speaker.contact or speaker.row.enrolled_at or now
    waited = now - since > fleet.settings.values["silent_after"]
    if speaker.standing is Standing.SILENT or (speaker.standing is Standing.NEVER and waited):
        found.append(("receiver_silent", {**facts, "since": f"{since.astimezone(zone):%H:%M %d/%m}"}))
    if speaker.standing is Standing.ONLINE:
        found += _of_plan(speaker, facts, zone, now)
    if speaker.standing is Standing.ONLINE and speaker.status is not None:
        found += _of_status(speaker.status, facts)
    return replace(speaker, problems=tuple(found))


def _of_plan(
    speaker: Speaker, facts: dict[str, str], zone: tzinfo, now: datetime
) -> list[tuple[str, Mapping[str, str]]]:
    status, row = speaker.status, speaker.row
    if status is not None and status.plan > row.plan_version:
        return [("receiver_plan_unknown", {**facts, "id": speaker.id})]
    missing = status.missing if status else 0
    if missing and speaker.next is not None and speaker.next - now < NEAR:
        at = f"{speaker.next.astimezone(zone):%H:%M %d/%m}"
        return [("receiver_missing_sounds", {**facts, "missing": str(missing), "next": at})]
    late = row.plan_at is not None and now - row.plan_at > BEHIND_AFTER
    if late and status is not None and status.plan < row.plan_version:
        return [("receiver_behind", facts)]
    return []


def _of_status(status: Status, facts: dict[str, str]) -> list[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    if status.clock_offset_s is not None and abs(status.clock_offset_s) > CLOCK_OFF_S:
        found.append(("receiver_clock_off", {**facts, "offset": f"{status.clock_offset_s:+.0f}"}))
    if 0 < status.free_bytes < FULL_BYTES:
        found.append(("receiver_full", {**facts, "free": f"{status.free_bytes / 1e6:.0f} MB"}))
    if status.faults:
        found.append(("receiver_fault", {**facts, "why": ", ".join(_named(each) for each in status.faults)}))
    return found


def _named(code: str) -> str:
    """A fault of a receiver in words: what a stranger may have written is shown as a code at most."""
    return say(code) if code in CATALOGUE else code[:40]


def _with_hearings(speakers: Sequence[Speaker], fleet: Fleet, now: datetime) -> list[Speaker]:
    """What microphones said lately. Only what they deny of an airing that played to its end is a problem."""
    since, zone = now - HEARD_LATELY, fleet.site.station.timezone
    last, telling = fleet.store.last_hearings(since), fleet.store.telling_hearings(since)
    found = []
    for each in speakers:
        heard, told = last.get(each.id), telling.get(each.id)
        problems = each.problems
        if told is not None and told.hearing.verdict is Verdict.NOT_HEARD and each.row.certificates:
            at, why = f"{told.at.astimezone(zone):%H:%M %d/%m}", _named(told.hearing.reason)
            problems += (("receiver_not_heard_aloud", {"name": each.name, "id": each.id, "at": at, "why": why}),)
        found.append(replace(each, heard=heard, problems=problems))
    return found


class Tells(Protocol):
    """Who tells people, once and in one digest."""

    def note(self, code: str, now: datetime, subject: str = "", **params: object) -> None: ...
    def settle(self, codes: Collection[str], now: datetime, keep: Collection[tuple[str, str]] = ...) -> None: ...


def tell(fleet: Fleet, teller: Tells, now: datetime) -> None:
    """Note what people have to know of the receivers, and settle what is over."""
    speakers = survey(fleet, now)
    told: set[tuple[str, str]] = set()

    def note(code: str, subject: str, params: Mapping[str, str]) -> None:
        teller.note(code, now, subject, **params)
        told.add((code, subject))

    silent = [each for each in speakers if each.standing is Standing.SILENT]
    enrolled = [each for each in speakers if each.row.certificates]
    together = len(silent) >= MANY and len(silent) > TOGETHER * len(enrolled)
    if together:
        note("receivers_silent", "", _several(silent, len(enrolled)))
    absent = [each for each in speakers if each.standing in (Standing.UNENROLLED, Standing.REVOKED) and _expected(each)]
    if absent:
        note("receivers_unenrolled", "", _several(absent, len(speakers)))
    for each in speakers:
        for code, params in each.problems:
            if not (together and code == "receiver_silent"):
                note(code, each.id, params)
    teller.settle(CODES, now, keep=told)


def _expected(speaker: Speaker) -> bool:
    """Whether the files give it something to do: a cluster whose machine is not there yet is no trouble by itself."""
    return speaker.standing is Standing.UNENROLLED or speaker.queue > 0


def _several(speakers: Sequence[Speaker], of: int) -> dict[str, str]:
    names = ", ".join(each.name for each in speakers[:NAMED])
    return {"count": str(len(speakers)), "of": str(of), "names": names + ("…" if len(speakers) > NAMED else "")}
