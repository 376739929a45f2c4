"""The file in which a telephone operator says whom it reached: CSV or XLSX → numbers with the words of their result."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.contacts.files import column_of
from pipeline.contacts.numbers import ParsedNumber, parse_number, showable
from pipeline.contacts.workbooks import is_old_workbook, is_workbook, workbook_rows
from pipeline.errors import ContentError, Problems
from pipeline.unicode_text import compose

MAX_BYTES = 50_000_000
HEADER_WITHIN = 20
STATUS_NAMES = (
    *("status", "trạng thái", "trang thai", "kết quả", "ket qua", "tình trạng", "tinh trang", "result"),
    *("trạng thái gửi", "trang thai gui", "kết quả gửi", "ket qua gui", "delivery status", "dlr"),
)
SUBSCRIBER_NAMES = ("thuê bao", "thue bao", "số thuê bao", "so thue bao", "msisdn", "isdn")
REACHED = (
    *("thành công", "thanh cong", "gửi thành công", "gui thanh cong", "đã nhận", "da nhan", "đã tới máy"),
    *("success", "successful", "delivered", "delivrd", "true"),
)
ONLY_SENT = ("đã gửi", "da gui", "đã gửi đi", "da gui di", "sent", "submitted")
"""Words that say no more than what is known: the operator has taken it over."""
NOT = ("không", "khong", "ko", "chưa", "chua", "not")
FAILED: Mapping[str, str] = {
    **dict.fromkeys(
        ("thất bại", "that bai", "gửi thất bại", "failed", "fail", "false", "rejected", "rejectd"), "sms_refused"
    ),
    **dict.fromkeys(("undelivered", "undeliv", "không liên lạc được", "thuê bao tắt máy"), "sms_unreachable"),
    **dict.fromkeys(("hết hạn", "het han", "expired"), "sms_expired"),
    **dict.fromkeys(("số không tồn tại", "so khong ton tai", "sai số", "unknown subscriber"), "sms_bad_number"),
    **dict.fromkeys(("từ chối nhận tin", "tu choi nhan tin", "dnc"), "sms_opted_out"),
}


@dataclass(frozen=True, slots=True)
class ReturnWords:
    """The headers and words of one operator, beside those that many use."""

    number: Collection[str] = ()
    status: Collection[str] = ()
    reached: Collection[str] = ()
    failed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> ReturnWords:
        """From `returns:` of a channel."""
        return cls(**settings)

    def meaning(self, word: str) -> str | None:
        """Empty: on the handset; a code: why not; None: nobody has said what the word means."""
        word = _plain(word)
        own = {_plain(each): code for each, code in self.failed.items()}
        if word in {_plain(each) for each in self.reached}:
            return ""
        if word in own:
            return own[word]
        denied = [each for each in word.split() if each in NOT]
        if len(denied) == 1 and " ".join(each for each in word.split() if each not in NOT) in REACHED:
            return "sms_refused"
        return "" if word in REACHED else FAILED.get(word)

    def is_no_news(self, word: str) -> bool:
        """Whether a word that has no meaning is known to have none."""
        return _plain(word) in ONLY_SENT


class ReturnedRow(NamedTuple):
    """One row: `phone` as E.164 digits, empty where the cell holds no mobile number."""

    line: int
    phone: str
    word: str

    def __repr__(self) -> str:
        return f"ReturnedRow(line={self.line})"


def read_returns(path: Path, words: ReturnWords) -> Iterator[ReturnedRow]:
    """The rows of a return file. ContentError where it cannot be read or lacks a column."""
    number = status = -1
    seen = 0
    for line, cells in _cells(path):
        if not any(map(str.strip, cells)):
            continue
        if number < 0:
            number, status = _header(cells, words)
            seen += 1
            if number < 0 and seen >= HEADER_WITHIN:
                break
            if number >= 0 and status < 0:
                raise ContentError("return_column_missing", column="trạng thái / status")
            continue
        given = [*cells, *[""] * (max(number, status) + 1 - len(cells))]
        found = parse_number(given[number])
        yield ReturnedRow(line, found.phone if isinstance(found, ParsedNumber) else "", showable(given[status]))
    if number < 0:
        raise ContentError("return_column_missing", column="số điện thoại / phone")


def _header(cells: Sequence[str], words: ReturnWords) -> tuple[int, int]:
    own_number, own_status = ({_plain(each) for each in names} for names in (words.number, words.status))
    number = status = -1
    usual = next((place for place, cell in enumerate(cells) if column_of(cell) == "phone"), None)
    for place, cell in enumerate(cells):
        plain = _plain(cell)
        known = place == usual if usual is not None else plain in SUBSCRIBER_NAMES
        if number < 0 and (plain in own_number or (not own_number and known)):
            number = place
        elif status < 0 and (plain in own_status or (not own_status and plain in STATUS_NAMES)):
            status = place
    return number, status


def _cells(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or not 0 < found.st_size <= MAX_BYTES:
            raise ContentError("return_file_unreadable")
        content = path.read_bytes()
    except FileNotFoundError:
        raise ContentError("return_file_missing", file=showable(path.name)) from None
    except OSError:
        raise ContentError("return_file_unreadable") from None
    if is_old_workbook(content[:8]):
        raise ContentError("return_file_unreadable")
    if is_workbook(content[:8]):
        yield from workbook_rows(path, Problems())
        return
    try:
        text = content.decode("utf-8-sig").replace("\0", " ")
    except UnicodeDecodeError:
        raise ContentError("return_file_unreadable") from None
    top = "\n".join(text.splitlines()[:HEADER_WITHIN])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=top.count))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise ContentError("return_file_unreadable") from None


def _plain(text: str) -> str:
    return " ".join(compose(text).replace("\ufeff", "").split()).casefold()
