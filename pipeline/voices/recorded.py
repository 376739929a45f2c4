"""The voice of a person: a file that stands beside the script. What it is, its first bytes say, not its name."""

from __future__ import annotations

import hashlib
import math
import re
import stat
import wave
from pathlib import Path

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices.wav import convert, whole

MAX_BYTES = 300_000_000
MAX_S = 3600.0
SUFFIXES = {".wav": "wav", ".mp3": "mp3", ".ogg": "ogg", ".oga": "ogg", ".opus": "ogg", ".flac": "flac", ".m4a": "mov"}
QUIETEST = 330  # of 32,767: −40 dBFS; a person's voice recorded by any device has peaks above it
MISSING_S, MISSING_SHARE = 0.5, 0.03
QUIETER = 100  # −40 dB below its own peak nobody speaks: what is so quiet before and behind is cut off
MARGIN_S = 0.3  # but for this much, in which a word may begin or a room fade
BLOCK = 1 << 18
REVISION = 2


class Recorded:
    """Gives back the file whatever the text: the text is its transcript, read by people and approved with it."""

    name = "recorded"

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def fingerprint(self) -> str:
        """Bound to the file's content; what cannot be read has been spoken by nobody."""
        try:
            self._size()
            with self.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, VoiceError):
            return f"{self.name}/absent"
        return f"{self.name}/{digest} r{REVISION}"

    @property
    def characters_per_s(self) -> tuple[float, float]:
        """Any: people pause, play music, and sum up."""
        return 0.0, math.inf

    def check(self) -> None:
        """Reads the first bytes only; the file itself is proven when it is produced, well before the air."""
        self.demuxer()

    def synthesize(self, text: SpeechText, out: Path) -> None:
        """Mono, 32 kHz.

        VoiceError: voice_file_missing, recording_too_large, recording_format, recording_too_long, recording_cut_off,
        recording_silent, voice_not_decodable, voice_timed_out.
        """
        with whole(out) as temporary:
            self._size()
            said = convert(self.path, self.demuxer(), temporary, MAX_S + 1)
            self._accept(temporary, said)

    def _size(self) -> int:
        try:
            found = self.path.stat()
        except OSError:
            raise VoiceError("voice_file_missing", file=self.path.name) from None
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for, a device never ends
            raise VoiceError("recording_format", file=self.path.name, known=", ".join(SUFFIXES))
        size = found.st_size
        if size > MAX_BYTES:
            raise VoiceError("recording_too_large", file=self.path.name, limit=MAX_BYTES // 1_000_000)
        return size

    def _head(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(16)
        except OSError:
            raise VoiceError("voice_file_missing", file=self.path.name) from None

    def demuxer(self) -> str:
        """What its first bytes are, whatever its name; a pipe or a device is not opened.

        VoiceError: voice_file_missing, recording_format, recording_too_large.
        """
        self._size()
        found = sniff(self._head())
        if found is None or SUFFIXES.get(self.path.suffix.lower()) is None:
            raise VoiceError("recording_format", file=self.path.name, known=", ".join(SUFFIXES))
        return found

    def _accept(self, wav: Path, said: str) -> None:
        """Refuse what is too long, cut off or silent; take away the silence before and behind."""
        with wave.open(str(wav), "rb") as file:
            rate, count = file.getframerate(), file.getnframes()
            peak, first, last = _heard(file)
        name, seconds = self.path.name, count / rate
        if seconds > MAX_S:
            raise VoiceError("recording_too_long", file=name, limit=round(MAX_S / 60))
        announced = max(announced_s(said), seconds * announced_share(self._head(), self._size()))
        if seconds < announced * (1 - MISSING_SHARE) - MISSING_S:
            raise VoiceError("recording_cut_off", file=name, seconds=round(seconds, 1), announced=round(announced, 1))
        if peak < QUIETEST:
            raise VoiceError("recording_silent", file=name)
        margin = round(MARGIN_S * rate)
        _keep(wav, max(0, first - margin), min(count, last + margin))


def sniff(head: bytes) -> str | None:
    """The demuxer that a file's first 16 bytes call for; None for everything that is not plain audio."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"
    if head[4:8] == b"ftyp":
        return "mov"
    return {b"OggS": "ogg", b"fLaC": "flac"}.get(head[:4])


def announced_s(said: str) -> float:
    """The length a file claims, from ffmpeg's words; 0 where it could only guess from the bit rate."""
    match = re.search(r"Duration: (\d+):(\d\d):(\d\d\.\d+)", said)
    if not match or "Estimating duration" in said:
        return 0.0
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])


def announced_share(head: bytes, size: int) -> float:
    """What a RIFF header promises, as a multiple of what is there; ffmpeg passes over it. Streams promise 2³² − 1."""
    promised = int.from_bytes(head[4:8], "little") + 8
    return promised / size if head[:4] == b"RIFF" and promised < 0xFFFF_FF00 else 0.0


def _heard(file: wave.Wave_read) -> tuple[int, int, int]:
    """The peak, and the first and last sample that stand out against it, to a hundredth of a second."""
    import numpy as np

    step = file.getframerate() // 100
    levels: list[int] = []
    while block := file.readframes(BLOCK // step * step):
        samples = np.abs(np.frombuffer(block, dtype="<i2").astype(np.int32))
        levels += np.maximum.reduceat(samples, np.arange(0, samples.size, step)).tolist()
    peak = max(levels, default=0)
    loud = [place for place, level in enumerate(levels) if level * QUIETER >= peak]
    return (peak, loud[0] * step, (loud[-1] + 1) * step) if loud else (0, 0, 0)


def _keep(wav: Path, first: int, last: int) -> None:
    """Leave these samples of a WAV of ours."""
    part = wav.with_name(f"{wav.name}.cut")
    try:
        with wave.open(str(wav), "rb") as source, part.open("wb") as raw, wave.open(raw, "wb") as out:
            out.setparams(source.getparams())
            source.setpos(first)
            left = last - first
            while left > 0 and (block := source.readframes(min(left, BLOCK))):
                out.writeframesraw(block)
                left -= len(block) // 2
        part.replace(wav)
    finally:
        part.unlink(missing_ok=True)
