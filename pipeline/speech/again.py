"""What was left as written, looked at once more among the words that will be spoken around it.

"17h30 k ra đường" is "ba mươi phút k ra đường" to who listens, and "⚠️ V. TỔ CHỨC" begins with a numeral: how a word
is read must not hang on how its neighbours were written. So what was read does not change when it is read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.domain import ReadingKind
from pipeline.speech.clean import LETTERS
from pipeline.speech.page import Claim, Kind, Page
from pipeline.speech.spoken import SPOKEN, traced

MOST_LOOKS = 4  # what is found at one look may be a neighbour of more; two looks are the rule
LONGEST = 100_000  # characters: two hours in one paragraph are nobody's text, and reading them thrice takes its time
TOKEN = re.compile(f"[{LETTERS}]{{2,}}")
# what may be read elsewhere though it is no word: k, numerals, initials, Tx., a.vn, .pdf
OPEN = re.compile(
    rf"(?<![{LETTERS}])(?:(?:[kcCIVX]|[IVXLCDM]{{2,8}})(?![{LETTERS}])|[A-ZĐÔ](?=\s*[./*_`~])|(?:[A-ZĐ][A-Za-zđ]|[a-zđô])(?=\.))"
    r"|\.(?=[^\W\d]|[*`~])|\]\("
)


def look_again(page: Page, read: Callable[[Page], None]) -> None:
    """Adds claims to a page that was read. `read` takes a page through all steps.

    Nothing that was read changes, only what still stands as it was written. What is found is a guess, for a person to
    see among the readings.
    """
    if len(page.text) > LONGEST or not is_open(page):
        return
    for _ in range(MOST_LOOKS):
        spoken, places = traced(page.text, page.claims())
        heard = Page(spoken, page.lexicon)
        read(heard)
        if not sum(_carry_over(page, claim, spoken, places) for claim in heard.claims()):
            return


def is_open(page: Page) -> bool:
    """Whether anything that was left might be read beside other words; most texts have nothing of it."""
    open_words, text = page.lexicon.open_words, page.text
    if page.is_any_left(found.start() for found in OPEN.finditer(text)):
        return True
    if open_words.isdisjoint(TOKEN.findall(text)) and open_words.isdisjoint(TOKEN.findall(text.lower())):
        return False
    return page.is_any_left(found.start() for found in TOKEN.finditer(text) if page.lexicon.begins(found[0]))


def _carry_over(page: Page, claim: Claim, spoken: str, places: Sequence[int]) -> bool:
    """A claim of what is heard as one of the page; False where it says nothing new or holds a word that was read."""
    start, end, said = claim.start, claim.end, claim.spoken
    if said == spoken[start:end]:
        return False
    # "độ C" is heard as "độ xê", and "độ" was read
    while start < end and places[start] < 0 and said[:1].lower() == spoken[start].lower():
        start, said = start + 1, said[1:]
    while start < end and places[end - 1] < 0 and said[-1:].lower() == spoken[end - 1].lower():
        end, said = end - 1, said[:-1]
    if start == end or SPOKEN in places[start:end] or places[start] < 0 or places[end - 1] < 0:
        return False
    why = claim.why if claim.kind in {Kind.SILENT, Kind.UNKNOWN} else ReadingKind.GUESS
    page.read_anew(places[start], places[end - 1] + 1, said, claim.kind, why)
    return True
