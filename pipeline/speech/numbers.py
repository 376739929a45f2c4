"""Numbers in words, northern standard: nghìn, mươi, mốt, tư, lăm. Cardinals, decimals, digit by digit, Roman."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Zero = Literal["linh", "lẻ"]

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
LONGEST_CARDINAL = 15  # digits; a longer one is an identifier, not an amount

ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def digit_by_digit(written: str) -> str:
    """Every digit by its name; what is not an ASCII digit is passed over."""
    return " ".join(DIGITS[int(char)] for char in written if "0" <= char <= "9")


@lru_cache(maxsize=10_000)
def cardinal(number: int, zero: Zero = "lẻ") -> str:
    """A number from 0 in words. `zero` joins a lone unit to the hundreds: một trăm lẻ (linh) năm."""
    if number < 1_000_000_000:
        return _below_a_billion(number, zero)
    billions, rest = divmod(number, 1_000_000_000)
    head = cardinal(billions, zero) + " tỷ"
    return head if rest == 0 else f"{head} {_below_a_billion(rest, zero, full=True)}"


def _below_a_billion(number: int, zero: Zero, *, full: bool = False) -> str:
    groups = (number // 1_000_000, number // 1000 % 1000, number % 1000)
    words: list[str] = []
    for scale, group in zip(("triệu", "nghìn", ""), groups, strict=True):
        started = bool(words) or full
        if group:
            words.append(f"{_below_a_thousand(group, zero, full=started)} {scale}".rstrip())
        elif scale == "nghìn" and started and groups[2]:
            words.append("không nghìn")  # một triệu năm trăm would be heard as 1.500.000
        elif scale == "triệu" and full and any(groups):
            words.append("không triệu")
    return " ".join(words) or DIGITS[0]


def _below_a_thousand(number: int, zero: Zero, *, full: bool) -> str:
    hundreds, rest = divmod(number, 100)
    words: list[str] = []
    if hundreds or full:
        words.append(f"{DIGITS[hundreds]} trăm")
        if 0 < rest < 10:
            words.append(zero)
    if rest or not words:
        words.append(_below_a_hundred(rest))
    return " ".join(words)


def _below_a_hundred(number: int) -> str:
    tens, unit = divmod(number, 10)
    if tens == 0:
        return DIGITS[unit]
    head = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if unit == 0:
        return head
    if unit == 5:
        return f"{head} lăm"
    if tens > 1 and unit in (1, 4):
        return f"{head} {'mốt' if unit == 1 else 'tư'}"
    return f"{head} {DIGITS[unit]}"


@lru_cache(maxsize=10_000)
def whole(digits: str, zero: Zero = "lẻ") -> str:
    """A run of digits as an amount; as an identifier, digit by digit, where it cannot be one."""
    if len(digits) > LONGEST_CARDINAL or (len(digits) > 2 and digits[0] == "0"):
        return digit_by_digit(digits)
    return cardinal(int(digits), zero)


def decimal(integer: str, fraction: str, zero: Zero = "lẻ", mark: str = "phẩy") -> str:
    """2 and 5 → hai phẩy năm; a fraction of three or more digits, or with a leading zero, digit by digit."""
    by_digits = fraction[0] == "0" or len(fraction) > 2
    spoken = digit_by_digit(fraction) if by_digits else cardinal(int(fraction), zero)
    return f"{whole(integer, zero)} {mark} {spoken}"


def number(written: str, zero: Zero = "lẻ") -> str:
    """A number as Vietnamese texts write it: 2.024, 2,5, 1.234.567,8, 1,234,567, 4.0, 1.2.3."""
    commas, dots = written.count(","), written.count(".")
    if commas == 0 and dots == 0:
        return whole(written, zero)
    if GROUPED_BY_DOTS.fullmatch(written):
        integer, _, fraction = written.replace(".", "").partition(",")
        return decimal(integer, fraction, zero) if fraction else cardinal(int(integer), zero)
    if GROUPED_BY_COMMAS.fullmatch(written):
        integer, _, fraction = written.replace(",", "").partition(".")
        return decimal(integer, fraction, zero) if fraction else cardinal(int(integer), zero)
    if commas == 1 and dots == 0:
        integer, _, fraction = written.partition(",")
        return decimal(integer, fraction, zero)
    if dots == 1 and commas == 0:
        integer, _, fraction = written.partition(".")
        return decimal(integer, fraction, zero, "chấm")
    named = {".": "chấm", ",": "phẩy"}
    return " ".join(named.get(part) or whole(part, zero) for part in re.split(r"([.,])", written) if part)


GROUPED_BY_DOTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){1,4}(?:,\d+)?")
GROUPED_BY_COMMAS = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3}){2,4}(?:\.\d+)?|,\d{3}\.\d+)")


def ordinal(number: int, zero: Zero = "lẻ") -> str:
    """What stands after `thứ`: nhất, tư; all others as cardinals."""
    return {1: "nhất", 4: "tư"}.get(number) or cardinal(number, zero)


def month(number: int) -> str:
    """What stands after `tháng`, 1 to 12."""
    return "tư" if number == 4 else cardinal(number)


def roman(letters: str) -> int | None:
    """The value of a well-formed Roman numeral in capitals, else None."""
    if not letters or not ROMAN.fullmatch(letters):
        return None
    values = [ROMAN_VALUES[letter] for letter in letters]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
