"""XLSX lists → rows of text. A workbook is a zip that may be a bomb: what it would unpack to is bounded before.

Only the first sheet is read. Numbers stand in it as floating-point values: one without a fraction is its digits, one
too long to be exact is written in powers of ten, so that nobody takes invented digits for a number.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from pipeline.errors import ContentError, Place, Problems

MAX_UNPACKED = 600_000_000  # bytes of all parts; a million rows are about 300 MB
MAX_STRINGS = 120_000_000  # bytes of the one part that is held in memory
MAX_PARTS = 2_000
MAX_ROWS = 1_048_576  # of a sheet, by the format
MAX_COLUMNS = 64
EXACT = 10**15  # a spreadsheet keeps 15 digits
SHORT = 100_000  # a longer number with a fraction could be taken for a telephone number with a dot in it
CHUNK = 1_000

_BROKEN = (zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, ValueError, TypeError, IndexError, OSError)


def is_workbook(start: bytes) -> bool:
    """Whether a file with these first bytes is a zip, as XLSX is."""
    return start.startswith(b"PK\x03\x04")


def is_old_workbook(start: bytes) -> bool:
    """Whether it is an XLS of before 2007, or an XLSX locked with a password."""
    return start.startswith(b"\xd0\xcf\x11\xe0")


def workbook_rows(path: Path, problems: Problems) -> Iterator[tuple[int, Sequence[str]]]:
    """Row number and cells, blank rows included. ContentError for a bomb or a broken file."""
    _refuse_bombs(path)
    with path.open("rb") as file:  # opened here, since the library goes by the name
        book = _open(path, file)
        try:
            sheet, *others = book.worksheets
            if others:
                problems.warning(Place(path.name), "contacts_other_sheets", sheet=sheet.title, others=len(others))
            # the size a sheet claims for itself may be anything; rows say where they stand
            rows = sheet.iter_rows(min_row=1, max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            yield from _texts(path, rows)
        finally:
            book.close()


def _open(path: Path, file: BinaryIO) -> Any:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except _BROKEN:
        raise ContentError("contacts_broken_workbook", file=path.name) from None
    if not book.worksheets:
        raise ContentError("contacts_broken_workbook", file=path.name)
    return book


def _texts(path: Path, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, Sequence[str]]]:
    number = 0
    while chunk := _chunk(path, rows):
        for cells in chunk:
            number += 1
            if cells.count(None) < len(cells):
                yield number, [_text(cell) for cell in cells]


def _chunk(path: Path, rows: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(islice(rows, CHUNK))
    except _BROKEN:
        raise ContentError("contacts_broken_workbook", file=path.name) from None


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        return _digits(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _digits(value: float) -> str:
    if value != value or abs(value) >= EXACT:
        return f"{value:.6e}"
    if value == int(value):
        return str(int(value))
    return repr(value) if abs(value) < SHORT else f"{value:.14e}"


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
            unpacked = sum(part.file_size for part in parts)
            too_large = len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or strings > MAX_STRINGS
            if not too_large and any(_declares_entities(archive, part) for part in parts):
                raise ContentError("contacts_broken_workbook", file=path.name)
    except (*_BROKEN, RuntimeError, NotImplementedError):
        raise ContentError("contacts_broken_workbook", file=path.name) from None
    if too_large:
        raise ContentError("contacts_workbook_too_large", file=path.name, limit=MAX_UNPACKED)


def _declares_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    if not part.filename.lower().endswith((".xml", ".rels")):
        return False
    with archive.open(part) as file:
        start = file.read(4_096)
        return b"<!DOCTYPE" in start or b"<!ENTITY" in start
