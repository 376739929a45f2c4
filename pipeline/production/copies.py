"""Copies of recordings for a USB stick or a telephone: named by their day and dated within, unlike the originals."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from pipeline.audio import tags
from pipeline.domain import Occurrence, Recording
from pipeline.production import TRANSCRIPT, Production


def write_copies(production: Production, occurrences: Iterable[Occurrence], folder: Path) -> list[Path]:
    """A dated MP3 for each occurrence that is produced, with its transcript; a file that is there is replaced whole.

    Of a folder that is not there only the last part is made.

    Nothing is asked here about what may air: the caller names what was admitted.

    OSError where the folder cannot be written.
    """
    folder.mkdir(exist_ok=True)
    written: list[Path] = []
    for occurrence in occurrences:
        recording = production.find(occurrence)
        if recording is not None:
            out = folder / f"{occurrence.start:%Y-%m-%d %H.%M} {occurrence.programme} {occurrence.slot}.mp3"
            _copy(recording, occurrence, out)
            if (words := recording.path.with_suffix(TRANSCRIPT)).is_file():
                shutil.copyfile(words, out.with_suffix(TRANSCRIPT))
            written.append(out)
    return written


def _copy(recording: Recording, occurrence: Occurrence, out: Path) -> None:
    part = out.with_name(f"{out.name}.part")
    with recording.path.open("rb") as source, part.open("wb") as sink:
        head = source.read(tags.HEADER)
        size = tags.length(head)
        tag = head + source.read(size - tags.HEADER) if size else b""
        source.seek(size)
        sink.write(tags.dated(tag, occurrence.start.date(), recording.sha256))
        shutil.copyfileobj(source, sink)
        sink.flush()
        os.fsync(sink.fileno())
    part.replace(out)
