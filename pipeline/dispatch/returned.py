"""An operator's return file against what it was handed: who was reached, who was not, and what fits nothing of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.contacts.returns import ReturnedRow, ReturnWords
from pipeline.domain import FINAL, Evidence, Receipt, State

if TYPE_CHECKING:
    from pipeline.store import Store

PORTION = 2_000  # rows a transaction
SHOWN = 1_000  # rows that fit nothing, kept one by one


@dataclass
class Returned:
    """What came of the rows. `strangers`: in no delivery of the channel; `doubled`: in several batches."""

    rows: int = 0
    reached: int = 0
    failed: int = 0
    known: int = 0
    open: int = 0
    bad: int = 0
    strangers: int = 0
    doubled: int = 0
    words: Counter[str] = field(default_factory=Counter)  # that nobody has given a meaning
    lines: list[tuple[int, str, str]] = field(default_factory=list)  # line, code, number

    def note(self, line: int, code: str, phone: str) -> None:
        if len(self.lines) < SHOWN:
            self.lines.append((line, code, phone))


def take_returns(
    store: Store, channel: str, rows: Iterable[ReturnedRow], words: ReturnWords, *, batch: str, now: datetime
) -> Returned:
    """Write down what a return file says; reading it twice says nothing twice. `batch`: only what this file held."""
    result, waiting = Returned(), iter(rows)
    while portion := list(islice(waiting, PORTION)):
        result.rows += len(portion)
        handed = store.handed_to(channel, {each.phone for each in portion if each.phone}, batch=batch)
        receipts = [
            receipt
            for each in portion
            if (receipt := _judge(each, handed.get(each.phone, []), words, batch, now, result)) is not None
        ]
        store.record(receipts)
    return result


def _judge(
    row: ReturnedRow, handed: list[tuple[int, State]], words: ReturnWords, batch: str, now: datetime, result: Returned
) -> Receipt | None:
    if not row.phone:
        result.bad += 1
        result.note(row.line, "return_line_no_number", "")
        return None
    meaning = words.meaning(row.word)
    if meaning is None:
        result.open += 1
        if not words.is_no_news(row.word):
            result.words[row.word] += 1
        return None
    waiting = [delivery for delivery, state in handed if state not in FINAL]
    if not handed:
        result.strangers += 1
        result.note(row.line, "return_line_stranger", row.phone)
        return None
    if not waiting:
        result.known += 1
        return None
    if len(handed) > 1 and not batch:  # the file may be of a batch that is settled: read again a week later
        result.doubled += 1
        result.note(row.line, "return_line_doubled", row.phone)
        return None
    handed.remove(next(each for each in handed if each[0] == waiting[0]))
    handed.append((waiting[0], State.FAILED if meaning else State.CONFIRMED))  # a second row of it says nothing new
    if meaning:
        result.failed += 1
        return Receipt(waiting[0], now, State.FAILED, Evidence.RETURN_FILE, meaning)
    result.reached += 1
    return Receipt(waiting[0], now, State.CONFIRMED, Evidence.RETURN_FILE)
