"""The rows of a list → what is taken, what is not and why. Nothing is lost in silence.

rows (not blank) = taken (imported or updated) + duplicates + rejected. A cell beside the number never costs a person
the warning: what cannot be read in it moves to the note, and the row carries a warning.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from pipeline.contacts.files import Row
from pipeline.contacts.numbers import NO_PARAMS, ParsedNumber, Rejection, holds_number, mask, name_for, parse_number
from pipeline.domain import Area, Contact
from pipeline.unicode_text import compose

Consent = Literal["yes", "no", ""]
FORGOTTEN = "forgotten"
MAX_WARNINGS = 1_000  # of a kind are kept one by one; all are counted
MAX_TEXT = 500  # characters of a name or note

_YES = frozenset(
    {
        "có",
        "co",
        "đồng ý",
        "dong y",
        "đã đồng ý",
        "da dong y",
        "rồi",
        "roi",
        "yes",
        "y",
        "true",
        "1",
        "ok",
        "x",
        "v",
        "✓",
        "✔",
    }
)
_NO = frozenset({"không", "khong", "no", "n", "false", "0", "từ chối", "tu choi", "không đồng ý", "khong dong y"})


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A row as the store takes it. `consent`: yes, no, or empty where it is not said."""

    line: int
    phone: str = field(repr=False)
    name: str = field(default="", repr=False)
    area: str = ""
    consent: Consent = ""
    consent_date: date | None = None
    note: str = field(default="", repr=False)
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not taken. `code` is one of FORMATS; the sentence and hint that say most stand under `message`."""

    line: int
    code: str
    params: Mapping[str, str]
    message: str


@dataclass(frozen=True, slots=True)
class RowWarning:
    """Something in a row that was taken, or left out as a duplicate, which somebody should look at."""

    line: int
    code: str
    params: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)


class ImportPlan:
    """Iterates, once, over the rows that are taken; its counts are complete when it is exhausted."""

    def __init__(
        self,
        rows: Iterable[Row],
        area_of: Callable[[str], str | None],
        forgotten: Callable[[str], bool] | None = None,
        on: date | None = None,
    ) -> None:
        self._source = rows
        self._area_of = area_of
        self._forgotten = forgotten
        self._on = on
        self._seen: dict[int, int] = {}  # number → the line it stood on first
        self.rows = 0
        self.accepted = 0
        self.repaired = 0
        self.duplicates = 0
        self.rejected: list[Rejected] = []
        self.warnings: list[RowWarning] = []
        self.warned: Counter[str] = Counter()

    def __iter__(self) -> Iterator[ContactRow]:
        for row in self._source:
            self.rows += 1
            found = _number(row)
            if isinstance(found, ParsedNumber) and self._forgotten is not None and self._forgotten(found.phone):
                found = Rejection(FORGOTTEN)
            if isinstance(found, Rejection):
                self.rejected.append(Rejected(row.line, found.code, found.params, found.message))
                continue
            first = self._seen.get(int(found.phone))
            if first is not None:
                self.duplicates += 1
                self._warn(row, "contact_doubled", first=str(first), masked=mask(found.phone))
                continue
            self._seen[int(found.phone)] = row.line
            self.accepted += 1
            if found.repaired:
                self.repaired += 1
                self._warn(row, found.how, masked=mask(found.phone))
            yield self._accept(row, found)
        self._seen.clear()

    def _accept(self, row: Row, number: ParsedNumber) -> ContactRow:
        notes = [_line_of(row.note)] if row.note else []
        area = self._area(row, notes) if row.area else ""
        consent = self._consent(row, notes) if row.consent else ""
        consent_date = self._consent_date(row, notes) if row.consent_date else None
        if row.beyond:
            self._warn(row, "contact_cells_beyond")
            notes += row.beyond
        name = _line_of(row.name)
        note = "; ".join(filter(None, notes))[:MAX_TEXT]
        if name != name_for(name):
            self._warn(row, "contact_name_holds_number")
        if note != name_for(note) and holds_number(note):
            self._warn(row, "contact_note_holds_number")
        return ContactRow(row.line, number.phone, name[:MAX_TEXT], area, consent, consent_date, note, number.repaired)

    def _area(self, row: Row, notes: list[str]) -> str:
        written = _line_of(row.area)
        area = self._area_of(written) if written else ""
        if area is None:
            self._warn(row, "contact_area_unknown")
            notes.append(f"area={written}")
        return area or ""

    def _consent(self, row: Row, notes: list[str]) -> Consent:
        written = _line_of(row.consent)
        said = _plain(written)
        if said in _YES or not said:
            return "yes" if said else ""
        if said in _NO:
            self._warn(row, "contact_consent_refused")
            return "no"
        self._warn(row, "contact_consent_unclear")
        notes.append(f"consent={written}")
        return ""

    def _consent_date(self, row: Row, notes: list[str]) -> date | None:
        written = _line_of(row.consent_date)
        day = read_day(written)
        if written and day is None:
            self._warn(row, "contact_consent_date_unclear")
            notes.append(f"consent_date={written}")
        if day is not None and self._on is not None and day > self._on:
            self._warn(row, "contact_consent_date_ahead", day=f"{day:%d/%m/%Y}")
        return day

    def _warn(self, row: Row, code: str, **params: str) -> None:
        self.warned[code] += 1
        if self.warned[code] <= MAX_WARNINGS:
            self.warnings.append(RowWarning(row.line, code, params))


def check_rows(
    rows: Iterable[Row],
    *,
    areas: Mapping[str, Area] | None = None,
    on: date | None = None,
    forgotten: Callable[[str], bool] | None = None,
) -> ImportPlan:
    """Check rows as they are taken. `areas` by id name what an area cell may say; `on`: see `area_matcher`.

    `forgotten` tells of a number whether its owner had it deleted for good.
    """
    return ImportPlan(rows, area_matcher((areas or {}).values(), on), forgotten, on)


def area_matcher(areas: Iterable[Area], on: date | None = None) -> Callable[[str], str | None]:
    """A lookup of an area by id, code or name (any case, with or without accents where that leaves no doubt).

    None: unknown, or a name that several areas share. An area that is no longer valid `on` the day gives the one that
    it became; where it was divided, nobody knows which part a person lives in: None.
    """
    by_id = {area.id: area for area in areas}
    names: dict[str, set[str]] = {}
    for area in by_id.values():
        current = _current(area, by_id, on)
        for name in filter(None, {area.id, area.code, _plain(area.name), _unaccented(area.name)}):
            names.setdefault(name, set()).update({current} if current else {area.id, ""})

    @lru_cache(maxsize=4_096)
    def find(written: str) -> str | None:
        exact = by_id.get(written.strip())
        if exact is not None:
            return _current(exact, by_id, on)
        found = names.get(_plain(written)) or names.get(_unaccented(written)) or set()
        return next(iter(found)) if len(found) == 1 else None

    return find


def _current(area: Area, by_id: Mapping[str, Area], on: date | None) -> str | None:
    met: set[str] = set()
    while on is not None and not area.is_valid(on) and area.becomes:
        met.add(area.id)
        following = by_id.get(area.becomes[0])
        if len(area.becomes) > 1 or following is None or following.id in met:
            return None
        area = following
    return area.id


def read_day(written: str) -> date | None:
    """A day as `2026-11-23` or as Vietnamese write it, `23/11/2026` (also with `-` or `.`), with or without a time."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T][\d:.]+)?", written, re.ASCII)
    year, month, day = found.groups() if found else (None, None, None)
    if not found and (found := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: [\d:]+)?", written, re.ASCII)):
        day, month, year = found[1], found[3], found[4]
    if year is None or month is None or day is None:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def sample_contacts(list_id: str, count: int, areas: Iterable[str] = ()) -> list[Contact]:
    """Invented contacts for a rehearsal, spread over the areas: names that say so, numbers that cannot exist.

    A Vietnamese number never has a zero after its country code. Two lists get different numbers.
    """
    spread = list(areas) or [""]
    first = sum(ord(character) * (index + 1) for index, character in enumerate(list_id)) % 90_000 * 10_000
    return [
        Contact(index, list_id, f"840{first + index:09d}", f"Mẫu {index:02d}", spread[(index - 1) % len(spread)], True)
        for index in range(1, count + 1)
    ]


def _number(row: Row) -> ParsedNumber | Rejection:
    found = parse_number(row.phone)
    if row.beyond and isinstance(found, ParsedNumber):
        # an unquoted border within the phone cell has pushed a second number out of its column
        shifted = (row.name, row.area, row.consent, row.consent_date, row.note, *row.beyond)
        if any(isinstance(parse_number(cell), ParsedNumber) for cell in shifted):
            return Rejection("two_numbers")
    return found


def _line_of(text: str) -> str:
    """One line of NFC text without control characters, which would disturb every list it is shown in."""
    if not text.isascii():
        text = compose(text)
    return text if text.isprintable() and text == text.strip() else _clean(text)


def _clean(text: str) -> str:
    kept = "".join(" " if unicodedata.category(each) in ("Cc", "Cs") else each for each in text)
    return " ".join(kept.split())


def _plain(text: str) -> str:
    return " ".join(compose(text).split()).casefold()


def _unaccented(text: str) -> str:
    parts = unicodedata.normalize("NFD", _plain(text).replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))
