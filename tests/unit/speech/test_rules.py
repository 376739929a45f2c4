"""What must never be misread, and how the reader behaves around its words."""

from __future__ import annotations

import gc
import subprocess
import sys
import unicodedata

import pytest

from pipeline.domain import RISKY_KINDS, ReadingKind
from pipeline.messages import CATALOGUE, render
from pipeline.speech import VERSION, Lexicon, LexiconEntry, read_aloud, read_line
from pipeline.speech.lexicon import built_in_entries
from pipeline.speech.pipeline import STEPS


def spoken(line: str, lexicon: Lexicon | None = None) -> str:
    return (read_line(line, lexicon) if lexicon else read_line(line)).paragraphs[0]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("Gọi 113 ngay.", "một một ba"),
        ("Có 113 hộ.", "một trăm mười ba"),
        ("Cấm người và xe trên 10T.", "mười tấn"),
        ("Trẻ dưới 10T đi cùng người lớn.", "mười tuổi"),
        ("Nhiệt độ giảm 5% -3%.", "năm phần trăm âm ba phần trăm"),
        ("Tăng từ 5%-30%.", "năm phần trăm đến ba mươi phần trăm"),
        ("Chỉ số: +0,45%.", "cộng không phẩy bốn mươi lăm phần trăm"),
        ("Đầu số +44 là giả.", "cộng bốn bốn"),
        ("Chợ họp ngày 3, 5 hằng tháng.", "ngày mùng ba, mùng năm hằng tháng"),
        ("Xã có THT nuôi lợn.", "tổ hợp tác"),
        ("Bộ TP trả lời.", "Bộ tư pháp"),
        ("Đảng bộ TP, Đảng Bộ TP, Bộ TP.HCM.", "Đảng bộ thành phố, Đảng Bộ thành phố, Bộ thành phố Hồ Chí Minh"),
        ("Bộ TC nông thôn mới.", "Bộ tê xê nông thôn mới"),
        ("Năm 2026 BTC trao giải.", "ban tổ chức trao giải"),
        ("Xe T. Ưng, Hội Nông dân T.Ư.", "Hội Nông dân trung ương"),
        ("CĐ 139/CĐ-TTg.", "Công điện một trăm ba mươi chín công điện"),
        ("Phó TP. HCM.", "thành phố"),
        ("Các tháng 3, 4 và 5/2026.", "Các tháng ba, tư và tháng năm"),
        ("Gọi 113 cuộc.", "một trăm mười ba"),
        ("Quyết định số 113 của xã.", "một trăm mười ba"),
        ("Tổng đài có 156 nhân viên.", "một trăm năm mươi sáu"),
        ("Phản ánh đến 156 hoặc 5656.", "một năm sáu hoặc năm sáu năm sáu"),
        ("Nghỉ từ 3/4 đến 5/4.", "ngày mùng ba tháng tư đến ngày mùng năm tháng tư"),
        ("Chiếm 3/4 số hộ.", "ba phần tư"),
        ("Số nhà 3/4 Lê Lợi.", "ba trên bốn"),
        ("Lãi 1.500 đồng.", "một nghìn năm trăm đồng"),
        ("Nặng 1.5 kg.", "một phẩy năm ki lô gam"),
        ("Tài khoản có 1234567 đồng.", "một triệu hai trăm ba mươi tư nghìn"),
        ("Tài khoản 1234567 bị khóa.", "một hai ba bốn năm sáu bảy"),
        ("ko chuyển tiền, k gửi mã", "Không chuyển tiền, không gửi mã"),
        ("điểm k khoản 2", "điểm k khoản hai"),
        ("Còn -2°C.", "âm hai độ xê"),
        ("Từ 5 -7 ngày.", "năm đến bảy ngày"),
        ("Sau 3 tháng 4 ngày.", "ba tháng bốn ngày"),
        ("Mất 39 tỷ 500 triệu đồng.", "ba mươi chín tỷ năm trăm triệu đồng"),
        ("Anh Vi, chị Mi.", "Anh Vi, chị Mi."),
        ("Gọi 0912345678 - 0987654321.", "sáu bảy tám, không chín tám bảy"),
        ("Họp 12h00.", "mười hai giờ."),
        ("Trực 24/7.", "hai mươi tư trên bảy"),
    ],
)
def test_dangerous_readings(line: str, part: str) -> None:
    assert part in spoken(line)


def test_operators_lines_stand_over_the_built_in_ones() -> None:
    lexicon = Lexicon(
        [LexiconEntry("UBND", "ủy ban"), LexiconEntry("24/7", "suốt ngày đêm"), LexiconEntry("ABC", "a bờ cờ")]
    )
    assert spoken("UBND trực 24/7 tại ABC.", lexicon) == "Ủy ban trực suốt ngày đêm tại a bờ cờ."
    assert not read_line("ABC", lexicon).unknown


def test_a_context_decides_between_readings() -> None:
    lexicon = Lexicon([LexiconEntry("TT", "thông tin", ("Văn hóa",)), LexiconEntry("TT", "trung tâm")])
    assert spoken("Phòng Văn hóa TT và TT y tế.", lexicon) == "Phòng Văn hóa thông tin và trung tâm y tế."


def test_entries_are_found_in_every_unicode_form() -> None:
    lexicon = Lexicon(
        [LexiconEntry(unicodedata.normalize("NFD", "CĐCS"), unicodedata.normalize("NFD", "công đoàn cơ sở"))]
    )
    assert spoken("Họp CĐCS.", lexicon) == "Họp công đoàn cơ sở."


def test_capitals_of_abbreviations_are_matched_exactly_and_words_in_any_case() -> None:
    lexicon = Lexicon([LexiconEntry("CCB", "cựu chiến binh"), LexiconEntry("zoom", "dum")])
    assert spoken("CCB họp Zoom, không phải ccb.", lexicon).startswith("Cựu chiến binh họp dum, không phải ccb")


def test_fingerprint_changes_with_entries_and_setting_only() -> None:
    entry = LexiconEntry("CCB", "cựu chiến binh")
    assert Lexicon([entry]).fingerprint == Lexicon([entry]).fingerprint
    assert len({Lexicon().fingerprint, Lexicon([entry]).fingerprint, Lexicon(zero="linh").fingerprint}) == 3
    assert len(Lexicon().fingerprint) == 64
    assert VERSION


def test_zero_setting_reaches_every_number() -> None:
    lexicon = Lexicon(zero="linh")
    line = "Ngày 5/9/2005, 105 hộ nộp 1.005.000đ tại nhà số 108, Điều 101."
    assert "lẻ" not in spoken(line, lexicon)
    assert spoken(line, lexicon).count("linh") == 5


def test_unknown_tokens_are_listed_with_their_place() -> None:
    speech = read_line("Báo cho XKQZ và bigbang.")
    assert [(token.written, token.spoken, token.start) for token in speech.unknown] == [
        ("XKQZ", "ích ca quy dét", 8),
        ("bigbang", "bigbang", 16),
    ]
    assert not read_line("Bà con hãy bình tĩnh, không chuyển tiền cho người lạ.").unknown


def test_offsets_count_the_nfc_text() -> None:
    text = unicodedata.normalize("NFD", "Người dân\n\n\u200bgọi 113 ngay.")
    (reading,) = read_aloud(text).readings
    composed = unicodedata.normalize("NFC", text)
    assert composed[reading.start :].startswith("113")
    assert reading.spoken == "một một ba"


def test_paragraphs_are_parted_by_blank_lines_only() -> None:
    speech = read_aloud("UBND xã\nthông báo.\r\n \r\n\n- Gọi 113;\n- CCCD.\n\n\n⚠️\n")
    assert speech.paragraphs == ("Ủy ban nhân dân xã thông báo.", "Gọi một một ba; căn cước công dân.")
    assert read_aloud("").paragraphs == ()


@pytest.mark.parametrize("line", ["", " ", "⚠️", "\u200b", "**"])
def test_an_empty_line_is_one_empty_paragraph(line: str) -> None:
    assert read_line(line).paragraphs == ("",)


def test_lone_surrogates_do_not_survive() -> None:
    assert spoken("Gọi \ud800113.") == "Gọi một một ba."


def test_every_step_has_a_name_and_a_first_place() -> None:
    names = [step.__name__ for step, _, _ in STEPS]
    assert len(names) == len(set(names))
    before = [
        ("read_decision_numbers", "read_dates"),
        ("read_telephones", "read_numbers"),
        ("read_dates", "read_shares"),
    ]
    assert all(names.index(first) < names.index(second) for first, second in before)


def test_the_lexicon_is_large_sound_and_without_doubles() -> None:
    entries = list(built_in_entries())
    keys = [(entry.write, entry.after, entry.before) for entry in entries]
    assert len(entries) >= 500
    assert len(keys) == len(set(keys))
    for entry in entries:
        assert unicodedata.is_normalized("NFC", entry.write + entry.read)
        assert not any(char.isdigit() for char in entry.read)


def test_importing_the_package_compiles_no_rule() -> None:
    code = "import sys, pipeline.speech; print('pipeline.speech.pipeline' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "-",
        "9/9-",
        "A.",
        "(0",
        " ",
        "#a",
        "T2-",
        "113-",
        "1-1-",
        "8g-",
        "8h00,",
        "ngày 1, ",
        "$1,",
        "1 000 ",
        "[1]",
        "Q.1/",
        "**21*",
        "1 x 1",
        "CN ",
        "TT ",
        "a. A",
        "½",
        "mã A1-",
        "a-b.vn/",
        "II, ",
        "cháy (114), ",
    ],
)
def test_a_long_hostile_line_is_read_at_once(piece: str) -> None:
    assert (
        len(read_line(piece * (12_000 // len(piece))).paragraphs) == 1
    )  # a quadratic rule runs into the time limit of the tests


@pytest.mark.parametrize(
    ("piece", "most"),
    [
        ("1%", 55),
        ("1/", 62),
        ("1-", 60),
        ("1km/h ", 140),
        ("5/6/2026 ", 148),
        ("1 ", 40),
        ("+84", 68),
        ("1.000đ ", 130),
    ],
)
def test_a_hostile_line_takes_few_calls_for_each_piece(piece: str, most: int) -> None:
    """Work is counted, which no load on the machine changes."""
    calls = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal calls
        calls += event.endswith("call")

    read_line(piece * 10)
    sys.setprofile(count)
    try:
        read_line(piece * 2_000)
    finally:
        sys.setprofile(None)
    assert calls / 2_000 <= most


def test_reading_leaves_the_collector_as_it_was() -> None:
    read_line("1%")
    read_aloud("1%")
    assert gc.isenabled()
    gc.disable()
    try:
        read_line("1%")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_codes_have_sentences() -> None:
    sentence, hint = render("unread_token", {"token": "XKQZ"}, "vi")
    assert "XKQZ" in sentence
    assert "{write: XKQZ" in hint
    assert CATALOGUE["unread_token"].en


@pytest.mark.parametrize(
    ("line", "written", "kind"),
    [
        ("Gọi 113.", "113", ReadingKind.HOTLINE),
        ("Số 0912345678.", "0912345678", ReadingKind.HOTLINE),
        ("STK 0123456789012.", "0123456789012", ReadingKind.ACCOUNT),
        ("Họp ngày 3/4.", "3/4", ReadingKind.DATE_WITHOUT_YEAR),
        ("Họp ngày 3/4/2025.", "3/4/2025", ReadingKind.DATE),
        ("Hạn 31/02.", "31/02", ReadingKind.NO_SUCH_DATE),
        ("Quý IV.", "IV", ReadingKind.ROMAN),
        ("Họp lúc 7h30.", "7h30", ReadingKind.TIME),
        ("UBND xã.", "UBND", ReadingKind.ABBREVIATION),
        ("TT An Lão.", "TT", ReadingKind.AMBIGUOUS),
        ("Qua Facebook.", "Facebook", ReadingKind.FOREIGN),
        ("Có 12 hộ.", "12", ReadingKind.NUMBER),
        ("Theo 830/QĐ-TTg.", "830/QĐ-TTg", ReadingKind.PAPER),
        ("Xem a.gov.vn.", "a.gov.vn", ReadingKind.ADDRESS),
        ("Báo XKQZ.", "XKQZ", ReadingKind.UNKNOWN),
    ],
)
def test_a_reading_says_why(line: str, written: str, kind: ReadingKind) -> None:
    (reading,) = [each for each in read_line(line).readings if each.written == written]
    assert reading.kind is kind
    assert reading.is_risky == (kind in RISKY_KINDS)


@pytest.mark.parametrize("line", ["Hạn 31/02.", "Ngày 29/2/2025.", "Ngày 31-4-2025.", "Từ 28-31/4."])
def test_a_day_that_no_calendar_has_waits_for_a_person(line: str) -> None:
    assert [each.kind for each in read_line(line).unknown] == [ReadingKind.NO_SUCH_DATE]
    assert not read_line("Ngày 29/2/2024, 29/2, 30/4 và 31/12.").unknown


def test_two_small_consonants_are_not_the_same_capitals() -> None:
    assert spoken("nt cho tôi") == "Nhắn tin cho tôi"
    assert read_line("NT cho tôi").unknown


def test_a_figure_beside_a_word_is_a_context() -> None:
    lexicon = Lexicon([LexiconEntry("TK", "thế kỷ", before=("#",)), LexiconEntry("TK", "tài khoản")])
    assert spoken("TK 21 và TK Zalo.", lexicon) == "Thế kỷ hai mươi mốt và tài khoản da lô."


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Có 113.", "113"),  # a hotline, or a count whose noun is left out
        ("Số người dự là 3326.", "3326"),
        ("Họp vào 5-4.", "-"),
        ("Xem bảng 2.1.", ""),
        ("Còn lại 2.1.", "2.1"),
        ("Kết thúc 25-18.", "-"),
        ("Lộ TBR225 mất điện.", "TBR225"),
        ("Pha 8g.", "g"),
        ("Mất V. Lan hôm qua.", "V."),
        ("Tuổi trẻ 15t.", "t"),
        ("Nạp 15 k ngay.", "k"),
        ("Chỉ số HA cao.", ""),
        ("Chỉ số MA cao.", "MA"),
        ("KHÔNG MA TÚY", ""),
        ("Theo K1 Đ174 của luật.", "K1 Đ174"),
        ("Trẻ từ 5-10 đến khám.", "-"),
        ("Xe côngtenơ.", "côngtenơ"),
        ("Có 113 hộ.", ""),
        ("Có 3326 người.", ""),
        ("Năm 2024.", ""),
        ("Mưa cấp 6-7.", ""),
        ("Tặng 5-7 suất.", ""),
        ("Có 3/4 số hộ.", ""),
        ("Ông Nguyễn Văn H. kể.", ""),
    ],
)
def test_what_the_text_leaves_open_is_listed_as_a_guess(line: str, written: str) -> None:
    readings = read_line(line).readings
    assert [each.written for each in readings if each.kind is ReadingKind.GUESS] == ([written] if written else [])
    assert ReadingKind.GUESS in RISKY_KINDS


@pytest.mark.parametrize("line", ["Còn 5z.", "Ma tuýlừa đảo.", "A ∞ B", "Trị giá 5฿."])
def test_a_letter_or_sign_that_nobody_can_read_is_unknown(line: str) -> None:
    assert read_line(line).unknown


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("Báo cháy 114: gọi 114.", "một một bốn: gọi một một bốn"),
        ("Gọi 114, đã có 114 người báo.", "một một bốn, đã có một trăm mười bốn người"),
        ("Gọi 114, xã có 113 và 114 hộ.", "một trăm mười ba và một trăm mười bốn hộ"),
        ("Số vụ cháy là 114.", "một trăm mười bốn"),
        ("Gửi 111 giấy mời.", "một trăm mười một"),
        ("Mã đơn 88213 đang giao.", "tám tám hai một ba"),
        ("Lô 1200 con giống.", "một nghìn hai trăm con"),
        ("Lô 24051 bị thu hồi.", "hai bốn không năm một"),
        ("Chuyến bay VN1234 hoãn.", "vê nờ một hai ba bốn"),
        ("Máy chủ 192.168.1.1.", "một chín hai chấm một sáu tám chấm một chấm một"),
        ("Mất 1.500.000.000 đồng.", "một tỷ năm trăm triệu đồng"),
        ("Thôn 1,2,3 và loa số 3,4.", "một, hai, ba và loa số ba, bốn"),
        ("Tổ 3,5 triệu.", "ba phẩy năm triệu"),
        ("Pha 1:10, họp 8:10.", "một trên mười, họp tám giờ mười phút"),
        ("Đợt 1: 300 suất.", "một: ba trăm suất"),
        ("Số 45 đường 20-8.", "hai mươi tháng tám"),
        ("Họp 9:30-10:30.", "chín giờ ba mươi phút đến mười giờ ba mươi phút"),
        ("Thắng 25-18 ở ván đầu.", "hai mươi lăm mười tám"),
        ("Thắng 2-3 triệu.", "hai đến ba triệu"),
        ("Mốc M1-M15.", "em một đến em mười lăm"),
        ("Từ 1-10 đến hết ngày 29-11-2025.", "ngày mùng một tháng mười đến hết ngày hai mươi chín tháng mười một"),
        ("Từ 1.9 đến 30.9 tiêm.", "ngày mùng một tháng chín đến ngày ba mươi tháng chín"),
        ("Từ 2-5 đến 7-8 độ.", "hai đến năm"),
        ("Từ số thẻ 001-450.", "không không một đến bốn năm không"),
        ("Xe trên 5T, kỳ hạn 12T.", "năm tấn, kỳ hạn mười hai tháng"),
        ("Đất 5m3, tường cao 1m3.", "năm mét khối, tường cao một mét ba"),
        ("Không quá 4 lần/24h.", "bốn lần trong hai mươi tư giờ"),
        ("Bấm phím # rồi *100*mã thẻ#.", "thăng rồi sao một không không sao mã thẻ thăng"),
        ("Cần ½ kg, 2½ giờ.", "một phần hai ki lô gam, hai một phần hai giờ"),
        ("Tải baocao.pdf về.", "chấm pê đê ép"),
        ("Ngày 5 kg thịt.", "năm ki lô gam"),
        ("Ăn 2 bữa km/h)", "ki lô mét trên giờ"),
        ("Hội nghị lần thứ III và IV, quý IV.", "thứ ba và tư, quý bốn"),
        ("Nhà còn nước k?", "không?"),
        ("Mua k 5 kg.", "không năm"),
        ("COVID-19 QN-60112.", "vít mười chín"),
        ("- V. TỔ CHỨC", "Năm."),
    ],
)
def test_neighbours_decide_what_a_figure_is(line: str, part: str) -> None:
    assert part in spoken(line)


@pytest.mark.parametrize(
    "line", ["#²", "1" * 5000 + "-" + "2" * 5000, "1" * 5000 + ":" + "2" * 5000, "đ/mmuỗi³", "a.¼.vn"]
)
def test_odd_figures_raise_nothing(line: str) -> None:
    (paragraph,) = read_line(line).paragraphs
    assert read_line(paragraph).paragraphs == (paragraph,)


@pytest.mark.parametrize(
    ("line", "part", "written"),
    [
        ("Sau 17h30 k ra đường.", "phút không ra đường", "k"),
        ("⚠️ V. TỔ CHỨC", "Năm. TỔ CHỨC", "V"),
        ("thứ # X.", "thứ mười", "X"),
        ("Khi k = 2.", "ca bằng hai", "k"),
    ],
)
def test_what_was_left_is_read_beside_the_spoken_words_and_listed(line: str, part: str, written: str) -> None:
    speech = read_line(line)
    assert part in speech.paragraphs[0]
    assert [each.kind for each in speech.readings if each.written == written] == [ReadingKind.GUESS]
    assert [line[each.start] for each in speech.readings if each.written == written] == [written]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("Che ô. Trời mưa.", "Che ô. Trời mưa."),
        ("Gặp ô. Tuấn, Ô. Bình.", "Gặp ông Tuấn, ông Bình."),
        ("Vào WTO. Mỹ cũng vào.", "tê ô. Mỹ"),
        ("Xem ko.vn và napas.vn.", "ca ô chấm vê nờ và na pát chấm vê nờ"),
        ("Tin #vắc-xin.", "Tin vắc xin."),
        ("Giá 100k/ngx.pdf.", "chấm pê đê ép"),
        ("Ở ° c.", "độ xê"),
        ("Số 5\u0301, 6.", "Số năm, sáu."),
    ],
)
def test_words_are_the_same_whoever_reads_them(line: str, part: str) -> None:
    assert part in spoken(line)
    assert spoken(spoken(line)) == spoken(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Họp lúc 8g T.7 và CN.", "Họp lúc tám giờ thứ bảy và chủ nhật."),
        ("Làm việc từ T.2 - T.6.", "Làm việc từ thứ hai đến thứ sáu."),
        ("Từ 8g chủ nhật, hồi 3g mưa to.", "Từ tám giờ chủ nhật, hồi ba giờ mưa to."),
        ("Ngâm 8g muối.", "Ngâm tám gam muối."),
        ("Trong T10, T11 năm nay.", "Trong tháng mười, tháng mười một năm nay."),
        ("Trực từ T6-T8/2026.", "Trực từ tháng sáu đến tháng tám năm hai nghìn không trăm hai mươi sáu."),
        ("Mốc T10, tòa T9.", "Mốc tê mười, tòa tê chín."),
        ("Cư dân tòa T8, T9 họp.", "Cư dân tòa tê tám, tê chín họp."),
        ("Thu phí T8, T9.", "Thu phí tháng tám, tháng chín."),
        ("T7 khu CN Phú Bài, CN khu dân cư.", "Thứ bảy khu công nghiệp Phú Bài, chủ nhật khu dân cư."),
        ("Chịu 250 kg/cm², 50 mg/dl.", "Chịu hai trăm năm mươi ki lô gam một xăng ti mét vuông, năm mươi mi li gam "
         "trên đề xi lít."),
        ("Thu 100k/HS, 200k/GV.", "Thu một trăm nghìn một học sinh, hai trăm nghìn một giáo viên."),
        ("Pha 10ml thuốc/xô, 3 con/lồng.", "Pha mười mi li lít thuốc một xô, ba con một lồng."),
        ("Tổ 5, KP.3, TDP.Tân Bình.", "Tổ năm, khu phố ba, tổ dân phố Tân Bình."),
        ("Xe BS 51B-234.56, BS Hạnh.", "Xe biển số năm một bê hai ba bốn năm sáu, bác sĩ Hạnh."),
        ("LS 6%, LS Bình, mộ LS.", "Lãi suất sáu phần trăm, luật sư Bình, mộ liệt sĩ."),
        ("Nói rõ đ/c, gặp đ/c Nam.", "Nói rõ địa chỉ, gặp đồng chí Nam."),
        ("Gọi 0913456789 (a. Tuấn).", "Gọi không chín một ba bốn năm sáu bảy tám chín (anh Tuấn)."),
        ("(a. Nội dung thi đua)", "(a. Nội dung thi đua)"),
        ("Báo mất điện: a. Hùng (KP.2) - 0908 222 333.", "Báo mất điện: anh Hùng (khu phố hai) - không chín không tám "
         "hai hai hai ba ba ba."),
        ("Nội dung: a. Đảng (5 bài).", "Nội dung: a. Đảng (năm bài)."),
        ("Trực T2-CN, nghỉ T7-CN.", "Trực thứ hai đến chủ nhật, nghỉ thứ bảy, chủ nhật."),
        ("Từ 6g CN đến 7h T2.", "Từ sáu giờ chủ nhật đến bảy giờ thứ hai."),
        ("Chi 500.000 đồng (năm trăm nghìn đồng)/người/tháng.", "Chi năm trăm nghìn đồng một người một tháng."),
        ("Nồng độ COD cao, ship COD.", "Nồng độ xê ô đê cao, ship thu tiền khi nhận hàng."),
        ("Nộp 02 (hai) bộ.", "Nộp hai bộ."),
        ("Căn cước công dân (CCCD).", "Căn cước công dân."),
        ("Phạt 105 đồng (bằng chữ: Một trăm linh năm đồng chẵn).", "Phạt một trăm lẻ năm đồng."),
        ("Ông Hai (hai lần).", "Ông Hai (hai lần)."),
    ],
)  # fmt: skip
def test_what_desks_type_in_haste_is_read_as_it_is_meant(line: str, expected: str) -> None:
    assert spoken(line) == expected


@pytest.mark.parametrize("line", ["Nộp 03 (hai) bản.", "Nộp 12 (hai) bản.", "Phạt 3.000.000 đồng (hai triệu đồng)."])
def test_a_figure_and_words_that_contradict_it_are_listed(line: str) -> None:
    (guess,) = [reading for reading in read_line(line).readings if reading.kind is ReadingKind.GUESS]
    assert guess.written in {"03", "12", "3.000.000"}
    assert "hai" in spoken(line)


def test_another_unit_contradicts_nothing() -> None:
    assert not any(reading.is_risky for reading in read_line("Vay 12 tháng (một năm).").readings)


@pytest.mark.parametrize(
    ("line", "kind"),
    [("Nghỉ T.7.", ReadingKind.GUESS), ("Trong T10 này.", ReadingKind.GUESS), ("Gặp đ/c Nam.", ReadingKind.AMBIGUOUS)],
)
def test_what_may_be_meant_otherwise_is_listed(line: str, kind: ReadingKind) -> None:
    assert [reading.kind for reading in read_line(line).readings] == [kind]


@pytest.mark.parametrize("line", ["Ngã ba QL1A và TL8B.", "Km 12+300 QL14B.", "Tiêm vắc xin rubella."])
def test_what_is_known_blocks_nothing(line: str) -> None:
    assert not read_line(line).unknown
