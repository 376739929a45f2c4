"""What the real `aplay` sounded goes back through the real `arecord`: it is heard, and another bulletin is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import ffmpeg
from pipeline.domain import SpeechText, State
from pipeline.listening import Verdict, compare_apart, conclude, record
from pipeline.playout import Player
from pipeline.voices.espeak import Espeak
from tests.patience import PATIENCE_S
from tests.receivers.mosquitto import ALSA, needs

pytestmark = needs("aplay", "arecord")

# what is played lies in a file, and what the microphone takes lies in another: see `cable`
DEVICES = """
<{alsa}>
pcm.loaout {{ type file slave.pcm null file "{folder}/out.raw" format raw }}
pcm.loamic {{ type file slave.pcm null file /dev/null infile "{folder}/in.raw" format raw }}
"""


@pytest.fixture(autouse=True)
def devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "asoundrc").write_text(DEVICES.format(alsa=ALSA, folder=tmp_path))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asoundrc"))


def cable(folder: Path, lead_s: float) -> None:
    """From loudspeaker to microphone: 48 kHz and two channels become 16 kHz and one, `lead_s` after it began."""
    sounded = np.fromfile(folder / "out.raw", dtype=np.int16)
    taken = sounded[: sounded.size // 6 * 6].reshape(-1, 6).mean(axis=1).astype(np.int16)
    np.concatenate([np.zeros(round(lead_s * 16_000), np.int16), taken]).tofile(folder / "in.raw")


def spoken(text: str, folder: Path) -> Path:
    """An MP3 in the form the house makes them."""
    Espeak().synthesize(SpeechText((text,)), folder / "spoken.wav")
    samples = ffmpeg.decode(folder / "spoken.wav", demuxer="wav")
    path = folder / f"{len(text)}.mp3"
    path.write_bytes(ffmpeg.encode_mp3(samples / np.abs(samples).max() * np.float32(0.8)))
    return path


def test_what_was_played_is_heard_and_another_bulletin_is_not(tmp_path: Path) -> None:
    played = spoken("Nước sông đang lên nhanh, bà con ngoài đê hãy vào trong đê ngay. Xin gọi công an xã.", tmp_path)
    other = spoken("Có kẻ giả danh ngân hàng gọi điện đòi mã xác thực. Bà con không đọc mã cho ai.", tmp_path)
    seconds = ffmpeg.decode(played, demuxer="mp3").size / ffmpeg.RATE
    playing = Player("loaout").start(played, duration_s=seconds, clock=lambda: datetime.now(UTC))
    ended = playing.wait(PATIENCE_S)
    assert ended is not None
    assert ended.state is State.CONFIRMED

    cable(tmp_path, lead_s=2.0)
    microphone = record("loamic", seconds + 1, tmp_path / "heard.wav")
    assert microphone._child is not None
    microphone._child.wait(PATIENCE_S)
    assert compare_apart(other, microphone.path).verdict is Verdict.NOT_HEARD
    heard, code = conclude(microphone, played, lead_s=1.5)
    assert heard is not None
    assert (heard.verdict, heard.delay_s, code) == (Verdict.HEARD, pytest.approx(0.5, abs=0.05), "")
    assert not microphone.path.exists(), "it may hold people's voices"


def test_a_microphone_that_is_not_there_is_named(tmp_path: Path) -> None:
    microphone = record("no-such-mic", 2, tmp_path / "heard.wav")
    assert microphone._child is not None
    microphone._child.wait(PATIENCE_S)
    assert conclude(microphone, tmp_path / "any.mp3", lead_s=0.0) == (None, "microphone_missing")
