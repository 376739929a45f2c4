"""SMS text: how many parts a telephone network makes of it, what makes it dear, and its reading without accents.

Rules: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table) and TS 23.040 (concatenation: six bytes of
header a part). Pure; every function composes its text to NFC first, since decomposed Vietnamese triples the price.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal, TypedDict

from pipeline.unicode_text import compose

Encoding = Literal["GSM-7", "UCS-2"]


class Lettering(StrEnum):
    """How a text is sent: as it is written, or without accents, which is cheaper and can be misread."""

    ACCENTED = "accented"
    FOLDED = "folded"


GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
GSM = GSM_BASIC | GSM_EXTENSION

# units (septets or 16-bit code units) of a text that goes alone, and of each part of a longer one
_ALONE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
_PART: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a text costs: its parts, their units (septets or 16-bit code units), and the characters that force UCS-2.

    `forced_by` holds each such character once, in order of appearance; empty for GSM-7.
    """

    encoding: Encoding
    segments: int
    units_per_segment: tuple[int, ...]
    forced_by: tuple[str, ...]


class Described(TypedDict):
    """The object `loa sms --jsonl` writes for one text."""

    encoding: Encoding
    segments: int
    units_per_segment: list[int]
    forced_by: list[str]
    folded: str
    folded_segments: int


def measure(text: str) -> Measured:
    """Encoding and parts of a text. An empty text is one empty part, as the networks count it.

    Escape pairs and surrogate pairs are never divided between parts. What people see as one sign but is written as
    several characters (an emoji with a skin colour) may be: telephones join the parts before they draw them.
    """
    text = _compose(text)
    forced_by = tuple(dict.fromkeys(character for character in text if character not in GSM))
    if forced_by:
        encoding: Encoding = "UCS-2"
        widths = [2 if character > "\uffff" else 1 for character in text]
    else:
        encoding = "GSM-7"
        widths = [2 if character in GSM_EXTENSION else 1 for character in text]
    units = tuple(_divide(widths, encoding))
    return Measured(encoding, len(units), units, forced_by)


def _compose(text: str) -> str:
    """NFC; half a surrogate pair, which no encoder lets pass, becomes the sign for a lost character."""
    return re.sub("[\ud800-\udfff]", "\ufffd", compose(text))


def _divide(widths: list[int], encoding: Encoding) -> Iterable[int]:
    total = sum(widths)
    if total <= _ALONE[encoding]:
        return [total]
    parts = [0]
    for width in widths:
        if parts[-1] + width > _PART[encoding]:
            parts.append(0)
        parts[-1] += width
    return parts


def describe(text: str) -> Described:
    """A text beside its folded form: both prices, and what makes the dearer one dear."""
    measured, folded = measure(text), fold(text)
    return {
        "encoding": measured.encoding,
        "segments": measured.segments,
        "units_per_segment": list(measured.units_per_segment),
        "forced_by": list(measured.forced_by),
        "folded": folded,
        "folded_segments": measure(folded).segments,
    }


# --- folding ----------------------------------------------------------------------------------------------------------

_WRITTEN = {
    **dict.fromkeys("đðɖ", "d"),
    **dict.fromkeys("ĐÐƉ", "D"),
    "₫": "d",
    "ı": "i",
    "ł": "l",
    "Ł": "L",
    **dict.fromkeys("‐‑‒–—―−⁃•·‧∙●▪■◦○‣÷", "-"),
    **dict.fromkeys("“”„‟«»″ˮ〝〞", '"'),
    **dict.fromkeys("‘’‚‛‹›′´`ʹʼˊˋ", "'"),
    **dict.fromkeys("\r\x0b\f\x85\u2028\u2029", "\n"),
    "\t": " ",
    "×": "x",
    "⁄": "/",
    "∕": "/",
    "±": "+/-",
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
    "≈": "~",
    "→": "->",
    "⇒": "=>",
    "←": "<-",
    "‰": "/1000",
    "©": "(c)",
    "®": "(R)",
    "™": "(TM)",
    "ª": "a",
    "¢": "c",
    "¦": "|",
    "�": "?",
}
_GAP = "\0"  # stands for a sign that has no letters, until the blanks around it are known
_TIES = re.compile(r"(\d)(?=[²³¹⁰⁴-⁹])|(\d)(?=[¼-¾⅐-⅞])|(\d)(?=[₀-₉])")
_DEGREES = re.compile(r"(?<=\S)(?=[°º˚℃℉])|(?<=[°º˚])(?=\w)")
_GAPS = re.compile(r"[ \0]+")  # asking for a sign among them here would look ahead from every blank
_BEFORE_STOP = re.compile(r"\0(?=[\n.,;:!?)]|$)|(?:(?<=\n)|(?<=\()|^)\0")


def _drop_carriage_returns(text: str) -> str:
    return text.replace("\r\n", "\n")


def _keep_digits_apart(text: str) -> str:
    """10² is not 102, and 5½ is not 51/2."""
    return _TIES.sub(lambda found: f"{found[1]}^" if found[1] else f"{found[2]} " if found[2] else f"{found[3]}_", text)


def _read_degrees(text: str) -> str:
    """35°C is read, and so written, 35 do C."""
    text = _DEGREES.sub(" ", text)
    for sign, word in (("℃", "do C"), ("℉", "do F"), ("°", "do"), ("º", "do"), ("˚", "do")):
        text = text.replace(sign, word)
    return text


def _fold_characters(text: str) -> str:
    return "".join(map(_fold_character, text))


def _close_gaps(text: str) -> str:
    text = _GAPS.sub(lambda found: _GAP if _GAP in found[0] else found[0], text)
    return _BEFORE_STOP.sub("", text).replace(_GAP, " ")


@cache
def _fold_character(character: str) -> str:
    if character in _WRITTEN:
        return _WRITTEN[character]
    category = unicodedata.category(character)
    if category in ("Cf", "Me") or "\u0300" <= character <= "\u036f" or "\ufe00" <= character <= "\ufe0f":
        return ""
    plain = _compatible(character)
    if all(each in GSM for each in plain):
        return plain
    if category in ("So", "Sk", "Co", "Cs", "Cc", "Cn"):
        return _GAP
    return " " if category == "Zs" else character


def _compatible(character: str) -> str:
    """A character without its marks and its special form: ấ → a, Ⅳ → IV, ① → (1)."""
    if unicodedata.decomposition(character).startswith("<circle>"):
        return f"({unicodedata.normalize('NFKC', character)})"
    parts = unicodedata.normalize("NFKD", character)
    letters = "".join(part for part in parts if not unicodedata.combining(part))
    return "".join(_WRITTEN.get(letter, letter) for letter in letters) if letters.strip() else character


# the order is the documentation
_STEPS: tuple[Callable[[str], str], ...] = (
    _drop_carriage_returns,
    _keep_digits_apart,
    _read_degrees,
    _fold_characters,
    _close_gaps,
)


def fold(text: str) -> str:
    """The text without accents, in GSM-7 wherever its words can be: đ → d, – → -, “ → ", … → ..., 35°C → 35 do C.

    Emoji and other signs without letters are left out. Letters of another script stay as they are, since nothing in
    GSM-7 says the same: such a text stays UCS-2, and its price shows it.
    """
    text = _compose(text)
    for step in _STEPS:
        text = step(text)
    return text


# --- what differs from one person to the next -------------------------------------------------------------------------

NAME, AREA = "ten", "dia_ban"
FIELDS = {NAME: "quý vị", AREA: "địa phương"}
"""Places of a text that are filled in for each contact, and what stands there where nothing is known."""

_NAME = r"[a-z_]{1,20}"
_PLACE = re.compile(rf"\{{({_NAME})(?::([^{{}}\n]{{0,40}}))?\}}")
LONGEST_VALUE = 60  # characters: a name as people write it, not a whole column of a spreadsheet


def places(text: str) -> tuple[str, ...]:
    """The places of a text, known or not, each once: `{ten}`, or `{ten:bà con}` with words of its own for nobody."""
    return tuple(dict.fromkeys(found[1] for found in _PLACE.finditer(text)))


def is_place(name: str) -> bool:
    """Whether a name can stand between braces."""
    return re.fullmatch(_NAME, name) is not None


def bare_places(text: str) -> tuple[str, ...]:
    """The places beside those of every contact without words for whom nothing is known of: each needs some."""
    return tuple(dict.fromkeys(each[1] for each in _PLACE.finditer(text) if each[2] is None and each[1] not in FIELDS))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text for one person; a place for which nobody has words, its own included, stays as it is written."""

    def put(found: re.Match[str]) -> str:
        given = " ".join(values.get(found[1], "").split())[:LONGEST_VALUE]
        own = found[2] if found[2] is not None else FIELDS.get(found[1], found[0])
        return given or own

    return _PLACE.sub(put, text)


def signed(text: str, sender: str) -> str:
    """The text with the sender's name before it, unless it stands in it already."""
    if not sender or compose(sender).casefold() in compose(text).casefold():
        return text
    return f"{sender}: {text}"
