"""What the journal says of each airing, as far as it decides what may still be done with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.protocol.journal import LAST, Entry, Kind


@dataclass(frozen=True, slots=True)
class Account:
    """One airing. `cut_at_s`: where something more urgent cut it; it may go on there. None: it is not cut.

    `withdrawn`: the version of the plan that no longer held it, 0 where all did. `over`: its last entry is written.
    """

    begun: bool = False
    cut_at_s: float | None = None
    over: bool = False
    withdrawn: int = 0

    @property
    def sounds(self) -> bool:
        """It began, was not cut, and has no end: it sounds, or whoever played it died."""
        return self.begun and not self.over and self.cut_at_s is None

    def is_settled(self, version: int) -> bool:
        """Whether a plan of this version has nothing more to order of it."""
        return self.over or (self.withdrawn >= version and not self.begun)


NOTHING = Account()


def learn(account: Account, entry: Entry) -> Account:
    """The account after one more entry of its airing."""
    if entry.kind in LAST:
        return replace(account, over=True)
    if entry.kind in (Kind.STARTED, Kind.RESUMED):
        return replace(account, begun=True, cut_at_s=None)
    if entry.kind is Kind.CUT:
        return replace(account, cut_at_s=entry.position_s)
    if entry.kind is Kind.WITHDRAWN:
        return replace(account, withdrawn=int(entry.facts.get("plan", "0")))
    return account


def accounts(entries: Iterable[Entry]) -> dict[str, Account]:
    """By airing, of a whole journal."""
    found: dict[str, Account] = {}
    for entry in entries:
        if entry.airing:
            found[entry.airing] = learn(found.get(entry.airing, NOTHING), entry)
    return found
