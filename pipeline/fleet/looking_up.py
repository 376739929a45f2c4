"""Plans as the ledger has them, asked for on a thread of its own.

Whoever has something in hand, an EMERGENCY or a stop, never waits for a ledger that is slow, hangs or fails.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable

from pipeline.errors import LoaError
from pipeline.fleet.ports import Ledger

LOG = logging.getLogger(__name__)

AGAIN_AFTER_S = 5.0  # what could not be had is asked for once more
STOP_WITHIN_S = 3.0

Found = Callable[[str, bytes | None], None]


class LookingUp:
    """Asks the ledger for plans, one after the other, and hands each to `found` (None: it has none).

    `state` is the lock of whoever sends: a plan is handed over under it, so that none comes behind a newer one.
    `wanted`: whether there is room for another.
    """

    def __init__(self, ledger: Ledger, state: threading.Condition, wanted: Callable[[], bool], found: Found) -> None:
        self._ledger, self._state, self._wanted, self._found = ledger, state, wanted, found
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._again: list[Callable[[], object]] = []
        self._asking = ""  # for whom, while the ledger is asked
        self._dropped: set[str] = set()  # since it was last asked who there are
        self._everybody = self._ended = False
        self._thread = threading.Thread(target=self._loop, name="plans", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._state:
            self._ended = True
            self._state.notify_all()
        self._thread.join(STOP_WITHIN_S)

    def ask(self, receivers: Iterable[str]) -> None:
        """The plans of these; returns at once."""
        with self._state:
            self._asked.update(dict.fromkeys(receivers))
            self._state.notify_all()

    def ask_all(self) -> None:
        """The plans of every receiver; returns at once."""
        with self._state:
            self._everybody = True
            self._state.notify_all()

    def drop(self, receiver: str) -> None:
        """Somebody knows better than the ledger what this one is to get: what is being asked for it is not used."""
        with self._state:
            self._asked.pop(receiver, None)
            self._dropped.add(receiver)
            if self._asking == receiver:
                self._asking = ""

    def postpone(self, again: Callable[[], object]) -> None:
        """Do this in a while, under the lock."""
        with self._state:
            self._again.append(again)
            self._state.notify_all()

    def _loop(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._ended or self._again or self._may_ask())
                if self._ended:
                    return
                postponed = bool(self._again)
            if (postponed or not self._ask()) and self._pause():
                return

    def _may_ask(self) -> bool:
        return bool(self._everybody or self._asked) and self._wanted()

    def _ask(self) -> bool:
        """Ask for who there are, or for the plan of one. False where it has to be asked again in a while."""
        with self._state:
            everybody, self._everybody = self._everybody, False
            self._asking = "" if everybody or not self._asked else self._asked.popitem(last=False)[0]
            receiver = self._asking
            if everybody:
                self._dropped.clear()
        try:
            if everybody:
                self._ask_for(self._ledger.receivers())
            elif receiver:
                self._hand_over(receiver, self._ledger.plan(receiver, 0))
        except LoaError as error:
            LOG.warning("the plan of %s is published later: %s", receiver or "every receiver", error)
            self._ask_again(receiver, everybody)
        except Exception:  # without this thread nobody would get a plan after the line was cut
            LOG.exception("the plan of %s could not be asked for", receiver or "every receiver")
            self._ask_again("", everybody)  # a fault of ours at one keeps nothing from the others
            return not everybody
        else:
            return True
        return False

    def _ask_for(self, receivers: Iterable[str]) -> None:
        with self._state:
            self.ask(each for each in receivers if each not in self._dropped)

    def _hand_over(self, receiver: str, found: tuple[int, bytes] | None) -> None:
        with self._state:
            if self._asking == receiver:
                self._found(receiver, None if found is None else found[1])
                self._state.notify_all()

    def _ask_again(self, receiver: str, everybody: bool) -> None:
        with self._state:
            self._everybody |= everybody
            if receiver and self._asking == receiver:
                self._asked[receiver] = None

    def _pause(self) -> bool:
        """Whether it is over meanwhile; else what was postponed is done."""
        with self._state:
            if self._state.wait_for(lambda: self._ended, AGAIN_AFTER_S):
                return True
            again, self._again = self._again, []
            for each in again:
                each()
            self._state.notify_all()
        return False
