"""Promises of rotations that the plan foresees to break: told as soon as they are, and no more once they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pipeline.errors import Problem
from pipeline.store import Store

UNKEPT = frozenset({"promise_not_kept", "promise_needs_count", "promise_needs_weeks", "promise_hopeless"})


def tell_unkept(store: Store, problems: Iterable[Problem], now: datetime) -> None:
    """One notice for the slots of a promise, opened anew where another remedy would keep it."""
    unkept = {
        (each.code, f"{each.file}/{each.params['slot']}"): dict(each.params) for each in problems if each.code in UNKEPT
    }
    known = {(each.code, each.subject): dict(each.params) for each in store.open_notices() if each.code in UNKEPT}
    for key, facts in unkept.items():
        if known.get(key) != facts:
            store.notice(*key, facts, now=now)
    if known.keys() - unkept.keys():
        store.settle_notices(UNKEPT, now, keep=unkept.keys())
