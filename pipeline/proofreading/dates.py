"""Days that cannot be: 31/02, a report older than what it reports, and what has run out by today."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from pipeline.config.report_channels import cited
from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding, Passage
from pipeline.proofreading.syllables import UPPER
from pipeline.site import stale

YEAR = r"(?:19|20)\d\d"
FULL = re.compile(rf"(?<![\w/.,\-])(\d{{1,2}})(\s?[/.\-]\s?)(\d{{1,2}})\2({YEAR})(?![\w/]|[.,\-]\d)")
WORDED = re.compile(rf"\b[Nn]gày (\d{{1,2}}) tháng (\d{{1,2}})(?:[ ,]*năm ({YEAR}))?(?!\d)")
SHORT = re.compile(r"\b[Nn]gày (\d{1,2})[/\-](\d{1,2})(?![\w/\-]|[.,]\d| tháng)")
# 05/13, họp 31/02: without "ngày" a share of a whole looks the same, a paper and a house too
MONTH = re.compile(rf"(?<!\d )(?<!\d)\b[Tt]háng (\d{{1,2}})(?:/| năm ){YEAR}(?!\d)")
BARE = re.compile(r"(?<![\w/.,\-–])(\d{1,2})/(\d{1,2})(?![\w/\-–%]|[.,]\d)")
DAY_LEAD = re.compile(
    r"\b(?:sáng|trưa|chiều|tối|đêm|hôm|họp|hạn|hạn chót|trước|sau|từ|đến|tới|hết|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|"
    r"chủ nhật|diễn ra|tổ chức|khai mạc|bắt đầu|kết thúc|lúc \d{1,2}(?:h|g| giờ) ?(?:\d\d)?)[ ,(:]{1,2}$",
    re.IGNORECASE,
)
NO_DAY = re.compile(
    r"(?:\b(?:số|điều|khoản|quyết định|nghị định|nghị quyết|thông tư|công văn|chỉ thị|kế hoạch|luật|tỷ số|tỉ số|tỷ lệ|"
    r"tỉ lệ|mẫu|lớp|tổ|phòng|nhà|ngõ|ngách|hẻm|kiệt|đường|xe|đạt|có|với|được|chiếm|bằng|trong|còn|mới|ở|tại|"
    r"địa chỉ|thửa|lô|thắng|thua|hòa)|\d)"
    r"[ :(]{1,2}$",
    re.IGNORECASE,
)
SHARED = re.compile(
    r" (?:xã|phường|hộ|thôn|tổ|tiêu chí|chỉ tiêu|người|vụ|đơn vị|trường|hồ sơ|đại biểu|ý kiến|trận|bàn|điểm|"
    r"phiếu|em|cháu|cụm|loa)\b"
)
LUNAR = re.compile(r"âm lịch|\bÂL\b|tết|giỗ|rằm", re.IGNORECASE)
DATELINE = re.compile(rf"^[^\n.;:]{{0,40}}, ngày (\d{{0,2}})[ .…]*tháng (\d{{1,2}}) năm ({YEAR})[ \t]*$", re.MULTILINE)

# periods whose end counts; a day alone is one too
PERIODS = (
    (re.compile(rf"\b(\d{{1,2}}) tháng(?: đầu)? năm ({YEAR})"), "months"),
    (re.compile(rf"\bqu[ýí] (I{{1,3}}|IV|[1-4])(?:/| năm |\s)({YEAR})", re.IGNORECASE), "quarter"),
    (re.compile(rf"(?<!\d )(?<!\d)\btháng (\d{{1,2}})(?:/| năm )({YEAR})", re.IGNORECASE), "month"),
    (re.compile(rf"(?<!tháng )(?<![/\-.\d])\b(\d{{1,2}})/({YEAR})(?![\w/])"), "month"),
    (re.compile(rf"\b(?:cả|hết|cuối|suốt) năm ({YEAR})", re.IGNORECASE), "year"),
    (
        re.compile(
            rf"(?:^|(?<=[.!?…\n] )|(?<=\n))[Nn]ăm ({YEAR})(?=,? (?:cả|toàn|trên|xã|huyện|tỉnh|thành phố|công "
            r"an|có|xảy))"
        ),
        "within",
    ),
    (re.compile(rf"\b(?:trong|từ) năm ({YEAR})", re.IGNORECASE), "within"),
)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
# bà H. and 25.8 end no sentence
SENTENCE = re.compile(rf"[^.!?…\n]+(?:(?:[.!?…](?=\S)|(?<=[ .][{UPPER}])\.)[^.!?…\n]+){{0,200}}")
# what was counted or has happened: data, whatever else the sentence says
HAPPENED = re.compile(
    r"\b(?:xảy ra|ghi nhận|phát hiện|(?:đã|vừa) tiếp nhận|tiếp nhận \d[\d.]*|thiệt hại|bị lừa|bị chiếm|vừa qua|bắt giữ|"
    r"khởi tố|xử lý được|bị mất|so với cùng kỳ|thống kê|theo (?:báo cáo|số liệu|thông báo|cảnh báo|công văn|bản tin)|"
    r"tính đến|(?:tăng|giảm) \d[\d.,]*|có \d[\d.]* (?:vụ|nạn nhân|người bị|trường hợp|đơn|cuộc gọi)|"
    r"(?:mất|lừa được|chiếm đoạt) (?:gần |hơn |tới )?\d[\d.,]*)\b",
    re.IGNORECASE,
)
DONE = re.compile(r"\bđã\b", re.IGNORECASE)
TO_COME = re.compile(
    r"\b(?:sẽ|dự kiến|kế hoạch|mục tiêu|phấn đấu|chỉ tiêu|hạn|đến hết|trước ngày|kể từ|có hiệu lực|giai đoạn|"
    r"tầm nhìn)\b",
    re.IGNORECASE,
)
PLANNED = re.compile(
    r"\b(?:tổ chức|triển khai|tiếp tục|tăng cường|hoàn thành|đẩy mạnh|chuẩn bị|thực hiện|tuyên truyền|hỗ trợ|chi trả|"
    r"phát động|mở (?:đợt|lớp|cuộc|điểm)|tập huấn|tặng|trao|ra quân|rà soát|phân công|đăng ký|giao)\b",
    re.IGNORECASE,
)
COUNTS = re.compile(r"\d[\d.]* (?:vụ|nạn nhân|người bị|trường hợp|đơn|tỷ đồng|triệu đồng)\b", re.IGNORECASE)
SINCE = re.compile(r"(?:kể từ|từ)[^.\n]{0,30}đến hết", re.IGNORECASE)


class Told(NamedTuple):
    """A stretch of time that a text names: its last day, and where it stands."""

    last: date
    start: int
    end: int
    is_day: bool = False


def find_impossible_dates(draft: Draft) -> Iterator[Finding]:
    """31/02/2026, ngày 30 tháng 2. A lunar month may have 30 days, whichever it is."""
    for passage in draft.passages:
        for pattern in (FULL, WORDED, SHORT, BARE):
            for found in pattern.finditer(passage.text):
                if pattern is BARE and not _is_day(passage, found):
                    continue
                day, month, year = _numbers(found, pattern)
                around = passage.text[max(0, found.start() - 20) : found.end() + 20]
                lunar = year is None and day <= 30 and LUNAR.search(around) is not None
                if not lunar and _day(day, month, year or 2024) is None:
                    yield passage.finding("date_impossible", found.start(1), found.end())


def find_impossible_months(draft: Draft) -> Iterator[Finding]:
    """tháng 13 năm 2026."""
    for passage in draft.passages:
        for found in MONTH.finditer(passage.text):
            if not 1 <= int(found[1]) <= 12:
                yield passage.finding("date_impossible", *found.span())


def _is_day(passage: Passage, found: re.Match[str]) -> bool:
    """Whether two figures with a slash are a day: by the words before them, or written 05/13 with a stop behind."""
    lead, follow = (
        passage.text[max(0, found.start() - 24) : found.start()],
        passage.text[found.end() : found.end() + 12],
    )
    if NO_DAY.search(lead) or SHARED.match(follow) or re.search(r"[Nn]gày $", lead):
        return False
    padded = "0" in (found[1][0], found[2][0]) and not follow[:2].strip(" .,;:!?)\n")
    return padded or DAY_LEAD.search(lead) is not None


def day_of(found: re.Match[str]) -> date | None:
    """The day that a match of FULL names; None where there is none such."""
    return _day(int(found[1]), int(found[3]), int(found[4]))


def _numbers(found: re.Match[str], pattern: re.Pattern[str]) -> tuple[int, int, int | None]:
    if pattern is FULL:
        return int(found[1]), int(found[3]), int(found[4])
    year = found[3] if pattern is WORDED else None
    return int(found[1]), int(found[2]), int(year) if year else None


def _day(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_data_after_date(draft: Draft) -> Iterator[Finding]:
    """A text dated January that reports what happened in July: one of the two is wrong."""
    passage, source = draft.text, draft.bulletin.source
    datelines = [each for found in DATELINE.finditer(passage.text) if (each := _dated(found)) is not None]
    written = min([*datelines, *([source.date] if source.date else [])], default=None)
    latest = written or draft.on
    if latest is None:
        return
    for sentence in SENTENCE.finditer(passage.text):
        if _is_plan(sentence[0]):
            continue
        reports, done = HAPPENED.search(sentence[0]) is not None, DONE.search(sentence[0]) is not None
        for told in _told(passage, *sentence.span()):
            over = told.is_day and (draft.on is None or told.last <= draft.on)
            if told.last > latest and (reports or (done and over)):  # what is done may be done for a time to come
                yield passage.finding("data_after_date", told.start, told.end, date=f"{latest:%d/%m/%Y}")


def _is_plan(sentence: str) -> bool:
    """Whether it tells what is to come; for people who were cheated (bị lừa) too, where nothing is counted."""
    if TO_COME.search(sentence) and not SINCE.search(sentence):
        return True
    return PLANNED.search(sentence) is not None and not COUNTS.search(sentence)


def _dated(found: re.Match[str]) -> date | None:
    """The day of a dateline; the last of its month where the day was not filled in."""
    month, year = int(found[2]), int(found[3])
    if not 1 <= month <= 12:
        return None
    return _day(int(found[1] or monthrange(year, month)[1]), month, year)


def _told(passage: Passage, first: int, last: int) -> Iterator[Told]:
    taken: list[range] = []
    for pattern in (FULL, WORDED):
        for found in pattern.finditer(passage.text, first, last):
            day, month, year = _numbers(found, pattern)
            when = _day(day, month, year) if year else None
            taken.append(range(*found.span()))
            if when is not None:
                yield Told(when, *found.span(), is_day=True)
    for periods, kind in PERIODS:
        for found in periods.finditer(passage.text, first, last):
            ended = _end_of(kind, found)
            if ended is not None and not any(found.start() in each or found.end() - 1 in each for each in taken):
                taken.append(range(*found.span()))
                yield Told(ended, *found.span())


def _end_of(kind: str, found: re.Match[str]) -> date | None:
    """The first day on which a period can have been reported of: the last of its months has at least begun."""
    if kind in ("year", "within"):
        return date(int(found[1]), 12 if kind == "year" else 1, 1)
    number, year = found[1].lower(), int(found[2])
    month = 3 * (ROMAN.get(number) or int(number)) if kind == "quarter" else int(number)
    return date(year, month, 1) if 1 <= month <= 12 else None


def find_expired(draft: Draft) -> Iterator[Finding]:
    """A bulletin whose last day has passed, and report channels that nobody vouches for any more."""
    bulletin, today = draft.bulletin, draft.on
    if today is None:
        return
    if bulletin.expires is not None and bulletin.is_expired(today):
        written = bulletin.expires.isoformat()
        yield draft.front("expires", written).finding(
            "text_expired", 0, len(written), day=f"{bulletin.expires:%d/%m/%Y}"
        )
    for channel in stale(draft.site, bulletin, today):
        for passage in draft.passages:
            if cited(passage.text, [channel]):
                start = passage.text.index(channel.id)
                until = f"{channel.valid_until:%d/%m/%Y}"
                yield passage.finding("report_channel_unchecked", start, start + len(channel.id), until=until)
                break
