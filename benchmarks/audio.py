"""What five minutes of a bulletin cost, as ratios of what LAME alone takes to encode them; joining an hour; memory.

Seconds are of processor time, ffmpeg's included: other work on the machine does not change them much.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from pipeline.audio import chime, ffmpeg, mastering, measure, mp3
from pipeline.audio import gate as quality
from pipeline.config.mastering import PRESETS
from pipeline.domain import SpeechText
from pipeline.voices.espeak import Espeak

T = TypeVar("T")

PARAGRAPH = (
    "Công an thành phố cảnh báo thủ đoạn giả danh công an, viện kiểm sát, tòa án để lừa đảo qua điện thoại. "
    "Kẻ gian nói bà con có liên quan đến một vụ án, rồi yêu cầu chuyển tiền để kiểm tra. "
    "Cơ quan công an không làm việc qua điện thoại, không yêu cầu người dân chuyển tiền. "
    "Khi nhận được cuộc gọi như vậy, bà con hãy tắt máy và báo ngay cho công an xã."
)
BULLETIN = SpeechText((PARAGRAPH,) * 11)  # about five minutes
SEGMENT_S = 150
HORN = PRESETS["horn"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        five_minutes(Path(folder))
        an_hour(Path(folder))
        presets(Path(folder))
    memory()


def five_minutes(folder: Path) -> None:
    _, speaking, _ = timed(lambda: Espeak().synthesize(BULLETIN, folder / "a.wav"))
    samples, decoding, _ = timed(lambda: ffmpeg.decode(folder / "a.wav", demuxer="wav"))
    _, lame, lame_wall = timed(lambda: ffmpeg.encode_mp3(samples))
    _, gate, _ = timed(lambda: quality.examine(samples))
    made, all_of_it, wall = timed(lambda: mastering.master_to_mp3(samples, HORN))
    say(f"{samples.size / ffmpeg.RATE:.0f} s of speech; LAME alone {lame:.2f} s ({lame_wall:.2f} s on the wall)")
    say(f"  espeak-ng {speaking / lame:.2f} × LAME ({samples.size / ffmpeg.RATE / speaking:.0f} × real time)")
    say(f"  decode {decoding / lame:.2f} ×, gate {gate / lame:.2f} ×")
    say(f"  master, encode, decode, measure: {all_of_it / lame:.2f} × LAME ({all_of_it:.2f} s; wall {wall:.2f} s)")
    say(f"  {made.lufs:.2f} LUFS, {made.dbtp:.2f} dBTP")
    (folder / "a.mp3").write_bytes(made.mp3)


def an_hour(folder: Path) -> None:
    one = (folder / "a.mp3").stat().st_size / mp3.SIZE * mp3.FRAME_S
    parts: list[bytes | Path] = [mp3.silence(1.0), folder / "a.mp3"] * round(3600 / one)
    joined, cost, wall = timed(lambda: mp3.join(parts, folder / "hour.mp3"))
    found, measuring, measuring_wall = timed(lambda: measure.measure_file(folder / "hour.mp3"))
    count, _, decode_wall = timed(lambda: sum(each.size for each in ffmpeg.blocks(folder / "hour.mp3", demuxer="mp3")))
    say(f"an hour ({joined.duration_s:.0f} s) joined in {cost:.3f} s ({wall:.3f} s on the wall)")
    say(f"  decoded length differs by {abs(count / ffmpeg.RATE - joined.duration_s) / mp3.FRAME_S:.1f} frames")
    say(f"  measured in {measuring:.1f} s ({measuring_wall:.1f} s on the wall; to decode it {decode_wall:.1f} s)")
    say(f"  {found.lufs:.2f} LUFS, {found.dbtp:.2f} dBTP")


def presets(folder: Path) -> None:
    samples = ffmpeg.decode(folder / "a.wav", demuxer="wav")[: 60 * ffmpeg.RATE]
    for name, chosen in PRESETS.items():
        for what, sound in (("speech", samples), ("chime", chime.opening_chime())):
            made = mastering.master_to_mp3(sound, chosen)
            say(f"{name:12} {what:7} aimed at {chosen.lufs:.0f} LUFS: {made.lufs:.2f} LUFS, {made.dbtp:.2f} dBTP")


def memory() -> None:
    """In a fresh process: the most that mastering holds at any time, ffmpeg's own 30 MB or so aside."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        say(f"a segment of {SEGMENT_S} s holds at most {pool.apply(segment_memory):.0f} MB")


def segment_memory() -> float:
    """MB at the highest; Linux keeps the mark for each program, getrusage would count what started it."""
    noise = np.random.default_rng(1).standard_normal(SEGMENT_S * ffmpeg.RATE, dtype=np.float32)
    mastering.master_to_mp3(noise * np.float32(0.1), HORN)
    marks = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(marks["VmHWM"].split()[0]) / 1024


WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """The result, seconds of processor and of wall."""
    before, begin = processor(), time.perf_counter()
    result = work()
    return result, processor() - before, time.perf_counter() - begin


def processor() -> float:
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, WHO))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
