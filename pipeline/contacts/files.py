"""Contact lists as people bring them: CSV or XLSX → rows of text, with the line on which each begins. Streams.

A CSV line ends in LF or CRLF and in nothing else; other control characters are blanks of a cell. Of a workbook only
one sheet is read. What a file is, its first bytes say, not its name.
"""

from __future__ import annotations

import csv
import re
import stat
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.contacts.numbers import holds_number, showable
from pipeline.contacts.workbooks import MAX_COLUMNS, is_old_workbook, is_workbook, workbook_rows
from pipeline.errors import ContentError, Place, Problems
from pipeline.unicode_text import compose

MAX_BYTES = 300_000_000  # a million rows are 60 MB
MAX_LINE = 100_000  # bytes
MOST_NUL = 20  # lines that are named
HEADER_WITHIN = 20  # rows: lists of offices begin with a title

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "phone": (
        "phone", "phone number", "phone_number", "mobile", "mobile phone", "tel", "telephone",
        "số điện thoại", "so dien thoai", "điện thoại", "dien thoai", "điện thoại di động", "dien thoai di dong",
        "số điện thoại di động", "so dien thoai di dong", "di động", "di dong", "số di động", "so di dong",
        "số đt", "so dt", "sđt", "sdt", "đt", "dt", "đtdđ", "dtdd", "số máy", "so may", "số liên hệ", "so lien he",
    ),
    "name": (
        "name", "full name", "full_name", "họ tên", "ho ten", "họ và tên", "ho va ten", "tên", "ten",
        "tên chủ hộ", "ten chu ho", "chủ hộ", "chu ho", "họ tên chủ hộ", "ho ten chu ho", "người nhận", "nguoi nhan",
    ),
    "area": (
        "area", "địa bàn", "dia ban", "khu vực", "khu vuc", "xã", "xa", "xã/phường", "phường/xã", "phường", "phuong",
        "thôn", "thon", "tổ dân phố", "to dan pho", "thôn/tổ dân phố", "mã địa bàn", "ma dia ban",
    ),
    "consent": ("consent", "đồng ý", "dong y", "chấp thuận", "chap thuan", "sự đồng ý", "su dong y"),
    "consent_date": (
        "consent_date", "consent date", "ngày đồng ý", "ngay dong y", "ngày chấp thuận", "ngay chap thuan",
    ),
    "note": ("note", "notes", "ghi chú", "ghi chu"),
}  # fmt: skip
COLUMNS: Final[Mapping[str, str]] = {name: column for column, names in NAMES.items() for name in names}
FIELDS: Final = tuple(NAMES)


class Row(NamedTuple):
    """The cells of one row that is not blank. `line`: the physical line it begins on (of a workbook: its row).

    `beyond`: what stood to the right of the last column of the header.
    """

    line: int
    phone: str = ""
    name: str = ""
    area: str = ""
    consent: str = ""
    consent_date: str = ""
    note: str = ""
    beyond: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Row(line={self.line})"


Cells = tuple[int, Sequence[str]]  # line, cells


class Header(NamedTuple):
    """Its line, where each column stands that was found, and the last one that has a name at all."""

    line: int
    places: Mapping[str, int]
    last: int


class ContactFile:
    """The rows of one list, read once, and what is worth saying about the file.

    `problems` are warnings, complete when the rows are exhausted; no telephone number stands in them.
    """

    def __init__(self, name: str, cells: Iterator[Cells], problems: Problems, torn: Container[int] = ()) -> None:
        self.name = name
        self.problems = problems
        self.header = _find_header(name, cells, problems, torn)
        self._cells = cells

    def __iter__(self) -> Iterator[Row]:
        width = self.header.last + 1
        missing = width  # of a column the list does not have: an empty cell is put there
        places = [self.header.places.get(field, missing) for field in FIELDS]
        rows = 0
        for line, cells in self._cells:
            if not any(map(str.strip, cells)):
                continue
            rows += 1
            own = [*cells[:width], *[""] * (width - len(cells)), ""]
            beyond = tuple(filter(None, map(str.strip, cells[width:])))
            phone, name, area, consent, consent_date, note = [own[place] for place in places]
            yield Row(line, phone, name, area, consent, consent_date, note, beyond)
        if not rows:
            self.problems.warning(Place(self.name, self.header.line), "contacts_no_rows")


def read_contacts(path: Path) -> ContactFile:
    """Open a list of contacts. ContentError where nothing can be read from it, now or while its rows are taken."""
    problems = Problems()
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for without end
            raise ContentError("contacts_not_regular", file=path.name)
        size = found.st_size
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise ContentError("contacts_unreadable", file=path.name, why=error.strerror or "?") from None
    if not size:
        raise ContentError("contacts_empty", file=path.name)
    if size > MAX_BYTES:
        raise ContentError("contacts_too_large", file=path.name, size=size, limit=MAX_BYTES)
    if is_old_workbook(start):
        raise ContentError("contacts_old_workbook", file=path.name)
    if is_workbook(start):
        return ContactFile(path.name, workbook_rows(path, problems, _names_phone), problems)
    torn: set[int] = set()
    return ContactFile(path.name, _csv_rows(path, torn, problems), problems, torn)


# --- header -----------------------------------------------------------------------------------------------------------


def column_of(header: str) -> str:
    """Which column a header names, or an empty text. Compared in NFC, without case, outer blanks, `*` and `_`."""
    header = compose(header).replace("\ufeff", "")
    return COLUMNS.get(" ".join(re.sub(r"[*:()_]", " ", header).split()).casefold(), "")


def _names_phone(row: Sequence[str]) -> bool:
    return any(column_of(cell) == "phone" for cell in row[:MAX_COLUMNS])


def _find_header(name: str, cells: Iterator[Cells], problems: Problems, torn: Container[int]) -> Header:
    top = islice((each for each in cells if any(map(str.strip, each[1]))), HEADER_WITHIN)
    first = swallowing = 0
    for above, (line, row) in enumerate(top):
        first = first or line
        if line in torn and any(map(holds_number, row)):
            swallowing = swallowing or line
        if _names_phone(row):
            if swallowing == line:
                break
            if above:
                problems.warning(Place(name, line), "contacts_rows_above_header", count=above)
            return _places(name, line, row[:MAX_COLUMNS], problems)
    if not first:
        raise ContentError("contacts_empty", file=name)
    if swallowing:
        raise ContentError("contacts_lone_return", file=name, line=swallowing)
    raise ContentError("contacts_no_phone_column", file=name, line=first)


def _places(name: str, line: int, row: Sequence[str], problems: Problems) -> Header:
    places: dict[str, int] = {}
    for place, cell in enumerate(row):
        column = column_of(cell)
        if column and column in places:
            first, again = showable(row[places[column]]), showable(cell)
            raise ContentError("contacts_column_doubled", file=name, line=line, first=first, again=again)
        if column:
            places[column] = place
        elif cell.strip():
            problems.warning(Place(name, line), "contacts_column_unused", column=showable(cell))
    return Header(line, places, max(place for place, cell in enumerate(row) if cell.strip()))


# --- CSV --------------------------------------------------------------------------------------------------------------

_NO_DELIMITER = "\x1f"  # a list of one column: nothing in a line is a border


def _csv_rows(path: Path, torn: set[int], problems: Problems) -> Iterator[Cells]:
    """`torn` takes the lines within which a carriage return stands."""
    before = 0
    with path.open("rb") as file:
        lines = _lines(
            _without_nul(iter(lambda: file.readline(MAX_LINE + 1), b""), path.name, problems), path.name, torn
        )
        head = list(islice(lines, HEADER_WITHIN * 2))
        delimiter = _delimiter(head)
        if head and _SEP.fullmatch(head[0]):
            head[0] = "\n"
        reader = csv.reader(chain(head, lines), delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            for cells in reader:
                yield before + 1, cells
                before = reader.line_num
        except csv.Error:
            raise ContentError("contacts_bad_quotes", file=path.name, line=before + 1) from None


def _lines(raw_lines: Iterable[bytes], name: str, torn: set[int]) -> Iterator[str]:
    """Decoded lines with `\\n` at their ends. A lone carriage return, which ends no line, becomes a blank."""
    for number, raw in enumerate(raw_lines, 1):
        if len(raw) > MAX_LINE:
            raise ContentError("contacts_line_too_long", file=name, line=number, limit=MAX_LINE)
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise ContentError("contacts_not_utf8", file=name, line=number) from None
        if "\r" in line:
            body = line.removesuffix("\n").removesuffix("\r") if line.endswith("\n") else line
            if len(torn) < HEADER_WITHIN * 2 and "\r" in body.rstrip("\r"):
                torn.add(number)
            line = body.replace("\r", " ") + "\n"
        yield line


def _without_nul(raw_lines: Iterable[bytes], name: str, problems: Problems) -> Iterator[bytes]:
    told = 0
    for number, raw in enumerate(raw_lines, 1):
        if b"\0" not in raw:
            yield raw
            continue
        told += 1
        if told <= MOST_NUL:
            problems.warning(Place(name, number), "contacts_nul")
        yield raw.replace(b"\0", b" ")


_SEP = re.compile(r'"?sep=([,;])"?\s*', re.IGNORECASE)  # how Excel names the border


def _delimiter(head: Sequence[str]) -> str:
    """The border under which a line near the top has a phone column, and most columns we know."""
    if head and (named := _SEP.fullmatch(head[0])):
        return named[1]
    best, delimiter = 0, _NO_DELIMITER
    for border in ",;":
        for line in head:
            columns = [
                column_of(cell) for cell in next(csv.reader([line], delimiter=border, skipinitialspace=True), [])
            ]
            known = sum(map(bool, columns)) + (len(columns) > 1)
            if "phone" in columns and len(columns) > 1 and known > best:
                best, delimiter = known, border
    return delimiter
