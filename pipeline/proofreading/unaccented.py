"""Text without its diacritics: an SMS may be folded, what is spoken may not, for no voice guesses what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding, Passage, Word
from pipeline.proofreading.letters import address_spans
from pipeline.proofreading.syllables import STOPPED
from pipeline.speech.letters import SYLLABLE, UNMARKED

LONG_RUN, SHORT_RUN = 5, 2
BARE_RUN = 8  # so many words without a mark, and nothing else in their sentence, are none of ours
WITNESSES = 2  # of a run: words that cannot be Vietnamese as they stand, and are once they get their marks
BROKEN = re.compile(r"[.!?…:;\n]")
ONSETS = re.compile(r"(?:ngh|ng|nh|ch|gh|kh|ph|th|tr|gi|qu|[bcdghklmnprstvx])[aeiouy]")


def find_unaccented(draft: Draft) -> Iterator[Finding]:
    """Ba con khong chuyen tien: a sentence, or the most of it, written without marks."""
    passage = draft.text
    bare = all(word.text.isascii() for word in passage.words)
    for run in _runs(passage):
        witnesses = sum(_is_witness(word.text) for word in run)
        whole = bare or _is_sentence(passage, run)
        shouted = passage.text[run[0].start : run[-1].end].isupper()  # NGUYEN VAN A, as on an account
        if shouted and not whole:
            continue
        enough = witnesses >= WITNESSES and len(run) >= (SHORT_RUN if whole else LONG_RUN)
        if enough or (whole and (len(run) >= BARE_RUN or (bare and witnesses and len(run) > SHORT_RUN))):
            yield passage.finding("marks_missing", run[0].start, run[-1].end)


def _runs(passage: Passage) -> Iterator[Sequence[Word]]:
    """Words in a row within a sentence that could be Vietnamese without its marks."""
    addresses, run = address_spans(passage), list[Word]()
    for word in passage.words:
        between = passage.text[run[-1].end : word.start] if run else ""
        if run and (BROKEN.search(between) or not _is_bare(word.text)):
            yield run
            run = []
        while addresses and addresses[0][1] <= word.start:
            addresses.pop(0)
        if _is_bare(word.text) and not (addresses and addresses[0][0] <= word.start):
            run.append(word)
    if run:
        yield run


def _is_sentence(passage: Passage, run: Sequence[Word]) -> bool:
    """Whether nothing but signs stands between it and the stops around it."""
    before = re.search(r"[^.!?…\n]*$", passage.text[max(0, run[0].start - 80) : run[0].start])
    after = re.match(r"[^.!?…\n]{0,80}", passage.text[run[-1].end :])
    around = (before[0] if before else "") + (after[0] if after else "")
    return not any(char.isalpha() for char in around)


@lru_cache(maxsize=20_000)
def _is_bare(word: str) -> bool:
    return word.isascii() and UNMARKED.fullmatch(word) is not None


@lru_cache(maxsize=20_000)
def _is_witness(word: str) -> bool:
    """nguoi, tien, mat, duoc: its vowels want a shape, or its end wants a tone."""
    if len(word) < 3 or not ONSETS.match(word):
        return False
    return SYLLABLE.fullmatch(word) is None or STOPPED.search(word) is not None or word in WANTING


WANTING = frozenset({"khong", "nhung"})  # no such words without marks
