"""The fleet of a station: what its receivers are to play, and what they did. Behind the channel, behind the gate."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.channels import Foreseen, Hushed
from pipeline.config.channels import ChannelSettings
from pipeline.config.receivers import RECEIVER_TYPE
from pipeline.domain import Clock, Delivery, Outgoing, Priority, Receipt, State
from pipeline.errors import AccessError, LoaError, Outcome, SendError
from pipeline.fleet import journals
from pipeline.fleet.commanding import Commanding
from pipeline.fleet.flood import Room
from pipeline.fleet.issuing import Issuing
from pipeline.fleet.journals import ABSENT
from pipeline.fleet.keys import FOLDER, Keys
from pipeline.fleet.plans import KEY_FORM, Terms, airing_in, airing_of, body_of, over_at
from pipeline.fleet.ports import News
from pipeline.fleet.reasons import why_unusable
from pipeline.fleet.register import StoredRegister
from pipeline.fleet.silencing import Silencing
from pipeline.protocol.command import Reply
from pipeline.protocol.journal import Handed
from pipeline.protocol.plan import Airing
from pipeline.site import Site
from pipeline.store.rows_receivers import UNHEARD, LaidDown, ReceiverRow

if TYPE_CHECKING:
    from pipeline.store import Store

LOG = logging.getLogger(__name__)

ANSWER_S = 0.7  # how long an urgent order waits for the word of those that are there
HERE = timedelta(seconds=150)  # whoever spoke so lately is there
SOON = timedelta(seconds=5)
LOOK_AGAIN_S = 30.0  # at what the receivers say of deliveries, though none has spoken


class Fleet(StoredRegister):
    """The plans of the receivers (for their channel) and the ledger of what they said (for the gate)."""

    def __init__(self, site: Site, settings: ChannelSettings, store: Store, clock: Clock) -> None:
        super().__init__(store)
        self.site, self.settings, self.clock = site, settings, clock
        self._keys: Keys | None = None
        self.room = Room()  # of each receiver's journal
        self.issuing = Issuing(store, self.keys, Terms.of(site, settings))
        self.commanding = Commanding(store, self.issuing)
        self._heard = threading.Condition()
        self._news, self._read, self._read_at = 1, 0, 0.0
        self._silencing = Silencing(store, self.issuing, self.commanding, clock, self._wait_for)

    def follow(self, site: Site, settings: ChannelSettings) -> None:
        """Go by other files from now on."""
        self.site, self.settings = site, settings
        self.issuing.terms = Terms.of(site, settings)

    def keys(self) -> Keys:
        """The station's keys for its receivers. AccessError where they are lost or unreadable."""
        if self._keys is None:
            self._keys = Keys.open(self.site.root / FOLDER, self.clock, known=bool(self.receivers()))
        return self._keys

    @property
    def clusters(self) -> list[str]:
        """The ids of the clusters that have a receiver by the files."""
        return [each.id for each in self.site.clusters.values() if each.channel == self.settings.id]

    # --- for the channel ----------------------------------------------------------------------------------------------

    def lay_down(self, orders: Sequence[Outgoing], now: datetime) -> list[Receipt]:
        """Put each order into the plan of its receiver and send the plan; a receipt for each, in order.

        UNKNOWN `cluster_not_enrolled`: there is no machine yet, and one that comes in time gets it. FAILED: no plan
        could hold it.
        """
        if not orders:
            return []
        members = self.receivers()
        laid: dict[int, LaidDown] = {}
        refused: dict[int, tuple[State, str]] = {}
        for order in orders:
            try:
                laid[order.delivery] = _laid(order, handed=now)
                if order.target not in members:
                    refused[order.delivery] = State.UNKNOWN, ABSENT
            except SendError as error:
                refused[order.delivery] = State.FAILED, error.code
        urgent = {each.target for each in orders if each.priority is Priority.EMERGENCY or each.start < now + SOON}
        try:
            self._lay(list(laid.values()), now, at_once=bool(urgent))
        except LoaError as error:
            raise SendError(error.code, Outcome.NOT_SENT, **error.params) from None
        except OSError as error:
            folder = self.site.root / FOLDER
            raise SendError("gate_keys_unusable", Outcome.NOT_SENT, folder=folder, why=why_unusable(error)) from None
        held = self._held({each.receiver for each in laid.values()}, urgent, laid, now)
        return [self._receipt(order, refused, held, now) for order in orders]

    def _lay(self, rows: Sequence[LaidDown], now: datetime, *, at_once: bool) -> None:
        changed = set(self.store.lay_airings(rows))
        standing = self.store.airings_laid(each.delivery for each in rows)
        fresh = {each.receiver for each in standing.values() if not each.version}
        self.issuing.issue(changed | fresh, now, at_once=at_once)

    def _held(
        self, receivers: Collection[str], urgent: Collection[str], laid: dict[int, LaidDown], now: datetime
    ) -> dict[int, int]:
        """Of each delivery that its receiver holds: the version of the plan. Waits a moment for what is urgent."""
        standing = self.store.airings_laid(laid)
        deadline = time.monotonic() + ANSWER_S
        while True:
            seen = self._news
            rows = {each.id: each for each in self.store.receivers(receivers)}
            held = {
                each.delivery: rows[each.receiver].held_version
                for each in standing.values()
                if each.receiver in rows and journals.holds(each, rows[each.receiver])
            }
            waits = {
                each.receiver
                for each in standing.values()
                if each.delivery not in held and each.receiver in urgent and _is_here(rows.get(each.receiver), now)
            }
            left = deadline - time.monotonic()
            if not waits or left <= 0 or self.issuing.wire is None:
                return held
            self._wait_for_news(seen, left)

    def _receipt(
        self, order: Outgoing, refused: dict[int, tuple[State, str]], held: dict[int, int], now: datetime
    ) -> Receipt:
        if order.delivery in refused:
            state, code = refused[order.delivery]
            return Receipt(order.delivery, now, state, code=code)
        if order.delivery in held:
            return Receipt(order.delivery, now, State.ACCEPTED, ref=_ref(order.target, held[order.delivery]))
        return Receipt(order.delivery, now, State.UNKNOWN, code=UNHEARD)

    def take_back(self, deliveries: Sequence[Delivery], now: datetime) -> list[Receipt]:
        """Out of the plans, which are sent at once. What has not begun is CANCELLED; what is known to sound is
        INTERRUPTED once its receiver says that it is silent. The rest gets no receipt: its journal settles it."""
        return self._silencing.take_back(self.settings.id, deliveries, now)

    def silence(self, targets: Collection[str] | None, deliveries: Sequence[Delivery], now: datetime) -> Hushed:
        """Tell receivers to stop whatever sounds and to leave what is due; what came of it and of these deliveries."""
        members = [each for each in self.receivers() if targets is None or each in targets]
        return self._silencing.silence(self.settings.id, members, deliveries, now)

    def news(self, deliveries: Sequence[Delivery], now: datetime) -> list[Receipt]:
        """What is known by now of deliveries that were handed over; cheap where no receiver has spoken."""
        seen = self._news
        if seen == self._read and time.monotonic() - self._read_at < LOOK_AGAIN_S:
            return []
        receipts = journals.settled(self.store, deliveries, now)
        self._read, self._read_at = seen, time.monotonic()
        return receipts

    def foresee(self, orders: Sequence[Foreseen], now: datetime) -> None:
        """Bring the plans in line with what is to come, and send those that changed."""
        rows: list[LaidDown] = []
        for each in orders:
            try:
                rows.append(_laid(each.order, each))
            except SendError as error:
                LOG.warning("%s is not foreseen: %s", each.order.key, error.code)
        changed = self.store.foresee_airings(self.settings.id, rows, now)
        self.issuing.issue(changed, now)

    def adopt(self, now: datetime) -> None:
        """What has begun by a plan without having been handed over counts as handed over."""
        if self.store.adopt_airings(self.settings.id, now):
            self._stir()

    def refresh(self, now: datetime) -> int:
        """Plans anew where they are stale; how many."""
        return self.issuing.refresh({*self.clusters, *self.receivers()}, now)

    def forget(self, now: datetime) -> int:
        """Delete entries of journals that were kept long enough, some seconds' worth of them; how many."""
        keep = timedelta(days=self.settings.values["keep_days"])
        return self.store.prune_entries(now.astimezone(self.site.station.timezone), keep)

    # --- for the gate -------------------------------------------------------------------------------------------------

    def certified(self, receiver: str, serial: str, until: datetime, now: datetime, *, anew: bool) -> None:
        """Another machine gets a plan without what is settled, and without what the one before may have begun."""
        super().certified(receiver, serial, until, now, anew=anew)
        if anew and self.store.receiver_plan(receiver) is not None:
            self.store.withdraw_begun([receiver], now, only_held=True)
            self.issuing.issue([receiver], now)

    def plan(self, receiver: str, newer_than: int) -> tuple[int, bytes] | None:
        """Version and sealed plan; None where there is none newer. A receiver that never had one gets its first."""
        found = self.store.receiver_plan(receiver)
        if found is None and receiver in self.clusters:
            self.issuing.issue([receiver], self.clock())
            found = self.store.receiver_plan(receiver)
        return found if found is not None and found[0] > newer_than else None

    def sound(self, receiver: str, sha256: str) -> Path | None:
        """A file of its own plan."""
        laid = self.store.laid_airings([receiver], self.clock()).get(receiver, ())
        if not any(each.sound == sha256 for each in laid):
            return None
        path = self.site.root / "var" / "audio" / f"{sha256}.mp3"
        return path if path.is_file() else None

    def airing(self, receiver: str, id: str) -> Airing | None:
        """What it was told to play under this id."""
        found = KEY_FORM.match(id)
        laid = self.store.airings_laid([int(found[1])]).get(int(found[1])) if found else None
        return airing_in(laid.body) if laid is not None and laid.receiver == receiver else None

    def journal_held(self, receiver: str, journal: str) -> int:
        """The number of the last entry that is held without a gap; 0: none."""
        return self.store.journal_held(receiver, journal)

    def take_journal(self, receiver: str, piece: Handed) -> int:
        """Take what is new of a piece; what is held afterwards. AccessError(`journal_too_much`): not for now."""
        now, before = self.clock(), self.store.journal_held(receiver, piece.journal)
        if not self.room.is_left(receiver):
            if self.room.has_to_be_told(receiver):
                self.store.notice("receiver_floods", receiver, {"receiver": receiver}, now=now)
            raise AccessError("journal_too_much")
        held = journals.take(self.store, receiver, piece, now)
        self.room.take(receiver, [each for each in piece.entries if before < each.seq <= held], is_new=not before)
        self._stir()
        return held

    def take_news(self, news: Sequence[News]) -> None:
        """How receivers are."""
        begun_anew = self.store.note_said(journals.said(self.store, news))
        self._stir()
        try:
            self.issuing.issue(begun_anew, self.clock())  # who lost its journal would play again what is settled
        except (AccessError, OSError) as error:
            LOG.warning("no plan for %s: %s", ", ".join(begun_anew), why_unusable(error))

    def take_reply(self, receiver: str, reply: Reply, at: datetime) -> None:
        """What a receiver answers to a command."""
        self.commanding.take(receiver, reply, at)

    def _stir(self) -> None:
        with self._heard:
            self._news += 1
            self._heard.notify_all()

    def _wait_for(self, done: Callable[[], bool], seconds: float) -> None:
        until, seen = time.monotonic() + seconds, self._news
        while not done() and (left := until - time.monotonic()) > 0:
            self._wait_for_news(seen, left)
            seen = self._news

    def _wait_for_news(self, seen: int, seconds: float) -> None:
        with self._heard:
            self._heard.wait_for(lambda: self._news != seen, seconds)


def fleet_of(site: Site, store: Store, clock: Clock) -> Fleet | None:
    """The fleet of a site; None where no channel has receivers."""
    settings = settings_of(site)
    return None if settings is None else Fleet(site, settings, store, clock)


def settings_of(site: Site) -> ChannelSettings | None:
    """The channel of the receivers."""
    return next((each for each in site.channels.values() if each.type == RECEIVER_TYPE), None)


def _laid(order: Outgoing, foreseen: Foreseen | None = None, handed: datetime | None = None) -> LaidDown:
    airing = airing_of(order)
    return LaidDown(
        delivery=order.delivery,
        receiver=order.target,
        body=body_of(airing),
        sound=airing.sound,
        begins=airing.begin,
        over_at=over_at(airing),
        handed=handed,
        bulletins=foreseen.bulletins if foreseen else (),
        left_out=foreseen.left_out if foreseen else (),
        cause=foreseen.cause if foreseen else "",
    )


def _is_here(row: ReceiverRow | None, now: datetime) -> bool:
    return row is not None and row.contact_at is not None and now - row.contact_at < HERE


def _ref(receiver: str, version: int) -> str:
    return f"{receiver}/{version}"
