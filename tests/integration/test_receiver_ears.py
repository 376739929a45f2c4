"""A receiver with a microphone, whole: `loa receiver run`, the real `aplay`, a recorder that gives back its sound."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import ffmpeg
from pipeline.domain import SpeechText
from pipeline.protocol.hearing import Hearing
from pipeline.protocol.plan import Airing
from pipeline.voices.espeak import Espeak
from tests.integration.test_receiver_core import ALSA, RECEIVER, Commune, comes
from tests.patience import PATIENCE_S
from tests.receivers.mosquitto import needs
from tests.receivers.stations import now, standing

pytestmark = needs("aplay")
WITHIN_S = PATIENCE_S

# In the place of arecord: ends as it does, and gives back what left aplay by then, fainter, later and with noise.
RECORDER = """#!{python} -SE
import array, operator, signal, sys, threading, wave
ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
ended.wait(float(sys.argv[sys.argv.index("-d") + 1]))
sounded = array.array("h", open({out!r}, "rb").read()[: 192_000 * 60]) if {on} else array.array("h")
taken = array.array("h", open({noise!r}, "rb").read())
heard = [each // 8 for each in sounded[::6]]
over = 16_000 + len(heard)
taken[16_000:over] = array.array("h", map(operator.add, taken[16_000:over], heard))
file = wave.open(sys.argv[-1], "wb")
file.setnchannels(1), file.setsampwidth(2), file.setframerate(16_000), file.writeframes(taken.tobytes()), file.close()
"""


@contextmanager
def sound_card(commune: Commune) -> Iterator[None]:
    """Takes what is played as fast as a real one does, and keeps the last of it."""
    pipe, ended = commune.root / "pipe", threading.Event()
    os.mkfifo(pipe)
    (commune.root / "asoundrc").write_text(f"<{ALSA}>\npcm.paced {{ type file slave.pcm null file {pipe} }}\n")

    def take() -> None:
        while not ended.is_set():
            with pipe.open("rb", buffering=0) as source, commune.out.open("wb") as sink:
                began, taken = 0.0, 0
                while block := source.read(9_600):
                    began, taken = began or time.monotonic(), taken + len(block)
                    sink.write(block)
                    ended.wait(max(0.0, began + taken / 192_000 - time.monotonic()))

    thread = threading.Thread(target=take)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        while thread.is_alive():
            with suppress(OSError):  # nobody reads any more
                os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
            thread.join(0.1)


@dataclass
class Beside:
    commune: Commune
    programs: Path

    def amplifier(self, *, on: bool) -> None:
        noise = self.programs / "noise"
        noise.write_bytes(np.random.default_rng(7).normal(0, 8, 16_000 * 30).astype(np.int16).tobytes())
        script = RECORDER.format(python=sys.executable, out=str(self.commune.out), noise=str(noise), on=on)
        (self.programs / "arecord").write_text(script)
        (self.programs / "arecord").chmod(0o755)

    def speech(self, id: str, in_s: float) -> Airing:
        """An airing of about twelve seconds."""
        text = "Có kẻ giả danh ngân hàng gọi điện đòi mã xác thực. Bà con không đọc mã cho ai. Hãy báo công an xã."
        folder = self.commune.root.parent
        Espeak().synthesize(SpeechText((text,)), folder / "spoken.wav")
        samples = ffmpeg.decode(folder / "spoken.wav", demuxer="wav")
        content = ffmpeg.encode_mp3(samples / np.abs(samples).max() * np.float32(0.8))
        digest = hashlib.sha256(content).hexdigest()
        path = folder / f"{digest}.mp3"
        path.write_bytes(content)
        self.commune.stand.ledger.sounds[RECEIVER, digest] = path
        seconds = ffmpeg.decode(path, demuxer="mp3").size / ffmpeg.RATE
        begin = now() + timedelta(seconds=in_s)
        return Airing(id, digest, len(content), seconds, begin, begin + timedelta(seconds=300))

    def heard(self) -> Hearing:
        """What the station was told of it, beside that it ended."""
        commune = self.commune
        assert comes(lambda: ("heard", "") in commune.kinds(), WITHIN_S), (commune.root / "log").read_text()
        assert ("ended", "") in commune.kinds()
        return next(
            Hearing.read_facts(each.facts)
            for each in commune.stand.ledger.entries[RECEIVER]
            if each.kind.value == "heard" and each.airing == "loa-1"
        )


@pytest.fixture
def hearing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    with standing(tmp_path / "station") as stand:
        commune = Commune(stand, tmp_path / "receiver")
        with (commune.root / "receiver.yaml").open("a", encoding="utf-8") as file:
            file.write("microphone: {device: default}\n")
        with sound_card(commune):
            yield Beside(commune, programs)


@pytest.mark.parametrize(("on", "verdict"), [(True, "heard"), (False, "not_heard")])
def test_the_receiver_hears_what_it_played_and_says_where_it_did_not(hearing: Beside, on: bool, verdict: str) -> None:
    hearing.amplifier(on=on)
    commune = hearing.commune
    commune.stand.publish(commune.stand.plan_of(RECEIVER, hearing.speech("loa-1", 5.0)))
    with commune.running():
        found = hearing.heard()
        assert (found.verdict, found.reason) == (verdict, "" if on else "listening_silence")
        assert found.delay_s is None or found.delay_s < 1.0, "a second of quiet, of which 0.4 before the moment"
        assert comes(lambda: not list((commune.root / "var" / "heard").iterdir()))
        assert json.loads(commune.loa("status", "--json").stdout)["faults"] == []


def test_a_microphone_that_is_gone_is_said_once_and_keeps_nothing_from_sounding(hearing: Beside) -> None:
    commune = hearing.commune
    (hearing.programs / "arecord").write_text(
        "#!/bin/sh\necho 'arecord: main:831: audio open error: No such device' >&2\nexit 1\n"
    )
    (hearing.programs / "arecord").chmod(0o755)
    done = commune.loa("check", "--json")
    checks = {each["what"]: each["code"] for each in json.loads(done.stdout)["checks"]}
    assert (done.returncode, checks["microphone"], checks["player"]) == (1, "microphone_missing", "")
    first, second = commune.sounds("loa-1", 4.0, 4.0), commune.sounds("loa-2", 4.0, 4.0)
    commune.stand.publish(commune.stand.plan_of(RECEIVER, first, second))
    with commune.running():
        assert comes(lambda: commune.kinds().count(("ended", "")) == 2, WITHIN_S)
        assert comes(lambda: ("fault", "microphone_missing") in commune.kinds())
        status = json.loads(commune.loa("status", "--json").stdout)
        assert [each["code"] for each in status["faults"]] == ["microphone_missing"]
    assert commune.kinds().count(("fault", "microphone_missing")) == 1


def test_without_what_listening_needs_it_says_how_to_get_it_and_plays(
    hearing: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """numpy is hidden as it is where nobody installed it."""
    commune = hearing.commune
    hearing.amplifier(on=True)
    hidden = commune.root.parent / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import importlib.util as u\nfound = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'numpy' else found(name, package)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    assert "pip install 'loa[receiver,listening]'" in commune.loa("check").stdout
    commune.stand.publish(commune.stand.plan_of(RECEIVER, commune.sounds("loa-1", 1.0, 4.0)))
    with commune.running():
        assert comes(lambda: ("ended", "") in commune.kinds(), WITHIN_S)
        assert comes(lambda: ("fault", "listening_not_installed") in commune.kinds())
    assert "pip install 'loa[receiver,listening]'" in (commune.root / "log").read_text()
