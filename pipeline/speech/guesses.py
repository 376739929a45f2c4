"""What was read though the text itself does not say how: listed first for the operator, and no obstacle.

A number that may be a name, a share that may be a day, a range that may be a score. Runs when all else is read, so that
the neighbours are known as well.
"""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech.page import Claim, Page, words

CALLABLE = words("111 112 113 114 115 116 117 118 119 156 1022 1080 5656")
YEAR = re.compile(r"(?:1[89]|20)\d\d")
ROUND = re.compile(r"\d+000?")
COUNTED = re.compile(
    r"(?:[,;]? (?:và|hoặc|đến|tới) \d[\d.]*|[-–,]\s?\d[\d.]*)*(?:/|\s?[%°]|\s?[^\W\d_])", re.IGNORECASE
)
NOTHING_COUNTED = words(
    "để hoặc và nếu khi của là theo ngay trước miễn hay nhé cho tại với không thì trong bất gặp kịp đã nhằm từ mà "
    "do được "
    "phải xong mọi các bà toàn tất mới hoàn nên cần cũng đều đến tới hết "
    "sẽ này đó bị đang vừa còn chưa trên vào qua ở ra báo"
)
NUMBERED = words(
    "điều khoản trang thửa năm điểm mục căn phòng số chương bài câu lớp nhà quốc lộ đường km tập kỳ lần tuổi thứ "
    "bảng biểu hình ngõ ngách hẻm kiệt chương phần hình phiên bản tiểu mũi liều phường tổ thôn"
)
RANGED = words("cấp tổ thôn xóm trang lớp khối điều khoản tháng giờ khu bậc mức tiết tập câu bài quý thứ số tuyến")
DAY = re.compile(r"(?<![\d.,/-])0?(\d{1,2})\s?[-–./]\s?0?(\d{1,2})(?![\d/]|[.,-]\d)")
SHARED = re.compile(r"[ \t]*(?:/|[^\W\d_]{2,}|%)")
GLUED = re.compile(r"[A-ZĐ]{1,6}[-.]?\d{3,}[A-ZĐ]?")


def list_guesses(page: Page) -> None:
    """Changes why something was read and nothing else."""
    # most claims of a long line are short figures: they are passed over without a call
    for claim in [each for each in page.claims() if each[4] in LIKELY and (each[1] - each[0] > 2 or each[2] in PLAIN)]:
        if LIKELY[claim.why](page, claim):
            guess = claim._replace(why=ReadingKind.GUESS)
            page.starting[claim.start] = page.ending[claim.end] = guess


def _figure(page: Page, claim: Claim) -> bool:
    """A bare run of digits that may be a name: nothing is counted behind it, and it is no year."""
    written = page.text[claim.start : claim.end]
    if "/" in written:
        return _share(page, claim)
    if "." in written:
        return _share(page, claim)
    if not written.isdecimal() or len(written) < 3 or _counts(page, claim.end):
        return False
    if written in CALLABLE:
        return page.word_before(claim.start) not in NUMBERED
    if len(written) < 4 or YEAR.fullmatch(written) or ROUND.fullmatch(written):
        return False
    return page.word_before(claim.start) not in NUMBERED


def _counts(page: Page, end: int) -> bool:
    follow = page.text[end : end + 40]
    return COUNTED.match(follow) is not None and page.word_after(end) not in NOTHING_COUNTED


def _share(page: Page, claim: Claim) -> bool:
    """3/4 of nothing that is named may be a day."""
    if page.word_before(claim.start) in NUMBERED:
        return False
    return _is_day(page, claim) and not SHARED.match(page.text, claim.end)


def _dash(page: Page, claim: Claim) -> bool:
    """5-4 and nothing behind: a day, a score or a range."""
    if "đến" not in claim.spoken:
        return False
    left, right = page.ending[claim.start], page.starting[claim.end]
    if left is None or right is None:
        return False
    ahead, behind = page.text[left.start : left.end], page.text[right.start : right.end]
    if not (ahead.isdecimal() and behind.isdecimal()) or len(behind) > 2 or len(ahead) > 3:
        return False
    if page.word_before(left.start) in RANGED:
        return False
    falls = int(ahead) > int(behind)
    return (falls or _is_day(page, left)) and not _counts(page, right.end)


def _is_day(page: Page, claim: Claim) -> bool:
    found = DAY.match(page.text, claim.start)
    return found is not None and 1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12


def _code(page: Page, claim: Claim) -> bool:
    """Letters and three figures or more: PA0512, TBR225. How people say them nobody can read off the page."""
    return GLUED.fullmatch(page.text, claim.start, claim.end) is not None


def _weight(page: Page, claim: Claim) -> bool:
    """8g: an hour in the South, eight grams elsewhere."""
    left = page.ending[claim.start]
    if claim.spoken != "gam" or left is None:
        return False
    written = page.text[left.start : left.end]
    return written.isdecimal() and int(written) <= 24 and not SHARED.match(page.text, claim.end)


PLAIN = frozenset({"đến", "gam"})
LIKELY = {
    ReadingKind.NUMBER: _figure,
    ReadingKind.SIGN: _dash,
    ReadingKind.CODE: _code,
    ReadingKind.MEASURE: _weight,
}
