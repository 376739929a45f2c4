"""A return sheet as it comes back: XLSX, or the CSV somebody made of it → rows of text, read strictly.

A row in which nothing was filled in says nothing. Numbers of telephones that people wrote into it are masked at once.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from pipeline.contacts.numbers import masked, showable
from pipeline.contacts.workbooks import is_old_workbook, is_workbook, workbook_rows
from pipeline.errors import ContentError, Problems
from pipeline.fields import identifier_from
from pipeline.unicode_text import compose

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
HEADER_WITHIN = 20
TOO_LARGE = "contacts_workbook_too_large"
LONGEST = 200  # characters of what people wrote into a cell
NAMES = {
    "id": ("mã", "mã số", "id"),
    "day": ("ngày", "day", "date"),
    "place": ("nơi phát", "địa bàn", "place"),
    "played": ("đã phát lúc", "played at"),
    "person": ("người phát", "played by"),
    "remark": ("ghi chú", "lý do", "remark", "remarks"),
}
NEEDED = ("id", "played")
COLUMNS = {identifier_from(name): column for column, names in NAMES.items() for name in names}
NOT_PLAYED = frozenset({"khong phat", "khong", "ko phat", "ko", "k phat", "chua phat", "not played", "no"})
_TIME = re.compile(r"(\d{1,2})(?: ?(?::|h|g|giờ|gio) ?)(?:([0-5]\d)(?: ?(?:phút|phut|p))?(?::([0-5]\d))?)?", re.ASCII)
_DAY = re.compile(r"(?:\D{1,20}\s)?([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with something in it beside its id. `line`: of the file, as people count."""

    line: int
    id: str
    day: str
    place: str
    played: str
    person: str
    remark: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its sha256, the rows that have an id."""

    name: str
    sha256: str
    rows: tuple[SheetRow, ...]


def read_sheet(path: Path) -> Sheet:
    """ContentError where the file is none, too large, broken, or lacks a column that is needed."""
    content = _content(path)
    found: dict[str, int] = {}
    rows: list[SheetRow] = []
    for seen, (line, cells) in enumerate(_cells(path, content)):
        if seen >= MOST_ROWS:
            raise ContentError("sheet_too_large", file=showable(path.name), limit=MOST_ROWS)
        if not found:
            found = _header(cells)
            if not found and seen >= HEADER_WITHIN:
                break
        elif row := _row(line, cells, found):
            rows.append(row)
    if not found:
        raise ContentError("sheet_no_header", file=showable(path.name))
    return Sheet(showable(path.name), hashlib.sha256(content).hexdigest(), tuple(rows))


def parse_time(text: str) -> time | None:
    """`17:02`, `17h02`, `17 giờ 02`, `5h`; None where it is no time of the day."""
    found = _TIME.fullmatch(_plain(text))
    if found is None or int(found[1]) > 23 or (found[2] is None and not re.search("[hg]", found[0])):
        return None
    return time(int(found[1]), int(found[2] or 0), int(found[3] or 0))


def parse_day(text: str) -> date | None:
    """`23/11/2026`, with a weekday before it or not, or `2026-11-23`; None where it is no day."""
    iso, local = _ISO.fullmatch(text.strip()), _DAY.fullmatch(text.strip())
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(int(local[3]), int(local[2]), int(local[1])) if local else None
    except ValueError:
        return None


def is_not_played(text: str) -> bool:
    """Whether it says that nothing was played."""
    return " ".join(identifier_from(text).split("-")) in NOT_PLAYED


def _header(cells: Sequence[str]) -> dict[str, int]:
    """Where each column stands; nothing where this row is no header."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        column = COLUMNS.get(identifier_from(compose(cell))) if cell.strip() else None
        if column is not None:
            found.setdefault(column, at)
    return found if all(name in found for name in NEEDED) else {}


def _row(line: int, cells: Sequence[str], columns: dict[str, int]) -> SheetRow | None:
    given = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    if not given["id"]:
        filled = given["played"]
        return SheetRow(line, "", "", "", _plain(filled), "", "") if filled else None
    texts = {name: _told(given.get(name, "")) for name in ("place", "person", "remark")}
    days = _plain(given.get("day", ""))
    return SheetRow(line, _plain(given["id"]), days, played=_plain(given["played"]), **texts)


def _told(text: str) -> str:
    """What people wrote, in one line, no number of a telephone left in it."""
    line = " ".join("".join(each if each.isprintable() else " " for each in compose(text)).split())
    return masked(line[: LONGEST * 2])[:LONGEST]


def _plain(text: str) -> str:
    return " ".join(compose(text)[:200].replace("\u00a0", " ").split()).casefold()


def _content(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise ContentError("sheet_unreadable", file=showable(path.name))
        if found.st_size > MOST_BYTES:
            raise ContentError("sheet_too_large", file=showable(path.name), limit=MOST_ROWS)
        return path.read_bytes()
    except FileNotFoundError:
        raise ContentError("sheet_missing", file=showable(path.name)) from None
    except OSError:
        raise ContentError("sheet_unreadable", file=showable(path.name)) from None


def _cells(path: Path, content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    if is_old_workbook(content[:8]):
        raise ContentError("sheet_old_workbook", file=showable(path.name))
    if is_workbook(content[:8]):
        yield from _workbook(path)
        return
    try:
        text = content.decode("utf-8-sig").replace("\0", " ")
    except UnicodeDecodeError:
        raise ContentError("sheet_unreadable", file=showable(path.name)) from None
    top = "\n".join(text.splitlines()[:HEADER_WITHIN])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=top.count))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise ContentError("sheet_unreadable", file=showable(path.name)) from None


def _workbook(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        yield from workbook_rows(path, Problems(), lambda row: bool(_header(row)))
    except ContentError as error:
        code = "sheet_too_large" if error.code == TOO_LARGE else "sheet_unreadable"
        raise ContentError(code, file=showable(path.name), limit=MOST_ROWS) from None
