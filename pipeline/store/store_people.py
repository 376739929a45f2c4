"""What `Store` keeps of people: who may decide, who decided, who has to be told, who did what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from pipeline.domain import (
    Approval,
    Person,
    Withdrawal,
)
from pipeline.errors import NO_PARAMS
from pipeline.store import (
    audit,
    memory,
    notices,
    people,
)
from pipeline.store.opened import Opened
from pipeline.store.rows import (
    AiringTrouble,
    Attempt,
    AuditEntry,
    AuditFinding,
    Decisions,
    Note,
    Notice,
)


class PeoplePart(Opened):
    """Persons, decisions, notices, the audit log."""

    def notice(
        self, code: str, subject: str = "", params: Mapping[str, str] = NO_PARAMS, *, now: datetime, once: bool = False
    ) -> None:
        """Open a notice, or count an open one of the same code and subject once more.

        `once`: for what happened at one moment; it never opens again once it was settled.
        """
        with self._database.write() as connection:
            (notices.note_once if once else notices.note)(connection, code, subject, params, now)

    def settle_notices(
        self, codes: Collection[str], now: datetime, *, keep: Collection[tuple[str, str]] = frozenset()
    ) -> None:
        """Close what is open of these codes, except `keep` (code, subject)."""
        with self._database.read() as connection:
            if not any(
                each.code in codes and (each.code, each.subject) not in keep for each in notices.open_ones(connection)
            ):
                return
        with self._database.write() as connection:
            notices.settle(connection, codes, keep, now)

    def close_notices(self, ids: Collection[int], now: datetime) -> None:
        """Close these notices."""
        with self._database.write() as connection:
            notices.close(connection, ids, now)

    def mark_told(self, ids: Collection[int], now: datetime) -> None:
        """Somebody was told of these notices."""
        with self._database.write() as connection:
            notices.mark_told(connection, ids, now)

    def prune_notices(self, before: datetime, now: datetime) -> int:
        """Forget notices that were settled before a moment; the audit log keeps how many."""
        with self._database.read() as connection:
            if not notices.has_settled(connection, before):
                return 0
        with self._database.write() as connection:
            count = notices.prune(connection, before)
        if count:
            self.audit("loa", "notices_pruned", "", {"count": count, "before": before.isoformat()}, now)
        return count

    def open_notices(self) -> list[Notice]:
        """Everything people have to know and that is not settled, the oldest first."""
        with self._database.read() as connection:
            return notices.open_ones(connection)

    def next_receipt(self, after: int, count: int) -> int:
        """The number of the `count`th receipt behind `after`, or of the newest; `after` where none follows."""
        with self._database.read() as connection:
            return notices.next_receipt(connection, after, count)

    def airing_troubles(self, after: int, last: int, since: datetime) -> tuple[frozenset[int], list[AiringTrouble]]:
        """Occurrences (since ≤ start) that receipts after < number ≤ last speak of, and what of them is in trouble.

        What was missed as a whole is always among the troubles.
        """
        with self._database.read() as connection:
            return notices.troubles(connection, after, last, since)

    def remember(self, key: str, value: str, now: datetime) -> None:
        """Keep a small value over restarts."""
        with self._database.write() as connection:
            memory.remember(connection, key, value, now)

    def recall(self, key: str) -> str | None:
        """What was last kept under a key."""
        with self._database.read() as connection:
            return memory.recall(connection, key)

    def add_person(self, person: Person, passphrase: str, note: Note, now: datetime) -> None:
        """Write down a new person with an argon2id hash; ConflictError where the id is taken."""
        with self._noted(now, note) as connection:
            people.add(connection, person, passphrase)

    def persons(self) -> Mapping[str, Person]:
        """Everybody, disabled persons too, by id."""
        with self._database.read() as connection:
            return people.everyone(connection)

    def set_passphrase(self, person: str, passphrase: str, note: Note, now: datetime) -> None:
        """Replace a person's argon2id hash."""
        with self._noted(now, note) as connection:
            people.set_passphrase(connection, person, passphrase)

    def set_disabled(self, person: str, at: datetime | None, note: Note, now: datetime) -> None:
        """Keep a person from deciding from now on; None lets them decide again."""
        with self._noted(now, note) as connection:
            people.set_disabled(connection, person, at)

    def begin_attempt(self, person: str, now: datetime, *, limit: int, window: timedelta) -> Attempt | None:
        """Count a passphrase as wrong before it is looked at; None where there is no such person."""
        with self._database.write(alone=True) as connection:
            return people.begin_attempt(connection, person, now, limit, window)

    def end_attempt(self, person: str) -> None:
        """The passphrase was right: forget the wrong ones."""
        with self._database.write() as connection:
            people.end_attempt(connection, person)

    def approve(self, given: Sequence[Approval], notes: Sequence[Note], now: datetime) -> None:
        """Append approvals and what the audit log says of them, all or nothing."""
        with self._noted(now, *notes) as connection:
            people.approve(connection, given)

    def withdraw_bulletin(self, withdrawal: Withdrawal, note: Note, now: datetime) -> None:
        """Append a withdrawal: later than every approval so far, whatever the clock says."""
        with self._noted(now, note) as connection:
            people.withdraw(connection, withdrawal)

    def decisions(self, bulletin: str) -> Decisions:
        """Everything that was decided of one bulletin."""
        with self._database.read() as connection:
            return people.decisions(connection, bulletin)

    def all_decisions(self) -> Mapping[str, Decisions]:
        """Everything that was ever decided, by bulletin."""
        with self._database.read() as connection:
            return people.all_decisions(connection)

    def audit(self, actor: str, action: str, subject: str, detail: Mapping[str, object], now: datetime) -> None:
        """Append to the audit log. Telephone numbers are masked; secrets are the caller's to leave out."""
        with self._noted(now, Note(actor, action, subject, detail)):
            pass

    def audit_entries(self, count: int) -> list[AuditEntry]:
        """The last entries of the audit log, the oldest of them first."""
        with self._database.read() as connection:
            return audit.newest(connection, count)

    def lost_audit_heads(self) -> list[str]:
        """Hashes that were noted outside the database and that its log does not hold, as after a restoring."""
        with self._database.read() as connection:
            return audit.lost_heads(connection, audit.read_heads(self._head) if self._head else [])

    def verify_audit(self) -> list[AuditFinding]:
        """Everything in the audit log that does not fit; nothing where it is whole."""
        heads = None if self._head is None else audit.read_heads(self._head)
        with self._database.read() as connection:
            return audit.verify(connection, heads)
