"""Letters and signs that a scanner, a font or a hasty hand has put in place of others."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import WORD, Finding, Passage
from pipeline.proofreading.syllables import is_spelled
from pipeline.speech.web import EMAIL, URL

# l13, 1O0, O912, 2O24; 10l and Q10 are a measure and a name
FIGURES = re.compile(
    r"(?<![\w@.,/-])(?:[lIO|]\d{2,}[\dOlI]*|\d+[OlI|][\dOlI|]*\d[\dOlI]*|\d*[Oo]\d{2,}|\d{2,}[OI]{2,})(?![\w@/-])"
)
FIXED = str.maketrans("OolI|", "00111")
LIGATURES = re.compile("[ﬀ-ﬆ]")
FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
PAIRS = {")": "(", "]": "[", "”": "“", "»": "«"}
BRACKETS = re.compile(r"[()\[\]“”«»]|\n[ \t]*\n")
LIST_MARK = re.compile(r"(?:^|[\s(])(?:[a-zđ]{1,2}|\d{1,3}|[ivxIVX]{1,5})$")
SMILE = re.compile(r"[:;=]-?$")


def find_figures_with_letters(draft: Draft) -> Iterator[Finding]:
    """A letter in a number: l13 is not 113 to any voice."""
    for passage in draft.passages:
        for found in FIGURES.finditer(passage.text):
            meant = found[0].translate(FIXED)
            yield passage.finding("figures_with_letters", *found.span(), meant=meant)


def find_mixed_scripts(draft: Draft) -> Iterator[Finding]:
    """Cyrillic or Greek letters that look like Latin ones, within a word; ligatures such as ﬁ."""
    for passage in draft.passages:
        if passage.text.isascii():
            continue
        if FOREIGN.search(passage.text):
            for found in WORD.finditer(passage.text):
                scripts = {bool(FOREIGN.match(each)) for each in found[0]}
                if len(scripts) == 2:
                    yield passage.finding("letters_mixed", *found.span())
        for found in LIGATURES.finditer(passage.text):
            meant = unicodedata.normalize("NFKC", found[0])
            yield passage.finding("ligature", *found.span(), meant=meant)


def find_scanned_words(draft: Draft) -> Iterator[Finding]:
    """cárn ơn: rn stands where a scanner saw m."""
    passage = draft.text
    if "rn" not in passage.text:
        return
    for word in passage.words:
        meant = word.text.replace("rn", "m")
        if "rn" in word.text and not word.text.isascii() and is_spelled(meant):
            yield passage.finding("misspelled", word.start, word.end, right=meant)


def find_open_pairs(draft: Draft) -> Iterator[Finding]:
    """Brackets and quotation marks that are opened or closed alone, within a paragraph: of many the first, counted."""
    first: dict[str, int] = {}
    count: Counter[str] = Counter()
    for start in _open_pairs(draft.text):
        sign = draft.text.text[start]
        first.setdefault(sign, start)
        count[sign] += 1
    for sign, start in first.items():
        more = {"more": count[sign] - 1} if count[sign] > 1 else {}
        yield draft.text.finding("pairs_open" if more else "pair_open", start, start + 1, **more)


def _open_pairs(passage: Passage) -> Iterator[int]:
    opened: list[tuple[int, str]] = []
    for found in BRACKETS.finditer(passage.text):
        sign, start = found[0], found.start()
        if sign in PAIRS.values():
            opened.append((start, sign))
        elif sign in PAIRS and opened and opened[-1][1] == PAIRS[sign]:
            opened.pop()
        elif sign in PAIRS:
            if not _is_mark(passage, start, sign):
                yield start
        else:
            yield from (each for each, _ in opened)
            opened = []
    yield from (each for each, _ in opened)


def _is_mark(passage: Passage, start: int, sign: str) -> bool:
    """Whether a closing bracket belongs to a list mark or a smile: a) 1) :)."""
    lead = passage.text[max(0, start - 8) : start]
    return sign == ")" and (LIST_MARK.search(lead) is not None or SMILE.search(lead) is not None)


def address_spans(passage: Passage) -> list[tuple[int, int]]:
    """Where addresses of the net stand: their dots and letters follow rules of their own."""
    if "." not in passage.text:
        return []
    found = [each.span() for pattern in (URL, EMAIL) for each in pattern.finditer(passage.text)]
    return sorted(found)


def plain(text: str) -> str:
    """Lower case without accents, letter by letter: every offset stays what it was."""
    return "".join(map(_plain, text))


@lru_cache(maxsize=4000)
def _plain(char: str) -> str:
    if char in "đĐ":
        return "d"
    lowered = unicodedata.normalize("NFD", char)[0].lower()
    return lowered if len(lowered) == 1 else char
