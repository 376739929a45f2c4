"""A letter behind a figure that is a unit to some: trẻ 6-15t, kỳ hạn 12T, xe 3,5T, 20°N."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech.page import Kind, Page

AGED = re.compile(r"(?<=\d)t(?!\w)")
AGED_BEFORE = re.compile(
    r"(?:\b(?:trẻ|em|người|cụ|ông|bà|anh|chị|cháu|bé|con|nct|nkt|nữ|nam|độ tuổi|"
    r"sinh viên|học sinh|thiếu nhi|tuổi)\b[^.;\d]{0,12}|"
    r"[^\W\d_]\.? ?\(|[<>≤≥]\s?|\b(?:dưới|từ đủ|đủ) )(?:\d{1,3}\s?[-–]\s?)?\d{1,3}$"
)
AGED_T = re.compile(r"(?<=\d)T(?!\w)")
AGED_T_BEFORE = re.compile(
    r"\b(?:trẻ|em|người|cụ|ông|bà|anh|chị|cháu|bé|nữ|nam|độ tuổi|học sinh)\b"
    r"(?:(?!xe\b|tải|lái|hàng|cẩu|container)[^.;\d]){0,16}(?:\d{1,3}\s?[-–]\s?)?\d{1,3}$"
)
TERMS = re.compile(r"(?<=\d)T(?!\w)")
TERMS_BEFORE = re.compile(r"\b(?:kỳ hạn|thời hạn|bảo hành|gói|trả góp|lãi)\b[^.;]{0,20}$")
COMPASS = re.compile(r"\d\s?['’′\"″]\s?([NSEW])(?!\w)")
COMPASS_NAMES = {"N": "bắc", "S": "nam", "E": "đông", "W": "tây"}
TONS = re.compile(r"(?<=\d)T(?!\w)")
TONS_BEFORE = re.compile(r"\d[.,]\d{1,3}$|\b(?:xe|tải|trọng tải|cẩu|container|hàng)\b[^.;]{0,30}$")
LONE_LETTERS = (
    (AGED, "t", AGED_BEFORE, "tuổi"),
    (TERMS, "T", TERMS_BEFORE, "tháng"),
    (AGED_T, "T", AGED_T_BEFORE, "tuổi"),
)


def read_lone_letters(page: Page) -> None:
    """Behind the plain units. trẻ 6-15t and dưới 16T are years of age, kỳ hạn 12T months, xe 3,5T tons."""
    for found in page.matches(COMPASS, "NSEW", "'’′\"″"):
        page.read(found.start(1), found.end(), COMPASS_NAMES[found[1]], why=ReadingKind.GUESS)
    for pattern, letter, lead, spoken in LONE_LETTERS:
        for found in page.matches(pattern, letter):
            if lead.search(page.before(found.start())):
                page.read(found.start(), found.end(), spoken, Kind.AMOUNT, ReadingKind.GUESS)
    for found in page.matches(TONS, "T"):
        if TONS_BEFORE.search(page.before(found.start())):
            page.read(found.start(), found.end(), "tấn", Kind.AMOUNT)
