"""Telephone numbers as people and spreadsheets write them → E.164 digits of a Vietnamese mobile, or why not.

What is valid comes from the metadata of `phonenumbers`. A regular expression made of the same metadata answers for the
usual ways of writing; `benchmarks/contacts.py` shows that it never differs from the library.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from pipeline.unicode_text import bound_marks

COUNTRY = 84
MAX_CELL = 200  # a longer text is no number, whatever it holds
LEAST_DIGITS = 8  # of a telephone number of any country, as somebody may have typed it into another cell
MAX_SHOWN = 60  # characters of a header or a sheet's name in a sentence

NO_PARAMS: Mapping[str, str] = MappingProxyType({})

# what a spreadsheet does to a number without losing any of it
ZERO_LOST = "repaired_zero_lost"
DECIMAL_CUT = "repaired_decimal_cut"
POWERS_UNDONE = "repaired_powers_undone"


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A mobile number as E.164 digits without the plus. `repaired`: a spreadsheet had deformed it without loss.

    `how`: the code of what was mended.
    """

    phone: str = field(repr=False)
    repaired: bool = False
    how: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a cell is not taken: a code of FORMATS, and the entry of the catalogue that says it best."""

    code: str
    message: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)

    def __post_init__(self) -> None:
        if not self.message:
            object.__setattr__(self, "message", self.code)


# What became of the 11-digit numbers between 15 September and 14 October 2018 (Decision 798/QĐ-BTTTT of 2018).
SINCE_2018: Mapping[str, str] = MappingProxyType(
    {"120": "70", "121": "79", "122": "77", "126": "76", "128": "78"}  # MobiFone
    | {"123": "83", "124": "84", "125": "85", "127": "81", "129": "82"}  # VinaPhone
    | {f"16{last}": f"3{last}" for last in range(2, 10)}  # Viettel
    | {"186": "56", "188": "58", "199": "59"}  # Vietnamobile, Gmobile
)

_NUMBER_WITHIN = re.compile(r"(?<!\d)(?:(?:\+?84|0)(?:[ .()_-]{0,2}\d){9,10}|[35789]\d{8})(?!\d)", re.ASCII)
_WRITTEN_OUT = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .()-]{0,2}\d){8,10}(?!\d)", re.ASCII)
_NUMBER_ANYWHERE = re.compile(rf"{_WRITTEN_OUT.pattern}|(?<!\d)[35789]\d{{8}}(?!\d)", re.ASCII)
_LIKE_NUMBER = re.compile(r"\+?\d(?:[ .()\-–_]{0,3}\d){7,}")
_FORMATTING = str.maketrans("", "", " .,-()/'‐‑‒–—−_\t")
_SEPARATOR = re.compile(r"[;,/|&\n\r\t]|\b(?:và|va|hoặc|hoac|or|and)\b", re.IGNORECASE)
_WHOLE = re.compile(r"(\+?\d{9,12})[.,]0+", re.ASCII)
_SCIENTIFIC = re.compile(r"\+?(\d+)(?:[.,](\d*))?[eE]\+?(\d{1,3})", re.ASCII)
_DIGITS = re.compile(r"\+?\d+", re.ASCII)
_OLD = re.compile(r"(?:\+?84|0084|0)?(1[2689]\d)(\d{7})", re.ASCII)
_SHORT = re.compile(r"1\d\d|[1-9]\d{3}|1[89]00\d{0,6}", re.ASCII)  # 113, 156, 5656, 1800 and 1900 …
_NUMBERS = frozenset({"landline", "service_number", "old_eleven_digits", "foreign"})


def parse_number(text: str) -> ParsedNumber | Rejection:
    """The mobile number a cell holds, or the reason why it is not taken.

    Taken and counted as repaired: a lost zero (`912345678`), a trailing `.0`, `9.12345678E8` with all its digits.
    """
    found = _usual().fullmatch(text)
    if found:
        lost = not found["prefix"]
        return ParsedNumber(f"{COUNTRY}{found['national']}", lost, ZERO_LOST if lost else "")
    return _read_cell(text)


def all_numbers(text: str) -> tuple[tuple[str, ...], Rejection | None]:
    """Every number a cell names, as E.164 digits, for lists of people who want nothing: one too many does least harm.

    Of an 11-digit number both what it was and what it became. The second value is what could not be read of the cell.
    """
    verdict = parse_number(text)
    if isinstance(verdict, ParsedNumber):
        return (verdict.phone,), None
    if verdict.code == "old_eleven_digits":
        return _old_and_new(_tidy(text).translate(_FORMATTING)), verdict if "new" not in verdict.params else None
    found: dict[str, None] = {}
    left = verdict
    for piece in _pieces(_tidy(text)) if verdict.code == "two_numbers" else ():
        phones, unread = all_numbers(piece)
        found.update(dict.fromkeys(phones))
        left = unread or left
    return tuple(found), None if left is verdict and len(found) > 1 else left


def _pieces(text: str) -> list[str]:
    """The single numbers of a cell that holds several; what is no number stays among them where it has digits."""
    parts = [part for part in _SEPARATOR.split(text) if _DIGITS.search(part)]
    if len(parts) > 1:
        return parts
    runs = _DIGITS.findall(text)
    for at in range(1, min(len(runs), 30)):
        left, right = "".join(runs[:at]), "".join(runs[at:])
        if _is_number(left):
            return [left, *(_pieces(" ".join(runs[at:])) if not _is_number(right) else [right])]
    return next((list(each) for each in _glued("".join(runs).replace("+", "")) if all(map(_is_number, each))), [])


def _old_and_new(bare: str) -> tuple[str, ...]:
    found = _OLD.fullmatch(bare)
    prefixes = (found[1], SINCE_2018.get(found[1])) if found else ()
    return tuple(f"{COUNTRY}{prefix}{found[2]}" for prefix in prefixes if found and prefix)


def mask(phone: str) -> str:
    """A number as it may be shown: `84912345678` → `849******78`; of a short one nothing but its last digits."""
    if len(phone) < 9:
        return "***" + phone[-2:] if len(phone) > 5 else "***"
    return phone[:3] + "*" * (len(phone) - 5) + phone[-2:]


def holds_number(text: str) -> bool:
    """Whether a text that should name no person holds a telephone number, however it is spaced."""
    text = unicodedata.normalize("NFKC", bound_marks(text))
    return any(_is_number(re.sub(r"\D", "", found[0])) for found in _NUMBER_WITHIN.finditer(text))


def name_for(name: str) -> str:
    """A name as its owner may be addressed by it, and as others may read it: empty where a number stands in it."""
    digits = 0 if name.isalpha() else sum(map(str.isdigit, name))
    return "" if digits >= LEAST_DIGITS else name


def masked(text: str, *, bare: bool = True) -> str:
    """A text nobody has looked through, such as the words of an exception, with what may be a number masked.

    `bare`: also nine digits without a zero or the country's code, which may as well be a size.
    """
    pattern = _NUMBER_ANYWHERE if bare else _WRITTEN_OUT
    return pattern.sub(lambda found: mask(re.sub(r"\D", "", found[0])), text)


def showable(text: str) -> str:
    """A text out of a list as it may be shown: one short line in which numbers are masked."""
    text = unicodedata.normalize("NFKC", bound_marks(text[: MAX_SHOWN * 4]))
    text = "".join(each if each.isprintable() else " " for each in text)
    return _LIKE_NUMBER.sub("***", " ".join(text.split()))[:MAX_SHOWN]


def _read_cell(text: str) -> ParsedNumber | Rejection:
    text = _tidy(text)
    if not text:
        return Rejection("empty")
    if len(text) > MAX_CELL:
        return Rejection("not_a_number")
    plain = _undo_spreadsheet(text)
    if plain is not None:
        return plain
    bare = text.translate(_FORMATTING)
    is_number = _DIGITS.fullmatch(bare) is not None
    verdict = _classify(bare) if is_number else Rejection("not_a_number")
    if isinstance(verdict, ParsedNumber) or verdict.code in _NUMBERS:
        return verdict
    return Rejection("two_numbers") if _holds_two(text) else verdict


def _tidy(text: str) -> str:
    """NFKC without invisible characters; a spreadsheet's mark of text (') and separators at the ends say nothing."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", bound_marks(text))
        text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return text.strip().lstrip("'").strip(" \t\r\n;,/|.-–_")


def _undo_spreadsheet(text: str) -> ParsedNumber | Rejection | None:
    """A number that a spreadsheet wrote as a decimal or in powers of ten; None where it is neither."""
    digits, how = None, DECIMAL_CUT
    if whole := _WHOLE.fullmatch(text):
        digits = whole[1]
    elif powers := _SCIENTIFIC.fullmatch(text):
        decimals, exponent = powers[2] or "", int(powers[3])
        if len(decimals) < exponent:
            return Rejection("not_a_number", "number_rounded")
        if decimals[exponent:].strip("0"):
            return Rejection("not_a_number")
        digits, how = powers[1] + decimals[:exponent], POWERS_UNDONE
    if digits is None:
        return None
    verdict = _classify(digits)
    return ParsedNumber(verdict.phone, True, how) if isinstance(verdict, ParsedNumber) else verdict


def _holds_two(text: str) -> bool:
    pieces = [piece for part in _SEPARATOR.split(text) if (piece := "".join(_DIGITS.findall(part)))]
    if len(pieces) > 1 and any(map(_is_number, pieces)):
        return True
    runs = _DIGITS.findall(text)
    cuts = ((("".join(runs[:at])), "".join(runs[at:])) for at in range(1, min(len(runs), 30)))
    if any(_is_number(left) and _is_number(right) for left, right in cuts):
        return True
    return any(_is_number(left) and _is_number(right) for left, right in _glued("".join(runs).replace("+", "")))


def _glued(digits: str) -> Iterator[tuple[str, str]]:
    """Two numbers with nothing between them, each with a zero or the country's code."""
    if 18 <= len(digits) <= 26:
        for cut in range(9, len(digits) - 8):
            left, right = digits[:cut], digits[cut:]
            if left.startswith(("0", "84")) and right.startswith(("0", "84")):
                yield left, right


def _is_number(digits: str) -> bool:
    verdict = _classify(digits)
    return isinstance(verdict, ParsedNumber) or verdict.code in _NUMBERS


def _classify(bare: str) -> ParsedNumber | Rejection:
    """The verdict of the metadata on digits that may begin with a plus."""
    import phonenumbers

    kinds = phonenumbers.PhoneNumberType
    try:
        number = phonenumbers.parse(bare, "VN")
    except phonenumbers.NumberParseException:
        return Rejection("service_number") if _SHORT.fullmatch(bare) else Rejection("invalid")
    if number.country_code != COUNTRY:
        return Rejection("foreign" if phonenumbers.is_possible_number(number) else "invalid")
    kind = phonenumbers.number_type(number)
    national = phonenumbers.national_significant_number(number)
    if kind == kinds.MOBILE:
        lost = bare == national
        return ParsedNumber(f"{COUNTRY}{national}", lost, ZERO_LOST if lost else "")
    if kind == kinds.FIXED_LINE:
        return Rejection("landline")
    if kind != kinds.UNKNOWN or _SHORT.fullmatch(bare):
        return Rejection("service_number")
    return _old(bare) or Rejection("invalid")


def _old(bare: str) -> Rejection | None:
    found = _OLD.fullmatch(bare)
    if not found:
        return None
    following = SINCE_2018.get(found[1])
    if following is None:
        return Rejection("old_eleven_digits", "old_eleven_digits_unknown", {"old": "0" + found[1]})
    masked = mask(f"{COUNTRY}{following}{found[2]}")
    return Rejection("old_eleven_digits", params={"old": "0" + found[1], "new": "0" + following, "masked": masked})


@cache
def _usual() -> re.Pattern[str]:
    """`0912345678`, `912345678`, `84912345678`, `+84912345678`, from the patterns of the metadata themselves."""
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region("VN")
    others = "|".join(filter(None, (_written(metadata, kind) for kind in _ASKED_BEFORE_MOBILE)))
    mobile = _written(metadata, "mobile")
    return re.compile(rf"(?P<prefix>\+?{COUNTRY}|0|)(?P<national>(?!(?:{others})\Z)(?:{mobile}))", re.ASCII)


# the order in which the library asks what kind a number is
_ASKED_BEFORE_MOBILE = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
    "fixed_line",
)


def _written(metadata: object, kind: str) -> str:
    return getattr(getattr(metadata, kind, None), "national_number_pattern", None) or ""
