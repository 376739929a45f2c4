"""JSON from somebody we do not trust: sizes, depth, doubled keys, kinds and ranges, all refused by name; unknown keys
where a reader says that there are no others.

Every refusal is an AccessError(`document_unreadable`, document=…, why=…): nothing of a flawed document is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn, Self
from unicodedata import is_normalized, normalize

from pipeline.errors import AccessError

MOST_DEPTH = 12
# Control characters but the line break, what ends a line where no editor shows it, halves of surrogate pairs.
_REFUSED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MARKS = re.compile(r'["\[\]{}]|\\.', re.DOTALL)  # of JSON's structure; an escape hides what it escapes
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def dump(value: Mapping[str, Any]) -> bytes:
    """One line of UTF-8 in NFC, keys sorted: the same value gives the same bytes."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return normalize("NFC", text).encode()


def load(data: bytes, document: str) -> Any:
    """The value of a JSON document. AccessError where it is none, or says a thing twice."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(found)
        if len(table) < len(found):
            _unreadable(document, "doubled_key")
        if not all(is_normalized("NFC", key) for key in table):
            _unreadable(document, "key_not_nfc")  # else two keys could become one
        return table

    def constant(_: str) -> NoReturn:
        _unreadable(document, "not_a_number")

    try:
        text = data.decode()
        if _depth(text) > MOST_DEPTH:
            _unreadable(document, "depth")
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except (ValueError, RecursionError):
        _unreadable(document, "json")


class Table:
    """One JSON object, read key by key: what nobody asks for is passed over, or refused by `end`."""

    def __init__(self, values: Mapping[str, Any], document: str) -> None:
        self._values, self._document, self._asked = values, document, set[str]()

    @classmethod
    def of(cls, data: bytes, document: str) -> Self:
        value = load(data, document)
        if not isinstance(value, dict):
            _unreadable(document, "table")
        return cls(value, document)

    def text(self, key: str, most: int, least: int = 1) -> str:
        """A text of `least` to `most` characters without control characters but line breaks, in NFC."""
        value = self._get(key)
        if not isinstance(value, str) or len(value) > 4 * most or _REFUSED.search(value):
            self._refuse(key)
        text = normalize("NFC", value)
        if not least <= len(text) <= most:
            self._refuse(key)
        return text

    def matching(self, key: str, form: re.Pattern[str], most: int) -> str:
        """A text that a form matches from its beginning; the form says where it ends."""
        text = self.text(key, most)
        if form.match(text) is None:
            self._refuse(key)
        return text

    def text_or(self, key: str, most: int, default: str = "") -> str:
        return self.text(key, most, 0) if self.has(key) else default

    def whole(self, key: str, least: int, most: int) -> int:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._refuse(key)
        return value

    def number(self, key: str, least: float, most: float) -> float:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self._refuse(key)  # what is infinite or no number lies in no range
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._get(key)
        if not isinstance(value, bool):
            self._refuse(key)
        return value

    def moment(self, key: str) -> datetime:
        """An aware time from 2000 to 2199, `2026-11-23T05:00:00+07:00`."""
        text = self.text(key, 40)
        try:
            moment = datetime.fromisoformat(text)
            if not _MOMENT.fullmatch(text) or not _FIRST <= moment < _LAST:
                self._refuse(key)
        except (ValueError, OverflowError):
            self._refuse(key)
        return moment

    def moment_or_none(self, key: str) -> datetime | None:
        return None if self.is_null(key) else self.moment(key)

    def is_null(self, key: str) -> bool:
        """Whether it says that there is none; to say nothing at all of it is refused."""
        return self._get(key) is None

    def texts(self, key: str, most: int, longest: int) -> tuple[str, ...]:
        values = self._list(key, most)
        return tuple(Table({"": each}, f"{self._document}.{key}").text("", longest) for each in values)

    def tables(self, key: str, most: int) -> list[Table]:
        """The objects of a list, at most so many."""
        found = []
        for each in self._list(key, most):
            if not isinstance(each, dict):
                self._refuse(key)
            found.append(Table(each, f"{self._document}.{key}"))
        return found

    def table(self, key: str) -> Table:
        value = self._get(key)
        if not isinstance(value, dict):
            self._refuse(key)
        return Table(value, f"{self._document}.{key}")

    def names(self, most: int) -> list[str]:
        """All keys, where they are the reader's to name: at most so many, none longer than 60 characters."""
        if len(self._values) > most or any(not 0 < len(name) <= 60 or not name.isprintable() for name in self._values):
            self._refuse("names")
        return list(self._values)

    def has(self, key: str) -> bool:
        """Whether it says anything of this."""
        self._asked.add(key)
        return self._values.get(key) is not None

    def end(self) -> None:
        """Refuse keys that nobody asked for: what is not signed, and what nobody else writes, never grows by itself."""
        for key in self._values:
            if key not in self._asked:
                self._refuse(key)

    def _list(self, key: str, most: int) -> list[Any]:
        value = self._get(key)
        if not isinstance(value, list) or len(value) > most:
            self._refuse(key)
        return value

    def _get(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._values:
            self._refuse(key)
        return self._values[key]

    def _refuse(self, key: str) -> NoReturn:
        _unreadable(self._document, key)


def _depth(text: str) -> int:
    """How deep brackets nest, counted before anything is built; of what goes too deep only that it does."""
    deepest = depth = 0
    quoted = False
    for found in _MARKS.finditer(text):
        mark = found[0]
        if mark == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MOST_DEPTH:
                return deepest
        elif mark in "]}":
            depth -= 1
    return deepest


def _unreadable(document: str, why: str) -> NoReturn:
    shown = why.encode("unicode_escape").decode("ascii")  # a key may be anything, and this is written into logs
    raise AccessError("document_unreadable", document=document, why=shown[:60])
