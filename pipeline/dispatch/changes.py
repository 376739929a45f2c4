"""What was heard otherwise than planned, as it is told to people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.dispatch.readiness import Ready
from pipeline.dispatch.timetable import CLOCK_IN_DOUBT, CUT_TO_LENGTH, CUTS
from pipeline.messages import say
from pipeline.store import Adjustment

WORTH_TELLING = timedelta(minutes=1)  # what begins less late than this is written down and told to nobody


@dataclass(frozen=True, slots=True)
class Changed:
    """An airing that was cut or moved on some of its clusters (`targets`), for the reason `code`."""

    row: int
    code: str
    programme: str
    slot: str
    title: str
    start: datetime
    begins: datetime
    bulletins: tuple[str, ...]
    left_out: tuple[str, ...]
    targets: int

    @classmethod
    def of(cls, row: int, code: str, those: Sequence[tuple[Ready, Adjustment]], zone: ZoneInfo) -> Changed:
        """Of deliveries of one row, changed for the same reason."""
        occurrence, last = those[0][0].occurrence, max((each for _, each in those), key=lambda each: each.begins)
        lost = dict.fromkeys(name for _, each in those for name in each.left_out)
        start, begins = occurrence.start.astimezone(zone), last.begins.astimezone(zone)
        names = occurrence.programme, occurrence.slot, occurrence.title
        return cls(row, code, *names, start, begins, last.bulletins, tuple(lost), len(those))

    @property
    def told_as(self) -> str:
        if self.code == CLOCK_IN_DOUBT:
            return "airing_by_doubted_clock"
        return "airing_cut" if self.code in CUTS else "airing_moved"

    @property
    def worth_telling(self) -> bool:
        return self.code in (*CUTS, CLOCK_IN_DOUBT) or self.begins - self.start >= WORTH_TELLING

    @property
    def once(self) -> bool:
        """What the plan itself has no room for happens every time: it is one matter, seen again."""
        return self.code != CUT_TO_LENGTH

    @property
    def subject(self) -> str:
        return f"{self.row}/{self.code}" if self.once else f"{self.programme}/{self.slot}/{self.code}"

    def facts(self) -> dict[str, str]:
        """As parameters of a notice: `why` is the reason's code."""
        return {
            "title": self.title,
            "programme": self.programme,
            "slot": self.slot,
            "start": f"{self.start:%d/%m %H:%M}",
            "begins": f"{self.begins:%H:%M:%S}",
            "bulletins": ", ".join(self.left_out),
            "count": str(self.targets),
            "why": self.code,
        }

    def words(self) -> dict[str, str]:
        """The same with the reason in words."""
        return {**self.facts(), "why": say(self.code)}
