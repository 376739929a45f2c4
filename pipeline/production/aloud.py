"""One text spoken into a file, outside any programme."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from pipeline.errors import ContentError
from pipeline.production import speak
from pipeline.site import Site
from pipeline.writing import writing


def say_aloud(site: Site, text: str, out: Path, plot: Path | None = None) -> tuple[float, str]:
    """Speak one text through the site's voices and mastering into an MP3, with a picture of it where asked.

    Returns seconds and the voice. VoiceError where no voice can speak it, ContentError where a file cannot be written.
    """
    for file in (out, plot):
        if file is not None and not file.parent.is_dir():
            raise ContentError("output_folder_missing", folder=file.parent)
    with tempfile.TemporaryDirectory(prefix="loa-") as scratch:
        segment = speak(site, text, Path(scratch))
        with writing(out):
            shutil.copyfile(segment.path, out)
    if plot is not None:
        from pipeline.audio import picture

        aim = site.preset()
        with writing(plot):
            picture.save(out, plot, text[:80], frame=picture.Frame(target_lufs=aim.lufs, limit_dbtp=aim.dbtp))
    return segment.duration_s, segment.voice
