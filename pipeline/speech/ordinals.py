"""What has a place in a row: thứ 4, the days of the week, T2-T6."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech import numbers
from pipeline.speech.page import Kind, Page, words

FIGURES = "0123456789"
ORDINAL = re.compile(r"(?<=\b[Tt]hứ )(\d{1,3})(?![\w.,/-]*\d)")
WEEKDAYS = re.compile(r"(?<=\b[Tt]hứ )([2-7])((?:\s?[,–-]\s?(?:[Tt]hứ )?[2-7](?!\d|[./]\d|h))+)")
DAYS_IN_A_WEEK = re.compile(
    r"(?<=\bngày )[2-7](?:(?:\s?[,–-]\s?|\s?& ?| và | hoặc )[2-7](?!\d|[./]\d))+"
    r"(?=,? (?:(?:trong|h[ằà]ng|mỗi|mọi) tuần)\b)"
)
DAY_IN_A_WEEK = re.compile(r"[2-7]")
NEXT_WEEKDAY = re.compile(r"\s?([,–-])\s?(?:[Tt]hứ |T\.?)?([2-7])")
SHORT_WEEKDAYS = re.compile(r"(?<![\w.])T\.?([2-7])((?:\s?[,–-]\s?(?:T\.?)?[2-7](?!\w|[./]\d))+)(?!\w)")
SHORT_WEEKDAY = re.compile(r"(?<![\w.])T(\.?)([2-7])(?![\w/]|\.\d)")
MONTH = r"T\.?(?:1[0-2]|[1-9])"
MONTHS = re.compile(
    rf"(?<![\w./]){MONTH}(?:(?:\s?[,–-]\s?| và | đến ){MONTH})*(?:(?![\w/]|\.\d)|(?=/(?:19|20)\d\d(?!\w)))"
)
EACH_MONTH = re.compile(r"T\.?(\d{1,2})")
NO_MONTHS = words("mốc cột cọc trạm tòa tuyến block nhà áo đội số giao phòng căn khu")
MONTH_BEFORE = words("trong từ đến tới hết cuối đầu giữa kỳ qua sang lương thưởng báo cáo")


def read_days_in_a_week(page: Page) -> None:
    """các ngày 2, 4, 6 trong tuần: no week has a fourth day of the month in its every round."""
    for found in page.matches(DAYS_IN_A_WEEK, "n", "t"):
        for day in DAY_IN_A_WEEK.finditer(page.text, found.start(), found.end()):
            page.read(day.start(), day.end(), f"thứ {numbers.ordinal(int(day[0]))}", Kind.AMOUNT)


def read_ordinals(page: Page) -> None:
    """thứ 4 → thứ tư, thứ 1 → thứ nhất; days of the week in lists and ranges."""
    for found in page.matches(MONTHS, "T", FIGURES):
        _read_months(page, found)
    for pattern, letter, introduced in ((WEEKDAYS, "ứ", ""), (SHORT_WEEKDAYS, "T", "thứ ")):
        for found in page.matches(pattern, letter, ",–-"):
            rest = _days_of_week(found[2])
            page.read(found.start(), found.end(), introduced + numbers.ordinal(int(found[1])) + rest, Kind.AMOUNT)
    for found in page.matches(ORDINAL, "ứ"):
        page.read(found.start(), found.end(), numbers.ordinal(int(found[1]), page.lexicon.zero), Kind.AMOUNT)
    for found in page.matches(SHORT_WEEKDAY, "T"):
        why = ReadingKind.GUESS if found[1] else None  # T.7 is a month to some
        page.read(found.start(), found.end(), f"thứ {numbers.ordinal(int(found[2]))}", Kind.AMOUNT, why)


def _read_months(page: Page, found: re.Match[str]) -> None:
    """T6-T8, T.10, trong T11: no weekday has such a number; T2-T6 and T.7 are left to the week."""
    each = list(EACH_MONTH.finditer(page.text, found.start(), found.end()))
    in_year = page.text.startswith("/", found.end())
    if not in_year and all(2 <= int(month[1]) <= 7 for month in each):
        return
    lead = page.word_before(found.start())
    if lead in NO_MONTHS or not (in_year or len(each) > 1 or "." in found[0] or lead in MONTH_BEFORE):
        return
    for month in each:
        page.read(month.start(), month.end(), f"tháng {numbers.month(int(month[1]))}", Kind.AMOUNT, ReadingKind.GUESS)


def _days_of_week(written: str) -> str:
    """-6 → đến thứ sáu; but three and more with dashes are a list: 2-4-6."""
    if written.count("-") + written.count("–") > 1:
        written = written.replace("-", ",").replace("–", ",")
    return NEXT_WEEKDAY.sub(_next_weekday, written)


def _next_weekday(found: re.Match[str]) -> str:
    joint = ", thứ " if found[1] == "," else " đến thứ "
    return joint + numbers.ordinal(int(found[2]))
