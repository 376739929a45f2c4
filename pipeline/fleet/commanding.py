"""Commands to receivers: signed, kept, sent while a gate is open, and answered within seconds or not at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from pipeline.fleet.issuing import Issuing
from pipeline.protocol.command import Command, Order, Reply
from pipeline.store.rows_receivers import CommandRow

if TYPE_CHECKING:
    from pipeline.store import Store

VALID = timedelta(seconds=60)
MOST_AIRINGS = 1_000  # a command may name
MOST_REPLIES = 5_000  # kept for those who wait; most commands nobody waits for


class Commanding:
    """Gives commands, and remembers what came back while somebody waits for it."""

    def __init__(self, store: Store, issuing: Issuing) -> None:
        self.store, self.issuing = store, issuing
        self._replied = threading.Condition()
        self._replies: dict[str, Reply] = {}

    def give(self, order: Order, to: Mapping[str, tuple[str, ...]], now: datetime) -> dict[str, str]:
        """One command for each receiver (the airings it is about, none: all); their ids by receiver.

        Nothing is given, and nothing kept, while no gate is open: a command that comes late is worse than none.
        """
        wire = self.issuing.wire
        if wire is None or not to:
            return {}
        key = self.issuing.keys().signing()
        made = [
            Command(uuid4().hex, receiver, order, now, now + VALID, airings[:MOST_AIRINGS])
            for receiver, airings in to.items()
        ]
        self.store.keep_commands(
            [
                CommandRow(each.id, each.receiver, each.order.value, each.issued, each.expires, each.airings)
                for each in made
            ]
        )
        for each in made:
            wire.publish_command(each.receiver, each.sealed(key), each.id, each.expires)
        return {each.receiver: each.id for each in made}

    def take(self, receiver: str, reply: Reply, at: datetime) -> None:
        """What a receiver answers; one to a command that was never its own is nothing."""
        if self.store.note_reply(receiver, reply.command, reply.code, at):
            with self._replied:
                self._replies[reply.command] = reply
                while len(self._replies) > MOST_REPLIES:
                    del self._replies[next(iter(self._replies))]
                self._replied.notify_all()

    def wait(
        self, ids: Collection[str], seconds: float, enough: Callable[[], bool] = lambda: False
    ) -> dict[str, Reply]:
        """The replies to these commands that came within so long."""
        deadline = time.monotonic() + seconds
        with self._replied:
            while not (all(each in self._replies for each in ids) or enough()):
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._replied.wait(left)
            return {each: self._replies.pop(each) for each in ids if each in self._replies}
