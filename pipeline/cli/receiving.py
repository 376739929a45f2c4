"""The gate of `loa run` for the receivers: open while the station runs, opened anew where its files say otherwise."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.fleet import key_watch, tones, watch

if TYPE_CHECKING:
    from pipeline.app import Station
    from pipeline.daemon import Turn
    from pipeline.fleet.gate import Gate, GateSettings
    from pipeline.telling import Teller

LOOK_EVERY = timedelta(seconds=5)
ANSWER_EVERY = timedelta(seconds=1)
WATCH_EVERY = timedelta(seconds=20)


class Receiving:
    """Opens and shuts the gate of one station, and has lanes for what its receivers need."""

    def __init__(self, station: Station, teller: Teller) -> None:
        self.station, self.teller = station, teller
        self._gate: Gate | None = None
        self._settings: GateSettings | None = None
        self._changing = threading.Lock()

    def turns(self) -> tuple[Turn, ...]:
        """Lanes of the daemon."""
        from pipeline.daemon import Turn

        return (
            Turn("gate", self.look, LOOK_EVERY),
            Turn("tones", self.answer, ANSWER_EVERY),
            Turn("receivers", self.watch, WATCH_EVERY),
        )

    def look(self) -> None:
        """Open, shut or change the gate as the files say."""
        from pipeline.fleet.opening import settings_of

        with self._changing:
            wanted = settings_of(self.station.site)
            if wanted != self._settings:
                self._shut()
                self._open(wanted)

    def answer(self) -> None:
        """Tones that somebody asks for, and those of the schedule."""
        fleet, trusted = self.station.fleet, getattr(self.station, "is_clock_trusted", lambda: True)
        if fleet is not None:
            tones.answer(fleet, self.station.clock())
            if trusted():
                tones.follow_schedule(fleet, self.station.clock())

    def watch(self) -> None:
        """Tell what is wrong with receivers, and with the gate."""
        fleet, now = self.station.fleet, self.station.clock()
        if fleet is None:
            return
        key_watch.tell(fleet, self.teller, now)
        watch.tell(fleet, self.teller, now)
        gate = self._gate
        from pipeline.fleet.gate import FAULTS

        faults = gate.faults if gate is not None else []
        for each in faults:
            self.teller.note(each.code, now, each.subject, **each.params)
        self.teller.settle(FAULTS, now, keep={(each.code, each.subject) for each in faults})

    def stop(self) -> None:
        with self._changing:
            self._shut()

    def _open(self, wanted: GateSettings | None) -> None:
        self._settings = wanted
        fleet = self.station.fleet
        if wanted is None or fleet is None:
            return
        from pipeline.fleet.gate import Gate

        trusted = getattr(self.station, "is_clock_trusted", lambda: True)
        self._gate = Gate(fleet, fleet.keys(), wanted, self.station.clock, vouches=trusted)
        fleet.issuing.wire = self._gate
        self._gate.start()

    def _shut(self) -> None:
        if self._gate is not None:
            if self.station.fleet is not None:
                self.station.fleet.issuing.wire = None
            self._gate.stop()
            self._gate = None
        self._settings = None
