"""SMS handed over as files: a CSV and an XLSX a batch for the telephone operator's portal, with a manifest.

Taken over is all it can say: ACCEPTED, evidence NONE. A batch is named by its occurrence and its deliveries, and a
delivery that stands in a batch is never put into another: a repeat gives the same file. `withdraw` takes rows out while
nobody has acknowledged the batch; what an operator has already downloaded, nobody can take back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.channels.handover import HandoverFolder
from pipeline.channels.tables import HandedRow, clean, guarded
from pipeline.domain import Clock, Dedupe, Delivery, Evidence, Medium, Outgoing, Receipt, State, TextContent
from pipeline.errors import Outcome, SendError
from pipeline.sms import Measured, measure

if TYPE_CHECKING:
    from pipeline.config.channels import ChannelSettings

MAX_ROWS = 100_000  # what operators' portals take
KEEP_DAYS = 30


class SmsFile:
    """One folder of hand-overs. Prices are whole VND for one part of one recipient."""

    medium = Medium.SMS
    lead = timedelta(0)
    dedupe = Dedupe.KEY
    evidence = Evidence.NONE

    def __init__(
        self,
        id: str,
        folder: Path | None,
        clock: Clock,
        *,
        rows_per_file: int = MAX_ROWS,
        price_per_part: int = 0,
        keep_days: int = KEEP_DAYS,
    ) -> None:
        self.id = id
        self.max_batch = max(1, min(rows_per_file, MAX_ROWS))
        self.price_per_part = price_per_part
        self.keep = timedelta(days=keep_days)
        self._path = folder
        self._clock = clock

    def check(self) -> None:
        try:
            self._folder().probe()
        except OSError as error:
            raise self._failed("handover_not_writable", error) from None

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        rows = {order.delivery: _row(order) for order in orders}
        receipts = {
            delivery: self._receipt(delivery, State.FAILED, code=row)
            for delivery, row in rows.items()
            if isinstance(row, str)
        }
        fit = [order for order in orders if order.delivery not in receipts]
        started = False
        for _, group in groupby(fit, key=lambda order: order.occurrence):
            batch = list(group)
            try:
                files = self._hand_over(batch, rows)
            except SendError:
                if not started:
                    raise
                files = {}
            started = True
            receipts.update({order.delivery: self._handed(order, files.get(order.key)) for order in batch})
        return [receipts[order.delivery] for order in orders]

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        taken: list[int] = []
        by_file = sorted((each for each in deliveries if each.ref), key=lambda each: each.ref)
        try:
            folder = self._folder()
            for ref, group in groupby(by_file, key=lambda each: each.ref):
                taken += folder.take_back(ref, [each.id for each in group], self._facts)
        except OSError as error:
            if not taken:
                raise self._failed("handover_not_written", error) from None
        return [self._receipt(each.id, State.CANCELLED, ref=each.ref) for each in deliveries if each.id in set(taken)]

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """What nobody knew any more: it stands in a batch, or it provably does not and may go again."""
        doubtful = [each.id for each in deliveries if each.state is State.UNKNOWN]
        try:
            files = self._folder().deliveries() if doubtful else {}
        except OSError as error:
            raise self._failed("handover_not_writable", error) from None
        return [
            self._receipt(each, State.ACCEPTED, ref=files[each])
            if each in files
            else self._receipt(each, State.RETRY, code="handover_not_listed")
            for each in doubtful
        ]

    def acknowledge(self, ref: str) -> bool:
        """The operator has taken a batch over: its tables are deleted. False: there is no such batch."""
        try:
            return self._folder().acknowledge(ref, self._clock())
        except OSError as error:
            raise self._failed("handover_not_writable", error) from None

    def batches(self) -> list[dict[str, Any]]:
        """What was handed over, a manifest a batch; none of them names a telephone number."""
        try:
            return self._folder().batches()
        except OSError as error:
            raise self._failed("handover_not_writable", error) from None

    def expire(self, now: datetime) -> list[str]:
        """Delete what is older than `keep_days`; the names of the batches."""
        try:
            return self._folder().expire(now, self.keep)
        except OSError as error:
            raise self._failed("handover_not_writable", error) from None

    def _hand_over(self, orders: Sequence[Outgoing], rows: Mapping[int, HandedRow | str]) -> dict[str, str]:
        """Keys and the files they stand in. SendError where not one of these orders is out."""
        folder, prefix = self._folder(), _prefix(orders[0])
        files: dict[str, str] = {}
        try:
            folder.prepare()
            files = folder.handed_over(prefix)
            fresh = [
                row for order in orders if order.key not in files and isinstance(row := rows[order.delivery], HandedRow)
            ]
            for at in range(0, len(fresh), self.max_batch):
                batch = fresh[at : at + self.max_batch]
                file = folder.write(prefix + _digest(batch), batch, self._facts_of(orders[0], batch))
                files.update({row.key: file for row in batch})
        except OSError as error:
            if not any(order.key in files for order in orders):
                raise self._failed("handover_not_written", error) from None
        return files

    def _handed(self, order: Outgoing, file: str | None) -> Receipt:
        if file is None:
            return self._receipt(order.delivery, State.RETRY, code="handover_not_written")
        return self._receipt(order.delivery, State.ACCEPTED, ref=file)

    def _facts_of(self, order: Outgoing, rows: Sequence[HandedRow]) -> dict[str, Any]:
        programme, slot, _ = order.occurrence
        occurrence = {"programme": programme, "slot": slot, "start": order.start.isoformat()}
        return {**self._facts(rows), "occurrence": occurrence, "created": self._clock().isoformat()}

    def _facts(self, rows: Sequence[HandedRow]) -> dict[str, Any]:
        """`parts`: of the longest text; `segments`: of all rows together, which is what is paid for."""
        measured: dict[str, Measured] = {}
        for row in rows:
            if row.text not in measured:
                measured[row.text] = measure(guarded(row.cells)[1])
        segments = sum(measured[row.text].segments for row in rows)
        return {
            "recipients": len(rows),
            "parts": max(each.segments for each in measured.values()),
            "encoding": max(each.encoding for each in measured.values()),  # UCS-2 where one text needs it
            "segments": segments,
            "price_vnd": segments * self.price_per_part,
        }

    def _folder(self) -> HandoverFolder:
        if self._path is None:
            raise SendError("channel_setting_missing", Outcome.NOT_SENT, channel=self.id, setting="path")
        return HandoverFolder(self._path)

    def _failed(self, code: str, error: OSError) -> SendError:
        return SendError(code, Outcome.NOT_SENT, channel=self.id, why=error.strerror or type(error).__name__)

    def _receipt(self, delivery: int, state: State, *, code: str = "", ref: str = "") -> Receipt:
        return Receipt(delivery, self._clock(), state, Evidence.NONE, code, ref)


def build(settings: ChannelSettings, root: Path, clock: Clock) -> SmsFile:
    """The channel of a site: `path` relative to it, `rows_per_file`, `price_per_part` in VND, `keep_days`."""
    values = settings.values
    path = values.get("path")
    chosen = {name: values[name] for name in ("rows_per_file", "price_per_part", "keep_days") if name in values}
    return SmsFile(settings.id, root / path if path else None, clock, **chosen)


def _row(order: Outgoing) -> HandedRow | str:
    """The row of an order, or the code of what it lacks."""
    phone = order.address.get("phone", "")
    if not re.fullmatch(r"84\d{8,12}", phone, re.ASCII):
        return "handover_no_phone"
    if not isinstance(order.content, TextContent) or not order.content.text.strip():
        return "handover_no_text"
    name, area = (clean(order.address.get(field, "")).replace("\n", " ") for field in ("name", "area"))
    return HandedRow(order.delivery, order.key, phone, clean(order.content.text), name, area)


def _prefix(order: Outgoing) -> str:
    programme, slot, _ = order.occurrence
    names = (re.sub(r"[^A-Za-z0-9_-]", "-", name)[:40] for name in (programme, slot))
    return f"{order.start:%Y%m%d-%H%M}-{'-'.join(names)}-"


def _digest(rows: Iterable[HandedRow]) -> str:
    """Of deliveries and words, never of a telephone number: whoever has the name could try them all."""
    words = "\0".join(f"{row.key}\0{row.text}" for row in rows)
    return hashlib.sha256(words.encode()).hexdigest()[:12]
