from __future__ import annotations

import fcntl
import json
import os
import stat
from pathlib import Path

import pytest

from pipeline.errors import ContentError, LoaError, VoiceError
from pipeline.voices import bringing, installing
from pipeline.voices.installed import InstalledVoice, chosen, installed, remove
from pipeline.voices.installing import Installed, install
from pipeline.voices.piper import config_of, sha256_of
from tests.unit.voices.shelf import MODEL, NOW, brought, description, put
from tests.unit.voices.test_packed import VOICE, tarred, zipped


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "var" / "voices"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return brought(tmp_path / "brought")


def put_on(shelf: Path, source: Path | str, sha256: str | None = "", name: str | None = None) -> Installed:
    digest = sha256_of(Path(source)) if sha256 == "" else sha256
    return install(shelf, str(source), sha256=digest, name=name, now=NOW)


def refused(shelf: Path, source: Path | str, sha256: str | None = "", name: str | None = None) -> LoaError:
    """What is said; and nothing of it is on the shelf."""
    before = contents(shelf)
    with pytest.raises(LoaError) as caught:
        put_on(shelf, source, sha256, name)
    assert contents(shelf) == before
    return caught.value


def contents(shelf: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(shelf)): path for path in shelf.rglob("*")} if shelf.exists() else {}
    return {name: path.read_bytes() for name, path in found.items() if path.is_file() and name != ".lock"}


def test_a_voice_is_put_on_the_shelf_with_its_facts(shelf: Path, source: Path) -> None:
    (source.parent / "MODEL_CARD").write_text("License: CC BY 4.0")
    done = put_on(shelf, source)
    assert done.fresh
    assert done.doubts == ()
    (voice,) = installed(shelf)
    assert voice == done.voice == chosen(shelf, None)
    assert (voice.name, voice.state(), voice.licence) == ("vi_VN-vais1000-medium", "voice_ready", "License: CC BY 4.0")
    assert voice.facts is not None
    assert voice.facts.sha256 == sha256_of(source) == sha256_of(voice.model)
    assert voice.facts.config_sha256 == sha256_of(config_of(voice.model))
    assert (voice.facts.language, voice.facts.sample_rate) == ("vi_VN", 22050)
    assert voice.facts.source == "vi_VN-vais1000-medium.onnx", "the folder of somebody's machine is nobody's business"
    assert voice.facts.installed_at == NOW.isoformat()
    assert sorted(path.name for path in shelf.iterdir()) == [".lock", voice.name]
    assert stat.S_IMODE(voice.folder.stat().st_mode) == 0o755


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz", ".bin"])
def test_an_archive_is_known_by_its_content(shelf: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"voice{suffix}"
    archive.write_bytes(zipped(VOICE) if suffix == ".zip" else tarred(VOICE))
    model = tmp_path / "model"
    model.write_bytes(MODEL)
    voice = put_on(shelf, archive, sha256_of(model)).voice
    assert (voice.name, voice.state()) == ("a", "voice_ready")
    assert voice.licence == "License: CC BY 4.0"


def test_without_its_hash_it_is_not_installed_and_the_hash_is_shown(shelf: Path, source: Path) -> None:
    error = refused(shelf, source, None)
    assert (error.code, error.params) == (
        "voice_hash_missing",
        {"sha256": sha256_of(source), "config_sha256": sha256_of(config_of(source))},
    )


def test_with_another_hash_it_is_not_installed(shelf: Path, source: Path) -> None:
    error = refused(shelf, source, "0" * 64)
    assert (error.code, error.params["found"]) == ("voice_file_hash_differs", sha256_of(source))


def test_a_hash_may_be_written_in_capitals(shelf: Path, source: Path) -> None:
    assert put_on(shelf, source, f" {sha256_of(source).upper()} ").fresh


@pytest.mark.parametrize("sha256", ["", "abc", "g" * 64, "0" * 63, "../" * 22])
def test_what_is_no_hash_is_refused(shelf: Path, source: Path, sha256: str) -> None:
    with pytest.raises(ContentError, match="voice_hash_bad"):
        install(shelf, str(source), sha256=sha256, now=NOW)


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", ".hidden", "giọng", "a b", "x" * 65, "-x"])
def test_a_name_that_is_no_name_of_a_folder_is_refused(shelf: Path, source: Path, name: str) -> None:
    assert refused(shelf, source, "", name).code == "voice_name_bad"


def test_a_file_whose_name_is_no_name_needs_one(shelf: Path, tmp_path: Path) -> None:
    path = brought(tmp_path / "brought", "giọng của tôi")
    assert refused(shelf, path).code == "voice_name_bad"
    assert put_on(shelf, path, name="cua-toi").voice.name == "cua-toi"


@pytest.mark.parametrize(
    ("model", "config", "code"),
    [
        (b"<html>" + bytes(2000), b"", "voice_not_a_model"),
        (b"", b"", "voice_not_a_model"),
        (b"\x08", b"", "voice_not_a_model"),
        (MODEL, b"<html>", "voice_config_unreadable"),
        (MODEL, description(num_speakers=0), "voice_config_bad"),
    ],
)
def test_what_is_no_voice_is_refused(shelf: Path, tmp_path: Path, model: bytes, config: bytes, code: str) -> None:
    assert refused(shelf, brought(tmp_path / "brought", model=model, config=config)).code == code


def test_what_is_missing_is_named(shelf: Path, source: Path, tmp_path: Path) -> None:
    config_of(source).unlink()
    assert refused(shelf, source).params == {"file": "vi_VN-vais1000-medium.onnx.json"}
    assert refused(shelf, tmp_path / "none.onnx", "0" * 64).code == "voice_source_missing"
    assert refused(shelf, tmp_path, "0" * 64).code == "voice_source_missing"


def test_a_pipe_is_not_waited_for(shelf: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.onnx")
    assert refused(shelf, tmp_path / "a.onnx", "0" * 64).code == "voice_source_missing"


def test_size_is_bounded(shelf: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_MODEL", 1500)
    assert refused(shelf, source).code == "voice_download_too_large"


def test_the_same_voice_again_changes_nothing(shelf: Path, source: Path) -> None:
    put_on(shelf, source)
    before = contents(shelf)
    assert not put_on(shelf, source).fresh
    assert contents(shelf) == before


def test_another_voice_of_the_same_name_is_refused(shelf: Path, source: Path, tmp_path: Path) -> None:
    put_on(shelf, source)
    other = brought(tmp_path / "other", model=MODEL + b"x")
    assert refused(shelf, other).code == "voice_name_taken"
    assert put_on(shelf, other, name="khac").fresh
    assert refused(shelf, brought(tmp_path / "third", model=MODEL + b"y"), name="KHAC").code == "voice_name_taken"


def test_a_damaged_voice_is_not_taken_for_installed(shelf: Path, source: Path) -> None:
    voice = put_on(shelf, source).voice
    voice.model.write_bytes(b"rotten")
    assert refused(shelf, source).code == "voice_name_taken"
    remove(shelf, voice.name)
    assert put_on(shelf, source).fresh


def test_a_foreign_voice_is_installed_with_a_doubt(shelf: Path, tmp_path: Path) -> None:
    foreign = brought(tmp_path / "brought", config=description(espeak={"voice": "en-us"}))
    assert put_on(shelf, foreign).doubts == ("voice_not_vietnamese",)


def test_one_installation_at_a_time(shelf: Path, source: Path) -> None:
    shelf.mkdir(parents=True)
    with (shelf / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert refused(shelf, source).code == "voice_install_under_way"
    assert put_on(shelf, source).fresh


def test_what_a_killed_installation_left_is_swept_away(shelf: Path, source: Path) -> None:
    (shelf / ".abc.part").mkdir(parents=True)
    (shelf / ".abc.part" / "brought.onnx").write_bytes(b"half")
    put_on(shelf, source)
    assert sorted(path.name for path in shelf.iterdir()) == [".lock", "vi_VN-vais1000-medium"]


def test_a_disk_that_refuses_leaves_nothing(shelf: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(installing, "_flush", full)
    error = refused(shelf, source)
    assert (error.code, error.params["why"]) == ("voice_not_written", "No space left on device")


@pytest.mark.parametrize("gone", ["voice.json", "a.onnx", "a.onnx.json"])
def test_a_voice_that_lacks_a_file_is_damaged(shelf: Path, gone: str) -> None:
    put(shelf, "a")
    (shelf / "a" / gone).unlink()
    (voice,) = installed(shelf)
    assert voice.state() == "voice_damaged"


@pytest.mark.parametrize(
    "facts",
    ["", "[]", "{}", "[" * 50_000, json.dumps({"sha256": "x"}), '{"sha256": 1}', "\x00"],
)
def test_facts_that_somebody_has_spoilt_are_no_facts(shelf: Path, facts: str) -> None:
    put(shelf, "a")
    (shelf / "a" / "voice.json").write_text(facts)
    assert installed(shelf) == [InstalledVoice("a", shelf / "a", None)]
    with pytest.raises(VoiceError, match="voice_damaged"):
        chosen(shelf, "a")


def test_a_voice_is_taken_away_whole(shelf: Path) -> None:
    put(shelf, "a")
    put(shelf, "b")
    remove(shelf, "a")
    assert [each.name for each in installed(shelf)] == ["b"]
    for name in ("a", "..", "../voices", ".lock", ""):
        with pytest.raises(ContentError, match="voice_unknown"):
            remove(shelf, name)
    assert (shelf / "b" / "voice.json").is_file()


def test_no_shelf_holds_no_voices(tmp_path: Path) -> None:
    assert installed(tmp_path / "none") == []


def test_a_description_is_held_to_its_hash_where_one_is_given(shelf: Path, source: Path) -> None:
    promised = {"sha256": sha256_of(source), "now": NOW}
    with pytest.raises(LoaError) as caught:
        install(shelf, str(source), config_sha256="0" * 64, **promised)
    assert (caught.value.code, caught.value.params["file"]) == ("voice_file_hash_differs", ".onnx.json")
    assert install(shelf, str(source), config_sha256=sha256_of(config_of(source)), **promised).fresh
