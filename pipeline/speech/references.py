"""Numbers of official papers: 830/QĐ-TTg, 15/2020/NĐ-CP, 35-NQ/TW, /KH-UBND."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech import letters, numbers
from pipeline.speech.lexicon import Lexicon
from pipeline.speech.page import Kind, Page

SYMBOLS = r"[A-ZĐƯ][A-Za-zĐđƯư&.]{0,11}\d{0,2}(?:(?:\s?[-–]\s?|\.)[A-ZĐƯ][A-Za-zĐđƯư&]{0,11}\d{0,2}){0,8}"
NUMBERED = re.compile(
    rf"(?<![\w/.,-])(?P<number>\d{{1,6}}[A-Za-jl-z]?)?(?:/(?P<year>(?:19|20)\d\d))?\s?/\s?(?P<symbols>{SYMBOLS})(?![\w])"
)
PARTY = re.compile(r"(?<![\w/.,-])(?P<number>\d{1,5})\s?[-–]\s?(?P<symbols>[A-ZĐ]{1,5}[a-z]?/[A-ZĐƯ]{1,10})(?!\w)")
YEARLY = re.compile(r"(?<![\w/.,-])(?P<number>\d{1,4})/(?P<year>(?:19|20)\d\d)(?![\w/])")
PAPERS = re.compile(r"(?:nghị định|thông tư|quyết định|luật|nghị quyết|chỉ thị|công văn|kế hoạch|pháp lệnh|công điện|"
                    r"nđ|tt|qđ|nq|ct|cv|kh)"
                    r"(?: liên tịch)?(?: số)?:? $")  # fmt: skip

# What these letters mean behind the slash of a paper's number; elsewhere the lexicon decides.
MEANINGS = {
    "QĐ": "quyết định", "NĐ": "nghị định", "NQ": "nghị quyết", "TT": "thông tư", "CT": "chỉ thị", "KH": "kế hoạch",
    "CV": "công văn", "TB": "thông báo", "BC": "báo cáo", "HD": "hướng dẫn", "TTr": "tờ trình", "CĐ": "công điện",
    "PA": "phương án", "KL": "kết luận", "QC": "quy chế", "QyĐ": "quy định", "L": "luật", "PL": "pháp lệnh",
    "GM": "giấy mời",
    "GDTrH": "giáo dục trung học", "VX": "văn xã", "VPTU": "văn phòng thành ủy", "BTGTU": "ban tuyên giáo thành ủy",
    "HSST": "hình sự sơ thẩm", "HSPT": "hình sự phúc thẩm", "DSST": "dân sự sơ thẩm",
    "CTr": "chương trình", "ĐA": "đề án", "BB": "biên bản", "HĐ": "hợp đồng", "TTLT": "thông tư liên tịch",
    "CP": "chính phủ", "TTg": "thủ tướng", "CTN": "chủ tịch nước", "QH": "quốc hội", "TW": "trung ương",
    "BTC": "bộ tài chính", "BCT": "bộ công thương", "TU": "thành ủy", "HU": "huyện ủy", "ĐU": "đảng ủy",
    "BTG": "ban tuyên giáo", "BVHTT": "bộ văn hóa thông tin", "VP": "văn phòng", "TTCP": "thanh tra chính phủ",
    "SGDĐT": "sở giáo dục và đào tạo", "STTTT": "sở thông tin và truyền thông", "SYT": "sở y tế", "STC": "sở tài chính",
    "SNV": "sở nội vụ", "SLĐTBXH": "sở lao động thương binh và xã hội", "BGTVT": "bộ giao thông vận tải",
}  # fmt: skip
NAMED_PAPER = re.compile(  # CĐ 139/CĐ-TTg: what it is stands in its number, too
    r"(?<![\w-])([A-ZĐ][A-Za-zĐ]{1,2})(?=(?: số)?:? \d{1,6}(?:/(?:19|20)\d\d)?\s?[-–/]\s?\1[-/])"
)
FORM = re.compile(r"\b(?:mẫu|biểu|tờ khai|biểu mẫu|phụ lục)(?: số)?:? $")
SYMBOL = re.compile(r"([A-Za-zĐđƯư&]+)(\d*)")


def read_decision_numbers(page: Page) -> None:
    """Before dates and abbreviations: both would take a part of 15/2020/NĐ-CP for their own."""
    if "/" not in page.text:
        return
    _read_named_papers(page)
    for found in NUMBERED.finditer(page.text):
        symbols = found["symbols"].rstrip(".")
        if FORM.search(page.before(found.start())) and symbols[-1:].isdigit():
            continue  # mẫu số 01/CT01 is a form
        if found["number"] is None and page.before(found.start())[-1:].isalnum():
            continue
        if sum(char.isupper() for char in symbols) < 2 and symbols not in MEANINGS:
            continue
        words = [*_number(page, found), *(["năm", numbers.whole(found["year"])] if found["year"] else [])]
        page.read(
            found.start(), found.start("symbols") + len(symbols), " ".join([*words, meaning(symbols, page.lexicon)])
        )
    for found in page.matches(PARTY, "-–"):
        spoken = f"{numbers.whole(found['number'], page.lexicon.zero)} {meaning(found['symbols'], page.lexicon)}"
        page.read(found.start(), found.end(), spoken)
    for found in page.matches(YEARLY, run=4):
        if PAPERS.search(page.before(found.start())):
            words = [*_number(page, found), "năm", numbers.whole(found["year"], page.lexicon.zero)]
            page.read(found.start(), found.end(), " ".join(words), Kind.AMOUNT)


def _read_named_papers(page: Page) -> None:
    for found in NAMED_PAPER.finditer(page.text):
        if found[1] in MEANINGS:
            page.read(found.start(), found.end(), MEANINGS[found[1]])


CLAUSE = re.compile(r"(?<!\w)[Kk]\.?\s?(\d{1,2}),?\s?Đ\.?\s?(\d{1,3})(?!\w)")
ARTICLE = re.compile(r"(?<!\w)Đ\.?\s?(\d{1,3})(?=,? (?:BL|Luật|NĐ|Nghị định|Bộ luật))")


def read_clauses(page: Page) -> None:
    """K1 Đ174 BLHS → khoản một điều một trăm bảy mươi tư."""
    for found in page.matches(CLAUSE, "Kk", "Đ"):
        first, second = (numbers.whole(part, page.lexicon.zero) for part in found.groups())
        page.read(found.start(), found.end(), f"khoản {first} điều {second}", why=ReadingKind.GUESS)
    for found in page.matches(ARTICLE, "Đ"):
        page.read(
            found.start(), found.end(), f"điều {numbers.whole(found[1], page.lexicon.zero)}", why=ReadingKind.GUESS
        )


def _number(page: Page, found: re.Match[str]) -> list[str]:
    written = found["number"]
    if not written:
        return []
    digits = written.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    spoken = numbers.cardinal(int(digits), page.lexicon.zero)
    return [spoken, letters.spell(written[len(digits) :])] if digits != written else [spoken]


def meaning(symbols: str, lexicon: Lexicon) -> str:
    """QĐ-TTg → quyết định thủ tướng; letters by name where neither this table nor the lexicon knows them."""
    return " ".join(_meaning(name, digits, lexicon) for name, digits in SYMBOL.findall(symbols))


def _meaning(name: str, digits: str, lexicon: Lexicon) -> str:
    whole = (lexicon.reading(name + digits) if digits else None) or ""
    if whole:
        return whole
    spoken = MEANINGS.get(name) or lexicon.reading(name) or letters.spell(name)
    return f"{spoken} {numbers.whole(digits)}" if digits else spoken
