"""Checks of what will be aired: produced, accepted, within its hours, and the ways it takes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.channels import Examines
from pipeline.doctor.patient import Finding, Level, Patient, advice, problem
from pipeline.domain import Medium, Occurrence, Priority
from pipeline.errors import AudioError, SendError, VoiceError
from pipeline.outlook import lists_missing, review_plan
from pipeline.voices.chain import build_chain
from pipeline.voices.installed import SHELF


def tomorrow(patient: Patient) -> Iterator[Finding]:
    """Each airing has its recording, with every bulletin, by the voice it should have."""
    for occurrence in patient.spoken() if patient.production else ():
        facts = patient.shown(occurrence)
        if not occurrence.bulletins:
            yield problem("airing_without_bulletins", _subject(occurrence), **facts)
            continue
        yield from _recorded(patient, occurrence, facts)


def _recorded(patient: Patient, occurrence: Occurrence, facts: dict[str, str]) -> Iterator[Finding]:
    assert patient.production is not None
    recording = patient.production.find(occurrence)
    if recording is None:
        due = occurrence.start - patient.now < patient.produced_by
        yield (problem if due else advice)("airing_not_produced", _subject(occurrence), **facts)
        return
    for channel in patient.production.not_rendered(occurrence):
        form = patient.site.channels[channel].form
        yield problem("airing_not_rendered", _subject(occurrence), channel=channel, form=form, **facts)
    airing = patient.production.airing(occurrence)
    if patient.production.is_kept(occurrence):
        yield advice("airing_as_before", _subject(occurrence), voice=recording.spoken_by, **facts)
        return
    if airing.missing:
        yield problem("airing_incomplete", _subject(occurrence), bulletins=", ".join(airing.missing), **facts)
    if any(segment.fallback for segment in airing.segments):
        withheld = patient.site.station.voices.air_fallback == "urgent_only" and occurrence.priority is Priority.ROUTINE
        say = problem if withheld else advice
        yield say("airing_by_fallback", _subject(occurrence), voice=recording.spoken_by, **facts)


def approvals(patient: Patient) -> Iterator[Finding]:
    """Each bulletin of the coming airings and SMS is accepted as it stands now."""
    first: dict[str, Occurrence] = {}
    for occurrence in patient.occurrences:
        for name in occurrence.bulletins:
            first.setdefault(name, occurrence)
    for name, occurrence in first.items():
        if name not in patient.site.bulletins or patient.refusal is None:
            continue
        code = patient.refusal(patient.site.bulletins[name])
        if code:
            yield problem("airing_not_admitted", name, bulletin=name, why=code, **patient.shown(occurrence))


def hours(patient: Patient) -> Iterator[Finding]:
    """What starts outside the hours of its medium will not be aired; other warnings of the plan are advice."""
    if patient.production is None:
        return
    found = {each.key: made for each in patient.spoken() if (made := patient.production.find(each)) is not None}
    for each in patient.occurrences:
        windows = patient.site.station.windows.get(each.medium)
        start = each.start.astimezone(patient.site.station.timezone)
        if windows is not None and each.priority is not Priority.EMERGENCY and not windows.allow(start):
            yield problem("airing_outside_window", _subject(each), **patient.shown(each))
    for warning in review_plan(patient.site, patient.occurrences, found):
        if warning.code != "starts_outside_windows":
            yield Finding(warning.code, Level.ADVICE, f"{warning.file}:{warning.line}", warning.params)


def channels(patient: Patient) -> Iterator[Finding]:
    """Every channel answers its own check, and its far end where it may be asked; one that is used soon must."""
    used = {patient.site.clusters[each].channel for o in patient.spoken() for each in o.targets}
    if any(each.medium is Medium.SMS for each in patient.occurrences):
        used.add(patient.site.sms_channel or "")
    for name in patient.site.channels:
        try:
            if name in patient.channel_errors:
                raise patient.channel_errors[name]
            if name in patient.channels:
                channel = patient.channels[name]
                channel.check()
                if patient.online and isinstance(channel, Examines):
                    channel.examine()
        except SendError as error:
            yield (problem if name in used else advice)("channel_unready", name, **_why(error, channel=name))


def voices(patient: Patient) -> Iterator[Finding]:
    """Every voice of the chain speaks a sentence as the station has it speak; one must, and the first should."""
    from pipeline.production.audition import audition

    chain = build_chain(patient.site.station.voices, patient.root / SHELF)
    failed: list[tuple[str, VoiceError | AudioError]] = []
    for voice in chain:
        with tempfile.TemporaryDirectory(prefix="loa-") as scratch:
            try:
                audition(patient.site, voice, Path(scratch))
            except (VoiceError, AudioError) as error:
                failed.append((voice.name, error))
    for name, reason in failed:
        yield advice("voice_unready", name, **_why(reason, voice=name))
    if failed and len(failed) == len(chain):
        yield problem("voices_unready", voices=", ".join(name for name, _ in failed))


def contact_lists(patient: Patient) -> Iterator[Finding]:
    """Every list that an SMS of the coming days names was imported and holds somebody."""
    if patient.store is None:
        return
    known = patient.store.contact_lists()
    for each in lists_missing(patient.occurrences, known):
        yield Finding(each.code, Level.PROBLEM, each.params["list"], each.params)
    named = {name for each in patient.occurrences if each.medium is Medium.SMS for name in each.targets}
    for name in sorted(named & set(known)):
        if not patient.store.contact_count(name):
            yield problem("no_contacts", name)


def _subject(occurrence: Occurrence) -> str:
    return f"{occurrence.programme}/{occurrence.slot}/{occurrence.start.isoformat(timespec='minutes')}"


def _why(error: SendError | VoiceError | AudioError, **names: str) -> dict[str, str]:
    return {**error.params, **names, "why": error.code}
