"""Figures and letters that name one thing: what stands before them tells. Sign by sign, as people spell a code."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech import letters, numbers
from pipeline.speech.page import Kind, Page, words

OPENING = ' :"“(*_'
FIGURE = "0123456789"
BETWEEN = rf"(?: (?:số|là|mới|cũ|này|đó|của (?:bạn|anh|chị|tôi)))?[{OPENING}]*$"
# what only ever names, whatever follows
NAMED = re.compile(
    r"(?:\bmã(?: (?!hóa|vùng)[^\W\d_]{1,8}){0,3}|\bsố (?:seri|sê-?ri|serial|lô|khung|hiệu|cuối|đuôi|"
    r"báo danh|tham chiếu|"
    r"hợp đồng|giấy phép|chứng nhận|đăng ký|vận đơn|biên nhận|biên lai|hóa đơn|hồ sơ|bưu kiện|bưu phẩm|tài khoản|"
    r""
    r"định danh|danh bộ|công tơ|đăng kiểm|bảo hiểm|căn cước)(?: [^\W\d_]{1,8}){0,2}|\bhồ sơ số|\bbiên (?:nhận|lai)|"
    r"\bvận đơn|\bđuôi|\bseri|\bserial|\bimei|\botp|\bpin|\bcvv|\bmật khẩu|\bpass(?:word)?|\bcode|\bid|\b(?:gcn|"
    r"gcnqsdđ|giấy chứng nhận|sổ đỏ|bìa đỏ|séc|hóa đơn|giấy phép)[^.;\d]{0,20} số|"
    r"\bvàng)" + BETWEEN
)
# what may as well be counted: only where nothing stands behind
HELD = re.compile(
    r"\b(?:lô(?: (?:hàng|thuốc|vắc xin|sản phẩm))?|phiếu|vé|thẻ|sim|tàu|thuyền|xe|chuyến(?: bay)?|bay|model|hóa đơn|"
    r"ký hiệu|phiên bản|bưu kiện|bưu phẩm|số phiếu|số thẻ|số vé|số máy|căn(?: hộ)?|phòng|ghế|toa)" + BETWEEN
)
FIGURES = re.compile(r"(?<![\w.,/+:-])\d{4,15}(?![\w/%-]|[.,:]\d)")
MIXED = re.compile(
    r"(?<![\w./+@#&-])(?=[^\W_.-]{0,12}[.-]?[^\W_]{0,12}\d)(?=\d{0,12}[A-Za-zĐ])"
    r"[A-Za-zĐ\d]{1,20}(?:[.-][A-Za-zĐ\d]{1,12}){0,4}(?![\w/@-]|\.\w)"
)
ROW = re.compile(r"(?<![\w.,/+-])(0\d{1,3})\s?[-–]\s?(\d{2,4})(?![\w/%-]|[.,]\d)")  # số thẻ 001-450
APART = re.compile(
    r"(?<![\w./-])(?!PIN|OTP|CVV|ID|ATM|QR|TK|STK|VND|SIM|USD)([A-ZĐ]{1,4}) (\d{4,12})(?![\w/%-]|[.,]\d)"
)
ADDRESS = re.compile(r"(?<![\d.,])(?!\d{1,3}(?:\.\d{3}){3}(?!\d))\d{1,3}(?:\.\d{1,3}){3}(?![\w]|[.,]\d)")
AREA_CALL = re.compile(r"(?<![\w.,/+-])(0\d{2,3})[ .-](1022|1080|11[3-5]|\d{4})(?![\w/%]|[ .,-]?\d)")
COUNTED = re.compile(
    r" ?(?:đồng(?! chí)|đ\b|vnđ|vnd|usd|triệu|tỷ|nghìn|người|hộ|trường hợp|cái|chiếc|con|"
    r"tấn|tạ|kg|ki lô|mét|m\d?\b|ha\b|"
    r"lít|cuộc|lượt|lần|suất|phiếu|đơn|bộ|bản|tờ|gói|hộp|liều|viên|thùng|bao|cây|chỗ|"
    r"vé|thẻ|hồ sơ|bài|máy|%|cc\b|phân khối)"
)
AMOUNTS = re.compile(r"\d+(?:k|tr|đ|kg|g|m|km|cm|mm|ml|l|h|p|ha|ph|s|w|v|kw|kwh|gb|mb)\d{0,3}", re.IGNORECASE)
LONG = re.compile(r"\d{3}[A-Z]?$|\d{4}")
YEAR = re.compile(r"(?:19|20)\d\d")
CLOSES = words(
    "để hoặc và nếu khi của là theo ngay trước miễn hay nhé cho tại với không thì "
    "trong bất gặp kịp trực đã báo nhằm từ "
    "mà do được hỗ hướng sẽ có này đó khuyến bị đang vừa còn chưa trên gửi nhận mất mang hết trúng trùng cần phải ở ra "
    "vào qua bay đi chạy cất hạ hoãn hủy trễ cập rời gặp rơi dễ quá"
)
MARKS = {".": "chấm", "-": "gạch ngang"}


def read_named(page: Page) -> None:
    """mã đơn 88213, đuôi 6759, chuyến bay VN1234, mã lỗi E404; but "lô 1200 con" is counted."""
    for found in page.matches(APART, " ", run=4):
        if NAMED.search(page.before(found.start())):
            page.read(found.start(), found.end(), _sign_by_sign(found[0]), Kind.CODE)
    for found in page.matches(ROW, "-–", run=2):
        first, last = found.groups()
        if len(first) == len(last) and first < last:
            spoken = f"{numbers.digit_by_digit(first)} đến {numbers.digit_by_digit(last)}"
            page.read(found.start(), found.end(), spoken, Kind.CODE)
    for found in page.matches(FIGURES, run=4):
        if _names(page, found.start(), found.end()):
            page.read(found.start(), found.end(), numbers.digit_by_digit(found[0]), Kind.CODE, ReadingKind.ACCOUNT)
    for found in MIXED.finditer(page.text):
        if _is_code(found[0]) and _names(page, found.start(), found.end()):
            page.read(found.start(), found.end(), _sign_by_sign(found[0]), Kind.CODE)


def read_addresses_of_machines(page: Page) -> None:
    """192.168.1.1, and a telephone's own area before a short number: 0225 1022."""
    for found in page.matches(ADDRESS, "."):
        page.read(found.start(), found.end(), _sign_by_sign(found[0]), Kind.CODE)
    for found in page.matches(AREA_CALL, " .-", run=3):
        page.read(found.start(), found.end(), numbers.digit_by_digit(found[0]), Kind.CODE)


def _names(page: Page, start: int, end: int) -> bool:
    lead = page.before(start)
    word_before = lead.rstrip(OPENING)[-1:]
    if word_before in FIGURE or not word_before.isalnum():
        return False  # most often: only words name
    follow = page.after(end)
    if COUNTED.match(follow) or (YEAR.fullmatch(page.text, start, end) and page.word_before(start) in {"năm", "mới"}):
        return False
    if NAMED.search(lead):
        return True
    word = page.word_after(end)
    is_open = not word or word in CLOSES or not follow.startswith(" ")
    if not LONG.search(page.text, start, end):
        return False
    return is_open and not YEAR.fullmatch(page.text, start, end) and HELD.search(lead) is not None


def _is_code(written: str) -> bool:
    if AMOUNTS.fullmatch(written):
        return False
    return any(map(str.isdigit, written)) and any(map(str.isalpha, written))


def _sign_by_sign(written: str) -> str:
    return " ".join(MARKS.get(sign) or letters.spell(sign) or numbers.digit_by_digit(sign) for sign in written
                    if sign != " ")  # fmt: skip
