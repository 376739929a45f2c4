"""The calendar for other programmes, read back by a parser of its own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain import Medium, Occurrence
from pipeline.schedule.ics import Event, calendar
from tests.unit.schedule.site import HANOI

START = datetime(2026, 11, 23, 5, 30, tzinfo=HANOI)
STAMP = datetime(2026, 11, 23, tzinfo=HANOI)


def event(
    summary: str = "Cảnh báo", description: str = "…", seconds: float | None = 90, start: datetime = START
) -> Event:
    occurrence = Occurrence("p", "s", start, Medium.LOUDSPEAKER, "Cảnh báo", ("a",), ("k",))
    return Event(occurrence, summary, description, "Xã An Quang", "Loa", seconds)


def parse(raw: bytes) -> list[dict[str, str]]:
    """The events of a file: lines end in CRLF, hold 75 octets of whole characters, go on behind one blank."""
    assert raw.endswith(b"\r\n")
    for line in raw[:-2].split(b"\r\n"):
        assert 0 < len(line) <= 75
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode("utf-8")
    lines = re.sub(rb"\r\n ", b"", raw).decode("utf-8").split("\r\n")[:-1]
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    events: list[dict[str, str]] = []
    within = False
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        assert re.fullmatch(r"[A-Z-]+", name), line
        if name in ("BEGIN", "END"):
            assert value == "VEVENT"
            assert within == (name == "END")
            within = name == "BEGIN"
            events += [{}] if within else []
        elif within:
            assert name not in events[-1]
            assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value) or name in ("UID",)
            events[-1][name] = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
    return events


def test_an_airing_is_an_event_in_utc_with_its_end() -> None:
    (found,) = parse(calendar("Đài", [event()], stamp=STAMP))
    assert found["DTSTART"] == "20261122T223000Z"
    assert found["DTEND"] == "20261122T223130Z"
    assert found["DTSTAMP"] == "20261122T170000Z"
    assert (found["SUMMARY"], found["LOCATION"], found["TRANSP"]) == ("Cảnh báo", "Xã An Quang", "TRANSPARENT")
    assert "VALARM" not in found


@pytest.mark.parametrize(("seconds", "ends"), [(None, False), (0.0, False), (0.2, True), (3600, True)])
def test_an_end_is_later_than_its_start_or_is_not_there(seconds: float | None, ends: bool) -> None:
    (found,) = parse(calendar("Đài", [event(seconds=seconds)], stamp=STAMP))
    assert ("DTEND" in found) == ends
    assert not ends or found["DTEND"] > found["DTSTART"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(alphabet="ếộữ\\;,\n\r:\t \u0301🔊a", max_size=200))
def test_any_text_comes_back_as_it_was(summary: str, description: str) -> None:
    (found,) = parse(calendar("Đài", [event(summary, description)], stamp=STAMP))
    for written, read in ((summary, found["SUMMARY"]), (description, found["DESCRIPTION"])):
        lines = written.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
        assert read == re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", " ", lines)


def test_a_title_cannot_smuggle_a_line() -> None:
    (found,) = parse(calendar("Đài", [event("x\r\nBEGIN:VALARM\nEND:VALARM")], stamp=STAMP))
    assert found["SUMMARY"] == "x\nBEGIN:VALARM\nEND:VALARM"


@pytest.mark.parametrize("shift", range(5))
def test_vietnamese_is_folded_between_characters_wherever_they_fall(shift: int) -> None:
    text = "x" * shift + "Cảnh báo lừa đảo trên không gian mạng: giả danh công an, viện kiểm sát, tòa án ế" * 5
    (found,) = parse(calendar("Đài", [event(text)], stamp=STAMP))
    assert found["SUMMARY"] == text


def test_names_are_stable_and_each_airing_has_its_own() -> None:
    week = [event(start=START + timedelta(days=day)) for day in range(7)]
    first, again = (parse(calendar("Đài", week, stamp=STAMP)) for _ in range(2))
    assert first == again
    assert len({each["UID"] for each in first}) == 7
    other = parse(calendar("Đài khác", week, stamp=STAMP))
    assert not {each["UID"] for each in first} & {each["UID"] for each in other}
    later = parse(calendar("Đài", week, stamp=STAMP + timedelta(days=7)))
    assert [each["UID"] for each in later] == [each["UID"] for each in first]


def test_the_same_instant_is_the_same_event_in_any_zone() -> None:
    elsewhere = START.astimezone(ZoneInfo("America/New_York"))
    one, two = (parse(calendar("Đài", [event(start=each)], stamp=STAMP)) for each in (START, elsewhere.astimezone(UTC)))
    assert one == two
