"""The page a paragraph is read from: its text never changes, every step claims the spans it can read.

Since claims point into the written text, a step always sees its neighbours as they were written, and a reading knows
its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from pipeline.domain import ReadingKind
from pipeline.speech.lexicon import Lexicon

CONTEXT = 60  # characters looked back at: bounded, so that a long line stays linear
WORD = re.compile(r"[^\W\d_]+")
LONGEST_RUN = 4
RUNS = [re.compile(rf"[0-9]{{{run}}}") for run in range(LONGEST_RUN + 1)]


class Kind(StrEnum):
    """What a claimed span is; dashes and slashes between two claims depend on it."""

    AMOUNT = "amount"  # numbers, dates, times and their units: a dash between two of them says "đến"
    CODE = "code"  # read digit by digit or letter by letter
    WORD = "word"
    SILENT = "silent"
    UNKNOWN = "unknown"


class Claim(NamedTuple):
    """A span of the page and what is spoken in its place."""

    start: int
    end: int
    spoken: str
    kind: Kind
    why: ReadingKind


@dataclass(slots=True)
class Page:
    """One paragraph: `text` as written, in NFC; claims by the place they start and end at, never overlapping."""

    text: str
    lexicon: Lexicon
    starting: list[Claim | None] = field(default_factory=list)  # two places more than the text has
    ending: list[Claim | None] = field(default_factory=list)
    taken: bytearray = field(default_factory=bytearray)
    signs: frozenset[str] = frozenset()  # every character of the text
    longest_run: int = 0  # of figures; no more than LONGEST_RUN are counted
    why: ReadingKind = ReadingKind.NUMBER  # what the step at work reads

    def __post_init__(self) -> None:
        self.taken = bytearray(len(self.text))
        self.starting = [None] * (len(self.text) + 2)
        self.ending = self.starting.copy()
        self.signs = frozenset(self.text)
        self.longest_run = next((run for run in range(LONGEST_RUN, 0, -1) if RUNS[run].search(self.text)), 0)

    def matches(self, pattern: re.Pattern[str], *signs: str, run: int = 0) -> Iterable[re.Match[str]]:
        """Where a pattern fits, in order; nothing at once where the text lacks what it cannot do without.

        That is one of each of `signs`, and `run` figures in a row (4 at most). Most texts have few kinds of signs, and
        looking through a text for each of a hundred patterns is what reading takes longest for.
        """
        if run > self.longest_run:
            return ()
        for each in signs:
            if self.signs.isdisjoint(each):
                return ()
        return pattern.finditer(self.text)

    def claims(self) -> list[Claim]:
        """All of them in the order of the text."""
        return list(filter(None, self.starting))

    def is_free(self, start: int, end: int) -> bool:
        return self.taken.find(1, start, end) < 0

    def read(self, start: int, end: int, spoken: str, kind: Kind = Kind.WORD, why: ReadingKind | None = None) -> bool:
        """Claim a span; False, and nothing changes, where an earlier step has claimed part of it.

        `why` only where it is not what the step reads as a rule.
        """
        taken = self.taken
        if start >= end or taken.find(1, start, end) >= 0:
            return False
        # a line may have a million claims: the constructor of a named tuple takes three times as long
        self.starting[start] = self.ending[end] = tuple.__new__(Claim, (start, end, spoken, kind, why or self.why))
        if end - start == 1:
            taken[start] = 1
        else:
            taken[start:end] = b"\x01" * (end - start)
        return True

    def is_any_left(self, positions: Iterable[int]) -> bool:
        """Whether one of these characters, in rising order, stays as written: in no claim, or in one that speaks it."""
        end = 0  # of the last claim that was looked at
        for position in positions:
            if position < end:
                continue  # a claim may be as long as the text: it is looked for once
            claim = self.starting[self._claimed_from(position)]
            if claim is None or claim.spoken == self.text[claim.start : claim.end]:
                return True
            end = claim.end
        return False

    def read_anew(self, start: int, end: int, spoken: str, kind: Kind, why: ReadingKind) -> None:
        """Claim a span in place of all claims that touch it; what these held besides is left as written."""
        for place in range(self._claimed_from(start), end):
            claim = self.starting[place]
            if claim is not None:
                self.starting[place] = self.ending[claim.end] = None
                self.taken[place : claim.end] = bytes(claim.end - place)
        self.read(start, end, spoken, kind, why)

    def _claimed_from(self, position: int) -> int:
        """Where the claim that holds a character starts; the position itself where there is none."""
        while self.taken[position] and self.starting[position] is None:
            position -= 1
        return position

    def silence(self, start: int, end: int) -> bool:
        return self.read(start, end, "", Kind.SILENT)

    def before(self, position: int) -> str:
        """The written text that leads up to a position, in lower case."""
        return self.text[max(0, position - CONTEXT) : position].lower()

    def after(self, position: int) -> str:
        """The written text that follows a position, in lower case."""
        return self.text[position : position + CONTEXT].lower()

    def word_before(self, position: int) -> str:
        """The word that ends right before a position, blanks and a colon between; "" where there is none."""
        lead = self.before(position).rstrip(' :(\n\t“"')
        start = len(lead)
        while start and (lead[start - 1].isalpha()):
            start -= 1
        return lead[start:]

    def word_after(self, position: int) -> str:
        """The word that begins after a position, blanks between; "" where there is none."""
        found = WORD.match(self.after(position).lstrip(" \n\t"))
        return found[0] if found else ""

    def is_amount_before(self, position: int) -> bool:
        claim = self.ending[position]
        return claim is not None and claim.kind is Kind.AMOUNT

    def is_amount_after(self, position: int) -> bool:
        claim = self.starting[position]
        return claim is not None and claim.kind is Kind.AMOUNT


Step = Callable[[Page], None]


def words(text: str) -> frozenset[str]:
    """The words of a blank-separated list."""
    return frozenset(text.split())
