"""Whether the SMS says what the loudspeaker says: it may say less, never something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.facts import Fact, Sort, facts_of
from pipeline.proofreading.findings import Finding
from pipeline.proofreading.letters import plain
from pipeline.speech import numbers
from pipeline.speech.web import address

DIFFERS = {Sort.HOTLINE: "sms_hotline_differs", Sort.SITE: "sms_site_differs", Sort.MONEY: "sms_money_differs"}
IN_WORDS = re.compile(r"[ ,]{0,2}\(? ?(?:(?:viết |ghi )?bằng chữ|bang chu|tức là|tức|hay)?[ :]{0,2}\(?$", re.IGNORECASE)
SAID_DIGITS = re.compile(r"(?:\b(?:khong|mot|hai|ba|bon|nam|sau|bay|tam|chin)\b ?){3,11}")
CALLED = re.compile(r"(?:goi|so|tong dai|toi|duong day nong|dau so)[ :]*$")


def find_disagreement(draft: Draft) -> Iterator[Finding]:
    """A fact of the SMS that the text lacks; a number to call or a site that is another one than the text's."""
    if draft.sms is None:
        return
    stated = facts_of(draft.sms.text)
    if not stated:
        return
    told = facts_of(draft.text.text)
    spoken = f" {re.sub(r'[^a-z0-9]+', ' ', plain(draft.spoken.text))} "
    written = plain(draft.text.text)
    for fact in stated:
        if any(fact.value == each.value for each in told) or _is_said(fact, spoken, written):
            continue
        others = any(each.sort is fact.sort for each in told) or (fact.sort is Sort.HOTLINE and _says_number(spoken))
        code = DIFFERS.get(fact.sort, "") if others else ""
        yield draft.sms.finding(code or "sms_fact_missing", fact.start, fact.end)


def _is_said(fact: Fact, spoken: str, written: str) -> bool:
    """Whether the words of the text say it: một một ba is 113, ba triệu is 3tr."""
    if fact.sort is Sort.SITE:
        return fact.value in written or plain(address(fact.value)) in spoken
    return any(f" {plain(words)} " in spoken for words in _wordings(fact))


def _wordings(fact: Fact) -> Iterator[str]:
    if fact.sort is Sort.HOTLINE:
        yield numbers.digit_by_digit(fact.value)
    elif fact.sort is Sort.DATE:
        day, month = map(int, fact.value.split("/"))
        for said in (numbers.cardinal(day), str(day)):
            yield f"{said} tháng {numbers.month(month)}"
    elif fact.sort is Sort.TIME:
        hour, minute = map(int, fact.value.split(":"))
        yield f"{numbers.cardinal(hour)} giờ" + (f" {numbers.cardinal(minute)}" if minute else "")
    elif fact.value.isdigit() and len(fact.value) <= 15:
        said = numbers.cardinal(int(fact.value))
        yield from (said, said.replace("lẻ", "linh"), re.sub(r"mươi tư\b", "mươi bốn", said))
        yield numbers.digit_by_digit(fact.value)
    else:
        yield fact.value


def _says_number(spoken: str) -> bool:
    """Whether the text sends people to some number, in words."""
    return any(
        CALLED.search(spoken[max(0, found.start() - 20) : found.start()]) for found in SAID_DIGITS.finditer(spoken)
    )


def find_money_that_differs_in_words(draft: Draft) -> Iterator[Finding]:
    """500.000 đồng (năm mươi nghìn đồng): figures and words of one amount that are not the same."""
    for passage in draft.passages:
        amounts = sorted(
            (each for each in facts_of(passage.text) if each.sort is Sort.MONEY), key=lambda each: each.start
        )
        for first, second in pairwise(amounts):
            between = passage.text[first.end : second.start]
            in_figures = [
                any(char.isdigit() for char in passage.text[each.start : each.end]) for each in (first, second)
            ]
            if in_figures == [True, False] and IN_WORDS.match(between) and first.value != second.value:
                yield passage.finding("money_words_differ", first.start, second.end)
