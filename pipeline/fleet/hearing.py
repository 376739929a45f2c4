"""What receivers say of themselves, on its way to the ledger: one thread writes, the newest of each counts."""

from __future__ import annotations

import logging
import threading
from collections import deque
from datetime import datetime

from pipeline.errors import AccessError, LoaError
from pipeline.fleet.adapters import Adapter, Noted
from pipeline.fleet.noting import Noting
from pipeline.fleet.ports import Ledger, News, Over
from pipeline.fleet.refusals import Refusals
from pipeline.protocol.command import Reply

LOG = logging.getLogger(__name__)

GATHER_S = 0.2  # so that a crowd is written down in one transaction
AGAIN_S = 2.0
MOST_REPLIES, MOST_OF_ONE = 5_000, 50
MOST_NEWS = 5_000  # receivers
MOST_NOTED, NOTED_OF_ONE, NOTED_AT_ONCE = 5_000, 500, 50


class Hearing:
    """Takes statuses and replies from any thread; hands them to the ledger on one of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._news: dict[str, News] = {}
        self._replies: deque[tuple[str, Reply, datetime]] = deque(maxlen=MOST_REPLIES)
        self._noting, self._refusals = Noting(ledger), Refusals()
        self._noted: deque[tuple[str, Adapter, Noted]] = deque()
        self._state = threading.Condition()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop, name="receivers", daemon=True)
        self._thread.start()

    def stop(self, within_s: float = 3.0) -> None:
        """Hand over what is there and end."""
        self._ended.set()
        with self._state:
            self._state.notify_all()
        if self._thread is not None:
            self._thread.join(within_s)

    def hear(self, news: News) -> None:
        """Returns at once. What a receiver says now is never replaced by what the broker had kept of it."""
        with self._state:
            known = self._news.get(news.receiver)
            if known is None and len(self._news) >= MOST_NEWS:
                return
            if known is None or known.over is Over.KEPT or news.over is not Over.KEPT:
                self._news[news.receiver] = news
            self._state.notify_all()

    def answer(self, receiver: str, reply: Reply, at: datetime) -> None:
        """Returns at once; of too many the oldest are lost, and of one receiver the last."""
        with self._state:
            if sum(each[0] == receiver for each in self._replies) >= MOST_OF_ONE:
                return
            self._replies.append((receiver, reply, at))
            self._state.notify_all()

    def note(self, receiver: str, adapter: Adapter, noted: Noted) -> None:
        """Returns at once; of too many of one receiver the newest are lost, and stay unproven."""
        with self._state:
            if len(self._noted) >= MOST_NOTED or sum(each[0] == receiver for each in self._noted) >= NOTED_OF_ONE:
                return
            self._noted.append((receiver, adapter, noted))
            self._state.notify_all()

    def _loop(self) -> None:
        while not self._ended.is_set() or self._news or self._replies or self._noted:
            with self._state:
                self._state.wait_for(lambda: self._news or self._replies or self._noted or self._ended.is_set())
                replies = list(self._replies)
                self._replies.clear()
            well = [self._hand_reply(*each) for each in replies]
            well.append(self._hand_noted())
            if not replies:
                self._ended.wait(GATHER_S)
            well.append(self._hand_news())
            if not all(well) and self._ended.wait(AGAIN_S):
                return

    def _hand_reply(self, receiver: str, reply: Reply, at: datetime) -> bool:
        try:
            self._ledger.take_reply(receiver, reply, at)
        except LoaError as error:
            LOG.warning("a reply of %s was not written down: %s", receiver, error)
            return False
        except Exception:  # without this thread every receiver would look silent for ever
            LOG.exception("a reply of %s was not written down", receiver)
        return True

    def _hand_noted(self) -> bool:
        well = True
        for _ in range(min(len(self._noted), NOTED_AT_ONCE)):
            with self._state:
                each = self._noted.popleft()
            try:
                self._noting.take(each[0], each[1], each[2].entries)
            except AccessError as error:  # it said too much: what it says beyond is let go, and stays unproven
                self._refusals.note(error.code, each[0])
            except LoaError as error:
                LOG.warning("what %s did was not written down and is tried again: %s", each[0], error)
                well = False
                with self._state:
                    self._noted.append(each)
        return well

    def _hand_news(self) -> bool:
        with self._state:
            news, self._news = self._news, {}
        if not news:
            return True
        try:
            self._ledger.take_news(list(news.values()))
        except LoaError as error:
            LOG.warning("what %s receivers say was not written down and is tried again: %s", len(news), error)
            with self._state:
                self._news = {**news, **self._news}
            return False
        except Exception:  # one that cannot be written must not silence the others
            LOG.exception("what %s receivers say was not written down", len(news))
            return self._one_by_one(news)
        return True

    def _one_by_one(self, news: dict[str, News]) -> bool:
        """What nobody can write down is let go, so that it keeps no other receiver from being heard."""
        for each in news.values():
            try:
                self._ledger.take_news([each])
            except Exception:  # let go and logged; its next word comes within a minute
                LOG.exception("what %s says was not written down", each.receiver)
        return True
