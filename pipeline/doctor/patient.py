"""What the doctor examines: the parts of a site, each opened once, whether a station runs or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.app import Station, open_store, production_of, refusal_of
from pipeline.channels import Channel
from pipeline.channels.registry import build_channel
from pipeline.dispatch import Refusal, expand_site
from pipeline.domain import Clock, Medium, Occurrence
from pipeline.edits import in_force
from pipeline.errors import NO_PARAMS, LoaError, SendError
from pipeline.site import Site, load_site

if TYPE_CHECKING:
    from pipeline.production import Production
    from pipeline.store import Store

AHEAD = timedelta(hours=48)


class Level(IntEnum):
    """OK says a fact; ADVICE wants to be read; a PROBLEM must be dealt with."""

    OK = 0
    ADVICE = 1
    PROBLEM = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: a code of the catalogue, about what, how grave."""

    code: str
    level: Level
    subject: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)


def problem(code: str, subject: str = "", **params: object) -> Finding:
    return Finding(code, Level.PROBLEM, subject, {name: str(value) for name, value in params.items()})


def advice(code: str, subject: str = "", **params: object) -> Finding:
    return Finding(code, Level.ADVICE, subject, {name: str(value) for name, value in params.items()})


class Patient:
    """A site at one moment. `store` is None where the database cannot be used: `store_error` says why."""

    def __init__(self, site: Site, clock: Clock, ahead: timedelta = AHEAD) -> None:
        self.site, self.root, self.clock = site, site.root, clock
        self.now = clock().astimezone(site.station.timezone)
        self.problems = site.problems
        self.store: Store | None = None
        self.store_error: LoaError | None = None
        self.production: Production | None = None
        self.running = False  # the station itself asks
        self.online = False  # far ends may be asked whether they would take orders
        self.channels: dict[str, Channel] = {}
        self.channel_errors: dict[str, SendError] = {}
        self.produced_by = timedelta(hours=24)
        self.occurrences = self._expand(ahead) if site.usable else []
        self.refusal: Refusal | None = None
        self._own = False

    @classmethod
    def of_folder(cls, root: Path, clock: Clock) -> Patient:
        """Everything opened anew. Close it."""
        found = load_site(root)
        patient = cls(in_force(found), clock)
        patient.problems = found.problems
        if not patient.site.usable:
            return patient
        try:
            patient._hold(open_store(root))
        except LoaError as error:
            patient.store_error = error
        patient._own = True
        for settings in patient.site.channels.values():
            try:
                patient.channels[settings.id] = build_channel(settings, root, clock)
            except SendError as error:
                patient.channel_errors[settings.id] = error
        return patient

    @classmethod
    def of_station(cls, station: Station, now: datetime, ahead: timedelta = AHEAD) -> Patient:
        """The parts of a station at work."""
        patient = cls(station.site, lambda: now, ahead)
        patient._hold(station.store)
        patient.channels = dict(station.channels)
        patient.running = True
        return patient

    def close(self) -> None:
        if self._own and self.store is not None:
            self.store.close()

    def _hold(self, store: Store) -> None:
        self.store = store
        self.production = production_of(self.site, store)
        self.refusal = refusal_of(self.site, store, self.now.date)

    def _expand(self, ahead: timedelta) -> list[Occurrence]:
        """What of the coming hours may still be aired or sent."""
        days = ahead.days + 3
        found = expand_site(self.site, (self.now - timedelta(days=1)).date(), days).occurrences
        return [each for each in found if self.now <= each.too_late and each.start < self.now + ahead]

    def spoken(self) -> list[Occurrence]:
        """The occurrences of loudspeakers."""
        return [each for each in self.occurrences if each.medium is Medium.LOUDSPEAKER]

    def shown(self, occurrence: Occurrence) -> dict[str, str]:
        """An occurrence as a sentence names it."""
        start = occurrence.start.astimezone(self.site.station.timezone)
        return {"title": occurrence.title, "start": f"{start:%d/%m %H:%M}", "programme": occurrence.programme}
