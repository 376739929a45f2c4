"""Texts cut for a voice that takes a hundred characters at a time: at clauses, in as few pieces as can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LONGEST = 100  # characters a request: Google takes no more
_CLAUSE = re.compile(r"(?<=[.,;:!?…])\s+")
_END = re.compile(r"[.!?…][\"”’»)\]]*$")


def pack(paragraph: str) -> list[str]:
    """Cut into as few pieces of at most LONGEST characters as clauses allow; a longer clause is cut between words.

    Of all ways with as few pieces the one that cuts most often where a sentence ends: there a pause belongs. What holds
    no letter or digit is left out: there is nothing to speak in it, and gTTS refuses it.
    """
    parts = list(_parts(paragraph))
    pieces: list[str] = []
    end = len(parts)
    first = _first_of_last(parts)
    while end:
        pieces.append(" ".join(parts[first[end] : end]))
        end = first[end]
    return pieces[::-1]


def ends_sentence(piece: str) -> bool:
    """Whether a pause as between sentences belongs behind it."""
    return _END.search(piece[-8:]) is not None


def _first_of_last(parts: Sequence[str]) -> list[int]:
    """For every number of parts: where the last piece begins when those are packed best."""
    best: list[tuple[int, int]] = [(0, 0)]  # pieces, and cuts that are not at the end of a sentence
    first = [0]
    for end in range(1, len(parts) + 1):
        ways: list[tuple[int, int, int]] = []
        size = -1
        for start in range(end - 1, -1, -1):
            size += 1 + len(parts[start])
            if size > LONGEST:
                break
            pieces, torn = best[start]
            ways.append((pieces + 1, torn + int(not ends_sentence(parts[end - 1])), -start))
        pieces, torn, start = min(ways)
        best.append((pieces, torn))
        first.append(-start)
    return first


def _parts(paragraph: str) -> Iterator[str]:
    for clause in _CLAUSE.split(paragraph):
        if not any(letter.isalnum() for letter in clause):
            continue
        if len(clause) <= LONGEST:
            yield clause
        else:
            yield from _words(clause)


def _words(clause: str) -> Iterator[str]:
    for word in clause.split():
        for first in range(0, len(word), LONGEST):
            yield word[first : first + LONGEST]
