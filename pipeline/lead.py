"""The fast lane, measured: a warning is received, approved, handed over, confirmed on the air; how long each step took.

Every step is looked for after the one before it, so that the airing of an older text never counts for a newer warning.
What nobody knows is None and stays unknown in every sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.approval import PERSONS_NEEDED
from pipeline.domain import Bulletin, Evidence, Medium, State
from pipeline.site import Site
from pipeline.store import Decisions, FirstReceipt

if TYPE_CHECKING:
    from pipeline.store import Store

NOTHING = Decisions()


@dataclass(frozen=True, slots=True)
class Step:
    """A moment on the way out, by which medium, and what it rests on."""

    at: datetime
    medium: Medium
    evidence: Evidence


def moment(step: Step | None) -> datetime | None:
    """When a step was taken, where it was."""
    return step.at if step else None


@dataclass(frozen=True, slots=True)
class Lead:
    """How a bulletin came from a warning to the air.

    `received`: as its script says. `written`: when the script was last changed; a copy or a later mending moves it, so
    nothing is reckoned from it. `approved`: the first moment since `received` at which as many persons as its priority
    asks for had accepted one same content. `handed_over`: a channel first took it over; that is no proof that it
    sounded. `confirmed`: the first airing of which there is evidence.
    """

    bulletin: Bulletin
    received: datetime | None = None
    written: datetime | None = None
    approved: datetime | None = None
    handed_over: Step | None = None
    confirmed: Step | None = None

    @property
    def to_approval(self) -> timedelta | None:
        return _between(self.received, self.approved)

    @property
    def to_hand_over(self) -> timedelta | None:
        return _between(self.approved, moment(self.handed_over))

    @property
    def to_air(self) -> timedelta | None:
        """From the approval to the first confirmed airing."""
        return _between(self.approved, moment(self.confirmed))

    @property
    def in_all(self) -> timedelta | None:
        """From the warning to the first confirmed airing."""
        return _between(self.received, moment(self.confirmed))


def leads(site: Site, store: Store | None, ids: Iterable[str]) -> list[Lead]:
    """The way of each bulletin, in order; `store` is None where the site has no database yet."""
    decided = store.all_decisions() if store else {}
    said = store.first_receipts() if store else []
    return [_lead(site, site.bulletins[each], decided.get(each, NOTHING), said) for each in ids]


def _lead(site: Site, bulletin: Bulletin, decided: Decisions, said: Sequence[FirstReceipt]) -> Lead:
    received = bulletin.received
    approved = _accepted_at(decided, PERSONS_NEEDED[bulletin.priority], received)
    out = [each for each in said if approved is not None and bulletin.id in each.bulletins and each.at >= approved]
    return Lead(
        bulletin,
        received=received,
        written=_changed_at(site, bulletin),
        approved=approved,
        handed_over=_first(out),
        confirmed=_first(each for each in out if each.state is State.CONFIRMED),
    )


def _accepted_at(decided: Decisions, needed: int, since: datetime | None) -> datetime | None:
    """When enough persons had first accepted one content, with no withdrawal between them."""
    persons: dict[str, set[str]] = {}
    withdrawn = [each.at for each in decided.withdrawals]
    for approval in sorted(decided.approvals, key=lambda each: each.at):
        if withdrawn and withdrawn[0] < approval.at:
            persons.clear()
            withdrawn = [at for at in withdrawn if at >= approval.at]
        if since is not None and approval.at < since:
            continue
        accepted = persons.setdefault(approval.digest, set())
        accepted.add(approval.person)
        if len(accepted) >= needed:
            return approval.at
    return None


def _changed_at(site: Site, bulletin: Bulletin) -> datetime | None:
    try:
        return datetime.fromtimestamp((site.root / bulletin.file).stat().st_mtime, UTC)
    except OSError:
        return None


def _first(said: Iterable[FirstReceipt]) -> Step | None:
    first = min(said, key=lambda each: each.at, default=None)
    return Step(first.at, first.medium, first.evidence) if first else None


def _between(first: datetime | None, last: datetime | None) -> timedelta | None:
    return last - first if first is not None and last is not None and last >= first else None
