"""What was refused, as it goes into the journal: the first few of a kind one by one, a flood of them as a number."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.protocol.journal import RETAINED, Kind
from pipeline.receiver.journal import Journal

SINGLY = 5  # of one code in an hour
SPAN_S = 3600.0
SHOWN_S = 900.0  # so long a refusal counts among the faults
OLDER = frozenset({"plan_older", "keyring_older"})


@dataclass(slots=True)
class _Kept:
    since: float
    last: float
    count: int = 0
    untold: int = 0
    is_settled: bool = False


class Refusals:
    """Writes into one journal. An attacker cannot fill the disk with it."""

    def __init__(self, journal: Journal, monotonic: Callable[[], float]) -> None:
        self._journal, self._monotonic = journal, monotonic
        self._kept: dict[tuple[Kind, str, bool], _Kept] = {}
        self._threads = threading.Lock()

    def refuse(self, what: str, code: str, params: Mapping[str, str], *, kept: bool = False) -> None:
        """A plan, keyring, command or sound that was not taken.

        `kept`: a broker had it in store. One that was restarted hands out what it last wrote to its disk: that it is
        older proves no attack, and is no fault.
        """
        harmless = {RETAINED: "yes"} if kept and code in OLDER else {}
        self.note(Kind.REFUSED, code, {"what": what, **params, **harmless})

    def note(self, kind: Kind, code: str, facts: Mapping[str, str]) -> None:
        """An entry that somebody else can cause as often as he likes."""
        with self._threads:
            more = self._count(kind, code, is_fault=RETAINED not in facts)
        if more is not None:
            self._journal.note(kind, code=code, facts={**facts, **({"more": str(more)} if more else {})})

    def settle(self, code: str) -> None:
        """It has been shown since that it is no longer so."""
        with self._threads:
            for (_, each, _), kept in self._kept.items():
                if each == code:
                    kept.is_settled = True

    def _count(self, kind: Kind, code: str, *, is_fault: bool) -> int | None:
        """How many were not written since it was written last; None where this is another of those."""
        now = self._monotonic()
        key = kind, code, is_fault
        kept = self._kept.get(key)
        more = 0
        if kept is None or now - kept.since > SPAN_S:
            more = kept.untold if kept is not None else 0
            kept = self._kept[key] = _Kept(now, now)
        kept.last, kept.count, kept.is_settled = now, kept.count + 1, False
        if kept.count <= SINGLY:
            return more
        kept.untold += 1
        return None

    def recent(self) -> set[str]:
        """Codes that were refused lately."""
        now = self._monotonic()
        with self._threads:
            found = {
                code
                for (_, code, is_fault), kept in self._kept.items()
                if is_fault and not kept.is_settled and now - kept.last <= SHOWN_S
            }
        return found - {"clock_trusted", "clock_stepped"}
