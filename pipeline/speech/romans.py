"""Roman numerals, where the word before them or their own shape leaves no doubt. "Anh Vi" is nobody's number six."""

from __future__ import annotations

import re

from pipeline.speech import numbers
from pipeline.speech.letters import CAPITAL, SMALL
from pipeline.speech.page import Kind, Page

NUMBERED = re.compile(
    r"(?:\b(?P<thing>quý|quí|chương|mục|phần|kh[óo][áa]|kỳ|kì|đại hội|thế kỷ|thế kỉ|loại|cấp|hạng|tập|nhóm|vùng|"
    r"khu|khu "
    r"vực|lần thứ|thứ|đợt|"
    r"bậc|điều|quyển|tiểu mục|phụ lục|bảng|mức|giai đoạn|học kỳ|học kì|trung ương|đảng|tuyến|bước|lớp|quận|"
    r"phường|tổ|cụm|"
    r"báo động|bđ|khu phố|kp|trạm bơm|cấp độ|(?<!một )số|vụ|thôn|xóm|ấp|đội|vòng|cột|mốc|gđ|hk|cki|dự thảo) |"
    r"\b(?:(?-i:[QPKT])\.\s?|(?-i:[qpt])\.|[qpkt]{2}\.\s?))"
    r"(?P<roman>[IVXLC]{1,8})(?![\w&]|\.[^\W\d])",
    re.IGNORECASE,
)
# no heading: the initials of a name (V. Lan Anh kể, V. V. Minh, I. I. I.)
HEADING = re.compile(
    r"^(?:[ \t*#•–—+_|~>-]|\[\d{1,3}\])*(?![IVX]\.\s?"
    + CAPITAL
    + r"\.\s?(?:"
    + CAPITAL
    + r"(?:\.|"
    + SMALL
    + r")|$))(?![XVCMDL]\.\s?"
    + CAPITAL
    + r"\w* "
    + CAPITAL
    + r"[^\W\d_]*"
    + SMALL
    + r")(?P<roman>[IVX]{1,6})(?=\s?[.)/:-]\s)",
    re.MULTILINE,
)
CLEAR = re.compile(r"(?<![\w.&/-])(?P<roman>[IVX]{2,7})(?![\w&]|\.[^\W\d])")
FOLLOWING = re.compile(r"(?P<joint>,| và| hoặc| đến|\s?[-–])\s?(?P<roman>[IVX]{1,6})(?![\w&]|\.[^\W\d])")
NAMES = frozenset({"VI", "XI", "XX", "XXX"})
# lần thứ I is the first, lần thứ III và IV the third and the fourth
ORDERED = re.compile(r"\bthứ (?:[ivx]{1,6}(?:,| và| hoặc| đến|\s?[-–])\s?){0,4}$")
YEAR = re.compile(r"\s?/\s?((?:19|20)\d\d)(?![\w/])")


def read_roman_numerals(page: Page) -> None:
    """quý IV, Đại hội XIII, thế kỷ XXI, Chương II, III và IV, and headings: I. MỤC ĐÍCH."""
    for found in page.matches(NUMBERED, " ."):
        letters = found["roman"]
        if letters.isupper() and (len(letters) > 1 or letters in "IVX"):
            _read(page, found, "lần thứ " if (found["thing"] or "").lower() == "đại hội" else "")
    for found in page.matches(HEADING, "IVX", ".)/:-"):
        _read(page, found)
    for found in page.matches(CLEAR, "IVX"):
        if found["roman"] not in NAMES:
            _read(page, found)
    for found in page.matches(FOLLOWING, "IVX", ", -–"):
        if page.is_amount_before(found.start()):
            _read(page, found)


def _read(page: Page, found: re.Match[str], introduced: str = "") -> None:
    value = numbers.roman(found["roman"])
    if value is None:
        return
    start, end = found.span("roman")
    is_ordinal = introduced or ORDERED.search(page.before(start))
    spoken = numbers.ordinal(value) if is_ordinal else numbers.cardinal(value)
    if not page.read(start, end, introduced + spoken, Kind.AMOUNT):
        return
    year = YEAR.match(page.text, end)
    if year:
        page.read(end, year.end(), f"năm {numbers.cardinal(int(year[1]), page.lexicon.zero)}", Kind.AMOUNT)
