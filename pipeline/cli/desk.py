"""A bulletin laid open before somebody decides on it: its words, what is not read as written, findings, the SMS."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.output import plain, problem_facts
from pipeline.cli.words import length_words
from pipeline.messages import render, say
from pipeline.proofreading import Finding, Weight, find_beyond_slots, reading_list
from pipeline.sms import measure

if TYPE_CHECKING:
    from pipeline.approval import Contents
    from pipeline.domain import Bulletin
    from pipeline.errors import Problem
    from pipeline.outlook.airtime import Reckoning
    from pipeline.proofreading import Entry

SIGNS = {Weight.BLOCKING: "✗", Weight.WARNING: "⚠", Weight.ADVICE: "·"}


def show(contents: Contents, found: Bulletin, on: date, *, err: bool = False) -> None:
    """Print everything an approval accepts, and what speaks against it."""
    spoken = contents.speech(found)
    reckoning = _reckoning(contents)
    length = _airtime_s(reckoning, found)
    lines = [
        found.title,
        "",
        spoken.text,
        "",
        *([] if length is None else [say("airtime_line", length=length_words(length))]),
        say("readings_title"),
        *_reading_lines(reading_list(found, spoken)),
        "",
        *_finding_lines(contents.findings(found, on)),
        *_slot_lines(contents, found, reckoning),
        "",
        say("sms_title"),
        *_sms_lines(found),
        "",
    ]
    for line in lines:
        click.echo("\n".join(plain(each) for each in line.split("\n")), err=err)


def _reckoning(contents: Contents) -> Reckoning:
    from pipeline.outlook.airtime import Reckoning

    return Reckoning(contents.site)


def _airtime_s(reckoning: Reckoning, found: Bulletin) -> float | None:
    """As the plan reckons it; a recorded voice has a length of its own."""
    return None if found.audio else reckoning.bulletin_s(found.id)


def _slots(contents: Contents, found: Bulletin, reckoning: Reckoning) -> list[Problem]:
    """The slots that this bulletin alone overruns, as `loa check` says."""
    problems = find_beyond_slots(contents.site, reckoning.of)
    return [each for each in problems if each.code == "text_beyond_slot" and each.file == found.file]


def _slot_lines(contents: Contents, found: Bulletin, reckoning: Reckoning) -> Iterable[str]:
    for each in _slots(contents, found, reckoning):
        message, hint = render(each.code, each.params)
        place = f"{each.file}:{each.line}:{each.column}"
        yield " " + say("finding_line", sign=SIGNS[Weight.WARNING], place=place, message=message, hint=hint)


def _reading_lines(entries: Iterable[Entry]) -> Iterable[str]:
    """Unread first, then what is risky, the rest as it stands in the text."""
    for each in sorted(entries, key=lambda each: (not each.wants_reading, not each.reading.is_risky)):
        spoken = say("unread") if each.wants_reading else each.reading.spoken
        sign = "✗" if each.wants_reading else "✓" if each.accepted else "⚠" if each.reading.is_risky else " "
        accepted = f" ({say('reading_accepted')})" if each.accepted else ""
        kind = say(f"reading_{each.reading.kind}")
        yield f" {sign} {each.line:>3}:{each.column:<3} {each.reading.written} → {spoken}  [{kind}]{accepted}"


def _finding_lines(findings: Iterable[Finding]) -> Iterable[str]:
    shown = sorted(findings, key=lambda each: (each.accepted, list(Weight).index(each.weight)))
    if not shown:
        yield say("findings_none")
        return
    yield say("findings_title")
    for each in shown:
        message, hint = render(each.code, each.params)
        place = f"{each.file}:{each.line}:{each.column}"
        code = "finding_line_accepted" if each.accepted else "finding_line"
        yield " " + say(code, sign=SIGNS[each.weight], place=place, message=message, hint=hint.rstrip("."))


def _sms_lines(found: Bulletin) -> Iterable[str]:
    if not found.sms:
        yield say("no_sms")
        return
    yield found.sms
    parts = measure(found.sms)
    yield say("sms_parts_line", encoding=parts.encoding, parts=parts.segments)


def facts(contents: Contents, found: Bulletin, on: date) -> dict[str, Any]:
    """The same for machines."""
    spoken = contents.speech(found)
    entries = reading_list(found, spoken)
    parts = measure(found.sms) if found.sms else None
    reckoning = _reckoning(contents)
    length = _airtime_s(reckoning, found)
    return {
        "id": found.id,
        "title": found.title,
        "speech": spoken.text,
        "airtime_s": None if length is None else round(length, 1),
        "sms": found.sms,
        "sms_encoding": parts.encoding if parts else None,
        "sms_segments": parts.segments if parts else 0,
        "readings": [_entry_facts(each) for each in entries],
        "unread": [_entry_facts(each) for each in entries if each.wants_reading],
        "findings": [
            *(_finding_facts(each) for each in contents.findings(found, on)),
            *(_slot_facts(each) for each in _slots(contents, found, reckoning)),
        ],
    }


def _entry_facts(each: Entry) -> dict[str, Any]:
    return {
        "written": each.reading.written,
        "spoken": each.reading.spoken,
        "offset": each.reading.start,
        "line": each.line,
        "column": each.column,
        "kind": each.reading.kind.value,
        "risky": each.reading.is_risky,
        "accepted": each.accepted,
    }


def _finding_facts(each: Finding) -> dict[str, Any]:
    facts = problem_facts(each.problem)
    return {**facts, "severity": each.weight.value, "blocks": each.blocks, "accepted": each.accepted}


def _slot_facts(each: Problem) -> dict[str, Any]:
    return {**problem_facts(each), "severity": Weight.WARNING.value, "blocks": False, "accepted": False}
