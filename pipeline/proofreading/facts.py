"""The facts a short text states, with accents or folded for an SMS: numbers to call, sites, money, days, times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from pipeline.proofreading.addresses import host_of
from pipeline.proofreading.amounts import amounts_in_words
from pipeline.proofreading.draft import digits_of
from pipeline.proofreading.letters import plain
from pipeline.speech.page import words
from pipeline.speech.telephones import EMERGENCY
from pipeline.speech.web import EMAIL, URL


class Sort(StrEnum):
    HOTLINE = "hotline"
    SITE = "site"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"


class Fact(NamedTuple):
    """`value` is the same for every way of writing it: 1tr and 1 triệu are money 1000000."""

    sort: Sort
    value: str
    start: int
    end: int


PHONE = re.compile(r"(?<![\w.,/])(?:\+84|0)(?:[ .\-]?\d){8,10}(?!\d)|(?<![\w.,/])1[89]00(?:[ .\-]?\d){4,6}(?!\d)")
CALLED = re.compile(
    r"(?:\bgoi|\bbam|tong dai|duong day nong|hotline|dau so|nhan tin|\bgui|lien he|\bbao|phan anh|trinh bao|\bsdt|\bdt)"
    r"(?: (?:dien|ngay|lai|den|toi|cho|ve|qua|theo|so|may|dau|tong|dai|la|cong|an|xa|hoac|va|\d{3,5})){0,5}[ :,/]*$"
)
CALLS = re.compile(r"(?<![\w.,/+\-])\d{3,5}(?![\w%/]|[.,]\d)")
COUNTED = words(
    "nguoi vu dong trieu ty nghin ngan hinh thuc cuoc lan ngay thang nam ho ban tin phut gio k tr d xa thon"
)
MONEY = re.compile(
    r"(?<![\w/])(\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?) ?(trieu|tr|ty|ti|nghin|ngan|k|dong|d|vnd)(?![a-z])(\d{1,3})?"
    r"(?: dong|d\b)?"
)
SCALE = {
    "trieu": 10**6, "tr": 10**6, "ty": 10**9, "ti": 10**9, "nghin": 1000, "ngan": 1000, "k": 1000, "dong": 1, "d": 1,
    "vnd": 1,
}  # fmt: skip
DATE = re.compile(
    r"(?<![\w/.,])(\d{1,2})[/\-](\d{1,2})(?:[/\-]((?:19|20)\d\d|\d\d))?(?![\w/])|"
    r"\b(?:ngay|mung) (\d{1,2}) thang (\d{1,2})(?:,? nam ((?:19|20)\d\d))?"
)
TIME = re.compile(r"(?<![\w.,:])([01]?\d|2[0-4])(?:h|:| gio ?)([0-5]\d)?(?: ?phut|p)?(?![\d:])(?<!:)(?<!\d )")
NUMBER = re.compile(r"(?<![\w.,/\-])\d{1,3}(?:[.,]\d{3})+(?!\w)|(?<![\w.,/\-])\d+(?:[.,]\d+)?(?![\w/]|[.,\-]\d)")


def facts_of(text: str) -> list[Fact]:
    """What a text states, in order of sorts; each stretch of it counts once."""
    folded = plain(text)
    taken = bytearray(len(folded))
    found: list[Fact] = []
    for reader in (_sites, _hotlines, _dates, _money, _times, _numbers):
        for fact in reader(folded):
            if taken.find(1, fact.start, fact.end) < 0:
                taken[fact.start : fact.end] = b"\x01" * (fact.end - fact.start)
                found.append(fact)
    found += [Fact(Sort.MONEY, str(each.value), each.start, each.end) for each in amounts_in_words(text)]
    return found


def _sites(text: str) -> Iterator[Fact]:
    for found in EMAIL.finditer(text) if "@" in text else ():
        yield Fact(Sort.SITE, found[0], *found.span())
    for found in URL.finditer(text) if "." in text else ():
        written = found[0].rstrip(".,;:!?)")
        yield Fact(Sort.SITE, host_of(written), found.start(), found.start() + len(written))


def _hotlines(text: str) -> Iterator[Fact]:
    for found in PHONE.finditer(text):
        yield Fact(Sort.HOTLINE, digits_of(found[0]), *found.span())
    for found in CALLS.finditer(text):
        lead, follow = text[max(0, found.start() - 40) : found.start()], text[found.end() : found.end() + 12].split()
        counts = bool(follow) and text[found.end()] == " " and follow[0].strip(".,") in COUNTED
        if not counts and CALLED.search(lead) and (len(found[0]) == 4 or found[0] in EMERGENCY):
            yield Fact(Sort.HOTLINE, found[0], *found.span())


def _money(text: str) -> Iterator[Fact]:
    for found in MONEY.finditer(text):
        amount, unit, rest = found[1], found[2], found[3] or ""
        if rest and unit not in ("tr", "ty", "ti", "k"):
            continue
        grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", amount) and unit in ("dong", "d", "vnd")
        number = float(re.sub(r"[.,]", "", amount)) if grouped else float(amount.replace(",", "."))
        value = round(number * SCALE[unit]) + (int(rest.ljust(3, "0")) * SCALE[unit] // 1000 if rest else 0)
        yield Fact(Sort.MONEY, str(value), *found.span())


def _dates(text: str) -> Iterator[Fact]:
    for found in DATE.finditer(text):
        day, month, year = (found[1] or found[4], found[2] or found[5], found[3] or found[6] or "")
        if (1 <= int(day) <= 31 and 1 <= int(month) <= 12) and (found[4] or year or _is_day(text, found)):
            yield Fact(Sort.DATE, f"{int(day)}/{int(month)}", *found.span())


def _is_day(text: str, found: re.Match[str]) -> bool:
    return re.search(r"(?:ngay|sang|chieu|toi|trua|tu|den|truoc|sau)[ :]*$", text[: found.start()][-8:]) is not None


def _times(text: str) -> Iterator[Fact]:
    for found in TIME.finditer(text):
        if ":" not in found[0] or found[2]:
            yield Fact(Sort.TIME, f"{int(found[1])}:{found[2] or '00'}", *found.span())


def _numbers(text: str) -> Iterator[Fact]:
    for found in NUMBER.finditer(text):
        grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", found[0])
        value = re.sub(r"[.,]", "", found[0]) if grouped else found[0].replace(",", ".")
        yield Fact(Sort.NUMBER, value.lstrip("0") or "0", *found.span())
