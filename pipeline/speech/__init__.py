"""Written Vietnamese → words as spoken. Pure: no disk but its own lexicon, no clock.

    pipeline.py        the steps in their order
    page.py            the text and the spans that steps claim
    clean.py markup.py              one Unicode form; what is never spoken
    web.py references.py dates.py times.py telephones.py names.py lists.py amounts.py ordinals.py romans.py
    abbreviations.py dashes.py leftovers.py repeats.py          steps
    again.py           what was left, looked at once more beside the spoken words
    spoken.py          the claims as words, and where each was written
    guesses.py         what was read though the text leaves it open
    numbers.py letters.py           words of numbers and of letters
    lexicon.py lexicon.tsv          abbreviations and foreign words
    sites.txt          what addresses of the net are made of

The rules are compiled at the first reading, not at import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.speech.lexicon import Lexicon, LexiconEntry

if TYPE_CHECKING:
    from pipeline.domain import SpeechText

VERSION = "7"  # part of the cache key of recordings: bump when readings change

BUILT_IN = Lexicon()

__all__ = ["BUILT_IN", "VERSION", "Lexicon", "LexiconEntry", "read_aloud", "read_line"]


def read_aloud(text: str, lexicon: Lexicon = BUILT_IN) -> SpeechText:
    """A whole text. Paragraphs are parted by blank lines; a line break inside one is a space.

    Never raises; what has no reading is in `unknown`. Offsets of readings count characters of the text in NFC.
    """
    from pipeline.speech.pipeline import read_paragraphs

    return read_paragraphs(text, lexicon)


def read_line(line: str, lexicon: Lexicon = BUILT_IN) -> SpeechText:
    """One line, as exactly one paragraph (empty if nothing is to be spoken). Line breaks in it count as spaces."""
    from pipeline.speech.pipeline import read_one_line

    return read_one_line(line, lexicon)
