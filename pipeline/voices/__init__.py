"""Voices: words as spoken → a WAV file. One module per engine; `chain.py` tries them in the station's order."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pipeline.domain import SpeechText


class VoiceEngine(Protocol):
    """Speaks a text into a file."""

    @property
    def fingerprint(self) -> str:
        """Engine, voice, speed and version: part of the key of everything it has spoken."""

    def check(self) -> None:
        """VoiceError where tomorrow's synthesis would fail: found in the afternoon, not at 5 a.m."""

    def synthesize(self, text: SpeechText, out: Path) -> None:
        """Write the whole text as a mono WAV, or raise VoiceError and leave no file."""
