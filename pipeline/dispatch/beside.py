"""Work beside a tick: threads with names, one at a time under each, waited for a moment and then left to themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Beside:
    """A name is busy until its work has ended, however many ticks pass meanwhile."""

    def __init__(self) -> None:
        self._threads: dict[str, threading.Thread] = {}

    def __getitem__(self, name: str) -> threading.Thread:
        return self._threads[name]

    def is_busy(self, name: str) -> bool:
        thread = self._threads.get(name)
        return thread is not None and thread.is_alive()

    def start(self, name: str, work: Callable[..., object], *given: object) -> None:
        """Begin the work unless the name is busy."""
        if not self.is_busy(name):
            thread = threading.Thread(target=work, args=given, name="urgent", daemon=True)
            thread.start()
            self._threads[name] = thread

    def wait(self, name: str, seconds: float) -> bool:
        """For at most so long; whether it goes on by itself."""
        self._threads[name].join(seconds)
        return self.is_busy(name)
