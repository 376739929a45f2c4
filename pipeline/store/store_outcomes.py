"""What `Store` tells of SMS that went out, and takes from people and files that know more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from pipeline.domain import State
from pipeline.store import contacts, outcomes
from pipeline.store.opened import Opened
from pipeline.store.rows import Note, SmsOutcome, SmsTally

OUTCOMES_PAGE = 5_000


class OutcomePart(Opened):
    """Receipts of SMS, as tables and one by one."""

    def sms_tallies(self, since: datetime | None = None, list_id: str | None = None) -> list[SmsTally]:
        """SMS deliveries of occurrences from `since` on, by list, area, state and reason."""
        with self._database.read() as connection:
            return outcomes.tallies(connection, since, list_id)

    def sms_outcomes(
        self,
        since: datetime | None = None,
        list_id: str | None = None,
        states: Collection[State] | None = None,
    ) -> Iterator[SmsOutcome]:
        """SMS deliveries in order of id, a page at a time, their people decrypted."""
        last = 0
        while True:
            with self._database.read() as connection:
                page = outcomes.each(connection, since, list_id, states, last, OUTCOMES_PAGE)
            if not page:
                return
            cipher = self._open_cipher()
            with self._database.read() as connection:
                found = outcomes.outcomes(connection, cipher, page)
            yield from found
            last = page[-1].id

    def say_of_sms(self, delivery: int, *, sent: bool, note: Note, now: datetime) -> State:
        """What a person found out of an UNKNOWN delivery; the state it came to."""
        with self._noted(now, note) as connection:
            return outcomes.say(connection, delivery, sent=sent, now=now)

    def handed_to(
        self, channel: str, phones: Collection[str], *, batch: str = ""
    ) -> Mapping[str, list[tuple[int, State]]]:
        """Number (E.164 digits) → deliveries that a channel was handed for it, with their states."""
        with self._database.read() as connection:
            if contacts.known_key(connection) is None:
                return {}
        lookups = {lookup: phone for phone, lookup in outcomes.numbered(phones, self._open_cipher())}
        with self._database.read() as connection:
            found = outcomes.handed_to(connection, channel, lookups, batch)
        return {lookups[lookup]: rows for lookup, rows in found.items()}
