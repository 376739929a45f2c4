"""A small site in memory: programmes from text, areas, clusters and bulletins from a few words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from textwrap import dedent, indent
from typing import Any
from zoneinfo import ZoneInfo

from pipeline import documents
from pipeline.areas import AreaTree
from pipeline.domain import Area, Bulletin, Category, Programme, Source, SpeakerCluster
from pipeline.fields import Reading
from pipeline.schedule import Plan, expand, read_programme

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

AREAS = (
    Area("an-lao", "Khu vực An Lão"),
    Area("an-quang", "Xã An Quang", parent="an-lao", valid_from=date(2025, 7, 1)),
    Area("an-hung", "Xã An Hưng", parent="an-lao"),
    Area("an-hung-1", "Thôn 1", parent="an-hung"),
    Area("an-hung-2", "Thôn 2", parent="an-hung"),
    Area("quang-hung", "Xã Quang Hưng", parent="an-lao", valid_until=date(2025, 6, 30), becomes=("an-quang",)),
)
CLUSTERS = tuple(
    SpeakerCluster(name, name, area, "thu-muc")
    for name, area in (
        ("quang-2", "an-quang"),
        ("quang-1", "an-quang"),
        ("hung-1", "an-hung-1"),
        ("hung-2", "an-hung-2"),
        ("cu", "quang-hung"),
    )
)


def bulletin(name: str, topic: str = "1", **more: Any) -> Bulletin:
    return Bulletin(name, name, topic, Category.TRICK, Source("Công an"), "…", **{"sms": "…", **more})


def read(text: str) -> tuple[Programme | None, Reading]:
    reading = Reading()
    node = documents.parse(dedent(text), "schedules/p.yaml", reading.problems)
    return (None if node is None else read_programme(node, "schedules/p.yaml", reading)), reading


SLOT = """\
id: s
days: daily
at: "17:00"
medium: loudspeaker
areas: [an-lao]
play: {bulletins: [a]}
"""


def slot_text(changes: str = "", drop: Iterable[str] = ()) -> str:
    """The plain slot with lines replaced or added (one key a line)."""
    lines = {line.split(":")[0]: line for line in SLOT.splitlines()}
    lines |= {line.split(":")[0]: line for line in dedent(changes).strip().splitlines()}
    kept = [line for key, line in lines.items() if key not in drop]
    return "  - " + indent("\n".join(kept), "    ").lstrip()


def programme_text(*slots: str, head: str = "from: 2026-11-23", tail: str = "") -> str:
    listed = "\n".join(slots or (slot_text(),))
    return f"programme: p\ntitle: Cảnh báo\n{dedent(head).strip()}\nslots:\n{listed}\n{dedent(tail).strip()}\n"


def programme(*slots: str, head: str = "from: 2026-11-23", tail: str = "", silent: bool = True) -> Programme:
    """A programme without a mistake; unless `silent` it may have warnings."""
    found, reading = read(programme_text(*slots, head=head, tail=tail))
    assert reading.problems.errors == 0
    assert not silent or reading.problems == []
    assert found is not None
    return found


def plan(*programmes: Programme, first: date | str, days: int = 7, **changes: Any) -> Plan:
    settings: dict[str, Any] = {
        "bulletins": {"a": bulletin("a")},
        "areas": AreaTree(AREAS),
        "clusters": {each.id: each for each in CLUSTERS},
        "calendar": {},
        "zone": HANOI,
    }
    begin = date.fromisoformat(first) if isinstance(first, str) else first
    return expand(programmes, **{**settings, **changes}, first=begin, days=days)


def starts(found: Plan) -> list[str]:
    return [f"{each.start:%a %m-%d %H:%M}" for each in found.occurrences]
