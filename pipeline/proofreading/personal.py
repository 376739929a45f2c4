"""Data of private people, which no loudspeaker and no SMS may spread: Law 91/2025 on personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.proofreading.addresses import is_listed, mail_domains
from pipeline.proofreading.draft import Draft, digits_of
from pipeline.proofreading.findings import Finding
from pipeline.proofreading.syllables import UPPER
from pipeline.speech.web import EMAIL

# mobiles of Vietnam; landlines and 1800, 1900 belong to offices
MOBILE = re.compile(r"(?<![\w.,])(?:\(?\+?84\)?|\(?0)[ .\-]?[35789](?:[ .\-)]{0,2}\d){8}(?!\d|[.,\-]\d)")
# 001…096 for the province, then century and sex, then the year (Circular 59/2021)
CITIZEN = re.compile(r"(?<![\w.,/+\-])0(?:0[1-9]|[1-8]\d|9[0-6])[ .]?[0-3]\d\d[ .]?\d{3}[ .]?\d{3}(?!\w|[.,/\-]\d)")
PAPER = re.compile(
    r"(?:cccd|cmnd|cmt|căn cước(?: công dân)?|chứng minh(?: nhân dân| thư)?|định danh(?: cá nhân)?)[^.;\n\d]{0,25}"
    r"(?P<number>\d(?:[ .]?\d){8}(?:(?:[ .]?\d){3})?)(?!\d)",
    re.IGNORECASE,
)
PASSPORT = re.compile(r"hộ chiếu[^.;\n\d]{0,25}?(?P<number>[A-Z]\d{7})(?!\w)", re.IGNORECASE)
CURRENCY = r"(?:[.,]\d|\s?(?:đ|đồng|vnđ|vnd|usd|triệu|tỷ|tỉ|nghìn|ngàn|người|lượt)(?!\w))"
ACCOUNT = re.compile(
    r"(?:\bstk|số tk|\btk|số tài khoản|tài khoản|số thẻ)(?P<between>[^.;\n\d]{0,40})"
    rf"(?P<number>\d(?:[ \-]?\d){{5,18}})(?![\d/]|{CURRENCY})",
    re.IGNORECASE,
)
CARD = re.compile(r"(?<![\w.,/+\-])\d{4}(?:[ \-]\d{4}){3}(?!\w|[.,\-]\d)")
MONEY = re.compile(r"số tiền|\bmất|\bcó|\blà hơn|\bgần|\bhơn|\bngày|\bkhoảng|\bcủa|\btrong", re.IGNORECASE)
FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đào|Đoàn|Trịnh|Mai|Lương|Tạ|Cao|Hà|"
    "Tô|Chu|Châu|Lưu|Thái|Quách|Kiều|Triệu|Vương|Nông|Lò|Giàng|Sùng|Phùng|Tống|Trương|Khổng|Lâm|Bạch|Tăng|Từ|Vi|Quàng"
)
PERSON = re.compile(
    rf"(?<!\w)(?:{FAMILY})(?: [{UPPER}][^\W\d_]{{1,6}}){{1,4}}(?= ?[(,:–-])"
    r"[^.;\n]{0,40}?(?:sinh(?: ngày| năm)?|\bSN|(?=\d{2} tuổi))[^.;\n]{0,20}?(?:\d{4}|\d{2} tuổi)"
    r"[^.;\n]{0,60}?\b(?:thường trú|tạm trú|trú|ngụ|quê|ở|HKTT|địa chỉ)\b"
    r"[^.;\n]{0,20}?(?:[A-ZĐ]|\b(?:thôn|xã|tổ|số|khu))"
)


def find_private_numbers(draft: Draft) -> Iterator[Finding]:
    """Mobile numbers that are no report channel of the station."""
    for passage in draft.passages:
        for found in MOBILE.finditer(passage.text):
            if digits_of(found[0]) not in draft.report_numbers and len(digits_of(found[0])) == 10:
                yield passage.finding("phone_private", *found.span())


def find_numbers_of_papers(draft: Draft) -> Iterator[Finding]:
    """Numbers of identity papers, accounts and cards."""
    for passage in draft.passages:
        taken: set[int] = set()
        for code, pattern in (
            ("identity_number", PAPER),
            ("identity_number", PASSPORT),
            ("identity_number", CITIZEN),
            ("account_number", CARD),
            ("account_number", ACCOUNT),
        ):
            for found in pattern.finditer(passage.text):
                start, end = found.span("number") if "number" in pattern.groupindex else found.span()
                if start in taken or (pattern is ACCOUNT and not _is_account(found)):
                    continue
                if pattern is CARD and not _passes_luhn(found[0]):
                    continue
                taken.add(start)
                yield passage.finding(code, start, end)


def _is_account(found: re.Match[str]) -> bool:
    if MONEY.search(found["between"]) or MOBILE.fullmatch(found["number"]):
        return False
    return found[0][:3].lower() != "tài" or sum(map(str.isdigit, found["number"])) >= 8


def _passes_luhn(card: str) -> bool:
    digits = [int(each) for each in card if each.isdigit()][::-1]
    doubled = (sum(divmod(2 * each, 10)) for each in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def find_private_mail(draft: Draft) -> Iterator[Finding]:
    """Mail boxes such as anybody has; those of offices pass, the others are doubtful addresses."""
    own = {each.lower() for each in draft.site.report_channels}
    for passage in draft.passages:
        for found in EMAIL.finditer(passage.text) if "@" in passage.text else ():
            domain = found[0].lower().rpartition("@")[2]
            if found[0].lower() in own or domain in own or is_listed(domain, "official"):
                continue
            code = "email_private" if domain in mail_domains() else "site_not_official"
            yield passage.finding(code, *found.span(), host=domain)


def find_identified_people(draft: Draft) -> Iterator[Finding]:
    """Full name with year of birth or age and place of living: who hears it knows who was meant."""
    for passage in draft.passages:
        for found in PERSON.finditer(passage.text):
            yield passage.finding("person_identified", *found.span(), written=_initials(found))


def _initials(found: re.Match[str]) -> str:
    name = re.match(rf"[^\W\d_]+(?: [{UPPER}][^\W\d_]+)*", found[0])
    return ".".join(word[0] for word in name[0].split()) if name else ""
