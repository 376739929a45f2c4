"""The journal survives what disks and power cuts do to it."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.protocol.journal import Kind
from pipeline.receiver import journal as module
from pipeline.receiver.journal import Journal, JournalError
from pipeline.receiver.segments import read_all, whole_lines

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(module, "RESERVE", 4096)


def open_(folder: Path, now: datetime = NOW) -> Journal:
    return Journal(folder, lambda: now)


def fill(journal: Journal, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        journal.append(Kind.STARTED if number % 2 == 0 else Kind.ENDED, f"a{number // 2}", position_s=float(number))


def segment(folder: Path) -> Path:
    return sorted(folder.glob("*/*.log"))[-1]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    fill(open_(tmp_path), 5)
    again = open_(tmp_path)
    assert again.written == 5
    assert [each.seq for each in again.entries(again.id, 0, 100)] == [1, 2, 3, 4, 5]
    assert again.account("a0").over
    assert again.account("a2").sounds


@pytest.mark.parametrize("cut", [1, 5, 20, 60])
def test_a_torn_last_line_never_counted(tmp_path: Path, cut: int) -> None:
    journal = open_(tmp_path)
    fill(journal, 5)
    path = segment(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    again = open_(tmp_path)
    assert (again.id, again.written) == (journal.id, 4)
    fill(again, 2, 4)
    assert [each.seq for each in open_(tmp_path).entries(again.id, 0, 100)] == [1, 2, 3, 4, 5, 6]


def test_damage_in_the_middle_begins_another_journal_that_repeats_what_can_be_read(tmp_path: Path) -> None:
    journal = open_(tmp_path)
    fill(journal, 8)
    path = segment(tmp_path)
    lines = path.read_bytes().split(b"\n")
    lines[3] = lines[3].replace(b"a1", b"a9")
    path.write_bytes(b"\n".join(lines))
    again = open_(tmp_path)
    assert again.id > journal.id
    assert again.names() == [journal.id, again.id]
    assert [each.seq for each in again.entries(journal.id, 0, 100)] == [1, 2, 3]
    first, *saved = again.entries(again.id, 0, 100)
    assert (first.code, first.facts["kept"], first.facts["saved"]) == ("journal_damaged", "3", "4")
    assert [each.position_s for each in saved] == [4.0, 5.0, 6.0, 7.0]
    assert again.unsure_before == NOW
    assert again.account("a3").over
    assert open_(tmp_path).unsure_before == NOW


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    journal = open_(tmp_path)
    fill(journal, 3)
    raw = segment(tmp_path).read_bytes()
    for place in range(raw.index(b"\n")):
        segment(tmp_path).write_bytes(raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :])
        assert all(each.position_s != 0.0 or each.kind is not Kind.STARTED for each in read_all(tmp_path)), place


def test_segments_follow_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEGMENT", 1000)
    fill(open_(tmp_path), 30)
    assert len(list(tmp_path.glob("*/*.log"))) > 3
    again = open_(tmp_path)
    assert again.written == 30
    assert [each.seq for each in again.entries(again.id, 11, 7)] == list(range(12, 19))
    assert again.last(again.id) == 30


def test_a_lost_segment_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEGMENT", 1000)
    journal = open_(tmp_path)
    fill(journal, 30)
    sorted(tmp_path.glob("*/*.log"))[1].unlink()
    again = open_(tmp_path)
    assert again.id > journal.id
    assert again.entries(again.id, 0, 1)[0].code == "journal_damaged"
    assert again.account("a14").over


def test_only_what_is_held_and_old_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEGMENT", 1000)
    journal = open_(tmp_path)
    fill(journal, 30)
    later = open_(tmp_path, NOW + timedelta(days=61))
    later.trim({})
    assert len(later.entries(journal.id, 0, 100)) == 30
    later.trim({journal.id: 12})
    kept = [each.entry.seq for path in sorted(tmp_path.glob("*/*.log")) for each in whole_lines(path)[0]]
    assert 1 < kept[0] <= 13
    open_(tmp_path, NOW + timedelta(days=59)).trim({journal.id: 30})
    assert kept[-1] == 30
    assert open_(tmp_path).written == 30


class FullDisk:
    """Takes `room` bytes more, in whole or by half a line."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        self.room, self._write = room, os.write
        monkeypatch.setattr(module.os, "write", self.write)

    def write(self, handle: int, content: bytes) -> int:
        taken = min(self.room, len(content))
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= taken
        return self._write(handle, content[:taken])


def test_a_full_disk_gives_the_reserve_first_and_then_what_can_be_spared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    journal = Journal(tmp_path, lambda: NOW, lambda: bool(asked.append(1) or setattr(disk, "room", 10_000) or True))
    fill(journal, 2)
    disk = FullDisk(monkeypatch, 100)
    unlink = Path.unlink

    def freeing(path: Path, missing_ok: bool = False) -> None:
        unlink(path, missing_ok)
        disk.room += 300

    monkeypatch.setattr(Path, "unlink", freeing)
    fill(journal, 1, 2)
    assert not (tmp_path / "reserve").exists()
    assert asked == []
    fill(journal, 5, 3)
    assert asked == [1]
    monkeypatch.undo()
    again = open_(tmp_path)
    assert (again.id, again.written) == (journal.id, 8)
    again.keep_reserve()
    assert (tmp_path / "reserve").exists()


def test_a_disk_that_takes_nothing_is_an_error_and_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_(tmp_path)
    fill(journal, 2)
    (tmp_path / "reserve").unlink()
    FullDisk(monkeypatch, 50)
    with pytest.raises(JournalError) as caught:
        journal.append(Kind.STARTED, "a9")
    assert caught.value.code == "journal_unwritable"
    assert not journal.account("a9").begun
    journal.note(Kind.ENDED, "a8")
    assert journal.is_owing
    monkeypatch.undo()
    monkeypatch.setattr(os, "fsync", lambda _: None)
    journal.append(Kind.STARTED, "a7")
    assert [each.airing for each in open_(tmp_path).entries(journal.id, 2, 10)] == ["a8", "a7"]


def test_a_real_full_disk_does_not_stop_it(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "RESERVE", 200_000)
            journal = open_(tmp_path / "journal")
            journal.keep_reserve()
            with (tmp_path / "ballast").open("wb", buffering=0) as ballast:
                while shutil.disk_usage(tmp_path).free:
                    ballast.write(bytes(4096))
            fill(journal, 50)
            journal.close()
            again = open_(tmp_path / "journal")
            again.close()
        assert again.written == 50
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_what_the_station_has_and_the_journal_lost_begins_another(tmp_path: Path) -> None:
    journal = open_(tmp_path)
    fill(journal, 3)
    first = journal.id
    journal.begin_anew("journal_behind")
    assert journal.id > first
    assert [each.code for each in journal.entries(journal.id, 0, 9)] == ["journal_behind"]
    assert journal.account("a0").over
