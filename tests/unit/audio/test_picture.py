from __future__ import annotations

import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from pipeline.audio import picture
from pipeline.audio.ffmpeg import RATE, Samples, encode_mp3
from pipeline.audio.picture import Frame
from pipeline.audio.raster import COLOURS, png
from tests.unit.audio.speechlike import babble, sine

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame("Cảnh báo <lừa đảo> & phòng tránh", -16.0, -1.0, [(0.0, "Mở đầu"), (20.0, "Bản tin <1>")])


def dots(data: bytes) -> np.ndarray:
    """The palette indices of a PNG, its checksums verified."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    parts: dict[bytes, bytes] = {}
    rest = data[8:]
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        kind, content = rest[4:8], rest[8 : 8 + length]
        assert struct.unpack(">I", rest[8 + length : 12 + length])[0] == zlib.crc32(kind + content)
        parts[kind], rest = content, rest[12 + length :]
    width, height = struct.unpack(">II", parts[b"IHDR"][:8])
    return np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, width + 1)[:, 1:]


@pytest.mark.parametrize("seconds", [0.0001, 0.01, 1.0, 30.0, 100.0])
def test_a_picture_is_well_formed_and_small(seconds: float) -> None:
    wave = np.resize(babble(1.0), max(round(seconds * RATE), 1))
    drawn = picture.trace(wave)
    told = picture.svg(drawn, FRAME)
    root = ElementTree.fromstring(told)
    assert root.find(f"{SVG}title").text == FRAME.title  # type: ignore[union-attr]
    assert "LUFS" in (root.find(f"{SVG}desc").text or "")  # type: ignore[union-attr]
    assert "Bản tin <1>" in [node.text for node in root.iter(f"{SVG}title")]
    assert "nan" not in told
    assert len(told) < 60_000
    assert len(png(drawn, FRAME)) < 20_000
    assert dots(png(drawn, FRAME)).shape == (picture.HEIGHT, picture.WIDTH)


def test_noise_of_any_length_stays_small() -> None:
    wave = np.random.default_rng(1).normal(0, 0.2, 60 * RATE).astype(np.float32)
    assert len(picture.draw(wave)) < 60_000


@pytest.mark.parametrize("wave", [np.zeros(RATE, dtype=np.float32), np.zeros(0, dtype=np.float32)])
def test_silence_can_be_drawn(wave: Samples) -> None:
    assert "-inf LUFS" in picture.draw(wave)
    assert dots(png(picture.trace(wave), FRAME)).any()


def test_a_file_is_drawn_as_its_samples_are(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(encode_mp3(babble(2.0)))
    assert "2.1 s" in picture.draw(tmp_path / "a.mp3")


def test_the_same_sound_gives_the_same_bytes() -> None:
    one, other = (picture.trace(babble(3.0)) for _ in range(2))
    assert picture.svg(one, FRAME) == picture.svg(other, FRAME)
    assert png(one, FRAME) == png(other, FRAME)


def test_a_louder_half_stands_higher_in_the_wave_and_in_the_curve() -> None:
    drawn = picture.trace(np.concatenate([sine(997, 10, 0.05), sine(997, 10, 0.5)]))
    half = drawn.tops.size // 2
    assert drawn.tops[: half - 5].max() == pytest.approx(0.05, abs=0.01)
    assert drawn.tops[half + 5 :].max() == pytest.approx(0.5, abs=0.01)
    assert drawn.short[-1] - drawn.short[drawn.short.size // 2 - 2] == pytest.approx(20, abs=0.5)
    assert drawn.lufs == pytest.approx(-9.0, abs=0.2)


def test_the_target_and_the_limit_are_drawn_where_they_are() -> None:
    canvas = dots(png(picture.trace(babble(3.0, level=0.01)), FRAME))
    target, limit = COLOURS.index(picture.TARGET), COLOURS.index(picture.LIMIT)
    assert set(np.flatnonzero((canvas == target).any(axis=1))) == {round(picture.height(-16.0))}
    assert set(np.flatnonzero((canvas == limit).any(axis=1))) == {round(y) for y in picture.limit_heights(FRAME)}


@pytest.mark.parametrize(("name", "head"), [("a.svg", b"<svg"), ("a.PNG", b"\x89PNG"), ("a", b"<svg")])
def test_the_name_says_which_kind(tmp_path: Path, name: str, head: bytes) -> None:
    picture.save(babble(1.0), tmp_path / name, "Thử")
    assert (tmp_path / name).read_bytes().startswith(head)
