"""Whether the number named is that of the help that is needed: 113 police, 114 fire and rescue, 115 ambulance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding, Passage

SERVICES: Mapping[str, re.Pattern[str]] = {
    "113": re.compile(
        r"\b(?:cướp|trộm|đánh nhau|gây rối|mất trật tự|an ninh trật tự|cảnh sát 113|công an|cảnh sát hình sự|kẻ gian|"
        r"lừa đảo)\b",
        re.IGNORECASE,
    ),
    "114": re.compile(
        r"\b(?:cháy|hỏa hoạn|hoả hoạn|chữa cháy|cứu hỏa|cứu hoả|cứu nạn|cứu hộ|mắc kẹt|sập nhà|pccc)\b", re.IGNORECASE
    ),
    "115": re.compile(
        r"\b(?:cấp cứu|cứu thương|đột quỵ|đột quị|ngộ độc|bị thương|ngất|bất tỉnh|khó thở|ốm nặng|chuyển dạ|đau tim|"
        r"nhồi máu)\b",
        re.IGNORECASE,
    ),
}
SERVICE = re.compile(r"(?<![\w.,/+\-])(?<!\d )11[345](?![\w%/\-]|[.,]\d)")
CLAUSE = re.compile(r"[,;:.!?\n–]+")
SENTENCE_END = re.compile(r"[.!?\n]")
COUNTED_CASES = re.compile(
    r" (?:đường|phố|ngõ|quốc lộ|vụ|người|trường hợp|ca|hộ|xã|đơn vị|cuộc|đồng|tỷ|triệu|nghìn|tin|nạn nhân)\b"
)


def find_wrong_services(draft: Draft) -> Iterator[Finding]:
    """Cháy thì gọi 115: fire is 114, an ambulance 115, the police 113."""
    passage = draft.text
    if not SERVICE.search(passage.text):
        return
    clauses = list(_clauses(passage))
    for index, (start, end) in enumerate(clauses):
        numbers = [each for each in SERVICE.finditer(passage.text, start, end) if not _counts(passage, each)]
        if not numbers:
            continue
        here, before = _needs(passage.text[start:end]), _needs_before(passage, clauses, index)
        asked = here | before if before & {each[0] for each in numbers} else here or before
        named = {each[0] for each in numbers}
        if asked and not asked & named:
            right = " / ".join(sorted(asked))
            yield passage.finding("service_number_wrong", *numbers[0].span(), right=right)


def _clauses(passage: Passage) -> Iterator[tuple[int, int]]:
    ends = [0, *(found.end() for found in CLAUSE.finditer(passage.text)), len(passage.text)]
    yield from ((start, end) for start, end in pairwise(ends) if start < end)


def _needs(clause: str) -> set[str]:
    """The services that a clause speaks of. Police that come to a fire are the fire brigade."""
    found = {number for number, signs in SERVICES.items() if signs.search(clause)}
    return found - {"113"} if len(found) > 1 else found


def _needs_before(passage: Passage, clauses: list[tuple[int, int]], index: int) -> set[str]:
    """What the clauses before in the same sentence speak of, up to one that names its own number."""
    for start, end in reversed(clauses[max(0, index - 3) : index]):
        clause = passage.text[start:end]
        if SENTENCE_END.search(clause) or SERVICE.search(clause):
            return set()
        if asked := _needs(clause):
            return asked
    return set()


def _counts(passage: Passage, found: re.Match[str]) -> bool:
    return COUNTED_CASES.match(passage.text, found.end()) is not None
