"""What a program of others reads in a file: ffmpeg's own words about its tags and chapters."""

from __future__ import annotations

import re
import subprocess

from pipeline.audio.ffmpeg import ffmpeg

ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def told_by_ffmpeg(data: bytes) -> tuple[dict[str, str], list[tuple[int, int, str]]]:
    """Tags by name, and chapters as start and end in ms with their title."""
    command = [ffmpeg(), "-v", "quiet", "-f", "mp3", "-i", "pipe:0", "-f", "ffmetadata", "pipe:1"]
    said = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout.decode()
    whole, *chapters = said.split("[CHAPTER]\n")
    return _read(whole), [_chapter(_read(each)) for each in chapters]


def _read(text: str) -> dict[str, str]:
    lines = re.split(r"(?<!\\)\n", text)
    return {
        name: ESCAPED.sub(r"\1", value) for name, equals, value in (line.partition("=") for line in lines) if equals
    }


def _chapter(found: dict[str, str]) -> tuple[int, int, str]:
    numerator, denominator = map(int, found["TIMEBASE"].split("/"))
    start, end = (round(int(found[name]) * 1000 * numerator / denominator) for name in ("START", "END"))
    return start, end, found.get("title", "")
