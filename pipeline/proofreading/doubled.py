"""Words and phrases that a hasty hand has written twice. What Vietnamese doubles on purpose stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding, Passage, Word
from pipeline.speech.page import words

SINGLE = Path(__file__).with_name("single.tsv")

# never said twice in a row, unlike "từ từ" or "ngày ngày"
ONCE = words("của và là các những với đã đang được bị để trong trên cho khi vì nhưng hoặc nếu thì sẽ do tại mà phải")
# … unless the first of them ends another word: thiết bị | bị hỏng, hiện tại | tại xã, nêu trên | trên mạng
ENDS_A_WORD: Mapping[str, frozenset[str]] = {
    "bị": words("thiết trang chuẩn phòng"),
    "tại": words("hiện tồn thực"),
    "do": words("tự lý nguyên căn"),
    "trên": words("nêu bên phía ở kể tầng nói vùng mạn như"),
    "trong": words("bên phía ở sáng veo"),
    "phải": words("bên tay phía lẽ"),
    "để": words("số"),
    "là": words("gọi tức nghĩa quần"),
    "và": words("vừa"),
    "được": words("nhận"),
    "cho": words("giao"),
    "mà": words("đất"),
    "đã": words("thế"),
}
EMPHATIC = words("từng rất thật mỗi càng hết mãi xa lâu chậm nhanh nhớ luôn không đừng chớ xin cố")
FIGURES = words("không một hai ba bốn tư năm lăm sáu bảy tám chín mười mươi mốt trăm nghìn triệu tỷ linh lẻ phẩy chấm")


def find_doubled_words(draft: Draft) -> Iterator[Finding]:
    """của của, chuyển chuyển, phòng chống phòng chống; what Vietnamese says twice on purpose stays."""
    passage = draft.text
    said = -1  # where a word begins that repeats the one before it
    for left, right in passage.neighbours():
        if left.text == right.text and said != left.start and _is_slip(passage, left, right):
            yield passage.finding("words_doubled", left.start, right.end, once=left.text)
        said = right.start if left.text == right.text else -1
    yield from _doubled_phrases(passage)


def _is_slip(passage: Passage, left: Word, right: Word) -> bool:
    """Whether nobody means both: neither does the first end a word while the second begins another."""
    known = _single().get(left.text)
    if known is None or (passage.text[right.start].isupper() and passage.text[left.start].islower()):  # an An Lão
        return False
    if _word_before(passage, left) not in known.leads:
        return True
    return bool(known.starts) and _word_behind(passage, right) not in known.starts


class _Single(NamedTuple):
    """Words behind which it ends another word, and those before which it begins one (none: nobody has listed them)."""

    leads: frozenset[str]
    starts: frozenset[str]


@cache
def _single() -> Mapping[str, _Single]:
    """Words that are never said twice running."""
    known = {each: _Single(ENDS_A_WORD.get(each, frozenset()), frozenset()) for each in ONCE}
    for line in SINGLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, leads, starts = (*line.split("\t"), "", "")[:3]
            known.setdefault(word, _Single(words(leads), words(starts)))
    return known


def _word_behind(passage: Passage, word: Word) -> str:
    follow = re.match(r"[ \n]([^\W\d_]+)", passage.text[word.end : word.end + 12].lower())
    return follow[1] if follow else ""


def _word_before(passage: Passage, word: Word) -> str:
    lead = re.search(r"([^\W\d_]+)[ \n]$", passage.text[max(0, word.start - 12) : word.start].lower())
    return lead[1] if lead else ""


def _doubled_phrases(passage: Passage) -> Iterator[Finding]:
    """Two to four words and the same again at once; commas within do not count, between the two they do."""
    found = passage.words
    skip = 0
    for index in range(len(found) - 3):
        if index < skip or found[index].text in EMPHATIC or found[index].text in FIGURES:
            continue
        for length in (4, 3, 2):
            if index + 2 * length > len(found) or not _repeats(passage, index, length):
                continue
            first, last = found[index], found[index + 2 * length - 1]
            once = passage.text[first.start : found[index + length - 1].end]
            yield passage.finding("words_doubled", first.start, last.end, once=once)
            skip = index + 2 * length
            break


def _repeats(passage: Passage, index: int, length: int) -> bool:
    found = passage.words
    if found[index].text != found[index + length].text:
        return False
    phrase = [word.text for word in found[index : index + length]]
    if phrase != [word.text for word in found[index + length : index + 2 * length]] or len(set(phrase)) == 1:
        return False
    gaps = [passage.text[found[each].end : found[each + 1].start] for each in range(index, index + 2 * length - 1)]
    return gaps[length - 1] in (" ", "\n") and all(gap.strip(" \n,") == "" for gap in gaps)
