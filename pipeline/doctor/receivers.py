"""Checks of the receivers at the communes: whether each can play what comes, and the keys plans are signed with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.doctor.patient import Finding, Level, Patient
from pipeline.fleet.fleet import fleet_of

if TYPE_CHECKING:
    from pipeline.fleet.watch import Speaker

NAMED = 5  # in one sentence
FEW = 10  # machines a code is spelt out for


def receivers(patient: Patient) -> Iterator[Finding]:
    """Each receiver is enrolled, was heard of lately, holds its sounds; the keys are there.

    A problem where the machine has something to play in the coming days, advice where not.
    """
    fleet = None if patient.store is None else fleet_of(patient.site, patient.store, patient.clock)
    if fleet is None:
        return
    from pipeline.fleet.key_watch import fault_of_keys
    from pipeline.fleet.watch import survey

    fault = fault_of_keys(fleet)
    if fault is not None:
        yield Finding(fault[0], Level.PROBLEM, params=fault[1])
    speakers = survey(fleet, patient.now)
    used = {each for occurrence in patient.spoken() for each in occurrence.targets}
    yield from _absent(speakers, used)
    yield from _unwell(speakers, used, patient)


def _absent(speakers: Sequence[Speaker], used: Collection[str]) -> Iterator[Finding]:
    from pipeline.fleet.watch import Standing

    outside = (Standing.UNENROLLED, Standing.INVITED, Standing.REVOKED)
    absent = [each for each in speakers if each.standing in outside]
    for level, found in (
        (Level.PROBLEM, [each for each in absent if each.id in used]),
        (Level.ADVICE, [each for each in absent if each.id not in used]),
    ):
        if found:
            names = ", ".join(each.name for each in found[:NAMED]) + ("…" if len(found) > NAMED else "")
            params = {"count": str(len(found)), "of": str(len(speakers)), "names": names}
            yield Finding("receivers_unenrolled", level, params=params)


def _unwell(speakers: Sequence[Speaker], used: Collection[str], patient: Patient) -> Iterator[Finding]:
    said: dict[str, int] = {}
    for each in speakers:
        level = Level.PROBLEM if each.id in used else Level.ADVICE
        for code, params in (*each.problems, *_lacking(each, patient)):
            said[code] = said.get(code, 0) + 1
            if said[code] <= FEW:
                yield Finding(code, level, each.id, params)
    more = sum(max(0, count - FEW) for count in said.values())
    if more:
        yield Finding("receivers_more_unwell", Level.PROBLEM, params={"count": str(more)})


def _lacking(speaker: Speaker, patient: Patient) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Sounds that are missing, however far off the airing is: the survey speaks of the next half hour."""
    code = "receiver_missing_sounds"
    if any(each == code for each, _ in speaker.problems) or not speaker.row.certificates:
        return
    if speaker.status is not None and speaker.status.missing and speaker.next is not None:
        at = f"{speaker.next.astimezone(patient.site.station.timezone):%H:%M %d/%m}"
        yield code, {"name": speaker.name, "missing": str(speaker.status.missing), "next": at}
