"""Slips of the keyboard: words glued together or written twice, blanks forgotten, marks where they cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding, Passage, Word
from pipeline.proofreading.letters import address_spans
from pipeline.proofreading.syllables import glued, is_impossible, is_spelled, misplaced
from pipeline.speech.lexicon import Lexicon
from pipeline.speech.page import words

SPELLING = Path(__file__).with_name("spelling.tsv")

FORGOTTEN = re.compile(r"(?<=[^\W\d_])[.,;:!?)](?=[^\W\d_])")
ABBREVIATED = words("tp tx tt ths ts gs pgs bs ks cn nxb kp kcn bt hs v vs th st đ q p x h no mr mrs dr st")

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


def find_glued_words(draft: Draft) -> Iterator[Finding]:
    """vàUBND, khôngđược."""
    passage, lexicon = draft.text, draft.site.lexicon
    addresses = _Addresses(passage)
    for word in passage.words:
        written = passage.text[word.start : word.end]
        if not word.text.isascii() and not addresses.hold(word.start):
            apart = _apart(written, word.text, lexicon)
            if apart:
                yield passage.finding("words_glued", word.start, word.end, apart=apart)


def _apart(written: str, lowered: str, lexicon: Lexicon) -> str:
    if written[1:].islower():
        known = lexicon.reading(written) or lexicon.reading(lowered)
        return "" if known else _spaced(written, glued(lowered))
    inside = next((place for place, letter in enumerate(written) if place and letter.isupper()), 0)
    left, right = lowered[:inside], written[inside:]
    if len(left) < 2 or len(right) < 2 or not is_spelled(left) or lexicon.reading(written):
        return ""
    named = (right.isupper() and right.isascii()) or (right[1:].islower() and is_spelled(right.lower()))
    return f"{written[:inside]} {right}" if named else ""


def _spaced(written: str, lowered: str) -> str:
    return written[0] + lowered[1:] if lowered else ""


def find_forgotten_blanks(draft: Draft) -> Iterator[Finding]:
    """xã.UBND, dân,không: a voice runs on where a stop was meant."""
    passage = draft.text
    addresses = _Addresses(passage)
    by_end = {word.end: word for word in passage.words}
    by_start = {word.start: word for word in passage.words}
    for found in FORGOTTEN.finditer(passage.text):
        left, right = by_end.get(found.start()), by_start.get(found.end())
        if left is None or right is None or addresses.hold(found.start()):
            continue
        if _forgotten(passage, found[0], left, right):
            shown = f"{passage.text[left.start : found.end()]} {passage.text[right.start : right.end]}"
            yield passage.finding("blank_missing", left.start, right.end, apart=shown)


def _forgotten(passage: Passage, sign: str, left: Word, right: Word) -> bool:
    written = passage.text[left.start : left.end]
    if len(left.text) < 2 or written.isupper() or left.text in ABBREVIATED:
        return False
    if sign in ".:)":  # abbreviations and names of files hold points: both sides must be words
        seen = left.text + right.text
        return is_spelled(left.text) and len(right.text) > 1 and not (sign == "." and seen.isascii())
    return True


def find_doubled_words(draft: Draft) -> Iterator[Finding]:
    """của của, phòng chống phòng chống; what Vietnamese says twice on purpose stays."""
    passage = draft.text
    before = ""
    for left, right in passage.neighbours():
        if left.text == right.text and left.text in ONCE:
            lead = _word_before(passage, left)
            if lead not in ENDS_A_WORD.get(left.text, frozenset()) and before != left.text:
                yield passage.finding("words_doubled", left.start, right.end, once=left.text)
        before = left.text
    yield from _doubled_phrases(passage)


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


class _Addresses:
    """Where the addresses of a passage stand, asked in order."""

    def __init__(self, passage: Passage) -> None:
        self._spans = address_spans(passage)
        self._next = 0

    def hold(self, position: int) -> bool:
        while self._next < len(self._spans) and self._spans[self._next][1] <= position:
            self._next += 1
        return self._next < len(self._spans) and self._spans[self._next][0] <= position
