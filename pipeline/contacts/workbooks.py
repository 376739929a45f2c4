"""XLSX lists → rows of text. A workbook is a zip that may be a bomb: what it would unpack to is bounded before.

Only one sheet is read: the first with the column that is asked for, else the first. Numbers stand in it as
floating-point values: one without a fraction is its digits, one too long to be exact is written in powers of ten, so
that nobody takes invented digits for a number.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from pipeline.contacts.numbers import showable
from pipeline.errors import ContentError, Place, Problems

MAX_UNPACKED = 600_000_000  # bytes of all parts; a million rows are about 300 MB
MAX_STRINGS = 120_000_000  # bytes of the one part that is held in memory
MAX_PARTS = 2_000
MAX_ROWS = 1_048_576  # of a sheet, by the format
MAX_COLUMNS = 256  # what stands farther right keeps its text and not its place
MAX_PROLOG = 1_000_000  # bytes of a part before its root element
EXACT = 10**15  # a spreadsheet keeps 15 digits
SHORT = 100_000  # a longer number with a fraction could be taken for a telephone number with a dot in it
CHUNK = 1_000
FIRST_ROWS = 20  # of a sheet, among which its header is looked for

Found = tuple[int, list[dict[str, Any]]]  # number of a row, its cells as the library describes them

_BROKEN = (zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, ValueError, TypeError, IndexError, OSError)


def is_workbook(start: bytes) -> bool:
    """Whether a file with these first bytes is a zip, as XLSX is."""
    return start.startswith(b"PK\x03\x04")


def is_old_workbook(start: bytes) -> bool:
    """Whether it is an XLS of before 2007, or an XLSX locked with a password."""
    return start.startswith(b"\xd0\xcf\x11\xe0")


def workbook_rows(
    path: Path, problems: Problems, is_header: Callable[[Sequence[str]], bool] = lambda _: True
) -> Iterator[tuple[int, Sequence[str]]]:
    """Row number and cells of every row that has any, in the order of the file: no cell is passed over.

    `is_header` knows the sheet by one of its first rows. Rows that somebody has hidden are read too, and told.
    ContentError for a bomb or a broken file.
    """
    _refuse_bombs(path)
    with path.open("rb") as file:  # opened here, since the library goes by the name
        book = _open(path, file)
        try:
            sheets = book.worksheets
            sheet = sheets[0]
            if len(sheets) > 1:
                sheet = next((each for each in sheets if _has_header(book, each, is_header)), sheet)
                title = showable(sheet.title)
                problems.warning(Place(path.name), "contacts_other_sheets", sheet=title, others=len(sheets) - 1)
            hidden: list[int] = []
            yield from _texts(path, _rows(book, sheet, hidden))
            if hidden:
                problems.warning(Place(path.name, hidden[0]), "contacts_hidden_rows", count=len(hidden))
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


def _has_header(book: Any, sheet: Any, is_header: Callable[[Sequence[str]], bool]) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return any(is_header(_in_columns(cells)) for _, cells in islice(_rows(book, sheet, []), FIRST_ROWS))
    except _BROKEN:
        return False


def _rows(book: Any, sheet: Any, hidden: list[int]) -> Iterator[Found]:
    """What the library finds, row by row; `hidden` takes the numbers of hidden ones.

    Its own `iter_rows` loses rows out of order and cells beyond a width.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    with book._archive.open(sheet._worksheet_path) as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        yield from parser.parse()
        hidden += sorted(int(row) for row, each in parser.row_dimensions.items() if each.get("hidden") in ("1", "true"))


def _texts(path: Path, rows: Iterator[Found]) -> Iterator[tuple[int, Sequence[str]]]:
    while chunk := _chunk(path, rows):
        for number, cells in chunk:
            if not 1 <= number <= MAX_ROWS:
                raise ContentError("contacts_broken_workbook", file=path.name)
            if texts := _in_columns(cells):
                yield number, texts


def _in_columns(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    """Texts at their columns. A second one for the same place, or one too far right, is put behind all others."""
    placed: dict[int, str] = {}
    others: list[str] = []
    for cell in cells:
        text = _text(cell["value"])
        if text and cell["column"] <= MAX_COLUMNS and cell["column"] not in placed:
            placed[cell["column"]] = text
        elif text:
            others.append(text)
    width = MAX_COLUMNS if others else max(placed, default=0)
    return [*(placed.get(column, "") for column in range(1, width + 1)), *others]


def _chunk(path: Path, rows: Iterator[Found]) -> list[Found]:
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
    """Whether an XML part has a document type, in whatever encoding and wherever before its root; names say nothing."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = _end_of_prolog
    read = 0
    with archive.open(part) as file:
        try:
            while read < MAX_PROLOG and (piece := file.read(4_096)):
                parser.Parse(piece, False)
                read += len(piece)
        except _DoctypeError:
            return True
        except (_RootError, expat.ExpatError):  # a picture, or broken: nothing of it is ever expanded
            return False
    return read >= MAX_PROLOG


class _DoctypeError(Exception):
    pass


class _RootError(Exception):
    pass


def _refuse_doctype(*_: object) -> None:
    raise _DoctypeError


def _end_of_prolog(*_: object) -> None:
    raise _RootError
