"""What the journal says of each airing, as far as it decides what may still be done with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.protocol.journal import LAST, Entry, Kind

DISOWNED = "plan_disowned"
ANOTHER_STATION = "another_station"


@dataclass(frozen=True, slots=True)
class Account:
    """One airing. `cut_at_s`: where something more urgent cut it; it may go on there. None: it is not cut.

    `withdrawn`: the version of the plan that no longer held it, 0 where all did. `over`: its last entry is written.
    `lost_in`: the version of a plan whose key was revoked before its turn, 0: none. `by`: the key that signed the plan
    by which it was settled.
    """

    begun: bool = False
    cut_at_s: float | None = None
    over: bool = False
    withdrawn: int = 0
    lost_in: int = 0
    by: str = ""

    @property
    def sounds(self) -> bool:
        """It began, was not cut, and has no end: it sounds, or whoever played it died."""
        return self.begun and not self.over and self.cut_at_s is None

    def is_settled(self, version: int) -> bool:
        """Whether a plan of this version has nothing more to order of it."""
        return self.over or (not self.begun and (self.withdrawn >= version or self.lost_in == version))


NOTHING = Account()


class Accounts:
    """What a journal comes to, entry by entry. `plans`: the highest version that was taken, by the key that signed it.

    A plan of a key that is revoked since may have settled what the station orders next: what it settled without a sound
    is open again from the entry on that disowns it.
    """

    def __init__(self) -> None:
        self.by_airing: dict[str, Account] = {}
        self.plans: dict[str, int] = {}
        self.disowned: set[str] = set()
        self._key, self._version = "", 0  # of the plan that is followed

    def learn(self, entry: Entry) -> None:
        """One entry more, the oldest first."""
        if entry.code == ANOTHER_STATION:  # its airings may bear the same names, and are others
            self._forget()
        if entry.kind is Kind.PLAN:
            self._key, self._version = entry.facts.get("key", ""), int(entry.facts.get("version", "0") or 0)
            self.plans[self._key] = max(self.plans.get(self._key, 0), self._version)
        if entry.code == DISOWNED:
            self._reopen(entry.facts.get("key", ""))
        if entry.airing:
            self.by_airing[entry.airing] = self._after(self.by_airing.get(entry.airing, NOTHING), entry)

    def _after(self, account: Account, entry: Entry) -> Account:
        if entry.kind in LAST:
            by = entry.facts.get("key", self._key)
            if by in self.disowned and not account.begun:
                return replace(account, lost_in=self._version)
            return replace(account, over=True, by=by)
        if entry.kind in (Kind.STARTED, Kind.RESUMED):
            return replace(account, begun=True, cut_at_s=None)
        if entry.kind is Kind.CUT:
            return replace(account, cut_at_s=entry.position_s)
        if entry.kind is Kind.WITHDRAWN:
            by = entry.facts.get("key", self._key)
            return replace(account, withdrawn=int(entry.facts.get("plan", "0")), by=by)
        return account

    def _forget(self) -> None:
        self.by_airing.clear()
        self.plans.clear()
        self.disowned.clear()
        self._key, self._version = "", 0

    def _reopen(self, key: str) -> None:
        self.disowned.add(key)
        for airing, account in list(self.by_airing.items()):
            if account.by == key and not account.begun:
                del self.by_airing[airing]


def accounts(entries: Iterable[Entry]) -> dict[str, Account]:
    """By airing, of a whole journal."""
    found = Accounts()
    for entry in entries:
        found.learn(entry)
    return found.by_airing
