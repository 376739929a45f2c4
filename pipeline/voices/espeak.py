"""The voice that is always there: espeak-ng from the espeakng-loader wheel, a fresh process for each text."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.config.voices import REGIONS
from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.speech.sentences import sentences
from pipeline.voices.wav import NORMAL, Pauses, paragraphs, stretch, whole

# Of 110–130, where a recogniser understands it best, the upper end: 13.6 characters a second within a phrase.
WORDS_PER_MINUTE = 130
SLOWEST, FASTEST = 80, 450  # espeak-ng's own bounds
VOICES = dict(zip(REGIONS, ("vi", "vi-vn-x-central", "vi-vn-x-south"), strict=True))
SLOWEST_CHARACTERS_PER_S = 2.0  # beyond this the output is not speech of the text any more
REVISION = 2  # raise it when the same text would sound different

FAILURES = {10: "voice_not_installed", 11: "voice_not_installed", 12: "voice_silent", 13: "voice_endless"}


class Espeak:
    """`rate` 1.0 speaks 130 words a minute as espeak-ng counts them; `region`: north, central or south.

    Below its own 80 words a minute (rate 0.62) what it speaks is stretched at the same pitch.
    """

    name = "espeak-ng"
    in_one_piece = True  # one process, whose end is looked at

    def __init__(
        self, *, region: str = REGIONS[0], rate: float = 1.0, pauses: Pauses = NORMAL, timeout_s: float = 60.0
    ) -> None:
        if region not in VOICES:
            raise VoiceError("voice_not_installed", voice=f"espeak-ng/{region}")
        self.voice, self.pauses = VOICES[region], pauses
        self.words_per_minute = min(max(round(WORDS_PER_MINUTE * rate), SLOWEST), FASTEST)
        self.tempo = min(WORDS_PER_MINUTE * rate / SLOWEST, 1.0)
        self.timeout_s = timeout_s

    @cached_property
    def fingerprint(self) -> str:
        from importlib.metadata import version

        spoken = f"{self.words_per_minute}wpm {self.pauses.fingerprint}"
        spoken += f" x{self.tempo:.3f}" if self.tempo < 1 else ""
        return f"espeak-ng/{self.voice} {spoken} r{REVISION} {version('espeakng-loader')}"

    @property
    def characters_per_s(self) -> tuple[float, float]:
        """9–22 at normal pace: measured 10 (short words) to 18."""
        pace = self.tempo * self.words_per_minute / WORDS_PER_MINUTE
        return 9.0 * pace, 22.0 * pace

    @property
    def syllables_per_s(self) -> tuple[float, float]:
        """Words of Vietnamese are syllables, and even: measured 2.8 to 3.5 at normal pace, all regions and rates."""
        pace = self.tempo * self.words_per_minute / WORDS_PER_MINUTE
        return 2.5 * pace, 3.8 * pace

    @property
    def pitch_hz(self) -> tuple[float, float]:
        """Of the median over a text, whatever the pace: measured 75 to 115."""
        return 62.0, 140.0

    def check(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.synthesize(SpeechText(("Xin chào",)), Path(folder) / "check.wav")

    def synthesize(self, text: SpeechText, out: Path) -> None:
        """Mono, 22,050 Hz.

        VoiceError: nothing_to_speak, voice_not_installed, voice_silent, voice_endless, voice_timed_out, voice_crashed.
        """
        with whole(out) as temporary:
            spoken = paragraphs(text)
            pauses = Pauses(self.pauses.sentence_s * self.tempo, self.pauses.paragraph_s * self.tempo)
            marked = ssml(spoken, pauses)
            longest_s = max(self.pauses.sentence_s, self.pauses.paragraph_s)
            limit_s = 10 + sum(map(len, spoken)) / SLOWEST_CHARACTERS_PER_S + marked.count("<break") * longest_s
            self._run(marked, limit_s, temporary)
            if self.tempo < 1:
                stretch(temporary, self.tempo)

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


def ssml(spoken: tuple[str, ...], pauses: Pauses) -> str:
    """Sentences and paragraphs with an exact pause between them: a break takes the place of espeak-ng's own.

    Behind `!` its own 0.6 s stay where the break is shorter.
    """
    within, between = _break(pauses.sentence_s), _break(pauses.paragraph_s)
    marked = (within.join(map(escape, sentences(paragraph))) for paragraph in spoken)
    return f"<speak>{between.join(marked)}</speak>"


def _break(seconds: float) -> str:
    """Of no length it would count as none, and espeak-ng's own half second would stay."""
    return f'<break time="{max(round(seconds * 1000), 10)}ms"/>'
