"""Whom the station sent away. Whoever comes a thousand times costs the log a line a minute."""

from __future__ import annotations

import logging
import threading
import time

from pipeline.messages import CATALOGUE, say

LOG = logging.getLogger(__name__)

SAY_AGAIN_S = 60.0
MOST_KNOWN = 1_000


class Refusals:
    """Whom the station sent away, said in the log: at once, then once a minute how often."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[tuple[str, str], tuple[float, int]] = {}
        self.counts: dict[str, int] = {}

    def note(self, code: str, who: str) -> None:
        """`who`: a receiver or an address."""
        now = time.monotonic()
        with self._lock:
            self.counts[code] = self.counts.get(code, 0) + 1
            said, silent = self._said.get((code, who), (-SAY_AGAIN_S, 0))
            if now - said < SAY_AGAIN_S:
                self._said[code, who] = said, silent + 1
                return
            if len(self._said) > MOST_KNOWN:
                self._said.clear()
            self._said[code, who] = now, 0
        why = say(code) if code in CATALOGUE else code
        LOG.warning("%s", say("gate_refused_again" if silent else "gate_refused", who=who, why=why, more=silent))
