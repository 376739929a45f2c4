"""The return sheet: an XLSX file with a row for every planned airing at a cluster, and rows for airings nobody planned.

What is to be filled in is text to the spreadsheet: it turns no 17:02 into a fraction and no cell into a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.bundle.contents import Contents
from pipeline.bundle.page import day_words, length_words
from pipeline.messages import say

COLUMNS = ("id", "day", "time", "place", "content", "length", "played", "person", "remark")
WIDTHS = (26, 22, 9, 38, 60, 9, 14, 22, 36)
FILLED_IN = ("played", "person", "remark")
FREE_ROWS = 10  # at least so many rows for airings nobody has planned
TEXT = "@"

Row = tuple[Sequence[str], tuple[str, ...]]  # cells, the columns that are to be filled in


def sheet(contents: Contents) -> bytes:
    """The file. Nothing in it is a formula, whatever a title begins with."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    book = Workbook()
    table: Any = book.active
    table.title = "phieu"
    _put(table, 1, [say("bundle_sheet_title", "vi", station=contents.station, bundle=contents.id)])
    _put(table, 2, [say("bundle_sheet_how", "vi")])
    header = 4
    _put(table, header, [say(f"bundle_column_{name}", "vi") for name in COLUMNS])
    line = Side(style="thin")
    to_fill = PatternFill("solid", fgColor="FFF7D6")
    for number, (cells, filled_in) in enumerate(_rows(contents), header + 1):
        _put(table, number, cells)
        for name in filled_in:
            table.cell(number, COLUMNS.index(name) + 1).fill = to_fill
    for row in table.iter_rows(min_row=header, max_row=table.max_row, max_col=len(COLUMNS)):
        for cell in row:
            cell.number_format = TEXT
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(name="Times New Roman", size=12, bold=cell.row == header)
    table.cell(1, 1).font = Font(name="Times New Roman", size=14, bold=True)
    for at, width in enumerate(WIDTHS):
        table.column_dimensions["ABCDEFGHI"[at]].width = width
    table.freeze_panes = table.cell(header + 1, 1)
    table.print_title_rows = f"{header}:{header}"
    table.page_setup.orientation, table.page_setup.paperSize = "landscape", "9"
    table.page_setup.fitToHeight, table.sheet_properties.pageSetUpPr.fitToPage = 0, True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(contents: Contents) -> Iterator[Row]:
    for line in contents.lines:
        titles = "; ".join(contents.bulletins[name].title for name in line.bulletins)
        place = f"{line.place.area_name} – {line.place.cluster_name}"
        length = length_words(line.recording.duration_s)
        day, time = day_words(line.start.date()), f"{line.start:%H:%M}"
        yield (row_id(contents.id, line.code), day, time, place, f"{line.title}: {titles}", length), FILLED_IN
    again = max(1, FREE_ROWS // len(contents.singles)) if contents.singles else 0
    for single in contents.singles:
        title = contents.bulletins[single.bulletin].title
        length = length_words(single.recording.duration_s)
        for _ in range(again):
            cells = (row_id(contents.id, single.code), "", "", "", title, length)
            yield cells, ("day", "place", *FILLED_IN)


def row_id(bundle: str, code: str) -> str:
    """`usb-20261123-4f7kq/001`: what a row of the sheet is known by."""
    return f"{bundle}/{code}"


def _put(table: Any, row: int, cells: Sequence[str]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    for column, text in enumerate(cells, 1):
        cell = table.cell(row, column)
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
        if text:
            cell.data_type = "s"  # a text that begins with = stays one
