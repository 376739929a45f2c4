"""What has a place in a row: thứ 4, the days of the week, T2-T6."""

from __future__ import annotations

import re

from pipeline.speech import numbers
from pipeline.speech.page import Kind, Page

ORDINAL = re.compile(r"(?<=\b[Tt]hứ )(\d{1,3})(?![\w.,/-]*\d)")
WEEKDAYS = re.compile(r"(?<=\b[Tt]hứ )([2-7])((?:\s?[,–-]\s?(?:[Tt]hứ )?[2-7](?!\d|[./]\d|h))+)")
NEXT_WEEKDAY = re.compile(r"\s?([,–-])\s?(?:[Tt]hứ |T)?([2-7])")
SHORT_WEEKDAYS = re.compile(r"(?<![\w.])T([2-7])((?:\s?[,–-]\s?T?[2-7](?!\w|[./]\d))+)(?!\w)")
SHORT_WEEKDAY = re.compile(r"(?<![\w.])T([2-7])(?![\w/]|\.\d)")


def read_ordinals(page: Page) -> None:
    """thứ 4 → thứ tư, thứ 1 → thứ nhất; days of the week in lists and ranges."""
    for pattern, letter, introduced in ((WEEKDAYS, "ứ", ""), (SHORT_WEEKDAYS, "T", "thứ ")):
        for found in page.matches(pattern, letter, ",–-"):
            rest = _days_of_week(found[2])
            page.read(found.start(), found.end(), introduced + numbers.ordinal(int(found[1])) + rest, Kind.AMOUNT)
    for found in page.matches(ORDINAL, "ứ"):
        page.read(found.start(), found.end(), numbers.ordinal(int(found[1]), page.lexicon.zero), Kind.AMOUNT)
    for found in page.matches(SHORT_WEEKDAY, "T"):
        page.read(found.start(), found.end(), f"thứ {numbers.ordinal(int(found[1]))}", Kind.AMOUNT)


def _days_of_week(written: str) -> str:
    """-6 → đến thứ sáu; but three and more with dashes are a list: 2-4-6."""
    if written.count("-") + written.count("–") > 1:
        written = written.replace("-", ",").replace("–", ",")
    return NEXT_WEEKDAY.sub(_next_weekday, written)


def _next_weekday(found: re.Match[str]) -> str:
    joint = ", thứ " if found[1] == "," else " đến thứ "
    return joint + numbers.ordinal(int(found[2]))
