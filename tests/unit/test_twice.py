"""What is said twice, and what is not said four times."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline import speech
from pipeline.config.report_channels import ReportChannel
from pipeline.config.voices import TwiceSettings
from pipeline.production.twice import repeated
from pipeline.site import load_site
from pipeline.speech.sentences import sentences

CHANNELS = [
    ReportChannel(id, read, "", date(2026, 11, 1))
    for id, read in (("113", "một một ba"), ("156", "một năm sáu"), ("canhbao.khonggianmang.vn", "cảnh báo …"))
]
BOTH, ADVICE, HOTLINE = TwiceSettings(True, True), TwiceSettings(advice=True), TwiceSettings(hotline=True)
AGAIN = "Xin nhắc lại: "


def said(*paragraphs: str, settings: TwiceSettings = BOTH) -> list[str]:
    text = repeated("\n\n".join(paragraphs), settings, CHANNELS)
    assert repeated(text, settings, CHANNELS) == text, "what is said twice is not said a third time"
    return text.split("\n\n")


def test_a_station_that_sets_nothing_hears_every_word_once() -> None:
    text = "Một.\n\n> Tắt máy.\n\nGọi 113."
    assert repeated(text, TwiceSettings(), CHANNELS) == text


def test_the_advice_is_followed_by_itself() -> None:
    assert said("Có kẻ gọi điện.", "> Tắt máy.\n> Hỏi Công an xã.", "Xin cảm ơn.") == [
        "Có kẻ gọi điện.",
        "> Tắt máy.\n> Hỏi Công an xã.",
        f"{AGAIN}Tắt máy. Hỏi Công an xã.",
        "Xin cảm ơn.",
    ]


def test_the_sentence_with_a_hotline_is_said_again_at_once() -> None:
    assert said("Bà con giữ bình tĩnh. Gọi ngay số 113. Xin cảm ơn.") == [
        f"Bà con giữ bình tĩnh. Gọi ngay số 113. {AGAIN}Gọi ngay số 113. Xin cảm ơn."
    ]


def test_several_hotlines_of_a_paragraph_are_repeated_together() -> None:
    assert said("Khẩn cấp thì gọi 113. Giữ bình tĩnh. Phản ánh tới 156. Hết.") == [
        f"Khẩn cấp thì gọi 113. Giữ bình tĩnh. Phản ánh tới 156. {AGAIN}Khẩn cấp thì gọi 113. Phản ánh tới 156. Hết."
    ]


def test_a_sentence_with_two_hotlines_is_repeated_once() -> None:
    assert said("Gọi 113 hoặc 156.") == [f"Gọi 113 hoặc 156. {AGAIN}Gọi 113 hoặc 156."]


def test_of_a_hotline_the_last_sentence_is_repeated() -> None:
    assert said("Kẻ gian giả số 113 để gọi.", "Xin gọi 113.") == [
        "Kẻ gian giả số 113 để gọi.",
        f"Xin gọi 113. {AGAIN}Xin gọi 113.",
    ]


@pytest.mark.parametrize("order", [0, 1])
def test_a_hotline_within_the_advice_is_not_said_four_times(order: int) -> None:
    paragraphs = ["> Tắt máy và gọi 113.", "Nhớ số 113."]
    found = said(*(paragraphs if order == 0 else paragraphs[::-1]))
    assert len(found) == 3
    assert f"{AGAIN}Tắt máy và gọi 113." in found


def test_where_only_hotlines_are_repeated_the_advice_lends_its_sentence() -> None:
    assert said("> Tắt máy. Gọi 113.", "Hết.", settings=HOTLINE) == [
        "> Tắt máy. Gọi 113.",
        f"{AGAIN}Gọi 113.",
        "Hết.",
    ]


def test_where_only_the_advice_is_repeated_hotlines_are_not() -> None:
    assert said("> Tắt máy.", "Gọi 113.", settings=ADVICE) == ["> Tắt máy.", f"{AGAIN}Tắt máy.", "Gọi 113."]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("Gọi 113. Xin nhắc lại: gọi 113.",),
        ("Gọi 113.", "Hết.", "Gọi 113."),
        ("> Tắt máy.", "Hết.", "Xin nhắc lại: tắt máy."),
        ("Không có số nào ở đây.",),
        ("Ông Ba 1135 tuổi, sinh năm 1560.",),
        ("Một dòng.\n> Hai dòng.",),
        ("",),
    ],
)
def test_what_its_author_says_twice_and_what_is_no_hotline_stays(paragraphs: tuple[str, ...]) -> None:
    assert said(*paragraphs) == list(paragraphs)


def test_lines_that_must_stay_lines_are_not_joined() -> None:
    assert said("- gọi 113\n- hỏi con cháu") == ["- gọi 113\n- hỏi con cháu", f"{AGAIN}- gọi 113 - hỏi con cháu"]


def test_a_web_address_ends_no_sentence() -> None:
    text = "Vào canhbao.khonggianmang.vn. Rồi báo."
    assert said(text) == [f"Vào canhbao.khonggianmang.vn. {AGAIN}Vào canhbao.khonggianmang.vn. Rồi báo."]


def test_the_mark_of_the_advice_is_not_spoken() -> None:
    assert speech.read_aloud("> Tắt máy ngay.\n> Gọi 113.").paragraphs == ("Tắt máy ngay. Gọi một một ba.",)
    assert "lớn hơn" in speech.read_line("> 5 triệu đồng").text.lower()


def test_the_shipped_bulletins_say_their_advice_and_their_hotlines_twice() -> None:
    site = load_site(Path(__file__).parents[2])
    settings = site.station.voices.say_twice
    assert settings == BOTH
    for bulletin in site.bulletins.values():
        text = repeated(bulletin.text, settings, site.report_channels.values())
        assert AGAIN in text, bulletin.id
        assert not speech.read_aloud(text, site.lexicon).unknown, bulletin.id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Một. Hai! Ba? Bốn… Năm", ["Một.", "Hai!", "Ba?", "Bốn…", "Năm"]),
        ("Gọi 113. 156 là số khác.", ["Gọi 113.", "156 là số khác."]),
        ("TP. Hải Phòng và ThS. Bình. Hết.", ["TP. Hải Phòng và ThS. Bình.", "Hết."]),
        ("Anh A. Bình gọi. Chị B. Hoa nghe.", ["Anh A. Bình gọi.", "Chị B. Hoa nghe."]),
        ("ba. bốn", ["ba. bốn"]),
        ("Anh nói: “Chuyển đi!” Rồi tắt. “Sao?”", ["Anh nói: “Chuyển đi!”", "Rồi tắt.", "“Sao?”"]),
        ("lúc 8h. Sau đó", ["lúc 8h.", "Sau đó"]),
        ("", []),
        ("  … ", ["…"]),
    ],
)
def test_sentences_end_where_people_end_them(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


@pytest.mark.parametrize("pattern", [".", ". ", "A.", "TP. ", ".”", "! A", " ", "“"])
def test_a_long_line_of_anything_is_parted_in_linear_work(pattern: str) -> None:
    text = pattern * (200_000 // len(pattern))
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
