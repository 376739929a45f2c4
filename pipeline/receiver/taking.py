"""Plans and keyrings as they arrive: judged, written down, followed from then on; the old plan accounted for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from pipeline.domain import Priority
from pipeline.errors import AccessError
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.receiver.at_hand import AtHand
from pipeline.receiver.journal import Journal
from pipeline.receiver.orders import Orders, Taken
from pipeline.receiver.ports import Arrival
from pipeline.receiver.timekeeping import Timekeeping

SPARED = timedelta(seconds=30)  # what sounds when its key is revoked: so long may the station's next plan be on its way
JUST_NOW = timedelta(seconds=60)  # an EMERGENCY whose plan was issued so shortly before its moment is meant for now


class Taking:
    """Not for several threads at once. `follow`: does what the held plan orders by now; `make_room`: on a full disk."""

    def __init__(
        self,
        orders: Orders,
        journal: Journal,
        hand: AtHand,
        time: Timekeeping,
        follow: Callable[[], object],
        make_room: Callable[[], bool],
    ) -> None:
        self._orders, self._journal, self._hand, self._time = orders, journal, hand, time
        self._follow, self._make_room = follow, make_room
        self._at_once: dict[str, float] = {}
        self._waiting: Arrival | None = None  # a plan signed by a key we may come to know
        self._revoked: float | None = None  # the key of the plan that is followed, by the monotonic clock
        self.taken: Taken | None = None
        self.heard_of: Mapping[str, datetime] = {}

    @property
    def plan(self) -> ReceiverPlan | None:
        """The one that is followed."""
        return self.taken.plan if self.taken is not None else None

    @property
    def is_disowned(self) -> bool:
        """Whether the key of the plan that is followed was revoked: it orders nothing more."""
        return self.taken is not None and bool(self._orders.refuses_now(self.taken))

    @property
    def spared_until(self) -> datetime | None:
        """Until when what sounds may go on although its plan is disowned: the station's next one may hold it."""
        if not self.is_disowned or self._revoked is None:
            return None
        return self._time.now() + SPARED - timedelta(seconds=self._time.monotonic() - self._revoked)

    @property
    def at_once(self) -> Mapping[str, datetime]:
        """EMERGENCIES that came in over the line to sound just then, each with a moment that is surely over by now."""
        return {id: self._time.since(pin) for id, pin in self._at_once.items()}

    def begin(self, first_keyring: bytes) -> None:
        """Take up what lies there."""
        self._orders.read_keyring(first_keyring)
        self._journal.disown(self._orders.revoked)
        self.taken = self._orders.read_plan()

    def trust(self) -> None:
        """The doubt about the clock is over: everything goes by its time."""
        self._at_once.clear()

    def keyring(self, arrival: Arrival) -> Arrival | None:
        """The plan that has waited for a key of it. AccessError, OSError where it is not taken."""
        if not self._orders.take_keyring(arrival.payload):
            return None
        self._journal.disown(self._orders.revoked)
        if self.is_disowned:
            self._at_once.clear()
            self._revoked = self._revoked or self._time.monotonic()
        waiting, self._waiting = self._waiting, None
        return waiting

    def plan_arrived(self, arrival: Arrival) -> None:
        """AccessError, OSError where it is not taken."""
        now, held = self._time.now(), self.plan
        if self.taken is not None and arrival.payload == self.taken.sealed:
            return  # brought again, also by a broker that has not heard yet that its key was revoked
        try:
            taken = self._orders.judge_plan(arrival.payload, None if self._time.doubt else now, held)
        except AccessError as error:
            if error.code == "seal_key_unknown":
                self._waiting = arrival
            raise
        if taken is None:
            return
        if not self._time.doubt:
            self._follow()  # what the old plan has lost by now is not withdrawn by the new one
        self._give_way_to(taken)
        try:
            self._orders.keep_plan(taken)
        except OSError:
            self._make_room()
            with contextlib.suppress(OSError):  # the entry below is a counter too
                self._orders.keep_plan(taken)
        self.taken, self._revoked = taken, None
        count = len(taken.plan.airings)
        self._journal.note(Kind.PLAN, facts={"version": taken.plan.version, "airings": count, "key": taken.key})
        self._learn_of(taken.plan, held, arrival, now)

    def _give_way_to(self, taken: Taken) -> None:
        """Account for everything the new plan no longer holds."""
        plan, held = taken.plan, self.plan
        ordered = {each.id for each in plan.airings if not self.is_disowned or self._is_same(each)}
        for airing in held.airings if held is not None else ():
            account = self._journal.account(airing.id)
            if airing.id in ordered or held is None or account.is_settled(held.version):
                continue
            if self._hand.airing == airing.id:
                self._hand.stop("withdrawn")
                account = self._journal.account(airing.id)
            facts = {"plan": plan.version, "key": taken.key}
            if account.over:
                continue
            if account.begun:
                self._journal.note(Kind.STOPPED, airing.id, "withdrawn", facts=facts)
            elif plan.issued > airing.latest and not self.is_disowned:
                self._journal.note(Kind.MISSED, airing.id, "clock" if self._time.doubt else "off", facts=facts)
            else:
                self._journal.note(Kind.WITHDRAWN, airing.id, facts=facts)

    def _is_same(self, airing: Airing) -> bool:
        """Whether an airing is what sounds under its name, or nothing of that name sounds."""
        sounding = self._hand.sounding
        return sounding is None or self._hand.begun != airing.id or sounding.airing.sound == airing.sound

    def _learn_of(self, plan: ReceiverPlan, held: ReceiverPlan | None, arrival: Arrival, now: datetime) -> None:
        known = {each.id for each in held.airings} if held is not None else set()
        new = [each for each in plan.airings if each.id not in known]
        heard = {each.id: self.heard_of.get(each.id) for each in plan.airings}
        self.heard_of = {id: when for id, when in heard.items() if when} | {each.id: now for each in new}
        over = max(plan.issued, self._time.of_station(arrival.offset_s) or plan.issued)
        for each in new:
            meant_for_now = each.begin <= plan.issued + JUST_NOW and not arrival.retained
            if meant_for_now and each.priority is Priority.EMERGENCY:
                self._at_once[each.id] = self._time.pinned(over)
