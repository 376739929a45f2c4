"""Numbers and letters in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.speech import letters, numbers


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (101, "một trăm lẻ một"),
        (110, "một trăm mười"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm lẻ năm"),
        (1_000_000, "một triệu"),
        (1_000_500, "một triệu không nghìn năm trăm"),
        (1_050_000, "một triệu không trăm năm mươi nghìn"),
        (2_000_000_000, "hai tỷ"),
        (1_000_000_001, "một tỷ không triệu không nghìn không trăm lẻ một"),
        (1_234_000_000_000, "một nghìn hai trăm ba mươi tư tỷ"),
    ],
)
def test_cardinals(number: int, words: str) -> None:
    assert numbers.cardinal(number) == words


def test_zero_setting_joins_lone_units() -> None:
    assert numbers.cardinal(105, "linh") == "một trăm linh năm"
    assert numbers.cardinal(1_000_001, "linh") == "một triệu không nghìn không trăm linh một"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2.024", "hai nghìn không trăm hai mươi tư"),
        ("2,5", "hai phẩy năm"),
        ("3,05", "ba phẩy không năm"),
        ("64,78", "sáu mươi tư phẩy bảy mươi tám"),
        ("0,125", "không phẩy một hai năm"),
        ("1.234,5", "một nghìn hai trăm ba mươi tư phẩy năm"),
        ("1,234,567", "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy"),
        ("4.0", "bốn chấm không"),
        ("3.2.1", "ba chấm hai chấm một"),
        ("007", "không không bảy"),
        ("01", "một"),
        ("1234567890123456", "một hai ba bốn năm sáu bảy tám chín không một hai ba bốn năm sáu"),
    ],
)
def test_numbers_as_written(written: str, words: str) -> None:
    assert numbers.number(written) == words


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_two_amounts_never_sound_alike(one: int, other: int) -> None:
    assert (numbers.cardinal(one) == numbers.cardinal(other)) == (one == other)


@pytest.mark.parametrize(
    ("letters_", "value"),
    [
        ("I", 1),
        ("IV", 4),
        ("XIII", 13),
        ("XXI", 21),
        ("XL", 40),
        ("MCMXC", 1990),
        ("IIII", None),
        ("VX", None),
        ("", None),
    ],
)
def test_roman_numerals(letters_: str, value: int | None) -> None:
    assert numbers.roman(letters_) == value


@pytest.mark.parametrize(
    "word",
    ["Nguyễn", "quyết", "giếng", "gì", "khuya", "xoong", "Đắk", "uỷ", "hoà", "NGUYEN", "luong", "yêu"],
)
def test_vietnamese_syllables_are_known(word: str) -> None:
    assert letters.is_syllable(word)


@pytest.mark.parametrize("word", ["UBND", "Facebook", "web", "tuýlừa", "CCCD", "str", "Smith", "jazz"])
def test_other_words_are_no_syllables(word: str) -> None:
    assert not letters.is_syllable(word)


def test_letters_have_vietnamese_names() -> None:
    assert letters.spell("VN") == "vê nờ"
    assert letters.spell("QĐ") == "quy đê"
    assert all(letters.spell(char) for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZĐ")
