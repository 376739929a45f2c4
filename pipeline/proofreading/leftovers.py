"""What a template leaves behind: fields nobody filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding
from pipeline.sms import FIELDS as OF_CONTACTS
from pipeline.sms import places

FIELDS = (
    re.compile(
        r"\[(?!\[|\d{1,3}\])[^\[\]\n]{1,80}\](?!\()|\[\[[^\[\]\n]{1,80}\]\]"
    ),  # [tên xã], but no [link](…) and no footnote [2]
    re.compile(r"<(?!https?:|mailto:|\s|\d|=)[^<>\n]{1,60}>"),
    re.compile(r"\{[^{}\n]{0,60}\}"),
    re.compile(r"(?<![\w*])(?<![\dxX][ .\-])[xX]{3,}(?![\w*]|[ .\-]?\d)"),  # 0912.xxx.678 is half hidden, and meant
    re.compile(r"(?<!\w)(?:TODO|FIXME|TBD|XX/XX|XX/YY|lorem ipsum)(?!\w)", re.IGNORECASE),
    re.compile(r"(?<![.…])(?:\.{5,}|…(?:\s?[.…])+|_{3,})"),
    re.compile(
        r"(?<![.…_\w])(?:(?:\.{2,20}|…{1,20})|_{2,20}|x{1,2})\s?/\s?(?:(?:\.{2,20}|…{1,20})|_{2,20}|x{1,2}|\d{1,2})\s?/\s?(?:(?:\.{2,20}|…{1,20})|\d{2,4})"
    ),
    re.compile(r"\((?:điền|ghi rõ|nêu rõ|nhập|chèn)\s[^()\n]{1,60}\)", re.IGNORECASE),
)
BLANKS = (
    re.compile(r"\b[Nn]gày[ .…]*tháng[ .…]*(?:\d{1,2}[ .…]*)?năm(?= ?20\d\d|[ .…]*(?:$|\n))"),
    re.compile(r"\b[Nn]gày \d{1,2} tháng[ .…]*năm(?= ?\d|[ .…]*(?:$|\n))"),
    re.compile(r"\b[Ss]ố:?\s?/(?=[A-ZĐ]{2})"),  # Số: /KH-UBND
)
GAP = re.compile(r"\[[^\[\]:\n]{1,80}(?::[^\[\]\n]{1,80})?\](?!\()")  # [tên xã: ví dụ An Quang], as templates have it
HINTED = re.compile(r"\[[^\[\]:\n]{1,80}:[^\[\]\n]{1,80}\](?!\()")  # a title may begin with [Khẩn]
SYNTAX = re.compile(r"(?:[Ss]oạn|[Nn]hắn|cú pháp|[Ss]oan|[Nn]han|cu phap)[^.!?\n]*$")  # S [nguồn] gửi 156
ANY = re.compile(r"[\[<{}>_…xX/]|\.{5}|[Tt][Oo][Dd][Oo]|FIXME|TBD|[Ll]orem|\(|tháng")


def find_template_fields(draft: Draft) -> Iterator[Finding]:
    """[tên xã], {ten}, xxx, TODO, ......, …/…/2026; and "ngày   tháng 01 năm 2024"."""
    filled = {*OF_CONTACTS, *(name for area in draft.site.areas.by_id.values() for name in area.fields)}
    for passage in draft.passages:
        if ANY.search(passage.text) is None:
            continue
        for code, patterns in (("template_left", FIELDS), ("blank_left", BLANKS)):
            taken: set[int] = set()
            for pattern in patterns:
                for found in pattern.finditer(passage.text):
                    if passage is draft.sms and filled.issuperset(places(found[0]) or ("",)):
                        continue
                    if SYNTAX.search(passage.text[max(0, found.start() - 60) : found.start()]):
                        continue
                    if taken.isdisjoint(range(*found.span())):
                        taken.update(range(*found.span()))
                        yield passage.finding(code, *found.span())


def find_gaps_of_headings(draft: Draft) -> Iterator[Finding]:
    """What a template left in the title, or in the name and paper of who vouches."""
    for passage in draft.headings:
        for found in (HINTED if passage.text == draft.bulletin.title else GAP).finditer(passage.text):
            yield passage.finding("template_left", *found.span())
