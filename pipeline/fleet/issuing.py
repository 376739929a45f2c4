"""Plans are put together, sealed, kept, and only then sent: what a receiver may hold the station always knows."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.fleet.keys import Keys
from pipeline.fleet.plans import Terms, compose, is_half_over
from pipeline.protocol.plan import ReceiverPlan
from pipeline.store.rows_receivers import Issued, ReceiverRow

if TYPE_CHECKING:
    from pipeline.store import Store

LOG = logging.getLogger(__name__)

PORTION = 50  # plans that are sealed and kept in one go


class Wire(Protocol):
    """What takes plans and commands to the receivers now, while a gate is open."""

    def publish_plan(self, receiver: str, sealed: bytes) -> None: ...
    def publish_command(self, receiver: str, sealed: bytes, id: str, expires: datetime) -> None: ...


class Issuing:
    """`keys`: opened where they are first needed. `wire`: None while no gate is open; plans are then fetched later."""

    def __init__(self, store: Store, keys: Callable[[], Keys], terms: Terms) -> None:
        self.store, self.keys, self.terms = store, keys, terms
        self.wire: Wire | None = None
        self._lock = threading.Lock()
        self._calm, self._hurried = threading.Condition(), 0
        self._terms: dict[str, Any] = {}  # what the plan issued last says beside its airings, by receiver

    def issue(self, receivers: Collection[str], now: datetime, *, at_once: bool = False) -> int:
        """A new plan for each of these that is enrolled; how many. What is wanted `at_once` goes before all others."""
        ids, count = sorted(receivers), 0
        if at_once:
            self._hurry(1)
        try:
            for at in range(0, len(ids), PORTION):
                if not at_once:
                    with self._calm:
                        self._calm.wait_for(lambda: not self._hurried)
                count += self._issue(ids[at : at + PORTION], now)
        finally:
            if at_once:
                self._hurry(-1)
        return count

    def _hurry(self, more: int) -> None:
        with self._calm:
            self._hurried += more
            self._calm.notify_all()

    def refresh(self, wanted: Iterable[str], now: datetime) -> int:
        """Plans anew where half a life is over, the key has changed, or the station's hours and volumes have."""
        rows = {each.id: each for each in self.store.receivers()}
        stale = [name for name in wanted if name in rows and self._is_stale(rows[name], now)]
        return self.issue(stale, now) if stale else 0

    def _issue(self, ids: Collection[str], now: datetime) -> int:
        with self._lock:
            rows = [each for each in self.store.receivers(ids) if each.certificates]
            if not rows:
                return 0
            laid = self.store.laid_airings([each.id for each in rows], now)
            keys = self.keys()
            key, station = keys.signing(), keys.keyring.station
            plans: list[Issued] = []
            for row in rows:
                mine = laid.get(row.id, ())
                plan = compose(row.id, station, self.terms, mine, row.plan_version, now)
                held = tuple(each.delivery for each in mine)
                plans.append(Issued(row.id, plan.version, plan.sealed(key), key.id, now, plan.expires, held))
                self._terms[row.id] = _beside(plan)
            self.store.issue_plans(plans)
            if self.wire is not None:
                for each in plans:
                    self.wire.publish_plan(each.receiver, each.sealed)
        return len(plans)

    def _is_stale(self, row: ReceiverRow, now: datetime) -> bool:
        if not row.certificates:
            return False
        if is_half_over(row, now) or row.plan_key != self.keys().signing().id:
            return True
        if row.id not in self._terms:
            self._terms[row.id] = self._terms_of(row.id)
        plan = compose(row.id, self.keys().keyring.station, self.terms, (), 0, now)
        return bool(self._terms[row.id] != _beside(plan))

    def _terms_of(self, receiver: str) -> Any:
        """What the plan that was issued last says beside its airings; None where it cannot be read any more."""
        found = self.store.receiver_plan(receiver)
        try:
            content = json.loads(json.loads(found[1])["payload"]) if found else {}
            return {name: content.get(name) for name in _BESIDE}
        except (ValueError, KeyError, TypeError):
            return None


_BESIDE = ("station", "zone", "lead_in_s", "windows", "volumes")


def _beside(plan: ReceiverPlan) -> Any:
    content = plan.content()
    return json.loads(json.dumps({name: content[name] for name in _BESIDE}))
