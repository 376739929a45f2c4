"""What an operator's return file is understood to say, without anybody having described it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contacts.returns import ReturnWords, read_returns
from pipeline.errors import ContentError

WORDS = ReturnWords()


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Thành công", ""),
        ("TRUE", ""),
        ("đã nhận", ""),
        ("Không thành công", "sms_refused"),
        ("Gửi không thành công", "sms_refused"),
        ("CHƯA  THÀNH CÔNG", "sms_refused"),
        ("Khong thanh cong", "sms_refused"),
        ("not delivered", "sms_refused"),
        ("FALSE", "sms_refused"),
        ("không", None),
        ("không hết hạn", None),
        ("Đã gửi", None),
        ("1", None),
        ("0", None),
    ],
)
def test_a_word_means_what_operators_mean_by_it(word: str, meaning: str | None) -> None:
    assert WORDS.meaning(word) == meaning


def test_only_taken_over_is_no_news_and_nothing_to_look_at() -> None:
    assert WORDS.is_no_news("ĐÃ  GỬI")
    assert not WORDS.is_no_news("đang xử lý")
    own = ReturnWords(reached=["đã gửi", "1"], failed={"0": "sms_unreachable"})
    assert [own.meaning(each) for each in ("Đã gửi", "1", "0")] == ["", "", "sms_unreachable"]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Thuê bao;Kết quả", "0912345678;x"),
        ("MSISDN;Status", "84912345678;x"),
        ("Thuê bao;Số điện thoại;Kết quả", "Viettel;0912345678;x"),
    ],
)
def test_a_column_of_subscribers_is_one_of_numbers_where_there_is_no_other(
    tmp_path: Path, header: str, cells: str
) -> None:
    (tmp_path / "kq.csv").write_text(f"{header}\n{cells}\n", "utf-8")
    assert [(each.line, each.phone, each.word) for each in read_returns(tmp_path / "kq.csv", WORDS)] == [
        (2, "84912345678", "x")
    ]


def test_a_file_that_is_not_there_is_not_called_broken(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        list(read_returns(tmp_path / "0912345678.csv", WORDS))
    assert caught.value.code == "return_file_missing"
    assert "345678" not in str(caught.value.params)
