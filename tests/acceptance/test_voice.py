"""An operator gets a better voice: brings it, compares its hash, hears it, airs with it, takes it away."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.voices.piper import sha256_of
from tests.acceptance.loa import loa
from tests.sites import STATION, approve_all, write_site
from tests.unit.voices.shelf import brought, description


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return brought(tmp_path / "tai-ve")


def speaking(folder: Path) -> Path:
    """A program that takes Piper's arguments and speaks with the bundled voice."""
    program = folder / "piper"
    program.write_text(
        f"#!{shutil.which('env')} python3\n"
        "import sys, time, wave\n"
        "sys.path[:0] = PATHS\n"
        "from pathlib import Path\n"
        "from pipeline.domain import SpeechText\n"
        "from pipeline.voices.espeak import Espeak\n"
        "if '--help' in sys.argv: sys.exit(print('--length_scale'))\n"
        "given = dict(zip(sys.argv[1::2], sys.argv[2::2]))\n"
        "for line in sys.stdin:\n"
        "    out = Path(given['--output_dir']) / f'{time.monotonic_ns()}.wav'\n"
        "    Espeak(region='south').synthesize(SpeechText((line,)), out)\n"
    )
    import sys

    text = program.read_text().replace("PATHS", repr([*sys.path, str(Path(__file__).parents[2])]))
    program.write_text(f"#!{sys.executable}\n" + text.partition("\n")[2])
    program.chmod(0o755)
    return program


def test_a_voice_is_installed_heard_aired_and_taken_away(site: Path, source: Path, tmp_path: Path) -> None:
    program = speaking(tmp_path)
    asked = loa("voice", "install", source, site=site)
    assert asked.code == 2
    assert sha256_of(source) in asked.err
    assert "--sha256" in asked.err
    assert loa("voice", "list", "--json", site=site).json == {"chain": ["recorded", "espeak-ng"], "installed": []}

    done = loa("voice", "install", source, "--sha256", sha256_of(source), "--name", "vais1000", site=site)
    assert (done.code, done.err) == (0, "")
    assert "chain: [recorded, piper, espeak-ng]" in done.out
    (listed,) = loa("voice", "list", "--json", site=site).json["installed"]
    assert (listed["name"], listed["state"], listed["speaks"]) == ("vais1000", "voice_ready", True)
    assert listed["sha256"] == sha256_of(source)

    chain = f"{{chain: [recorded, piper, espeak-ng], piper_program: {program}}}"
    write_site(site, {"config/station.yaml": STATION.replace("{chain: [recorded, espeak-ng]}", chain)})
    heard = loa("voice", "check", "--json", "--out", tmp_path / "nghe", site=site)
    assert heard.code == 0, heard.out
    assert [(each["name"], each["ok"]) for each in heard.json["voices"]] == [("piper", True), ("espeak-ng", True)]
    assert {path.name for path in (tmp_path / "nghe").iterdir()} == {"piper.mp3", "espeak-ng.mp3"}

    approve_all(site)
    made = loa("produce", "--days", "3", "--json", site=site)
    assert made.code == 0, made.err
    assert {(each["voice"], each["fallback"]) for each in made.json["recordings"]} == {("piper/vais1000", False)}
    assert loa("produce", "--days", "3", "--json", site=site).json["rendered"] == 0, "what Piper said is kept"

    gone = loa("voice", "remove", "vais1000", site=site)
    assert gone.code == 0
    failed = loa("voice", "check", site=site)
    assert failed.code == 1
    assert "✗ piper" in failed.out
    assert "✓ espeak-ng" in failed.out


def test_a_fallback_is_told_when_producing(site: Path) -> None:
    write_site(site, {"config/station.yaml": STATION.replace("[recorded, espeak-ng]", "[piper, espeak-ng]")})
    approve_all(site)
    made = loa("produce", "--days", "3", site=site)
    assert made.code == 0
    assert "espeak-ng/vi" in made.out
    assert "giọng dự phòng espeak-ng/vi" in made.err
    assert 1 <= made.err.count("chưa cài giọng đọc piper") <= 2, "by each worker once, not for each of the passages"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["install", "khong-co.onnx"], "không thấy tệp"),
        (["install", "http://example.org/a.onnx"], "chỉ nhận https"),
        (["install", "https://ten:mat-khau@example.org/a.onnx"], "chỉ nhận https"),
        (["install", "SOURCE", "--sha256", "abc"], "64 chữ số"),
        (["install", "SOURCE", "--sha256", "0" * 64], "không khớp"),
        (["install", "SOURCE", "--sha256", "HASH", "--name", "../x"], "không dùng được"),
        (["install", "BROKEN", "--sha256", "HASH"], "num_speakers"),
        (["remove", "khong-co"], "không có giọng đọc"),
        (["check", "khong-co"], "không có giọng đọc"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    site: Path, source: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    broken = brought(tmp_path / "hong", config=description(num_speakers=-1))
    given = {"SOURCE": str(source), "HASH": sha256_of(source), "BROKEN": str(broken)}
    ran = loa("voice", *(given.get(each, each) for each in arguments), site=site)
    assert ran.code == 2
    assert words in ran.err
    assert "mat-khau" not in ran.err
    assert not list((site / "var").rglob("*.onnx"))


def test_without_a_site_nothing_is_installed(tmp_path: Path, source: Path) -> None:
    ran = loa("voice", "install", source, "--sha256", sha256_of(source), site=tmp_path)
    assert ran.code == 2
    assert not (tmp_path / "var").exists()


def test_what_is_listed_is_one_document(site: Path, source: Path) -> None:
    done = loa("voice", "install", source, "--sha256", sha256_of(source), "--json", site=site)
    assert json.loads(done.out)["fresh"] is True
    assert done.json["name"] == "vi_VN-vais1000-medium"
