"""Lists of a folder whose devices play something else than MP3."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.channels.playlist import SUFFIXES, ClusterFolder, Entry, parse, render

START = datetime(2026, 11, 23, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SHA256 = "ab" * 32


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_an_entry_is_read_back_with_its_form(suffix: str, tmp_path: Path) -> None:
    entry = Entry("loa-1", START, 12.5, "Cảnh báo", SHA256, size=9, delivery=1, target="an-quang-01", suffix=suffix)
    (read,) = parse(render("an-quang-01", [entry]))
    assert (read.path, read.sha256, read.suffix) == (f"../audio/{SHA256}{suffix}", SHA256, suffix)
    folder = ClusterFolder(tmp_path, durable=False)
    folder.put(entry.day, [entry])
    assert folder.items() == {"loa-1": entry}


@pytest.mark.parametrize("name", [".exe", ".mp3.sh", "", ".MP3", ".mp3/../x", ".m3u8"])
def test_a_list_that_names_another_kind_of_file_is_damaged(name: str) -> None:
    entry = Entry("loa-1", START, 12.5, "Cảnh báo", SHA256)
    with pytest.raises(ValueError, match=SHA256):
        parse(render("a", [entry]).replace(".mp3", name))


def test_a_manifest_of_before_there_were_forms_is_read(tmp_path: Path) -> None:
    folder = ClusterFolder(tmp_path, durable=False)
    folder.put(START.date(), [Entry("loa-1", START, 12.5, "Cảnh báo", SHA256)])
    manifest = tmp_path / "manifest.json"
    found = json.loads(manifest.read_text(encoding="utf-8"))
    del found["items"][0]["path"]
    manifest.write_text(json.dumps(found), encoding="utf-8")
    assert folder.items()["loa-1"].suffix == ".mp3"
