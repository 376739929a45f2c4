"""What lies ahead of a receiver: airings that are still open, the sounds they need, in which hours and how loud."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.domain import Priority
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.receiver.accounts import Account
from pipeline.receiver.at_hand import AtHand
from pipeline.receiver.hours import Hours
from pipeline.receiver.journal import Journal
from pipeline.receiver.settings import ReceiverSettings
from pipeline.receiver.sounds import Sounds, Wanted
from pipeline.receiver.taking import Taking


class Ahead:
    """The plan as this machine goes by it: with its own hours, loudness and amplifier. Not for several threads."""

    def __init__(
        self, taking: Taking, settings: ReceiverSettings, journal: Journal, sounds: Sounds, hand: AtHand
    ) -> None:
        self._taking, self._settings = taking, settings
        self._journal, self._sounds, self._hand = journal, sounds, hand

    def open(self) -> list[Airing]:
        """Airings of the plan that do not sound and are not accounted for."""
        plan, begun = self._taking.plan, self._hand.begun
        if plan is None:
            return []
        accounts = self._journal.accounts
        return [each for each in plan.airings if each.id != begun and not _is_settled(accounts.get(each.id), plan)]

    def needed(self, *, urgent: bool = False) -> list[Wanted]:
        """The sounds of what sounds and of all airings still to come, soonest first, EMERGENCY before all.

        `urgent`: only those of EMERGENCIES.
        """
        plan, begun = self._taking.plan, self._hand.begun
        sounding = [each for each in plan.airings if each.id == begun] if plan is not None and begun else []
        found = [each for each in (*sounding, *self.open()) if not urgent or each.priority is Priority.EMERGENCY]
        return in_order(found)

    def missing(self) -> int:
        """How many sounds of open airings are not held."""
        return sum(not self._sounds.is_held(each) for each in {airing.sound for airing in self.open()})

    def holds(self, sha256: str) -> bool:
        """Asked of what is due: a file nobody has looked at since the start is proven now."""
        return self._sounds.is_held(sha256) or (self._sounds.path(sha256).exists() and self._sounds.prove(sha256))

    def hours(self, plan: ReceiverPlan) -> Hours:
        """In which a plan may sound here."""
        sets = (each for each in (plan.windows, self._settings.windows) if each is not None)
        return Hours(ZoneInfo(plan.zone), tuple(sets))

    def gain_db(self, plan: ReceiverPlan, moment: datetime) -> float:
        """How loud something sounds here that begins then."""
        return min(plan.gain_db(moment), self._settings.loudest_db)

    def lead_in(self, plan: ReceiverPlan) -> timedelta:
        """How long the amplifier warms up here."""
        return max(plan.lead_in, self._settings.lead_in)


def in_order(airings: list[Airing]) -> list[Wanted]:
    """Their sounds, each once: EMERGENCY before all, then by begin."""
    found = sorted(airings, key=lambda each: (each.priority is not Priority.EMERGENCY, each.begin))
    return list(dict.fromkeys(Wanted(each.sound, each.size) for each in found))


def _is_settled(account: Account | None, plan: ReceiverPlan) -> bool:
    return account is not None and account.is_settled(plan.version)
