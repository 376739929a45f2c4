"""ID3v2.4 tags and chapters in front of MP3 frames (id3.org: id3v2.4.0-structure, -frames; id3v2-chapters-1.0)."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

LANGUAGE = "vie"  # ISO 639-2
UTF8 = b"\x03"
AUDIO_HASH, RECORDING = "LOA_AUDIO_SHA256", "LOA_RECORDING"
MOST_CHAPTERS = 255  # one byte counts them
NO_OFFSET = 0xFFFFFFFF
TOP_AND_ORDERED = 3


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of a recording that a player can jump to; seconds."""

    start_s: float
    end_s: float
    title: str


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says of itself. `audio_sha256`: of the frames alone, whatever is written before them.

    `day` and `recording` (the hash a file was handed over by) stand in copies only: a recording is shared by weeks.
    """

    title: str
    station: str
    chapters: tuple[Chapter, ...] = ()
    audio_sha256: str = ""
    day: date | None = None
    recording: str = ""


def written(tags: Tags) -> bytes:
    """The tag: nothing but what `tags` holds, so that the same makes the same bytes."""
    body = b"".join(_frames(tags))
    return b"ID3\x04\x00\x00" + _synchsafe(len(body)) + body


def stripped(data: bytes) -> bytes:
    """What stands behind the ID3v2 tags at the beginning."""
    while data[:3] == b"ID3" and len(data) >= 10:
        size = 0
        for septet in data[6:10]:
            size = size << 7 | septet & 0x7F
        data = data[10 + size + (10 if data[5] & 0x10 else 0) :]
    return data


def _frames(tags: Tags) -> Iterator[bytes]:
    texts = (("TIT2", tags.title), ("TPE1", tags.station), ("TALB", tags.title), ("TLAN", LANGUAGE))
    for name, text in (*texts, ("TDRC", tags.day.isoformat() if tags.day else "")):
        if text:
            yield _text(name, text)
    for name, value in ((AUDIO_HASH, tags.audio_sha256), (RECORDING, tags.recording)):
        if value:
            yield _frame("TXXX", UTF8 + name.encode() + b"\0" + value.encode())
    yield from _chapters(tags.chapters[:MOST_CHAPTERS])


def _chapters(chapters: Sequence[Chapter]) -> Iterator[bytes]:
    if not chapters:
        return
    ids = [f"c{number}".encode() + b"\0" for number in range(len(chapters))]
    yield _frame("CTOC", b"toc\0" + bytes([TOP_AND_ORDERED, len(ids)]) + b"".join(ids))
    for name, chapter in zip(ids, chapters, strict=True):
        times = (round(chapter.start_s * 1000), round(chapter.end_s * 1000), NO_OFFSET, NO_OFFSET)
        yield _frame("CHAP", name + struct.pack(">4I", *times) + _text("TIT2", chapter.title))


def _text(name: str, text: str) -> bytes:
    plain = "".join(" " if unicodedata.category(each) == "Cc" else each for each in unicodedata.normalize("NFC", text))
    return _frame(name, UTF8 + plain.encode())


def _frame(name: str, content: bytes) -> bytes:
    return name.encode() + _synchsafe(len(content)) + b"\0\0" + content


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
