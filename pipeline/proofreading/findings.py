"""What proofreading finds: what, where, how grave, and whether somebody has looked at it and means it so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from pipeline.contacts import mask
from pipeline.errors import NO_PARAMS, Problem, Severity
from pipeline.fields import shown


class Weight(StrEnum):
    """BLOCKING keeps a text from being approved, a WARNING is listed by `loa check`, ADVICE only beside the text."""

    BLOCKING = "blocking"
    WARNING = "warning"
    ADVICE = "advice"


_BLOCKING = """
unread_token template_left blank_left words_glued figures_with_letters letters_mixed date_impossible link_shortened
link_by_number site_look_alike phone_private identity_number account_number email_private person_identified
sms_hotline_differs sms_site_differs sms_money_differs sms_negation_lost sms_negation_added money_words_differ
marks_missing time_impossible service_number_wrong
""".split()  # noqa: SIM905
_ADVICE = "source_unreferenced sentence_many_numbers brackets_heard list_heard".split()  # noqa: SIM905
WEIGHTS: Mapping[str, Weight] = {
    **dict.fromkeys(_BLOCKING, Weight.BLOCKING),
    **dict.fromkeys(_ADVICE, Weight.ADVICE),
}
"""Codes that are no WARNING."""
GAPS = frozenset({"template_left", "blank_left"})
"""What is filled in, never accepted: nobody can mean to say the gap of a template."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a bulletin. `written` may be a number of a private person: never shown, only compared."""

    code: str
    file: str
    line: int
    column: int
    written: str = field(repr=False)
    params: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)
    accepted: bool = False

    @property
    def weight(self) -> Weight:
        return WEIGHTS.get(self.code, Weight.WARNING)

    @property
    def blocks(self) -> bool:
        """Whether the bulletin cannot be approved as it stands."""
        return self.weight is Weight.BLOCKING and not self.accepted

    @property
    def problem(self) -> Problem:
        """As `loa check` lists it: a text that wants proofreading is no broken file, so never an error."""
        return Problem(self.code, Severity.WARNING, self.file, self.line, self.column, self.params)


_PRIVATE = frozenset({"phone_private", "identity_number", "account_number"})
_TELEPHONE = re.compile(r"(?<![\w+])(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)")
_DIGITS = re.compile(r"\d(?:[ .\-]*\d){3,}")
_MAIL = re.compile(r"([\w.+-]{1,2})[\w.+-]{0,62}@")


def masked(text: str, code: str = "") -> str:
    """A text as it may be repeated: one short line without telephone numbers and names of e-mail addresses.

    Of what a code calls private no number at all.
    """
    numbers = _DIGITS if code in _PRIVATE else _TELEPHONE
    return shown(_MAIL.sub(r"\1***@", numbers.sub(lambda found: mask(re.sub(r"\D", "", found[0])), text)))


WORD = re.compile(r"[^\W\d_]+")


class Word(NamedTuple):
    """A run of letters and where it stands; `text` in lower case."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Passage:
    """Something written in a script. `line`, `column`: of its first character, or of the whole where it is not `exact`.

    A text folded by YAML does not stand in the file as it is read, and keeps but one place.
    """

    text: str
    file: str
    line: int
    column: int
    exact: bool = True

    def finding(self, code: str, start: int, end: int, **params: object) -> Finding:
        """What stands between two offsets, as a finding."""
        written = self.text[start:end].strip()
        line, column = self.place(start)
        texts = {"written": masked(written, code), **{name: str(value) for name, value in params.items()}}
        return Finding(code, self.file, line, column, written, texts)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, counted from 1."""
        if not self.exact:
            return self.line, self.column
        row = bisect_right(self._starts, offset) - 1
        return self.line + row, offset - self._starts[row] + (self.column if row == 0 else 1)

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    @cached_property
    def words(self) -> Sequence[Word]:
        return [Word(found.start(), found.end(), found[0].lower()) for found in WORD.finditer(self.text)]

    def neighbours(self) -> Iterator[tuple[Word, Word]]:
        """Words with nothing but a blank or the end of a line between them."""
        for left, right in pairwise(self.words):
            if right.start - left.end == 1 and self.text[left.end] in " \n":
                yield left, right
