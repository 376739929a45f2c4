"""The figures of what goes on air, read by a meter that is none of ours: the distribution's ffmpeg.

A sample of the table that `python -m benchmarks loudness` makes of every bulletin, preset and voice.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.loudness import bulletins, independent_meter, joined, measured
from pipeline.audio.ffmpeg import RATE, Samples, decode
from pipeline.audio.measure import measure_file
from pipeline.config.mastering import PRESETS
from pipeline.voices.espeak import Espeak
from tests.acceptance.loa import loa
from tests.sites import STATION, write_site

METER = independent_meter()
MISSING = "" if METER else "ffmpeg of the distribution is not installed (apt install ffmpeg)"
TOLERANCE_LU = 0.3


@pytest.fixture(autouse=True)
def meter() -> str:
    if not METER and os.environ.get("LOA_TEST_REAL") == "all":
        pytest.fail(MISSING)
    if not METER:
        pytest.skip(MISSING)
    return METER


@cache
def spoken(region: str, bulletin: str, folder: Path) -> Samples:
    Espeak(region=region).synthesize(bulletins()[bulletin], folder / "a.wav")
    return decode(folder / "a.wav", demuxer="wav")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spoken")


@pytest.mark.parametrize(
    ("name", "region", "names"),
    [
        *[(name, "north", ("khoa-sim", "deepfake")) for name in PRESETS],
        ("horn", "south", ("deepfake",)),
        ("horn_urgent", "central", ("khoa-sim",)),
    ],
)
def test_what_is_joined_is_as_loud_as_its_preset_says(
    name: str, region: str, names: tuple[str, ...], folder: Path, tmp_path: Path, meter: str
) -> None:
    speeches = [spoken(region, each, folder)[: 15 * RATE] for each in names]
    joined(speeches, PRESETS[name], tmp_path / "a.mp3", urgent=name == "horn_urgent")
    lufs, dbtp = measured(tmp_path / "a.mp3", meter)
    assert lufs == pytest.approx(PRESETS[name].lufs, abs=TOLERANCE_LU)
    assert dbtp <= PRESETS[name].dbtp


@pytest.mark.parametrize(
    ("mastering", "lufs", "dbtp"),
    [("mastering: horn\n", -16.0, -1.0), ("mastering: cho\n", -17.5, -2.0)],
)
def test_a_station_airs_what_its_preset_says(
    tmp_path: Path, meter: str, mastering: str, lufs: float, dbtp: float
) -> None:
    presets = "presets: {cho: {like: horn, high_pass: 300Hz, presence: 4dB, lufs: -17.5, dbtp: -2}}\n"
    station = STATION.replace("mastering: horn\n", mastering)
    site = write_site(tmp_path / "site", {"config/station.yaml": station, "config/mastering.yaml": presets})
    out = tmp_path / "out"
    ran = loa("rehearse", "--from", "2026-11-23T00:00", "--days", "1", "--out", out, "--json", site=site)
    (recording,) = ran.json["recordings"]
    found, peak = measured(out / recording["path"], meter)
    assert found == pytest.approx(lufs, abs=TOLERANCE_LU)
    assert peak <= dbtp
    assert recording["lufs"] == pytest.approx(found, abs=0.15)


def test_the_two_meters_agree_on_what_neither_of_us_made(tmp_path: Path, meter: str) -> None:
    from pipeline.audio.ffmpeg import encode_mp3

    noise = np.random.default_rng(3).normal(0, 0.1, 5 * RATE).astype(np.float32)
    noise[2 * RATE : 3 * RATE] *= 3
    (tmp_path / "a.mp3").write_bytes(encode_mp3(noise))
    ours = measure_file(tmp_path / "a.mp3")
    assert measured(tmp_path / "a.mp3", meter) == pytest.approx((ours.lufs, ours.dbtp), abs=0.1)
