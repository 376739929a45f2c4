"""Dates and times as operators type them: always the station's local time."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from pipeline.fields import parse_day
from pipeline.messages import say

FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)


class LocalDay(click.ParamType):
    """`2026-11-23`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        day = parse_day(str(value))
        if day is None:
            self.fail(say("bad_date_argument", value=value), param, ctx)
        if not FIRST <= day <= LAST:
            self.fail(say("date_argument_far", value=value, first=FIRST, last=LAST), param, ctx)
        return day


class LocalTime(click.ParamType):
    """`2026-11-23`, `2026-11-23T17:00` or `2026-11-23T17:00:05`: naive until the station's zone is known."""

    name = "datetime"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        day, _, clock = str(value).replace(" ", "T").partition("T")
        parsed = LocalDay().convert(day, param, ctx)
        try:
            moment = time.fromisoformat(clock) if clock else time()
        except ValueError:
            self.fail(say("bad_time_argument", value=value), param, ctx)
        if moment.tzinfo is not None:
            self.fail(say("bad_time_argument", value=value), param, ctx)
        return datetime.combine(parsed, moment)


def at_station(moment: datetime, zone: ZoneInfo) -> datetime:
    """A typed local time as an aware one."""
    return moment.replace(tzinfo=zone)
