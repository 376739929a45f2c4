"""The sound card through the real `aplay` into an ALSA device that is a file: what came out is what was sent."""

from __future__ import annotations

import os
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.channels.registry import build_channel
from pipeline.channels.sound_card import SoundCard
from pipeline.config.channels import ChannelSettings
from pipeline.domain import Evidence, State
from pipeline.errors import SendError
from pipeline.playout import RATE, sha256_of
from tests.channel_cases import delivery, order, recording
from tests.receivers.mosquitto import ALSA, needs

pytestmark = needs("aplay")

HERTZ = 523
PERIOD = 0.126  # seconds; the player fills its last period with silence

DEVICE = """
<{alsa}>
pcm.loafile {{
    type file
    slave.pcm null
    file "{out}"
    format wav
}}
"""


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file into which the device `loafile` writes what it would sound."""
    (tmp_path / "asoundrc").write_text(DEVICE.format(alsa=ALSA, out=tmp_path / "out.wav"))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asoundrc"))
    return tmp_path / "out.wav"


def clock() -> datetime:
    return datetime.now(UTC)


def card(root: Path, device: str = "loafile") -> SoundCard:
    channel = build_channel(ChannelSettings("may-tram", "sound_card", {"device": device}), root, clock)
    assert isinstance(channel, SoundCard)
    return channel


def heard(path: Path) -> np.ndarray:
    """The samples of the left channel, −1 to 1."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 2, 2)
        frames = np.frombuffer(path.read_bytes()[44:], dtype="<i2")
    return frames[::2].astype(np.float64) / 32768


def test_the_samples_that_come_out_are_the_recording(tmp_path: Path, out: Path) -> None:
    channel, sound = card(tmp_path), recording(tmp_path / "made", seconds=2.0, hertz=HERTZ)
    channel.check()
    start = clock() + timedelta(seconds=0.2)
    receipt = channel.send([order(1, sound, start=start)])[0]
    channel.wait()
    (news,) = channel.poll([delivery(receipt)])
    assert (news.state, news.evidence, news.code) == (State.CONFIRMED, Evidence.PLAYER, "")
    assert news.started is not None
    assert news.started >= start
    samples = heard(out)
    assert -0.05 <= len(samples) / RATE - sound.duration_s <= PERIOD
    assert _likeness(samples, HERTZ) > 0.95
    assert _likeness(samples, HERTZ * 1.5) < 0.1


def _likeness(samples: np.ndarray, hertz: float) -> float:
    """Share of the energy that a sine of this frequency explains, whatever its phase."""
    audible = np.flatnonzero(abs(samples) > 0.01)
    samples = samples[audible[0] : audible[-1]]
    angle = 2 * np.pi * hertz * np.arange(len(samples)) / RATE
    parts = [float(samples @ wave_) for wave_ in (np.sin(angle), np.cos(angle))]
    return sum(part**2 for part in parts) * 2 / len(samples) / float(samples @ samples)


def test_a_stopped_one_is_cut_short_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "asoundrc").write_text(f"<{ALSA}>\npcm.loapipe {{ type file slave.pcm null file {tmp_path}/pipe }}\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asoundrc"))
    os.mkfifo(tmp_path / "pipe")  # a device that takes what somebody reads, and then waits
    channel, sound = card(tmp_path, "loapipe"), recording(tmp_path / "made", seconds=4.0)
    receipt = channel.send([order(1, sound, start=clock())])[0]
    with (tmp_path / "pipe").open("rb") as pipe:
        assert pipe.read(RATE)
        assert channel.poll([delivery(receipt)]) == []
        (stopped,) = channel.withdraw([delivery(receipt)])
    assert (stopped.state, stopped.code, stopped.evidence) == (State.INTERRUPTED, "stopped", Evidence.NONE)
    assert stopped.started is not None


def test_a_device_that_does_not_exist_is_named_in_the_afternoon(tmp_path: Path, out: Path) -> None:
    with pytest.raises(SendError) as caught:
        card(tmp_path, "khong-co").check()
    assert caught.value.code == "device_missing"


def test_a_device_that_is_gone_at_air_time_fails_the_delivery(tmp_path: Path, out: Path) -> None:
    channel = card(tmp_path, "khong-co")
    receipt = channel.send([order(1, recording(tmp_path / "made"), start=clock())])[0]
    channel.wait()
    assert [(each.state, each.code) for each in channel.poll([delivery(receipt)])] == [(State.FAILED, "device_missing")]


def test_one_after_another_both_are_heard(tmp_path: Path, out: Path) -> None:
    channel = card(tmp_path)
    hashes = []
    for number, hertz in enumerate((400, 700), start=1):
        sound = recording(tmp_path / "made", hertz=hertz)
        receipt = channel.send([order(number, sound, start=clock())])[0]
        channel.wait()
        assert [each.state for each in channel.poll([delivery(receipt)])] == [State.CONFIRMED]
        assert _likeness(heard(out), hertz) > 0.95
        hashes.append(sha256_of(out))
    assert hashes[0] != hashes[1]
