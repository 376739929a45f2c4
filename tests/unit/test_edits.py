"""Edits while the station runs: noticed when they are quiet, read from a copy, and the last good files are kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.edits import LAST_GOOD, Watch, has_errors, last_good, take
from tests.sites import FILES, write_site

SCHEDULE = "schedules/canh-bao.yaml"
BROKEN = FILES[SCHEDULE] + "\n  - [\n"


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def touch(path: Path, text: str, at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(at, at))


def test_a_change_counts_once_it_has_been_quiet(root: Path, seconds: Seconds) -> None:
    watch = Watch(root, monotonic=seconds)
    assert not watch.changed()
    answers = []
    for step, text in enumerate(["a: 1", "a: 2", None, None, None]):
        seconds.now += 1.5
        if text:
            touch(root / SCHEDULE, text, step)
        answers.append(watch.changed())
    assert answers == [False, False, False, True, False]


@pytest.mark.parametrize(
    "edit",
    [
        lambda root: touch(root / "schedules/moi.yaml", "x: 1", 5),
        lambda root: (root / SCHEDULE).unlink(),
        lambda root: (root / SCHEDULE).rename(root / "schedules/khac.yaml"),
        lambda root: touch(root / "scripts_audio/sub/moi.md", "x", 5),
        lambda root: touch(root / "scripts_audio/loi.mp3", "x", 5),
        lambda root: touch(root / "config/station.yaml", "name: y", 5),
    ],
    ids=["added", "removed", "renamed", "script in a folder", "recording", "config"],
)
def test_every_kind_of_change_is_seen(root: Path, seconds: Seconds, edit: object) -> None:
    watch = Watch(root, monotonic=seconds)
    edit(root)  # type: ignore[operator]
    assert not watch.changed()
    seconds.now += 2
    assert watch.changed()


def test_a_file_saved_without_a_change_is_none(root: Path, seconds: Seconds) -> None:
    watch = Watch(root, monotonic=seconds)
    touch(root / SCHEDULE, FILES[SCHEDULE], 5)
    for _ in range(5):
        seconds.now += 2
        assert not watch.changed()


def test_a_change_that_keeps_size_and_time_is_seen_within_a_minute(root: Path, seconds: Seconds) -> None:
    watch = Watch(root, monotonic=seconds)
    path = root / SCHEDULE
    before = path.stat()
    path.write_text(FILES[SCHEDULE].replace("17:00", "17:40"), encoding="utf-8")
    os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))
    seconds.now += 60
    watch.changed()
    seconds.now += 2
    assert watch.changed()


def test_what_editors_leave_behind_is_no_change(root: Path, seconds: Seconds) -> None:
    watch = Watch(root, monotonic=seconds)
    touch(root / "schedules/.canh-bao.yaml.swp", "x", 5)
    touch(root / "var/loa.db", "x", 5)
    seconds.now += 5
    assert not watch.changed()


def test_what_could_not_be_taken_is_tried_again(root: Path, seconds: Seconds) -> None:
    watch = Watch(root, monotonic=seconds)
    touch(root / SCHEDULE, "x", 5)
    watch.changed()
    seconds.now += 2
    assert watch.changed()
    watch.again()
    assert watch.changed()


def test_good_files_are_kept_and_broken_ones_replace_nothing(root: Path) -> None:
    assert last_good(root) is None
    site = take(root)
    assert not has_errors(site)
    assert site.root == root
    touch(root / SCHEDULE, BROKEN, 5)
    broken = take(root)
    assert [problem.file for problem in broken.problems if problem.severity == "error"] == [SCHEDULE]
    kept = last_good(root)
    assert kept is not None
    assert kept.root == root
    assert kept.programmes == site.programmes
    assert kept.bulletins == site.bulletins


def test_the_last_good_files_are_those_of_the_last_good_reading(root: Path) -> None:
    take(root)
    (root / SCHEDULE).unlink()
    touch(root / "schedules/moi.yaml", FILES[SCHEDULE].replace("programme: canh-bao", "programme: moi"), 5)
    take(root)
    kept = last_good(root)
    assert kept is not None
    assert [programme.id for programme in kept.programmes] == ["moi"]
    assert not (root / LAST_GOOD / SCHEDULE).exists()


def test_recordings_are_not_copied_twice_and_a_new_one_is_taken(root: Path) -> None:
    recording = root / "scripts_audio" / "loi.mp3"
    touch(recording, "one", 5)
    take(root)
    kept = root / LAST_GOOD / "scripts_audio" / "loi.mp3"
    first = kept.stat().st_ino
    take(root)
    assert kept.stat().st_ino == first
    assert kept.stat().st_ino != recording.stat().st_ino
    touch(recording, "two", 6)
    assert kept.read_text(encoding="utf-8") == "one"
    take(root)
    assert kept.read_text(encoding="utf-8") == "two"


def test_a_power_cut_between_two_renames_leaves_last_good_files(root: Path) -> None:
    take(root)
    (root / LAST_GOOD).rename(root / LAST_GOOD.with_suffix(".old"))
    assert last_good(root) is not None


def test_torn_last_good_files_are_not_used(root: Path) -> None:
    take(root)
    (root / LAST_GOOD / SCHEDULE).write_text(BROKEN, encoding="utf-8")
    assert last_good(root) is None
