"""What a dash says between two things that were read: a range, a score, a pause; from one mark to another."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech.page import Claim, Kind, Page, words

DASH = re.compile(r"\s{0,3}[-–—−~]\s{0,3}(?=\w|[-−]\d)|(?<=\d)÷(?=\d)")
COUNTED_AFTER = re.compile(r"(?:thứ|ngày|tháng|mùng|quý|năm|điều|khoản) \d", re.IGNORECASE)
SCORE = re.compile(
    r"(?:t[ỷỉ] số\b[^.;\d]{0,40}(?:\d{1,3}[-–]\d{1,3}, ?){0,4}|"
    r"\b(hòa|thắng|thua|dẫn|hạ|đánh bại|vượt qua|chung cuộc|kết quả|trận đấu|chung kết|hiệp|ván)\b[^.;\d]{0,25} )$"
)
AFTER_SCORE = words("trước sau trong ở và tại nhờ chung cuộc đội trên để vào nghiêng cho khi với ngay của thuộc") | {""}
RANGED = words("tháng thứ ngày quý cấp lớp khối giờ từ điều khoản mùng đêm")
CHAIN_OF = re.compile(r"\d{1,3}[-–]\d{1,3}[-–]\d{1,3}(?![\w%]|/\d|[.,:]\d)")
IN_CHAIN = re.compile(r"(?<![\w.,/:])\d{1,3}[-–]$")
STRETCH = re.compile(r"(?:([A-ZĐ]{1,3})\d{1,4})\s?[-–]\s?\1\d{1,4}(?!\w)")  # M1-M15
STRETCHED = re.compile(
    r"(?<=\d)\s?[-–]\s?(?=K\s?\d{1,4}\+\d|(?:Km|km|KM)\s?\d{1,4}(?:\+\d|(?!\w)))"
)  # K12+500 - K13+200
LONGEST = 4  # digits that are compared

PAUSE, TO = (", ", None), ("đến", None)


def read_dashes(page: Page) -> None:
    """Between two amounts a dash says "đến"; between two codes it parts them; elsewhere it stays."""
    for found in page.matches(STRETCHED, "Kk"):
        page.read(found.start(), found.end(), " đến ")
    for found in DASH.finditer(page.text):
        start, end = found.span()
        left, right = page.ending[start], page.starting[end]
        if left is None:
            continue
        if left.kind is Kind.AMOUNT and page.text[end].isalpha() and COUNTED_AFTER.match(page.text, end):
            page.read(start, end, "đến")
        elif right is not None:
            spoken, why = _joint(page, left, right, len(found[0]))
            if spoken:
                page.read(start, end, spoken, why=why)


def _joint(page: Page, left: Claim, right: Claim, length: int) -> tuple[str, ReadingKind | None]:
    """What is said between two claims, and why if it is a guess; nothing where the dash stays as it is."""
    if left.spoken.endswith("vĩ Bắc") or CHAIN_OF.match(page.text, left.start) or _follows_dash(page, left):
        return PAUSE
    if left.kind is Kind.AMOUNT and right.kind is Kind.AMOUNT:
        if _is_score(page, left, right):
            return " ", None if SCORE.search(page.before(left.start)) else ReadingKind.GUESS
        return (", ", ReadingKind.GUESS) if _is_fall(page, left, right) else TO
    if STRETCH.match(page.text, left.start) or (left.kind is Kind.AMOUNT and right.spoken == "âm"):
        return TO
    if left.kind is Kind.CODE and right.kind in {Kind.CODE, Kind.AMOUNT}:
        return ",", None
    return ("," if left.kind is right.kind is Kind.WORD and length == 1 else "", None)


def _figures(page: Page, left: Claim, right: Claim) -> tuple[str, str]:
    """Both sides where they are short runs of digits, else nothing."""
    ahead, behind = page.text[left.start : left.end], page.text[right.start : right.end]
    if ahead.isdecimal() and behind.isdecimal() and max(len(ahead), len(behind)) <= LONGEST:
        return ahead, behind
    return "", ""


def _follows_dash(page: Page, claim: Claim) -> bool:
    """Whether a figure stands between two dashes: 16-16-8 is no range."""
    return IN_CHAIN.search(page.text, max(0, claim.start - 8), claim.start) is not None and claim.spoken != ""


def _is_fall(page: Page, left: Claim, right: Claim) -> bool:
    """45-20: a range never falls, but hours, days and months may."""
    ahead, behind = _figures(page, left, right)
    if not ahead or len(behind) < len(ahead) or page.word_before(left.start) in RANGED:
        return False
    return int(ahead) > int(behind) and not page.is_amount_after(right.end)


def _is_score(page: Page, left: Claim, right: Claim) -> bool:
    """thắng 2-1; but not "thắng 2-3 triệu"."""
    ahead, behind = _figures(page, left, right)
    if not ahead:
        return False
    lead = page.before(left.start)
    found = SCORE.search(lead) if lead.endswith(" ") or "số" in lead else None
    is_short = len(ahead) == len(behind) == 1 or found is not None
    if is_short and int(ahead) > int(behind) and page.word_before(left.start) not in RANGED:
        return True  # a range never falls
    return found is not None and (found[1] is None or page.word_after(right.end) in AFTER_SCORE)
