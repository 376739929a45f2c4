"""The Piper voices of a station: each whole in a folder of its own under `var/voices`, with facts of its origin."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from pipeline.config.voices import VOICE_NAME
from pipeline.errors import ContentError, VoiceError
from pipeline.voices.piper import config_of

SHELF = Path("var") / "voices"
FACTS = "voice.json"
LICENCE = "LICENSE.txt"
HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class VoiceFacts:
    """What was known when it was installed. `sample_rate` in Hz, `source` without secrets, `installed_at` ISO 8601."""

    sha256: str  # of the model
    config_sha256: str
    source: str
    language: str
    sample_rate: int
    speakers: int
    installed_at: str


@dataclass(frozen=True, slots=True)
class InstalledVoice:
    """`facts` is None where they cannot be read: such a voice does not speak."""

    name: str
    folder: Path
    facts: VoiceFacts | None

    @property
    def model(self) -> Path:
        return self.folder / f"{self.name}.onnx"

    @property
    def licence(self) -> str:
        """Its text; empty where none came with it."""
        try:
            return (self.folder / LICENCE).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def state(self) -> str:
        """A code: voice_ready, or what keeps it from speaking. Looks at names and sizes, not at hashes."""
        there = self.model.is_file() and config_of(self.model).is_file()
        return "voice_ready" if self.facts is not None and there else "voice_damaged"


def installed(shelf: Path) -> list[InstalledVoice]:
    """Every voice of a shelf, by name."""
    try:
        names = sorted(each.name for each in shelf.iterdir() if each.is_dir())
    except OSError:
        return []
    return [InstalledVoice(name, shelf / name, read_facts(shelf / name)) for name in names if is_name(name)]


def chosen(shelf: Path, named: str | None) -> InstalledVoice:
    """The voice that speaks. VoiceError: voice_not_installed, voice_not_chosen, voice_damaged."""
    found = {each.name: each for each in installed(shelf)}
    if named is None and len(found) > 1:
        raise VoiceError("voice_not_chosen", retryable=True, known=", ".join(found))
    voice = found.get(named) if named is not None else next(iter(found.values()), None)
    if voice is None:
        raise VoiceError("voice_not_installed", retryable=True, voice=f"piper/{named}" if named else "piper")
    if voice.facts is None:
        raise VoiceError("voice_damaged", retryable=True, voice=voice.name)
    return voice


def remove(shelf: Path, name: str) -> None:
    """ContentError voice_unknown. At once gone from the shelf, then deleted: never half a voice."""
    found = {each.name: each for each in installed(shelf)}
    if name not in found:
        raise ContentError("voice_unknown", name=name, known=", ".join(found) or "–")
    gone = shelf / f".{name}.{os.urandom(4).hex()}.part"
    found[name].folder.rename(gone)
    shutil.rmtree(gone)


def is_name(name: str) -> bool:
    return re.fullmatch(VOICE_NAME, name) is not None


def read_facts(folder: Path) -> VoiceFacts | None:
    """None where the file is missing or holds anything else."""
    try:
        found = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return _facts(found) if isinstance(found, dict) else None


def _facts(found: Mapping[str, Any]) -> VoiceFacts | None:
    kinds = {each.name: int if each.type == "int" else str for each in fields(VoiceFacts)}
    if not all(isinstance(found.get(name), kind) for name, kind in kinds.items()):
        return None
    facts = VoiceFacts(**{name: found[name] for name in kinds})
    return facts if HEX.fullmatch(facts.sha256) and HEX.fullmatch(facts.config_sha256) else None


def facts_document(facts: VoiceFacts) -> bytes:
    return json.dumps(asdict(facts), ensure_ascii=False, indent=1).encode()
