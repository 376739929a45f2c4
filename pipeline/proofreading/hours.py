"""Times of day that cannot be, and stretches of time that end before they begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.proofreading.dates import FULL, day_of
from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding, Passage

# 25h30, 9 giờ 75 phút, 7g80; with a blank the minutes must say so, for "7h 80 người" counts people
WITH_MINUTES = re.compile(
    r"(?<![\w.,/:])(?P<hour>\d{1,3})(?:(?:h|g|H)(?P<minute>\d{2})(?![\w]|[.,]\d)|"
    r" ?(?:h|giờ|H) ?(?P<told>\d{2})(?: ?(?:phút|ph|p|')(?!\w)))"
)
HOURS_ALONE = re.compile(r"(?<![\w.,/:])(?P<hour>\d{2,3}) ?(?:h|H|giờ)(?![\w]| ?\d)")
COLON = re.compile(r"(?<![\w.,/:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?![\w:]|[.,]\d)")
AT = re.compile(r"\b(?:lúc|hồi|vào|đúng|lúc này|luc|vao|hoi|dung)[: ]{1,2}$", re.IGNORECASE)
LASTS = re.compile(
    r"\b(?:sau|trong|trong vòng|hết|kéo dài|mất|tổng|thời lượng|cả|khoảng|liên tục|suốt|đủ|quá|hơn|gần|chờ|nghỉ|bay|"
    r"tối đa|tối thiểu|ít nhất|nhiều nhất|tổng cộng)[: ]{1,2}$",
    re.IGNORECASE,
)
TIME = r"(\d{1,2})(?:(?:h|g|:| ?giờ ?)(\d{2})(?: ?phút)?| ?(?:h|giờ))(?!\d)"
PART = r"(?: (sáng|trưa|chiều|tối|đêm|khuya))?"
RANGE = re.compile(
    rf"(?<![\w.,/:]){TIME}{PART} ?(?:–|-|—|đến|tới|→| den | toi ) ?{TIME}(?!\w){PART}"
    r"(?![^.,;\n]{0,14}(?:hôm sau|ngày hôm|sáng mai|hôm trước|ngày \d|ngày mai))",
    re.IGNORECASE,
)
FROM_DAY = re.compile(r"\b[Tt]ừ (?:hết )?(?:ngày )?$")
TO_DAY = re.compile(r" ?(?:–|-|đến|tới|đến hết|tới hết) ?(?:ngày )?$")
SHORT_RANGE = re.compile(
    r"\b[Tt]ừ (?:hết )?(?:ngày )?(\d{1,2})[/-](\d{1,2})(?: ?[–-] ?| (?:đến|tới)(?: hết)? )"
    r"(?:ngày )?(\d{1,2})[/-](\d{1,2})(?![\w/\-]|[.,]\d)"
)
EVENING_H, MORNING_H = 17, 10  # a watch over night
LATER = {"chiều": 12, "tối": 12, "đêm": 12, "khuya": 12}


class _Clock(NamedTuple):
    hour: int
    minute: int


def find_impossible_times(draft: Draft) -> Iterator[Finding]:
    """25h30, 9h75, lúc 27h; but 48h is how long something lasts."""
    for passage in draft.passages:
        for pattern in (WITH_MINUTES, HOURS_ALONE, COLON):
            for found in pattern.finditer(passage.text):
                lead = passage.text[max(0, found.start() - 16) : found.start()]
                if _cannot_be(found, lead):
                    yield passage.finding("time_impossible", *found.span())


def _cannot_be(found: re.Match[str], lead: str) -> bool:
    groups = found.groupdict()
    minutes = groups.get("minute") or groups.get("told")
    hour, minute = int(groups["hour"]), int(minutes or 0)
    beyond = hour > 24 or (hour == 24 and minute > 0)
    if found.re is COLON or minutes is None:  # a score, a scale; how long something lasts
        return AT.search(lead) is not None and (beyond or minute > 59)
    return minute > 59 or (beyond and LASTS.search(lead) is None)


def find_backward_ranges(draft: Draft) -> Iterator[Finding]:
    """11h30–8h; a night's watch from 22h to 5h is meant so."""
    for passage in draft.passages:
        for found in RANGE.finditer(passage.text):
            first = _clock(found[1], found[2], found[3])
            last = _clock(found[4], found[5], found[6])
            if last < first and not (first.hour >= EVENING_H and last.hour <= MORNING_H):
                yield passage.finding("range_backwards", *found.span())
        yield from _backward_days(passage)


def _clock(hour: str, minute: str | None, part: str | None) -> _Clock:
    number = int(hour)
    later = LATER.get((part or "").lower(), 0) if number < 12 else 0
    return _Clock(number + later, int(minute or 0))


def _backward_days(passage: Passage) -> Iterator[Finding]:
    """từ 15/12/2026 đến 10/12/2026."""
    yield from _backward_days_of_a_month(passage)
    before: re.Match[str] | None = None
    for found in FULL.finditer(passage.text):
        if before is not None and TO_DAY.fullmatch(passage.text[before.end() : found.start()]):
            first, last = day_of(before), day_of(found)
            meant = FROM_DAY.search(passage.text[max(0, before.start() - 16) : before.start()])
            if meant and first and last and last < first:
                yield passage.finding("range_backwards", before.start(), found.end())
        before = found


def _backward_days_of_a_month(passage: Passage) -> Iterator[Finding]:
    """từ 20/12 đến 15/12: without a year another month may be that of the next year, the same one may not."""
    for found in SHORT_RANGE.finditer(passage.text):
        if int(found[2]) == int(found[4]) <= 12 and int(found[3]) < int(found[1]) <= 31:
            yield passage.finding("range_backwards", *found.span())
