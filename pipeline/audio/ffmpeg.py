"""The one door to ffmpeg: decode what people or voices bring, encode what goes on the air.

A file is never asked what it is: the caller names the demuxer, only `file` and `pipe` may be opened, and size, time and
memory are bounded, since an uploaded "mp3" can be a playlist that reads other files or the network.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import AudioError

Samples = NDArray[np.float32]  # mono, full scale ±1.0, RATE samples a second

# At 32 kHz an MPEG-1 Layer III frame of 64 kbit/s is 36 ms and exactly 288 bytes, never padded: files join by
# concatenation and a duration is a count of bytes. The band ends at about 15 kHz; horns end at 8.
RATE = 32_000
BITRATE = 64_000

DEMUXERS = frozenset({"wav", "mp3", "ogg", "flac", "mov"})  # mov: m4a
HEADERLESS = frozenset({"g722"})  # any bytes are taken for it: for what was made here, never for what people bring
MAX_BYTES = 1 << 30
MAX_S = 2 * 3600.0
PATIENCE_S = 60.0  # before what a file's length allows
MAX_MEMORY = 1 << 30  # address space of ffmpeg; the program itself takes 0.2 GB of it
BLOCK = 1 << 17  # samples a read: half a pipe, so that ffmpeg works on while a block is measured
PIPE = 1 << 20

_BOUNDS = [
    "-hide_banner",
    "-nostdin",
    "-v",
    "quiet",
    "-threads",
    "1",
    "-filter_threads",
    "1",
    "-max_alloc",
    "100000000",
]
_INPUT = ["-protocol_whitelist", "file,pipe", "-thread_queue_size", "512"]
_LONG_FRAMES = "asetnsamples=n=65536:p=0"  # fewer, longer hand-overs between ffmpeg's threads: a third less time
_MONO = f"-map 0:a:0 -vn -sn -dn -ac 1 -af {_LONG_FRAMES} -f f32le".split()
_PLAIN = ["-map", "0:a:0", "-vn", "-sn", "-dn", "-ac", "1", "-map_metadata", "-1", "-map_chapters", "-1"]
_PLAIN += ["-fflags", "+bitexact", "-flags:a", "+bitexact"]  # no random serial, no version: the same bytes each time
_HOUSE_MP3 = f"-c:a libmp3lame -b:a {BITRATE} -reservoir 0 -write_xing 0 -id3v2_version 0 -f mp3".split()


@cache
def ffmpeg() -> str:
    """Path of the program that comes with imageio-ffmpeg. AudioError: ffmpeg_missing."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise AudioError("ffmpeg_missing") from None


def blocks(
    source: Path | bytes, rate: int = RATE, *, demuxer: str, limit_s: float = MAX_S, channels: int = 1
) -> Iterator[Samples]:
    """Decode to float32 in blocks of at most BLOCK samples; memory does not grow with length.

    `channels`: 1 mixes all into one; 2 gives left and right in turn, twice the same where the source has one.
    AudioError: audio_missing, audio_too_large, audio_too_long, audio_undecodable, audio_timed_out.
    """
    name = _admit(source, demuxer)
    place = "pipe:0" if isinstance(source, bytes) else f"file:{source}"
    form = ["-ac", str(channels), "-ar", str(rate), "-t", str(limit_s + 1)]
    arguments = [*_INPUT, "-f", demuxer, "-i", place, *_MONO, *form, "pipe:1"]
    seen = 0
    with _stdin(source) as stdin, _running(arguments, stdin, timeout_s=PATIENCE_S + limit_s / 20) as process:
        assert process.stdout is not None
        while chunk := process.stdout.read(BLOCK * 4):
            seen += len(chunk) // 4
            if seen > limit_s * rate * channels:
                raise AudioError("audio_too_long", file=name, limit=round(limit_s))
            yield np.frombuffer(chunk[: len(chunk) // 4 * 4], dtype=np.float32)
        if process.wait() != 0 or not seen:
            raise AudioError("audio_timed_out" if process.returncode == -9 else "audio_undecodable", file=name)


def decode(source: Path | bytes, rate: int = RATE, *, demuxer: str, limit_s: float = MAX_S) -> Samples:
    """The whole of a file, or of the bytes of one, as mono float32 of shape (n,). Errors: see `blocks`."""
    return np.concatenate(list(blocks(source, rate, demuxer=demuxer, limit_s=limit_s)))


def encode_mp3(samples: Samples) -> bytes:
    """Frames of 288 bytes and nothing else (no ID3, no Xing, no bit reservoir). AudioError: audio_not_encoded."""
    arguments = [*f"-f f32le -ar {RATE} -ac 1 -i pipe:0".split(), *_HOUSE_MP3, "pipe:1"]
    payload = np.ascontiguousarray(samples, dtype=np.float32).view(np.uint8).data
    with _running(arguments, subprocess.PIPE, timeout_s=PATIENCE_S + samples.size / RATE / 10) as process:
        frames: bytes = process.communicate(cast(bytes, payload))[0]  # a view will do, and saves a copy
    if process.returncode != 0 or not frames:
        raise AudioError("audio_not_encoded")
    return frames


def convert(source: Path, out: Path, arguments: Sequence[str], *, demuxer: str, limit_s: float = MAX_S) -> None:
    """The first sound of a file, mono, as another file; `arguments` name filters, codec and muxer of it.

    The same input makes the same bytes; memory does not grow with length. AudioError: audio_missing,
    audio_too_large, rendering_failed.
    """
    name = _admit(source, demuxer)
    sink = ["-y", f"file:{out}"]
    with _running(
        [*_INPUT, "-f", demuxer, "-i", f"file:{source}", *_PLAIN, *arguments, *sink],
        subprocess.DEVNULL,
        timeout_s=PATIENCE_S + limit_s / 10,
    ) as process:
        if process.wait() != 0:
            raise AudioError("rendering_failed", file=name)
    with out.open("rb") as file:
        os.fsync(file.fileno())


def _admit(source: Path | bytes, demuxer: str) -> str:
    if demuxer not in DEMUXERS | HEADERLESS:
        raise AudioError("audio_format_refused", format=demuxer)
    if isinstance(source, bytes):
        return ""
    try:
        size = source.stat().st_size
    except OSError:
        raise AudioError("audio_missing", file=source.name) from None
    if size > MAX_BYTES:
        raise AudioError("audio_too_large", file=source.name, limit=MAX_BYTES // 1_000_000)
    return source.name


@contextlib.contextmanager
def _stdin(source: Path | bytes) -> Iterator[int | IO[bytes]]:
    if isinstance(source, Path):
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(source)
        file.seek(0)
        yield file


@contextlib.contextmanager
def _running(arguments: Sequence[str], stdin: int | IO[bytes], timeout_s: float) -> Iterator[subprocess.Popen[bytes]]:
    """ffmpeg with bounded time and memory; nothing of it is left behind."""
    process = subprocess.Popen(
        [ffmpeg(), *_BOUNDS, *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    _bound(process)
    alarm = threading.Timer(timeout_s, process.kill)
    alarm.daemon = True
    alarm.start()
    try:
        yield process
    finally:
        alarm.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _bound(process: subprocess.Popen[bytes]) -> None:
    """Where the system can do it: less memory, a wider pipe. Neither is worth failing for."""
    with contextlib.suppress(OSError, AttributeError):
        resource.prlimit(process.pid, resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    if process.stdout is not None:
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, PIPE)
