"""Numbers that people are sent to: nobody's own, known, grouped so that they can be noted down, and the right help."""

from __future__ import annotations

import pytest

from tests.unit.proofreading.desk import found, told

CODES = {"phone_private", "hotline_unknown", "landline_length", "landline_grouping", "service_number_wrong"}


@pytest.mark.parametrize(
    ("text", "code", "written"),
    [
        ("Gọi không chín một hai ba bốn năm sáu bảy tám.", "phone_private",
         "không chín một hai ba bốn năm sáu bảy tám"),
        ("Gọi Không chín một hai, ba bốn năm, sáu bảy tám.", "phone_private",
         "Không chín một hai, ba bốn năm, sáu bảy tám"),
        ("Gọi tổng đài 5566.", "hotline_unknown", "5566"),
        ("Nhắn tin tới số 5565 để phản ánh.", "hotline_unknown", "5565"),
        ("Phản ánh tới đầu số 165.", "hotline_unknown", "165"),
        ("Gọi 02253.872.113.", "landline_grouping", "02253.872.113"),
        ("Gọi 0243 8721 113.", "landline_grouping", "0243 8721 113"),
        ("Gọi số 0225 387211.", "landline_length", "0225 387211"),
        ("Cháy thì gọi 115.", "service_number_wrong", "115"),
        ("Khi có cháy, bà con gọi ngay 115.", "service_number_wrong", "115"),
        ("Nhà cháy gọi 113.", "service_number_wrong", "113"),
        ("Người bị đột quỵ thì gọi 114.", "service_number_wrong", "114"),
        ("Cấp cứu gọi 113.", "service_number_wrong", "113"),
        ("Có trộm thì gọi 115.", "service_number_wrong", "115"),
        ("Cháy gọi 115, cấp cứu gọi 114.", "service_number_wrong", "114"),
    ],
)  # fmt: skip
def test_a_number_that_leads_astray_is_found(text: str, code: str, written: str) -> None:
    assert (code, written) in told(text)


def test_a_private_number_in_words_blocks_and_is_not_repeated() -> None:
    for text in ("Gọi không chín một hai ba bốn năm sáu bảy tám.", "Xin chào."):
        sms = None if "Gọi" in text else "Goi khong chin mot hai ba bon nam sau bay tam"
        (only,) = (each for each in found(text, sms=sms) if each.code == "phone_private")
        assert only.blocks
        assert "345" not in only.params["written"]
        assert "bốn" not in only.params["written"]


def test_a_close_number_is_offered() -> None:
    (only,) = (each for each in found("Phản ánh tới số 165.") if each.code == "hotline_unknown")
    assert only.params["close"] == "156"
    (only,) = (each for each in found("Gọi 02253.872.113.") if each.code == "landline_grouping")
    assert only.params["right"] == "0225.3872.113"


@pytest.mark.parametrize(
    "text",
    [
        "Gọi 113, 114 hoặc 115; nhắn tin 5656; gọi 156, 1022, 1900 6769, 1800 1091, 198.",
        "Không gọi lại số 5566, kẻ gian dùng đầu số 8555 để nhắn tin.",
        "Báo cáo 2024 người; gửi 500 tin; gọi 300 cuộc; đường tỉnh ĐT 360.",
        "Gọi 0225.3872.113, (0225) 3872113, 0225 3872 113, 02253872113, 024.3872.1113.",
        "Mã số thuế 0201234567.",
        "Cháy gọi 114, cấp cứu gọi 115, công an 113.",
        "Gọi 113 (công an), 114 (cứu hỏa), 115 (cấp cứu).",
        "Tai nạn có người bị thương, gọi 115 và báo công an xã.",
        "Khi có cháy, gọi 114 hoặc 113. Người bị thương, gọi 115.",
        "Cảnh sát phòng cháy chữa cháy và cứu nạn, cứu hộ: 114.",
        "Có 115 vụ cháy, 113 trường hợp cấp cứu; nhà số 113 đường Lê Lợi bị cháy.",
        "Một hai ba bốn năm sáu bảy tám chín, cả lớp đếm to.",
    ],
)
def test_numbers_that_are_right_pass(text: str) -> None:
    assert {code for code, _ in told(text)}.isdisjoint(CODES)
