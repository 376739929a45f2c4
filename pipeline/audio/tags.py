"""ID3v2.4 tags and chapters in front of MP3 frames (id3.org: id3v2.4.0-structure, -frames; id3v2-chapters-1.0)."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

LANGUAGE = "vie"  # ISO 639-2
UTF8 = b"\x03"
HEADER = 10  # bytes
AUDIO_HASH, RECORDING = "LOA_AUDIO_SHA256", "LOA_RECORDING"
MOST_CHAPTERS = 255  # one byte counts them
MOST_BYTES = 2000  # of a text: players give up on longer ones
MOST_CHAPTER_BYTES = 126  # up to here sizes of ID3v2.3 and 2.4 agree; ffmpeg reads those within a chapter as 2.3
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

    Nothing in it differs from week to week: a recording is shared by all of them. What does, `dated` adds to a copy.
    """

    title: str
    station: str
    chapters: tuple[Chapter, ...] = ()
    audio_sha256: str = ""


def written(tags: Tags) -> bytes:
    """The tag: nothing but what `tags` holds, so that the same makes the same bytes."""
    return _headed(b"".join(_frames(tags)))


def dated(tag: bytes, day: date, recording: str) -> bytes:
    """A tag of ours with the day of an airing and the hash of the recording the copy was made from."""
    known = _text("TDRC", day.isoformat()) + _frame("TXXX", UTF8 + RECORDING.encode() + b"\0" + recording.encode())
    return _headed(tag[HEADER:] + known)


def length(head: bytes) -> int:
    """Bytes of the tag that begins with these; 0 where none does."""
    if head[:3] != b"ID3" or len(head) < HEADER:
        return 0
    size = 0
    for septet in head[6:HEADER]:
        size = size << 7 | septet & 0x7F
    return HEADER + size + (HEADER if head[5] & 0x10 else 0)


def stripped(data: bytes) -> bytes:
    """What stands behind the ID3v2 tags at the beginning."""
    while size := length(data):
        data = data[size:]
    return data


def _frames(tags: Tags) -> Iterator[bytes]:
    texts = (("TIT2", tags.title), ("TPE1", tags.station), ("TALB", tags.title), ("TLAN", LANGUAGE))
    for name, text in texts:
        if text:
            yield _text(name, text)
    if tags.audio_sha256:
        yield _frame("TXXX", UTF8 + AUDIO_HASH.encode() + b"\0" + tags.audio_sha256.encode())
    yield from _chapters(tags.chapters[:MOST_CHAPTERS])


def _chapters(chapters: Sequence[Chapter]) -> Iterator[bytes]:
    if not chapters:
        return
    ids = [f"c{number}".encode() + b"\0" for number in range(len(chapters))]
    yield _frame("CTOC", b"toc\0" + bytes([TOP_AND_ORDERED, len(ids)]) + b"".join(ids))
    for name, chapter in zip(ids, chapters, strict=True):
        times = (round(chapter.start_s * 1000), round(chapter.end_s * 1000), NO_OFFSET, NO_OFFSET)
        yield _frame("CHAP", name + struct.pack(">4I", *times) + _text("TIT2", _cut(chapter.title, MOST_CHAPTER_BYTES)))


def _headed(body: bytes) -> bytes:
    return b"ID3\x04\x00\x00" + _synchsafe(len(body)) + body


def _text(name: str, text: str) -> bytes:
    return _frame(name, UTF8 + _cut(text, MOST_BYTES).encode())


def _cut(text: str, limit: int) -> str:
    """As NFC on one line, of at most `limit` bytes; what is cut ends in an ellipsis."""
    plain = "".join(" " if unicodedata.category(each) == "Cc" else each for each in unicodedata.normalize("NFC", text))
    if len(plain.encode()) <= limit:
        return plain
    return plain.encode()[: limit - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def _frame(name: str, content: bytes) -> bytes:
    return name.encode() + _synchsafe(len(content)) + b"\0\0" + content


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
