"""The manifest of a stick, and what no manifest of ours would hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.bundle.manifest import Kept, read_manifest, write_manifest
from pipeline.errors import ContentError
from tests.bundles import FIRST, LAST, contents

FILES = {"luu-dong/01-deepfake.mp3": Kept("ab" * 32, 5), "phieu-tra-loi.xlsx": Kept("cd" * 32, 7, may_change=True)}


def written(folder: Path) -> bytes:
    return write_manifest(contents(folder), FILES)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    found = read_manifest(written(tmp_path))
    assert (found.id, found.station, found.first, found.last) == ("usb-20261123-4f7kq", "Đài thử nghiệm", FIRST, LAST)
    assert found.files == FILES
    assert found.until == {"deepfake": LAST}
    assert found.bulletins == ("deepfake",)


def test_it_names_every_line_with_its_recording(tmp_path: Path) -> None:
    document = json.loads(written(tmp_path))
    assert [each["code"] for each in document["airings"]] == ["001", "002"]
    first = document["airings"][0]
    assert (first["start"], first["cluster"]) == ("2026-11-23T17:00:00+07:00", "an-quang-01")
    assert first["recording"] == contents(tmp_path).lines[0].recording.sha256


def put(place: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["files"][0][place] = value

    return change


BROKEN: dict[str, Callable[[dict[str, Any]], None]] = {
    "a path upwards": put("path", "../../etc/passwd"),
    "an absolute path": put("path", "/etc/passwd"),
    "a path of Windows": put("path", "luu-dong\\x.mp3"),
    "a drive": put("path", "c:/x.mp3"),
    "dots within": put("path", "luu-dong/../x.mp3"),
    "an empty part": put("path", "luu-dong//x.mp3"),
    "a name that begins with a dot": put("path", ".bashrc"),
    "itself": put("path", "manifest.json"),
    "the same twice": put("path", "phieu-tra-loi.xlsx"),
    "the same twice for FAT": put("path", "PHIEU-TRA-LOI.xlsx"),
    "a path that is a number": put("path", 7),
    "letters that look alike": put("path", "luu-dong/０1.mp3"),
    "a negative size": put("size", -1),
    "a size that is a truth": put("size", True),
    "a size beyond FAT32": put("size", 2**32),
    "a hash of other letters": put("sha256", "AB" * 32),
    "no hash": put("sha256", None),
    "another form": lambda document: document.update(form="bundle/2"),
    "an id with a slash": lambda document: document.update(id="usb/1"),
    "no days": lambda document: document.pop("last"),
    "a day that is none": lambda document: document.update(last="2026-02-30"),
    "no files": lambda document: document.update(files=[]),
    "files that are a word": lambda document: document.update(files="abc"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_is_not_ours_is_refused(name: str, tmp_path: Path) -> None:
    document = json.loads(written(tmp_path))
    BROKEN[name](document)
    with pytest.raises(ContentError) as caught:
        read_manifest(json.dumps(document).encode())
    assert caught.value.code == "bundle_manifest_broken"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"7", b"null", b"\xff\xfe", b"[" * 200_000, b'{"form": "bundle/1"}']
)
def test_bytes_that_are_no_manifest_are_refused(data: bytes) -> None:
    with pytest.raises(ContentError) as caught:
        read_manifest(data)
    assert caught.value.code == "bundle_manifest_broken"


def test_the_days_are_days(tmp_path: Path) -> None:
    assert isinstance(read_manifest(written(tmp_path)).last, date)
