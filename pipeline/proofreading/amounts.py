"""Amounts of money written in words, with accents or folded: năm mươi nghìn đồng is 50000 VND."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.proofreading.letters import plain

ONES = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6,
    "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
TENS = {"mười": 10, "mươi": 10}
SCALES = {"trăm": 100, "nghìn": 1000, "ngàn": 1000, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
JOINTS = frozenset({"linh", "lẻ"})


class Said(NamedTuple):
    """An amount in VND and where it stands."""

    value: int
    start: int
    end: int


def _folded(table: dict[str, int]) -> dict[str, int]:
    return {plain(word): value for word, value in table.items()}


class _Words(NamedTuple):
    ones: dict[str, int]
    tens: dict[str, int]
    scales: dict[str, int]
    joints: frozenset[str]
    pattern: re.Pattern[str]


def _words(*, folded: bool) -> _Words:
    ones, tens, scales = (_folded(each) if folded else each for each in (ONES, TENS, SCALES))
    joints = frozenset(map(plain, JOINTS)) if folded else JOINTS
    any_word = "|".join(sorted({*ones, *tens, *scales, *joints}, key=len, reverse=True))
    currency = r"(?: ?đồng| ?dong| ?vnđ| ?vnd)"
    return _Words(ones, tens, scales, joints, re.compile(rf"\b(?:{any_word})(?: (?:{any_word})){{1,14}}{currency}\b"))


WRITTEN, FOLDED = _words(folded=False), _words(folded=True)


def amounts_in_words(text: str) -> Iterator[Said]:
    """Every amount that is said in words and ends in its currency. What is no number (ba trăm mười ba năm) is none."""
    lowered = text.lower()
    known = FOLDED if lowered.isascii() else WRITTEN
    for found in known.pattern.finditer(lowered):
        value = _value(found[0].split(), known)
        if value:
            yield Said(value, *found.span())


def _value(said: list[str], known: _Words) -> int:
    """0 for what is no number."""
    total = group = 0
    below: int | None = None
    for word in said:
        if word in known.scales:
            scale = known.scales[word]
            if scale == 100:
                group, below = group + (below or 0) * 100, None
            else:
                total, group, below = total + (group + (below or 0)) * scale, 0, None
        elif word in known.tens:
            below = (below if below and word != "mười" else 1) * 10 if word in ("mươi", "muoi") else 10
        elif word in known.ones:
            below = known.ones[word] if below is None else below + known.ones[word]
        elif word not in known.joints:
            break
    return total + group + (below or 0)
