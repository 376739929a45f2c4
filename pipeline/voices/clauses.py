"""Texts cut for a voice that takes a hundred characters at a time: at clauses, in as few pieces as can be."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 100  # characters a request: Google takes no more


def pack(paragraph: str) -> Iterator[str]:
    """Cut into as few pieces of at most LONGEST characters as clauses allow; a longer clause is cut between words.

    What holds no letter or digit is left out: there is nothing to speak in it, and gTTS refuses it.
    """
    piece = ""
    for part in _parts(paragraph):
        if piece and len(piece) + 1 + len(part) > LONGEST:
            yield piece
            piece = ""
        piece = f"{piece} {part}" if piece else part
    if piece:
        yield piece


def _parts(paragraph: str) -> Iterator[str]:
    for clause in re.split(r"(?<=[.,;:!?…])\s+", paragraph):
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
