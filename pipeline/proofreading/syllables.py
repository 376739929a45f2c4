"""Whether a written syllable can be Vietnamese at all: its letters, and where its tone mark may stand."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from pipeline.speech.letters import is_syllable

GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
TONES = frozenset((GRAVE, ACUTE, TILDE, HOOK, DOT))
VOWELS = frozenset("aăâeêioôơuưy")
SHAPED = frozenset("ăâêôơ")
UPPER = "A-ZĐÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))  # of a class; À-Ỹ holds à too
ONSET = re.compile(r"qu|gi(?=[aăâeêoôơuư])|ngh|ng|nh|ch|gh|kh|ph|th|tr|[bcdđghklmnprstvx]")
STOPPED = re.compile(r"(?:[ptc]|ch)$")
# c before e, k before a, ng before i … : never Vietnamese
WRONG_ONSET = re.compile(r"c[eêiy]|k[aăâoôuư]|ng[eêiy]|ngh[aăâoôơuưy]|gh[aăâoôơuưy]|g[eê]|q(?!u)")


class Spelling(NamedTuple):
    """A syllable without its tone, the tone, and the offset of the letter that carries it (-1: no tone)."""

    plain: str
    tone: str
    place: int
    marks: int


def apart(word: str) -> Spelling:
    """A lower-case word taken apart."""
    plain: list[str] = []
    tone, place, marks = "", -1, 0
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        kept = [part for part in parts if part not in TONES]
        if len(kept) < len(parts):
            tone, place, marks = next(part for part in parts if part in TONES), len(plain), marks + 1
        plain.append(unicodedata.normalize("NFC", "".join(kept)))
    return Spelling("".join(plain), tone, place, marks)


@lru_cache(maxsize=20_000)
def is_spelled(word: str) -> bool:
    """Whether a lower-case word is one syllable, its letters and tone as Vietnamese allows them."""
    return is_syllable(word) and not is_impossible(word) and misplaced(word) == ""


@lru_cache(maxsize=20_000)
def is_impossible(word: str) -> bool:
    """Whether a lower-case word, though its letters make a syllable, breaks a rule of tones or of its first letter.

    Judged only where it shows that Vietnamese is meant: a mark or a letter that no other language of ours has.
    """
    if word.isascii() or not is_syllable(word):
        return False
    found = apart(word)
    if found.marks > 1 or WRONG_ONSET.match(found.plain):
        return True
    return STOPPED.search(found.plain) is not None and found.tone not in (ACUTE, DOT)


@lru_cache(maxsize=20_000)
def misplaced(word: str) -> str:
    """The word with its tone mark where it belongs; "" where it stands right, in the old style (hoà) or the new."""
    if word.isascii() or not is_syllable(word):
        return ""
    found = apart(word)
    if found.marks != 1:
        return ""
    allowed = _places(found.plain)
    if not allowed or found.place in allowed:
        return ""
    letters = list(found.plain)
    letters[allowed[0]] = unicodedata.normalize("NFC", letters[allowed[0]] + found.tone)
    return "".join(letters)


def _places(plain: str) -> tuple[int, ...]:
    """Offsets of the letters that may carry the tone, the usual one first."""
    onset = ONSET.match(plain)
    start = onset.end() if onset else 0
    end = start
    while end < len(plain) and plain[end] in VOWELS:
        end += 1
    vowels = plain[start:end]
    shaped = [start + offset for offset, letter in enumerate(vowels) if letter in SHAPED]
    if shaped:
        return (shaped[-1],)
    if "ư" in vowels:
        return (start + vowels.index("ư"),)
    if len(vowels) == 3:
        return (start + 1,)
    if len(vowels) != 2:
        return (start,) if vowels else ()
    if end < len(plain):
        return (start + 1,)
    return (start, start + 1) if vowels in ("oa", "oe", "uy") else (start,)


@lru_cache(maxsize=20_000)
def glued(word: str) -> str:
    """A lower-case word as the two or three syllables that were written as one; "" where it is none such."""
    if word.isascii() or is_syllable(word) or len(word) > 21:
        return ""
    best: list[tuple[str, ...] | None] = [(), *([None] * len(word))]
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - 7), end - 1):
            head = best[start]
            if head is None or len(head) > 2 or not is_spelled(word[start:end]):
                continue
            current = best[end]
            if current is None or len(head) + 1 < len(current):
                best[end] = (*head, word[start:end])
    return " ".join(best[-1] or ())


TURNED = str.maketrans({HOOK: TILDE, TILDE: HOOK})


def mistaken(word: str) -> list[str]:
    """How a lower-case syllable is misspelled by ear: with hỏi for ngã, with n for ng at its end, and the reverse."""
    turned = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(TURNED))
    ended = word[:-1] if word.endswith("ng") else f"{word}g" if word.endswith("n") else word
    return [each for each in (turned, ended) if each not in (word, *WORDS_OF_THEIR_OWN)]


WORDS_OF_THEIR_OWN = frozenset({"thôn"})  # trưởng thôn báo …
