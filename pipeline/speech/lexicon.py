"""The lexicon: how abbreviations and foreign words are spoken; operators' lines stand over the built-in ones."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from unicodedata import normalize

from pipeline.speech.letters import is_syllable
from pipeline.speech.numbers import Zero, whole

BUILT_IN = Path(__file__).with_name("lexicon.tsv")
FIGURES = re.compile(r"[0-9]+")
LONGEST = 100  # characters of what an entry reads
CONSONANTS = re.compile(r"[bcdđghklmnpqrstvx]{2,3}")
FIRST_WORD = re.compile(r"[^\W_]+")
CONTEXT = 60  # characters
FIGURE = "#"  # among the words of a context: any figure
# abbreviations a number may touch; any other three capitals before one are a name of their own: lúa BC15
WITH_NUMBERS = frozenset(["BCĐ", "KP", "TDP", "KDC", "ĐA", "NĐ", "NQ", "QĐ", "BĐ", "GĐ", "HK", "QL", "TL", "TBA", "ĐT",
                          "ĐH", "TK", "LS", "SN", "CT", "STK", "SĐT", "MST", "VND", "VNĐ", "USD"])  # fmt: skip
LETTER = re.compile(r"[A-ZĐÔ]\.")  # Ô. Bình; but "che ô. Trời mưa" ends a sentence
NEVER_SPOKEN = re.compile(r"[\d/&+]|(?<![^\W\d_])[^\W\d_]$")
LONGEST_HEADING_WORD = 4  # CA in a line of capitals is a word, elsewhere công an
BETWEEN = " \t\n,;:&-–/.(<>≥≤=~"  # what may stand between a token and the words of its context


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """`write` is spoken as `read`; with `after` only behind one of these words, with `before` only in front of one.

    Two or more capitals are matched exactly (TT is not tt), all else in any case; but two or three small consonants
    are not those capitals (nt is not NT). `#` among the words of a context is any figure.
    """

    write: str
    read: str
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is looked up."""

    entry: LexiconEntry
    lead: str  # what stands in `write` before its first word
    first: str  # the first word, in lower case where any case fits
    is_open: bool  # whether it may fit what is left of a text beside the spoken words and not beside the written ones
    lowered: str  # and from there on, in lower case
    length: int
    exact: bool
    no_capitals: bool
    is_dotted: bool  # the same without its last stop is known too: at the end of a text the stop ends the sentence
    is_ambiguous: bool  # the same writing has other readings
    has_context: bool
    after: tuple[str, ...]  # in lower case
    before: tuple[str, ...]
    after_figure: bool
    before_figure: bool

    def fits(self, lead: str, follow: str) -> bool:
        """Whether the words around (lower case, nothing of BETWEEN next to the token) are those this entry asks for."""
        if not self.has_context:
            return True
        if (self.after_figure and lead[-1:].isdecimal()) or (self.before_figure and follow[:1].isdecimal()):
            return True
        if lead.endswith(self.after) and any(_ends_with_word(lead, word) for word in self.after):
            return True
        return follow.startswith(self.before) and any(_starts_with_word(follow, word) for word in self.before)


class Lexicon:
    """Entries indexed by their first word. `zero`: linh or lẻ in numbers such as 105."""

    def __init__(self, entries: Iterable[LexiconEntry] = (), zero: Zero = "lẻ") -> None:
        self.entries = tuple(entries)
        self.zero: Zero = zero

    @cached_property
    def fingerprint(self) -> str:
        """sha256 over the operators' entries and the setting; part of the cache key of recordings."""
        lines = [[entry.write, entry.read, list(entry.after), list(entry.before)] for entry in self.entries]
        written = json.dumps([self.zero, lines], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()

    def first_words(self, *, own: bool) -> Mapping[str, Sequence[Line]]:
        """The lines by the first word of what they read, in lower case. `own`: operators' only."""
        return self._own if own else _built_in()

    def match(self, text: str, start: int, word: str, until: int, *, own: bool) -> tuple[int, int, Line] | None:
        """The longest line whose first word is `word` at `start` and which ends by `until`: its span and itself.

        `own`: operators' lines only.
        """
        lines = self.first_words(own=own).get(word.lower())
        if lines is None:
            return None
        rest = text[start : min(start + LONGEST, until)].lower()
        looked_for, found = "", None
        for line in lines:
            if line.entry.write != looked_for:  # many lines may differ in their contexts only
                looked_for, found = line.entry.write, _found(text, start, rest, line)
            if found is not None and line.fits(*found):
                return start - len(line.lead), start + line.length, line
        return None

    @cached_property
    def open_words(self) -> frozenset[str]:
        """First words of what may be left as written here and be read elsewhere; in lower case where any case fits.

        What needs its neighbours, and what in capitals may be a word of a heading (CA, AI).
        """
        lines = list(chain.from_iterable([*_built_in().values(), *self._own.values()]))
        short = (line.entry.write.upper() for line in lines if line.length <= LONGEST_HEADING_WORD)
        return frozenset(chain((line.first for line in lines if line.is_open), filter(is_syllable, short)))

    def begins(self, word: str) -> bool:
        """Whether something longer, or something that needs its neighbours, is known by this first word."""
        return word in self.open_words or word.lower() in self.open_words

    def reading(self, word: str) -> str | None:
        """The reading of a word that stands alone, without regard to its surroundings."""
        return self._own_words.get(word) or _built_in_words().get(word)

    def alone(self, word: str) -> str | None:
        """As a text of nothing else would be read: in any case that fits, the built-in entries only."""
        hit = self.match(word, 0, word, len(word), own=False)
        return hit[2].entry.read if hit and hit[:2] == (0, len(word)) and hit[2].entry.read != word else None

    @cached_property
    def _own_words(self) -> dict[str, str]:
        return _without_context(self.entries)

    @cached_property
    def _own(self) -> dict[str, list[Line]]:
        return _indexed(self.entries)


def _found(text: str, start: int, rest: str, line: Line) -> tuple[str, str] | None:
    """What stands around the writing of a line whose first word is at `start`; None where it does not stand there."""
    if rest[: line.length] != line.lowered:
        return None
    begin, end = start - len(line.lead), start + line.length
    written = text[max(begin, 0) : end]
    if begin < 0 or not (written == line.entry.write or (not line.exact and _same(written, line))):
        return None
    if (line.is_dotted and not text[end : end + 40].strip()) or not _stands_alone(text, begin, end):
        return None
    return _around(text, begin, end)


def _around(text: str, begin: int, end: int) -> tuple[str, str]:
    """What leads up to a token and what follows it, in lower case."""
    lead = text[max(0, begin - CONTEXT) : begin].lower().rstrip(BETWEEN)
    return lead, text[end : end + CONTEXT].lower().lstrip(BETWEEN)


def _same(written: str, line: Line) -> bool:
    return written.lower() == line.entry.write.lower() and not (line.no_capitals and written.isupper())


def _stands_alone(text: str, begin: int, end: int) -> bool:
    return not _joined(text[begin - 1 : begin], text[begin]) and not _joined(text[end - 1], text[end : end + 1])


def _joined(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word; a digit and a letter do not (QL5, 30km)."""
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _context(words: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = (normalize("NFC", word).lower().strip(BETWEEN) for word in words)
    return tuple(word for word in cleaned if word and word != FIGURE)


def _ends_with_word(text: str, word: str) -> bool:
    return text.endswith(word) and (len(text) == len(word) or not text[-len(word) - 1].isalnum())


def _starts_with_word(text: str, word: str) -> bool:
    return text.startswith(word) and (len(text) == len(word) or not text[len(word)].isalnum())


def _indexed(entries: Iterable[LexiconEntry]) -> dict[str, list[Line]]:
    entries = tuple(entries)
    readings = Counter(written for written, _ in {(entry.write, entry.read) for entry in entries})
    index: dict[str, list[Line]] = {}
    for entry in entries:
        written = normalize("NFC", entry.write).strip()
        first = FIRST_WORD.search(written)
        if first is None:
            continue
        read = FIGURES.sub(lambda figure: whole(figure[0]), normalize("NFC", entry.read)).strip()
        clean = LexiconEntry(written, read, entry.after, entry.before)
        exact = sum(map(str.isupper, written)) > 1 or LETTER.fullmatch(written) is not None
        line = Line(
            entry=clean,
            lead=written[: first.start()],
            first=first[0] if exact else first[0].lower(),
            is_open=_is_open(clean, first[0]),
            lowered=written[first.start() :].lower(),
            length=len(written) - first.start(),
            exact=exact,
            no_capitals=CONSONANTS.fullmatch(written) is not None,
            is_dotted=written[-1] == "." and readings[written[:-1]] > 0,
            is_ambiguous=readings[entry.write] > 1,
            has_context=bool(_context(entry.after + entry.before)) or FIGURE in entry.after + entry.before,
            after=_context(entry.after),
            before=_context(entry.before),
            after_figure=FIGURE in entry.after,
            before_figure=FIGURE in entry.before,
        )
        index.setdefault(first[0].lower(), []).append(line)
    for lines in index.values():
        lines.sort(key=lambda line: (-len(line.entry.write), not (line.entry.after or line.entry.before)))
    return index


@cache
def _built_in() -> dict[str, list[Line]]:
    return _indexed(built_in_entries())


@cache
def _built_in_words() -> dict[str, str]:
    return _without_context(built_in_entries())


def is_name(text: str, start: int, end: int) -> bool:
    """Whether capitals are half of a name with figures: BC15, HT1; but KP3 and STK0123456 are words with a number."""
    word = text[start:end]
    return len(word) <= 3 and word.isupper() and word not in WITH_NUMBERS and text[end : end + 1].isdecimal()


def _is_open(entry: LexiconEntry, first: str) -> bool:
    """Whether what it needs around it may come from a reading; figures, slashes and lone letters (độ C) never do."""
    if entry.after or entry.before:
        return True
    return first != entry.write and NEVER_SPOKEN.search(entry.write) is None


def _without_context(entries: Iterable[LexiconEntry]) -> dict[str, str]:
    return {entry.write: entry.read for entry in entries if not entry.after and not entry.before}


def built_in_entries() -> Iterator[LexiconEntry]:
    """Every line of `lexicon.tsv`: write, read, after, before; the last two hold words separated by `|`."""
    for line in BUILT_IN.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        write, read, after, before = (*line.split("\t"), "", "", "")[:4]
        yield LexiconEntry(write, read or write, _words(after), _words(before))


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split("|") if word)
