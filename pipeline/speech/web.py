"""Addresses of the net, e-mail, hashtags: words where they are known, letters and signs where not."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from unicodedata import normalize

from pipeline.speech import letters, numbers
from pipeline.speech.clean import VULGAR
from pipeline.speech.lexicon import Lexicon
from pipeline.speech.page import Page

DOMAINS = (
    "vn|com|net|org|gov|edu|info|io|ly|me|gl|app|xyz|top|site|online|shop|vip|club|cc|co|tv|asia|us|uk|cn|live|biz|"
    "store|ai|icu|link|click|work|pro|name|mobi|to|page|dev"
)
URL = re.compile(
    r"(?<![\w@.])(?:https?://|www\.)[^\s<>\"“”()\[\]*`]{1,300}"
    rf"|(?<![\w@.])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,6}}(?:{DOMAINS})(?![\w-]|"
    rf"\.[a-z0-9])(?:[/?][^\s<>\"“”()\[\]*`]{{0,300}})?",
    re.IGNORECASE,
)
EMAIL = re.compile(r"(?<![\w.@])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,12}(?![\w-])", re.IGNORECASE)
FILE = re.compile(
    r"(?<![\w./@])(?P<name>[\w-]{1,60})\.(?P<kind>pdf|docx?|xlsx?|pptx?|apk|ipa|exe|zip|rar|jpe?g|png|mp[34]|html?|txt|msi|csv)(?!\w|\.\w)"
)
ENDING = re.compile(r"(?<![\w.])\.(?:[a-z]{2,6}|mp[34])(?:\.[a-z]{2,3})?(?!\w|\.\w)")
ENDING_LEAD = re.compile(
    r"(?:\bđuôi|\bmiền|\bdạng|\bfile|\btệp|\btập tin|\bkiểu|\.\w{2,4}[\"”’]?,?(?: và| hoặc| hay)?)[ :(\"“‘]{1,3}$"
)
SIGN = rf"[^\W²³{VULGAR}]"
HANDLE = re.compile(rf"(?<!\w)@({SIGN}{{2,40}}(?:-{SIGN}{{1,40}}){{0,3}})")
HASHTAG = re.compile(rf"(?<!\w)#(?![\d_])({SIGN}{{2,81}})")
DOTTED = re.compile(r"\.[a-zđ]")
PART = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
CAMEL = re.compile(r"[A-ZĐÀ-Ỹ]?[a-zđà-ỹ]+|[A-ZĐ]+(?![a-z])|\d+|[^\W_]")
SPELLED = ("ubnd", "hdnd", "mttq", "csgt", "cand", "cccd", "bhxh", "bhyt", "thpt", "thcs", "vksnd", "tand")
SITES = Path(__file__).with_name("sites.txt")
LONGEST_LABEL, LONGEST_NAME = 63, 24  # characters; a name of the net has 63 at most
KNOWN_COSTS, SYLLABLE_COSTS = 2, 3  # bao hiem, unmarked, only where nothing known fits
HYPHENED = re.compile(r"(?<![a-z0-9])[a-z]{2,7}(?:-[a-z]{2,7}){1,5}(?![a-z0-9])", re.IGNORECASE)
BUILT_IN = Lexicon()
TRAILING = ".,;:!?…'’"
SCHEME = re.compile(r"https?://", re.IGNORECASE)

SIGNS = {
    ".": "chấm", "/": "gạch chéo", "-": "gạch ngang", "_": "gạch dưới", "@": "a còng", ":": "hai chấm", "?": "hỏi chấm",
    "=": "bằng", "&": "và", "%": "phần trăm", "+": "cộng", "#": "thăng",
}  # fmt: skip
LABELS = {
    "vn": "vê nờ", "gov": "gốp", "com": "com", "net": "nét", "org": "oóc", "edu": "e đu", "info": "in phô",
    "www": "vê kép vê kép vê kép", "bit": "bít", "ly": "ly", "io": "i ô", "gmail": "gờ meo", "yahoo": "da hu",
    "ubnd": "u bê nờ đê", "facebook": "phây búc", "zalo": "da lô", "google": "gu gồ", "vneid": "vê nê i đê",
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


def read_files(page: Page) -> None:
    """baocao.pdf: a file by its name and its kind."""
    if "." not in page.text:
        return
    for found in FILE.finditer(page.text):
        kind = letters.spell(found["kind"]) if found["kind"].isalpha() else address(found["kind"])
        page.read(found.start(), found.end(), f"{address(found['name'])} chấm {kind}")


def read_endings(page: Page) -> None:
    """đuôi .vip, .xyz: the end of an address or of a file's name, which is named by itself."""
    for found in page.matches(ENDING, "."):
        if ENDING_LEAD.search(page.before(found.start())):
            page.read(found.start(), found.end(), address(found[0]))


def read_hashtags(page: Page) -> None:
    """#AnToanMang: the words without the sign; @name with it."""
    if "@" in page.text:
        for found in HANDLE.finditer(page.text):
            page.read(found.start(), found.end(), f"a còng {address(found[1])}")
    if "#" not in page.text:
        return
    for found in HASHTAG.finditer(page.text):
        words = [word for part in found[1].split("_") for word in _hashtag_words(page, part)]
        is_raw = words != [] and words[-1] == found[1].split("_")[-1]
        if (is_raw and page.lexicon.begins(words[-1])) or DOTTED.match(page.text, found.end()):
            page.silence(found.start(), found.start() + 1)  # wi of #wi-fi
        else:
            page.read(found.start(), found.end(), " ".join(words))


def _hashtag_words(page: Page, part: str) -> list[str]:
    """AnToanMang, antoanmang and AnToànMạng: words with their marks where those are known."""
    spoken: list[str] = []
    for is_plain, group in groupby(CAMEL.findall(part), key=lambda word: word.isascii() and word.isalpha()):
        words = list(group)
        joined = "".join(words).lower()
        cut = _cut(joined) if is_plain and joined not in LABELS else []
        if cut and " ".join(cut) != " ".join(words).lower():
            spoken += [page.lexicon.alone(word) or word for word in cut]
        else:
            spoken += [_hashtag_word(page, word) for word in words]
    return spoken


def _hashtag_word(page: Page, word: str) -> str:
    if word.isdecimal():
        return numbers.whole(word)
    known = page.lexicon.reading(word) or page.lexicon.reading(word.lower()) or page.lexicon.alone(word)
    is_spelled = len(word) == 1 or ((word.isupper() or len(word) == 2) and not letters.is_syllable(word))
    return known or (letters.spell(word) if is_spelled else word)


def address(written: str) -> str:
    """A web or e-mail address as spoken."""
    written = HYPHENED.sub(_with_marks, normalize("NFKC", written))
    return " ".join(_spoken(part) for part in PART.findall(written) if part in SIGNS or part[0].isalnum())


def _with_marks(found: re.Match[str]) -> str:
    """tra-cuu → tra-cứu: the words between hyphens are known as a whole only."""
    spoken = _compounds().get(found[0].replace("-", "").lower(), "").split(" ")
    return "-".join(spoken) if len(spoken) == found[0].count("-") + 1 else found[0]


def _spoken(part: str) -> str:
    if part in SIGNS:
        return SIGNS[part]
    if part[0].isdigit():
        return numbers.digit_by_digit(part)
    return label(part.lower())


@lru_cache(maxsize=2000)
def label(word: str) -> str:
    """One name of an address: as words where known or where it falls into syllables, else by letters if short."""
    known = LABELS.get(word) or _compounds().get(word)
    if known:
        return known
    if len(word) <= 4 and not letters.is_syllable(word):
        return letters.spell(word) or word
    return " ".join(map(_sounded, _cut(word) or [word]))


def _sounded(word: str) -> str:
    """A word of an address: foreign ones by their sound, short ones by letters, since ko is no "không" to be typed."""
    read = BUILT_IN.alone(word)
    if read is None:
        return word
    whole = iter(letters.unmarked(read).replace(" ", ""))
    is_shortened = len(word) < len(read) and all(letter in whole for letter in word)
    return letters.spell(word) if is_shortened else read


@cache
def _compounds() -> dict[str, str]:
    """What addresses are made of: baohiemxahoi → bảo hiểm xã hội."""
    lines = SITES.read_text(encoding="utf-8").splitlines()
    named = [name.lower() for line in lines if not line.startswith("#") for name in line.split(", ")]
    return {letters.unmarked(name).replace(" ", ""): name for name in named} | {
        name: letters.spell(name) for name in SPELLED
    }


def _cut(word: str) -> list[str]:
    """The word cut into what is known and, where nothing is, syllables; nothing where it cannot be."""
    compounds = _compounds()
    best: list[tuple[int, list[str]] | None] = [(0, []), *([None] * len(word))]
    for end in range(1, min(len(word), LONGEST_LABEL) + 1):
        for start in range(max(0, end - LONGEST_NAME), end):
            head, part = best[start], word[start:end]
            if head is None or not (part in compounds or (len(part) <= 7 and letters.is_syllable(part))):
                continue
            cost = head[0] + (KNOWN_COSTS if part in compounds else SYLLABLE_COSTS)
            current = best[end]
            if current is None or cost < current[0]:
                best[end] = (cost, [*head[1], compounds.get(part, part)])
    found = best[-1]
    return found[1] if found else []
