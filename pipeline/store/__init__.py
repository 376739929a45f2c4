"""The database of a station: one concrete `Store` on SQLite or PostgreSQL. Its rows are the truth of what goes out.

    store.py        Store: the methods everybody calls, one transaction each, by what they are about: store_plan.py
                    store_deliveries.py store_urgent.py store_sms.py store_contacts.py store_people.py on opened.py
    rows.py         what they return, beyond the words of `domain`
    plan.py         occurrences follow the files until something of them was handed over
    deliveries.py   due, claim, resume: who is sent what next
    receipts.py     what was said of a delivery, and the state that follows
    lateness.py     what became too late, what lost its lease, what is called off
    sms.py          an SMS occurrence becomes one delivery per contact;  rate.py: what a sender may start now
    batches.py      how far an SMS occurrence is;  paused, resumed, called off
    outcomes.py     what became of SMS: counted, one by one, and what people and return files say of it
    outreach.py     whom an SMS would go to
    contacts.py     telephone numbers, encrypted;  cipher.py: their key;  held.py: one person's, and how it is deleted
    people.py       persons, approvals, withdrawals
    audit.py        who did what, in a chain of hashes
    reading.py      what pages and reports ask;  rows_log.py: what became of each airing
    order.py        what was cut or moved on its way to a cluster, and rulings on collisions
    urgent.py       requests to the running station, one-offs, what is on air right now
    notices.py      what people have to be told;  memory.py: what must outlive a restart
    recordings.py   which recording was made for which key
    bundles.py      USB sticks, and what people say became of their lines (tables_bundles.py rows_bundles.py)
    receivers.py    the machines at the communes and their plans (receiver_register.py receiver_journals.py
                    receiver_marks.py tables_receivers.py rows_receivers.py)
    tables.py       the schema;  migrations/: how an older one becomes this one
    database.py     connections, locks, and what a driver's error means

The names are resolved on first use: whoever only asks for help never waits for SQLAlchemy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.store.rows import (
    ONE_OFF,
    Adjustment,
    Airborne,
    AiringTrouble,
    AsRunRow,
    Attempt,
    AuditEntry,
    AuditFinding,
    BatchRow,
    Claimed,
    Counts,
    DayLimit,
    Decisions,
    FirstReceipt,
    Held,
    HeldContact,
    HeldDelivery,
    ListState,
    Missed,
    Note,
    Notice,
    OccurrenceKey,
    PlanChange,
    PlannedRow,
    Reached,
    Request,
    Ruling,
    SmsOutcome,
    SmsTally,
)
from pipeline.store.rows_bundles import BundleKept, BundleRow, BundleState, OutsideAiring, Taken, Told

if TYPE_CHECKING:
    from pipeline.store.store import Store

__all__ = [
    "ONE_OFF",
    "Adjustment",
    "Airborne",
    "AiringTrouble",
    "AsRunRow",
    "Attempt",
    "AuditEntry",
    "AuditFinding",
    "BatchRow",
    "BundleKept",
    "BundleRow",
    "BundleState",
    "Claimed",
    "Counts",
    "DayLimit",
    "Decisions",
    "FirstReceipt",
    "Held",
    "HeldContact",
    "HeldDelivery",
    "ListState",
    "Missed",
    "Note",
    "Notice",
    "OccurrenceKey",
    "OutsideAiring",
    "PlanChange",
    "PlannedRow",
    "Reached",
    "Request",
    "Ruling",
    "SmsOutcome",
    "SmsTally",
    "Store",
    "Taken",
    "Told",
]


def __getattr__(name: str) -> Any:
    if name != "Store":
        raise AttributeError(name)
    from pipeline.store.store import Store

    return Store
