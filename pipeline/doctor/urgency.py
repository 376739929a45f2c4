"""In which order troubles are read: what is about to happen first, and of one kind only the first is spelt out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.store import Notice

SOON = timedelta(hours=24)
MOMENTS = ("start", "first_start", "second_start")  # parameters that say when the airing is that a notice is about
WRITTEN = "%d/%m %H:%M"


@dataclass(frozen=True, slots=True)
class Trouble:
    """The first notice of its kind, and how many `more` there are."""

    notice: Notice
    more: int = 0


def by_urgency(notices: Iterable[Notice], at: datetime) -> list[Notice]:
    """What concerns an airing of the next 24 hours by its start, then what is so now, then later airings by start.

    What is long over comes last. Of two that are so now the newer goes first.
    """
    return sorted(notices, key=lambda notice: _urgency(notice, at))


def folded(notices: Sequence[Notice]) -> list[Trouble]:
    """One entry a kind, in the order of their first."""
    first: dict[str, Notice] = {}
    count: dict[str, int] = {}
    for each in notices:
        first.setdefault(each.code, each)
        count[each.code] = count.get(each.code, 0) + 1
    return [Trouble(each, count[code] - 1) for code, each in first.items()]


def moment_of(notice: Notice, at: datetime) -> datetime | None:
    """The local start of the airing that a notice is about, in the year that is nearest; None where it names none."""
    found = [moment for name in MOMENTS if (moment := _parsed(notice.params.get(name, ""), at)) is not None]
    return min(found, default=None)


def _urgency(notice: Notice, at: datetime) -> tuple[int, float, str, str]:
    moment = moment_of(notice, at)
    newest = -notice.last_at.timestamp()
    if moment is not None and at <= moment < at + SOON:
        return 0, moment.timestamp(), notice.code, notice.subject
    if moment is not None and moment >= at + SOON:
        return 2, moment.timestamp(), notice.code, notice.subject
    if moment is not None and moment < at - SOON:
        return 3, newest, notice.code, notice.subject
    return 1, newest, notice.code, notice.subject


def _parsed(text: str, at: datetime) -> datetime | None:
    """`29/02 17:00` has no year: that of the nearest such moment."""
    found = []
    for year in (at.year - 1, at.year, at.year + 1):
        try:
            found.append(datetime.strptime(f"{year} {text}", f"%Y {WRITTEN}").replace(tzinfo=at.tzinfo))
        except ValueError:
            continue
    return min(found, key=lambda moment: abs(moment - at), default=None)
