"""The end of the way: signs between what was read, and what nobody has given a reading."""

from __future__ import annotations

import re

from pipeline.speech import letters
from pipeline.speech.page import Claim, Kind, Page

DASH = re.compile(r"\s{0,3}[-–—−~]\s{0,3}(?=\w)")
COUNTED_AFTER = re.compile(r"(?:thứ|ngày|tháng|mùng|quý|năm|điều|khoản) \d", re.IGNORECASE)
POINT = re.compile(r"(?<=\w)\.(?=\d)")
SLASH = re.compile(r"[ \t]?[/\\]+[ \t]?")
SIGN = re.compile(r"([&+=<>≥≤≈~×÷°§@$€£¥₫%‰|\\#*^_/@±−º²³№•→⁄])\1*")
SIGNS = {
    "&": "và", "+": "cộng", "=": "bằng", "<": "nhỏ hơn", ">": "lớn hơn", "≥": "từ", "≤": "không quá", "≈": "khoảng",
    "~": "khoảng", "×": "nhân", "÷": "chia", "°": "độ", "º": "độ", "@": "a còng", "$": "đô la", "€": "ơ rô",
    "£": "bảng",
    "¥": "yên", "₫": "đồng", "%": "phần trăm", "‰": "phần nghìn", "⁄": "phần", "±": "cộng trừ", "²": "bình phương",
    "³": "lập phương",
}  # fmt: skip
FACTOR = re.compile(r"(?<!\w)[x×](?=\d)")
TIMES = re.compile(r"(?<=\d)\s?[x×]\s?(?=\d)")
NAME = re.compile(r"(?=.{4})[^AEIOUY]{0,2}[AEIOUY]{1,2}[^AEIOUY]{1,2}[AEIOUY]{1,2}[^AEIOUY]{0,2}")  # YAGI can be said
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
FIGURES = re.compile(r"\d+")


def read_dashes(page: Page) -> None:
    """Between two amounts a dash says "đến"; between two codes it parts them; elsewhere it stays."""
    for found in TIMES.finditer(page.text):
        page.read(found.start(), found.end(), "nhân")
    for found in FACTOR.finditer(page.text):
        page.read(found.start(), found.end(), "nhân")
    for found in DASH.finditer(page.text):
        start, end = found.span()
        left, right = page.ending.get(start), page.starting.get(end)
        if left is None:
            continue
        if left.kind is Kind.AMOUNT and page.text[end].isalpha() and COUNTED_AFTER.match(page.text, end):
            page.read(start, end, "đến")
        if right is None:
            continue
        if left.kind is Kind.AMOUNT and right.kind is Kind.AMOUNT:
            is_score = page.before(left.start).endswith(("tỷ số ", "tỉ số "))
            page.read(start, end, " " if is_score else "đến")
        elif (left.kind is right.kind is Kind.CODE) or (left.kind is right.kind is Kind.WORD and len(found[0]) == 1):
            page.read(start, end, ",")


def read_slashes(page: Page) -> None:
    """thôn/xóm → thôn, xóm: a short pause is right for both "and" and "or"."""
    for found in SLASH.finditer(page.text):
        start, end = found.span()
        left, right = page.ending.get(start), page.starting.get(end)
        both = left is not None and right is not None and right.kind is Kind.AMOUNT and _counts(left)
        page.read(start, end, "trên" if both else ", ")


def read_points(page: Page) -> None:
    """Mục I.2: a point between two figures that were read apart."""
    for found in POINT.finditer(page.text):
        if page.is_amount_before(found.start()) and page.is_amount_after(found.end()):
            page.read(found.start(), found.end(), "chấm")


def _counts(claim: Claim) -> bool:
    return claim.kind is Kind.AMOUNT or (claim.kind is Kind.CODE and claim.end - claim.start <= 5)


def read_signs_left(page: Page) -> None:
    """What is still a bare sign; a row of one sign is an ornament."""
    for found in SIGN.finditer(page.text):
        start, end = found.span()
        if page.is_free(start, end):
            spoken = SIGNS.get(found[0], "")
            page.read(start, end, spoken, Kind.WORD if spoken else Kind.SILENT)
        elif end - start > 1:
            for position in range(start, end):
                page.silence(position, position + 1)


def list_unknown(page: Page) -> None:
    """Capitals that are no word are spelled; foreign spellings stay as written. Both are listed for the operator."""
    taken, is_syllable = page.taken, letters.is_syllable
    for found in WORD.finditer(page.text):
        if taken[found.start()]:
            continue
        word = found[0]
        if len(word) == 1 or is_syllable(word):
            continue
        spelled = letters.spell(word) if word.isupper() and len(word) <= 8 and not NAME.fullmatch(word) else ""
        page.read(found.start(), found.end(), spelled or word, Kind.UNKNOWN)
