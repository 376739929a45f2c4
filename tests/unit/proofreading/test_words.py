"""Slips of the keyboard and of scanners, and what a template leaves behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.areas import AreaTree
from pipeline.domain import Area, Source
from pipeline.proofreading import proofread
from pipeline.proofreading.spelling import SPELLING
from pipeline.proofreading.syllables import glued, is_impossible, misplaced
from pipeline.speech.letters import is_syllable
from tests.unit.proofreading.desk import bulletin, found, site, told

GOLDEN = Path(__file__).parents[2] / "golden"
SLIPS = {
    "words_glued",
    "blank_missing",
    "words_doubled",
    "misspelled",
    "syllable_impossible",
    "figures_with_letters",
    "letters_mixed",
    "pair_open",
    "pairs_open",
    "blank_before_stop",
    "marks_missing",
    "time_impossible",
    "range_backwards",
    "hotline_unknown",
    "landline_length",
    "landline_grouping",
    "service_number_wrong",
    "money_words_differ",
}


@pytest.mark.parametrize(
    ("text", "code", "written"),
    [
        ("Bà con vàUBND xã cùng làm.", "words_glued", "vàUBND"),
        ("Bà con khôngđược chuyển tiền.", "words_glued", "khôngđược"),
        ("CôngAn xã mời bà con; xãAn Hưng họp.", "words_glued", "xãAn"),
        ("Phòng chống ma tuýlừa đảo.", "words_glued", "tuýlừa"),
        ("Bà con đến xã.UBND sẽ giúp.", "blank_missing", "xã.UBND"),
        ("Bà con nhớ nhé,đừng chuyển tiền.", "blank_missing", "nhé,đừng"),
        ("Không bấm vào.Không cài gì.", "blank_missing", "vào.Không"),
        ("Tiền của của bà con.", "words_doubled", "của của"),
        ("Kẻ gian bảo chuyển chuyển tiền.", "words_doubled", "chuyển chuyển"),
        ("Bà con cảnh giác giác với kẻ gian.", "words_doubled", "giác giác"),
        ("Tài khoản khoản của bà con.", "words_doubled", "khoản khoản"),
        (
            "Xin chao ba con, day la ban tin canh bao lua dao.",
            "marks_missing",
            "Xin chao ba con, day la ban tin canh bao lua dao",
        ),
        ("Hãy hãy cảnh giác.", "words_doubled", "Hãy hãy"),
        ("Mất hết tiền tiền trong nhà.", "words_doubled", "tiền tiền"),
        ("Các đợt phòng, chống phòng, chống lừa đảo.", "words_doubled", "phòng, chống phòng, chống"),
        ("Hãy báo công an xã công an xã ngay.", "words_doubled", "công an xã công an xã"),
        ("Xã hổ trợ bà con.", "misspelled", "hổ trợ"),
        ("Chúng hỏi số tài khoảng.", "misspelled", "tài khoảng"),
        ("Tiền cuả mình.", "misspelled", "cuả"),
        ("Giấy tờ qúy.", "misspelled", "qúy"),
        ("Kỹ năng nhân biết kẻ gian.", "misspelled", "nhân biết"),
        ("Bà con hảy gọi 113.", "misspelled", "hảy"),
        ("Đừng chủ quang.", "misspelled", "chủ quang"),
        ("Nâng cao cãnh giác.", "misspelled", "cãnh giác"),
        ("Báo cơ quang công an.", "misspelled", "cơ quang"),
        ("Lừa đảo hoàng toàn mới.", "misspelled", "hoàng toàn"),
        ("Cần bình tỉnh xử lý.", "misspelled", "bình tỉnh"),
        ("Gửi về tài khoãn lạ.", "misspelled", "tài khoãn"),
        ("Bà con , gọi ngay.", "blank_before_stop", "con ,"),
        ("Gọi ngay 113 .", "blank_before_stop", "113 ."),
        ("Ba con chu y khong chuyen tien.", "marks_missing", "Ba con chu y khong chuyen tien"),
        ("Thưa bà con. Khong bam vao duong dan la!", "marks_missing", "Khong bam vao duong dan la"),
        ("Bà con nhớ khong chuyen tien cho nguoi la nhé.", "marks_missing", "khong chuyen tien cho nguoi la"),
        ("Khong chuyen tien.", "marks_missing", "Khong chuyen tien"),
        ("Theo báo cáo [1], xã làm tốt.", "note_dropped", "[1]"),
        ("Xin cárn ơn bà con.", "misspelled", "cárn"),
        ("Xã thưc hiện ngay.", "syllable_impossible", "thưc"),
        ("Bà con ngỉ ngơi.", "syllable_impossible", "ngỉ"),
        ("Hãy gọi l13 ngay.", "figures_with_letters", "l13"),
        ("Từ năm 2O24 đến nay.", "figures_with_letters", "2O24"),
        ("Bà con cẩn thận với mаil lạ.", "letters_mixed", "mаil"),
        ("Hồ sơ ﬁnal.", "ligature", "ﬁ"),
        ("Gọi ngay (số 113.", "pair_open", "("),
        ("Kẻ gian nói: “chuyển tiền đi.", "pair_open", "“"),
        ("Thưa bà con xã [tên xã].", "template_left", "[tên xã]"),
        ("Thưa bà con {xa}.", "template_left", "{xa}"),
        ("Liên hệ ông xxx.", "template_left", "xxx"),
        ("Họp tại <địa điểm>.", "template_left", "<địa điểm>"),
        ("Họp ngày …/…/2026.", "template_left", "…/…/2026"),
        ("Người nhận: .......", "template_left", "......."),
        ("TODO viết tiếp.", "template_left", "TODO"),
        ("An Hưng, ngày   tháng 01 năm 2026", "blank_left", "ngày   tháng 01 năm"),
        ("Số: /KH-UBND", "blank_left", "Số: /"),
    ],
)
def test_a_slip_is_found_where_it_stands(text: str, code: str, written: str) -> None:
    assert (code, written) in told(text)
    assert told(text)[0][0] == code or code not in {"words_glued", "misspelled"}


@pytest.mark.parametrize(
    "text",
    [
        "Từ từ rồi làm, ngày ngày người người đều nhớ, đàn chuồn chuồn xanh xanh.",
        "Thường thường đều đều, xanh xanh đỏ đỏ, nói nói cười cười, hỏi đi hỏi lại, nhà nhà, dần dần.",
        "Thông báo báo chí, công an an toàn, tài khoản khoản tiền ấy, cảnh giác giác quan.",
        "Công an An Lão, xã Xã Đàn; chuyển, chuyển nữa.",
        "Tuổi trẻ em, cũng cố gắng, tài khoản cách đây, trưởng thôn tin rằng, ông Quang trọng tình.",
        "Tài khoản NGUYEN VAN AN, internet banking, facebook messenger, Gmail, OK.",
        "Anh Ba ra chợ mua cho con hai kg cam.",
        "Chờ... rồi thôi :) Có ba việc : một, hai, ba.",
        "Thiết bị bị hỏng, hiện tại tại xã, các nội dung nêu trên trên địa bàn, lý do do mưa.",
        "Công an an toàn hơn, bộ công an an ninh mạng.",
        "Từng bước từng bước một, rất nhiều rất nhiều người.",
        "Anh T.H ở TP.HCM, v.v., ThS.Lan, tx.Kiến An.",
        "Xem canhbao.khonggianmang.vn và mps.gov.vn.",
        "Cài VNeID, TikTok, YouTube, MoMo, iPhone.",
        "Cá nhân biết rõ, nạn nhân biết rõ, ưu tiên hành động, hài lòng ghép lại, trình bày tình cảm.",
        "Lịch sử lý luận, trao đổi với nhau, chủ trương trình Quốc hội, chính xác xuất phát từ đó.",
        "Hoà bình, hòa bình, uỷ ban, ủy ban, thuý, thúy, khoẻ, khỏe, quý, giữ gìn, già, thuở, khuỷu.",
        "Đắk Lắk, Krông Pắc, A Lưới, Êđê.",
        "Gọi 0912.xxx.678 là số bị che.",
        "Soạn tin: S [nguồn] [nội dung] gửi 156.",
        "Có 10l nước, đường 5, xe 16A, lớp 10A1, tầng 2B.",
        "a) Một là gọi. b) Hai là báo. 1) Ba là chờ :)",
        "Chờ chút... rồi gọi. Nào là… nào là…",
        "Xem [trang này](canhbao.khonggianmang.vn) nhé.",
        "Bà con (người già, trẻ nhỏ) nhớ “không vội” nhé.",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert [each for each in told(text) if each[0] != "unread_token"] == []


def test_a_place_is_line_and_column_of_the_file() -> None:
    (only,) = (each for each in found("  Một dòng.\n\nDòng của của ba.", column=3) if each.code == "words_doubled")
    assert (only.file, only.line, only.column) == ("scripts_audio/a.md", 12, 6)
    (first,) = (each for each in found("Của của ai.", column=3) if each.code == "words_doubled")
    assert (first.line, first.column) == (10, 3)


def test_what_a_template_left_in_title_and_source_is_found() -> None:
    gap, source = "[tên xã: ví dụ An Quang]", Source("[đơn vị]", "01/TB")
    assert [each.written for each in found("Xin chào.", title=f"Tin {gap}")] == [gap]
    assert [each.written for each in found("Xin chào.", title="[Khẩn] Lũ về", source=source)] == ["[đơn vị]"]


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("cuả", "của"),
        ("muà", "mùa"),
        ("qũy", "quỹ"),
        ("gìa", "già"),
        ("nhiêù", "nhiều"),
        ("ngừơi", "người"),
        ("gì", ""),
    ],
)
def test_a_tone_stands_over_its_vowel(word: str, right: str) -> None:
    assert misplaced(word) == right


@pytest.mark.parametrize(("word", "impossible"), [("mầt", True), ("đươc", True), ("kà", True), ("cấc", False)])
def test_a_syllable_breaks_no_rule_of_tones_or_first_letters(word: str, impossible: bool) -> None:
    assert is_impossible(word) is impossible


def test_glued_syllables_are_parted() -> None:
    assert (glued("cánbộ"), glued("nghiêng"), glued("internet")) == ("cán bộ", "", "")


def test_no_listed_slip_is_what_another_line_calls_right() -> None:
    lines = [
        line.split("\t") for line in SPELLING.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")
    ]
    rights = " | ".join(f" {line[1]} " for line in lines)
    assert len(lines) > 200
    assert [line for line in lines if f" {line[0]} " in rights] == []
    assert len({line[0] for line in lines}) == len(lines)
    assert [word for line in lines for word in line[1].split() if not is_syllable(word)] == []


# of stations and offices, in the sentences on purpose
NUMBERS = {"02253.872.113", "02253.113.113", "02253 671 115", "02253.872.456", "02383.846.115"}


@pytest.mark.parametrize("name", ["speech", "speech_own", "speech_reviewed", "speech_unseen"])
def test_good_sentences_raise_no_slip(name: str) -> None:
    rows = (GOLDEN / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    text = "\n\n".join(row.split("\t")[0] for row in rows)
    slips = {each.written for each in found(text) if each.code in SLIPS}
    assert slips <= {"xã.UBND", "Quang,ngày", "Hùng,SĐT", "(", *NUMBERS}  # there on purpose


def test_every_rule_survives_what_is_no_text() -> None:
    from pipeline.proofreading import proofread

    for text in ("", " ", "\n\n", ".", "(", "a", "\u0301", "0" * 50, "x" * 50, "😀😀", "ا ب", "١٢٣", "\u200b"):
        proofread(bulletin(text, sms=text), site())


def test_places_that_are_filled_in_for_each_contact_are_no_leftovers_of_an_sms() -> None:
    own = replace(site(), areas=AreaTree([Area("an-quang", "Xã An Quang", fields={"truc": "0225"})]))

    def left(text: str, sms: str) -> list[str]:
        found = proofread(bulletin(text, sms=sms), own)
        return [each.written for each in found if each.code == "template_left"]

    assert left("Thưa bà con.", "Kính gửi {ten:bà con} xã {dia_ban}, trực ban {truc:113}.") == []
    wrong = ["[xã]", "{Tên}", "{ten}", "{xa}", "….."]
    assert sorted(left("Thưa {ten}.", "Kính gửi {ten} {xa}, {Tên} [xã] …..")) == wrong
