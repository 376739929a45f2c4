"""The claims in the written text: the words as spoken, and where each of their characters was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from pipeline.speech.page import Claim, Kind
from pipeline.unicode_text import compose

SILENT = Kind.SILENT  # looked up once, not for each of a million claims
NOWHERE, SPOKEN = -1, -2  # a blank that was put in; what stands for other writing

# all but a single space, which is most of a text
BLANKS = re.compile(r"\s(?:\s+|(?<! ))")
OUTER = re.compile(r"\A | \Z")
LEADING_DASH = re.compile(r"^(?:[-–—•+]+(?: +|(?=\w)))+")
BLANK_BEFORE_STOP = re.compile(r" +(?=[.,;!?…)”](?!\w))(?!\.\.\.)")
# the stop comes first, so that nothing else of a text is looked at twice
FORGOTTEN_BLANK = re.compile(r"[,;:!?.](?:(?<=[^\W\d_][,;:!?])(?=[^\W\d_])|(?<=[a-zà-ỹ]\.)(?=[A-ZĐ](?!\.)))")
TIDYING = ((LEADING_DASH, ""), (BLANK_BEFORE_STOP, ""), (FORGOTTEN_BLANK, r"\g<0> "))

OPENING = " \t\n\"'“‘«([{*_-–—•#"
ENDING = ".!?"
GLUED = re.compile(r"[a-zà-ỹ][.,;:!?]$")  # huyện.UBND: a blank was forgotten
ABBREVIATED = re.compile(r"(?:\.\.|(?:^|[\s(])[A-ZĐ]\.)$")  # tội phạm...; anh A. end no sentence
CALLED = re.compile(r" [acôbe]\.$")  # gặp a. Tuấn


def words_of(text: str, claims: Sequence[Claim]) -> str:
    """What is spoken: blanks where two words would touch, a capital where a sentence begins."""
    spoken = BLANKS.sub(" ", "".join(_pieces(text, claims)[0])).strip()
    for pattern, put in TIDYING:
        spoken = pattern.sub(put, spoken)
    return compose(spoken)


def traced(text: str, claims: Sequence[Claim]) -> tuple[str, list[int]]:
    """What is spoken, and of each of its characters the place in the text it is left from, else NOWHERE or SPOKEN."""
    pieces, starts = _pieces(text, claims)
    spoken = "".join(pieces)
    places = list(
        chain.from_iterable(
            range(start, start + len(piece)) if start >= 0 else [start] * len(piece)
            for piece, start in zip(pieces, starts, strict=True)
        )
    )
    for pattern, put in ((BLANKS, " "), (OUTER, ""), *TIDYING):
        spoken, places = _tidied(pattern, put, spoken, places)
    return spoken, places


def _tidied(pattern: re.Pattern[str], put: str, spoken: str, places: list[int]) -> tuple[str, list[int]]:
    kept: list[int] = []
    position = 0
    for found in pattern.finditer(spoken):
        start, end = found.span()
        kept += places[position:start]
        if put == " ":
            kept.append(places[start])
        elif put:
            kept += [*places[start:end], NOWHERE]
        position = end
    return (pattern.sub(put, spoken), kept + places[position:]) if position else (spoken, places)


def _pieces(text: str, claims: Sequence[Claim]) -> tuple[list[str], list[int]]:
    """What is emitted in turn, and where it is left from."""
    pieces: list[str] = []
    starts: list[int] = []
    emit, place = pieces.append, starts.append
    last = " "  # what was emitted last
    position = 0
    fresh = True  # nothing of this sentence has been emitted yet
    for start, end, spoken, kind, _ in claims:
        if position < start:
            plain = text[position:start]
            emit(plain)
            place(position)
            last = plain[-1]
            fresh = _begins_sentence(plain, fresh)
        position = end
        if spoken:
            written = text[start:end]
            touches = last == "." and spoken[0].isupper() and spoken != written  # X.#AnToan is no X.An
            if touches or (last.isalnum() and spoken[0].isalnum()):
                emit(" ")
                place(NOWHERE)
            capital = fresh and kind is not SILENT and spoken != written
            emit(spoken[0].upper() + spoken[1:] if capital else spoken)
            place(start if spoken == written else NOWHERE if spoken.isspace() else SPOKEN)
            last = spoken[-1]
            fresh = kind is SILENT and (fresh or spoken.strip()[-1:] in ENDING)
        if ((last in ",." and spoken) or last.isalnum()) and text[end : end + 1].isalnum():
            emit(" ")
            place(NOWHERE)
            last = " "
    emit(text[position:])
    place(position)
    return pieces, starts


def _begins_sentence(plain: str, fresh: bool) -> bool:
    """Whether what follows these written characters begins a sentence."""
    trimmed = plain.rstrip(OPENING)
    if not trimmed:
        return fresh
    gap = len(trimmed) < len(plain)
    if trimmed[-1] not in ENDING or ABBREVIATED.search(trimmed):
        return False
    return not CALLED.search(trimmed) if gap else GLUED.search(trimmed[-2:]) is not None
