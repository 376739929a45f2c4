"""What stands in brackets and says once more what was just said."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech.page import Kind, Page, words

BRACKETS = re.compile(r"(?P<gap>\s?)\((?P<inner>[^()\n]{1,90})\)")
LEAD = 100  # characters before a bracket that it may repeat
LONGEST_UNIT = 12  # characters
SLASH = re.compile("/")
PER = re.compile(r"(?:/[^\W\d_]{2,12}){1,3}(?![\w/])")  # 500.000 đồng (năm trăm nghìn đồng)/hộ
DIGIT = re.compile(r"\d")
SAID = re.compile(r"[^\W_]+")
FRAME = re.compile(r"^(?:số tiền )?(?:viết |ghi )?bằng chữ | chẵn$")
SAME = {"linh": "lẻ", "ngàn": "nghìn", "tư": "bốn", "nhăm": "lăm", "tỉ": "tỷ"}
NUMERALS = words("không một hai ba bốn năm sáu bảy tám chín mười mươi mốt lăm trăm nghìn triệu tỷ lẻ phẩy")


def silence_repeats(page: Page) -> None:
    """02 (hai) viên, căn cước công dân (CCCD): what is heard twice is said once. Two figures that differ are listed."""
    for found in page.matches(BRACKETS, "("):
        start, end = found.end("gap"), found.end()
        said = _compared(_spoken(page, *found.span("inner")))
        if not said:
            continue
        lead = _compared(_spoken(page, max(0, start - LEAD), start, len(said) + 20))
        if _repeats(lead.split(), said.split()):
            if page.taken[found.start()] == 0:
                start = found.start()  # the blank is no part of another claim
            page.read_anew(start, end, "", Kind.SILENT, ReadingKind.SIGN)
            rates = PER.match(page.text, end) if said.split()[0] in NUMERALS else None
            for slash in SLASH.finditer(page.text, end, rates.end()) if rates else ():
                page.read_anew(slash.start(), slash.end(), " một ", Kind.WORD, ReadingKind.MEASURE)
        elif not DIGIT.search(found["inner"]):
            _list_contradiction(page, start, said)


def _repeats(lead: list[str], said: list[str]) -> bool:
    """Whether these words were said last; twelve does not end in two."""
    before = lead[: -len(said)]
    goes_on = said[0] in NUMERALS and before and before[-1] in NUMERALS
    return lead[-len(said) :] == said and not goes_on


def _list_contradiction(page: Page, position: int, said: str) -> None:
    """03 (hai) bản, 3.000.000 đồng (hai triệu đồng): one of the two is a slip."""
    end = position
    while position - end < LONGEST_UNIT and end and page.ending[end] is None:
        end -= 1
    figure = page.ending[end]
    if figure is None or figure.kind is not Kind.AMOUNT:
        return
    unit = _compared(_spoken(page, end, position))
    if not said.endswith(unit):
        return  # 12 tháng (một năm)
    counted = said.removesuffix(unit).split()
    if counted and NUMERALS.issuperset(counted) and counted != _compared(figure.spoken).split():
        page.read_anew(figure.start, figure.end, figure.spoken, figure.kind, ReadingKind.GUESS)


def _spoken(page: Page, start: int, end: int, enough: int = 1_000) -> str:
    """What is said between two places, its last characters where they are enough; nothing of a claim beyond them."""
    parts: list[str] = []
    length = 0
    while end > start and length < enough:
        claim = page.ending[end]
        if claim is not None and claim.start >= start:
            parts += [" ", claim.spoken, " "]
            length += len(claim.spoken) + 1
            end = claim.start
        elif page.taken[end - 1]:
            break
        else:
            parts.append(page.text[end - 1])
            length += 1
            end -= 1
    return "".join(reversed(parts))


def _compared(words: str) -> str:
    """Words as they are compared: one of two that mean the same, no signs, nothing that only frames an amount."""
    plain = FRAME.sub("", " ".join(SAID.findall(words.lower())))
    return " ".join(SAME.get(word, word) for word in plain.split())
