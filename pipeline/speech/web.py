"""Addresses of the net, e-mail, hashtags: words where they are known, letters and signs where not."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.speech import letters, numbers
from pipeline.speech.page import Page

DOMAINS = (
    "vn|com|net|org|gov|edu|info|io|ly|me|gl|app|xyz|top|site|online|shop|vip|club|cc|co|tv|asia|us|uk|cn|live|biz|"
    "store|ai|icu|link|click|work|pro|name|mobi|to|page|dev"
)
URL = re.compile(
    r"(?<![\w@.])(?:https?://|www\.)[^\s<>\"“”()\[\]]{1,300}"
    rf"|(?<![\w@.])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,6}}(?:{DOMAINS})(?![\w-]|"
    rf"\.[a-z0-9])(?:[/?][^\s<>\"“”()\[\]]{{0,300}})?",
    re.IGNORECASE,
)
EMAIL = re.compile(r"(?<![\w.@])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,12}(?![\w-])", re.IGNORECASE)
HANDLE = re.compile(r"(?<!\w)@([A-Za-z0-9_]{2,40})")
HASHTAG = re.compile(r"(?<!\w)#([^\W\d_]\w{0,80})")
PART = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
CAMEL = re.compile(r"[A-ZĐÀ-Ỹ]?[a-zđà-ỹ]+|[A-ZĐ]+(?![a-z])|\d+|[^\W_]")
TRAILING = ".,;:!?…'’"
SCHEME = re.compile(r"https?://", re.IGNORECASE)

SIGNS = {
    ".": "chấm", "/": "gạch chéo", "-": "gạch ngang", "_": "gạch dưới", "@": "a còng", ":": "hai chấm", "?": "hỏi chấm",
    "=": "bằng", "&": "và", "%": "phần trăm", "+": "cộng", "#": "thăng",
}  # fmt: skip
LABELS = {
    "vn": "vê nờ", "gov": "gốp", "com": "com", "net": "nét", "org": "oóc", "edu": "e đu", "info": "in phô",
    "www": "vê kép vê kép vê kép", "bit": "bít", "ly": "ly", "io": "i ô", "gmail": "gờ meo", "yahoo": "da hu",
    "canhbao": "cảnh báo", "khonggianmang": "không gian mạng", "congan": "công an", "bocongan": "bộ công an",
    "dichvucong": "dịch vụ công", "haiphong": "hải phòng", "hanoi": "hà nội", "hochiminh": "hồ chí minh",
    "danang": "đà nẵng", "chinhphu": "chính phủ", "baochinhphu": "báo chính phủ",
    "thongtinchinhphu": "thông tin chính phủ",
    "tinnhiemmang": "tín nhiệm mạng", "vietnam": "việt nam", "quochoi": "quốc hội", "toaan": "tòa án",
    "chongthurac": "chống thư rác", "chongluadao": "chống lừa đảo", "luadao": "lừa đảo", "anninhmang": "an ninh mạng",
    "antoan": "an toàn", "thuvienphapluat": "thư viện pháp luật", "vinhbao": "vĩnh bảo", "anlao": "an lão",
    "xa": "xã", "ubnd": "u bê nờ đê", "facebook": "phây búc", "zalo": "da lô", "google": "gu gồ", "vneid": "vê nê i đê",
    "baohiemxahoi": "bảo hiểm xã hội", "hotro": "hỗ trợ", "lienhe": "liên hệ", "phananh": "phản ánh",
    "khongthuphi": "không thu phí", "tuyentruyen": "tuyên truyền", "canhgiac": "cảnh giác", "thongtin": "thông tin",
    "phongchongluadao": "phòng chống lừa đảo", "nganhang": "ngân hàng", "suckhoe": "sức khỏe", "nhandan": "nhân dân",
    "antoanmang": "an toàn mạng", "khonglienlac": "không liên lạc", "dancu": "dân cư", "cancuoc": "căn cước",
    "quangcao": "quảng cáo", "khongquangcao": "không quảng cáo",
}  # fmt: skip


def read_web_addresses(page: Page) -> None:
    """mps.gov.vn and https://…; the scheme is not spoken."""
    if "." not in page.text:
        return
    for found in EMAIL.finditer(page.text) if "@" in page.text else ():
        page.read(found.start(), found.end(), address(found[0]))
    for found in URL.finditer(page.text):
        written = found[0].rstrip(TRAILING)
        spoken = address(SCHEME.sub("", written, count=1).rstrip("/"))
        page.read(found.start(), found.start() + len(written), spoken)


def read_hashtags(page: Page) -> None:
    """#AnToanMang: the words without the sign; @name with it."""
    if "@" in page.text:
        for found in HANDLE.finditer(page.text):
            page.read(found.start(), found.end(), f"a còng {address(found[1])}")
    if "#" not in page.text:
        return
    for found in HASHTAG.finditer(page.text):
        words = [word for part in found[1].split("_") for word in _hashtag_words(page, part)]
        page.read(found.start(), found.end(), " ".join(words))


def _hashtag_words(page: Page, part: str) -> list[str]:
    if part.lower() in LABELS:
        return [LABELS[part.lower()]]
    return [_hashtag_word(page, word) for word in CAMEL.findall(part)]


def _hashtag_word(page: Page, word: str) -> str:
    if word.isdigit():
        return numbers.whole(word)
    known = page.lexicon.reading(word) or page.lexicon.reading(word.lower())
    return known or (letters.spell(word) if word.isupper() and not letters.is_syllable(word) else word)


def address(written: str) -> str:
    """A web or e-mail address as spoken."""
    return " ".join(_spoken(part) for part in PART.findall(written) if part in SIGNS or part[0].isalnum())


def _spoken(part: str) -> str:
    if part in SIGNS:
        return SIGNS[part]
    if part[0].isdigit():
        return numbers.digit_by_digit(part)
    return label(part.lower())


@lru_cache(maxsize=2000)
def label(word: str) -> str:
    """One name of an address: as words where known or where it falls into syllables, else by letters if short."""
    if word in LABELS:
        return LABELS[word]
    if len(word) <= 4 and not letters.is_syllable(word):
        return letters.spell(word) or word
    return " ".join(_syllables(word) or [word])


def _syllables(word: str) -> list[str]:
    """The word cut into as few Vietnamese syllables as it takes; nothing where it cannot be."""
    best: list[list[str] | None] = [[], *([None] * len(word))]
    for end in range(1, min(len(word), 40) + 1):
        for start in range(max(0, end - 7), end):
            head = best[start]
            if head is None or not letters.is_syllable(word[start:end]):
                continue
            current = best[end]
            if current is None or len(head) + 1 < len(current):
                best[end] = [*head, word[start:end]]
    return best[-1] or []
