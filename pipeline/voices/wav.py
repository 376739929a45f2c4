"""What every voice owes: the paragraphs it is to speak, and a WAV that is whole or not there."""

from __future__ import annotations

import contextlib
import subprocess
import unicodedata
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError

RATE = 32_000  # of what comes as MP3 or from people: that of the air, so that nothing is resampled twice
QUIET = 10 ** (-50 / 20) * 32_767  # what a voice leaves around its words is below
MARGIN_S = 0.04  # and this much of it is kept: a word may begin and end softly
PATIENCE_S = 60.0  # with ffmpeg
DEMUXERS = frozenset({"wav", "mp3", "ogg", "flac", "mov"})  # mov: m4a


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence in seconds behind a sentence and between paragraphs, as exact as the engine allows."""

    sentence_s: float = 0.5
    paragraph_s: float = 0.8

    @property
    def fingerprint(self) -> str:
        """In milliseconds: `500/800`."""
        return f"{self.sentence_s * 1000:.0f}/{self.paragraph_s * 1000:.0f}"


NORMAL = Pauses()


def paragraphs(text: SpeechText) -> tuple[str, ...]:
    """What is to be spoken, in NFC (engines misread NFD), blanks and control characters as single blanks.

    VoiceError nothing_to_speak where no letter or digit is left.
    """
    found = tuple(filter(_sounds, map(_plain, text.paragraphs)))
    if not found:
        raise VoiceError("nothing_to_speak")
    return found


def _plain(text: str) -> str:
    readable = (" " if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") else letter for letter in text)
    return " ".join(unicodedata.normalize("NFC", "".join(readable)).split())


def _sounds(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


@contextlib.contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A name beside `out` to write to. It becomes `out` at the end; after an exception neither is there.

    VoiceError voice_not_written where the disk refuses.
    """
    temporary = out.with_name(f".{out.name}.part")
    try:
        out.unlink(missing_ok=True)
        yield temporary
        temporary.replace(out)
    except OSError as error:
        raise VoiceError("voice_not_written", retryable=True, why=error.strerror or str(error)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_wav(path: Path, pcm: Sequence[bytes], rate: int = RATE) -> None:
    """Mono, 16 bit."""
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        for part in pcm:
            file.writeframes(part)


def silence(seconds: float, rate: int = RATE) -> bytes:
    """16-bit zeros."""
    return bytes(2 * round(seconds * rate))


def trimmed(pcm: bytes, rate: int = RATE) -> bytes:
    """16-bit PCM without the silence before and behind its words; nothing where it is all silent."""
    import numpy as np

    samples = np.frombuffer(pcm, dtype="<i2")
    heard = np.flatnonzero(np.abs(samples.astype(np.int32)) > QUIET)
    if not heard.size:
        return b""
    margin = round(MARGIN_S * rate)
    return samples[max(0, heard[0] - margin) : heard[-1] + 1 + margin].tobytes()


def read_wav(path: Path) -> tuple[bytes, int]:
    """Mono 16-bit PCM and its rate. VoiceError voice_not_decodable for anything else."""
    try:
        with path.open("rb") as raw, wave.open(raw, "rb") as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise VoiceError("voice_not_decodable")
            return file.readframes(file.getnframes()), file.getframerate()
    except (wave.Error, EOFError):
        raise VoiceError("voice_not_decodable") from None


def read_mp3(data: bytes, tempo: float = 1.0) -> bytes:
    """An MP3 as mono 16-bit PCM at RATE, `tempo` times as fast at the same pitch. VoiceError: voice_not_decodable."""
    arguments = ["-f", "mp3", "-i", "pipe:0", "-t", "120", "-af", f"atempo={tempo}", *_pcm("s16le"), "pipe:1"]
    done = _ffmpeg(arguments, timeout_s=PATIENCE_S, data=data)
    if done.returncode != 0 or not done.stdout:
        raise VoiceError("voice_not_decodable")
    return bytes(done.stdout)


def stretch(path: Path, tempo: float) -> None:
    """Play a WAV of ours `tempo` times as fast at the same pitch. VoiceError: voice_not_decodable, voice_timed_out."""
    _, rate = read_wav(path)
    sound = ["-f", "wav", "-i", f"file:{path}", "-af", f"atempo={tempo:.4f}", "-c:a", "pcm_s16le", "-f", "s16le"]
    done = _ffmpeg([*sound, "pipe:1"], timeout_s=PATIENCE_S)
    if done.returncode != 0 or not done.stdout:
        raise VoiceError("voice_not_decodable")
    write_wav(path, [done.stdout], rate)


def convert(source: Path, demuxer: str, out: Path, limit_s: float) -> str:
    """Any of DEMUXERS to a mono WAV of at most `limit_s` seconds; returns what ffmpeg says of the source.

    Only files and pipes may be opened. VoiceError: voice_not_decodable, voice_timed_out.
    """
    arguments = [
        "-f",
        demuxer,
        "-i",
        f"file:{source}",
        "-t",
        str(limit_s),
        *_pcm("wav"),
        "-bitexact",
        "-y",
        f"file:{out}",
    ]
    done = _ffmpeg(arguments, timeout_s=PATIENCE_S + limit_s / 10)
    if done.returncode != 0 or not out.exists():
        raise VoiceError("voice_not_decodable")
    return bytes(done.stderr[:20_000]).decode("utf-8", "replace")


def _pcm(container: str) -> list[str]:
    return ["-map", "0:a:0", "-vn", "-sn", "-dn", "-ac", "1", "-ar", str(RATE), "-c:a", "pcm_s16le", "-f", container]


def _ffmpeg(arguments: Sequence[str], timeout_s: float, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    import imageio_ffmpeg

    bounds = [
        "-hide_banner",
        "-nostats",
        "-threads",
        "1",
        "-max_alloc",
        "100000000",
        "-protocol_whitelist",
        "file,pipe",
    ]
    try:
        command = [imageio_ffmpeg.get_ffmpeg_exe(), *bounds, *arguments]
        return subprocess.run(command, input=data, capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        raise VoiceError("voice_timed_out", voice="ffmpeg", seconds=round(timeout_s)) from None
    except RuntimeError:
        raise VoiceError("ffmpeg_missing") from None
