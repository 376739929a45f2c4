"""What the plan foresees and somebody should mend: told once, and no more when it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.errors import Problem

if TYPE_CHECKING:
    from pipeline.store import Store

PROMISES = ("promise_not_kept", "promise_needs_count", "promise_needs_weeks", "promise_hopeless")
ENDED_AREAS = ("area_succeeded", "area_ended")
UNHEARD = ("topics_unwritten", "topics_run_out", "topics_beyond_season")
FORESEEN = frozenset({*PROMISES, *ENDED_AREAS, *UNHEARD})


def tell_foreseen(store: Store, problems: Iterable[Problem], now: datetime) -> None:
    """One notice a slot and kind, with the facts of the first plan that said so."""
    foreseen = {
        (each.code, f"{each.file}/{each.params['slot']}"): each.params for each in problems if each.code in FORESEEN
    }
    known = {(each.code, each.subject) for each in store.open_notices() if each.code in FORESEEN}
    for key, facts in foreseen.items():
        if key not in known:
            store.notice(*key, facts, now=now)
    if known - foreseen.keys():
        store.settle_notices(FORESEEN, now, keep=foreseen.keys())
