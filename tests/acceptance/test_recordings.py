"""An operator gets recordings out of the station: made ahead, with what is said when, and onto a USB stick."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.ffmpeg import decode, encode_mp3
from tests.acceptance.loa import loa
from tests.sites import FILES, approve_all, write_site


@pytest.fixture
def site(tmp_path: Path, spoken: Callable[[Path], Path]) -> Path:
    return spoken(write_site(tmp_path / "site"))


def test_only_what_is_approved_is_copied_to_a_stick(site: Path, tmp_path: Path) -> None:
    stick = tmp_path / "usb"
    ran = loa("produce", "--days", "7", "--copies", str(stick), site=site)
    assert ran.code == 0, ran.err
    assert list(stick.iterdir()) == []
    approve_all(site)
    ran = loa("produce", "--days", "7", "--copies", str(stick), site=site)
    assert ran.code == 0, ran.err
    assert str(stick) in ran.out
    names = sorted(path.name for path in stick.iterdir())
    assert len(names) in (6, 8), "three airings a week or, around one of them, four; each with its words"
    assert all(name.endswith((" 17.00 canh-bao chieu.mp3", " 17.00 canh-bao chieu.vtt")) for name in names)


def test_a_stick_that_cannot_be_written_is_named(site: Path, tmp_path: Path) -> None:
    (tmp_path / "usb").write_text("", encoding="utf-8")
    ran = loa("produce", "--copies", str(tmp_path / "usb"), site=site)
    assert ran.code == 2
    assert str(tmp_path / "usb") in ran.err


def test_only_the_last_part_of_a_folder_for_copies_is_made(site: Path, tmp_path: Path) -> None:
    ran = loa("produce", "--copies", str(tmp_path / "stick" / "tuan-nay"), site=site)
    assert ran.code == 2
    assert f"không có thư mục {tmp_path / 'stick'}" in ran.err
    assert not (site / "var" / "audio").exists(), "nothing is rendered for a stick that is not there"
    ran = loa("produce", "--days", "1", "--copies", str(tmp_path / "moi"), site=site)
    assert "sẽ tạo mới" in ran.err
    assert (tmp_path / "moi").is_dir()


def test_a_rehearsal_lays_words_and_times_beside_each_recording(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "week"
    days = ("--from", "2026-11-23T00:00", "--days", "1")
    ran = loa("rehearse", *days, "--out", str(out), "--plots", "--json", site=site)
    (recording,) = ran.json["recordings"]
    drawn = (out / recording["plot"]).read_text(encoding="utf-8")
    assert "Cảnh báo lừa đảo" in drawn
    assert "<title>Cuộc gọi giả giọng, giả mặt</title>" in drawn, "where a bulletin begins is marked"
    plain = loa("rehearse", *days, "--out", str(out), "--json", site=site)
    assert "plot" not in plain.json["recordings"][0]
    assert not (out / "plots").exists()
    cues = json.loads((out / recording["path"]).with_suffix(".cues.json").read_text(encoding="utf-8"))
    assert cues["recording"] == recording["sha256"]
    assert [each["bulletin"] for each in cues["cues"] if each["kind"] == "bulletin"] == ["gia-danh-cong-an", "deepfake"]
    words = (out / recording["path"]).with_suffix(".vtt").read_text(encoding="utf-8")
    assert "hãy gọi một một ba." in words


def test_what_the_machine_heard_in_a_persons_file_is_told_with_its_script(site: Path, tmp_path: Path) -> None:
    loud = tmp_path / "a.mp3"
    said = loa("say", "Cuộc gọi có thể giả giọng người nhà, bà con hãy gọi lại số đã biết.", "-o", loud, site=site)
    assert said.code == 0, said.err
    quiet = decode(loud, demuxer="mp3") * np.float32(0.02)
    (site / "scripts_audio" / "thu.mp3").write_bytes(encode_mp3(quiet))
    script = FILES["scripts_audio/deepfake.md"].replace("---\n", "---\naudio: thu.mp3\n", 1)
    write_site(site, {"scripts_audio/deepfake.md": script})
    out = str(tmp_path / "week")
    ran = loa("rehearse", "--from", "2026-11-23T00:00", "--days", "1", "--out", out, "--json", site=site)
    found = {each["code"]: each["file"] for each in ran.json["problems"]}
    assert found["audio_too_quiet"] == "scripts_audio/deepfake.md"


def test_a_channel_asks_for_its_form_and_produce_makes_it(site: Path) -> None:
    channels = FILES["config/channels.yaml"].replace("path: var/playout}", "path: var/playout, format: mulaw}")
    write_site(site, {"config/channels.yaml": channels})
    ran = loa("produce", "--days", "7", "--json", site=site)
    assert ran.code == 0, ran.err
    assert sorted(path.suffix for path in (site / "var/audio").iterdir()) == [".json", ".mp3", ".vtt", ".wav"]
