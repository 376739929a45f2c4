"""Written Vietnamese → words as spoken. Pure: no disk but its own lexicon, no clock.

pipeline.py        the steps in their order; read_aloud, read_line
page.py            the text and the spans that steps claim
clean.py markup.py              one Unicode form; what is never spoken
web.py references.py dates.py times.py telephones.py amounts.py romans.py abbreviations.py leftovers.py    steps
numbers.py letters.py           words of numbers and of letters
lexicon.py lexicon.tsv          abbreviations and foreign words
"""

from pipeline.speech.lexicon import Lexicon, LexiconEntry
from pipeline.speech.pipeline import STEPS, VERSION, read_aloud, read_line

__all__ = ["STEPS", "VERSION", "Lexicon", "LexiconEntry", "read_aloud", "read_line"]
