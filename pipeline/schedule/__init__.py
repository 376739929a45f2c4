"""The schedule: programmes as people write them → dated occurrences. Pure: no clock, no disk.

programme.py    schedules/*.yaml → Programme; `PROGRAMME` describes every key
kinds.py        the values only programmes have: fixed order or rotation, excepted days, one-offs, seasons
variations.py   what differs for a while: peaks, hours by time of year, suspensions
phases.py       on which days a slot is aired, and how
expand.py       programmes → Plan: every occurrence that starts within a stretch of days
days.py         which days a slot falls on       lunar.py    Vietnam's lunar calendar
reach.py        whom a slot reaches, hour by hour and day by day
rotation.py     whose turn it is                 starts.py   local time → instant, where clocks change too
promises.py     rotations that promise each topic within weeks: what they air, whether they keep it, what would
guarantee.py    the turns of a promise     circles.py    who hears the same
shelf.py        topics day by day     remedies.py    what would keep a promise
promised.py     the topics a promise is about, and those that nobody hears
coverage.py     topics × communes × weeks: planned, and heard by its evidence
review.py       what is allowed but wants to be read: windows, limits, collisions, slots that never start
ceilings.py     airtime and SMS of a day     hearing.py   clusters within hearing distance
difference.py   two expansions → what comes, goes, moves, in sentences
comparison.py   the same airing by airing, for those who ask what differs
ics.py          a calendar for other programmes to read
findings.py     one warning a slot and kind, with a count and the first time
"""

from pipeline.schedule.difference import Change, difference
from pipeline.schedule.expand import Plan, expand
from pipeline.schedule.findings import Findings, OccurrenceKey, Remark
from pipeline.schedule.lunar import lunar_days
from pipeline.schedule.programme import PROGRAMME, pauses_known, read_programme
from pipeline.schedule.promises import NO_HISTORY, History, Verdict
from pipeline.schedule.review import airtime, remarks, review

__all__ = [
    "NO_HISTORY", "PROGRAMME", "Change", "Findings", "History", "OccurrenceKey", "Plan", "Remark", "Verdict",
    "airtime", "difference", "expand", "lunar_days", "pauses_known", "read_programme", "remarks", "review",
]  # fmt: skip
