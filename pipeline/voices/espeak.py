"""The voice that is always there: espeak-ng from the espeakng-loader wheel, a fresh process for each text."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices.wav import PAUSE_S, paragraphs, whole

# Of 110–130, where a recogniser understands it best, the upper end: 13.6 characters a second within a phrase.
WORDS_PER_MINUTE = 130
SLOWEST, FASTEST = 80, 450  # espeak-ng's own bounds
VOICES = frozenset({"vi", "vi-vn-x-central", "vi-vn-x-south"})
SLOWEST_CHARACTERS_PER_S = 2.0  # beyond this the output is not speech of the text any more
REVISION = 1  # raise it when the same text would sound different

FAILURES = {10: "voice_not_installed", 11: "voice_not_installed", 12: "voice_silent", 13: "voice_endless"}


class Espeak:
    """`rate` 1.0 speaks 130 words a minute as espeak-ng counts them; `voice`: north (`vi`), centre or south."""

    name = "espeak-ng"

    def __init__(self, *, voice: str = "vi", rate: float = 1.0, timeout_s: float = 60.0) -> None:
        if voice not in VOICES:
            raise VoiceError("voice_not_installed", voice=f"espeak-ng/{voice}")
        self.voice = voice
        self.words_per_minute = min(max(round(WORDS_PER_MINUTE * rate), SLOWEST), FASTEST)
        self.timeout_s = timeout_s

    @cached_property
    def fingerprint(self) -> str:
        from importlib.metadata import version

        return f"espeak-ng/{self.voice} {self.words_per_minute}wpm r{REVISION} {version('espeakng-loader')}"

    @property
    def characters_per_s(self) -> tuple[float, float]:
        """9–22 at normal pace: measured 10 (short words) to 18."""
        pace = self.words_per_minute / WORDS_PER_MINUTE
        return 9.0 * pace, 22.0 * pace

    def check(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.synthesize(SpeechText(("Xin chào",)), Path(folder) / "check.wav")

    def synthesize(self, text: SpeechText, out: Path) -> None:
        """Mono, 22,050 Hz.

        VoiceError: nothing_to_speak, voice_not_installed, voice_silent, voice_endless, voice_timed_out, voice_crashed.
        """
        with whole(out) as temporary:
            spoken = paragraphs(text)
            characters = sum(map(len, spoken))
            self._run(ssml(spoken), 10 + characters / SLOWEST_CHARACTERS_PER_S, temporary)

    def _run(self, marked: str, limit_s: float, out: Path) -> None:
        import espeakng_loader

        child = str(Path(__file__).with_name("espeak_child.py"))
        library, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
        arguments = [library, data, self.voice, str(self.words_per_minute), str(limit_s), str(out)]
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", child, *arguments],
                input=marked.encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self.timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise VoiceError("voice_timed_out", voice="espeak-ng", seconds=round(self.timeout_s)) from None
        if done.returncode != 0:
            raise VoiceError(FAILURES.get(done.returncode, "voice_crashed"), voice=f"espeak-ng/{self.voice}")


def ssml(spoken: tuple[str, ...]) -> str:
    """Paragraphs with an exact pause between them."""
    pause = f'<break time="{round(PAUSE_S * 1000)}ms"/>'
    return f"<speak>{pause.join(escape(paragraph) for paragraph in spoken)}</speak>"
