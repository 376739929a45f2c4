"""config/lexicon.yaml: how this station wants tokens to be read, over the readings Loa knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.documents import Node, Sequence
from pipeline.domain import is_figures, is_negation
from pipeline.fields import Field, ListOf, Reading, Record, Text, refuse_shape

if TYPE_CHECKING:
    from pipeline.speech.lexicon import LexiconEntry

READING = Record(
    (
        Field("write", Text(limit=100, one_line=True), "chữ như viết", "as it is written", required=True),
        Field("read", Text(limit=300, one_line=True), "chữ như đọc", "as it is read", required=True),
        Field(
            "after",
            ListOf(Text(limit=100, one_line=True), or_one=True, empty=False),
            "chỉ đọc như vậy khi đứng sau một trong các chữ này (# là một con số bất kỳ)",
            "only after one of these words (# is any figure)",
        ),
        Field(
            "before",
            ListOf(Text(limit=100, one_line=True), or_one=True, empty=False),
            "chỉ đọc như vậy khi đứng trước một trong các chữ này (# là một con số bất kỳ)",
            "only before one of these words (# is any figure)",
        ),
    )
)


class Readings:
    """A list of readings; the same writing twice in the same context is an error."""

    def read(self, node: Node, reading: Reading) -> tuple[LexiconEntry, ...] | None:
        from pipeline.speech.lexicon import LexiconEntry

        if not isinstance(node, Sequence):
            refuse_shape(node, "expected_list", reading)
            return None
        entries: list[LexiconEntry] = []
        seen: dict[tuple[object, ...], int] = {}
        for item in node.items:
            start = len(reading.problems)
            values = READING.read(item, reading)
            if values is None or item.flawed or reading.failed_since(start):
                continue
            after, before = values.get("after", ()), values.get("before", ())
            first = seen.setdefault((values["write"], frozenset(after), frozenset(before)), item.line)
            if len(seen) == len(entries):
                reading.error(item, "reading_doubled", value=values["write"], first=first)
            else:
                entries.append(LexiconEntry(values["write"], values["read"], after, before))
                _warn_of_turned_meaning(item, entries[-1], reading)
        return tuple(entries)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": READING.schema()}


def _warn_of_turned_meaning(item: Node, entry: LexiconEntry, reading: Reading) -> None:
    """A lexicon says how words sound; with these it changes what every bulletin of the station says."""
    if is_negation(entry.write):
        reading.warning(item, "reading_of_negation", value=entry.write, read=entry.read)
    elif is_figures(entry.write):
        reading.warning(item, "reading_of_figures", value=entry.write, read=entry.read)


LEXICON = Record((Field("readings", Readings(), "các cách đọc", "the readings", required=True),))


def read_lexicon(node: Node, reading: Reading) -> tuple[LexiconEntry, ...]:
    """Entries in the order of the file."""
    values = LEXICON.read(node, reading) or {}
    entries: tuple[LexiconEntry, ...] = values.get("readings", ())
    return entries
