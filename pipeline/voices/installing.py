"""A Piper voice onto the station's shelf: the whole of it once its hash is right, or nothing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import ContentError, VoiceError
from pipeline.voices.bringing import Brought, bring, is_address
from pipeline.voices.description import Description, read_description
from pipeline.voices.download import Progress, shown_address
from pipeline.voices.installed import (
    FACTS,
    HEX,
    LICENCE,
    InstalledVoice,
    VoiceFacts,
    facts_document,
    installed,
    is_name,
)
from pipeline.voices.packed import MODEL
from pipeline.voices.piper import config_of, sha256_of

SMALLEST_MODEL = 1_000
DOWNLOADS = ".downloads"


@dataclass(frozen=True, slots=True)
class Installed:
    """`doubts`: codes of warnings. `fresh` is False where exactly this voice was there before."""

    voice: InstalledVoice
    doubts: tuple[str, ...]
    fresh: bool


def install(
    shelf: Path,
    source: str,
    *,
    sha256: str | None,
    config_sha256: str | None = None,
    name: str | None = None,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> Installed:
    """`source`: a .onnx with its .onnx.json beside it, an archive of both, or the https address of either.

    `sha256` is of the model and must be given; `config_sha256` of its description, held to where it is given.

    ContentError: voice_hash_missing (with both hashes found), voice_hash_differs, voice_hash_bad, voice_name_bad,
    voice_name_taken, voice_not_a_model, and what `read_description`, `unpack` and `Download` refuse. VoiceError where
    network or disk fail. Nothing of it is on the shelf then.
    """
    expected = Promised(_hash(sha256), _hash(config_sha256), from_file=not is_address(source))
    if name is not None and not is_name(name):
        raise ContentError("voice_name_bad", name=name[:80])
    try:
        with _alone(shelf), _scratch(shelf) as scratch:
            found = bring(source, scratch, shelf / DOWNLOADS, progress)
            description = _judge(found, expected, shelf)
            voice = _place(shelf, scratch, found, description, (name or found.stem, source, now))
            shutil.rmtree(shelf / DOWNLOADS, ignore_errors=True)
            return voice
    except OSError as error:
        raise VoiceError("voice_not_written", retryable=True, why=error.strerror or str(error)) from None


@dataclass(frozen=True, slots=True)
class Promised:
    """Hashes of model and description as their publisher gives them, and whether the files lie on this machine."""

    model: str | None
    config: str | None
    from_file: bool


def _hash(given: str | None) -> str | None:
    found = given.strip().lower() if given is not None else None
    if found is not None and not HEX.fullmatch(found):
        raise ContentError("voice_hash_bad")
    return found


def _judge(found: Brought, expected: Promised, shelf: Path) -> Description:
    """What was loaded is kept where only its hash is missing: the next run need not load it again."""
    try:
        return _accepted(found, expected)
    except ContentError as error:
        if error.code != "voice_hash_missing":
            shutil.rmtree(shelf / DOWNLOADS, ignore_errors=True)
        raise


def _accepted(found: Brought, expected: Promised) -> Description:
    with found.model.open("rb") as file:
        start = file.read(1)
    if start != b"\x08" or found.model.stat().st_size < SMALLEST_MODEL:  # of ONNX the version of its form comes first
        raise ContentError("voice_not_a_model")
    description = read_description(found.config.read_bytes())
    digest, config = sha256_of(found.model), sha256_of(found.config)
    if expected.model is None:
        raise ContentError("voice_hash_missing", sha256=digest, config_sha256=config)
    for wanted, there, named in ((expected.model, digest, ".onnx"), (expected.config, config, ".onnx.json")):
        if wanted is not None and there != wanted:
            code = "voice_file_hash_differs" if expected.from_file else "voice_hash_differs"
            raise ContentError(code, found=there, expected=wanted, file=named)
    return description


def _place(
    shelf: Path, scratch: Path, found: Brought, description: Description, origin: tuple[str, str, datetime]
) -> Installed:
    """Give the files their names, write their facts, and move the folder onto the shelf in one step."""
    name, source, now = origin
    if not is_name(name):
        raise ContentError("voice_name_bad", name=name[:80])
    facts = VoiceFacts(
        sha256=sha256_of(found.model),
        config_sha256=sha256_of(found.config),
        source=shown_address(source) if is_address(source) else Path(source).name,
        language=description.language,
        sample_rate=description.sample_rate,
        speakers=description.speakers,
        installed_at=now.isoformat(timespec="seconds"),
    )
    there = {each.name.lower(): each for each in installed(shelf)}.get(name.lower())
    if there is not None:
        if there.facts is None or _hashes(there.facts) != _hashes(facts) or not _is_intact(there):
            raise ContentError("voice_name_taken", name=there.name)
        return Installed(there, description.doubts, fresh=False)
    folder = scratch / "voice"
    folder.mkdir()
    found.model.rename(folder / f"{name}{MODEL}")
    found.config.rename(config_of(folder / f"{name}{MODEL}"))
    if found.licence:
        (folder / LICENCE).write_text(found.licence, encoding="utf-8")
    (folder / FACTS).write_bytes(facts_document(facts))
    for path in (*folder.iterdir(), folder):
        _flush(path)
    folder.chmod(0o755)
    folder.rename(shelf / name)
    _flush(shelf)
    return Installed(InstalledVoice(name, shelf / name, facts), description.doubts, fresh=True)


def _hashes(facts: VoiceFacts) -> tuple[str, str]:
    return facts.sha256, facts.config_sha256


def _is_intact(voice: InstalledVoice) -> bool:
    try:
        there = sha256_of(voice.model), sha256_of(config_of(voice.model))
    except OSError:
        return False
    return voice.facts is not None and there == _hashes(voice.facts)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- the shelf --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _alone(shelf: Path) -> Iterator[None]:
    """One installation at a time. VoiceError voice_install_under_way."""
    shelf.mkdir(parents=True, exist_ok=True)
    handle = os.open(shelf / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VoiceError("voice_install_under_way", retryable=True) from None
        for left in shelf.glob(".*.part"):  # of one that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _scratch(shelf: Path) -> Iterator[Path]:
    """A folder on the shelf's own disk, so that a finished voice only needs to be renamed."""
    folder = Path(tempfile.mkdtemp(dir=shelf, prefix=".", suffix=".part"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
