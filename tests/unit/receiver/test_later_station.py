"""A station that is newer than its receivers: its plans sound, and its commands are followed, whatever they add."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.protocol.plan import PLAN
from pipeline.signing import seal
from tests.receivers.vectors import later, within
from tests.unit.receiver.world import START, World, airing


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr("pipeline.receiver.journal.RESERVE", 4096)


def heard(world: World, *, grown: bool) -> list[tuple[str, timedelta, timedelta]]:
    """What sounds of two airings, one before and one after a restart."""
    one, two = airing("a", 1, seconds=20), airing("b", 4, seconds=20)
    plan = world.station.plan([one, two])
    payload = within(plan.payload(), later) if grown else plan.payload()
    assert ("x-later" in json.loads(payload)["airings"][0]) is grown
    world.hold(one, two)
    world.arrive("plan", seal(payload, PLAN, world.station.key))
    assert world.refused() == []
    world.go_to(2)
    world.kill()
    world.boot()
    world.go_to(6)
    return [
        (each.id, sound.since - START, timedelta(seconds=sound.to_s))
        for each in (one, two)
        for sound in world.heard(each)
    ]


def test_a_plan_with_keys_of_a_later_time_plays_the_same(tmp_path: Path) -> None:
    plain = heard(World(tmp_path / "a"), grown=False)
    assert len(plain) == 2
    assert heard(World(tmp_path / "b"), grown=True) == plain
