"""The end of the way: signs between what was read, and what nobody has given a reading."""

from __future__ import annotations

import re
import unicodedata

from pipeline.domain import ReadingKind
from pipeline.speech import letters
from pipeline.speech.page import CONTEXT, Claim, Kind, Page, words

POINT = re.compile(r"(?<=\w)\.(?=\d)")
LOOSE_POINT = re.compile(r"(?<=\s)\.(?=\d)")  # biển .58
PLACE_POINT = re.compile(r"(?<=(?<!\w)(?:TDP|KDC|KĐT|CCN|KCN|TBA))\.(?=[^\W\d_])|(?<=(?<!\w)KP)\.(?=[^\W\d_])")
SLASH = re.compile(r"[ \t]?[/\\]+[ \t]?")
SIGN = re.compile(r"([&+=<>≥≤≈~×÷°§@$€£¥₫%‰|\\#*^_/@±−º²³№•→⁄])\1*")
SIGNS = {
    "&": "và", "+": "cộng", "=": "bằng", "<": "nhỏ hơn", ">": "lớn hơn", "≥": "ít nhất", "≤": "không quá",
    "≈": "khoảng",
    "~": "khoảng", "×": "nhân", "÷": "chia", "°": "độ", "º": "độ", "@": "a còng", "$": "đô la", "€": "ơ rô",
    "£": "bảng",
    "¥": "yên", "₫": "đồng", "%": "phần trăm", "‰": "phần nghìn", "⁄": "phần", "±": "cộng trừ", "²": "bình phương",
    "≠": "khác",
    "³": "lập phương",
}  # fmt: skip
BOUND = re.compile(r"[<>]=(?=\s?\d)")
CELSIUS = re.compile(r"[°º]\s?[Cc](?![^\W\d_])")  # °C that no figure leads up to, or that one follows
LIMITS = {">": "trên", "<": "dưới"}
LIMITED = re.compile(r"\d")
TERM = re.compile(r"(?<![^\W\d_])\d")  # and no SpO2
FACTOR = re.compile(r"(?<!\w)[x×](?=\d)")
TIMES = re.compile(r"(?<=\d)(?:\s?[x×]\s?|\*)(?=\d)")
SIDES = re.compile(r"(?<=[^\W\d_])[x×](?=\d)")  # 2mx3m
DOSES = re.compile(r"(?<=[\w%)]) [x×]\s?(?=\d)")  # 100ml x 2, 2 viên x 3
NAME = re.compile(r"(?=.{4})[^AEIOUY]{0,2}[AEIOUY]{1,2}[^AEIOUY]{1,2}[AEIOUY]{1,2}[^AEIOUY]{0,2}")  # YAGI can be said
WORD = re.compile(r"[^\W\d_²³¼-¾⅐-⅞]+(?:['’][^\W\d_]+)?")
SHORT = frozenset({2, 3})
LONE = re.compile(r"(?<![^\W_])(?<!\.)[A-ZĐ]\.(?=\s?" + letters.CAPITAL + letters.SMALL + ")")
PEOPLE = words("anh chị ông bà em cháu cô chú bác cụ bé thị văn tên đối tượng can cáo nhân viên sĩ")
MARK = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
STRANGE = {"Sm", "Sc", "So", "Sk", "Lo"}


def read_factors(page: Page) -> None:
    """3x4, x2, 100ml x 2."""
    for found in page.matches(TIMES, "x×*"):
        page.read(found.start(), found.end(), "nhân")
    for found in page.matches(FACTOR, "x×"):
        page.read(found.start(), found.end(), "nhân")
    for found in page.matches(SIDES, "x×"):
        if page.is_amount_before(found.start()):
            page.read(found.start(), found.end(), "nhân")
    for found in page.matches(DOSES, "x×"):
        page.read(found.start(), found.end(), " nhân ")


def read_slashes(page: Page) -> None:
    """thôn/xóm → thôn, xóm: a short pause is right for both "and" and "or"."""
    for found in SLASH.finditer(page.text):
        start, end = found.span()
        left, right = page.ending[start], page.starting[end]
        both = left is not None and right is not None and right.kind is Kind.AMOUNT and _counts(left)
        page.read(start, end, "trên" if both else ", ")


def read_points(page: Page) -> None:
    """Mục I.2: a point between two figures that were read apart."""
    for found in LOOSE_POINT.finditer(page.text):
        page.silence(found.start(), found.end())
    for found in POINT.finditer(page.text):
        left = page.ending[found.start()]
        if left is not None and left.kind in {Kind.AMOUNT, Kind.CODE} and page.is_amount_after(found.end()):
            page.read(found.start(), found.end(), "chấm")
        elif left is not None and _is_cut_short(page, left):
            page.read(found.start(), found.end(), " ")
    for found in page.matches(PLACE_POINT, "."):
        page.read(found.start(), found.end(), " ")


def _is_cut_short(page: Page, claim: Claim) -> bool:
    """KP.3, TDP.5: the stop belongs to the capitals, and ends nothing."""
    return (
        claim.why is ReadingKind.ABBREVIATION
        and claim.end - claim.start > 1
        and (page.text[claim.start : claim.end].isupper())
    )


def _counts(claim: Claim) -> bool:
    return claim.kind is Kind.AMOUNT or (claim.kind is Kind.CODE and claim.end - claim.start <= 5)


def read_signs_left(page: Page) -> None:
    """What is still a bare sign; a row of one sign is an ornament."""
    taken, read = page.taken, page.read
    for found in page.matches(CELSIUS, "°º", "Cc"):
        read(found.start(), found.end(), "độ xê")
    for found in page.matches(BOUND, "<>", "="):
        read(found.start(), found.end(), "ít nhất" if found[0] == ">=" else "không quá")
    for found in SIGN.finditer(page.text):
        start, end = found.span()
        if taken.find(1, start, end) < 0:
            sign = found[0]
            spoken = SIGNS.get(sign, "")
            if sign in LIMITS and LIMITED.match(page.text, end) and not _is_term(page.text, start):
                spoken = LIMITS[sign]
            read(start, end, spoken, Kind.WORD if spoken else Kind.SILENT)
        elif end - start > 1:
            for position in range(start, end):
                page.silence(position, position + 1)


def _is_term(text: str, start: int) -> bool:
    """Whether a figure stands before a sign: 5 > 3 is a comparison, >200mm a limit."""
    end = start
    while end and text[end - 1] in " \n" and start - end < CONTEXT:
        end -= 1
    return TERM.match(text, max(0, end - 1), end) is not None


def _among_capitals(page: Page, found: re.Match[str]) -> bool:
    """Whether a word stands in a heading, where every word is in capitals."""
    start, end = found.span()
    around = (page.text[max(0, start - 24) : start].split()[-1:], page.text[end : end + 24].split()[:1])
    return any(word and len(word[0]) > 1 and word[0].strip(".,:;!?()").isupper() for word in around)


def _list_lone_letters(page: Page) -> None:
    """V. Lan may be a person whose name is withheld, or a word cut short."""
    for found in page.matches(LONE, "."):
        if page.before(found.start()).strip() and page.word_before(found.start()) not in PEOPLE:
            page.read(found.start(), found.end(), found[0], why=ReadingKind.GUESS)


def _list_strange_signs(page: Page) -> None:
    """Signs nobody has given a reading: a voice would pass over them."""
    if page.text.isascii():
        return
    for position, char in enumerate(page.text):
        if char > "\u00ff" and not page.taken[position] and unicodedata.category(char) in STRANGE:
            page.read(position, position + 1, char, Kind.UNKNOWN)


def list_unknown(page: Page) -> None:
    """Capitals that are no word are spelled; foreign spellings stay as written. Both are listed for the operator."""
    _list_lone_letters(page)
    _list_strange_signs(page)
    taken, is_syllable = page.taken, letters.is_syllable
    for found in WORD.finditer(page.text):
        if taken[found.start()]:
            continue
        word = found[0]
        glued = len(word) == 1 and page.text[found.start() - 1 : found.start()].isdigit()
        if not glued and (is_syllable(word) or (len(word) == 1 and word.upper() in letters.NAMES)):
            if len(word) in SHORT and word.isupper() and word.isascii() and not _among_capitals(page, found):
                page.read(found.start(), found.end(), word, why=ReadingKind.GUESS)  # HA 150/90 and HA are one writing
            continue
        if not glued and letters.is_marked_loan(word):
            page.read(found.start(), found.end(), word, why=ReadingKind.GUESS)
            continue
        spelled = letters.spell(word) if word.isupper() and len(word) <= 8 and not NAME.fullmatch(word) else ""
        page.read(found.start(), found.end(), spelled or word, Kind.UNKNOWN)


def silence_marks(page: Page) -> None:
    """6T́, 8g̣: a mark on what is spoken by other letters would end on the last of those."""
    if page.text.isascii():
        return
    for found in MARK.finditer(page.text):
        claim = page.ending[found.start()]
        if claim is not None and claim.spoken != page.text[claim.start : claim.end]:
            page.silence(found.start(), found.end())
