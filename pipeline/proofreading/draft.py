"""A bulletin on the proofreader's desk: what is written, how it will be spoken, and the station it is written for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.domain import Bulletin, SpeechText
from pipeline.proofreading.findings import Finding, Passage
from pipeline.site import Site


@dataclass(frozen=True)
class Draft:
    """`on`: the station's day, None where time must not matter."""

    bulletin: Bulletin
    site: Site
    spoken: SpeechText
    on: date | None = None

    @cached_property
    def text(self) -> Passage:
        found = self.bulletin
        return Passage(found.text, found.file, found.line, found.column)

    @cached_property
    def sms(self) -> Passage | None:
        return self.front("sms", self.bulletin.sms) if self.bulletin.sms else None

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """What people will hear or read."""
        return (self.text,) if self.sms is None else (self.text, self.sms)

    @cached_property
    def headings(self) -> tuple[Passage, ...]:
        """What is neither heard nor read by the public, and yet stands for the bulletin: its title, who vouches."""
        found = self.bulletin
        named = (("title", found.title), ("source", found.source.name), ("source", found.source.ref))
        return tuple(self.front(key, text) for key, text in named if text)

    def front(self, key: str, text: str) -> Passage:
        """A value of the front matter; of a list the entry with this text."""
        marks = [mark for mark in self.bulletin.marks if mark.key == key]
        mark = next((mark for mark in marks if mark.value == text), marks[0] if marks else None)
        if mark is None:
            return Passage(text, self.bulletin.file, 1, 1, exact=False)
        return Passage(text, self.bulletin.file, mark.line, mark.column, mark.exact)

    @cached_property
    def report_numbers(self) -> frozenset[str]:
        """The digits of every report channel that is a number."""
        return frozenset(digits for each in self.site.report_channels if (digits := digits_of(each)))


def digits_of(text: str) -> str:
    """The digits of a number however it is spaced, +84 as 0."""
    digits = "".join(char for char in text if char.isdigit())
    return "0" + digits[2:] if digits.startswith("84") and len(digits) > 9 else digits


Rule = Callable[[Draft], Iterable[Finding]]
