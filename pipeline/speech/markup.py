"""What is on the page and never spoken: list marks, Markdown, emoji, the closing ./. of official papers."""

from __future__ import annotations

import re
import unicodedata

from pipeline.speech.page import Kind, Page

INNER_MARK = re.compile(r"(?<=[;:.!?])\s+\+\s+(?=[^\W\d_])")  # "; + Thôn 2"
LIST_MARKS = "-–—*+•▪●○◦■□➢►✓✔→#"
LIST_MARK = re.compile(r"^[ \t]*(?:[-–—*+•▪●○◦■□➢►✓✔→]|#{1,6})(?=[ \t])[ \t]*", re.MULTILINE)
DASH_MARK = re.compile(r"^[ \t]*[-–—•](?=[^\W\d_])", re.MULTILINE)
QUOTE_MARK = re.compile(r"^[ \t]*>[ \t]+(?=\S)", re.MULTILINE)
MORE_THAN = re.compile(r"\s*>\s*[-+−]?\d")  # > 5 triệu: a sign, no mark
LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(([^()\s]{1,300})\)")
ANGLES = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,300})>")
BLANK_TO_FILL = re.compile(r"<(?=[^\W\d_])[^<>=\n]{1,40}>")
EMPHASIS = re.compile(r"\*+(?![*\d#])|(?<=\w)\*\*+|_{2,}|`+|~~+")
FOOTNOTE = re.compile(r"\s?\[\d{1,3}(?:[,–-]\d{1,3})*\]|(?<=[^\W\d_])\(\d{1,2}\)|\s?\(\*+\)")
CLOSING = re.compile(r"\./\.|/\./|(?<=\w)/\.(?!\w)")
SYMBOL_CATEGORIES = {"So", "Sk"}
SPOKEN_SYMBOLS = frozenset("°₫№℃§")


def is_quoted(paragraph: str) -> bool:
    """Whether every line is marked with `> `: a quotation in Markdown, the advice of a bulletin here."""
    if ">" not in paragraph or MORE_THAN.match(paragraph):
        return False
    return all(QUOTE_MARK.match(line) for line in paragraph.strip().split("\n"))


def unquoted(paragraph: str) -> str:
    """A paragraph without the marks of a quotation."""
    return QUOTE_MARK.sub("", paragraph) if is_quoted(paragraph) else paragraph


def _silence_quotation(page: Page) -> None:
    if is_quoted(page.text):
        for found in QUOTE_MARK.finditer(page.text):
            page.silence(found.start(), found.end())


def silence_list_marks(page: Page) -> None:
    _silence_quotation(page)
    for pattern, signs in ((LIST_MARK, LIST_MARKS), (DASH_MARK, "-–—•")):
        for found in page.matches(pattern, signs):
            page.silence(found.start(), found.end())
    for found in page.matches(INNER_MARK, "+"):
        page.read(found.start(), found.end(), " ", Kind.SILENT)


def silence_markup(page: Page) -> None:
    """Markdown leaves its words: of a link the shown text, of an address in angles the address."""
    if "[" in page.text:
        for found in LINK.finditer(page.text):
            page.silence(found.start(), found.start() + 1)
            page.silence(found.end(1), found.end())
    if "<" in page.text:
        for found in ANGLES.finditer(page.text):
            page.silence(found.start(), found.start() + 1)
            page.silence(found.end() - 1, found.end())
        for found in BLANK_TO_FILL.finditer(page.text):  # soạn TB <số căn cước>
            page.silence(found.start(), found.start() + 1)
            page.silence(found.end() - 1, found.end())
    for found in page.matches(FOOTNOTE, "[("):
        page.silence(found.start(), found.end())
    for found in page.matches(EMPHASIS, "*_`~"):
        page.silence(found.start(), found.end())


def read_closings(page: Page) -> None:
    """`./.` ends an official paper: a full stop is enough."""
    for found in CLOSING.finditer(page.text):
        if found[0] == "./.":
            page.silence(found.start() + 1, found.end())
        else:
            page.read(found.start(), found.end(), ".", Kind.SILENT)


def silence_emoji(page: Page) -> None:
    if page.text.isascii():
        return
    for position, char in enumerate(page.text):
        if char > "\u00a0" and char not in SPOKEN_SYMBOLS and unicodedata.category(char) in SYMBOL_CATEGORIES:
            page.silence(position, position + 1)
