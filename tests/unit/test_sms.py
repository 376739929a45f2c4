"""SMS text: parts and price against an independent counter, and the accent-free form."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sms import GSM, describe, fold, measure

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "segments.json").read_text("utf-8"))["texts"]
LETTERS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
VIETNAMESE = sorted(
    {
        unicodedata.normalize("NFC", letter + tone)
        for letter in LETTERS
        for tone in ("", *"\u0300\u0301\u0303\u0309\u0323")
    }
    | {"đ", "Đ"}
)


def has_clusters(text: str) -> bool:
    """Signs written as several characters, which the counter keeps whole and telephones do not need whole."""
    return any(unicodedata.category(character) in ("Mn", "Mc", "Cf", "So", "Sk", "Lo") for character in text)


def test_parts_equal_the_counter_for_all_composed_texts_without_clusters() -> None:
    compared = 0
    for name, text, encoding, segments, units in GOLDEN:
        if unicodedata.is_normalized("NFC", text) and not has_clusters(text):
            found = measure(text)
            assert (found.encoding, found.segments, list(found.units_per_segment)) == (encoding, segments, units), name
            compared += 1
    assert compared >= 180


def test_what_differs_from_the_counter_is_either_decomposed_or_a_cluster_at_the_end_of_a_part() -> None:
    differing = 0
    for name, text, encoding, segments, units in GOLDEN:
        found = measure(text)
        if (found.encoding, found.segments, list(found.units_per_segment)) == (encoding, segments, units):
            continue
        differing += 1
        if unicodedata.is_normalized("NFC", text):
            # same units in all; a cluster that the counter moved whole into the next part
            assert sum(found.units_per_segment) == sum(units), name
            assert has_clusters(text), name
            assert found.segments <= segments, name
        else:
            assert measure(unicodedata.normalize("NFC", text)) == found, name
            assert sum(found.units_per_segment) < sum(units), name
    assert differing < 30


@pytest.mark.parametrize("letter", VIETNAMESE)
def test_a_vietnamese_letter_is_ucs_2_unless_gsm_has_it(letter: str) -> None:
    plain = letter in "aeiouyAEIOUY" or letter in "àèéìòùÉ"
    assert measure(letter).encoding == ("GSM-7" if plain else "UCS-2")
    assert measure(letter).forced_by == (() if plain else (letter,))


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", (0,)),
        ("a" * 160, (160,)),
        ("a" * 161, (153, 8)),
        ("a" * 306, (153, 153)),
        ("a" * 307, (153, 153, 1)),
        ("a" * 158 + "€", (160,)),
        ("a" * 159 + "€", (153, 8)),
        ("a" * 152 + "€" + "b" * 10, (152, 12)),
        ("^{}\\[~]|€", (18,)),
        ("ạ" * 70, (70,)),
        ("ạ" * 71, (67, 4)),
        ("ạ" * 134, (67, 67)),
        ("ạ" * 66 + "😀" + "b" * 5, (66, 7)),
        ("ạ" * 65 + "😀" + "b" * 5, (67, 5)),
        ("ạ" * 68 + "😀", (70,)),
        ("dòng một\r\ndòng hai", (18,)),
    ],
)
def test_parts_are_filled_and_pairs_never_divided(text: str, units: tuple[int, ...]) -> None:
    found = measure(text)
    assert found.units_per_segment == units
    assert found.segments == len(units)


def test_a_backtick_and_a_tab_are_not_in_gsm_7() -> None:
    assert measure("a`b\tc`").forced_by == ("`", "\t")


def test_decomposed_text_is_composed_first_and_costs_no_more() -> None:
    text = "Cảnh báo lừa đảo trên không gian mạng. " * 3
    assert measure(unicodedata.normalize("NFD", text)) == measure(text)
    assert describe(unicodedata.normalize("NFD", text)) == describe(text)


def test_half_a_surrogate_pair_is_counted_and_can_still_be_written_down() -> None:
    found = describe("a\ud83d\ude00 \ud83d ạ")
    assert (found["segments"], found["forced_by"][-1]) == (1, "ạ")
    assert describe("x\ud83d")["units_per_segment"] == [2]
    json.dumps(found, ensure_ascii=False).encode()


def test_what_forces_ucs_2_stands_once_and_in_order() -> None:
    assert measure("Đề phòng kẻ lừa đảo: kẻ gọi – tự xưng").forced_by == (
        "Đ", "ề", "ẻ", "ừ", "đ", "ả", "ọ", "–", "ự", "ư",
    )  # fmt: skip


def test_the_description_has_the_keys_of_the_contract_and_survives_json() -> None:
    found = describe("Cảnh báo: đừng chuyển tiền")
    assert found == {
        "encoding": "UCS-2",
        "segments": 1,
        "units_per_segment": [26],
        "forced_by": ["ả", "á", "đ", "ừ", "ể", "ề"],
        "folded": "Canh bao: dung chuyen tien",
        "folded_segments": 1,
    }
    assert json.loads(json.dumps(found, ensure_ascii=False)) == found


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đừng chuyển tiền cho người lạ", "Dung chuyen tien cho nguoi la"),
        ("ĐỀ PHÒNG LỪA ĐẢO", "DE PHONG LUA DAO"),
        ("từ 07:30–11:30 – “khẩn cấp” … ‘ngay’", "tu 07:30-11:30 - \"khan cap\" ... 'ngay'"),
        ("Nắng nóng 39-41°C", "Nang nong 39-41 do C"),
        ("35 °C, 35ºC, 35℃, 20°48'", "35 do C, 35 do C, 35 do C, 20 do 48'"),
        ("phạt 5.000.000₫ hoặc 5.000.000đ", "phat 5.000.000d hoac 5.000.000d"),
        ("diện tích 10² m², 5½ giờ, H₂O", "dien tich 10^2 m2, 5 1/2 gio, H2O"),
        ("mục ①②, cấp Ⅳ", "muc (1)(2), cap IV"),
        ("Ðà Nẵng", "Da Nang"),  # the Icelandic letter that old converters left behind
        ("một\u00a0hai\u200b ba\tbốn", "mot hai ba bon"),
        ("dòng\r\nmới\u2028nữa", "dong\nmoi\nnua"),
        ("⚠️ Tin khẩn🚨Nước lên 🌊! (🚨 gấp)\n🚨 Chạy", "Tin khan Nuoc len! (gap)\nChay"),
        ("lượng mưa ≥ 100 mm ± 5 → lũ", "luong mua >= 100 mm +/- 5 -> lu"),
        ("giá € [mới] {1} ~ ^", "gia € [moi] {1} ~ ^"),
        ("café à la Zürich", "cafe a la Zurich"),
        ("", ""),
    ],
)
def test_folding_keeps_the_words_and_leaves_gsm_7(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert fold(unicodedata.normalize("NFD", written)) == folded
    assert measure(fold(written)).encoding == "GSM-7"


def test_every_vietnamese_letter_folds_to_its_one_plain_letter() -> None:
    for letter in VIETNAMESE:
        folded = fold(letter)
        assert folded.isascii(), letter
        assert folded.isalpha(), letter
        assert len(folded) == 1, letter
        assert folded.isupper() == letter.isupper(), letter


def test_letters_of_another_script_stay_and_keep_the_price_honest() -> None:
    assert fold("cảnh báo 警告") == "canh bao 警告"
    assert describe("警告")["folded_segments"] == 1
    assert measure(fold("警告")).encoding == "UCS-2"


def test_every_golden_text_of_latin_letters_folds_into_gsm_7() -> None:
    for name, text, *_ in GOLDEN:
        if not any(unicodedata.category(character) in ("Lo",) for character in text):
            assert measure(fold(text)).encoding == "GSM-7", name


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_no_text_breaks_measuring_or_folding(text: str) -> None:
    found = measure(text)
    limit = 153 if found.encoding == "GSM-7" else 67
    assert found.segments == len(found.units_per_segment)
    assert all(0 < units <= limit for units in found.units_per_segment) or found.segments == 1
    assert bool(found.forced_by) == (found.encoding == "UCS-2")
    folded = fold(text)
    assert fold(folded) == folded
    assert all(character in GSM or unicodedata.category(character)[0] in "LMNPS" for character in folded)


@pytest.mark.timeout(60)  # blanks once took a time that grew with their square: minutes
@pytest.mark.parametrize("piece", [" ", " \x07", "\u0301\u0323", "°"], ids=["blanks", "signs", "marks", "degrees"])
def test_a_hostile_text_takes_a_time_in_proportion_to_its_length(piece: str) -> None:
    hostile = "a" + piece * 300_000
    assert len(fold(hostile)) <= 3 * len(hostile)
    assert describe(hostile)["segments"] > 0


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("a  b", "a  b"),
        ("a 🚨  b", "a b"),
        ("a  🚨🚨 🚨b", "a b"),
        ("🚨  a  🚨", "a"),
        ("a  🚨 .", "a."),
        (" a ", " a "),
    ],
)
def test_only_the_blanks_around_a_sign_that_falls_away_fall_with_it(written: str, folded: str) -> None:
    assert fold(written) == folded
