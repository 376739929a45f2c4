"""Whether SMS and speech name the same money and forbid the same."""

from __future__ import annotations

import pytest

from tests.unit.proofreading.desk import found, told

CODES = {"sms_negation_lost", "sms_negation_added", "sms_money_differs", "money_words_differ"}


@pytest.mark.parametrize(
    ("text", "sms", "code"),
    [
        ("Bà con không chuyển tiền cho người lạ.", "Ba con chuyen tien cho nguoi la.", "sms_negation_lost"),
        ("Công an không làm việc qua điện thoại.", "Cong an lam viec qua dien thoai.", "sms_negation_lost"),
        ("Xin bà con đừng bấm vào đường dẫn lạ.", "Bam vao duong dan la.", "sms_negation_lost"),
        ("Tuyệt đối không cung cấp mã OTP.", "Hãy cung cấp mã OTP.", "sms_negation_lost"),
        ("Ngân hàng không bao giờ hỏi mật khẩu.", "Ngan hang hoi mat khau.", "sms_negation_lost"),
        ("Hãy gọi ngay 113.", "Khong goi ngay 113.", "sms_negation_added"),
        ("Tắt máy khi nghe dọa.", "Đừng tắt máy khi nghe dọa.", "sms_negation_added"),
        ("Mất 500.000 đồng.", "Mat nam muoi nghin dong.", "sms_money_differs"),
        ("Mất năm mươi nghìn đồng.", "Mat 500.000d.", "sms_money_differs"),
        ("Mất 2 tỷ đồng.", "Mất hai triệu đồng.", "sms_money_differs"),
    ],
)
def test_an_sms_that_turns_the_speech_round_blocks(text: str, sms: str, code: str) -> None:
    assert code in {each.code for each in found(text, sms=sms) if each.blocks}


@pytest.mark.parametrize(
    ("text", "sms"),
    [
        ("Bà con đừng đọc mã OTP.", "Khong doc ma OTP."),
        ("Kẻ gian bảo chuyển tiền. Bà con không chuyển tiền.", "Ke gian bao chuyen tien. Dung chuyen tien."),
        ("Không nghe, không tin, không chuyển tiền.", "Khong nghe, tin, chuyen tien."),
        ("Hãy tắt máy, không gọi lại.", "Tắt máy, không gọi lại."),
        ("Không ai được hỏi mã. Hãy hỏi con cháu.", "Hay hoi con chau."),
        ("Mất 500.000 đồng.", "Mat nam tram nghin dong."),
        ("Mất năm trăm nghìn đồng, cả nhà lo.", "Mat 500k."),
        ("Mất 1 triệu 200 nghìn đồng.", "Bao cong an ngay."),
    ],
)
def test_an_sms_that_says_the_same_passes(text: str, sms: str) -> None:
    assert {code for code, _ in told(text, sms=sms)}.isdisjoint(CODES)


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        ("Phạt 500.000 đồng (năm mươi nghìn đồng).", True),
        ("Phạt 2.000.000 đồng (bằng chữ: Hai mươi triệu đồng).", True),
        ("Phạt 500.000 đồng (năm trăm nghìn đồng).", False),
        ("Phạt 2.500.000 đồng (bằng chữ: Hai triệu năm trăm nghìn đồng).", False),
        ("Phạt từ 500.000 đồng đến một triệu đồng.", False),
    ],
)
def test_one_amount_is_the_same_in_figures_and_in_words(text: str, differs: bool) -> None:
    assert ("money_words_differ" in {code for code, _ in told(text)}) is differs
