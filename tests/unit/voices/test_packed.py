from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.errors import ContentError
from pipeline.voices import packed
from pipeline.voices.packed import is_archive, unpack
from tests.unit.voices.shelf import MODEL, description

Entries = Mapping[str, bytes]
VOICE: Entries = {"vi/a.onnx": MODEL, "vi/a.onnx.json": description(), "vi/MODEL_CARD": b"License: CC BY 4.0"}


def zipped(entries: Entries, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()


def tarred(entries: Entries, kind: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=kind) as file:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    return out.getvalue()


PACKERS: dict[str, Callable[[Entries], bytes]] = {"zip": zipped, "tar.gz": tarred}


def attempt(tmp_path: Path, content: bytes, most: int = 10_000) -> packed.Unpacked:
    (tmp_path / "brought").write_bytes(content)
    out = tmp_path / "out"
    out.mkdir()
    try:
        return unpack(tmp_path / "brought", out / "m.onnx", out / "m.onnx.json", most)
    finally:
        assert {path.name for path in out.iterdir()} <= {"m.onnx", "m.onnx.json"}
        assert {path.name for path in tmp_path.iterdir()} == {"brought", "out"}, (
            "nothing lies where an archive wants it"
        )


def refused(tmp_path: Path, content: bytes, most: int = 10_000) -> str:
    with pytest.raises(ContentError) as caught:
        attempt(tmp_path, content, most)
    return caught.value.code


@pytest.mark.parametrize("kind", PACKERS)
def test_model_description_and_licence_are_read(tmp_path: Path, kind: str) -> None:
    found = attempt(tmp_path, PACKERS[kind]({"vi/": b"", **VOICE, "vi/README": b"..."} if kind == "zip" else VOICE))
    assert (found.stem, found.licence) == ("a", "License: CC BY 4.0")
    assert (tmp_path / "out" / "m.onnx").read_bytes() == MODEL
    assert (tmp_path / "out" / "m.onnx.json").read_bytes() == description()


def test_an_archive_of_gnu_tar_is_read(tmp_path: Path) -> None:
    assert attempt(tmp_path, tarred({f"{'x' * 120}/{name}": each for name, each in VOICE.items()}, tarfile.GNU_FORMAT))


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize(
    "name", ["../a.onnx", "/etc/a.onnx", "vi/../../a.onnx", "..\\a.onnx", "C:\\a.onnx", "../../README", "/etc/passwd"]
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, kind: str, name: str) -> None:
    assert refused(tmp_path, PACKERS[kind]({**VOICE, name: b"x"})) == "voice_archive_hostile"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as file:
        entry = tarfile.TarInfo("a.onnx")
        entry.type, entry.linkname = kind, "/etc/passwd"
        file.addfile(entry)
    assert refused(tmp_path, out.getvalue()) == "voice_archive_hostile"


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        entry = zipfile.ZipInfo("a.onnx")
        entry.external_attr = 0o120777 << 16
        file.writestr(entry, "/etc/passwd")
    assert refused(tmp_path, out.getvalue()) == "voice_archive_hostile"


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"a.onnx": MODEL},
        {"a.onnx.json": description()},
        {"a.onnx": MODEL, "b.onnx.json": description()},
        {"a.onnx": MODEL, "a.onnx.json": description(), "b.onnx": MODEL},
        {"x/a.onnx": MODEL, "y/a.onnx": MODEL, "a.onnx.json": description()},
    ],
)
def test_it_must_hold_one_voice_and_all_of_it(tmp_path: Path, kind: str, entries: Entries) -> None:
    assert refused(tmp_path, PACKERS[kind](entries)) == "voice_archive_contents"


@pytest.mark.parametrize("kind", PACKERS)
def test_a_model_that_swells_is_not_unpacked(tmp_path: Path, kind: str) -> None:
    bomb = PACKERS[kind]({"a.onnx": bytes(5_000_000), "a.onnx.json": description()})
    assert len(bomb) < 50_000
    assert refused(tmp_path, bomb, most=100_000) == "voice_archive_too_large"
    assert (tmp_path / "out" / "m.onnx").stat().st_size <= 1 << 20


def test_what_is_passed_over_is_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_UNPACKED", 1_000_000)
    assert refused(tmp_path, tarred({"filler": bytes(3_000_000), **VOICE})) == "voice_archive_too_large"


def test_a_tar_whose_headers_swell_is_refused_before_they_are_read(tmp_path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 1_000_000_000
    bomb = gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + bytes(100_000))
    assert refused(tmp_path, bomb) == "voice_archive_hostile"


@pytest.mark.parametrize("kind", PACKERS)
def test_too_many_entries_are_refused(tmp_path: Path, kind: str) -> None:
    assert refused(tmp_path, PACKERS[kind]({f"{number}": b"" for number in range(1_001)})) == "voice_archive_hostile"


def test_a_zip_with_an_endless_list_of_contents_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_DIRECTORY", 100)
    assert refused(tmp_path, zipped(VOICE)) == "voice_archive_hostile"


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_one_that_is_cut_off_is_refused(tmp_path: Path, kind: str, share: float) -> None:
    whole = PACKERS[kind]({**VOICE, "a.onnx": bytes(range(256)) * 30})
    assert refused(tmp_path, whole[: round(len(whole) * share)]) in ("voice_archive_broken", "voice_archive_contents")


def test_a_zip_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(VOICE, zipfile.ZIP_STORED))
    content[content.index(MODEL) + 20] ^= 1
    assert refused(tmp_path, bytes(content)) == "voice_archive_broken"


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(VOICE))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark)
        content[at + place] |= 1
    assert refused(tmp_path, bytes(content)) == "voice_archive_broken"


@pytest.mark.parametrize(
    ("start", "known"), [(zipped(VOICE)[:4], True), (tarred(VOICE)[:4], True), (MODEL[:4], False), (b"", False)]
)
def test_the_first_bytes_say_what_it_is(start: bytes, known: bool) -> None:
    assert is_archive(start) is known
