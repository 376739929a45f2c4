"""Misspelled words: syllables that cannot be, slips by name, and common words with a tone or an end mistaken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding, Passage, Word
from pipeline.proofreading.syllables import is_impossible, misplaced, mistaken
from pipeline.speech.page import words

SPELLING = Path(__file__).with_name("spelling.tsv")
COMPOUNDS = Path(__file__).with_name("compounds.txt")


def find_misspelled_words(draft: Draft) -> Iterator[Finding]:
    """cuả, thưc; hổ trợ, tài khoảng: what cannot be, and the slips of spelling.tsv."""
    passage = draft.text
    for word in passage.words:
        if word.text.isascii() or not passage.text[word.start + 1 : word.end].islower():
            continue
        if right := misplaced(word.text):
            yield passage.finding("misspelled", word.start, word.end, right=right)
        elif is_impossible(word.text) and passage.text[word.start].islower() and word.text not in _known():
            yield passage.finding("syllable_impossible", word.start, word.end)
    yield from _known_slips(passage)


def _known_slips(passage: Passage) -> Iterator[Finding]:
    known, found = _known(), passage.words
    end = 0
    for index, word in enumerate(found):
        if word.start < end or word.text not in known:
            continue
        for slip in known[word.text]:
            last = found[min(index + len(slip.phrase), len(found)) - 1]
            if passage.text[word.start : last.end].lower().split() != slip.phrase:
                continue
            if index == 0 or found[index - 1].text not in slip.unless:
                yield passage.finding("misspelled", word.start, last.end, right=slip.right)
                end = last.end
                break


class _Slip(NamedTuple):
    """A phrase that is wrong, what is meant, and the words behind which it is right after all."""

    phrase: list[str]
    right: str
    unless: frozenset[str]


@cache
def _known() -> Mapping[str, list[_Slip]]:
    """Slips by their first word, the longest first."""
    slips: dict[str, list[_Slip]] = {}
    for line in SPELLING.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            wrong, right, unless = (*line.split("\t"), "")[:3]
            slips.setdefault(wrong.split()[0], []).append(_Slip(wrong.split(), right, words(unless)))
    for phrases in slips.values():
        phrases.sort(key=lambda each: -len(each.phrase))
    return slips


def find_mistaken_compounds(draft: Draft) -> Iterator[Finding]:
    """chủ quang, cãnh giác: a common word with hỏi for ngã, or n for ng at its end, and the reverse."""
    passage, known = draft.text, _mistaken()
    end = -1
    for left, right in passage.neighbours():
        meant = known.get((left.text, right.text))
        if meant is None or left.start < end or _is_name(passage, left) or _is_name(passage, right):
            continue
        end = right.end
        yield passage.finding("misspelled", left.start, right.end, right=meant)


def _is_name(passage: Passage, word: Word) -> bool:
    """Whether it is written like a name: a capital behind anything but the end of a sentence."""
    lead = passage.text[: word.start].rstrip(' \n"“(')[-1:]
    return passage.text[word.start].isupper() and lead not in ("", ".", "!", "?", "…", ":")


@cache
def _mistaken() -> Mapping[tuple[str, str], str]:
    """How the compounds are mistaken, with what is meant. What is right itself, or a slip by name, is left out."""
    lines = [line for line in COMPOUNDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    right = {pair for line in lines for each in line.split(",") for pair in pairwise(each.split())}
    found: dict[tuple[str, str], str] = {}
    alone = {slip.phrase[0] for slips in _known().values() for slip in slips if len(slip.phrase) == 1}
    for first, second in right:
        wrong = [(each, second) for each in mistaken(first)] + [(first, each) for each in mistaken(second)]
        found |= {
            pair: f"{first} {second}"
            for pair in wrong
            if pair not in right and alone.isdisjoint(pair) and " ".join(pair) not in _phrases()
        }
    return found


def _phrases() -> frozenset[str]:
    return frozenset(" ".join(slip.phrase) for slips in _known().values() for slip in slips)
