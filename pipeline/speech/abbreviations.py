"""Abbreviations, brand names and everything else the lexicon knows."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech import letters, numbers
from pipeline.speech.lexicon import LONGEST, LONGEST_HEADING_WORD, Line, is_name
from pipeline.speech.page import Kind, Page, words

WORD = re.compile(r"[^\W_]+")
PART = re.compile(r"[^\W\d_²³¼-¾⅐-⅞]+")  # m² and K½ are two parts
INITIALS = re.compile(
    r"(?<![^\W\d_])(?<!\.)[A-ZĐ][b-df-hj-np-tvxzđ]?(?:\.(?:[A-ZĐ][a-zđ]?|"
    r"\s[A-ZĐ](?![a-zà-ỹđ]))){1,4}(?![^\W\d_])(?:\.(?=\s[a-zà-ỹđ(–-]|\s\d{1,2} tuổi|[,;:)]))?"
)
ROAD = re.compile(
    r"(?<!\w)(?P<kind>(?<=[Cc]ao tốc )CT|QL|TL|ĐT|HL|ĐH|ĐX|ĐL)[ .]?\s?"
    r"(?=\d{1,3}[A-Z]?(?![\w-]|\.\d| \d|[/:]\d{3}))(?!11[1-5])"
)
ROADS = {"QL": "quốc lộ", "TL": "tỉnh lộ", "ĐT": "đường tỉnh", "HL": "hương lộ", "ĐH": "đường huyện",
         "ĐX": "đường xã", "ĐL": "đại lộ", "CT": "cao tốc"}  # fmt: skip
PLACE = re.compile(
    r"(?<!\w)(?P<kind>TP|Tp|TX|Tx|TT|Q|P|H|X|T(?!\.\s?\d|\.Ư(?!\w))|Đ)\.\s?(?=\d|"
    + letters.CAPITAL
    + r"|(?<=Đ\. )(?:liên|trục|vành|nội)\b)"
)
PLACES = {
    "TP": "thành phố",
    "TX": "thị xã",
    "TT": "thị trấn",
    "Q": "quận",
    "P": "phường",
    "H": "huyện",
    "X": "xã",
    "T": "tỉnh",
    "Đ": "đường",
}
STANDING = re.compile(r"TT\.\s?(?:ĐU|HU|TU|HĐND|UBND|Đảng|Huyện ủy|Tỉnh ủy|Thành ủy|MTTQ|UBMTTQ)(?!\w)")  # no town
SUNDAY = re.compile(r"(?<![\w&])(?<![^\W\d]-)CN(?![\w&]|-[A-ZĐ])")
NO_SUNDAY = words("cụm khu kcn ngành vùng giấy bằng cây")  # cụm CN, cây CN
WEEKDAY = re.compile(r"(?<!\w)(?:t\.?[2-7]|thứ (?:[2-7]|hai|ba|tư|năm|sáu|bảy))(?!\w)")
HOUR_BEFORE = re.compile(r"\d\s?[hg](?:[0-5]\d)?['’]?\s(?:(?:sáng|trưa|chiều|tối|đêm)\s)?$")
SPAN_BEFORE = re.compile(r"(?:t\.?|thứ )(?:([2-6])|7)(\s?[-–]\s?)$")
WEEKDAY_AFTER = re.compile(rf"(?:[\s,;–-]|và|hoặc|^)*{WEEKDAY.pattern}")
SUBJECT_CONTEXT = 120  # characters
OFFICE_BEFORE = r"(?<=\b(?:Bộ|Sở) )(?<!Đảng Bộ )(?<!Cán Bộ )(?<!Nội Bộ )(?<!Cơ Sở )"
RULES = r"(?! (?:nông thôn|NTM|quốc gia|xã|đánh giá|chuyển đổi))"  # Bộ TC nông thôn mới: rules, no ministry
WARD = "bs|bác sĩ|y sĩ|điều dưỡng|hộ sinh|nhà thuốc|quầy thuốc|hiệu thuốc"
LISTED = r"(?! (?:hộ|cử tri|học sinh|người|trẻ|bệnh nhân|đối tượng|kèm|đề nghị|tiêm|khám))"
CANDIDATES = "thí sinh|xét tuyển|tuyển sinh|đkxt|đkdt|điểm chuẩn|trúng tuyển"
CAPITALS = re.compile("[A-ZĐ]{2,3}")  # what must stand in a text: most have none of them
SUBJECTS = tuple(
    (CAPITALS.findall(written)[0], re.compile(rf"{written}(?![\w&-])"), spoken, re.compile(rf"\b(?:{subject})\b"))
    for written, spoken, subject in (
        (r"(?<=\d )NV", "nguyện vọng", CANDIDATES),
        (r"(?<=[\dđrk])/NV", "một nguyện vọng", CANDIDATES),
        (r"(?<![\w&-])THT", "tụ huyết trùng", "lmlm|tiêm|v[ắa]c xin|vaccine|mắc|lở mồm long móng|ổ dịch|bệnh"),
        (r"(?<![\w&-])TL(?=:? ?1[/:]\d{3})", "tỷ lệ", ""),
        (OFFICE_BEFORE + "TC" + RULES, "tài chính", ""),
        (r"(?<=\bBộ )(?<!Đảng Bộ )(?<!Cán Bộ )(?<!Nội Bộ )TP(?!\.)", "tư pháp", ""),
        (r"(?<=\bPhó )TP(?!\.| HCM)", "trưởng phòng", ""),
        (r"(?<=\bBộ )NG", "ngoại giao", ""),
        (r"(?<=\bSở )CT", "công thương", ""),  # Bộ CT may be bộ chính trị
        (r"(?<=\bBan )TC", "tổ chức", ""),
        (r"(?<=\bBan )TG", "tuyên giáo", ""),
        (r"(?<=\bBan )DV", "dân vận", ""),
        (r"(?<=\bBan )NC", "nội chính", ""),
        (r"(?:(?<=,\d )|(?<=,\d\d )|(?<=,\d{3} ))BTC", "bitcoin", ""),
        (r"(?<=\d )BTC", "bitcoin", "tiền ảo|tiền số|tiền mã hóa|coin|bitcoin|usdt|eth|ví điện tử"),
        (r"(?<=\d )DS" + LISTED, "dược sĩ", WARD),
        (r"(?<=\d )NHS", "nữ hộ sinh", WARD),
        (r"(?<=\d )ĐD", "điều dưỡng", WARD),
        (r"(?<=\d )YS", "y sĩ", WARD),
    )
)
CALLED = {"a": "anh", "c": "chị", "ô": "ông", "b": "bà", "e": "em"}
PERSON = re.compile(r"((?<=[ (])[acôbe]|^ô)\.(?=\s?" + letters.CAPITAL + letters.SMALL + r")")
PERSON_BEFORE = re.compile(
    r"(?:\b(?:gặp|hệ|cho|với|của|do|gọi|hỏi|báo|mời|cùng|và|đ/c)|\b(?:anh|chị|ông|bà|[acôbe]\.) [^,.;\n]{2,20},) $|"
    r"[\d\w][ ,]?\($|\b(?:gặp|lh|liên hệ): $"
)
NAME = re.compile(rf"\s?{letters.CAPITAL}[^\W\d_]*(?: {letters.CAPITAL}[^\W\d_]*){{0,3}}(?=[).]|\s?[-–:,(]|\s0\d|$)")
TELEPHONE = re.compile(r"[^;\n]{2,60}?0\d{2,3}[ .-]?\d{3}")
PREPOSITIONS = words("ở tại từ đến về vào qua thuộc gần trú cư trụ và cả toàn các trên dưới")
OFFICE = re.compile(
    r"(?:Hành chính|Tổ chức|Kế toán|Kế hoạch|Nội vụ|Tư pháp|Giáo dục|Văn hóa|Y tế|Kinh tế|Tài chính|Tiếp|Đào "
    r"tạo|Nông nghiệp|"
    r"Quản lý|Lao động|Công tác|Một cửa|Họp|Khám|Cấp cứu|Tham mưu|Cảnh sát|An ninh|Kỹ thuật|Giao dịch|GD|LĐ|VH|"
    r"TC|KH|CS|KT)"
)
ROOM = re.compile(r"\d{3}")
PEOPLE = words("anh chị ông bà em cháu cô chú bác cụ bé thị văn tên đối tượng bị can bị cáo nạn nhân")
NUMERALS = frozenset([*numbers.DIGITS, "mười", "mươi", "mốt", "lăm", "trăm", "nghìn"])
LETTERED = words("điểm mục khoản nhóm vitamin chữ")
EQUAL_K = re.compile(r"(?<![\w.])k(?=\s?[=≈])")  # k = 2 is a figure, whatever it stands for
SINGLE_K = re.compile(r"(?<![\w.])k(?= +[^\W\d_])")
DOUBTED_K = re.compile(r"""(?<![^\s(])k(?= ?\?| +\d| +_| +[^\w\s.,;:!?…)\]}"”’'|–—-])""")


def read_operators_words(page: Page) -> None:
    """The station's own lexicon comes before every rule of ours."""
    if page.lexicon.entries:
        _read_lexicon(page, own=True)


def read_by_subject(page: Page) -> None:
    """10 NV of candidates are their choices, Bộ TC is a ministry; what a sentence is about may stand far off."""
    for capitals, pattern, spoken, subject in SUBJECTS:
        for found in pattern.finditer(page.text) if capitals in page.text else ():
            if page.is_free(found.start(), found.end()) and subject.search(_sentence(page.text, found.start())):
                page.read(found.start(), found.end(), spoken, why=ReadingKind.AMBIGUOUS)


def _sentence(text: str, place: int) -> str:
    """What stands around a place, as far as the sentence goes and SUBJECT_CONTEXT reaches."""
    begin = max(text.rfind(". ", max(0, place - SUBJECT_CONTEXT), place), place - SUBJECT_CONTEXT, 0)
    end = text.find(". ", place, place + SUBJECT_CONTEXT)
    return text[begin : end if end >= 0 else place + SUBJECT_CONTEXT].lower()


def read_abbreviations(page: Page) -> None:
    """UBND, CCCD, TP.HCM, zalo: the longest entry that fits."""
    _read_lexicon(page, own=False)


def _read_lexicon(page: Page, *, own: bool) -> None:
    known, taken = page.lexicon.first_words(own=own), page.taken
    for found in WORD.finditer(page.text):
        start, end = found.span()
        if taken.find(0, start, end) < 0:
            continue
        word = found[0]
        if word.lower() in known and _read_word(page, start, word, own=own):
            continue
        if not (word.isalpha() or word.isdecimal()):
            for part in PART.finditer(page.text, start, end):
                if own or not is_name(page.text, part.start(), part.end()):
                    _read_word(page, part.start(), part[0], own=own)


def _read_word(page: Page, start: int, word: str, *, own: bool) -> bool:
    text = page.text
    until = page.taken.find(1, start, start + LONGEST)  # km/h is read as km where /h has been read
    hit = page.lexicon.match(text, start, word, until if until > start else len(text), own=own)
    if hit is None:
        return False
    begin, end, line = hit
    entry = line.entry
    if not (own or entry.after or entry.before) and _is_heading_word(text, begin, end):
        return False
    if entry.write.endswith(".") and not text[end : end + 40].strip():
        end -= 1  # it also ends the sentence
    if own:
        return page.read(begin, end, entry.read)
    spoken = text[begin:end]
    if entry.read != entry.write:
        spoken = said_once(page, begin, entry.read) if spoken[0].isalpha() else entry.read
    return page.read(begin, end, spoken, why=_why(line))


def said_once(page: Page, start: int, spoken: str) -> str:
    """What is still to be said where the text has begun it: Trạm TYT → Trạm y tế, đường ĐT.354 → đường tỉnh."""
    parts, said = spoken.split(" "), page.before(start).split(" ")
    if said.pop() != "":  # a blank parts the two
        return spoken
    for count in range(min(3, len(parts) - 1), 0, -1):
        if said[-count:] == parts[:count]:
            return " ".join(parts[count:])
    return spoken


def _why(line: Line) -> ReadingKind:
    if line.is_ambiguous:
        return ReadingKind.AMBIGUOUS
    return ReadingKind.ABBREVIATION if line.exact or len(line.entry.write) < 5 else ReadingKind.FOREIGN


def _is_heading_word(text: str, begin: int, end: int) -> bool:
    """Whether capitals stand among others and may be a word."""
    if end - begin > LONGEST_HEADING_WORD or not text[begin:end].isupper() or not letters.is_syllable(text[begin:end]):
        return False
    around = (text[max(0, begin - 12) : begin].split()[-1:], text[end : end + 12].split()[:1])
    return any(word and len(word[0]) > 1 and word[0].isupper() and letters.is_syllable(word[0].strip(",.;:!?\"“”()"))
               for word in around)  # fmt: skip


def read_places(page: Page) -> None:
    """Q.1, P. Lê Lợi, TX. Sơn Tây; but Nguyễn Văn H. stays a person. CN in a week is its Sunday."""
    for found in page.matches(SUNDAY, "C", "N"):
        lead = page.before(found.start())
        if lead.endswith(" ") and page.word_before(found.start()) in NO_SUNDAY:
            continue
        in_week = ("t" in lead and WEEKDAY.search(lead)) or HOUR_BEFORE.search(lead)
        if in_week or WEEKDAY_AFTER.match(page.after(found.end())):
            page.read(found.start(), found.end(), "chủ nhật", why=ReadingKind.AMBIGUOUS)
            span = SPAN_BEFORE.search(lead)
            if span:
                page.read(found.start() - len(span[2]), found.start(), " đến " if span[1] else ", ")
    for found in page.matches(PLACE, "."):
        kind = found["kind"].upper()
        written = page.text[max(0, found.start() - 30) : found.start()].split()
        last = written[-1] if written else ""
        named = last.istitle() and last.isalpha() and last.lower() not in PREPOSITIONS
        if len(kind) == 1 and (page.word_before(found.start()) in PEOPLE or named):
            continue
        is_room = kind == "P" and (ROOM.match(page.text, found.end()) or OFFICE.match(page.text, found.end()))
        place = "thường trực" if STANDING.match(page.text, found.start()) else "phòng" if is_room else PLACES[kind]
        page.read(found.start(), found.end(), place + " ")


def read_persons(page: Page) -> None:
    """Gặp a. Tuấn, c. Hoa: as people write in haste; a list has its a. and b. at the beginning of a part."""
    for found in page.matches(PERSON, "."):
        lead = page.before(found.start())
        if lead.endswith(("(", ": ")) and not NAME.match(page.text, found.end()):
            continue
        called = lead.endswith(": ") and TELEPHONE.match(page.text, found.end())
        if not found.start() or called or PERSON_BEFORE.search(lead):
            page.read(found.start(), found.end(), CALLED[found[1]])


def read_roads(page: Page) -> None:
    """QL5, ĐT 360: before telephones, where ĐT is one."""
    for found in page.matches(ROAD, "QTHĐC", "LTHX"):
        page.read(found.start(), found.end(), said_once(page, found.start(), ROADS[found["kind"]] + " "))


def read_initials(page: Page) -> None:
    """N.V.A, as people are named whose name is withheld."""
    for found in page.matches(INITIALS, "."):
        page.read(found.start(), found.end(), letters.spell(found[0]), Kind.CODE)


def read_short_negation(page: Page) -> None:
    """A lone k between words is "không"; swallowing it would turn a warning round."""
    for found in page.matches(EQUAL_K, "k", "=≈"):
        page.read(found.start(), found.end(), "ca", Kind.CODE, ReadingKind.GUESS)
    for found in page.matches(SINGLE_K, "k", " "):
        is_letter = page.word_before(found.start()) in LETTERED or page.word_after(found.end()) in NUMERALS
        is_letter = is_letter or page.word_before(found.start()) in NUMERALS
        if not is_letter and not page.before(found.start()).rstrip()[-1:].isdigit():
            page.read(found.start(), found.end(), "không")
    for found in page.matches(DOUBTED_K, "k"):
        if page.word_before(found.start()) not in LETTERED and not page.before(found.start()).rstrip()[-1:].isdigit():
            page.read(found.start(), found.end(), "không", why=ReadingKind.GUESS)
