"""One device, one thing at a time; its end is told once, truly, also after a restart and beside another process."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.channels.sound_card import SoundCard
from pipeline.domain import Evidence, Recording, State
from pipeline.errors import SendError
from pipeline.playout import Player
from tests.channel_cases import delivery, fake_player, order, recording


def clock() -> datetime:
    return datetime.now(UTC)


class Station:
    """Sound cards of one site, as its processes build them."""

    def __init__(self, root: Path) -> None:
        self.root, self.sound = root, recording(root)

    def card(self, script: str = "cat >/dev/null") -> SoundCard:
        player = Player("loa", program=str(fake_player(self.root, script)))
        return SoundCard("may-tram", player, self.root / "var" / "may-tram.playing", clock)


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path)


@pytest.fixture
def sounding(tmp_path: Path) -> Callable[[], None]:
    os.mkfifo(tmp_path / "sounds")
    return lambda: (tmp_path / "sounds").read_text() and None


def endless(root: Path) -> str:
    return f"head -c 100000 >/dev/null; echo 1 >{root}/sounds; exec sleep 600"


def test_confirms_what_it_played_to_the_end(station: Station) -> None:
    card = station.card()
    receipt = card.send([order(1, station.sound, start=clock())])[0]
    assert (receipt.state, receipt.evidence, receipt.ref) == (State.ACCEPTED, Evidence.NONE, "loa/loa-1")
    card.wait()
    (news,) = card.poll([delivery(receipt)])
    assert (news.state, news.evidence, news.code, news.ref) == (State.CONFIRMED, Evidence.PLAYER, "", receipt.ref)
    assert news.started is not None
    assert news.ended is not None


def test_a_poll_that_comes_twice_hears_the_same(station: Station) -> None:
    card = station.card()
    sent = delivery(card.send([order(1, station.sound, start=clock())])[0])
    card.wait()
    first, second = card.poll([sent]), card.poll([sent])
    assert [each.state for each in first] == [each.state for each in second] == [State.CONFIRMED]


def test_nothing_is_told_while_it_plays(station: Station, sounding: Callable[[], None]) -> None:
    card = station.card(endless(station.root))
    sent = delivery(card.send([order(1, station.sound, start=clock())])[0])
    sounding()
    assert card.poll([sent]) == []
    card.withdraw([sent])


def test_what_overlaps_is_refused_to_be_tried_again(station: Station) -> None:
    card = station.card()
    first = card.send([order(1, station.sound, start=clock() + timedelta(hours=1))])[0]
    second = card.send([order(2, station.sound, start=clock())])[0]
    assert (second.state, second.code, second.ref) == (State.RETRY, "device_busy", "")
    card.withdraw([delivery(first)])
    assert card.send([order(2, station.sound, start=clock())])[0].state is State.ACCEPTED
    card.wait()
    assert (station.root / "aplay.log").read_text().count("\n") == 1


def test_several_clusters_on_one_device_hear_one_airing_once_and_each_is_answered_for(station: Station) -> None:
    card, start = station.card(), clock()
    sent = card.send([order(each, station.sound, start=start) for each in (1, 2, 3)])
    assert [each.state for each in sent] == [State.ACCEPTED] * 3
    card.wait()
    told = card.poll([delivery(each) for each in sent])
    assert [(each.delivery, each.state) for each in told] == [(each, State.CONFIRMED) for each in (1, 2, 3)]
    assert len({(each.started, each.ended) for each in told}) == 1
    assert (station.root / "aplay.log").read_text().count("\n") == 1


def test_what_stops_it_for_one_cluster_stops_it_for_all(station: Station, sounding: Callable[[], None]) -> None:
    card, start = station.card(endless(station.root)), clock()
    first, second = (delivery(each) for each in card.send([order(n, station.sound, start=start) for n in (1, 2)]))
    sounding()
    assert [each.state for each in card.withdraw([first])] == [State.INTERRUPTED]
    assert [each.state for each in card.poll([second])] == [State.INTERRUPTED]


def test_the_same_recording_at_another_time_is_another_airing(station: Station) -> None:
    card, start = station.card(), clock() + timedelta(hours=1)
    first = card.send([order(1, station.sound, start=start)])[0]
    assert card.send([order(2, station.sound, start=start + timedelta(seconds=1))])[0].code == "device_busy"
    card.withdraw([delivery(first)])


def test_another_process_neither_plays_over_it_nor_buries_it(station: Station) -> None:
    card, other = station.card(), station.card()
    first = card.send([order(1, station.sound, start=clock())])[0]
    assert other.send([order(2, station.sound, start=clock())])[0].code == "device_busy"
    card.wait()
    card.poll([])
    assert other.poll([delivery(first)]) == []  # its end is not told yet
    assert [each.state for each in card.poll([delivery(first)])] == [State.CONFIRMED]
    assert other.send([order(2, station.sound, start=clock())])[0].state is State.ACCEPTED
    other.wait()


def test_what_a_dead_process_played_is_interrupted(station: Station) -> None:
    dead = station.card()
    sent = delivery(dead.send([order(1, station.sound, start=clock())])[0])
    dead.wait()
    del dead  # with it goes its lock
    (news,) = station.card().poll([sent])
    assert (news.state, news.code, news.evidence) == (State.INTERRUPTED, "player_gone", Evidence.NONE)


def test_withdraw_silences_what_sounds(station: Station, sounding: Callable[[], None]) -> None:
    card = station.card(endless(station.root))
    sent = delivery(card.send([order(1, station.sound, start=clock())])[0])
    sounding()
    (receipt,) = card.withdraw([sent])
    assert (receipt.state, receipt.code, receipt.evidence) == (State.INTERRUPTED, "stopped", Evidence.NONE)
    assert receipt.started is not None
    assert card.withdraw([sent]) == []


def test_withdraw_before_the_moment_cancels(station: Station) -> None:
    card = station.card()
    sent = delivery(card.send([order(1, station.sound, start=clock() + timedelta(hours=1))])[0])
    assert [each.state for each in card.withdraw([sent])] == [State.CANCELLED]
    assert card.withdraw([]) == []


def test_withdraw_leaves_what_has_ended_to_the_poll(station: Station) -> None:
    card = station.card()
    sent = delivery(card.send([order(1, station.sound, start=clock())])[0])
    card.wait()
    assert card.withdraw([sent]) == []
    assert [each.state for each in card.poll([sent])] == [State.CONFIRMED]


def test_a_player_that_does_not_begin_is_failed(station: Station) -> None:
    card = station.card("exit 1")
    sent = delivery(card.send([order(1, station.sound, start=clock())])[0])
    card.wait()
    assert [(each.state, each.code) for each in card.poll([sent])] == [(State.FAILED, "player_failed")]


def test_a_bad_recording_is_refused_and_holds_nothing(station: Station) -> None:
    card = station.card()
    station.sound.path.write_bytes(b"altered")
    assert card.send([order(1, station.sound, start=clock())])[0].code == "recording_altered"
    station.sound = Recording(**{name: getattr(recording(station.root), name) for name in Recording.__slots__})
    assert card.send([order(2, station.sound, start=clock())])[0].state is State.ACCEPTED
    card.wait()


def test_a_missing_player_fails_the_call_and_holds_nothing(station: Station) -> None:
    card = SoundCard("may-tram", Player("loa", program="none"), station.root / "var" / "may-tram.playing", clock)
    with pytest.raises(SendError):
        card.send([order(1, station.sound, start=clock())])
    assert station.card().send([order(1, station.sound, start=clock())])[0].state is State.ACCEPTED


def test_check_leaves_a_device_alone_that_is_playing(station: Station, sounding: Callable[[], None]) -> None:
    card = station.card(endless(station.root))
    sent = delivery(card.send([order(1, station.sound, start=clock())])[0])
    sounding()
    (station.root / "aplay").write_text("#!/bin/sh\nexit 1\n")
    card.check()
    station.card().check()  # as does another process
    (station.root / "aplay").write_text("#!/bin/sh\nexit 1\n")
    card.withdraw([sent])
    with pytest.raises(SendError):
        card.check()
