"""Cut and gone on with through the real player: all of the cut recording is heard, and the urgent one whole."""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from pipeline.channels.registry import build_channel
from pipeline.channels.sound_card import SoundCard
from pipeline.config.channels import ChannelSettings
from pipeline.dispatch import Dispatch
from pipeline.domain import Medium, Occurrence, Priority, Recording, State
from pipeline.playout import RATE, ffmpeg
from pipeline.site import load_site
from pipeline.store import ONE_OFF, Store
from tests.channel_cases import recording
from tests.patience import PATIENCE_S
from tests.receivers.mosquitto import ALSA, needs
from tests.sites import SCRIPT, write_site

pytestmark = needs("aplay")
STEP_S, STEPS, URGENT_HERTZ = 0.9, 10, 3000  # long enough that a slow machine cuts it with much of it left
LIMIT_S = PATIENCE_S


class Listener:
    """A device that takes what a sound card would take, at its pace, and keeps it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (root / "asoundrc").write_text(f"<{ALSA}>\npcm.loapipe {{ type file slave.pcm null file {root}/pipe }}\n")
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(root / "asoundrc"))
        os.mkfifo(root / "pipe")
        self._handle = os.open(root / "pipe", os.O_RDWR)  # both ends: a player that goes leaves the pipe open
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.frames = bytearray()
        self._thread.start()

    def _listen(self) -> None:
        os.set_blocking(self._handle, False)
        owed, looked = 0.0, time.monotonic()
        while not self._over.wait(0.02):
            looked, before = time.monotonic(), looked
            owed = min(owed + (looked - before) * RATE * 4, RATE * 4)  # a card goes on while this thread waits
            try:
                taken = os.read(self._handle, int(owed))
            except BlockingIOError:
                owed = 0.0
                continue
            self.frames += taken
            owed -= len(taken)

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        os.close(self._handle)

    def steps(self) -> list[int]:
        """What was heard, a number for each tenth of a second that holds one tone; -1 is the urgent one."""
        samples = np.frombuffer(bytes(self.frames[: len(self.frames) // 4 * 4]), dtype="<i2")[::2].astype(float)
        tenth = RATE // 10
        heard = []
        for at in range(0, len(samples) - tenth, tenth):
            block = samples[at : at + tenth]
            if abs(block).max() > 500:
                hertz = np.abs(np.fft.rfft(block)).argmax() * RATE / tenth
                heard.append(-1 if abs(hertz - URGENT_HERTZ) < 60 else round((hertz - 400) / 200))
        return heard


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    listener = Listener(tmp_path, monkeypatch)
    yield listener
    listener.close()


def staircase(folder: Path) -> Recording:
    """Tones of STEP_S, each higher than the last."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "stairs.mp3"
    source = f"aevalsrc='0.5*sin(2*PI*(400+200*floor(t/{STEP_S}))*t)':d={STEP_S * STEPS}:s=32000"
    form = ["-c:a", "libmp3lame", "-b:a", "64k", "-reservoir", "0", "-write_xing", "0", "-id3v2_version", "0"]
    subprocess.run([ffmpeg(), "-v", "error", "-f", "lavfi", "-i", source, *form, str(path)], check=True)
    sound = path.read_bytes()
    return Recording(hashlib.sha256(sound).hexdigest(), path, len(sound) / 288 * 0.036, -16.0, -1.5, "tone", False)


def clock() -> datetime:
    return datetime.now(UTC)


def airing(slot: str, priority: Priority) -> Occurrence:
    return Occurrence(
        programme=ONE_OFF,
        slot=slot,
        start=clock(),
        medium=Medium.LOUDSPEAKER,
        title=slot,
        bulletins=("khan-cap",),
        targets=("an-quang-01",),
        priority=priority,
    )


def test_the_urgent_is_heard_whole_and_what_it_cut_misses_nothing(tmp_path: Path, listener: Listener) -> None:
    urgent = SCRIPT.replace("category:", "priority: emergency\ncategory:")
    site = load_site(write_site(tmp_path / "site", {"scripts_audio/khan-cap.md": urgent}))
    site = replace(site, station=replace(site.station, windows={}))
    store = Store(f"sqlite:///{tmp_path / 'loa.db'}")
    store.migrate()
    card = build_channel(ChannelSettings("may-tram", "sound_card", {"device": "loapipe"}), tmp_path, clock)
    assert isinstance(card, SoundCard)
    sounds = {"r": staircase(tmp_path / "made"), "k": recording(tmp_path / "made", hertz=URGENT_HERTZ)}
    for name, sound in sounds.items():
        store.save_recording(name, sound, clock())
    desk = Dispatch(site, store, lambda each: sounds[each.slot], {"may-tram": card})
    ways = {"an-quang-01": "may-tram"}

    cut = store.insert_one_off(airing("r", Priority.ROUTINE), ways, areas={}, now=clock())
    until(lambda: len(listener.frames) > RATE * 4 * 1.6, desk)
    store.insert_one_off(airing("k", Priority.EMERGENCY), ways, areas={}, now=clock())
    desk.send_urgent(clock())  # hands it to a thread of its own, and waits no longer than a second for that
    halves = [State.INTERRUPTED, State.PLANNED]
    until(lambda: [each.state for each in store.deliveries_of(cut.id)] == halves)
    until(lambda: store.deliveries_of(cut.id)[-1].state is State.CONFIRMED, desk)

    states = [each.state for each in store.deliveries_of(cut.id)]
    store.close()
    heard = listener.steps()
    assert states == [State.INTERRUPTED, State.CONFIRMED]
    assert heard.count(-1) >= 8
    before, after = heard[: heard.index(-1)], heard[len(heard) - heard[::-1].index(-1) :]
    assert before == sorted(before)
    assert after == sorted(after)
    assert {*before, *after} == set(range(STEPS))
    assert after[0] <= before[-1] + 1


def until(done: Callable[[], bool], desk: Dispatch | None = None) -> None:
    """Wait until something has come about; the desk ticks meanwhile where one is given."""
    deadline = time.monotonic() + LIMIT_S
    while not done():
        assert time.monotonic() < deadline
        if desk is None:
            time.sleep(0.02)
            continue
        desk.send_due(clock())
        desk.confirm(clock())
