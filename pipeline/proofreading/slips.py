"""Slips of the keyboard: words glued together, blanks forgotten, or one too many before a stop."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding, Passage, Word
from pipeline.proofreading.letters import address_spans
from pipeline.proofreading.syllables import glued, is_spelled
from pipeline.speech.lexicon import Lexicon
from pipeline.speech.page import words

FORGOTTEN = re.compile(r"(?<=[^\W\d_])[.,;:!?)](?=[^\W\d_])")
STRAY = re.compile(r"(?<=[^\W_])[ \t]{1,20}(?:,(?![,\d])|[;!?](?![;!?)(])|\.(?![.\w/]))(?=\s|$)")
ABBREVIATED = words("tp tx tt ths ts gs pgs bs ks cn nxb kp kcn bt hs v vs th st đ q p x h no mr mrs dr st")


def find_glued_words(draft: Draft) -> Iterator[Finding]:
    """vàUBND, khôngđược."""
    passage, lexicon = draft.text, draft.site.lexicon
    addresses = _Addresses(passage)
    for word in passage.words:
        written = passage.text[word.start : word.end]
        if not word.text.isascii() and not addresses.hold(word.start):
            apart = _apart(written, word.text, lexicon)
            if apart:
                yield passage.finding("words_glued", word.start, word.end, apart=apart)


def _apart(written: str, lowered: str, lexicon: Lexicon) -> str:
    if written[1:].islower():
        known = lexicon.reading(written) or lexicon.reading(lowered)
        return "" if known else _spaced(written, glued(lowered))
    inside = next((place for place, letter in enumerate(written) if place and letter.isupper()), 0)
    left, right = lowered[:inside], written[inside:]
    if len(left) < 2 or len(right) < 2 or not is_spelled(left) or lexicon.reading(written):
        return ""
    named = (right.isupper() and right.isascii()) or (right[1:].islower() and is_spelled(right.lower()))
    return f"{written[:inside]} {right}" if named else ""


def _spaced(written: str, lowered: str) -> str:
    return written[0] + lowered[1:] if lowered else ""


def find_blanks_before_stops(draft: Draft) -> Iterator[Finding]:
    """dân , không: the stop belongs to the word before it."""
    passage = draft.text
    for found in STRAY.finditer(passage.text):
        start = passage.text.rfind(" ", 0, found.start()) + 1
        start = max(start, passage.text.rfind("\n", 0, found.start()) + 1)
        yield passage.finding(
            "blank_before_stop", start, found.end(), apart=re.sub(r"[ \t]+", "", passage.text[start : found.end()])
        )


def find_forgotten_blanks(draft: Draft) -> Iterator[Finding]:
    """xã.UBND, dân,không: a voice runs on where a stop was meant."""
    passage = draft.text
    addresses = _Addresses(passage)
    by_end = {word.end: word for word in passage.words}
    by_start = {word.start: word for word in passage.words}
    for found in FORGOTTEN.finditer(passage.text):
        left, right = by_end.get(found.start()), by_start.get(found.end())
        if left is None or right is None or addresses.hold(found.start()):
            continue
        if _forgotten(passage, found[0], left, right):
            shown = f"{passage.text[left.start : found.end()]} {passage.text[right.start : right.end]}"
            yield passage.finding("blank_missing", left.start, right.end, apart=shown)


def _forgotten(passage: Passage, sign: str, left: Word, right: Word) -> bool:
    written = passage.text[left.start : left.end]
    if len(left.text) < 2 or written.isupper() or left.text in ABBREVIATED:
        return False
    if sign in ".:)":  # abbreviations and names of files hold points: both sides must be words
        seen = left.text + right.text
        return is_spelled(left.text) and len(right.text) > 1 and not (sign == "." and seen.isascii())
    return True


class _Addresses:
    """Where the addresses of a passage stand, asked in order."""

    def __init__(self, passage: Passage) -> None:
        self._spans = address_spans(passage)
        self._next = 0

    def hold(self, position: int) -> bool:
        while self._next < len(self._spans) and self._spans[self._next][1] <= position:
            self._next += 1
        return self._next < len(self._spans) and self._spans[self._next][0] <= position
