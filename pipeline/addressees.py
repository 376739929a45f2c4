"""The people whose numbers a station keeps: lists brought in, one person's request, lists whose time is over.

Whoever asked to be left alone is so at once: the dispatch asks again when it sends, and what lies in a hand-over file
that nobody has fetched is taken out of it. Who was forgotten leaves a keyed HMAC behind, so that the next list that is
brought in cannot undo the wish in silence; whoever wants not even that has it dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.channels import Channel, Forgets
from pipeline.config.channels import CHANNEL_MEDIA
from pipeline.contacts import (
    FORGOTTEN,
    ImportPlan,
    ListFacts,
    ParsedNumber,
    Rejected,
    all_numbers,
    check_rows,
    mask,
    parse_number,
    read_contacts,
    read_numbers,
    require_plain,
    showable,
)
from pipeline.domain import Clock, Delivery, Medium, State
from pipeline.errors import ContentError, Place, Problem, Problems, SendError
from pipeline.site import Site
from pipeline.store import Counts, Held, Note

if TYPE_CHECKING:
    from pipeline.store import Store

IN_DOUBT = (State.SENDING, State.UNKNOWN)
OPTED_OUT, DO_NOT_CONTACT = "opted_out", "do_not_contact"
MOST_SHARED = 3  # lists with the same numbers that are named
TOLD_BEFORE = timedelta(days=30)
EXPIRING, RETIRED_ON = "contacts_expiring", "contacts_retired_on"


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """What came of numbers to be left alone. `repeated`: they were so already, or stood in the file twice."""

    numbers: int
    repeated: int = 0
    taken_out: int = 0  # of hand-over files nobody had fetched
    rejected: tuple[Rejected, ...] = ()
    stuck: tuple[str, ...] = ()  # hand-over files that could not be changed
    several: tuple[int, ...] = ()  # lines that named more than one number, or an old one and what it became


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted. `stuck`: hand-over files, within the site, that still hold the number."""

    contacts: int
    called_off: int
    taken_out: int
    marked: bool
    stuck: tuple[str, ...] = ()
    in_doubt: int = 0  # messages nobody knows the fate of: the number is deleted once that is known


@dataclass(frozen=True, slots=True)
class Imported:
    """A list that was brought in. `problems`: warnings about the file and the list as a whole."""

    rows: ImportPlan
    counts: Counts
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Addressees:
    """The contacts of one station, and who asks for them (`actor`, for the audit log)."""

    site: Site
    store: Store
    actor: str
    clock: Clock
    channels: Mapping[str, Channel] = field(default_factory=dict)

    def bring(self, file: Path, list_id: str, facts: ListFacts) -> Imported:
        """A CSV or XLSX list into the database: encrypted, each number once, what was refused named by its line.

        ContentError where a new list has no basis, or a channel is named that is none for SMS.
        """
        require_plain(list_id, facts.basis or "", purpose=facts.purpose, source=facts.source, consent=facts.consent)
        self._require_channel(facts.channel)
        source = read_contacts(file)
        if not facts.basis and list_id not in self.store.contact_lists():
            raise ContentError("basis_empty")
        today = self.clock().astimezone(self.site.station.timezone).date()
        rows = check_rows(source, areas=self.site.areas.by_id, on=today, forgotten=self.store.forgotten())
        counts = self.store.import_contacts(list_id, None, rows, facts=facts, now=self.clock())
        found = {"rows": rows.rows, "imported": counts.imported, "updated": counts.updated}
        self._audit("contacts_imported", list_id, {**found, "rejected": len(rows.rejected)})
        self._look_at(list_id, source.problems)
        return Imported(rows, counts, tuple(source.problems))

    def look(self, phone: str, action: str = "contact_shown") -> Held:
        """Everything that is held of a number (E.164 digits); that somebody looked is written down."""
        return self.store.held_of(phone, self.clock(), self._entry(action, mask(phone)))

    def leave_alone(self, phone: str) -> LeftAlone:
        """Its owner wants nothing more, from now on, in whatever list the number stands."""
        added = self.store.leave_alone([phone], self._entry("contact_opted_out", mask(phone)), self.clock(), OPTED_OUT)
        taken, stuck = self._take_out(OPTED_OUT)
        return LeftAlone(added, 1 - added, taken, stuck=stuck)

    def leave_all_alone(self, file: Path, code: str) -> LeftAlone:
        """The numbers of a file: with a header, or bare, one a line. `code`: who asked for it."""
        phones: dict[str, None] = {}
        rejected: list[Rejected] = []
        several: list[int] = []
        named = 0
        for each in read_numbers(file):
            found, unread = all_numbers(each.text)
            if unread is not None:
                rejected.append(Rejected(each.line, unread.code, unread.params, unread.message))
            if len(found) > 1:
                several.append(each.line)
            named += len(found)
            phones.update(dict.fromkeys(found))
        note = self._entry(f"{code}_file", detail={"numbers": len(phones), "rejected": len(rejected)})
        added = self.store.leave_alone(phones, note, self.clock(), code)
        taken, stuck = self._take_out(code)
        return LeftAlone(added, named - added, taken, tuple(rejected), stuck, tuple(several))

    def welcome(self, phone: str, basis: str) -> bool:
        """Its owner wants to hear from the station again, as `basis` says; False: nothing kept them from it."""
        require_plain("", basis)
        return self.store.welcome(phone, self._entry("contact_welcomed", mask(phone), {"basis": basis}), self.clock())

    def unblock(self, phone: str, reason: str) -> int:
        """Try a number again that a provider called wrong or a landline; how many entries of lists were marked so.

        Whoever wants to be left alone still is.
        """
        require_plain("", reason)
        return self.store.unblock(
            phone, self._entry("contact_unblocked", mask(phone), {"reason": reason}), self.clock()
        )

    def forget(self, phone: str, *, mark: bool = True) -> Forgotten:
        """Delete a number from lists, what waits and hand-over files. `mark`: no list that is read brings it back."""
        note = self._entry("contact_forgotten", mask(phone), {"mark": mark})
        known = self.store.held_of(phone, self.clock())
        over = {each.delivery.id for each in known.deliveries if each.too_late < self.clock()}
        taken, stuck = self._withdraw(
            [each.delivery for each in known.deliveries if each.delivery.ref], FORGOTTEN, over
        )
        contacts, called_off = self.store.forget(phone, note, self.clock(), mark=mark)
        left = tuple(sorted({*stuck, *self._files_with(phone)}))
        doubts = sum(each.delivery.state in IN_DOUBT for each in self.store.held_of(phone, self.clock()).deliveries)
        return Forgotten(contacts, called_off, taken, mark, left, doubts)

    # --- within -------------------------------------------------------------------------------------------------------

    def _take_out(self, code: str) -> tuple[int, tuple[str, ...]]:
        """Take whoever is left alone out of hand-over files nobody has fetched."""
        taken, stuck = self._withdraw(self.store.handed_over_to_left_alone(self.clock()), code)
        return taken, stuck

    def _withdraw(
        self, out: Sequence[Delivery], code: str, over: set[int] | None = None
    ) -> tuple[int, tuple[str, ...]]:
        """How many were taken out, and the channels that could not; what is `over` may have gone long ago."""
        taken, stuck = 0, []
        for name, group in groupby(sorted(out, key=lambda each: each.channel), key=lambda each: each.channel):
            channel = self.channels.get(name)
            if channel is None or not isinstance(channel, Forgets):
                continue
            try:
                receipts = channel.withdraw(list(group))
            except SendError:
                stuck.append(name)
                continue
            taken += len(receipts)
            said = [replace(each, code=each.code or code) for each in receipts if each.delivery not in (over or ())]
            self.store.record(said)
        return taken, tuple(stuck)

    def _files_with(self, phone: str) -> Iterator[str]:
        """Hand-over tables on disk that hold a number, whoever wrote or changed them."""
        for settings in self.site.channels.values():
            if CHANNEL_MEDIA.get(settings.type) is Medium.SMS and (folder := settings.values.get("path")):
                for path in sorted((self.site.root / folder).rglob("*.csv*")):
                    if path.is_file() and _holds(path, phone):
                        yield path.relative_to(self.site.root).as_posix()

    def _require_channel(self, channel: str | None) -> None:
        known = sorted(name for name, each in self.site.channels.items() if CHANNEL_MEDIA[each.type] is Medium.SMS)
        if channel and channel not in known:
            raise ContentError("list_channel_unknown", channel=showable(channel), known=", ".join(known) or "–")

    def _look_at(self, list_id: str, problems: Problems) -> None:
        """What somebody ought to know of a list as it stands now."""
        place, found = Place(""), self.store.contact_lists()[list_id]
        if not found.purpose:
            problems.warning(place, "list_without_purpose", list=list_id)
        if found.retention_days is None:
            problems.warning(place, "list_without_retention", list=list_id)
        self._tell_shared(list_id, problems)
        if count := self.store.left_alone_in(list_id):
            problems.warning(place, "list_left_alone", list=list_id, count=count)

    def _tell_shared(self, list_id: str, problems: Problems) -> None:
        """One line, however many lists: what is wrong with rows must not be lost among it."""
        shared = sorted(self.store.shared_with(list_id).items(), key=lambda each: (-each[1], each[0]))
        for other, count in shared if len(shared) == 1 else ():
            problems.warning(Place(""), "list_shares_numbers", list=list_id, other=other, count=count)
        if len(shared) > 1:
            most = ", ".join(f"{other} ({count})" for other, count in shared[:MOST_SHARED])
            more = ", …" if len(shared) > MOST_SHARED else ""
            facts = {"list": list_id, "others": len(shared), "most": most + more}
            problems.warning(Place(""), "list_shares_with_several", **facts)

    def _entry(self, action: str, subject: str = "", detail: Mapping[str, object] | None = None) -> Note:
        return Note(self.actor, action, subject, detail or {})

    def _audit(self, action: str, subject: str, detail: Mapping[str, object]) -> None:
        self.store.audit(self.actor, action, subject, detail, self.clock())


def phone_of(text: str) -> str:
    """The E.164 digits of a number somebody typed. ContentError, which does not repeat it, where it is none."""
    found = parse_number(text)
    if isinstance(found, ParsedNumber):
        return found.phone
    raise ContentError(found.message, **found.params)


def retire(store: Store, now: datetime, today: date) -> Mapping[str, int]:
    """Once a day: delete what its list has kept long enough, and tell 30 days before; list → how many went.

    What people asked for through a provider is written down beside the database too.
    """
    if store.recall(RETIRED_ON) == today.isoformat():
        return {}
    store.note_wishes(now)
    gone = store.delete_expired(now)
    for name, count in gone.items():
        store.notice("contacts_expired", f"{name}/{today}", {"list": name, "count": str(count)}, now=now, once=True)
    soon = store.expiring(now, TOLD_BEFORE)
    for name, (count, first) in soon.items():
        facts = {"list": name, "count": str(count), "day": f"{first:%d/%m/%Y}"}
        store.notice(EXPIRING, name, facts, now=now)
    store.settle_notices([EXPIRING], now, keep={(EXPIRING, name) for name in soon})
    store.remember(RETIRED_ON, today.isoformat(), now)
    return gone


def _holds(path: Path, phone: str) -> bool:
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return phone.encode() in content or f"0{phone[2:]}".encode() in content
