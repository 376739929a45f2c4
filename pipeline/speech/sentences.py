"""Where a sentence ends: in texts as written and in words as spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"”’»)\]]*+\s++(?=[\"“‘«(\[]{0,3}(\w))")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)$")
# what a full stop shortens though a capital follows: TP. Hải Phòng, ThS. Bình, anh A. Bình
_SHORTENED = re.compile(r"(?:T[PXTSpxt]|t[px]|KP|Đc|S?ĐT|Th[Ss]|P?GS|B[Ss]|\w)$")


def sentences(text: str) -> Iterator[str]:
    """The sentences of one paragraph in their order, blanks around them dropped. Linear; never raises.

    A stop ends one where a capital or a figure follows, and where it shortens no word (`TP. Hải Phòng`, `anh A. Bình`).
    """
    start = 0
    for stop in _STOP.finditer(text):
        if _ends(text, stop):
            yield text[start : stop.end()].strip()
            start = stop.end()
    if rest := text[start:].strip():
        yield rest


def _ends(text: str, stop: re.Match[str]) -> bool:
    if not (stop[1].isupper() or stop[1].isdigit()):
        return False
    if stop[0].rstrip() != ".":
        return True
    word = _WORD_BEFORE.search(text, max(0, stop.start() - 6), stop.start())
    return word is None or not (_SHORTENED.match(word[1]) and (word[1][0].isupper() or len(word[1]) > 1))
