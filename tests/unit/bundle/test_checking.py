"""Whether a stick is whole: everything that may have happened to it on its way is named."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.bundle import checking
from pipeline.bundle.checking import Book, check
from pipeline.bundle.writing import write
from pipeline.errors import ContentError, Severity
from tests.bundles import FIRST, LAST, contents

SOUND = "luu-dong/01-deepfake.mp3"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    (folder / "var").mkdir()
    write(contents(folder / "var"), folder / "usb", sign=lambda data: f"seal of {len(data)}")
    return folder / "usb"


@pytest.fixture
def stick(written: Path, tmp_path: Path) -> Path:
    shutil.copytree(written, tmp_path / "usb")
    return tmp_path / "usb"


def found(stick: Path, **given: object) -> list[tuple[str, str]]:
    return [(each.file, each.code) for each in check(stick, FIRST, **given).problems]  # type: ignore[arg-type]


def link(stick: Path) -> None:
    (stick / SOUND).unlink()
    (stick / SOUND).symlink_to("/etc/passwd")


def loop(stick: Path) -> None:
    (stick / "qr" / "again").symlink_to(stick)


def pipe(stick: Path) -> None:
    (stick / SOUND).unlink()
    os.mkfifo(stick / SOUND)


def altered(stick: Path) -> None:
    (stick / SOUND).write_bytes(b"ALONE")


def longer(stick: Path) -> None:
    with (stick / SOUND).open("ab") as file:
        file.write(b"more")


def put(name: str) -> Callable[[Path], None]:
    def change(stick: Path) -> None:
        (stick / name).parent.mkdir(parents=True, exist_ok=True)
        (stick / name).write_bytes(b"x")

    return change


DONE: dict[str, tuple[Callable[[Path], None], list[tuple[str, str]]]] = {
    "nothing": (lambda _: None, []),
    "a byte": (altered, [(SOUND, "bundle_file_altered")]),
    "bytes behind": (longer, [(SOUND, "bundle_file_altered")]),
    "a lost file": (lambda stick: (stick / SOUND).unlink(), [(SOUND, "bundle_file_missing")]),
    "a link out": (link, [(SOUND, "bundle_file_link")]),
    "a link in a circle": (loop, [("qr/again", "bundle_file_link")]),
    "a pipe": (pipe, [(SOUND, "bundle_file_link")]),
    "another sound": (put("luu-dong/02-nhac.mp3"), [("luu-dong/02-nhac.mp3", "bundle_file_extra")]),
    "a virus of sticks": (put("autorun.inf"), [("autorun.inf", "bundle_file_extra")]),
    "a name that steers a terminal": (put("a\x1b[31mb"), [("a?[31mb", "bundle_file_extra")]),
    "the sheet filled in": (put("phieu-tra-loi.xlsx"), [("phieu-tra-loi.xlsx", "bundle_sheet_filled_in")]),
    "what Windows leaves": (put("System Volume Information/IndexerVolumeGuid"), []),
    "what an office program leaves": (put("~$phieu-tra-loi.xlsx"), []),
    "what macOS leaves": (put("._danh-sach.html"), []),
}


@pytest.mark.parametrize("name", DONE)
def test_what_happened_to_a_stick_is_named(name: str, stick: Path) -> None:
    change, expected = DONE[name]
    change(stick)
    assert found(stick) == [*expected, ("manifest.json", "bundle_unproven")]


def test_only_the_sheet_may_be_written_into(stick: Path) -> None:
    (stick / "phieu-tra-loi.xlsx").write_bytes(b"filled in")
    assert check(stick, FIRST).problems.errors == 0


def test_it_counts_for_its_days_and_no_longer(stick: Path) -> None:
    assert check(stick, LAST).problems.errors == 0
    early, late = (check(stick, day).problems for day in (FIRST - timedelta(1), LAST + timedelta(1)))
    assert [each.code for each in early if each.code != "bundle_unproven"] == ["bundle_not_yet"]
    assert [each.code for each in late if each.severity is Severity.ERROR] == ["bundle_over"]


def test_a_bulletin_that_ran_out_is_named(stick: Path) -> None:
    document = json.loads((stick / "manifest.json").read_bytes())
    document["singles"][0]["until"] = "2026-11-24"
    (stick / "manifest.json").write_text(json.dumps(document))
    (problem,) = (each for each in check(stick, LAST).problems if each.severity is Severity.ERROR)
    assert (problem.code, problem.params["bulletin"]) == ("bundle_bulletin_over", "deepfake")


@pytest.mark.parametrize(("right", "proven"), [(True, True), (False, False)])
def test_a_seal_is_looked_at_where_somebody_can(stick: Path, right: bool, proven: bool) -> None:
    checked = check(stick, FIRST, verify=lambda data, seal: right and seal == f"seal of {len(data)}")
    assert checked.proven is proven
    assert [each.code for each in checked.problems] == ([] if right else ["bundle_seal_wrong"])


def test_a_stick_without_its_seal_is_proven_by_nobody(stick: Path) -> None:
    (stick / "manifest.sig").unlink()
    checked = check(stick, FIRST, verify=lambda data, seal: True)
    assert checked.proven is None
    assert [each.code for each in checked.problems] == ["bundle_unproven"]


def test_the_station_knows_its_own_and_what_it_would_no_longer_air(stick: Path) -> None:
    known = check(stick, FIRST).sha256
    refused = {"deepfake": "bulletin_withdrawn"}
    book = Book({"usb-20261123-4f7kq": known}.get, lambda name: refused.get(name, ""))
    checked = check(stick, FIRST, book=book)
    assert checked.proven is True
    assert [(each.file, each.code) for each in checked.problems] == [("deepfake", "bulletin_withdrawn")]
    other = check(stick, FIRST, book=Book(lambda _: "00" * 32, lambda _: ""))
    assert other.proven is False
    assert [each.code for each in other.problems] == ["bundle_manifest_other"]
    unknown = check(stick, FIRST, book=Book(lambda _: None, lambda _: "bulletin_withdrawn"))
    assert unknown.proven is None


def test_a_wrong_seal_outweighs_the_book(stick: Path) -> None:
    known = check(stick, FIRST).sha256
    assert check(stick, FIRST, lambda *_: False, Book(lambda _: known, lambda _: "")).proven is False


@pytest.mark.parametrize("name", ["manifest.json", "."])
def test_a_folder_without_a_manifest_is_no_bundle(name: str, stick: Path, tmp_path: Path) -> None:
    (stick / "manifest.json").unlink()
    if name == ".":
        (tmp_path / "link").symlink_to(stick)
    with pytest.raises(ContentError) as caught:
        check(tmp_path / "link" if name == "." else stick, FIRST)
    assert caught.value.code == "bundle_none"


def test_a_manifest_that_is_a_link_or_a_pipe_is_not_read(stick: Path, tmp_path: Path) -> None:
    (stick / "manifest.json").rename(tmp_path / "manifest.json")
    (stick / "manifest.json").symlink_to(tmp_path / "manifest.json")
    with pytest.raises(ContentError, match="bundle_manifest_broken"):
        check(stick, FIRST)
    (stick / "manifest.json").unlink()
    os.mkfifo(stick / "manifest.json")
    with pytest.raises(ContentError, match="bundle_manifest_broken"):
        check(stick, FIRST)


def test_folders_without_end_are_not_walked_to_it(stick: Path) -> None:
    (stick / "/".join(["a"] * 60)).mkdir(parents=True)
    assert found(stick)[0][1] == "bundle_file_extra"


def test_a_file_that_grows_is_read_no_farther_than_it_may(stick: Path) -> None:
    with (stick / SOUND).open("wb") as file:
        file.truncate(1 << 34)
    assert found(stick)[0] == (SOUND, "bundle_file_altered")


def test_files_without_end_are_not_counted_to_it(stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_ENTRIES", 5)
    assert "bundle_file_extra" in {code for _, code in found(stick)}


def test_a_folder_the_disk_no_longer_gives_back_is_named(stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def fail(path: Path) -> object:
        if Path(path).name == "luu-dong":
            raise OSError(errno.EIO, "Input/output error")
        return real(path)

    monkeypatch.setattr(checking.os, "scandir", fail)
    assert ("luu-dong/", "bundle_file_unreadable") in found(stick)
    assert (SOUND, "bundle_file_missing") in found(stick)
