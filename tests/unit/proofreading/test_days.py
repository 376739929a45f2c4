"""Days, weekdays and hours that cannot be, and data that is later than its source."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.domain import Source
from tests.unit.proofreading.desk import found, told

TODAY = date(2026, 11, 22)  # a Sunday
OCTOBER = Source("Công an xã", "01/TB", date(2026, 10, 5))


@pytest.mark.parametrize(
    ("text", "code", "written"),
    [
        ("Họp lúc 25h30.", "time_impossible", "25h30"),
        ("Họp lúc 9h75.", "time_impossible", "9h75"),
        ("Họp lúc 9 giờ 75 phút.", "time_impossible", "9 giờ 75 phút"),
        ("Họp lúc 7g80.", "time_impossible", "7g80"),
        ("Họp lúc 27h, tại nhà văn hóa.", "time_impossible", "27h"),
        ("Họp lúc 25:30.", "time_impossible", "25:30"),
        ("Họp 05/13.", "date_impossible", "05/13"),
        ("Họp 31/02.", "date_impossible", "31/02"),
        ("Sáng 31/4 họp thôn.", "date_impossible", "31/4"),
        ("Trả hồ sơ từ 30/02 tại xã.", "date_impossible", "30/02"),
        ("Họp thứ hai ngày 24/11/2026.", "weekday_wrong", "thứ hai ngày 24/11/2026"),
        ("Họp Thứ 3, 25/11/2026.", "weekday_wrong", "Thứ 3, 25/11/2026"),
        ("Họp chủ nhật tuần này (23/11/2026).", "weekday_wrong", "chủ nhật tuần này (23/11/2026"),
        ("Họp ngày 23/11/2026 (thứ ba).", "weekday_wrong", "23/11/2026 (thứ ba)"),
        ("Họp ngày 23 tháng 11 năm 2026, thứ ba.", "weekday_wrong", "23 tháng 11 năm 2026, thứ ba"),
        ("Họp thứ hai 27/11.", "weekday_wrong", "thứ hai 27/11"),
        ("Mở cửa 11h30–8h.", "range_backwards", "11h30–8h"),
        ("Họp tháng 13 năm 2026.", "date_impossible", "tháng 13 năm 2026"),
        ("Mở cửa từ 17h đến 13h.", "range_backwards", "17h đến 13h"),
        ("Nghỉ từ ngày 20/12 đến ngày 15/12.", "range_backwards", "từ ngày 20/12 đến ngày 15/12"),
        ("Mở cửa từ 16h đến 7h30 mỗi ngày.", "range_backwards", "16h đến 7h30"),
        ("Cắt điện 9:00-8:30.", "range_backwards", "9:00-8:30"),
        ("Phát động từ ngày 15/12/2026 đến ngày 10/12/2026.", "range_backwards", "15/12/2026 đến ngày 10/12/2026"),
    ],
)
def test_what_no_calendar_and_no_clock_has_is_found(text: str, code: str, written: str) -> None:
    assert (code, written) in told(text, on=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "Trực 24/24, sau 48h, trong vòng 72 giờ, kéo dài 36 giờ 30 phút.",
        "Từ 7h 80 người đã có mặt.",
        "Tỷ số 25:30, thang điểm 1:75.",
        "Đạt 05/13 tiêu chí; 05/13 xã; ngõ 31/02; tổ 05/13.",
        "Họp thứ hai ngày 23/11/2026; thứ ba, 24/11; chủ nhật 22-11-2026.",
        "Hội nghị lần thứ ba ngày 23/11/2026, phiên họp thứ hai, ngày 25/11/2026.",
        "Từ thứ hai đến thứ sáu, 25/11/2026 là hạn cuối.",
        "Thứ bảy, chủ nhật 28/11/2026 và 29/11/2026 đều nghỉ.",
        "Nghỉ từ 20/12 đến 5/1, từ 5/12 đến 15/12.",
        "Trực đêm 22h–5h, trực từ 18h đến 6h sáng hôm sau.",
        "Mở cửa từ 8h đến 5h chiều, từ 7 giờ sáng đến 6 giờ tối.",
        "Từ 14h đến 2h ngày hôm sau.",
        "Tết năm nay mùng một vào thứ bảy, ngày 6/2/2027.",
    ],
)
def test_what_a_calendar_and_a_clock_have_passes(text: str) -> None:
    codes = {code for code, _ in told(text, on=TODAY)}
    assert codes.isdisjoint({"time_impossible", "date_impossible", "weekday_wrong", "range_backwards"})


def test_a_weekday_without_a_year_is_judged_by_the_years_near_the_text() -> None:
    text = "Họp thứ hai, 24/11."  # a Monday in 2025 and 2031, not in 2026 or 2027
    assert "weekday_wrong" in {code for code, _ in told(text, on=TODAY)}
    assert "weekday_wrong" not in {code for code, _ in told(text, on=date(2025, 11, 20))}
    assert "weekday_wrong" not in {code for code, _ in told(text)}  # nobody knows which year is meant


def test_an_impossible_time_blocks_on_any_day_and_a_weekday_only_warns() -> None:
    assert "time_impossible" in {each.code for each in found("Họp lúc 25h30.") if each.blocks}
    assert [each.code for each in found("Họp thứ hai ngày 24/11/2026.") if each.blocks] == []


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("Tháng 11/2026 cả xã có 41 vụ lừa đảo.", "Tháng 11/2026"),
        ("Năm 2027 toàn xã xảy ra 5 vụ.", "Năm 2027"),
        ("Tính đến ngày 30/11/2026, thiệt hại 2 tỷ đồng.", "30/11/2026"),
        ("Quý I/2027 công an tiếp nhận 12 đơn.", "Quý I/2027"),
        ("Theo thông báo ngày 12/11/2026 của Công an thành phố, kẻ gian giả danh.", "12/11/2026"),
    ],
)
def test_what_is_counted_is_no_later_than_its_source(text: str, later: str) -> None:
    assert ("data_after_date", later) in told(text, on=TODAY, source=OCTOBER)


@pytest.mark.parametrize(
    "text",
    [
        "Trong quý I/2027, xã tổ chức tuyên truyền cho các hộ đã bị lừa.",
        "Quý I/2027, xã phát động phong trào đã nêu.",
        "Công an xã đã có lịch trực quý I/2027.",
        "Từ quý I/2027, hồ sơ đã nộp được trả tại xã.",
        "Người đã bị lừa đăng ký hỗ trợ trong quý I/2027.",
        "Tháng 12/2026 bộ phận một cửa tiếp nhận hồ sơ vào buổi sáng.",
    ],
)
def test_a_plan_for_a_time_to_come_is_no_late_data(text: str) -> None:
    assert "data_after_date" not in {code for code, _ in told(text, on=TODAY, source=OCTOBER)}
