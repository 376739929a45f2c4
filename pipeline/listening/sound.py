"""A sound as pictures that can be compared: how loud each band of speech is, 50 times a second, and how it changes.

What a horn, an echo, a cheap microphone or its gain control do to a sound is slow or the same for a long time; what a
voice does is not. So of each band only what changes within a second is kept, and measured in its own usual swing.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import AudioError
from pipeline.playout import ffmpeg

Picture = NDArray[np.float32]  # (frames, bands)
Series = NDArray[np.float32]

RATE = 8_000  # Hz: what horns radiate and cheap microphones take ends below 4 kHz
FPS = 50
HOP = RATE // FPS
WINDOW = 512
BANDS_HZ = (300.0, 3600.0)
BANDS = 32
MAX_S = 3600.0
PATIENCE_S = 120.0

_FLOOR = 0.85
_SLOW = FPS  # frames: what lasts longer than a second is the room's and the road's, not the voice's
_SWING = 3 * FPS
_COMMON = 0.5  # how much of what all bands do at once is left out: a door, a gain control, the rhythm any speech has
_SLAB = 2048  # frames looked at together


@dataclass(frozen=True, slots=True)
class Sound:
    """`picture`: changes of each band, of about unit size; `power`: of each frame, of full scale squared."""

    picture: Picture
    power: Series

    @property
    def frames(self) -> int:
        return int(self.power.size)


def load(path: Path, code: str) -> Sound:
    """Decode a file and look at it; memory grows with frames, not with samples.

    AudioError with the given code: there is no such file, it cannot be decoded, it is empty or over an hour long.
    """
    edges = np.searchsorted(np.fft.rfftfreq(WINDOW, 1 / RATE), np.geomspace(*BANDS_HZ, BANDS + 1))
    shape = np.hanning(WINDOW).astype(np.float32)
    scale = np.float32(2 / (shape**2).sum() / WINDOW)
    energies: list[Picture] = []
    for part in _slabs(_samples(path, code)):
        windows = np.lib.stride_tricks.sliding_window_view(part, WINDOW)[::HOP]
        power = np.abs(np.fft.rfft(windows * shape, axis=1)).astype(np.float32) ** 2
        energies.append(np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1) * scale)
    if not energies:
        raise AudioError(code, file=path.name)
    energy = np.concatenate(energies)
    return Sound(_picture(energy), energy.sum(axis=1))


def _picture(energy: Picture) -> Picture:
    picture = np.empty_like(energy)
    least = float(energy.mean()) * 1e-9 + 1e-14
    for band in range(energy.shape[1]):  # one by one: the running sums want doubles
        floor = float(np.quantile(energy[:, band], _FLOOR)) + least  # below it swings are noise, and count less
        level = np.log(energy[:, band] + floor)
        picture[:, band] = level - running_mean(level, _SLOW)
    picture -= _COMMON * picture.mean(axis=1, keepdims=True)
    swing = np.sqrt(running_mean((picture**2).mean(axis=1), _SWING))
    usual = float(np.sqrt((picture**2).mean()))
    picture /= np.maximum(swing, 0.5 * usual + 1e-9)[:, None]
    return np.clip(picture, -3, 3, out=picture)


def running_mean(series: Series, width: int) -> Series:
    """Over `width` values around each, over fewer at the ends."""
    sums = np.concatenate([[0.0], np.cumsum(series, dtype=np.float64)])
    index = np.arange(series.size)
    first, last = np.maximum(index - width // 2, 0), np.minimum(index + width // 2 + 1, series.size)
    return np.asarray((sums[last] - sums[first]) / (last - first), dtype=np.float32)


def _slabs(parts: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Parts of any size as slabs that overlap so that every frame lies whole in one."""
    step, held = _SLAB * HOP, np.zeros(0, dtype=np.float32)
    for part in parts:
        held = np.concatenate([held, part])
        while held.size >= step + WINDOW:
            yield held[: step - HOP + WINDOW]
            held = held[step:]
    if held.size >= WINDOW:
        yield held


def _samples(path: Path, code: str) -> Iterator[NDArray[np.float32]]:
    form = ["-map", "0:a:0", "-ac", "1", "-ar", str(RATE), "-t", str(MAX_S + 1), "-f", "s16le", "pipe:1"]
    source = ["-protocol_whitelist", "file,pipe", "-f", _demuxer(path, code), "-i", f"file:{path}"]
    command = [ffmpeg(), "-nostdin", "-v", "quiet", "-threads", "1", *source, *form]
    seen = 0
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout is not None
        watchdog = threading.Timer(PATIENCE_S, child.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            while block := child.stdout.read(1 << 17):
                seen += len(block)
                if seen > MAX_S * RATE * 2:
                    raise AudioError(code, file=path.name)
                yield np.frombuffer(block[: len(block) // 2 * 2], dtype=np.int16).astype(np.float32) / np.float32(32768)
        finally:
            watchdog.cancel()
            child.kill()
    if child.returncode != 0 or not seen:
        raise AudioError(code, file=path.name)


def _demuxer(path: Path, code: str) -> str:
    """By its first bytes, of the three kinds that are played here; none of them opens other files."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError:
        raise AudioError(code, file=path.name) from None
    return {b"RIFF": "wav", b"OggS": "ogg"}.get(magic, "mp3")
