"""The folder of a stick: whole or nothing, in a new folder and on a stick that is there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.bundle import writing
from pipeline.bundle.checking import check
from pipeline.bundle.contents import Contents
from pipeline.bundle.manifest import read_manifest
from pipeline.bundle.writing import STAGE, write
from pipeline.errors import ContentError, StoreError
from tests.bundles import contents

TOP = {"01-an-quang", "README.txt", "danh-sach.html", "luu-dong", "manifest.json", "phieu-tra-loi.xlsx", "qr"}


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """What test_paper looks at is not made anew for every folder, nor does every file wait for the disk."""
    monkeypatch.setattr(writing.os, "fsync", lambda _: None)
    monkeypatch.setattr(writing, "page", lambda _: "<!DOCTYPE html>")
    monkeypatch.setattr(writing, "sheet", lambda _: b"sheet")
    monkeypatch.setattr(writing.qr, "png", lambda _: b"png")


@pytest.fixture
def made(tmp_path: Path) -> Contents:
    (tmp_path / "var").mkdir()
    return contents(tmp_path / "var")


@pytest.fixture(params=["new", "there"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "usb"
    if request.param == "there":
        folder.mkdir()
        (folder / "System Volume Information").mkdir()
    return folder


def ours(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} - {"System Volume Information"} if folder.exists() else set()


def code_of(work: Contents, folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        write(work, folder)
    return caught.value.code


def test_everything_lies_there_with_its_hash(made: Contents, out: Path) -> None:
    written = write(made, out)
    assert ours(out) == TOP
    found = read_manifest((out / "manifest.json").read_bytes())
    assert written.manifest == hashlib.sha256((out / "manifest.json").read_bytes()).hexdigest()
    there = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert there == {*found.files, "manifest.json"}
    assert written.files == len(there)
    for path, kept in found.files.items():
        data = (out / path).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (kept.sha256, kept.size)
    assert [path for path, kept in found.files.items() if kept.may_change] == ["phieu-tra-loi.xlsx"]
    assert (out / "luu-dong/01-deepfake.mp3").read_bytes() == b"alone"


def test_the_transcript_is_the_text_as_written(made: Contents, out: Path) -> None:
    write(made, out)
    words = (out / "luu-dong/01-deepfake.txt").read_bytes().decode("utf-8-sig")
    assert words == (
        "Cuộc gọi giả giọng\r\n(Công an thành phố Hải Phòng, Kế hoạch 1)\r\n\r\n"
        "Thưa bà con.\r\n\r\nHãy gọi lại số quen.\r\n"
    )


def test_the_readme_has_ten_lines(made: Contents, out: Path) -> None:
    write(made, out)
    lines = (out / "README.txt").read_bytes().decode("utf-8-sig").split("\r\n")
    assert len(lines) == 11
    assert lines[10] == ""
    assert "29/11/2026" in lines[1]


def test_a_seal_lies_beside_the_manifest(made: Contents, out: Path) -> None:
    written = write(made, out, sign=lambda data: hashlib.sha256(data).hexdigest())
    assert written.signed
    assert (out / "manifest.sig").read_text() == written.manifest
    assert written.files == sum(path.is_file() for path in out.rglob("*"))


def test_sounds_are_written_in_the_order_they_play(made: Contents, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[str] = []
    real = writing._lay_down

    def note(path: Path, piece: writing.Piece) -> writing.Kept:
        laid.append(path.name)
        return real(path, piece)

    monkeypatch.setattr(writing, "_lay_down", note)
    write(made, out)
    sounds = [each for each in laid if each.endswith(".mp3")]
    assert sounds == [Path(each).name for each in made.sounds]
    assert laid[-1] == "manifest.json"


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "bundle_disk_full"), (errno.EIO, "bundle_disk_failed"), (errno.EROFS, "bundle_disk_failed")],
)
@pytest.mark.parametrize("after", [0, 1, 4, 8])
def test_a_disk_that_fails_midway_leaves_nothing(
    made: Contents, out: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, after: int
) -> None:
    count = 0

    def fail(handle: int) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise OSError(number, os.strerror(number))

    was_there = out.exists()
    monkeypatch.setattr(writing.os, "fsync", fail)
    assert code_of(made, out) == code
    assert ours(out) == set()
    assert out.exists() == was_there
    assert {each.name for each in out.parent.iterdir()} <= {"usb", "var"}


def test_a_stick_that_is_gone_midway_is_named(made: Contents, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, stages = writing._lay_down, (out / STAGE, out.with_name("usb.part"))

    def pull(path: Path, piece: writing.Piece) -> writing.Kept:
        kept = real(path, piece)
        for stage in stages:
            shutil.rmtree(stage, ignore_errors=True)
        return kept

    monkeypatch.setattr(writing, "_lay_down", pull)
    assert code_of(made, out) == "bundle_disk_failed"
    assert ours(out) == set()


def test_a_stick_that_forgets_what_was_written_is_refused(
    made: Contents, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(path: Path) -> None:
        if path.suffix == ".mp3":
            path.write_bytes(b"\0" * path.stat().st_size)

    monkeypatch.setattr(writing, "_forget_cached", forget)
    assert code_of(made, out) == "bundle_read_back"
    assert ours(out) == set()


def test_a_recording_that_was_altered_gets_onto_no_stick(made: Contents, out: Path) -> None:
    made.lines[0].recording.path.write_bytes(b"other")
    assert code_of(made, out) == "bundle_read_back"
    assert ours(out) == set()


def test_an_interrupt_leaves_nothing_either(made: Contents, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing.os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write(made, out)
    assert ours(out) == set()


def test_what_a_killed_run_left_is_cleared_away(made: Contents, out: Path) -> None:
    stage = out / STAGE if out.exists() else out.with_name("usb.part")
    (stage / "luu-dong").mkdir(parents=True)
    (stage / "README.txt").write_text("half")
    write(made, out)
    assert ours(out) == TOP
    assert not stage.exists()


def test_a_part_of_somebody_else_is_not_touched(made: Contents, tmp_path: Path) -> None:
    mine = tmp_path / "usb.part"
    mine.mkdir()
    (mine / "thesis.docx").write_text("years of work")
    assert code_of(made, tmp_path / "usb") == "bundle_out_not_empty"
    assert (mine / "thesis.docx").exists()


def test_a_folder_that_holds_something_is_left_alone(made: Contents, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "photo.jpg").write_text("x")
    assert code_of(made, tmp_path / "usb") == "bundle_out_not_empty"
    assert ours(tmp_path / "usb") == {"photo.jpg"}


def test_a_bundle_is_never_written_over(made: Contents, out: Path) -> None:
    write(made, out)
    before = (out / "manifest.json").read_bytes()
    assert code_of(made, out) == "bundle_out_not_empty"
    assert (out / "manifest.json").read_bytes() == before


def test_a_link_a_file_and_a_folder_in_no_folder_are_refused(made: Contents, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").write_text("x")
    (tmp_path / "real").mkdir()
    (tmp_path / "link-to-real").symlink_to(tmp_path / "real")
    assert code_of(made, tmp_path / "link") == "bundle_out_no_folder"
    assert code_of(made, tmp_path / "link-to-real") == "bundle_out_no_folder"
    assert code_of(made, tmp_path / "file") == "bundle_out_no_folder"
    assert code_of(made, tmp_path / "a" / "b") == "output_folder_missing"
    assert not (tmp_path / "elsewhere").exists()
    assert ours(tmp_path / "real") == set()


def test_a_stick_without_room_is_left_as_it_was(made: Contents, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(out.parent)._replace(free=writing.SPARE)
    monkeypatch.setattr(writing.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ContentError) as caught:
        write(made, out)
    assert caught.value.code == "bundle_no_room"
    assert caught.value.params["free"] == "1,0 MB"
    assert ours(out) == set()


def test_too_many_files_are_refused_before_anything_is_written(
    made: Contents, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_FILES", 3)
    assert code_of(made, out) == "bundle_too_large"
    assert ours(out) == set()


def test_a_stick_for_mobile_loudspeakers_has_no_communes(made: Contents, out: Path) -> None:
    write(replace(made, lines=()), out)
    assert ours(out) == TOP - {"01-an-quang"}
    assert json.loads((out / "manifest.json").read_bytes())["airings"] == []


def test_a_stick_appears_only_once_the_station_has_noted_it(made: Contents, out: Path) -> None:
    noted: list[str] = []

    def keep(written: writing.Written) -> None:
        assert not (out / "manifest.json").exists()
        noted.append(written.manifest)

    written = write(made, out, keep=keep)
    assert noted == [written.manifest]


def test_what_the_station_cannot_note_is_no_stick(made: Contents, out: Path) -> None:
    def refuse(_: writing.Written) -> None:
        raise StoreError("store_disk_full")

    with pytest.raises(StoreError):
        write(made, out, keep=refuse)
    assert ours(out) == set()


class KilledError(BaseException):
    """Stands for kill -9: nothing is cleaned up behind it."""


@pytest.mark.parametrize("step", range(1, 26))
def test_whenever_it_is_killed_there_is_a_whole_stick_or_none_and_the_next_run_makes_one(
    made: Contents, out: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    count = 0

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count == step:
                raise KilledError
            return real(*given, **named)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_remove", lambda *_, **__: None)
        patched.setattr(writing.os, "fsync", dying(lambda _: None))
        patched.setattr(writing.Path, "rename", dying(Path.rename))
        try:
            write(made, out)
        except KilledError:
            assert count == step
    if (out / "manifest.json").exists():
        assert check(out, made.first).problems.errors == 0
        assert ours(out) <= {*TOP, STAGE}
        return
    write(made, out)
    assert ours(out) == TOP
    assert check(out, made.first).problems.errors == 0
    assert {each.name for each in out.parent.iterdir()} == {"usb", "var"}
