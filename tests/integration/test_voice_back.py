"""A better voice is away and comes back: what airs meanwhile, what is made again, and what never airs."""

from __future__ import annotations

import threading
import wave
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.app import Station
from pipeline.domain import Occurrence, Recording, SpeechText, State
from pipeline.errors import VoiceError
from pipeline.production.assembly import Airing
from pipeline.voices.espeak import Espeak
from tests.patience import PATIENCE_S
from tests.people import approve_everything
from tests.sites import FILES, STATION, write_site
from tests.year import ZONE

START = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
PROGRAMME = FILES["schedules/canh-bao.yaml"]


class Better:
    """A neural voice that never says a text twice the same way; `away` it speaks nothing, `held` it takes its time."""

    name = "piper"
    fingerprint = "piper/better"
    characters_per_s = (5.0, 30.0)

    def __init__(self) -> None:
        self.away = True
        self.spoken = 0
        self.held = threading.Event()
        self.held.set()
        self.asked = threading.Event()
        self._espeak = Espeak(region="south")

    def check(self) -> None: ...

    def synthesize(self, text: SpeechText, out: Path) -> None:
        self.asked.set()
        self.held.wait(PATIENCE_S)
        if self.away:
            raise VoiceError("voice_timed_out", retryable=True, voice=self.name, seconds=1)
        self.spoken += 1
        self._espeak.synthesize(text, out)
        with wave.open(str(out)) as file:
            settings, frames = file.getparams(), file.readframes(file.getnframes())
        with wave.open(str(out), "wb") as file:
            file.setparams(settings)
            file.writeframes(frames + bytes(2 * 100 * self.spoken))


class Place:
    def __init__(self, root: Path, *, air_fallback: str = "always") -> None:
        settings = STATION.replace("espeak-ng]}", f"espeak-ng], air_fallback: {air_fallback}}}")
        self.root = write_site(root, {"config/station.yaml": settings})
        self.now = START - timedelta(hours=3)
        self.better = Better()
        self.station = self.open()
        approve_everything(self.station.site, self.station.store)

    def open(self) -> Station:
        station = Station.open(self.root, lambda: self.now)
        station.production.segments.chain = (self.better, *station.production.segments.chain)
        return station

    @property
    def airing(self) -> Occurrence:
        (found,) = (each for each in self.station.upcoming(START - timedelta(hours=1), 1) if each.start == START)
        return found

    @property
    def recording(self) -> Recording:
        found = self.station.production.find(self.airing)
        assert found is not None
        return found

    def goes_to(self, moment: datetime) -> None:
        self.now = moment
        for work in (self.station.plan, self.station.send_due, self.station.confirm):
            work()

    def deliveries(self) -> set[tuple[State, str, str]]:
        (row,) = (each for each in self.station.store.occurrences(START, START + timedelta(seconds=1)))
        return {(each.state, each.code, each.recording) for each in self.station.store.deliveries_of(row.id)}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.better.held.set()
    place.station.close()


def test_a_fallback_is_made_again_ahead_of_air_when_the_better_voice_is_back(place: Place) -> None:
    place.station.produce(1)
    by_fallback = place.recording
    assert by_fallback.fallback
    assert by_fallback.voice.startswith("espeak-ng/")
    place.better.away = False
    place.station.produce(1)
    better = place.recording
    assert not better.fallback
    assert better.voice == "piper/better"
    assert better.sha256 != by_fallback.sha256
    assert by_fallback.path.is_file(), "what was made is never overwritten"
    place.goes_to(START)
    assert {recording for _, _, recording in place.deliveries()} == {better.sha256}


def test_what_a_voice_says_differently_every_time_is_said_once_and_kept(place: Place) -> None:
    place.better.away = False
    place.station.produce(1)
    first, spoken = place.recording, place.better.spoken
    place.station.produce(1)
    place.station.close()
    place.station = place.open()
    place.station.produce(1)
    assert place.recording.sha256 == first.sha256
    assert place.better.spoken == spoken


def test_nothing_is_late_for_being_made_better(place: Place) -> None:
    place.station.produce(1)
    by_fallback = place.recording
    place.better.away = False
    place.better.held.clear()
    place.better.asked.clear()
    place.now = START - timedelta(seconds=5)
    making = threading.Thread(target=place.station.produce, args=(1,))
    making.start()
    assert place.better.asked.wait(PATIENCE_S)
    place.goes_to(START)
    assert {(state, recording) for state, _, recording in place.deliveries()} == {(State.ACCEPTED, by_fallback.sha256)}
    place.better.held.set()
    making.join()
    assert not place.recording.fallback


def test_what_is_half_made_better_does_not_keep_the_other_half_from_the_air(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.station.produce(1)
    by_fallback = place.recording
    place.better.away = False
    joining = threading.Event()
    go_on = threading.Event()

    def held(*_: object) -> None:
        joining.set()
        go_on.wait(PATIENCE_S)

    monkeypatch.setattr(place.station.production, "_join", held)
    making = threading.Thread(target=place.station.produce, args=(1,))
    making.start()
    assert joining.wait(PATIENCE_S)
    assert place.recording == by_fallback, "all is spoken anew, nothing of it is joined"
    go_on.set()
    making.join()


def test_a_bulletin_that_is_spoken_at_last_keeps_nothing_from_the_air_until_it_is_joined(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    espeak = place.station.production.segments.chain[1]
    spoken = espeak.synthesize

    def picky(text: SpeechText, out: Path) -> None:
        if "giả giọng" in text.text:
            raise VoiceError("voice_crashed", voice="espeak-ng")
        spoken(text, out)

    monkeypatch.setattr(espeak, "synthesize", picky)
    place.station.produce(1)
    without = place.recording
    assert place.station.production.airing(place.airing).missing == ("deepfake",)
    monkeypatch.setattr(espeak, "synthesize", spoken)
    joining, go_on = threading.Event(), threading.Event()
    join = place.station.production._join

    def held(airing: Airing) -> Recording | None:
        joining.set()
        go_on.wait(PATIENCE_S)
        return join(airing)

    monkeypatch.setattr(place.station.production, "_join", held)
    making = threading.Thread(target=place.station.produce, args=(1,))
    making.start()
    assert joining.wait(PATIENCE_S)
    assert place.recording == without
    go_on.set()
    making.join()
    assert place.recording.duration_s > without.duration_s + 2


def test_a_voice_that_breaks_off_midway_leaves_a_mixture_that_airs(place: Place) -> None:
    place.better.away = False
    spoken = place.better.synthesize

    def breaks_off(text: SpeechText, out: Path) -> None:
        if "giả giọng" in text.text:
            raise VoiceError("voice_crashed", voice="piper")
        spoken(text, out)

    place.better.synthesize = breaks_off  # type: ignore[method-assign]
    place.station.produce(1)
    assert place.recording.fallback
    assert place.recording.voice.startswith("espeak-ng/")
    assert place.recording.voice.endswith(" + piper/better")


def test_a_station_that_would_rather_be_silent_waits_for_the_better_voice(tmp_path: Path) -> None:
    place = Place(tmp_path, air_fallback="urgent_only")
    place.station.produce(1)
    assert place.recording.fallback
    place.goes_to(START)
    assert {state for state, _, _ in place.deliveries()} == {State.PLANNED}
    place.better.away = False
    place.station.produce(1)
    place.goes_to(START + timedelta(minutes=2))
    assert {state for state, _, _ in place.deliveries()} == {State.ACCEPTED}
    place.station.close()


def test_where_it_does_not_come_back_the_airing_is_missed_with_that_reason(tmp_path: Path) -> None:
    place = Place(tmp_path, air_fallback="urgent_only")
    place.station.produce(1)
    place.goes_to(START)
    place.goes_to(START + timedelta(minutes=16))
    assert {(state, code) for state, code, _ in place.deliveries()} == {(State.MISSED, "fallback_withheld")}
    assert {each.code for each in place.station.desk.troubles} == {"fallback_withheld"}
    place.station.close()


@pytest.mark.parametrize(("priority", "airs"), [("routine", False), ("priority", True), ("emergency", True)])
def test_only_what_is_routine_is_withheld(tmp_path: Path, priority: str, airs: bool) -> None:
    place = Place(tmp_path, air_fallback="urgent_only")
    for name in ("gia-danh-cong-an", "deepfake"):
        path = place.root / "scripts_audio" / f"{name}.md"
        path.write_text(path.read_text().replace("category: ", f"priority: {priority}\ncategory: "))
    place.station.close()
    place.station = place.open()
    approve_everything(place.station.site, place.station.store)
    place.station.produce(1)
    place.goes_to(START)
    assert {state for state, _, _ in place.deliveries()} == {State.ACCEPTED if airs else State.PLANNED}
    place.station.close()


def test_a_voice_taken_out_of_the_chain_makes_no_fallback_of_the_next(place: Place) -> None:
    place.station.produce(1)
    assert place.recording.fallback
    place.station.close()
    place.station = Station.open(place.root, lambda: place.now)
    place.station.produce(1)
    assert not place.recording.fallback
