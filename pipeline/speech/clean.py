"""Before anything is read: one Unicode form, and nothing invisible. Every kept character remembers where it stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from pipeline.unicode_text import compose

KEPT_SUPERSCRIPTS = "²³"
WORDS = {"º": "°", "ª": "a", "№": "số ", "µ": "μ", "Ø": "phi ", "ø": "phi ", "⌀": "phi ", "Φ": "phi ", "φ": "phi "}
VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"  # each is read as it stands: spelled out, a line of them would be three times as long
UNSPOKEN = "™℠®©"
FOOTNOTES = "⁰¹²³⁴⁵⁶⁷⁸⁹"
CLOSED = set(".,;:!?)”»…")
INVISIBLE = {"Cf", "Cs", "Co", "Cn", "Cc"}
TO_PLAIN = {"No", "Nl"}
LETTERS, FOREIGN = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ", "\u0590-\u1aff\u2c00-\ud7ff\uf900-\uffdc\U00010000-\U0003ffff"
BORDER = re.compile(
    rf"(?<=[{LETTERS}\u0300-\u036f])(?=[{FOREIGN}])(?=[^\W\d_])|(?<=[{FOREIGN}])(?<=[^\W\d_])(?=[{LETTERS}])"
)
PLAIN = frozenset(map(chr, range(32, 127))) | {"\n"}


def compose_nfc(text: str) -> tuple[str, Sequence[int]]:
    """The text in NFC without invisible characters, and for each of its characters the offset in the NFC text.

    Full-width letters, foreign digits, ligatures and numerals such as ½ or Ⅳ become plain ones, a run of blanks one
    space.
    """
    composed = compose(text)
    if composed.isascii() and composed.isprintable() and "  " not in composed:
        return composed, range(len(composed))
    chars: list[str] = []
    origins: list[int] = []
    for offset, char in enumerate(composed):
        plain = char if char in PLAIN else _plain(char, chars[-1] if chars else "")
        if plain and unicodedata.combining(plain[-1]) and not _bears(chars, composed, offset):
            plain = plain[:-1]
        chars.extend(plain)
        origins.extend([offset] * len(plain))
    text, origins = _parted("".join(chars), origins)
    return _single_blanks(text, origins)


def _parted(text: str, origins: list[int]) -> tuple[str, list[int]]:
    """A blank between our letters and those of other scripts, which are spoken as two words."""
    position = 0
    chars: list[str] = []
    places: list[int] = []
    for found in BORDER.finditer(text):
        border = found.end()
        chars += [text[position:border], " "]
        places += [*origins[position:border], origins[border]]
        position = border
    return ("".join([*chars, text[position:]]), places + origins[position:]) if position else (text, origins)


def _single_blanks(text: str, origins: list[int]) -> tuple[str, Sequence[int]]:
    """Runs of blanks as one: "quý  VI" is what "quý VI" is, and no rule has to think of it."""
    if "  " not in text:
        return text, origins
    kept = [place for place, char in enumerate(text) if char != " " or not place or text[place - 1] != " "]
    return "".join(text[place] for place in kept), [origins[place] for place in kept]


def _bears(kept: list[str], text: str, offset: int) -> bool:
    """Whether a mark has a letter to stand on; on all else it is dirt, and would end on whatever is spoken there."""
    if not kept or kept[-1] != text[offset - 1] or not unicodedata.combining(text[offset]):
        return False
    return kept[-1].isalpha() or unicodedata.category(kept[-1])[0] == "M"


@lru_cache(maxsize=20_000)
def _plain(char: str, previous: str) -> str:
    if char in WORDS:
        return WORDS[char]
    category = unicodedata.category(char)
    if category[0] == "L" and char < "\u2000":
        return char
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in {"Zs", "Zl", "Zp"} or char in "\t\r\v\f\x1c\x1d\x1e\x1f\x85":
        return "\n" if char in "\u2028\u2029\x85\v\f\x1c\x1d\x1e" else " "
    if category in INVISIBLE or "\ufe00" <= char <= "\ufe0f" or char == "\u20e3":
        return ""
    if char in KEPT_SUPERSCRIPTS or char == "…" or char in VULGAR:
        return char
    if char in UNSPOKEN or (category == "No" and char in FOOTNOTES and (previous.isalpha() or previous in CLOSED)):
        return ""
    return _compatible(char, category, previous)


def _compatible(char: str, category: str, previous: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    if plain == char or category == "Lo":
        return _numeral(char) if category in TO_PLAIN else char
    plain = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in plain)
    plain = "".join(one for one in plain if not (one.isdigit() and not one.isdecimal()))
    if category in TO_PLAIN and previous.isdigit():
        return " " + plain
    return plain


def _numeral(char: str) -> str:
    value = unicodedata.numeric(char, -1.0)
    return f" {int(value)} " if value >= 0 and value == int(value) else ""
