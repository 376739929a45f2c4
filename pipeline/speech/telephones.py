"""Numbers that name something and count nothing: telephones, hotlines, accounts, codes, plates. Digit by digit."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech import letters, numbers
from pipeline.speech.page import Kind, Page, words

EDGE = r"(?<![\w+])(?<!\d[.,:/-])"  # a mark before it may belong to the words: ĐT:0912, (Hoa-0912
AFTER_SLASH = r"(?<![\w+])(?<!\d[.,:-])"  # 0912…/0987…
INTERNATIONAL = re.compile(r"\(?\+\s?\(?\d{1,4}\)?(?:[ .\-–]?\(?\d{1,9}\)?){0,6}(?!\w|,\d|\s?%)")  # +0,45% is a rise
NATIONAL = re.compile(AFTER_SLASH + r"(?:\(0\d{1,4}\)|0\d{1,10})(?:[ .\-–]{0,2}\d{1,9}){0,5}(?![\w%])")
SERVICE = re.compile(EDGE + r"1[89]00(?:[ .-]?\d{4}(?:[ .-]?\d{2})?|(?:[ .-]\d{2,3}){2,3}|\d{6})(?![\w/]|[.,-]\d)")
PREFIXES = re.compile(
    r"(?:\bsố|\bmáy|đầu số|mã vùng|mã nước|mã quốc gia|số lạ|số máy|"
    r"cuộc gọi|số điện thoại|nhỡ|gọi|đầu)\b(?:[^.!?]|\.\.\.)*$"
)
MASKED = re.compile(EDGE + r"0\d[\dxX*]{0,9}(?:[ .-]?[\dxX*]{2,6}){0,4}(?!\w)")
DIVERTED = re.compile(r"(?<![\w*#])\*\*\d{2,3}\*(?![*\w])")  # **21*, which is no emphasis
MASKED_CARD = re.compile(
    EDGE + r"(?=[\d .-]{2,16}(?:[xX]{2}|\*{2,}[.-]?\d))\d[\dxX*]{1,9}(?:[ .-]?[\dxX*]{2,6}){1,4}(?!\w)"
)
STARRED = re.compile(r"(?<![\w*])\*(\d{2,4})\*(?=\s?[<\[(]?[^\W\d_])[^#\n]{0,30}(#)")  # *100*mã thẻ#
SERVICE_CODE = re.compile(r"(?<!\w)[*#]{1,2}\d[\d*#]{0,30}#")
KEY = re.compile(r"(?i:phím|bấm|nhấn|ấn|dấu) (?P<quote>[\"“(]?)(?P<key>[*#])(?=$|[\s.,;:!?)”\"])")
KEYS = {"*": "sao", "#": "thăng", "x": "ích", "X": "ích"}
COUNTRY_CODE = re.compile(EDGE + r"84(?:[ .-]?\d){9}(?![\w/]|[.,]\d)")
CARD = re.compile(EDGE + r"\d{4}(?:[ -]\d{4}){2,4}(?:[ -]\d{1,3})?(?![\w/]|[.,]\d)")
LONG = re.compile(EDGE + r"(?:0\d{2,40}|\d{9,40})(?![\w/]|[.,]\d)")
ENDS = re.compile(r"[ .\-–()]")

EMERGENCY = words("111 112 113 114 115 116 117 118 119 156 1022 1080 5656 4444 9191 9090 9029 888 197 198 199 18001091")
SHORT = re.compile(EDGE + r"\d{3,8}(?![\w/%]|[.,]\d)")
CALLED = re.compile(
    r"(?:gọi|gọi điện|gọi ngay|bấm|hotline|hót lai|đường dây nóng|tổng đài|đầu số|số máy|số điện thoại|điện thoại|"
    r"sđt|đt|số nóng|"
    r"số khẩn cấp|cấp cứu|cứu hỏa|cứu thương|cảnh sát|trực ban|dịch vụ|nhắn tin|tin nhắn|soạn tin gửi|soạn tin|gửi "
    r"đến|gửi tới|gửi|"
    r"liên hệ|nhánh|máy lẻ)"
    r"(?: (?:điện|ngay|lại|đến|tới|cho|về|qua|theo|số|máy|đầu số|tổng đài|là|hotline|khẩn cấp|miễn phí|chữa cháy|"
    r"phản ánh|hỗ trợ|"
    r"quốc gia|bảo vệ trẻ em)){0,4}[ :(\"“*_]*$"
)
PASSED = re.compile(
    r"(?:^|\W)(?:(?<!thông )(?<!cảnh )báo|điện|quay|nhấn|a lô|alo|qua|đến|tới|về|vào|số|theo|từ|là|công an|lực "
    r"lượng|đội|viettel|vinaphone|mobifone|vietnamobile)(?: "
    r"số)?[ :(\"“*_]*$"
)
NUMBERED_THINGS = re.compile(
    r"(?:quyết định|nghị định|nghị quyết|luật|công văn|thông tư|chỉ thị|kế hoạch|nhà|điều|phòng|đường|chương trình|"
    r"trang|"
    r"thông báo|báo cáo|tờ trình) số $"
)
ALSO_CALLED = re.compile(r"\d[ ,]*(?:và|hoặc|hay|,|/|-)\s?(?:số )?$")
CLOSES = words(
    "để hoặc và nếu khi của là theo ngay trước miễn hay nhé cho tại với không thì trong bất gặp kịp trực đã báo "
    "nhằm từ mà "
    "do được hỗ hướng sẽ có này đó khuyến bảo cứu chữa đưa đến tư luôn vẫn nhờ"
)
COUNTED = words(
    "cuộc lần người phút ngày giờ tháng năm hộ thuê triệu tỷ nghìn đồng tin khách nạn lượt số máy vụ xã thôn nhân "
    "bạn tài km "
    "trường hợp đơn em cháu học cán đ k tr"
)

NEED = re.compile(
    r"\b(?:cháy|nổ|trộm|cướp|cấp cứu|ngất|tai nạn|đột quỵ|bạo lực|xâm hại|đuối nước|cứu nạn|cứu hộ|cứu thương|"
    r"cứu hỏa|khẩn cấp|"
    r"công an|cảnh sát|trẻ em|tìm kiếm)[^.;:!?\d\n]{0,30}\(\s?$"
)
MANY = re.compile(
    r"\s(?:thanh niên|công dân|trẻ em|quân nhân|học viên|đảng viên|đoàn viên|hội viên|giáo viên|chiến sĩ|gia "
    r"đình|đại biểu|cử tri|"
    r"đối tượng|trường hợp|chủ hộ|lao động|tân binh|đoàn|thí sinh|phụ huynh|bệnh nhân|nạn nhân|khách hàng)\b"
)
WEAKLY_CALLED = re.compile(r"(?:gửi|dịch vụ|liên hệ)[ :(\"“*_]*$")
# people and cars that are called by their number
RUN_BY = re.compile(
    r"\b(?:xe|kíp|xe cấp cứu|đội|cảnh sát|cấp cứu|chữa cháy|cứu hỏa|cứu thương|phản ứng nhanh|trung tâm|thuê bao|"
    r"lực lượng|tổng đài|bảo vệ trẻ em|cứu nạn|(?<!thông )(?<!cảnh )báo|ứng dụng|app|help|zalo|cổng|"
    r"viettel|vnpt|vinaphone|mobifone|vietnamobile)(?: số)? $"
)
JOINT = re.compile(r"(?:\b(?:thì|là|và|hoặc|hay|số)|[-–:;,(/→=])\s*$")
NEEDY = re.compile(
    r"\b(?:cháy|nổ|trộm|cướp|cấp cứu|ngất|tai nạn|đột quỵ|bạo lực|xâm hại|đuối nước|cứu nạn|cứu hộ|cứu thương|cứu hỏa|"
    r"khẩn cấp|ốm|gọi|bấm|đường dây nóng|hotline|tổng đài|điện thoại|số máy|trình báo|liên hệ|trực ban|công an|"
    r"cảnh sát|gây rối|đánh nhau|người lạ|kẻ gian|báo ngay)\b"
)
SUMMED = re.compile(
    r"\b(?:số (?:vụ|ca|người|hộ|đơn|tin|cuộc|trường hợp|lượt)|tổng (?:số|cộng)|có|còn|đạt|tăng|giảm|hơn)\b"
)
SUMS = words("có còn đủ thêm đạt được hơn gần khoảng tổng tăng giảm")
MORE = re.compile(r"(?:(?: (?:và|hoặc|đến) |, ?)\d{1,4}(?!\d)){1,4}")
TALLIED = re.compile(
    r"\b(?:số (?:vụ|ca|người|hộ|đơn|tin|cuộc|trường hợp|lượt)|tổng (?:số|cộng))\b[^.!?\d]{0,40}\b(?:là|:) ?$"
)
SENTENCE_END = re.compile(r"[.!?]\s")
ROW = re.compile(r"\d{1,3}-\d{1,3}")  # số thẻ 001-450
URGENT = "11[1-5]|156|5656|1022"
CHAIN = re.compile(EDGE + rf"(?:{URGENT})(?:\s?[-–/,]\s?(?:{URGENT}))+(?![\w%]|[.,/-]\d)")
SPACED = re.compile(r"(?<![\w.,/+:-])\d(?:[-–]\d){2,15}(?![\w%]|[.,/-]\d)")
DIGITS = re.compile(r"\d+")
FILED = re.compile(
    r"(?<=[ :])(?=[A-ZĐ0-9./-]{0,40}[A-ZĐ][A-ZĐ0-9./-]{0,40}|"
    r"\d+-\d+-)[A-ZĐ0-9]{1,12}(?:[./-][A-ZĐ0-9]{1,12}){1,5}(?![\w/]|[.-]\w)"
)
FILED_BEFORE = re.compile(
    r"\b(?:mã (?:hồ sơ|đơn|đơn hàng|vận đơn|giao dịch|tra cứu|số|khách hàng|bưu phẩm|sản phẩm|biên nhận|hợp "
    r"đồng|lô|đặt chỗ)|biên "
    r"nhận(?: số)?|vận đơn(?: số)?|hồ sơ số|số hồ sơ|số hợp đồng|seri|serial|số lô|số máy|số khung)(?: là)?[ :]{1,3}$"
)
REGISTERED = re.compile(r"(?<![\w/-])(?P<series>[A-ZĐ]{1,4}\d?)-(?P<number>\d{4,12})(?![\w/-]|[.,]\d)(?P<kind> TS\b)?")
TOLD = re.compile(r"\b(?:mật khẩu|mã (?:otp|pin|xác thực|bảo mật)|otp|pin|số cuối|số đuôi|đuôi|mã số|thẻ)\b[^.;!?]*$")
BARE = re.compile(r"(?<![\w.,/+:-])\d{4,8}(?![\w/%-]|[.,]\d)")
YEAR_LIKE = re.compile(r"(?:19|20)\d\d")
MARKS = {".": "chấm", "-": "gạch ngang", "/": "trên"}
SECRET = re.compile(
    r"(?:otp|mã|mật khẩu|pin|cvv|mã xác (?:thực|nhận|minh)|mã số|mã đơn|serial|imei)(?: \w{1,8}){0,2}[ :\"“]*$"
)
ACCOUNT = re.compile(
    r"(?:stk|tài khoản|tk|thẻ|cccd|cmnd|căn cước|căn cước công dân|chứng minh nhân dân|hộ chiếu|mst|mã số thuế|số "
    r"hiệu|sim|"
    r"imei|số seri|định danh)(?: \w{1,12}){0,4}[ :\"“]*$"
)
DIGITS_APART = re.compile(EDGE + r"\d{1,19}(?:[ .-]\d{1,8}){0,5}(?![\w/%]|[.,]\d)")
PLATE = re.compile(r"(?<!\w)(?<![^\W\d_]-)(\d{2})[ -]?([A-ZĐ]{1,2}\d?)[ -](\d{3})[. ]?(\d{1,2})(?!\w)")
PLATE_NAMED = re.compile(r"(?<!\w)(BS)(?: số)?[.:]? ?$")  # BS 51B-234.56 is no doctor
CURRENCY_AFTER = re.compile(r"\s?[$€£¥₫%‰]|\s?(?:đ|đồng(?! chí)|vnđ|vnd|usd|triệu|tỷ|tỉ|nghìn|ngàn|k|tr|%)(?!\w)")


def read_telephones(page: Page) -> None:
    """Before dates and amounts, which would see 0988.123.456 as something to count."""
    for found in page.matches(INTERNATIONAL, "+"):
        digits = sum(map(str.isdigit, found[0]))
        if digits >= 8 or (digits <= 4 and _is_prefix(page.before(found.start()))):
            end = found.start() + len(found[0].rstrip("( "))
            page.read(found.start(), end, f"cộng {numbers.digit_by_digit(found[0])}", Kind.CODE)
    position = 0
    while run := NATIONAL.search(page.text, position):
        end = _national_end(run)
        if end:
            page.read(run.start(), end, numbers.digit_by_digit(page.text[run.start() : end]), Kind.CODE)
        position = end or run.end()
    for pattern, longest in ((SERVICE, 4), (COUNTRY_CODE, 2), (CARD, 4)):
        for found in page.matches(pattern, run=longest):
            if not CURRENCY_AFTER.match(page.after(found.end())):
                page.read(found.start(), found.end(), numbers.digit_by_digit(found[0]), Kind.CODE)


def _is_prefix(lead: str) -> bool:
    return not lead.isascii() and PREFIXES.search(lead) is not None  # every word of it has a mark


def read_dialled_codes(page: Page) -> None:
    """0912.xxx.678, half hidden, and *101#, as it is dialled."""
    for pattern, signs in ((MASKED, "xX*"), (MASKED_CARD, "xX*"), (SERVICE_CODE, "#"), (DIVERTED, "*")):
        for found in page.matches(pattern, signs):
            if any(key in found[0] for key in "xX*#"):
                keys = (KEYS.get(char) or numbers.digit_by_digit(char) for char in found[0])
                page.read(found.start(), found.end(), " ".join(key for key in keys if key), Kind.CODE)


def read_keys(page: Page) -> None:
    """bấm phím # để kết thúc, *100*mã thẻ#."""
    for found in page.matches(STARRED, "*", "#"):
        page.read(found.start(), found.end(1) + 1, f"sao {numbers.digit_by_digit(found[1])} sao", Kind.CODE)
        page.read(found.start(2), found.end(2), " thăng", Kind.CODE)
    for found in KEY.finditer(page.text):
        page.read(found.start("key"), found.end("key"), KEYS[found["key"]], Kind.CODE)


def _national_end(found: re.Match[str]) -> int:
    """Where a number of 10 or 11 digits ends; 0 if the run holds none."""
    text, digits = found[0], 0
    for offset, char in enumerate(text):
        digits += char.isdigit()
        closed = offset + 1 == len(text) or ENDS.match(text[offset + 1])
        if digits in (10, 11) and closed:
            return found.start() + offset + 1
    return 0


def read_filed_codes(page: Page) -> None:
    """Codes of papers and parcels, sign by sign: in them is no range, no decimal and no date."""
    for found in page.matches(FILED, "./-"):
        if any(char.isdigit() for char in found[0]) and FILED_BEFORE.search(page.before(found.start())):
            signs = (MARKS.get(sign) or letters.spell(sign) or numbers.digit_by_digit(sign) for sign in found[0])
            page.read(found.start(), found.end(), " ".join(signs), Kind.CODE)


def read_registrations(page: Page) -> None:
    """HP-90234 TS, G-482015: letters, a dash and figures name one thing."""
    for found in page.matches(REGISTERED, "-", run=4):
        series = " ".join(letters.spell(sign) or numbers.digit_by_digit(sign) for sign in found["series"])
        kind = " tê ét" if found["kind"] else ""
        spoken = f"{series} {numbers.digit_by_digit(found['number'])}{kind}"
        page.read(found.start(), found.end(), spoken, Kind.CODE)


def read_chains(page: Page) -> None:
    """113-114-115 and 1-1-5: two dashes make no range."""
    for found in page.matches(CHAIN, "-–/,", run=3):
        parts = list(DIGITS.finditer(page.text, found.start(), found.end()))
        if len(parts) < 3 and not _is_asked_for(page, found.start()):
            continue
        for part, following in zip(parts, [*parts[1:], None], strict=True):
            page.read(part.start(), part.end(), numbers.digit_by_digit(part[0]), Kind.CODE)
            if following:
                page.read(part.end(), following.start(), ", ")
    for found in page.matches(SPACED, "-–"):
        if _is_asked_for(page, found.start()):
            page.read(found.start(), found.end(), numbers.digit_by_digit(found[0]), Kind.CODE)


def _is_asked_for(page: Page, position: int) -> bool:
    lead = page.before(position)
    return (CALLED.search(lead) or PASSED.search(lead) or NEED.search(lead)) is not None


def read_plates(page: Page) -> None:
    for found in page.matches(PLATE, run=3):
        series = " ".join(letters.spell(char) or numbers.digit_by_digit(char) for char in found[2])
        spoken = f"{numbers.digit_by_digit(found[1])} {series} {numbers.digit_by_digit(found[3] + found[4])}"
        page.read(found.start(), found.end(), spoken, Kind.CODE)
        named = PLATE_NAMED.search(page.text, max(0, found.start() - 6), found.start())
        if named:
            page.read(named.start(1), named.end(1), "biển số", why=ReadingKind.ABBREVIATION)


def read_accounts(page: Page) -> None:
    """Numbers of accounts, cards and papers, and codes: what stands before them tells."""
    for found in DIGITS_APART.finditer(page.text):
        digits = sum(char.isdigit() for char in found[0])
        if digits < 3 or ROW.fullmatch(found[0]) or CURRENCY_AFTER.match(page.after(found.end())):
            continue
        lead = page.before(found.start())
        if (digits >= 6 and ACCOUNT.search(lead)) or SECRET.search(lead):
            follow = page.word_after(found.end())
            if digits >= 6 or follow not in COUNTED:
                page.read(found.start(), found.end(), numbers.digit_by_digit(found[0]), Kind.CODE)
    for found in page.matches(BARE, run=4):
        if TOLD.search(page.before(found.start())) and _stands_for_itself(page, found):
            page.read(found.start(), found.end(), numbers.digit_by_digit(found[0]), Kind.CODE)
    for found in page.matches(LONG, run=3):
        if not CURRENCY_AFTER.match(page.after(found.end())):
            page.read(found.start(), found.end(), numbers.digit_by_digit(found[0]), Kind.CODE)


def read_hotlines(page: Page) -> None:
    """113 is one, one, three when it is called, and a hundred and thirteen when it counts."""
    called: set[str] = set()
    left: list[re.Match[str]] = []
    for found in page.matches(SHORT, run=3):
        if _is_hotline(page, found):
            page.read(found.start(), found.end(), numbers.digit_by_digit(found[0]), Kind.CODE)
            called.add(found[0])
        elif found[0] in EMERGENCY:
            left.append(found)
    for found in left:  # báo qua ứng dụng Báo cháy 114: called once in a line, it is called everywhere
        if found[0] in called and not _is_counted(page, found):
            page.read(found.start(), found.end(), numbers.digit_by_digit(found[0]), Kind.CODE)


def _is_counted(page: Page, found: re.Match[str]) -> bool:
    if page.word_before(found.start()) in SUMS:
        return True
    joined = MORE.match(page.text, found.end())
    end = joined.end() if joined else found.end()
    follow, word = page.after(end), page.word_after(end)
    return (word in COUNTED and follow.startswith(" ")) or (
        MANY.match(follow) or CURRENCY_AFTER.match(follow)
    ) is not None


def _stands_for_itself(page: Page, found: re.Match[str]) -> bool:
    """Whether nothing is counted behind a figure that is no year."""
    follow = page.word_after(found.end())
    closed = not follow or follow in CLOSES or not page.after(found.end()).startswith(" ")
    return closed and not YEAR_LIKE.fullmatch(found[0]) and page.word_before(found.start()) != "năm"


def _is_listed(page: Page, found: re.Match[str], lead: str) -> bool:
    """Whether it follows another number that is called: 113 hoặc 114."""
    joint = ALSO_CALLED.search(lead)
    if joint is None:
        return False
    former = page.ending[found.start() - len(lead) + joint.start() + 1]
    return former is not None and former.kind is Kind.CODE


def _is_hotline(page: Page, found: re.Match[str]) -> bool:
    lead = page.before(found.start())
    follow = page.word_after(found.end())
    open_end = not follow or follow in CLOSES or not page.after(found.end()).startswith(" ")
    if follow in COUNTED and not page.after(found.end()).lstrip(" ").startswith(("(", ",")) and not open_end:
        return False
    if MANY.match(page.after(found.end())):
        return False
    if page.ending[found.start()] or NUMBERED_THINGS.search(lead) or CURRENCY_AFTER.match(page.after(found.end())):
        return False
    if CALLED.search(lead) or _is_listed(page, found, lead):
        return open_end or (found[0] in EMERGENCY and not WEAKLY_CALLED.search(lead))
    if found[0] not in EMERGENCY:
        return False
    if RUN_BY.search(lead):
        return True
    starts = not lead.strip() or lead.rstrip()[-1] in ".!?:;"
    if TALLIED.search(lead):
        return False
    return open_end and (starts or (PASSED.search(lead) or NEED.search(lead)) is not None or _is_needed(lead))


def _is_needed(lead: str) -> bool:
    """Cháy thì 114, ốm thì 115; Công an xã - 113; but "Số vụ cháy là 114" counts."""
    sentence = SENTENCE_END.split(lead)[-1]
    return JOINT.search(lead) is not None and NEEDY.search(sentence) is not None and not SUMMED.search(sentence)
