"""Which bulletins of an airing that was cut off were heard to their end, as far as that is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.domain import Delivery, State

if TYPE_CHECKING:
    from pipeline.store import Store

BULLETIN = "bulletin"


def heard_whole(store: Store, occurrence: int, folder: Path) -> tuple[str, ...] | None:
    """What every cluster that was cut off has heard whole; None where a channel does not say how long it sounded.

    `folder`: where the recordings lie, with their cues beside them.
    """
    cut = [each for each in store.deliveries_of(occurrence) if each.state is State.INTERRUPTED]
    found = [_of(store, each, folder) for each in cut]
    known = [each for each in found if each is not None]
    if not known or len(known) < len(found):
        return None
    return min(known, key=len)


def _of(store: Store, delivery: Delivery, folder: Path) -> tuple[str, ...] | None:
    """None too for what went on after a cut: it did not begin at the beginning."""
    said = [each for each in store.receipts_of(delivery.id) if each.state is State.INTERRUPTED]
    times = [(each.started, each.ended) for each in said if each.started and each.ended]
    if delivery.resume_of is not None or not times or not delivery.recording:
        return None
    started, ended = times[-1]
    sounded_s = (ended - started).total_seconds()
    try:
        document = json.loads((folder / f"{delivery.recording}.cues.json").read_text(encoding="utf-8"))
        parts = [each for each in document["cues"] if each["kind"] == BULLETIN]
        return tuple(dict.fromkeys(each["bulletin"] for each in parts if each["end_s"] <= sounded_s))
    except (OSError, ValueError, KeyError, TypeError):
        return None
