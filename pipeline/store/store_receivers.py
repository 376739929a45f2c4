"""What `Store` keeps of the receivers at the communes."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from pipeline.domain import State
from pipeline.protocol.journal import Entry, Handed
from pipeline.store import (
    receiver_hearings,
    receiver_journals,
    receiver_marks,
    receiver_register,
    receiver_retention,
    receiver_unordered,
    receivers,
)
from pipeline.store.database import portions
from pipeline.store.opened import Opened
from pipeline.store.rows import Note
from pipeline.store.rows_receivers import (
    CodeRow,
    CommandRow,
    Entered,
    HeardRow,
    Issued,
    LaidDown,
    ReceiverRow,
    Said,
    Truths,
    Unordered,
)

AIRINGS = 1_000  # laid down in one transaction
MOST_PRUNED = 1_000  # entries looked at in one transaction: whoever has something urgent waits as long
PRUNED_WITHIN_S = 5.0  # a turn; what is left goes with the next


class ReceiverPart(Opened):
    """Who they are, what their plans hold, what they said."""

    # --- who belongs to the station -----------------------------------------------------------------------------------

    def keep_enrolment_code(self, code: CodeRow) -> None:
        """Keep a new code; older ones of the same receiver are over by it."""
        with self._database.write() as connection:
            receiver_register.keep_code(connection, code)

    def enrolment_code(self, id: str) -> CodeRow | None:
        with self._database.read() as connection:
            return receiver_register.code(connection, id)

    def wrong_enrolment_code(self, id: str) -> None:
        """Count one wrong try more."""
        with self._database.write() as connection:
            receiver_register.wrong_code(connection, id)

    def use_enrolment_code(self, id: str, key: str) -> bool:
        """Mark it used for a public key. True where nobody had used it, or the same key had."""
        with self._database.write() as connection:
            return receiver_register.use_code(connection, id, key)

    def waiting_enrolments(self, now: datetime) -> Collection[str]:
        """Receivers for which a code was given out that may still be used."""
        with self._database.read() as connection:
            return receiver_register.waiting_codes(connection, now)

    def certify_receiver(self, receiver: str, serial: str, until: datetime, now: datetime, *, anew: bool) -> None:
        """A certificate was issued. `anew`: whatever the receiver had before counts no more."""
        with self._database.write() as connection:
            receiver_register.certified(connection, receiver, serial, until, now, anew=anew)

    def is_receiver_enrolled(self, receiver: str, serial: str) -> bool:
        """Whether this certificate of this receiver counts."""
        with self._database.read() as connection:
            return receiver_register.enrolled(connection, receiver, serial)

    def enrolled_receivers(self) -> Collection[str]:
        """Those that hold a certificate that counts."""
        with self._database.read() as connection:
            return receiver_register.members(connection)

    def revoke_receiver(self, receiver: str, now: datetime) -> int:
        """Let no certificate and no code of it count; how many certificates that were."""
        with self._database.write() as connection:
            return receiver_register.revoke(connection, receiver, now)

    def revoked_certificates(self) -> Sequence[tuple[str, str, datetime]]:
        """Serials, whose they were, and when they were revoked or replaced."""
        with self._database.read() as connection:
            return receiver_register.revoked(connection)

    # --- how they are -------------------------------------------------------------------------------------------------

    def receivers(self, ids: Collection[str] | None = None) -> list[ReceiverRow]:
        """By id; all that are known where none are named."""
        with self._database.read() as connection:
            return receivers.found(connection, ids)

    def note_said(self, news: Sequence[Said]) -> Collection[str]:
        """What receivers say of themselves; those that have begun another journal."""
        if not news:
            return ()
        with self._database.write() as connection:
            return receivers.said(connection, news)

    # --- their plans --------------------------------------------------------------------------------------------------

    def lay_airings(self, rows: Sequence[LaidDown]) -> Collection[str]:
        """Put airings into plans; the receivers whose plans change by it."""
        with self._database.write() as connection:
            return receivers.lay(connection, rows)

    def foresee_airings(self, channel: str, rows: Sequence[LaidDown], now: datetime) -> Collection[str]:
        """Bring what is only foreseen for a channel in line; the receivers whose plans change by it.

        A portion a transaction: an emergency that has to be written meanwhile waits for one of them at most.
        """
        with self._database.write() as connection:
            changed = receivers.no_longer_foreseen(connection, channel, {each.delivery for each in rows}, now)
        for portion in portions(rows, AIRINGS):
            with self._database.write() as connection:
                began = time.monotonic()
                changed |= receivers.foresee(connection, channel, portion)
            self._let_others_write(began)
        return changed

    def withdraw_airings(self, channel: str, delivery_ids: Iterable[int], now: datetime) -> Collection[str]:
        """Take airings out of plans, and whatever else of the channel was called off; the receivers they were for."""
        with self._database.write() as connection:
            found = receivers.withdraw(connection, delivery_ids, now)
            return found | receivers.withdraw_called_off(connection, channel, now)

    def withdraw_begun(self, ids: Collection[str], now: datetime, *, only_held: bool = False) -> Collection[str]:
        """Take what has begun by now out of these receivers' plans, settled or not; those of them that had any.

        `only_held`: only what they have said they hold.
        """
        with self._database.write() as connection:
            return receivers.withdraw_begun(connection, ids, now, only_held)

    def adopt_airings(self, channel: str, now: datetime) -> int:
        """What begins by an issued plan without having been handed over counts as handed over; how many."""
        with self._database.read() as connection:
            if not receivers.any_to_adopt(connection, channel, now):
                return 0
        with self._database.write() as connection:
            return receivers.adopt(connection, channel, now, now)

    def laid_airings(self, ids: Collection[str] | None, now: datetime) -> Mapping[str, Sequence[LaidDown]]:
        """What is open and not over of the receivers' plans (None: of all), by receiver, in order of begin."""
        with self._database.read() as connection:
            return receivers.laid(connection, ids, now)

    def coming_airings(self, now: datetime) -> Mapping[str, tuple[datetime, int]]:
        """Of each receiver's plan: when the next airing begins, and how many are still to begin."""
        with self._database.read() as connection:
            return receivers.coming(connection, now)

    def airings_laid(self, delivery_ids: Iterable[int]) -> Mapping[int, LaidDown]:
        """Of these deliveries, those that ever stood in a plan."""
        with self._database.read() as connection:
            return receivers.laid_of(connection, delivery_ids)

    def issue_plans(self, plans: Sequence[Issued]) -> None:
        """Keep plans as they were sealed, before they go out."""
        if plans:
            with self._database.write() as connection:
                receivers.issue(connection, plans)

    def receiver_plan(self, receiver: str) -> tuple[int, bytes] | None:
        """Version and sealed plan, as it was issued last."""
        with self._database.read() as connection:
            return receivers.plan_of(connection, receiver)

    def plan_mark(self, channel: str, now: datetime, until: datetime) -> str:
        """Changes with whatever may change what is foreseen for a channel between two moments."""
        with self._database.read() as connection:
            return receiver_marks.mark(connection, channel, now, until)

    # --- commands -----------------------------------------------------------------------------------------------------

    def keep_commands(self, commands: Sequence[CommandRow]) -> None:
        """Keep commands before they go out."""
        if commands:
            with self._database.write() as connection:
                receivers.order(connection, commands)

    def note_reply(self, receiver: str, command: str, code: str, at: datetime) -> bool:
        """Note the first reply to a command of this receiver; whether it is one."""
        with self._database.write() as connection:
            return receivers.reply(connection, receiver, command, code, at)

    def receiver_commands(self, ids: Collection[str]) -> list[CommandRow]:
        with self._database.read() as connection:
            return receivers.commands(connection, ids)

    def last_commands(self, kind: str, besides: Collection[str] = ()) -> Mapping[str, CommandRow]:
        """The newest command of a kind, by receiver; `besides`: codes of replies that are passed over."""
        with self._database.read() as connection:
            return receivers.last_commands(connection, kind, besides)

    # --- journals -----------------------------------------------------------------------------------------------------

    def journal_held(self, receiver: str, journal: str) -> int:
        """The number of the last entry that is held without a gap; 0: none."""
        with self._database.read() as connection:
            return receiver_journals.held(connection, receiver, journal)

    def take_journal(self, receiver: str, piece: Handed, now: datetime, offset_s: float | None) -> Entered:
        """Take what is new of a piece, with the receipts it causes. `offset_s`: its clock minus ours, where known."""
        with self._database.write() as connection:
            return receiver_journals.take(connection, receiver, piece, now, offset_s)

    def receiver_entries(self, receiver: str, journal: str, after: int = 0) -> list[Entry]:
        """Entries that are held, in their order."""
        with self._database.read() as connection:
            return receiver_journals.entries(connection, receiver, journal, after)

    def prune_entries(self, now: datetime, keep: timedelta, within_s: float = PRUNED_WITHIN_S) -> int:
        """Delete entries that were taken in longer ago than `keep`, in small portions, for about so long; how many.

        What speaks of a delivery that has not ended stays. The audit log says from when on they go (in the zone of
        `now`), and `journal_held` still what was held.
        """
        with self._database.write() as connection:
            receiver_retention.mark(connection, now)
            due = receiver_retention.due(connection, now - keep)
        if due is not None:
            before = f"{due[1].astimezone(now.tzinfo):%d/%m/%Y %H:%M}"
            with self._noted(now, Note("station", "entries_pruned", "", {"before": before, "days": keep.days})) as mine:
                receiver_retention.open_up_to(mine, due[0], now)
        return self._prune_opened(within_s)

    def _prune_opened(self, within_s: float) -> int:
        with self._database.read() as connection:
            last = receiver_retention.opened(connection)
        after, gone, size, until = 0, 0, MOST_PRUNED // 10, time.monotonic() + within_s
        while after < last and time.monotonic() < until:
            began = time.monotonic()
            with self._database.write() as connection:
                held = time.monotonic()
                after, count = receiver_retention.prune(connection, after, size)
            gone += count
            size = self._next_size(size, MOST_PRUNED, held)
            self._let_others_write(began)
        return gone

    def journals_began(self, ids: Collection[str]) -> Mapping[tuple[str, str], datetime]:
        """When each journal of these receivers begins, by the receiver's clock."""
        with self._database.read() as connection:
            return receiver_journals.first_written(connection, ids)

    def airings_spoken_of(self, keys: Iterable[str]) -> Collection[str]:
        """Those of the airings of which any journal says more than that a plan holds them no longer."""
        with self._database.read() as connection:
            return receiver_journals.spoken_of(connection, keys)

    def airings_began(self, wanted: Mapping[str, str]) -> Mapping[str, datetime]:
        """Those of these airings that began by the journal of the receiver each is of, and when."""
        with self._database.read() as connection:
            return receiver_journals.began(connection, wanted)

    def last_hearings(self, since: datetime) -> Mapping[str, HeardRow]:
        """The last hearing of each receiver, of those since a moment."""
        with self._database.read() as connection:
            return receiver_hearings.last(connection, since)

    def telling_hearings(self, since: datetime) -> Mapping[str, HeardRow]:
        """The last that says something of a receiver's amplifier: heard, or not heard although it played to its end."""
        with self._database.read() as connection:
            return receiver_hearings.last_telling(connection, since)

    def unordered_airings(self, since: datetime) -> list[Unordered]:
        """What receivers aired although nobody had ordered it, as the station learned since a moment: newest first."""
        with self._database.read() as connection:
            return receiver_unordered.taken_since(connection, since)

    def unordered_between(self, since: datetime, until: datetime) -> list[Unordered]:
        """Those that began in this time by their receiver's clock, or of which the station learned in it."""
        with self._database.read() as connection:
            return receiver_unordered.between(connection, since, until)

    def truths(self, channel: str, since: datetime, until: datetime) -> Truths:
        """Of a channel's deliveries that start between two moments: planned, delivered, played, heard."""
        with self._database.read() as connection:
            return receiver_marks.truths(connection, channel, since, until)

    def receiver_states(self, channel: str, states: Collection[State]) -> Mapping[str, int]:
        """How many deliveries of each receiver stand in these states."""
        with self._database.read() as connection:
            return receiver_marks.standing(connection, channel, states)
