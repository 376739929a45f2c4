"""The log as machines and spreadsheets read it, line by line: it may be a year of a thousand loudspeakers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.cli.output import plain
from pipeline.contacts.numbers import masked

if TYPE_CHECKING:
    from pipeline.cli.log import Book
    from pipeline.store import OutsideAiring
    from pipeline.store.rows_log import Logged
    from pipeline.store.rows_receivers import Unordered

COLUMNS = (
    "kind", "start", "programme", "slot", "title", "area", "area_name", "cluster", "cluster_name", "bulletins",
    "left_out", "delivery", "resumes", "channel", "delivered", "delivered_at", "state", "reason", "note", "played",
    "started", "ended", "evidence", "clock", "person", "heard",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NOBODY = "nobody_listened"


def document(book: Book, *, with_airings: bool = True) -> Iterator[str]:
    """One JSON document in parts, an airing a line."""
    zone = book.site.station.timezone
    yield f'{{"from": {_json(_stamp(book.wish.since, zone))},\n "until": {_json(_stamp(book.wish.until, zone))}'
    if with_airings:
        yield from _list("airings", (_airing(each, zone) for each in book.airings))
    yield from _list("by_hand", (_by_hand(each, zone) for each in book.by_hand))
    yield from _list("unordered", (_unordered(each, zone) for each in book.unordered))
    sums = {**book.sums.facts(), "first": _stamp(book.sums.first, zone), "last": _stamp(book.sums.last, zone)}
    yield f',\n "sums": {_json(sums)}}}\n'


def _list(name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield f',\n "{name}": ['
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n  {_json(row)}"
    yield "]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _airing(row: Logged, zone: ZoneInfo) -> dict[str, Any]:
    played = row.played
    return {
        "start": _stamp(row.start, zone),
        "programme": row.programme,
        "slot": row.slot,
        "title": row.title,
        "area": row.area,
        "cluster": row.cluster,
        "bulletins": list(row.bulletins),
        "left_out": list(row.left_out),
        "delivery": row.delivery,
        "resumes": row.resume_of,
        "channel": row.channel,
        "delivered": row.delivered.value,
        "delivered_at": _stamp(row.delivered_at, zone),
        "state": row.state.value,
        "reason": row.code,
        "note": row.note,
        "played": row.is_confirmed,
        "started": played and _stamp(played.started, zone),
        "ended": played and _stamp(played.ended, zone),
        "evidence": played and played.evidence.value,
        "clock": played and played.clock.value,
        "person": masked(played.person) if played else "",
        "heard": row.heard or NOBODY,
    }


def _by_hand(row: OutsideAiring, zone: ZoneInfo) -> dict[str, Any]:
    programme, slot, planned = row.key or ("", "", None)
    return {
        "started": _stamp(row.start, zone),
        "ended": _stamp(row.end, zone),
        "area": row.area,
        "cluster": row.cluster,
        "bulletins": list(row.bulletins),
        "person": masked(row.person),
        "bundle": row.bundle,
        "programme": programme,
        "slot": slot,
        "start": _stamp(planned, zone),
    }


def _unordered(row: Unordered, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "started": _stamp(row.began, zone),
        "ended": _stamp(row.ended, zone),
        "cluster": row.receiver,
        "airing": row.airing,
        "reason": row.code,
        "taken_at": _stamp(row.taken, zone),
    }


def _stamp(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def write_csv(book: Book, path: Path) -> int:
    """One line an airing and cluster, then what was aired beside; how many. OSError where it cannot be written."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for facts in _lines(book):
            area, cluster = book.site.areas.by_id.get(facts["area"]), book.site.clusters.get(facts["cluster"])
            facts |= {"area_name": area.name if area else "", "cluster_name": cluster.name if cluster else ""}
            table.writerow([_cell(facts.get(name)) for name in COLUMNS])
            count += 1
    return count


def _lines(book: Book) -> Iterator[dict[str, Any]]:
    zone = book.site.station.timezone
    for each in book.airings:
        yield {"kind": "delivery", **_airing(each, zone)}
    for by_hand in book.by_hand:
        yield {"kind": "by_hand", **_by_hand(by_hand, zone), "evidence": "person"}
    for unordered in book.unordered:
        yield {"kind": "unordered", "area": "", **_unordered(unordered, zone), "title": unordered.airing}


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula, in one line."""
    if isinstance(value, list):
        value = "; ".join(value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    text = plain("" if value is None else str(value))
    return f"'{text}" if text.startswith(FORMULA) else text
