"""Written Vietnamese → the words as spoken. The order of the steps is the documentation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.domain import Reading, SpeechText
from pipeline.speech import abbreviations, amounts, dates, leftovers, markup, references, romans, telephones, times, web
from pipeline.speech.clean import compose_nfc
from pipeline.speech.lexicon import Lexicon
from pipeline.speech.page import Claim, Kind, Page, Step
from pipeline.unicode_text import compose

STEPS: tuple[Step, ...] = (
    markup.silence_markup,
    markup.silence_list_marks,
    markup.read_closings,  # ./. at the end
    markup.silence_emoji,
    abbreviations.read_operators_words,  # the station knows best
    web.read_web_addresses,
    web.read_hashtags,
    references.read_decision_numbers,  # 830/QĐ-TTg before dates: both have slashes
    abbreviations.read_roads,
    telephones.read_plates,
    telephones.read_telephones,  # 0988.123.456 before amounts: both have dots
    dates.read_joined_dates,
    dates.read_dates,  # 5/9 before shares: 3/4 is left to those
    dates.read_days_and_months,
    times.read_times,
    telephones.read_accounts,
    telephones.read_hotlines,  # 113 after "gọi", digit by digit
    amounts.read_prices,
    romans.read_roman_numerals,  # before abbreviations: II is no acronym
    amounts.read_units,  # đ, %, kg behind a figure, /tháng behind those
    abbreviations.read_initials,  # N.T.H before places: T.H is no province
    abbreviations.read_places,  # Q.1, P. Lê Lợi
    abbreviations.read_abbreviations,
    abbreviations.read_short_negation,
    amounts.read_ordinals,
    times.read_lengths_of_time,
    amounts.read_shares,
    amounts.read_codes,
    amounts.read_signs,
    amounts.read_numbers,  # every figure that is left
    leftovers.read_dashes,  # "đến" between two amounts
    leftovers.read_points,
    leftovers.read_slashes,
    leftovers.read_signs_left,
    leftovers.list_unknown,
)

PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
BLANKS = re.compile(r"\s+")
BLANK_BEFORE_STOP = re.compile(r" +(?=[.,;!?…)”](?!\w))(?!\.\.\.)")
LEADING_DASH = re.compile(r"^(?:[-–—•+]+(?: +|(?=\w)))+")
OPENING = " \t\n\"'“‘«([{*_-–—•#"
ENDING = ".!?"
FORGOTTEN_BLANK = re.compile(r"(?<=[^\W\d_][,;:!?])(?=[^\W\d_])|(?<=[a-zà-ỹ]\.)(?=[A-ZĐ](?!\.))")
GLUED = re.compile(r"[a-zà-ỹ][.,;:!?]$")  # huyện.UBND: a blank was forgotten
ABBREVIATED = re.compile(r"(?:\.\.|(?:^|[\s(])[A-ZĐ]\.)$")  # tội phạm...; anh A. end no sentence


def read_paragraphs(text: str, lexicon: Lexicon) -> SpeechText:
    """A whole text. Paragraphs are parted by blank lines; a line break inside one is a space. Never raises."""
    cleaned, origins = compose_nfc(text)
    paragraphs: list[str] = []
    readings: list[Reading] = []
    unknown: list[Reading] = []
    position = 0
    for part in [*PARAGRAPH.finditer(cleaned), None]:
        end = part.start() if part else len(cleaned)
        spoken = _read_paragraph(cleaned[position:end], origins[position:end], lexicon, readings, unknown)
        if spoken:
            paragraphs.append(spoken)
        position = part.end() if part else end
    return SpeechText(tuple(paragraphs), tuple(readings), tuple(unknown))


def read_one_line(line: str, lexicon: Lexicon) -> SpeechText:
    """One line, as exactly one paragraph (empty if nothing is to be spoken). Line breaks in it count as spaces."""
    cleaned, origins = compose_nfc(line)
    readings: list[Reading] = []
    unknown: list[Reading] = []
    spoken = _read_paragraph(cleaned.replace("\n", " "), origins, lexicon, readings, unknown)
    return SpeechText((spoken,), tuple(readings), tuple(unknown))


def _read_paragraph(
    text: str, origins: Sequence[int], lexicon: Lexicon, readings: list[Reading], unknown: list[Reading]
) -> str:
    page = Page(text, lexicon)
    for step in STEPS:
        step(page)
    claims = sorted(page.claims, key=lambda claim: claim.start)
    spoken = _compose(text, claims)
    for claim in claims:
        if claim.kind is Kind.SILENT or (claim.kind is Kind.WORD and claim.spoken == text[claim.start : claim.end]):
            continue
        written = text[claim.start : claim.end]
        blanks = len(written) - len(written.lstrip())
        reading = Reading(written.strip(), claim.spoken.strip(), origins[claim.start + blanks])
        readings.append(reading)
        if claim.kind is Kind.UNKNOWN:
            unknown.append(reading)
    return spoken


def _compose(text: str, claims: Sequence[Claim]) -> str:
    """The claims in the written text: blanks where two words would touch, a capital where a sentence begins."""
    pieces: list[str] = [""]
    position = 0
    fresh = True  # nothing of this sentence has been emitted yet
    for claim in claims:
        plain = text[position : claim.start]
        if plain:
            pieces.append(plain)
            fresh = _begins_sentence(plain, fresh)
        position = claim.end
        spoken = claim.spoken
        if spoken:
            pieces.append(_parted(pieces[-1], spoken))
            capital = fresh and claim.kind is not Kind.SILENT and spoken != text[claim.start : claim.end]
            pieces.append(spoken[0].upper() + spoken[1:] if capital else spoken)
            fresh = claim.kind is Kind.SILENT
        following = text[position : position + 1]
        if following.isalnum() and (pieces[-1][-1:].isalnum() or spoken[-1:] in {",", "."}):
            pieces.append(" ")
    pieces.append(text[position:])
    joined = LEADING_DASH.sub("", BLANKS.sub(" ", "".join(pieces)).strip())
    return compose(FORGOTTEN_BLANK.sub(" ", BLANK_BEFORE_STOP.sub("", joined)))


def _parted(said: str, spoken: str) -> str:
    """The blank, if one is needed, between what has been said and the words of a claim."""
    return " " if said[-1:].isalnum() and spoken[0].isalnum() else ""


def _begins_sentence(plain: str, fresh: bool) -> bool:
    """Whether what follows these written characters begins a sentence."""
    trimmed = plain.rstrip(OPENING)
    if not trimmed:
        return fresh
    gap = len(trimmed) < len(plain)
    return (gap or GLUED.search(trimmed[-2:]) is not None) and trimmed[-1] in ENDING and not ABBREVIATED.search(trimmed)
