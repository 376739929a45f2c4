"""One form for text, at a price in proportion to its length."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from pipeline import unicode_text
from pipeline.unicode_text import MAX_MARKS, bound_marks, compose, first_pile

VIETNAMESE = "Cảnh báo: Ủy ban nhân dân xã Quyết Thắng đề nghị bà con ở thượng nguồn sơ tán trước 17 giờ. ỆỘỚỮỰ ẳẵặ"
MARKS = "\u0301\u0323"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_vietnamese_in_any_form_is_only_composed(form: str) -> None:
    written = unicodedata.normalize(form, VIETNAMESE)  # type: ignore[arg-type]
    assert bound_marks(written) == written
    assert compose(written) == VIETNAMESE
    assert first_pile(written) is None


def test_thirty_marks_of_a_letter_stay_and_no_more() -> None:
    few, many = "ab" + MARKS * 15, "ab" + MARKS * 16
    assert bound_marks(few + "c") == few + "c"
    assert first_pile(few) is None
    assert bound_marks(many + "c" + many) == few + "c" + few
    assert first_pile("x\n" + many) == 2 + 2 + MAX_MARKS
    assert first_pile("\U0001f600" * 40 + many) == 40 + 2 + MAX_MARKS


def test_marks_are_counted_for_each_letter() -> None:
    assert bound_marks(("か" + "\u3099" * 29) * 5) == ("か" + "\u3099" * 29) * 5
    assert bound_marks("กิ์" * 50) == "กิ์" * 50


@pytest.mark.parametrize(
    "pair", [MARKS, "\u0f73\u0f71", "\u0344\u0323", "\uff9e\u0301", "\u3099\u0301", "\U0001d165\u0323"]
)
def test_nothing_is_left_for_a_normaliser_to_sort_for_minutes(pair: str) -> None:
    hostile = "a" + pair * 200_000
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        left = unicodedata.normalize(form, bound_marks(hostile))  # type: ignore[arg-type]
        assert len(left) <= 4 * MAX_MARKS
    assert len(compose(hostile + "b" + hostile)) <= 4 * MAX_MARKS


def test_no_mark_escapes_the_first_look() -> None:
    skipped = [chr(code) for code in range(sys.maxunicode + 1) if not unicode_text._LONG.match(chr(code) * 31)]
    assert len(skipped) > 40_000
    assert not any(map(unicode_text._is_mark, skipped))
