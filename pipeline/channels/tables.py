"""The two tables of a hand-over, as bytes: CSV for operators' portals, XLSX for people. Pure.

Cells hold NFC text without control characters. In the CSV a cell that a spreadsheet would take for a formula is
guarded: names by an apostrophe, the SMS text by a blank, which does least harm if it is sent. XLSX cells are typed as
text and need no guard. The XLSX is written here and not by a library, which would put the numbers into a file of /tmp.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import chain

COLUMNS = ("phone", "text", "name", "area")
_MARKS = ("'", " ", "'", "'")  # what guards a cell of each column


@dataclass(frozen=True, slots=True)
class HandedRow:
    """One SMS of a hand-over: whom, what, and the delivery it is."""

    delivery: int
    key: str
    phone: str = field(repr=False)
    text: str
    name: str = field(default="", repr=False)
    area: str = ""

    @property
    def cells(self) -> tuple[str, str, str, str]:
        return self.phone, self.text, self.name, self.area


def clean(text: str) -> str:
    """NFC without outer blanks, line ends as LF, no other control characters, no halves of surrogate pairs."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip()
    if text.isprintable():
        return text
    return "".join(each for each in text if each == "\n" or not (_is_control(each) or each in "\ufffe\uffff"))


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def guarded(cells: Sequence[str]) -> list[str]:
    """Cells as they stand in the CSV."""
    return [mark + cell if _is_formula(cell, mark) else cell for cell, mark in zip(cells, _MARKS, strict=True)]


def unguarded(cells: Sequence[str]) -> list[str]:
    """The reverse of `guarded`."""
    return [
        cell[1:] if cell.startswith(mark) and _is_formula(cell, mark) else cell
        for cell, mark in zip(cells, _MARKS, strict=True)
    ]


def _is_formula(cell: str, mark: str) -> bool:
    return cell.lstrip(mark).startswith(("=", "+", "-", "@"))


def to_csv(rows: Iterable[HandedRow]) -> bytes:
    """UTF-8 with BOM, commas, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(guarded(row.cells) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def from_csv(content: bytes) -> list[list[str]]:
    """The cells of the rows of such a CSV, without its header and without guards."""
    return [unguarded(cells) for cells in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))][1:]


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIXED_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
    '<sheets><sheet name="SMS" sheetId="1" r:id="r1"/></sheets></workbook>',
    # number format 49 is “text”: a number somebody edits by hand stays one
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    '</fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def to_xlsx(rows: Iterable[HandedRow]) -> bytes:
    """One sheet of text cells; the same rows give the same bytes."""
    lines = chain([COLUMNS], (row.cells for row in rows))
    sheet = "".join(_row(number, cells) for number, cells in enumerate(lines, 1))
    parts = {
        **_FIXED_PARTS,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><cols><col min="1" max="4" width="18" style="1"/>'
        f"</cols><sheetData>{sheet}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), _HEAD + content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _row(number: int, cells: Sequence[str]) -> str:
    written = "".join(
        f'<c r="{column}{number}" s="1" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        for column, text in zip("ABCD", (escape(cell, quote=False) for cell in cells), strict=True)
    )
    return f'<row r="{number}">{written}</row>'
