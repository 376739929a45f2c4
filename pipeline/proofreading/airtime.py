"""How long a bulletin will sound, reckoned before it is produced, and whether its slots hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pipeline.config.station import StationSettings
from pipeline.domain import Bulletin, FixedOrder, Medium, Programme, Slot, SpeechText
from pipeline.errors import Problem, Severity
from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding
from pipeline.site import Site

CHARACTERS_PER_S = 14.0  # TRAPS: espeak vi speaks 14 to 15; the others of the chain not far from it
TOLERANCE = 1.1  # a reckoning says nothing of less than this

Spoken = Callable[[Bulletin], SpeechText]


def airtime_s(spoken: SpeechText, station: StationSettings) -> float:
    """Seconds that a text takes to be spoken once, pauses aside."""
    return len(spoken.text) / (CHARACTERS_PER_S * station.voices.rate)


def find_beyond_slot(draft: Draft) -> Iterator[Finding]:
    """Slots that a bulletin overruns by itself; a recorded voice has a length of its own."""
    if draft.bulletin.audio:
        return
    seconds = airtime_s(draft.spoken, draft.site.station)
    for programme, slot in _timed(draft.site.programmes):
        if isinstance(slot.play, FixedOrder) and set(slot.play.bulletins) == {draft.bulletin.id}:
            room = _room_s(slot)
            if seconds * slot.repeat > room * TOLERANCE:
                yield draft.text.finding(
                    "text_beyond_slot",
                    0,
                    0,
                    slot=f"{programme.id}/{slot.id}",
                    seconds=round(seconds * slot.repeat),
                    length=round(room),
                )


def find_short_slots(site: Site, spoken: Spoken) -> list[Problem]:
    """A warning at each slot whose fixed order does not fit: an airing is cut between bulletins, the last never sound.

    Slots with recorded voices are left to the plan, which knows their lengths once they are produced.
    """
    found: list[Problem] = []
    for programme, slot in _timed(site.programmes):
        order = slot.play.bulletins if isinstance(slot.play, FixedOrder) else ()
        named = [site.bulletins[each] for each in order if each in site.bulletins]
        if len(named) > 1 and not any(each.audio for each in named):
            lost = _lost(named, slot, site.station, spoken)
            params = {"slot": slot.id, "bulletins": ", ".join(lost), "length": str(round(_room_s(slot)))}
            if lost:
                found.append(Problem("bulletins_beyond_slot", Severity.WARNING, programme.file, slot.line, 1, params))
    return found


def _lost(named: Iterable[Bulletin], slot: Slot, station: StationSettings, spoken: Spoken) -> list[str]:
    """The bulletins for which nothing is left of a slot; the first one always airs."""
    room, lost = _room_s(slot) * TOLERANCE, []
    for number, each in enumerate(named):
        room -= airtime_s(spoken(each), station) * slot.repeat
        if room < 0 and number:
            lost.append(each.id)
    return lost


def _timed(programmes: Iterable[Programme]) -> Iterator[tuple[Programme, Slot]]:
    for programme in programmes:
        for slot in programme.slots:
            if slot.length is not None and slot.medium is Medium.LOUDSPEAKER:
                yield programme, slot


def _room_s(slot: Slot) -> float:
    return slot.length.total_seconds() if slot.length else 0.0
