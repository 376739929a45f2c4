"""How many messages one sender may start now: a token bucket in one row, taken from by one UPDATE … RETURNING.

The row is locked while the statement runs, and the time is the database's own: so it holds over threads and processes,
whatever their clocks say. A sender that nobody asked for begins with one message; what a busy one could not use for
a moment (half a second at most) it may make up for.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.tables import rates

KEPT_S = 0.5  # what was not used is kept for so long
IDLE_S = 1.0  # not asked for so long: it begins anew
STEP_BACK_S = 5.0  # a clock that goes back further was set; the bucket follows it

_WORDS = {  # how each database names the time in seconds, a whole number, the smaller and the greater of two
    "sqlite": ("((julianday('now') - 2440587.5) * 86400.0)", "CAST({} AS INTEGER)", "min", "max"),
    "postgresql": (
        "CAST(extract(epoch FROM clock_timestamp()) AS double precision)",
        "CAST(floor({}) AS integer)",
        "least",
        "greatest",
    ),
}


class Grant(NamedTuple):
    """So many messages may be started now; where none may, ask again in `wait_s` seconds."""

    granted: int
    wait_s: float


def take(connection: Connection, sender: str, per_second: float, want: int, least: int = 1) -> Grant:
    """Up to `want` messages of a sender, or none where fewer than `least` are ready yet."""
    kept = max(1.0, per_second * KEPT_S)
    least = min(least, want, int(kept))
    given = {
        "sender": sender,
        "rate": float(per_second),
        "want": want,
        "least": least,
        "kept": kept,
        "idle": max(IDLE_S, 2 * least / per_second),
        "back": STEP_BACK_S,
    }
    row = connection.execute(_statement(connection.dialect.name), given).one()
    short = least - row.tokens
    return Grant(row.granted, 0.0 if row.granted else max(0.001, short / per_second))


def give_back(connection: Connection, sender: str, count: int) -> None:
    """What was taken and not used."""
    connection.execute(sa.update(rates).where(rates.c.sender == sender).values(tokens=rates.c.tokens + count))


@cache
def _statement(dialect: str) -> sa.TextClause:
    now, whole, least, most = _WORDS[dialect]
    passed = f"({now} - rates.at)"
    refilled = f"{least}(:kept, rates.tokens + :rate * {most}(0.0, {passed}))"
    ready = f"(CASE WHEN {passed} >= :idle THEN 1.0 ELSE {refilled} END)"
    granted = f"(CASE WHEN {whole.format(ready)} < :least THEN 0 ELSE {least}(:want, {whole.format(ready)}) END)"
    at = f"(CASE WHEN {passed} < -:back THEN {now} ELSE {most}(rates.at, {now}) END)"
    first = "CASE WHEN :least > 1 THEN 0 ELSE 1 END"
    return sa.text(
        f"INSERT INTO rates (sender, tokens, at, granted) VALUES (:sender, 1 - {first}, {now}, {first}) "
        f"ON CONFLICT (sender) DO UPDATE SET granted = {granted}, tokens = {ready} - {granted}, at = {at} "
        "RETURNING granted, tokens"
    )
