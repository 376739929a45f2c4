"""Times of day and lengths of time: 17h30, 7g05, 08:15, 24h, 10'."""

from __future__ import annotations

import re

from pipeline.speech import numbers
from pipeline.speech.page import Kind, Page

EDGE = r"(?<!\w)(?:(?<!\d[.,:/])|(?<=[hHg:]\d\d,))"  # 7h00,14h00: a list, no decimal
HOUR_MINUTE = re.compile(EDGE + r"(\d{1,2})\s?[hHg]\s?([0-5]\d)(?:\s?(?:['’′]|phút\b|ph\b|p\b))?(?!\w)")
HOUR = re.compile(EDGE + r"(\d{1,3}(?:,\d)?)\s?[hH](?!\w)")
COLON = re.compile(EDGE + r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?:\s?(?:h|giờ)(?!\w)|['’′])?(?![\w:%]|[.,]\d)")
POINTED = re.compile(EDGE + r"(\d{1,2})\.([0-5]\d)\s?(?:giờ|h)(?!\w)")
WORDS = re.compile(r"(?<=\d giờ )00(?:\s?phút)?(?!\w)")
LENGTH = re.compile(EDGE + r"(\d{1,3})\s?(['’′]|p(?!\w)|ph(?!\w)|s(?!\w)|″)(?:\s?(\d{1,2})\s?(?:\"|”|″|s(?!\w)))?")
TICKS = re.compile(EDGE + r"(\d{1,3}(?:[,.]\d)?)\s?(?:\"|″|”)(?![\w\"])")
TIMED = re.compile(r"\b(?:hết|trong|thành tích|sau|kỷ lục|thời gian|chờ)(?: là)?:? $")
SIZED = re.compile(r"\b(?:màn hình|ti ?vi|tv|ống|bánh|vành|laptop|máy tính)(?: [^\W\d_]{1,8}){0,2} $", re.IGNORECASE)
G_HOUR = re.compile(r"(?<![\w.,])(\d{1,2})\s?g(?!\w)")  # g is gam, too
G_HOUR_BEFORE = re.compile(
    r"\b(?:đúng|trước|sau|từ|đến|tới|vào|bắt đầu|thời gian:|giờ:)\s$|(?:\dg|\dg\d\d|\dh|\dh\d\d)\s?[-–]\s?$"
)
G_HOUR_AFTER = re.compile(
    r"\s?(?:sáng|trưa|chiều|tối|đêm|khuya|kém|ngày|thứ|chủ nhật|cn|t\.?[2-7]|hôm|h[àằ]ng|các|mỗi|tại|"
    r"ở|mới|bắt đầu|họp|mở|khai mạc|khám|cắt|phát|tập trung|"
    r"có mặt|xuất phát|làm lễ|chào cờ|điểm danh|mời|đến|tới|là)\b|"
    r"\s?[-–]\s?\d{1,2}g\d\d"
    r"|\s?(?:[.,;:]|$|đến \d{1,2}g|tới \d{1,2}g)|\s?[-–]\s?\d{1,2}g(?=\s?(?:$|[.,;]|sáng|trưa|chiều|tối|đêm|"
    r"h[àằ]ng|ngày|thứ|chủ nhật|hôm|mỗi|các|tại|ở|khám|mở|cắt))"
)
G_SURE = re.compile(
    r"(?:\s?[-–]\s?\d{1,2}g)?\s?(?:sáng|trưa|chiều|tối|đêm|khuya|kém|ngày|thứ|chủ nhật|cn|t\.?[2-7]|hôm)\b"
)
G_CLOCK = re.compile(r"\b(?:lúc|hồi)\s$")  # nothing is weighed there
RATIOS = frozenset({"lệ", "số"})


def read_times(page: Page) -> None:
    """The full hour is spoken without minutes."""
    for pattern, signs in ((HOUR_MINUTE, "hHg"), (POINTED, ".")):
        for found in page.matches(pattern, signs, run=2):
            if int(found[1]) <= 24:
                page.read(found.start(), found.end(), clock(int(found[1]), int(found[2])), Kind.AMOUNT)
    for found in page.matches(HOUR, "hH"):
        page.read(found.start(), found.end(), f"{numbers.number(found[1], page.lexicon.zero)} giờ", Kind.AMOUNT)
    for found in page.matches(G_HOUR, "g"):
        if int(found[1]) <= 24 and _is_hour(page, found):
            page.read(found.start(), found.end(), f"{numbers.cardinal(int(found[1]))} giờ", Kind.AMOUNT)
    for found in page.matches(COLON, ":", run=2):
        if int(found[1]) <= 24 and page.word_before(found.start()) not in RATIOS:
            spoken = clock(int(found[1]), int(found[2]), int(found[3] or 0))
            page.read(found.start(), found.end(), spoken, Kind.AMOUNT)
    for found in page.matches(WORDS, "ờ", run=2):
        page.silence(found.start(), found.end())


def _is_hour(page: Page, found: re.Match[str]) -> bool:
    """8g sáng, lúc 8g, 7g–9g hằng ngày; but 50g muối."""
    follow = page.after(found.end())
    lead = page.before(found.start())
    if G_SURE.match(follow) or G_CLOCK.search(lead):
        return True
    return G_HOUR_BEFORE.search(lead) is not None and G_HOUR_AFTER.match(follow) is not None


def read_lengths_of_time(page: Page) -> None:
    """10' is ten minutes, 5'30" five and a half, 90s ninety seconds."""
    for found in page.matches(LENGTH, "'’′ps″"):
        unit = "giây" if found[2] in {"s", "″"} else "phút"
        spoken = f"{numbers.cardinal(int(found[1]), page.lexicon.zero)} {unit}"
        if found[3]:
            spoken += f" {numbers.cardinal(int(found[3]))} giây"
        page.read(found.start(), found.end(), spoken, Kind.AMOUNT)


def read_ticks(page: Page) -> None:
    """12" is a length of time behind "trong", and of a screen behind "màn hình"."""
    for found in TICKS.finditer(page.text):
        lead = page.before(found.start())
        unit = "giây" if TIMED.search(lead) else "inh" if SIZED.search(lead) else ""
        if unit:
            page.read(found.start(), found.end(), f"{numbers.number(found[1])} {unit}", Kind.AMOUNT)


def clock(hour: int, minute: int, second: int = 0) -> str:
    """A time of day in words."""
    words = [numbers.cardinal(hour), "giờ"]
    if minute or second:
        words += [numbers.cardinal(minute), "phút"]
    if second:
        words += [numbers.cardinal(second), "giây"]
    return " ".join(words)
