"""Where a voice comes from: a file with its description beside it, an archive of both, or the address of either."""

from __future__ import annotations

import hashlib
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import ContentError
from pipeline.voices.description import MOST_BYTES, read_description
from pipeline.voices.download import Download, Progress, beside, refuse_address
from pipeline.voices.packed import LICENCES, MODEL, MOST_LICENCE, is_archive, unpack
from pipeline.voices.piper import config_of

MOST_MODEL = 500_000_000  # the largest of Piper's own are 115 MB
MOST_ARCHIVE = 600_000_000


@dataclass(frozen=True, slots=True)
class Brought:
    """A voice not yet accepted: its files lie in a scratch folder."""

    stem: str
    model: Path
    licence: str = ""

    @property
    def config(self) -> Path:
        return config_of(self.model)


def bring(source: str, scratch: Path, downloads: Path, progress: Progress) -> Brought:
    """The files of a voice as copies in `scratch`; what comes from the network stays in `downloads` as well.

    ContentError voice_source_missing, voice_config_missing, voice_not_a_model, voice_download_too_large, and what
    `unpack` and `Download` refuse.
    """
    model = scratch / "brought.onnx"
    if not is_address(source):
        return _from_file(Path(source), model, progress)
    refuse_address(source)
    downloads.mkdir(exist_ok=True)
    if urlsplit(source).path.endswith(MODEL):
        config = downloads / _key(beside(source, ".json"))
        config.unlink(missing_ok=True)  # small, and not to be mixed from two of them
        Download(beside(source, ".json"), config, MOST_BYTES).run()
        read_description(config.read_bytes())  # before the long download
        shutil.copyfile(config, config_of(model))
        kept = _fetched(source, downloads, MOST_MODEL, progress)
        _copy(kept, model, MOST_MODEL)
        return Brought(_stem(source), model)
    kept = _fetched(source, downloads, MOST_ARCHIVE, progress)
    return _from_archive(kept, model)


def _fetched(address: str, downloads: Path, limit: int, progress: Progress) -> Path:
    out = downloads / _key(address)
    Download(address, out, limit, progress).run()
    return out


def _from_file(path: Path, model: Path, progress: Progress) -> Brought:
    if not path.is_file():
        raise ContentError("voice_source_missing", file=path.name)
    with path.open("rb") as file:
        start = file.read(4)
    if is_archive(start):
        return _from_archive(path, model)
    if not config_of(path).is_file():
        raise ContentError("voice_config_missing", file=config_of(path).name)
    _copy(config_of(path), config_of(model), MOST_BYTES)
    _copy(path, model, MOST_MODEL, progress)
    return Brought(path.name.removesuffix(MODEL), model, _licence_beside(path))


def _licence_beside(path: Path) -> str:
    names = sorted(each for each in path.parent.iterdir() if each.name.lower().startswith(LICENCES) and each.is_file())
    if not names:
        return ""
    with names[0].open("rb") as file:
        return file.read(MOST_LICENCE).decode("utf-8", "replace")


def _from_archive(path: Path, model: Path) -> Brought:
    if path.stat().st_size > MOST_ARCHIVE:
        raise ContentError("voice_download_too_large", limit=MOST_ARCHIVE // 1_000_000)
    with path.open("rb") as file:
        if not is_archive(file.read(4)):
            raise ContentError("voice_not_a_model")
    found = unpack(path, model, config_of(model), MOST_MODEL)
    return Brought(found.stem, model, found.licence)


def _copy(source: Path, out: Path, most: int, progress: Progress = lambda _done, _total: None) -> None:
    """At most so many bytes, whatever a file's size says now."""
    total = source.stat().st_size
    if not stat.S_ISREG(source.stat().st_mode) or total > most:
        raise ContentError("voice_download_too_large", limit=most // 1_000_000)
    done = 0
    with source.open("rb") as brought, out.open("wb") as file:
        while done <= most and (block := brought.read(1 << 20)):
            file.write(block)
            done += len(block)
            progress(done, total)


def is_address(source: str) -> bool:
    return "://" in source


def _stem(address: str) -> str:
    return Path(urlsplit(address).path).name.removesuffix(MODEL)


def _key(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:32]
