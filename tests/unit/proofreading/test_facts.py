"""Dates, addresses, private people, what the ear follows, and whether SMS and speech agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.domain import FixedOrder, Medium, Occurrence, Programme, Slot, Source
from pipeline.proofreading import proofread, proofread_site
from pipeline.proofreading.facts import Sort, facts_of
from pipeline.site import load_site
from tests.sites import STATION, write_site
from tests.unit.proofreading.desk import HOTLINES, bulletin, found, site, told

JANUARY = Source("Công an xã", "01/TB", date(2024, 1, 5))
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("text", ["Họp 31/02/2026.", "Họp ngày 30 tháng 2.", "Họp ngày 31/4.", "Họp ngày 5/13/2026."])
def test_a_day_that_cannot_be_blocks(text: str) -> None:
    assert [each.code for each in found(text) if each.blocks][:1] == ["date_impossible"]


@pytest.mark.parametrize(
    "text",
    ["Giỗ ngày 30 tháng 2 âm lịch.", "Họp ngày 29/2.", "Họp ngày 15-20 tháng 4.", "Tỷ số 31/4.", "Quyết định 31/02."],
)
def test_a_day_that_can_be_passes(text: str) -> None:
    assert "date_impossible" not in {code for code, _ in told(text)}


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("Trong 12 tháng năm 2024 đã xảy ra 41 vụ.", "12 tháng năm 2024"),
        ("Kể từ năm 2022 đến hết tháng 7 năm 2024 xảy ra 41 vụ.", "tháng 7 năm 2024"),
        ("Ngày 25/8/2024 bà H. đã bị lừa.", "25/8/2024"),
        ("Quý II/2024 công an đã tiếp nhận nhiều đơn.", "Quý II/2024"),
        ("Trong năm 2025 đã xảy ra nhiều vụ.", "Trong năm 2025"),
        ("Cả năm 2024 thiệt hại nhiều tỷ đồng.", "Cả năm 2024"),
    ],
)
def test_a_source_is_no_older_than_what_it_reports(text: str, later: str) -> None:
    assert ("data_after_date", later) in told(text, source=JANUARY)


@pytest.mark.parametrize(
    "text",
    [
        "Từ ngày 1/7/2025 sẽ không còn cấp huyện.",
        "Trong năm 2023 đã xảy ra nhiều vụ.",
        "Trong năm 2024 đã có kế hoạch mới.",
        "Hạn nộp là 31/12/2024.",
        "Ngày 5/1/2024 đã bắt một người.",
    ],
)
def test_what_is_to_come_may_be_later_than_its_source(text: str) -> None:
    assert told(text, source=JANUARY) == []


def test_a_dateline_counts_as_the_day_of_the_text() -> None:
    text = "An Hưng, ngày 20 tháng 01 năm 2023\n\nĐến hết tháng 7 năm 2023 toàn xã xảy ra 4 vụ lừa đảo."
    assert [each for each in told(text) if each[0] == "data_after_date"] == []  # to come: nothing says it is past
    text = text.replace("Đến hết", "Kể từ năm 2022 đến hết")
    assert ("data_after_date", "tháng 7 năm 2023") in told(text)


def test_nothing_expires_without_a_day() -> None:
    old = {each.id: replace(each, valid_days=1) for each in HOTLINES.values()}
    text, expires = bulletin("Gọi 113.", expires=date(2026, 1, 1)), {"text_expired", "report_channel_unchecked"}
    assert {each.code for each in proofread(text, site(report_channels=old))} == set()
    assert {each.code for each in proofread(text, site(report_channels=old), on=TODAY)} == expires
    assert {each.code for each in proofread(text, site(report_channels=old), on=date(2025, 1, 1))} == set()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("bit.ly/abc", "link_shortened"),
        ("https://tinyurl.com/abc", "link_shortened"),
        ("bom.so/abc", "link_shortened"),
        ("http://103.12.3.4/a", "link_by_number"),
        ("dichvucong-gov.vn", "site_look_alike"),
        ("vietcombank-vn.com", "site_look_alike"),
        ("vietc0mbank.com", "site_look_alike"),
        ("http://xn--vietcmbank-lcb.com", "site_look_alike"),
        ("vịetcombank.com", "site_look_alike"),
        ("mps.gov.vn.tracuu.com", "site_look_alike"),
        ("tracuu-phat.com", "site_not_official"),
        ("dangky.tk", "site_not_official"),
    ],
)
def test_an_address_that_is_not_official_is_found(address: str, code: str) -> None:
    assert (code, address) in told(f"Trang {address} là trang cần xem.")
    assert (code, address) in told("Xin chào.", sms=f"Vao {address} de xem")


@pytest.mark.parametrize(
    "text",
    [
        "Xem mps.gov.vn, https://dichvucong.gov.vn/tra-cuu, canhbao.khonggianmang.vn.",
        "Xem vietcombank.com.vn và facebook.com.",
        "Thư về phananh@mps.gov.vn.",
        "Thiệt hại 1.250.300.400 đồng, mục 1.2.3.4.",
    ],
)
def test_official_addresses_and_figures_pass(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Gọi anh Hùng 0912.345.678 nhé.", "phone_private"),
        ("Gọi +84 912 345 678 nhé.", "phone_private"),
        ("Căn cước 031200001234 bị rao bán.", "identity_number"),
        ("Số 031 200 001 234 bị rao bán.", "identity_number"),
        ("CMND số 031234567 bị mất.", "identity_number"),
        ("Chuyển vào STK 0071000123456 nhé.", "account_number"),
        ("Số tài khoản 102 345 6789.", "account_number"),
        ("Thư về lan.nguyen@gmail.com nhé.", "email_private"),
        ("Bà Nguyễn Thị Lan (62 tuổi, trú tại xã An Hưng) bị lừa.", "person_identified"),
        ("Ông Trần Văn Bình, sinh năm 1960, thường trú tại thôn Đông, bị lừa.", "person_identified"),
    ],
)
def test_what_belongs_to_private_people_blocks_and_is_never_repeated(text: str, code: str) -> None:
    (only,) = (each for each in found(text) if each.code == code)
    assert only.blocks
    assert sum(map(str.isdigit, "".join(only.params.values()))) <= 5
    assert only.written not in repr(only)
    assert "lan.nguyen" not in str(only.params)


@pytest.mark.parametrize(
    "text",
    [
        "Gọi 113, 156, 1800 1091 hoặc 0225 3842 123.",
        "Bà Lan, 62 tuổi, bị lừa.",
        "Ông N.V.B (62 tuổi, trú tại xã An Hưng) bị lừa.",
        "Tài khoản bị mất 50.000.000 đồng, còn 1250300 đồng.",
        "Đại hội ngày 20/12/2026 tại hội trường.",
        "Gọi 0225 384 2112 giờ hành chính.",
    ],
)
def test_offices_counts_and_initials_are_nobodys_secret(text: str) -> None:
    assert told(text) == []


def test_a_mobile_that_is_a_report_channel_passes() -> None:
    own = {"0912345678": replace(HOTLINES["113"], id="0912345678")}
    assert proofread(bulletin("Gọi 0912.345.678 nhé."), site(report_channels=own)) == []


def test_a_source_without_paper_and_day_is_advice() -> None:
    bare = Source("Công an xã")
    assert [(each.code, each.written) for each in found("Xin chào.", source=bare)] == [
        ("source_unreferenced", bare.name)
    ]
    assert told("Xin chào.", source=bare) == []
    assert found("Xin chào.", source=replace(bare, date=date(2026, 1, 5))) == []


# --- the ear ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"), [(35, ""), (36, "sentence_long"), (60, "sentence_long"), (61, "sentence_too_long")]
)
def test_a_sentence_is_measured_in_spoken_words(words: int, code: str) -> None:
    spoken = " ".join(["chờ"] * (words - 4)) + " 105."  # một trăm lẻ năm
    assert [each for each, _ in told(spoken)] == ([code] if code else [])


def test_what_only_eyes_can_follow_is_advice_and_nothing_more() -> None:
    text = "Có 3 vụ, 4 xã, 5 thôn, 6 người, 7 xe (xem phụ lục).\n\n- một\n- hai\n- ba"
    advice = {each.code for each in found(text)}
    assert advice == {"sentence_many_numbers", "brackets_heard", "list_heard"}
    assert told(text) == []


def slot(length: int, *names: str, repeat: int = 1) -> Programme:
    playing = Slot(
        "chieu",
        frozenset({0}),
        (),
        Medium.LOUDSPEAKER,
        FixedOrder(names),
        length=timedelta(seconds=length),
        repeat=repeat,
        line=4,
    )
    return Programme("p", "P", TODAY, None, (playing,), file="schedules/p.yaml")


class Needed(NamedTuple):
    needs_s: float
    cut: tuple[str, ...]


def by_the_minute(airing: Occurrence) -> Needed:
    """A minute a bulletin, and what does not fit is cut."""
    room = airing.length.total_seconds() if airing.length else 0.0
    fits = int(room // (60 * airing.repeat))
    return Needed(60.0 * len(airing.bulletins) * airing.repeat, airing.bulletins[max(fits, 1) :])


@pytest.mark.parametrize(
    ("length", "repeat", "told_of"), [(50, 1, True), (60, 1, False), (58, 1, False), (60, 9, True)]
)
def test_a_bulletin_fits_the_slot_that_plays_it_alone(length: int, repeat: int, told_of: bool) -> None:
    desk = site(bulletins={"a": bulletin("Bà con nhớ tắt máy.")}, programmes=(slot(length, "a", repeat=repeat),))
    assert [each.code for each in proofread_site(desk, TODAY, by_the_minute)] == ["text_beyond_slot"] * told_of
    assert proofread_site(desk, TODAY) == []


def test_bulletins_for_which_nothing_is_left_are_named_at_their_slot() -> None:
    both = {each: bulletin("Bà con nhớ tắt máy.", id=each) for each in ("a", "b")}
    problems = proofread_site(site(bulletins=both, programmes=(slot(90, "a", "b"),)), TODAY, by_the_minute)
    assert [(each.code, each.file, each.line, each.params["bulletins"]) for each in problems] == [
        ("bulletins_beyond_slot", "schedules/p.yaml", 4, "b")
    ]
    assert proofread_site(site(bulletins=both, programmes=(slot(120, "a", "b"),)), TODAY, by_the_minute) == []


def test_the_words_of_the_station_are_proofread_where_they_stand(tmp_path: Path) -> None:
    words = 'assembly:\n  announcement: "Đây là {station}, mã QXZW."\n  closing: Gọi 0912.345.678 của [tên xã].\n'
    found = load_site(write_site(tmp_path, {"config/station.yaml": STATION + words}))
    assert not found.problems
    problems = [each for each in proofread_site(found, TODAY) if each.file == "config/station.yaml"]
    assert {(each.code, each.line, each.column) for each in problems} == {
        ("unread_token", 10, 17),
        ("station_phone_private", 11, 12),
        ("template_left", 11, 12),
    }
    assert "345" not in str([each.params for each in problems])


# --- SMS and speech ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sms"),
    [
        ("Gọi 113.", "Goi 113"),
        ("Hãy gọi một một ba.", "Hay goi 113"),
        ("Phạt 3 triệu đồng.", "Phat 3tr"),
        ("Phạt ba triệu đồng.", "Phat 3 trieu dong"),
        ("Phạt 3.000.000đ.", "Phat 3 trieu dong"),
        ("Phạt 2tr5.", "Phat 2,5 trieu dong"),
        ("Trước ngày 25/12/2026.", "Truoc 25/12"),
        ("Trước ngày 5 tháng 9.", "Truoc ngay 05/9"),
        ("Họp lúc 17 giờ 30 phút.", "Hop luc 17h30"),
        ("Họp lúc 17 giờ.", "Hop luc 17:00"),
        ("Xem canhbao.khonggianmang.vn.", "Xem https://canhbao.khonggianmang.vn"),
        ("Có hai mươi bốn hình thức.", "24 hinh thuc"),
        ("Có 105 hộ.", "105 ho"),
        ("Nhiều chuyện khác nữa, gọi 113 hoặc 156.", "Goi 156"),
        ("Không có con số nào.", "Khong co gi"),
    ],
)
def test_an_sms_that_says_less_or_the_same_otherwise_agrees(text: str, sms: str) -> None:
    assert told(text, sms=sms) == []


@pytest.mark.parametrize(
    ("text", "sms", "code", "written"),
    [
        ("Gọi 113.", "Goi 156", "sms_hotline_differs", "156"),
        ("Hãy gọi số một một ba.", "Goi 156", "sms_hotline_differs", "156"),
        ("Xin chào bà con.", "Goi 156", "sms_fact_missing", "156"),
        ("Xem mps.gov.vn.", "Xem canhbao.khonggianmang.vn", "sms_site_differs", "canhbao.khonggianmang.vn"),
        ("Phạt 5 triệu đồng.", "Phat 3 trieu dong", "sms_money_differs", "3 trieu dong"),
        ("Trước ngày 30/12.", "Truoc 25/12", "sms_fact_missing", "25/12"),
        ("Họp lúc 17 giờ.", "Hop luc 18h", "sms_fact_missing", "18h"),
        ("Có 105 hộ.", "15 ho", "sms_fact_missing", "15"),
    ],
)
def test_an_sms_that_says_something_else_is_found(text: str, sms: str, code: str, written: str) -> None:
    assert told(text, sms=sms) == [(code, written)]


def test_facts_are_the_same_with_and_without_accents() -> None:
    accented = facts_of("Gọi 113, nộp 3 triệu đồng trước ngày 25/12 lúc 17h30, xem mps.gov.vn, 24 hộ.")
    folded = facts_of("Goi 113, nop 3 trieu dong truoc ngay 25/12 luc 17h30, xem mps.gov.vn, 24 ho.")
    assert [each[:2] for each in accented] == [each[:2] for each in folded]
    assert {each.sort for each in accented} == set(Sort)
