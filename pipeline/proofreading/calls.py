"""Numbers that people are sent to: known ones, nobody's own, and written so that nobody dials another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.proofreading.draft import Draft, digits_of
from pipeline.proofreading.facts import CALLED, COUNTED
from pipeline.proofreading.findings import Finding, masked
from pipeline.proofreading.letters import plain
from pipeline.speech.page import words
from pipeline.speech.telephones import EMERGENCY

DIGITS = {
    "không": "0", "linh": "0", "một": "1", "mốt": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4", "năm": "5",
    "lăm": "5", "sáu": "6", "bảy": "7", "bẩy": "7", "tám": "8", "chín": "9",
}  # fmt: skip
SAID = "|".join(DIGITS)
IN_WORDS = re.compile(rf"\b(?:{SAID})(?:[ ,.\-–\n]{{1,3}}(?:{SAID})){{8,13}}\b", re.IGNORECASE)
FOLDED = {plain(word): digit for word, digit in DIGITS.items()}
FOLDED_WORDS = "|".join(FOLDED)
IN_FOLDED_WORDS = re.compile(rf"\b(?:{FOLDED_WORDS})(?:[ ,.\-]{{1,3}}(?:{FOLDED_WORDS})){{8,13}}\b")
MOBILE = re.compile(r"(?:84|0)[35789]\d{8}")

# short numbers of public use that a station does not list: carriers, collections, information
PUBLIC = EMERGENCY | words("1022 1080 1400 1401 1402 1403 1404 1405 1406 1407 1408 1409 1414 1441 1166 789 900 999 109")
MISLED = re.compile(
    r"\b(?:khong|dung|cho|tuyet doi|ke gian|lua dao|mao danh|gia danh|so la|doi tuong|ke lua|bon lua|chung|goi la)\b"
)
ASKED = re.compile(r"(?:\bso|tong dai|hotline|duong day nong|dau so|so may|dien thoai|\bsdt|\bdt)[ :]*(?:so )?$")
SHORT = re.compile(r"(?<![\w.,/+\-–])(?<!\d )[1-9]\d{2,3}(?![\w%/$€\-–]|[.,]\d| ?\d)")
ROAD = re.compile(r"\bĐT $")
YEARS = range(1900, 2100)

LANDLINE = re.compile(r"(?<![\w+])(?<!\d[.,:/\-])\(?02[ .\-)]?\d\)?(?:[ .\-]{0,2}\d){6,10}(?!\d)")
TELEPHONE = re.compile(
    r"(?:gọi|điện thoại|\bs?đt|số máy|hotline|đường dây nóng|liên hệ|tổng đài|báo|tel|trực ban)[^.;\n\d]{0,30}$",
    re.IGNORECASE,
)
AREA = re.compile(r"02(?:4|8|[0-35-79]\d)")


def find_numbers_in_words(draft: Draft) -> Iterator[Finding]:
    """không chín một hai …: the number of a private person, spelled so that no rule for figures sees it."""
    for passage in draft.passages:
        ascii_only = passage.text.isascii()
        known = FOLDED if ascii_only else DIGITS
        for found in (IN_FOLDED_WORDS if ascii_only else IN_WORDS).finditer(passage.text.lower()):
            digits = "".join(known[word] for word in re.findall(r"\w+", found[0]))
            number = digits_of(digits)
            if MOBILE.fullmatch(digits) and number not in draft.report_numbers:
                yield passage.finding("phone_private", *found.span(), written=masked(number, "phone_private"))


def find_unknown_hotlines(draft: Draft) -> Iterator[Finding]:
    """Gọi 5566, where the station knows 5656: a short number that nobody vouches for."""
    known = draft.report_numbers | PUBLIC
    for passage in draft.passages:
        folded = plain(passage.text)
        for found in SHORT.finditer(folded):
            if found[0] in known or ROAD.search(passage.text[max(0, found.start() - 4) : found.start()]):
                continue
            if _is_called(folded, found):
                close = _closest(found[0], draft.report_numbers, EMERGENCY)
                yield passage.finding("hotline_unknown", *found.span(), close=close or "–")


def _is_called(folded: str, found: re.Match[str]) -> bool:
    lead, follow = folded[max(0, found.start() - 60) : found.start()], folded[found.end() : found.end() + 14].split()
    if found[0] in ("1800", "1900") or not CALLED.search(lead[-40:]):
        return False
    if follow and folded[found.end()] == " " and follow[0].strip(".,;") in COUNTED:
        return False
    if int(found[0]) in YEARS and not ASKED.search(lead):
        return False
    sentence = re.split(r"[.!?\n]", lead)[-1]
    return MISLED.search(sentence) is None


def _closest(number: str, *known: frozenset[str]) -> str:
    """The known number with the same figures in another order, or else all but one of them; "" where none has."""
    alike = [each for group in known for each in sorted(group) if len(each) == len(number)]
    turned = [each for each in alike if sorted(each) == sorted(number)]
    near = [each for each in alike if sum(a != b for a, b in zip(each, number, strict=True)) == 1]
    return next(iter([*turned, *near]), "")


def find_odd_landlines(draft: Draft) -> Iterator[Finding]:
    """02253.872.113: the code of the area is 0225; a number grouped otherwise is dialled wrongly when it is heard."""
    for passage in draft.passages:
        for found in LANDLINE.finditer(passage.text):
            groups = re.findall(r"\d+", found[0])
            digits = "".join(groups)
            area = AREA.match(digits)
            if area is None:
                continue
            rest = digits[area.end() :]
            right = f"{area[0]}.{rest[:4]}.{rest[4:]}"
            if len(digits) != 11 and TELEPHONE.search(passage.text[max(0, found.start() - 50) : found.start()]):
                yield passage.finding("landline_length", *found.span(), digits=len(digits))
            elif len(digits) == 11 and len(groups) > 1 and groups[0] != area[0]:
                yield passage.finding("landline_grouping", *found.span(), right=right, area=area[0])
