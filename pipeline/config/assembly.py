"""`assembly:` of config/station.yaml: what is heard around the bulletins of an airing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from pipeline import documents
from pipeline.documents import Node
from pipeline.fields import Duration, Field, Flag, Reading, Record, Text, scalar, shown

PLACES = ("station", "title")
NOTHING = "false"
MAX_WORDS = 600


class Place(NamedTuple):
    """Where a value stands."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class AssemblySettings:
    """Words are None where the house's own are meant, and empty where nothing is to be said."""

    opening: bool = True
    separator: bool = True
    pause: timedelta = timedelta(milliseconds=1200)
    announcement: str | None = None
    closing: str | None = None
    urgent_announcement: str | None = None
    urgent_closing: str | None = None
    marks: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)

    @property
    def words(self) -> dict[str, str]:
        """What the station says in words of its own, by key."""
        own = {
            "announcement": self.announcement,
            "closing": self.closing,
            "urgent_announcement": self.urgent_announcement,
            "urgent_closing": self.urgent_closing,
        }
        return {key: text for key, text in own.items() if text}


class Words:
    """What the station says of itself: a text in which `{station}` and `{title}` are filled in, or `false`."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        if value.strip() == NOTHING:
            return ""
        text = Text(limit=MAX_WORDS).read(node, reading)
        if text is None:
            return None
        strange = re.search(r"\{(?!(?:station|title)\})[^{}]*\}?|(?<!\{station)(?<!\{title)\}", text)
        if strange:
            known = ", ".join(f"{{{name}}}" for name in PLACES)
            reading.error(node, "place_in_words_unknown", value=shown(strange[0]), known=known)
            return None
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "boolean"], "maxLength": MAX_WORDS}


ASSEMBLY = Record(
    (
        Field(
            "opening",
            Flag(),
            "có nhạc hiệu mở đầu không, mặc định true; bản tin khẩn cấp luôn có tín hiệu riêng",
            "whether a chime opens an airing, true by default; an emergency always has its own signal",
        ),
        Field(
            "separator",
            Flag(),
            "có tiếng ngắn giữa hai bản tin không, mặc định true",
            "whether a short sound parts two bulletins, true by default",
        ),
        Field(
            "pause",
            Duration(timedelta(milliseconds=200), timedelta(seconds=10)),
            "khoảng lặng giữa các phần, mặc định 1200ms",
            "silence between the parts, 1200ms by default",
        ),
        Field(
            "announcement",
            Words(),
            "lời giới thiệu; {station} là tên đơn vị, {title} là tên chương trình; false: không giới thiệu",
            "announcement; {station} and {title} are filled in; false: none",
        ),
        Field("closing", Words(), "lời kết; false: không có lời kết", "closing words; false: none"),
        Field(
            "urgent_announcement",
            Words(),
            "lời giới thiệu của bản tin khẩn cấp",
            "announcement of an emergency",
        ),
        Field("urgent_closing", Words(), "lời kết của bản tin khẩn cấp", "closing words of an emergency"),
    )
)


def assembly_settings(values: dict[str, Any], station: Node | None) -> AssemblySettings:
    """Of what ASSEMBLY has read in the file of the station, with the places of its words."""
    table = station.values.get("assembly") if isinstance(station, documents.Mapping) else None
    nodes = table.values if isinstance(table, documents.Mapping) else {}
    return AssemblySettings(
        **values, marks={name: Place(each.file, each.line, each.column) for name, each in nodes.items()}
    )
