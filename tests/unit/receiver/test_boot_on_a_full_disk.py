"""The first entries of a start, on a disk without room for them: what is needed soonest goes last."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain import Priority
from tests.unit.receiver.world import World, airing

SOON, LATER, URGENT, OVER = (
    airing("soon", 60 * 24),
    airing("later", 60 * 24 * 5),
    airing("urgent", 60 * 24 * 6, priority=Priority.EMERGENCY),
    airing("over", 10),
)
UNNEEDED = "ab" * 32


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def left(world: World) -> list[str]:
    names = {each.sound: each.id for each in (SOON, LATER, URGENT, OVER)} | {UNNEEDED: "unneeded"}
    return sorted(names[each.name] for each in (world.folder / "var" / "sounds").iterdir())


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        (1, ["later", "over", "soon", "urgent"]),
        (2, ["later", "soon", "urgent"]),
        (3, ["soon", "urgent"]),
        (4, ["urgent"]),
    ],
)
def test_what_is_needed_goes_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, expected: list[str]
) -> None:
    """`room`: how many sounds have to go before the disk takes an entry."""
    world = World(tmp_path)
    world.give(world.station.plan([SOON, LATER, URGENT, OVER]))
    (world.folder / "var" / "sounds" / UNNEEDED).write_bytes(b"x")
    world.kill()
    world.true += timedelta(hours=1)
    (world.folder / "var" / "journal" / "reserve").unlink()
    monkeypatch.setattr("pipeline.receiver.journal.RESERVE", 1 << 60)  # no room for another
    monkeypatch.setattr("pipeline.receiver.core.ROOM", 1)  # a sound at a time
    write, sounds = os.write, len(left(world))

    def full(handle: int, content: bytes) -> int:
        if b"booted" in content and len(left(world)) > sounds - room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, content)

    monkeypatch.setattr(os, "write", full)
    world.boot()
    assert left(world) == expected
    assert [each.kind.value for each in world.entries() if each.code == "died"] == ["booted"]
