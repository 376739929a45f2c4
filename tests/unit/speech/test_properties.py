"""What must hold for any text at all."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.speech import again, read_aloud, read_line
from tests.unit.speech.test_golden import GOLDEN, sentences

PIECES_OF_TEXTS = """
    UBND CCCD 113 156 5656 1900 0912345678 0988.123.456 +84 25/8/2023 5/9 12/2024 17h30 8:05 24/7 830/QĐ-TTg
    15/2020/NĐ-CP
    500.000đ 2tr5 50k 10% -5°C 3,5 km m2 /tháng /người quý IV XXI I. VI TP.HCM Q.1 P. N.V.A Zalo VNeID
    canhbao.khonggianmang.vn a@b.vn https://x.y/z?1 #AnToan @abc gọi số tài khoản mã OTP ngày tháng thứ từ đến - – / : ;
    , . ... … ( ) “ ” ** _ # * ⚠️ ½ ² Ⅳ ① ５ ٣ 1.2.3 1,2,3 0,5 00 007 1e9 T2 CN k ko đ Đ x × ± $ € § ° % ‰ & = < > ~
    \\ | ^ ~ 15-20/4 28/4-1/5 7h-9h 2021-2025 15A-123.45 PA05 COVID-19 *101# 09xx 1m65 10' 5'30" \u0301 \u200b
    CN TT KP3 BC15 FT24123 QN-60112 8g 1-1-5 113-114 30/4-1/5 31/02 Q4/2025 5,6 1,25T $1,200
    [1] ¹ ™ Ø27 **21* a. c. X. V.
    - a) 12A H5N1 \u2028 /KH-UBND km/h 30km/h lần thứ
    """.strip(" \n").split(" ")
MORE_PIECES = """
    P. P. X. K. k. k= k? (k) a. ô. Ô. Tuấn và gặp anh điểm I II VI XI XXX V/ + ++ == ** ~~ [a](b) ]( <số> ° c °C
    1:10 2-1 1,2,3 1/2/3 2. 3) TP. Tx. TT. Q. Đ/c đ/c đ.c v.v... v/v t/m CA AI IT HA HU TƯ5 NQ 35-NQ/TW K1 Đ174
    QL5 T2-T6 thứ 4 mùng 1 IV/2025 2-5 -5 5– –  500 đ/kg đ/c /h m³ kWh 12T 15t 5z 60p 12" 3/4 2½ ½ 2.1 1.000.000
    1,000,000 $5 USD 26.350 100K 1tr5 0225.3842.123 STK CCCD H24.12-251103 VN1234 A1-A5 M1-M15 K12+500 tiktok.com
    ko.vn napas.vn a.b.c x.pdf .pdf #ko @ko #vắc-xin #Ô. @GDĐT wi-fi vắc-xin big data pin app covid Covid-19 XKQZ ATT
    côngtenơ TRÂN TRỌNG P.12 Q.III VAR. WTO. Mỹ "a" “c” ./. /. ;; .. ?! -- -> <= ≥ • → 😀 ™ ® ¹ ³ ₂ º ª № Ø ﬁ Ⅻ ㊙
    T.7 T.10 T10 T6-T8 T6-T8/2026 02 (hai) (năm) (một lẻ năm) (UBND) (k) (a. (a.Hoa) KP.3 KP.Tân LS HK KH BS đ/c, LH:
    10 NV 20k/NV THT LMLM TL 1/500 1:2000 đuôi .vip .vip, .exe thí sinh hằng tuần các ngày 2,4 95%-100% 5°C-7°C --1°C
    5-10-3/sào 16T <6T +0,45% +6,8 Km5-Km7 N.T.H. (SN LV DS HS ĐKXT
    Bộ Sở Ban DV TG NC BTC tiền ảo 1 DS, 2 ĐD NHS YS T.Ư Phó CĐ 139/CĐ-TTg KL 21-KL/TW k.1 Đ.101 2mx3m x3 các tháng 3, 4
    trại KV \u0330 \u0307 8g\u0323 _P. _X. >=95% 6T đầu năm 9T/2026 10ph
    cụm kg/cm2 100k/HS QL1A DT 12kg/lồng lúc 8g CN rubella urê (02) (sáu
    Ａ \u00a0 \ufeff \u00ad \u0323 e\u0302\u0323 ´ ko vs ck cv hk 5k/người 100k/ng 5k/wi-fi
    """.split()  # noqa: SIM905
PIECES = st.sampled_from(PIECES_OF_TEXTS)
SPACED = st.lists(PIECES, max_size=14).map(" ".join)
TEXTS = st.one_of(
    st.text(max_size=80),
    SPACED,
    st.lists(PIECES, max_size=10).map("".join),
    st.text(alphabet="0123456789.,/-:h+% đABVIX()", max_size=40),
)
MANY = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(TEXTS)
def test_no_digit_is_left_and_the_words_are_nfc(text: str) -> None:
    spoken = read_line(text).paragraphs
    assert len(spoken) == 1
    assert not any(char.isdigit() for char in spoken[0])
    assert unicodedata.is_normalized("NFC", spoken[0])
    assert spoken[0].encode("utf-8").decode("utf-8") == spoken[0].strip()
    assert "\n" not in spoken[0]


def thrown_together(seed: int, count: int) -> Iterator[str]:
    """Lines of pieces: half with blanks between them, the others with line breaks, too, or with nothing."""
    chance = random.Random(seed)
    for number in range(count):
        between = " " if number % 2 else chance.choice(["", " ", "\n"])
        yield between.join(chance.choices(PIECES_OF_TEXTS + MORE_PIECES, k=chance.randint(1, 14)))


def test_what_was_read_is_read_as_it_stands() -> None:
    """A sample; `python -m tests.unit.speech.twice` reads as many lines as one likes."""
    once = [read_line(each).paragraphs[0] for each in thrown_together(2026, 2_500)]
    assert [each for each in once if read_line(each).paragraphs[0] != each] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Tx.30km/hđ0,5<6T\u0301,kox.pdf", "sáu tê, ca ô ích"),
        ("KP.Tân8g\u0323(a.Hoa)$5--~\nlần2,4", "tám gam(anh Hoa)"),
        ("Nặng 8g\u0323\u0330.", "tám gam."),
        ("°_P.Đcụm½TP.(sáu", "Độ P. Đcụm"),
    ],
)
def test_a_mark_or_an_underscore_beside_what_is_read_changes_nothing_later(line: str, expected: str) -> None:
    once = read_line(line).paragraphs[0]
    assert expected in once
    assert read_line(once).paragraphs[0] == once


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("speech*.tsv")))
def test_a_sentence_is_read_as_it_was_read(name: str) -> None:
    once = {read_line(written).paragraphs[0] for written, _ in sentences(name)}
    assert [each for each in once if read_line(each).paragraphs[0] != each] == []


def test_what_is_not_looked_at_again_would_have_said_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = list(thrown_together(7, 1_000))
    once = [read_line(each) for each in lines]
    monkeypatch.setattr(again, "is_open", lambda _: True)
    assert [read_line(each) for each in lines] == once


@MANY
@given(TEXTS)
def test_every_unicode_form_is_read_alike(text: str) -> None:
    assert read_line(unicodedata.normalize("NFD", text)).paragraphs == read_line(text).paragraphs


@MANY
@given(TEXTS)
def test_readings_stand_where_they_say(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    speech = read_aloud(text)
    places = [reading.start for reading in speech.readings]
    assert places == sorted(places)
    assert set(speech.unknown) <= set(speech.readings)
    assert all(0 <= place < len(composed) for place in places)
    if composed.isascii() and composed.isprintable():
        assert all(composed.startswith(reading.written, reading.start) for reading in speech.readings)


@MANY
@given(TEXTS)
def test_paragraphs_are_never_empty(text: str) -> None:
    assert all(paragraph == paragraph.strip() and paragraph for paragraph in read_aloud(text).paragraphs)


@pytest.mark.timeout(60)  # to sort so many marks takes minutes; what is silent must not bring them together again
@pytest.mark.parametrize("between", ["", "\u200b", "*", "\U0001f600"], ids=["nothing", "invisible", "markup", "emoji"])
def test_piles_of_marks_are_cut(between: str) -> None:
    words = read_line("a" + ("\u0301\u0323" * 12 + between) * 8_000).paragraphs[0]
    assert len(words) <= 26 * 8_000
    assert len(read_aloud("a" + "\u0301\u0323" * 200_000).paragraphs[0]) <= 40
