"""The channel's own guard of quiet hours, and where in a recording it begins."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from pipeline.channels import Channel, Plays, Resumes
from pipeline.channels.folder import FolderChannel
from pipeline.channels.sound_card import SoundCard
from pipeline.domain import Outgoing, State, Window, Windows
from pipeline.playout import FRAME, RATE, Player, decoder
from tests.channel_cases import START, ZONE, delivery, fake_player, order, recording

DAILY = frozenset(range(7))
EVENING = Windows((Window(time(17, 0), time(19, 0), DAILY),))
NIGHT = Windows((Window(time(22, 0), time(0), DAILY),))


@pytest.mark.parametrize(
    ("windows", "moment", "allowed"),
    [
        (EVENING, START, True),
        (EVENING, START - timedelta(seconds=1), False),
        (EVENING, START.replace(hour=18, minute=59, second=59), True),
        (EVENING, START.replace(hour=19), False),
        (NIGHT, START.replace(hour=23, minute=59), True),
        (NIGHT, START.replace(hour=0), False),
        (Windows((Window(time(17, 0), time(19, 0), frozenset({6})),)), START, False),
        (Windows(()), START, False),
    ],
)
def test_a_window_allows_its_hours_of_its_days(windows: Windows, moment: datetime, allowed: bool) -> None:
    assert windows.allow(moment) is allowed


def folder(root: Path, now: datetime) -> Channel:
    return FolderChannel("kenh", root / "out", lambda: now, durable=False)


def card(root: Path, now: datetime) -> Channel:
    return SoundCard("kenh", Player("loa", program=str(fake_player(root))), root / "kenh.playing", lambda: now)


@pytest.mark.parametrize("build", [folder, card])
@pytest.mark.parametrize(
    ("windows", "now", "state"),
    [
        (EVENING, START, State.ACCEPTED),
        (EVENING, START.astimezone(UTC), State.ACCEPTED),
        (EVENING, START + timedelta(hours=3), State.FAILED),  # handed over late, it would sound at eight
        (NIGHT, START, State.FAILED),
        (None, START, State.ACCEPTED),
    ],
)
def test_a_channel_refuses_what_would_begin_in_quiet_hours(
    tmp_path: Path, build: object, windows: Windows | None, now: datetime, state: State
) -> None:
    channel: Channel = build(tmp_path, now)  # type: ignore[operator]
    wanted = dataclasses.replace(order(1, recording(tmp_path / "made")), windows=windows)
    (receipt,) = channel.send([wanted])
    assert receipt.state is state
    assert receipt.code == ("outside_window" if state is State.FAILED else "")
    if isinstance(channel, Plays):
        channel.wait()


def test_hours_are_those_of_the_station_whatever_the_clock_tells() -> None:
    wanted = Outgoing(1, "k", ("p", "s", START), START, "t", {}, None, windows=EVENING)  # type: ignore[arg-type]
    assert not wanted.is_quiet(datetime(2026, 11, 23, 11, 59, tzinfo=UTC))
    assert wanted.is_quiet(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    assert START.tzinfo is ZONE


def test_the_card_begins_where_it_is_told_and_confirms_the_rest(tmp_path: Path) -> None:
    sound = recording(tmp_path / "made", seconds=2.0)
    channel = SoundCard(
        "kenh",
        Player("loa", program=str(fake_player(tmp_path, f"cat >{tmp_path}/heard"))),
        tmp_path / "kenh.playing",
        lambda: START,
    )
    assert isinstance(channel, Resumes)
    (receipt,) = channel.send([dataclasses.replace(order(1, sound), offset=timedelta(seconds=1.5))])
    channel.wait()
    assert [each.state for each in channel.poll([delivery(receipt)])] == [State.CONFIRMED]
    heard = (tmp_path / "heard").stat().st_size / FRAME / RATE
    assert heard == pytest.approx(sound.duration_s - 1.5, abs=0.05)


def test_a_folder_begins_nothing_in_the_middle(tmp_path: Path) -> None:
    assert not isinstance(folder(tmp_path, START), Resumes)


def test_an_offset_stands_behind_the_input_and_only_where_there_is_one(tmp_path: Path) -> None:
    whole = decoder(tmp_path / "a.mp3", RATE, channels=2)
    rest = decoder(tmp_path / "a.mp3", RATE, channels=2, offset_s=2.5)
    assert "-ss" not in whole
    assert rest.index("-ss") > rest.index("-i")
