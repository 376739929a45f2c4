"""Store: every method is one transaction, or a few short ones; how each is done stands in the module it calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from pipeline.domain import (
    Aired,
    Approval,
    Contact,
    ContactList,
    Delivery,
    Medium,
    Occurrence,
    Person,
    Priority,
    Receipt,
    Recording,
    State,
    Withdrawal,
)
from pipeline.errors import NO_PARAMS, StoreError
from pipeline.store import (
    audit,
    contacts,
    deliveries,
    heard,
    lateness,
    memory,
    notices,
    order,
    people,
    plan,
    reading,
    receipts,
    recordings,
    sms,
    snapshots,
    urgent,
)
from pipeline.store.cipher import Cipher, make_key, read_key
from pipeline.store.database import Database, portions
from pipeline.store.migrations import migrate
from pipeline.store.rows import (
    Adjustment,
    Airborne,
    AiringTrouble,
    AsRunRow,
    Attempt,
    AuditEntry,
    AuditFinding,
    Claimed,
    Counts,
    Decisions,
    Entry,
    FirstReceipt,
    Missed,
    Note,
    Notice,
    OccurrenceKey,
    PlanChange,
    PlannedRow,
    Request,
    Ruling,
)

IMPORT_BATCH = 20_000  # rows a transaction: dispatch waits about half a second; half as many write half as much again
PAGE = 2_000
OPTED_OUT = "opted_out"
AT_ONCE = timedelta(0)


class Store:
    """The database of a station, `sqlite:///…` or `postgresql+psycopg://…`; may be used from several threads.

    `key`: the file of the contacts' key, outside the database, made at the first import. `head`: the file that names
    the newest entry of the audit log. Raises StoreError where the database refuses, ConflictError where somebody else
    keeps it busy.
    """

    def __init__(self, url: str, *, key: Path | None = None, head: Path | None = None) -> None:
        self._database = Database(url)
        self._key, self._head = key, head
        self._cipher: Cipher | None = None

    def migrate(self) -> None:
        """Bring the schema up to date; a database of a later Loa is refused."""
        migrate(self._database)

    def close(self) -> None:
        self._database.close()

    # --- the plan -----------------------------------------------------------------------------------------------------

    def upsert_plan(
        self,
        occurrences: Sequence[Occurrence],
        channels: Mapping[str, str],
        *,
        since: datetime,
        until: datetime,
        now: datetime,
        areas: Mapping[str, str] | None = None,
    ) -> PlanChange:
        """Bring the rows with since ≤ start < until in line with what the files ask for, as far as they are not frozen.

        `channels` and `areas` tell how each target is reached and where it lies. A target without a channel is planned
        and will be MISSED with that reason. ConflictError where an occurrence stands there twice.
        """
        files = plan.wanted(occurrences, channels, areas or {}, since, until)
        with self._database.read() as connection:
            if not plan.compare(connection, files, now):
                return PlanChange()
        with self._database.write(alone=True) as connection:
            diff = plan.compare(connection, files, now)
            plan.apply(connection, files, diff, now)
        return diff.change()

    def settled(self, programmes: Collection[str], since: datetime) -> dict[OccurrenceKey, Aired]:
        """What became of the settled occurrences of some programmes from `since` on, those that start later too."""
        with self._database.read() as connection:
            return heard.settled(connection, programmes, since)

    def occurrences(self, since: datetime, until: datetime) -> list[PlannedRow]:
        """Occurrences with since ≤ start < until, cancelled ones too, by start, programme and slot."""
        with self._database.read() as connection:
            return reading.planned(connection, since, until)

    def miss_occurrence(self, occurrence: int, now: datetime, code: str) -> None:
        """Write down that an occurrence will not take place, and why."""
        with self._database.write() as connection:
            lateness.miss_occurrence(connection, occurrence, now, code)

    def cancel_occurrence(self, occurrence: int, now: datetime, code: str) -> None:
        """Call an occurrence off; the files do not bring it back."""
        with self._database.write() as connection:
            lateness.cancel_occurrence(connection, occurrence, now, code)

    # --- deliveries ---------------------------------------------------------------------------------------------------

    def due(
        self,
        channel: str,
        *,
        now: datetime,
        lead: timedelta = AT_ONCE,
        retry_after: timedelta = AT_ONCE,
        least: Priority = Priority.ROUTINE,
    ) -> list[PlannedRow]:
        """Occurrences of which the channel can be handed something now: start - lead ≤ now ≤ start + late_by.

        The urgent first, then by start; nothing below `least`. What is in RETRY waits `retry_after` from its last try.
        """
        with self._database.read() as connection:
            return deliveries.due(connection, channel, now, lead, now - retry_after, least=least)

    def claim(
        self,
        channel: str,
        occurrence: int | None = None,
        *,
        now: datetime,
        limit: int,
        lease: timedelta,
        lead: timedelta = AT_ONCE,
        retry_after: timedelta = AT_ONCE,
    ) -> list[Claimed]:
        """Hold up to `limit` deliveries of one occurrence for `lease`: SENDING, one more attempt, a higher fence.

        Without `occurrence`: of the first that is `due`. No two callers ever hold the same delivery. Contacts who opted
        out since they were expanded are CANCELLED instead.
        """
        if occurrence is not None:
            candidates = [occurrence]
        else:
            candidates = [row.id for row in self.due(channel, now=now, lead=lead, retry_after=retry_after)]
        for candidate in candidates:
            while True:
                with self._database.write() as connection:
                    rows = list(deliveries.occurrences_by_id(connection, [candidate]).values())
                    rows = [row for row in rows if row.cancelled_at is None]
                    found = deliveries.lock_claimable(connection, channel, rows, now, now - retry_after, limit)
                    claimed = self._hold(connection, rows, found, {}, now, lease)
                if claimed:
                    return claimed
                if not found:
                    break  # the others hold it all
        return []

    def claim_all(
        self,
        channel: str,
        wanted: Sequence[tuple[PlannedRow, Occurrence]],
        *,
        now: datetime,
        limit: int,
        lease: timedelta,
        retry_after: timedelta = AT_ONCE,
    ) -> list[Claimed]:
        """Hold up to `limit` deliveries of several occurrences, in their order, and freeze each as it is admitted.

        `wanted`: a row as it was read, and the occurrence as it may be handed over. A row that has changed since is
        left alone.
        """
        with self._database.write() as connection:
            there = deliveries.occurrences_by_id(connection, (row.id for row, _ in wanted))
            same = [
                (there[row.id], admitted)
                for row, admitted in wanted
                if row.id in there and there[row.id].occurrence == row.occurrence and there[row.id].cancelled_at is None
            ]
            rows = [row for row, _ in same]
            found = deliveries.lock_claimable(connection, channel, rows, now, now - retry_after, limit)
            return self._hold(connection, rows, found, {row.id: admitted for row, admitted in same}, now, lease)

    def record(self, said: Sequence[Receipt], *, fences: Mapping[int, int] | None = None) -> int:
        """Append receipts, doubled ones once, and follow them; returns how many deliveries changed their state.

        `fences`: delivery → fence of the claim that speaks; an older one than the delivery's moves nothing.
        NotFoundError, and nothing written, for an unknown delivery. TransitionError, with everything written, for a
        step that no order of receipts explains.
        """
        if not said:
            return 0
        with self._database.write() as connection:
            ledger = receipts.record(connection, said, fences or {})
            changed = ledger.close()
        if ledger.refused is not None:
            raise ledger.refused
        return changed

    def set_recording(self, delivery_ids: Iterable[int], sha256: str) -> None:
        """Note the hash of what these deliveries are handed."""
        with self._database.write() as connection:
            deliveries.set_recording(connection, delivery_ids, sha256)

    def set_recordings(self, hashes: Mapping[int, str]) -> None:
        """Note, by delivery, the hash of what it is handed."""
        with self._database.write() as connection:
            deliveries.set_recordings(connection, hashes)

    def resume(self, delivery_ids: Collection[int], now: datetime) -> list[Delivery]:
        """A new PLANNED delivery for each INTERRUPTED one, or pre-empted before it sounded, that has none yet."""
        with self._database.write() as connection:
            return deliveries.by_id(connection, deliveries.resume(connection, delivery_ids, now))

    def miss_late(self, now: datetime) -> list[Missed]:
        """MISSED, with the reason, is whatever still waits beyond start + late_by."""
        with self._database.read() as connection:
            if not lateness.anything_late(connection, now):
                return []
        with self._database.write() as connection:
            return lateness.miss_late(connection, now)

    def expire_leases(self, now: datetime) -> list[Delivery]:
        """UNKNOWN is what was SENDING when its lease ended; the deliveries as they were before."""
        with self._database.read() as connection:
            if not lateness.any_lease_lost(connection, now):
                return []
        with self._database.write() as connection:
            return lateness.expire_leases(connection, now)

    def open_deliveries(self, channel: str, states: Collection[State]) -> list[Delivery]:
        """Deliveries of a channel in these states."""
        with self._database.read() as connection:
            return deliveries.open_deliveries(connection, channel, states)

    def deliveries(self, ids: Iterable[int]) -> list[Delivery]:
        """Those of the deliveries that exist."""
        with self._database.read() as connection:
            return deliveries.by_id(connection, ids)

    def deliveries_of(self, occurrence: int) -> list[Delivery]:
        """All deliveries of an occurrence."""
        with self._database.read() as connection:
            return deliveries.of_occurrence(connection, occurrence)

    def receipts_of(self, delivery: int) -> list[Receipt]:
        """Everything that was said of a delivery, in the order it arrived."""
        with self._database.read() as connection:
            return receipts.of_delivery(connection, delivery)

    def adjust(self, made: Sequence[Adjustment], now: datetime, *, unadjusted: Collection[int] = ()) -> None:
        """Note which deliveries are cut or moved; of `unadjusted` nothing of the kind is true any more."""
        if made or unadjusted:
            with self._database.write() as connection:
                order.adjust(connection, made, unadjusted, now)

    def adjustments(self, delivery_ids: Iterable[int]) -> Mapping[int, Adjustment]:
        """Those of the deliveries that were cut or moved, by delivery."""
        with self._database.read() as connection:
            return order.adjusted(connection, delivery_ids)

    def rule(self, ruling: Ruling, note: Note) -> None:
        """Append who goes first of two colliding occurrences, and what the audit log says of it."""
        with self._noted(ruling.at, note) as connection:
            order.rule(connection, ruling)

    def rulings(self, occurrence_ids: Collection[int]) -> list[Ruling]:
        """The rulings on pairs of these occurrences, in their order: of two on the same pair the later counts."""
        with self._database.read() as connection:
            return order.ruled(connection, occurrence_ids)

    # --- what cannot wait ---------------------------------------------------------------------------------------------

    def ask(self, kind: str, areas: Sequence[str], actor: str, now: datetime) -> int:
        """Leave a request for the running station; its number."""
        with self._database.write() as connection:
            return urgent.ask(connection, kind, areas, actor, now)

    def open_requests(self) -> list[Request]:
        """Requests nobody has carried out, the oldest first."""
        with self._database.read() as connection:
            return urgent.open_requests(connection)

    def request(self, number: int) -> Request:
        """One request; NotFoundError where there is none."""
        with self._database.read() as connection:
            return urgent.request(connection, number)

    def finish_request(self, number: int, result: Mapping[str, Any], now: datetime) -> bool:
        """Note what came of a request. False: somebody was faster."""
        with self._database.write() as connection:
            return urgent.finish(connection, number, result, now)

    def insert_one_off(
        self, occurrence: Occurrence, channels: Mapping[str, str], *, areas: Mapping[str, str], now: datetime
    ) -> PlannedRow:
        """Plan an occurrence that no file asks for and none takes back; its programme is ONE_OFF."""
        with self._database.write(alone=True) as connection:
            row = urgent.insert_one_off(connection, occurrence, channels, areas, now)
            return deliveries.occurrence_by_id(connection, row)

    def occurrence(self, row: int) -> PlannedRow:
        """One occurrence; NotFoundError where there is none."""
        with self._database.read() as connection:
            return deliveries.occurrence_by_id(connection, row)

    def airborne(
        self,
        channel: str,
        *,
        now: datetime,
        until: datetime,
        targets: Collection[str] | None = None,
        since: datetime | None = None,
    ) -> list[Airborne]:
        """Loudspeaker deliveries of a channel that are out, of occurrences that start before `until`.

        `since`: only of those that might still have begun then.
        """
        with self._database.read() as connection:
            return urgent.airborne(connection, now, until, channel, targets, since)

    def urgent_due(self, now: datetime, lead: timedelta) -> bool:
        """Whether any EMERGENCY waits whose moment, less `lead`, has come and is not over."""
        with self._database.read() as connection:
            return urgent.urgent_due(connection, now, lead)

    def undecided_priority(self, since: datetime, until: datetime) -> list[PlannedRow]:
        """Loudspeaker occurrences of class PRIORITY with since ≤ start < until of which nothing was handed over."""
        with self._database.read() as connection:
            return urgent.undecided_priority(connection, since, until)

    def raised(self, now: datetime, until: datetime) -> bool:
        """Whether anything above ROUTINE has been handed over that starts before `until` and may still sound."""
        with self._database.read() as connection:
            return urgent.raised(connection, now, until)

    def recordings_by_hash(self, hashes: Collection[str]) -> Mapping[str, Recording]:
        """Those of the recordings that are known, whatever key they were made for."""
        with self._database.read() as connection:
            return urgent.recordings_by_hash(connection, hashes)

    def cancel_due(
        self, channel: str, targets: Collection[str] | None, *, now: datetime, lead: timedelta, code: str
    ) -> list[Delivery]:
        """CANCELLED is what a loudspeaker channel could be handed now for these targets (None: all)."""
        with self._database.write() as connection:
            return urgent.cancel_due(connection, channel, targets, now, lead, code)

    def note_wait(self, occurrence_ids: Iterable[int], code: str) -> None:
        """Why these occurrences, though due, do not go: the reason they are MISSED for if nothing changes."""
        with self._database.write() as connection:
            urgent.note_wait(connection, occurrence_ids, code)

    # --- SMS ----------------------------------------------------------------------------------------------------------

    def sms_to_expand(self, now: datetime) -> list[PlannedRow]:
        """SMS occurrences whose moment has come and whose contacts have not been looked up yet."""
        with self._database.read() as connection:
            return sms.to_expand(connection, now)

    def expand_sms(
        self,
        occurrence: int,
        lists: Sequence[str],
        *,
        channel: str,
        now: datetime,
        areas: Collection[str] = (),
    ) -> int | None:
        """One delivery per number of the lists, in the areas where any are given; `list/contact` is its target.

        Blocked and opted-out numbers are left out, a number in several lists gets one. Returns how many were made,
        or None where it is expanded or closed already.
        """
        with self._database.write() as connection:
            return sms.expand(connection, occurrence, lists, areas, channel, now)

    # --- reports ------------------------------------------------------------------------------------------------------

    def delivery_counts(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Mapping[Medium, Mapping[State, int]]:
        """Deliveries by medium and state, of occurrences with since ≤ start < until."""
        with self._database.read() as connection:
            return reading.delivery_counts(connection, since, until)

    def changed_at(self, delivery_ids: Iterable[int]) -> Mapping[int, datetime]:
        """When each delivery came to the state it is in."""
        with self._database.read() as connection:
            return reading.changed_at(connection, delivery_ids)

    def as_run(self, since: datetime, until: datetime) -> list[AsRunRow]:
        """What was confirmed played, of loudspeaker occurrences with since ≤ start < until."""
        with self._database.read() as connection:
            return reading.as_run(connection, since, until)

    def first_receipts(self) -> list[FirstReceipt]:
        """What was first taken over and first confirmed of every occurrence, the earliest first."""
        with self._database.read() as connection:
            return reading.first_receipts(connection)

    # --- recordings ---------------------------------------------------------------------------------------------------

    def find_recording(self, key: str) -> Recording | None:
        """The recording last made for a key."""
        with self._database.read() as connection:
            return recordings.find(connection, key)

    def save_recording(self, key: str, recording: Recording, made_at: datetime) -> None:
        """Note what was made for a key."""
        with self._database.write() as connection:
            recordings.save(connection, key, recording, made_at)

    # --- contacts -----------------------------------------------------------------------------------------------------

    def import_contacts(
        self, list_id: str, basis: str, rows: Iterable[Entry], *, channel: str | None = None, now: datetime
    ) -> Counts:
        """Encrypt and keep numbers, in batches of their own: what was read before a fault stays, and may be read again.

        What a row leaves empty stays as it was; nobody who opted out is brought back. Makes the key where none was
        ever needed; StoreError where the key that was used is missing or another lies in its place.
        """
        cipher = self._open_cipher(making=True)
        with self._database.write() as connection:
            contacts.require_key(connection, cipher, now)
            contacts.save_list(connection, list_id, basis, channel, now)
        self._cipher = cipher
        counts = Counts()
        for batch in portions(rows, IMPORT_BATCH):
            sealed = contacts.seal(cipher, list_id, batch, now)
            with self._database.write() as connection:
                counts += contacts.write(connection, list_id, sealed, now)
        return counts

    def contact_lists(self) -> Mapping[str, ContactList]:
        """All lists, by id."""
        with self._database.read() as connection:
            return contacts.lists(connection)

    def contact_count(self, list_id: str) -> int:
        """Numbers in a list, opted out or not."""
        with self._database.read() as connection:
            return contacts.count(connection, list_id)

    def contact_areas(self, list_id: str) -> Mapping[str, int]:
        """How many numbers of a list may be sent to, by area; nothing is decrypted."""
        with self._database.read() as connection:
            return contacts.areas_of(connection, list_id)

    def contacts_of(self, list_id: str, areas: Collection[str] | None = None) -> Iterator[Contact]:
        """The contacts of a list, in the areas where given, decrypted a page at a time."""
        last = 0
        while True:
            with self._database.read() as connection:
                if not contacts.count(connection, list_id):
                    return
            cipher = self._open_cipher()
            with self._database.read() as connection:
                page = contacts.page(connection, cipher, list_id, areas, last, PAGE)
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1].id

    def contacts(self, ids: Iterable[int]) -> Mapping[int, Contact]:
        """Those of the contacts that exist and may be sent to."""
        cipher = self._open_cipher()
        with self._database.read() as connection:
            return contacts.by_id(connection, cipher, ids)

    def opt_out(self, phone: str, now: datetime, code: str = OPTED_OUT) -> None:
        """Leave a number (E.164 digits) alone from now on, in every list."""
        cipher = self._open_cipher(making=True)
        with self._database.write() as connection:
            contacts.require_key(connection, cipher, now)
            contacts.opt_out(connection, cipher.lookup(phone), now, code)

    def block_contact(self, contact: int, code: str) -> None:
        """Send nothing more to this entry, and why."""
        with self._database.write() as connection:
            contacts.block(connection, contact, code)

    # --- telling people -----------------------------------------------------------------------------------------------

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

    # --- people -------------------------------------------------------------------------------------------------------

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

    # --- audit --------------------------------------------------------------------------------------------------------

    def audit(self, actor: str, action: str, subject: str, detail: Mapping[str, object], now: datetime) -> None:
        """Append to the audit log. Telephone numbers are masked; secrets are the caller's to leave out."""
        with self._noted(now, Note(actor, action, subject, detail)):
            pass

    def audit_entries(self, count: int) -> list[AuditEntry]:
        """The last entries of the audit log, the oldest of them first."""
        with self._database.read() as connection:
            return audit.newest(connection, count)

    def verify_audit(self) -> list[AuditFinding]:
        """Everything in the audit log that does not fit; nothing where it is whole."""
        heads = None if self._head is None else audit.read_heads(self._head)
        with self._database.read() as connection:
            return audit.verify(connection, heads)

    @contextmanager
    def _noted(self, now: datetime, *notes: Note) -> Iterator[Connection]:
        """A transaction whose deed and whose entries in the audit log are committed together."""
        with self._database.write(alone=True) as connection:
            yield connection
            links = [audit.append(connection, note, now) for note in notes]
        if self._head is not None and links:
            audit.note_head(self._head, links)

    # --- copies -------------------------------------------------------------------------------------------------------

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file that can be copied and put back."""
        return self._database.is_sqlite

    def snapshot(self, out: Path) -> None:
        """Write one moment of the database into a new file, 0600, while everybody goes on. StoreError: not SQLite."""
        snapshots.snapshot(self._database, out)

    def check(self) -> None:
        """StoreError where the database is damaged or does not answer."""
        with self._database.read() as connection:
            snapshots.check(connection)

    def check_key(self) -> bool:
        """Whether contacts were ever encrypted; StoreError where their key is missing, unreadable or another one."""
        with self._database.read() as connection:
            if contacts.known_key(connection) is None:
                return False
        self._cipher = None
        self._open_cipher()
        return True

    def skip_numbers(self, now: datetime) -> None:
        """Of a database that was put back: let new rows have numbers that no lost row ever had."""
        with self._database.write() as connection:
            snapshots.skip_numbers(connection, now)

    def _hold(
        self,
        connection: Connection,
        rows: Sequence[PlannedRow],
        found: Sequence[Delivery],
        admitted: Mapping[int, Occurrence],
        now: datetime,
        lease: timedelta,
    ) -> list[Claimed]:
        by_id = {row.id: row for row in rows}
        people: dict[int, Contact] = {}
        texts = [each for each in found if by_id[each.occurrence].occurrence.medium is Medium.SMS]
        if texts:
            people = sms.still_welcome(connection, self._open_cipher(), texts)
            gone = {each.id for each in texts if each.id not in people}
            receipts.settle(connection, gone, State.CANCELLED, OPTED_OUT, now)
            found = [each for each in found if each.id not in gone]
        deliveries.hold(connection, [each.id for each in found], now, lease)
        claimed = {each.occurrence for each in found}
        deliveries.freeze(connection, (row for row in rows if row.id in claimed), admitted, now)
        held = {each.id: each for each in deliveries.by_id(connection, (each.id for each in found))}
        said = {row.id: admitted.get(row.id, row.occurrence) for row in rows}
        return [Claimed(held[each.id], said[each.occurrence], people.get(each.id)) for each in found]

    def _open_cipher(self, *, making: bool = False) -> Cipher:
        """The cipher of the station's key, checked once. `making`: a key may be made where none was ever needed."""
        if self._cipher is not None:
            return self._cipher
        if self._key is None:
            raise StoreError("contacts_key_unset")
        with self._database.read() as connection:
            known = contacts.known_key(connection)
        key = read_key(self._key)
        if key is None and (known is not None or not making):
            raise StoreError("contacts_key_missing", file=self._key)
        cipher = Cipher(key if key is not None else make_key(self._key))
        if known is not None and known != cipher.fingerprint:
            raise StoreError("contacts_key_wrong", file=self._key)
        if known is not None:
            self._cipher = cipher
        return cipher
