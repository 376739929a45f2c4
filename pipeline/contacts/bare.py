"""Lists of people who want nothing: with a header as any list of contacts, or bare, one number a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.contacts.files import MAX_LINE, read_contacts
from pipeline.contacts.workbooks import is_workbook
from pipeline.errors import ContentError


class NumberLine(NamedTuple):
    """A cell that ought to hold a number, and the line it stands on."""

    line: int
    text: str

    def __repr__(self) -> str:
        return f"NumberLine(line={self.line})"


def read_numbers(path: Path) -> Iterator[NumberLine]:
    """The numbers of a file, blank lines left out. ContentError as for a list of contacts."""
    try:
        rows = read_contacts(path)
    except ContentError as error:
        if error.code != "contacts_no_phone_column" or _is_workbook(path):
            raise
        yield from _bare_lines(path)
        return
    for row in rows:
        yield NumberLine(row.line, row.phone)


def _is_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return is_workbook(file.read(8))


def _bare_lines(path: Path) -> Iterator[NumberLine]:
    with path.open("rb") as file:
        for number, raw in enumerate(iter(lambda: file.readline(MAX_LINE + 1), b""), 1):
            if len(raw) > MAX_LINE:
                raise ContentError("contacts_line_too_long", file=path.name, line=number, limit=MAX_LINE)
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError:
                raise ContentError("contacts_not_utf8", file=path.name, line=number) from None
            if text:
                yield NumberLine(number, text)
