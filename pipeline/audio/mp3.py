"""MP3 frames of the house: 288 bytes for 36 ms each, so files join by concatenation and a pause is a repeated frame.

Frame headers: ISO/IEC 11172-3, 2.4.1.3. Nothing here decodes; what others made is decoded and mastered first.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np

from pipeline.audio.ffmpeg import BITRATE, RATE, encode_mp3
from pipeline.audio.tags import stripped
from pipeline.errors import AudioError

SAMPLES = 1152  # a frame
SIZE = 144 * BITRATE // RATE  # bytes a frame
FRAME_S = SAMPLES / RATE
CHUNK = SIZE * 4096

# 11 bits of sync, MPEG-1, Layer III, no checksum; 64 kbit/s, 32 kHz, no padding; mono
HEADER = np.array([0xFF, 0xFB, 0x58, 0xC0], dtype=np.uint8)
MASK = np.array([0xFF, 0xFF, 0xFE, 0xC0], dtype=np.uint8)
SIDE_INFO = 17  # bytes after the header of a mono frame; Xing or Info stands behind them


@dataclass(frozen=True, slots=True)
class Joined:
    """A file made of frames: its size in frames, its length, and the hash it will be named by."""

    frames: int
    duration_s: float
    sha256: str


def frames(data: bytes) -> bytes:
    """Only the audio frames of an MP3: tags and a Xing or Info frame are cut off, every header is checked.

    AudioError mp3_not_uniform(frame) where a frame is not of the house's kind or leans on the one before it.
    """
    audio = stripped(data)
    audio = audio[:-128] if audio[-128:-125] == b"TAG" else audio
    if audio[4 + SIDE_INFO : 8 + SIDE_INFO] in (b"Xing", b"Info"):
        audio = audio[SIZE:]
    _check(audio, 0)
    return audio


def duration(data: bytes) -> float:
    """Seconds that frames sound."""
    return len(data) // SIZE * FRAME_S


def silence(seconds: float) -> bytes:
    """Frames of digital silence, as many as come nearest to the length."""
    return _silent_frame() * round(seconds / FRAME_S)


def join(parts: Iterable[bytes | Path], out: Path, head: Callable[[str], bytes] = lambda _: b"") -> Joined:
    """Write parts one after the other, checking every frame; whole or not at all. Memory does not grow with length.

    `head`: what stands before the frames, told their sha256. AudioError: mp3_not_uniform, mp3_empty, audio_missing.
    """
    pieces = list(parts)
    count, frames_sha256 = _surveyed(pieces)
    temporary = out.with_name(out.name + ".part")
    digest = hashlib.sha256()
    try:
        with temporary.open("wb") as file:
            for chunk in chain([head(frames_sha256)], _chunks(pieces)):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)
    return Joined(count, count * FRAME_S, digest.hexdigest())


def _surveyed(parts: Iterable[bytes | Path]) -> tuple[int, str]:
    """How many frames there are, and their hash: a tag before them names it."""
    digest = hashlib.sha256()
    count = 0
    for chunk in _chunks(parts):
        _check(chunk, count)
        count += len(chunk) // SIZE
        digest.update(chunk)
    if not count:
        raise AudioError("mp3_empty")
    return count, digest.hexdigest()


def _chunks(parts: Iterable[bytes | Path]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        try:
            with part.open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except FileNotFoundError:
            raise AudioError("audio_missing", file=part.name) from None


def _check(audio: bytes, first: int) -> None:
    whole = len(audio) // SIZE
    table = np.frombuffer(audio, dtype=np.uint8, count=whole * SIZE).reshape(whole, SIZE)
    alike = ((table[:, :4] & MASK) == HEADER).all(axis=1)
    alone = (table[:, 4] == 0) & (table[:, 5] < 0x80)  # main_data_begin, 9 bits: nothing lies in an earlier frame
    wrong = np.flatnonzero(~(alike & alone))
    if wrong.size:
        raise AudioError("mp3_not_uniform", frame=first + int(wrong[0]))
    if len(audio) % SIZE:
        raise AudioError("mp3_not_uniform", frame=first + whole)


@cache
def _silent_frame() -> bytes:
    encoded = encode_mp3(np.zeros(RATE, dtype=np.float32))
    return encoded[SIZE * 8 : SIZE * 9]
