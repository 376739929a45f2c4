from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from pipeline.audio import picture
from pipeline.audio.ffmpeg import RATE, encode_mp3
from tests.unit.audio.speechlike import babble


@pytest.mark.parametrize("seconds", [0.01, 1.0, 30.0, 100.0])
def test_a_picture_is_well_formed_and_small(seconds: float) -> None:
    wave = np.resize(babble(1.0), round(seconds * RATE))
    drawn = picture.draw(wave, "Cảnh báo <lừa đảo> & phòng tránh")
    root = ElementTree.fromstring(drawn)
    texts = [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Cảnh báo <lừa đảo> & phòng tránh" in texts
    assert any("LUFS" in text for text in texts)
    assert "nan" not in drawn
    assert len(drawn) < 150_000


def test_a_file_is_drawn_as_its_samples_are(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(encode_mp3(babble(2.0)))
    assert "2.1 s" in picture.draw(tmp_path / "a.mp3")
