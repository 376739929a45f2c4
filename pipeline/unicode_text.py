"""Written text in one form: NFC, with no more marks over one letter than a script can need.

A letter may carry any number of combining marks, and a normaliser sorts them pair by pair: some hundred thousand of
them, which nobody sees, would hold a command for minutes. Everything here takes time in proportion to the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_MARKS = 30  # of one letter; UAX #15 calls longer runs no text (Stream-Safe Text Format)

# Runs in which there may be too many; the ranges left out are letters and signs that are never marks.
_LONG = re.compile(
    f"[^\0-\u02ff\u0370-\u0482\u1e00-\u1fff\u2000-\u20cf\u2100-\u2bff\u3400-\ua66e\uac00-\ud7ff]{{{MAX_MARKS + 1},}}"
)


def compose(text: str) -> str:
    """NFC, marks beyond the thirtieth of a letter cut."""
    return text if text.isascii() else unicodedata.normalize("NFC", bound_marks(text))


def bound_marks(text: str) -> str:
    """The text as it is, marks beyond the thirtieth of a letter cut: fit for any normalisation."""
    kept, position = [], 0
    for start, end in _piles(text):
        kept.append(text[position:start])
        position = end
    return "".join([*kept, text[position:]]) if kept else text


def first_pile(text: str) -> int | None:
    """Where the first mark stands that is one too many; None where all is well."""
    return next((start for start, _ in _piles(text)), None)


def _piles(text: str) -> Iterator[tuple[int, int]]:
    for found in _LONG.finditer(text):
        first = found.start()  # of the marks of one letter
        for position in range(found.start(), found.end() + 1):
            if position == found.end() or not _is_mark(text[position]):
                if position - first > MAX_MARKS:
                    yield first + MAX_MARKS, position
                first = position + 1


def _is_mark(character: str) -> bool:
    """Whether a normaliser moves it among its neighbours: it is a mark, or becomes one (U+FF9E)."""
    return (
        unicodedata.combining(character) > 0 or unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0
    )
