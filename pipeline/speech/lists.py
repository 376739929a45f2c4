"""Figures in a row that are neither decimals, days nor times: tỷ lệ 1:10, thôn 1,2,3, cụm 1/2/3, thắng 3-1."""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.speech import numbers
from pipeline.speech.page import Kind, Page

RATED = re.compile(
    r"(?:\bt[ỷỉ] lệ|\bpha|\btrộn|\bhòa|\bbản đồ|\bnồng độ|\bquy mô)\b(?:(?!\bt[ừù] |\bngày )[^.;:\d\n]){0,30}$"
)
WHOLE = r"\d{1,7}(?:[.]\d{3})*(?:,\d{1,2})?"
RATIO = re.compile(rf"(?<![\w.,/:])({WHOLE})\s?:\s?({WHOLE})(?:\s?:\s?({WHOLE}))?(?![\w:/%]|[.,]\d)")
PART = re.compile(r"(?<![\w.,/:-])(\d{1,3})/(\d{1,7}(?:\.\d{3})?)(?![\w:/%]|[.,-]\d)")
CLOCK = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d")
THING = (
    r"(?:thôn|xóm|ấp|khóm|bản|tổ|tổ dân phố|khu|khu phố|cụm|đội|"
    r"lớp|khối|loa|loa số|cụm loa|ki ốt|nhóm|số nhà|hộ số|dãy|"
    r"cột|tiết|câu|bài|tập|điều|khoản|tuyến|vòng|bảng|ca|phân khu|đợt|quý|tuần|quận|phường|cấp độ|"
    r"bước|chi bộ|trạm|cống|"
    r"trang|mục|chương|phần|trường số|kênh|lô số|mẫu số|thửa số|nhà số|căn số|phòng số|cửa số|bến số|đường số)"
)
LISTED = re.compile(rf"(?<!\w){THING}(?: số)? $")
COMMAS = re.compile(r"(?<![\w.,/:-])\d{1,3}(?:,\d{1,3}){1,15}(?![\w%/°-]|[.,:]\d)")
SLASHES = re.compile(r"(?<![\w.,/:-])\d{1,3}(?:/\d{1,3}){2,15}(?![\w%/°-]|[.,:]\d)")
MARK = re.compile(r"^[ \t]*\d{1,2}(/)(?=[ \t]*[^\W\d_])", re.MULTILINE)
MEASURED = re.compile(
    r"\s?(?:tỷ|tỉ|triệu|nghìn|ngàn|m|mét|km|ki lô mét|cm|kg|tấn|tạ|ha|héc ta|lít|độ|điểm|lần|%|giờ|tuổi)(?!\w)"
)
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


def read_ratios(page: Page) -> None:
    """pha 1:10 → một trên mười, tỷ lệ chọi 1/3; without such a word 1:30 is left to the clock."""
    for found in page.matches(RATIO, ":"):
        if RATED.search(page.before(found.start())) or _is_form(found):
            parts = (numbers.number(part, page.lexicon.zero) for part in found.groups() if part)
            page.read(found.start(), found.end(), " trên ".join(parts), Kind.AMOUNT)
    for found in page.matches(PART, "/"):
        if RATED.search(page.before(found.start())):
            parts = (numbers.number(part, page.lexicon.zero) for part in found.groups())
            page.read(found.start(), found.end(), " trên ".join(parts), Kind.AMOUNT)


def _is_form(found: re.Match[str]) -> bool:
    """16:9, which no clock shows; but "đợt 1: 300" is a list, and 9001:2015 a standard of a year."""
    return " " not in found[0] and len(found[0]) <= 5 and not CLOCK.match(found[0])


def read_lists(page: Page) -> None:
    """thôn 1,2,3 → một, hai, ba; 1/ at the beginning of a line is a mark."""
    for found in page.matches(MARK, "/"):
        page.read(found.start(1), found.end(1), ",")
    for pattern, sign in ((COMMAS, ","), (SLASHES, "/")):
        for found in page.matches(pattern, sign):
            parts = found[0].split(sign)
            if _is_list(page, found, parts, sign):
                page.read(found.start(), found.end(), ", ".join(numbers.whole(part) for part in parts), Kind.AMOUNT)


def _is_list(page: Page, found: re.Match[str], parts: list[str], sign: str) -> bool:
    rises = all(int(part) < int(after) for part, after in pairwise(parts))
    if not rises or THOUSANDS.fullmatch(found[0]) or MEASURED.match(page.after(found.end())):
        return False
    if is_listed(page.before(found.start())):
        return True
    return len(parts) > 2 and sign == "," and page.word_before(found.start()) != "thứ"


def is_listed(lead: str) -> bool:
    """Whether the word before a figure names things that are numbered: thôn, cụm loa số."""
    return lead[-2:-1].isalpha() and LISTED.search(lead) is not None
