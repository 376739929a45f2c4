"""Written Vietnamese → the words as spoken. The order of the steps is the documentation."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pipeline.domain import Reading, ReadingKind, SpeechText
from pipeline.speech import (
    abbreviations,
    again,
    amounts,
    dashes,
    dates,
    guesses,
    leftovers,
    lists,
    lone_letters,
    markup,
    names,
    ordinals,
    references,
    repeats,
    romans,
    telephones,
    times,
    web,
)
from pipeline.speech.clean import VULGAR, compose_nfc
from pipeline.speech.lexicon import Lexicon
from pipeline.speech.page import Kind, Page, Step
from pipeline.speech.spoken import words_of

FIGURES = "0123456789"
# a step runs where one of its signs stands in the text; "" stands for all texts
STEPS: tuple[tuple[Step, ReadingKind, str], ...] = (
    (telephones.read_dialled_codes, ReadingKind.HOTLINE, FIGURES),  # *101#, whose stars are no markup
    (telephones.read_keys, ReadingKind.HOTLINE, "*#"),
    (markup.silence_markup, ReadingKind.SIGN, ""),
    (markup.silence_list_marks, ReadingKind.SIGN, ""),
    (markup.read_closings, ReadingKind.SIGN, "/"),  # ./. at the end
    (markup.silence_emoji, ReadingKind.SIGN, ""),
    (abbreviations.read_operators_words, ReadingKind.OWN, ""),  # the station knows best
    (web.read_web_addresses, ReadingKind.ADDRESS, "."),
    (web.read_files, ReadingKind.ADDRESS, "."),
    (web.read_endings, ReadingKind.ADDRESS, "."),  # .vip, .apk
    (web.read_hashtags, ReadingKind.ADDRESS, "#@"),
    (references.read_decision_numbers, ReadingKind.PAPER, "/"),  # 830/QĐ-TTg before dates: both have slashes
    (references.read_clauses, ReadingKind.PAPER, FIGURES),
    (abbreviations.read_roads, ReadingKind.ABBREVIATION, FIGURES),
    (telephones.read_plates, ReadingKind.CODE, FIGURES),
    (amounts.read_grouped_prices, ReadingKind.MONEY, FIGURES),
    (telephones.read_filed_codes, ReadingKind.CODE, FIGURES),  # mã hồ sơ H24.12-251103: no range, no decimal
    (telephones.read_registrations, ReadingKind.CODE, "-"),
    (names.read_addresses_of_machines, ReadingKind.CODE, FIGURES),
    (telephones.read_telephones, ReadingKind.HOTLINE, FIGURES),  # 0988.123.456 before amounts: both have dots
    (ordinals.read_days_in_a_week, ReadingKind.NUMBER, FIGURES),  # các ngày 2, 4, 6 hằng tuần: before lists and dates
    (lists.read_ratios, ReadingKind.NUMBER, ":/"),  # tỷ lệ 1:10, 1/3: neither a time nor a day
    (lists.read_lists, ReadingKind.NUMBER, ",/"),  # thôn 1,2,3: no decimal
    (dates.read_joined_dates, ReadingKind.DATE, FIGURES),
    (dates.read_dates, ReadingKind.DATE, FIGURES),  # 5/9 before shares: 3/4 is left to those
    (dates.read_days_and_months, ReadingKind.DATE, FIGURES),
    (times.read_times, ReadingKind.TIME, FIGURES),
    (names.read_named, ReadingKind.CODE, FIGURES),  # mã đơn 88213, chuyến bay VN1234
    (telephones.read_accounts, ReadingKind.ACCOUNT, FIGURES),
    (telephones.read_chains, ReadingKind.HOTLINE, FIGURES),  # 113-114-115
    (telephones.read_hotlines, ReadingKind.HOTLINE, FIGURES),  # 113 after "gọi", digit by digit
    (amounts.read_prices, ReadingKind.MONEY, FIGURES),
    (romans.read_roman_numerals, ReadingKind.ROMAN, "IVXLCDM"),  # before abbreviations: II is no acronym
    (abbreviations.read_by_subject, ReadingKind.ABBREVIATION, "NTSĐ"),  # 10 NV of candidates, TL 1/500, Bộ TC
    (amounts.read_units, ReadingKind.MEASURE, FIGURES + VULGAR),  # đ, %, kg behind a figure, /tháng behind those
    (lone_letters.read_lone_letters, ReadingKind.MEASURE, FIGURES + VULGAR),
    (abbreviations.read_initials, ReadingKind.CODE, "."),  # N.T.H before places: T.H is no province
    (abbreviations.read_persons, ReadingKind.ABBREVIATION, "."),
    (abbreviations.read_places, ReadingKind.ABBREVIATION, ""),  # Q.1, P. Lê Lợi
    (abbreviations.read_abbreviations, ReadingKind.ABBREVIATION, ""),
    (abbreviations.read_short_negation, ReadingKind.ABBREVIATION, ""),
    (ordinals.read_ordinals, ReadingKind.NUMBER, FIGURES),
    (times.read_lengths_of_time, ReadingKind.TIME, FIGURES),
    (times.read_ticks, ReadingKind.TIME, '"″”'),
    (amounts.read_shares, ReadingKind.NUMBER, "/⁄" + VULGAR),
    (amounts.read_codes, ReadingKind.CODE, FIGURES),
    (amounts.read_signs, ReadingKind.SIGN, "-−–+±"),
    (amounts.read_numbers, ReadingKind.NUMBER, FIGURES),  # every figure that is left
    (leftovers.read_factors, ReadingKind.SIGN, "x×*"),
    (dashes.read_dashes, ReadingKind.SIGN, "-–—−~÷"),  # "đến" between two amounts
    (leftovers.read_points, ReadingKind.SIGN, "."),
    (leftovers.read_slashes, ReadingKind.SIGN, "/\\"),
    (leftovers.read_signs_left, ReadingKind.SIGN, ""),
    (leftovers.list_unknown, ReadingKind.UNKNOWN, ""),
    (leftovers.silence_marks, ReadingKind.SIGN, ""),
    (repeats.silence_repeats, ReadingKind.SIGN, "("),  # 02 (hai), bảo hiểm y tế (BHYT)
)

SILENT, WORD, UNKNOWN = Kind.SILENT, Kind.WORD, Kind.UNKNOWN  # looked up once, not for each of a million claims
GUESS, NO_SUCH_DATE = ReadingKind.GUESS, ReadingKind.NO_SUCH_DATE

PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def read_paragraphs(text: str, lexicon: Lexicon) -> SpeechText:
    """A whole text. Paragraphs are parted by blank lines; a line break inside one is a space. Never raises."""
    cleaned, origins = compose_nfc(text)
    paragraphs: list[str] = []
    readings: list[Reading] = []
    unknown: list[Reading] = []
    position = 0
    with _no_search_for_cycles():
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
    with _no_search_for_cycles():
        spoken = _read_paragraph(cleaned.replace("\n", " "), origins, lexicon, readings, unknown)
    return SpeechText((spoken,), tuple(readings), tuple(unknown))


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """A long line makes millions of claims, none of which points back: looking for cycles took a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_paragraph(
    text: str, origins: Sequence[int], lexicon: Lexicon, readings: list[Reading], unknown: list[Reading]
) -> str:
    page = Page(text, lexicon)
    _take_steps(page)
    again.look_again(page, _take_steps)
    guesses.list_guesses(page)
    claims = page.claims()
    for start, end, spoken, kind, why in claims:
        if kind is SILENT:
            continue
        written = text[start:end]
        if kind is WORD and spoken == written and why is not GUESS:
            continue
        if written[0] <= " ":
            start += len(written) - len(written.lstrip())
        # a line may have a million readings: see Page.read
        reading = tuple.__new__(Reading, (written.strip(), spoken.strip(), origins[start], why))
        readings.append(reading)
        if kind is UNKNOWN or why is NO_SUCH_DATE:
            unknown.append(reading)
    return words_of(text, claims)


def _take_steps(page: Page) -> None:
    for step, page.why, needs in STEPS:
        if not needs or not page.signs.isdisjoint(needs):
            step(page)
