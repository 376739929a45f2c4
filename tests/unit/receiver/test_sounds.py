"""Sounds come in the order they are needed, go on where they broke off, and are what their name says."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from pipeline.receiver.ports import LineError
from pipeline.receiver.sounds import Fetching, Sounds, Wanted


def wanted(content: bytes) -> Wanted:
    return Wanted(hashlib.sha256(content).hexdigest(), len(content))


class FakeLine:
    """Hands out what it was given; `breaks_at`: the network ends there, once."""

    def __init__(self, *contents: bytes) -> None:
        self.contents = {wanted(each).sha256: each for each in contents}
        self.breaks_at: int | None = None
        self.asked: list[tuple[str, int]] = []
        self.refuses: OSError | None = None

    def sound(self, sha256: str, size: int, part: Path) -> None:
        if self.refuses is not None:
            raise self.refuses
        have = part.stat().st_size if part.exists() else 0
        self.asked.append((sha256, have))
        if sha256 not in self.contents:
            raise LineError("line_refusal")
        until = size if self.breaks_at is None else self.breaks_at
        with part.open("ab") as file:
            file.write(self.contents[sha256][have:until])
        if self.breaks_at is not None:
            self.breaks_at = None
            raise LineError("line_cut")


class Bench:
    def __init__(self, folder: Path, line: FakeLine, *, free: int = 10**9) -> None:
        self.now, self.free, self.refused = 0.0, free, list[str]()
        self.sounds = Sounds(folder, floor=1000)
        self.fetching = Fetching(
            self.sounds, line, free=lambda: self.free,  # type: ignore[arg-type]
            refused=lambda sha256, code: self.refused.append(code), monotonic=lambda: self.now,
        )  # fmt: skip

    def fetch(self, *needed: Wanted, rounds: int = 10) -> float:
        wait = 0.0
        for _ in range(rounds):
            wait = self.fetching.step(needed)
            if wait:
                return wait
        return wait


A, B, C = (bytes([65 + each]) * 1000 for each in range(3))


def test_what_is_needed_first_comes_first(tmp_path: Path) -> None:
    line = FakeLine(A, B, C)
    bench = Bench(tmp_path, line)
    bench.fetch(wanted(B), wanted(C), wanted(A))
    assert [each for each, _ in line.asked] == [wanted(B).sha256, wanted(C).sha256, wanted(A).sha256]
    assert all(bench.sounds.is_held(wanted(each).sha256) for each in (A, B, C))


def test_it_goes_on_where_the_network_broke_off_also_after_a_restart(tmp_path: Path) -> None:
    line = FakeLine(A)
    line.breaks_at = 400
    bench = Bench(tmp_path, line)
    assert bench.fetch(wanted(A)) == 5.0
    again = Bench(tmp_path, line)
    again.fetch(wanted(A))
    assert [have for _, have in line.asked] == [0, 400]
    assert again.sounds.is_held(wanted(A).sha256)


def test_what_is_not_what_its_name_says_is_thrown_away_and_asked_for_ever_more_seldom(tmp_path: Path) -> None:
    line = FakeLine()
    line.contents[wanted(A).sha256] = B
    bench = Bench(tmp_path, line)
    waits = []
    for _ in range(4):
        waits.append(bench.fetch(wanted(A)))
        bench.now += waits[-1]
    assert waits == [5.0, 20.0, 60.0, 300.0]
    assert bench.refused == ["sound_altered"] * 4
    assert list(tmp_path.iterdir()) == []


def test_one_that_does_not_come_does_not_hold_up_the_others(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FakeLine(B))
    bench.fetch(wanted(A), wanted(B))
    assert bench.sounds.is_held(wanted(B).sha256)


def test_a_file_changed_on_the_disk_is_fetched_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FakeLine(A))
    bench.fetch(wanted(A))
    path = bench.sounds.path(wanted(A).sha256)
    path.write_bytes(B)
    assert not bench.sounds.is_held(wanted(A).sha256)
    bench.fetch(wanted(A))
    assert path.read_bytes() == A


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", ""])
def test_a_name_that_is_no_hash_leads_nowhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Sounds(tmp_path).path(name)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(A)
    sounds = Sounds(tmp_path / "sounds")
    (tmp_path / "sounds").mkdir()
    sounds.path(wanted(A).sha256).symlink_to(tmp_path / "elsewhere")
    assert not sounds.is_held(wanted(A).sha256)
    assert not sounds.prove(wanted(A).sha256)
    assert (tmp_path / "elsewhere").exists()


def test_on_a_full_disk_what_nobody_needs_goes_first_and_then_what_is_needed_last(tmp_path: Path) -> None:
    line = FakeLine(A, B, C)
    bench = Bench(tmp_path, line)
    bench.fetch(wanted(B), wanted(C))
    bench.free = 1500  # the floor and half of another
    unused = tmp_path / ("f" * 64)
    unused.write_bytes(bytes(600))
    real = Path.unlink
    with pytest.MonkeyPatch.context() as patch:

        def freeing(path: Path, missing_ok: bool = False) -> None:
            size = path.lstat().st_size if path.exists() else 0
            real(path, missing_ok)
            bench.free += size

        patch.setattr(Path, "unlink", freeing)
        bench.fetch(wanted(A), wanted(B), wanted(C), rounds=1)
        assert not unused.exists()
        assert bench.sounds.is_held(wanted(A).sha256)
        bench.free = 1500
        bench.sounds.evict([wanted(A), wanted(B), wanted(C)], 500)
    assert [bench.sounds.is_held(wanted(each).sha256) for each in (A, B, C)] == [True, True, False]


def test_a_disk_that_refuses_is_a_fault_and_not_the_end(tmp_path: Path) -> None:
    line = FakeLine(A)
    line.refuses = OSError(errno.ENOSPC, "No space left on device")
    bench = Bench(tmp_path, line)
    assert bench.fetch(wanted(A), rounds=1) == 0.0
    assert bench.fetching.faults == {"disk_full"}
    line.refuses = None
    bench.now = 10.0
    bench.fetch(wanted(A))
    assert bench.fetching.faults == set()


def test_a_full_disk_stays_a_fault_between_the_tries_until_the_sound_is_here_or_needed_no_more(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FakeLine(A, B), free=1500)
    assert bench.fetch(wanted(A), wanted(B)) > 0
    bench.fetch(wanted(A), wanted(B))
    assert bench.fetching.faults == {"disk_full"}
    bench.fetch()
    assert bench.fetching.faults == set()
    bench.now = 1000.0
    bench.fetch(wanted(A))
    assert bench.fetching.faults == {"disk_full"}
    bench.free, bench.now = 10**9, 5000.0
    bench.fetch(wanted(A))
    assert bench.fetching.faults == set()


def test_what_no_plan_names_for_a_month_goes(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FakeLine(A, B))
    bench.fetch(wanted(A), wanted(B))
    (tmp_path / "stray").write_bytes(b"")
    day = 86_400.0
    now = tmp_path.stat().st_mtime
    bench.sounds.tidy([wanted(A).sha256], now + 20 * day)
    bench.sounds.tidy([], now + 45 * day)
    assert sorted(each.name for each in tmp_path.iterdir()) == [wanted(A).sha256]
    assert bench.sounds.is_held(wanted(A).sha256)
