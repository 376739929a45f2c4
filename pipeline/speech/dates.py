"""Days, months and years in all the forms Vietnamese papers use."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech import numbers
from pipeline.speech.page import Kind, Page, words

EDGE = r"(?<![\w/.,-])"
DAY_MONTH_YEAR = re.compile(EDGE + r"(\d{1,2})(\s?[/.-]\s?)(\d{1,2})\2((?:19|20|21)\d\d)(?![\w/]|[.,-]\d)")
SHORT_YEAR = re.compile(EDGE + r"(\d{1,2})/(\d{1,2})/(\d\d)(?![\w/]|[.,-]\d)")
SHORT_YEAR_MARKED = re.compile(r"(?<=\b[Nn]gày )(\d{1,2})(?P<mark>[.-])(\d{1,2})(?P=mark)(\d\d)(?![\w/]|[.,-]\d)")
SPAN = re.compile(
    r"(?<![\w/.,:-])(?P<day>\d{1,2})[-.](?P<month>\d{1,2})\s(?:cho )?(?:đến|tới)(?: hết)?(?: ngày)?\s"
    r"(?P<last>\d{1,2})[-./](?P<until>\d{1,2})(?P<year>[-./](?:19|20)\d\d)?(?!\s?(?:%|°|độ|m\b|mm|cm|km|kg|triệu|"
    r"tỷ|nghìn|người|hộ|giờ))(?![\w/]|[.,-]\d)"
)
QUARTER = re.compile(r"(?<!\w)Q\.?\s?([1-4]|IV|I{1,3})(?:\s?[/-]\s?| năm |\.)((?:19|20)\d\d)(?!\w)")
QUARTER_LIST = re.compile(
    r"(?<!\w)Q([1-4])(?=\s?[+,&]\s?Q[1-4](?!\d))|(?<=Q[1-4][+,&])Q([1-4])(?!\w)|(?<=Q[1-4] [+,&] )Q([1-4])(?!\w)"
)
QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4}
HOUR_DAY = re.compile(
    r"(?:(?<=\d[hHg])|(?<=[hHg]\d\d))(?:\s?/\s?|\s)(?!24/7)(\d{1,2})([-/.])(\d{1,2})(?![\w/]|[.,-]\d)"
)
NUMBERED_WITHIN_YEAR = words("đợt kỳ lần khóa vòng")  # đợt 1/2026
FEAST = re.compile(
    r"\b(?:đường|phố|trường|sân vận động|svđ|quảng trường|bệnh viện|công viên|cầu|nhà máy|cung|rạp|chợ|làng|"
    r"khu tập thể|nông trường|hợp tác xã|htx|nhà hát|hầm|đại lộ|trung tâm)(?: (?!số|nhà|ngày|nghỉ|lễ|"
    r"dịp)[^\W\d]{1,8}){0,3} $"
)
PLACES = words("đường phố trường viện viên cầu chợ trấn")
FEASTS = frozenset({(3, 2), (8, 3), (26, 3), (29, 3), (23, 3), (17, 3), (10, 3), (30, 4), (1, 5), (7, 5), (13, 5),
                    (15, 5), (19, 5), (1, 6), (21, 6), (27, 7), (28, 7), (19, 8), (2, 9), (10, 10), (20, 10), (20, 11),
                    (22, 12), (12, 9), (9, 1), (27, 2), (31, 10), (24, 3), (5, 8)})  # fmt: skip
ISO = re.compile(EDGE + r"((?:19|20)\d\d)-(\d{2})-(\d{2})(?![\w/]|[.,-]\d)")
DAYS_OF_MONTH = re.compile(
    r"(?<![\w/.,-])(?P<first>\d{1,2})\s?[-–—]\s?(?P<last>\d{1,2})[/.](?P<month>\d{1,2})(?:[/.](?P<year>(?:19|"
    r"20)\d\d))?(?![\w/]|[.,]\d)"
)
DAY = r"(\d{1,2})/(\d{1,2})(?:/((?:19|20)\d\d))?"
JOINED = re.compile(EDGE + DAY + "[-–]" + DAY + r"(?![\w/]|[.,]\d)")
DAY_MONTH = re.compile(r"(?<![\w/.,-])(\d{1,2})([/.-])(\d{1,2})(?![\w/%]|[.,-]\d)")
MONTH_YEAR = re.compile(EDGE + r"(\d{1,2})\s?([/.-])\s?((?:19|20)\d\d)(?![\w/]|[.,-]\d)")
T_MONTH_YEAR = re.compile(r"(?<!\w)T\.?(\d{1,2})/((?:19|20)\d\d)(?![\w/])")
MONTHS_OF_YEAR = re.compile(r"(?<![\w.,/-])0?([369])T(?:(?= (?:đầu|cuối) năm)|/((?:19|20)\d\d)(?![\w/]))")
NAMED_DAY = re.compile(r"(?<=\b[Nn]gày )(\d{1,2})(?= tháng\b|/)")
LONE_DAY = re.compile(
    r"(?<=\b[Nn]gày )0?([1-9]|10)(?=\s*(?:$|[.,;:!?)]|h[àằ]ng tháng|tháng|mỗi tháng|âm lịch|đến|và ngày))"
)
MONTHS = re.compile(r"(?<=\b[Tt]háng )(0?4)(?!\d|[.,]\d)")
LISTED_MONTHS = re.compile(r"\b[Cc]ác tháng \d{1,2}(?:, \d{1,2})*(?:,? (?:và|hoặc) \d{1,2})?(?![\d%]|[.,]\d)")
LISTED_APRIL = re.compile(r"(?<= )0?4(?![\w/%]|[.,]\d)")
LENGTH_BEFORE = re.compile(r"(?<!ngày )(?<!ngày \d)(?<!mùng )(?<!\d)\d{1,2} tháng $")
MORE_MONTHS = re.compile(r"(?<=\b[Tt]háng )(\d{1,2})\s?[-–]\s?(\d{1,2})(?:/((?:19|20)\d\d))?(?![\d/]|[.,]\d)")

DAYS = re.compile(
    r"(?<!\w)(?:[Nn]gày|[Ss]áng|[Tt]rưa|[Cc]hiều|[Tt]ối|[Đđ]êm|[Hh]ôm|[Mm]ùng) "
    r"(?P<days>\d{1,2}(?:(?:\s?[,&–-]\s?|,? (?:và|hoặc|đến) )(?:ngày )?\d{1,2}){1,8})"
    r"(?=(?P<end>[/.-]\d{1,2}(?![\w%]|\.\d{3})| tháng \d| h[àằ]ng tháng| mỗi tháng| âm lịch))"
)
FIGURE = re.compile(r"\d+")
MAY_DAYS = re.compile(r"(?<![\w/.,-])30/0?4\s?[-–&+]\s?(?=0?1/0?5(?![\w/]|[.,]\d))")
RANGE_BEFORE = re.compile(r"(?:từ|kể từ|suốt|giữa)(?: ngày)? $")

PARTS_OF_DAY = words("ngày sáng trưa chiều tối đêm khuya hôm mùng mồng rằm")
CONNECTORS = words("từ đến tới và hoặc trước sau vào hết kể qua")
NO_TIES = re.compile(
    r"\s*(?:$|[.,;:!?)]|(?:là|không|mọi|đã|chưa|thì|sẽ|phải|mới|trở|để|này|"
    r"tới|vừa|hằng|hàng|tại|xã|các|bà con|âm lịch|âl)\b)"
)
# a day with a point or a dash: only where something can end or begin on it, and where nothing is counted behind
MEASURED = re.compile(
    r"\s?(?:%|°|độ|tỷ|triệu|nghìn|m\b|km|cm|mm|kg|tấn|tạ|ha\b|lít|"
    r"người|hộ|giờ|phút|ngày|tháng|năm|lần|tuổi|điểm|bàn|trận)"
)
TERM = re.compile(
    r"\b(?:khai giảng|khai mạc|bế mạc|diễn ra|bắt đầu|hạn|tính đến|đến hết|hết|hạn(?: [^\W\d_]{1,8}){0,3}:?|"
    r"trước|sau|kể từ|sinh|nghỉ lễ|dịp lễ|dịp|lễ|"
    r"kỷ niệm|chào mừng|mừng|(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|t[2-7]|cn),?) \(?$"
)
LIFTED = words("lễ dịp tết quốc khánh")
DATE_LEADS = PARTS_OF_DAY | CONNECTORS | LIFTED | {"nay", "là"}
ADDRESS_LEADS = words("số nhà ngõ ngách hẻm kiệt đường phố tổ lô thửa phòng đạt lớp")
NUMBERED = ADDRESS_LEADS | words(
    "số căn ghế cột tuyến mã tờ trang bài câu thắng thua hòa dẫn cấp khối tháng quý khu block tòa"
)
RESULT_AFTER = re.compile(r"\s?(?:(?:âm|dương) tính|phiếu|mẫu|đạt|test|số (?:hộ|dân|phiếu)|tổng số)\b")
NTH = words("mũi liều bước lượt đợt tập trang phần tờ kỳ lần vòng bản suất")
EATEN = words("bát thìa ly lon chai gói kg cân lạng trái củ con liều ống sân mặt đường cuộc thể bánh ổ vỉ suất phần")
HALVED = words("ngày giờ buổi tháng tuần ca")
TAKEN = words("uống ăn pha thêm lấy dùng nghỉ bớt cho trộn ngậm mới")
SHARE_LEADS = words("vòng khoảng gần hơn chiếm quá giảm tăng còn bằng mất được trên có tới dưới")
SHARE_FOLLOWS = words(
    "viên quả cốc thìa muỗng lít ha sào chén số diện dân tổng thời chiều lượng quãng tài giá mức khối dung thu "
    "chặng nửa"
)
COUNTED = words(
    "xã thôn hộ người trường đơn tổ cụm phiếu đại phường chi tiêu đồng vụ điểm huyện tỉnh thành trẻ học cán bài hồ xóm "
    "khu câu giờ ấp bản bị em cháu gia nhà doanh cơ đoàn thị tiêu tdp kdc kp htx trạm tuyến phòng "
    "ban chi hội"
)
HOLIDAY_PHRASE = re.compile(r"\b(?:ngày|lễ|dịp|tết)\b[^,.;:!?\d\n]*$")
PAIR_BEFORE = re.compile(r"(?<![\d/])\d{1,2}\s?(?:,|và)\s?$")


def read_dates(page: Page) -> None:
    """Full dates first, the shorter forms after them: 25/8/2023, 15-20/4, 12/2024, 5/9, ngày 5 tháng 9."""
    for found in page.matches(ISO, "-", run=4):
        _claim(page, found.start(), found.end(), int(found[3]), int(found[2]), int(found[1]))
    for found in page.matches(DAYS_OF_MONTH, "-–—", "/."):
        _claim_days(page, found)
    for found in page.matches(DAY_MONTH_YEAR, "/.-", run=4):
        _claim(page, found.start(), found.end(), int(found[1]), int(found[3]), int(found[4]))
    for pattern, signs, day, month, year in ((SHORT_YEAR, "/", 1, 2, 3), (SHORT_YEAR_MARKED, ".-", 1, 3, 4)):
        for found in page.matches(pattern, signs, run=2):
            full = int(found[year]) + (2000 if int(found[year]) <= 50 else 1900)
            _claim(page, found.start(), found.end(), int(found[day]), int(found[month]), full)
    for found in page.matches(MONTH_YEAR, "/.-", run=4):
        _claim_month(page, found.start(), found.end(), int(found[1]), int(found[3]))
    for found in page.matches(T_MONTH_YEAR, "T", "/", run=4):
        _claim_month(page, found.start(), found.end(), int(found[1]), int(found[2]))
    for found in page.matches(MONTHS_OF_YEAR, "T"):
        in_year = f" năm {numbers.cardinal(int(found[2]), page.lexicon.zero)}" if found[2] else ""
        page.read(found.start(), found.end(), f"{numbers.cardinal(int(found[1]))} tháng{in_year}", Kind.AMOUNT)
    _read_short_dates(page)


def _read_short_dates(page: Page) -> None:
    for found in page.matches(DAY_MONTH, "/.-"):
        if _is_feast(page, found):
            spoken = f"{numbers.cardinal(int(found[1]))} tháng {numbers.month(int(found[3]))}"
            page.read(found.start(), found.end(), spoken, Kind.AMOUNT, ReadingKind.DATE_WITHOUT_YEAR)
        elif _is_date(page, found):
            _claim(page, found.start(), found.end(), int(found[1]), int(found[3]))


def _is_feast(page: Page, found: re.Match[str]) -> bool:
    """đường 3/2, sân vận động 19-8: places that bear a day's name."""
    day, month = int(found[1]), int(found[3])
    is_day = month <= 12 and (12 < day <= 31 if found[2] == "/" else month < day <= 31)
    if (day, month) not in FEASTS and not (is_day and month and page.word_before(found.start()) in PLACES):
        return False
    return FEAST.search(page.before(found.start())) is not None


def read_joined_dates(page: Page) -> None:
    """15/4-30/4: the dash hides either date from the other rules. So do the hour of 19h/20-11 and the Q of Q4/2025."""
    for found in page.matches(HOUR_DAY, "hHg", "-/."):
        if page.is_free(found.start(), found.end()) and 1 <= int(found[1]) <= 31 and 1 <= int(found[3]) <= 12:
            page.read(found.start(), found.start(1), " ")
            _claim(page, found.start(1), found.end(), int(found[1]), int(found[3]))
    _read_spans(page)
    for found in page.matches(QUARTER, "Q", run=4):
        quarter = QUARTERS.get(found[1]) or int(found[1])
        spoken = f"quý {numbers.cardinal(quarter)} năm {numbers.cardinal(int(found[2]), page.lexicon.zero)}"
        page.read(found.start(), found.end(), spoken, Kind.AMOUNT)
    for found in page.matches(QUARTER_LIST, "Q", "+,&"):
        quarter = int(found[1] or found[2] or found[3])
        page.read(found.start(), found.end(), f"quý {numbers.cardinal(quarter)}", Kind.AMOUNT, ReadingKind.GUESS)
    for found in page.matches(MAY_DAYS, "3", "/"):
        if not RANGE_BEFORE.search(page.before(found.start())):  # two feasts, and no range of days
            end = page.text.index("4", found.start()) + 1
            _claim(page, found.start(), end, 30, 4)
            page.read(end, found.end(), " và ")
    for found in page.matches(JOINED, "/", "-–"):
        for first in (1, 4):
            day, month, year = found.group(first, first + 1, first + 2)
            start, end = found.start(first), found.end(first + 2 if year else first + 1)
            _claim(page, start, end, int(day), int(month), int(year) if year else None)


def _read_spans(page: Page) -> None:
    """từ 1-10 đến hết ngày 29-11-2025: what leads up to a day is one; nobody says "một đến mười đến"."""
    for found in page.matches(SPAN, "-.", "đt"):
        day, month = int(found["day"]), int(found["month"])
        if 1 <= day <= 31 and 1 <= month <= 12 and int(found["last"]) <= 31 and int(found["until"]) <= 12:
            _claim(page, found.start("day"), found.end("month"), day, month)
            if not found["year"]:
                _claim(page, found.start("last"), found.end("until"), int(found["last"]), int(found["until"]))


def read_days_and_months(page: Page) -> None:
    """ngày 5 tháng 9 → mùng năm tháng chín; tháng 4 → tháng tư, but not in "3 tháng 4 ngày"."""
    for found in page.matches(DAYS, "ygrhim"):
        _claim_each_day(page, found)
    for pattern in (NAMED_DAY, LONE_DAY):
        for found in page.matches(pattern, "y"):
            each = page.word_before(found.start() - len("ngày ")) in {"mỗi", "một", "hằng", "hàng", "mấy", "các"}
            if 1 <= int(found[1]) <= 31 and not each:
                page.read(found.start(), found.end(), day_of_month(int(found[1])), Kind.AMOUNT)
    for found in page.matches(MORE_MONTHS, "h", "-–"):
        first, last = int(found[1]), int(found[2])
        if 1 <= first <= 12 and 1 <= last <= 12:
            year = f" năm {numbers.cardinal(int(found[3]), page.lexicon.zero)}" if found[3] else ""
            spoken = f"{numbers.month(first)} đến tháng {numbers.month(last)}{year}"
            page.read(found.start(), found.end(), spoken, Kind.AMOUNT)
    _read_aprils(page)


def _read_aprils(page: Page) -> None:
    for found in page.matches(MONTHS, "4", "h"):
        if not LENGTH_BEFORE.search(page.before(found.start())):
            page.read(found.start(), found.end(), "tư", Kind.AMOUNT)
    for found in page.matches(LISTED_MONTHS, "4", "h"):
        for april in LISTED_APRIL.finditer(page.text, found.start(), found.end()):
            page.read(april.start(), april.end(), "tư", Kind.AMOUNT)


def day_of_month(day: int) -> str:
    """mùng một to mùng mười, then the number alone."""
    return f"mùng {numbers.cardinal(day)}" if day <= 10 else numbers.cardinal(day)


def _claim(page: Page, start: int, end: int, day: int, month: int, year: int | None = None) -> None:
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return
    why = ReadingKind.DATE if year is not None else ReadingKind.DATE_WITHOUT_YEAR
    if not exists(day, month, year):
        why = ReadingKind.NO_SUCH_DATE
    words = [_introduced(page, start, day), f"tháng {numbers.month(month)}"]
    if year is not None:
        words.append(f"năm {numbers.cardinal(year, page.lexicon.zero)}")
    page.read(start, end, " ".join(words), Kind.AMOUNT, why)


def exists(day: int, month: int, year: int | None) -> bool:
    """Whether the calendar has such a day; without a year the 29th of February counts as one."""
    leap = year is None or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return day <= (29 if leap else 28) if month == 2 else day <= (30 if month in {4, 6, 9, 11} else 31)


def _claim_days(page: Page, found: re.Match[str]) -> None:
    first, last, month = int(found["first"]), int(found["last"]), int(found["month"])
    if not (1 <= first < last <= 31 and 1 <= month <= 12):
        return
    spoken = f"{_introduced(page, found.start(), first)} đến ngày {day_of_month(last)} tháng {numbers.month(month)}"
    if found["year"]:
        spoken += f" năm {numbers.cardinal(int(found['year']), page.lexicon.zero)}"
    why = ReadingKind.DATE if found["year"] else ReadingKind.DATE_WITHOUT_YEAR
    if not exists(last, month, int(found["year"]) if found["year"] else None):
        why = ReadingKind.NO_SUCH_DATE
    page.read(found.start(), found.end(), spoken, Kind.AMOUNT, why)


def _claim_each_day(page: Page, found: re.Match[str]) -> None:
    """ngày 5, 6 và 7/9: every one is a day; the last may have been read with its month."""
    if "-" in found["days"] and found["end"][0] == "-":
        return  # ngày 1-3-7 are three
    days = list(FIGURE.finditer(page.text, *found.span("days")))
    month = FIGURE.search(found["end"])
    if month and found["end"][0] in ".-" and 1 <= int(month[0]) <= 12:  # 5 và 6-4
        last = days.pop()
        _claim(page, last.start(), found.end("end"), int(last[0]), int(month[0]))
    if all(1 <= int(day[0]) <= 31 for day in days):
        for day in days:
            said = page.word_before(day.start()) in {"mùng", "mồng"}
            spoken = numbers.cardinal(int(day[0])) if said else day_of_month(int(day[0]))
            page.read(day.start(), day.end(), spoken, Kind.AMOUNT, ReadingKind.DATE_WITHOUT_YEAR)


def _claim_month(page: Page, start: int, end: int, month: int, year: int) -> None:
    spoken = numbers.cardinal(year, page.lexicon.zero)
    lead = page.word_before(start)
    if lead in NUMBERED_WITHIN_YEAR or (lead == "quý" and 1 <= month <= 4):
        page.read(start, end, f"{numbers.cardinal(month)} năm {spoken}", Kind.AMOUNT)
    elif 1 <= month <= 12:
        prefix = "" if lead == "tháng" else "tháng "
        page.read(start, end, f"{prefix}{numbers.month(month)} năm {spoken}", Kind.AMOUNT)


def _introduced(page: Page, start: int, day: int) -> str:
    """The day with "ngày" before it, unless the sentence has already said so."""
    lead = page.word_before(start)
    if lead in {"mùng", "mồng"}:
        return numbers.cardinal(day)
    spoken = day_of_month(day)
    said = page.before(start)
    if lead in PARTS_OF_DAY or (lead not in CONNECTORS and HOLIDAY_PHRASE.search(said)) or PAIR_BEFORE.search(said):
        return spoken
    return f"ngày {spoken}"


def _is_date(page: Page, found: re.Match[str]) -> bool:
    """Whether d/m is a day. 3/4 of a number, house 12/5 and 8/10 hamlets are not."""
    day, sign, month = int(found[1]), found[2], int(found[3])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return False
    lead, follow = page.word_before(found.start()), page.word_after(found.end())
    if (day, month) == (24, 7) and lead not in PARTS_OF_DAY:
        return False  # around the clock
    if sign != "/":
        return _is_pointed_date(page, found)
    if lead in PARTS_OF_DAY or lead in LIFTED:
        return True
    if RESULT_AFTER.match(page.after(found.end())) or (lead in NTH and day <= month):
        return False
    if (lead in ADDRESS_LEADS and not page.before(found.start()).endswith("giỗ tổ ")) or follow in SHARE_FOLLOWS:
        return False
    if day < month and (lead in SHARE_LEADS or follow in EATEN or (follow in HALVED and lead not in DATE_LEADS)):
        return False
    if day < month and lead in TAKEN:
        return False
    return lead in DATE_LEADS or not (follow in COUNTED and day <= month)


def _is_pointed_date(page: Page, found: re.Match[str]) -> bool:
    """d-m and d.m look like ranges and decimals: only where a day must stand or can end, and a feast by itself."""
    day, sign, month = int(found[1]), found[2], int(found[3])
    if ":" in page.text[found.start() - 1 : found.start()] + page.text[found.end() : found.end() + 1]:
        return False  # 9:30-10:30
    lead, follow = page.word_before(found.start()), page.word_after(found.end())
    said = page.before(found.start())
    if lead in PARTS_OF_DAY | LIFTED:
        return not (follow == "tháng" or said.endswith("từ ngày "))
    if lead in NUMBERED or MEASURED.match(page.text, found.end()):
        return False
    if (day, month) in FEASTS and day > max(month, 12):
        return True
    ends = NO_TIES.match(page.after(found.end())) is not None
    return ends and (TERM.search(said) is not None or (sign == "-" and day > month and day > 9))
