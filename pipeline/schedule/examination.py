"""What is worth saying of a slot while it is expanded: what it names though it is gone, what lacks, what rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.domain import Bulletin, FixedOrder, Medium, Occurrence, Programme, Rotation, Slot
from pipeline.schedule.findings import Findings, SlotKey
from pipeline.schedule.phases import Phase
from pipeline.schedule.reach import Epoch, Reach
from pipeline.schedule.rotation import candidates, out_of_step


@dataclass(frozen=True)
class Examination:
    """Looks at the slots of one expansion, from its first day to its last, and notes what it finds."""

    findings: Findings
    bulletins: Mapping[str, Bulletin]
    reach: Reach
    first: date
    last: date

    def rests(self, programme: Programme, slot: Slot) -> None:
        """Note suspensions of these days: what is silent on purpose shall be seen to be."""
        last = self.last if programme.until is None else min(self.last, programme.until)
        for each in (*slot.suspended, *programme.suspended):
            since = max(programme.first, each.first or programme.first)
            if since <= last and self.first <= each.last:
                reason = each.reason or "…"
                self.findings.add(
                    (programme.id, slot.id), "slot_suspended", since=since, until=each.last, reason=reason
                )
                return

    def phases(self, key: SlotKey, regular: Sequence[tuple[int, Phase]]) -> None:
        """Look once at how a slot is aired in each phase, and at its areas whenever some of them change."""
        phases: set[int] = set()
        epochs: set[Epoch] = set()
        for ordinal, phase in regular:
            day = date.fromordinal(ordinal)
            epoch = self.reach.epoch(day)
            if id(phase) not in phases and phase.slot.at_by_area:
                self._own_hours(key, phase.slot, day)
            phases.add(id(phase))
            if epoch not in epochs:
                self._areas(key, phase.slot, day)
            epochs.add(epoch)

    def _own_hours(self, key: SlotKey, slot: Slot, on: date) -> None:
        """Note areas whose own hours do not do what somebody may have meant."""
        if strays := self.reach.strays(slot, on):
            self.findings.add(key, "own_hours_elsewhere", areas=_listed(strays))
        if (
            isinstance(slot.play, Rotation)
            and not slot.play.within
            and (behind := out_of_step(slot.at, slot.at_by_area))
        ):
            self.findings.add(key, "rotation_out_of_step", areas=_listed(behind))

    def _areas(self, key: SlotKey, slot: Slot, on: date) -> None:
        """Note what a slot names though it is no longer there, and who answers for it."""
        for code, named in (
            ("area_succeeded", slot.areas),
            ("excepted_area_ended", slot.except_areas),
            ("own_hours_ended", slot.at_by_area),
        ):
            for area in named:
                known = self.reach.tree.by_id.get(area)
                if known is None or known.valid_until is None or not known.has_ended(on):
                    continue
                heirs = self.reach.tree.heirs(area, on)
                if heirs or code != "area_succeeded":
                    self.findings.add(key, code, area=area, day=known.valid_until, heirs=_listed(heirs) or "…")
                else:
                    self.findings.add(key, "area_ended", area=area, day=known.valid_until)

    def occurrence(self, occurrence: Occurrence, slot: Slot) -> None:
        """Note what will be missing from an occurrence."""
        key, start, play = (occurrence.programme, occurrence.slot), occurrence.start, slot.play
        named = play.bulletins if isinstance(play, FixedOrder) else ()
        missing = [each for each in named if each not in self.bulletins]
        if missing:
            self.findings.add(key, "bulletins_missing", start, bulletins=_listed(missing))
        if not occurrence.bulletins and isinstance(play, Rotation):
            told = play.within and not play.twice_a_day and candidates(self.bulletins.values(), play)
            self.findings.add(key, "rotation_told_today" if told else "rotation_empty", start)
        elif not occurrence.bulletins and len(missing) < len(named):
            self.findings.add(key, "bulletins_expired", start)
        if occurrence.medium is Medium.SMS:
            silent = [each for each in occurrence.bulletins if not self.bulletins[each].sms]
            if silent:
                self.findings.add(key, "bulletins_without_sms", start, bulletins=_listed(silent))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))
