"""Voices: words as spoken → a WAV file. One module per engine; `chain.py` tries them in the station's order.

recorded.py    a file that people bring          piper.py    a neural voice the operator installed
gtts.py        Google's voice, online            espeak.py   always there; espeak_child.py is its process
wav.py         what all of them owe: clean paragraphs in, a whole file out
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pipeline.domain import SpeechText


class VoiceEngine(Protocol):
    """Speaks a text into a file."""

    @property
    def name(self) -> str:
        """As the chain of config/station.yaml calls it."""

    @property
    def fingerprint(self) -> str:
        """Engine, voice, speed and version: part of the key of everything it has spoken."""

    @property
    def characters_per_s(self) -> tuple[float, float]:
        """Slowest and fastest at which it speaks, pauses aside: outside them something is missing or misread."""

    def check(self) -> None:
        """VoiceError where tomorrow's synthesis would fail: found in the afternoon, not at 5 a.m."""

    def synthesize(self, text: SpeechText, out: Path) -> None:
        """Write the whole text as a mono WAV, or raise VoiceError and leave no file."""
