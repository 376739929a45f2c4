"""Whether everything that tomorrow needs is there, and what to do where it is not.

    patient.py    what is examined: files, database, voices, channels, each opened once
    machine.py    checks of the machine: disk, clock, folders, packages, copies, people to tell
    airings.py    checks of what will be aired: produced, approved, within its hours, channels, voices, lists
    receivers.py  checks of the receivers at the communes and of the keys they are told by
    sticks.py     sheets of USB sticks that have not come back
    status.py     now, next, last, problems

The order of CHECKS is the documentation: what stops everything comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.app import Station, wall_clock
from pipeline.doctor import airings, machine, receivers, sticks
from pipeline.doctor.patient import Finding, Level, Patient
from pipeline.domain import Clock
from pipeline.errors import LoaError
from pipeline.telling import Teller

__all__ = ["CHECKS", "Checked", "Finding", "Level", "Patient", "afternoon", "examine", "watch"]

Check = Callable[[Patient], Iterable[Finding]]

CHECKS: Sequence[Check] = (
    machine.site_files,
    machine.database,
    machine.disk,
    machine.folders,
    machine.clock,
    machine.station_runs,
    airings.tomorrow,
    airings.approvals,
    airings.hours,
    airings.channels,
    airings.voices,
    airings.contact_lists,
    receivers.receivers,
    sticks.sticks,
    machine.keys,
    machine.copies,
    machine.people,
    machine.packages,
)
CODES_OF: Mapping[Check, frozenset[str]] = {
    machine.disk: frozenset({"disk_low", "inodes_low"}),
    airings.tomorrow: frozenset(
        {
            "airing_not_produced",
            "airing_incomplete",
            "airing_by_fallback",
            "airing_as_before",
            "airing_without_bulletins",
        }
    ),
    airings.approvals: frozenset({"airing_not_admitted"}),
    airings.channels: frozenset({"channel_unready"}),
}
"""What is watched between two afternoons, and the codes that each check may find."""
TOLD_ADVICE = frozenset({"airing_by_fallback", "bundle_not_returned", "bundle_unheard_of"})

AFTERNOON_HOUR = 15
AFTERNOON = "doctor_afternoon"
PREFIX = "afternoon/"  # of what an afternoon found: it stands until the next one
SOON = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Checked:
    """One check and what it found; nothing where all is well."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        return max((each.level for each in self.findings), default=Level.OK)


def examine(root: Path, clock: Clock = wall_clock, *, online: bool = False) -> list[Checked]:
    """Every check on a site, running or not; only its files where they carry no station. Raises nothing it finds.

    `online`: the accounts of providers are asked as well.
    """
    patient = Patient.of_folder(root, clock)
    patient.online = online
    try:
        return [_run(check, patient) for check in (CHECKS if patient.site.usable else CHECKS[:1])]
    finally:
        patient.close()


def afternoon(station: Station, teller: Teller, now: datetime) -> list[Checked]:
    """Once a day, from 15:00 local time: every check, and what it found is told, or that all is well."""
    local = now.astimezone(station.site.station.timezone)
    today = local.date().isoformat()
    if local.hour < AFTERNOON_HOUR or station.store.recall(AFTERNOON) == today:
        return []
    patient = Patient.of_station(station, now)
    checked = [_run(check, patient) for check in CHECKS]
    found = _told(checked)
    opened = station.store.open_notices()
    known = {(each.code, each.subject) for each in opened}
    fresh = {(each.code, PREFIX + each.subject): each for each in found if (each.code, each.subject) not in known}
    over = [each.id for each in opened if each.subject.startswith(PREFIX) and (each.code, each.subject) not in fresh]
    station.store.close_notices(over, now)
    for (code, subject), each in fresh.items():
        teller.note(code, now, subject, **each.params)
    if not any(each.level is Level.PROBLEM for each in found):
        teller.note("afternoon_ready", now, today, count=len(patient.occurrences))
    station.store.remember(AFTERNOON, today, now)
    return checked


def watch(station: Station, teller: Teller, now: datetime) -> None:
    """Every few minutes: what may go wrong between two afternoons, noted while it lasts and settled after."""
    patient = Patient.of_station(station, now, ahead=timedelta(hours=24))
    patient.produced_by = timedelta(hours=3)  # a day ahead is still being made
    about_to_sound = any(abs(each.start - now) < SOON for each in patient.occurrences)
    checks = [each for each in CODES_OF if each is not airings.channels or not about_to_sound]
    found = _told(_run(check, patient) for check in checks)
    for each in found:
        teller.note(each.code, now, each.subject, **each.params)
    codes = frozenset(code for check in checks for code in CODES_OF[check])
    afternoons = {(each.code, each.subject) for each in station.store.open_notices() if each.subject.startswith(PREFIX)}
    teller.settle(codes, now, keep=afternoons | {(each.code, each.subject) for each in found})


def _told(checked: Iterable[Checked]) -> list[Finding]:
    """What people must hear of."""
    found = [each for one in checked for each in one.findings]
    return [each for each in found if each.level is Level.PROBLEM or each.code in TOLD_ADVICE]


def _run(check: Check, patient: Patient) -> Checked:
    def found() -> Iterator[Finding]:
        try:
            yield from check(patient)
        except LoaError as error:
            yield Finding(error.code, Level.PROBLEM, params=error.params)

    return Checked(getattr(check, "__name__", ""), tuple(found()))
