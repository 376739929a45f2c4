"""What is hard to follow by ear: long sentences, many figures, brackets, lists."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding
from pipeline.speech.markup import FOOTNOTE

LONG, TOO_LONG = 35, 60  # words as spoken
MANY_NUMBERS = 4
STOP = re.compile(r"[.!?…]+[\"”’)\]]*(?=\s|$)|\n[ \t]*(?:\n|[-–•+*]|\d{1,2}[.)]|[a-zđ]\))|;[ \t]*\n|:[ \t]*\n")
BRACKET = re.compile(r"\([^()\n]{2,200}\)")
LIST = re.compile(r"(?:^[ \t]*(?:[-–•+*]|\d{1,2}[.)]|[a-zđ]\))[ \t]+\S[^\n]*\n?){3,}", re.MULTILINE)


def find_long_sentences(draft: Draft) -> Iterator[Finding]:
    """Sentences of more than 35 words as they will be spoken, and those with more than four numbers."""
    places, words, numbers = _spoken_words(draft)
    text = draft.text.text
    start = 0
    for end in [*(found.end() for found in STOP.finditer(text)), len(text)]:
        first, last = bisect_left(places, start), bisect_left(places, end)
        count = words[last] - words[first]
        figures = numbers[last] - numbers[first]
        opening = _opening(text, start, end)
        if count > LONG:
            code, limit = ("sentence_too_long", TOO_LONG) if count > TOO_LONG else ("sentence_long", LONG)
            yield draft.text.finding(code, *opening, words=count, limit=limit)
        if figures > MANY_NUMBERS:
            yield draft.text.finding("sentence_many_numbers", *opening, numbers=figures, limit=MANY_NUMBERS)
        start = end


def _spoken_words(draft: Draft) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Offsets of words and readings, and how many spoken words and numbers stand before each of them and in all."""
    readings = draft.spoken.readings
    counted = [
        (each.start, len(each.spoken.split()), any(char.isdigit() for char in each.written)) for each in readings
    ]
    ends = [each.start + len(each.written) for each in readings]
    starts = [each.start for each in readings]
    for word in draft.text.words:
        index = bisect_left(starts, word.start + 1) - 1
        if index < 0 or word.start >= ends[index]:
            counted.append((word.start, 1, False))
    counted.sort()
    words, numbers = [0], [0]
    for _, count, is_number in counted:
        words.append(words[-1] + count)
        numbers.append(numbers[-1] + is_number)
    return [each[0] for each in counted], words, numbers


def _opening(text: str, start: int, end: int) -> tuple[int, int]:
    """The first words of a sentence, by which it is named."""
    start += len(text[start:end]) - len(text[start:end].lstrip(' \t\n-–•+*>"“'))
    found = re.compile(r"\S+(?: \S+){0,4}").match(text, start, end)
    return (start, found.end()) if found else (start, end)


def find_what_eyes_need(draft: Draft) -> Iterator[Finding]:
    """Brackets and lists, which nobody sees on the air."""
    for found in BRACKET.finditer(draft.text.text):
        yield draft.text.finding("brackets_heard", *found.span())
    for found in LIST.finditer(draft.text.text):
        opening = _opening(draft.text.text, found.start(), found.end())
        yield draft.text.finding("list_heard", *opening, count=len(found[0].strip().split("\n")))


def find_dropped_notes(draft: Draft) -> Iterator[Finding]:
    """[1]: the mark of a footnote is not spoken, and nobody would know that it stood there."""
    for found in FOOTNOTE.finditer(draft.text.text):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        yield draft.text.finding("note_dropped", start, found.end())
