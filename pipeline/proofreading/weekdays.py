"""A weekday that is not the one of its date: half of the people come on the wrong day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding

NAMES = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
NUMBERS = {"2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5, "bẩy": 5}
WEEKDAY = r"(?P<weekday>thứ (?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ nhật)"
DATE = (
    r"(?P<day>\d{1,2})(?:(?P<sign>[/.\-])(?P<month>\d{1,2})(?:(?P=sign)(?P<year>20\d\d))?(?![\w/\-]|[.,]\d)"
    r"|\s?tháng (?P<named>\d{1,2})(?:[ ,]{1,2}năm (?P<full>20\d\d))?(?!\d))"
)
LINK = r"(?: (?:tuần|này|tới|sau|tức|hôm|nay)){0,3}(?:[ ,:(]{1,3}| [–-] )(?:tức |là )?(?:ngày |mùng |mồng )?"
BEFORE_DATE = re.compile(rf"\b{WEEKDAY}{LINK}{DATE}", re.IGNORECASE)
BEHIND_DATE = re.compile(
    rf"(?<![\w/.\-]){DATE}[ ,]{{0,2}}(?:\((?:tức |là |vào )?{WEEKDAY}\)|, {WEEKDAY.replace('weekday', 'told')}\b)",
    re.IGNORECASE,
)
# the second meeting, the third time: no weekday
COUNTED = re.compile(
    r"\b(?:lần|phiên họp|phiên|kỳ họp|kỳ|hội nghị|đợt|khóa|mũi|liều|người|vụ|cuộc|số|cấp|ca|đứng|hạng|con|tập|quý|"
    r"nhóm|loại|bước|điều|việc|dấu hiệu|và|hoặc|đến|tới|[–-]|thứ \w+,|thứ \w+) ?$",
    re.IGNORECASE,
)
LUNAR = re.compile(r"^[^.\n]{0,12}(?:âm lịch|\bÂL\b)", re.IGNORECASE)


def find_wrong_weekdays(draft: Draft) -> Iterator[Finding]:
    """thứ hai ngày 24/11/2026, which is a Tuesday. Without a year it must fit none of the years near the text's."""
    for passage in draft.passages:
        for pattern in (BEFORE_DATE, BEHIND_DATE):
            for found in pattern.finditer(passage.text):
                groups = found.groupdict()
                weekday = groups["weekday"] or groups.get("told")
                if weekday is None or LUNAR.match(passage.text[found.end() : found.end() + 30]):
                    continue
                if pattern is BEFORE_DATE and COUNTED.search(passage.text[max(0, found.start() - 16) : found.start()]):
                    continue
                days = list(_days(groups, draft))
                if days and all(each.weekday() != _number(weekday) for each in days):
                    right = NAMES[days[0].weekday()]
                    yield passage.finding("weekday_wrong", *found.span(), right=right, date=f"{days[0]:%d/%m/%Y}")


def _number(weekday: str) -> int:
    lowered = " ".join(weekday.lower().split())
    return NAMES.index(lowered) if lowered in NAMES else NUMBERS[lowered.split()[-1]]


def _days(groups: dict[str, str | None], draft: Draft) -> Iterator[date]:
    """The day that is meant; of one without a year that of each year the text can mean, nothing where none is near."""
    year = groups["year"] or groups["full"]
    near = {each.year for each in (draft.bulletin.source.date, draft.bulletin.expires, draft.on) if each is not None}
    years = [int(year)] if year else sorted(near | {each + 1 for each in near})
    month = int(groups["month"] or groups["named"] or 0)
    for each in years:
        try:
            yield date(each, month, int(groups["day"] or 0))
        except ValueError:
            continue
