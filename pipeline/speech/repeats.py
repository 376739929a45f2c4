"""What stands in brackets and says once more what was just said."""

from __future__ import annotations

import re

from pipeline.domain import ReadingKind
from pipeline.speech.page import Kind, Page, words

BRACKETS = re.compile(r"(?P<gap>\s?)\((?P<inner>[^()\n]{1,90})\)")
LEAD = 100  # characters before a bracket that it may repeat
LONGEST_UNIT = 12  # characters
DIGIT = re.compile(r"\d")
SAID = re.compile(r"[^\W_]+")
FRAME = re.compile(r"^(?:số tiền )?(?:viết |ghi )?bằng chữ | chẵn$")
SAME = {"linh": "lẻ", "ngàn": "nghìn", "tư": "bốn", "nhăm": "lăm", "tỉ": "tỷ"}
NUMERALS = words("không một hai ba bốn năm sáu bảy tám chín mười mươi mốt lăm trăm nghìn triệu tỷ lẻ phẩy")


def silence_repeats(page: Page) -> None:
    """02 (hai) viên, căn cước công dân (CCCD): what is heard twice is said once. Two figures that differ are listed."""
    for found in page.matches(BRACKETS, "("):
        start, end = found.span()
        said = _compared(_spoken(page, *found.span("inner")))
        if not said:
            continue
        lead = _compared(_spoken(page, max(0, start - LEAD), start, len(said) + 20))
        if f" {lead}".endswith(f" {said}"):
            page.read_anew(found.start("gap"), end, "", Kind.SILENT, ReadingKind.SIGN)
        elif not DIGIT.search(found["inner"]):
            _list_contradiction(page, start, said)


def _list_contradiction(page: Page, position: int, said: str) -> None:
    """03 (hai) bản, 3.000.000 đồng (hai triệu đồng): one of the two is a slip."""
    end = position
    while position - end < LONGEST_UNIT and end and page.ending[end] is None:
        end -= 1
    figure = page.ending[end]
    if figure is None or figure.kind is not Kind.AMOUNT:
        return
    unit = _compared(_spoken(page, end, position))
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
