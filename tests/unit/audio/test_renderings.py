"""Other kinds of file from one recording: as long, as loud, below full scale, and the same bytes every time."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import measure, mp3, renderings
from pipeline.audio.ffmpeg import RATE, decode, encode_mp3, ffmpeg
from pipeline.audio.measure import Loudness
from pipeline.audio.renderings import SHAPES
from pipeline.domain import Form
from pipeline.errors import AudioError
from tests.unit.audio.speechlike import babble

FORMS = list(SHAPES)
PROBED = {
    Form.WAV: "pcm_s16le ([1][0][0][0] / 0x0001), 48000 Hz",
    Form.OPUS: "opus, 48000 Hz",
    Form.MULAW: "pcm_mulaw ([7][0][0][0] / 0x0007), 8000 Hz",
    Form.G722: "adpcm_g722 (g722), 16000 Hz",
}


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Loudness]:
    path = tmp_path_factory.mktemp("master") / "a.mp3"
    mp3.join([mp3.silence(0.5), encode_mp3(babble(3.0) * np.float32(2)), mp3.silence(0.3)], path)
    return path, measure.measure_file(path)


def test_every_form_but_the_master_has_its_shape() -> None:
    assert set(SHAPES) == set(Form) - {Form.MP3}


@pytest.mark.parametrize("form", FORMS)
def test_a_rendering_is_as_long_and_as_loud_as_its_master(
    form: Form, master: tuple[Path, Loudness], tmp_path: Path
) -> None:
    source, heard = master
    out = tmp_path / "a"
    told = renderings.render(source, heard, form, out)
    found = measure.measure_file(out, demuxer=SHAPES[form].demuxer)
    assert found == told
    assert abs(found.duration_s - heard.duration_s) <= SHAPES[form].frame_s
    assert found.lufs == pytest.approx(heard.lufs, abs=SHAPES[form].tolerance_lu)
    assert found.dbtp <= -1.0
    said = subprocess.run([ffmpeg(), "-hide_banner", *forced(form), "-i", out], capture_output=True, check=False).stderr
    assert PROBED[form] in said.decode()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_master_makes_the_same_bytes(form: Form, master: tuple[Path, Loudness], tmp_path: Path) -> None:
    hashes = set()
    for name in ("a", "b"):
        renderings.render(*master, form, tmp_path / name)
        hashes.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(hashes) == 1


@pytest.mark.parametrize(("form", "highest_hz"), [(Form.MULAW, 4000), (Form.G722, 8000)])
def test_nothing_folds_back_into_a_narrow_band(form: Form, highest_hz: int, tmp_path: Path) -> None:
    above = np.sin(2 * np.pi * (highest_hz + 50) * np.arange(2 * RATE) / RATE).astype(np.float32)
    mp3.join([encode_mp3(np.float32(0.3) * above)], tmp_path / "a.mp3")
    with pytest.raises(AudioError, match="rendering_altered"):
        renderings.render(tmp_path / "a.mp3", Loudness(-10.5, -10.5, 2.0), form, tmp_path / "out")
    arguments = list(renderings._arguments(SHAPES[form], None))
    renderings.convert(tmp_path / "a.mp3", tmp_path / "out", arguments, demuxer="mp3")
    folded = decode(tmp_path / "out", demuxer=SHAPES[form].demuxer)
    assert 20 * np.log10(np.abs(folded[RATE // 2 : -RATE // 2]).max() + 1e-9) < -60, "what is above is gone, not folded"


def test_peaks_that_a_filter_or_codec_raises_are_held_and_the_level_is_kept(tmp_path: Path) -> None:
    clicks = np.clip(babble(3.0) * np.float32(4), -0.85, 0.85)  # flat tops: a narrower band rings over them
    mp3.join([encode_mp3(clicks)], tmp_path / "a.mp3")
    heard = measure.measure_file(tmp_path / "a.mp3")
    narrow = SHAPES[Form.MULAW]
    renderings.convert(tmp_path / "a.mp3", tmp_path / "plain", list(renderings._arguments(narrow, None)), demuxer="mp3")
    assert measure.measure_file(tmp_path / "plain", demuxer="wav").dbtp > -1.0, "else nothing is tested"
    found = renderings.render(tmp_path / "a.mp3", heard, Form.MULAW, tmp_path / "out")
    assert found.dbtp <= -1.0
    assert found.lufs == pytest.approx(heard.lufs, abs=narrow.tolerance_lu)


@pytest.mark.parametrize(
    ("told", "what"), [(Loudness(-16, -1.5, 9.0), "s"), (Loudness(-30, -1.5, 0.0), "LUFS")], ids=["length", "level"]
)
def test_what_is_unlike_its_master_is_refused_and_leaves_no_file(
    told: Loudness, what: str, master: tuple[Path, Loudness], tmp_path: Path
) -> None:
    source, heard = master
    wrong = Loudness(told.lufs if what == "LUFS" else heard.lufs, heard.dbtp, told.duration_s or heard.duration_s)
    with pytest.raises(AudioError) as caught:
        renderings.render(source, wrong, Form.OPUS, tmp_path / "a.opus")
    assert (caught.value.code, caught.value.params["what"]) == ("rendering_altered", what)
    assert list(tmp_path.iterdir()) == []


def test_a_master_that_is_gone_or_no_mp3_is_named(master: tuple[Path, Loudness], tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="audio_missing"):
        renderings.render(tmp_path / "none.mp3", master[1], Form.WAV, tmp_path / "a")
    (tmp_path / "page.mp3").write_bytes(b"<html>" * 100)
    with pytest.raises(AudioError, match="rendering_failed"):
        renderings.render(tmp_path / "page.mp3", master[1], Form.WAV, tmp_path / "a")
    assert not (tmp_path / "a").exists()


def forced(form: Form) -> list[str]:
    return ["-f", "g722"] if form is Form.G722 else []
