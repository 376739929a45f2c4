"""What is counted and measured: numbers, money, percentages, units and shares."""

from __future__ import annotations

import re
from functools import cache
from unicodedata import normalize

from pipeline.domain import ReadingKind
from pipeline.speech import letters, numbers
from pipeline.speech.clean import VULGAR
from pipeline.speech.lexicon import WITH_NUMBERS
from pipeline.speech.lists import is_listed
from pipeline.speech.page import Kind, Page, words

# As written behind a figure → as spoken. Letters of units keep their case: m is not M.
UNITS = {
    "%": "phần trăm", "‰": "phần nghìn", "đ": "đồng", "₫": "đồng", "vnđ": "đồng", "vnd": "đồng", "VNĐ": "đồng",
    "VND": "đồng", "Đ": "đồng", "USD": "đô la", "$": "đô la", "€": "ơ rô", "EUR": "ơ rô", "£": "bảng Anh",
    "¥": "yên", "NDT": "nhân dân tệ", "tr": "triệu", "trđ": "triệu đồng", "Tr": "triệu", "tỷđ": "tỷ đồng",
    "k": "nghìn", "K": "nghìn",
    "kg": "ki lô gam", "Kg": "ki lô gam", "KG": "ki lô gam", "g": "gam", "gr": "gam", "mg": "mi li gam",
    "km": "ki lô mét", "Km": "ki lô mét", "KM": "ki lô mét", "m": "mét", "dm": "đề xi mét", "cm": "xăng ti mét",
    "mm": "mi li mét", "mmHg": "mi li mét thủy ngân", "ha": "héc ta", "km2": "ki lô mét vuông",
    "km²": "ki lô mét vuông", "m2": "mét vuông",
    "m²": "mét vuông", "cm2": "xăng ti mét vuông", "cm²": "xăng ti mét vuông",
    "mm2": "mi li mét vuông", "mm²": "mi li mét vuông", "dm2": "đề xi mét vuông", "dm²": "đề xi mét vuông",
    "dm3": "đề xi mét khối", "dm³": "đề xi mét khối",
    "kN": "ki lô niu tơn",
    "m3": "mét khối", "m³": "mét khối",
    "cm3": "xăng ti mét khối", "cm³": "xăng ti mét khối", "l": "lít", "L": "lít", "ml": "mi li lít", "mL": "mi li lít",
    "°N": "độ vĩ Bắc", "°E": "độ kinh Đông", "°C": "độ xê", "ºC": "độ xê", "oC": "độ xê", "°F": "độ ép", "°": "độ",
    "º": "độ", "kW": "ki lô oát",
    "KW": "ki lô oát",
    "kWh": "ki lô oát giờ", "KWh": "ki lô oát giờ", "kwh": "ki lô oát giờ", "MW": "mê ga oát", "W": "oát", "w": "oát",
    "kV": "ki lô vôn", "KV": "ki lô vôn", "V": "vôn", "Hz": "héc", "kHz": "ki lô héc", "MHz": "mê ga héc",
    "GHz": "gi ga héc", "GB": "gi ga bai", "MB": "mê ga bai", "KB": "ki lô bai", "TB": "tê ra bai",
    "Mbps": "mê ga bít trên giây",
    "dB": "đề xi ben", "ppm": "phần triệu", "h": "giờ", "H": "giờ", "mAh": "mi li am pe giờ",
    "Ah": "am pe giờ", "mA": "mi li am pe", "kVA": "ki lô vôn am pe", "KVA": "ki lô vôn am pe",
    "MVA": "mê ga vôn am pe", "kWp": "ki lô oát pích", "Wh": "oát giờ", "MWh": "mê ga oát giờ", "GW": "gi ga oát",
    "mcg": "mi crô gam", "μg": "mi crô gam", "μm": "mi crô mét", "nm": "na nô mét",
    "dl": "đề xi lít", "hl": "héc tô lít",
    "cc": "xê xê", "CC": "xê xê", "IU": "đơn vị quốc tế", "UI": "đơn vị quốc tế", "kcal": "ki lô ca lo",
    "mmol": "mi li mol", "atm": "át mốt phe", "bar": "ba",
    "kPa": "ki lô pát can", "hPa": "héc tô pát can", "BTU": "bê tê u", "inch": "inh",
    "CV": "mã lực",
    "HP": "mã lực", "Gbps": "gi ga bít trên giây", "Kbps": "ki lô bít trên giây",
    "kbps": "ki lô bít trên giây", "MP": "mê ga píc xeo", "rpm": "vòng trên phút", "ph": "phút", "lux": "lúc",
}  # fmt: skip
UNIT = re.compile(
    rf"(?<=[\d{VULGAR}])(\s?)("
    + "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
    + r")(?:(?![\w²³]|\.\d)|(?=[x×]\d))"
)
UNIT_BEFORE = re.compile(
    r"\d\s?(?:" + "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True)) + r")$"
)
ATTACHED_ONLY = words(
    "h H K k Đ TB KB w CV CC cc MP ph"
)  # with a blank between they are more often a name or a list mark
TENS = re.compile(r"\d\d$")
NIGHTS = re.compile(r"(?<!\w)(\d{1,2})N(\d{1,2})Đ(?!\w)")
HEIGHT = re.compile(r"(?<![\w.,])(\d)m(\d{1,2})(?!\w|[.,]\d)")
TALL = re.compile(r"\b(?:cao|dài|rộng|sâu|ngập|dày|dâng|vạch|mức|cách|ngang)(?: [^\W\d_]{1,8}){0,3} $")
MIXED = re.compile(r"(?<![\w.,])(\d{1,4})(tr|tỷ|t)(\d{1,3})(?![\w.,]\d|\w)")
DOLLARS = re.compile(
    r"(US)?([$€£¥₫])\s?(?=\d)|(?<![\w\d])(?P<name>VNĐ|VND|USD|EUR)\s?(?=[1-9]\d{0,2}(?:[.,]\d{3})+(?!\d))"
)
CURRENCIES = {"$": "đô la", "€": "ơ rô", "£": "bảng Anh", "¥": "yên", "₫": "đồng", "VNĐ": "đồng", "VND": "đồng",
              "USD": "đô la", "EUR": "ơ rô"}  # fmt: skip
FOREIGN_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+")  # $1,200, but $1.200 is written here
PRICE_GROUPS = re.compile(
    r"(?<![\w.,])[1-9]\d{0,2}(?:[ ,]\d{3}){1,3}(?=\s?(?:đ|₫|đồng(?! chí)|VNĐ|VND|vnđ|USD|người|hộ|m2|m²|tấn|con|"
    r"lượt|cây)(?!\w))"
)
THOUSANDS = re.compile(r"(?<![\w.,])[1-9]\d{0,2},000(?![\w]|[.,]\d)")

PER = words(
    "lần tháng năm ngày đêm giờ tuần quý người hộ vụ suất chiếc cái lượt tin phút giây đơn thôn xã buổi con tấn tạ "
    "yến lít bộ trẻ em "
    "cháu khẩu nhà sào cây gói thùng bao học trường lớp xe phòng kg km m m2 m² m3 m³ ha g ml cuộc thẻ sổ hồ nhân "
    "sim tài phiếu chuyến trận tập ván hiệp mẻ lứa vòng xuất hũ lọ ống viên bó mớ quả củ rổ khay vỉ hộp chai can thửa "
    "cặp đôi phần trang nghiệp vé kỳ khóa ca bình xô chậu bể ao lồng chuồng mẫu công luống hàng hố đầu khối tổ đội"
)
RATES = words("h s giờ giây phút l lít ml dl")
RATE_UNITS = {"h": "giờ", "s": "giây", "km": "ki lô mét", "kg": "ki lô gam", "m2": "mét vuông", "m²": "mét vuông",
              "m3": "mét khối", "m³": "mét khối", "m": "mét", "ha": "héc ta", "g": "gam", "l": "lít", "ml": "mi li lít",
              "dl": "đề xi lít", "km2": "ki lô mét vuông", "km²": "ki lô mét vuông", "tr": "triệu",
              "sms": "tin", "th": "tháng"}  # fmt: skip
PHYSICAL = re.compile(r"(?:km|m|m2|m²|m3|m³|l|ml|mg|g|mb|gb|lít|mét|mét khối|ki lô mét|mmol|độ)$")
SPAN = re.compile(
    r"\b(?:lần|viên|liều|cuộc|lượt|bữa|gói|ống|vụ|ca|buổi|đợt)(\s?/\s?)"
    r"(?=\d{1,3}\s?(?:h|giờ|ngày|tuần|tháng|năm|phút|giây|đêm)(?!\w))"
)
PER_UNIT = re.compile(rf"\s?/\s?(?:0?1\s?)?([^\W\d_²³{VULGAR}]+[23²³]?)(?![^\W{VULGAR}]|\.[a-zđ])")
COUNT_BEFORE = re.compile(r"\d[\d.,]*\s?(?:[^\W\d_]{1,8}[23²³%]? ){0,3}[^\W\d_]{0,8}[23²³%‰$]?$")

MONEY_BEFORE = re.compile(r"(?:\d\s?(?:đ|tr|k|%)|đồng|vnđ|vnd|usd|triệu|tỷ|tỉ|nghìn)\s?$")

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SHARE = re.compile(r"(?<![\w.,/-])(\d{1,7}(?:\.\d{3})*)\s?/\s?(\d{1,7}(?:\.\d{3})*)(?![\w/]|[.,]\d)")
VULGARS = re.compile(f"[{VULGAR}]")
FRACTION = re.compile(r"(?<!\d)(\d{1,3})⁄(\d{1,3})(?!\d)")
SIGNED = re.compile(r"(?<![\w)])([-−–+±])(?=\d)")
SHARE_LEADS = words("vòng khoảng gần hơn chiếm quá giảm tăng còn bằng mất trên dưới được")
SHARE_FOLLOWS = words(
    "bát thìa ly lon chai gói kg cân lạng trái củ con liều ống sân mặt đường cuộc bánh ổ vỉ suất ngày giờ buổi "
    "tháng tuần "
    "số diện dân tổng thời chiều lượng quãng tài giá mức viên quả cốc thìa muỗng lít ha sào chén khối dung thu chặng"
)
COLD = re.compile(r"(?:[\d.,]+)\s?(?:°|º|độ|oC)")
PLUS = {"-": "âm", "−": "âm", "–": "âm", "+": "cộng", "±": "cộng trừ"}
APART_K = re.compile(r"(?<![\w.,])[1-9]\d{0,2}[05] (k)(?!\w)")  # 15 k is money, "thôn 5 k có nước" is none
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZĐabcd"
SUFFIXED = re.compile(r"(?:(?<![\w.,])|(?<=[QTHĐC][LTHX]))(\d{1,4})([A-ZĐa-d])(?!\w)")
CODE = re.compile(r"(?<![^\W_])(?<!\d[.,])[A-ZĐ0-9]{1,24}(?:-[A-ZĐ0-9]{1,8}){0,3}(?:(?![^\W_])|(?<=\d)(?=[a-zà-ỹđ]))")
STRETCH = re.compile(r"([A-ZĐ]{1,3})\d{1,3}-\1\d{1,3}")  # mốc M1-M15
RUN = re.compile(r"[A-ZĐ]+|\d+")


def read_prices(page: Page) -> None:
    """Forms only money has: 1tr5, 500,000đ, 500 000 đồng, $100."""
    for found in page.matches(MIXED, "t"):
        if page.is_free(found.start(), found.end()) and (found[2] != "t" or page.word_before(found.start()) == "giá"):
            scale, rest = ("tỷ", "triệu") if found[2] != "tr" else ("triệu", "nghìn")
            tail = int(found[3].ljust(3, "0"))
            spoken = f"{numbers.whole(found[1])} {scale} {numbers.cardinal(tail, page.lexicon.zero)} {rest}"
            page.read(found.start(), found.end(), spoken, Kind.AMOUNT)
    for found in page.matches(NIGHTS, "N", "Đ"):
        page.read(
            found.start(), found.end(), f"{numbers.whole(found[1])} ngày {numbers.whole(found[2])} đêm", Kind.AMOUNT
        )
    for found in page.matches(HEIGHT, "m"):
        if found[2] in {"2", "3"} and not TALL.search(page.before(found.start())):
            continue  # square and cubic metres
        spoken = f"{numbers.whole(found[1])} mét {numbers.cardinal(int(found[2]))}"
        page.read(found.start(), found.end(), spoken, Kind.AMOUNT)
    for found in page.matches(THOUSANDS, ",", run=3):
        page.read(found.start(), found.end(), _grouped(page, found[0]), Kind.AMOUNT)


def read_grouped_prices(page: Page) -> None:
    """Before telephones, which have groups as well: 1 000 000 đồng, $95,000."""
    for found in page.matches(DOLLARS, "$€£¥₫VUE"):
        figure = NUMBER.match(page.text, found.end())
        if figure and page.is_free(found.start(), figure.end()):
            spoken_in = CURRENCIES[found[2] or found[3]]
            written = figure[0].replace(",", "") if FOREIGN_GROUPS.fullmatch(figure[0]) else figure[0]
            if not numbers.GROUPED_BY_DOTS.fullmatch(written):
                written = written.replace(".", ",")
            spoken = f"{numbers.number(written, page.lexicon.zero)} {spoken_in}"
            why = ReadingKind.GUESS if found[3] else None  # USD 26.350 may be what one costs
            page.read(found.start(), figure.end(), spoken, Kind.AMOUNT, why)
    for found in page.matches(PRICE_GROUPS, " ,", run=3):
        page.read(found.start(), found.end(), _grouped(page, found[0]), Kind.AMOUNT)


def _grouped(page: Page, written: str) -> str:
    return numbers.cardinal(int(written.replace(" ", "").replace(",", "")), page.lexicon.zero)


def read_units(page: Page) -> None:
    """Money, percentages and measures behind a figure, and what stands behind their slash."""
    _read_plain_units(page)
    for found in page.matches(SPAN, "/"):  # 4 lần/24h
        if COUNT_BEFORE.search(page.before(found.start())):
            page.read(found.start(1), found.end(1), " trong ")
    for found in page.matches(APART_K, "k", " "):
        lead = page.before(found.start())
        if not is_listed(lead):
            page.read(found.start(1), found.end(), "nghìn", Kind.AMOUNT, ReadingKind.GUESS)


def _read_plain_units(page: Page) -> None:
    for found in page.matches(PER_UNIT, "/"):
        _read_per(page, found)
    for found in UNIT.finditer(page.text):
        if found[1] and found[2] in ATTACHED_ONLY:
            continue
        if found[2] == "K" and not TENS.search(page.before(found.start())):
            continue  # 5K is a slogan, 50K a price
        start = found.start(2)
        measured = page.ending[found.start()]
        if measured is not None and measured.kind is Kind.CODE:
            continue
        page.read(start, found.end(), UNITS[found[2]], Kind.AMOUNT)


def _read_per(page: Page, found: re.Match[str]) -> None:
    """đồng/lần → đồng một lần, km/h → ki lô mét trên giờ; other slashes are left to their own step."""
    if len(found[1]) == 1 and found[1].isupper():
        return  # Q.1/P.2: a letter is no unit
    unit = found[1].lower()
    lead = page.before(found.start())
    chained = page.ending[found.start()]
    measured = (chained is not None and chained.kind is Kind.AMOUNT) or UNIT_BEFORE.search(
        page.text, max(0, found.start() - 20), found.start()
    )
    counted = measured or COUNT_BEFORE.search(lead)
    is_word = unit == found[1] and letters.is_syllable(unit)
    is_unit = len(found[1]) > 1 and found[1] in UNITS
    if not counted or not (
        unit in PER or unit in RATE_UNITS or MONEY_BEFORE.search(lead) or (measured and (is_word or is_unit))
    ):
        return
    if unit[-1] in "23²³" and unit not in RATE_UNITS and not is_unit:
        return
    spoken = RATE_UNITS.get(unit) or UNITS.get(found[1]) or page.lexicon.reading(found[1])
    spoken = spoken or page.lexicon.alone(found[1]) or found[1]
    if spoken == found[1] and (not is_word or len(spoken) == 1 or page.lexicon.begins(spoken)):
        page.read(found.start(), found.start(1), " một ", Kind.AMOUNT)  # wi of wi-fi
        return
    physical = unit in RATES and PHYSICAL.search(lead.rstrip()) is not None
    page.read(found.start(), found.end(), f"{'trên' if physical else 'một'} {spoken}", Kind.AMOUNT)


@cache
def _vulgar(sign: str) -> str:
    part, _, whole = normalize("NFKC", sign).partition("⁄")
    return f"{numbers.cardinal(int(part))} phần {numbers.month(int(whole))}"


def read_shares(page: Page) -> None:
    """3/4 of something → ba phần tư; 15/17 → mười lăm trên mười bảy; ½ → một phần hai."""
    for found in page.matches(FRACTION, "⁄"):
        page.read(
            found.start(),
            found.end(),
            f"{numbers.cardinal(int(found[1]))} phần {numbers.month(int(found[2]))}",
            Kind.AMOUNT,
        )
    for found in page.matches(VULGARS, VULGAR):
        page.read(found.start(), found.end(), _vulgar(found[0]), Kind.AMOUNT)
    for found in page.matches(SHARE, "/"):
        part, whole = int(found[1].replace(".", "")), int(found[2].replace(".", ""))
        zero = page.lexicon.zero
        spoken = [numbers.cardinal(part, zero), "trên", numbers.cardinal(whole, zero)]
        if 0 < part < whole <= 10 and _is_fraction(page, found):
            spoken[1:] = ["phần", numbers.month(whole)]
        page.read(found.start(), found.end(), " ".join(spoken), Kind.AMOUNT)


def _is_fraction(page: Page, found: re.Match[str]) -> bool:
    lead, follow = page.word_before(found.start()), page.word_after(found.end())
    return lead in SHARE_LEADS or follow in SHARE_FOLLOWS


def read_codes(page: Page) -> None:
    """PA05, K3, 12A, H5N1: letters by name, figures as a number, digit by digit behind a zero."""
    for found in page.matches(SUFFIXED, LETTERS):
        lead = found.start() - 1
        if lead >= 0 and page.text[lead].isalpha() and not page.taken[lead]:
            continue  # CT1A is a name, QL1A a road
        spoken = f"{numbers.whole(found[1], page.lexicon.zero)} {letters.spell(found[2])}"
        page.read(found.start(), found.end(), spoken, Kind.CODE)
    for found in page.matches(CODE, LETTERS):
        if page.taken[found.start()] or not (any(map(str.isdigit, found[0])) and any(map(str.isalpha, found[0]))):
            continue
        sides = found[0].split("-") if STRETCH.fullmatch(found[0]) else [found[0]]
        spelled = (" ".join(_code_part(page, part) for part in RUN.findall(side)) for side in sides)
        page.read(found.start(), found.end(), " đến ".join(spelled), Kind.CODE)


def _code_part(page: Page, part: str) -> str:
    if part[0].isdigit():
        return (
            numbers.digit_by_digit(part) if part[0] == "0" or len(part) > 3 else numbers.whole(part, page.lexicon.zero)
        )
    is_word = len(part) > 3 or part in WITH_NUMBERS
    return (page.lexicon.reading(part) if is_word else None) or letters.spell(part)


def read_signs(page: Page) -> None:
    """-5°C → âm năm độ xê; a dash behind a figure is a range and not a sign."""
    for found in SIGNED.finditer(page.text):
        lead = page.text[max(0, found.start() - 3) : found.start()].rstrip()
        if found[1] in "-−–" and (lead[-1:].isdigit() or page.is_amount_before(found.start())):
            continue  # 20%-30%, 5°C-7°C
        if found[1] in "-−–" and not lead and not COLD.match(page.text, found.end()):
            page.silence(found.start(), found.end())
            continue
        page.read(found.start(), found.end(), PLUS[found[1]], Kind.WORD)


def read_numbers(page: Page) -> None:
    """Every figure that is left."""
    taken, zero, read, amount, whole = page.taken, page.lexicon.zero, page.read, Kind.AMOUNT, numbers.whole
    for found in NUMBER.finditer(page.text):
        start, end = found.span()
        if taken.find(1, start, end) < 0:
            written = found[0]
            read(start, end, whole(written, zero) if written.isdecimal() else _figure(page, found), amount)
        elif taken.find(0, start, end) >= 0:
            _read_rest(page, found)


def _figure(page: Page, found: re.Match[str]) -> str:
    written = found[0]
    one_dot = written.count(".") == 1 and "," not in written
    if one_dot and not numbers.GROUPED_BY_DOTS.fullmatch(written) and _is_measured(page, found.end()):
        written = written.replace(".", ",")
    return numbers.number(written, page.lexicon.zero)


def _is_measured(page: Page, end: int) -> bool:
    """Whether a figure counts something: 2.5 kg has a decimal point where 4.0 is a name."""
    unit = page.starting[end] or page.starting[end + 1]
    if unit is not None and unit.spoken in UNIT_READINGS:
        return True
    return page.text[end : end + 7].lstrip().startswith(SCALES)


def _read_rest(page: Page, found: re.Match[str]) -> None:
    """Digits beside a span that an earlier step took a part of."""
    start, end = found.span()
    while start < end:
        stop = page.taken.find(1, start, end)
        stop = end if stop < 0 else stop
        for part in RUN.finditer(page.text, start, stop):
            page.read(part.start(), part.end(), numbers.whole(part[0], page.lexicon.zero), Kind.AMOUNT)
        start = stop + 1


SCALES = ("tỷ", "tỉ", "triệu", "nghìn", "độ")
UNIT_READINGS = frozenset(UNITS.values())
